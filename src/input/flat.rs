//! JSON written over several lines, read as a line for each record: the elements of one big list, and objects that are
//! spread out for people to read. Byte for byte: what parts records becomes a line end, a line end inside a record a blank, so
//! every offset stays what it was.

use std::io;
use std::io::Read;

/// How records are spread over lines, and where in them reading is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Brackets that are open around a record: one, where all of them stand in a list.
    base: u32,
    depth: u32,
    in_string: bool,
    is_escaped: bool,
    is_done: bool,
}

impl Shape {
    /// The shape of what begins with `head`; `None` for what has a record a line already, or is no JSON.
    pub(crate) fn of(head: &[u8]) -> Option<Shape> {
        let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii();
        let shape =
            |base| Some(Shape { base, depth: 0, in_string: false, is_escaped: false, is_done: false });
        if let Some(list) = head.strip_prefix(b"[") {
            let first = list.trim_ascii_start();
            return if first.strip_prefix(b"{").is_some_and(begins_member) || first == b"]" {
                shape(1)
            } else {
                None
            };
        }
        // An object whose first line ends between two members; a line that was cut short is followed by another object.
        let end = memchr::memchr(b'\n', head)?;
        let (line, rest) = head.split_at(end);
        let mut first = Shape { base: 0, depth: 0, in_string: false, is_escaped: false, is_done: false };
        for byte in line {
            first.step(*byte);
        }
        let is_open = line.starts_with(b"{")
            && first.depth > 0
            && !first.in_string
            && matches!(line.trim_ascii_end().last(), Some(b'{' | b','));
        if is_open && rest.trim_ascii_start().starts_with(b"\"") { shape(0) } else { None }
    }

    /// Goes past a byte; what stands for it.
    fn step(&mut self, byte: u8) -> u8 {
        if self.in_string {
            match byte {
                // No string goes over a line end: this one was broken, and the next line is a new beginning.
                b'\n' => (self.in_string, self.is_escaped, self.depth) = (false, false, self.base),
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' => self.is_escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return byte;
        }
        let is_between = self.depth <= self.base;
        match byte {
            _ if self.is_done => return byte,
            b'"' => self.in_string = true,
            b'[' if self.depth < self.base => {
                self.depth += 1;
                return b' ';
            }
            b'{' | b'[' => self.depth += 1,
            b']' if self.base > 0 && is_between => {
                self.is_done = true;
                return b'\n';
            }
            b'}' | b']' => self.depth = self.depth.saturating_sub(1).max(self.base),
            b',' if self.base > 0 && is_between => return b'\n',
            b'\n' | b'\r' if !is_between => return b' ',
            _ => {}
        }
        byte
    }
}

fn begins_member(object: &[u8]) -> bool {
    matches!(object.trim_ascii_start().first(), Some(b'"' | b'}'))
}

/// What is read, with a record a line.
pub(crate) struct Flat<R> {
    inner: R,
    shape: Shape,
}

impl<R: Read> Flat<R> {
    pub(crate) const fn new(inner: R, shape: Shape) -> Flat<R> {
        Flat { inner, shape }
    }
}

impl<R: Read> Read for Flat<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(out)?;
        for byte in out.iter_mut().take(n) {
            *byte = self.shape.step(*byte);
        }
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(json: &str) -> Option<Vec<String>> {
        let mut out = String::new();
        Flat::new(json.as_bytes(), Shape::of(json.as_bytes())?).read_to_string(&mut out).unwrap();
        assert_eq!(out.len(), json.len());
        Some(
            out.lines()
                .map(|line| line.split_whitespace().collect::<String>())
                .filter(|line| !line.is_empty())
                .collect(),
        )
    }

    #[test]
    fn a_list_is_a_record_for_each_element() {
        let list = "\u{feff}[ {\"text\":\"a, [b]\\\"\",\"n\":[1,\n2]},\n {\"text\":\"c\"}\r\n, 7 ]\n";
        assert_eq!(
            flat(list).unwrap(),
            ["\u{feff}{\"text\":\"a,[b]\\\"\",\"n\":[1,2]}", "{\"text\":\"c\"}", "7"]
        );
        assert_eq!(flat("[]").unwrap(), [""; 0]);
        assert_eq!(flat("[{}]").unwrap(), ["{}"]);
    }

    #[test]
    fn objects_spread_over_lines_are_gathered() {
        let spread = "{\n  \"id\": 1,\n  \"x\": {\n    \"y\": []\n  }\n}\n{\n  \"id\": 2\n}\n";
        assert_eq!(flat(spread).unwrap(), ["{\"id\":1,\"x\":{\"y\":[]}}", "{\"id\":2}"]);
        assert_eq!(flat("{\"id\":1,\n\"text\":\"a\"}\n").unwrap(), ["{\"id\":1,\"text\":\"a\"}"]);
    }

    #[test]
    fn lines_of_json_and_text_are_left_alone() {
        for other in [
            "{\"text\":\"a\"}\n{\"text\":\"b\"}\n",
            // Cut short, each of them: the next line is a record of its own.
            "{\"text\":\"a\n{\"text\":\"b\"}\n",
            "{\"text\":\n{\"text\":\"b\"}\n",
            "{\"text\":\"a\",\n{\"text\":\"b\"}\n",
            "[Instant News] The town\n",
            "[1, 2]",
            "{curly}\n\"quoted\"",
            "{",
            "",
        ] {
            assert_eq!(flat(other), None, "{other}");
        }
    }

    #[test]
    fn a_broken_element_costs_itself() {
        let list = "[{\"text\":\"a},\n{\"text\":\"b\"},\n{\"text\":\"c\"}]";
        assert_eq!(flat(list).unwrap(), ["{\"text\":\"a},", "{\"text\":\"b\"}", "{\"text\":\"c\"}"]);
    }
}

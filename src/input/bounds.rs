//! Where records end, for each kind of stream.

use csv_core::ReadRecordResult;
use memchr::memchr_iter;
use memchr::memmem;
use memchr::memrchr;

use crate::input::sniff::Kind;

/// How much of a buffer is whole records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// So many bytes are so many records (blank ones are none).
    Whole { end: usize, records: u64 },
    /// So many bytes are no record.
    Stray { end: usize, reason: String },
    /// The first record does not end here.
    None,
}

/// Finds the ends of records in a buffer that begins where a record does.
pub(crate) struct Bounds {
    kind: Kind,
}

impl Bounds {
    pub(crate) const fn new(kind: Kind) -> Bounds {
        Bounds { kind }
    }

    /// As many records as are whole. `is_end`: nothing follows, so the last one ends with the buffer.
    pub(crate) fn all(&mut self, buffer: &[u8], is_end: bool) -> Cut {
        if buffer.is_empty() {
            return Cut::None;
        }
        match self.kind {
            Kind::Text if is_end => Cut::Whole { end: buffer.len(), records: 1 },
            Kind::Text => Cut::None,
            Kind::Jsonl => {
                let end = if is_end { buffer.len() } else { memrchr(b'\n', buffer).map_or(0, |at| at + 1) };
                if end == 0 {
                    return Cut::None;
                }
                Cut::Whole { end, records: Bounds::count_lines(buffer.get(..end).unwrap_or_default()) }
            }
            Kind::Table(_) | Kind::Wet => {
                let (mut end, mut records) = (0, 0);
                loop {
                    match self.first(buffer.get(end..).unwrap_or_default(), is_end) {
                        Cut::Whole { end: next, records: one } => {
                            (end, records) = (end + next, records + one);
                        }
                        cut if end == 0 => return cut,
                        _ => return Cut::Whole { end, records },
                    }
                }
            }
        }
    }

    /// The first record of a table or an archive.
    pub(crate) fn first(&mut self, buffer: &[u8], is_end: bool) -> Cut {
        if buffer.is_empty() {
            return Cut::None;
        }
        match self.kind {
            Kind::Table(delimiter) => row(buffer, delimiter, is_end),
            _ => warc(buffer, is_end),
        }
    }

    /// Lines that are not blank.
    pub(crate) fn count_lines(bytes: &[u8]) -> u64 {
        let mut has_content = false;
        Bounds::count_on(bytes, &mut has_content) + u64::from(has_content)
    }

    /// Ended lines that are not blank; `has_content` is whether the line under way has something in it.
    pub(crate) fn count_on(bytes: &[u8], has_content: &mut bool) -> u64 {
        let is_content = |line: &[u8]| line.iter().any(|b| !b.is_ascii_whitespace());
        let (mut start, mut lines) = (0, 0);
        for end in memchr_iter(b'\n', bytes) {
            lines += u64::from(*has_content || is_content(bytes.get(start..end).unwrap_or_default()));
            *has_content = false;
            start = end + 1;
        }
        *has_content |= is_content(bytes.get(start..).unwrap_or_default());
        lines
    }

    /// For passing over a record that is too long, which begins with `buffer`.
    pub(crate) fn skip(&self, buffer: &[u8]) -> Skip {
        match self.kind {
            Kind::Text => Skip::All,
            Kind::Jsonl => Skip::Line,
            Kind::Table(delimiter) => Skip::Row(Box::new(csv(delimiter))),
            Kind::Wet => match head(buffer) {
                Some(head) => Skip::Bytes((head.length + head.content) as u64),
                None => Skip::Damage,
            },
        }
    }
}

/// Finds the end of a long record, block by block.
pub(crate) enum Skip {
    All,
    Line,
    Row(Box<csv_core::Reader>),
    Bytes(u64),
    /// Up to the next record of an archive.
    Damage,
}

impl Skip {
    /// Where in the next block the record ends.
    pub(crate) fn end(&mut self, block: &[u8]) -> Option<usize> {
        match self {
            Skip::All => None,
            Skip::Line => memchr::memchr(b'\n', block).map(|at| at + 1),
            Skip::Bytes(left) => {
                if *left <= block.len() as u64 {
                    return Some(*left as usize);
                }
                *left -= block.len() as u64;
                None
            }
            Skip::Row(reader) => read_row(reader, block),
            Skip::Damage => next_record(block),
        }
    }

    /// How many bytes at the end of a block without an end have to be seen again with the next one.
    pub(crate) fn seen_again(&self) -> usize {
        if matches!(self, Skip::Damage) { BETWEEN_RECORDS.len() - 1 } else { 0 }
    }
}

fn csv(delimiter: u8) -> csv_core::Reader {
    csv_core::ReaderBuilder::new().delimiter(delimiter).build()
}

/// Reads up to the end of a row; where it is, when it is in `block`.
fn read_row(reader: &mut csv_core::Reader, block: &[u8]) -> Option<usize> {
    let (mut output, mut ends) = ([0; 4096], [0; 64]);
    let mut at = 0;
    loop {
        let rest = block.get(at..).unwrap_or_default();
        // An empty input would tell the reader that the file has ended.
        if rest.is_empty() {
            return None;
        }
        let (result, read, _, _) = reader.read_record(rest, &mut output, &mut ends);
        at += read;
        match result {
            ReadRecordResult::Record => return Some(at),
            ReadRecordResult::End | ReadRecordResult::InputEmpty => return None,
            ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {}
        }
    }
}

fn row(buffer: &[u8], delimiter: u8, is_end: bool) -> Cut {
    let records = |row: &[u8]| u64::from(row.iter().any(|b| !b.is_ascii_whitespace()));
    match read_row(&mut csv(delimiter), buffer) {
        Some(end) => Cut::Whole { end, records: records(buffer.get(..end).unwrap_or_default()) },
        None if is_end => Cut::Whole { end: buffer.len(), records: records(buffer) },
        None => Cut::None,
    }
}

/// The head of a WARC record: its own length, and that of the content after it.
pub(crate) struct Head {
    pub(crate) length: usize,
    pub(crate) content: usize,
}

/// What stands where a record of an archive begins behind something else.
const BETWEEN_RECORDS: &[u8] = b"\nWARC/1.";
/// What is said of anything else in an archive.
pub(crate) const NO_RECORD: &str = "not a WARC record";

/// Where the next record of an archive begins.
fn next_record(bytes: &[u8]) -> Option<usize> {
    memmem::find(bytes, BETWEEN_RECORDS).map(|at| at + 1)
}

/// Heads are some hundred bytes; what has none within so many is no record.
const LONGEST_HEAD: usize = 1 << 16;
/// And none has more content: such a number is damage, and the next record is looked for.
const LONGEST_CONTENT: usize = u32::MAX as usize;

pub(crate) fn head(buffer: &[u8]) -> Option<Head> {
    let start = buffer.get(..LONGEST_HEAD.min(buffer.len())).unwrap_or_default();
    if !start.starts_with(b"WARC/1.") {
        return None;
    }
    let length = memmem::find(start, b"\r\n\r\n").map(|at| at + 4)?;
    let lines = start.get(..length).unwrap_or_default().split(|b| *b == b'\n');
    let content = lines
        .filter_map(|line| header(line, b"content-length"))
        .find_map(|value| std::str::from_utf8(value).ok()?.parse().ok())
        .filter(|content| *content <= LONGEST_CONTENT)?;
    Some(Head { length, content })
}

/// The value of a header line, when it has that name.
pub(crate) fn header<'l>(line: &'l [u8], name: &[u8]) -> Option<&'l [u8]> {
    let colon = memchr::memchr(b':', line)?;
    let is_it = line.get(..colon)?.eq_ignore_ascii_case(name);
    is_it.then(|| line.get(colon + 1..).unwrap_or_default().trim_ascii())
}

fn warc(buffer: &[u8], is_end: bool) -> Cut {
    let blank = buffer.iter().take_while(|b| b.is_ascii_whitespace()).count();
    if blank > 0 {
        return Cut::Whole { end: blank, records: 0 };
    }
    let known = b"WARC/1.".get(..buffer.len().min(7)).unwrap_or_default();
    let starts = buffer.starts_with(known);
    match head(buffer) {
        Some(head) if buffer.len() - head.length >= head.content => {
            return Cut::Whole { end: head.length + head.content, records: 1 };
        }
        Some(_) if !is_end => return Cut::None,
        Some(_) => {
            return Cut::Stray { end: buffer.len(), reason: "the record ends before its length".into() };
        }
        None if starts && !is_end && buffer.len() < LONGEST_HEAD => return Cut::None,
        None => {}
    }
    // Not a record: on to where the next one begins.
    match next_record(buffer) {
        Some(end) => Cut::Stray { end, reason: NO_RECORD.into() },
        None if is_end => Cut::Stray { end: buffer.len(), reason: NO_RECORD.into() },
        None => Cut::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_after_the_last_whole_one() {
        let mut bounds = Bounds::new(Kind::Jsonl);
        assert_eq!(bounds.all(b"a\n \nb\nc", false), Cut::Whole { end: 6, records: 2 });
        assert_eq!(bounds.all(b"a\n \nb\nc", true), Cut::Whole { end: 7, records: 3 });
        assert_eq!(bounds.all(b"abc", false), Cut::None);
    }

    #[test]
    fn rows_may_hold_line_ends_and_delimiters() {
        let mut bounds = Bounds::new(Kind::Table(b','));
        let rows = b"1,\"a\nb\"\r\n2,c\n3,\"d";
        assert_eq!(bounds.all(rows, false), Cut::Whole { end: 13, records: 2 });
        assert_eq!(bounds.all(rows, true), Cut::Whole { end: rows.len(), records: 3 });
        let mut skip = bounds.skip(b"");
        assert_eq!(skip.end(b"1,\"a\n"), None);
        assert_eq!(skip.end(b"b\"\n2,"), Some(3));
    }

    #[test]
    fn a_length_that_no_record_has_is_damage() {
        let record = format!("WARC/1.0\r\nContent-Length: {}\r\n\r\nabc", u64::MAX - 30);
        let bytes = format!("{record}\r\n\r\nWARC/1.0\r\nContent-Length: 3\r\n\r\nabc");
        let next = record.len() + 4;
        let mut bounds = Bounds::new(Kind::Wet);
        assert_eq!(bounds.all(bytes.as_bytes(), true), Cut::Stray { end: next, reason: NO_RECORD.into() });
        assert!(matches!(Bounds::new(Kind::Wet).skip(bytes.as_bytes()), Skip::Damage));
    }

    #[test]
    fn archives_are_cut_by_length_and_go_on_after_damage() {
        let mut bounds = Bounds::new(Kind::Wet);
        let record = b"WARC/1.0\r\nContent-Length: 3\r\n\r\nabc\r\n\r\n";
        assert_eq!(bounds.all(record, true), Cut::Whole { end: record.len(), records: 1 });
        assert_eq!(bounds.all(&record[..32], false), Cut::None);
        let damaged = [b"xyz\r\n", &record[..]].concat();
        assert!(matches!(bounds.all(&damaged, false), Cut::Stray { end: 5, .. }));
        let mut skip = bounds.skip(b"xyz");
        assert_eq!((skip.end(b"xyz\nWARC/1"), skip.seen_again()), (None, 7));
        assert_eq!(skip.end(b"\nWARC/1.0\r\n"), Some(1));
    }
}

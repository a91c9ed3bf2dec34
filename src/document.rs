//! The values every stage speaks of: spans, lines, edits, language tags, sentences.
//! No stage lives here, and nothing here reads or writes files.

use std::fmt;

/// A half-open byte range into a text, always on character boundaries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The span from `start` to `end`, in bytes.
    pub const fn new(start: usize, end: usize) -> Span {
        Span { start, end }
    }

    /// The text under the span; empty when the span does not fit the text.
    pub fn of<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.start..self.end).unwrap_or_default()
    }

    /// Length in bytes.
    pub const fn len(&self) -> usize {
        self.end - self.start
    }

    /// Whether the span covers nothing.
    pub const fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// The span without white space at either end.
    #[must_use]
    pub fn trimmed(&self, text: &str) -> Span {
        let inner = self.of(text);
        // What most begin and end with is no white space at a glance.
        if let [first, .., last] = inner.as_bytes()
            && first.is_ascii_graphic()
            && last.is_ascii_graphic()
        {
            return *self;
        }
        let rest = inner.trim_start();
        let start = self.start + (inner.len() - rest.len());
        Span::new(start, start + rest.trim_end().len())
    }
}

/// One line of a text, without its line end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where the line stands.
    pub span: Span,
}

/// Bytes of a line on pages with many short ones, ends included: that many lines are made room for.
const SHORT: usize = 32;

/// The lines of a text, in order; their ends (`\n`, `\r\n`, `\r`) belong to none of them.
pub fn lines(text: &str) -> Vec<Line> {
    let mut lines = Vec::with_capacity(text.len() / SHORT + 1);
    let mut start = 0;
    let bytes = text.as_bytes();
    for end in memchr::memchr2_iter(b'\n', b'\r', bytes) {
        if end < start {
            continue;
        }
        lines.push(Line { span: Span::new(start, end) });
        let crlf = bytes.get(end..end + 2) == Some(b"\r\n");
        start = end + if crlf { 2 } else { 1 };
    }
    if start < text.len() {
        lines.push(Line { span: Span::new(start, text.len()) });
    }
    lines
}

/// What a stage changed: replacing `span` of its input by `to`. A stage's edits are ascending and disjoint, and
/// applying all of them to the stage's input gives its output exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes of the input that are replaced.
    pub span: Span,
    /// What stands in their place; empty for a removal.
    pub to: String,
    /// The stable, kebab-case name of the repair or of the reason.
    pub code: &'static str,
}

/// Applies ascending, disjoint edits to the text that they were made for.
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        out.push_str(Span::new(at, edit.span.start).of(text));
        out.push_str(&edit.to);
        at = edit.span.end;
    }
    out.push_str(Span::new(at, text.len()).of(text));
    out
}

/// A BCP 47 language tag in its shortest form (`en`, `zh`, `und`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lang(&'static str);

impl Lang {
    /// No decision: the evidence does not carry one.
    pub const UND: Lang = Lang("und");

    /// A language by its tag.
    pub const fn new(tag: &'static str) -> Lang {
        Lang(tag)
    }

    /// The tag.
    pub const fn tag(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Debug for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Default for Lang {
    fn default() -> Lang {
        Lang::UND
    }
}

/// A sentence of the cleaned text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sentence {
    /// Where it stands, trimmed of white space.
    pub span: Span,
    /// Its language.
    pub lang: Lang,
    /// The probability that `lang` is right, 0 to 1; 0 for `und`.
    pub confidence: f32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_every_kind_of_line_end() {
        let text = "a\nb\r\nc\rd\n\ne";
        let found: Vec<&str> = lines(text).iter().map(|l| l.span.of(text)).collect();
        assert_eq!(found, ["a", "b", "c", "d", "", "e"]);
    }

    #[test]
    fn edits_apply_in_order() {
        let edits = [
            Edit { span: Span::new(0, 1), to: "A".into(), code: "x" },
            Edit { span: Span::new(2, 4), to: String::new(), code: "x" },
        ];
        assert_eq!(apply("abcde", &edits), "Abe");
    }
}

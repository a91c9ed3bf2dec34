//! How far a run of marks goes, and which quotation marks and brackets close behind it.

use super::marks::Mark;
use super::marks::is_closer;
use super::marks::is_ignorable;
use super::marks::is_opener;
use super::marks::is_quote;
use super::marks::mark;
use super::site::REACH;
use super::site::Site;
use super::site::after;
use super::site::is_combining;

/// Counts the `"` of a paragraph as the candidates that ask for it go by.
#[derive(Debug, Default)]
pub(super) struct Quotes {
    at: usize,
    is_open: bool,
    /// The mark after which a quotation was closed.
    closed: Option<usize>,
}

impl Quotes {
    /// Whether an odd number of `"` stands in the paragraph before the mark at `at`, which never goes back, and none
    /// after it has closed.
    fn is_open(&mut self, text: &str, at: usize) -> bool {
        let passed = text.as_bytes().get(self.at..at).unwrap_or_default();
        for i in memchr::memchr2_iter(b'"', b'\n', passed) {
            // A paragraph's quotation marks are its own.
            self.is_open = passed.get(i) == Some(&b'"') && !self.is_open;
        }
        self.at = self.at.max(at);
        self.is_open && self.closed != Some(at)
    }

    fn close(&mut self, at: usize) {
        self.closed = Some(at);
    }
}

impl Site<'_> {
    /// Reads on from the first mark: further marks, and what closes quotations and brackets after them.
    pub(super) fn read_run(&mut self, quotes: &mut Quotes) {
        let text = self.text;
        let mut at = self.start;
        let mut dots = 0;
        while let Some(c) = after(text, at) {
            let Some(found) = mark(c).filter(|m| !matches!(m, Mark::Line | Mark::Item)) else {
                if self.ends_plainly(c, at) {
                    break;
                }
                if is_ignorable(c) || is_combining(c) {
                    at += c.len_utf8();
                    continue;
                }
                if self.closes(c, at, quotes) {
                    if c == '"' {
                        quotes.close(self.start);
                    }
                    at += c.len_utf8();
                    self.end = at;
                    continue;
                }
                if let Some(end) = self.spaced_mark(at) {
                    at = end;
                    continue;
                }
                if let Some(end) = self.spaced_closer(at, quotes) {
                    quotes.close(self.start);
                    at = end;
                    self.end = at;
                    continue;
                }
                if let Some(end) = self.citation(at) {
                    at = end;
                    self.end = at;
                    continue;
                }
                break;
            };
            let is_weak = |m| matches!(m, Mark::Colon | Mark::Semicolon);
            if at > self.start && (is_weak(found) || is_weak(self.kind)) {
                break;
            }
            at += c.len_utf8();
            dots += usize::from(found == Mark::Dot);
            self.kind = match (self.kind, found) {
                (_, Mark::Full) | (Mark::Full, _) => Mark::Full,
                (_, Mark::Call) | (Mark::Call, _) => Mark::Call,
                (Mark::Dot, Mark::Dot) if dots > 1 => Mark::Ellipsis,
                (Mark::Ellipsis, _) | (_, Mark::Ellipsis) => Mark::Ellipsis,
                (kind, _) => kind,
            };
            self.marks_end = at;
            self.end = at;
        }
        self.end = self.end.max(self.marks_end);
    }

    /// Whether what follows the marks at `at` is a line end, or one blank and a letter or figure.
    fn ends_plainly(&self, c: char, at: usize) -> bool {
        // The lead bytes are those of scripts without marks, quotes or spaces of their own.
        let is_letter = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, 0xC3..=0xCC | 0xCE..=0xD5 | 0xD7);
        c == '\n' || c == ' ' && self.text.as_bytes().get(at + 1).is_some_and(is_letter)
    }

    /// Whether `c`, directly after the marks, closes a quotation or a bracket.
    fn closes(&self, c: char, at: usize, quotes: &mut Quotes) -> bool {
        if is_closer(c) {
            return true;
        }
        if !is_quote(c) {
            return matches!(c, '*' | '_')
                && !after(self.text, at + 1).is_some_and(char::is_whitespace)
                && self.is_open(c, quotes);
        }
        match after(self.text, at + c.len_utf8()) {
            None => true,
            Some(next) if next.is_alphanumeric() => {
                // Only a mark that opened before can close straight onto a letter.
                matches!(c, '"' | '\u{201c}' | '\u{bb}' | '\u{ab}') && self.is_open(c, quotes)
            }
            Some(next) => !is_opener(next),
        }
    }

    /// Whether an odd number of `c` stands between the sentence's beginning (or the reach) and the mark.
    fn is_open(&self, c: char, quotes: &mut Quotes) -> bool {
        let open = match c {
            '"' => return quotes.is_open(self.text, self.start),
            '\u{201c}' => return self.count('\u{201e}') > 0,
            '\u{bb}' => return self.count('\u{ab}') > self.count('\u{bb}'),
            '\u{ab}' => return self.count('\u{bb}') > self.count('\u{ab}'),
            c => c,
        };
        self.count(open) % 2 == 1
    }

    fn count(&self, c: char) -> usize {
        self.lead(4 * REACH).chars().filter(|&x| x == c).count()
    }

    /// ` .` or ` !` after a mark: dots set apart, or French spacing.
    fn spaced_mark(&self, at: usize) -> Option<usize> {
        let c = after(self.text, at)?;
        if !matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}') || at != self.marks_end {
            return None;
        }
        let then = at + c.len_utf8();
        let sign = after(self.text, then)
            .filter(|&s| matches!(mark(s), Some(Mark::Dot | Mark::Call | Mark::Full)))?;
        let beyond = after(self.text, then + sign.len_utf8());
        beyond.is_none_or(|b| !b.is_alphanumeric()).then_some(then)
    }

    /// A closing bracket or guillemet after one blank.
    fn spaced_closer(&self, at: usize, quotes: &mut Quotes) -> Option<usize> {
        let c = after(self.text, at)?;
        if !matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}') {
            return None;
        }
        let then = at + c.len_utf8();
        let sign = after(self.text, then)?;
        let end = then + sign.len_utf8();
        let ends = || after(self.text, end).is_none_or(|b| !b.is_alphanumeric());
        let closes = match sign {
            ')' | ']' | '}' => true,
            '\u{201d}' => ends() && self.count('\u{201c}') > self.count('\u{201d}'),
            '\u{bb}' => ends() && !self.is_open('\u{ab}', quotes),
            '"' => after(self.text, end).is_none_or(char::is_whitespace) && self.is_open(sign, quotes),
            '\'' if after(self.text, end) == Some('\'') => {
                return self.typed_closer(end + 1);
            }
            '\'' => ends() && self.is_detached && self.is_open(sign, quotes),
            _ => false,
        };
        closes.then_some(end)
    }

    /// `''` at `end`, where `,,` or double backquotes opened.
    fn typed_closer(&self, end: usize) -> Option<usize> {
        let lead = self.text.get(..self.start)?.as_bytes();
        let lead = lead.get(lead.len().saturating_sub(4 * REACH)..)?;
        let sign = lead.windows(2).rfind(|pair| [&b"''"[..], b",,", b"``"].contains(pair))?;
        let is_free = after(self.text, end).is_none_or(|b| !b.is_alphanumeric());
        (is_free && sign != b"''").then_some(end)
    }

    /// `[13]` or superscript figures directly after a mark.
    fn citation(&self, at: usize) -> Option<usize> {
        let rest = self.text.get(at..)?;
        let c = rest.chars().next()?;
        if matches!(c, '¹' | '²' | '³' | '⁰' | '⁴'..='⁹') {
            return Some(at + c.len_utf8());
        }
        let inner = rest.strip_prefix('[')?;
        let len = inner.bytes().take(8).position(|b| b == b']')?;
        let is_short = inner.bytes().take(len).all(|b| b.is_ascii_alphanumeric() || b == b' ' || b == b',');
        (is_short && len > 0).then_some(at + len + 2)
    }
}

//! A place where a sentence may end: the run of marks and closing quotes found there, and what stands on either side.
//! Everything is read from a bounded neighbourhood, so that the work stays linear whatever the text.

use super::lines::Breaks;
use super::marks::Mark;
use super::marks::is_bullet;
use super::marks::is_closer;
use super::marks::is_dash;
use super::marks::is_ignorable;
use super::marks::is_opener;
use super::marks::is_quote;
use super::marks::mark;

/// How far back a word or a sentence is read, in bytes.
const REACH: usize = 96;

/// What stands between a mark and the next character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing.
    None,
    /// White space, line ends of wrapped lines included.
    Space,
    /// A line end that is not a wrapping.
    Line,
    /// A blank line.
    Paragraph,
}

/// A place where a sentence may end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Site<'t> {
    pub(super) text: &'t str,
    /// Where the current sentence begins.
    pub(super) sentence: usize,
    /// The first mark of the run.
    pub(super) start: usize,
    /// The end of the last mark of the run: what follows up to `end` closes quotes and brackets.
    pub(super) marks_end: usize,
    /// Where the sentence would end.
    pub(super) end: usize,
    /// Where the next one would begin.
    pub(super) next: usize,
    pub(super) kind: Mark,
    pub(super) gap: Gap,
    /// White space (a blank before French or tokenised marks) between the word and the mark.
    pub(super) is_detached: bool,
}

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

pub(super) fn before(text: &str, at: usize) -> Option<char> {
    text.get(..at)?.chars().next_back()
}

pub(super) fn after(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

impl<'t> Site<'t> {
    /// Reads the neighbourhood of the mark at `start`.
    pub(super) fn read(
        text: &'t str,
        sentence: usize,
        (start, kind): (usize, Mark),
        breaks: &Breaks,
        quotes: &mut Quotes,
    ) -> Site<'t> {
        let mut site = Site {
            text,
            sentence,
            start,
            marks_end: start,
            end: start,
            next: start,
            kind,
            gap: Gap::None,
            is_detached: start > sentence && before(text, start).is_some_and(char::is_whitespace),
        };
        if !matches!(kind, Mark::Line | Mark::Space | Mark::Item) {
            site.read_run(quotes);
        }
        site.read_gap(breaks);
        site
    }

    fn read_run(&mut self, quotes: &mut Quotes) {
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

    fn read_gap(&mut self, breaks: &Breaks) {
        let mut lines = 0;
        let mut at = self.end;
        while let Some(c) = after(self.text, at).filter(|c| c.is_whitespace()) {
            lines += match c {
                // The pair counts once.
                '\r' if after(self.text, at + 1) == Some('\n') => 0,
                '\n' | '\r' | '\u{85}' | '\u{2028}' => usize::from(!breaks.is_wrap(at)),
                '\u{2029}' => 2,
                _ => 0,
            };
            at += c.len_utf8();
        }
        self.next = at;
        self.gap = match (lines, at > self.end) {
            (0, false) => Gap::None,
            (0, true) => Gap::Space,
            (1, _) => Gap::Line,
            _ => Gap::Paragraph,
        };
    }

    /// The text of the sentence up to the mark, at most `reach` bytes of it.
    pub(super) fn lead(&self, reach: usize) -> &'t str {
        let mut from = self.start.saturating_sub(reach).max(self.sentence);
        while from < self.start && !self.text.is_char_boundary(from) {
            from += 1;
        }
        self.text.get(from..self.start).unwrap_or_default()
    }

    /// The word before the mark, up to white space, without opening quotes and brackets.
    pub(super) fn word(&self) -> &'t str {
        let lead = self.lead(REACH).trim_end();
        let word = lead.get(last_word(lead)..).unwrap_or_default();
        if word.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric) {
            return word;
        }
        word.trim_start_matches(|c: char| is_opener(c) || is_quote(c) || is_ignorable(c))
    }

    /// [`Site::word`] with the marks after it.
    pub(super) fn marked_word(&self) -> &'t str {
        let from = self.start - if self.is_detached { 0 } else { self.word().len() };
        self.text.get(from..self.marks_end).unwrap_or_default()
    }

    /// The word before [`Site::word`], without punctuation at its end.
    pub(super) fn word_before(&self) -> &'t str {
        let word = self.word();
        let lead = self.lead(REACH).trim_end();
        let end = lead.len().saturating_sub(word.len());
        let lead = lead.get(..end).unwrap_or_default();
        lead.trim_end_matches(|c: char| c.is_whitespace() || is_opener(c) || is_quote(c))
            .rsplit(char::is_whitespace)
            .next()
            .unwrap_or_default()
    }

    /// The last character of [`Site::word_before`]; `word` is [`Site::word`].
    pub(super) fn char_before(&self, word: &str) -> Option<char> {
        let lead = self.lead(REACH).trim_end();
        let lead = lead.get(..lead.len().saturating_sub(word.len()))?;
        lead.chars()
            .rev()
            .find(|&c| c.is_ascii_alphanumeric() || !(c.is_whitespace() || is_opener(c) || is_quote(c)))
    }

    /// Whether [`Site::word_before`] ends with a figure.
    pub(super) fn is_after_figure(&self) -> bool {
        self.char_before(self.word()).is_some_and(|c| c.is_ascii_digit())
    }

    /// Where the next word begins: past opening quotes, brackets and dashes.
    pub(super) fn next_word_at(&self) -> usize {
        let mut at = self.next;
        if self.text.as_bytes().get(at).is_some_and(u8::is_ascii_alphanumeric) {
            return at;
        }
        for c in self.text.get(self.next..).unwrap_or_default().chars().take(6) {
            let skipped = is_opener(c) || is_quote(c) || is_dash(c) || is_bullet(c) || is_ignorable(c);
            let is_inner_blank = c == ' ' && at > self.next;
            if !skipped && !is_inner_blank {
                break;
            }
            at += c.len_utf8();
        }
        at
    }

    /// The first character of the next word.
    pub(super) fn next_letter(&self) -> Option<char> {
        after(self.text, self.next_word_at())
    }

    /// The first character after the gap.
    pub(super) fn next_char(&self) -> Option<char> {
        after(self.text, self.next)
    }

    /// The next word: its letters, figures and inner apostrophes.
    pub(super) fn next_word(&self) -> &'t str {
        let from = self.next_word_at();
        let rest = self.text.get(from..).unwrap_or_default();
        let mut len = rest.bytes().take(32).take_while(u8::is_ascii_alphanumeric).count();
        for c in rest.get(len..).unwrap_or_default().chars().take(32 - len) {
            if !(c.is_alphanumeric() || is_combining(c)) {
                break;
            }
            len += c.len_utf8();
        }
        rest.get(..len).unwrap_or_default()
    }

    /// Whether a closing quote or bracket stands after the marks.
    pub(super) fn is_closed(&self) -> bool {
        self.end > self.marks_end
    }
}

/// Where the last word of `lead` begins: after white space or a dash.
fn last_word(lead: &str) -> usize {
    for (at, &byte) in lead.as_bytes().iter().enumerate().rev() {
        match byte {
            b' ' | b'\t'..=b'\r' => return at + 1,
            // What white space and dashes beyond ASCII begin with.
            0xC2 | 0xE1..=0xE3 => {
                let c = after(lead, at).unwrap_or_default();
                if c.is_whitespace() || matches!(c, '\u{2013}' | '\u{2014}') {
                    return at + c.len_utf8();
                }
            }
            _ => {}
        }
    }
    0
}

/// Marks that combine with the letter before, as far as a cheap test tells.
pub(super) fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{487}' | '\u{591}'..='\u{5bd}' | '\u{5bf}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
        || (matches!(c, '\u{900}'..='\u{109f}' | '\u{1700}'..='\u{18ff}')
            && is_indic_sign(c)
            && !c.is_alphabetic()
            && !c.is_numeric()
            && mark(c).is_none())
}

fn is_indic_sign(c: char) -> bool {
    matches!(c as u32 & 0x7f, 0x4d | 0x3c) || matches!(c, '\u{e31}'..='\u{e4e}')
}

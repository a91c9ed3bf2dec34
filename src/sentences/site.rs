//! A place where a sentence may end, and what stands on either side; how far the run of marks and closing quotes there goes
//! is left to `closing`. Everything is read from a bounded neighbourhood, so that the work stays linear whatever the text.

use super::closing::Quotes;
use super::lines::Breaks;
use super::marks::Mark;
use super::marks::is_bullet;
use super::marks::is_dash;
use super::marks::is_ignorable;
use super::marks::is_opener;
use super::marks::is_quote;
use super::marks::mark;

/// How far back a word or a sentence is read, in bytes.
pub(super) const REACH: usize = 96;

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

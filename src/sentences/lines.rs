//! Tells line ends that only wrap a paragraph from those that end a sentence: a wrapped line is full, that is, the first
//! word of the next line would not have fitted.

use super::marks::is_small;
use super::words;

/// The line ends of a text that wrap: byte positions, ascending.
#[derive(Debug, Default)]
pub(super) struct Breaks {
    wraps: Vec<usize>,
}

/// Widths at which people wrap text, in characters. Longer lines are paragraphs, shorter ones lists.
const WIDTHS: std::ops::RangeInclusive<usize> = 30..=132;

struct Line<'t> {
    text: &'t str,
    /// Position of its line end.
    end: usize,
    /// Lines between the same blank lines are of one block.
    block: usize,
    chars: usize,
    /// Whether white space stands before the line end.
    is_open: bool,
}

impl Breaks {
    /// Judges every line end of `text`.
    pub(super) fn find(text: &str) -> Breaks {
        let mut breaks = Breaks::default();
        if memchr::memchr(b'\n', text.as_bytes()).is_none() {
            return breaks;
        }
        let mut lines: Vec<Line<'_>> = Vec::new();
        let mut start = 0;
        let mut block = 0;
        for end in memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]) {
            let line = text.get(start..end).unwrap_or_default();
            start = end + 1;
            let line = line.strip_suffix('\r').unwrap_or(line);
            let (trimmed, chars) = (line.trim(), line.trim_end().chars().count());
            if trimmed.is_empty() {
                block += 1;
            } else {
                lines.push(Line { text: trimmed, end, block, chars, is_open: line.ends_with(' ') });
            }
        }
        let whole = Evidence::of(&lines).wrapped_at();
        for block in lines.chunk_by(|one, two| one.block == two.block) {
            let width = whole.or_else(|| Evidence::of(block).wrapped_at());
            for pair in block.windows(2) {
                let [line, next] = pair else { continue };
                if width.is_some_and(|w| is_full(line, next, w)) || continues(line, next) {
                    breaks.wraps.push(line.end);
                }
            }
        }
        breaks
    }

    /// Whether the line end at `at` only wraps.
    pub(super) fn is_wrap(&self, at: usize) -> bool {
        !self.wraps.is_empty() && self.wraps.binary_search(&at).is_ok()
    }
}

/// What the lines of one or more blocks say together.
struct Evidence {
    width: usize,
    breaks: usize,
    full: usize,
    /// Full lines that end without a mark.
    unended: usize,
    /// Those of them that are followed by a letter with case, and by one in lower case.
    cased: usize,
    continued: usize,
}

impl Evidence {
    fn of(lines: &[Line<'_>]) -> Evidence {
        // A word longer than the width stands on a line of its own.
        let spaced = lines.iter().filter(|l| l.text.contains(' ')).map(|l| l.chars).max();
        let width = spaced.or_else(|| lines.iter().map(|l| l.chars).max()).unwrap_or(0);
        let mut e = Evidence { width, breaks: 0, full: 0, unended: 0, cased: 0, continued: 0 };
        if !WIDTHS.contains(&width) {
            return e;
        }
        for pair in lines.windows(2) {
            let [line, next] = pair else { continue };
            if line.block != next.block {
                continue;
            }
            e.breaks += 1;
            if !is_full(line, next, width) {
                continue;
            }
            e.full += 1;
            if !is_ended(line) {
                e.unended += 1;
                let first = next.text.chars().next();
                e.continued += usize::from(first.is_some_and(is_small));
                e.cased += usize::from(first.is_some_and(|c| is_small(c) || c.is_uppercase()));
            }
        }
        e
    }

    /// The width at which the lines are wrapped, if they are.
    fn wrapped_at(&self) -> Option<usize> {
        if self.full == 0 || self.full * 10 < self.breaks * 6 {
            return None;
        }
        // Most lines of a paragraph end inside a sentence, and most words are written in lower case.
        let is_cased = self.cased * 2 >= self.unended;
        let is_prose = self.unended * 2 >= self.full && (!is_cased || self.continued * 10 >= self.cased * 3);
        is_prose.then_some(self.width)
    }
}

fn is_full(line: &Line<'_>, next: &Line<'_>, width: usize) -> bool {
    // A longer word than the room left would not have fitted; no more of it is read.
    let room = width.saturating_sub(line.chars);
    next.text.chars().take(room).take_while(|c| !c.is_whitespace()).count() == room
}

fn is_ended(line: &Line<'_>) -> bool {
    line.text
        .trim_end_matches(|c: char| super::marks::is_closer(c) || super::marks::is_quote(c))
        .chars()
        .next_back()
        .is_some_and(|c| {
            !matches!(c, ';' | '\u{37e}')
                && super::marks::mark(c).is_some_and(|m| m != super::marks::Mark::Item)
        })
}

/// Whether a line break stands inside a sentence: after a comma; or no mark before it, a lower-case letter after it, and
/// the next line ends like a sentence (the items of a list do not).
fn continues(line: &Line<'_>, next: &Line<'_>) -> bool {
    // A blank at the end of a line after a dash or a short word that ends no heading: an article, a preposition.
    let last = line.text.rsplit(' ').next().unwrap_or_default();
    if line.is_open && (last.chars().all(super::marks::is_dash) || words::is_frequent(last, || 0)) {
        return true;
    }
    line.text.ends_with([',', '\u{60c}', '\u{3001}', '\u{ff0c}'])
        || !is_ended(line) && next.text.chars().next().is_some_and(is_small) && is_ended(next)
}

//! The way back: the decoded text from the clean text and its audit.

use std::fmt;

use crate::audit::Entry;
use crate::audit::Head;
use crate::audit::walk::usual_gap;

/// The clean text and the audit do not belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Where in the decoded text, in code points.
    pub at: usize,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the clean text and the audit do not belong together (at character {} of the input)",
            self.at
        )
    }
}

impl std::error::Error for Mismatch {}

/// A change of a document as its audit tells of it, one of white space like any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alteration<'d> {
    /// The step, `layout` for white space.
    pub step: &'d str,
    /// The rule or code.
    pub rule: &'d str,
    /// Why, in words.
    pub reason: &'d str,
    /// First code point of the decoded text.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// What stood there.
    pub text: &'d str,
    /// What stands there now.
    pub to: &'d str,
    /// Told for the reader, see [`Entry::note`].
    pub is_note: bool,
}

/// All changes of a document in order, white space included; notes follow what they belong to.
pub fn changes<'d>(head: &'d Head<'_>, entries: &'d [Entry<'_>]) -> Vec<Alteration<'d>> {
    let lines = entries.iter().map(|entry| Alteration {
        step: &entry.step,
        rule: &entry.rule,
        reason: &entry.reason,
        start: entry.start,
        end: entry.end,
        text: &entry.text,
        to: &entry.to,
        is_note: entry.note,
    });
    let spaces = head.layout.iter().flat_map(|(text, to, places)| {
        let length = text.0.chars().count();
        places.iter().map(move |start| Alteration {
            step: "layout",
            rule: "white-space",
            reason: "White space and line ends.",
            start: *start,
            end: start + length,
            text: &text.0,
            to: &to.0,
            is_note: false,
        })
    });
    let mut all: Vec<Alteration<'d>> = lines.chain(spaces).collect();
    all.sort_by_cached_key(|change| (change.start, change.is_note, change.end));
    all
}

/// The clean text of a document that was written a sentence a line.
pub fn join<'s>(head: &Head<'_>, sentences: impl ExactSizeIterator<Item = &'s str>) -> String {
    let count = sentences.len();
    let mut gaps = head.gaps.iter().peekable();
    let mut out = String::new();
    for (n, sentence) in sentences.map(Some).chain([None]).enumerate() {
        match gaps.next_if(|(at, _)| *at == n) {
            Some((_, gap)) => out.push_str(&gap.0),
            None => out.push_str(usual_gap(n, count)),
        }
        out.push_str(sentence.unwrap_or_default());
    }
    out
}

/// The decoded text of a document, exactly: the clean text with every change undone.
///
/// ```
/// use copydesk::audit;
/// use copydesk::{Cleaner, Config};
///
/// let cleaner = Cleaner::new(Config::default())?;
/// let input = "Advertisement\r\n\r\nThe cafÃ© is open.  ";
/// let cleaned = cleaner.clean_text(input);
/// let (head, entries) = audit::account(audit::About::default(), &cleaned, cleaner.rules());
/// assert_eq!(audit::restore(&cleaned.text, &head, &entries).as_deref(), Ok(input));
/// # Ok::<(), copydesk::Error>(())
/// ```
pub fn restore(clean: &str, head: &Head<'_>, entries: &[Entry<'_>]) -> Result<String, Mismatch> {
    let mut out = String::with_capacity(clean.len() * 2);
    let mut rest = clean;
    let mut at = 0;
    for change in changes(head, entries).iter().filter(|change| !change.is_note) {
        let mismatch = Mismatch { at: change.start };
        let kept = change.start.checked_sub(at).ok_or(mismatch.clone())?;
        let bytes =
            rest.char_indices().map(|(n, _)| n).chain([rest.len()]).nth(kept).ok_or(mismatch.clone())?;
        let (same, tail) = rest.split_at(bytes);
        out.push_str(same);
        out.push_str(change.text);
        rest = tail.strip_prefix(change.to).ok_or(mismatch)?;
        at = change.end;
    }
    out.push_str(rest);
    if out.chars().count() == head.end { Ok(out) } else { Err(Mismatch { at: head.end }) }
}

//! The account of everything that was done to a document, against its decoded text, and the way back: [`restore`].
//! Deciding is left to the stages, writing files to `output`, showing it to the command and the report page.
//!
//! An audit is JSON, one object a line. A document begins with its [`Head`]; one [`Entry`] for every decode loss, repair and
//! removed line follows. Offsets count code points of the decoded input, half-open.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod compose;
pub mod diff;
mod lines;
mod restore;
mod sums;
mod walk;

use std::borrow::Cow;

use serde::Deserialize;

use crate::audit::walk::Change;
use crate::audit::walk::walk;
use crate::boilerplate::rules::RuleSet;
use crate::pipeline::Cleaned;

pub use crate::audit::lines::entries;
pub use crate::audit::restore::Alteration;
pub use crate::audit::restore::Mismatch;
pub use crate::audit::restore::changes;
pub use crate::audit::restore::join;
pub use crate::audit::restore::restore;
pub use crate::audit::sums::Applied;
pub use crate::audit::sums::Kind;
pub use crate::audit::sums::Spoken;
pub use crate::audit::sums::Sum;
pub use crate::audit::sums::Summed;
pub use crate::audit::sums::Sums;

/// The step named in a head.
pub const DOCUMENT: &str = "document";
/// The rule named in the head of a document that was written.
pub const WRITTEN: &str = "written";
/// The rule named in the head of a document of which nothing was left.
pub const EMPTIED: &str = "emptied";

/// The first line of a document's audit.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Head<'a> {
    /// The document's id.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// Always [`DOCUMENT`].
    #[serde(borrow)]
    pub step: Cow<'a, str>,
    /// [`WRITTEN`] or [`EMPTIED`].
    #[serde(borrow)]
    pub rule: Cow<'a, str>,
    /// Always 0.
    pub start: usize,
    /// Characters of the decoded text.
    pub end: usize,
    /// Characters of the clean text.
    pub chars_out: usize,
    /// The file it came from.
    #[serde(borrow)]
    pub file: Cow<'a, str>,
    /// The record in that file, from 0.
    pub record: u64,
    /// The encoding it was decoded from.
    #[serde(borrow)]
    pub encoding: Cow<'a, str>,
    /// The site or folder.
    #[serde(borrow)]
    pub source: Cow<'a, str>,
    /// Changes of white space: what stood there, what stands in its place, and the offsets of all places where that is so.
    #[serde(borrow)]
    pub layout: Vec<(Text<'a>, Text<'a>, Vec<usize>)>,
    /// Where a sentence a line is written: the white space before the nth sentence where it is not one space, or
    /// nothing before the first; the number of sentences stands for the end of the text.
    #[serde(borrow, default)]
    pub gaps: Vec<(usize, Text<'a>)>,
}

/// A text that is borrowed where JSON has it without escapes.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Text<'a>(#[serde(borrow)] pub Cow<'a, str>);

impl Head<'_> {
    /// Whether nothing of the document was written.
    pub fn is_emptied(&self) -> bool {
        self.rule == EMPTIED
    }
}

/// One change of a document's text.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Entry<'a> {
    /// The document's id.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// `decode`, `repair`, `boilerplate`, `sentences`; `layout` for white space.
    #[serde(borrow)]
    pub step: Cow<'a, str>,
    /// The rule, or the code of the evidence or repair.
    #[serde(borrow)]
    pub rule: Cow<'a, str>,
    /// First code point of the decoded text.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// Why, in words.
    #[serde(borrow)]
    pub reason: Cow<'a, str>,
    /// How sure the step is, 0 to 1: the model's probability for a line; a rule is sure, and repair acts only where it is.
    pub score: f32,
    /// What stood there.
    #[serde(borrow)]
    pub text: Cow<'a, str>,
    /// What stands there now; left out where it is nothing.
    #[serde(borrow, default)]
    pub to: Cow<'a, str>,
    /// Told for the reader, and undone with the entry around it: a repair inside a removed line, a loss in decoding.
    /// Left out where it is not so.
    #[serde(default)]
    pub note: bool,
}

/// What an audit says of a document besides its text.
#[derive(Clone, Copy, Debug, Default)]
pub struct About<'a> {
    /// The document's id.
    pub id: &'a str,
    /// The file it came from.
    pub file: &'a str,
    /// The record in that file, from 0.
    pub record: u64,
    /// The encoding that the file was in, where reading it already needed to know; else the document's is told.
    pub encoding: Option<&'a str>,
    /// The site or folder.
    pub source: &'a str,
    /// Whether nothing of it was written.
    pub is_emptied: bool,
    /// Whether it is written a sentence a line, without the white space between them.
    pub is_by_sentence: bool,
}

/// The audit of one document: its head and its entries.
pub fn account<'c>(
    about: About<'c>,
    cleaned: &'c Cleaned<'_>,
    rules: &'c RuleSet,
) -> (Head<'c>, Vec<Entry<'c>>) {
    let mut entries = Vec::with_capacity(cleaned.repairs.len() + cleaned.removed.len());
    let head = walk(about, cleaned, |change: Change<'c>| {
        entries.push(Entry {
            id: Cow::Borrowed(about.id),
            step: Cow::Borrowed(change.what.step()),
            rule: Cow::Borrowed(change.what.rule()),
            start: change.place.start,
            end: change.place.end,
            reason: change.what.in_words(rules),
            score: change.score,
            text: change.text,
            to: change.to,
            note: change.is_note,
        });
    });
    (head, entries)
}

/// Appends the audit of one document as it is written, each line with its `\n`, and adds it up.
pub fn write(about: About<'_>, cleaned: &Cleaned<'_>, rules: &RuleSet, out: &mut Vec<u8>, sums: &mut Sums) {
    let start = out.len();
    let mut writer = lines::Writer::new(about.id, rules);
    let head = walk(about, cleaned, |change| writer.change(out, sums, &change));
    // The head is known last and stands first.
    let mut first = Vec::with_capacity(1 << 10);
    lines::head(&mut first, &head);
    let (changes, end) = (start + first.len(), out.len());
    out.extend_from_slice(&first);
    out.copy_within(start..end, changes);
    if let Some(place) = out.get_mut(start..changes) {
        place.copy_from_slice(&first);
    }
    sums.push(&head, writer.sums());
    if let Some(document) = sums.documents.last_mut() {
        document.audit = (start..changes, out.len());
    }
}

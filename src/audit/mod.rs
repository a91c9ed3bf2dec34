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

use std::borrow::Cow;

use serde::Deserialize;

use crate::audit::compose::Composed;
use crate::audit::compose::Kind;
use crate::boilerplate::rules::RuleSet;
use crate::document::Span;
use crate::pipeline::Cleaned;
use crate::verdict::Reason;

pub use crate::audit::lines::entry;
pub use crate::audit::restore::Mismatch;
pub use crate::audit::restore::changes;
pub use crate::audit::restore::join;
pub use crate::audit::restore::restore;

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
    /// Changes of white space: offset, what stood there, what stands in its place.
    #[serde(borrow)]
    pub layout: Vec<(usize, Text<'a>, Text<'a>)>,
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
#[derive(Clone, Debug, PartialEq, Deserialize)]
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
    let decoded = &*cleaned.decoded.text;
    let entry = |step: &'static str, rule, reason, span: Span, text, to, note| Entry {
        id: Cow::Borrowed(about.id),
        step: Cow::Borrowed(step),
        rule,
        start: span.start,
        end: span.end,
        reason,
        score: 1.0,
        text,
        to,
        note,
    };
    let mut entries: Vec<Entry<'c>> = losses(cleaned)
        .map(|span| {
            let text = Cow::Borrowed(span.of(decoded));
            let reason = Cow::Borrowed("Bytes without a character in this encoding.");
            entry("decode", Cow::Borrowed("undecodable"), reason, span, text.clone(), text, true)
        })
        .collect();
    let mut layout = Vec::new();
    // Text that is left but holds no sentence goes in one piece: there is no record that it could be restored from.
    let is_leftover = about.is_emptied && !cleaned.text.is_empty();
    if is_leftover {
        let span = Span::new(0, decoded.len());
        let reason = Cow::Borrowed("Nothing that is left is a sentence.");
        let (text, to) = (Cow::Borrowed(decoded), Cow::Borrowed(""));
        entries.push(entry("sentences", Cow::Borrowed("no-sentence"), reason, span, text, to, false));
    }
    for change in compose::compose(decoded, &cleaned.repairs, &cleaned.layout, &cleaned.removed) {
        let Composed { kind, span, text, to, is_note } = change;
        let is_note = is_note || is_leftover;
        match kind {
            Kind::Layout if is_leftover => {}
            // Line ends of another kind are repaired by the thousand, and are white space all the same.
            Kind::Repair(_) if !text.is_empty() && text.trim().is_empty() && to.trim().is_empty() => {
                if !is_note {
                    layout.push((span.start, Text(text), Text(to)));
                }
            }
            Kind::Layout => layout.push((span.start, Text(text), Text(to))),
            Kind::Repair(code) => {
                let reason = Cow::Borrowed(repair_reason(code));
                entries.push(entry("repair", Cow::Borrowed(code), reason, span, text, to, is_note));
            }
            Kind::Removed(n) => {
                let Some(removed) = cleaned.removed.get(n) else { continue };
                let reason = removal_reason(&removed.reason, rules);
                let rule = Cow::Borrowed(removed.reason.code());
                let entry = entry("boilerplate", rule, reason, span, text, to, is_note);
                entries.push(Entry { score: removed.score, ..entry });
            }
        }
    }
    let length = to_code_points(decoded, &mut entries, &mut layout);
    let head = Head {
        id: Cow::Borrowed(about.id),
        step: Cow::Borrowed(DOCUMENT),
        rule: Cow::Borrowed(if about.is_emptied { EMPTIED } else { WRITTEN }),
        start: 0,
        end: length,
        chars_out: if about.is_emptied { 0 } else { cleaned.text.chars().count() },
        file: Cow::Borrowed(about.file),
        record: about.record,
        encoding: Cow::Borrowed(cleaned.decoded.encoding),
        source: Cow::Borrowed(about.source),
        layout,
        gaps: if about.is_by_sentence && !about.is_emptied { gaps(cleaned) } else { Vec::new() },
    };
    (head, entries)
}

/// Appends the audit of one document as it is written, each line with its `\n`.
pub fn write(about: About<'_>, cleaned: &Cleaned<'_>, rules: &RuleSet, out: &mut Vec<u8>) {
    let (head, entries) = account(about, cleaned, rules);
    lines::head(out, &head);
    lines::entries(out, &entries);
}

/// The white space between sentences, where it is not what a reader of sentences would put there.
fn gaps<'c>(cleaned: &'c Cleaned<'_>) -> Vec<(usize, Text<'c>)> {
    let mut gaps = Vec::new();
    let mut at = 0;
    let end = Span::new(cleaned.text.len(), cleaned.text.len());
    for (n, span) in cleaned.sentences.iter().map(|s| s.span).chain([end]).enumerate() {
        let gap = Span::new(at, span.start).of(&cleaned.text);
        if gap != usual_gap(n, cleaned.sentences.len()) {
            gaps.push((n, Text(Cow::Borrowed(gap))));
        }
        at = span.end;
    }
    gaps
}

const fn usual_gap(n: usize, sentences: usize) -> &'static str {
    if n == 0 || n == sentences { "" } else { " " }
}

/// Runs of replacement characters, where decoding lost something.
fn losses(cleaned: &Cleaned<'_>) -> impl Iterator<Item = Span> {
    let text = if cleaned.decoded.losses > 0 { &*cleaned.decoded.text } else { "" };
    let mut found = text.match_indices('\u{FFFD}').peekable();
    std::iter::from_fn(move || {
        let (start, mark) = found.next()?;
        let mut end = start + mark.len();
        while found.next_if(|(at, _)| *at == end).is_some() {
            end += mark.len();
        }
        Some(Span::new(start, end))
    })
}

/// Turns byte offsets into code points. Entries and layout are nearly ascending, each kind in itself, so the cursor
/// rarely goes back, and then never before the entry that a note belongs to.
fn to_code_points(
    text: &str,
    entries: &mut [Entry<'_>],
    layout: &mut [(usize, Text<'_>, Text<'_>)],
) -> usize {
    let length = text.chars().count();
    if length == text.len() {
        return length;
    }
    let (mut changes, mut notes, mut spaces) = (Cursor::new(text), Cursor::new(text), Cursor::new(text));
    for entry in entries {
        if entry.note {
            // Losses come before all else, and begin anew from the left.
            if entry.start < notes.bytes {
                notes = Cursor::new(text);
            }
            (entry.start, entry.end) = (notes.at(entry.start), notes.at(entry.end));
        } else {
            (entry.start, entry.end) = (changes.at(entry.start), changes.at(entry.end));
        }
    }
    for (start, _, _) in layout {
        *start = spaces.at(*start);
    }
    length
}

struct Cursor<'t> {
    text: &'t str,
    bytes: usize,
    chars: usize,
}

impl<'t> Cursor<'t> {
    const fn new(text: &'t str) -> Cursor<'t> {
        Cursor { text, bytes: 0, chars: 0 }
    }

    fn at(&mut self, byte: usize) -> usize {
        self.chars += Span::new(self.bytes, byte).of(self.text).chars().count();
        self.bytes = byte;
        self.chars
    }
}

fn repair_reason(code: &str) -> &'static str {
    match code {
        "mojibake" => "Bytes that were decoded with the wrong encoding.",
        "misread-charset" => "Letters of another charset that were read as this one.",
        "html-entity" => "An HTML entity left over from the page.",
        "json-escape" => "An escape left over from JSON.",
        "quoted-printable" => "An escape left over from mail.",
        "terminal-escape" => "A command to a terminal.",
        "control" | "c1-control" => "A control character, which does not print.",
        "byte-order-mark" => "A byte-order mark inside the text.",
        "soft-hyphen" => "A hyphen that shows only at the end of a line.",
        "zero-width" => "An invisible character without a use in this script.",
        "line-separator" => "A line end of another kind.",
        "ligature" => "Several letters in one character.",
        "wide-latin" => "Latin letters as wide as CJK ones.",
        "nfc" => "Letters and marks, put into composed form.",
        _ => "Damaged characters.",
    }
}

fn removal_reason<'r>(reason: &Reason, rules: &'r RuleSet) -> Cow<'r, str> {
    Cow::Borrowed(match reason {
        Reason::Rule(id) => {
            let rule = rules.rules().iter().find(|rule| rule.id == id.as_str());
            rule.map_or("", |rule| rule.because.as_str())
        }
        Reason::Repeated => "The same text stands elsewhere in the document.",
        Reason::List => "It is part of a list of headlines, times or labels.",
        Reason::RelatedBlock => "It belongs to a block of other articles.",
        Reason::Theme(theme) => {
            return Cow::Owned(format!("Its phrases are typical of what is no article: {theme}."));
        }
        Reason::Ornament => "It has no letter and no digit.",
        Reason::Template => "It stands in several documents of the same site.",
        Reason::Outside => "It stands before the article begins or after it ends.",
        Reason::Neighbours => "The lines around it are not part of the article.",
    })
}

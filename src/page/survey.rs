//! What the report page tells of a run: plain values. Gathering them is left to `gather`, showing them to the page's script.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::value::RawValue;

use crate::audit::Applied;

/// Everything the page shows.
#[derive(Debug, Default, Serialize)]
pub struct Survey {
    /// Characters of the decoded input.
    pub chars_in: u64,
    /// Characters written.
    pub chars_out: u64,
    /// Sentences written.
    pub sentences: u64,
    /// Documents read back.
    pub documents: u64,
    /// Whether there was an audit to go by.
    pub has_audit: bool,
    /// Characters taken away and put in, by step.
    pub steps: BTreeMap<String, Step>,
    /// By language, most documents first.
    pub languages: Vec<Language>,
    /// By rule, most characters first.
    pub rules: Vec<Rule>,
    /// By site, most documents first.
    pub sites: Vec<Site>,
    /// Documents by the share of their characters that was removed, in twentieths.
    pub shares: Vec<u64>,
    /// By encoding, most documents first.
    pub encodings: Vec<Encoding>,
    /// Why records were set aside.
    pub rejects: Vec<Reject>,
    /// What deserves a look.
    pub warnings: Vec<Warning>,
    /// Documents with their diffs: the ones that lost most first, then a sample.
    pub diffs: Vec<Diff>,
}

/// What a step did to the characters.
#[derive(Debug, Default, Serialize)]
pub struct Step {
    /// Places changed.
    pub changes: u64,
    /// Characters that stood there.
    pub from: u64,
    /// Characters that stand there now.
    pub to: u64,
}

impl Step {
    /// Adds what was done to one document.
    pub(super) const fn add(&mut self, applied: &Applied) {
        self.changes += applied.changes;
        self.from += applied.from;
        self.to += applied.to;
    }
}

/// A language of the output.
#[derive(Debug, Default, Serialize)]
pub struct Language {
    /// Its tag.
    pub lang: String,
    /// Documents mostly in it.
    pub documents: u64,
    /// Their characters.
    pub chars: u64,
    /// Sentences in it, in any document.
    pub sentences: u64,
    /// Sentences by score, in tenths.
    pub scores: [u64; 10],
}

/// What one rule or repair did.
#[derive(Debug, Default, Serialize)]
pub struct Rule {
    /// Its id or code.
    pub rule: String,
    /// The step it belongs to.
    pub step: String,
    /// Why, in words.
    pub reason: String,
    /// How often it applied.
    pub changes: u64,
    /// Characters that it removed or replaced.
    pub chars: u64,
    /// Documents it applied to.
    pub documents: u64,
    /// Characters by language of the document.
    pub languages: Vec<(String, u64)>,
    /// Characters by site.
    pub sites: Vec<(String, u64)>,
    /// Examples.
    pub examples: Vec<Example>,
}

/// One application of a rule.
#[derive(Debug, Serialize)]
pub struct Example {
    /// The document.
    pub id: String,
    /// The clean text before it.
    pub before: String,
    /// What stood there.
    pub text: String,
    /// What stands there now.
    pub to: String,
    /// The clean text after it.
    pub after: String,
}

/// What was done to a site's documents.
#[derive(Debug, Default, Serialize)]
pub struct Site {
    /// Its name.
    pub site: String,
    /// Documents read.
    pub documents: u64,
    /// Documents of which nothing was left.
    pub emptied: u64,
    /// Characters read.
    pub chars_in: u64,
    /// Characters written.
    pub chars_out: u64,
    /// Characters of removed lines.
    pub removed: u64,
}

/// Documents of one encoding.
#[derive(Debug, Default, Serialize)]
pub struct Encoding {
    /// Its name.
    pub encoding: String,
    /// Documents.
    pub documents: u64,
    /// Characters lost in decoding.
    pub losses: u64,
}

/// Records set aside for one reason.
#[derive(Debug, Default, Serialize)]
pub struct Reject {
    /// The reason.
    pub reason: String,
    /// How many.
    pub records: u64,
    /// Some of them.
    pub examples: Vec<RejectExample>,
}

/// A record set aside.
#[derive(Debug, Serialize)]
pub struct RejectExample {
    /// The file.
    pub file: String,
    /// The record in it.
    pub record: u64,
    /// Where it begins.
    pub offset: u64,
    /// How it begins.
    pub start: String,
}

/// Something that deserves a look.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Warning {
    /// What it is, in one sentence.
    pub text: String,
    /// The document to look at, empty when there is none.
    pub id: String,
}

/// A document with everything done to it.
#[derive(Debug, Serialize)]
pub struct Diff {
    /// Its id.
    pub id: String,
    /// Its site.
    pub site: String,
    /// Its address.
    pub url: String,
    /// Its language.
    pub lang: String,
    /// The probability of that language.
    pub score: f32,
    /// The encoding it was in.
    pub encoding: String,
    /// Characters read.
    pub chars_in: usize,
    /// Characters written.
    pub chars_out: usize,
    /// Characters of removed lines.
    pub removed: usize,
    /// Whether nothing was left.
    pub is_emptied: bool,
    /// Whether the page has only its beginning.
    pub is_cut: bool,
    /// Its lines, each an array of pieces `[kind, text, text]` and one of notes `[rule, reason]`.
    pub rows: Box<RawValue>,
}

//! What was done to documents, added up by kind of change while it is told: enough for most of what a report says, so that
//! few audits have to be read again.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::audit::Entry;
use crate::audit::Head;

/// Documents and what was done to them.
#[derive(Debug, Default)]
pub struct Sums {
    /// The documents, in order.
    pub documents: Vec<Summed>,
    kinds: Vec<Kind>,
    places: BTreeMap<String, usize>,
    /// What a kind is looked up by, put together again and again.
    key: String,
}

/// A kind of change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kind {
    /// The step that makes it.
    pub step: String,
    /// The rule, or the code of the evidence or repair.
    pub rule: String,
    /// Why, in words; of kinds that differ in nothing else, the first one's.
    pub reason: String,
}

/// A document, and what was done to it.
#[derive(Debug, Default)]
pub struct Summed {
    /// Its id.
    pub id: String,
    /// The site or folder.
    pub source: String,
    /// The encoding it was decoded from.
    pub encoding: String,
    /// Characters of the decoded text.
    pub chars_in: usize,
    /// Characters of the clean text.
    pub chars_out: usize,
    /// Whether nothing of it was written.
    pub is_emptied: bool,
    /// Changes of white space.
    pub layout: Applied,
    /// All others, once for each kind.
    pub sums: Vec<Sum>,
    /// Its language, empty where none was named.
    pub lang: String,
    /// The languages of its sentences.
    pub spoken: Vec<Spoken>,
    /// Its records, in bytes of the lines that it was written with.
    pub records: Range<usize>,
    /// Its audit, likewise: the line of the document, and where those of its changes end.
    pub audit: (Range<usize>, usize),
}

/// The sentences of a document in one language.
#[derive(Debug)]
pub struct Spoken {
    /// Its tag.
    pub lang: String,
    /// How many sentences were named with a score of so many tenths.
    pub scores: [u64; 10],
}

/// The changes of one kind in one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sum {
    /// Its place among the kinds.
    pub kind: usize,
    /// How many.
    pub changes: u64,
    /// Characters that stood there.
    pub chars: u64,
    /// Those that are no notes.
    pub applied: Applied,
}

/// Changes that were made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// How many.
    pub changes: u64,
    /// Characters that stood there.
    pub from: u64,
    /// Characters that stand there now.
    pub to: u64,
}

impl Summed {
    /// Counts a sentence in a language that was named with such a score, as it is written: in hundredths.
    pub fn speak(&mut self, lang: &str, score: f32) {
        let place = self.spoken.iter().position(|spoken| spoken.lang == lang).unwrap_or_else(|| {
            self.spoken.push(Spoken { lang: lang.to_owned(), scores: [0; 10] });
            self.spoken.len() - 1
        });
        let tenths = (f64::from(score) * 100.0 + 0.5) as usize / 10;
        if let Some(sum) = self.spoken.get_mut(place).and_then(|spoken| spoken.scores.get_mut(tenths.min(9)))
        {
            *sum += 1;
        }
    }
}

impl Sum {
    pub(super) fn new(kind: usize) -> Sum {
        Sum { kind, changes: 0, chars: 0, applied: Applied::default() }
    }

    /// Counts a change of so many characters.
    pub(super) fn add(&mut self, chars: usize, to: &str, is_note: bool) {
        self.changes += 1;
        self.chars += chars as u64;
        if !is_note {
            // Most changes leave nothing.
            let to = if to.is_empty() { 0 } else { to.chars().count() };
            self.applied.merge(&Applied { changes: 1, from: chars as u64, to: to as u64 });
        }
    }
}

impl Applied {
    /// Adds other changes.
    pub const fn merge(&mut self, other: &Applied) {
        self.changes += other.changes;
        self.from += other.from;
        self.to += other.to;
    }
}

impl Sums {
    /// The lines of the audit that was added up.
    pub fn lines(&self) -> u64 {
        let changes = self.documents.iter().flat_map(|document| &document.sums).map(|sum| sum.changes);
        self.documents.len() as u64 + changes.sum::<u64>()
    }

    /// The kinds of all changes.
    pub fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    /// Takes in a document by its audit.
    pub fn read(&mut self, head: &Head<'_>, entries: &[Entry<'_>]) {
        let mut sums = Vec::new();
        for alike in entries.chunk_by(|a, b| a.rule == b.rule && a.step == b.step) {
            let [first, ..] = alike else { continue };
            let mut sum = Sum::new(self.kind(&first.step, &first.rule, || first.reason.to_string()));
            for change in alike {
                sum.add(change.end - change.start, &change.to, change.note);
            }
            sums.push(sum);
        }
        self.push(head, sums);
    }

    /// The place of a kind.
    pub(super) fn kind(&mut self, step: &str, rule: &str, reason: impl FnOnce() -> String) -> usize {
        self.key.clear();
        self.key.extend([rule, "\n", step]);
        if let Some(place) = self.places.get(&self.key) {
            return *place;
        }
        self.places.insert(self.key.clone(), self.kinds.len());
        self.kinds.push(Kind { step: step.to_owned(), rule: rule.to_owned(), reason: reason() });
        self.kinds.len() - 1
    }

    /// Appends a document; a kind may stand in several of the sums.
    pub(super) fn push(&mut self, head: &Head<'_>, mut sums: Vec<Sum>) {
        sums.sort_by_key(|sum| sum.kind);
        sums.dedup_by(|sum, before| {
            let is_same = sum.kind == before.kind;
            if is_same {
                before.changes += sum.changes;
                before.chars += sum.chars;
                before.applied.merge(&sum.applied);
            }
            is_same
        });
        let mut layout = Applied::default();
        for (text, to, places) in &head.layout {
            let [from, to] = [text, to].map(|text| (text.0.chars().count() * places.len()) as u64);
            layout.merge(&Applied { changes: places.len() as u64, from, to });
        }
        self.documents.push(Summed {
            id: head.id.to_string(),
            source: head.source.to_string(),
            encoding: head.encoding.to_string(),
            chars_in: head.end,
            chars_out: head.chars_out,
            is_emptied: head.is_emptied(),
            layout,
            sums,
            ..Summed::default()
        });
    }
}

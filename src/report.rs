//! Counts of a run: what came in, what went out, what was removed and why. A value that merges; printing it is
//! left to the command.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use crate::document::Lang;

/// The counts of a run, or of a part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Documents read.
    pub documents_in: u64,
    /// Documents written.
    pub documents_out: u64,
    /// Documents of which nothing was left.
    pub empty: u64,
    /// Records that could not be read.
    pub rejected: u64,
    /// Input bytes of the documents.
    pub bytes_in: u64,
    /// Characters before cleaning.
    pub chars_in: u64,
    /// Characters after cleaning.
    pub chars_out: u64,
    /// Sentences written.
    pub sentences: u64,
    /// Removed lines and their characters, by reason.
    pub removed: BTreeMap<String, Removed>,
    /// Repairs by kind.
    pub repairs: BTreeMap<String, u64>,
    /// Documents by language.
    pub languages: BTreeMap<String, u64>,
    /// Documents by encoding.
    pub encodings: BTreeMap<String, u64>,
}

/// What one reason removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// Lines.
    pub lines: u64,
    /// Characters.
    pub chars: u64,
}

impl Report {
    /// Adds the counts of another part; the order of merging does not matter.
    pub fn merge(&mut self, other: &Report) {
        self.documents_in += other.documents_in;
        self.documents_out += other.documents_out;
        self.empty += other.empty;
        self.rejected += other.rejected;
        self.bytes_in += other.bytes_in;
        self.chars_in += other.chars_in;
        self.chars_out += other.chars_out;
        self.sentences += other.sentences;
        for (reason, removed) in &other.removed {
            let sum = self.removed.entry(reason.clone()).or_default();
            sum.lines += removed.lines;
            sum.chars += removed.chars;
        }
        for (into, from) in [
            (&mut self.repairs, &other.repairs),
            (&mut self.languages, &other.languages),
            (&mut self.encodings, &other.encodings),
        ] {
            for (key, count) in from {
                *into.entry(key.clone()).or_default() += count;
            }
        }
    }

    /// Counts removed lines of one reason.
    pub fn count_removed(&mut self, code: &str, lines: u64, chars: u64) {
        let sum = match self.removed.get_mut(code) {
            Some(sum) => sum,
            None => self.removed.entry(code.to_owned()).or_default(),
        };
        sum.lines += lines;
        sum.chars += chars;
    }

    /// Counts a written document's language.
    pub fn count_language(&mut self, lang: Lang) {
        *self.languages.entry(lang.tag().to_owned()).or_default() += 1;
    }

    /// Every document that came in went out, was empty, or was rejected.
    pub const fn is_balanced(&self) -> bool {
        self.documents_in == self.documents_out + self.empty + self.rejected
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merging_adds_and_keeps_the_balance() {
        let mut a = Report { documents_in: 2, documents_out: 1, empty: 1, ..Report::default() };
        a.count_removed("related-heading", 1, 7);
        let mut b = a.clone();
        b.merge(&a);
        assert_eq!((b.documents_in, b.removed["related-heading"].chars), (4, 14));
        assert!(b.is_balanced());
        b.rejected += 1;
        assert!(!b.is_balanced());
    }
}

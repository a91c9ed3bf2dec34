//! What the first pass repaired, kept for the second, which then need not search again: as many documents as fit in a
//! part of the memory. A document that is not found is repaired anew, to the same end.

use std::collections::HashMap;
use std::hash::BuildHasher;

use foldhash::quality::RandomState;

use crate::document::Edit;

/// Beside its edits, what a document takes in the table, in bytes.
const ENTRY: usize = 48;

/// The edits of texts, by the hash of the text.
#[derive(Debug, Default)]
pub(crate) struct Repairs {
    /// Keyed anew in each run, so that no input can be made to collide. All texts go through it twice: std's takes five times
    /// as long.
    keys: RandomState,
    edits: HashMap<(u64, usize), Box<[Edit]>>,
    bytes: usize,
    most: usize,
}

/// A text's key.
pub(crate) type Key = (u64, usize);

impl Repairs {
    /// Room for so many bytes.
    pub(crate) fn new(most: usize) -> Repairs {
        Repairs { most, ..Repairs::default() }
    }

    /// What computes keys, for the threads that count.
    pub(crate) fn keys(&self) -> RandomState {
        self.keys.clone()
    }

    /// Keeps the edits of texts while there is room.
    pub(crate) fn add(&mut self, found: Vec<(Key, Vec<Edit>)>) {
        for (key, edits) in found {
            let size = ENTRY + edits.iter().map(|edit| size_of::<Edit>() + edit.to.len()).sum::<usize>();
            if self.bytes + size <= self.most {
                self.bytes += size;
                self.edits.insert(key, edits.into_boxed_slice());
            }
        }
    }

    /// What repairing `text` would do, when that is known.
    pub(crate) fn of(&self, text: &str) -> Option<&[Edit]> {
        if self.edits.is_empty() {
            return None;
        }
        self.edits.get(&key(&self.keys, text)).map(|edits| &**edits)
    }
}

/// The key of a text.
pub(crate) fn key(keys: &RandomState, text: &str) -> Key {
    (keys.hash_one(text), text.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Span;

    #[test]
    fn what_fits_is_found_again() {
        let mut repairs = Repairs::new(2 * ENTRY + 100);
        let edit = Edit { span: Span::new(0, 1), to: "x".into(), code: "test" };
        let keys = repairs.keys();
        for (text, edits) in [("a", vec![edit.clone()]), ("b", vec![]), ("c", vec![edit.clone(); 9])] {
            repairs.add(vec![(key(&keys, text), edits)]);
        }
        assert_eq!(repairs.of("a"), Some(&[edit][..]));
        assert_eq!(repairs.of("b"), Some(&[][..]));
        assert_eq!((repairs.of("c"), repairs.of("d")), (None, None));
    }
}

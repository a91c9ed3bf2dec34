//! The n-grams of a word, as keys and their hashes, by which `model` finds what they are worth.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::script::Script;
use super::script::only_language;

/// Stands for the end of a word in an n-gram.
const EDGE: u32 = 1;

/// The keys of a word's n-grams and of the word as a whole, the whole first. Where the script already names the
/// language, only the whole. Those of five letters, boundaries included, are taken everywhere and those of three where a
/// word begins or ends. More of them cost time and say little new: of sentences above 60 letters .985 are right with
/// these, .983 with all of three to five.
///
/// A key is the letters themselves, 12 bits each, the last lowest: a mask cuts the shorter n-grams from the longest.
pub fn grams(letters: &[u32], script: Script, mut take: impl FnMut(u64)) {
    if matches!(script, Script::Han | Script::Kana) {
        let mut before = EDGE;
        for &letter in letters {
            take(HAN | u64::from(letter));
            take(HAN_PAIR | u64::from(before) << 24 | u64::from(letter));
            before = letter;
        }
        return;
    }
    take(whole(letters));
    if only_language(script).is_some() {
        return;
    }
    let mut window = u64::from(EDGE);
    for (place, &letter) in letters.iter().enumerate() {
        window = window << BITS | u64::from(letter) & of_length(1);
        // A single letter says something only beyond a to z.
        if letter >= 0x80 {
            take(window & of_length(1));
        }
        if place == 1 {
            take(window & of_length(3));
        } else if place > 2 {
            take(window & of_length(5));
        }
    }
    window = window << BITS | u64::from(EDGE);
    take(window & of_length(3));
    if letters.len() > 2 {
        take(window & of_length(5));
    }
}

/// Bits of a letter in a key. Letters that are alike in them are of scripts that never share a word.
const BITS: usize = 12;
/// What keeps the keys of other things apart from those of letters, which leave the highest bits free.
const HAN: u64 = 1 << 60;
const HAN_PAIR: u64 = 2 << 60;
const WHOLE: u64 = 8 << 60;

const fn of_length(length: usize) -> u64 {
    (1 << (BITS * length)) - 1
}

/// The key of a word as a whole.
pub fn whole(letters: &[u32]) -> u64 {
    WHOLE
        | letters.iter().fold(0, |hash, letter| (hash ^ u64::from(*letter)).wrapping_mul(MIX).rotate_left(29))
}

/// The hash of a key: its highest bits depend on all of the key's.
pub const fn hash(key: u64) -> u64 {
    (key ^ (key >> 31)).wrapping_mul(MIX)
}

const MIX: u64 = 0x9E37_79B9_7F4A_7C15;

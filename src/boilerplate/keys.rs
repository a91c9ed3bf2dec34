//! The keys of lines and sites, by which `templates` counts. They stand in users' files: with other keys, those are files of
//! another version, and as sites have other keys too, what was counted by the old ones finds nothing.

use crate::characters::PLANE;
use crate::characters::Table;
use crate::characters::decode;

/// Lines with fewer letters and digits recur by chance.
const FEWEST_LETTERS: usize = 2;
/// Longer lines, in bytes, are not boilerplate that recurs word by word.
const LONGEST_LINE: usize = 4000;

/// The key of a site by its name.
pub fn site_key(name: &str) -> u64 {
    finish(name.bytes().fold(SEED, |hash, byte| step(hash, u64::from(byte))))
}

const SEED: u64 = 0xcbf2_9ce4_8422_2327;
const PRIME: u64 = 0x0000_0100_0000_01b3;

const fn step(hash: u64, value: u64) -> u64 {
    (hash ^ value).wrapping_mul(PRIME)
}

pub(crate) const fn finish(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^ (hash >> 29)
}

/// The key of a line: letters in lower case, every number the same, all else left out; `None` when too little is left
/// or the line is too long to recur. Never 0.
pub fn line_key(line: &str) -> Option<u64> {
    line_key_if(line, |_| true)
}

/// The same, but `None` where `is_wanted` says no to what the key has of the line's first letters: its upper
/// [`FRONT`] bits.
pub(crate) fn line_key_if(line: &str, is_wanted: impl FnOnce(u64) -> bool) -> Option<u64> {
    if line.len() > LONGEST_LINE {
        return None;
    }
    let mut walk = Walk { bytes: line.as_bytes(), at: 0, number_end: 0, hash: SEED };
    let mut letters = walk.part(FIRST);
    let front = finish(walk.hash) >> (u64::BITS - FRONT);
    if letters < FEWEST_LETTERS || !is_wanted(front) {
        return None;
    }
    if letters == FIRST {
        letters = MOST;
    }
    while letters == MOST {
        letters = walk.part(MOST);
    }
    Some((front << (u64::BITS - FRONT) | finish(walk.hash) >> FRONT).max(1))
}

/// Bits of a key that its line's first letters give.
const FRONT: u32 = 16;
/// So many letters and numbers are the first.
const FIRST: usize = 16;
/// So many others are taken into account together.
const MOST: usize = 128;

/// What each of them is multiplied by: their sum needs no letter before the next.
const FACTORS: [u64; MOST] = {
    let (mut factors, mut factor) = ([0; MOST], SEED);
    let mut i = 0;
    while i < MOST {
        factor = finish(factor.wrapping_add(PRIME));
        factors[i] = factor | 1;
        i += 1;
    }
    factors
};

/// A line on the way to its key.
struct Walk<'l> {
    bytes: &'l [u8],
    at: usize,
    /// Where the last number ended.
    number_end: usize,
    hash: u64,
}

impl Walk<'_> {
    /// Takes the next letters and numbers into account, `most` of them or all there are; gives how many.
    fn part(&mut self, most: usize) -> usize {
        let (mut sum, mut count, mut at) = (0_u64, 0, self.at);
        while count < most
            && let Some(byte) = self.bytes.get(at)
        {
            let mut letter = u64::from(ASCII[usize::from(*byte)]);
            if letter == u64::from(ASK) {
                (letter, at) = self.beyond(at);
            } else {
                at += 1;
            }
            // Letter or not, in the same steps: where words end cannot be foreseen.
            sum = sum.wrapping_add(letter.wrapping_mul(FACTORS[count % MOST]));
            count += usize::from(letter != 0);
        }
        self.at = at;
        self.hash = (self.hash ^ sum).wrapping_mul(PRIME).rotate_left(32);
        count
    }

    /// Reads from a digit to the end of its number, or a character beyond ASCII; gives its letter, or 0, and where it ends.
    fn beyond(&mut self, start: usize) -> (u64, usize) {
        let Some((c, rest)) = decode(self.bytes.get(start..).unwrap_or_default()) else {
            return (0, self.bytes.len());
        };
        let end = self.bytes.len() - rest.len();
        match kind_of(c) {
            OTHER => (0, end),
            NUMBER => {
                // "12.30" and "9" are one number each.
                let is_in = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'.' | b',' | b':');
                let goes_on = start > 0 && start == self.number_end;
                self.number_end = end + rest.iter().take_while(is_in).count();
                (if goes_on { 0 } else { u64::from(b'0') }, self.number_end)
            }
            LETTERS => {
                let lower = char::from_u32(c).into_iter().flat_map(char::to_lowercase);
                (lower.fold(0, |letters, c| letters << 21 | u64::from(c)), end)
            }
            letter => (u64::from(letter), end),
        }
    }
}

/// What the keys of some lines have of the first letters, as bits, some for each line: most other lines are told by it
/// before their keys are worked out.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Fronts(Vec<u64>);

/// Bits for each line.
const SPARSE: usize = 16;

impl Fronts {
    pub(crate) fn of(keys: impl ExactSizeIterator<Item = u64>) -> Fronts {
        let bits = (keys.len() * SPARSE).next_power_of_two().clamp(64, 1 << FRONT);
        let mut fronts = Fronts(vec![0; bits / 64]);
        for key in keys {
            let (word, bit) = fronts.place(key >> (u64::BITS - FRONT));
            if let Some(bits) = fronts.0.get_mut(word) {
                *bits |= bit;
            }
        }
        fronts
    }

    /// Where the bit of a front is: its word, and the bit in it.
    fn place(&self, front: u64) -> (usize, u64) {
        ((front as usize / 64) & self.0.len().wrapping_sub(1), 1 << (front % 64))
    }

    /// Whether one of the lines may begin like that.
    pub(crate) fn may_have(&self, front: u64) -> bool {
        let (word, bit) = self.place(front);
        self.0.get(word).is_some_and(|bits| bits & bit != 0)
    }
}

/// The letters of ASCII in lower case, [`ASK`] for digits and for all that is beyond, 0 for the rest.
const ASCII: [u8; 256] = {
    let mut t = [0; 256];
    let mut i = 0;
    while i < 256 {
        t[i] = match i as u8 {
            letter @ (b'a'..=b'z' | b'A'..=b'Z') => letter | 0x20,
            b'0'..=b'9' | 0x80.. => ASK,
            _ => 0,
        };
        i += 1;
    }
    t
};
/// Look at the character.
const ASK: u8 = 1;

// What a character is to a line's key: a letter, by its lower case, or one of these, which are no characters.
/// Neither letter nor number.
const OTHER: u32 = u32::MAX;
const NUMBER: u32 = u32::MAX - 1;
/// A letter that is several in lower case.
const LETTERS: u32 = u32::MAX - 2;

static KINDS: Table<u32, PLANE> = Table::new(kind);

/// What a character of that number is.
fn kind_of(c: u32) -> u32 {
    match KINDS.get(c) {
        Some(kind) => *kind,
        None => kind(char::from_u32(c).unwrap_or_default()),
    }
}

fn kind(c: char) -> u32 {
    if c.is_alphabetic() {
        let mut lower = c.to_lowercase();
        match (lower.next(), lower.next()) {
            (Some(letter), None) => letter as u32,
            _ => LETTERS,
        }
    } else if c.is_numeric() {
        NUMBER
    } else {
        OTHER
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascii_is_what_std_says_it_is() {
        for (byte, known) in (0..128_u8).zip(ASCII) {
            let expected = match kind(char::from(byte)) {
                OTHER => 0,
                NUMBER => ASK,
                letter => letter as u8,
            };
            assert_eq!(known, expected, "{}", char::from(byte));
        }
        assert!(ASCII[128..].iter().all(|known| *known == ASK));
    }

    #[test]
    fn a_key_that_is_not_wanted_is_not_worked_out() {
        let key = line_key("The ferries to the outer islands sail again");
        assert!(key.is_some());
        let mut front = None;
        let wanted = line_key_if("THE FERRIES – to the outer harbour", |bits| {
            front = Some(bits);
            false
        });
        assert_eq!((front, wanted), (key.map(|key| key >> (u64::BITS - FRONT)), None));
    }

    #[test]
    fn keys_are_what_they_were() {
        let key = |line| line_key(line).map(|key| format!("{key:016x}"));
        assert_eq!(key("Share (12.30)"), key("SHARE 9,5:1"));
        assert_ne!(key("Share 12 30"), key("share 12.30"));
        assert_eq!(key("a ٣.١٤,5 b"), key("A 9² B"));
        assert_ne!(key("a 9²"), key("a 9 ²"));
        assert_eq!(key("ŁÓDŹ, Αθήνα"), key("łódź αθήνα"));
        assert_eq!(key("7 -"), None);
        // Where the parts of a key meet, too.
        assert_eq!(key("the ferries sail 12.30, again"), key("The ferries sail… 9 AGAIN"));
        assert_eq!(key("the ferries sail a 1.5² b"), key("The ferries sail – a 7 B"));
        assert_ne!(key("The ferries sail again to the isle"), key("The ferries sail again to the isles"));
        assert_eq!(
            key("Αθήνα 北京 ﷺ 12.30, ñandú İstanbul ŁÓDŹ straße 7").as_deref(),
            Some("78d72ff87b81b49c")
        );
    }
}

//! The keys of lines and sites, by which `templates` counts. They stand in users' files: what they are never changes.

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

const SEED: u64 = 0xcbf2_9ce4_8422_2325;
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
    if line.len() > LONGEST_LINE {
        return None;
    }
    let (mut hash, mut letters) = (SEED, 0);
    let (bytes, mut at, mut number_end) = (line.as_bytes(), 0, 0);
    while let Some(byte) = bytes.get(at) {
        let letter = ASCII[usize::from(*byte)];
        if letter != ASK {
            // Letter or not, in the same steps: where words end cannot be foreseen.
            hash = (hash ^ u64::from(letter)).wrapping_mul(FACTORS[usize::from(*byte)]);
            at += 1;
            continue;
        }
        let Some((c, rest)) = decode(bytes.get(at..).unwrap_or_default()) else { break };
        let start = at;
        at = bytes.len() - rest.len();
        match kind_of(c) {
            OTHER | POINT => continue,
            NUMBER => {
                // "12.30" and "9" are one number each.
                at += rest.iter().take_while(|byte| matches!(byte, b'0'..=b'9' | b'.' | b',' | b':')).count();
                let goes_on = start > 0 && start == number_end;
                number_end = at;
                if goes_on {
                    continue;
                }
                hash = step(hash, u64::from('0'));
            }
            LETTERS => {
                let lower = char::from_u32(c).into_iter().flat_map(char::to_lowercase);
                hash = lower.fold(hash, |hash, c| step(hash, u64::from(c)));
            }
            letter => hash = step(hash, u64::from(letter)),
        }
        letters += 1;
    }
    letters += bytes.iter().filter(|byte| byte.is_ascii_alphabetic()).take(FEWEST_LETTERS).count();
    (letters >= FEWEST_LETTERS).then(|| finish(hash).max(1))
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
/// What a step with each letter of ASCII multiplies by; nothing else is a step.
const FACTORS: [u64; 256] = {
    let mut t = [1; 256];
    let mut i = 0;
    while i < 256 {
        if ASCII[i] > ASK {
            t[i] = PRIME;
        }
        i += 1;
    }
    t
};
/// Look at the character.
const ASK: u8 = 1;

// What a character is to a line's key: a letter, by its lower case, or one of these, which are no characters.
/// Neither letter nor number.
const OTHER: u32 = u32::MAX;
/// The same, but it may stand within a number.
const POINT: u32 = u32::MAX - 1;
const NUMBER: u32 = u32::MAX - 2;
/// A letter that is several in lower case.
const LETTERS: u32 = u32::MAX - 3;

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
    } else if matches!(c, '.' | ',' | ':') {
        POINT
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
                OTHER | POINT => 0,
                NUMBER => ASK,
                letter => letter as u8,
            };
            assert_eq!(known, expected, "{}", char::from(byte));
        }
        assert!(ASCII[128..].iter().all(|known| *known == ASK));
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
        assert_eq!(
            key("Αθήνα 北京 ﷺ 12.30, ñandú İstanbul ŁÓDŹ straße 7").as_deref(),
            Some("8f144bfadbe4eec8")
        );
    }
}

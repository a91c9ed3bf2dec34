//! Finds the next mark by a scan over bytes: blocks without an interesting byte are skipped whole, the rest is looked
//! at through a table. Deciding what a mark means is left to the rules.

use super::marks::Mark;
use super::marks::is_stopless;
use super::marks::mark;

/// Bytes that are a mark or may begin one.
const INTERESTING: [bool; 256] = {
    let mut table = [false; 256];
    let singles = *b".!?:;)\n\r";
    let mut i = 0;
    while i < singles.len() {
        table[singles[i] as usize] = true;
        i += 1;
    }
    let leads = [0xC2, 0xCD, 0xD6, 0xD8, 0xDB, 0xDC, 0xDF, 0xE0, 0xE1, 0xE2, 0xE3, 0xEA, 0xEF, 0xF0];
    let mut i = 0;
    while i < leads.len() {
        table[leads[i]] = true;
        i += 1;
    }
    table
};

const BLOCK: usize = 32;

/// The first mark at or after `from`, and its kind. `from` is a character boundary.
pub(super) fn next(text: &str, from: usize) -> Option<(usize, Mark)> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        at = skip(bytes, at)?;
        let byte = *bytes.get(at)?;
        if byte < 0x80 {
            let kind = match byte {
                b'.' => Mark::Dot,
                b'!' | b'?' => Mark::Call,
                b':' => Mark::Colon,
                b';' => Mark::Semicolon,
                b')' => Mark::Item,
                _ => Mark::Line,
            };
            return Some((at, kind));
        }
        if let Some(found) = beyond_ascii(text, bytes, at, from) {
            return Some(found);
        }
        at += if byte >= 0xF0 {
            4
        } else if byte >= 0xE0 {
            3
        } else {
            2
        };
    }
}

/// The next interesting byte at or after `at`.
fn skip(bytes: &[u8], mut at: usize) -> Option<usize> {
    while let Some(block) = bytes.get(at..at + BLOCK) {
        // Without an early exit the compiler compares a whole block at once.
        if block.iter().fold(0, |hit, &b| hit | may_interest(b)) != 0
            && let Some(i) = block.iter().position(|&b| INTERESTING[b as usize])
        {
            return Some(at + i);
        }
        at += BLOCK;
    }
    let rest = bytes.get(at..)?;
    rest.iter().position(|&b| INTERESTING[b as usize]).map(|i| at + i)
}

/// Whether a byte is interesting or may be, in a form that vectorises.
fn may_interest(b: u8) -> u8 {
    let ascii = u8::from(b == b'.')
        | u8::from(b == b'!')
        | u8::from(b == b'?')
        | u8::from(b == b':')
        | u8::from(b == b';')
        | u8::from(b == b')')
        | u8::from(b == b'\n')
        | u8::from(b == b'\r');
    ascii | u8::from(b >= 0xC2)
}

fn beyond_ascii(text: &str, bytes: &[u8], at: usize, from: usize) -> Option<(usize, Mark)> {
    // Two bytes tell most characters of a script from its marks.
    let second = bytes.get(at + 1).copied().unwrap_or(0);
    let plausible = match bytes.get(at).copied().unwrap_or(0) {
        0xC2 => second == 0x85,
        0xCD => second == 0xBE,
        0xD6 => second == 0x89,
        0xD8 => (0x9D..=0x9F).contains(&second),
        0xDB => second == 0x94,
        0xE0 => matches!(second, 0xA0 | 0xA1 | 0xA5 | 0xB7..=0xBC),
        0xE1 => second <= 0xB1,
        0xE2 => matches!(second, 0x80 | 0x81 | 0x8B | 0x96 | 0x97 | 0xB3 | 0xB8 | 0xB9),
        0xE3 => second == 0x80,
        0xEF => second >= 0xB8,
        0xF0 => second != 0x9F,
        _ => true,
    };
    if !plausible {
        return None;
    }
    let c = text.get(at..)?.chars().next()?;
    if is_stopless(c) {
        // A space on either side of the letter is where a sentence may end.
        if at > from && bytes.get(at - 1) == Some(&b' ') {
            return Some((at - 1, Mark::Space));
        }
        let after = at + c.len_utf8();
        return (bytes.get(after) == Some(&b' ')).then_some((after, Mark::Space));
    }
    mark(c).map(|kind| (at, kind))
}

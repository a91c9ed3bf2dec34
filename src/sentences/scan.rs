//! Finds the next mark by a scan over bytes: blocks without an interesting byte are skipped whole, the others are stepped
//! through character by character. Deciding what a mark means is left to the rules.

use super::marks::Mark;
use super::marks::is_stopless;
use super::marks::mark;

/// Looked at together. Longer blocks are interesting too often, shorter ones cost more for each byte.
const BLOCK: usize = 16;

/// How far a character that begins with a byte reaches; 0 for a mark or what may begin one.
const STEPS: [u8; 256] = {
    let mut table = [1; 256];
    let mut lead = 0xC2;
    while lead < 0x100 {
        table[lead] = match lead {
            _ if SECONDS[lead & 0x3F] != 0 => 0,
            0xC2..0xE0 => 2,
            0xE0..0xF0 => 3,
            _ => 4,
        };
        lead += 1;
    }
    let singles = *b".!?:;)\n\r";
    let mut i = 0;
    while i < singles.len() {
        table[singles[i] as usize] = 0;
        i += 1;
    }
    table
};

/// The first two bytes of every mark, and of the letters beside which a space may be one.
const PAIRS: [(usize, &[u8]); 14] = [
    (0xC2, b"\x85"),
    (0xCD, b"\xBE"),
    (0xD6, b"\x89"),
    (0xD8, b"\x9D\x9E\x9F"),
    (0xDB, b"\x94"),
    (0xDC, b"\x80\x81\x82"),
    (0xDF, b"\xB9"),
    (0xE0, b"\xA0\xA5\xB7\xB8\xB9\xBA\xBB\xBC"),
    (0xE1, b"\x81\x8D\x99\x9C\x9F\xA0\xA5\xAA\xAD\xB0\xB1"),
    (0xE2, b"\x80\x81\x8B\x96\x97\xB3\xB8\xB9"),
    (0xE3, b"\x80"),
    (0xEA, b"\x93\x98\x9B\xA1\xA3\xA4\xA7\xA9\xAB\xAF"),
    (0xEF, b"\xB8\xB9\xBC\xBD"),
    (0xF0, b"\x90\x91\x96\x9B\x9D"),
];

/// The same by a lead byte's lower six bits, with a bit for each second byte.
const SECONDS: [u64; 64] = {
    let mut table = [0; 64];
    let mut i = 0;
    while i < PAIRS.len() {
        let (lead, seconds) = PAIRS[i];
        let mut j = 0;
        while j < seconds.len() {
            table[lead & 0x3F] |= 1u64 << (seconds[j] & 0x3F);
            j += 1;
        }
        i += 1;
    }
    table
};

/// The first mark at or after `from`, and its kind. `from` is a character boundary.
pub(super) fn next(text: &str, from: usize) -> Option<(usize, Mark)> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        let end = at + BLOCK;
        if let Some(block) = bytes.get(at..end)
            && is_dull(block)
        {
            at = end;
            continue;
        }
        while at < end {
            let byte = *bytes.get(at)?;
            let step = STEPS[byte as usize];
            if step != 0 {
                at += step as usize;
                continue;
            }
            let kind = match byte {
                b'.' => Mark::Dot,
                b'!' | b'?' => Mark::Call,
                b':' => Mark::Colon,
                b';' => Mark::Semicolon,
                b')' => Mark::Item,
                b'\n' | b'\r' => Mark::Line,
                _ => {
                    if let Some(found) = beyond_ascii(text, bytes, at, from) {
                        return Some(found);
                    }
                    at += if byte < 0xE0 { 2 } else { 3 + usize::from(byte >= 0xF0) };
                    continue;
                }
            };
            return Some((at, kind));
        }
    }
}

/// Whether no byte of a block is a mark or may begin one.
fn is_dull(block: &[u8]) -> bool {
    // Without an early exit the compiler compares a whole block at once.
    block.iter().fold(0, |hit, &b| hit | may_interest(b)) == 0
}

/// Whether a byte is a mark or may begin one, in a form that vectorises: in few comparisons rather than exact.
fn may_interest(b: u8) -> u8 {
    // From 0xD6 up, past the letters with accents, Greek and Cyrillic, and round to the line ends.
    let outer = u8::from(b.wrapping_sub(0xD6) <= b'\r'.wrapping_sub(0xD6));
    let leads = u8::from(b == 0xC2) | u8::from(b == 0xCD);
    // `:;`, `!)`, `./>?`
    outer | leads | u8::from(b | 0x01 == b';') | u8::from(b & 0xF7 == b'!') | u8::from(b | 0x11 == b'?')
}

fn beyond_ascii(text: &str, bytes: &[u8], at: usize, from: usize) -> Option<(usize, Mark)> {
    let (lead, second) = (*bytes.get(at)?, *bytes.get(at + 1)?);
    if SECONDS[(lead & 0x3F) as usize] >> (second & 0x3F) & 1 == 0 {
        return None;
    }
    let is_space = |at: usize| bytes.get(at) == Some(&b' ');
    let is_apart = || !(is_space(at + 3) || at > from && is_space(at - 1));
    if lead == 0xE0 && (0xB8..0xBC).contains(&second) && is_apart() {
        return None;
    }
    let c = text.get(at..)?.chars().next()?;
    if is_stopless(c) {
        // A space on either side of the letter is where a sentence may end.
        if at > from && is_space(at - 1) {
            return Some((at - 1, Mark::Space));
        }
        let after = at + c.len_utf8();
        return is_space(after).then_some((after, Mark::Space));
    }
    mark(c).map(|kind| (at, kind))
}

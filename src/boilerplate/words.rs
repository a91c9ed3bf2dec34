//! Words of any script, read in one go: their hashes and what is counted about their letters. What a word is to its
//! line is left to `scan`.

use crate::boilerplate::chars::CAPITALS;
use crate::boilerplate::chars::CLASSES;
use crate::boilerplate::chars::Class;
use crate::boilerplate::chars::DIGITS;
use crate::boilerplate::chars::IN_WORD;
use crate::boilerplate::chars::ascii;
use crate::boilerplate::chars::cell;
use crate::boilerplate::scan::HASH;
use crate::boilerplate::scan::Shape;
use crate::characters::decode;

/// A hash with one more character.
pub(crate) const fn mix(hash: u32, n: u32) -> u32 {
    (hash ^ n).wrapping_mul(0x9E37_79B1).rotate_left(13)
}

/// The hash of a token.
pub(crate) const fn finish(hash: u32) -> u32 {
    let hash = (hash ^ (hash >> 15)).wrapping_mul(0x85EB_CA6B);
    (hash ^ (hash >> 13)) & HASH
}

/// A word: letters and digits of any script.
pub(crate) struct Word {
    pub(crate) hash: u32,
    /// Letters and digits.
    pub(crate) len: u32,
    /// How many of them are capitals, and from bit [`DIGITS`] on how many are digits.
    counts: u64,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) starts_upper: bool,
    /// The class of its last character.
    pub(crate) last: Class,
}

/// What a letter or digit beyond ASCII adds to a word's counts.
const ADDS: [u64; CLASSES] = {
    let mut t = [0; CLASSES];
    t[Class::Upper as usize] = 1;
    t[Class::Digit as usize] = 1 << (DIGITS - CAPITALS);
    t
};

const fn is_in_word(k: Class) -> bool {
    matches!(k, Class::Lower | Class::Upper | Class::Caseless | Class::Digit)
}

impl Word {
    /// The word of ASCII that begins at `start`, if one does.
    #[expect(clippy::inline_always, reason = "a call costs more than reading a short word")]
    #[inline(always)]
    pub(crate) fn read(bytes: &[u8], start: usize) -> Word {
        let rest = bytes.get(start..).unwrap_or_default();
        let (mut hash, mut counts, mut run) = (0, 0, 0_usize);
        // Most of most texts.
        for byte in rest {
            let adds = IN_WORD[usize::from(*byte)];
            if adds == 0 {
                break;
            }
            hash = mix(hash, adds as u32 & 0xFF);
            counts += adds >> CAPITALS;
            run += 1;
        }
        let starts_upper = rest.first().is_some_and(u8::is_ascii_uppercase);
        let last = rest.get(run.wrapping_sub(1)).map_or(Class::None, |byte| ascii(*byte));
        Word { hash, len: run as u32, counts, start, end: start + run, starts_upper, last }
    }

    /// Whether a character goes on with it. Vowel signs belong to the word; soft hyphens and joiners do not, but do not
    /// end it.
    pub(crate) const fn takes(&self, k: Class) -> bool {
        is_in_word(k) || matches!(k, Class::Mark) && self.len > 0
    }

    /// Reads on to its end, whatever the script; gives how many bytes its characters have more than one each.
    pub(crate) fn go_on(&mut self, bytes: &[u8]) -> u32 {
        let Word { mut hash, mut len, mut counts, mut last, .. } = *self;
        let (mut rest, mut chars) = (bytes.get(self.end..).unwrap_or_default(), 0);
        let all = rest.len();
        while let Some((c, after)) = decode(rest) {
            if c < 0x80 {
                let adds = IN_WORD[c as usize % IN_WORD.len()];
                if adds == 0 {
                    break;
                }
                hash = mix(hash, adds as u32 & 0xFF);
                counts += adds >> CAPITALS;
                last = ascii(c as u8);
                len += 1;
            } else {
                let (k, folded) = cell(c);
                if is_in_word(k) {
                    self.starts_upper |= len == 0 && k == Class::Upper;
                    hash = mix(hash, folded);
                    len += 1;
                    counts += ADDS[k as usize];
                } else if k != Class::Mark || len == 0 {
                    break;
                } else if c != 0xAD && !(0x200B..=0x206F).contains(&c) {
                    hash = mix(hash, c);
                }
                last = k;
            }
            (rest, chars) = (after, chars + 1);
        }
        let read = all - rest.len();
        (self.hash, self.len, self.counts, self.last) = (hash, len, counts, last);
        self.end += read;
        (read - chars) as u32
    }

    pub(crate) const fn digits(&self) -> u32 {
        (self.counts >> (DIGITS - CAPITALS)) as u32
    }

    /// Whether each of its letters, and it has several, is a capital.
    pub(crate) const fn is_shouted(&self) -> bool {
        let capitals = self.counts & ((1 << (DIGITS - CAPITALS)) - 1);
        capitals >= 2 && capitals == self.len as u64
    }
}

/// Numbers that stand glued together: times and dates.
#[derive(Default)]
pub(crate) struct Numbers {
    end: usize,
    glued: u32,
}

impl Numbers {
    /// Takes the number at `start..end` of `bytes` into account.
    pub(crate) fn take(&mut self, bytes: &[u8], start: usize, end: usize, shape: &mut Shape) {
        shape.numbers += 1;
        if end - start == 4 && matches!(bytes.get(start..start + 2), Some(b"19" | b"20")) {
            shape.years += 1;
        }
        let is_glued = start > 1 && self.end + 1 == start;
        let glue = bytes.get(start.wrapping_sub(1)).filter(|_| is_glued);
        match glue {
            Some(b':') if end - start == 2 => shape.clocks += 1,
            Some(b'.' | b'/' | b'-') => {
                self.glued += 1;
                shape.dates += u32::from(self.glued >= 2);
            }
            _ => self.glued = 0,
        }
        self.end = end;
    }
}

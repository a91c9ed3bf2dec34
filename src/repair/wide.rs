//! Characters of CJK text: whether a line of them looks like one, and whether it would be UTF-8 in a charset of byte pairs.

use std::sync::LazyLock;

use super::codec::Codec;
use super::mojibake::CODECS;
use super::sequences::follow;
use super::unmeant;
use crate::characters::Table;
use crate::characters::pages;
use crate::charset::Double;
use crate::likelihood;

/// The charsets of byte pairs.
pub(crate) static DOUBLE: LazyLock<u32> = LazyLock::new(|| {
    let bits = CODECS.iter().enumerate().filter(|(_, c)| matches!(c, Codec::Double(_)));
    bits.map(|(bit, _)| 1 << bit).sum()
});

/// Whether a character is one that charsets of byte pairs have, or what became of one.
pub(crate) const fn is_wide(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}' | '\u{FF61}'..='\u{FF9F}' | '\u{FFFD}' | '\u{E000}'..='\u{F8FF}')
}

/// What a character is within CJK text, as bits.
#[derive(Clone, Copy)]
pub(crate) struct Kind(u8);

impl Kind {
    const WIDE: u8 = 1;
    /// Strange whatever stands before it.
    const STRANGE: u8 = 1 << 1;
    const HANGUL: u8 = 1 << 2;
    /// An ideograph: strange after Hangul.
    const HAN: u8 = 1 << 3;
    /// An ASCII letter: what is wide is strange after it.
    const LETTER: u8 = 1 << 4;
    /// It has to be looked at on its own.
    const OTHER: u8 = 1 << 5;

    fn find(c: char) -> Kind {
        let half = matches!(c, '\u{FF61}'..='\u{FF9F}');
        let strange = half || c == '\u{FFFD}' || is_wide(c) && !likelihood::is_known(c);
        let other = likelihood::is_judged(c) || c == '\u{FFFD}' || unmeant::odd_wide(c) != (false, false);
        let bits = [
            (is_wide(c), Kind::WIDE),
            (strange, Kind::STRANGE),
            (matches!(c, '\u{AC00}'..='\u{D7A3}'), Kind::HANGUL),
            (matches!(c, '\u{4E00}'..='\u{9FFF}'), Kind::HAN),
            (c.is_ascii_alphabetic(), Kind::LETTER),
            (other, Kind::OTHER),
        ];
        Kind(bits.iter().filter(|(is_so, _)| *is_so).map(|(_, bit)| bit).sum())
    }

    pub(crate) fn of(c: char) -> Kind {
        static KINDS: Table<Kind, { pages('\u{FFFF}') }> = Table::new(Kind::find);
        KINDS.get(c).copied().unwrap_or(Kind(Kind::OTHER))
    }

    /// Whether nothing but [`Wide`] has to see the character.
    pub(crate) const fn is_plain(self) -> bool {
        self.0 & Kind::OTHER == 0
    }
}

/// What CJK characters of a line look like.
#[derive(Default)]
pub(crate) struct Wide {
    pub(crate) all: u32,
    /// Rare ones, those within Latin words, and half-width kana beside other letters.
    strange: u32,
}

impl Wide {
    #[inline]
    pub(crate) fn see(&mut self, Kind(before): Kind, Kind(now): Kind) {
        let wide = now & Kind::WIDE;
        let is = |bits: u8, bit: u8| bits >> bit.trailing_zeros() & 1;
        let mixed = is(before, Kind::LETTER) | is(before, Kind::HANGUL) & is(now, Kind::HAN);
        self.all += u32::from(wide);
        self.strange += u32::from(wide & (is(now, Kind::STRANGE) | mixed));
    }

    pub(crate) const fn is_strange(&self) -> bool {
        self.strange * 6 > self.all
    }
}

/// Characters that are looked at, and how many of them may be wrong at the start. Text that is what it seems is wrong at
/// every second one.
const SAMPLE: usize = 48;
const WRONG: usize = 2;

/// The charsets of byte pairs in which nearly all characters of a line are UTF-8.
pub(crate) fn doubles(line: &str) -> u32 {
    let mut reads = [Some(Read::default()); 4];
    for c in line.chars().filter(|c| !c.is_ascii()).take(SAMPLE) {
        for (read, pair) in reads.iter_mut().zip(Double::bytes_of_each(c)) {
            *read = read.and_then(|read| read.next(pair));
        }
        if reads.iter().all(Option::is_none) {
            return 0;
        }
    }
    let is_utf8 = |double: Double| {
        let read = Double::ALL.iter().zip(reads).find(|(of, _)| **of == double);
        read.is_some_and(|(_, read)| read.is_some_and(|read| read.right > read.wrong * 4))
    };
    let bits = CODECS.iter().enumerate();
    bits.filter(|(_, codec)| matches!(codec, Codec::Double(double) if is_utf8(*double)))
        .map(|(bit, _)| 1 << bit)
        .sum()
}

/// How far a line was read as UTF-8 in a charset of byte pairs.
#[derive(Clone, Copy, Default)]
struct Read {
    right: usize,
    wrong: usize,
    /// Bytes that the sequence still has.
    to_come: usize,
}

impl Read {
    /// Reads on by a byte or a pair of them, if that is still worth it.
    fn next(mut self, pair: u16) -> Option<Read> {
        let bytes = match pair.to_be_bytes() {
            [0, 0] => [b' '; 2],
            [0, byte] => [byte, b' '],
            pair => pair,
        };
        let mut is_right = pair != 0;
        for byte in bytes {
            match (self.to_come, byte) {
                (_, 0..0x80) => self.to_come = 0,
                (1.., 0x80..0xC0) => self.to_come -= 1,
                (0, _) if follow(byte).is_some() => self.to_come = follow(byte).unwrap_or(0),
                _ => (is_right, self.to_come) = (false, follow(byte).unwrap_or(0)),
            }
        }
        self.right += usize::from(is_right);
        self.wrong += usize::from(!is_right);
        (self.wrong * 4 <= self.right + 4 * WRONG).then_some(self)
    }
}

//! A charset seen from the wrong end: which bytes a character of misread text was.

use crate::charset::Double;
use crate::charset::Single;

/// A charset in which bytes may have been misread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Codec {
    /// One byte a character.
    Single(Single),
    /// One or two bytes a character.
    Double(Double),
    /// One byte a character, and what was misread was put in small letters afterwards.
    Lowered(Single),
}

/// What a character of misread text was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Raw {
    /// Itself: no reader misreads ASCII.
    Ascii,
    /// One byte of the upper half.
    One(u8),
    /// A byte pair.
    Two(u8, u8),
    /// A byte that had no character: U+FFFD.
    Lost,
    /// Not a character of the charset.
    Foreign,
}

impl Codec {
    /// Whether it has one byte a character.
    pub(crate) const fn is_single(self) -> bool {
        matches!(self, Codec::Single(_) | Codec::Lowered(_))
    }

    /// Whether its letters beyond ASCII are Latin ones, few in any text.
    pub(crate) fn is_latin(self) -> bool {
        const LATIN: [Single; 11] = [
            Single::WINDOWS_1252,
            Single::WINDOWS_1250,
            Single::WINDOWS_1254,
            Single::WINDOWS_1257,
            Single::WINDOWS_1258,
            Single::ISO_8859_2,
            Single::ISO_8859_15,
            Single::MACINTOSH,
            Single::IBM437,
            Single::IBM850,
            Single::IBM852,
        ];
        matches!(self, Codec::Single(single) | Codec::Lowered(single) if LATIN.contains(&single))
    }

    /// The bytes that this charset has no character for, and which readers therefore drop or mark as lost.
    pub(crate) fn undefined(self) -> impl Iterator<Item = u8> {
        (0x80..0xC0_u8).filter(move |&byte| match self {
            Codec::Single(single) | Codec::Lowered(single) => {
                single.char(byte) == char::from(byte) && byte < 0xA0
            }
            Codec::Double(_) => false,
        })
    }

    /// All that the character may have been: more than one thing where letters were made small.
    pub(crate) fn raws(self, c: char) -> impl Iterator<Item = Raw> {
        let capital = match self {
            Codec::Lowered(single) => c
                .to_uppercase()
                .next()
                .filter(|&capital| capital != c && !c.is_ascii())
                .and_then(|c| single.byte(c)),
            _ => None,
        };
        [Some(self.raw(c)), capital.map(Raw::One)].into_iter().flatten()
    }

    /// What the character was before this charset made it.
    pub(crate) fn raw(self, c: char) -> Raw {
        if c.is_ascii() {
            return Raw::Ascii;
        }
        if c == '\u{FFFD}' {
            return Raw::Lost;
        }
        match self {
            Codec::Single(single) | Codec::Lowered(single) => single.byte(c).map_or(Raw::Foreign, Raw::One),
            Codec::Double(double) => match double.bytes(c).map(u16::to_be_bytes) {
                Some([0, byte]) => Raw::One(byte),
                Some([lead, trail]) => Raw::Two(lead, trail),
                None => Raw::Foreign,
            },
        }
    }
}

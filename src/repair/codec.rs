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
    /// The bytes that this charset has no character for, and which readers therefore drop or mark as lost.
    pub(crate) fn undefined(self) -> impl Iterator<Item = u8> {
        (0x80..0xC0_u8).filter(move |&byte| match self {
            Codec::Single(single) | Codec::Lowered(single) => {
                single.char(byte) == char::from(byte) && byte < 0xA0
            }
            Codec::Double(_) => false,
        })
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

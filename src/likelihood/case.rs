//! Capitals: what the case of the next character costs in a word.

use super::is_ideograph;
use crate::characters::Table;
use crate::characters::pages;

/// Where in a word's pattern of capitals a text stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Case {
    #[default]
    Start,
    Lower,
    Title,
    Upper,
}

impl Case {
    /// Bits of the next character's case, and where it leads. Rough counts of news text, half of whose headlines
    /// are in capitals; only the order of magnitude matters.
    pub(super) fn next(self, kind: Kind) -> (f32, Case) {
        match kind {
            Kind::Lower => {
                let bits = match self {
                    Case::Start | Case::Title => 0.4,
                    Case::Lower => 0.0,
                    Case::Upper => 3.5,
                };
                (bits, Case::Lower)
            }
            Kind::Upper => match self {
                Case::Start => (2.0, Case::Title),
                Case::Lower => (8.0, Case::Title),
                Case::Title => (2.0, Case::Upper),
                Case::Upper => (0.2, Case::Upper),
            },
            Kind::Letter | Kind::Mark => (0.0, self),
            Kind::Other => (0.0, Case::Start),
        }
    }
}

/// What a character is within a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Lower,
    Upper,
    /// A letter without case.
    Letter,
    /// An accent or an apostrophe.
    Mark,
    Other,
}

/// Where the table of kinds ends: beyond it are ideographs and syllables, and what is rare.
const TABLED: char = '\u{3400}';

/// Whether a character is a letter.
pub(super) fn is_letter(c: char) -> bool {
    matches!(Kind::of(c), Kind::Lower | Kind::Upper | Kind::Letter)
}

impl Kind {
    pub(super) fn of(c: char) -> Kind {
        static KINDS: Table<Kind, { pages(TABLED) }> = Table::new(Kind::find);
        match KINDS.get(c) {
            Some(kind) => *kind,
            None if is_ideograph(c as u32) => Kind::Letter,
            None => Kind::find(c),
        }
    }

    fn find(c: char) -> Kind {
        match c {
            _ if c.is_lowercase() => Kind::Lower,
            _ if c.is_uppercase() => Kind::Upper,
            '\'' | '’' | '\u{300}'..'\u{370}' => Kind::Mark,
            _ if c.is_alphabetic() => Kind::Letter,
            _ => Kind::Other,
        }
    }
}

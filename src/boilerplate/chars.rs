//! Character classes: the little that layout and phrases need to know about a character, for every script.

use crate::characters::PLANE;
use crate::characters::Table;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Class {
    #[default]
    None,
    Space,
    Lower,
    Upper,
    Caseless,
    Ideo,
    Digit,
    Mark,
    Comma,
    Stop,
    Ellipsis,
    Colon,
    Quote,
    Apostrophe,
    Open,
    Close,
    Dash,
    Separator,
    Symbol,
}
/// How many classes there are.
pub(crate) const CLASSES: usize = Class::Symbol as usize + 1;

use Class::Apostrophe;
use Class::Caseless;
use Class::Close;
use Class::Colon;
use Class::Comma;
use Class::Dash;
use Class::Digit;
use Class::Ellipsis;
use Class::Ideo;
use Class::Lower;
use Class::Mark;
use Class::Open;
use Class::Quote;
use Class::Separator;
use Class::Space;
use Class::Stop;
use Class::Symbol;
use Class::Upper;

const ASCII: [Class; 128] = {
    let mut t = [Symbol; 128];
    let mut i = 0;
    while i < 128 {
        let c = i as u8;
        t[i] = match c {
            b' ' | b'\t' | b'\n' | b'\r' | 11 | 12 => Space,
            b'a'..=b'z' => Lower,
            b'A'..=b'Z' => Upper,
            b'0'..=b'9' => Digit,
            b',' | b';' => Comma,
            b'.' | b'!' | b'?' => Stop,
            b':' => Colon,
            b'"' => Quote,
            b'\'' | b'`' => Apostrophe,
            b'(' | b'[' | b'{' => Open,
            b')' | b']' | b'}' => Close,
            b'-' => Dash,
            b'|' | b'/' | b'\\' | b'<' | b'>' => Separator,
            _ => Symbol,
        };
        i += 1;
    }
    t
};

/// The class of a character and its form in lower case.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    folded: u32,
    class: Class,
}

static CELLS: Table<Cell, PLANE> = Table::new(Cell::of);

impl Cell {
    fn of(c: char) -> Cell {
        let class = class(c);
        Cell { folded: fold(c, class), class }
    }
}

/// The class of a character, given by its number, and its form in lower case.
pub(crate) fn cell(n: u32) -> (Class, u32) {
    let Cell { folded, class } = match CELLS.get(n) {
        Some(cell) => *cell,
        None => Cell::of(char::from_u32(n).unwrap_or_default()),
    };
    (class, folded)
}

/// What a byte adds to a word, for the letters and digits of ASCII; 0 for all other bytes.
/// The form in lower case; from [`CAPITALS`] on one for a capital, from [`DIGITS`] on one for a digit.
pub(crate) const IN_WORD: [u64; 256] = {
    let mut t = [0; 256];
    let mut i = 0;
    while i < 128 {
        t[i] = match ASCII[i] {
            Lower => i as u64,
            Upper => i as u64 | 0x20 | 1 << CAPITALS,
            Digit => i as u64 | 1 << DIGITS,
            _ => 0,
        };
        i += 1;
    }
    t
};
/// The first bit of the count of capitals.
pub(crate) const CAPITALS: u32 = 8;
/// The first bit of the count of digits.
pub(crate) const DIGITS: u32 = 36;

/// The class of a byte below 128.
pub(crate) const fn ascii(byte: u8) -> Class {
    ASCII[byte as usize % ASCII.len()]
}

/// The class of a character.
pub(crate) fn class(c: char) -> Class {
    let n = c as u32;
    if n < 128 {
        return ASCII[n as usize];
    }
    match n {
        0xA0 | 0x1680 | 0x2000..=0x200A | 0x2028 | 0x2029 | 0x202F | 0x205F | 0x3000 | 0x85 => Space,
        0xAB | 0xBB | 0x201C..=0x201F | 0x2039 | 0x203A | 0x300C..=0x300F | 0xFF02 | 0x201A => Quote,
        0x2018 | 0x2019 | 0xFF07 | 0x2BC | 0xB4 => Apostrophe,
        0xC0..=0xD6 | 0xD8..=0xDE => Upper,
        0xAA | 0xB5 | 0xBA | 0xDF..=0xF6 | 0xF8..=0xFF => Lower,
        0x370..=0x373
        | 0x376
        | 0x377
        | 0x37B..=0x37D
        | 0x37F
        | 0x386..=0x3FF
        | 0x100..=0x24F
        | 0x400..=0x52F
        | 0x531..=0x587
        | 0x1E00..=0x1FFF
            if c.is_alphabetic() =>
        {
            if c.is_uppercase() {
                Upper
            } else {
                Lower
            }
        }
        0xAD
        | 0x200B..=0x200F
        | 0x202A..=0x202E
        | 0x2060..=0x2069
        | 0xFEFF
        | 0xFE00..=0xFE0F
        | 0x300..=0x36F
        | 0x483..=0x489
        | 0x591..=0x5BD
        | 0x5BF..=0x5C7
        | 0x610..=0x61A
        | 0x64B..=0x65F
        | 0x670
        | 0x55B
        | 0x55C
        | 0x55E
        | 0x1AB0..=0x1AFF => Mark,
        0x60C | 0x61B | 0x3001 | 0xFF0C | 0xFF1B | 0x1363 | 0x37E | 0x55D => Comma,
        0x3002 | 0xFF01 | 0xFF0E | 0xFF1F | 0x61F | 0x6D4 | 0x964 | 0x965 | 0x1362 | 0x203C | 0x2049
        | 0x589 | 0xFF61 | 0x17D4 | 0x104B | 0xF0D => Stop,
        0x2026 | 0x22EF => Ellipsis,
        0xFF1A | 0x1366 => Colon,
        0xFF08 | 0x3010 | 0x3014 | 0x3008 | 0x300A | 0xFF3B | 0x3016 | 0xFF5B => Open,
        0xFF09 | 0x3011 | 0x3015 | 0x3009 | 0x300B | 0xFF3D | 0x3017 | 0xFF5D => Close,
        0x2010..=0x2015 | 0x2212 | 0x5BE => Dash,
        0x2022
        | 0xB7
        | 0x25A0..=0x25FF
        | 0x2190..=0x21FF
        | 0xFF5C
        | 0xFF0F
        | 0x2043
        | 0x2219
        | 0x22C5
        | 0x30FB
        | 0x2758
        | 0x2713..=0x27BF => Separator,
        0x660..=0x669 | 0x6F0..=0x6F9 | 0x1040..=0x1049 | 0x17E0..=0x17E9 | 0xFF10..=0xFF19 => Digit,
        // The blocks of India's scripts are alike, and so are those of Thai and Lao.
        0xE00..=0xEFF if matches!(n % 0x80, 0x50..=0x59) => Digit,
        0x900..=0xDFF if matches!(n % 0x80, 0x66..=0x6F) => Digit,
        0xE00..=0xE7F
        | 0xE80..=0xEFF
        | 0x1000..=0x109F
        | 0x1780..=0x17D3
        | 0xF40..=0xFBC
        | 0x3041..=0x30FA
        | 0x30FC..=0x30FF
        | 0x31F0..=0x31FF
        | 0x3400..=0x4DBF
        | 0x4E00..=0x9FFF
        | 0xF900..=0xFAFF
        | 0x20000..=0x3FFFF
        | 0x3005 => Ideo,
        // Hangul and private use are a quarter of the basic plane, and the tables of std are slow to search.
        0x900..=0xDFF | 0xAC00..=0xD7A3 => Caseless,
        0xE000..=0xF8FF => Symbol,
        _ if c.is_alphabetic() => {
            if c.is_uppercase() {
                Upper
            } else if c.is_lowercase() {
                Lower
            } else {
                Caseless
            }
        }
        _ if c.is_whitespace() => Space,
        _ if c.is_numeric() => Digit,
        _ => Symbol,
    }
}

/// The form in which characters of words are compared, lower case, of one that has the class given. Greek vowels lose their accent: capitals are written without it.
fn fold(c: char, class: Class) -> u32 {
    // Asked of capitals alone, since the tables of std are slow to search.
    let lower = if class == Upper { c.to_lowercase().next().unwrap_or(c) } else { c };
    let plain = match lower {
        'ά' => 'α',
        'έ' => 'ε',
        'ή' => 'η',
        'ί' => 'ι',
        'ΐ' => 'ϊ',
        'ό' => 'ο',
        'ύ' => 'υ',
        'ΰ' => 'ϋ',
        'ώ' => 'ω',
        'ς' => 'σ',
        // Persian is written with these and with those of Arabic.
        'ی' => 'ي',
        'ک' => 'ك',
        other => other,
    };
    u32::from(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_of_every_alphabet_have_their_small_form() {
        for (capitals, small) in [
            ("ŻŁÓDŹ", "żłódź"),
            ("ȘTIRI, ȚARĂ", "știri, țară"),
            ("ƏLAQƏ", "əlaqə"),
            ("ƯỚC MƠ", "ước mơ"),
            ("ƘASA, ƁANGARE", "ƙasa, ɓangare"),
            ("ΑΘΉΝΑ ΠΡΟΪΌΝ", "αθηνα προϊον"),
            ("ЁЖ ҒАСЫР ІДЕЯ", "ёж ғасыр ідея"),
            ("ԳՈՎԱԶԴ", "գովազդ"),
            ("ᲐᲮᲐᲚᲘ", "ახალი"),
            ("ＮＥＷＳ", "ｎｅｗｓ"),
            ("İSTANBUL", "istanbul"),
            ("یک", "يك"),
        ] {
            let folded: String =
                capitals.chars().filter_map(|c| char::from_u32(cell(u32::from(c)).1)).collect();
            assert_eq!(folded, small, "{capitals}");
        }
        assert_eq!(cell(u32::from('ς')).1, u32::from('σ'));
    }

    #[test]
    fn digits_of_every_script_are_digits() {
        for digits in
            ["٣٤", "۳۴", "३४", "৩৪", "੩੪", "૩૪", "୩୪", "௩௪", "౩౪", "೩೪", "൩൪", "๓๔", "໓໔", "၃၄", "៣៤", "３４"]
        {
            assert!(digits.chars().all(|c| class(c) == Digit), "{digits}");
        }
    }

    #[test]
    fn what_is_told_without_tables_is_what_std_says() {
        for c in '\u{AC00}'..='\u{D7A3}' {
            assert_eq!(class(c), Caseless, "{c}");
            assert!(c.is_alphabetic() && !c.is_uppercase() && !c.is_lowercase(), "{c}");
        }
        for c in '\u{E000}'..='\u{F8FF}' {
            assert_eq!(class(c), Symbol, "{c:?}");
            assert!(!c.is_alphabetic() && !c.is_whitespace() && !c.is_numeric(), "{c:?}");
        }
    }
}

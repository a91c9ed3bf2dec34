//! Which script a character belongs to, and the form in which the model knows it. Marks and vowel signs count as
//! letters of their script; digits and punctuation as none.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use std::sync::LazyLock;

/// The scripts of the languages that can be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is the script of that name")]
pub enum Script {
    Latin,
    Cyrillic,
    Arabic,
    Hebrew,
    Devanagari,
    Ethiopic,
    Han,
    Kana,
    Hangul,
    Greek,
    Armenian,
    Georgian,
    Thai,
    Lao,
    Khmer,
    Myanmar,
    Sinhala,
    Tamil,
    Telugu,
    Kannada,
    Malayalam,
    Gujarati,
    Gurmukhi,
    Odia,
    Bengali,
    /// Letters of a script that none of the languages uses.
    Other,
}

/// How many scripts there are.
pub const SCRIPTS: usize = Script::Other as usize + 1;

/// A letter as the model knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Its script.
    pub script: Script,
    /// Its form, `None` for marks that are left out.
    pub folded: Option<char>,
    /// Whether it is a capital.
    pub is_capital: bool,
    /// Whether it makes a word by itself; a mark is part of one only beside letters.
    pub is_letter: bool,
}

impl Letter {
    const fn syllable(c: char, script: Script) -> Letter {
        Letter { script, folded: Some(c), is_capital: false, is_letter: true }
    }
}

/// A character from U+0080 on as a letter; `None` for what is no letter.
pub fn letter(c: char) -> Option<Letter> {
    match c {
        '\u{4E00}'..='\u{9FFF}' => Some(Letter::syllable(c, Script::Han)),
        '\u{AC00}'..='\u{D7A3}' => Some(Letter::syllable(c, Script::Hangul)),
        _ => LETTERS.get(c as usize).map_or_else(|| slow_letter(c), |letter| *letter),
    }
}

/// The letters of the alphabets, worked out once: this is asked for every character.
static LETTERS: LazyLock<Vec<Option<Letter>>> =
    LazyLock::new(|| ('\0'..'\u{3100}').map(slow_letter).collect());

fn slow_letter(c: char) -> Option<Letter> {
    let script = script_of(c)?;
    let folded = folded(c);
    let is_capital = folded.is_some_and(|folded| folded != c) && c.is_uppercase();
    Some(Letter { script, folded, is_capital, is_letter: c.is_alphabetic() })
}

/// The script of a letter or mark from U+0080 on; `None` for what is no letter.
pub fn script_of(c: char) -> Option<Script> {
    let script = match c as u32 {
        0xAA | 0xB5 | 0xBA | 0xC0..=0xD6 | 0xD8..=0xF6 | 0xF8..=0x2BA | 0x2BD..=0x2C1 | 0x300..=0x36F => {
            Script::Latin
        }
        0x370..=0x373 | 0x376..=0x37D | 0x37F | 0x386 | 0x388..=0x3FF | 0x1F00..=0x1FFF => Script::Greek,
        0x400..=0x481 | 0x48A..=0x52F => Script::Cyrillic,
        0x531..=0x556 | 0x559..=0x588 => Script::Armenian,
        0x5B0..=0x5BD | 0x5BF..=0x5C2 | 0x5D0..=0x5F2 | 0xFB1D..=0xFB4F => Script::Hebrew,
        0x610..=0x61A
        | 0x620..=0x669
        | 0x66E..=0x6D3
        | 0x6D5..=0x6DC
        | 0x6E1..=0x6E8
        | 0x6EA..=0x6EF
        | 0x6FA..=0x6FF
        | 0x750..=0x77F
        | 0x8A0..=0x8FF
        | 0xFB50..=0xFD3D
        | 0xFD50..=0xFDFB
        | 0xFE70..=0xFEFC => {
            if matches!(c as u32, 0x660..=0x669) {
                return None;
            }
            Script::Arabic
        }
        0x900..=0x963 | 0x971..=0x97F => Script::Devanagari,
        0x980..=0x9E3 | 0x9F0..=0x9F1 => Script::Bengali,
        0xA01..=0xA65 | 0xA70..=0xA75 => Script::Gurmukhi,
        0xA81..=0xAE3 | 0xAF9..=0xAFF => Script::Gujarati,
        0xB01..=0xB63 | 0xB71 => Script::Odia,
        0xB82..=0xBD7 => Script::Tamil,
        0xC00..=0xC63 => Script::Telugu,
        0xC80..=0xCE3 | 0xCF1..=0xCF3 => Script::Kannada,
        0xD00..=0xD63 | 0xD7A..=0xD7F => Script::Malayalam,
        0xD81..=0xDDF | 0xDF2..=0xDF3 => Script::Sinhala,
        0xE01..=0xE3A | 0xE40..=0xE4E => Script::Thai,
        0xE81..=0xECD | 0xEDC..=0xEDF => Script::Lao,
        0x1000..=0x103F | 0x1050..=0x108F | 0xA9E0..=0xA9FE | 0xAA60..=0xAA7F => Script::Myanmar,
        0x10A0..=0x10FA | 0x10FC..=0x10FF | 0x1C90..=0x1CBF | 0x2D00..=0x2D2D => Script::Georgian,
        0x1100..=0x11FF | 0x3131..=0x318E | 0xAC00..=0xD7A3 => Script::Hangul,
        0x1200..=0x135F | 0x1380..=0x138F | 0x2D80..=0x2DDE | 0xAB01..=0xAB2E => Script::Ethiopic,
        0x1780..=0x17D3 | 0x17DC..=0x17DD => Script::Khmer,
        0x1E00..=0x1EFF
        | 0x2C60..=0x2C7F
        | 0xA720..=0xA7FF
        | 0xAB30..=0xAB64
        | 0xFF21..=0xFF3A
        | 0xFF41..=0xFF5A => Script::Latin,
        0x3041..=0x3096 | 0x30A1..=0x30FA | 0x30FC | 0xFF66..=0xFF9D => Script::Kana,
        0x3005..=0x3007 | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x323AF => {
            Script::Han
        }
        _ if c.is_alphabetic() => Script::Other,
        _ => return None,
    };
    Some(script)
}

/// The form in which the model knows a letter: lower case, one form for letters that are written in two ways.
/// `None` for marks that are left out: Arabic vowel signs and the like, which most texts do without.
pub fn folded(c: char) -> Option<char> {
    let folded = match c {
        '\u{0}'..='\u{7F}' => c.to_ascii_lowercase(),
        'ş' | 'Ş' | 'Ș' => 'ș',
        'ţ' | 'Ţ' | 'Ț' => 'ț',
        'İ' => 'i',
        // Arabic vowel signs and the stroke that stretches a word; superscript alef.
        '\u{610}'..='\u{61A}' | '\u{640}' | '\u{64B}'..='\u{65F}' | '\u{670}' | '\u{300}'..='\u{36F}' => {
            return None;
        }
        '\u{FF21}'..='\u{FF3A}' => char::from_u32(c as u32 - 0xFF21 + 0x61).unwrap_or(c),
        '\u{FF41}'..='\u{FF5A}' => char::from_u32(c as u32 - 0xFF41 + 0x61).unwrap_or(c),
        '\u{80}'..='\u{58F}' | '\u{1E00}'..='\u{1FFF}' => c.to_lowercase().next().unwrap_or(c),
        _ => c,
    };
    Some(folded)
}

/// The one language of a script, by its tag, where there is only one among those that can be answered.
pub const fn only_language(script: Script) -> Option<&'static str> {
    Some(match script {
        Script::Kana => "ja",
        Script::Hangul => "ko",
        Script::Greek => "el",
        Script::Armenian => "hy",
        Script::Georgian => "ka",
        Script::Thai => "th",
        Script::Lao => "lo",
        Script::Khmer => "km",
        Script::Myanmar => "my",
        Script::Sinhala => "si",
        Script::Tamil => "ta",
        Script::Telugu => "te",
        Script::Kannada => "kn",
        Script::Malayalam => "ml",
        Script::Gujarati => "gu",
        Script::Gurmukhi => "pa",
        Script::Odia => "or",
        Script::Bengali => "bn",
        Script::Latin
        | Script::Cyrillic
        | Script::Arabic
        | Script::Hebrew
        | Script::Devanagari
        | Script::Ethiopic
        | Script::Han
        | Script::Other => return None,
    })
}

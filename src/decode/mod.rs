//! Bytes to text. Any bytes have an answer; what was lost is counted. Repairing wrong decodings is left to `repair`.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod declared;
mod detect;

use std::borrow::Cow;

use detect::Charset;
use encoding_rs::Encoding;
use encoding_rs::ISO_2022_JP;
use encoding_rs::UTF_8;

use crate::likelihood;

/// The text of some bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded<'b> {
    /// The text; borrowed where the bytes were valid UTF-8.
    pub text: Cow<'b, str>,
    /// The encoding used, by its WHATWG name (or IBM's, where WHATWG has none); of several, that of most of the text.
    pub encoding: &'static str,
    /// How many byte sequences had no character and became U+FFFD.
    pub losses: u32,
    /// Whether the bytes look like something else than text (images, archives).
    pub binary: bool,
}

/// Share of control bytes above which bytes are not text. Text in any charset has next to none; random bytes have a tenth.
const BINARY_SHARE: f64 = 0.03;
/// A file is UTF-8 with something else in it, rather than something else, from so many characters of several bytes
/// for each sequence that is broken.
const MOSTLY: usize = 1;
/// Bits that a byte alone in its line must gain over U+FFFD as a character of another charset: a stray one gives a
/// character that stands there by no right (`it\xC0 is`).
const STRAY: f32 = 9.0;

/// Decodes `bytes`: byte-order mark, then valid UTF-8, then the charset that makes the most likely text; `hint` (a
/// charset label, else what the text declares in its own beginning) is evidence. A file in UTF-8 with paragraphs in another
/// charset is decoded paragraph by paragraph.
pub fn decode<'b>(bytes: &'b [u8], hint: Option<&str>) -> Decoded<'b> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return whole(Charset::Whatwg(encoding), bytes.get(mark..).unwrap_or_default());
    }
    if let Some(encoding) = detect::utf16(bytes) {
        return whole(Charset::Whatwg(encoding), bytes);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return valid(text, bytes);
    }
    let label = hint.or_else(|| declared::label(bytes));
    let declared = label.and_then(Charset::for_label).filter(|c| *c != Charset::Whatwg(UTF_8));
    let (characters, broken) = census(bytes);
    if characters >= MOSTLY * broken {
        return by_paragraph(bytes, declared);
    }
    whole(detect::detect(bytes, declared), bytes)
}

fn valid<'b>(text: &'b str, bytes: &'b [u8]) -> Decoded<'b> {
    let escapes = memchr::memmem::find(bytes, b"\x1B$").is_some();
    if escapes && let (text, false) = ISO_2022_JP.decode_without_bom_handling(bytes) {
        return Decoded { text, encoding: ISO_2022_JP.name(), losses: 0, binary: false };
    }
    Decoded { binary: is_binary(bytes), text: Cow::Borrowed(text), encoding: UTF_8.name(), losses: 0 }
}

fn whole(charset: Charset, bytes: &[u8]) -> Decoded<'_> {
    let text = charset.decode(bytes);
    finish(text, charset.name())
}

fn finish<'b>(text: Cow<'b, str>, encoding: &'static str) -> Decoded<'b> {
    let losses = text.matches('\u{FFFD}').count() as u32;
    let binary = is_binary(text.as_bytes());
    Decoded { text, encoding, losses, binary }
}

/// Characters of several bytes, those of more than two counted twice, and sequences that are broken: legacy text is full
/// of accidental pairs and has hardly ever three bytes that fit.
fn census(bytes: &[u8]) -> (usize, usize) {
    bytes.utf8_chunks().fold((0, 0), |(characters, broken), chunk| {
        let several: usize =
            chunk.valid().bytes().map(|b| usize::from(b >= 0xC0) + usize::from(b >= 0xE0)).sum();
        (characters + several, broken + usize::from(!chunk.invalid().is_empty()))
    })
}

/// UTF-8 with lines in another charset: those are decoded each by itself, all in the charset that suits them together;
/// a few broken bytes in a line of UTF-8 stay lost.
fn by_paragraph(bytes: &[u8], declared: Option<Charset>) -> Decoded<'_> {
    let lines = || bytes.split_inclusive(|&b| b == b'\n');
    let is_foreign = |line: &[u8]| {
        let (characters, broken) = census(line);
        broken > 0 && characters < MOSTLY * broken
    };
    let foreign: Vec<u8> = lines().filter(|line| is_foreign(line)).flatten().copied().collect();
    let charset = (!foreign.is_empty()).then(|| detect::detect(&foreign, declared));
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    for line in lines() {
        let broken = String::from_utf8_lossy(line);
        match charset {
            Some(charset) if is_foreign(line) => {
                let read = charset.decode(line);
                let margin = if census(line).1 == 1 { STRAY } else { 0.0 };
                let better = likelihood::bits(&read) + margin < likelihood::bits(&broken);
                text.push_str(if better { &read } else { &broken });
            }
            _ => text.push_str(&broken),
        }
    }
    finish(Cow::Owned(text), UTF_8.name())
}

fn is_binary(bytes: &[u8]) -> bool {
    let controls = bytes.iter().filter(|b| matches!(b, 0..=8 | 14..=26 | 28..=31)).count();
    controls as f64 > BINARY_SHARE * bytes.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn valid_utf8_is_borrowed() {
        let decoded = decode("naïve".as_bytes(), Some("windows-1251"));
        assert!(matches!(decoded.text, Cow::Borrowed("naïve")));
        assert_eq!(decoded.encoding, "UTF-8");
    }

    #[test]
    fn a_declared_charset_that_fits_is_used() {
        let decoded = decode(&[0xCF, 0xF0, 0xE8], Some("windows-1251"));
        assert_eq!((&*decoded.text, decoded.encoding), ("При", "windows-1251"));
    }

    #[test]
    fn what_a_text_declares_counts() {
        let text = "Content-Type: text/plain; charset=windows-1251\n\n";
        let bytes = [text.as_bytes(), b"A \xE0\n"].concat();
        assert_eq!(decode(&bytes, None).text, format!("{text}A а\n"));
        assert_eq!(decode(b"A \xE0\n", None).text, "A à\n");
    }

    #[test]
    fn a_wrong_label_is_overruled() {
        let text = "Городской совет собрался в понедельник и принял бюджет.";
        let (bytes, _, _) = encoding_rs::KOI8_R.encode(text);
        // KOI8-R and KOI8-U agree on Russian.
        assert_eq!(decode(&bytes, Some("windows-1252")).text, text);
    }

    #[test]
    fn signs_stand_where_letters_do_in_another_charset_only() {
        for (text, name) in [
            ("La màgia és a la pàgina vint.", "IBM850"),
            ("La società è arrivata.", "IBM437"),
            ("Sy is ministeriële hoof van die span.", "macintosh"),
        ] {
            let charset =
                crate::charset::Single::for_label(name).unwrap_or(crate::charset::Single::WINDOWS_1252);
            let bytes: Vec<u8> = text.chars().filter_map(|c| charset.byte(c)).collect();
            assert_eq!(decode(&bytes, None).text, text);
        }
        let text = "“It’s…”, she said – “wait”.";
        assert_eq!(decode(&encoding_rs::WINDOWS_1252.encode(text).0, None).text, text);
    }

    #[test]
    fn letters_of_one_language_are_read_rather_than_of_none() {
        let ways = [
            (encoding_rs::WINDOWS_1257, "Jõgi tõusis üle kallaste, räägib žurnalist."),
            (encoding_rs::ISO_8859_3, "Il-ħajja hija għalja żżejjed, qalet iċ-ċittadina."),
            (encoding_rs::ISO_8859_4, "Šiandien mieste vyko šventė, kurioje dalyvavo daug žmonių."),
        ];
        for (charset, text) in ways {
            assert_eq!(decode(&charset.encode(text).0, None).text, text);
        }
    }

    #[test]
    fn a_rare_byte_far_into_the_text_tells_charsets_apart() {
        let text = format!("{}La Ádega reabrió.\n", "Así llegó allí el señor Núñez.\n".repeat(40));
        let bytes: Vec<u8> = text.chars().filter_map(|c| crate::charset::Single::IBM850.byte(c)).collect();
        assert_eq!(decode(&bytes, None).text, text);
    }

    #[test]
    fn utf16_needs_no_mark() {
        for text in ["Der Rat tagte am Montag über den Haushalt.", "Городской совет собрался в понедельник."]
        {
            let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            assert_eq!((&*decode(&bytes, None).text, decode(&bytes, None).encoding), (text, "UTF-16BE"));
        }
    }

    #[test]
    fn one_paragraph_may_be_in_another_charset() {
        let mut bytes = "Der Rat tagte über den Haushalt für das nächste Jahr.\n".as_bytes().to_vec();
        bytes.extend(b"Die B\xFCrger h\xF6rten zu.\n");
        bytes.extend("Es gab Applaus für die Räte.\n".as_bytes());
        let decoded = decode(&bytes, None);
        assert!(decoded.text.contains("Die Bürger hörten zu."), "{}", decoded.text);
        assert_eq!((decoded.encoding, decoded.losses), ("UTF-8", 0));
    }

    #[test]
    fn a_stray_byte_is_lost_and_a_letter_is_read() {
        let text = "Der Rat tagte über den Haushalt.\n“Wir hören zu.”\n";
        let line = |line: &[u8]| decode(&[text.as_bytes(), line].concat(), None).text.replace(text, "");
        assert_eq!(line(b"We heard it\xC0 is late.\n"), "We heard it\u{FFFD} is late.\n");
        assert_eq!(line(b"Die B\xFCrger kamen.\n"), "Die Bürger kamen.\n");
    }

    #[test]
    fn noise_is_not_text() {
        let noise: Vec<u8> = (0..4096_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        assert!(decode(&noise, None).binary);
        assert!(!decode("Ordinary text.\r\n\tIndented.".as_bytes(), None).binary);
    }
}

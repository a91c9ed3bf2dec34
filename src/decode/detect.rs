//! Which charset some bytes are in: every one that can be is tried on a sample, and the text that is the most likely
//! as language wins. A label that came with the bytes counts as evidence, not as an order.

use std::borrow::Cow;

use chardetng::EncodingDetector;
use chardetng::Iso2022JpDetection;
use chardetng::Utf8Detection;
use encoding_rs::Encoding;

use crate::charset::Double;
use crate::charset::Single;
use crate::likelihood;
use crate::likelihood::alphabets;

/// A charset that bytes can be decoded with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Charset {
    /// One of WHATWG's.
    Whatwg(&'static Encoding),
    /// One of those that browsers do not know.
    Single(Single),
}

/// Bytes of the sample that a charset is judged by.
const SAMPLE: usize = 900;
/// Bytes above which a line is not added to a sample that is full but for bytes that it lacks.
const LONG: usize = 400;
/// Bits that a byte without a character costs.
const ERROR: f32 = 24.0;
/// Bits that a sign costs where a letter belongs.
const MISPLACED: f32 = 12.0;
/// Bits that a line costs whose letters no language has together.
const OF_NO_LANGUAGE: f32 = 12.0;
/// Bits that a declared charset is worth, and what chardetng guesses.
const DECLARED: f32 = 30.0;
const GUESSED: f32 = 12.0;
/// Charsets that few texts are in, and the bits that one has to gain. Not ISO 8859-16, which differs from windows-1250 in
/// letters that Romanian writes either way.
const RARE: [&Encoding; 3] = [encoding_rs::ISO_8859_3, encoding_rs::ISO_8859_4, encoding_rs::ISO_8859_13];
const RARER: f32 = 10.0;

impl Charset {
    /// A charset by a label of the web or of a code page.
    pub(super) fn for_label(label: &str) -> Option<Charset> {
        match Single::for_label(label) {
            Some(single) if Encoding::for_label(single.name().as_bytes()).is_none() => {
                Some(Charset::Single(single))
            }
            _ => Encoding::for_label(label.as_bytes()).map(Charset::Whatwg),
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Charset::Whatwg(encoding) => encoding.name(),
            Charset::Single(single) => single.name(),
        }
    }

    /// The text; bytes without a character become U+FFFD.
    pub(super) fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        match self {
            Charset::Whatwg(encoding) => encoding.decode_without_bom_handling(bytes).0,
            Charset::Single(single) => Cow::Owned(single.decode(bytes)),
        }
    }

    fn candidates() -> impl Iterator<Item = Charset> {
        let singles = Single::ALL.iter().map(|&single| match Encoding::for_label(single.name().as_bytes()) {
            Some(encoding) => Charset::Whatwg(encoding),
            None => Charset::Single(single),
        });
        let doubles = Double::ALL.iter().map(|double| Charset::Whatwg(double.encoding()));
        let rare = RARE.map(Charset::Whatwg);
        singles.chain(doubles).chain([Charset::Whatwg(encoding_rs::EUC_JP)]).chain(rare)
    }
}

/// The charset of bytes that are not UTF-8. `declared` is the one that the document names, which is believed where another
/// is not clearly likelier.
pub(super) fn detect(bytes: &[u8], declared: Option<Charset>) -> Charset {
    let sample = sample(bytes);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = Charset::Whatwg(detector.guess(None, Utf8Detection::Deny));
    let mut best = (f32::INFINITY, guess);
    for charset in Charset::candidates().chain([guess]).chain(declared) {
        let worth = |is_so: bool, bits: f32| if is_so { bits } else { 0.0 };
        let is_rare = matches!(charset, Charset::Whatwg(encoding) if RARE.contains(&encoding));
        let cost = cost(&charset.decode(&sample)) + worth(is_rare, RARER)
            - worth(Some(charset) == declared, DECLARED)
            - worth(charset == guess, GUESSED);
        if cost < best.0 - 0.01 {
            best = (cost, charset);
        }
    }
    best.1
}

/// The description length of a decoded text, with what it has lost.
pub(super) fn cost(text: &str) -> f32 {
    let wrong = text.chars().filter(|&c| is_wrong(c)).count();
    let of_none = text.lines().filter(|line| alphabets::is_of_none(line)).count();
    likelihood::bits(text)
        + ERROR * wrong as f32
        + MISPLACED * misplaced(text) as f32
        + OF_NO_LANGUAGE * of_none as f32
}

/// Signs that stand where letters do, and characters of other widths beside small letters of ASCII: neither is dear to a model
/// that knows letters, and both are what a code page of DOS or of an old Macintosh gives in another charset
/// (`p…gina`, `CＤile`).
fn misplaced(text: &str) -> usize {
    let is_small = |c: char| c.is_ascii_lowercase();
    let is_blank = |c: char| c == ' ' || c == '\n';
    let (mut before, mut found) = ((' ', ' '), 0);
    for after in text.chars().chain([' ']) {
        let (first, c) = before;
        let is_alone = is_blank(first) && is_blank(after);
        found += usize::from(match c {
            '‚' | '„' | '…' | '†' | '‡' | 'ˆ' | '‰' | '‹' | '‘' | '“' | '”' | '•' | '˜' | '™' | '›' | '¡'
            | '¢' | '£' | '¤' => is_small(first) && is_small(after),
            '¨' => is_small(first),
            'Š' | 'Ź' => is_alone,
            'Ａ'..='Ｚ' | 'ａ'..='ｚ' => {
                is_alone || first.is_ascii_alphabetic() || after.is_ascii_alphabetic()
            }
            '\u{3040}'..='\u{9FFF}' => is_alone || is_small(first) || is_small(after),
            '\u{AC00}'..='\u{D7A3}' | '\u{FF66}'..='\u{FF9F}' | '\u{2500}'..='\u{25A0}' => {
                is_small(first) || is_small(after)
            }
            _ => false,
        });
        before = (c, after);
    }
    found
}

/// What a right decoding does not give.
fn is_wrong(c: char) -> bool {
    c == '\u{FFFD}' || ('\u{80}'..'\u{A0}').contains(&c)
}

/// The lines that have the most to say: those with bytes beyond ASCII, up to a size, and then those with bytes that were not
/// among them. Charsets that are much alike differ by a byte or two, which may stand anywhere.
fn sample(bytes: &[u8]) -> Vec<u8> {
    let mut sample = Vec::new();
    let mut seen = [false; 256];
    for line in bytes.split_inclusive(|&b| b == b'\n').filter(|line| !line.is_ascii()) {
        let is_new = |byte: &u8| !byte.is_ascii() && seen.get(usize::from(*byte)) == Some(&false);
        if sample.len() > SAMPLE
            && (sample.len() > 2 * SAMPLE - LONG || line.len() > LONG || !line.iter().any(is_new))
        {
            continue;
        }
        for &byte in line {
            if let Some(seen) = seen.get_mut(usize::from(byte)) {
                *seen = true;
            }
        }
        sample.extend_from_slice(line);
    }
    // A line may be the whole file; cut where a character is likely to end.
    if sample.len() > 2 * SAMPLE {
        let end = sample
            .iter()
            .skip(SAMPLE)
            .take(SAMPLE)
            .position(u8::is_ascii)
            .map_or(2 * SAMPLE, |at| SAMPLE + at);
        sample.truncate(end);
    }
    sample
}

/// UTF-16 without a byte-order mark: half of the bytes of one parity say the same.
pub(super) fn utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = bytes.get(..bytes.len().min(1024) & !1)?;
    if !bytes.len().is_multiple_of(2) || sample.len() < 4 {
        return None;
    }
    let odd = sample.iter().filter(|b| matches!(b, 0..=8 | 0x0E..=0x1A | 0x1C..=0x1F)).count();
    if odd * 50 < sample.len() && std::str::from_utf8(bytes).is_ok() {
        return None;
    }
    let as_is = likelihood::bits(&String::from_utf8_lossy(sample)) / sample.len() as f32 * 2.0;
    [encoding_rs::UTF_16LE, encoding_rs::UTF_16BE]
        .into_iter()
        .map(|encoding| (encoding, encoding.decode_without_bom_handling(sample).0))
        .map(|(encoding, text)| (cost(&text) / text.chars().count().max(1) as f32, encoding))
        .filter(|(cost, _)| *cost < UTF_16 && *cost < as_is)
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, encoding)| encoding)
}

/// Bits a character above which a reading as UTF-16 is not text.
const UTF_16: f32 = 9.5;

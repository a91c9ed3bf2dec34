//! Undoes text in one legacy charset that was read as another. Such a line has no structure that proves it; it is
//! repaired only where it is noise as it stands and language as the other charset.

use super::codec::Codec;
use super::codec::Raw;
use super::mojibake::Evidence;
use crate::charset::Double;
use crate::charset::Single;
use crate::document::Edit;
use crate::document::Span;
use crate::likelihood;

/// A charset that text was written in.
pub(crate) type Written = Codec;

/// The charsets that legacy text gets misread in.
const READ: [Codec; 6] = [
    Codec::Single(Single::WINDOWS_1252),
    Codec::Single(Single::WINDOWS_1251),
    Codec::Single(Single::KOI8_R),
    Codec::Single(Single::MACINTOSH),
    Codec::Single(Single::WINDOWS_1250),
    Codec::Single(Single::IBM866),
];

/// The charsets that legacy text was written in.
const WRITTEN: [Codec; 22] = [
    Codec::Single(Single::WINDOWS_1252),
    Codec::Single(Single::WINDOWS_1251),
    Codec::Single(Single::WINDOWS_1250),
    Codec::Single(Single::KOI8_R),
    Codec::Single(Single::KOI8_U),
    Codec::Single(Single::MACINTOSH),
    Codec::Single(Single::IBM850),
    Codec::Single(Single::IBM437),
    Codec::Single(Single::IBM852),
    Codec::Single(Single::IBM866),
    Codec::Single(Single::WINDOWS_1253),
    Codec::Single(Single::WINDOWS_1254),
    Codec::Single(Single::WINDOWS_1255),
    Codec::Single(Single::WINDOWS_1256),
    Codec::Single(Single::WINDOWS_1257),
    Codec::Single(Single::WINDOWS_874),
    Codec::Single(Single::ISO_8859_2),
    Codec::Single(Single::ISO_8859_5),
    Codec::Double(Double::Gbk),
    Codec::Double(Double::Big5),
    Codec::Double(Double::ShiftJis),
    Codec::Double(Double::EucKr),
];

/// Bits that a repair must gain, and half of it where the document has shown the same pair already.
const MARGIN: f32 = 25.0;
/// Characters of a line that are looked at to see whether a charset is worth a closer look.
const SAMPLE: usize = 96;
/// Steps that a reading must gain by the coarse table to be looked at.
const COARSE: u32 = 4 * 16;
/// Bits that a single character has to gain above the margin, two half of it each, and so on, where the reading is
/// not below this many bits a letter, as running text is.
const FEW: f32 = 60.0;
const FLUENT: f32 = 4.6;
/// Bits a letter above which a reading is not language: of Latin and other alphabets, of ideographs and syllables.
const LANGUAGE: f32 = 6.0;

/// The line as it was, where that gains more than the `other` repair that is known for it.
pub(crate) fn undo(line: &str, other: f32, evidence: &mut Evidence) -> Option<Vec<Edit>> {
    let neighbours = neighbours(line);
    let coarse_before = coarse(&neighbours, |c| c);
    let mut before: Option<f32> = None;
    let mut winner: Option<(f32, (Written, Codec), String)> = None;
    let total = line.chars().count();
    let upper = line.chars().filter(|c| !c.is_ascii()).count();
    for read in READ {
        let foreign = line.chars().filter(|&c| matches!(read.raw(c), Raw::Foreign | Raw::Lost)).count();
        if foreign * 8 > upper {
            continue;
        }
        for written in WRITTEN {
            // In a charset of byte pairs most of a text is beyond ASCII.
            if written == read || matches!(written, Codec::Double(_)) && upper * 3 < total {
                continue;
            }
            if let Codec::Single(single) = written
                && coarse(&neighbours, |c| read_as(single, c, read.raw(c))) + COARSE > coarse_before
            {
                continue;
            }
            let text = reread(line, read, written);
            let lost = text.matches('\u{FFFD}').count();
            if lost * 12 > upper {
                continue;
            }
            let after = likelihood::bits(&text);
            let gain = *before.get_or_insert_with(|| likelihood::bits(line)) - after;
            let known = evidence.pairs.contains(&(written, read));
            let fluent = after < FLUENT * text.chars().count() as f32;
            let margin = match known {
                true => MARGIN / 2.0,
                false if fluent => MARGIN,
                false => MARGIN + FEW / upper as f32,
            };
            let wide = matches!(written, Codec::Double(_));
            let language = if wide { 2.0 * LANGUAGE } else { LANGUAGE };
            if gain > margin
                && gain > other
                && after < language * text.chars().count() as f32 + 8.0
                && winner.as_ref().is_none_or(|w| gain > w.0 + 0.01)
            {
                winner = Some((gain, (written, read), text));
            }
        }
    }
    let (_, pair, to) = winner?;
    if !evidence.pairs.contains(&pair) {
        evidence.pairs.push(pair);
    }
    Some(vec![Edit { span: Span::new(0, line.len()), to, code: "misread-charset" }])
}

/// The characters beyond ASCII with what stands before and after them: all that another charset would change.
fn neighbours(line: &str) -> Vec<[char; 3]> {
    let mut found = Vec::new();
    let mut last = [' '; 2];
    for c in line.chars().chain([' ']) {
        if likelihood::is_judged(last[1]) && found.len() < SAMPLE {
            found.push([last[0], last[1], c]);
        }
        last = [last[1], c];
    }
    found
}

/// What the characters cost by the coarse table after `read` has changed them.
fn coarse(neighbours: &[[char; 3]], read: impl Fn(char) -> char) -> u32 {
    let cost = |a: char, b: char| u32::from(likelihood::pair(likelihood::plain(a), likelihood::plain(b)));
    neighbours
        .iter()
        .map(|&[before, c, after]| {
            let c = read(c);
            // A pair of two changed characters is counted at its second one only.
            let next = if likelihood::is_judged(after) { 0 } else { cost(c, after) };
            cost(if likelihood::is_judged(before) { read(before) } else { before }, c) + next
        })
        .sum()
}

fn read_as(single: Single, c: char, raw: Raw) -> char {
    match raw {
        Raw::One(byte) => single.char(byte),
        _ => c,
    }
}

/// The line in the other charset; what was not in the first one stays.
fn reread(line: &str, read: Codec, written: Written) -> String {
    let double = match written {
        Codec::Single(single) | Codec::Lowered(single) => {
            return line.chars().map(|c| read_as(single, c, read.raw(c))).collect();
        }
        Codec::Double(double) => double,
    };
    let mut text = String::new();
    let mut bytes = Vec::new();
    for c in line.chars() {
        match read.raw(c) {
            Raw::One(byte) => bytes.push(byte),
            Raw::Ascii => bytes.push(c as u8),
            _ => {
                text.push_str(&double.encoding().decode_without_bom_handling(&bytes).0);
                bytes.clear();
                text.push(c);
            }
        }
    }
    text.push_str(&double.encoding().decode_without_bom_handling(&bytes).0);
    text
}

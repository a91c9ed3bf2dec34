//! Undoes text in one legacy charset that was read as another. Such a line has no structure that proves it; it is
//! repaired only where it is noise as it stands and language as the other charset.

use super::codec::Codec;
use super::gain::MARGIN;
use super::gain::Nearby;
use super::misplaced::Beside;
use super::misplaced::letters;
use super::mojibake::Evidence;
use super::oddity::Class;
use crate::charset::Double;
use crate::charset::NEIGHBOURS;
use crate::charset::Single;
use crate::document::Edit;
use crate::document::Span;
use crate::likelihood;
use crate::likelihood::alphabets::Languages;

/// A charset that text was written in.
pub(crate) type Written = Codec;

/// The charsets that legacy text gets misread in.
pub(crate) const READ: [Single; 6] = [
    Single::WINDOWS_1252,
    Single::WINDOWS_1251,
    Single::KOI8_R,
    Single::MACINTOSH,
    Single::WINDOWS_1250,
    Single::IBM866,
];

/// The charsets that legacy text was written in.
pub(crate) const WRITTEN: [Codec; 22] = [
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

/// Bits that a line of no language must gain to be one of some language. Of 136,000 sentences with letters beyond ASCII, in 143
/// languages, 3,300 have such as no language has together; 48 of these gain as much, all damaged where they were collected.
const OF_NO_LANGUAGE: f32 = 10.0;

/// Characters of a line that are looked at to see whether a charset is worth a closer look.
const SAMPLE: usize = 96;
/// Characters of which a charset of byte pairs must know the pairs that they make.
const START: usize = 40;
/// Steps that a reading must gain by the coarse table to be looked at.
const COARSE: i32 = 6 * 16;
/// Steps that a reading may lose by it on the way: about what two odd words cost.
const HOPELESS: i32 = 28 * 16;
/// Bits that a single character has to gain above the margin, two half of it each, and so on, where the reading is
/// not below this many bits a letter, as running text is.
const FEW: f32 = 60.0;
const FLUENT: f32 = 4.6;
/// Bits a letter above which a reading is not language: of Latin and other alphabets, of ideographs and syllables.
const LANGUAGE: f32 = 6.0;

/// The line as it was, where that gains more than the `other` repair that is known for it.
pub(crate) fn undo(line: &str, chars: &[char], other: f32, evidence: &mut Evidence) -> Option<Vec<Edit>> {
    // Where the characters beyond ASCII are: all that another charset would change.
    let beyond: Vec<usize> =
        chars.iter().enumerate().filter(|(_, c)| !c.is_ascii()).map(|(at, _)| at).collect();
    let characters = || beyond.iter().filter_map(|&at| chars.get(at)).copied();
    if is_drawing(characters()) || evidence.pairs.is_empty() && is_acronyms(line) {
        return None;
    }
    let neighbours = neighbours(chars, &beyond);
    let start = line.char_indices().nth(START).and_then(|(at, _)| line.get(..at)).unwrap_or(line);
    let (total, upper) = (chars.len(), beyond.len());
    let mut foreign = [0_usize; READ.len()];
    let mut bytes: Vec<[u8; READ.len()]> = Vec::with_capacity(upper);
    for c in characters() {
        let of_each = Single::bytes(c, READ);
        bytes.push(of_each);
        for (foreign, byte) in foreign.iter_mut().zip(of_each) {
            *foreign += usize::from(byte == 0);
        }
    }
    // Charsets that agree on all of the line are one, but for what is known of each.
    let is_same = |one: usize, other: usize| bytes.iter().all(|bytes| bytes.get(one) == bytes.get(other));
    let is_read_already =
        |index: usize| evidence.pairs.is_empty() && (0..index).any(|before| is_same(before, index));
    let beside: Vec<Beside> = beyond.iter().filter_map(|&at| Beside::new(chars, at)).collect();
    let is_of_none = Languages::of_all(characters()).is_none();
    let mut nearby = Nearby::default();
    let mut before: Option<f32> = None;
    let mut winner: Option<(f32, (Written, Codec), String)> = None;
    for (index, _) in foreign.into_iter().enumerate().filter(|(_, foreign)| foreign * 8 <= upper) {
        if is_read_already(index) {
            continue;
        }
        let Some(sample) = Sample::new(&neighbours, index) else { continue };
        let read = Codec::Single(sample.read);
        let mut failed: Vec<Single> = Vec::new();
        for written in WRITTEN {
            let of_one = is_of_none && matches!(written, Codec::Single(single) if sample.is_of_one(single));
            let worth = match written {
                Codec::Single(single) | Codec::Lowered(single) => of_one || sample.gains(single),
                // In a charset of byte pairs most of a text is beyond ASCII.
                Codec::Double(_) => upper * 3 >= total && is_wide(start, sample.read, written),
            };
            if written == read || !worth {
                continue;
            }
            let mut placed = 0.0;
            if let Codec::Single(single) = written {
                if failed.iter().any(|&other| sample.is_alike(single, other)) {
                    continue;
                }
                placed = letters(&beside, |c| read_as(single, c, sample.read));
                let least = if of_one { OF_NO_LANGUAGE } else { MARGIN } / 2.0;
                if nearby.gain(chars, &beyond, |c| read_as(single, c, sample.read)) + placed < least {
                    failed.push(single);
                    continue;
                }
            }
            let text = reread(line, sample.read, written);
            let lost = text.matches('\u{FFFD}').count();
            if lost * 12 > upper {
                continue;
            }
            let after = likelihood::bits(&text);
            let gain = *before.get_or_insert_with(|| likelihood::bits(line)) - after + placed;
            let known = evidence.pairs.contains(&(written, read));
            let fluent = after < FLUENT * text.chars().count() as f32;
            let margin = match known {
                _ if of_one => OF_NO_LANGUAGE,
                true => MARGIN / 2.0,
                false if fluent => MARGIN,
                false => MARGIN + FEW / upper as f32,
            };
            let limit = LANGUAGE
                * match written {
                    Codec::Double(_) => text.chars().map(width).sum(),
                    _ => text.chars().count() as f32,
                };
            if gain > margin
                && gain > other
                && after < limit + 8.0
                && winner.as_ref().is_none_or(|w| gain > w.0 + 0.01)
            {
                winner = Some((gain, (written, read), text));
            }
        }
    }
    let (gain, pair, to) = winner?;
    // What its letters alone speak for proves nothing for other lines.
    if gain > MARGIN && !evidence.pairs.contains(&pair) {
        evidence.pairs.push(pair);
    }
    Some(vec![Edit { span: Span::new(0, line.len()), to, code: "misread-charset" }])
}

/// Whether the pieces of frames in a line are mostly the same one again: rules and tables, not letters.
fn is_drawing(beyond: impl Iterator<Item = char>) -> bool {
    let mut frames = beyond.filter(|c| matches!(c, '\u{2500}'..'\u{25A0}'));
    let Some(mut last) = frames.next() else { return false };
    let (mut all, mut again) = (1, 0);
    for frame in frames {
        all += 1;
        again += usize::from(frame == last);
        last = frame;
    }
    again > 1 && again * 2 > all
}

/// Letters of the longest acronym.
const ACRONYM: usize = 5;

/// Whether all words of a line that have letters beyond ASCII are acronyms. No language makes an acronym likely, so that any
/// other reading of one seems to gain.
fn is_acronyms(line: &str) -> bool {
    // Signs belong to the word that they stand in: of a misread one they are letters.
    let is_sign = |c: char| !c.is_ascii() && !matches!(Class::of(c), Class::Plain | Class::Loose);
    let words = line.split(|c: char| !c.is_alphabetic() && !is_sign(c));
    let mut found = false;
    words.filter(|word| !word.is_ascii() && word.chars().any(char::is_alphabetic)).all(|word| {
        found = true;
        word.chars().enumerate().all(|(at, c)| at < ACRONYM && Class::of(c) == Class::Capital)
    }) && found
}

/// For how many letters a character stands where text is in ideographs and syllables: it may be indented.
const fn width(c: char) -> f32 {
    match c {
        ' ' => 0.5,
        _ => 2.0,
    }
}

/// A character beyond ASCII with what stands beside it: all that another charset would change.
struct Neighbour {
    before: char,
    c: char,
    after: char,
    /// The bytes of the character and of the one before it in each of [`READ`]; 0 where it has none.
    bytes: [u8; READ.len()],
    bytes_before: [u8; READ.len()],
    /// What they cost by the coarse table. A pair of two characters beyond ASCII is counted at its second one only.
    cost: i32,
}

impl Neighbour {
    /// What they cost when the character and the one before it are others.
    fn cost(&self, before: char, c: char) -> i32 {
        let next = if likelihood::is_judged(self.after) { 0 } else { likelihood::pair(c, self.after) };
        i32::from(likelihood::pair(before, c)) + i32::from(next)
    }
}

fn neighbours(chars: &[char], beyond: &[usize]) -> Vec<Neighbour> {
    let plain = |at: Option<usize>| at.and_then(|at| chars.get(at)).map_or(' ', |&c| likelihood::plain(c));
    let mut found: Vec<Neighbour> = Vec::with_capacity(beyond.len().min(SAMPLE));
    // The one that was found last, and where.
    let mut last: Option<(usize, [u8; READ.len()])> = None;
    for &at in beyond {
        let (before, c, after) = (plain(at.checked_sub(1)), plain(Some(at)), plain(Some(at + 1)));
        if !likelihood::is_judged(c) {
            continue;
        }
        if found.len() == SAMPLE {
            break;
        }
        let bytes = Single::bytes(c, READ);
        let bytes_before =
            last.filter(|(last, _)| last + 1 == at).map_or([0; READ.len()], |(_, bytes)| bytes);
        let mut neighbour = Neighbour { before, c, after, bytes, bytes_before, cost: 0 };
        neighbour.cost = neighbour.cost(before, c);
        found.push(neighbour);
        last = Some((at, bytes));
    }
    found
}

/// The neighbours as the bytes of the charset that they were read in.
struct Sample<'n> {
    neighbours: &'n [Neighbour],
    read: Single,
    /// Which of [`READ`] it is.
    index: usize,
    /// The different characters and their bytes.
    distinct: Vec<(char, u8)>,
}

impl Sample<'_> {
    fn new(neighbours: &[Neighbour], index: usize) -> Option<Sample<'_>> {
        let read = *READ.get(index)?;
        let mut distinct: Vec<(char, u8)> = Vec::with_capacity(neighbours.len());
        for n in neighbours {
            let now = *n.bytes.get(index)?;
            if now != 0 && !distinct.contains(&(n.c, now)) {
                distinct.push((n.c, now));
            }
        }
        Some(Sample { neighbours, read, index, distinct })
    }

    /// Whether two charsets read all of the sample alike.
    fn is_alike(&self, one: Single, other: Single) -> bool {
        self.distinct.iter().all(|&(_, byte)| one.char(byte) == other.char(byte))
    }

    /// Whether a neighbouring charset makes it letters of one language.
    fn is_of_one(&self, written: Single) -> bool {
        let changed = || self.distinct.iter().map(|&(c, byte)| (c, written.char(byte)));
        NEIGHBOURS.contains(&(written, self.read))
            && changed().all(|(c, to)| c == to || Class::of(to).is_letter())
            && !Languages::of_all(changed().map(|(_, to)| to)).is_none()
    }

    /// Whether the coarse table finds the sample likelier in another charset. Most charsets are out of the question
    /// after a few characters, and those are all that is looked at.
    fn gains(&self, written: Single) -> bool {
        if self.distinct.iter().all(|&(c, byte)| written.char(byte) == c) {
            return false;
        }
        let upper = written.upper();
        let read = |c: char, byte: u8| match upper.get(usize::from(byte).wrapping_sub(0x80)) {
            Some(&to) => likelihood::plain(to),
            None => c,
        };
        let mut gain = 0;
        for n in self.neighbours {
            let at = |bytes: &[u8; READ.len()]| bytes.get(self.index).copied().unwrap_or(0);
            let (byte, byte_before) = (at(&n.bytes), at(&n.bytes_before));
            let (to, to_before) = (read(n.c, byte), read(n.before, byte_before));
            if (to, to_before) != (n.c, n.before) {
                gain += n.cost - n.cost(to_before, to);
                if gain < -HOPELESS {
                    return false;
                }
            }
        }
        gain >= COARSE
    }
}

/// Whether the start of the line is characters of a charset of byte pairs, and of those that texts use.
fn is_wide(start: &str, read: Single, written: Codec) -> bool {
    let text = reread(start, read, written);
    let wide = text.chars().filter(|c| !c.is_ascii());
    // Korean is written in syllables; its ideographs are many, and any bytes make some.
    let is_rare = |c: char| written == Codec::Double(Double::EucKr) && matches!(c, '\u{4E00}'..='\u{9FFF}');
    let known = |c: &char| *c != '\u{FFFD}' && !is_rare(*c) && likelihood::is_known(*c);
    let known = wide.clone().filter(known).count();
    known * 4 > wide.count() * 3
}

fn read_as(single: Single, c: char, read: Single) -> char {
    match read.byte(c) {
        Some(byte) if !c.is_ascii() => single.char(byte),
        _ => c,
    }
}

/// The line in the other charset; what was not in the first one stays.
fn reread(line: &str, read: Single, written: Written) -> String {
    let double = match written {
        Codec::Single(single) | Codec::Lowered(single) => {
            return line.chars().map(|c| read_as(single, c, read)).collect();
        }
        Codec::Double(double) => double,
    };
    let mut text = String::new();
    let mut bytes = Vec::new();
    for c in line.chars() {
        if let Some(byte) = read.byte(c) {
            bytes.push(byte);
        } else {
            text.push_str(&double.encoding().decode_without_bom_handling(&bytes).0);
            bytes.clear();
            text.push(c);
        }
    }
    text.push_str(&double.encoding().decode_without_bom_handling(&bytes).0);
    text
}

//! Whether a line may be in another legacy charset: how strange its neighbours are, and what another charset could gain
//! at best. For a character beside an ASCII letter or a space that is by how much any charset that its byte may have
//! been written in makes the pair likelier. A line in which that adds up to little is what it seems, and `legacy`,
//! which is slow, need not be asked.

use std::sync::LazyLock;

use super::codec::Codec;
use super::legacy::READ;
use super::legacy::WRITTEN;
use crate::likelihood;

/// Letters of both cases and the space.
const LETTERS: usize = 53;
/// Where the alphabets end that charsets of single bytes have.
const TABLED: usize = 0x2700;

/// Steps of the coarse table that the best charset gains, before and after each letter.
struct Row([[u8; 2]; LETTERS]);

struct Table {
    /// For each character, which row is its; 0 for none.
    index: Vec<u16>,
    rows: Vec<Row>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table { index: vec![0; TABLED], rows: vec![Row([[0; 2]; LETTERS])] };
    // In windows-1252 a control character is the byte of its number.
    let controls = (0x80..0xA0).map(|byte| (char::from(byte), byte));
    let characters = READ.iter().flat_map(|read| (0x80..=0xFF).map(|byte| (read.char(byte), byte)));
    for (c, byte) in characters.chain(controls) {
        let Some(index) = table.index.get_mut(c as usize) else { continue };
        if *index == 0 {
            *index = table.rows.len() as u16;
            table.rows.push(Row([[0; 2]; LETTERS]));
        }
        let Some(Row(row)) = table.rows.get_mut(usize::from(*index)) else { continue };
        let mut others: Vec<char> = WRITTEN.iter().filter_map(|written| other(*written, byte)).collect();
        others.sort_unstable();
        others.dedup();
        for (letter, gains) in LETTER.iter().zip(row) {
            let now = [likelihood::pair(*letter, c), likelihood::pair(c, *letter)];
            for &to in others.iter().filter(|to| **to != c) {
                let then = [likelihood::pair(*letter, to), likelihood::pair(to, *letter)];
                for ((gain, now), then) in gains.iter_mut().zip(now).zip(then) {
                    *gain = (*gain).max(now.saturating_sub(then));
                }
            }
        }
    }
    table
});

const LETTER: [char; LETTERS] = {
    let mut letters = [' '; LETTERS];
    let mut at = 0;
    while at < 26 {
        letters[at] = (b'a' + at as u8) as char;
        letters[at + 26] = (b'A' + at as u8) as char;
        at += 1;
    }
    letters
};

fn other(written: Codec, byte: u8) -> Option<char> {
    match written {
        Codec::Single(single) => Some(likelihood::plain(single.char(byte))),
        _ => None,
    }
}

/// Where an ASCII letter or a space stands in a row.
const fn place(c: char) -> Option<usize> {
    match c {
        'a'..='z' => Some(c as usize - 'a' as usize),
        'A'..='Z' => Some(c as usize - 'A' as usize + 26),
        ' ' => Some(LETTERS - 1),
        _ => None,
    }
}

/// The most that a charset gains where two characters stand side by side, of which `cost` is known.
#[inline]
fn gain(before: char, now: char, cost: u8) -> u8 {
    /// What two characters beyond ASCII cost anyway.
    const USUAL: u8 = 4 * 16;
    let table = &*TABLE;
    let index = |c: char| table.index.get(c as usize).map_or(0, |index| usize::from(*index));
    let (c, letter, side) = match (before.is_ascii(), now.is_ascii()) {
        (true, false) => (now, before, 0),
        (false, true) => (before, now, 1),
        _ if index(before) > 0 && index(now) > 0 => return cost.saturating_sub(USUAL),
        _ => return 0,
    };
    let Some(place) = place(letter) else { return 0 };
    let row = table.rows.get(index(c));
    row.and_then(|Row(row)| row.get(place)).and_then(|gains| gains.get(side)).copied().unwrap_or(0)
}

/// How strange the neighbours of a line are, all in all.
#[derive(Default)]
pub(crate) struct Legacy {
    pairs: u32,
    /// Those of Latin letters and signs.
    latin: u32,
    /// Steps of the coarse table.
    sum: u32,
    /// Steps above [`DEAR`] of letters and what stands beside them within a word.
    excess: u32,
    /// Steps that other charsets could gain at best.
    gain: u32,
}

/// Mean bits of a pair above which a line may be in another charset: for Latin letters, where any language may have
/// any letter, and for others.
const STRANGE_LATIN: f32 = 4.3;
const STRANGE: f32 = 5.5;
/// Steps above which a pair counts as dear, and how many steps above it a line has at least, in all and for each pair.
/// Of the lines that were garbled for a test one in a hundred has fewer; of clean ones four in five.
const DEAR: u32 = 5 * 16;
const EXCESS: u32 = 5 * 16;
const EXCESS_EACH: u32 = 5;
/// Steps that other charsets could gain at best, in all and for each pair; for each of many where all letters are beyond
/// ASCII. One in a hundred lines that were garbled for a test has fewer, and so have three in five clean ones that seem
/// strange otherwise.
const GAIN: u32 = 13 * 16;
const GAIN_EACH: u32 = 30;
const GAIN_EACH_OF_MANY: u32 = 39;
const MANY: u32 = 24;
/// Steps that are enough whatever else a line of Latin letters seems: one clean line in fifty has as many.
const MUCH: u32 = 300;
const MUCH_EACH: u32 = 38;

impl Legacy {
    #[inline]
    pub(crate) fn see(&mut self, before: char, now: char, cost: u8) {
        let is_letter = |c: char| !c.is_ascii() || c.is_ascii_alphabetic();
        self.gain += u32::from(gain(before, now, cost));
        let cost = u32::from(cost);
        self.pairs += 1;
        self.sum += cost;
        self.latin += u32::from(now.max(before) < '\u{370}');
        if cost > DEAR && is_letter(before) && is_letter(now) {
            self.excess += cost - DEAR;
        }
    }

    pub(crate) fn is_strange(&self) -> bool {
        let is_latin = self.latin * 2 > self.pairs;
        let mean = if is_latin { STRANGE_LATIN } else { STRANGE };
        let each = if is_latin || self.pairs < MANY { GAIN_EACH } else { GAIN_EACH_OF_MANY };
        // Letters that both charsets have make a line seem less strange than it is.
        if is_latin && self.excess > 0 && self.gain >= MUCH.max(MUCH_EACH * self.pairs) {
            return true;
        }
        self.pairs > 1
            && self.gain >= GAIN.max(each * self.pairs)
            && self.sum as f32 > mean * likelihood::PAIR_STEPS * self.pairs as f32
            && self.excess >= EXCESS.max(EXCESS_EACH * self.pairs)
    }
}

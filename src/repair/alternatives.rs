//! Whether a line may be in another legacy charset: how strange its neighbours are, and what another charset could gain
//! at best. For a character beside an ASCII letter or a space that is by how much any charset that its byte may have
//! been written in makes the pair likelier. A line in which that adds up to little is what it seems, and `legacy`,
//! which is slow, need not be asked.

use std::sync::LazyLock;

use super::codec::Codec;
use super::legacy::READ;
use super::legacy::WRITTEN;
use crate::likelihood;

/// Where the alphabets end that charsets of single bytes have.
const TABLED: usize = 0x2700;

/// What two neighbours cost by the coarse table, and the most that another charset gains there, in its steps.
#[derive(Clone, Copy, Default)]
pub(crate) struct Beside {
    pub(crate) cost: u8,
    pub(crate) gain: u8,
}

/// A character beside each of ASCII.
pub(crate) struct Row {
    /// After it.
    pub(crate) after: [Beside; 128],
    /// Before it.
    pub(crate) before: [Beside; 128],
}

const NOTHING: Row =
    Row { after: [Beside { cost: 0, gain: 0 }; 128], before: [Beside { cost: 0, gain: 0 }; 128] };

/// The characters that legacy text is misread in.
pub(crate) struct Alternatives {
    /// For each character, which row is its; 0 for none.
    index: Vec<u16>,
    pub(crate) rows: Vec<Row>,
}

impl Alternatives {
    /// Which row is a character's; 0 for none.
    pub(crate) fn row(&self, c: char) -> u16 {
        self.index.get(c as usize).copied().unwrap_or(0)
    }
}

pub(crate) static ALTERNATIVES: LazyLock<Alternatives> = LazyLock::new(|| {
    let mut table = Alternatives { index: vec![0; TABLED], rows: vec![NOTHING] };
    // In windows-1252 a control character is the byte of its number.
    let controls = (0x80..0xA0).map(|byte| (char::from(byte), byte));
    let characters = READ.iter().flat_map(|read| (0x80..=0xFF).map(|byte| (read.char(byte), byte)));
    for (c, byte) in characters.chain(controls) {
        let Some(index) = table.index.get_mut(c as usize) else { continue };
        if *index == 0 {
            *index = table.rows.len() as u16;
            table.rows.push(NOTHING);
        }
        let Some(row) = table.rows.get_mut(usize::from(*index)) else { continue };
        let mut others: Vec<char> = WRITTEN.iter().filter_map(|written| other(*written, byte)).collect();
        others.sort_unstable();
        others.dedup();
        for (ascii, (after, before)) in ('\0'..).zip(row.after.iter_mut().zip(&mut row.before)) {
            let plain = likelihood::plain(ascii);
            after.cost = likelihood::pair(plain, c);
            before.cost = likelihood::pair(c, plain);
            if !ascii.is_ascii_alphabetic() && plain != ' ' {
                continue;
            }
            for &to in others.iter().filter(|to| **to != c) {
                after.gain = after.gain.max(after.cost.saturating_sub(likelihood::pair(plain, to)));
                before.gain = before.gain.max(before.cost.saturating_sub(likelihood::pair(to, plain)));
            }
        }
    }
    table
});

fn other(written: Codec, byte: u8) -> Option<char> {
    match written {
        Codec::Single(single) => Some(likelihood::plain(single.char(byte))),
        _ => None,
    }
}

/// The most that a charset gains where two characters beyond ASCII cost so much: what they cost above the usual.
pub(crate) const fn gain(cost: u8) -> u8 {
    cost.saturating_sub(4 * 16)
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
    pub(crate) fn see(&mut self, before: char, now: char, beside: Beside) {
        let is_letter = |c: char| !c.is_ascii() || c.is_ascii_alphabetic();
        let cost = u32::from(beside.cost);
        self.gain += u32::from(beside.gain);
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

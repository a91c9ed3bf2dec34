//! Whether a line may be in another legacy charset: how strange its neighbours are, and what another charset could gain
//! at best. For a character beside an ASCII letter or a space that is by how much any charset that its byte may have
//! been written in makes the pair likelier. A line in which that adds up to little is what it seems, and `legacy`,
//! which is slow, need not be asked.

use super::codec::Codec;
use super::legacy::READ;
use super::legacy::WRITTEN;
use super::neighbours::Sums;
use crate::charset::Single;
use crate::likelihood;

/// What else the bytes of a character that legacy text is misread in may have been.
pub(crate) fn others(c: char) -> Vec<char> {
    let mut others: Vec<char> = bytes(c)
        .flat_map(|byte| WRITTEN.iter().filter_map(move |written| other(*written, byte)))
        .filter(|&other| other != c)
        .collect();
    others.sort_unstable();
    others.dedup();
    others
}

/// The bytes of a character in the charsets that legacy text is misread in.
pub(crate) fn bytes(c: char) -> impl Iterator<Item = u8> {
    // In windows-1252 a control character is the byte of its number.
    let control = ('\u{80}'..'\u{A0}').contains(&c).then_some(c as u8);
    Single::bytes(c, READ).into_iter().filter(|byte| *byte != 0).chain(control)
}

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

/// How strange the neighbours of a line are, all in all: see [`Sums`].
#[derive(Clone, Copy, Default)]
pub(crate) struct Legacy {
    pairs: u32,
    sum: u32,
    gain: u32,
    excess: u32,
    latin: u32,
}

/// Mean bits of a pair above which a line may be in another charset: for Latin letters, where any language may have
/// any letter, and for others.
const STRANGE_LATIN: f32 = 4.3;
const STRANGE: f32 = 5.5;
/// Steps above which a pair counts as dear, and how many steps above it a line has at least, in all and for each pair.
/// Of the lines that were garbled for a test one in a hundred has fewer; of clean ones four in five.
pub(crate) const DEAR: u8 = 5 * 16;
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
    pub(crate) const fn add(&mut self, sums: Sums) {
        let [pairs, costs, gains, dear, latin] = sums.split();
        self.pairs += pairs;
        self.sum += costs;
        self.gain += gains;
        self.excess += dear;
        self.latin += latin;
    }

    /// Whether most of it are Latin letters.
    pub(crate) const fn is_latin(self) -> bool {
        self.latin * 2 > self.pairs
    }

    pub(crate) fn is_strange(self) -> bool {
        let Legacy { pairs, sum, gain, excess, .. } = self;
        let is_latin = self.is_latin();
        let mean = if is_latin { STRANGE_LATIN } else { STRANGE };
        let each = if is_latin || pairs < MANY { GAIN_EACH } else { GAIN_EACH_OF_MANY };
        // Letters that both charsets have make a line seem less strange than it is.
        if is_latin && excess > 0 && gain >= MUCH.max(MUCH_EACH * pairs) {
            return true;
        }
        pairs > 1
            && gain >= GAIN.max(each * pairs)
            && sum as f32 > mean * likelihood::PAIR_STEPS * pairs as f32
            && excess >= EXCESS.max(EXCESS_EACH * pairs)
    }
}

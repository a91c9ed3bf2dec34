//! Sequences of characters that would be UTF-8 in some charset: how many of a line stand among strange neighbours, and
//! which charsets are worth a closer look for it.

use std::sync::LazyLock;

use super::mojibake::CODECS;
use super::oddity;
use super::roles;
use super::roles::Role;
use super::roles::TABLED;
use crate::likelihood;

/// The charsets whose letters beyond ASCII are Latin ones.
static LATIN: LazyLock<u32> = LazyLock::new(|| {
    let bits = CODECS.iter().enumerate().filter(|(_, c)| c.is_latin());
    bits.map(|(bit, _)| 1 << bit).sum()
});

/// Windows-1252, 1250 and 1257, in which Latin text practically never has a sequence by accident.
const CENTRAL: u32 = 1 | 1 << 2 | 1 << 8;

/// Steps of the coarse table above which two characters are strange neighbours. What was UTF-8 is full of them. Outside
/// Latin, rare neighbours are everyday: only those never seen are strange.
pub(crate) const fn limit(is_latin: bool) -> u8 {
    if is_latin { 10 * 16 } else { likelihood::UNKNOWN_PAIR }
}

/// Whether a character is of those below the other alphabets.
pub(crate) const fn is_latin(c: char) -> bool {
    matches!(c, '\0'..'\u{370}')
}

/// Whether two neighbours that cost so much are strange.
pub(crate) const fn is_strange(before: char, now: char, cost: u8) -> bool {
    cost >= limit(is_latin(before) || is_latin(now))
}

/// Whether two neighbours are a hint, as strange ones are, that a sequence near by counts: they are odd, or the second one goes
/// on with what would be UTF-8 in a Latin charset.
pub(crate) fn is_hint(before: &Role, role: &Role) -> bool {
    role.class.is_odd_after(before.class) || before.leads & role.goes_on & *LATIN != 0
}

/// Characters, with its own, that a hint says something of.
pub(crate) const NEAR: u32 = 3;

/// What would be UTF-8 in some charset and has strange neighbours in it. Characters are counted that charsets of single
/// bytes may have.
#[derive(Default)]
pub(crate) struct Strained {
    all: u32,
    any: bool,
    counts: [Count; CODECS.len()],
    /// The first character that is not near strange neighbours.
    far: u32,
    /// Where the last one of them was that is not Latin, and in which charsets.
    last: u32,
    last_codecs: u32,
}

/// Strange sequences in a charset.
#[derive(Clone, Copy, Default)]
struct Count {
    all: u16,
    /// Those that follow another one at once.
    in_a_row: u16,
}

impl Strained {
    /// Sees two neighbours that are a hint; the second one is the character of that number.
    pub(crate) fn hint(&mut self, before: char, c: char, cost: u8, number: u32) {
        // A space and what counts as one say nothing of each other.
        let is_judged = likelihood::is_judged(before) || likelihood::is_judged(likelihood::plain(c));
        if is_judged && is_strange(before, c, cost) {
            self.far = number + NEAR;
        }
    }

    /// Sees a text that ends near a hint, with the character of that number.
    pub(crate) fn see(&mut self, text: &str, number: u32) {
        let codecs = ends(text);
        if codecs == 0 {
            return;
        }
        let strange = number < self.far || has_odd_neighbours(text);
        self.all |= codecs;
        self.any |= strange || codecs & CENTRAL != 0;
        let others = if strange { codecs & !*LATIN } else { 0 };
        if others == 0 {
            return;
        }
        let in_a_row = if number - self.last <= LONGEST { self.last_codecs } else { 0 };
        let mut rest = others;
        while rest != 0 {
            let bit = rest.trailing_zeros();
            if let Some(count) = self.counts.get_mut(bit as usize) {
                count.all = count.all.saturating_add(1);
                count.in_a_row = count.in_a_row.saturating_add((in_a_row >> bit & 1) as u16);
            }
            rest &= rest - 1;
        }
        (self.last, self.last_codecs) = (number, others);
    }

    /// The charsets worth a closer look, of a line of so many characters. In one of another alphabet every letter is a byte,
    /// and a sequence or two come about by themselves: there have to be several in a row, or many for the length of the line.
    pub(crate) fn codecs(&self, upper: u32) -> u32 {
        if !self.any {
            return 0;
        }
        let many = |count: &Count| count.in_a_row >= SEVERAL || u32::from(count.all) * SPARSE >= upper.max(1);
        let others = self.counts.iter().enumerate().filter(|(_, count)| count.all > 0 && many(count));
        self.all & *LATIN | others.map(|(bit, _)| 1 << bit).sum::<u32>()
    }
}

/// The charsets in which a sequence ends at the end of a text.
fn ends(text: &str) -> u32 {
    let mut goes_on = u32::MAX;
    let mut ends = 0;
    for (role, len) in text.chars().rev().map(roles::of).zip(0..=3_usize) {
        if len > 0 {
            ends |= role.lead.get(len - 1).map_or(0, |lead| lead & goes_on);
        }
        goes_on &= role.goes_on;
        if goes_on == 0 {
            break;
        }
    }
    ends
}

/// Whether odd neighbours are among the last four characters, as far as they are of charsets of single bytes, and the one
/// before those.
fn has_odd_neighbours(text: &str) -> bool {
    let mut after = ' ';
    for (at, c) in text.chars().rev().take(4).enumerate() {
        if at > 0 && oddity::is_odd(likelihood::plain(c), after) {
            return true;
        }
        if !likelihood::is_judged(c) || c >= TABLED {
            break;
        }
        after = if at == 0 { c } else { likelihood::plain(c) };
    }
    false
}

/// Strange sequences that follow another one in a line, and characters beyond ASCII for each strange one in a line that
/// has fewer.
const SEVERAL: u16 = 3;
const SPARSE: u32 = 16;
/// Bytes of the longest sequence.
const LONGEST: u32 = 4;

//! What two neighbours say of a line, in one look-up for those of which clean text is made: letters beside ASCII and
//! beside others of their alphabet.

use std::sync::OnceLock;

use super::alternatives;
use super::roles;
use super::roles::TABLED;
use super::strained;
use crate::likelihood;

/// What two neighbours say, at least one of them beyond ASCII, in one number: see [`Sums`].
#[derive(Clone, Copy, Default)]
pub(crate) struct Beside(u32);

/// What neighbours say in all.
#[derive(Clone, Copy, Default)]
pub(crate) struct Sums {
    /// How many there are.
    pairs: u32,
    /// What they cost by the coarse table, in its steps; in the upper half what letters, and what stands beside them within
    /// a word, cost too much.
    costs: u32,
    /// The most of it that other charsets gain; in the upper half how many of them are Latin letters and signs.
    gains: u32,
}

impl Sums {
    /// Sees two neighbours: not more often than 256 times.
    #[inline]
    pub(crate) const fn see(&mut self, Beside(steps): Beside) {
        self.pairs += 1;
        self.costs += steps & 0x00FF_00FF;
        self.gains += steps >> 8 & 0x0001_00FF;
    }

    /// How many there are, their costs, gains, what is too dear, and how many are Latin.
    pub(crate) const fn split(self) -> [u32; 5] {
        [self.pairs, self.costs & 0xFFFF, self.gains & 0xFFFF, self.costs >> 16, self.gains >> 16]
    }
}

impl Beside {
    const ODD: u32 = 1 << 31;

    /// What two characters say of which another charset gains at most so much.
    fn new(before: char, now: char, gain: impl Fn(u8) -> u8) -> Beside {
        let is_letter = |c: char| !c.is_ascii() || c.is_ascii_alphabetic();
        let cost = likelihood::pair(likelihood::plain(before), likelihood::plain(now));
        let dear =
            if is_letter(before) && is_letter(now) { cost.saturating_sub(alternatives::DEAR) } else { 0 };
        let is_latin = strained::is_latin(before.max(now));
        Beside(u32::from_le_bytes([cost, gain(cost), dear, u8::from(is_latin)]))
    }

    /// The same, to be looked at on their own where that holds.
    const fn odd(self, is_odd: bool) -> Beside {
        Beside(self.0 | if is_odd { Beside::ODD } else { 0 })
    }

    /// Whether they have to be looked at on their own.
    #[inline]
    pub(crate) const fn is_odd(self) -> bool {
        self.0 & Beside::ODD != 0
    }

    /// What a character says after one that is not of ASCII.
    #[cold]
    pub(crate) fn upper(before: char, now: char) -> Beside {
        let (role_before, role) = (roles::of(before), roles::of(now));
        let is_legacy = role_before.is_legacy && role.is_legacy;
        let beside = Beside::new(before, now, |cost| if is_legacy { alternatives::gain(cost) } else { 0 });
        let is_strange = strained::is_strange(before, now, beside.cost());
        beside.odd(role.is_odd || is_strange || strained::is_hint(role_before, role))
    }

    /// Steps of the coarse table.
    pub(crate) const fn cost(self) -> u8 {
        self.0 as u8
    }
}

/// The marks that UTF-8 leaves in windows-1252 when a byte is lost, where nothing whole stands beside them.
pub(crate) const fn is_damaged(before: char, c: char) -> bool {
    matches!(
        (before, c),
        ('Â' | 'Ã' | 'â', ' ' | '?' | '.' | ',') | ('Ä' | 'Å', '?') | ('a'..='z', 'Ä' | 'Å') | ('â', '€')
    )
}

/// Characters of a block of Unicode, as small alphabets have.
const BLOCK: usize = 128;

/// For each character of charsets of single bytes what is made when it is first asked for, since a text has few of them.
struct Rows<T: 'static>([OnceLock<Box<[T; BLOCK]>>; TABLED as usize]);

impl<T> Rows<T> {
    #[expect(clippy::large_stack_arrays, reason = "it is called for statics only")]
    const fn new() -> Rows<T> {
        Rows([const { OnceLock::new() }; TABLED as usize])
    }

    #[inline]
    fn get(&self, c: u32, make: impl FnOnce(char) -> [T; BLOCK]) -> Option<&[T; BLOCK]> {
        Some(self.0.get(c as usize)?.get_or_init(|| Box::new(make(char_of(c)))))
    }
}

/// A character by its number.
pub(crate) fn char_of(c: u32) -> char {
    char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// What a character says after each of ASCII, and before each.
fn ascii(c: char) -> [[Beside; 2]; BLOCK] {
    let role = roles::of(c);
    let others = alternatives::others(c);
    std::array::from_fn(|ascii| {
        let ascii = char::from(ascii as u8);
        let plain = likelihood::plain(ascii);
        let gains = ascii.is_ascii_alphabetic() || plain == ' ';
        let others = if gains { others.as_slice() } else { &[] };
        let least_after = others.iter().map(|&to| likelihood::pair(plain, to)).min().unwrap_or(u8::MAX);
        let least_before = others.iter().map(|&to| likelihood::pair(to, plain)).min().unwrap_or(u8::MAX);
        let after = Beside::new(ascii, c, |cost| cost.saturating_sub(least_after));
        let before = Beside::new(c, ascii, |cost| cost.saturating_sub(least_before));
        let is_strange = strained::is_strange(ascii, c, after.cost());
        let is_odd =
            role.is_odd || is_strange || is_damaged(ascii, c) || strained::is_hint(roles::of(ascii), role);
        [after.odd(is_odd), before.odd(is_damaged(c, ascii))]
    })
}

/// What a character says after each of its own block.
fn block(c: char) -> [Beside; BLOCK] {
    let base = c as u32 & !(BLOCK as u32 - 1);
    std::array::from_fn(|at| Beside::upper(char_of(base | at as u32), c))
}

static ASCII: Rows<[Beside; 2]> = Rows::new();
static BLOCKS: Rows<Beside> = Rows::new();

/// What a character beyond ASCII and below [`TABLED`] says after another one.
#[inline]
pub(crate) fn after(before: u32, c: u32) -> Beside {
    if before < BLOCK as u32 {
        let row = ASCII.get(c, ascii);
        return row.and_then(|row| row.get(before as usize)).map(|[after, _]| *after).unwrap_or_default();
    }
    within(before, c).unwrap_or_else(|| Beside::upper(char_of(before), char_of(c)))
}

/// The same where the two are of one block.
#[inline]
pub(crate) fn within(before: u32, c: u32) -> Option<Beside> {
    if before ^ c >= BLOCK as u32 {
        return None;
    }
    BLOCKS.get(c, block)?.get(before as usize % BLOCK).copied()
}

/// What a character beyond ASCII says before one of ASCII, if anything.
#[inline]
pub(crate) fn before(c: u32, ascii_after: u8) -> Option<Beside> {
    if c < TABLED as u32 {
        let [_, before] = *ASCII.get(c, ascii)?.get(usize::from(ascii_after))?;
        return Some(before);
    }
    let c = char_of(c);
    likelihood::is_judged(c).then(|| Beside::upper(c, char::from(ascii_after)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_say_what_two_characters_say() {
        for (before, c) in [('п', 'р'), ('а', 'Ђ'), ('é', 'Ã'), ('Ã', '©'), ('š', 'é'), ('東', 'é')]
        {
            assert_eq!(after(before as u32, c as u32).0, Beside::upper(before, c).0, "{before}{c}");
        }
    }

    #[test]
    fn sums_are_what_each_says() {
        let mut sums = Sums::default();
        let beside = Beside(u32::from_le_bytes([255, 191, 175, 1]) | Beside::ODD);
        (0..256).for_each(|_| sums.see(beside));
        assert_eq!(sums.split(), [256, 256 * 255, 256 * 191, 256 * 175, 256]);
    }
}

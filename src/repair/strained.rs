//! Sequences of characters that would be UTF-8 in some charset: how many of a line stand among strange neighbours, and
//! which charsets are worth a closer look for it.

use std::sync::LazyLock;

use super::mojibake::CODECS;

/// The charsets whose letters beyond ASCII are Latin ones.
static LATIN: LazyLock<u32> = LazyLock::new(|| {
    let bits = CODECS.iter().enumerate().filter(|(_, c)| c.is_latin());
    bits.map(|(bit, _)| 1 << bit).sum()
});

/// Windows-1252, 1250 and 1257, in which Latin text practically never has a sequence by accident.
const CENTRAL: u32 = 1 | 1 << 2 | 1 << 8;

/// What would be UTF-8 in some charset and has strange neighbours in it.
#[derive(Default)]
pub(crate) struct Strained {
    all: u32,
    any: bool,
    counts: [Count; CODECS.len()],
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
    /// Sees a sequence that ends at the character of that number.
    pub(crate) fn see(&mut self, codecs: u32, strange: bool, at: u32) {
        self.all |= codecs;
        self.any |= strange || codecs & CENTRAL != 0;
        let others = if strange { codecs & !*LATIN } else { 0 };
        if others == 0 {
            return;
        }
        let in_a_row = if at - self.last <= LONGEST { self.last_codecs } else { 0 };
        let mut rest = others;
        while rest != 0 {
            let bit = rest.trailing_zeros();
            if let Some(count) = self.counts.get_mut(bit as usize) {
                count.all = count.all.saturating_add(1);
                count.in_a_row = count.in_a_row.saturating_add((in_a_row >> bit & 1) as u16);
            }
            rest &= rest - 1;
        }
        (self.last, self.last_codecs) = (at, others);
    }

    /// The charsets worth a closer look. In one of another alphabet every letter is a byte, and a sequence or two come
    /// about by themselves: there have to be several in a row, or many for the length of the line.
    pub(crate) fn codecs(&self, upper: u32) -> u32 {
        if !self.any {
            return 0;
        }
        let many = |count: &Count| count.in_a_row >= SEVERAL || u32::from(count.all) * SPARSE >= upper.max(1);
        let others = self.counts.iter().enumerate().filter(|(_, count)| count.all > 0 && many(count));
        self.all & *LATIN | others.map(|(bit, _)| 1 << bit).sum::<u32>()
    }
}

/// Strange sequences that follow another one in a line, and characters beyond ASCII for each strange one in a line that
/// has fewer.
const SEVERAL: u16 = 3;
const SPARSE: u32 = 16;
/// Bytes of the longest sequence.
const LONGEST: u32 = 4;

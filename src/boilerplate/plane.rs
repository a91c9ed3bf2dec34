//! What is known about characters, as tables of the basic plane: the tables of std are slow to search. A block of a
//! table is worked out when a character of it is first met: hardly a run meets all scripts.

use std::sync::OnceLock;

/// Characters of a block.
const BLOCK: usize = 256;
/// Blocks of the basic plane.
const BLOCKS: usize = (1 << 16) / BLOCK;

/// What `of` says of each character.
pub(crate) struct Plane<T: 'static> {
    of: fn(char) -> T,
    blocks: [OnceLock<Box<[T; BLOCK]>>; BLOCKS],
}

impl<T: Copy> Plane<T> {
    pub(crate) const fn new(of: fn(char) -> T) -> Plane<T> {
        Plane { of, blocks: [const { OnceLock::new() }; BLOCKS] }
    }

    /// What is said of a character, given by its number; of one that is none, what is said of U+0000.
    pub(crate) fn get(&self, n: u32) -> T {
        match self.blocks.get(n as usize / BLOCK).and_then(OnceLock::get) {
            Some(block) => block[n as usize % BLOCK],
            None => self.work_out(n),
        }
    }

    /// The same, where that is not known yet. Kept apart, so that a look-up takes few registers.
    #[cold]
    #[inline(never)]
    fn work_out(&self, n: u32) -> T {
        let of = |n: u32| (self.of)(char::from_u32(n).unwrap_or_default());
        if let Some(block) = self.blocks.get(n as usize / BLOCK) {
            let first = n - n % BLOCK as u32;
            block.get_or_init(|| Box::new(std::array::from_fn(|i| of(first + i as u32))));
        }
        of(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_is_looked_up_as_it_is_worked_out() {
        static PLANE: Plane<u32> = Plane::new(|c| u32::from(c) + 1);
        for n in (0..=u32::from(char::MAX)).step_by(7) {
            let c = char::from_u32(n).unwrap_or_default();
            assert_eq!(PLANE.get(n), u32::from(c) + 1, "{n:x}");
        }
    }
}

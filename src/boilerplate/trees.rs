//! Boosted symmetric trees over columns of small integers: every level of a tree asks one question of all rows, so
//! that a block of rows is answered side by side.

use crate::boilerplate::columns::BLOCK;
use crate::boilerplate::columns::Matrix;

/// Levels of a tree.
pub const DEPTH: usize = 6;
/// Leaves of a tree.
pub const LEAVES: usize = 1 << DEPTH;
/// Leaf values are in this fraction of a logit.
pub const UNIT: f32 = 1024.0;

/// Scores this far from zero, in 1/[`UNIT`], are not revised: four logits are as much as any unit weighs when verdicts
/// are found, and on the whole benchmark not one verdict differs.
const SURE: i32 = 4 * 1024;
/// Leaves looked up without a loop.
const SIDE: usize = 8;

/// A question: is the value of `column`, `offset` rows on, above `threshold`?
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// The column.
    pub column: u8,
    /// The row, counted from the one judged.
    pub offset: i8,
    /// Yes above it.
    pub threshold: u8,
}

/// One tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    /// The questions, of which the first gives the lowest bit of the leaf's number.
    pub splits: [Split; DEPTH],
    /// Score of each leaf.
    pub leaves: [i16; LEAVES],
}

impl Tree {
    /// Adds the leaf of each row of a block: whole blocks of fixed length, so that the rows are asked side by side.
    /// On its own, it keeps the address of the leaves in a register; inlined, that is worked out for every row.
    #[inline(never)]
    fn add(&self, matrix: &Matrix, block: usize, sums: &mut [i32; BLOCK]) {
        let mut leaf = [0_u8; BLOCK];
        for (bit, split) in self.splits.iter().enumerate() {
            let Some(values) = matrix.block(usize::from(split.column), split.offset, block) else { continue };
            for (leaf, value) in leaf.iter_mut().zip(values) {
                *leaf |= if *value > split.threshold { 1 << bit } else { 0 };
            }
        }
        let (sums, leaf) = (sums.as_chunks_mut::<SIDE>().0, leaf.as_chunks::<SIDE>().0);
        for (sums, leaf) in sums.iter_mut().zip(leaf) {
            for i in 0..SIDE {
                sums[i] += i32::from(self.leaves[usize::from(leaf[i]) % LEAVES]);
            }
        }
    }
}

/// Trees whose scores add up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trees {
    /// The score before the first tree.
    pub bias: i32,
    /// The trees.
    pub trees: Vec<Tree>,
}

impl Trees {
    /// The score of every row, in 1/[`UNIT`] of a logit.
    pub fn scores(&self, matrix: &Matrix) -> Vec<i32> {
        let mut scores = vec![self.bias; matrix.rows()];
        for (block, scores) in scores.chunks_mut(BLOCK).enumerate() {
            self.fill(matrix, block, scores);
        }
        scores
    }

    /// Puts these scores in the place of others, except in blocks where those are sure of every row.
    pub fn revise(&self, matrix: &Matrix, scores: &mut [i32]) {
        for (block, scores) in scores.chunks_mut(BLOCK).enumerate() {
            if scores.iter().any(|score| score.abs() < SURE) {
                self.fill(matrix, block, scores);
            }
        }
    }

    fn fill(&self, matrix: &Matrix, block: usize, scores: &mut [i32]) {
        let mut sums = [self.bias; BLOCK];
        for tree in &self.trees {
            tree.add(matrix, block, &mut sums);
        }
        scores.iter_mut().zip(sums).for_each(|(score, sum)| *score = sum);
    }

    /// The trees in bytes.
    pub fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.bias.to_le_bytes());
        bytes.extend((self.trees.len() as u32).to_le_bytes());
        for tree in &self.trees {
            bytes.extend(tree.splits.iter().flat_map(|s| [s.column, s.offset.cast_unsigned(), s.threshold]));
            bytes.extend(tree.leaves.iter().flat_map(|leaf| leaf.to_le_bytes()));
        }
    }

    /// The trees that [`Trees::write`] wrote, taken off the front of `bytes`; `None` when they are cut short.
    pub fn read(bytes: &mut &[u8]) -> Option<Trees> {
        let bias = i32::from_le_bytes(take(bytes)?);
        let count = u32::from_le_bytes(take(bytes)?);
        let mut trees = Vec::new();
        for _ in 0..count {
            let mut tree = Tree { splits: [Split::default(); DEPTH], leaves: [0; LEAVES] };
            for split in &mut tree.splits {
                let [column, offset, threshold] = take(bytes)?;
                *split = Split { column, offset: offset.cast_signed(), threshold };
            }
            for leaf in &mut tree.leaves {
                *leaf = i16::from_le_bytes(take(bytes)?);
            }
            trees.push(tree);
        }
        Some(Trees { bias, trees })
    }
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (front, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*front)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boilerplate::columns::Column;

    #[test]
    fn a_tree_asks_about_neighbours_and_survives_its_bytes() {
        let mut matrix = Matrix::new(3);
        matrix.set(Column::Words, 2, 10);
        let mut tree =
            Tree { splits: [Split { column: 0, offset: 0, threshold: 63 }; DEPTH], leaves: [0; LEAVES] };
        tree.splits[1] = Split { column: Column::Words as u8, offset: 1, threshold: 9 };
        tree.leaves[2] = -7;
        let trees = Trees { bias: 5, trees: vec![tree] };
        assert_eq!(trees.scores(&matrix), [5, -2, 5]);
        let mut bytes = Vec::new();
        trees.write(&mut bytes);
        assert_eq!(Trees::read(&mut bytes.as_slice()), Some(trees));
        assert_eq!(Trees::read(&mut &bytes[..bytes.len() - 1]), None);
    }
}

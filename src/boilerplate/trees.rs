//! Boosted symmetric trees over columns of small integers: every level of a tree asks one question of all rows, so
//! that a block of rows is answered side by side.

use crate::boilerplate::columns::Matrix;

/// Levels of a tree.
pub const DEPTH: usize = 6;
/// Leaves of a tree.
pub const LEAVES: usize = 1 << DEPTH;
/// Leaf values are in this fraction of a logit.
pub const UNIT: f32 = 1024.0;
/// Rows answered at a time.
const BLOCK: usize = 128;

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
        for (block, sums) in scores.chunks_mut(BLOCK).enumerate() {
            for tree in &self.trees {
                let mut leaf = [0_u8; BLOCK];
                for (bit, split) in tree.splits.iter().enumerate() {
                    let values =
                        matrix.of(usize::from(split.column), split.offset, block * BLOCK, sums.len());
                    for (leaf, value) in leaf.iter_mut().zip(values) {
                        *leaf |= u8::from(*value > split.threshold) << bit;
                    }
                }
                for (sum, leaf) in sums.iter_mut().zip(leaf) {
                    *sum += i32::from(tree.leaves[usize::from(leaf) % LEAVES]);
                }
            }
        }
        scores
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

//! Boosted symmetric trees over columns of small integers: every level of a tree asks one question of all rows, so
//! that a block of rows is answered side by side.

use crate::boilerplate::columns::Matrix;
use crate::boilerplate::columns::WINDOW;

/// Rows that are answered side by side.
const BLOCK: usize = 32;
/// Levels of a tree.
pub const DEPTH: usize = 6;
/// Leaves of a tree.
pub const LEAVES: usize = 1 << DEPTH;
/// Leaf values are in this fraction of a logit.
pub const UNIT: f32 = 1024.0;

/// Rows whose score is this far from zero, in 1/[`UNIT`], after some trees are not asked by more of them.
/// At 3, judging takes a tenth fewer instructions and F1 loses .001 on hosts set aside.
const SURE: i32 = 4 * 1024;
/// That is looked at after each of so many parts of the trees.
const PARTS: usize = 3;
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

/// The values of one question's column for a block of rows.
type Values = [i8; BLOCK];

impl Tree {
    /// The number of each row's leaf: whole blocks of fixed length, so that the rows are asked side by side.
    #[inline(never)]
    fn leaf(&self, places: &[u16; DEPTH], values: &[Values], leaf: &mut Values) {
        for (split, place) in self.splits.iter().zip(places).rev() {
            let Some(values) = values.get(usize::from(*place)) else { return };
            let threshold = split.threshold.cast_signed();
            for (leaf, value) in leaf.iter_mut().zip(values) {
                *leaf = *leaf << 1 | i8::from(*value > threshold);
            }
        }
    }

    /// Adds what each row's leaf says.
    /// On its own, it keeps the address of the leaves in a register; inlined, that is worked out for every row.
    #[inline(never)]
    fn add(&self, leaf: &Values, sums: &mut [i32; BLOCK]) {
        let (sums, leaf) = (sums.as_chunks_mut::<SIDE>().0, leaf.as_chunks::<SIDE>().0);
        for (sums, leaf) in sums.iter_mut().zip(leaf) {
            for i in 0..SIDE {
                sums[i] += i32::from(self.leaves[leaf[i].cast_unsigned() as usize % LEAVES]);
            }
        }
    }
}

/// Trees whose scores add up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trees {
    bias: i32,
    all: Vec<Tree>,
    /// What the trees ask, for each group of them.
    groups: Vec<Questions>,
}

/// The questions of some trees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Questions {
    /// The columns and the offsets, each pair once.
    asked: Vec<(u8, i8)>,
    /// For each tree, where its questions stand in `asked`.
    places: Vec<[u16; DEPTH]>,
}

impl Questions {
    fn of(trees: &[Tree]) -> Questions {
        let of = |split: &Split| (split.column, split.offset);
        let mut asked: Vec<_> = trees.iter().flat_map(|tree| tree.splits.iter().map(of)).collect();
        asked.sort_unstable();
        asked.dedup();
        let place = |split: &Split| asked.binary_search(&of(split)).unwrap_or_default() as u16;
        let places = trees.iter().map(|tree| std::array::from_fn(|i| place(&tree.splits[i]))).collect();
        Questions { asked, places }
    }

    /// Puts side by side what is asked about a block of rows that begins with `first`.
    fn gather(&self, matrix: &Matrix, rows: &[u32], first: u32, values: &mut [Values]) {
        let mut places = [0_u8; BLOCK];
        places.iter_mut().zip(rows).for_each(|(place, row)| *place = (row - first) as u8);
        let is_run = usize::from(places[BLOCK - 1]) == BLOCK - 1;
        for ((column, offset), values) in self.asked.iter().zip(values) {
            let Some(window) = matrix.window(usize::from(*column), *offset, first as usize) else { continue };
            match window.first_chunk() {
                Some(run) if is_run => *values = run.map(u8::cast_signed),
                _ => {
                    for (value, place) in values.iter_mut().zip(&places) {
                        *value = window[usize::from(*place)].cast_signed();
                    }
                }
            }
        }
    }
}

/// Whether a score needs no more trees.
pub(crate) const fn is_sure(score: i32) -> bool {
    score.abs() >= SURE
}

impl Trees {
    /// The trees, and the score before the first of them.
    pub fn new(bias: i32, trees: Vec<Tree>) -> Trees {
        let groups = trees.chunks(trees.len().div_ceil(PARTS).max(1)).map(Questions::of).collect();
        Trees { bias, all: trees, groups }
    }

    /// The score of every row, in 1/[`UNIT`] of a logit.
    pub fn scores(&self, matrix: &Matrix) -> Vec<i32> {
        let mut scores = vec![0; matrix.rows()];
        self.revise(matrix, &mut scores);
        scores
    }

    /// Puts these scores in the place of others, except where those are sure.
    pub fn revise(&self, matrix: &Matrix, scores: &mut [i32]) {
        let mut unsure: Vec<u32> = Vec::with_capacity(scores.len());
        for (row, score) in scores.iter_mut().enumerate().filter(|(_, score)| !is_sure(**score)) {
            unsure.push(row as u32);
            *score = self.bias;
        }
        let mut values = Vec::new();
        let mut trees = self.all.as_slice();
        for questions in &self.groups {
            let (asking, later) = trees.split_at_checked(questions.places.len()).unwrap_or_default();
            trees = later;
            values.resize(questions.asked.len(), [0; BLOCK]);
            let mut rest = unsure.as_slice();
            while let Some(first) = rest.first() {
                let near = |row: &&u32| **row - first < WINDOW as u32;
                let (rows, others) = rest.split_at(rest.iter().take(BLOCK).take_while(near).count());
                rest = others;
                questions.gather(matrix, rows, *first, &mut values);
                let mut sums = [0; BLOCK];
                for (tree, places) in asking.iter().zip(&questions.places) {
                    let mut leaf = [0; BLOCK];
                    tree.leaf(places, &values, &mut leaf);
                    tree.add(&leaf, &mut sums);
                }
                for (row, sum) in rows.iter().zip(sums) {
                    if let Some(score) = scores.get_mut(*row as usize) {
                        *score += sum;
                    }
                }
            }
            unsure.retain(|row| scores.get(*row as usize).is_some_and(|score| !is_sure(*score)));
        }
    }

    /// The trees in bytes.
    pub fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.bias.to_le_bytes());
        bytes.extend((self.all.len() as u32).to_le_bytes());
        for tree in &self.all {
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
        Some(Trees::new(bias, trees))
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
        let trees = Trees::new(5, vec![tree]);
        assert_eq!(trees.scores(&matrix), [5, -2, 5]);
        let mut bytes = Vec::new();
        trees.write(&mut bytes);
        assert_eq!(Trees::read(&mut bytes.as_slice()), Some(trees));
        assert_eq!(Trees::read(&mut &bytes[..bytes.len() - 1]), None);
    }
}

//! Boosted symmetric trees over columns of small integers: every level of a tree asks one question of all rows, so
//! that a block of rows is answered side by side.

use crate::boilerplate::columns::Matrix;
use crate::boilerplate::columns::WINDOW;

/// Rows that are answered side by side.
const LANES: usize = 16;
/// Rows whose answers are kept at hand while all trees are asked.
const BLOCK: usize = 4 * LANES;
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
/// Leaves that a number of eight bits can tell apart.
const TABLE: usize = 1 << 8;

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

/// One number for each of some rows.
type Lanes<T> = [T; LANES];

/// The values of one question's column for a block of rows, and room behind them.
#[derive(Clone, Copy, Debug)]
#[repr(align(16))]
struct Values([i8; BLOCK + LANES]);

/// What is asked of nothing.
const NONE: Values = Values([0; BLOCK + LANES]);

/// Trees whose scores add up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trees {
    bias: i32,
    all: Vec<Tree>,
    /// What the trees ask, for each group of them.
    groups: Vec<Questions>,
}

/// Some trees, laid out to be asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Questions {
    /// The columns and the offsets, each pair once.
    asked: Vec<(u8, i8)>,
    trees: Vec<Asked>,
    /// The leaves of one tree after another, and room behind them for a whole table.
    leaves: Vec<i16>,
}

/// One tree's questions: where they stand among all that is asked, and the thresholds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[repr(align(16))]
struct Asked {
    thresholds: [Lanes<i8>; DEPTH],
    places: [u16; DEPTH],
}

impl Questions {
    fn of(trees: &[Tree]) -> Questions {
        let of = |split: &Split| (split.column, split.offset);
        let mut asked: Vec<_> = trees.iter().flat_map(|tree| tree.splits.iter().map(of)).collect();
        asked.sort_unstable();
        asked.dedup();
        let place = |split: Split| asked.binary_search(&of(&split)).unwrap_or_default() as u16;
        let laid_out = trees.iter().map(|tree| Asked {
            thresholds: tree.splits.map(|split| [split.threshold.cast_signed(); LANES]),
            places: tree.splits.map(place),
        });
        let laid_out = laid_out.collect();
        let mut leaves: Vec<i16> = trees.iter().flat_map(|tree| tree.leaves).collect();
        leaves.resize(leaves.len() + TABLE - LEAVES, 0);
        Questions { asked, trees: laid_out, leaves }
    }

    /// Puts side by side what is asked about a block of rows that begins with `first`.
    fn gather(&self, matrix: &Matrix, rows: &[u32], first: u32, values: &mut [Values]) {
        // Rows that follow one another are copied together; what is copied beyond them, the next ones overwrite.
        let (mut runs, mut count) = ([(0_u8, 0_u8); BLOCK], 0);
        for (to, row) in (0_u8..).zip(rows) {
            let from = (row - first) as u8;
            let last = runs[..count].last();
            if last.is_none_or(|last| from - last.1 != to - last.0 || to - last.0 == LANES as u8) {
                runs[count] = (to, from);
                count += 1;
            }
        }
        for ((column, offset), values) in self.asked.iter().zip(values) {
            let Some(window) = matrix.window(usize::from(*column), *offset, first as usize) else { continue };
            for (to, from) in &runs[..count] {
                let (to, from) = (usize::from(*to) % BLOCK, usize::from(*from));
                let run: Option<&Lanes<u8>> = window[from..].first_chunk();
                if let (Some(run), Some(values)) = (run, values.0[to..].first_chunk_mut()) {
                    *values = run.map(u8::cast_signed);
                }
            }
        }
    }

    /// Adds what each tree says about each row of a block.
    fn add(&self, values: &[Values], sums: &mut [Lanes<i32>]) {
        for (tree, leaves) in self.trees.iter().zip(self.leaves.windows(TABLE).step_by(LEAVES)) {
            let Some(leaves) = leaves.first_chunk() else { continue };
            let values = tree.places.map(|place| values.get(usize::from(place)).unwrap_or(&NONE));
            for (n, sums) in (0..BLOCK / LANES).zip(sums.iter_mut()) {
                add(leaves, &leaf(&tree.thresholds, &values, n), sums);
            }
        }
    }
}

/// The number of each row's leaf, of the `n`-th rows of a block.
fn leaf(thresholds: &[Lanes<i8>; DEPTH], values: &[&Values; DEPTH], n: usize) -> Lanes<i8> {
    let mut leaf = [0; LANES];
    for (level, (values, threshold)) in values.iter().zip(thresholds).enumerate() {
        let values = values.0.as_chunks::<LANES>().0[n];
        for i in 0..LANES {
            leaf[i] |= if values[i] > threshold[i] { 1 << level } else { 0 };
        }
    }
    leaf
}

/// Adds what each row's leaf says.
/// On its own, it keeps the address of the leaves in a register; inlined, that is worked out for every row.
#[inline(never)]
fn add(leaves: &[i16; TABLE], leaf: &Lanes<i8>, sums: &mut Lanes<i32>) {
    for i in 0..LANES {
        sums[i] += i32::from(leaves[usize::from(leaf[i].cast_unsigned())]);
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
        for questions in &self.groups {
            values.resize(questions.asked.len(), NONE);
            let mut rest = unsure.as_slice();
            while let Some(first) = rest.first() {
                let near = |row: &&u32| **row - first < WINDOW as u32;
                let (rows, others) = rest.split_at(rest.iter().take(BLOCK).take_while(near).count());
                rest = others;
                questions.gather(matrix, rows, *first, &mut values);
                let mut sums = [[0; LANES]; BLOCK / LANES];
                questions.add(&values, &mut sums[..rows.len().div_ceil(LANES)]);
                for (row, sum) in rows.iter().zip(sums.as_flattened()) {
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

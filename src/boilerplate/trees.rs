//! Boosted symmetric trees over columns of small integers: every level of a tree asks one question of all rows, so
//! that a block of rows is answered side by side, by whatever the processor has for that.

use fearless_simd::Level;
use fearless_simd::Simd;
use fearless_simd::dispatch;
use fearless_simd::i8x32;
use fearless_simd::prelude::*;
use fearless_simd::u8x32;
use fearless_simd::u16x16;

use crate::boilerplate::columns::BLOCK;
use crate::boilerplate::columns::Matrix;

/// Rows that are answered at once.
const ROWS: usize = 32;
/// Levels of a tree.
pub const DEPTH: usize = 6;
/// Leaves of a tree.
pub const LEAVES: usize = 1 << DEPTH;
/// Leaf values are in this fraction of a logit.
pub const UNIT: f32 = 1024.0;

/// Rows whose score is this far from zero, in 1/[`UNIT`], after some trees are not asked by more of them.
const SURE: i32 = 4 * 1024;
/// Rows whose score is this far from zero before the first tree keep it, and are not learned from: at 3 and at 4
/// logits F1 is the same on hosts set aside; where nearly all rows are asked, paragraphs lose .003.
const SETTLED: i32 = 3 * 1024;
/// That is looked at after each of so many parts of the trees.
const PARTS: usize = 3;

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
    /// What so many trees say adds up to no more than sixteen bits.
    together: usize,
}

/// One tree's questions: where they stand among all that is asked, and the thresholds.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Asked {
    /// The lower and the upper bytes of the leaves, each in two halves.
    leaves: [[[u8; LEAVES / 2]; 2]; 2],
    thresholds: [i8; DEPTH],
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
            leaves: [0, 1].map(|byte| {
                let bytes = tree.leaves.map(|leaf| leaf.to_le_bytes()[byte]);
                let (halves, _) = bytes.as_chunks();
                [halves[0], halves[1]]
            }),
            thresholds: tree.splits.map(|split| split.threshold.cast_signed()),
            places: tree.splits.map(place),
        });
        let laid_out = laid_out.collect();
        let most = trees.iter().flat_map(|tree| tree.leaves).map(i16::unsigned_abs).max();
        let together = usize::from(i16::MAX.cast_unsigned() / most.unwrap_or_default().max(1)).max(1);
        Questions { asked, trees: laid_out, together }
    }

    /// What all trees together say about each row of a block, or of its first half, if it `is_short`; `values` are what is
    /// asked.
    fn sums(&self, level: Level, values: &[&[u8; BLOCK]], is_short: bool) -> [i32; BLOCK] {
        let mut sums = [0; BLOCK];
        for trees in self.trees.chunks(self.together) {
            let of_these = if is_short {
                dispatch!(level, simd => sums_of::<_, 1>(simd, trees, values))
            } else {
                dispatch!(level, simd => sums_of::<_, 2>(simd, trees, values))
            };
            sums.iter_mut().zip(of_these).for_each(|(sum, more)| *sum += i32::from(more.cast_signed()));
        }
        sums
    }
}

#[expect(clippy::inline_always, reason = "what the processor can do is known where this is called")]
#[inline(always)]
fn load<S: Simd>(simd: S, bytes: &[u8; ROWS]) -> u8x32<S> {
    u8x32::load_array_ref(simd, bytes)
}

/// What some trees, no more than add up to sixteen bits, say about each row of some parts of a block.
/// Vectors have 32 rows: with 64, processors that could do so run slower, this and all that comes after it.
#[expect(clippy::inline_always, reason = "what the processor can do is known where this is called")]
#[expect(clippy::needless_range_loop, reason = "pairs of iterators are not always built for it")]
#[inline(always)]
fn sums_of<S: Simd, const PARTS: usize>(simd: S, trees: &[Asked], values: &[&[u8; BLOCK]]) -> [u16; BLOCK] {
    let (zeros, lower) = (u8x32::splat(simd, 0), u16x16::splat(simd, 0xFF));
    let mut sums = [[u16x16::splat(simd, 0); 2]; PARTS];
    for tree in trees {
        // Loops over numbers: what takes a closure or pairs iterators is not always built for the processor at hand.
        let mut asked = [&[0; BLOCK]; DEPTH];
        for level in 0..DEPTH {
            asked[level] = values.get(usize::from(tree.places[level])).copied().unwrap_or(&[0; BLOCK]);
        }
        let [[low_front, low_back], [high_front, high_back]] = &tree.leaves;
        let (low_front, low_back) = (load(simd, low_front), load(simd, low_back));
        let (high_front, high_back) = (load(simd, high_front), load(simd, high_back));
        for (n, [even, odd]) in sums.iter_mut().enumerate() {
            let mut leaf = zeros;
            for level in 0..DEPTH {
                let values = u8x32::load_array_ref(simd, &asked[level].as_chunks().0[n]).bitcast();
                let is_above = i8x32::simd_gt(values, tree.thresholds[level]);
                leaf |= is_above.select(u8x32::splat(simd, 1 << level), zeros);
            }
            let low: u16x16<S> = low_front.concat_swizzle_dyn(low_back, leaf).bitcast();
            let high: u16x16<S> = high_front.concat_swizzle_dyn(high_back, leaf).bitcast();
            *even += low & lower | high << 8;
            *odd += low >> 8 | high & !lower;
        }
    }
    let mut all = [0; BLOCK];
    for (to, [even, odd]) in all.as_chunks_mut::<ROWS>().0.iter_mut().zip(sums) {
        let (front, back) = even.interleave(odd);
        let (to_front, to_back) = to.split_at_mut(ROWS / 2);
        front.store_slice(to_front);
        back.store_slice(to_back);
    }
    all
}

/// Whether a score needs no other trees.
pub const fn is_settled(score: i32) -> bool {
    score.abs() >= SETTLED
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

    /// Puts these scores in the place of others, except where those are settled. To such a score is added what the later parts
    /// of the trees say, where it is not [`SURE`] and a row of the same block is open: with all weights learned anew without
    /// that, F1 on hosts set aside is no better (.9515 for .9525 in the mean of five files).
    pub fn revise(&self, matrix: &Matrix, scores: &mut [i32]) {
        let mut unsure: Vec<bool> = scores.iter().map(|score| !is_settled(*score)).collect();
        for (score, _) in scores.iter_mut().zip(&unsure).filter(|(_, unsure)| **unsure) {
            *score = self.bias;
        }
        let level = Level::new();
        let most = self.groups.iter().map(|questions| questions.asked.len()).max();
        let mut values = Vec::with_capacity(most.unwrap_or_default());
        for questions in &self.groups {
            let mut from = 0;
            while let Some(rest) = unsure.get_mut(from..)
                && let Some(sure) = rest.iter().position(|unsure| *unsure)
            {
                from += sure;
                values.clear();
                values.extend(questions.asked.iter().map(|(column, offset)| {
                    matrix.block(usize::from(*column), *offset, from).unwrap_or(&[0; BLOCK])
                }));
                let end = rest.len().min(sure + BLOCK);
                let unsure = rest.get_mut(sure..end).unwrap_or_default();
                let is_short = !unsure.get(ROWS..).is_some_and(|back| back.contains(&true));
                let sums = questions.sums(level, &values, is_short);
                for ((unsure, score), sum) in unsure.iter_mut().zip(scores.iter_mut().skip(from)).zip(sums) {
                    *score += if *unsure { sum } else { 0 };
                    *unsure = score.abs() < SURE;
                }
                from += BLOCK;
            }
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

    #[test]
    fn what_is_settled_is_not_asked() {
        let tree = Tree { splits: [Split::default(); DEPTH], leaves: [100; LEAVES] };
        let trees = Trees::new(5, vec![tree; PARTS]);
        let mut scores = vec![0; 2 * BLOCK];
        scores[..3].copy_from_slice(&[SETTLED - 1, -SETTLED, SURE]);
        scores[BLOCK..].fill(SETTLED);
        trees.revise(&Matrix::new(scores.len()), &mut scores);
        // Beside an open row a settled one is asked by all parts but the first, until it is sure.
        assert_eq!(scores[..4], [305, 200 - SETTLED, SURE, 305]);
        assert!(scores[BLOCK..].iter().all(|score| *score == SETTLED));
    }

    #[test]
    fn all_processors_add_up_what_the_trees_say() {
        let rows: Vec<Vec<u8>> = (0..100_u32)
            .map(|row| (0..20).map(|column| ((row * 31 + column * 17) * (row + 3) % 64) as u8).collect())
            .collect();
        let matrix = Matrix::of_rows(&rows, 20);
        let tree = |n: u32| Tree {
            splits: std::array::from_fn(|i| Split {
                column: ((n * 7 + i as u32 * 3) % 20) as u8,
                offset: (n % 3) as i8 - 1,
                threshold: ((n * 13 + i as u32 * 11) % 60) as u8,
            }),
            // Not even two of them are sure to add up to sixteen bits.
            leaves: std::array::from_fn(|i| {
                (((i as u32 + 1) * (n + 5) * 977 % 40000).cast_signed() - 20000) as i16
            }),
        };
        let trees: Vec<Tree> = (0..9).map(tree).collect();
        let one_by_one = |row: usize| {
            let of_tree = |tree: &Tree| {
                let is_above =
                    |s: &Split| matrix.of(s.column.into(), s.offset, row, 1).iter().all(|v| *v > s.threshold);
                let leaf = tree.splits.iter().rev().fold(0, |leaf, s| 2 * leaf + usize::from(is_above(s)));
                i32::from(tree.leaves[leaf])
            };
            trees.iter().map(of_tree).sum::<i32>()
        };
        let questions = Questions::of(&trees);
        assert_eq!(questions.together, 1);
        #[cfg_attr(not(target_arch = "x86_64"), expect(unused_mut))]
        let mut levels = vec![Level::new(), Level::baseline()];
        #[cfg(target_arch = "x86_64")]
        levels.extend(
            [Level::new().as_avx2().map(Level::Avx2), Level::new().as_sse4_2().map(Level::Sse4_2)]
                .iter()
                .flatten(),
        );
        for (level, from) in levels.into_iter().flat_map(|level| [(level, 0), (level, BLOCK)]) {
            let values =
                questions.asked.iter().map(|(column, offset)| matrix.block((*column).into(), *offset, from));
            let values: Vec<&[u8; BLOCK]> = values.map(|values| values.unwrap_or(&[0; BLOCK])).collect();
            for (is_short, rows) in [(false, from..rows.len()), (true, from..from + ROWS)] {
                let sums = questions.sums(level, &values, is_short);
                for (row, sum) in rows.zip(sums) {
                    assert_eq!(sum, one_by_one(row), "{level:?}, row {row}");
                }
            }
        }
    }
}

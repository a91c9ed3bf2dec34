//! A small recurrent net: of each line it makes a few numbers, and two rows of gated units read these, one from the first
//! line on, one from the last; together they say how much more or less than the trees think speaks for a line. Trees see
//! windows around a line and sums over all; these carry on what they have read. Learning is left to `copydesk-train`.
//!
//! The units are those of Cho et al. (2014, arXiv:1406.1078) with x / (1 + |x|) in the place of tanh: sums, products and
//! quotients alone, in one order, so that every processor comes to the same bits.

use fearless_simd::Level;
use fearless_simd::Simd;
use fearless_simd::dispatch;
use fearless_simd::f32x8;
use fearless_simd::prelude::*;

use crate::boilerplate::columns::COLUMNS;
use crate::boilerplate::columns::Matrix;
use crate::boilerplate::scores::level;
use crate::boilerplate::trees::UNIT;
use crate::boilerplate::trees::is_settled;

/// What is known of a line: its columns, the trees' last score, whether the first trees leave it open, and nothing where
/// that makes the number even.
pub const INPUTS: usize = (COLUMNS + 2).next_multiple_of(2);
/// What is made of that.
pub const GIST: usize = 16;
/// Values that a row of units carries from line to line.
pub const HIDDEN: usize = 8;
/// Each has three gates: how much of it stays, how much of all is looked at, and what is new.
pub const GATES: usize = 3 * HIDDEN;
/// What is known of an open line beyond its columns, in their units.
const OPEN: u8 = 32;
/// Of the lines that are settled so many are read before and after each open one. Where all are read, F1 is the same on
/// hosts set aside.
const REACH: usize = 8;

/// Lines whose columns are looked up together.
const TOGETHER: usize = 64;

/// What is known of a line.
pub type Inputs = [u8; INPUTS];
/// What a line comes to.
pub type Gist = [f32; GIST];
/// What a row of units carries.
pub type Values = [f32; HIDDEN];

/// A row of units.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reader {
    /// What one of each number of a line's gist adds to the gates.
    pub gist: [[f32; GATES]; GIST],
    /// What one of each value carried adds.
    pub carried: [[f32; GATES]; HIDDEN],
    /// What is added in any case.
    pub bias: [f32; GATES],
    /// What each value carried says for a line, in logits.
    pub says: [f32; HIDDEN],
}

/// What a row of units makes of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Step {
    /// How much of each value stays.
    pub keeps: Values,
    /// How much of what is carried is looked at for what is new.
    pub looks: Values,
    /// What there is to look at.
    pub sees: Values,
    /// What is new.
    pub news: Values,
    /// What is carried on.
    pub carries: Values,
}

impl Reader {
    /// Numbers that a reader is made of.
    pub const WEIGHTS: usize = (GIST + HIDDEN + 1) * GATES + HIDDEN;

    /// The reader of these numbers, in the order of its fields; `None` where some are missing.
    pub fn of(weights: &[f32]) -> Option<Reader> {
        let (gates, says) = weights.split_last_chunk()?;
        let (gist, rest) = gates.as_chunks().0.split_first_chunk()?;
        let (carried, rest) = rest.split_first_chunk()?;
        Some(Reader { gist: *gist, carried: *carried, bias: *rest.first()?, says: *says })
    }

    fn weights(&self) -> impl Iterator<Item = &f32> {
        self.gist.iter().chain(&self.carried).chain([&self.bias]).flatten().chain(&self.says)
    }

    /// One line further.
    #[expect(clippy::inline_always, reason = "what the processor can do is known where this is called")]
    #[inline(always)]
    fn step<S: Simd>(&self, simd: S, gist: &Gist, carried: &Values) -> Step {
        let [keep, look, new] = weighed(simd, gist, &self.gist, &self.bias);
        let [of_keep, of_look, sees] = weighed(simd, carried, &self.carried, &[0.0; GATES]);
        let keeps = 0.5 + 0.5 * bent(keep + of_keep);
        let looks = 0.5 + 0.5 * bent(look + of_look);
        let news = bent(new + looks * sees);
        let carries = news + keeps * (f32x8::from_slice(simd, carried) - news);
        let mut step = Step::default();
        keeps.store_slice(&mut step.keeps);
        looks.store_slice(&mut step.looks);
        sees.store_slice(&mut step.sees);
        news.store_slice(&mut step.news);
        carries.store_slice(&mut step.carries);
        step
    }

    /// What is said after a step, in logits.
    #[expect(clippy::inline_always, reason = "what the processor can do is known where this is called")]
    #[expect(clippy::needless_range_loop, reason = "pairs of iterators are not always built for it")]
    #[inline(always)]
    pub fn says(&self, carries: &Values) -> f32 {
        let mut sum = 0.0;
        for i in 0..HIDDEN {
            sum += carries[i] * self.says[i];
        }
        sum
    }
}

/// What so much of each value comes to with these weights, and with what is added in any case, in vectors of [`HIDDEN`].
#[expect(clippy::inline_always, reason = "what the processor can do is known where this is called")]
#[expect(clippy::needless_range_loop, reason = "pairs of iterators are not always built for it")]
#[inline(always)]
fn weighed<S: Simd, const VALUES: usize, const SUMS: usize, const VECTORS: usize>(
    simd: S,
    values: &[f32; VALUES],
    weights: &[[f32; SUMS]; VALUES],
    bias: &[f32; SUMS],
) -> [f32x8<S>; VECTORS] {
    const { assert!(VALUES.is_multiple_of(2) && SUMS == VECTORS * HIDDEN, "all are weighed") };
    // Two sums side by side, since an addition has to wait for the one before it. Loops over numbers here and below: what takes
    // a closure or pairs iterators is not always built for the processor at hand.
    let mut even = [f32x8::splat(simd, 0.0); VECTORS];
    let mut odd = even;
    for n in 0..VECTORS {
        even[n] = f32x8::load_array_ref(simd, &bias.as_chunks::<HIDDEN>().0[n]);
    }
    for i in 0..VALUES / 2 {
        for n in 0..VECTORS {
            let [a, b] = [&weights[2 * i], &weights[2 * i + 1]];
            even[n] += f32x8::load_array_ref(simd, &a.as_chunks::<HIDDEN>().0[n]) * values[2 * i];
            odd[n] += f32x8::load_array_ref(simd, &b.as_chunks::<HIDDEN>().0[n]) * values[2 * i + 1];
        }
    }
    for n in 0..VECTORS {
        even[n] += odd[n];
    }
    even
}

/// Bends numbers into -1 to 1.
#[expect(clippy::inline_always, reason = "what the processor can do is known where this is called")]
#[inline(always)]
fn bent<S: Simd>(x: f32x8<S>) -> f32x8<S> {
    x / (1.0 + x.abs())
}

/// How steep that is where it comes to `bent`.
pub fn slope(bent: f32) -> f32 {
    (1.0 - bent.abs()) * (1.0 - bent.abs())
}

/// What makes a gist of a line, and the two rows of units that read it.
#[derive(Clone, Debug, PartialEq)]
pub struct Net {
    /// What one of each input adds to the gist, before that is bent.
    pub inputs: Box<[[f32; GIST]; INPUTS]>,
    /// What is added in any case.
    pub bias: [f32; GIST],
    /// The row that reads from the first line on, and the one from the last.
    pub readers: [Reader; 2],
    /// What is said of any line, in logits.
    pub says: f32,
}

impl Net {
    /// Numbers that a net is made of.
    pub const WEIGHTS: usize = (INPUTS + 1) * GIST + 2 * Reader::WEIGHTS + 1;

    /// The net of these numbers, in the order of its fields; `None` where some are missing.
    pub fn of(weights: &[f32]) -> Option<Net> {
        let (of_gist, rest) = weights.split_at_checked((INPUTS + 1) * GIST)?;
        let (forward, rest) = rest.split_at_checked(Reader::WEIGHTS)?;
        let (backward, rest) = rest.split_at_checked(Reader::WEIGHTS)?;
        let (bias, inputs) = of_gist.as_chunks().0.split_last()?;
        let inputs = Box::new(*inputs.first_chunk()?);
        let readers = [Reader::of(forward)?, Reader::of(backward)?];
        Some(Net { inputs, bias: *bias, readers, says: *rest.first()? })
    }

    /// A net that says nothing of any line.
    pub fn silent() -> Net {
        let (inputs, readers) = (Box::new([[0.0; GIST]; INPUTS]), [Reader::default(), Reader::default()]);
        Net { inputs, bias: [0.0; GIST], readers, says: 0.0 }
    }

    /// Changes the scores of the lines that the first trees leave open, and of those around: `scores` are those of all trees,
    /// `first` those of the first, in 1/[`UNIT`] of a logit.
    pub fn revise(&self, matrix: &Matrix, first: &[i32], scores: &mut [i32]) {
        let rows = Rows::of(matrix, first, scores);
        for (unit, says) in rows.units.iter().zip(self.says(&rows.inputs)) {
            if let Some(score) = scores.get_mut(*unit) {
                *score += (says * UNIT) as i32;
            }
        }
    }

    /// What is said of each line of a document, in logits.
    pub fn says(&self, lines: &[Inputs]) -> Vec<f32> {
        self.says_by(Level::new(), lines)
    }

    fn says_by(&self, level: Level, lines: &[Inputs]) -> Vec<f32> {
        dispatch!(level, simd => self.say(simd, lines))
    }

    /// The net in bytes.
    pub fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.weights().flat_map(|weight| weight.to_le_bytes()));
    }

    /// The net that [`Net::write`] wrote, taken off the front of `bytes`; `None` when it is cut short.
    pub fn read(bytes: &mut &[u8]) -> Option<Net> {
        let (weights, rest) = bytes.split_at_checked(Net::WEIGHTS * size_of::<f32>())?;
        *bytes = rest;
        let weights = weights.as_chunks().0.iter().map(|weight| f32::from_le_bytes(*weight));
        Net::of(&weights.collect::<Vec<f32>>())
    }

    fn weights(&self) -> impl Iterator<Item = &f32> {
        let of_gist = self.inputs.iter().chain([&self.bias]).flatten();
        of_gist.chain(self.readers.iter().flat_map(Reader::weights)).chain([&self.says])
    }

    /// What a line comes to.
    #[expect(clippy::inline_always, reason = "what the processor can do is known where this is called")]
    #[inline(always)]
    fn gist<S: Simd>(&self, simd: S, inputs: &Inputs) -> Gist {
        let mut values = [0.0; INPUTS];
        for i in 0..INPUTS {
            values[i] = f32::from(inputs[i]);
        }
        let sums: [_; 2] = weighed(simd, &values, &self.inputs, &self.bias);
        let mut gist = [0.0; GIST];
        for n in 0..sums.len() {
            bent(sums[n]).store_slice(&mut gist[n * HIDDEN..(n + 1) * HIDDEN]);
        }
        gist
    }

    /// What all lines come to.
    #[expect(clippy::inline_always, reason = "what the processor can do is known where this is called")]
    #[inline(always)]
    fn gists<S: Simd>(&self, simd: S, lines: &[Inputs]) -> Vec<Gist> {
        let mut gists = vec![[0.0; GIST]; lines.len()];
        for i in 0..lines.len() {
            gists[i] = self.gist(simd, &lines[i]);
        }
        gists
    }

    #[expect(clippy::inline_always, reason = "what the processor can do is known where this is called")]
    #[inline(always)]
    fn say<S: Simd>(&self, simd: S, lines: &[Inputs]) -> Vec<f32> {
        let gists = self.gists(simd, lines);
        let [forward, backward] = &self.readers;
        let (mut above, mut below) = ([0.0; HIDDEN], [0.0; HIDDEN]);
        let (mut from_above, mut from_below) = (vec![0.0; lines.len()], vec![0.0; lines.len()]);
        // Side by side, since a step has to wait for the one before it.
        for line in 0..gists.len() {
            let other = gists.len() - 1 - line;
            above = forward.step(simd, &gists[line], &above).carries;
            below = backward.step(simd, &gists[other], &below).carries;
            from_above[line] = forward.says(&above);
            from_below[other] = backward.says(&below);
        }
        for (sum, below) in from_above.iter_mut().zip(from_below) {
            *sum += below + self.says;
        }
        from_above
    }

    /// What all lines come to, and what each reader makes of them, one after another, as it reads them.
    pub fn steps(&self, lines: &[Inputs]) -> (Vec<Gist>, [Vec<Step>; 2]) {
        dispatch!(Level::new(), simd => {
            let gists = self.gists(simd, lines);
            let [mut above, mut below] = [Vec::with_capacity(gists.len()), Vec::with_capacity(gists.len())];
            let [forward, backward] = &self.readers;
            let (mut step, mut back) = (Step::default(), Step::default());
            for (gist, other) in gists.iter().zip(gists.iter().rev()) {
                step = forward.step(simd, gist, &step.carries);
                back = backward.step(simd, other, &back.carries);
                above.push(step);
                below.push(back);
            }
            (gists, [above, below])
        })
    }
}

/// The lines of a document that are read.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// Their units.
    pub units: Vec<usize>,
    /// What is read of each.
    pub inputs: Vec<Inputs>,
}

impl Rows {
    /// Those of a document for which the first trees give the scores `first`, and all trees `scores`.
    pub fn of(matrix: &Matrix, first: &[i32], scores: &[i32]) -> Rows {
        let mut is_read = vec![false; first.len()];
        for (i, _) in first.iter().enumerate().filter(|(_, score)| !is_settled(**score)) {
            let end = (i + REACH + 1).min(first.len());
            is_read.get_mut(i.saturating_sub(REACH)..end).unwrap_or_default().fill(true);
        }
        let units: Vec<usize> = (0..first.len()).filter(|i| is_read.get(*i) == Some(&true)).collect();
        let mut inputs = vec![[0; INPUTS]; units.len()];
        // So many at a time stay at hand while all of their columns are looked up.
        for (inputs, units) in inputs.chunks_mut(TOGETHER).zip(units.chunks(TOGETHER)) {
            for column in 0..COLUMNS {
                let values = matrix.of(column, 0, 0, matrix.rows());
                for (inputs, unit) in inputs.iter_mut().zip(units) {
                    inputs[column] = values.get(*unit).copied().unwrap_or_default();
                }
            }
        }
        for (inputs, unit) in inputs.iter_mut().zip(&units) {
            inputs[COLUMNS] = scores.get(*unit).map_or(0, |score| level(*score));
            let is_open = first.get(*unit).is_some_and(|score| !is_settled(*score));
            inputs[COLUMNS + 1] = if is_open { OPEN } else { 0 };
        }
        Rows { units, inputs }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boilerplate::columns::Column;

    const SETTLED: i32 = 9 * UNIT as i32;

    /// A net of numbers that look like chance.
    fn net(seed: u32) -> Net {
        let number = |i: usize| {
            let mixed = (i as u32 + 1).wrapping_mul(seed.wrapping_mul(0x9E37_79B1)) >> 8;
            (mixed % 2001) as f32 / 10_000.0 - 0.1
        };
        Net::of(&(0..Net::WEIGHTS).map(number).collect::<Vec<f32>>()).unwrap_or_else(|| panic!("no net"))
    }

    fn lines() -> Vec<Inputs> {
        (0..50).map(|line| std::array::from_fn(|i| (line * 7 + i * i) as u8 % 64)).collect()
    }

    #[test]
    fn a_net_survives_its_bytes() {
        let net = net(3);
        let mut bytes = Vec::new();
        net.write(&mut bytes);
        assert_eq!(Net::read(&mut bytes.as_slice()), Some(net));
        assert_eq!(Net::read(&mut &bytes[..bytes.len() - 1]), None);
        assert_eq!(Net::of(&vec![0.0; Net::WEIGHTS - 1]), None);
    }

    #[test]
    fn all_processors_come_to_the_same_bits() {
        let net = net(3);
        let expected = net.says_by(Level::baseline(), &lines());
        assert!(expected.iter().any(|says| says.abs() > 0.01), "{expected:?}");
        let mut levels = vec![Level::new()];
        #[cfg(target_arch = "x86_64")]
        levels.extend(
            [Level::new().as_avx2().map(Level::Avx2), Level::new().as_sse4_2().map(Level::Sse4_2)]
                .iter()
                .flatten(),
        );
        for level in levels {
            let says = net.says_by(level, &lines());
            assert!(says.iter().zip(&expected).all(|(a, b)| a.to_bits() == b.to_bits()), "{level:?}");
        }
    }

    #[test]
    fn what_was_read_is_carried_on_in_both_directions() {
        let mut net = Net::silent();
        net.inputs[0][0] = 1.0;
        for (reader, says) in net.readers.iter_mut().zip([1.0, 100.0]) {
            // New is what the gist says, and half of what was there stays.
            reader.gist[0][2 * HIDDEN] = 1.0;
            reader.says[0] = says;
        }
        let mut lines = vec![[0; INPUTS]; 5];
        lines[2][0] = 63;
        let says = net.says(&lines);
        let near = |x: f32, y: f32| (x - y).abs() < 0.01 * y;
        assert!(says[4] > 0.05 && near(says[3], 2.0 * says[4]), "{says:?}");
        assert!(near(says[0], 100.0 * says[4]) && near(says[1], 2.0 * says[0]), "{says:?}");
        assert!(says[2] > says[1] + says[3], "{says:?}");
    }

    #[test]
    fn lines_around_open_ones_are_read() {
        let mut matrix = Matrix::new(40);
        matrix.set(Column::Words, 12, 7);
        let mut first = vec![SETTLED; 40];
        first[20] = 5;
        let mut scores = first.clone();
        scores[20] = UNIT as i32;
        let rows = Rows::of(&matrix, &first, &scores);
        assert_eq!(rows.units, (20 - REACH..=20 + REACH).collect::<Vec<_>>());
        let [open, settled] = [20, 12].map(|unit| rows.inputs[unit + REACH - 20]);
        assert_eq!([open[Column::Words as usize], open[COLUMNS], open[COLUMNS + 1]], [0, 38, OPEN]);
        assert_eq!([settled[Column::Words as usize], settled[COLUMNS], settled[COLUMNS + 1]], [7, 63, 0]);
        net(3).revise(&matrix, &first, &mut scores);
        let changed = scores.iter().zip(&first).filter(|(now, before)| now != before).count();
        assert!((1..=2 * REACH + 1).contains(&changed), "{changed}");
    }
}

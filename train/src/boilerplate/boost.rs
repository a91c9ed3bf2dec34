//! Newton boosting of symmetric trees over columns of small integers. Each tree sees a sample of the rows, chosen by
//! how much they still matter, so that hundreds of thousands of settled menu lines cost little.

use copydesk::boilerplate::training::DEPTH;
use copydesk::boilerplate::training::LEAVES;
use copydesk::boilerplate::training::Split;
use copydesk::boilerplate::training::Tree;
use copydesk::boilerplate::training::Trees;
use copydesk::boilerplate::training::UNIT;

const LEVELS: usize = 64;

/// What is learned from.
pub(crate) struct Rows<'c> {
    /// All columns of all documents, one document after another, padded.
    pub(crate) columns: &'c [Vec<u8>],
    /// Where in the columns each row stands.
    pub(crate) places: Vec<u32>,
    /// The share of each row that is kept.
    pub(crate) targets: Vec<f32>,
    pub(crate) weights: Vec<f32>,
}

/// How it is learned.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub(crate) trees: usize,
    pub(crate) rate: f32,
    /// Weight of the prior that a leaf says nothing.
    pub(crate) prior: f32,
    /// Rows that a tree sees, about.
    pub(crate) rows: usize,
    /// Share of the questions that a tree may ask.
    pub(crate) questions: f32,
    pub(crate) seed: u64,
}

/// A small generator: the same numbers for the same seed on every machine.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) const fn new(seed: u64) -> Random {
        Random(seed * 7919 + 12345)
    }

    /// A number from 0 to 1.
    pub(crate) fn unit(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 40) as f32 / (1_u32 << 24) as f32
    }
}

/// One sampled row: its place, its gradient and its curvature, both divided by the chance of being chosen.
struct Sampled {
    place: u32,
    gradient: f32,
    curvature: f32,
}

/// Learns trees that may ask about the given columns at the given offsets.
pub(crate) fn train(rows: &Rows<'_>, questions: &[(u8, i8)], settings: &Settings) -> Trees {
    let mut random = Random::new(settings.seed);
    let (mut whole, mut kept) = (0.0_f64, 0.0_f64);
    for (target, weight) in rows.targets.iter().zip(&rows.weights) {
        whole += f64::from(*weight);
        kept += f64::from(*weight * *target);
    }
    let base = (kept / (whole - kept)).ln() as f32;
    let mut scores = vec![base; rows.places.len()];
    let mut trees = Vec::new();
    for _ in 0..settings.trees {
        let sample = sample(rows, &scores, settings, &mut random);
        let asked: Vec<_> =
            questions.iter().copied().filter(|_| random.unit() < settings.questions).collect();
        let tree = grow(rows.columns, &sample, &asked, settings);
        let mut leaf = vec![0_u8; rows.places.len()];
        for (bit, split) in tree.splits.iter().enumerate() {
            answer(rows.columns, *split, bit, rows.places.iter().copied(), &mut leaf);
        }
        for (score, leaf) in scores.iter_mut().zip(&leaf) {
            *score += f32::from(tree.leaves[usize::from(*leaf)]) / UNIT;
        }
        trees.push(tree);
    }
    Trees::new((base * UNIT) as i32, trees)
}

/// Chooses rows with a chance in proportion to their gradient, and weighs them so that sums stay right.
fn sample(rows: &Rows<'_>, scores: &[f32], settings: &Settings, random: &mut Random) -> Vec<Sampled> {
    let of_row = |i: usize| {
        let p = 1.0 / (1.0 + (-scores[i]).exp());
        (rows.weights[i] * (p - rows.targets[i]), rows.weights[i] * (p * (1.0 - p)).max(1e-4))
    };
    let sizes: Vec<f32> = (0..scores.len())
        .map(|i| {
            let (gradient, curvature) = of_row(i);
            (gradient * gradient + 0.1 * curvature * curvature).sqrt()
        })
        .collect();
    // The size above which a row is chosen for sure: halved until enough rows are chosen.
    let total: f64 = sizes.iter().map(|s| f64::from(*s)).sum();
    let mut sure = (total / settings.rows as f64) as f32;
    for _ in 0..6 {
        let chosen: f64 = sizes.iter().map(|s| f64::from((s / sure).min(1.0))).sum();
        sure *= (chosen / settings.rows as f64) as f32;
    }
    let mut sample = Vec::with_capacity(settings.rows * 2);
    for (i, size) in sizes.iter().enumerate() {
        let chance = (size / sure).min(1.0);
        if random.unit() < chance {
            let (gradient, curvature) = of_row(i);
            let place = rows.places[i];
            sample.push(Sampled { place, gradient: gradient / chance, curvature: curvature / chance });
        }
    }
    sample
}

/// Grows one tree, level by level.
fn grow(columns: &[Vec<u8>], sample: &[Sampled], asked: &[(u8, i8)], settings: &Settings) -> Tree {
    let mut leaf = vec![0_u8; sample.len()];
    let mut tree = Tree { splits: [Split::default(); DEPTH], leaves: [0; LEAVES] };
    for level in 0..DEPTH {
        let mut best = (f32::MIN, Split::default());
        let mut sums = vec![[0.0_f32; 2]; LEVELS << level];
        for &(column, offset) in asked {
            sums.fill([0.0; 2]);
            let values = &columns[usize::from(column)];
            for (row, leaf) in sample.iter().zip(&leaf) {
                let value = values[row.place.wrapping_add_signed(i32::from(offset)) as usize];
                let sum = &mut sums[usize::from(*leaf) << 6 | usize::from(value)];
                sum[0] += row.gradient;
                sum[1] += row.curvature;
            }
            let mut gains = [0.0_f32; LEVELS];
            for of_leaf in sums.chunks(LEVELS) {
                let [all, weight] = of_leaf.iter().fold([0.0, 0.0], |a, s| [a[0] + s[0], a[1] + s[1]]);
                let (mut low, mut below) = (0.0, 0.0);
                for (gain, sum) in gains.iter_mut().zip(of_leaf) {
                    low += sum[0];
                    below += sum[1];
                    let high = all - low;
                    *gain += low * low / (below + settings.prior)
                        + high * high / (weight - below + settings.prior);
                }
            }
            for (threshold, gain) in gains.iter().enumerate().take(LEVELS - 1) {
                if *gain > best.0 {
                    best = (*gain, Split { column, offset, threshold: threshold as u8 });
                }
            }
        }
        tree.splits[level] = best.1;
        answer(columns, best.1, level, sample.iter().map(|row| row.place), &mut leaf);
    }
    let mut sums = [[0.0_f32; 2]; LEAVES];
    for (row, leaf) in sample.iter().zip(&leaf) {
        sums[usize::from(*leaf)][0] += row.gradient;
        sums[usize::from(*leaf)][1] += row.curvature;
    }
    for (value, [gradient, curvature]) in tree.leaves.iter_mut().zip(sums) {
        let step = -gradient / (curvature + settings.prior) * settings.rate;
        *value = (step * UNIT).clamp(-32000.0, 32000.0) as i16;
    }
    tree
}

/// Puts the answers to one question into a bit of each row's leaf number.
fn answer(columns: &[Vec<u8>], split: Split, bit: usize, places: impl Iterator<Item = u32>, leaf: &mut [u8]) {
    let values = &columns[usize::from(split.column)];
    for (leaf, place) in leaf.iter_mut().zip(places) {
        let value = values[place.wrapping_add_signed(i32::from(split.offset)) as usize];
        *leaf |= u8::from(value > split.threshold) << bit;
    }
}

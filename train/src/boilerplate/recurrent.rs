//! Learns the recurrent net: backpropagation through whole documents, by Adam (Kingma and Ba 2015, arXiv:1412.6980) with
//! weights that decay by themselves (Loshchilov and Hutter 2019, arXiv:1711.05101), and with inputs left out by chance, so
//! that none is relied upon.

use std::array;

use copydesk::boilerplate::training::GATES;
use copydesk::boilerplate::training::GIST;
use copydesk::boilerplate::training::Gist;
use copydesk::boilerplate::training::HIDDEN;
use copydesk::boilerplate::training::INPUTS;
use copydesk::boilerplate::training::Net;
use copydesk::boilerplate::training::Reader;
use copydesk::boilerplate::training::Rows;
use copydesk::boilerplate::training::Step;
use copydesk::boilerplate::training::UNIT;
use copydesk::boilerplate::training::Values;
use copydesk::boilerplate::training::slope;

use crate::boilerplate::Learned;
use crate::boilerplate::boost::Random;
use crate::boilerplate::pages;

const SEED: u64 = 1;
/// How often all pages are read, and of the pages that are made one in so many by turns.
const EPOCHS: usize = 8;
const MADE: usize = 3;
/// Pages between two changes of the weights.
const BATCH: usize = 8;
const RATE: f32 = 0.003;
/// The share of the changes over which the rate rises; from there on it falls as a cosine does, to a part of what it was.
const RISE: f32 = 0.05;
const FALLS_TO: f32 = 0.3;
/// From a share of the changes on the mean of the weights is kept, of which so much stays at each of them: one net learned
/// that way is as good on hosts set aside as two that are not, together.
const MEAN: (f32, f32) = (0.3, 0.999);
const DECAY: f32 = 0.01;
/// The share of the inputs that a page is read without.
const LEFT_OUT: f32 = 0.05;
/// Longer gradients are cut to that.
const LONGEST: f32 = 30.0;
/// How far from zero weights are at first, at most: those of inputs, of gists, of what is carried, of what is said.
const OF_INPUTS: f32 = 0.15;
const OF_GIST: f32 = 0.3;
const OF_CARRIED: f32 = 0.3;
const OF_SAYS: f32 = 0.01;
/// How much of what is said is believed: of pages it has not seen a net is too sure. With all of it F1 is the same on hosts
/// set aside, but a short article whose last paragraph stands behind a label (`Читайте также: …`) loses it.
const TRUST: f32 = 0.5;
/// An input is stretched so that it varies by that; one that varies by less than so much as if it did by that.
const VARIES: (f64, f64) = (0.5, 0.64);

/// A page to learn from.
pub(crate) struct Sequence {
    rows: Rows,
    /// What the trees say of each line read, in logits.
    base: Vec<f32>,
    /// What the line is, and its weight.
    targets: Vec<(f32, f32)>,
    is_made: bool,
}

impl Sequence {
    /// The page, of whose units the trees say `scores`.
    pub(crate) fn of(learned: &Learned, scores: &[i32]) -> Sequence {
        let rows = Rows::of(learned.page.matrix(), &learned.first, scores);
        let base = rows.units.iter().map(|unit| scores[*unit] as f32 / UNIT).collect();
        let targets = rows.units.iter().map(|unit| learned.targets[*unit]).collect();
        Sequence { rows, base, targets, is_made: learned.labelled.file == pages::MADE }
    }
}

/// Learns from pages.
pub(crate) fn learn(pages: &[&Sequence]) -> Net {
    let scales = scales(pages);
    let mut net = stretched(&weights(pages, &scales, &mut Random::new(SEED)), &scales);
    net.says *= TRUST;
    net.readers.iter_mut().flat_map(|reader| &mut reader.says).for_each(|says| *says *= TRUST);
    net
}

/// By what each input is stretched.
fn scales(pages: &[&Sequence]) -> [f32; INPUTS] {
    let mut sums = [(0.0_f64, 0.0_f64); INPUTS];
    let mut count = 0.0;
    for inputs in pages.iter().flat_map(|page| &page.rows.inputs) {
        for (sum, input) in sums.iter_mut().zip(inputs) {
            let input = f64::from(*input);
            *sum = (sum.0 + input, sum.1 + input * input);
        }
        count += 1.0;
    }
    sums.map(|(sum, squares)| {
        let varies = (squares / count - (sum / count).powi(2)).max(0.0).sqrt();
        (VARIES.0 / varies.max(VARIES.1)) as f32
    })
}

/// The net of these weights, whose inputs are stretched.
fn stretched(weights: &[f32], scales: &[f32; INPUTS]) -> Net {
    let mut weights = weights.to_vec();
    stretch(&mut weights, scales);
    Net::of(&weights).unwrap_or_else(|| unreachable!("a net has all its weights"))
}

fn stretch(weights: &mut [f32], scales: &[f32; INPUTS]) {
    for (weights, scale) in weights.chunks_mut(GIST).zip(scales) {
        for weight in weights {
            *weight *= scale;
        }
    }
}

/// Learns one net's weights.
fn weights(pages: &[&Sequence], scales: &[f32; INPUTS], random: &mut Random) -> Vec<f32> {
    let mut adam = Adam::new(first(random));
    let mut mean: Option<Vec<f32>> = None;
    let mut order: Vec<usize> = Vec::new();
    for epoch in 0..EPOCHS {
        let from = order.len();
        order.extend((0..pages.len()).filter(|n| !pages[*n].is_made || n % MADE == epoch % MADE));
        shuffle(&mut order[from..], random);
    }
    // What is left out is made up for by the rest.
    let scales_of_rest = scales.map(|scale| scale / (1.0 - LEFT_OUT));
    let steps = order.len().div_ceil(BATCH);
    for (step, batch) in order.chunks(BATCH).enumerate() {
        let net = stretched(&adam.weights, &scales_of_rest);
        let mut gradient = vec![0.0; Net::WEIGHTS];
        for page in batch {
            let is_left_out = [(); INPUTS].map(|()| random.unit() < LEFT_OUT);
            add_gradient(pages[*page], &net, is_left_out, &mut gradient);
        }
        stretch(&mut gradient, &scales_of_rest);
        let done = step as f32 / steps as f32;
        let cosine = 0.5 + 0.5 * (std::f32::consts::PI * done).cos();
        adam.step(&gradient, RATE * (FALLS_TO + (1.0 - FALLS_TO) * cosine).min(done / RISE));
        if done > MEAN.0 {
            let mean = mean.get_or_insert_with(|| adam.weights.clone());
            mean.iter_mut()
                .zip(&adam.weights)
                .for_each(|(mean, now)| *mean += (1.0 - MEAN.1) * (now - *mean));
        }
    }
    mean.unwrap_or(adam.weights)
}

/// Weights to begin with.
fn first(random: &mut Random) -> Vec<f32> {
    let of_reader = [(GIST * GATES, OF_GIST), (HIDDEN * GATES, OF_CARRIED), (GATES, 0.0), (HIDDEN, OF_SAYS)];
    let mut parts = vec![(INPUTS * GIST, OF_INPUTS), (GIST, 0.0)];
    parts.extend(of_reader.iter().chain(&of_reader));
    parts.push((1, 0.0));
    let some = |(count, most): (usize, f32)| {
        (0..count).map(|_| (2.0 * random.unit() - 1.0) * most).collect::<Vec<f32>>()
    };
    parts.into_iter().flat_map(some).collect()
}

fn shuffle(order: &mut [usize], random: &mut Random) {
    for i in (1..order.len()).rev() {
        let other = (random.unit() * (i + 1) as f32) as usize;
        order.swap(i, other.min(i));
    }
}

/// Adds what a page says about every weight of a net, were its inputs not stretched.
fn add_gradient(page: &Sequence, net: &Net, is_left_out: [bool; INPUTS], gradient: &mut [f32]) {
    let mut inputs = page.rows.inputs.clone();
    for inputs in &mut inputs {
        inputs.iter_mut().zip(is_left_out).filter(|(_, is_left_out)| *is_left_out).for_each(|(i, _)| *i = 0);
    }
    let (gists, steps) = net.steps(&inputs);
    let count = gists.len();
    let order = |n: usize, i: usize| if n == 0 { i } else { count - 1 - i };
    let mut says = vec![net.says; count];
    for ((n, reader), steps) in net.readers.iter().enumerate().zip(&steps) {
        for (i, step) in steps.iter().enumerate() {
            says[order(n, i)] += reader.says(&step.carries);
        }
    }
    let lines = says.iter().zip(&page.base).zip(&page.targets);
    let of_line = |((says, base), (target, weight)): ((&f32, &f32), &(f32, f32))| {
        weight * (1.0 / (1.0 + (-says - base).exp()) - target)
    };
    let errors: Vec<f32> = lines.map(of_line).collect();
    let (of_inputs, rest) = gradient.split_at_mut((INPUTS + 1) * GIST);
    let mut of_gists = vec![[0.0; GIST]; count];
    for ((n, reader), of_reader) in net.readers.iter().enumerate().zip(rest.chunks_mut(Reader::WEIGHTS)) {
        let steps = &steps[n];
        let mut later = [0.0; HIDDEN];
        for i in (0..count).rev() {
            let line = order(n, i);
            let before = i.checked_sub(1).map_or([0.0; HIDDEN], |i| steps[i].carries);
            let own = array::from_fn(|value| later[value] + errors[line] * reader.says[value]);
            let (of_reader, of_says) = of_reader.split_at_mut(Reader::WEIGHTS - HIDDEN);
            add(of_says, errors[line], &steps[i].carries);
            later = back(reader, &steps[i], &before, own, &gists[line], &mut of_gists[line], of_reader);
        }
    }
    if let Some(of_any) = rest.last_mut() {
        *of_any += errors.iter().sum::<f32>();
    }
    for ((inputs, gist), of_gist) in inputs.iter().zip(&gists).zip(&of_gists) {
        let of_sums: Gist = array::from_fn(|i| of_gist[i] * slope(gist[i]));
        let values = inputs.map(f32::from);
        for (gradient, value) in of_inputs.chunks_mut(GIST).zip(values.iter().chain(&[1.0])) {
            add(gradient, *value, &of_sums);
        }
    }
}

/// One line back: from what the values that it carries should be, to what those before it should; what the gist should be
/// is added to `of_gist`, and what the weights of the gates should be to `gradient`.
fn back(
    reader: &Reader,
    step: &Step,
    before: &Values,
    own: Values,
    gist: &Gist,
    of_gist: &mut Gist,
    gradient: &mut [f32],
) -> Values {
    // Of the gates' sums as a whole, and of what is carried in them.
    let (mut whole, mut carried) = ([0.0; GATES], [0.0; GATES]);
    let mut earlier = [0.0; HIDDEN];
    for i in 0..HIDDEN {
        let gate = |gate: f32| 0.5 * slope(2.0 * gate - 1.0);
        let new = own[i] * (1.0 - step.keeps[i]) * slope(step.news[i]);
        whole[i] = own[i] * (before[i] - step.news[i]) * gate(step.keeps[i]);
        whole[HIDDEN + i] = new * step.sees[i] * gate(step.looks[i]);
        whole[2 * HIDDEN + i] = new;
        earlier[i] = own[i] * step.keeps[i];
    }
    carried.copy_from_slice(&whole);
    carried[2 * HIDDEN..].iter_mut().zip(step.looks).for_each(|(new, looks)| *new *= looks);
    let (of_gist_weights, rest) = gradient.split_at_mut(GIST * GATES);
    let (of_carried, of_bias) = rest.split_at_mut(HIDDEN * GATES);
    let sum = |weights: &[f32; GATES], slopes: &[f32; GATES]| -> f32 {
        weights.iter().zip(slopes).map(|(weight, slope)| weight * slope).sum()
    };
    for (i, gradient) in of_gist_weights.chunks_mut(GATES).enumerate() {
        of_gist[i] += sum(&reader.gist[i], &whole);
        add(gradient, gist[i], &whole);
    }
    for (i, gradient) in of_carried.chunks_mut(GATES).enumerate() {
        earlier[i] += sum(&reader.carried[i], &carried);
        add(gradient, before[i], &carried);
    }
    add(of_bias, 1.0, &whole);
    earlier
}

fn add(gradient: &mut [f32], times: f32, slopes: &[f32]) {
    gradient.iter_mut().zip(slopes).for_each(|(sum, slope)| *sum += times * slope);
}

/// Weights, and the means of their gradients and of the squares of those.
struct Adam {
    weights: Vec<f32>,
    means: Vec<(f32, f32)>,
    steps: f32,
}

impl Adam {
    /// How much of the means stays at each step.
    const STAYS: (f32, f32) = (0.9, 0.999);

    fn new(weights: Vec<f32>) -> Adam {
        Adam { means: vec![(0.0, 0.0); weights.len()], weights, steps: 0.0 }
    }

    fn step(&mut self, gradient: &[f32], rate: f32) {
        let (of_slopes, of_squares) = Adam::STAYS;
        self.steps += 1.0;
        let (young, younger) = (1.0 - of_slopes.powf(self.steps), 1.0 - of_squares.powf(self.steps));
        let length = gradient.iter().map(|slope| slope * slope).sum::<f32>().sqrt();
        let shortened = LONGEST / length.max(LONGEST);
        for ((weight, (mean, square)), slope) in self.weights.iter_mut().zip(&mut self.means).zip(gradient) {
            let slope = slope * shortened;
            *mean += (1.0 - of_slopes) * (slope - *mean);
            *square += (1.0 - of_squares) * (slope * slope - *square);
            *weight -= rate * (*mean / young / ((*square / younger).sqrt() + 1e-6) + DECAY * *weight);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> Sequence {
        let inputs = (0..6_usize).map(|line| array::from_fn(|i| (line * 5 + i * 3) as u8 % 4)).collect();
        let rows = Rows { units: (0..6).collect(), inputs };
        let (base, targets) = (vec![0.3; 6], (0..6).map(|n| (f32::from(n % 2 == 0), 1.0)).collect());
        Sequence { rows, base, targets, is_made: false }
    }

    fn loss(page: &Sequence, weights: &[f32]) -> f64 {
        let net = Net::of(weights).unwrap_or_else(|| panic!("no net"));
        let says = net.says(&page.rows.inputs);
        let lines = says.iter().zip(&page.base).zip(&page.targets);
        let of_line = |((says, base), (target, weight)): ((&f32, &f32), &(f32, f32))| {
            let kept = 1.0 / (1.0 + f64::from(-says - base).exp());
            let right = if *target > 0.5 { kept } else { 1.0 - kept };
            -f64::from(*weight) * right.ln()
        };
        lines.map(of_line).sum()
    }

    #[test]
    fn gradients_are_what_small_changes_of_a_weight_do() {
        let page = page();
        // Far enough from zero that every gate has its say.
        let mut random = Random::new(7);
        let some = |i| (random.unit() - 0.5) * if i < INPUTS * GIST { 0.1 } else { 2.0 };
        let weights: Vec<f32> = (0..Net::WEIGHTS).map(some).collect();
        let net = Net::of(&weights).unwrap_or_else(|| panic!("no net"));
        let mut gradient = vec![0.0; Net::WEIGHTS];
        add_gradient(&page, &net, [false; INPUTS], &mut gradient);
        for (i, slope) in gradient.iter().enumerate() {
            let moved = |by: f32| {
                let mut weights = weights.clone();
                weights[i] += by;
                loss(&page, &weights)
            };
            let by = 2e-3;
            let measured = ((moved(by) - moved(-by)) / f64::from(2.0 * by)) as f32;
            assert!((measured - slope).abs() < 2e-4 + 0.02 * slope.abs(), "{i}: {slope} {measured}");
        }
    }

    #[test]
    fn what_is_learned_fits_better() {
        let pages = [page(), page()];
        let net = learn(&pages.iter().collect::<Vec<_>>());
        let of_line = |(says, (target, _)): (f32, &(f32, f32))| (target - 0.5) * says;
        let right: f32 =
            net.says(&pages[0].rows.inputs).into_iter().zip(&pages[0].targets).map(of_line).sum();
        assert!(right > 0.0, "{right}");
    }
}

//! From evidence to an answer: one sentence by itself, and the sentences of a document in the light of each other.
//! Sentences without a language (names, numbers, addresses, code) are told apart here and take part in nothing.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::model::COUNT;
use super::model::Evidence;
use super::model::SCORES;
use super::script::Script;

/// What a unit of the model's weights is worth in nats. The n-grams of a word overlap, so their sum says the same thing
/// several times over.
const WORTH: f32 = 0.25 / 13.0;
/// Nats below the best at which a language is out: one sentence can be damaged or mislabelled.
const FLOOR: f32 = -25.0;
/// Languages of a sentence that are looked at; the others are taken to be at the floor.
const MOST: usize = 8;
/// Scores that are compared together.
const GROUP: usize = 8;
/// Cost of another language in the next sentence, in nats.
const SWITCH: f32 = 3.0;
/// Sentences' worth of doubt in what the rest of the document is written in.
const DOUBT: f32 = 0.3;
/// Nats that the document takes from a language at most: a quotation may be the only sentence of its language.
const STRANGE: f32 = -3.0;
/// How many times over the rest of the document counts in a probability: the sentences next to it say the same. Of 1,
/// 1.5 and 2 by the calibration error of documents' lines: .012, .007, .005.
const CONTEXT: f32 = 2.0;

/// The likeliest languages of a sentence, best first, in nats below the best.
#[derive(Clone, Copy, Debug)]
pub(super) struct Likely {
    languages: [u8; MOST],
    logs: [f32; MOST],
    count: usize,
}

impl Likely {
    fn iter(&self) -> impl Iterator<Item = (usize, f32)> {
        self.languages
            .iter()
            .zip(self.logs)
            .take(self.count)
            .map(|(language, log)| (usize::from(*language), log))
    }

    /// The languages and the probability of each, when nothing else is known.
    fn shares(&self) -> impl Iterator<Item = (usize, f32)> {
        let sum: f32 = self.iter().map(|(_, log)| log.exp()).sum();
        self.iter().map(move |(language, log)| (language, log.exp() / sum))
    }
}

/// The likeliest of the allowed languages, `None` when the text speaks for none of them.
pub(super) fn likely(evidence: &Evidence, allowed: u128) -> Option<Likely> {
    let mut scores = evidence.scores;
    if allowed != u128::MAX {
        for (index, score) in scores.iter_mut().enumerate() {
            *score *= (allowed >> index & 1) as i16;
        }
    }
    // Most languages are far from the best: whole groups of them are passed over.
    let groups = scores.as_chunks::<GROUP>().0;
    let mut tops = [0; SCORES / GROUP];
    for (top, group) in tops.iter_mut().zip(groups) {
        *top = group.iter().copied().fold(0, i16::max);
    }
    let best = tops.iter().copied().fold(0, i16::max);
    if best == 0 {
        return None;
    }
    let mut cut = (best + (FLOOR / WORTH) as i16).max(0);
    let mut found: [(i16, u8); MOST] = [(0, 0); MOST];
    let mut count = 0;
    for (number, (group, top)) in groups.iter().zip(tops).enumerate() {
        if top <= cut {
            continue;
        }
        for (index, score) in group.iter().enumerate() {
            if *score <= cut {
                continue;
            }
            let place = found.iter().take(count).position(|(other, _)| other < score).unwrap_or(count);
            count = (count + 1).min(MOST);
            if let Some(tail) = found.get_mut(place..count) {
                tail.rotate_right(1);
                if let Some(first) = tail.first_mut() {
                    *first = (*score, (number * GROUP + index) as u8);
                }
            }
            let [.., (last, _)] = found;
            cut = cut.max(last);
        }
    }
    let mut likely = Likely { languages: [0; MOST], logs: [FLOOR; MOST], count };
    for ((language, log), (score, index)) in
        likely.languages.iter_mut().zip(&mut likely.logs).zip(found).take(count)
    {
        *language = index;
        *log = f32::from(score - best) * WORTH;
    }
    Some(likely)
}

/// Whether a text has no language of its own: names, numbers, addresses, code, credits.
pub(super) fn is_undetermined(evidence: &Evidence) -> bool {
    let shape = &evidence.shape;
    let letters = shape.total();
    if letters == 0 {
        return true;
    }
    let small = shape.cased - shape.capitalised;
    // Code and markup.
    if shape.signs * 4 > letters && evidence.common < 3 {
        return true;
    }
    // A number and its unit.
    if shape.digits > 0 && letters <= 3 {
        return true;
    }
    if shape.cased > 0 {
        // Nothing but capitalised words, or initials and names joined by a particle.
        if shape.closed && shape.words > 2 {
            return false;
        }
        let is_title = shape.capitalised * 4 >= shape.words * 3 && small <= 1;
        return shape.words <= 6
            && (is_title && (evidence.common == 0 || small == 1) || shape.tokens == 1 && !shape.closed);
    }
    let wide = [Script::Han, Script::Kana, Script::Thai, Script::Lao, Script::Khmer, Script::Myanmar]
        .iter()
        .map(|s| shape.letters.get(*s as usize).copied().unwrap_or(0))
        .sum::<u32>();
    if wide * 2 > letters {
        return letters < 5 && !shape.closed;
    }
    evidence.common == 0 && shape.words <= 2 && !shape.closed
}

/// The languages of a document's sentences, each with its probability: the path that explains all of them best, where
/// every change of language has its price and what the rest of the document is written in is likelier. `None` stays
/// `None`. Exact, and linear in the number of sentences: the best way into a language is from itself or from the best
/// of all.
pub(super) fn path(sentences: &[Option<Likely>]) -> Vec<Option<(usize, f32)>> {
    if let [one] = sentences {
        return vec![one.and_then(|likely| likely.shares().next())];
    }
    let pool = Pool::new(sentences);
    let mut totals = vec![0.0f32; pool.states.len()];
    let mut steps: Vec<(u8, u128)> = Vec::with_capacity(sentences.len());
    for likely in sentences.iter().flatten() {
        let from = best(&totals);
        let best_total = totals.get(from).copied().unwrap_or(0.0);
        let mut stayed = 0u128;
        for (state, (total, prior)) in totals.iter_mut().zip(&pool.priors).enumerate() {
            stayed |= u128::from(*total >= best_total - SWITCH) << state;
            // Kept near zero, so that a long document loses no precision.
            *total = (*total - best_total).max(-SWITCH) + FLOOR + prior;
        }
        for ((language, log), own) in likely.iter().zip(likely.shares()) {
            let state = pool.state(language);
            if let Some((total, prior)) = totals.get_mut(state).zip(pool.priors.get(state)) {
                *total += log - FLOOR + pool.prior_without(state, own.1) - prior;
            }
        }
        steps.push((from as u8, stayed));
    }
    let mut at = best(&totals);
    let mut found = Vec::with_capacity(sentences.len());
    for sentence in sentences.iter().rev() {
        found.push(sentence.map(|likely| (pool.language(at), pool.share(&likely, at))));
        if sentence.is_some()
            && let Some((from, stayed)) = steps.pop()
            && stayed >> at & 1 == 0
        {
            at = usize::from(from);
        }
    }
    found.reverse();
    found
}

/// What the sentences of a document are written in, taken together.
struct Pool {
    /// The languages that come into question, ascending.
    states: Vec<u8>,
    /// Sentences' worth of each.
    sums: Vec<f32>,
    /// What that makes likely, in nats.
    priors: Vec<f32>,
    voices: f32,
}

impl Pool {
    fn new(sentences: &[Option<Likely>]) -> Pool {
        let mut sums = [0.0f32; COUNT];
        let mut voices = 0.0;
        for likely in sentences.iter().flatten() {
            for (language, share) in likely.shares() {
                if let Some(sum) = sums.get_mut(language) {
                    *sum += share.max(f32::MIN_POSITIVE);
                }
            }
            voices += 1.0;
        }
        let (states, sums) = sums
            .into_iter()
            .enumerate()
            .filter(|(_, sum)| *sum > 0.0)
            .map(|(language, sum)| (language as u8, sum))
            .unzip();
        let mut pool = Pool { states, sums, priors: Vec::new(), voices };
        pool.priors = (0..pool.states.len()).map(|state| pool.prior_without(state, 0.0)).collect();
        pool
    }

    fn state(&self, language: usize) -> usize {
        self.states.binary_search(&(language as u8)).unwrap_or(0)
    }

    fn language(&self, state: usize) -> usize {
        self.states.get(state).copied().map_or(0, usize::from)
    }

    /// What the sentences make likely without the share of one of them.
    fn prior_without(&self, state: usize, own: f32) -> f32 {
        let sum = self.sums.get(state).copied().unwrap_or(0.0);
        let share = ((sum - own).max(0.0) + DOUBT / COUNT as f32) / (self.voices - 1.0 + DOUBT).max(DOUBT);
        share.ln().clamp(STRANGE, 0.0)
    }

    /// The probability of a state for a sentence, in the light of the others.
    fn share(&self, likely: &Likely, state: usize) -> f32 {
        let mut sum = 0.0;
        let mut chosen = 0.0;
        for ((language, log), own) in likely.iter().zip(likely.shares()) {
            let other = self.state(language);
            let chance = (log + CONTEXT * self.prior_without(other, own.1)).exp();
            sum += chance;
            if other == state {
                chosen = chance;
            }
        }
        chosen / sum.max(f32::MIN_POSITIVE)
    }
}

fn best(totals: &[f32]) -> usize {
    let mut found = (0, f32::NEG_INFINITY);
    for (state, total) in totals.iter().enumerate() {
        if *total > found.1 {
            found = (state, *total);
        }
    }
    found.0
}

const _: () = assert!(COUNT <= 128, "sets of languages are 128 bits");

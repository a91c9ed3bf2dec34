//! From evidence to an answer: one sentence by itself, and the sentences of a document in the light of each other.
//! Sentences without a language (names, numbers, addresses, code) are told apart here and take part in nothing.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::codes::LANGUAGES;
use super::model::COUNT;
use super::model::Evidence;
use super::script::Script;

/// Nats by language; the best is 0.
pub(super) type Logs = [f32; COUNT];

/// What a unit of the model's weights is worth in nats. The n-grams of a word overlap, so their sum says the same thing
/// several times over.
const WORTH: f32 = 0.25 / 13.0;
/// Nats below the best at which a language is out: one sentence can be damaged or mislabelled.
const FLOOR: f32 = -25.0;
/// Cost of another language in the next sentence, in nats.
const SWITCH: f32 = 3.0;
/// What the other sentences of the document weigh, against the sentence itself.
const POOL: f32 = 1.0;
/// Sentences' worth of doubt in the pool.
const DOUBT: f32 = 0.3;
/// Nats that the document takes from a language at most: a quotation may be the only sentence of its language.
const STRANGE: f32 = -3.0;

/// Log likelihoods of the allowed languages, `None` when the text speaks for none of them.
pub(super) fn likelihoods(evidence: &Evidence, allowed: u128) -> Option<Logs> {
    let allowed_scores = || {
        evidence
            .scores
            .iter()
            .enumerate()
            .filter(|(index, _)| allowed >> index & 1 == 1)
            .map(|(_, score)| *score)
    };
    let best = allowed_scores().max().filter(|best| *best > 0)?;
    let mut logs = [FLOOR; COUNT];
    for (index, (log, score)) in logs.iter_mut().zip(&evidence.scores).enumerate() {
        if allowed >> index & 1 == 1 {
            *log = ((score - best) as f32 * WORTH).max(FLOOR);
        }
    }
    Some(logs)
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
        return evidence.common == 0 && small == 0 && shape.words <= 6;
    }
    let wide = [Script::Han, Script::Kana, Script::Thai, Script::Lao, Script::Khmer, Script::Myanmar]
        .iter()
        .map(|s| shape.letters.get(*s as usize).copied().unwrap_or(0))
        .sum::<u32>();
    if wide * 2 > letters {
        return letters < 5 && !shape.closed;
    }
    evidence.common == 0 && shape.words <= 3 && !shape.closed
}

/// The best of the languages and its probability among them.
pub(super) fn best(logs: &Logs) -> (usize, f32) {
    let mut found = 0;
    let mut sum = 0.0;
    let top = logs.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    for (index, log) in logs.iter().enumerate() {
        sum += (log - top).exp();
        if *log > logs.get(found).copied().unwrap_or(f32::NEG_INFINITY) {
            found = index;
        }
    }
    (found, 1.0 / sum.max(1.0))
}

/// The languages of a document's sentences, each with its probability: the path that explains all of them best, where
/// every change of language has its price and what the rest of the document is written in is likelier. `None` stays
/// `None`. Exact, and linear in the number of sentences: the best way into a language is from itself or from the best
/// of all.
pub(super) fn path(sentences: &[Option<Logs>]) -> Vec<Option<(usize, f32)>> {
    let mut pool = [0.0f32; COUNT];
    let mut voices = 0.0;
    for logs in sentences.iter().flatten() {
        for (sum, share) in pool.iter_mut().zip(shares(logs)) {
            *sum += share;
        }
        voices += 1.0;
    }
    let mut totals = [0.0f32; COUNT];
    let mut before = 0;
    let mut steps: Vec<(u8, u128)> = Vec::with_capacity(sentences.len());
    for logs in sentences.iter().flatten() {
        let from = best(&totals).0;
        let best_total = totals.get(from).copied().unwrap_or(0.0);
        let mut stayed = 0u128;
        let prior = prior(&pool, voices, logs);
        for (index, ((total, log), prior)) in totals.iter_mut().zip(logs).zip(prior).enumerate() {
            if *total >= best_total - SWITCH {
                stayed |= 1 << index;
            } else {
                *total = best_total - SWITCH;
            }
            // Kept near zero, so that a long document loses no precision.
            *total = *total - best_total + log + prior;
        }
        steps.push((from as u8, stayed));
        before = best(&totals).0;
    }
    let mut found = Vec::with_capacity(sentences.len());
    let mut at = before;
    for logs in sentences.iter().rev() {
        let Some(logs) = logs else {
            found.push(None);
            continue;
        };
        let mut own = *logs;
        for (own, prior) in own.iter_mut().zip(prior(&pool, voices, logs)) {
            *own += prior;
        }
        let share = shares(&own).nth(at).unwrap_or(0.0);
        found.push(Some((at, share)));
        if let Some((from, stayed)) = steps.pop()
            && stayed >> at & 1 == 0
        {
            at = usize::from(from);
        }
    }
    found.reverse();
    found
}

/// What the other sentences make likely, in nats.
fn prior(pool: &Logs, voices: f32, own: &Logs) -> Logs {
    let mut prior = [0.0; COUNT];
    let doubt = DOUBT / COUNT as f32;
    for ((prior, sum), own) in prior.iter_mut().zip(pool).zip(shares(own)) {
        *prior = (POOL * (((sum - own).max(0.0) + doubt) / (voices - 1.0 + DOUBT)).ln()).max(STRANGE);
    }
    prior
}

fn shares(logs: &Logs) -> impl Iterator<Item = f32> {
    let top = logs.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = logs.iter().map(|log| (log - top).exp()).sum();
    logs.iter().map(move |log| (log - top).exp() / sum)
}

const _: () = assert!(LANGUAGES.len() <= 128, "sets of languages are 128 bits");

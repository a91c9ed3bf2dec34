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
/// Nats below the best of all languages at which the best of those allowed is no answer. Of sentences of four other languages
/// of 25 letters and more `en` was answered to 99 in 100, and is to 1; of its close relatives' `hr` is to 62 in 100, `nb` to
/// half; of their own sentences none is lost to `hr`, `gl` or the three of `en,fr,de`, 4 in 90 to `ms`. Of 5, 8, 12, 18 and 25
/// the middle between the two.
const ALLOWED: f32 = -8.0;
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
/// How much of both applies to a sentence in quotation marks, which may be another's words.
const QUOTED: f32 = 0.5;
/// How many times over the rest of the document counts in a probability: the sentences next to it say the same. Of 1,
/// 1.5 and 2 by the calibration error of documents' lines: .012, .007, .005.
const CONTEXT: f32 = 2.0;

/// The likeliest languages of a sentence, best first, in nats below the best.
#[derive(Clone, Copy, Debug)]
pub(super) struct Likely {
    languages: [u8; MOST],
    logs: [f32; MOST],
    /// The probability of each, when nothing else is known.
    shares: [f32; MOST],
    count: usize,
    /// How far the document may speak against its language, from 0 to 1.
    bound: f32,
}

impl Likely {
    /// A sentence that can be in one language only.
    pub(super) fn certain(language: u8) -> Likely {
        let mut likely =
            Likely { languages: [0; MOST], logs: [0.0; MOST], shares: [0.0; MOST], count: 1, bound: 1.0 };
        likely.languages[0] = language;
        likely.shares[0] = 1.0;
        likely
    }

    /// The languages with their nats and shares.
    fn iter(&self) -> impl Iterator<Item = (usize, f32, f32)> {
        let known = self.languages.iter().zip(self.logs).zip(self.shares).take(self.count);
        known.map(|((language, log), share)| (usize::from(*language), log, share))
    }

    fn language(&self, place: u8) -> usize {
        self.languages.get(usize::from(place)).copied().map_or(0, usize::from)
    }

    /// Where a language stands among them.
    fn place(&self, language: usize) -> Option<u8> {
        let mut known = self.languages.iter().take(self.count);
        known.position(|other| usize::from(*other) == language).map(|place| place as u8)
    }
}

/// The likeliest of the allowed languages, `None` when the text speaks for none of them, or far more for another.
pub(super) fn likely(evidence: &Evidence, allowed: u128) -> Option<Likely> {
    let bound = if evidence.shape.quoted { QUOTED } else { 1.0 };
    let mut scores = evidence.scores;
    let mut least = 1;
    if allowed != u128::MAX {
        let most = scores.iter().copied().fold(0, i16::max);
        least = least.max(most + (ALLOWED / WORTH) as i16);
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
    if best < least {
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
            // The last of them gives way; those below the score move down by one.
            count = (count + 1).min(MOST);
            let mut place = count - 1;
            while let Some(above) = place.checked_sub(1)
                && found[above].0 < *score
            {
                found[place] = found[above];
                place = above;
            }
            found[place] = (*score, (number * GROUP + index) as u8);
            let [.., (last, _)] = found;
            cut = cut.max(last);
        }
    }
    if count == 1 {
        return Some(Likely { bound, ..Likely::certain(found[0].1) });
    }
    let mut likely = Likely { languages: [0; MOST], logs: [FLOOR; MOST], shares: [0.0; MOST], count, bound };
    let mut sum = 0.0;
    let places = likely.languages.iter_mut().zip(&mut likely.logs).zip(&mut likely.shares);
    for (((language, log), share), (score, index)) in places.zip(found).take(count) {
        *language = index;
        *log = f32::from(score - best) * WORTH;
        *share = log.exp();
        sum += *share;
    }
    for share in &mut likely.shares {
        *share /= sum;
    }
    Some(likely)
}

/// Common words that make a headline of a line in capitals: one may be a name (`BILL GATES`). Of short sentences put in
/// capitals 464 of 11,517 stay without a language, 544 with none and 301 with one word; of the names that are in no
/// language 6, 2 and 13 of 176 get one.
const SHOUTED: u32 = 2;

/// Whether a text has no language of its own: names, numbers, addresses, code, credits.
pub(super) fn is_undetermined(evidence: &Evidence) -> bool {
    let shape = &evidence.shape;
    let letters = shape.total();
    if letters == 0 {
        return true;
    }
    let of = |script: Script| shape.letters.get(script as usize).copied().unwrap_or(0);
    // A language that is not among ours.
    if of(Script::Other) * 2 > letters {
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
        // In capitals, words look like names and names like words.
        let is_shouted = small == 0 && shape.upper * 4 >= shape.cased * 3;
        let enough = match small {
            0 if is_shouted => SHOUTED,
            0 => u32::MAX,
            _ => 1,
        };
        return shape.words <= 6
            && (is_title && (evidence.common < enough || small == 1) || shape.tokens == 1 && !shape.closed);
    }
    let wide = [Script::Han, Script::Kana, Script::Thai, Script::Lao, Script::Khmer, Script::Myanmar]
        .into_iter()
        .map(of)
        .sum::<u32>();
    if wide * 2 > letters {
        return letters < 5 && !shape.closed;
    }
    evidence.common == 0 && shape.words <= 2 && !shape.closed
}

/// The languages of a document's sentences, each with its probability: the path that explains all of them best, where
/// every change of language has its price and what the rest of the document is written in is likelier. `None` stays
/// `None`. Exact, and linear in the number of sentences: the best way into a language is from itself or from the best
/// of all, and a language that is not among a sentence's likeliest is [`FLOOR`] below, farther than it can be worth to
/// stay in it.
pub(super) fn path(sentences: &[Option<Likely>]) -> Vec<Option<(usize, f32)>> {
    if let [one] = sentences {
        return vec![one.map(|likely| (likely.language(0), likely.shares[0]))];
    }
    let pool = Pool::new(sentences);
    // For each likely language of each sentence, the one before it on the way, by its place there.
    let mut steps: Vec<[u8; MOST]> = Vec::with_capacity(sentences.len());
    let mut before: Option<(&Likely, [f32; MOST], u8)> = None;
    for likely in sentences.iter().flatten() {
        let mut totals = [0.0; MOST];
        let mut step = [0; MOST];
        let places = totals.iter_mut().zip(&mut step);
        for ((total, from), (language, log, own)) in places.zip(likely.iter()) {
            if let Some((last, last_totals, best)) = &before {
                let switch = -SWITCH * likely.bound.min(last.bound);
                let to_best = last_totals.get(usize::from(*best)).copied().unwrap_or(0.0);
                (*total, *from) = (switch, *best);
                if let Some(place) = last.place(language)
                    && let Some(stayed) = last_totals.get(usize::from(place))
                    && *stayed - to_best >= switch
                {
                    (*total, *from) = (stayed - to_best, place);
                }
            }
            // Alone it is the best, whatever it costs.
            if likely.count > 1 {
                *total += log + pool.prior_without(language, own).max(STRANGE * likely.bound);
            }
        }
        steps.push(step);
        before = Some((likely, totals, best(&totals, likely.count)));
    }
    let mut at = before.map_or(0, |(_, _, best)| best);
    let mut found = Vec::with_capacity(sentences.len());
    for sentence in sentences.iter().rev() {
        found.push(sentence.map(|likely| (likely.language(at), pool.share(&likely, at))));
        if sentence.is_some()
            && let Some(step) = steps.pop()
        {
            at = step.get(usize::from(at)).copied().unwrap_or(0);
        }
    }
    found.reverse();
    found
}

/// What the sentences of a document are written in, taken together.
struct Pool {
    /// Sentences' worth of each language.
    sums: [f32; COUNT],
    voices: f32,
}

impl Pool {
    fn new(sentences: &[Option<Likely>]) -> Pool {
        let mut pool = Pool { sums: [0.0; COUNT], voices: 0.0 };
        for likely in sentences.iter().flatten() {
            for (language, _, share) in likely.iter() {
                if let Some(sum) = pool.sums.get_mut(language) {
                    *sum += share.max(f32::MIN_POSITIVE);
                }
            }
            pool.voices += 1.0;
        }
        pool
    }

    /// What the sentences make likely, in nats, without the share of one of them.
    fn prior_without(&self, language: usize, own: f32) -> f32 {
        let sum = self.sums.get(language).copied().unwrap_or(0.0);
        let share = ((sum - own).max(0.0) + DOUBT / COUNT as f32) / (self.voices - 1.0 + DOUBT).max(DOUBT);
        share.ln().clamp(STRANGE, 0.0)
    }

    /// The probability of the language at a place for a sentence, in the light of the others.
    fn share(&self, likely: &Likely, place: u8) -> f32 {
        if likely.count == 1 {
            return 1.0;
        }
        let mut sum = 0.0;
        let mut chosen = 0.0;
        for (other, (language, log, own)) in likely.iter().enumerate() {
            let chance =
                (log + CONTEXT * self.prior_without(language, own).max(STRANGE * likely.bound)).exp();
            sum += chance;
            if other == usize::from(place) {
                chosen = chance;
            }
        }
        chosen / sum.max(f32::MIN_POSITIVE)
    }
}

/// Where the highest of the first totals is.
fn best(totals: &[f32; MOST], count: usize) -> u8 {
    let mut found = (0, f32::NEG_INFINITY);
    for (place, total) in totals.iter().enumerate().take(count) {
        if *total > found.1 {
            found = (place as u8, *total);
        }
    }
    found.0
}

const _: () = assert!(COUNT <= 128, "sets of languages are 128 bits");

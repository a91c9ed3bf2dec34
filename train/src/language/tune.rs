//! Tunes the counted weights so that they tell languages apart: gradient steps on the log likelihood of the right
//! language, over whole samples and short pieces of them, every language as often as any other and every source by how
//! far it is trusted. Only weights that the counts gave a place are moved, so the model keeps its size.

use std::collections::HashMap;

use copydesk::language::codes::LANGUAGES;
use copydesk::language::script::Script;
use copydesk::language::script::only_language;

use super::corpora::Corpora;
use super::corpora::Random;
use super::counts::KIN;
use super::counts::Row;
use super::counts::grams_of;
use super::counts::trust;

/// What a unit of weight is worth in nats when weights are summed: n-grams overlap.
const WORTH: f32 = 0.25;
/// The same while only half of the n-grams speak.
const HALF: f32 = 2.0 * WORTH;
/// Pieces of each language in a round.
const PIECES: usize = 4000;
/// Rounds, and the length of a step in the first; it falls to nothing.
const ROUNDS: usize = 8;
const STEP: f32 = 1.0;
/// How much of the way back to the counted weight a step goes.
const BACK: f32 = 0.004;

/// The rows that speak in a sample, word by word.
#[derive(Default)]
struct Piece {
    rows: Vec<u32>,
    /// Where each word ends in `rows`.
    ends: Vec<u32>,
}

/// Moves the weights of `rows`.
pub(crate) fn tune(corpora: &Corpora, rows: &mut [Row]) {
    let languages = LANGUAGES.len();
    let places: HashMap<u64, u32> =
        rows.iter().enumerate().map(|(place, row)| (row.hash, place as u32)).collect();
    let mut pieces: Vec<Vec<(f64, Vec<Piece>)>> = Vec::new();
    for (language, known) in LANGUAGES.iter().enumerate() {
        let mut by_source: Vec<Vec<Piece>> = Vec::new();
        by_source.resize_with(corpora.sources.len(), Vec::new);
        if only_language(known.3).is_none() {
            for sample in corpora.samples.iter().filter(|s| s.language == language) {
                by_source[sample.source as usize].push(piece(&sample.text, known.3, &places));
            }
        }
        let mut weighed = Vec::new();
        for (source, pieces) in by_source.into_iter().enumerate().filter(|(_, p)| !p.is_empty()) {
            let size = pieces.len() as f64;
            weighed.push((trust(&corpora.sources[source]) * size / (size + 300.0), pieces));
        }
        pieces.push(weighed);
    }
    // Row by row, where its weights are; they lie in one list.
    let mut starts = vec![0u32];
    let mut cells: Vec<(u8, f32)> = Vec::new();
    for row in rows.iter() {
        cells.extend_from_slice(&row.weights);
        starts.push(cells.len() as u32);
    }
    let counted: Vec<f32> = cells.iter().map(|c| c.1).collect();
    let place = |tag: &str| LANGUAGES.iter().position(|l| l.0 == tag).unwrap_or_default();
    let kin = KIN.map(|(one, other)| (place(one), place(other)));
    let mut random = Random(7);
    let mut order: Vec<usize> = (0..languages)
        .filter(|l| !pieces[*l].is_empty())
        .flat_map(|l| std::iter::repeat_n(l, PIECES))
        .collect();
    for round in 0..ROUNDS {
        for i in (1..order.len()).rev() {
            order.swap(i, random.below(i + 1));
        }
        let (mut loss, mut right) = (0.0, 0u32);
        let mut heard: Vec<u32> = Vec::new();
        for (number, &language) in order.iter().enumerate() {
            let done = (round as f32 + number as f32 / order.len() as f32) / ROUNDS as f32;
            let step = STEP * (1.0 - done);
            let shown = window(choose(&pieces[language], &mut random), &mut random);
            if shown.is_empty() {
                continue;
            }
            // A random half of what is seen speaks, so that a few n-grams that happen to tell the training text apart
            // do not do all the work: languages with little text lose others' text to their neighbours otherwise.
            heard.clear();
            heard.extend(shown.iter().filter(|_| random.below(2) == 0));
            let mut sums = [0.0f32; 128];
            let sums = &mut sums[..languages];
            for &row in &heard {
                for (l, w) in &cells[starts[row as usize] as usize..starts[row as usize + 1] as usize] {
                    sums[usize::from(*l)] += w;
                }
            }
            // What tells a language from the relative it was counted by was seen too seldom to be tuned: the two stand
            // and are moved together.
            for (one, other) in &kin {
                sums[*other] = sums[*other].max(sums[*one]);
                sums[*one] = f32::NEG_INFINITY;
            }
            let top = sums.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let mut chances: Vec<f32> = sums.iter().map(|s| ((s - top) * HALF).exp()).collect();
            let total: f32 = chances.iter().sum::<f32>().max(f32::MIN_POSITIVE);
            for chance in &mut chances {
                *chance /= total;
            }
            let language = kin.iter().find(|kin| kin.0 == language).map_or(language, |kin| kin.1);
            loss -= f64::from(chances[language].max(1e-9).ln());
            right += u32::from(chances[language] >= 0.5);
            chances[language] -= 1.0;
            for (one, other) in &kin {
                chances[*one] = chances[*other];
            }
            if chances[language] > -0.01 {
                continue;
            }
            for &row in &heard {
                for at in starts[row as usize] as usize..starts[row as usize + 1] as usize {
                    let (l, w) = cells[at];
                    cells[at].1 = w - step * (HALF * chances[usize::from(l)] + BACK * (w - counted[at]));
                }
            }
        }
        eprintln!(
            "round {round}: loss {:.4}, right {:.4}",
            loss / order.len() as f64,
            f64::from(right) / order.len() as f64
        );
    }
    for (row, start) in rows.iter_mut().zip(&starts) {
        for (i, weight) in row.weights.iter_mut().enumerate() {
            weight.1 = cells[*start as usize + i].1;
        }
    }
}

fn piece(text: &str, script: Script, places: &HashMap<u64, u32>) -> Piece {
    let mut piece = Piece::default();
    let mut found = Vec::new();
    grams_of(text, script, &mut found);
    for (hash, is_word) in found {
        if is_word && !piece.rows.is_empty() {
            piece.ends.push(piece.rows.len() as u32);
        }
        if let Some(row) = places.get(&hash) {
            piece.rows.push(*row);
        }
    }
    piece.ends.push(piece.rows.len() as u32);
    piece
}

fn choose<'p>(sources: &'p [(f64, Vec<Piece>)], random: &mut Random) -> &'p Piece {
    let total: f64 = sources.iter().map(|s| s.0).sum();
    let mut at = random.share() * total;
    let found = sources.iter().find(|s| {
        at -= s.0;
        at < 0.0
    });
    let pieces = &found.unwrap_or(&sources[0]).1;
    &pieces[random.below(pieces.len())]
}

/// The whole of a piece or, three times in five, a few words of it.
fn window<'p>(piece: &'p Piece, random: &mut Random) -> &'p [u32] {
    let words = piece.ends.len();
    if words < 3 || random.below(5) < 2 {
        return &piece.rows;
    }
    let length = 2 + random.below(6);
    let first = random.below(words.saturating_sub(length) + 1);
    let start = if first == 0 { 0 } else { piece.ends[first - 1] as usize };
    let end = piece.ends[(first + length - 1).min(words - 1)] as usize;
    &piece.rows[start..end]
}

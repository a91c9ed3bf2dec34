//! What words say of a line: logistic regression over lines, beside what a line's length says. A host's weight is bounded
//! for each word, and a word of fewer than three hosts has none, so that no site's own phrases are learned.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use copydesk::boilerplate::training::Lexicon;
use copydesk::boilerplate::training::keys_of;

use crate::boilerplate::Learned;
use crate::boilerplate::pages;

/// Hosts that must have a word.
const HOSTS: usize = 3;
/// What the lines of one host that have a word weigh together, at most.
const CAP: f32 = 1.5;
/// Weight of the prior that a word says nothing.
const PRIOR: f32 = 4.0;
/// So many times all weights go so far towards where each by itself would be best.
const ROUNDS: usize = 12;
const STEP: f32 = 0.7;
/// Words of a line beyond so many add nothing.
const MOST: usize = 400;

/// A line: of its kind the first of its host.
struct Row {
    fold: u64,
    target: f32,
    weight: f32,
    /// What its length says, in logits.
    by_length: f32,
    /// The words that several hosts have, as numbers, and how much of the line's weight counts for each.
    words: Vec<(u32, f32)>,
    /// By what the sum of the words' weights is multiplied.
    norm: f32,
}

/// What is learned from.
pub(crate) struct Lines {
    rows: Vec<Row>,
    /// The words' keys, in order, and for each the number of its hosts by fold.
    keys: Vec<u32>,
    hosts: Vec<BTreeMap<u64, usize>>,
}

impl Lines {
    /// The lines of `all`, once for each host.
    pub(crate) fn of(all: &[Learned], folds: u64) -> Lines {
        let mut order: Vec<&Learned> = all.iter().filter(|l| l.labelled.file < pages::WITH_SITE).collect();
        order.sort_by_key(|learned| learned.labelled.fold_key);
        let by_length = by_length(all);
        let mut lines = Vec::new();
        for of_host in order.chunk_by(|a, b| a.labelled.fold_key == b.labelled.fold_key) {
            let mut seen = BTreeSet::new();
            for learned in of_host {
                let host = learned.labelled.fold_key;
                for (unit, (target, weight)) in learned.page.units().iter().zip(&learned.targets) {
                    let text = |n: &u32| learned.labelled.lines[*n as usize].span.of(&learned.labelled.text);
                    let mut keys = keys_of(learned.page.lines_of(unit).iter().map(text));
                    keys.truncate(MOST);
                    if *weight > 0.0 && !keys.is_empty() && seen.insert((keys.clone(), *target > 0.5)) {
                        lines.push((host, *target, *weight, by_length[length(unit.halves())], keys));
                    }
                }
            }
        }
        let mut met: Vec<(u32, u64)> =
            lines.iter().flat_map(|(host, .., keys)| keys.iter().map(|key| (*key, *host))).collect();
        met.sort_unstable();
        met.dedup();
        let (mut keys, mut hosts) = (Vec::new(), Vec::new());
        for of_key in met.chunk_by(|a, b| a.0 == b.0).filter(|of_key| of_key.len() >= HOSTS) {
            let mut by_fold = BTreeMap::new();
            for (_, host) in of_key {
                *by_fold.entry(host % folds).or_default() += 1;
            }
            keys.push(of_key[0].0);
            hosts.push(by_fold);
        }
        let mut rows = Vec::with_capacity(lines.len());
        for of_host in lines.chunk_by(|a, b| a.0 == b.0) {
            let number = |key: &u32| keys.binary_search(key).ok().map(|n| n as u32);
            let mut weights: BTreeMap<u32, f32> = BTreeMap::new();
            for (_, _, weight, _, words) in of_host {
                words.iter().filter_map(number).for_each(|n| *weights.entry(n).or_default() += weight);
            }
            rows.extend(of_host.iter().map(|(host, target, weight, by_length, words)| Row {
                fold: host % folds,
                target: *target,
                weight: *weight,
                by_length: *by_length,
                words: words.iter().filter_map(number).map(|n| (n, (CAP / weights[&n]).min(1.0))).collect(),
                norm: 1.0 / (words.len() as f32).sqrt(),
            }));
        }
        Lines { rows, keys, hosts }
    }

    /// What words say on the hosts of all folds but one.
    pub(crate) fn learn(&self, except: Option<u64>) -> Lexicon {
        let of_others = |by_fold: &BTreeMap<u64, usize>| {
            by_fold.iter().filter(|(fold, _)| Some(**fold) != except).map(|(_, hosts)| hosts).sum::<usize>()
        };
        let is_known: Vec<bool> = self.hosts.iter().map(|by_fold| of_others(by_fold) >= HOSTS).collect();
        let mut weights = vec![0.0_f32; self.keys.len()];
        for _ in 0..ROUNDS {
            let mut sums = vec![[0.0, PRIOR]; self.keys.len()];
            for row in self.rows.iter().filter(|row| Some(row.fold) != except) {
                let said: f32 = row.words.iter().map(|(n, _)| weights[*n as usize]).sum();
                let p = 1.0 / (1.0 + (-(row.by_length + said * row.norm)).exp());
                let gradient = row.weight * row.norm * (row.target - p);
                // All words of the line go at once: each takes as much as the line's words do together.
                let curvature = row.norm * (row.weight * p * (1.0 - p)).max(1e-3);
                for (n, share) in &row.words {
                    sums[*n as usize][0] += share * gradient;
                    sums[*n as usize][1] += share * curvature;
                }
            }
            for ((weight, [gradient, curvature]), is_known) in weights.iter_mut().zip(sums).zip(&is_known) {
                if *is_known {
                    *weight += STEP * (gradient - PRIOR * *weight) / curvature;
                }
            }
        }
        Lexicon::of(self.keys.iter().copied().zip(weights))
    }
}

/// A step an octave, in every other place: the weights that are built in were learned so.
const fn length(halves: u32) -> usize {
    2 * (halves + 1).ilog2() as usize
}

/// What lengths say of lines, in logits.
fn by_length(all: &[Learned]) -> [f32; 64] {
    let mut sums = [[1.0_f32, 2.0]; 64];
    for learned in all {
        for (unit, (target, weight)) in learned.page.units().iter().zip(&learned.targets) {
            let sum = &mut sums[length(unit.halves())];
            sum[0] += target * weight;
            sum[1] += weight;
        }
    }
    sums.map(|[kept, all]| (kept / (all - kept)).ln())
}

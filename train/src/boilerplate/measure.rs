//! The benchmark's figures for one page: 4-gram F1 against the true text, damage, lines kept and dropped by kind.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use copydesk::boilerplate::Judged;
use copydesk::boilerplate::training::halves;
use copydesk::boilerplate::training::words;

use crate::boilerplate::pages::Labelled;

/// Sums over pages.
#[derive(Clone, Debug, Default)]
pub(crate) struct Figures {
    pages: f64,
    right: f64,
    left: f64,
    lost: f64,
    damaged: f64,
    words: f64,
    words_kept: f64,
    /// Lines kept and dropped, rightly and wrongly: [kept to keep, dropped to keep, kept to drop, dropped to drop].
    lines: [f64; 4],
    /// Lines of boilerplate by kind: left and dropped.
    kinds: BTreeMap<String, [f64; 2]>,
}

fn tokens(text: &str) -> Vec<u32> {
    text.lines().flat_map(words).map(|(hash, _)| hash).collect()
}

fn shingles(tokens: &[u32]) -> BTreeMap<&[u32], u32> {
    let mut counts = BTreeMap::new();
    let size = tokens.len().clamp(1, 4);
    for shingle in tokens.windows(size) {
        *counts.entry(shingle).or_default() += 1;
    }
    counts
}

impl Figures {
    /// The figures of one page.
    pub(crate) fn of(page: &Labelled, judged: &Judged, text: &str) -> Figures {
        let mut figures = Figures { pages: 1.0, ..Figures::default() };
        let (mut kept, mut whole) = (0.0, 0.0);
        let (mut keeps, mut neutral) = (BTreeSet::new(), BTreeSet::new());
        for ((line, (_, _, label)), verdict) in page.lines.iter().zip(&page.labels).zip(&judged.verdicts) {
            let line = line.span.of(&page.text);
            let is_drop = verdict.is_drop();
            if label == "k" {
                let length = f64::from(halves(line));
                whole += length;
                kept += if is_drop { 0.0 } else { length };
                keeps.insert(tokens(line));
                figures.lines[usize::from(is_drop)] += 1.0;
            } else if label.starts_with('n') {
                neutral.insert(tokens(line));
            } else if label.starts_with('d') {
                figures.lines[2 + usize::from(is_drop)] += 1.0;
                let kind = label.strip_prefix("d:").unwrap_or("other");
                figures.kinds.entry(kind.to_owned()).or_default()[usize::from(is_drop)] += 1.0;
            }
        }
        figures.words = whole;
        figures.words_kept = kept;
        figures.damaged = f64::from(u8::from(whole > 0.0 && kept < 0.9 * whole));
        if !page.gold.is_empty() {
            let is_scored = |line: &&str| {
                let tokens = tokens(line);
                keeps.contains(&tokens) || !neutral.contains(&tokens)
            };
            let scored: Vec<&str> = text.lines().filter(is_scored).collect();
            let (gold, out) = (tokens(&page.gold), tokens(&scored.join("\n")));
            let (gold, out) = (shingles(&gold), shingles(&out));
            let sum = |counts: &BTreeMap<&[u32], u32>| f64::from(counts.values().sum::<u32>());
            let shared: u32 = gold.iter().map(|(s, n)| *out.get(s).unwrap_or(&0).min(n)).sum();
            let right = f64::from(shared);
            let all = sum(&gold) + sum(&out) - right;
            figures.right = right / all;
            figures.left = (sum(&out) - right) / all;
            figures.lost = (sum(&gold) - right) / all;
        }
        figures
    }

    /// Adds the figures of other pages.
    pub(crate) fn add(&mut self, other: &Figures) {
        self.pages += other.pages;
        self.right += other.right;
        self.left += other.left;
        self.lost += other.lost;
        self.damaged += other.damaged;
        self.words += other.words;
        self.words_kept += other.words_kept;
        self.lines.iter_mut().zip(other.lines).for_each(|(sum, n)| *sum += n);
        for (kind, [left, dropped]) in &other.kinds {
            let sums = self.kinds.entry(kind.clone()).or_default();
            sums[0] += left;
            sums[1] += dropped;
        }
    }

    /// The head of a table of such rows.
    pub(crate) const HEAD: &str = "pages | F1 | precision | recall | damaged | words kept | keep F1 | drop F1 |\n|---|---|---|---|---|---|---|---|---|";

    /// The cells of a row of a table.
    pub(crate) fn row(&self) -> String {
        let [kept, lost, left, dropped] = self.lines;
        let shares = [
            f1(self.right, self.left, self.lost),
            self.right / (self.right + self.left),
            self.right / (self.right + self.lost),
            self.damaged / self.pages,
            self.words_kept / self.words,
            f1(kept, left, lost),
            f1(dropped, lost, left),
        ];
        // A file without true texts has no F1.
        let cell = |share: f64| if share.is_nan() { String::new() } else { format!("{share:.3}") };
        format!("{} | {} |", self.pages, shares.map(cell).join(" | "))
    }

    /// Rows of kind, lines, share dropped; most lines first.
    pub(crate) fn kinds(&self) -> String {
        let mut kinds: Vec<_> = self.kinds.iter().collect();
        kinds.sort_by(|a, b| b.1.iter().sum::<f64>().total_cmp(&a.1.iter().sum::<f64>()));
        let row = |(kind, [left, dropped]): (&String, &[f64; 2])| {
            format!("| {kind} | {} | {:.3} |\n", left + dropped, dropped / (left + dropped))
        };
        kinds.into_iter().map(row).collect()
    }
}

fn f1(right: f64, wrong: f64, missed: f64) -> f64 {
    2.0 * right / (2.0 * right + wrong + missed)
}

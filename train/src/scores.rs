//! Scores the segmentation of texts whose sentences are known, against UAX #29, and prints the table of the README.
//!
//! A file holds one JSON object a line: `lang`, `text`, and `sentences`, a list of `[start, end]` in code points. A boundary
//! is a place between two sentences, counted in characters that are not white space; the ends of a text are none.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::PathBuf;

use copydesk::Lang;
use copydesk::Span;
use copydesk::segment;
use copydesk::sentences::boundaries_of_unicode;
use serde_json::Value;

/// Boundaries found, of those the right ones, and boundaries there are.
#[derive(Clone, Copy, Default)]
struct Tally {
    found: usize,
    right: usize,
    gold: usize,
}

impl Tally {
    fn add(&mut self, found: &BTreeSet<usize>, gold: &BTreeSet<usize>) {
        self.found += found.len();
        self.right += found.intersection(gold).count();
        self.gold += gold.len();
    }

    fn f1(self) -> f64 {
        match self.found + self.gold {
            0 => 100.0,
            sum => 200.0 * self.right as f64 / sum as f64,
        }
    }
}

/// Prints the table over `files`.
pub(crate) fn print(files: &[PathBuf]) -> Result<(), Box<dyn std::error::Error>> {
    let mut scores: BTreeMap<String, (Tally, Tally)> = BTreeMap::new();
    for file in files {
        for line in std::fs::read_to_string(file)?.lines().filter(|l| !l.trim().is_empty()) {
            let record: Value = serde_json::from_str(line)?;
            let text = record["text"].as_str().unwrap_or_default();
            let lang = record["lang"].as_str().unwrap_or("und").to_owned();
            let gold = gold(text, &record["sentences"]);
            let (ours, unicode) = scores.entry(lang).or_default();
            ours.add(&boundaries(text, &segment(text, Lang::UND)), &gold);
            unicode.add(&boundaries(text, &boundaries_of_unicode(text)), &gold);
        }
    }
    let mean = |which: fn(&(Tally, Tally)) -> Tally| {
        scores.values().map(|s| which(s).f1()).sum::<f64>() / scores.len().max(1) as f64
    };
    let columns = 4;
    println!("{}|", "| language | copydesk | UAX #29 ".repeat(columns));
    println!("{}|", "|---|---|---".repeat(columns));
    let mean = format!("| **mean** | **{:.1}** | {:.1} ", mean(|s| s.0), mean(|s| s.1));
    let cells: Vec<String> = std::iter::once(mean)
        .chain(scores.iter().map(|(lang, (a, b))| format!("| {lang} | {:.1} | {:.1} ", a.f1(), b.f1())))
        .collect();
    for row in cells.chunks(columns) {
        println!("{}|", row.concat());
    }
    Ok(())
}

/// How many characters that are not white space stand before each sentence but the first.
fn boundaries(text: &str, spans: &[Span]) -> BTreeSet<usize> {
    let mut solid = 0;
    let mut at = 0;
    let mut found = BTreeSet::new();
    for span in spans {
        solid += Span::new(at, span.start).of(text).chars().filter(|c| !c.is_whitespace()).count();
        at = span.start;
        if solid > 0 {
            found.insert(solid);
        }
    }
    found
}

fn gold(text: &str, sentences: &Value) -> BTreeSet<usize> {
    let starts: BTreeSet<u64> =
        sentences.as_array().into_iter().flatten().filter_map(|s| s.get(0)?.as_u64()).collect();
    let mut solid = 0;
    let mut found = BTreeSet::new();
    for (i, c) in text.chars().enumerate() {
        if solid > 0 && starts.contains(&(i as u64)) {
            found.insert(solid);
        }
        solid += usize::from(!c.is_whitespace());
    }
    found
}

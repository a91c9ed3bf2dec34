//! What the shipped model is worth on a set of sentences with known language: by language, by length, and whether its
//! scores mean what they say. Prints the tables of docs/languages.md.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Result;
use std::path::Path;

use copydesk::language::codes::LANGUAGES;
use copydesk::language::identify;

use super::family;

#[derive(Default)]
struct Row {
    sentences: u32,
    right: u32,
    lenient: u32,
    taken_for: BTreeMap<&'static str, u32>,
}

/// Prints the tables for `SHARED/bench/langid/sentences.jsonl`.
pub(crate) fn print(shared: &Path) -> Result<()> {
    let mut rows: BTreeMap<&'static str, Row> = BTreeMap::new();
    let mut lengths: BTreeMap<(u8, &'static str), (u32, u32)> = BTreeMap::new();
    let mut bins = [(0u32, 0.0f64, 0u32, 0u32); 10];
    for line in BufReader::new(File::open(shared.join("bench/langid/sentences.jsonl"))?).lines() {
        let record: serde_json::Value = serde_json::from_str(&line?)?;
        let text = record["text"].as_str().unwrap_or_default();
        let tag = match record["lang"].as_str().unwrap_or_default() {
            "zh-Hans" => "zh",
            "kmr" => "ku",
            tag => tag,
        };
        let Some(gold) = LANGUAGES.iter().position(|l| l.0 == tag) else { continue };
        let found = identify(text);
        let index = LANGUAGES.iter().position(|l| l.0 == found.lang.tag());
        let is_right = index.is_some_and(|i| bare(i) == bare(gold));
        let is_lenient = index.is_some_and(|i| family(i) == family(gold));
        let row = rows.entry(LANGUAGES[gold].0).or_default();
        row.sentences += 1;
        row.right += u32::from(is_right);
        row.lenient += u32::from(is_lenient);
        if !is_right {
            *row.taken_for.entry(found.lang.tag()).or_default() += 1;
        }
        let length = match text.chars().count() {
            0..25 => (0, "under 25"),
            25..60 => (1, "25 to 60"),
            60..=150 => (2, "60 to 150"),
            _ => (3, "above 150"),
        };
        let of_length = lengths.entry(length).or_default();
        *of_length = (of_length.0 + 1, of_length.1 + u32::from(is_lenient));
        if index.is_some() {
            let bin = &mut bins[((found.confidence * 10.0) as usize).min(9)];
            *bin = (
                bin.0 + 1,
                bin.1 + f64::from(found.confidence),
                bin.2 + u32::from(is_right),
                bin.3 + u32::from(is_lenient),
            );
        }
    }
    println!("| letters and signs | sentences | right |\n| --- | ---: | ---: |");
    for ((_, name), (all, right)) in &lengths {
        println!("| {name} | {all} | {:.3} |", f64::from(*right) / f64::from(*all));
    }
    println!(
        "\n| score | sentences | mean score | right | right, strictly |\n| --- | ---: | ---: | ---: | ---: |"
    );
    let total: u32 = bins.iter().map(|b| b.0).sum();
    let mut errors = (0.0, 0.0);
    for (number, (all, sum, right, lenient)) in bins.iter().enumerate().filter(|(_, b)| b.0 > 0) {
        let [sum, right, lenient] =
            [*sum, f64::from(*right), f64::from(*lenient)].map(|n| n / f64::from(*all));
        let weight = f64::from(*all) / f64::from(total);
        errors = (errors.0 + weight * (sum - lenient).abs(), errors.1 + weight * (sum - right).abs());
        println!("| 0.{number} | {all} | {sum:.3} | {lenient:.3} | {right:.3} |");
    }
    println!("\nExpected calibration error: {:.3}, strictly {:.3}.", errors.0, errors.1);
    println!("\n| tag | sentences | right | strictly | taken for |\n| --- | ---: | ---: | ---: | --- |");
    let mut sorted: Vec<_> = rows.into_iter().collect();
    sorted.sort_by_key(|(tag, row)| (row.lenient * 1000 / row.sentences.max(1), *tag));
    for (tag, row) in sorted {
        let share = |n: u32| f64::from(n) / f64::from(row.sentences);
        let mut others: Vec<_> = row.taken_for.iter().collect();
        others.sort_by_key(|(tag, n)| (std::cmp::Reverse(**n), **tag));
        let others: Vec<String> = others.iter().take(3).map(|(tag, n)| format!("{tag} {n}")).collect();
        println!(
            "| {tag} | {} | {:.3} | {:.3} | {} |",
            row.sentences,
            share(row.lenient),
            share(row.right),
            others.join(", ")
        );
    }
    Ok(())
}

/// The language without its script, as the benchmark compares it.
fn bare(language: usize) -> &'static str {
    LANGUAGES[language].0.split('-').next().unwrap_or_default()
}

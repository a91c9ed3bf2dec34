//! What the shipped model is worth on sentences and documents with known language: by language, by length, and whether
//! its scores mean what they say. Prints the tables of docs/languages.md.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Result;
use std::path::Path;

use copydesk::Span;
use copydesk::language::Identified;
use copydesk::language::codes::LANGUAGES;
use copydesk::language::codes::find;
use copydesk::language::identify;
use copydesk::language::identify_sentences;
use serde_json::Value;

use super::family;

#[derive(Default)]
struct Row {
    sentences: u32,
    right: u32,
    lenient: u32,
    taken_for: BTreeMap<&'static str, u32>,
}

/// Scores and what became of them, by tenths: how many, their sum, how many right, how many right leniently.
#[derive(Default)]
struct Reliability([(u32, f64, u32, u32); 10]);

impl Reliability {
    fn add(&mut self, score: f32, is_right: bool, is_lenient: bool) {
        let bin = &mut self.0[((score * 10.0) as usize).min(9)];
        *bin =
            (bin.0 + 1, bin.1 + f64::from(score), bin.2 + u32::from(is_right), bin.3 + u32::from(is_lenient));
    }

    /// How far the scores are from the shares that are right, on average: as it is, and leniently.
    fn errors(&self) -> (f64, f64) {
        let total: u32 = self.0.iter().map(|b| b.0).sum();
        let error = |right: fn(&(u32, f64, u32, u32)) -> u32| {
            let sum: f64 = self.0.iter().map(|b| (b.1 - f64::from(right(b))).abs()).sum();
            sum / f64::from(total.max(1))
        };
        (error(|b| b.2), error(|b| b.3))
    }

    fn print(&self, of: &str) {
        println!("\n| score | {of} | mean score | right | right, leniently |");
        println!("| --- | ---: | ---: | ---: | ---: |");
        for (number, (all, sum, right, lenient)) in self.0.iter().enumerate().filter(|(_, b)| b.0 > 0) {
            let [sum, right, lenient] =
                [*sum, f64::from(*right), f64::from(*lenient)].map(|n| n / f64::from(*all));
            println!("| 0.{number} | {all} | {sum:.3} | {right:.3} | {lenient:.3} |");
        }
        let (strict, lenient) = self.errors();
        println!("\nExpected calibration error: {strict:.3}, leniently {lenient:.3}.");
    }
}

/// Prints the tables for `SHARED/bench/langid`.
pub(crate) fn print(shared: &Path) -> Result<()> {
    let mut rows: BTreeMap<&'static str, Row> = BTreeMap::new();
    let mut lengths: [(u32, u32, Reliability); 4] = Default::default();
    let mut reliability = Reliability::default();
    for record in records(&shared.join("bench/langid/sentences.jsonl"))? {
        let text = record["text"].as_str().unwrap_or_default();
        let Some(gold) = index(&record) else { continue };
        let found = identify(text);
        let (is_right, is_lenient) = compare(found, gold);
        let row = rows.entry(LANGUAGES[gold].0).or_default();
        row.sentences += 1;
        row.right += u32::from(is_right);
        row.lenient += u32::from(is_lenient);
        if !is_right {
            *row.taken_for.entry(found.lang.tag()).or_default() += 1;
        }
        let length = &mut lengths[match text.chars().count() {
            0..25 => 0,
            25..60 => 1,
            60..=150 => 2,
            _ => 3,
        }];
        length.0 += 1;
        length.1 += u32::from(is_lenient);
        if found.confidence > 0.0 {
            length.2.add(found.confidence, is_right, is_lenient);
            reliability.add(found.confidence, is_right, is_lenient);
        }
    }
    println!("| letters and signs | sentences | right, leniently | calibration error |");
    println!("| --- | ---: | ---: | ---: |");
    for (name, (all, right, of_length)) in
        ["under 25", "25 to 60", "60 to 150", "above 150"].iter().zip(&lengths)
    {
        let share = f64::from(*right) / f64::from(*all);
        println!("| {name} | {all} | {share:.3} | {:.3} |", of_length.errors().0);
    }
    reliability.print("sentences");
    documents(&shared.join("bench/langid/documents.jsonl"))?.print("lines of documents");
    let known: Vec<&str> = whatlang::Lang::all()
        .iter()
        .flat_map(|lang| find(lang.code()))
        .map(|index| LANGUAGES[index].0)
        .collect();
    let of_whatlang = rows.iter().filter(|(tag, _)| known.contains(tag));
    let (all, right) = of_whatlang.fold((0, 0), |sum, (_, row)| (sum.0 + row.sentences, sum.1 + row.lenient));
    println!(
        "\nIn the languages that whatlang knows, {:.3} of {all} sentences are right, leniently.",
        f64::from(right) / f64::from(all)
    );
    compact(&rows);
    by_language(rows);
    Ok(())
}

/// The table of the README: shares that are right, leniently, several languages in a row.
fn compact(rows: &BTreeMap<&'static str, Row>) {
    const COLUMNS: usize = 10;
    println!("\n{}|\n{}|", "| tag | right ".repeat(COLUMNS), "| --- | ---: ".repeat(COLUMNS));
    let cells: Vec<String> = rows
        .iter()
        .map(|(tag, row)| format!("| {tag} | {:.2} ", f64::from(row.lenient) / f64::from(row.sentences)))
        .collect();
    for cells in cells.chunks(COLUMNS) {
        println!("{}|", cells.concat());
    }
}

fn by_language(rows: BTreeMap<&'static str, Row>) {
    println!(
        "\n| tag | sentences | right | right, leniently | taken for |\n| --- | ---: | ---: | ---: | --- |"
    );
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
            share(row.right),
            share(row.lenient),
            others.join(", ")
        );
    }
}

/// How the scores of documents' lines come out, the document being their context.
fn documents(path: &Path) -> Result<Reliability> {
    let mut reliability = Reliability::default();
    for record in records(path)? {
        let text = record["text"].as_str().unwrap_or_default();
        let places: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
        let place = |value: &Value| places[value.as_u64().unwrap_or_default() as usize];
        let lines = record["sentences"].as_array().cloned().unwrap_or_default();
        let spans: Vec<Span> =
            lines.iter().map(|line| Span::new(place(&line["start"]), place(&line["end"]))).collect();
        for (line, found) in lines.iter().zip(identify_sentences(text, &spans)) {
            if let Some(gold) = index(line)
                && found.confidence > 0.0
            {
                let (is_right, is_lenient) = compare(found, gold);
                reliability.add(found.confidence, is_right, is_lenient);
            }
        }
    }
    Ok(reliability)
}

fn records(path: &Path) -> Result<Vec<Value>> {
    BufReader::new(File::open(path)?).lines().map(|line| Ok(serde_json::from_str(&line?)?)).collect()
}

/// The language that a record says it is in, as the benchmark writes it.
fn index(record: &Value) -> Option<usize> {
    let tag = match record["lang"].as_str().unwrap_or_default() {
        "zh-Hans" => "zh",
        "kmr" => "ku",
        tag => tag,
    };
    LANGUAGES.iter().position(|l| l.0 == tag)
}

/// Whether an answer is right, and whether it is leniently: scripts and regions never count, and Bosnian, Croatian and
/// Serbian, or Bokmål and Nynorsk, are one each in the lenient reading.
fn compare(found: Identified, gold: usize) -> (bool, bool) {
    let index = LANGUAGES.iter().position(|l| l.0 == found.lang.tag());
    let bare = |language: usize| LANGUAGES[language].0.split('-').next().unwrap_or_default();
    (index.is_some_and(|i| bare(i) == bare(gold)), index.is_some_and(|i| family(i) == family(gold)))
}

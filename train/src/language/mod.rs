//! The language model: samples, counts, tuning, and what it is worth on sources that it has not seen.

mod corpora;
mod counts;
mod table;
mod tune;
mod write;

use std::io::Result;
use std::path::Path;

use copydesk::language::codes::LANGUAGES;
use copydesk::language::model::Model;

use corpora::Corpora;
pub(crate) use table::print as table;

/// N-grams in the model; the logarithm of the buckets of its table.
const SIZE: usize = 410_000;
const BITS: u32 = 16;

/// Trains and writes the model; with `held_out`, the beginning of the name of a source, leaves that source out and
/// only says how the model does on it.
pub(crate) fn train(shared: &Path, cache: &Path, out: &Path, held_out: Option<&str>) -> Result<()> {
    let mut corpora = Corpora::load(shared, cache)?;
    eprintln!("{} samples of {} sources", corpora.samples.len(), corpora.sources.len());
    let mut tests = Vec::new();
    if let Some(start) = held_out {
        let sources = &corpora.sources;
        tests = corpora.samples.extract_if(.., |s| sources[s.source as usize].starts_with(start)).collect();
    }
    let mut rows = counts::rows(&corpora, SIZE);
    if held_out.is_some()
        && let Some(model) = Model::new(&write::bytes(&rows, BITS))
    {
        report(&model, &tests);
    }
    tune::tune(&corpora, &mut rows);
    let bytes = write::bytes(&rows, BITS);
    eprintln!("{} rows, {} bytes", rows.len(), bytes.len());
    if held_out.is_none() {
        return std::fs::write(out, bytes);
    }
    if let Some(model) = Model::new(&bytes) {
        report(&model, &tests);
        calibration(&model, &tests);
    }
    Ok(())
}

/// What a model file is worth on the sentences of the benchmark, each by itself.
pub(crate) fn check(shared: &Path, file: &Path) -> Result<()> {
    use std::io::BufRead;
    let bytes = std::fs::read(file)?;
    let mut tests = Vec::new();
    for line in
        std::io::BufReader::new(std::fs::File::open(shared.join("bench/langid/sentences.jsonl"))?).lines()
    {
        let record: serde_json::Value = serde_json::from_str(&line?)?;
        let tag = match record["lang"].as_str().unwrap_or_default() {
            "zh-Hans" => "zh",
            "kmr" => "ku",
            tag => tag,
        };
        if let Some(language) = LANGUAGES.iter().position(|l| l.0 == tag) {
            let text = record["text"].as_str().unwrap_or_default().to_owned();
            tests.push(corpora::Sample { language, source: 0, text });
        }
    }
    if let Some(model) = Model::new(&bytes) {
        report(&model, &tests);
        calibration(&model, &tests);
    }
    Ok(())
}

fn report(model: &Model<'_>, tests: &[corpora::Sample]) {
    let mut counts = [[0u32; 2]; 4];
    let mut by_language = vec![[0u32; 2]; LANGUAGES.len()];
    for sample in tests {
        let evidence = model.read(&sample.text, None);
        let best =
            (0..LANGUAGES.len()).max_by_key(|i| (evidence.scores[*i], LANGUAGES.len() - i)).unwrap_or(0);
        let bucket = match sample.text.chars().count() {
            0..25 => 0,
            25..60 => 1,
            60..=150 => 2,
            _ => 3,
        };
        let is_right = family(best) == family(sample.language);
        counts[bucket][usize::from(is_right)] += 1;
        by_language[sample.language][usize::from(is_right)] += 1;
    }
    let share = |c: &[u32; 2]| f64::from(c[1]) / f64::from((c[0] + c[1]).max(1));
    for (name, c) in ["<25", "25-60", "60-150", ">150"].iter().zip(&counts) {
        eprintln!("{name:>8} {:>7} {:.4}", c[0] + c[1], share(c));
    }
    let mut worst: Vec<usize> = (0..LANGUAGES.len()).filter(|i| by_language[*i] != [0, 0]).collect();
    worst.sort_by(|a, b| share(&by_language[*a]).total_cmp(&share(&by_language[*b])));
    let mean = worst.iter().map(|i| share(&by_language[*i])).sum::<f64>() / worst.len().max(1) as f64;
    eprintln!("mean over languages {mean:.4}");
    for i in worst.iter().take(30) {
        eprint!("{} {:.3}  ", LANGUAGES[*i].0, share(&by_language[*i]));
    }
    eprintln!();
}

/// How far the probabilities are from what they promise, for several temperatures, by length: what the calibration in
/// `copydesk::language` is chosen by.
fn calibration(model: &Model<'_>, tests: &[corpora::Sample]) {
    for temperature in [0.7f64, 1.0, 1.4, 2.0, 2.8, 4.0] {
        let mut bins = vec![[(0u32, 0.0f64, 0u32); 10]; 4];
        for sample in tests {
            let scores = model.read(&sample.text, None).scores;
            let best = (0..LANGUAGES.len()).max_by_key(|i| (scores[*i], LANGUAGES.len() - i)).unwrap_or(0);
            let worth = 0.25 / f64::from(write::SCALE) / temperature;
            // The families count as one here as they do in the benchmark's lenient reading.
            let chance = |i: usize| ((f64::from(scores[i]) - f64::from(scores[best])) * worth).exp();
            let sum: f64 = (0..LANGUAGES.len()).map(chance).sum();
            let is_right = family(best) == family(sample.language);
            let length = match sample.text.chars().count() {
                0..25 => 0,
                25..60 => 1,
                60..=150 => 2,
                _ => 3,
            };
            let bin = &mut bins[length][((10.0 / sum) as usize).min(9)];
            *bin = (bin.0 + 1, bin.1 + 1.0 / sum, bin.2 + u32::from(is_right));
        }
        eprint!("temperature {temperature:.1}:");
        for bins in &bins {
            let all: u32 = bins.iter().map(|b| b.0).sum();
            let error: f64 =
                bins.iter().map(|b| (b.1 - f64::from(b.2)).abs()).sum::<f64>() / f64::from(all.max(1));
            let signed: f64 = bins.iter().map(|b| b.1 - f64::from(b.2)).sum::<f64>() / f64::from(all.max(1));
            eprint!(" {error:.3} ({signed:+.3})");
        }
        eprintln!();
    }
}

/// The tag, one for the languages that the benchmark's lenient reading takes as one.
fn family(language: usize) -> &'static str {
    match LANGUAGES[language].0 {
        "hr" | "bs" | "sr-Latn" => "sr",
        "nn" => "nb",
        "zh-Hant" => "zh",
        other => other,
    }
}

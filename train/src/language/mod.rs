//! The language model: samples, counts, tuning, and what it is worth on sources that it has not seen.

mod corpora;
mod counts;
mod write;

use std::io::Result;
use std::path::Path;

use copydesk::language::codes::LANGUAGES;
use copydesk::language::model::Model;

use corpora::Corpora;

/// N-grams in the model and bits of its table.
const SIZE: usize = 190_000;
const BITS: u32 = 18;

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
    let rows = counts::rows(&corpora, SIZE);
    let bytes = write::bytes(&rows, BITS);
    eprintln!("{} rows, {} bytes", rows.len(), bytes.len());
    if held_out.is_none() {
        return std::fs::write(out, bytes);
    }
    if let Some(model) = Model::new(&bytes) {
        report(&model, &tests);
    }
    Ok(())
}

fn report(model: &Model<'_>, tests: &[corpora::Sample]) {
    let mut counts = [[0u32; 2]; 4];
    let mut by_language = vec![[0u32; 2]; LANGUAGES.len()];
    for sample in tests {
        let evidence = model.read(&sample.text);
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

/// The tag, one for the languages that the benchmark's lenient reading takes as one.
fn family(language: usize) -> &'static str {
    match LANGUAGES[language].0 {
        "hr" | "bs" | "sr-Latn" => "sr",
        "nn" => "nb",
        "zh-Hant" => "zh",
        other => other,
    }
}

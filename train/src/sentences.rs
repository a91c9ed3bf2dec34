//! What `copydesk::sentences` learns: the frequent words of each language (`rules/function-words.txt`), and the weights
//! of `sentences::unspaced`, by logistic regression over the gaps of Thai text. Sentences are joined by one space as they
//! stand in the training file; a gap between sentences is a yes, a space inside one a no.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufRead;
use std::io::BufReader;
use std::path::Path;

use copydesk::sentences::unspaced::UNIT;
use copydesk::sentences::unspaced::WEIGHTS;
use copydesk::sentences::unspaced::features;
use flate2::read::GzDecoder;

/// Sentences joined to a text: as many as make a paragraph.
const PARAGRAPH: usize = 10;
const EPOCHS: usize = 14;
const RATE: f32 = 0.2;
const DECAY: f32 = 0.001;
/// Sources of whole sentences. The others of the file hold fragments cut at every stop.
const SOURCES: [&str; 3] = ["ud:Thai-TUD", "ud:Thai-PUD", "tatoeba"];

/// A gap: the places of its features, and whether a sentence ends there.
type Sample = (Vec<usize>, bool);

/// Words kept for a language at most, and the fewest that make a list.
const WORDS: usize = 150;
const FEWEST: usize = 15;

/// Writes the words and the weights below `root`, the project's folder.
pub(crate) fn train(shared: &Path, root: &Path) -> std::io::Result<()> {
    let path = shared.join("train/sentences.tsv.gz");
    let mut counts: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    let mut thai: [Vec<String>; SOURCES.len()] = std::array::from_fn(|_| Vec::new());
    for line in BufReader::new(GzDecoder::new(File::open(path)?)).lines() {
        let line = line?;
        let mut fields = line.splitn(3, '\t');
        let (Some(tag), Some(source), Some(text)) = (fields.next(), fields.next(), fields.next()) else {
            continue;
        };
        count(text, counts.entry(tag.split('-').next().unwrap_or(tag).to_owned()).or_default());
        if let Some(list) =
            SOURCES.iter().position(|s| tag == "th" && *s == source).and_then(|i| thai.get_mut(i))
        {
            list.push(text.trim().to_owned());
        }
    }
    std::fs::write(root.join("rules/function-words.txt"), words(&counts))?;
    let samples = samples(&thai);
    let ends = samples.iter().filter(|(_, ends)| *ends).count();
    eprintln!("{} gaps in Thai, {ends} of them ends", samples.len());
    let weights: Vec<u8> = fit(samples)
        .iter()
        .map(|w| ((w / UNIT).round().clamp(-127.0, 127.0) as i8).cast_unsigned())
        .collect();
    std::fs::write(root.join("src/sentences/thai.bin"), weights)
}

/// Counts the words in lower case, the first of the sentence left out.
fn count(text: &str, counts: &mut BTreeMap<String, usize>) {
    for word in text.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty()).skip(1) {
        if word.chars().nth(1).is_some() && word.chars().all(char::is_lowercase) {
            *counts.entry(word.to_owned()).or_default() += 1;
        }
    }
}

fn words(counts: &BTreeMap<String, BTreeMap<String, usize>>) -> String {
    let mut out = String::from(
        "# The most frequent lower-case words of each language: the tag, then the words, sorted. Made by `copydesk-train\n\
         # sentences` from the training text credited in NOTICE.\n",
    );
    for (tag, counts) in counts {
        let total: usize = counts.values().sum();
        let mut list: Vec<(&String, usize)> =
            counts.iter().map(|(word, n)| (word, *n)).filter(|(_, n)| *n >= 5 && n * 2500 >= total).collect();
        list.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        list.truncate(WORDS);
        list.sort();
        if list.len() >= FEWEST {
            out.push_str(tag);
            for (word, _) in list {
                out.push(' ');
                out.push_str(word);
            }
            out.push('\n');
        }
    }
    out
}

fn samples(thai: &[Vec<String>]) -> Vec<Sample> {
    let mut samples = Vec::new();
    for paragraph in thai.iter().flat_map(|s| s.chunks(PARAGRAPH)) {
        let text = paragraph.join(" ");
        let mut sentence = 0;
        let mut end = 0;
        for one in paragraph {
            end += one.len();
            for (at, _) in text.match_indices(' ').filter(|(at, _)| (sentence..=end).contains(at)) {
                let mut places = Vec::new();
                features(&text, sentence, at, at + 1, |i| places.push(i));
                samples.push((places, at == end));
            }
            end += 1;
            sentence = end;
        }
    }
    samples
}

/// Adagrad over shuffled samples; the shuffling is a fixed permutation generator, so that a run repeats to the byte.
fn fit(mut samples: Vec<Sample>) -> Vec<f32> {
    let mut weights = vec![0f32; WEIGHTS];
    let mut squares = vec![0.1f32; WEIGHTS];
    let mut state = 0x2545_f491_4f6c_dd1du64;
    for _ in 0..EPOCHS {
        for i in (1..samples.len()).rev() {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            samples.swap(i, (state % (i as u64 + 1)) as usize);
        }
        for (places, ends) in &samples {
            let sum: f32 = places.iter().map(|i| weights[*i]).sum();
            let error = 1.0 / (1.0 + (-sum).exp()) - f32::from(u8::from(*ends));
            for i in places {
                let gradient = error + DECAY * weights[*i];
                squares[*i] += gradient * gradient;
                weights[*i] -= RATE * gradient / squares[*i].sqrt();
            }
        }
    }
    weights
}

//! The texts and tables that the language model learns from, as samples: a language, a source, a piece of text.
//! Texts come from `SHARED/train/sentences.tsv.gz` and from train/cache (train/tools/fetch.py); n-gram tables are
//! turned into words drawn from them, so that everything after this is one mechanism.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Result;
use std::path::Path;

use copydesk::language::codes::LANGUAGES;
use copydesk::language::script::Script;
use copydesk::language::script::script_of;
use flate2::read::GzDecoder;

/// Marks an end of a fragment where the word goes on. It is a letter for nobody.
pub(crate) const OPEN: char = '\u{E000}';
/// Words drawn from each n-gram table.
const DRAWN: usize = 32_000;
/// Words in a drawn sample.
const DRAWN_SAMPLE: usize = 8;
/// Fragments drawn from each table of fragments.
const FRAGMENTS: usize = 24_000;

/// A piece of text in a known language.
pub(crate) struct Sample {
    pub(crate) language: usize,
    pub(crate) source: u16,
    pub(crate) text: String,
}

/// All samples and the names of their sources.
#[derive(Default)]
pub(crate) struct Corpora {
    pub(crate) samples: Vec<Sample>,
    pub(crate) sources: Vec<String>,
}

/// A generator of numbers that gives the same ones every time (splitmix64).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
}

impl Corpora {
    /// Everything there is. Sentences of the benchmark are left out wherever they come from.
    pub(crate) fn load(shared: &Path, cache: &Path) -> Result<Corpora> {
        let held_out = benchmark(&shared.join("bench/langid"))?;
        let mut corpora = Corpora::default();
        for path in [shared.join("train/sentences.tsv.gz"), cache.join("texts.tsv.gz")] {
            for line in BufReader::new(GzDecoder::new(File::open(path)?)).lines() {
                let line = line?;
                let mut fields = line.splitn(3, '\t');
                let (Some(tag), Some(source), Some(text)) = (fields.next(), fields.next(), fields.next())
                else {
                    continue;
                };
                if let Some(language) = index(tag, text)
                    && !held_out.contains(&plain(text))
                {
                    corpora.push(language, source, text.to_owned());
                }
            }
        }
        corpora.add_fragments(&cache.join("fragments.tsv.gz"))?;
        for line in drawn(cache)?.lines() {
            if let Some((tag, words)) = line.split_once('\t')
                && let Some(language) = LANGUAGES.iter().position(|l| l.0 == tag)
            {
                corpora.push(language, "lingua", words.to_owned());
            }
        }
        Ok(corpora)
    }

    fn push(&mut self, language: usize, source: &str, text: String) {
        let known = self.sources.iter().position(|s| s == source);
        let source = known.unwrap_or_else(|| {
            self.sources.push(source.to_owned());
            self.sources.len() - 1
        }) as u16;
        self.samples.push(Sample { language, source, text });
    }

    fn add_fragments(&mut self, path: &Path) -> Result<()> {
        let mut tables: BTreeMap<(usize, String), Vec<(f64, String)>> = BTreeMap::new();
        for line in BufReader::new(GzDecoder::new(File::open(path)?)).lines() {
            let line = line?;
            let mut fields = line.splitn(4, '\t');
            let (Some(tag), Some(source), Some(weight), Some(text)) =
                (fields.next(), fields.next(), fields.next(), fields.next())
            else {
                continue;
            };
            if let Some(language) = LANGUAGES.iter().position(|l| l.0 == tag) {
                let mut open = String::new();
                if !text.starts_with(' ') {
                    open.push(OPEN);
                }
                open.push_str(text);
                if !text.ends_with(' ') {
                    open.push(OPEN);
                }
                tables
                    .entry((language, source.to_owned()))
                    .or_default()
                    .push((weight.parse().unwrap_or(0.0), open));
            }
        }
        for ((language, source), table) in tables {
            let mut random = Random(language as u64 + 1000);
            let mut sums = Vec::new();
            let mut sum = 0.0;
            for (weight, _) in &table {
                sum += weight;
                sums.push(sum);
            }
            for _ in 0..FRAGMENTS / DRAWN_SAMPLE {
                let drawn: Vec<&str> = (0..DRAWN_SAMPLE)
                    .map(|_| {
                        let at = random.share() * sum;
                        let place = sums.partition_point(|s| *s < at).min(table.len() - 1);
                        table[place].1.as_str()
                    })
                    .collect();
                self.push(language, &source, drawn.join(" "));
            }
        }
        Ok(())
    }
}

/// Words drawn from every lingua table, kept in the cache for the next time.
fn drawn(cache: &Path) -> Result<String> {
    let kept = cache.join("drawn.tsv");
    if let Ok(text) = std::fs::read_to_string(&kept) {
        return Ok(text);
    }
    let mut text = String::new();
    for (number, (name, tag)) in LINGUA.into_iter().enumerate() {
        let path = cache.join(format!("lingua/lingua-{name}-language-model/models/ngrams.fst"));
        let words = Words::new(&std::fs::read(path)?);
        let mut random = Random(number as u64);
        for _ in 0..DRAWN / DRAWN_SAMPLE {
            let words: Vec<String> = (0..DRAWN_SAMPLE).map(|_| words.draw(&mut random)).collect();
            text.push_str(&format!("{tag}\t{}\n", words.join(" ")));
        }
    }
    std::fs::write(kept, &text)?;
    Ok(text)
}

/// The language of a tag of the training text, if it is one of ours and the text is in its script.
fn index(tag: &str, text: &str) -> Option<usize> {
    let wide = |script| if script == Script::Kana { Script::Han } else { script };
    let mut counts: BTreeMap<Script, usize> = BTreeMap::new();
    for c in text.chars() {
        let script = if c.is_ascii_alphabetic() { Some(Script::Latin) } else { script_of(c) };
        if let Some(script) = script {
            *counts.entry(wide(script)).or_default() += 1;
        }
    }
    let (script, _) = counts.into_iter().max_by_key(|(_, n)| *n)?;
    let tag = match tag {
        "zh-Hans" => "zh",
        "kmr" => "ku",
        "arz" | "arq" => "ar",
        "sr" if script == Script::Latin => "sr-Latn",
        other => other,
    };
    LANGUAGES.iter().position(|l| l.0 == tag && wide(l.3) == script)
}

fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect()
}

/// The letters of every sentence of the benchmark: these are for measuring only.
fn benchmark(folder: &Path) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for name in ["sentences.jsonl", "documents.jsonl", "undetermined.jsonl"] {
        for line in BufReader::new(File::open(folder.join(name))?).lines() {
            let record: serde_json::Value = serde_json::from_str(&line?)?;
            let text = record["text"].as_str().unwrap_or_default();
            found.extend(text.lines().map(plain));
        }
    }
    Ok(found)
}

/// A lingua table as a source of words. Its n-grams never cross a word's end, and each says how often its last letter
/// follows the others. So what is missing from the sum is how often the word ends there, and an n-gram's count less
/// that of its extensions to the left is how often a word begins with it.
struct Words {
    begins: BTreeMap<String, Vec<(char, f64)>>,
    follows: BTreeMap<String, Vec<(char, f64)>>,
    first: Vec<(char, f64)>,
}

impl Words {
    fn new(bytes: &[u8]) -> Words {
        use fst::Streamer;
        let mut words = Words { begins: BTreeMap::new(), follows: BTreeMap::new(), first: Vec::new() };
        let Ok(map) = fst::Map::new(bytes) else { return words };
        let mut counts: BTreeMap<String, f64> = BTreeMap::new();
        let mut stream = map.stream();
        // Keys come in order, so an n-gram follows its own beginning.
        while let Some((key, value)) = stream.next() {
            let Ok(gram) = std::str::from_utf8(key) else { continue };
            let chance = f64::from_bits(value).exp();
            let Some(last) = gram.chars().next_back() else { continue };
            let before = gram.strip_suffix(last).unwrap_or_default();
            let count =
                if before.is_empty() { chance } else { counts.get(before).copied().unwrap_or(0.0) * chance };
            counts.insert(gram.to_owned(), count);
            if !before.is_empty() {
                words.follows.entry(before.to_owned()).or_default().push((last, chance));
            }
        }
        let mut begins = counts.clone();
        for (gram, count) in &counts {
            let mut chars = gram.chars();
            chars.next();
            if let Some(rest) = begins.get_mut(chars.as_str()) {
                *rest -= count;
            }
        }
        for (gram, count) in begins {
            let Some(last) = gram.chars().next_back() else { continue };
            if gram.chars().count() > 4 || count <= 0.0 {
                continue;
            }
            let before = gram.strip_suffix(last).unwrap_or_default();
            if before.is_empty() {
                words.first.push((last, count));
            } else {
                words.begins.entry(before.to_owned()).or_default().push((last, count));
            }
        }
        // Counts of beginnings become chances; what is missing is the end of the word.
        let mut whole: BTreeMap<String, f64> = words.first.iter().map(|(c, n)| (c.to_string(), *n)).collect();
        for (before, following) in &words.begins {
            for (last, count) in following {
                whole.insert(format!("{before}{last}"), *count);
            }
        }
        for (before, following) in &mut words.begins {
            let sum: f64 = following.iter().map(|f| f.1).sum();
            let total = whole.get(before).copied().unwrap_or(0.0).max(sum);
            for f in following {
                f.1 /= total;
            }
        }
        let sum: f64 = words.first.iter().map(|f| f.1).sum();
        for f in &mut words.first {
            f.1 /= sum;
        }
        words
    }

    fn draw(&self, random: &mut Random) -> String {
        let mut word = String::new();
        for length in 0..24 {
            let chances = match length {
                0 => Some(&self.first),
                1..=3 => self.begins.get(&word),
                _ => {
                    let back = word.char_indices().rev().nth(3).map_or(0, |(i, _)| i);
                    word.get(back..).and_then(|last| self.follows.get(last))
                }
            };
            let mut at = random.share();
            let next = chances.and_then(|chances| {
                chances.iter().find(|(_, chance)| {
                    at -= chance;
                    at < 0.0
                })
            });
            match next {
                Some((letter, _)) => word.push(*letter),
                None => break,
            }
        }
        word
    }
}

#[rustfmt::skip]
/// The tables that cargo vendors, and what they are tables of.
const LINGUA: [(&str, &str); 75] = [
    ("afrikaans", "af"), ("albanian", "sq"), ("arabic", "ar"), ("armenian", "hy"), ("azerbaijani", "az"),
    ("basque", "eu"), ("belarusian", "be"), ("bengali", "bn"), ("bokmal", "nb"), ("bosnian", "bs"),
    ("bulgarian", "bg"), ("catalan", "ca"), ("chinese", "zh"), ("croatian", "hr"), ("czech", "cs"),
    ("danish", "da"), ("dutch", "nl"), ("english", "en"), ("esperanto", "eo"), ("estonian", "et"),
    ("finnish", "fi"), ("french", "fr"), ("ganda", "lg"), ("georgian", "ka"), ("german", "de"),
    ("greek", "el"), ("gujarati", "gu"), ("hebrew", "he"), ("hindi", "hi"), ("hungarian", "hu"),
    ("icelandic", "is"), ("indonesian", "id"), ("irish", "ga"), ("italian", "it"), ("japanese", "ja"),
    ("kazakh", "kk"), ("korean", "ko"), ("latin", "la"), ("latvian", "lv"), ("lithuanian", "lt"),
    ("macedonian", "mk"), ("malay", "ms"), ("maori", "mi"), ("marathi", "mr"), ("mongolian", "mn"),
    ("nynorsk", "nn"), ("persian", "fa"), ("polish", "pl"), ("portuguese", "pt"), ("punjabi", "pa"),
    ("romanian", "ro"), ("russian", "ru"), ("serbian", "sr"), ("shona", "sn"), ("slovak", "sk"),
    ("slovene", "sl"), ("somali", "so"), ("sotho", "st"), ("spanish", "es"), ("swahili", "sw"),
    ("swedish", "sv"), ("tagalog", "tl"), ("tamil", "ta"), ("telugu", "te"), ("thai", "th"),
    ("tsonga", "ts"), ("tswana", "tn"), ("turkish", "tr"), ("ukrainian", "uk"), ("urdu", "ur"),
    ("vietnamese", "vi"), ("welsh", "cy"), ("xhosa", "xh"), ("yoruba", "yo"), ("zulu", "zu"),
];

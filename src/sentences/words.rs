//! What is known of words: abbreviations per language (`rules/abbreviations/`), frequent short words per language
//! (`rules/function-words.txt`). The latter tell that a capital begins a sentence, and what language a text is in.

use std::sync::LazyLock;

use super::tables;

/// Whether a sentence may end with an abbreviation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Never: a title, a word that a name or a figure follows.
    Title,
    /// It may: what follows decides.
    Either,
    /// Most often, when a capital follows: units, `etc.`, `a.m.`
    Last,
}

/// A set of the languages of `rules/function-words.txt`, by their place in it.
pub(super) type Langs = u128;

/// A table of words, sorted by the word.
#[expect(clippy::disallowed_types, reason = "looked up, never iterated")]
type Table<K, V> = std::collections::HashMap<K, V, std::hash::BuildHasherDefault<Folding>>;

/// Multiplies and folds, eight bytes at a time: the words are short and the tables fixed.
#[derive(Clone, Copy, Default)]
pub(super) struct Folding(u64);

impl Folding {
    fn add(&mut self, value: u64) {
        let product = u128::from(self.0 ^ value) * 0x9e37_79b9_7f4a_7c15;
        self.0 = (product as u64) ^ ((product >> 64) as u64);
    }
}

impl std::hash::Hasher for Folding {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        let (eights, rest) = bytes.as_chunks();
        for &eight in eights {
            self.add(u64::from_le_bytes(eight));
        }
        let rest = rest.iter().fold(bytes.len() as u64, |sum, &b| sum << 8 | u64::from(b));
        self.add(rest);
    }

    fn write_u8(&mut self, _: u8) {
        // The end of a word: its length is in the hash.
    }

    fn write_usize(&mut self, _: usize) {
        // The length of a word, likewise.
    }
}

struct Words {
    tags: Vec<&'static str>,
    frequent: Table<&'static str, Langs>,
    /// The same by their bytes.
    sampled: Table<&'static [u8], Langs>,
    abbreviations: Table<&'static str, Vec<Entry>>,
}

/// An abbreviation of one language.
struct Entry {
    langs: Langs,
    kind: Kind,
    /// An ordinary word in some other language: counts in its own only.
    is_local: bool,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut words = Words {
        tags: Vec::new(),
        frequent: Table::default(),
        sampled: Table::default(),
        abbreviations: Table::default(),
    };
    for (place, line) in tables::FUNCTION_WORDS.lines().filter(|l| !l.starts_with('#')).enumerate() {
        let mut parts = line.split(' ');
        words.tags.push(parts.next().unwrap_or_default());
        for word in parts {
            *words.frequent.entry(word).or_default() |= 1 << place;
            *words.sampled.entry(word.as_bytes()).or_default() |= 1 << place;
        }
    }
    for (tag, list) in tables::ABBREVIATIONS {
        let langs = words.tags.iter().position(|t| *t == tag).map_or(0, |i| 1 << i);
        for line in list.lines().filter(|l| !l.starts_with('#')) {
            let mut parts = line.split(' ');
            let word = parts.next().unwrap_or_default();
            let mut entry = Entry { langs, kind: Kind::Either, is_local: false };
            for part in parts {
                match part {
                    "title" => entry.kind = Kind::Title,
                    "last" => entry.kind = Kind::Last,
                    _ => entry.is_local = true,
                }
            }
            words.abbreviations.entry(word).or_default().push(entry);
        }
    }
    words
});

/// Whether `word` is among the most frequent words of one of `langs`, or of any when they are none. They are asked for
/// only where some language has the word.
pub(super) fn is_frequent(word: &str, langs: impl FnOnce() -> Langs) -> bool {
    let mut buffer = [0u8; 32];
    let found = lower(word, &mut buffer).and_then(|w| WORDS.frequent.get(w)).copied().unwrap_or(0);
    if found == 0 {
        return false;
    }
    let langs = langs();
    langs == 0 || found & langs != 0
}

/// How much of a text is looked at to guess its language, in bytes and in words.
const SAMPLE: usize = 2048;
const SAMPLE_WORDS: usize = 100;
/// Longer words are not looked up: few of the frequent ones are.
const LONGEST: usize = 16;

/// The languages whose frequent words make up most of `text`: none where there are too few. Words count as they are
/// written; those in the middle of a sentence are in lower case.
pub(super) fn guess(text: &str) -> Langs {
    let sampled = &WORDS.sampled;
    let mut counts = Counts::default();
    let mut total = 0u16;
    let sample = text.as_bytes().get(..SAMPLE.min(text.len())).unwrap_or_default();
    for word in sample.split(u8::is_ascii_whitespace).take(SAMPLE_WORDS) {
        let mut word = word;
        while let [rest @ .., b] = word
            && b.is_ascii_punctuation()
        {
            word = rest;
        }
        if !(2..=LONGEST).contains(&word.len()) {
            continue;
        }
        if let Some(langs) = sampled.get(word) {
            total += 1;
            counts.add(*langs);
        }
    }
    let best = counts.highest();
    if best < 2 || best * 3 < total {
        return 0;
    }
    // Close relatives share their words: all within a fifth of the best.
    counts.at_least((best * 4).div_ceil(5))
}

/// A count for each language, digit by digit: the languages whose counts have a one in the first binary place, in the
/// second, and so on.
#[derive(Default)]
struct Counts([Langs; 7]);

const _: () = assert!(SAMPLE_WORDS < 1 << 7, "the counts hold seven digits");

impl Counts {
    /// Adds one to each of `langs`.
    fn add(&mut self, mut langs: Langs) {
        for digit in &mut self.0 {
            if langs == 0 {
                return;
            }
            (*digit, langs) = (*digit ^ langs, *digit & langs);
        }
    }

    /// The highest count.
    fn highest(&self) -> u16 {
        let mut set = Langs::MAX;
        self.0.iter().rev().fold(0, |count, digit| {
            let is_one = set & digit != 0;
            if is_one {
                set &= digit;
            }
            count << 1 | u16::from(is_one)
        })
    }

    /// The languages whose count is `least` or more.
    fn at_least(&self, least: u16) -> Langs {
        let (above, equal) =
            self.0.iter().enumerate().rev().fold((0, Langs::MAX), |(above, equal), (i, digit)| {
                if least >> i & 1 == 1 {
                    (above, equal & digit)
                } else {
                    (above | equal & digit, equal & !digit)
                }
            });
        above | equal
    }
}

/// Languages that write ordinals with a stop.
const ORDINALS: [&str; 30] = [
    "af", "az", "bs", "cs", "da", "de", "dsb", "et", "eu", "fi", "fo", "hr", "hsb", "hu", "is", "lb", "lt",
    "lv", "mk", "nb", "nds", "nn", "no", "pl", "sk", "sl", "sr", "sv", "tk", "tr",
];

/// Languages that write every noun with a capital.
const CAPITAL_NOUNS: [&str; 3] = ["de", "lb", "nds"];

fn any(tags: &[&str], langs: Langs) -> bool {
    langs != 0 && WORDS.tags.iter().enumerate().any(|(i, tag)| langs >> i & 1 == 1 && tags.contains(tag))
}

/// Whether `3.` may mean "third" in one of `langs`.
pub(super) fn has_ordinals(langs: Langs) -> bool {
    any(&ORDINALS, langs)
}

/// Whether a capital says nothing in one of `langs`.
pub(super) fn has_capital_nouns(langs: Langs) -> bool {
    any(&CAPITAL_NOUNS, langs)
}

/// The set with the language `tag`, or none.
pub(super) fn langs(tag: &str) -> Langs {
    let tag = tag.split('-').next().unwrap_or(tag);
    WORDS.tags.iter().position(|t| *t == tag).map_or(0, |i| 1 << i)
}

/// The entries of `word` as it stands.
fn entries(word: &str) -> &'static [Entry] {
    WORDS.abbreviations.get(word).map_or(&[], Vec::as_slice)
}

/// The entries of `word` in lower case, where only its first letter is a capital.
fn entries_in_lower_case(word: &str) -> &'static [Entry] {
    let mut rest = word.chars();
    let is_titled = rest.next().is_some_and(char::is_uppercase) && !rest.any(char::is_uppercase);
    let mut buffer = [0u8; 32];
    if is_titled && let Some(lower) = lower(word, &mut buffer) { entries(lower) } else { &[] }
}

/// Whether `word` is an abbreviation of any language and no ordinary word of `langs`, where they are known: `No` is one,
/// `no` may not be.
pub(super) fn may_abbreviate(word: &str, langs: impl FnOnce() -> Langs) -> bool {
    let is_capital = word.starts_with(char::is_uppercase) && WORDS.abbreviations.contains_key(word);
    let is_ordinary = || {
        let langs = langs();
        langs != 0 && is_frequent(word, || langs)
    };
    let is_listed = || !entries(word).is_empty() || !entries_in_lower_case(word).is_empty();
    is_capital || is_listed() && !is_ordinary()
}

/// The kind of the abbreviation `word` (without its last stop): in one of `langs`, or in any language if it is not an
/// ordinary word elsewhere.
/// `langs` is asked for only where a list has the word: guessing costs more than looking up.
pub(super) fn abbreviation(word: &str, langs: impl FnOnce() -> Langs) -> Option<Kind> {
    let written = entries(word);
    // A capital may only begin a sentence, whatever language lists the word with it: `Art. 5` in Italian and in German.
    let small = entries_in_lower_case(word);
    if written.is_empty() && small.is_empty() {
        return capitals(word, langs);
    }
    let langs = langs();
    let own = |found: &[Entry]| found.iter().filter(|e| e.langs & langs != 0).map(|e| e.kind).max();
    let any = |found: &[Entry]| found.iter().filter(|e| !e.is_local).map(|e| e.kind).max();
    own(written).or_else(|| any(written)).or_else(|| own(small)).or_else(|| any(small))
}

/// The kind of an abbreviation whose parts stand apart: `т. п.`, `z. B.`, `v. Chr.`
pub(super) fn spaced_abbreviation(first: &str, second: &str, langs: impl FnOnce() -> Langs) -> Option<Kind> {
    let mut buffer = [0u8; 32];
    let len = first.len() + second.len();
    buffer.get_mut(..first.len())?.copy_from_slice(first.as_bytes());
    buffer.get_mut(first.len()..len)?.copy_from_slice(second.as_bytes());
    abbreviation(std::str::from_utf8(buffer.get(..len)?).ok()?, langs)
}

/// A title in a line of capitals: `SV. JANA`.
fn capitals(word: &str, langs: impl FnOnce() -> Langs) -> Option<Kind> {
    if word.len() > 5 || !word.chars().all(char::is_uppercase) {
        return None;
    }
    let mut buffer = [0u8; 32];
    let lower = lower(word, &mut buffer).filter(|lower| lower.len() < 5 && *lower != word)?;
    let found = WORDS.abbreviations.get(lower)?;
    let titles = found.iter().filter(|e| e.kind == Kind::Title).fold(0, |set, e| set | e.langs);
    (titles != 0 && titles & langs() != 0).then_some(Kind::Title)
}

/// `word` in lower case, written into `buffer`; `None` when it does not fit.
fn lower<'b>(word: &'b str, buffer: &'b mut [u8; 32]) -> Option<&'b str> {
    if word.bytes().all(|b| b.is_ascii_lowercase()) {
        return Some(word);
    }
    if word.is_ascii() {
        let room = buffer.get_mut(..word.len())?;
        room.copy_from_slice(word.as_bytes());
        room.make_ascii_lowercase();
        return std::str::from_utf8(room).ok();
    }
    let mut len = 0;
    for c in word.chars().flat_map(char::to_lowercase) {
        let room = buffer.get_mut(len..len + c.len_utf8())?;
        len += c.encode_utf8(room).len();
    }
    std::str::from_utf8(buffer.get(..len)?).ok()
}

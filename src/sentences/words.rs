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
type Table<V> = std::collections::HashMap<&'static str, V, std::hash::BuildHasherDefault<Fnv>>;

/// Fowler, Noll and Vo's hash: the words are short and the tables fixed.
#[derive(Clone, Copy)]
pub(super) struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Fnv {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl std::hash::Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &b in bytes {
            self.0 = (self.0 ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

struct Words {
    tags: Vec<&'static str>,
    frequent: Table<Langs>,
    abbreviations: Table<Vec<Entry>>,
}

/// An abbreviation of one language.
struct Entry {
    langs: Langs,
    kind: Kind,
    /// An ordinary word in some other language: counts in its own only.
    is_local: bool,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut words = Words { tags: Vec::new(), frequent: Table::default(), abbreviations: Table::default() };
    for (place, line) in tables::FUNCTION_WORDS.lines().filter(|l| !l.starts_with('#')).enumerate() {
        let mut parts = line.split(' ');
        words.tags.push(parts.next().unwrap_or_default());
        for word in parts {
            *words.frequent.entry(word).or_default() |= 1 << place;
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

/// The languages in which `word`, in lower case, is among the most frequent.
fn frequent(word: &str) -> Langs {
    let mut buffer = [0u8; 32];
    lower(word, &mut buffer).and_then(|w| WORDS.frequent.get(w)).copied().unwrap_or(0)
}

/// Whether `word` is among the most frequent words of one of `langs` (of any, when they are none).
pub(super) fn is_frequent(word: &str, langs: Langs) -> bool {
    let found = frequent(word);
    if langs == 0 { found != 0 } else { found & langs != 0 }
}

/// The languages whose frequent words make up most of `text`: none where there are too few.
pub(super) fn guess(text: &str) -> Langs {
    let mut counts = [0u16; 128];
    let mut total = 0u16;
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).take(160) {
        let mut langs = frequent(word);
        total += u16::from(langs != 0);
        while langs != 0 {
            let i = langs.trailing_zeros() as usize;
            if let Some(count) = counts.get_mut(i) {
                *count += 1;
            }
            langs &= langs - 1;
        }
    }
    let best = counts.iter().copied().max().unwrap_or(0);
    if best < 2 || best * 3 < total {
        return 0;
    }
    // Close relatives share their words: all within a fifth of the best.
    counts.iter().enumerate().filter(|(_, n)| **n * 5 >= best * 4).fold(0, |set, (i, _)| set | 1 << i)
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

/// The entries of `word`, as it stands or, where only its first letter is a capital, in lower case.
fn entries(word: &str) -> Option<&'static [Entry]> {
    let mut buffer = [0u8; 32];
    let found = WORDS.abbreviations.get(word).or_else(|| {
        let is_titled = word.chars().skip(1).all(|c| !c.is_uppercase());
        let lower = lower(word, &mut buffer).filter(|_| is_titled)?;
        WORDS.abbreviations.get(lower)
    })?;
    Some(found)
}

/// Whether `word` is an abbreviation of any language and no ordinary word of `langs`: `No` is one, `no` may not be.
pub(super) fn may_abbreviate(word: &str, langs: Langs) -> bool {
    let is_capital = word.starts_with(char::is_uppercase) && WORDS.abbreviations.contains_key(word);
    is_capital || entries(word).is_some() && !is_frequent(word, langs)
}

/// The kind of the abbreviation `word` (without its last stop): in one of `langs`, or in any language if it is not an
/// ordinary word elsewhere.
pub(super) fn abbreviation(word: &str, langs: Langs) -> Option<Kind> {
    let Some(found) = entries(word) else { return capitals(word, langs) };
    let own = found.iter().filter(|e| e.langs & langs != 0).map(|e| e.kind).max();
    own.or_else(|| found.iter().filter(|e| !e.is_local).map(|e| e.kind).max())
}

/// A title in a line of capitals: `SV. JANA`.
fn capitals(word: &str, langs: Langs) -> Option<Kind> {
    let mut buffer = [0u8; 32];
    let lower = lower(word, &mut buffer).filter(|lower| lower.len() < 5 && *lower != word)?;
    let found = WORDS.abbreviations.get(lower)?;
    found.iter().find(|e| e.kind == Kind::Title && e.langs & langs != 0).map(|e| e.kind)
}

/// `word` in lower case, written into `buffer`; `None` when it does not fit.
fn lower<'b>(word: &str, buffer: &'b mut [u8; 32]) -> Option<&'b str> {
    let mut len = 0;
    for c in word.chars().flat_map(char::to_lowercase) {
        let room = buffer.get_mut(len..len + c.len_utf8())?;
        len += c.encode_utf8(room).len();
    }
    std::str::from_utf8(buffer.get(..len)?).ok()
}

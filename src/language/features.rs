//! What the model sees of a text: its words as folded letters, the hashes of their n-grams, and the outward shape of
//! the text. What they are worth is left to `model`, whether they carry a decision to `decide`.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::script::SCRIPTS;
use super::script::Script;
use super::script::folded;
use super::script::only_language;
use super::script::script_of;

/// The longest n-gram, boundaries included.
pub const LONGEST: usize = 5;
/// Stands for the end of a word in an n-gram.
const EDGE: u32 = 1;
/// Letters of a word that are looked at; no language of the model needs more to be known.
const WORD: usize = 40;

/// What a text looks like from outside.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Shape {
    /// Letters by script.
    pub letters: [u32; SCRIPTS],
    /// Words; a character of a script without spaces is one.
    pub words: u32,
    /// Runs without space that have words.
    pub tokens: u32,
    /// Words of a cased script.
    pub cased: u32,
    /// Words that begin with a capital letter.
    pub capitalised: u32,
    /// Words of two capital letters or more and nothing else.
    pub upper: u32,
    /// Signs of code and markup.
    pub signs: u32,
    /// Digits.
    pub digits: u32,
    /// Runs without space that are addresses, handles or code, left out.
    pub skipped: u32,
    /// Whether the text ends like a sentence.
    pub closed: bool,
}

impl Shape {
    /// Letters of all scripts.
    pub fn total(&self) -> u32 {
        self.letters.iter().sum()
    }
}

/// Takes the words of a text, as folded letters of one script.
pub trait Sink {
    /// A word; in Han and kana a run of characters. Says whether to go on.
    fn word(&mut self, letters: &[u32], script: Script, is_lower: bool) -> bool;
}

/// Hands the words of a text to `sink` and reports its shape. Addresses, handles and code are left out.
pub fn scan(text: &str, sink: &mut impl Sink) -> Shape {
    let mut shape = Shape::default();
    let mut word = Word::new();
    for token in text.split_ascii_whitespace() {
        if !word.goes_on {
            break;
        }
        if is_machine(token) {
            shape.skipped += 1;
            continue;
        }
        let words = shape.words;
        let mut chars = token.chars().peekable();
        while let Some(c) = chars.next() {
            if c.is_ascii_alphabetic() {
                word.push(c.to_ascii_lowercase(), Script::Latin, c.is_ascii_uppercase(), &mut shape, sink);
                continue;
            }
            if c.is_ascii() {
                match c {
                    '0'..='9' => shape.digits += 1,
                    '(' | ')' | '{' | '}' | '[' | ']' | '<' | '>' | '=' | '*' | '_' | '$' | '#' | '|'
                    | '\\' | '+' | '&' | '^' | '~' | '`' | '@' | '/' => shape.signs += 1,
                    _ => {}
                }
                if c != '\'' {
                    word.finish(&mut shape, sink);
                    continue;
                }
            }
            if is_apostrophe(c) {
                // The apostrophe of l'eau and o‘zbek belongs to the letters before it; what follows is another word.
                if word.len > 0 && chars.peek().is_some_and(|next| next.is_alphabetic()) {
                    word.push_letter('\'');
                }
                word.finish(&mut shape, sink);
                continue;
            }
            match script_of(c) {
                Some(script) => {
                    if let Some(letter) = folded(c) {
                        word.push(letter, script, letter != c && c.is_uppercase(), &mut shape, sink);
                    }
                }
                None => word.finish(&mut shape, sink),
            }
        }
        word.finish(&mut shape, sink);
        shape.tokens += u32::from(shape.words > words);
    }
    shape.closed = ends_like_a_sentence(text);
    shape
}

/// A word in the making.
struct Word {
    letters: [u32; WORD],
    len: usize,
    script: Script,
    capitals: u32,
    begins_with_capital: bool,
    counted: u32,
    goes_on: bool,
}

impl Word {
    fn new() -> Word {
        Word {
            letters: [0; WORD],
            len: 0,
            script: Script::Other,
            capitals: 0,
            begins_with_capital: false,
            counted: 0,
            goes_on: true,
        }
    }

    fn push(
        &mut self,
        letter: char,
        script: Script,
        is_capital: bool,
        shape: &mut Shape,
        sink: &mut impl Sink,
    ) {
        if script != self.script || self.len == WORD {
            self.finish(shape, sink);
            self.script = script;
        }
        if let Some(count) = shape.letters.get_mut(script as usize) {
            *count += 1;
        }
        if self.len == 0 {
            self.begins_with_capital = is_capital;
        }
        self.capitals += u32::from(is_capital);
        self.counted += 1;
        self.push_letter(letter);
    }

    fn push_letter(&mut self, letter: char) {
        if let Some(slot) = self.letters.get_mut(self.len) {
            *slot = letter as u32;
            self.len += 1;
        }
    }

    fn finish(&mut self, shape: &mut Shape, sink: &mut impl Sink) {
        if self.len == 0 {
            return;
        }
        let letters = self.letters.get(..self.len).unwrap_or_default();
        let is_wide = matches!(self.script, Script::Han | Script::Kana);
        shape.words += if is_wide { self.counted } else { 1 };
        if matches!(self.script, Script::Latin | Script::Cyrillic | Script::Greek | Script::Armenian) {
            shape.cased += 1;
            shape.capitalised += u32::from(self.begins_with_capital);
            shape.upper += u32::from(self.counted >= 2 && self.capitals == self.counted);
        }
        self.goes_on = sink.word(letters, self.script, self.capitals == 0);
        self.len = 0;
        self.capitals = 0;
        self.counted = 0;
        self.begins_with_capital = false;
    }
}

/// The hashes of a word's n-grams and of the word as a whole, the whole first. Where the script already names the
/// language, only the whole. Pairs of letters are left out: nearly every language has nearly all of them.
pub fn grams(letters: &[u32], script: Script, mut take: impl FnMut(u64)) {
    if matches!(script, Script::Han | Script::Kana) {
        let mut before = EDGE;
        for &letter in letters {
            take(step(0, letter));
            take(step(step(0, letter), before));
            before = letter;
        }
        return;
    }
    take(whole(letters));
    if only_language(script).is_some() {
        return;
    }
    // The word between its edges: the last letters first in each n-gram.
    let mut before = [EDGE; LONGEST - 1];
    for (place, letter) in letters.iter().copied().chain([EDGE]).enumerate() {
        let mut hash = step(0, letter);
        // A single letter says something only beyond a to z.
        if letter >= 0x80 {
            take(hash);
        }
        for (back, other) in before.iter().enumerate().take(place + 1) {
            hash = step(hash, *other);
            if back > 0 {
                take(hash);
            }
        }
        before.rotate_right(1);
        before[0] = letter;
    }
}

/// The hash of a word as a whole.
pub fn whole(letters: &[u32]) -> u64 {
    letters.iter().fold(step(0, 2), |hash, letter| step(hash, *letter))
}

const fn step(hash: u64, letter: u32) -> u64 {
    (hash.rotate_left(23) ^ letter as u64)
        .wrapping_add(0x632B_E59B_D9B4_E019)
        .wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʻ' | 'ʼ' | '′' | '`' | 'ʹ')
}

/// Whether a run without space is an address, a handle, a file name or code rather than words.
fn is_machine(token: &str) -> bool {
    let bytes = token.as_bytes();
    let mut suspects = 0;
    for &b in bytes {
        suspects |= SUSPECT.get(b as usize).copied().unwrap_or(0);
    }
    if suspects == 0 {
        return false;
    }
    // Where words stand without spaces, a run is a sentence.
    if !token.is_ascii() {
        return token.contains("://");
    }
    if suspects & 1 != 0
        && (token.contains("://") || token.contains('@') || token.contains('_') || token.contains('\\'))
    {
        return true;
    }
    if suspects & 2 == 0 {
        return token.starts_with('#');
    }
    let inner = token.trim_matches(|c: char| !c.is_alphanumeric());
    if inner.len() >= 4 && inner.as_bytes().get(..4).is_some_and(|b| b.eq_ignore_ascii_case(b"www.")) {
        return true;
    }
    // A stop between two letters of which the second is small: example.org, index.html; not U.S. nor a.m.
    bytes.windows(5).any(|w| {
        matches!(w, [a, b, b'.', c, d] if is_name(*a) && is_name(*b)
            && (c.is_ascii_lowercase()) && (d.is_ascii_lowercase() || d.is_ascii_digit()))
    }) || (bytes.contains(&b'=') && bytes.iter().any(u8::is_ascii_punctuation))
        || has_mixed_digits(bytes)
}

const fn is_name(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'-'
}

/// Letters and digits through each other, as in `0x7fff5f` and `a9f3k2`: three changes between them or more.
fn has_mixed_digits(bytes: &[u8]) -> bool {
    let mut changes = 0;
    let mut digit = None;
    for b in bytes.iter().filter(|b| b.is_ascii_alphanumeric()) {
        changes += u32::from(digit.is_some_and(|d| d != b.is_ascii_digit()));
        digit = Some(b.is_ascii_digit());
    }
    changes >= 3
}

/// What to look at more closely in a run: 1 for signs of addresses, 2 for stops, digits and `=`.
const SUSPECT: [u8; 256] = {
    let mut table = [0; 256];
    let mut b = 0;
    while b < 128 {
        table[b] = match b as u8 {
            b'/' | b'@' | b'_' | b'\\' | b'#' => 1,
            b'.' | b'=' | b'0'..=b'9' => 2,
            _ => 0,
        };
        b += 1;
    }
    table
};

fn ends_like_a_sentence(text: &str) -> bool {
    text.trim_end_matches(|c: char| {
        c.is_whitespace() || matches!(c, '"' | '\'' | '”' | '’' | '»' | '“' | ')' | ']' | '」' | '』')
    })
    .ends_with([
        '.', '!', '?', '…', ':', ';', ',', '。', '！', '？', '।', '॥', '؟', '۔', '።', '፧', '။', '។', '，',
        '၊', '፣', '،', '؛',
    ])
}

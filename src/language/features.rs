//! What the model sees of a text: its words as folded letters, and its outward shape. Their n-grams are left to `grams`,
//! what those are worth to `model`, whether they carry a decision to `decide`.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::script::Letter;
use super::script::SCRIPTS;
use super::script::Script;
use super::script::letter;

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
    /// Whether all of it stands in quotation marks.
    pub quoted: bool,
}

impl Shape {
    /// Letters of all scripts.
    pub fn total(&self) -> u32 {
        self.letters.iter().sum()
    }
}

/// How much of a word is capital letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capitals {
    /// Nothing.
    None,
    /// Something.
    Some,
    /// Two letters or more and nothing else.
    All,
}

/// Takes the words of a text, as folded letters of one script.
pub trait Sink {
    /// A word; in Han and kana a run of characters. Says whether to go on.
    fn word(&mut self, letters: &[u32], script: Script, capitals: Capitals) -> bool;
}

/// Hands the words of a text to `sink` and reports its shape. Addresses, handles and code are left out.
pub fn scan(text: &str, sink: &mut impl Sink) -> Shape {
    let mut scan = Scan { shape: Shape::default(), word: Word::new(), sink, goes_on: true };
    let bytes = text.as_bytes();
    let mut end = 0;
    while scan.goes_on && end < bytes.len() {
        let start = end;
        let mut kinds = 0;
        while let Some(b) = bytes.get(end) {
            let kind = KINDS[*b as usize];
            if kind & SPACE != 0 {
                break;
            }
            kinds |= kind;
            end += 1;
        }
        if end > start {
            scan.token(text.get(start..end).unwrap_or_default(), kinds);
        }
        end += 1;
    }
    let mut shape = scan.shape;
    shape.closed = ends_like_a_sentence(text);
    shape.quoted = is_quoted(text);
    shape
}

struct Scan<'s, S> {
    shape: Shape,
    word: Word,
    sink: &'s mut S,
    goes_on: bool,
}

impl<S: Sink> Scan<'_, S> {
    /// A run without space; `kinds` are those of its bytes taken together.
    fn token(&mut self, token: &str, kinds: u8) {
        if kinds & (ADDRESS | STOP) != 0 && is_machine(token, kinds) {
            self.shape.skipped += 1;
            return;
        }
        let words = self.shape.words;
        let bytes = token.as_bytes();
        let mut at = 0;
        if kinds == 0 {
            self.ascii(bytes);
            at = bytes.len();
        }
        while let Some(&b) = bytes.get(at) {
            if b >= 0x80 {
                let Some(c) = token.get(at..).and_then(|rest| rest.chars().next()) else { break };
                at += c.len_utf8();
                self.beyond_ascii(c, token, at);
            } else if b.is_ascii_alphabetic() {
                let rest = bytes.get(at..).unwrap_or_default();
                let length = rest.iter().position(|b| !b.is_ascii_alphabetic()).unwrap_or(rest.len());
                self.ascii(rest.get(..length).unwrap_or_default());
                at += length;
            } else {
                at += 1;
                let kind = KINDS[b as usize];
                self.shape.digits += u32::from(kind & DIGIT != 0);
                self.shape.signs += u32::from(kind & SIGN != 0);
                if b == b'\'' {
                    self.apostrophe(token, at);
                }
                self.finish();
            }
        }
        self.finish();
        self.shape.tokens += u32::from(self.shape.words > words);
    }

    fn beyond_ascii(&mut self, c: char, token: &str, at: usize) {
        if is_apostrophe(c) {
            self.apostrophe(token, at);
            self.finish();
            return;
        }
        match letter(c) {
            Some(Letter { script, folded: Some(folded), is_capital, is_letter }) => {
                self.push(folded as u32, script, is_capital);
                self.word.has_letter |= is_letter;
            }
            Some(_) => {}
            None => self.finish(),
        }
    }

    /// The apostrophe of l'eau and o‘zbek belongs to the letters before it; what follows is another word.
    fn apostrophe(&mut self, token: &str, at: usize) {
        let next = || token.get(at..).and_then(|rest| rest.chars().next());
        if self.word.len > 0 && next().is_some_and(char::is_alphabetic) {
            self.word.push(u32::from(b'\''));
        }
    }

    /// [`Scan::push`] for letters from a to z, many at once.
    fn ascii(&mut self, mut letters: &[u8]) {
        if self.word.script != Script::Latin {
            self.finish();
            self.word.script = Script::Latin;
        }
        while let Some(first) = letters.first() {
            if self.word.len == WORD {
                self.finish();
            }
            let word = &mut self.word;
            word.has_letter = true;
            let (now, later) = letters.split_at(letters.len().min(WORD - word.len));
            word.begins_with_capital |= first & 0x20 == 0 && word.len == 0;
            let mut capitals = 0;
            for (slot, b) in word.letters.iter_mut().skip(word.len).zip(now) {
                *slot = u32::from(b | 0x20);
                capitals += u32::from(b & 0x20 == 0);
            }
            word.capitals += capitals;
            word.counted += now.len() as u32;
            word.len += now.len();
            letters = later;
        }
    }

    #[inline]
    fn push(&mut self, letter: u32, script: Script, is_capital: bool) {
        if script != self.word.script || self.word.len == WORD {
            self.finish();
            self.word.script = script;
        }
        self.word.begins_with_capital |= is_capital && self.word.len == 0;
        self.word.capitals += u32::from(is_capital);
        self.word.counted += 1;
        self.word.push(letter);
    }

    fn finish(&mut self) {
        let (word, shape) = (&mut self.word, &mut self.shape);
        if word.len == 0 {
            return;
        }
        if !word.has_letter {
            word.begin();
            return;
        }
        if let Some(count) = shape.letters.get_mut(word.script as usize) {
            *count += word.counted;
        }
        let capitals = match word.capitals {
            0 => Capitals::None,
            capitals if capitals == word.counted && capitals > 1 => Capitals::All,
            _ => Capitals::Some,
        };
        let is_wide = matches!(word.script, Script::Han | Script::Kana);
        shape.words += if is_wide { word.counted } else { 1 };
        if matches!(word.script, Script::Latin | Script::Cyrillic | Script::Greek | Script::Armenian) {
            shape.cased += 1;
            shape.capitalised += u32::from(word.begins_with_capital);
            shape.upper += u32::from(capitals == Capitals::All);
        }
        let letters = word.letters.get(..word.len).unwrap_or_default();
        self.goes_on = self.sink.word(letters, word.script, capitals);
        word.begin();
    }
}

/// A word in the making.
struct Word {
    letters: [u32; WORD],
    len: usize,
    script: Script,
    capitals: u32,
    begins_with_capital: bool,
    /// Whether it is more than marks.
    has_letter: bool,
    counted: u32,
}

impl Word {
    fn new() -> Word {
        Word {
            letters: [0; WORD],
            len: 0,
            script: Script::Other,
            capitals: 0,
            begins_with_capital: false,
            has_letter: false,
            counted: 0,
        }
    }

    #[inline]
    const fn begin(&mut self) {
        self.len = 0;
        self.capitals = 0;
        self.counted = 0;
        self.begins_with_capital = false;
        self.has_letter = false;
    }

    #[inline]
    fn push(&mut self, letter: u32) {
        if let Some(slot) = self.letters.get_mut(self.len) {
            *slot = letter;
            self.len += 1;
        }
    }
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʻ' | 'ʼ' | '′' | '`' | 'ʹ')
}

/// Whether a run without space is an address, a handle, a file name or code rather than words.
fn is_machine(token: &str, kinds: u8) -> bool {
    let bytes = token.as_bytes();
    // Where words stand without spaces, a run is a sentence.
    if !token.is_ascii() {
        return token.contains("://");
    }
    if kinds & ADDRESS != 0
        && (token.contains("://") || token.contains('@') || token.contains('_') || token.contains('\\'))
    {
        return true;
    }
    if kinds & STOP == 0 {
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

/// What a byte may be: a sign of addresses, a stop or digit or `=` that may stand inside a name, a digit, a sign of
/// code and markup, white space, anything else but a letter from a to z.
const ADDRESS: u8 = 1;
const STOP: u8 = 2;
const DIGIT: u8 = 4;
const SIGN: u8 = 8;
const SPACE: u8 = 16;
const OTHER: u8 = 32;

const KINDS: [u8; 256] = {
    let mut table = [OTHER; 256];
    let mut b = 0;
    while b < 128 {
        table[b] = match b as u8 {
            b'/' | b'@' | b'_' | b'\\' | b'#' => ADDRESS | SIGN,
            b'.' => STOP,
            b'=' => STOP | SIGN,
            b'0'..=b'9' => STOP | DIGIT,
            b'(' | b')' | b'{' | b'}' | b'[' | b']' | b'<' | b'>' | b'*' | b'$' | b'|' | b'+' | b'&'
            | b'^' | b'~' | b'`' => SIGN,
            b' ' | b'\t' | b'\n' | b'\r' | 0x0C => SPACE,
            b'a'..=b'z' | b'A'..=b'Z' => 0,
            _ => OTHER,
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

const fn is_quotation_mark(c: char) -> bool {
    matches!(
        c,
        '"' | '“'
            | '”'
            | '„'
            | '‟'
            | '«'
            | '»'
            | '‹'
            | '›'
            | '‘'
            | '’'
            | '‚'
            | '「'
            | '」'
            | '『'
            | '』'
    )
}

/// Whether a text begins and ends with a quotation mark; a stop may follow the last.
fn is_quoted(text: &str) -> bool {
    text.trim_start().starts_with(is_quotation_mark)
        && text
            .trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '.' | ',' | '!' | '?' | '。'))
            .ends_with(is_quotation_mark)
}

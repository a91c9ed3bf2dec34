//! One scan over a line: its tokens as folded hashes, and everything that is counted about its characters.
//! What the counts mean is left to `features`.

use crate::boilerplate::chars::CAPITALS;
use crate::boilerplate::chars::Class;
use crate::boilerplate::chars::DIGITS;
use crate::boilerplate::chars::IN_WORD;
use crate::boilerplate::chars::Table;
use crate::boilerplate::chars::table;
use crate::boilerplate::tables::HashBits;

/// A token: a hash of the word in lower case, with flags in the top bits.
pub(crate) type Token = u32;
/// The token is one character of a script that puts no spaces between words.
pub(crate) const IDEO: Token = 1 << 31;
/// The token is one of the function words, pooled over all languages.
pub(crate) const FUNCTION: Token = 1 << 30;
/// The token says what a text is about: not a function word, and long enough.
pub(crate) const CONTENT: Token = 1 << 29;
/// The bits of the hash itself.
pub(crate) const HASH: Token = CONTENT - 1;
/// Every number is this one token.
const NUMBER: Token = 1;
/// Words shorter than this say little about the topic.
const CONTENT_LETTERS: u32 = 4;

/// What one scan counts about a line, or about lines joined.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Shape {
    /// Its tokens in the document's token list.
    pub(crate) tokens: (u32, u32),
    pub(crate) chars: u32,
    /// Half words: a word counts two, a character of a script without spaces one.
    pub(crate) halves: u32,
    pub(crate) words: u32,
    pub(crate) ideo: u32,
    pub(crate) function: u32,
    pub(crate) commas: u32,
    pub(crate) stops: u32,
    pub(crate) quotes: u32,
    /// Words that begin with a capital, of those with letters.
    pub(crate) capitals: u32,
    pub(crate) cased: u32,
    pub(crate) shouted: u32,
    pub(crate) digits: u32,
    pub(crate) numbers: u32,
    pub(crate) clocks: u32,
    pub(crate) dates: u32,
    pub(crate) years: u32,
    pub(crate) links: u32,
    pub(crate) brackets: u32,
    pub(crate) separators: u32,
    pub(crate) symbols: u32,
    pub(crate) indent: u32,
    pub(crate) first: Class,
    pub(crate) last: Class,
    /// The character before closing quotes and brackets.
    pub(crate) before_last: Class,
    pub(crate) last_function: bool,
    /// It begins as a sentence goes on, not as one starts: with a small letter, a particle, a conjunction.
    pub(crate) leans_back: bool,
    pub(crate) bullet: bool,
}

impl Shape {
    /// The shape of this line with the next one joined to it.
    pub(crate) const fn joined(&self, next: &Shape) -> Shape {
        Shape {
            tokens: (self.tokens.0, next.tokens.1),
            chars: self.chars + next.chars + 1,
            halves: self.halves + next.halves,
            words: self.words + next.words,
            ideo: self.ideo + next.ideo,
            function: self.function + next.function,
            commas: self.commas + next.commas,
            stops: self.stops + next.stops,
            quotes: self.quotes + next.quotes,
            capitals: self.capitals + next.capitals,
            cased: self.cased + next.cased,
            shouted: self.shouted + next.shouted,
            digits: self.digits + next.digits,
            numbers: self.numbers + next.numbers,
            clocks: self.clocks + next.clocks,
            dates: self.dates + next.dates,
            years: self.years + next.years,
            links: self.links + next.links,
            brackets: self.brackets + next.brackets,
            separators: self.separators + next.separators,
            symbols: self.symbols + next.symbols,
            last: next.last,
            before_last: next.before_last,
            last_function: next.last_function,
            ..*self
        }
    }

    /// Its tokens, of the document's list.
    pub(crate) fn of<'t>(&self, tokens: &'t [Token]) -> &'t [Token] {
        tokens.get(self.tokens.0 as usize..self.tokens.1 as usize).unwrap_or_default()
    }

    /// Whether it has no letter and no digit.
    pub(crate) const fn is_wordless(&self) -> bool {
        self.words + self.ideo == 0
    }
}

const fn mix(hash: u32, n: u32) -> u32 {
    (hash ^ n).wrapping_mul(0x9E37_79B1).rotate_left(13)
}

const fn finish(hash: u32) -> u32 {
    let hash = (hash ^ (hash >> 15)).wrapping_mul(0x85EB_CA6B);
    (hash ^ (hash >> 13)) & HASH
}

/// The word that is being read.
#[derive(Default)]
struct Word {
    hash: u32,
    len: u32,
    upper: u32,
    start: usize,
    has_letter: bool,
    starts_upper: bool,
}

impl Word {
    /// Its first character stands here, unless it has begun before.
    const fn begin(&mut self, at: usize, is_upper: bool) {
        if self.len == 0 {
            self.start = at;
            self.starts_upper = is_upper;
        }
    }

    /// Takes the letters and digits of ASCII at the front of `bytes`; how many they are.
    fn take(&mut self, bytes: &[u8], s: &mut Shape) -> usize {
        let (mut hash, mut counts, mut len) = (self.hash, 0_u64, 0);
        for byte in bytes {
            let cell = IN_WORD[usize::from(*byte)];
            if cell == 0 {
                break;
            }
            hash = mix(hash, cell as u32 & 0xFF);
            counts += cell >> CAPITALS;
            len += 1;
        }
        let digits = (counts >> (DIGITS - CAPITALS)) as u32;
        self.hash = hash;
        self.len += len as u32;
        self.upper += (counts & ((1 << (DIGITS - CAPITALS)) - 1)) as u32;
        self.has_letter |= digits < len as u32;
        s.digits += digits;
        len
    }
}

/// Numbers that stand glued together: times and dates.
#[derive(Default)]
struct Numbers {
    end: usize,
    glued: u32,
}

impl Numbers {
    /// Takes the number at `start..end` of `bytes` into account.
    fn take(&mut self, bytes: &[u8], start: usize, end: usize, shape: &mut Shape) {
        shape.numbers += 1;
        if end - start == 4 && matches!(bytes.get(start..start + 2), Some(b"19" | b"20")) {
            shape.years += 1;
        }
        let is_glued = start > 1 && self.end + 1 == start;
        let glue = bytes.get(start.wrapping_sub(1)).filter(|_| is_glued);
        match glue {
            Some(b':') if end - start == 2 => shape.clocks += 1,
            Some(b'.' | b'/' | b'-') => {
                self.glued += 1;
                shape.dates += u32::from(self.glued >= 2);
            }
            _ => self.glued = 0,
        }
        self.end = end;
    }
}

/// The tokens of a line, when nothing is known about function words.
pub(crate) fn tokens(line: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    scan(line, &HashBits::none(), &mut tokens);
    tokens
}

/// Scans a line without its indentation and trailing space, appends its tokens and returns its shape.
pub(crate) fn scan(line: &str, function: &HashBits, tokens: &mut Vec<Token>) -> Shape {
    let body = line.trim_start();
    let first_token = tokens.len() as u32;
    let mut s = Shape { indent: (line.len() - body.len()) as u32, ..Shape::default() };
    let body = body.trim_end();
    s.chars = body.chars().count() as u32;
    let bytes = body.as_bytes();
    let table = table();
    s.first = body.chars().next().map_or(Class::None, |c| table.get(c).0);
    let mut word = Word::default();
    let mut numbers = Numbers::default();
    let (mut previous, mut after_stop) = (Class::None, false);
    let mut rest = body;
    while let Some(&byte) = rest.as_bytes().first() {
        let at = body.len() - rest.len();
        // Most of most texts: letters and digits of ASCII, and single spaces.
        if IN_WORD[usize::from(byte)] != 0 {
            word.begin(at, byte.is_ascii_uppercase());
            let len = word.take(rest.as_bytes(), &mut s);
            rest = rest.get(len..).unwrap_or_default();
            (previous, after_stop) = (Class::Lower, false);
            if let Some(last) = bytes.get(at + len - 1).filter(|last| !last.is_ascii_lowercase()) {
                previous = if last.is_ascii_digit() { Class::Digit } else { Class::Upper };
            }
            continue;
        }
        if byte == b' ' {
            end_word(&mut word, at, bytes, &mut numbers, function, tokens, &mut s);
            rest = rest.get(1..).unwrap_or_default();
            s.stops += u32::from(after_stop);
            (previous, after_stop) = (Class::Space, false);
            continue;
        }
        let mut chars = rest.chars();
        let c = chars.next().unwrap_or_default();
        rest = chars.as_str();
        let (k, folded) = table.get(c);
        match k {
            Class::Lower | Class::Upper | Class::Caseless | Class::Digit => {
                word.begin(at, k == Class::Upper);
                word.len += 1;
                word.upper += u32::from(k == Class::Upper);
                word.has_letter |= k != Class::Digit;
                s.digits += u32::from(k == Class::Digit);
                word.hash = mix(word.hash, folded);
            }
            // Vowel signs belong to the word; soft hyphens and joiners do not.
            Class::Mark => {
                let n = c as u32;
                if word.len > 0 && n != 0xAD && !(0x200B..=0x206F).contains(&n) {
                    word.hash = mix(word.hash, n);
                }
            }
            _ => {
                if word.len > 0 {
                    end_word(&mut word, at, bytes, &mut numbers, function, tokens, &mut s);
                }
                count(c, k, previous, after_stop, function, tokens, &mut s);
            }
        }
        after_stop = k == Class::Stop || after_stop && matches!(k, Class::Quote | Class::Close);
        previous = k;
    }
    end_word(&mut word, body.len(), bytes, &mut numbers, function, tokens, &mut s);
    (s.last, s.before_last) = ending(body, table);
    s.leans_back = match s.first {
        Class::Lower => true,
        // Where there are no capitals: kana particles and, in other scripts, function words.
        Class::Ideo | Class::Caseless => {
            let is_function = tokens.get(first_token as usize).is_some_and(|t| t & FUNCTION != 0);
            is_function && (s.first == Class::Caseless || body.starts_with(|c| matches!(c, 'ぁ'..='ん')))
        }
        _ => false,
    };
    let mut front = body.chars();
    s.bullet = matches!(front.next(), Some('*' | '-' | '+' | '•' | '–' | '·' | '○' | '▪' | '#'))
        && front.next() == Some(' ');
    s.tokens = (first_token, tokens.len() as u32);
    s
}

/// Ends the word, if one has begun, where `at` is.
#[inline]
fn end_word(
    word: &mut Word,
    at: usize,
    bytes: &[u8],
    numbers: &mut Numbers,
    function: &HashBits,
    tokens: &mut Vec<Token>,
    s: &mut Shape,
) {
    if word.len == 0 {
        return;
    }
    s.words += 1;
    s.halves += 2;
    if word.has_letter {
        let hash = finish(word.hash);
        let known = function.contains(hash);
        let flag = if known {
            FUNCTION
        } else if word.len >= CONTENT_LETTERS {
            CONTENT
        } else {
            0
        };
        tokens.push(hash | flag);
        s.function += u32::from(known);
        s.last_function = known;
        s.capitals += u32::from(word.starts_upper);
        s.cased += 1;
        s.shouted += u32::from(word.upper >= 2 && word.upper == word.len);
    } else {
        numbers.take(bytes, word.start, at, s);
        tokens.push(NUMBER);
        s.last_function = false;
    }
    *word = Word::default();
}

/// Counts a character that is not part of a word.
fn count(
    c: char,
    k: Class,
    previous: Class,
    after_stop: bool,
    function: &HashBits,
    tokens: &mut Vec<Token>,
    s: &mut Shape,
) {
    match k {
        Class::Ideo => {
            let hash = finish(mix(0, c as u32));
            let known = function.contains(hash);
            tokens.push(hash | IDEO | if known { FUNCTION } else { CONTENT });
            s.function += u32::from(known);
            s.last_function = known;
            s.ideo += 1;
            s.halves += 1;
            s.dates += u32::from(previous == Class::Digit && matches!(c, '年' | '月' | '日'));
        }
        // Inside a word it belongs to neither side.
        Class::Apostrophe => {
            s.quotes += u32::from(!matches!(previous, Class::Lower | Class::Upper | Class::Caseless));
        }
        Class::Comma => s.commas += 1,
        // A full-width stop ends a sentence without a space.
        Class::Stop => s.stops += u32::from(c > '\u{2FFF}'),
        Class::Quote => s.quotes += 1,
        Class::Open => s.brackets += 1,
        Class::Separator => {
            s.separators += 1;
            s.links += u32::from(c == '/' && previous == Class::Separator);
        }
        Class::Symbol => {
            s.symbols += 1;
            s.links += u32::from(c == '@');
        }
        Class::Space => s.stops += u32::from(after_stop),
        _ => {}
    }
}

/// The class of the last character, and that of the last one before closing quotes and brackets.
fn ending(body: &str, table: &Table) -> (Class, Class) {
    let class = |c| table.get(c).0;
    let mut back = body.chars().rev();
    let Some(c) = back.next() else { return (Class::None, Class::None) };
    let last = class(c);
    let (mut inner, mut before) = (c, last);
    while matches!(before, Class::Quote | Class::Close | Class::Apostrophe) {
        let Some(c) = back.next() else { break };
        (inner, before) = (c, class(c));
    }
    if inner == '.' && back.next() == Some('.') {
        before = Class::Ellipsis;
    }
    (if last == Class::Stop { before } else { last }, before)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(line: &str) -> Shape {
        let mut function = HashBits::new(&[]);
        let mut tokens = Vec::new();
        scan("the on", &function, &mut tokens);
        for token in tokens {
            function.insert(token & HASH);
        }
        scan(line, &function, &mut Vec::new())
    }

    #[test]
    fn words_marks_and_ends_are_counted() {
        let s = shape("  The mayor (52) said: “No.” On 12.03.2024, at 17:45, the END…");
        assert_eq!((s.indent, s.words, s.function, s.shouted), (2, 14, 3, 1));
        assert_eq!((s.capitals, s.cased, s.numbers, s.years), (4, 8, 6, 1));
        assert_eq!((s.dates, s.clocks, s.commas, s.stops, s.quotes), (1, 1, 2, 1, 2));
        assert_eq!((s.first, s.last, s.before_last), (Class::Upper, Class::Ellipsis, Class::Ellipsis));
        let s = shape("- See also ...");
        assert!(s.bullet);
        assert_eq!(s.last, Class::Ellipsis);
        assert_eq!(shape("He said “no.”").before_last, Class::Stop);
    }

    #[test]
    fn scripts_without_spaces_count_characters() {
        let s = shape("市长于3月1日辞职。议会开会！");
        assert_eq!((s.words, s.ideo, s.halves, s.stops, s.dates), (2, 11, 15, 2, 2));
    }

    #[test]
    fn case_and_soft_hyphens_do_not_change_a_token() {
        let function = HashBits::new(&[]);
        let (mut a, mut b) = (Vec::new(), Vec::new());
        scan("ΑΘΗΝΑ Straße", &function, &mut a);
        scan("Αθήνα Stra\u{AD}ße", &function, &mut b);
        assert_eq!(a, b);
    }
}

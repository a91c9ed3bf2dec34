//! One scan over a line: its tokens as folded hashes, and everything that is counted about its characters.
//! What the counts mean is left to `features`.

use crate::boilerplate::chars::Class;
use crate::boilerplate::chars::ascii;
use crate::boilerplate::chars::cell;
use crate::boilerplate::tables::HashBits;
use crate::boilerplate::words::Numbers;
use crate::boilerplate::words::Word;
use crate::boilerplate::words::finish;
use crate::boilerplate::words::mix;
use crate::characters::decode;

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
pub(crate) const NUMBER: Token = 1;
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
    /// Whether it may be read so, or say how.
    pub(crate) reading: Reading,
}

/// What a line has to do with how Chinese characters are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Reading {
    /// Nothing.
    #[default]
    None,
    /// It ends with one of those.
    Open,
    /// It is short and all kana, as what says how they are read.
    Kana,
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
            reading: next.reading,
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

/// The tokens of a line, when nothing is known about function words.
pub(crate) fn tokens(line: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    scan(line, &HashBits::none(), &mut tokens);
    tokens
}

/// What is known of a line so far.
struct Scan<'a> {
    bytes: &'a [u8],
    function: &'a HashBits,
    tokens: &'a mut Vec<Token>,
    shape: Shape,
    numbers: Numbers,
    previous: Class,
    after_stop: bool,
}

impl Scan<'_> {
    /// Reads all of it.
    fn run(&mut self) {
        let mut at = 0;
        while at < self.bytes.len() {
            let word = Word::read(self.bytes, at);
            let Some(byte) = self.bytes.get(word.end) else { return self.word(&word) };
            let (mut c, mut k, mut len) = (u32::from(*byte), ascii(*byte), 1);
            if !byte.is_ascii() {
                let rest = self.bytes.get(word.end..).unwrap_or_default();
                let Some((beyond, after)) = decode(rest) else { break };
                (c, len) = (beyond, rest.len() - after.len());
                k = cell(c).0;
                if word.takes(k) {
                    at = self.go_on(word);
                    continue;
                }
                self.shape.chars -= len as u32 - 1;
            }
            at = word.end + len;
            if word.len > 0 {
                self.word(&word);
            }
            if k == Class::Ideo {
                at = self.ideographs(c, at);
                continue;
            }
            if *byte == b' ' {
                self.shape.stops += u32::from(self.after_stop);
                (self.previous, self.after_stop) = (Class::Space, false);
            } else {
                self.other(c, k);
            }
        }
    }

    /// Reads on to the end of a word, and gives that.
    #[inline(never)]
    fn go_on(&mut self, mut word: Word) -> usize {
        self.shape.chars -= word.go_on(self.bytes);
        self.word(&word);
        word.end
    }

    /// Takes a word into account.
    #[expect(clippy::inline_always, reason = "of the two places that call it, one is most of all work here")]
    #[inline(always)]
    fn word(&mut self, word: &Word) {
        let (s, digits) = (&mut self.shape, word.digits());
        if digits < word.len {
            let hash = finish(word.hash);
            let known = self.function.contains(hash);
            let content = if word.len >= CONTENT_LETTERS { CONTENT } else { 0 };
            self.tokens.push(hash | if known { FUNCTION } else { content });
            s.function += u32::from(known);
            s.capitals += u32::from(word.starts_upper);
            s.shouted += u32::from(word.is_shouted());
        } else {
            self.numbers.take(self.bytes, word.start, word.end, s);
            self.tokens.push(NUMBER);
        }
        s.digits += digits;
        s.words += 1;
        (self.previous, self.after_stop) = (word.last, false);
    }

    /// Takes a character into account that is a token by itself, and all such that follow from `at` on; gives where
    /// they end.
    #[inline(never)]
    fn ideographs(&mut self, mut c: u32, at: usize) -> usize {
        let s = &mut self.shape;
        s.dates += u32::from(self.previous == Class::Digit && YEAR_MONTH_DAY.contains(&c));
        let mut rest = self.bytes.get(at..).unwrap_or_default();
        loop {
            let hash = finish(mix(0, c));
            let known = self.function.contains(hash);
            self.tokens.push(hash | IDEO | if known { FUNCTION } else { CONTENT });
            s.function += u32::from(known);
            s.ideo += 1;
            let Some((next, after)) = decode(rest).filter(|(c, _)| cell(*c).0 == Class::Ideo) else { break };
            s.chars -= (rest.len() - after.len()) as u32 - 1;
            (c, rest) = (next, after);
        }
        (self.previous, self.after_stop) = (Class::Ideo, false);
        self.bytes.len() - rest.len()
    }

    /// Takes a character into account that is not part of a word.
    fn other(&mut self, c: u32, k: Class) {
        count(c, k, self.previous, self.after_stop, &mut self.shape);
        self.after_stop = k == Class::Stop || self.after_stop && matches!(k, Class::Quote | Class::Close);
        self.previous = k;
    }
}

/// Scans a line without its indentation and trailing space, appends its tokens and returns its shape.
pub(crate) fn scan(line: &str, function: &HashBits, tokens: &mut Vec<Token>) -> Shape {
    // What most lines begin and end with is no white space at a glance.
    let is_plain = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    let body = if is_plain(line.as_bytes().first()) { line } else { line.trim_start() };
    let first_token = tokens.len();
    let indent = (line.len() - body.len()) as u32;
    let body = if is_plain(body.as_bytes().last()) { body } else { body.trim_end() };
    let bytes = body.as_bytes();
    let shape = Shape { indent, chars: body.len() as u32, ..Shape::default() };
    let (numbers, previous, after_stop) = (Numbers::default(), Class::None, false);
    let mut scan = Scan { bytes, function, tokens, shape, numbers, previous, after_stop };
    scan.run();
    let (s, tokens) = (&mut scan.shape, &*scan.tokens);
    s.first = decode(bytes).map_or(Class::None, |(c, _)| cell(c).0);
    let own = tokens.get(first_token..).unwrap_or_default();
    s.tokens = (first_token as u32, tokens.len() as u32);
    s.halves = 2 * s.words + s.ideo;
    s.cased = s.words - s.numbers;
    s.last_function = own.last().is_some_and(|token| token & FUNCTION != 0);
    (s.last, s.before_last) = ending(body);
    s.leans_back = match s.first {
        Class::Lower => true,
        // Where there are no capitals: kana particles and, in other scripts, function words.
        Class::Ideo | Class::Caseless => {
            let is_function = own.first().is_some_and(|token| token & FUNCTION != 0);
            is_function && (s.first == Class::Caseless || body.starts_with(|c| matches!(c, 'ぁ'..='ん')))
        }
        _ => false,
    };
    if s.last == Class::Ideo {
        s.reading = reading(body, s);
    }
    let mut front = body.chars();
    s.bullet = matches!(front.next(), Some('*' | '-' | '+' | '•' | '–' | '·' | '○' | '▪' | '#'))
        && front.next() == Some(' ');
    scan.shape
}

/// How Chinese characters are read is said in so many kana at most.
const READING: u32 = 16;

fn reading(body: &str, s: &Shape) -> Reading {
    let is_han = |c| matches!(c, '\u{3400}'..='\u{9FFF}' | '々');
    let is_kana = |c| matches!(c, '\u{3041}'..='\u{30FF}');
    match (body.ends_with(is_han), s.ideo == s.chars && s.chars <= READING) {
        (true, _) => Reading::Open,
        (_, true) if body.chars().all(is_kana) => Reading::Kana,
        _ => Reading::None,
    }
}

/// What stands after the numbers of a date where there are no spaces.
const YEAR_MONTH_DAY: [u32; 3] = ['年' as u32, '月' as u32, '日' as u32];

/// Counts a character that is not part of a word.
fn count(c: u32, k: Class, previous: Class, after_stop: bool, s: &mut Shape) {
    match k {
        // Inside a word it belongs to neither side.
        Class::Apostrophe => {
            s.quotes += u32::from(!matches!(previous, Class::Lower | Class::Upper | Class::Caseless));
        }
        Class::Comma => s.commas += 1,
        // A full-width stop ends a sentence without a space.
        Class::Stop => s.stops += u32::from(c > 0x2FFF),
        Class::Quote => s.quotes += 1,
        Class::Open => s.brackets += 1,
        Class::Separator => {
            s.separators += 1;
            s.links += u32::from(c == u32::from(b'/') && previous == Class::Separator);
        }
        Class::Symbol => {
            s.symbols += 1;
            s.links += u32::from(c == u32::from(b'@'));
        }
        Class::Space => s.stops += u32::from(after_stop),
        _ => {}
    }
}

/// The class of the last character, and that of the last one before closing quotes and brackets.
fn ending(body: &str) -> (Class, Class) {
    let class = |c| cell(u32::from(c)).0;
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

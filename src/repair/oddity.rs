//! Neighbours that practically never stand together in text, whatever its language: a sign of mathematics or a frame
//! within a word, a currency sign after a letter, two signs that do not go together, a capital after a small letter.
//! A wrong decoding is full of them; the language model, which knows letters best, makes too little of them.

use unicode_normalization::char::is_combining_mark;

use crate::characters::Table;
use crate::characters::pages;

/// What a character is beside others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// White space, ASCII punctuation and digits: nothing is odd beside them.
    Plain,
    Small,
    Capital,
    /// A letter without case.
    Letter,
    /// A sign that begins something: it does not follow a letter.
    Opener,
    /// A sign that ends something: no letter follows it.
    Closer,
    /// A dash, a dot, a quotation mark that may stand anywhere.
    Loose,
    /// A sign that stands alone or among figures.
    Sign,
    /// A piece of a frame.
    Frame,
    /// A control character.
    Control,
}

/// Where the alphabets end: beside ideographs and syllables anything may stand.
const TABLED: char = '\u{2E80}';

static CLASSES: Table<Class, { pages(TABLED) }> = Table::new(Class::find);

impl Class {
    pub(crate) fn of(c: char) -> Class {
        CLASSES.get(c).copied().unwrap_or(Class::Plain)
    }

    fn find(c: char) -> Class {
        match c {
            '\0'..='\u{7F}' if !c.is_ascii_alphabetic() => Class::Plain,
            '\u{A0}' | '\u{AD}' | '\u{2000}'..='\u{200F}' | '\u{2028}'..='\u{202F}' | '\u{FFFD}' => {
                Class::Plain
            }
            '\u{80}'..'\u{A0}' => Class::Control,
            '¿' | '¡' | '„' | '€' | 'µ' | '£' | '¥' | '¤' | '¢' | '√' | '¬' | '§' | '¶' | '∑' | '∂' | '∆'
            | '≈' | '¦' | '¨' | '¯' | '¸' => Class::Opener,
            '™' | '®' | '²' | '³' | '¹' | '¼' | '½' | '¾' | '‰' | 'ª' | 'º' => Class::Closer,
            '\u{2010}'..='\u{201F}'
            | '…'
            | '•'
            | '·'
            | '«'
            | '»'
            | '‹'
            | '›'
            | '†'
            | '‡'
            | '°'
            | '©'
            | '´'
            | '\u{2032}'
            | '\u{2033}' => Class::Loose,
            '\u{2500}'..='\u{259F}' => Class::Frame,
            _ if c.is_lowercase() => Class::Small,
            _ if c.is_uppercase() => Class::Capital,
            _ if c.is_alphabetic() => Class::Letter,
            _ if is_combining_mark(c) || c.is_numeric() => Class::Plain,
            // Signs that no charset of single bytes has, such as what ends words and sentences in other scripts.
            '\u{700}'..'\u{E00}' | '\u{E80}'..'\u{2000}' => Class::Plain,
            _ => Class::Sign,
        }
    }

    /// Whether it is a letter, of an alphabet.
    pub(crate) const fn is_letter(self) -> bool {
        matches!(self, Class::Small | Class::Capital | Class::Letter)
    }

    /// Whether a character of this class is odd right after another one of the class `before`.
    #[inline]
    pub(crate) const fn is_odd_after(self, before: Class) -> bool {
        ODD[before as usize] >> self as u16 & 1 == 1
    }

    const fn find_odd_after(self, before: Class) -> bool {
        use Class::{Capital, Closer, Control, Frame, Loose, Opener, Plain, Sign, Small};

        match (before, self) {
            (Plain, _) | (_, Plain) | (Frame, Frame) => false,
            (Small, Capital) => true,
            (a, b) if a.is_letter() && b.is_letter() => false,
            (a, Opener | Sign | Frame | Control) if a.is_letter() => true,
            (Closer | Control, b) if b.is_letter() => true,
            // `√π`, `«Nom`, `|a`: what begins something is followed by it.
            (_, b) if b.is_letter() => false,
            (a, _) if a.is_letter() => false,
            (Loose, _) | (_, Loose) => false,
            _ => true,
        }
    }
}

const ALL: [Class; 10] = [
    Class::Plain,
    Class::Small,
    Class::Capital,
    Class::Letter,
    Class::Opener,
    Class::Closer,
    Class::Loose,
    Class::Sign,
    Class::Frame,
    Class::Control,
];

/// For each class the classes that are odd after it, as bits.
const ODD: [u16; ALL.len()] = {
    let mut odd = [0; ALL.len()];
    let mut before = 0;
    while before < ALL.len() {
        let mut after = 0;
        while after < ALL.len() {
            odd[before] |= (ALL[after].find_odd_after(ALL[before]) as u16) << after;
            after += 1;
        }
        before += 1;
    }
    odd
};

/// Whether text practically never has the second character right after the first.
pub(crate) fn is_odd(before: char, c: char) -> bool {
    !(before.is_ascii() && c.is_ascii()) && before != c && Class::of(c).is_odd_after(Class::of(before))
}

/// Whether characters are letters of a script with capitals, as words are made of, or one such letter that stands alone.
pub(crate) fn is_word(chars: &[char], start: usize, end: usize) -> bool {
    let is_letter = |&c: &char| matches!(Class::of(c), Class::Small | Class::Capital);
    match chars.get(start..end) {
        Some([letter, ' ']) => {
            is_letter(letter) && start.checked_sub(1).is_none_or(|i| chars.get(i) == Some(&' '))
        }
        Some(letters) => letters.len() > 1 && letters.iter().all(is_letter),
        None => false,
    }
}

/// How many odd neighbours characters have among themselves and with what stands beside them, and one more where they are
/// signs in the middle of a word.
pub(crate) fn count(chars: &[char], start: usize, end: usize) -> usize {
    let around = chars.get(start.saturating_sub(1)..(end + 1).min(chars.len())).unwrap_or_default();
    let pairs = around.windows(2).filter(|pair| matches!(pair, [a, b] if is_odd(*a, *b))).count();
    // The end of the line is a space.
    let at = |index: Option<usize>| index.and_then(|index| chars.get(index)).copied().unwrap_or(' ');
    let capitals =
        (start..end).filter(|&i| !at(Some(i)).is_ascii() && Class::of(at(Some(i))) == Class::Capital);
    let strays = capitals.map(|i| stray(at(i.checked_sub(1)), at(Some(i)), at(Some(i + 1)), at(Some(i + 2))));
    let beside = |index: Option<usize>| Class::of(at(index)).is_letter();
    let is_sign = |c: &char| !Class::of(*c).is_letter() && Class::of(*c) != Class::Plain;
    let parts = beside(start.checked_sub(1))
        && beside(Some(end))
        && chars.get(start..end).is_some_and(|chars| chars.iter().all(is_sign));
    pairs + strays.sum::<usize>() + usize::from(parts)
}

/// How odd a capital is where it stands: at the end of a word in small letters, before a sign of Latin-1 where it stands alone
/// or the word goes on in small letters behind it, or one that no language has as a word, alone before one.
fn stray(before: char, c: char, after: char, next: char) -> usize {
    match (Class::of(before), after) {
        (Class::Small, _) if !Class::of(after).is_letter() => 1,
        (_, '\u{AD}') if c == 'Ã' && next.is_lowercase() => 2,
        (a, '\u{A1}'..'\u{C0}') if !a.is_letter() || next.is_lowercase() => 1,
        (_, ' ') if c == 'Ã' && before == ' ' && next.is_lowercase() => 2,
        _ => 0,
    }
}

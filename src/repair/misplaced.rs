//! Signs that stand where letters do, and letters that would become such signs: what the language model, which takes a sign for
//! a quotation mark or a dash, makes too little of when a line is read in another charset.

use super::oddity;
use super::oddity::Class;

/// Bits that a sign within a word costs: the model takes it for a quotation mark or a dash, and those are cheap.
const MISPLACED: f32 = 8.0;

/// Signs of a line that count: where a writer divides words by one, there are more of them.
const COUNTED: usize = 3;

/// A character with what stands beside it.
pub(crate) struct Beside {
    before: char,
    c: char,
    after: char,
}

impl Beside {
    /// The character, where that is a letter or a sign within a word of small letters.
    pub(crate) fn new(chars: &[char], at: usize) -> Option<Beside> {
        let char = |at: Option<usize>| at.and_then(|at| chars.get(at)).copied().unwrap_or(' ');
        let beside = Beside { before: char(at.checked_sub(1)), c: char(Some(at)), after: char(Some(at + 1)) };
        (is_letter(beside.c) || beside.is_within_word()).then_some(beside)
    }

    fn is_within_word(&self) -> bool {
        [self.before, self.after].iter().all(|c| Class::of(*c) == Class::Small)
    }
}

fn is_letter(c: char) -> bool {
    Class::of(c).is_letter()
}

/// A sign that is not written within words. Some alphabets write `o‘` for a letter.
const fn is_sign(c: char) -> bool {
    matches!(c, '€' | '‚' | '„' | '…' | '†' | '‡' | 'ˆ' | '‰' | '‹' | '“' | '”' | '•' | '˜' | '™' | '›' | '¡'..='¬' | '®'..='³' | 'µ' | '¶' | '¹'..='¿')
}

/// What it is worth that signs within words are letters in another charset, and what it costs that letters are signs where
/// none is written.
pub(crate) fn letters(beside: &[Beside], read: impl Fn(char) -> char) -> f32 {
    let mut letters = 0;
    let mut signs = 0;
    for beside in beside {
        let [before, c, after] = [beside.before, beside.c, beside.after].map(&read);
        if is_letter(beside.c) {
            let is_odd = oddity::is_odd(before, c) || oddity::is_odd(c, after);
            signs += usize::from(!is_letter(c) && (is_odd || is_sign(c) && beside.is_within_word()));
        } else {
            letters += usize::from(is_sign(beside.c) && Class::of(c) == Class::Small);
        }
    }
    MISPLACED * (letters.min(COUNTED) as f32 - signs as f32)
}

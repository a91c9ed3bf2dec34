//! Thai: whether a space ends a sentence. The script writes no stops, and spaces between phrases as well as sentences;
//! a small logistic model weighs the letters on either side and the lengths of the phrases. `copydesk-train sentences`
//! makes its weights. Lao, whose writers do use stops, is left to them.

use super::marks::is_stopless;
use super::site::Site;
use super::site::before;

/// The number of weights; a feature's hash picks one.
pub const WEIGHTS: usize = 1 << 14;

/// What a weight of 1 means in log odds.
pub const UNIT: f32 = 1.0 / 32.0;

pub(crate) static MODEL: &[u8; WEIGHTS] = include_bytes!("thai.bin");

/// Letters looked at on either side.
const LEFT: usize = 6;
const RIGHT: usize = 7;

/// How far the lengths of phrases are counted, in characters.
const PHRASE: usize = 80;

/// Whether a sentence ends at a gap in Thai.
pub(super) fn ends(site: &Site<'_>) -> bool {
    let mut sum = 0i32;
    features(site.text, site.sentence, site.end, site.next, |i| {
        sum += MODEL.get(i).map_or(0, |w| i32::from(w.cast_signed()));
    });
    sum > 0
}

/// Whether `c` is Thai.
pub(super) fn is_letter(c: char) -> bool {
    is_stopless(c) && c < '\u{e80}'
}

/// Whether the letter before `at` is Thai.
pub(super) fn is_thai(text: &str, at: usize) -> bool {
    before(text, at).is_some_and(is_letter)
}

/// Gives `emit` the weights that speak about the gap from `end` to `next` in the sentence that begins at `sentence`.
pub fn features(text: &str, sentence: usize, end: usize, next: usize, mut emit: impl FnMut(usize)) {
    let left = text.get(sentence..end).unwrap_or_default();
    let right = text.get(next..).unwrap_or_default();
    emit(place(start(b'b')));
    let mut hash = start(b'L');
    for c in left.chars().rev().take(LEFT) {
        hash = step(hash, c as u32);
        emit(place(hash));
    }
    let mut hash = start(b'R');
    for c in right.chars().take(RIGHT) {
        hash = step(hash, c as u32);
        emit(place(hash));
    }
    let behind = left.chars().rev().take(PHRASE).take_while(|c| !c.is_whitespace()).count();
    let ahead = right.chars().take(PHRASE).take_while(|c| !c.is_whitespace()).count();
    let whole = left.len() / 3;
    let classes = step(class(left.chars().next_back()), class(right.chars().next()));
    for (kind, value) in [
        (b's', bucket(whole)),
        (b'p', bucket(behind)),
        (b'q', bucket(ahead)),
        (b'x', classes),
        (b'y', bucket(behind) / 2 * 8 + bucket(ahead) / 2),
    ] {
        emit(place(step(start(kind), value)));
    }
}

/// Lengths count by their doublings.
fn bucket(length: usize) -> u32 {
    (length + 1).ilog2().min(7)
}

/// Thai consonants and figures are alike here; vowel signs and punctuation stand for themselves.
fn class(c: Option<char>) -> u32 {
    match c {
        None => 0,
        Some('\u{e01}'..='\u{e2e}') => 1,
        Some(c) if c.is_numeric() => 2,
        Some(c) if !is_stopless(c) && c.is_alphabetic() => 3,
        Some(c) => c as u32,
    }
}

/// Fowler, Noll and Vo's hash over whole characters.
fn start(kind: u8) -> u32 {
    step(0x811c_9dc5, u32::from(kind))
}

fn step(hash: u32, value: u32) -> u32 {
    (hash ^ value).wrapping_mul(0x0100_0193).rotate_left(13)
}

fn place(hash: u32) -> usize {
    (hash.wrapping_mul(0x9e37_79b1) >> 18) as usize
}

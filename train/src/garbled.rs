//! Training text that was garbled before it was collected: text read in a neighbouring charset, which makes letters that
//! its language does not have, and UTF-8 read as bytes. A model that learned from it would find damage likely.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use copydesk::charset::NEIGHBOURS;
use copydesk::charset::Single;

/// Charsets that UTF-8 was read in.
const BYTEWISE: [Single; 2] = [Single::WINDOWS_1252, Single::WINDOWS_1250];
/// A letter is taken for another one that is in so many times as many sentences of the language, and in one sentence of so
/// many at least.
const TIMES: usize = 3;
const AT_LEAST: usize = 50;

/// The texts of one language that are as they were written.
pub(crate) fn without(mut texts: Vec<String>) -> Vec<String> {
    // A letter that is too frequent to be taken for a mistake may be one, once the texts with others are gone.
    loop {
        let all = texts.len();
        let mistaken = mistaken(&texts);
        let is_mistaken = |text: &str| letters(text).any(|letter| mistaken.contains(&letter));
        texts.retain(|text| !is_mistaken(text) && !is_bytewise(text));
        if texts.len() == all {
            return texts;
        }
    }
}

/// The letters that some of the texts have for others.
fn mistaken(texts: &[String]) -> BTreeSet<char> {
    let mut sentences: BTreeMap<char, usize> = BTreeMap::new();
    for text in texts {
        for letter in letters(text).collect::<BTreeSet<char>>() {
            *sentences.entry(letter).or_default() += 1;
        }
    }
    let is_mistaken = |letter: char, seen: usize| {
        NEIGHBOURS.iter().any(|(written, read)| {
            let meant = read.byte(letter).map(|byte| small(written.char(byte)));
            let often = meant.filter(|&c| c != letter).and_then(|c| sentences.get(&c));
            often.is_some_and(|&often| often > TIMES * seen && often * AT_LEAST > texts.len())
        })
    };
    sentences
        .iter()
        .filter(|(letter, seen)| is_mistaken(**letter, **seen))
        .map(|(letter, _)| *letter)
        .collect()
}

/// Letters beyond ASCII, and signs within words, which only stand there for letters.
fn letters(text: &str) -> impl Iterator<Item = char> + '_ {
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
    let mut before = None;
    let mut rest = text.chars().peekable();
    std::iter::from_fn(move || {
        loop {
            let c = rest.next()?;
            let is_within = is_letter(before) && is_letter(rest.peek().copied());
            before = Some(c);
            if !c.is_ascii() && (c.is_alphabetic() || is_within) {
                return Some(small(c));
            }
        }
    })
}

fn small(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// Whether something in the text is a character of UTF-8 byte by byte, or a character that was lost.
fn is_bytewise(text: &str) -> bool {
    if text.contains('\u{FFFD}') {
        return true;
    }
    BYTEWISE.iter().any(|charset| {
        let bytes: Vec<u8> = text.chars().map(|c| charset.byte(c).unwrap_or(b' ')).collect();
        bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Forty sentences of a language that has the letters, and some more.
    fn left(native: &str, more: &[&str]) -> Vec<String> {
        let mut texts: Vec<String> = (0..40).map(|n| format!("{native} {n}")).collect();
        texts.extend(more.iter().map(|text| (*text).to_owned()));
        without(texts).split_off(40)
    }

    #[test]
    fn letters_of_a_neighbouring_charset_go() {
        assert_eq!(
            left("Kışın dağ yolları kapalı.", &["Kýþýn yollar kapalý.", "Hâlâ kapalı."]),
            ["Hâlâ kapalı."]
        );
        assert_eq!(left("Az ősz hűvös.", &["Az õsz hûvös.", "Az ősz itt van."]), ["Az ősz itt van."]);
    }

    #[test]
    fn a_languages_own_letters_stay() {
        let own = "Það er kýr á þúfunni.";
        assert_eq!(left("Ðað er kýr á þúfu.", &[own]), [own]);
        let own = "Мой дом — моя крепость.";
        assert_eq!(left("Объявление о съезде.", &[own]), [own]);
    }

    #[test]
    fn characters_byte_by_byte_go() {
        let clean = ["Une idée »neuve«", "„Größe“"];
        assert_eq!(left("Rien.", &["Une idÃ©e", "Mï¿½ller", "M\u{FFFD}ller", clean[0], clean[1]]), clean);
    }
}

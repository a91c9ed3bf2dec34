//! The lists under `rules/abbreviations/`, embedded.

use crate::document::Lang;

const LISTS: [(&str, &str); 3] = [
    ("de", include_str!("../../rules/abbreviations/de.txt")),
    ("en", include_str!("../../rules/abbreviations/en.txt")),
    ("fr", include_str!("../../rules/abbreviations/fr.txt")),
];

/// Whether the last word of `piece` is an abbreviation of the language, or of any when it is unknown.
pub(crate) fn ends_in_one(piece: &str, hint: Lang) -> bool {
    let Some(word) = piece.trim_end().strip_suffix('.').and_then(|s| s.rsplit(char::is_whitespace).next())
    else {
        return false;
    };
    let word = word.trim_start_matches(['(', '[', '"', '“', '„', '«']);
    LISTS
        .iter()
        .filter(|(tag, _)| hint == Lang::UND || hint.tag() == *tag)
        .any(|(_, list)| list.lines().any(|entry| entry == word))
}

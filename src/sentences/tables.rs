//! The word lists under `rules/`, embedded. A test compares them with the folder.

/// One line a language: its tag, then its most frequent words.
pub(super) const FUNCTION_WORDS: &str = include_str!("../../rules/function-words.txt");

macro_rules! lists {
    ($($tag:literal)*) => {
        [$(($tag, include_str!(concat!("../../rules/abbreviations/", $tag, ".txt")))),*]
    };
}

/// Language and list.
pub(super) const ABBREVIATIONS: [(&str, &str); 79] = lists![
    "af" "am" "ar" "az" "be" "bg" "bho" "bn" "br" "bs" "ca" "cs" "cy" "da" "de" "el" "en" "eo" "es"
    "et" "eu" "fa" "fi" "fo" "fr" "ga" "gd" "gl" "gu" "he" "hi" "hr" "hu" "hy" "id" "is" "it" "ka"
    "kk" "kn" "ky" "la" "lb" "lt" "lv" "mk" "ml" "mr" "ms" "mt" "nb" "ne" "nl" "nn" "oc" "or" "pa" "pl" "pt"
    "ro" "ru" "si" "sk" "sl" "so" "sq" "sr" "sv" "sw" "ta" "te" "th" "tl" "tr" "tt" "uk" "uz" "vi"
    "yi"
];

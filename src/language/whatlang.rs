//! The crate whatlang in our terms: what `language.models = ["whatlang"]` answers.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::codes::LANGUAGES;

/// Its language for a text and how sure it is; `None` when it says nothing, or names a language that is not allowed.
pub(super) fn detect(text: &str, allowed: u128) -> Option<(usize, f32)> {
    let info = whatlang::detect(text)?;
    let code = match info.lang() {
        // Its codes are ISO 639-3 like ours, but for languages that we name by their family.
        whatlang::Lang::Ara => "arb",
        whatlang::Lang::Pes => "fas",
        whatlang::Lang::Uzb => "uzb",
        other => other.code(),
    };
    let index = LANGUAGES.iter().position(|(_, iso, ..)| *iso == code)?;
    (allowed >> index & 1 == 1).then_some((index, info.confidence() as f32))
}

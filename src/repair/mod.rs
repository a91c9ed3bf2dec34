//! Undoes damage to characters: wrong decodings, left-over entities, control characters, decomposed letters.
//! Reading bytes is left to `decode`, judging lines to `boilerplate`. Meaning, quotes and widths stay as they are.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod entities;
mod mojibake;

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::is_nfc;

use crate::config;
use crate::document::Edit;
use crate::document::lines;

/// A repaired text and what was done to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repaired<'t> {
    /// The text; borrowed when nothing changed.
    pub text: Cow<'t, str>,
    /// What changed, ascending and disjoint; applying it to the input gives `text`.
    pub edits: Vec<Edit>,
}

/// How often a line may be repaired again: text that was garbled three times over needs three rounds.
const ROUNDS: usize = 6;

/// Repairs `text` line by line, to a fixed point.
pub fn repair<'t>(text: &'t str, _config: &config::Repair) -> Repaired<'t> {
    let mut edits = Vec::new();
    for line in lines(text) {
        let before = line.span.of(text);
        if is_plain(before) {
            continue;
        }
        let mut now = Cow::Borrowed(before);
        let mut code = "";
        for _ in 0..ROUNDS {
            let Some((next, step)) = repair_once(&now) else { break };
            now = Cow::Owned(next);
            code = if code.is_empty() { step } else { code };
        }
        if let Cow::Owned(to) = now {
            edits.push(Edit { span: line.span, to, code });
        }
    }
    let text =
        if edits.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(crate::document::apply(text, &edits)) };
    Repaired { text, edits }
}

/// Nothing in the line can be damaged: printable ASCII without an ampersand.
fn is_plain(line: &str) -> bool {
    line.bytes().all(|b| (b' '..=b'~').contains(&b) && b != b'&' || b == b'\t')
}

fn repair_once(line: &str) -> Option<(String, &'static str)> {
    mojibake::undo(line)
        .map(|to| (to, "mojibake"))
        .or_else(|| entities::unescape(line).map(|to| (to, "entities")))
        .or_else(|| strip_controls(line).map(|to| (to, "controls")))
        .or_else(|| (!is_nfc(line)).then(|| (line.nfc().collect(), "nfc")))
}

fn strip_controls(line: &str) -> Option<String> {
    let is_junk = |c: char| (c.is_control() && c != '\t') || matches!(c, '\u{FEFF}' | '\u{AD}');
    line.contains(is_junk).then(|| line.chars().filter(|&c| !is_junk(c)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(text: &str) -> String {
        repair(text, &config::Repair::default()).text.into_owned()
    }

    #[test]
    fn undoes_layers_to_a_fixed_point() {
        assert_eq!(repaired("cafÃ© â€“ dÃ©jÃ\u{A0} vu"), "café – déjà vu");
        assert_eq!(repaired("cafÃƒÂ©"), "café");
        assert_eq!(repaired("Tom &amp; Jerry &eacute;t&eacute;"), "Tom & Jerry été");
    }

    #[test]
    fn clean_text_is_borrowed() {
        for text in ["Plain.", "“Curly” – naïve café", "Привет, мир", "日本語の文章。", "It cost 5 €"]
        {
            assert!(matches!(repair(text, &config::Repair::default()).text, Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn edits_give_the_text() {
        let text = "ok\ncafÃ©\nok &amp; ok";
        let repaired = repair(text, &config::Repair::default());
        assert_eq!(crate::document::apply(text, &repaired.edits), repaired.text);
        assert_eq!(repaired.edits.len(), 2);
    }
}

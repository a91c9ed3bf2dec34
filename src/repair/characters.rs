//! Characters that no writer meant: controls, byte-order marks, zero-width junk, soft hyphens, ligatures, wide Latin.
//! Joiners that a script or an emoji needs, direction marks, quotes and CJK forms stay.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::is_nfc;

use crate::charset::Single;
use crate::document::Edit;
use crate::document::Span;

/// The changes to single characters of a line.
pub(crate) fn tidy(line: &str) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut before = ' ';
    let narrow = narrows(line);
    let mut chars = line.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let after = chars.peek().map_or(' ', |&(_, c)| c);
        let mut put = |to: String, code: &'static str| {
            edits.push(Edit { span: Span::new(at, at + c.len_utf8()), to, code });
        };
        match c {
            '\t' | '\n' | ' '..='~' => {}
            '\0'..' ' | '\u{7F}' => put(String::new(), "control"),
            '\u{80}'..'\u{A0}' => match Single::WINDOWS_1252.char(c as u8) {
                known if known != c => put(known.into(), "c1-control"),
                _ => {}
            },
            '\u{FEFF}' => put(String::new(), "byte-order-mark"),
            '\u{AD}' => put(String::new(), "soft-hyphen"),
            '\u{200B}' | '\u{2060}' | '\u{180E}' if !needs_breaks(before) && !needs_breaks(after) => {
                put(String::new(), "zero-width");
            }
            '\u{200C}' | '\u{200D}' if is_plain_letter(before) && is_plain_letter(after) => {
                put(String::new(), "zero-width");
            }
            '\u{2028}' | '\u{2029}' => put("\n".into(), "line-separator"),
            '\u{FB00}'..='\u{FB06}' | 'Ǆ'..='ǌ' => put(c.nfkc().collect(), "ligature"),
            '\u{3000}' if narrow && is_wide(before) && is_wide(after) => put(" ".into(), "wide-latin"),
            // One wide letter alone is a face or an emphasis; two are a word.
            '！'..='～'
                if narrow
                    && [before, c, after].into_iter().any(is_wide_letter)
                    && (is_wide(before) || is_wide(after)) =>
            {
                put(c.nfkc().collect(), "wide-latin");
            }
            _ => {}
        }
        before = c;
    }
    edits
}

/// Whether wide letters of the line are out of place: it is in Latin letters, narrow ones or words of wide ones, and
/// nothing in it is CJK.
fn narrows(line: &str) -> bool {
    line.contains(is_wide)
        && (line.contains(|c: char| c.is_ascii_alphabetic())
            || line.chars().filter(|c| matches!(c, 'ａ'..='ｚ')).count() > 8)
        && !line.contains(|c: char| matches!(c, '\u{2E80}'..='\u{2FFF}' | '\u{3001}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7FF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF5F}'..='\u{FFDC}' | '\u{20000}'..='\u{3FFFF}'))
}

const fn is_wide(c: char) -> bool {
    matches!(c, '！'..='～')
}

const fn is_wide_letter(c: char) -> bool {
    matches!(c, 'Ａ'..='Ｚ' | 'ａ'..='ｚ')
}

/// Scripts that are written without spaces, where an invisible break means something.
const fn needs_breaks(c: char) -> bool {
    matches!(c, '\u{E00}'..='\u{10FF}' | '\u{1700}'..='\u{1CFF}' | '\u{2E80}'..='\u{D7FF}')
}

/// Letters and signs that no joiner belongs between.
fn is_plain_letter(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{C0}'..='\u{52F}' | '\u{1E00}'..='\u{1FFF}')
}

/// The line in normal form C.
pub(crate) fn compose(line: &str) -> Vec<Edit> {
    if line.is_ascii() || is_nfc(line) {
        return Vec::new();
    }
    vec![Edit { span: Span::new(0, line.len()), to: line.nfc().collect(), code: "nfc" }]
}

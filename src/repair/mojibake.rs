//! Undoes UTF-8 that was read as a single-byte charset. One step at a time; the caller repeats it.

use encoding_rs::Encoding;
use encoding_rs::WINDOWS_1250;
use encoding_rs::WINDOWS_1251;
use encoding_rs::WINDOWS_1252;
use encoding_rs::WINDOWS_1254;

const CHARSETS: [&Encoding; 4] = [WINDOWS_1252, WINDOWS_1250, WINDOWS_1251, WINDOWS_1254];

/// The line as it was before UTF-8 was read as a single-byte charset, where that is certain.
///
/// The proof is structural: every character goes back to a byte, and the bytes are valid UTF-8 with at least one
/// multi-byte character. Ordinary text practically never is.
pub(crate) fn undo(line: &str) -> Option<String> {
    if line.is_ascii() {
        return None;
    }
    CHARSETS.iter().find_map(|charset| {
        let (bytes, _, unmappable) = charset.encode(line);
        if unmappable {
            return None;
        }
        let text = std::str::from_utf8(&bytes).ok()?;
        (text != line && !text.chars().any(char::is_control)).then(|| text.to_owned())
    })
}

//! Decoding: valid UTF-8 is itself, and every loss shows.

use std::borrow::Cow;

use copydesk::decode;

/// The laws, for any bytes.
pub fn check(data: &[u8]) {
    let decoded = decode(data, None);
    if let Ok(text) = std::str::from_utf8(data)
        && decoded.encoding == "UTF-8"
    {
        assert_eq!(decoded.text, text.strip_prefix('\u{FEFF}').unwrap_or(text), "valid UTF-8 is itself");
        assert!(matches!(decoded.text, Cow::Borrowed(_)), "valid UTF-8 is borrowed");
    }
    assert!(decoded.losses == 0 || decoded.text.contains('\u{FFFD}'), "a loss leaves a mark");
    assert_eq!(decoded, decode(data, None), "the same bytes are the same text");
    // A declared charset is evidence; whatever it says, there is an answer.
    for hint in ["windows-1252", "shift_jis", "utf-16le", "no such charset"] {
        assert!(!decode(data, Some(hint)).encoding.is_empty());
    }
}

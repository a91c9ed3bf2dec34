//! Bytes to text. Any bytes have an answer; what was lost is counted. Repairing wrong decodings is left to `repair`.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use std::borrow::Cow;

use chardetng::EncodingDetector;
use chardetng::Iso2022JpDetection;
use chardetng::Utf8Detection;
use encoding_rs::Encoding;
use encoding_rs::UTF_8;

/// The text of some bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded<'b> {
    /// The text; borrowed where the bytes were valid UTF-8.
    pub text: Cow<'b, str>,
    /// The encoding used, by its WHATWG name.
    pub encoding: &'static str,
    /// How many byte sequences had no character and became U+FFFD.
    pub losses: u32,
    /// Whether the bytes look like something else than text (images, archives).
    pub binary: bool,
}

/// Share of control bytes above which bytes are not text. Text in any charset has next to none; random bytes have a tenth.
const BINARY_SHARE: f64 = 0.03;

/// Decodes `bytes`: byte-order mark, then valid UTF-8, then the `hint` (a charset label) where it fits, then detection.
pub fn decode<'b>(bytes: &'b [u8], hint: Option<&str>) -> Decoded<'b> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return with(encoding, bytes.get(mark..).unwrap_or_default());
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Decoded {
            binary: is_binary(bytes),
            text: Cow::Borrowed(text),
            encoding: UTF_8.name(),
            losses: 0,
        };
    }
    if let Some(encoding) = hint.and_then(|label| Encoding::for_label(label.as_bytes())) {
        let decoded = with(encoding, bytes);
        if decoded.losses == 0 {
            return decoded;
        }
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    with(detector.guess(None, Utf8Detection::Allow), bytes)
}

fn with<'b>(encoding: &'static Encoding, bytes: &'b [u8]) -> Decoded<'b> {
    let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
    let losses = if had_errors { text.matches('\u{FFFD}').count() as u32 } else { 0 };
    let binary = is_binary(text.as_bytes());
    Decoded { text, encoding: encoding.name(), losses, binary }
}

fn is_binary(bytes: &[u8]) -> bool {
    let controls = bytes.iter().filter(|b| matches!(b, 0..=8 | 14..=26 | 28..=31)).count();
    controls as f64 > BINARY_SHARE * bytes.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn valid_utf8_is_borrowed() {
        let decoded = decode("naïve".as_bytes(), Some("windows-1251"));
        assert!(matches!(decoded.text, Cow::Borrowed("naïve")));
        assert_eq!(decoded.encoding, "UTF-8");
    }

    #[test]
    fn a_declared_charset_that_fits_is_used() {
        let decoded = decode(&[0xCF, 0xF0, 0xE8], Some("windows-1251"));
        assert_eq!((&*decoded.text, decoded.encoding), ("При", "windows-1251"));
    }

    #[test]
    fn noise_is_not_text() {
        let noise: Vec<u8> = (0..4096_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        assert!(decode(&noise, None).binary);
        assert!(!decode("Ordinary text.\r\n\tIndented.".as_bytes(), None).binary);
    }
}

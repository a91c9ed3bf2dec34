//! Sizes as people write them: `64K`, `1.5 GiB`, or bare bytes.

use std::fmt;

use serde::Deserializer;
use serde::de::Error;
use serde::de::Visitor;

/// Bytes from a number with K, M, G or T after it, each 1024 times the one before.
pub fn size(text: &str) -> Result<u64, String> {
    let wrong =
        || format!("`{text}` is not a size; expected a number with K, M, G or T after it, and more than 0");
    let upper = text.trim().to_ascii_uppercase();
    let plain = upper.strip_suffix('B').unwrap_or(&upper);
    // The `i` of `GiB` says what is meant anyway.
    let unit = plain.strip_suffix('I').unwrap_or(plain);
    let scaled = [('K', 10), ('M', 20), ('G', 30), ('T', 40)]
        .iter()
        .find_map(|(letter, shift)| Some((unit.strip_suffix(*letter)?, *shift)));
    let (number, shift) = scaled.unwrap_or((plain, 0));
    let number: f64 = number.trim().parse().map_err(|_| wrong())?;
    let bytes = number * (1_u64 << shift) as f64;
    if bytes >= 1.0 && bytes < 2f64.powi(62) { Ok(bytes as u64) } else { Err(wrong()) }
}

/// The same in a settings file: a number of bytes, or text.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    struct OfSize;
    impl Visitor<'_> for OfSize {
        type Value = u64;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a size: bytes, or a number with K, M, G or T after it like \"64M\"")
        }

        fn visit_u64<E: Error>(self, bytes: u64) -> Result<u64, E> {
            size(&bytes.to_string()).map_err(E::custom)
        }

        fn visit_i64<E: Error>(self, bytes: i64) -> Result<u64, E> {
            size(&bytes.to_string()).map_err(E::custom)
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<u64, E> {
            size(text).map_err(E::custom)
        }
    }
    deserializer.deserialize_any(OfSize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        for (text, bytes) in [
            ("10", 10),
            ("64k", 64 << 10),
            ("1.5 GiB", 3 << 29),
            ("2MB", 2 << 20),
            ("64MIB", 64 << 20),
            ("1e3", 1000),
        ] {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        for text in ["", "0", "-1", "1X", "K", "nan", "inf", "9999999T", "5KM", "5bb", "5ib", "5i"] {
            assert!(size(text).unwrap_err().contains("is not a size"), "{text}");
        }
    }
}

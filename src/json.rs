//! JSON written straight into a buffer: what a record needs, nothing else.

/// Appends a string in quotes. U+0000, which many readers cannot hold, becomes a space: as many characters, as many bytes.
pub(crate) fn string(out: &mut Vec<u8>, text: &str) {
    quoted(out, text, b" ");
}

/// Appends a string in quotes that reads back as it is.
pub(crate) fn exact(out: &mut Vec<u8>, text: &str) {
    quoted(out, text, b"\\u0000");
}

fn quoted(out: &mut Vec<u8>, text: &str, nul: &[u8]) {
    out.reserve(text.len() + 2);
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut start = 0;
    while let Some(found) = next_special(bytes.get(start..).unwrap_or_default()) {
        let at = start + found;
        out.extend_from_slice(bytes.get(start..at).unwrap_or_default());
        match bytes.get(at).copied().unwrap_or_default() {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0 => out.extend_from_slice(nul),
            other => {
                out.extend_from_slice(b"\\u00");
                for digit in [other >> 4, other & 15] {
                    out.push(b"0123456789abcdef".get(digit as usize).copied().unwrap_or_default());
                }
            }
        }
        start = at + 1;
    }
    out.extend_from_slice(bytes.get(start..).unwrap_or_default());
    out.push(b'"');
}

/// Appends `"key":"text"`; like all of these, with the comma before it.
pub(crate) fn text(out: &mut Vec<u8>, key: &str, value: &str) {
    name(out, key);
    string(out, value);
}

/// Appends `"key":number`.
pub(crate) fn number(out: &mut Vec<u8>, key: &str, value: u64) {
    name(out, key);
    digits(out, value);
}

/// Appends a number by itself.
pub(crate) fn digits(out: &mut Vec<u8>, value: u64) {
    // One digit is written often, above all as the 0 or 1 of a share.
    match u8::try_from(value) {
        Ok(digit @ 0..=9) => out.push(b'0' + digit),
        _ => out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes()),
    }
}

/// Appends `"key":share`, a [`hundredths`].
pub(crate) fn share(out: &mut Vec<u8>, key: &str, value: f64) {
    name(out, key);
    hundredths(out, value);
}

/// Appends a share or a probability with at most two decimals, and always a decimal point.
pub(crate) fn hundredths(out: &mut Vec<u8>, value: f64) {
    // Shares are not negative; `round` would be a call.
    let hundredths = (value * 100.0 + 0.5) as u32;
    digits(out, u64::from(hundredths / 100));
    let (tenths, rest) = ((hundredths / 10 % 10) as u8, (hundredths % 10) as u8);
    out.extend_from_slice(&[b'.', b'0' + tenths]);
    if rest > 0 {
        out.push(b'0' + rest);
    }
}

/// Appends a key, and the comma before it where there is something before it.
#[inline]
pub(crate) fn name(out: &mut Vec<u8>, key: &str) {
    out.reserve(key.len() + 4);
    if !matches!(out.last(), Some(b'{')) {
        out.push(b',');
    }
    out.push(b'"');
    out.extend_from_slice(key.as_bytes());
    out.extend_from_slice(b"\":");
}

/// The first byte that cannot stand in a JSON string as it is; eight are looked at in one step.
fn next_special(bytes: &[u8]) -> Option<usize> {
    for (n, eight) in bytes.chunks_exact(8).enumerate() {
        if let Some(found) = special_of(eight) {
            return Some(8 * n + found);
        }
    }
    match bytes.last_chunk::<8>() {
        // What was looked at already holds none.
        Some(eight) => special_of(eight).map(|found| bytes.len() - 8 + found),
        None => bytes.iter().position(|b| *b < 0x20 || *b == b'"' || *b == b'\\'),
    }
}

/// The first such byte of eight.
#[inline]
fn special_of(eight: &[u8]) -> Option<usize> {
    const ONES: u64 = u64::MAX / 0xFF;
    const HIGHS: u64 = ONES << 7;
    let word = u64::from_le_bytes(eight.try_into().unwrap_or_default());
    let zero_in = |x: u64| x.wrapping_sub(ONES) & !x & HIGHS;
    let below_space = word.wrapping_sub(ONES * 0x20) & !word & HIGHS;
    let found = below_space | zero_in(word ^ (ONES * b'"' as u64)) | zero_in(word ^ (ONES * b'\\' as u64));
    // A borrow can only mark bytes after the first one that is meant.
    (found != 0).then(|| found.trailing_zeros() as usize / 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_read_back_as_they_were() {
        for n in 0..40 {
            for special in ["\"", "\\", "\n", "\u{1f}", "\u{7f}", "é", "\u{2028}", "😀", "\r\t\u{1}"] {
                let text = format!("{}{special}{}", "a".repeat(n), "ü".repeat(n % 7));
                let mut out = Vec::new();
                string(&mut out, &text);
                assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), text);
            }
        }
        let mut out = Vec::new();
        string(&mut out, "a\0b");
        exact(&mut out, "a\0b");
        assert_eq!(out, b"\"a b\"\"a\\u0000b\"");
        out.clear();
        for number in [0, 7, 10, 99, 1234, u64::MAX] {
            digits(&mut out, number);
            out.push(b' ');
        }
        assert_eq!(out, b"0 7 10 99 1234 18446744073709551615 ");
    }

    #[test]
    fn shares_have_a_decimal_point() {
        let mut out = b"{".to_vec();
        for (value, expected) in
            [(1.0, "1.0"), (0.0, "0.0"), (0.934, "0.93"), (0.05, "0.05"), (0.999, "1.0"), (0.5, "0.5")]
        {
            out.truncate(1);
            share(&mut out, "x", value);
            assert_eq!(out, format!("{{\"x\":{expected}").into_bytes());
        }
    }
}

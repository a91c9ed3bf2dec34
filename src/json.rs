//! JSON written straight into a buffer: what a record needs, nothing else.

/// A one in every byte.
const ONES: u64 = u64::MAX / 0xFF;

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
    match value {
        // One digit is written often, above all as the 0 or 1 of a share.
        0..=9 => out.push(b'0' + value as u8),
        10..100_000_000 => {
            let digits = eight_digits(value);
            let zeros = digits.trailing_zeros() / 8;
            // A fixed number of bytes is a move, any other a call.
            let digits = (digits | (ONES * u64::from(b'0'))) >> (8 * zeros);
            out.extend_from_slice(&digits.to_le_bytes());
            out.truncate(out.len() - zeros as usize);
        }
        _ => out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes()),
    }
}

/// The digits of a number below 10^8, one a byte, the first one lowest. Halved three times, all halves at once.
const fn eight_digits(value: u64) -> u64 {
    let fours = (value / 10_000) | ((value % 10_000) << 32);
    let upper = ((fours * 5243) >> 19) & 0x7F_0000_007F;
    let twos = upper | ((fours - upper * 100) << 16);
    let upper = ((twos * 103) >> 10) & 0x0F_000F_000F_000F;
    upper | ((twos - upper * 10) << 8)
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
    out.extend_from_slice(&[b'.', b'0' + tenths, b'0' + rest]);
    out.truncate(out.len() - usize::from(rest == 0));
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

/// The first byte that cannot stand in a JSON string as it is; most text has none in a long while.
fn next_special(bytes: &[u8]) -> Option<usize> {
    let (blocks, _) = bytes.as_chunks::<32>();
    // Without a way out in between, a block is looked at in a few steps.
    let clean = 32
        * blocks.iter().take_while(|block| !block.iter().fold(false, |any, b| any | is_special(*b))).count();
    let rest = bytes.get(clean..).unwrap_or_default();
    let (eights, _) = rest.as_chunks::<8>();
    for (n, eight) in eights.iter().enumerate() {
        if let Some(found) = special_of(*eight) {
            return Some(clean + 8 * n + found);
        }
    }
    match bytes.last_chunk::<8>() {
        // What was looked at already holds none.
        Some(eight) => special_of(*eight).map(|found| bytes.len() - 8 + found),
        None => bytes.iter().position(|b| is_special(*b)),
    }
}

#[expect(
    clippy::needless_bitwise_bool,
    reason = "a branch for each byte keeps a block from being looked at as a whole"
)]
const fn is_special(byte: u8) -> bool {
    (byte < 0x20) | (byte == b'"') | (byte == b'\\')
}

/// The first such byte of eight.
#[inline]
fn special_of(eight: [u8; 8]) -> Option<usize> {
    const HIGHS: u64 = ONES << 7;
    let word = u64::from_le_bytes(eight);
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
    }

    #[test]
    fn numbers_read_back_as_they_were() {
        let mut out = Vec::new();
        let near_powers =
            (0..20).flat_map(|n| (0..3).map(move |less| (10_u64.pow(n) + 1).saturating_sub(less)));
        let steps = (0..100_000_000).step_by(997);
        for number in (0..10_000).chain(steps).chain(near_powers).chain([u64::MAX]) {
            out.clear();
            digits(&mut out, number);
            assert_eq!(out, number.to_string().into_bytes());
        }
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

//! The charset that a text declares in its own beginning: `<meta charset=…>`, `<?xml … encoding="…"?>` or a header line
//! `Content-Type: text/html; charset=…`. Whether to believe it is for the caller to judge.

/// Bytes in which a declaration is looked for, as browsers do.
const BEGINNING: usize = 1024;
/// The longest label.
const LONGEST: usize = 40;

/// The label that the text declares for itself.
pub(super) fn label(bytes: &[u8]) -> Option<&str> {
    let start = bytes.get(..bytes.len().min(BEGINNING)).unwrap_or_default();
    let small = start.to_ascii_lowercase();
    let value = |at: usize| start.get(at..).and_then(value);
    let xml = small.starts_with(b"<?xml").then(|| memchr::memmem::find(&small, b"encoding")).flatten();
    if let Some(label) = xml.and_then(|at| value(at + b"encoding".len())) {
        return Some(label);
    }
    memchr::memmem::find_iter(&small, b"charset").find_map(|at| {
        // In prose the word declares nothing: it has to stand in a tag or a header.
        let line = small.get(..at)?.rsplit(|byte| *byte == b'\n').next()?;
        let tag = small.get(..at)?.rsplit(|byte| *byte == b'<').next()?;
        let is_declared =
            tag.starts_with(b"meta") && !tag.contains(&b'>') || line.starts_with(b"content-type:");
        is_declared.then(|| value(at + b"charset".len())).flatten()
    })
}

/// What stands after `=`, with or without quotation marks.
fn value(after: &[u8]) -> Option<&str> {
    let value = after.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
    let is_part =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':' | b'.' | b'+');
    let length = value.iter().take(LONGEST).take_while(|byte| is_part(byte)).count();
    std::str::from_utf8(value.get(..length)?).ok().filter(|label| !label.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_are_found_where_they_declare() {
        for (text, expect) in [
            ("<!doctype html><html><head><META CHARSET='ISO-8859-2'>", Some("ISO-8859-2")),
            ("<meta http-equiv=\"Content-Type\" content=\"text/html; charset=koi8-r\">", Some("koi8-r")),
            ("<?xml version=\"1.0\" encoding=\"windows-1253\"?>\n<rss>", Some("windows-1253")),
            (
                "Subject: Rat\r\nContent-Type: text/plain; charset = \"Shift_JIS\"\r\n\r\nText",
                Some("Shift_JIS"),
            ),
            ("We set charset=utf-7 and encoding=\"none\" by hand.", None),
            ("<meta name='a'> charset=big5", None),
            ("<meta charset=>", None),
            ("", None),
        ] {
            assert_eq!(label(text.as_bytes()), expect, "{text}");
        }
    }
}

//! Left-overs of transport in prose: terminal escapes, JSON escapes, quoted-printable. Code that shows such escapes
//! stays as it is.

use memchr::memchr_iter;

use crate::charset::Single;
use crate::document::Edit;
use crate::document::Span;

/// Escape sequences of terminals, removed.
pub(crate) fn terminal(line: &str) -> Vec<Edit> {
    let bytes = line.as_bytes();
    let mut edits: Vec<Edit> = Vec::new();
    for start in memchr_iter(0x1B, bytes) {
        if edits.last().is_some_and(|e| e.span.end > start) {
            continue;
        }
        let rest = bytes.get(start + 1..).unwrap_or_default();
        let len = match rest.first() {
            Some(b'[') => {
                let body = rest.iter().skip(1).take_while(|b| matches!(b, 0x20..=0x3F)).count();
                1 + body + usize::from(rest.get(1 + body).is_some_and(|b| matches!(b, 0x40..=0x7E)))
            }
            // A title: up to the bell or to ESC \.
            Some(b']') => match rest.iter().position(|b| matches!(b, 0x07 | 0x1B)) {
                Some(at) if rest.get(at..at + 2) == Some(b"\x1B\\") => at + 2,
                Some(at) if rest.get(at) == Some(&0x07) => at + 1,
                _ => 0,
            },
            Some(b'(' | b')') => 2,
            _ => 0,
        };
        let span = Span::new(start, (start + 1 + len).min(line.len()));
        if line.is_char_boundary(span.end) {
            edits.push(Edit { span, to: String::new(), code: "terminal-escape" });
        }
    }
    edits
}

/// What marks a line as code or data, in which an escape is meant.
const CODE: [&str; 10] = ["(\"", "\")", "('", "{", "}", "[", " = ", "=\"", ";\\", ":\\"];

/// `\u00e9` in prose, also escaped twice (`\\u00e9`), and bytes (`\xc3\xa9`, `\xe9`). Only where one of them is a letter, or
/// a quotation mark or an apostrophe at a letter; then all of the line.
pub(crate) fn json(line: &str) -> Vec<Edit> {
    if CODE.iter().any(|mark| line.contains(mark)) {
        return Vec::new();
    }
    let mut edits: Vec<Edit> = Vec::new();
    let mut passed = 0;
    let mut letters = false;
    for start in memchr_iter(b'\\', line.as_bytes()) {
        if start < passed || edits.last().is_some_and(|e| e.span.end > start) {
            continue;
        }
        let Some(unit) = unit(line, start) else {
            let text;
            (text, passed) = escaped_bytes(line, start);
            if let Some(text) = text {
                letters |= text.chars().any(|c| c.is_alphabetic() && !c.is_ascii());
                edits.push(Edit { span: Span::new(start, passed), to: text, code: "json-escape" });
            }
            continue;
        };
        let mut end = start + 6;
        let start = line.get(..start).map_or(start, |before| before.trim_end_matches('\\').len());
        let c = match char::from_u32(unit) {
            Some(c) if !c.is_control() => c,
            Some(_) => continue,
            None => {
                let rest = line.get(end..).unwrap_or_default();
                // One backslash is the escape's own.
                end += (rest.len() - rest.trim_start_matches('\\').len()).saturating_sub(1);
                let low = unit_at(line, end, unit);
                let Some(c) = low else { continue };
                end += 6;
                c
            }
        };
        let is_at_letter = || {
            let before = line.get(..start).and_then(|before| before.chars().next_back());
            let after = line.get(end..).and_then(|after| after.chars().next());
            before.into_iter().chain(after).any(char::is_alphabetic)
        };
        letters |= match c {
            '\u{2018}'..='\u{201F}' => is_at_letter(),
            _ => c.is_alphabetic() && !c.is_ascii(),
        };
        edits.push(Edit { span: Span::new(start, end), to: c.into(), code: "json-escape" });
    }
    if letters { edits } else { Vec::new() }
}

/// What a run of escaped bytes beyond ASCII says, in UTF-8 or else windows-1252, if anything, and where it ends.
fn escaped_bytes(line: &str, start: usize) -> (Option<String>, usize) {
    let byte = |at: usize| {
        let digits = line.get(at..at + 4)?.strip_prefix("\\x")?;
        u8::from_str_radix(digits, 16).ok().filter(|byte| *byte >= 0x80)
    };
    let bytes: Vec<u8> = (0..).map_while(|number| byte(start + 4 * number)).collect();
    let end = start + 4 * bytes.len();
    let single = |bytes: &[u8]| bytes.iter().map(|&byte| Single::WINDOWS_1252.char(byte)).collect();
    let text = String::from_utf8(bytes).unwrap_or_else(|error| single(error.as_bytes()));
    let text = Some(text).filter(|text: &String| !text.is_empty() && !text.contains(char::is_control));
    (text, end)
}

fn unit(line: &str, start: usize) -> Option<u32> {
    let digits = line.get(start..start + 6)?.strip_prefix("\\u")?;
    digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok()).flatten()
}

fn unit_at(line: &str, start: usize, high: u32) -> Option<char> {
    let low = unit(line, start).filter(|low| (0xDC00..0xE000).contains(low))?;
    let high = (0xD800..0xDC00).contains(&high).then_some(high)?;
    char::from_u32(0x1_0000 + ((high - 0xD800) << 10 | (low - 0xDC00)))
}

/// `=C3=A9` in prose: UTF-8 as quoted-printable. Addresses with such queries stay.
pub(crate) fn quoted_printable(line: &str) -> Vec<Edit> {
    let bytes = line.as_bytes();
    let mut edits: Vec<Edit> = Vec::new();
    let mut letters = false;
    let (mut read, mut is_address) = (0, false);
    for start in memchr_iter(b'=', bytes) {
        // Inside a run that was read as a whole: each byte is looked at once, however long the run.
        let Some(before) = line.get(read..start) else { continue };
        let is_marked = |word: &str| word.contains("//") || word.contains('?') || word.contains('&');
        is_address = match before.rsplit_once(char::is_whitespace) {
            Some((_, word)) => is_marked(word),
            None => is_address || is_marked(before),
        };
        let run: Vec<u8> = bytes.get(start..).unwrap_or_default().chunks_exact(3).map_while(hex).collect();
        read = start + 3 * run.len();
        if is_address {
            continue;
        }
        let mut at = start;
        for chunk in run.utf8_chunks() {
            let text = chunk.valid();
            let end = at + 3 * text.len();
            // ASCII that was encoded too, as `=3D`, is only read where a letter proves the encoding.
            if !text.is_empty() && !text.chars().any(char::is_control) {
                letters |= text.chars().any(|c| !c.is_ascii() && c.is_alphabetic());
                let span = Span::new(at, end);
                edits.push(Edit { span, to: text.to_owned(), code: "quoted-printable" });
            }
            at = end + 3 * chunk.invalid().len();
        }
    }
    if letters { edits } else { Vec::new() }
}

fn hex(triple: &[u8]) -> Option<u8> {
    let &[b'=', high, low] = triple else { return None };
    let digit = |b: u8| match b {
        b'0'..=b'9' => Some(b - b'0'),
        b'A'..=b'F' => Some(b - b'A' + 10),
        _ => None,
    };
    Some(digit(high)? << 4 | digit(low)?)
}

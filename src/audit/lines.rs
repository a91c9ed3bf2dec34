//! The audit as lines of JSON. A change is read back by its fixed form, everything else by serde.

use std::borrow::Cow;
use std::ops::Range;

use crate::audit::Entry;
use crate::audit::Head;
use crate::audit::Text;
use crate::json;

/// Appends the line of a document.
pub(super) fn head(out: &mut Vec<u8>, head: &Head<'_>) {
    out.push(b'{');
    json::text(out, "id", &head.id);
    json::text(out, "step", &head.step);
    json::text(out, "rule", &head.rule);
    json::number(out, "start", head.start as u64);
    json::number(out, "end", head.end as u64);
    json::number(out, "chars_out", head.chars_out as u64);
    json::text(out, "file", &head.file);
    json::number(out, "record", head.record);
    json::text(out, "encoding", &head.encoding);
    json::text(out, "source", &head.source);
    json::name(out, "layout");
    list(out, head.layout.iter().map(|(at, text, to)| (*at, [text, to])));
    if !head.gaps.is_empty() {
        json::name(out, "gaps");
        list(out, head.gaps.iter().map(|(n, gap)| (*n, [gap])));
    }
    out.extend_from_slice(b"}\n");
}

/// Appends `[[number,"text"],…]`.
fn list<'t, const N: usize>(out: &mut Vec<u8>, items: impl Iterator<Item = (usize, [&'t Text<'t>; N])>) {
    out.push(b'[');
    for (n, (at, texts)) in items.enumerate() {
        out.extend_from_slice(if n > 0 { b",[" } else { b"[" });
        json::digits(out, at as u64);
        for text in texts {
            out.push(b',');
            json::exact(out, &text.0);
        }
        out.push(b']');
    }
    out.push(b']');
}

/// Appends the lines of a document's changes.
pub(super) fn entries(out: &mut Vec<u8>, entries: &[Entry<'_>]) {
    // Most changes are of the same kind as the one before: what both lines say is copied.
    let mut last: Option<(&Entry<'_>, Range<usize>, Range<usize>)> = None;
    for entry in entries {
        let start = out.len();
        match &last {
            Some((e, head, _)) if e.rule == entry.rule && e.step == entry.step => {
                out.extend_from_within(head.clone());
            }
            _ => {
                out.push(b'{');
                json::text(out, "id", &entry.id);
                json::text(out, "step", &entry.step);
                json::text(out, "rule", &entry.rule);
                json::name(out, "start");
            }
        }
        let head = start..out.len();
        json::digits(out, entry.start as u64);
        json::number(out, "end", entry.end as u64);
        let start = out.len();
        match &last {
            Some((e, _, why)) if e.score.to_bits() == entry.score.to_bits() && e.reason == entry.reason => {
                out.extend_from_within(why.clone());
            }
            _ => {
                json::text(out, "reason", &entry.reason);
                json::share(out, "score", f64::from(entry.score));
                json::name(out, "text");
            }
        }
        let why = start..out.len();
        json::exact(out, &entry.text);
        // Most changes leave nothing in place of a line and are no notes.
        if !entry.to.is_empty() {
            json::name(out, "to");
            json::exact(out, &entry.to);
        }
        if entry.note {
            json::name(out, "note");
            out.extend_from_slice(b"true");
        }
        out.extend_from_slice(b"}\n");
        last = Some((entry, head, why));
    }
}

/// Reads the line of a change.
pub fn entry(line: &str) -> serde_json::Result<Entry<'_>> {
    Reader(line).entry().map_or_else(|| serde_json::from_str(line), Ok)
}

/// Reads what [`entries`] writes, strings without escapes only.
struct Reader<'l>(&'l str);

impl<'l> Reader<'l> {
    fn entry(mut self) -> Option<Entry<'l>> {
        let entry = Entry {
            id: self.text("{\"id\":\"")?,
            step: self.text(",\"step\":\"")?,
            rule: self.text(",\"rule\":\"")?,
            start: self.number(",\"start\":")?,
            end: self.number(",\"end\":")?,
            reason: self.text(",\"reason\":\"")?,
            score: self.number(",\"score\":")?,
            text: self.text(",\"text\":\"")?,
            to: if self.0.starts_with(",\"to\":") { self.text(",\"to\":\"")? } else { Cow::Borrowed("") },
            note: self.0.starts_with(",\"note\":true"),
        };
        let rest = if entry.note { self.0.strip_prefix(",\"note\":true")? } else { self.0 };
        (rest.trim_end() == "}").then_some(entry)
    }

    /// The string that begins with `key`; a number, likewise.
    fn text(&mut self, key: &str) -> Option<Cow<'l, str>> {
        let value = self.0.strip_prefix(key)?;
        let end = memchr::memchr2(b'"', b'\\', value.as_bytes())?;
        let (text, rest) = value.split_at_checked(end)?;
        self.0 = rest.strip_prefix('"')?;
        Some(Cow::Borrowed(text))
    }

    fn number<N: std::str::FromStr>(&mut self, key: &str) -> Option<N> {
        let value = self.0.strip_prefix(key)?;
        let end = value.bytes().position(|b| !b.is_ascii_digit() && b != b'.')?;
        let (number, rest) = value.split_at_checked(end)?;
        self.0 = rest;
        number.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn changes_read_back_as_they_were(
            texts in proptest::collection::vec("[a-z\"\\\\\n\0é🦀{},:]{0,6}", 6),
            (start, length, score, note) in (0..9999_usize, 0..99_usize, 0..=100_u8, any::<bool>()),
        ) {
            let text = |n: usize| Cow::Borrowed(texts[n].as_str());
            let change = Entry {
                id: Cow::Owned(texts[0].replace('\0', " ")),
                step: Cow::Borrowed("repair"),
                rule: Cow::Borrowed("mojibake"),
                start,
                end: start + length,
                reason: Cow::Owned(texts[3].replace('\0', " ")),
                score: f32::from(score) / 100.0,
                text: text(4),
                to: text(5),
                note,
            };
            let mut out = Vec::new();
            let other = Entry { rule: Cow::Borrowed("nfc"), score: 1.0, ..change.clone() };
            let all = [change.clone(), change.clone(), other, change];
            entries(&mut out, &all);
            let out = String::from_utf8(out).unwrap();
            prop_assert_eq!(out.lines().count(), all.len());
            for (line, change) in out.lines().zip(&all) {
                prop_assert_eq!(&entry(line).unwrap(), change);
                prop_assert_eq!(&serde_json::from_str::<Entry<'_>>(line).unwrap(), change);
            }
        }
    }
}

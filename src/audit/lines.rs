//! The audit as lines of JSON. Reading them back is left to serde.

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
    // All begin with the document's id, which is written once and copied.
    let Some(first) = entries.first() else { return };
    let start = out.len();
    out.push(b'{');
    json::text(out, "id", &first.id);
    let begun = start..out.len();
    for (n, entry) in entries.iter().enumerate() {
        if n > 0 {
            out.extend_from_within(begun.clone());
        }
        json::text(out, "step", &entry.step);
        json::text(out, "rule", &entry.rule);
        json::number(out, "start", entry.start as u64);
        json::number(out, "end", entry.end as u64);
        json::text(out, "reason", &entry.reason);
        json::share(out, "score", f64::from(entry.score));
        json::name(out, "text");
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
    }
}

//! The audit as lines of JSON. A change is read back by its fixed form, everything else by serde.

use std::borrow::Cow;
use std::ops::Range;

use crate::audit::Entry;
use crate::audit::Head;
use crate::audit::Sum;
use crate::audit::Sums;
use crate::audit::walk::Change;
use crate::audit::walk::What;
use crate::boilerplate::rules::RuleSet;
use crate::json;

/// About what a line takes besides its text.
const LINE: usize = 200;

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
    list(out, &head.layout, |out, (text, to, places)| {
        out.push(b'[');
        json::exact(out, &text.0);
        out.push(b',');
        json::exact(out, &to.0);
        out.push(b',');
        list(out, places, |out, at| json::digits(out, *at as u64));
        out.push(b']');
    });
    if !head.gaps.is_empty() {
        json::name(out, "gaps");
        list(out, &head.gaps, |out, (n, gap)| {
            out.push(b'[');
            json::digits(out, *n as u64);
            out.push(b',');
            json::exact(out, &gap.0);
            out.push(b']');
        });
    }
    out.extend_from_slice(b"}\n");
}

/// Appends `[item,…]`.
fn list<T>(out: &mut Vec<u8>, items: &[T], write: impl Fn(&mut Vec<u8>, &T)) {
    out.push(b'[');
    for (n, item) in items.iter().enumerate() {
        if n > 0 {
            out.push(b',');
        }
        write(out, item);
    }
    out.push(b']');
}

/// Changes that differ only in place, score and text: what all their lines begin with, and their sum.
struct Alike<'w> {
    what: What<'w>,
    /// Where the buffer has what they begin with.
    begins: Range<usize>,
    sum: Sum,
}

/// Writes the changes of one document.
pub(super) struct Writer<'w> {
    id: &'w str,
    rules: &'w RuleSet,
    /// The kinds of changes so far.
    kinds: Vec<Alike<'w>>,
    /// Sums of changes whose kinds are not looked for.
    others: Vec<Sum>,
}

impl<'w> Writer<'w> {
    /// Among so many kinds a change is looked for.
    const MOST: usize = 16;

    pub(super) const fn new(id: &'w str, rules: &'w RuleSet) -> Writer<'w> {
        Writer { id, rules, kinds: Vec::new(), others: Vec::new() }
    }

    /// What the changes add up to, kind by kind.
    pub(super) fn sums(self) -> Vec<Sum> {
        let mut sums = self.others;
        sums.extend(self.kinds.iter().map(|alike| alike.sum));
        sums
    }

    /// Appends the line of a change.
    pub(super) fn change(&mut self, out: &mut Vec<u8>, sums: &mut Sums, change: &Change<'w>) {
        out.reserve(change.text.len() + change.to.len() + LINE);
        let start = out.len();
        let what = change.what;
        let chars = change.place.len();
        if let Some(n) = self.kinds.iter().position(|known| known.what.is_like(what)) {
            // Lines of a kind come in runs: the last kind stands first.
            if n > 0 {
                self.kinds.swap(0, n);
            }
            if let Some(alike) = self.kinds.first_mut() {
                out.extend_from_within(alike.begins.clone());
                alike.sum.add(chars, &change.to, change.is_note);
            }
        } else {
            let (step, rule, reason) = (what.step(), what.rule(), what.in_words(self.rules));
            out.push(b'{');
            json::text(out, "id", self.id);
            json::text(out, "step", step);
            json::text(out, "rule", rule);
            json::text(out, "reason", &reason);
            out.extend_from_slice(SCORE.as_bytes());
            let mut sum = Sum::new(sums.kind(step, rule, || reason.into_owned()));
            sum.add(chars, &change.to, change.is_note);
            if self.kinds.len() < Self::MOST {
                self.kinds.push(Alike { what, begins: start..out.len(), sum });
            } else {
                self.others.push(sum);
            }
        }
        // Whole literals: a line of an audit is most of what a page costs to write.
        json::hundredths(out, change.score.into());
        out.extend_from_slice(b",\"start\":");
        json::digits(out, change.place.start as u64);
        out.extend_from_slice(b",\"end\":");
        json::digits(out, change.place.end as u64);
        out.extend_from_slice(b",\"text\":");
        json::exact(out, &change.text);
        // Most changes leave nothing in place of a line and are no notes.
        if !change.to.is_empty() {
            out.extend_from_slice(b",\"to\":");
            json::exact(out, &change.to);
        }
        let end: &[u8] = if change.is_note { b",\"note\":true}\n" } else { b"}\n" };
        out.extend_from_slice(end);
    }
}

/// Reads the lines of changes.
pub fn entries(lines: &str) -> serde_json::Result<Vec<Entry<'_>>> {
    let mut entries: Vec<Entry<'_>> =
        Vec::with_capacity(memchr::memchr_iter(b'\n', lines.as_bytes()).count());
    // What the last line began with, up to its score.
    let mut kind = "";
    let mut rest = lines;
    while !rest.is_empty() {
        let end = memchr::memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |found| found + 1);
        let (line, tail) = rest.split_at(end);
        let same = line.strip_prefix(kind).filter(|rest| rest.starts_with(SCORE)).zip(entries.last());
        let begun = match same {
            Some((rest, last)) => Some((last.clone(), Reader(rest))),
            None => Reader(line).kind(),
        };
        kind = begun.as_ref().and_then(|(_, rest)| line.strip_suffix(rest.0)).unwrap_or_default();
        let read = begun.and_then(|(entry, rest)| rest.change(entry));
        entries.push(read.map_or_else(|| serde_json::from_str(line), Ok)?);
        rest = tail;
    }
    Ok(entries)
}

/// What stands between what a line says of the kind of its change, and what of the change.
const SCORE: &str = ",\"score\":";

/// Reads what [`Writer`] writes, strings without escapes only.
struct Reader<'l>(&'l str);

impl<'l> Reader<'l> {
    /// What a line begins with, and the rest.
    fn kind(mut self) -> Option<(Entry<'l>, Reader<'l>)> {
        let id = self.text("{\"id\":\"")?;
        let step = self.text(",\"step\":\"")?;
        let rule = self.text(",\"rule\":\"")?;
        let reason = self.text(",\"reason\":\"")?;
        Some((Entry { id, step, rule, reason, ..Entry::default() }, self))
    }

    /// The change of a line of which the kind is known.
    fn change(mut self, kind: Entry<'l>) -> Option<Entry<'l>> {
        let entry = Entry {
            score: self.share(SCORE)?,
            start: self.number(",\"start\":")?,
            end: self.number(",\"end\":")?,
            text: self.text(",\"text\":\"")?,
            to: if self.0.starts_with(",\"to\":") { self.text(",\"to\":\"")? } else { Cow::Borrowed("") },
            note: self.0.starts_with(",\"note\":true"),
            ..kind
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

    fn number(&mut self, key: &str) -> Option<usize> {
        let value = self.0.strip_prefix(key)?;
        let mut number = 0_usize;
        let mut length = 0;
        for digit in value.bytes().take_while(u8::is_ascii_digit) {
            number = number.checked_mul(10)?.checked_add(usize::from(digit - b'0'))?;
            length += 1;
        }
        self.0 = value.get(length..)?;
        (length > 0).then_some(number)
    }

    /// A number with one or two decimals.
    fn share(&mut self, key: &str) -> Option<f32> {
        let before = self.0.len();
        let whole = self.number(key)?;
        let part = self.number(".")?;
        // Hundredths are divided as exactly as the number would be read.
        let hundredths = match (whole, before - self.0.len() - key.len()) {
            (0..=9, 3) => whole * 100 + part * 10,
            (0..=9, 4) => whole * 100 + part,
            _ => return None,
        };
        Some(hundredths as f32 / 100.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::document::Span;

    proptest! {
        #[test]
        fn changes_read_back_as_they_were(
            texts in proptest::collection::vec("[a-z\"\\\\\n\0é🦀{},:]{0,6}", 6),
            (start, length, score, note) in (0..9999_usize, 0..99_usize, 0..=100_u8, any::<bool>()),
        ) {
            let text = |n: usize| Cow::Borrowed(texts[n].as_str());
            let id = texts[0].replace('\0', " ");
            let why = "A \"reason\" with \\ and \n.";
            let because = |why, step, rule, score| Change {
                what: What::Other(step, rule, why),
                place: Span::new(start, start + length),
                score,
                text: text(4),
                to: text(5),
                is_note: note,
            };
            let change = |step, rule, score| because(why, step, rule, score);
            let score = f32::from(score) / 100.0;
            let all = [
                change("repair", "mojibake", score),
                change("repair", "mojibake", 1.0),
                because("Another.", "repair", "mojibake", score),
                because("Another.", "decode", "nfc", score),
                change("decode", "nfc", score),
                change("decode", "control", score),
                because("Another.", "repair", "mojibake", score),
                because("Another.", "repair", "mojibake", 1.0),
                change("repair", "mojibake", score),
            ];
            let rules = RuleSet::parse(&[]).unwrap();
            let mut writer = Writer::new(&id, &rules);
            let (mut out, mut sums) = (Vec::new(), Sums::default());
            for change in &all {
                writer.change(&mut out, &mut sums, change);
            }
            let out = String::from_utf8(out).unwrap();
            prop_assert_eq!(out.lines().count(), all.len());
            for (n, (line, change)) in out.lines().zip(&all).enumerate() {
                let expected = Entry {
                    id: Cow::Borrowed(&id),
                    step: Cow::Borrowed(change.what.step()),
                    rule: Cow::Borrowed(change.what.rule()),
                    reason: change.what.in_words(&rules),
                    score: change.score,
                    start: change.place.start,
                    end: change.place.end,
                    text: change.text.clone(),
                    to: change.to.clone(),
                    note: change.is_note,
                };
                prop_assert_eq!(&entries(&out).unwrap()[n], &expected);
                prop_assert_eq!(&entries(line).unwrap()[0], &expected);
                prop_assert_eq!(&serde_json::from_str::<Entry<'_>>(line).unwrap(), &expected);
            }
        }
    }
}

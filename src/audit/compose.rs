//! Lays the changes of repair and of line removal over each other, so that all of them refer to the decoded text.
//! Positions here are bytes; wording and offsets for the user are left to the parent module.

use std::borrow::Cow;

use crate::boilerplate::Removed;
use crate::document::Edit;
use crate::document::Span;
use crate::document::apply;

/// What a composed change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// White space and line ends.
    Layout,
    /// The removed line of that number.
    Removed(usize),
    /// A repair of that code.
    Repair(&'static str),
}

/// One change of the decoded text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Composed<'c> {
    pub(super) kind: Kind,
    /// Bytes of the decoded text.
    pub(super) span: Span,
    /// What stood there.
    pub(super) text: Cow<'c, str>,
    /// What stands in its place.
    pub(super) to: Cow<'c, str>,
    /// Part of the change before it: told for the reader, nothing to undo.
    pub(super) is_note: bool,
}

/// Something on the axis of the repaired text.
#[derive(Clone, Debug)]
struct Item<'c> {
    kind: Kind,
    /// Bytes of the repaired text.
    span: Span,
    /// Bytes of the decoded text that a repair replaced.
    before: Span,
    to: &'c str,
}

impl Item<'_> {
    const fn is_repair(&self) -> bool {
        matches!(self.kind, Kind::Repair(_))
    }
}

/// Tells all changes from `decoded` to the clean text, ascending. Applying those that are no notes gives the clean text.
pub(super) fn compose<'c>(
    decoded: &'c str,
    repairs: &'c [Edit],
    layout: &'c [Edit],
    removed: &[Removed],
    tell: &mut impl FnMut(Composed<'c>),
) {
    let mut items = repaired(decoded, repairs);
    items.reserve(layout.len() + 2 * removed.len());
    rendered(layout, removed, |kind, span, to| {
        items.push(Item { kind, span, before: Span::default(), to });
    });
    // Two sorted runs: a stable sort merges them in linear time.
    items.sort_by_key(|item| (item.span.start, item.span.end));
    let mut repaired_text = None;
    let (mut at_repaired, mut at_decoded, mut first) = (0, 0, 0);
    while let Some(opening) = items.get(first) {
        // A cluster: items that overlap, directly or through others.
        let (start, mut end, mut next) = (opening.span.start, opening.span.end, first + 1);
        while let Some(item) = items.get(next).filter(|item| item.span.start < end) {
            end = end.max(item.span.end);
            next += 1;
        }
        let cluster = items.get(first..next).unwrap_or_default();
        let from = at_decoded + (start - at_repaired);
        let mut to = from + (end - start);
        for repair in cluster.iter().filter(|item| item.is_repair()) {
            to = to + repair.before.len() - repair.span.len();
        }
        let here = Cluster { items: cluster, span: Span::new(start, end), decoded: Span::new(from, to) };
        here.tell(decoded, repairs, &mut repaired_text, tell);
        (at_repaired, at_decoded, first) = (end, to, next);
    }
}

/// What a change of white space comes down to: its place in `text`, and what is written there. Nothing, where nothing changes.
pub(super) fn core<'c>(text: &str, span: Span, to: &'c str) -> Option<(Span, &'c str)> {
    let before = span.of(text);
    let (prefix, suffix) = common(before, to);
    let core = Span::new(span.start + prefix, span.end - suffix);
    if !core.is_empty() {
        return Some((core, Span::new(prefix, to.len() - suffix).of(to)));
    }
    // Where something is only added, the whole stays together, so that two changes never share a place.
    (before != to).then_some((span, to))
}

/// The repairs on the axis of the text they led to, cut at line ends where both sides have the same lines, and
/// without what is the same on both sides.
fn repaired<'c>(decoded: &'c str, repairs: &'c [Edit]) -> Vec<Item<'c>> {
    let mut items = Vec::new();
    let (mut at_decoded, mut at_repaired) = (0, 0);
    for edit in repairs {
        let (mut old, mut new) = (edit.span.of(decoded), edit.to.as_str());
        at_repaired += edit.span.start - at_decoded;
        at_decoded = edit.span.start;
        let breaks = old.matches('\n').count();
        let has_same_lines = breaks > 0 && breaks == new.matches('\n').count();
        loop {
            let cut = |text: &str| text.find('\n').map_or(text.len(), |n| n + 1);
            let lengths = if has_same_lines { (cut(old), cut(new)) } else { (old.len(), new.len()) };
            let (line, rest) = old.split_at(lengths.0);
            let (to, rest_to) = new.split_at(lengths.1);
            let (prefix, suffix) = common(line, to);
            let before = Span::new(at_decoded + prefix, at_decoded + line.len() - suffix);
            let span = Span::new(at_repaired + prefix, at_repaired + to.len() - suffix);
            let to_core = Span::new(prefix, to.len() - suffix).of(to);
            if !before.is_empty() || !to_core.is_empty() {
                items.push(Item { kind: Kind::Repair(edit.code), span, before, to: to_core });
            }
            at_decoded += line.len();
            at_repaired += to.len();
            (old, new) = (rest, rest_to);
            if old.is_empty() && new.is_empty() {
                break;
            }
        }
    }
    items
}

/// Lengths of the prefix and the suffix that two texts share, on character boundaries and without overlap.
fn common(a: &str, b: &str) -> (usize, usize) {
    if b.is_empty() {
        return (0, 0);
    }
    let shared = |a: &mut dyn Iterator<Item = char>, b: &mut dyn Iterator<Item = char>| -> usize {
        a.zip(b).take_while(|(x, y)| x == y).map(|(x, _)| x.len_utf8()).sum()
    };
    let prefix = shared(&mut a.chars(), &mut b.chars());
    let (a, b) = (a.get(prefix..).unwrap_or_default(), b.get(prefix..).unwrap_or_default());
    (prefix, shared(&mut a.chars().rev(), &mut b.chars().rev()))
}

/// Tells of the edits of rendering, each taken apart into the removed lines and the white space around them: what it is, where
/// in the judged text, what is written there. What is written in place of an edit goes to its last piece of white space,
/// which often says the same already.
pub(super) fn rendered<'c>(
    layout: &'c [Edit],
    removed: &[Removed],
    mut tell: impl FnMut(Kind, Span, &'c str),
) {
    let mut gone = removed.iter().enumerate().peekable();
    for edit in layout {
        let mut at = edit.span.start;
        // The last piece is the one that reaches the end.
        let mut piece = |kind, span: Span| {
            tell(kind, span, if span.end == edit.span.end { edit.to.as_str() } else { "" });
        };
        while let Some((n, line)) = gone.next_if(|(_, line)| line.span.start < edit.span.end) {
            let span = Span::new(line.span.start.max(at), line.span.end.min(edit.span.end));
            if span.start >= span.end {
                continue;
            }
            if at < span.start {
                piece(Kind::Layout, Span::new(at, span.start));
            }
            piece(Kind::Removed(n), span);
            at = span.end;
        }
        if at < edit.span.end || edit.span.is_empty() {
            piece(Kind::Layout, Span::new(at, edit.span.end));
        }
    }
}

/// Overlapping items, with the range they cover in either text.
struct Cluster<'i, 'c> {
    items: &'i [Item<'c>],
    span: Span,
    decoded: Span,
}

impl<'c> Cluster<'_, 'c> {
    fn tell(
        &self,
        decoded: &'c str,
        repairs: &[Edit],
        repaired_text: &mut Option<String>,
        tell: &mut impl FnMut(Composed<'c>),
    ) {
        let text = self.decoded.of(decoded);
        let note = |item: &Item<'c>| Composed {
            kind: item.kind,
            span: item.before,
            text: Cow::Borrowed(item.before.of(decoded)),
            to: Cow::Borrowed(item.to),
            is_note: true,
        };
        let whole =
            |kind, to| Composed { kind, span: self.decoded, text: Cow::Borrowed(text), to, is_note: false };
        let mut pieces = self.items.iter().filter(|item| !item.is_repair());
        match (pieces.next(), pieces.next()) {
            (Some(piece), None) if self.items.len() == 1 => {
                let whole = Some((self.decoded, piece.to));
                let is_layout = piece.kind == Kind::Layout;
                let change = if is_layout { core(decoded, self.decoded, piece.to) } else { whole };
                if let Some((span, to)) = change {
                    let (text, to) = (Cow::Borrowed(span.of(decoded)), Cow::Borrowed(to));
                    tell(Composed { kind: piece.kind, span, text, to, is_note: false });
                }
            }
            // Every repair lies inside one removed line or one stretch of white space.
            (Some(piece), None) if piece.span == self.span => {
                tell(whole(piece.kind, Cow::Borrowed(piece.to)));
                self.items.iter().filter(|item| item.is_repair()).map(note).for_each(tell);
            }
            (None, _) => {
                for repair in self.items {
                    tell(Composed { is_note: false, ..note(repair) });
                }
            }
            // A repair reaches over the edge of what was removed: one change for all of it, and a note for each part.
            _ => {
                let repaired = repaired_text.get_or_insert_with(|| apply(decoded, repairs));
                let kind = self.items.iter().find(|i| i.is_repair()).map_or(Kind::Layout, |i| i.kind);
                tell(whole(kind, Cow::Owned(self.rendering(repaired))));
                for item in self.items {
                    match item.kind {
                        Kind::Layout => {}
                        Kind::Repair(_) => tell(note(item)),
                        Kind::Removed(_) => {
                            let text = Cow::Owned(item.span.of(repaired).to_owned());
                            tell(Composed { text, is_note: true, ..whole(item.kind, Cow::Borrowed("")) });
                        }
                    }
                }
            }
        }
    }

    /// What the clean text has for this cluster.
    fn rendering(&self, repaired: &str) -> String {
        let mut to = String::new();
        let mut at = self.span.start;
        for piece in self.items.iter().filter(|item| !item.is_repair()) {
            to.push_str(Span::new(at, piece.span.start).of(repaired));
            to.push_str(piece.to);
            at = piece.span.end;
        }
        to.push_str(Span::new(at, self.span.end).of(repaired));
        to
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::verdict::Reason;

    fn told(
        decoded: &str,
        repairs: &[Edit],
        layout: &[Edit],
        removed: &[Removed],
    ) -> Vec<(Kind, String, String, bool)> {
        let mut told = Vec::new();
        compose(decoded, repairs, layout, removed, &mut |c| {
            told.push((c.kind, c.text.into(), c.to.into(), c.is_note));
        });
        told
    }

    fn edit(start: usize, end: usize, to: &str) -> Edit {
        Edit { span: Span::new(start, end), to: to.into(), code: "x" }
    }

    fn gone(start: usize, end: usize) -> Removed {
        Removed { span: Span::new(start, end), chars: end - start, reason: Reason::List, score: 1.0 }
    }

    #[test]
    fn a_repair_inside_a_removed_line_is_a_note() {
        // repaired: "A\nGo\nB"
        let found = told("A\nG&o\nB", &[edit(3, 4, "")], &[edit(1, 5, "\n")], &[gone(2, 4)]);
        let expected = [
            (Kind::Layout, "\n".into(), String::new(), false),
            (Kind::Removed(0), "G&o".into(), String::new(), false),
            (Kind::Repair("x"), "&".into(), String::new(), true),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_repair_over_several_lines_is_cut_at_their_ends() {
        let found = told("aX\nbX\nc", &[edit(0, 7, "ay\nby\nc")], &[edit(2, 6, "\n")], &[gone(3, 5)]);
        let expected = [
            (Kind::Repair("x"), "X".into(), "y".into(), false),
            (Kind::Layout, "\n".into(), String::new(), false),
            (Kind::Removed(0), "bX".into(), String::new(), false),
            (Kind::Repair("x"), "X".into(), "y".into(), true),
        ];
        assert_eq!(found, expected);
    }

    /// Ascending, disjoint edits of a text, from pairs of (distance, length) and what they are replaced by.
    fn edits(text: &str, plan: &[(usize, usize, String)]) -> Vec<Edit> {
        let marks: Vec<usize> = text.char_indices().map(|(n, _)| n).chain([text.len()]).collect();
        let mut at = 0;
        let mut out = Vec::new();
        for (distance, length, to) in plan {
            let (from, end) = (at + distance, at + distance + length);
            let (Some(&start), Some(&stop)) = (marks.get(from), marks.get(end)) else { break };
            if start < stop {
                out.push(edit(start, stop, to));
            }
            at = end;
        }
        out
    }

    fn plan() -> impl Strategy<Value = Vec<(usize, usize, String)>> {
        proptest::collection::vec((0..4_usize, 0..6_usize, "[aé\n]{0,4}"), 0..12)
    }

    proptest! {
        #[test]
        fn undoing_what_is_no_note_gives_the_decoded_text(
            decoded in "[aé\n &]{0,60}", first in plan(), second in plan(), lines in plan(),
        ) {
            let repairs = edits(&decoded, &first);
            let repaired = apply(&decoded, &repairs);
            let layout = edits(&repaired, &second);
            let clean = apply(&repaired, &layout);
            let removed: Vec<Removed> =
                edits(&repaired, &lines).iter().map(|e| gone(e.span.start, e.span.end)).collect();
            let mut composed = Vec::new();
            compose(&decoded, &repairs, &layout, &removed, &mut |change| composed.push(change));
            let mut last = 0;
            let mut forward = Vec::new();
            for change in composed.iter().filter(|change| !change.is_note) {
                prop_assert!(change.span.start >= last, "{composed:?}");
                prop_assert_eq!(change.span.of(&decoded), &*change.text);
                last = change.span.end;
                forward.push(Edit { span: change.span, to: change.to.clone().into(), code: "x" });
            }
            prop_assert_eq!(apply(&decoded, &forward), clean);
        }
    }
}

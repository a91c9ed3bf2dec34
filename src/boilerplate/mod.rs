//! One verdict per line: keep rule, then drop rule, then repetition and lists, then blocks of other articles.
//! Decisions are made over the unmodified text; [`render`] removes the lines in one place.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod builtin;
mod context;
mod repetition;
pub mod rules;

use crate::boilerplate::rules::RuleSet;
use crate::document::Edit;
use crate::document::Line;
use crate::document::Span;
use crate::verdict::Reason;
use crate::verdict::Verdict;

/// One verdict for each of the `lines` of `text`.
pub fn judge(text: &str, lines: &[Line], rules: &RuleSet) -> Vec<Verdict> {
    let content: Vec<&str> = lines.iter().map(|line| line.span.of(text).trim()).collect();
    let mut verdicts: Vec<Verdict> = content.iter().map(|line| rules.verdict(line)).collect();
    drop_where_unmatched(&mut verdicts, &repetition::repeated(&content), &Reason::Repeated);
    drop_where_unmatched(&mut verdicts, &context::lists(&content), &Reason::List);
    let related =
        context::related(&content, |n| rules.opens_related(content.get(n).copied().unwrap_or_default()));
    drop_where_unmatched(&mut verdicts, &related, &Reason::RelatedBlock);
    verdicts
}

fn drop_where_unmatched(verdicts: &mut [Verdict], marks: &[bool], reason: &Reason) {
    for (verdict, marked) in verdicts.iter_mut().zip(marks) {
        if *marked && *verdict == Verdict::Unmatched {
            *verdict = Verdict::Drop(reason.clone());
        }
    }
}

/// A removed line: where it stood and why it went.
#[derive(Clone, Debug, PartialEq)]
pub struct Removed {
    /// The line in the judged text.
    pub span: Span,
    /// Why it went.
    pub reason: Reason,
}

/// The kept lines, joined by `\n`, without white space at their ends, and the edits that lead there.
pub fn render(text: &str, lines: &[Line], verdicts: &[Verdict]) -> (String, Vec<Edit>, Vec<Removed>) {
    let mut edits = Vec::new();
    let mut removed = Vec::new();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (line, verdict) in lines.iter().zip(verdicts) {
        let kept = line.span.trimmed(text);
        match verdict {
            Verdict::Drop(reason) if !kept.is_empty() => {
                removed.push(Removed { span: kept, reason: reason.clone() });
            }
            _ if kept.is_empty() => {}
            _ => {
                let gap = Span::new(at, kept.start);
                let to = if out.is_empty() { "" } else { "\n" };
                if gap.of(text) != to {
                    edits.push(Edit { span: gap, to: to.to_owned(), code: "lines" });
                }
                out.push_str(to);
                out.push_str(kept.of(text));
                at = kept.end;
            }
        }
    }
    if at < text.len() {
        edits.push(Edit { span: Span::new(at, text.len()), to: String::new(), code: "lines" });
    }
    (out, edits, removed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document;

    #[test]
    fn rendering_and_its_edits_agree() {
        let text = "  One line. \n\nGone\nTwo lines.\n";
        let lines = document::lines(text);
        let verdicts = [
            Verdict::Unmatched,
            Verdict::Unmatched,
            Verdict::Drop(Reason::List),
            Verdict::Keep(Reason::Neighbours),
        ];
        let (out, edits, removed) = render(text, &lines, &verdicts);
        assert_eq!(out, "One line.\nTwo lines.");
        assert_eq!(document::apply(text, &edits), out);
        assert_eq!(removed.len(), 1);
    }
}

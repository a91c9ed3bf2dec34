//! One verdict per line: keep rule, then drop rule, then repetition and lists, then blocks of other articles.
//! Decisions are made over the unmodified text; [`render`] removes the lines in one place.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod builtin;
mod context;
mod repetition;
pub mod rules;
pub mod site;
pub mod templates;

use crate::boilerplate::rules::RuleSet;
use crate::boilerplate::templates::SiteStats;
use crate::document::Edit;
use crate::document::Line;
use crate::document::Span;
use crate::verdict::Reason;
use crate::verdict::Verdict;

/// One verdict for each of the `lines` of `text`; `site` is what recurs on its site, when that is known.
pub fn judge(text: &str, lines: &[Line], rules: &RuleSet, site: Option<&SiteStats>) -> Vec<Verdict> {
    let content: Vec<&str> = lines.iter().map(|line| line.span.of(text).trim()).collect();
    let mut verdicts: Vec<Verdict> = content.iter().map(|line| rules.verdict(line)).collect();
    drop_where_unmatched(&mut verdicts, &repetition::repeated(&content), &Reason::Repeated);
    drop_where_unmatched(&mut verdicts, &context::lists(&content), &Reason::List);
    let related =
        context::related(&content, |n| rules.opens_related(content.get(n).copied().unwrap_or_default()));
    drop_where_unmatched(&mut verdicts, &related, &Reason::RelatedBlock);
    if let Some(site) = site {
        let recurring: Vec<bool> = content.iter().map(|line| recurs(site, line)).collect();
        drop_where_unmatched(&mut verdicts, &recurring, &Reason::Template);
    }
    verdicts
}

/// Different documents in which a line must stand before it counts as the site's: two may share a quotation.
const FEWEST_DOCUMENTS: u8 = 3;

/// Whether the line stands in several documents of the site and in no small share of them.
fn recurs(site: &SiteStats, line: &str) -> bool {
    site.line(line).is_some_and(|r| r.distinct >= FEWEST_DOCUMENTS && 4 * r.scrapes >= site.scrapes)
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
    fn a_line_of_several_documents_goes_and_the_document_s_own_stay() {
        let page = |story: &str| format!("Sky above, town below\n{story}");
        let mut stats = templates::CorpusStats::empty();
        for n in 0..3 {
            let story = format!("Story {}", ["one", "two", "three"][n]);
            stats.add(&templates::observe("example.org", &format!("http://example.org/{n}"), &page(&story)));
        }
        let templates = stats.templates();
        let rules = RuleSet::parse(&[]).expect("no rules");
        let text = page("Story four");
        let lines = document::lines(&text);
        let with = judge(&text, &lines, &rules, templates.site("example.org"));
        assert_eq!(with, [Verdict::Drop(Reason::Template), Verdict::Unmatched]);
        assert_eq!(judge(&text, &lines, &rules, None), [Verdict::Unmatched, Verdict::Unmatched]);
    }

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

//! What is not part of the article: one verdict per line, and which lines continue one another. Keep rule, then drop
//! rule, then the model's evidence. Decisions are made over the unmodified text; [`render`] applies them in one place.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod builtin;
mod chars;
mod code;
mod columns;
mod decide;
pub mod examples;
mod features;
mod heading;
mod keys;
mod lexicon;
mod model;
mod phrases;
mod recurrent;
pub mod rules;
mod run_columns;
mod runs;
mod scan;
mod scores;
pub mod site;
mod tables;
pub mod templates;
mod topics;
#[doc(hidden)]
pub mod training;
mod trees;
mod units;
mod words;

use std::borrow::Cow;

pub use crate::boilerplate::heading::Found;
pub use crate::boilerplate::heading::Heading;
pub(crate) use crate::boilerplate::model::WEIGHTS as MODEL;

use crate::boilerplate::chars::Class;
use crate::boilerplate::chars::class;
use crate::boilerplate::model::Page;
use crate::boilerplate::rules::RuleSet;
use crate::boilerplate::templates::SiteStats;
use crate::document::Edit;
use crate::document::Line;
use crate::document::Span;
use crate::verdict::Reason;
use crate::verdict::Verdict;

/// What is decided about the lines of a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judged {
    /// One for each line.
    pub verdicts: Vec<Verdict>,
    /// For each line, whether it continues the line before: a sentence that the scrape cut.
    pub joins: Vec<bool>,
    /// For each line, the probability that it is not part of the article, as the model sees it by itself.
    pub scores: Vec<f32>,
    /// The lines that name the article, its author and its date, where that is sure.
    pub heading: Heading,
}

/// Documents are judged in parts of at most so many lines, so that memory stays bounded.
const PART: usize = 1 << 16;

/// Judges the `lines` of `text`; `site` is what recurs on its site, when that is known.
pub fn judge(text: &str, lines: &[Line], rules: &RuleSet, site: Option<&SiteStats>) -> Judged {
    let code = code::find(text, lines, rules);
    let mut judged = judge_text(text, &without(lines, &code), rules, site);
    for (lines, rule) in code {
        for verdict in judged.verdicts.get_mut(lines).unwrap_or_default() {
            *verdict = Verdict::Drop(Reason::Rule(rule.clone()));
        }
    }
    judged
}

/// So many lines of code are left in place where a page is judged: such lines stand on the pages that the model has learned
/// from, and tell it where something begins or ends.
const LEFT: usize = 2;

/// The lines, with blank ones in place of code of the page.
fn without<'l>(lines: &'l [Line], code: &[code::Found]) -> Cow<'l, [Line]> {
    let mut lines = Cow::Borrowed(lines);
    for (found, _) in code.iter().filter(|(found, _)| found.len() > LEFT) {
        for line in lines.to_mut().get_mut(found.clone()).unwrap_or_default() {
            line.span.end = line.span.start;
        }
    }
    lines
}

/// Judges lines of text.
fn judge_text(text: &str, lines: &[Line], rules: &RuleSet, site: Option<&SiteStats>) -> Judged {
    let mut parts = lines.chunks(PART).map(|part| {
        let mut page = Page::new(text, part, &model::BUILTIN.function, &model::BUILTIN.lexicon, rules, site);
        let scores = page.judge(&model::BUILTIN);
        decide::judged(text, part, &page, &scores, &model::BUILTIN.runs, rules)
    });
    let mut judged = parts.next().unwrap_or_default();
    for part in parts {
        judged.verdicts.extend(part.verdicts);
        judged.joins.extend(part.joins);
        judged.scores.extend(part.scores);
    }
    judged
}

/// A removed line: where it stood and why it went.
#[derive(Clone, Debug, PartialEq)]
pub struct Removed {
    /// The line in the judged text.
    pub span: Span,
    /// Its code points.
    pub chars: usize,
    /// Why it went.
    pub reason: Reason,
    /// How sure that is, 0 to 1: a rule is, the model gives its probability.
    pub score: f32,
}

/// The kept lines, joined by `\n`, or by a space where one continues another, without white space at their ends; the
/// edits that lead there; and what was removed.
pub fn render(text: &str, lines: &[Line], judged: &Judged) -> (String, Vec<Edit>, Vec<Removed>) {
    let mut edits = Vec::new();
    let mut removed = Vec::with_capacity(judged.verdicts.iter().filter(|verdict| verdict.is_drop()).count());
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let decided = judged.verdicts.iter().zip(&judged.joins).zip(&judged.scores);
    for (line, ((verdict, joins), score)) in lines.iter().zip(decided) {
        let kept = line.span.trimmed(text);
        if kept.is_empty() {
            continue;
        }
        if let Verdict::Drop(reason) = verdict {
            let score = if matches!(reason, Reason::Rule(_)) { 1.0 } else { *score };
            let chars = kept.of(text).chars().count();
            removed.push(Removed { span: kept, chars, reason: reason.clone(), score });
            continue;
        }
        let gap = Span::new(at, kept.start);
        let (to, code) = match (out.is_empty(), joins) {
            (true, _) => ("", "lines"),
            (false, true) => (glue(&out, kept.of(text)), "join"),
            (false, false) => ("\n", "lines"),
        };
        if gap.of(text) != to {
            edits.push(Edit { span: gap, to: to.to_owned(), code });
        }
        out.push_str(to);
        out.push_str(kept.of(text));
        at = kept.end;
    }
    if at < text.len() {
        edits.push(Edit { span: Span::new(at, text.len()), to: String::new(), code: "lines" });
    }
    (out, edits, removed)
}

/// What joins two pieces of a sentence: nothing before punctuation, after an opening bracket, and in scripts without
/// spaces.
fn glue(before: &str, after: &str) -> &'static str {
    let last = before.chars().next_back().map_or(Class::None, class);
    let first = after.chars().next().map_or(Class::None, class);
    match (last, first) {
        (_, Class::Comma | Class::Stop | Class::Close | Class::Ellipsis | Class::Colon)
        | (Class::Open, _)
        | (Class::Ideo, Class::Ideo | Class::Open | Class::Digit)
        | (Class::Comma | Class::Close | Class::Stop | Class::Digit, Class::Ideo) => "",
        _ => " ",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document;

    #[test]
    fn rendering_and_its_edits_agree() {
        let text = "  One line, \nwith a link\n, cut. \n\nGöne\nTwo lines.\n";
        let lines = document::lines(text);
        let mut judged = Judged {
            verdicts: vec![Verdict::Unmatched; lines.len()],
            joins: vec![false; lines.len()],
            scores: vec![0.75; lines.len()],
            heading: Heading::default(),
        };
        (judged.joins[1], judged.joins[2]) = (true, true);
        judged.verdicts[4] = Verdict::Drop(Reason::List);
        let (out, edits, removed) = render(text, &lines, &judged);
        assert_eq!(out, "One line, with a link, cut.\nTwo lines.");
        assert_eq!(document::apply(text, &edits), out);
        assert_eq!(removed, [Removed { span: lines[4].span, chars: 4, reason: Reason::List, score: 0.75 }]);
    }
}

//! The last word on whole runs of units. A further article below the article, comments right behind its end, and a
//! footer made of sentences read well line by line; as wholes, against the main run and what stands between, they can
//! be told. So can a part of the article that was dropped. What is measured of a run is left to `run_columns`.

use std::ops::Range;

use crate::boilerplate::columns::Column;
use crate::boilerplate::model::Page;
use crate::boilerplate::run_columns::measure;
use crate::boilerplate::scores::probability;
use crate::boilerplate::trees::Trees;
use crate::boilerplate::units::Unit;

/// Neighbouring units of one fate, from a headline to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its units.
    pub units: Range<usize>,
    /// Whether the path keeps them.
    pub is_kept: bool,
    /// Whether that may still change. What is kept up to the main run may not: that an article is longer than the one
    /// above it does not make it the page's own. On hosts set aside, half of the harm that the run trees did was there,
    /// and nothing of the gain.
    pub is_open: bool,
}

/// Half words below which a unit without a full stop may be a headline.
const HEADLINE: u32 = 40;
/// Where a phrase about other articles has so much of a short unit, in parts of 63, it leads to one of them (`Read more:
/// Council to vote`) and is no text's headline: on hosts set aside other genres gain .001 of F1, and nothing else moves.
const LABEL: Range<u8> = 1..42;
/// How a line ends from which on it ends like a sentence: see `features`.
pub(crate) const STOP: u8 = 8;
/// A dropped unit below so many half words, or with so many logits against it, comes back with no run.
const LOST: (u32, i32) = (12, -4608);
/// A dropped run is judged from so many half words and so many logits of its best unit on.
const DOUBTFUL: (u32, i32) = (24, -3072);

/// The main run has more than so many tenths of the text that the longest has. On a page that goes on with other articles,
/// or with comments, the longest need not be the page's own. 2.5 to 10 swept on hosts set aside: at 5 to 7 pages of
/// whole sites gain .002 to .004 of F1, paragraphs .001 to .003, other files lose up to .003; most damage less.
const MAIN: u64 = 6;

/// Cuts a document into the runs that are judged; none when there is nothing to choose: nothing is kept, or nothing goes.
pub fn runs(page: &Page, kept: &[bool], scores: &[i32]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut is_after_long = false;
    let is_doubtful = |run: &Run| {
        let halves = |i: usize| page.units().get(i).map_or(0, |unit| unit.shape.halves);
        let best = || scores.get(run.units.clone()).unwrap_or_default().iter().max().copied();
        run.is_kept || run.units.clone().map(halves).sum::<u32>() >= DOUBTFUL.0 && best() > Some(DOUBTFUL.1)
    };
    for (i, ((unit, is_kept), score)) in page.units().iter().zip(kept).zip(scores).enumerate() {
        let halves = unit.shape.halves;
        if !is_kept && (halves < LOST.0 || *score < LOST.1) {
            is_after_long = false;
            continue;
        }
        let get = |column| page.matrix().get(column, i);
        let is_label = LABEL.contains(&get(Column::Related));
        let is_short = halves < HEADLINE && get(Column::Last) < STOP && !is_label;
        match runs.last_mut() {
            Some(run) if run.units.end == i && run.is_kept == *is_kept && !(is_short && is_after_long) => {
                run.units.end = i + 1;
            }
            last => {
                if last.is_some_and(|run| !is_doubtful(run)) {
                    runs.pop();
                }
                runs.push(Run { units: i..i + 1, is_kept: *is_kept, is_open: true });
            }
        }
        is_after_long = !is_short;
    }
    if runs.last().is_some_and(|run| !is_doubtful(run)) {
        runs.pop();
    }
    if runs.len() < 2 || !kept.contains(&false) || !runs.iter().any(|run| run.is_kept) {
        runs.clear();
    }
    let masses: Vec<u64> = runs.iter().map(|run| mass(page, run, scores)).collect();
    let enough = masses.iter().max().map_or(0, |most| most * MAIN / 10);
    let main = masses.iter().position(|mass| *mass > enough).map_or(0, |n| n + 1);
    let settled = runs.iter_mut().take(main).filter(|run| run.is_kept);
    settled.for_each(|run| run.is_open = false);
    runs
}

/// The first kept run with about as much text that is likely to stay as any other has, see [`MAIN`], after those before it
/// that stay with it.
pub(crate) fn main(runs: &[Run]) -> Option<&Run> {
    runs.iter().rfind(|run| !run.is_open)
}

/// Half words that are likely to stay, in thousandths; dropped ones count less than any.
fn mass(page: &Page, run: &Run, scores: &[i32]) -> u64 {
    let units = page.units().get(run.units.clone()).unwrap_or_default();
    let scores = scores.get(run.units.clone()).unwrap_or_default();
    let of_unit = |(unit, score): (&Unit, &i32)| u64::from(unit.shape.halves.max(1)) * probability(*score);
    if run.is_kept { 1 + units.iter().zip(scores).map(of_unit).sum::<u64>() } else { 0 }
}

/// Judges the runs: what turns out otherwise than the path said is changed in `kept`, and returned with its score.
pub(crate) fn revise(
    page: &Page,
    trees: &Trees,
    scores: &[i32],
    kept: &mut [bool],
) -> Vec<(Range<usize>, i32)> {
    let runs = runs(page, kept, scores);
    if !runs.iter().any(|run| run.is_open) {
        return Vec::new();
    }
    let verdicts = trees.scores(&measure(page, &runs, kept, scores));
    let mut changed = Vec::new();
    for (run, score) in runs.into_iter().zip(verdicts) {
        if run.is_open
            && run.is_kept != (score > 0)
            && let Some(kept) = kept.get_mut(run.units.clone())
        {
            kept.fill(!run.is_kept);
            changed.push((run.units, score));
        }
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boilerplate::lexicon::Lexicon;
    use crate::boilerplate::rules::RuleSet;
    use crate::boilerplate::run_columns::BETWEEN;
    use crate::boilerplate::run_columns::RUN_COLUMNS;
    use crate::boilerplate::tables::HashBits;
    use crate::boilerplate::trees::DEPTH;
    use crate::boilerplate::trees::LEAVES;
    use crate::boilerplate::trees::Split;
    use crate::boilerplate::trees::Tree;
    use crate::document::lines;

    const TEXT: &str = "Home
Ferries sail again
The ferries to the outer islands sail again from Monday on, the harbour office said on Friday afternoon.
Two of them had been laid up for repairs since a storm tore off their ramps in the first days of January.
Share this page
Ferry fares rise in spring, and bicycles will be carried for nothing, which many had asked for.
New roof for the school
The school by the lake gets a new roof before the winter, the council decided on Thursday night.";

    fn page(text: &str) -> Page {
        page_by(&RuleSet::parse(&[]).unwrap_or_else(|e| panic!("{e}")), text)
    }

    fn page_by(rules: &RuleSet, text: &str) -> Page {
        let page = Page::new(text, &lines(text), &HashBits::new(&[]), &Lexicon::silent(), rules, None);
        assert_eq!(page.units().len(), text.lines().count());
        page
    }

    fn kept(fate: &str) -> Vec<bool> {
        fate.chars().map(|c| c == 'k').collect()
    }

    fn units(runs: &[Run]) -> Vec<(Range<usize>, bool, bool)> {
        runs.iter().map(|run| (run.units.clone(), run.is_kept, run.is_open)).collect()
    }

    #[test]
    fn a_run_ends_at_the_next_headline_and_where_the_fate_changes() {
        let scores = [-5000, 900, 4000, 4000, -5000, -1000, 300, 900];
        let found = runs(&page(TEXT), &kept("-kkk--kk"), &scores);
        assert_eq!(units(&found), [(1..4, true, false), (5..6, false, true), (6..8, true, true)]);
        let found = runs(&page(TEXT), &kept("-kkk-kkk"), &scores);
        assert_eq!(units(&found), [(1..4, true, false), (5..6, true, true), (6..8, true, true)]);
        // What is surely dropped, or too short, is no run.
        let found = runs(&page(TEXT), &kept("-kkk--kk"), &[-5000, 900, 4000, 4000, -900, -4000, 300, 900]);
        assert_eq!(units(&found), [(1..4, true, false), (6..8, true, true)]);
    }

    #[test]
    fn what_leads_to_another_article_begins_no_run() {
        let text = TEXT.replace("Share this page", "Read more: Ferries to cost more");
        let rules = RuleSet::builtin().unwrap_or_else(|e| panic!("{e}"));
        let found = |page: &Page| units(&runs(page, &kept("-kkkkkkk"), &[900; 8]));
        let last = (6..8, true, true);
        assert_eq!(found(&page_by(&rules, &text)), [(1..6, true, false), last.clone()]);
        assert_eq!(found(&page(&text)), [(1..4, true, false), (4..6, true, true), last]);
    }

    #[test]
    fn a_dropped_run_has_words_enough_and_no_line_that_is_surely_none() {
        let long = TEXT.replace("Share this page", "Share this page with all your friends on the islands");
        let scores = [-5000, 900, 4000, 4000, -1000, 900, 300, 900];
        let found = runs(&page(&long), &kept("-kkk-kkk"), &scores);
        assert_eq!(units(&found), [(1..4, true, false), (5..6, true, true), (6..8, true, true)]);
        let scores = [-5000, -5000, -5000, -1000, -5000, 900, 300, 900];
        let found = runs(&page(TEXT), &kept("-----kkk"), &scores);
        assert_eq!(units(&found), [(3..4, false, true), (5..6, true, false), (6..8, true, true)]);
    }

    #[test]
    fn what_is_kept_up_to_the_main_run_stays() {
        let found =
            runs(&page(TEXT), &kept("-kkk--kk"), &[-5000, -900, -900, -900, -5000, -4000, 3000, 4000]);
        assert_eq!(units(&found), [(1..4, true, false), (6..8, true, false)]);
        assert_eq!(main(&found).map(|run| run.units.clone()), Some(6..8));
    }

    #[test]
    fn the_main_run_is_the_first_of_those_that_weigh_about_the_same() {
        let main_of = |score: i32| {
            let scores = [-5000, score, score, -5000, -5000, -5000, 4000, 4000];
            let found = runs(&page(TEXT), &kept("-kk---kk"), &scores);
            main(&found).map(|run| run.units.clone())
        };
        assert_eq!([main_of(1500), main_of(0)], [Some(1..3), Some(6..8)]);
    }

    #[test]
    fn nothing_is_judged_where_nothing_goes_or_nothing_stays() {
        for fate in ["kkkkkkkk", "--------", "-kkk----"] {
            assert_eq!(runs(&page(TEXT), &kept(fate), &[-5000; 8]), []);
        }
        assert_eq!(runs(&page(""), &[], &[]), []);
    }

    #[test]
    fn rows_are_as_long_as_they_are_said_to_be() {
        let page = page(TEXT);
        let (fate, scores) = (kept("-kkk--kk"), [-5000, 900, 4000, 4000, -5000, -1000, 300, 900]);
        let found = runs(&page, &fate, &scores);
        let rows = crate::boilerplate::run_columns::rows(&page, &found, &fate, &scores);
        let lengths: Vec<usize> = rows.iter().map(Vec::len).collect();
        assert_eq!(lengths, [RUN_COLUMNS - BETWEEN.len(), RUN_COLUMNS, RUN_COLUMNS]);
    }

    #[test]
    fn trees_change_open_runs_alone() {
        let page = page(TEXT);
        let scores = [-5000, 900, 4000, 4000, -5000, -1000, 300, 900];
        let says = |leaves: i16| {
            let splits = [Split { column: 0, offset: 0, threshold: 63 }; DEPTH];
            Trees::new(0, vec![Tree { splits, leaves: [leaves; LEAVES] }])
        };
        let mut fate = kept("-kkk--kk");
        assert_eq!(revise(&page, &says(-7), &scores, &mut fate), [(6..8, -7)]);
        assert_eq!(fate, kept("-kkk----"));
        fate = kept("-kkk--kk");
        assert_eq!(revise(&page, &says(7), &scores, &mut fate), [(5..6, 7)]);
        assert_eq!(fate, kept("-kkk-kkk"));
    }
}

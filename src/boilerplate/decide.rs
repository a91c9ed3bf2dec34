//! From scores to verdicts: which units stay, weighed together, and for those that go the main reason.

use std::iter::repeat_n;
use std::ops::RangeInclusive;

use crate::boilerplate::Judged;
use crate::boilerplate::chars::Class;
use crate::boilerplate::columns::Column;
use crate::boilerplate::columns::log;
use crate::boilerplate::heading::heading;
use crate::boilerplate::model::Page;
use crate::boilerplate::phrases::Theme;
use crate::boilerplate::rules::RuleSet;
use crate::boilerplate::runs::revise;
use crate::boilerplate::scan::Shape;
use crate::boilerplate::tables::Counts;
use crate::boilerplate::trees::Trees;
use crate::boilerplate::trees::UNIT;
use crate::boilerplate::units::Unit;
use crate::document::Line;
use crate::verdict::Reason;
use crate::verdict::Verdict;

/// What it costs, in logits, to leave the article or to come back to it.
const CHANGE: f32 = 0.5;
/// What it costs more for each unit left out between two parts of the article: text far from it is seldom its own.
/// 0 to 0.2 swept on hosts set aside.
const GAP: f32 = 0.05;
/// From so many half words on a unit gains so many logits an octave, up to a most: a lost paragraph weighs more than
/// a label that is left. 0.7 to 1 tried on hosts set aside as the most.
const CAUTION: (u32, f32, f32) = (6, 0.35, 0.85);
/// No unit weighs more than so many logits.
const MOST: f32 = 4.0;
/// The best unit of at least so many half words is worth so many logits, whatever the trees say: every document has an
/// article. 1.5, 2 and 2.5 swept on hosts set aside: fewer are damaged at each step, nothing else moves.
const ARTICLE: (u32, f32) = (24, 2.5);
/// Scores are raised by no more than that for it.
const RAISE: f32 = 4.0;
/// A document in which less than so many logits speak for removing anything is left alone. 0, 5 and 12 swept on hosts
/// set aside: clean texts keep .989, .991 and .992 of their words; at 12 two sure labels are no longer enough.
const ALONE: f32 = 5.0;

/// Where a unit stands: before the article, in it, between two parts of it, after it.
const PLACES: usize = 4;
const BEFORE: usize = 0;
const INSIDE: usize = 1;
const BETWEEN: usize = 2;
const AFTER: usize = 3;

/// What speaks for each unit to stay, in logits.
fn gains(units: &[Unit], scores: &[i32]) -> impl Iterator<Item = f32> {
    let logit = |score: i32| score as f32 / UNIT;
    let long = units.iter().zip(scores).filter(|(unit, _)| unit.shape.halves >= ARTICLE.0);
    let raise =
        long.map(|(_, score)| *score).max().map_or(0.0, |best| (ARTICLE.1 - logit(best)).clamp(0.0, RAISE));
    let octave = |halves: u32| f32::from(log(halves)) / 4.0;
    units.iter().zip(scores).map(move |(unit, score)| {
        let octaves = octave(unit.shape.halves) - octave(CAUTION.0);
        let caution = (CAUTION.1 * octaves).clamp(0.0, CAUTION.2);
        (logit(*score) + raise + caution).clamp(-MOST, MOST)
    })
}

/// Which units stay: the best path from before the article to after it.
pub fn path(units: &[Unit], scores: &[i32]) -> Vec<bool> {
    let mut came_from: Vec<[u8; PLACES]> = Vec::with_capacity(scores.len());
    let never = f32::NEG_INFINITY;
    let (mut best, mut all) = ([0.0, never, never, never], 0.0_f32);
    let better = |a: (f32, usize), b: (f32, usize)| if b.0 > a.0 { b } else { a };
    for gain in gains(units, scores) {
        let [before, inside, between, after] = best;
        let leaves = (inside - CHANGE, INSIDE);
        let enters = better((inside, INSIDE), better((before - CHANGE, BEFORE), (between - CHANGE, BETWEEN)));
        let waits = better((between, BETWEEN), leaves);
        let ends = better((after, AFTER), leaves);
        best = [before, enters.0 + gain, waits.0 - GAP, ends.0];
        all += gain;
        came_from.push([BEFORE, enters.1, waits.1, ends.1].map(|place| place as u8));
    }
    let (most, mut place) =
        better((best[INSIDE], INSIDE), better((best[AFTER], AFTER), (best[BEFORE], BEFORE)));
    if most - all < ALONE {
        return vec![true; scores.len()];
    }
    let mut kept = vec![false; scores.len()];
    for (kept, from) in kept.iter_mut().zip(came_from).rev() {
        *kept = place == INSIDE;
        place = usize::from(from[place % PLACES]);
    }
    kept
}

/// The verdicts on a document's lines, by the scores of its units.
pub fn judged(
    text: &str,
    lines: &[Line],
    page: &Page,
    scores: &[i32],
    of_runs: &Trees,
    rules: &RuleSet,
) -> Judged {
    let mut verdicts = vec![Verdict::Unmatched; lines.len()];
    let mut joins = vec![false; lines.len()];
    let mut doubts = vec![0.0; lines.len()];
    let mut kept = path(page.units(), scores);
    let changed = revise(page, of_runs, scores, &mut kept);
    let mut scores = scores.to_vec();
    for (run, score) in &changed {
        scores.get_mut(run.clone()).unwrap_or_default().fill(*score);
    }
    let units = page.units().iter().zip(&scores);
    let is_apart = |i: usize| {
        let at = changed.partition_point(|(run, _)| run.end <= i);
        changed.get(at).is_some_and(|(run, _)| run.contains(&i))
    };
    let of_units = unit_verdicts(text, lines, page, &kept, is_apart, rules);
    let heading = heading(text, lines, page, &of_units, rules);
    for ((unit, score), verdict) in units.zip(of_units) {
        let against = 1.0 / (1.0 + (*score as f32 / UNIT).exp());
        let lines = page.lines_of(unit);
        for ((i, line), verdict) in lines.iter().enumerate().zip(repeat_n(verdict, lines.len())) {
            let line = *line as usize;
            if let (Some(of_line), Some(join), Some(doubts)) =
                (verdicts.get_mut(line), joins.get_mut(line), doubts.get_mut(line))
            {
                *of_line = verdict;
                *join = i > 0;
                *doubts = against;
            }
        }
    }
    Judged { verdicts, joins, scores: doubts, heading }
}

/// The headlines of other articles, below a heading that a rule knows, in a text that has begun. On labelled pages 2,496 such lines
/// are boilerplate, 61 are not, and most of those are lists that stand in the true text, too.
#[derive(Debug, Default)]
struct Block {
    paragraphs: u32,
    /// So many lines may follow.
    left: u32,
}

impl Block {
    /// Lines that one has at most.
    const MOST: u32 = 8;
    /// Half words of a headline.
    const HEADLINE: RangeInclusive<u32> = 8..=44;

    /// What becomes of the verdict on the next unit.
    fn next(&mut self, page: &Page, unit: &Unit, verdict: Verdict, rules: &RuleSet) -> Verdict {
        if let Verdict::Drop(reason) = &verdict {
            if rules.opens_related(reason) {
                self.left = if self.paragraphs > 1 { Block::MOST } else { 0 };
            }
            return verdict;
        }
        let s = &unit.shape;
        let ends = [s.last, s.before_last].contains(&Class::Stop);
        let is_headline = Block::HEADLINE.contains(&s.halves)
            && !ends
            && !matches!(s.last, Class::Comma | Class::Colon)
            && !s.leans_back
            && page.lines_of(unit).len() == 1;
        if self.left > 0 && is_headline && verdict == Verdict::Unmatched {
            self.left -= 1;
            return Verdict::Drop(Reason::RelatedBlock);
        }
        self.left = 0;
        self.paragraphs += u32::from(ends && s.halves >= PARAGRAPH);
        verdict
    }
}

/// Half words of a paragraph, at least.
const PARAGRAPH: u32 = 24;

/// One verdict for each unit: keep rule, then drop rule, then what `kept` says.
fn unit_verdicts(
    text: &str,
    lines: &[Line],
    page: &Page,
    kept: &[bool],
    is_apart: impl Fn(usize) -> bool,
    rules: &RuleSet,
) -> Vec<Verdict> {
    let mut kept = kept.to_vec();
    if let Some(headline) = headline(page, &kept)
        && let Some(kept) = kept.get_mut(headline)
    {
        *kept = true;
    }
    let mut seen = Counts::new(kept.len());
    let first = kept.iter().position(|kept| *kept);
    let last = kept.iter().rposition(|kept| *kept);
    let place = |i: usize| match (first, last) {
        (Some(first), Some(last)) if (first..=last).contains(&i) => Reason::Neighbours,
        _ => Reason::Outside,
    };
    let mut block = Block::default();
    let of_unit = |(i, unit): (usize, &Unit)| {
        let is_kept = kept.get(i) == Some(&true);
        // Joined lines are parts of a sentence: no rule is about them. What goes anyway needs no pattern's verdict.
        let by_rule = match (page.lines_of(unit), page.hits(i)) {
            ([line], Some(hits)) if is_kept || rules.has_keep_rules() || !hits.rules.is_empty() => {
                let line = lines.get(*line as usize).map_or("", |line| line.span.of(text)).trim();
                rules.verdict_on(line, unit.shape.chars as usize, hits)
            }
            _ => Verdict::Unmatched,
        };
        let verdict = match (by_rule, is_kept) {
            (Verdict::Unmatched, false) if is_apart(i) => Verdict::Drop(Reason::Apart),
            (Verdict::Unmatched, false) => Verdict::Drop(reason(page, i, unit).unwrap_or_else(|| place(i))),
            (Verdict::Unmatched, _) if unit.shape.halves >= COPY => {
                let hash = page.hash(i);
                let is_copy = seen.get(hash) > 0;
                seen.add(hash, i as u32);
                if is_copy { Verdict::Drop(Reason::Repeated) } else { Verdict::Unmatched }
            }
            (verdict, _) => verdict,
        };
        block.next(page, unit, verdict, rules)
    };
    page.units().iter().enumerate().map(of_unit).collect()
}

/// The headline, where it was dropped: of the short units above the article the one whose words the article uses most.
fn headline(page: &Page, kept: &[bool]) -> Option<usize> {
    let first = kept.iter().position(|kept| *kept)?;
    let is_label = |s: &Shape| s.halves < HEADLINE.1 && s.before_last != Class::Stop;
    if page.units().get(first).is_none_or(|unit| is_label(&unit.shape)) {
        return None;
    }
    let get = |column, i| page.matrix().get(column, i);
    let candidates = (first.saturating_sub(ABOVE)..first).filter(|i| {
        let Some(s) = page.units().get(*i).map(|unit| &unit.shape) else { return false };
        is_label(s)
            && s.halves >= HEADLINE.0
            && get(Column::Topic, *i) >= IN_TOPIC.0
            && get(Column::TopicCount, *i) >= IN_TOPIC.1
            && get(Column::Cover, *i) < COVERED
    });
    candidates.max_by_key(|i| (get(Column::TopicCount, *i), *i))
}

/// Half words of a headline: at least, and below.
const HEADLINE: (u32, u32) = (6, 60);
/// A headline stands at most so many units above the article.
const ABOVE: usize = 24;
/// Share of its words, in 1/63, and number of them, in quarter octaves, that the article must use.
const IN_TOPIC: (u8, u8) = (38, 8);
/// A share of words, in 1/63, that makes a line a site's phrase.
const COVERED: u8 = 21;
/// Half words from which a second copy of a unit is one too many; refrains are shorter.
const COPY: u32 = 24;

/// The main reason that shows in the unit itself.
fn reason(page: &Page, i: usize, unit: &Unit) -> Option<Reason> {
    let get = |column| u32::from(page.matrix().get(column, i));
    let s = &unit.shape;
    if get(Column::SiteDistinct) > 1 {
        return Some(Reason::Template);
    }
    // Of themes that cover alike the last one.
    let best = page.hits(i).filter(|hits| hits.covered > 0).and_then(|hits| {
        hits.themes.iter().zip(0..).map(|(covered, theme)| u32::from(*covered) << u8::BITS | theme).max()
    });
    if let Some(best) = best
        && 3 * (best >> u8::BITS) >= (s.words + s.ideo).max(1)
        && let Some(theme) = Theme::ALL.get((best & 0xFF) as usize)
    {
        return Some(Reason::Theme(theme.code()));
    }
    if s.is_wordless() {
        return Some(Reason::Ornament);
    }
    if get(Column::Same) > 1 {
        return Some(Reason::Repeated);
    }
    if s.before_last == Class::Ellipsis {
        return Some(Reason::Theme(Theme::Teaser.code()));
    }
    if s.clocks + s.dates > 0 && s.halves < LABEL {
        return Some(Reason::Theme(Theme::Date.code()));
    }
    if get(Column::SinceRelated) < NEAR_HEADING {
        return Some(Reason::RelatedBlock);
    }
    (s.halves < LABEL && get(Column::RunBefore) + get(Column::RunAfter) >= RUN).then_some(Reason::List)
}

/// Half words below which a unit is a label.
const LABEL: u32 = 16;
/// Short units before and after, in steps of a quarter octave, that make a menu.
const RUN: u32 = 12;
/// Units after a heading for other articles that belong to its block.
const NEAR_HEADING: u32 = 20;

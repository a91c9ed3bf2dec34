//! What a page says about its article above the first paragraph: headline, author's line, date. Only what is sure is
//! named; that the headline stays in the text and the others go is decided in `decide`.

use crate::boilerplate::chars::Class;
use crate::boilerplate::columns::Column;
use crate::boilerplate::model::Page;
use crate::boilerplate::phrases::Theme;
use crate::boilerplate::rules::RuleSet;
use crate::document::Line;
use crate::verdict::Verdict;

/// The lines that say what the article is called, who wrote it and when, as numbers into the lines that were judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heading {
    /// The headline. It stays in the text, too.
    pub title: Option<usize>,
    /// The author's line, which is removed from the text.
    pub byline: Option<usize>,
    /// The line with the date, which is removed from the text.
    pub date: Option<usize>,
}

/// What a heading says, in words; empty where nothing is sure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The headline.
    pub title: String,
    /// The author's line as it stood.
    pub byline: String,
    /// The line with the date as it stood.
    pub date: String,
}

impl Heading {
    /// The words of the lines of `text`.
    pub fn found(&self, text: &str, lines: &[Line]) -> Found {
        let words = |line: Option<usize>| {
            line.and_then(|line| lines.get(line)).map_or("", |line| line.span.of(text)).trim().to_owned()
        };
        Found { title: words(self.title), byline: words(self.byline), date: words(self.date) }
    }
}

/// Half words of a headline: at least, and below.
const TITLE: (u32, u32) = (6, 40);
/// Share of its words, in 1/63, and number of them, in quarter octaves, that the article must use; less of them where it
/// stands twice on the page.
const IN_TOPIC: (u8, u8) = (38, 8);
const TWICE: u8 = 25;
/// A share of words, in 1/63, that makes a line a site's phrase.
const COVERED: u8 = 8;
/// A list of names or keywords has more.
const COMMAS: u32 = 2;
/// Half words that only a paragraph has.
const PARAGRAPH: u32 = 24;
/// Lines above the headline that may be the headline, too.
const AROUND: usize = 24;
/// Lines below the headline among which the author and the date are looked for.
const BELOW: usize = 12;

/// What stands above the article, by the verdicts on the units.
pub(crate) fn heading(
    text: &str,
    lines: &[Line],
    page: &Page,
    verdicts: &[Verdict],
    rules: &RuleSet,
) -> Heading {
    let units = page.units();
    let is_kept = |i: &usize| verdicts.get(*i).is_some_and(|verdict| !verdict.is_drop());
    let mut kept = (0..units.len()).filter(is_kept);
    let Some(first) = kept.next().filter(|first| is_title(page, *first)) else { return Heading::default() };
    let is_paragraph = |i: &usize| units.get(*i).is_some_and(|unit| unit.shape.halves >= PARAGRAPH);
    let begins_alike = |i: &usize| page.beginning(*i) == page.beginning(first);
    // A headline may be as long as a paragraph.
    let Some(body) = kept.find(|i| is_paragraph(i) && !begins_alike(i)) else { return Heading::default() };
    // Another label says more of what the article says: a kicker or a caption was kept, or a link to another page.
    let says = |i: usize| page.matrix().get(Column::TopicCount, i);
    let is_label = |i: &usize| units.get(*i).is_some_and(|unit| unit.shape.halves < TITLE.1);
    if (first.saturating_sub(AROUND)..body).filter(is_label).any(|i| says(i) > says(first)) {
        return Heading::default();
    }
    let line_of = |i: usize| match page.lines_of(&units[i]) {
        [line] => Some(*line as usize),
        _ => None,
    };
    // Where the page gives its headline again, what stands above that belongs to the page: today's date.
    let headline = (first..body).rev().find(begins_alike).unwrap_or(first);
    // The only line of a kind: of two dates or authors neither is sure.
    let only = |theme: Theme, needs: fn(u32) -> bool| {
        let mut found = (headline + 1..body.min(headline + BELOW)).filter(|i| {
            let (false, Some(line)) = (is_kept(i), line_of(*i)) else { return false };
            let line = lines.get(line).map_or("", |line| line.span.of(text)).trim();
            needs(units[*i].shape.years) && rules.finds(line, theme)
        });
        found.next().filter(|_| found.next().is_none()).and_then(line_of)
    };
    Heading {
        title: line_of(first),
        byline: only(Theme::Byline, |years| years == 0),
        date: only(Theme::Date, |years| years == 1),
    }
}

/// Whether a unit is a headline for sure: a label whose words the article uses.
fn is_title(page: &Page, i: usize) -> bool {
    let Some(s) = page.units().get(i).map(|unit| &unit.shape) else { return false };
    let get = |column| page.matrix().get(column, i);
    let share = if get(Column::Same) > 1 { TWICE } else { IN_TOPIC.0 };
    (TITLE.0..TITLE.1).contains(&s.halves)
        && !matches!(s.before_last, Class::Stop | Class::Ellipsis | Class::Colon)
        && !s.bullet
        && s.commas <= COMMAS
        && s.clocks + s.dates + s.links == 0
        && get(Column::Topic) >= share
        && get(Column::TopicCount) >= IN_TOPIC.1
        && get(Column::Cover) < COVERED
}

//! What is measured about each unit before anything is decided: its own shape, its place, its neighbours, the words it
//! shares with the rest of the document, its phrases, and how often it recurs on its site.

use crate::boilerplate::chars::Class;
use crate::boilerplate::columns::Column;
use crate::boilerplate::columns::Matrix;
use crate::boilerplate::columns::TOP;
use crate::boilerplate::columns::cap;
use crate::boilerplate::columns::log;
use crate::boilerplate::columns::share;
use crate::boilerplate::columns::signed;
use crate::boilerplate::phrases::Hits;
use crate::boilerplate::phrases::Theme;
use crate::boilerplate::scan::HASH;
use crate::boilerplate::scan::Shape;
use crate::boilerplate::scan::Token;
use crate::boilerplate::tables::Counts;
use crate::boilerplate::topics::Topics;
use crate::boilerplate::units::Unit;

/// A document as it is measured.
#[derive(Clone, Debug, Default)]
pub(crate) struct Measured {
    pub(crate) units: Vec<Unit>,
    /// What each unit is about.
    pub(crate) topics: Topics,
    /// A hash of all of each unit's words, and of its first five.
    pub(crate) hashes: Vec<(u32, Option<u32>)>,
    /// What phrases say about each unit.
    pub(crate) hits: Vec<Hits>,
    /// In how many documents of its site a unit stands, and in what share, when the site is known.
    pub(crate) site: Option<Vec<(u8, u8)>>,
}

/// Body text has at least so many half words, and so many function words in a hundred.
const BODY_HALVES: u32 = 24;
const BODY_FUNCTION: u32 = 15;
/// Half words below which a unit counts as part of a run of short ones.
const SHORT: u32 = 16;

/// Whether a unit looks like a paragraph of an article.
fn is_body(s: &Shape) -> bool {
    s.halves >= BODY_HALVES
        && matches!(s.before_last, Class::Stop | Class::Ellipsis)
        && (200 * s.function >= BODY_FUNCTION * s.halves || 2 * s.ideo > s.words)
}

/// Measures a document; the columns of the second pass stay empty.
pub(crate) fn measure(d: &Measured) -> Matrix {
    let mut m = Matrix::new(d.units.len());
    let body: Vec<bool> = d.units.iter().map(|u| is_body(&u.shape)).collect();
    let totals = Totals::of(&d.units, &body);
    shapes(&mut m, &d.units, &totals);
    words(&mut m, d, &body);
    phrases(&mut m, d);
    places(&mut m, &body);
    runs(&mut m, &d.units, &body);
    document(&mut m, &totals, &body);
    if let Some(site) = &d.site {
        m.column(Column::SiteKnown).fill(1);
        m.fill(Column::SiteDistinct, site.iter().map(|(distinct, _)| *distinct));
        m.fill(Column::SiteShare, site.iter().map(|(_, part)| *part));
    }
    m
}

/// What a document's units add up to.
#[derive(Debug, Default)]
struct Totals {
    halves: u32,
    in_body: u32,
    words: u32,
    ideo: u32,
    chars: u32,
    merged: u32,
    after_blanks: u32,
    /// The indentation that carries most of the body.
    indent: u32,
}

impl Totals {
    fn of(units: &[Unit], body: &[bool]) -> Totals {
        let (mut t, mut indents) = (Totals::default(), [0_u32; TOP as usize + 1]);
        for (unit, is_body) in units.iter().zip(body) {
            let s = &unit.shape;
            t.halves += s.halves;
            t.words += s.words;
            t.ideo += s.ideo;
            t.chars += s.chars;
            t.merged += u32::from(unit.lines.1 - unit.lines.0 > 1);
            t.after_blanks += u32::from(unit.blanks > 0);
            if *is_body {
                t.in_body += s.halves;
                indents[usize::from(cap(s.indent))] += s.halves;
            }
        }
        t.indent = (0..indents.len()).rev().max_by_key(|i| indents[*i]).unwrap_or_default() as u32;
        t
    }
}

/// Units that are looked at together: so many stay at hand while all of their columns are filled.
const TOGETHER: usize = 64;

/// The lines themselves: one column after another, which is faster than one line after another.
fn shapes(m: &mut Matrix, units: &[Unit], totals: &Totals) {
    let mut chars = 0;
    for (n, units) in units.chunks(TOGETHER).enumerate() {
        let row = n * TOGETHER;
        shapes_from(m, row, units);
        let place = |unit: &Unit| {
            let place = share(chars, totals.chars);
            chars += unit.shape.chars;
            place
        };
        m.fill_from(Column::PlaceChars, row, units.iter().map(place));
        let usual = totals.indent.min(31);
        m.fill_from(Column::IndentOff, row, units.iter().map(|u| cap(32 + u.shape.indent.min(31) - usual)));
        m.fill_from(Column::BlanksBefore, row, units.iter().map(|u| cap(u.blanks)));
        // Those before the first unit are after none.
        let others = units.get(usize::from(row == 0)..).unwrap_or_default();
        m.fill_from(Column::BlanksAfter, row.saturating_sub(1), others.iter().map(|u| cap(u.blanks)));
    }
}

/// Those of some units, the first of which stands in the given row.
fn shapes_from(m: &mut Matrix, row: usize, units: &[Unit]) {
    let mut fill =
        |column, of: fn(&Shape) -> u8| m.fill_from(column, row, units.iter().map(|u| of(&u.shape)));
    fill(Column::Chars, |s| log(s.chars));
    fill(Column::Words, |s| log(s.halves));
    fill(Column::FunctionShare, |s| share(s.function * if s.ideo > s.words { 1 } else { 2 }, s.halves));
    fill(Column::FunctionCount, |s| log(s.function));
    fill(Column::Last, ending);
    fill(Column::BeforeLast, |s| s.before_last as u8);
    fill(Column::First, beginning);
    fill(Column::Commas, |s| cap(s.commas));
    fill(Column::Stops, |s| cap(s.stops));
    fill(Column::Quotes, |s| cap(s.quotes));
    fill(Column::Capitals, |s| if s.cased == 0 { 20 } else { share(s.capitals, s.cased) });
    fill(Column::Shouted, |s| share(s.shouted, s.cased));
    fill(Column::Digits, |s| share(s.digits, s.chars));
    fill(Column::Numbers, |s| cap(s.numbers));
    fill(Column::Clocks, |s| cap(s.clocks));
    fill(Column::Dates, |s| cap(s.dates));
    fill(Column::Years, |s| cap(s.years));
    fill(Column::Links, |s| cap(s.links));
    fill(Column::Bullet, |s| u8::from(s.bullet));
    fill(Column::Separators, |s| cap(s.separators));
    fill(Column::Symbols, |s| cap(s.symbols));
    fill(Column::Brackets, |s| cap(s.brackets));
    fill(Column::WordLength, |s| if s.words == 0 { 0 } else { cap(s.chars * 4 / (s.words + s.ideo)) });
    fill(Column::Indent, |s| cap(s.indent));
    m.fill_from(Column::Merged, row, units.iter().map(|u| cap(u.lines.1 - u.lines.0)));
}

/// How it ends, from labels to sentences.
const fn ending(s: &Shape) -> u8 {
    match (s.last, s.before_last) {
        (Class::Quote | Class::Apostrophe, Class::Stop) => 10,
        (Class::Stop, _) => 9,
        (Class::Close, Class::Stop) => 8,
        (Class::Quote | Class::Apostrophe, _) => 7,
        (Class::Ellipsis, _) => 6,
        (Class::Close, _) => 5,
        (Class::Colon, _) => 4,
        (Class::Comma, _) => 3,
        (Class::Lower | Class::Upper | Class::Caseless | Class::Ideo | Class::Mark, _) => 2,
        (Class::Digit, _) => 1,
        _ => 0,
    }
}

const fn beginning(s: &Shape) -> u8 {
    match s.first {
        Class::Quote | Class::Apostrophe => 7,
        Class::Upper => 6,
        Class::Caseless | Class::Ideo => 5,
        Class::Dash => 4,
        Class::Digit => 3,
        Class::Open => 2,
        Class::Lower => 1,
        _ => 0,
    }
}

/// A hash of all of a line's words, and of its first five.
pub(crate) fn line_hashes(tokens: &[Token]) -> (u32, Option<u32>) {
    let (mut hash, mut head) = (7_u32, None);
    for (i, token) in tokens.iter().enumerate() {
        hash = (hash.rotate_left(5) ^ (token & HASH)).wrapping_mul(0x9E37_79B1);
        if i == 4 {
            head = Some(hash >> 1);
        }
    }
    (hash >> 1, head)
}

/// Repetition inside the document, and the topic: words that the body has and the unit, too.
fn words(m: &mut Matrix, d: &Measured, body: &[bool]) {
    let mut same = Counts::new(d.units.len());
    let mut start = Counts::new(d.units.len());
    for (i, (hash, head)) in d.hashes.iter().enumerate() {
        same.add(*hash, i as u32);
        if let Some(head) = head {
            start.add(*head, i as u32);
        }
    }
    m.fill(Column::Same, d.hashes.iter().map(|(hash, _)| cap(same.get(*hash))));
    m.fill(Column::SameStart, d.hashes.iter().map(|(_, head)| head.map_or(0, |head| cap(start.get(head)))));
    let of_body = d.topics.spread((0..body.len()).filter(|i| body[*i]));
    for (i, is_body) in body.iter().enumerate() {
        let (on, all) = of_body.shared(i, *is_body);
        m.set(Column::Topic, i, share(on, all));
        m.set(Column::TopicCount, i, log(on));
    }
}

/// Phrases by theme, and how long ago one of them opened or ended something.
fn phrases(m: &mut Matrix, d: &Measured) {
    let (mut since_related, mut since_end) = (TOP, TOP);
    for (i, (unit, hits)) in d.units.iter().zip(&d.hits).enumerate() {
        // Most units have no phrase.
        if hits.covered > 0 {
            let all = unit.shape.words + unit.shape.ideo;
            m.set(Column::Cover, i, share(hits.covered, all));
            m.set(Column::Opens, i, u8::from(hits.starts));
            for (theme, column) in hits.themes.iter().zip(THEME_COLUMNS).filter(|(theme, _)| **theme > 0) {
                m.set(column, i, share(u32::from(*theme), all).max(1));
            }
            let is_mostly = |theme: Theme| 3 * u32::from(hits.themes[theme as usize]) >= 2 * all.max(1);
            if [Theme::Related, Theme::Newsletter, Theme::Teaser].into_iter().any(is_mostly) {
                since_related = 0;
            }
            if [Theme::Comments, Theme::Copyright].into_iter().any(is_mostly) {
                since_end = 0;
            }
        }
        m.set(Column::SinceRelated, i, cap(since_related));
        m.set(Column::SinceEnd, i, cap(since_end));
        since_related += 1;
        since_end += 1;
    }
    let mut until = TOP;
    for i in (0..d.hits.len()).rev() {
        until = if m.get(Column::SinceRelated, i) == 0 { 0 } else { until };
        m.set(Column::UntilRelated, i, cap(until));
        until += 1;
    }
}

/// The column of each theme, in the order of [`Theme`].
const THEME_COLUMNS: [Column; crate::boilerplate::phrases::THEMES] = [
    Column::Related,
    Column::Share,
    Column::Newsletter,
    Column::Consent,
    Column::Subscribe,
    Column::Comments,
    Column::Copyright,
    Column::Credit,
    Column::Byline,
    Column::Date,
    Column::Ads,
    Column::Media,
    Column::Navigation,
    Column::Tools,
    Column::Tags,
    Column::Teaser,
];

/// Where a unit stands in the document, and how far from its first and last paragraph.
fn places(m: &mut Matrix, body: &[bool]) {
    let n = body.len();
    let first = body.iter().position(|b| *b).unwrap_or(n);
    let last = body.iter().rposition(|b| *b).unwrap_or(0);
    m.fill(Column::PlaceUnits, (0..n).map(|i| share(i as u32, n as u32)));
    m.fill(Column::FromStart, (0..n).map(|i| log(i as u32)));
    m.fill(Column::FromEnd, (0..n).rev().map(|i| log(i as u32)));
    m.fill(Column::FirstLong, (0..n).map(|i| signed(i, first)));
    m.fill(Column::LastLong, (0..n).map(|i| signed(i, last)));
}

/// Units that a window reaches to either side, at most.
const REACH: usize = 12;

/// What the units before each unit add up to, and that of the whole document `REACH` units further on either side.
struct Sums(Vec<u32>);

impl Sums {
    fn of(values: impl ExactSizeIterator<Item = u32>) -> Sums {
        let mut sums = Vec::with_capacity(values.len() + 2 * REACH + 1);
        sums.resize(REACH + 1, 0);
        let mut sum = 0;
        sums.extend(values.map(|value| {
            sum += value;
            sum
        }));
        sums.extend([sum; REACH]);
        Sums(sums)
    }

    /// For each unit, the sum over it and over `width` units to either side.
    fn around(&self, width: usize) -> impl Iterator<Item = u32> {
        let (low, high) = (self.0.get(REACH - width..), self.0.get(REACH + width + 1..));
        high.unwrap_or_default().iter().zip(low.unwrap_or_default()).map(|(high, low)| high - low)
    }

    /// The sum over the units `from..to`.
    fn within(&self, from: usize, to: usize) -> u32 {
        let at = |i: usize| self.0.get(REACH + i).copied().unwrap_or_default();
        at(to).saturating_sub(at(from))
    }
}

/// The nearest paragraphs, the run of short units around, and how much text stands nearby.
fn runs(m: &mut Matrix, units: &[Unit], body: &[bool]) {
    let n = units.len();
    let halves: Vec<u32> = units.iter().map(|unit| unit.shape.halves).collect();
    let own = || halves.iter().zip(body).map(|(halves, is_body)| if *is_body { *halves } else { 0 });
    let all = Sums::of(halves.iter().copied());
    let of_body = Sums::of(own());
    let stamps = Sums::of(units.iter().map(|unit| u32::from(unit.shape.clocks + unit.shape.dates > 0)));
    for (column, width) in [(Column::Near2, 2), (Column::Near5, 5), (Column::Near10, 10)] {
        m.fill(column, of_body.around(width).zip(own()).map(|(sum, own)| log(sum - own)));
    }
    for (column, width) in [(Column::Stamps5, 5), (Column::Stamps12, REACH)] {
        m.fill(column, stamps.around(width).map(cap));
    }
    let around = all
        .around(5)
        .zip(&halves)
        .enumerate()
        .map(|(i, (sum, halves))| log((sum - halves) / ((i + 6).min(n) - i.saturating_sub(5)) as u32));
    m.fill(Column::Around5, around);
    let mut previous = None;
    let mut run = 0;
    for (i, halves) in halves.iter().enumerate() {
        m.set(Column::PrevBody, i, previous.map_or(TOP as u8, |p: usize| log((i - p) as u32)));
        m.set(Column::PrevBodyWords, i, previous.map_or(TOP as u8, |p| log(all.within(p + 1, i))));
        previous = if body[i] { Some(i) } else { previous };
        m.set(Column::RunBefore, i, log(run));
        run = if *halves < SHORT { run + 1 } else { 0 };
    }
    let mut next = None;
    run = 0;
    for (i, halves) in halves.iter().enumerate().rev() {
        m.set(Column::NextBody, i, next.map_or(TOP as u8, |p: usize| log((p - i) as u32)));
        m.set(Column::NextBodyWords, i, next.map_or(TOP as u8, |p| log(all.within(i + 1, p))));
        next = if body[i] { Some(i) } else { next };
        m.set(Column::RunAfter, i, log(run));
        run = if *halves < SHORT { run + 1 } else { 0 };
    }
}

/// The document as a whole, the same for all of its units.
fn document(m: &mut Matrix, t: &Totals, body: &[bool]) {
    let n = body.len() as u32;
    let values = [
        (Column::DocWords, log(t.halves)),
        (Column::DocBodyShare, share(t.in_body, t.halves)),
        (Column::DocBodies, cap(body.iter().filter(|b| **b).count() as u32)),
        (Column::DocUnits, log(n)),
        (Column::DocMean, log(t.halves / n.max(1))),
        (Column::DocIdeo, share(t.ideo, t.ideo + t.words)),
        (Column::DocMerged, cap(t.merged)),
        (Column::DocBlanks, share(t.after_blanks, n)),
    ];
    for (column, value) in values {
        m.column(column).fill(value);
    }
}

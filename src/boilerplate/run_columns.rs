//! Whole runs of units in numbers: a run's own text, what it shares with the others, where it stands, and what stands
//! between it and the main run. Each run is measured once, in a few passes over the units; no window grows with the
//! document.

use std::ops::Range;

use crate::boilerplate::columns::Column;
use crate::boilerplate::columns::Matrix;
use crate::boilerplate::columns::TOP;
use crate::boilerplate::columns::cap;
use crate::boilerplate::columns::log;
use crate::boilerplate::columns::share;
use crate::boilerplate::columns::signed;
use crate::boilerplate::model::Page;
use crate::boilerplate::runs::Run;
use crate::boilerplate::runs::STOP;
use crate::boilerplate::runs::main;
use crate::boilerplate::scores::level;
use crate::boilerplate::scores::probability;

/// How a line ends that breaks off: see `features`.
const BROKEN: u8 = 6;

/// What the units before a place add up to.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    halves: i64,
    /// Half words by the probability that they stay, in thousandths.
    mass: i64,
    kept_mass: i64,
    /// Half words by the units' scores.
    scores: i64,
    kept: i64,
    kept_halves: i64,
    kept_scores: i64,
    stamps: i64,
}

/// Prefix sums over a document's units, and the best score from each unit on.
struct Sums {
    sums: Vec<Sum>,
    best: Vec<u8>,
}

impl Sums {
    fn of(page: &Page, kept: &[bool], scores: &[i32]) -> Sums {
        let mut sum = Sum::default();
        let mut sums = vec![sum];
        sums.extend(page.units().iter().zip(kept).zip(scores).map(|((unit, is_kept), score)| {
            let halves = i64::from(unit.shape.halves.max(1));
            let of_scores = halves * i64::from(level(*score));
            let mass = halves * probability(*score).cast_signed();
            sum.halves += halves;
            sum.mass += mass;
            sum.scores += of_scores;
            sum.stamps += i64::from(unit.shape.clocks + unit.shape.dates > 0);
            if *is_kept {
                sum.kept += 1;
                sum.kept_halves += halves;
                sum.kept_scores += of_scores;
                sum.kept_mass += mass;
            }
            sum
        }));
        let mut best: Vec<u8> = scores.iter().map(|score| level(*score)).collect();
        let mut most = 0;
        for best in best.iter_mut().rev() {
            most = most.max(*best);
            *best = most;
        }
        Sums { sums, best }
    }

    fn best_from(&self, i: usize) -> u8 {
        self.best.get(i).copied().unwrap_or_default()
    }

    fn at(&self, i: usize) -> Sum {
        self.sums.get(i).copied().unwrap_or_default()
    }

    fn of_all(&self) -> Sum {
        self.sums.last().copied().unwrap_or_default()
    }

    /// The sum of one value over some units; zero where they end before they begin.
    fn over(&self, units: &Range<usize>, of: fn(&Sum) -> i64) -> i64 {
        (of(&self.at(units.end.max(units.start))) - of(&self.at(units.start))).max(0)
    }
}

/// Columns whose mean over a run is asked for, and by how much they are stretched: most lines have few commas.
const MEANS: [(Column, u32); 20] = [
    (Column::Quotes, 4),
    (Column::Capitals, 1),
    (Column::Commas, 4),
    (Column::WordLength, 1),
    (Column::FunctionShare, 1),
    (Column::Digits, 1),
    (Column::Topic, 1),
    (Column::MainTopic, 1),
    (Column::SameStart, 8),
    (Column::Cover, 1),
    (Column::Comments, 1),
    (Column::Related, 1),
    (Column::Dates, 8),
    (Column::Clocks, 8),
    (Column::SiteShare, 1),
    (Column::SiteDistinct, 1),
    (Column::Lexical, 1),
    (Column::LexicalNear, 1),
    (Column::LexicalFar, 1),
    (Column::Score, 1),
];
/// So many of them are compared with the main run's.
const COMPARED: usize = 5;

/// Themes whose phrases between the main run and another say that the article is over, or has not begun.
pub(crate) const BETWEEN: [Column; 9] = [
    Column::Related,
    Column::Comments,
    Column::Copyright,
    Column::Share,
    Column::Tags,
    Column::Newsletter,
    Column::Byline,
    Column::Date,
    Column::Navigation,
];

/// Themes of which one phrase in a run may give the whole of it away.
const WITHIN: [Column; 6] = [
    Column::Consent,
    Column::Newsletter,
    Column::Subscribe,
    Column::Copyright,
    Column::Share,
    Column::Navigation,
];

const DOCUMENT: [Column; 6] = [
    Column::DocWords,
    Column::DocBodyShare,
    Column::DocBodies,
    Column::DocUnits,
    Column::DocIdeo,
    Column::DocMerged,
];

/// Numbers that say something about a run: 12 of its own, phrases within it, then means, comparisons, words, place, block,
/// document, phrases between it and the main run.
pub const RUN_COLUMNS: usize =
    12 + MEANS.len() + COMPARED + 1 + 2 + 1 + 22 + 9 + DOCUMENT.len() + BETWEEN.len() + WITHIN.len();

/// What is known of a run by itself.
struct Measured {
    /// See [`MEANS`].
    means: [u8; MEANS.len()],
    /// Half words a unit.
    length: u8,
    row: Vec<u8>,
}

/// Numbers are small.
fn small(n: i64) -> u32 {
    u32::try_from(n).unwrap_or_default()
}

fn part(of: i64, whole: i64) -> u8 {
    (of * i64::from(TOP) / whole.max(1)).clamp(0, i64::from(TOP)) as u8
}

/// How far a level is above another.
fn compared(a: u8, b: u8) -> u8 {
    cap((32 + u32::from(a)).saturating_sub(u32::from(b)))
}

/// The columns of the runs, one row for each.
pub fn measure(page: &Page, runs: &[Run], kept: &[bool], scores: &[i32]) -> Matrix {
    Matrix::of_rows(&rows(page, runs, kept, scores), RUN_COLUMNS)
}

/// What the runs are measured by, in the order of the columns; the main run has nothing between itself and it.
pub(crate) fn rows(page: &Page, runs: &[Run], kept: &[bool], scores: &[i32]) -> Vec<Vec<u8>> {
    let sums = Sums::of(page, kept, scores);
    let blocks = Blocks::of(&sums, kept);
    let Some(main) = main(runs) else {
        return Vec::new();
    };
    let words = words(page, runs);
    let of_runs: Vec<Measured> = runs.iter().map(|run| alone(page, &sums, scores, run)).collect();
    let of_main = runs.iter().zip(&of_runs).find(|(run, _)| run.units == main.units);
    let (means, length) = of_main.map(|(_, own)| (own.means, own.length)).unwrap_or_default();
    let kept_runs = runs.iter().filter(|run| run.is_kept).count();
    let mut rows: Vec<Vec<u8>> = of_runs
        .into_iter()
        .zip(words)
        .map(|(own, words)| {
            let mut row = own.row;
            row.extend(own.means);
            row.extend(own.means.iter().zip(means).take(COMPARED).map(|(a, b)| compared(*a, b)));
            row.push(compared(own.length, length));
            row.extend(words);
            row
        })
        .collect();
    for (row, run) in rows.iter_mut().zip(runs) {
        row.push(cap(kept_runs as u32));
        place(row, &sums, kept, scores, main, run);
        blocks.describe(row, &sums, run);
        row.extend(DOCUMENT.map(|column| page.matrix().get(column, run.units.start)));
    }
    between(&mut rows, page, runs, main);
    rows
}

/// A run without its surroundings.
fn alone(page: &Page, sums: &Sums, scores: &[i32], run: &Run) -> Measured {
    let halves = sums.over(&run.units, |s| s.halves).max(1);
    let count = run.units.len() as u32;
    let units = page.units().get(run.units.clone()).unwrap_or_default();
    let own: Vec<u32> = units.iter().map(|unit| unit.shape.halves.max(1)).collect();
    let of =
        |column: Column| page.matrix().of(column as usize, 0, run.units.start, own.len()).iter().zip(&own);
    let means = MEANS.map(|(column, stretch)| {
        of(column).map(|(value, own)| i64::from(*value) * i64::from(*own)).sum::<i64>() * i64::from(stretch)
    });
    let stops = of(Column::Last).filter(|(end, _)| **end >= STOP).map(|(_, own)| i64::from(*own)).sum();
    let broken = of(Column::Last).filter(|(end, _)| **end == BROKEN).count() as u32;
    let labels = own.iter().filter(|own| **own < 16).count() as u32;
    let of_units = scores.get(run.units.clone()).unwrap_or_default();
    let length = log(small(halves) / count.max(1));
    let mut row = Vec::with_capacity(RUN_COLUMNS);
    row.extend([
        u8::from(run.is_kept),
        log(small(halves)),
        cap(count),
        length,
        (sums.over(&run.units, |s| s.scores) / halves) as u8,
        part(sums.over(&run.units, |s| s.mass), 1000 * halves),
        of_units.iter().min().map_or(0, |score| level(*score)),
        of_units.iter().max().map_or(0, |score| level(*score)),
        part(stops, halves),
        cap(broken),
        share(labels, count),
        // One sentence about cookies gives a footer away.
        of(Column::Lexical).map(|(said, _)| *said).min().unwrap_or_default(),
    ]);
    row.extend(WITHIN.map(|column| of(column).map(|(covered, _)| *covered).max().unwrap_or_default()));
    Measured { means: means.map(|mean| cap(small(mean / halves))), length, row }
}

/// For each run, the share of its words that another kept run has, too, and their number.
fn words(page: &Page, runs: &[Run]) -> Vec<[u8; 2]> {
    let in_kept = runs.iter().enumerate().filter(|(_, run)| run.is_kept);
    let units = in_kept.flat_map(|(n, run)| run.units.clone().map(move |i| (n, i)));
    let spread = page.measured.topics.spread_by(units);
    let of_run = |run: &Run| {
        // A kept run's own words count once.
        let of_units = run.units.clone().map(|i| spread.shared(i, run.is_kept));
        let (on, all) = of_units.fold((0, 0), |(on, all), unit| (on + unit.0, all + unit.1));
        [share(on, all), log(on)]
    };
    runs.iter().map(of_run).collect()
}

/// So many units to either side are looked at for the next kept one.
const NEAR: usize = 32;

/// Where a run stands, and how far from the main one.
fn place(row: &mut Vec<u8>, sums: &Sums, kept: &[bool], scores: &[i32], main: &Run, run: &Run) {
    let all = sums.of_all();
    let (start, end) = (run.units.start, run.units.end);
    let count = kept.len();
    let gap = if start >= main.units.end { main.units.end..start } else { end..main.units.start };
    let is_main = run.units == main.units;
    let gap = if is_main { start..start } else { gap };
    let dropped = gap.len() as u32 - small(sums.over(&gap, |s| s.kept));
    let before = start.saturating_sub(NEAR)..start;
    let after = end..(end + NEAR).min(count);
    let is_kept = |i: &usize| kept.get(*i) == Some(&true);
    let previous = before.clone().rev().find(is_kept).map_or(before.start, |i| i + 1);
    let next = after.clone().find(is_kept).unwrap_or(after.end);
    let scores =
        |units: Range<usize>| scores.get(units).unwrap_or_default().iter().map(|score| level(*score));
    let best = |units| scores(units).max().unwrap_or_default();
    let worst = |units| scores(units).min().unwrap_or_default();
    row.extend([
        match (is_main, start >= main.units.end) {
            (true, _) => 1,
            (_, true) => 2,
            _ => 0,
        },
        signed(start, main.units.start),
        part(sums.over(&run.units, |s| s.mass), sums.over(&main.units, |s| s.mass)),
        log(small(sums.over(&gap, |s| s.halves))),
        log(dropped),
        cap(small(sums.over(&gap, |s| s.stamps))),
        log(small(sums.over(&gap, |s| s.kept_halves))),
        part(sums.over(&run.units, |s| s.halves), all.kept_halves),
        part(sums.at(start).kept_halves, all.kept_halves),
        part(sums.at(start).halves, all.halves),
        part(all.halves - sums.at(end).halves, all.halves),
        log((count - end) as u32),
        sums.best_from(end),
        cap((start - previous) as u32),
        cap((next - end) as u32),
        log(small(sums.over(&(previous..start), |s| s.halves))),
        log(small(sums.over(&(end..next), |s| s.halves))),
        best(previous..start),
        worst(previous..start),
        best(end..next),
        worst(end..next),
        cap(small(sums.over(&(end..next.min(end + 6)), |s| s.stamps))),
    ]);
}

/// Kept units with at most one other between them.
struct Blocks {
    all: Vec<Range<usize>>,
    /// The heaviest.
    main: usize,
}

impl Blocks {
    fn of(sums: &Sums, kept: &[bool]) -> Blocks {
        let mut all: Vec<Range<usize>> = Vec::new();
        for (i, _) in kept.iter().enumerate().filter(|(_, kept)| **kept) {
            match all.last_mut() {
                Some(block) if i <= block.end + 1 => block.end = i + 1,
                _ => all.push(i..i + 1),
            }
        }
        let main = (0..all.len()).max_by_key(|n| all.get(*n).map(|block| sums.over(block, |s| s.kept_mass)));
        Blocks { all, main: main.unwrap_or_default() }
    }

    /// The block that a kept run is part of; nothing for others.
    fn describe(&self, row: &mut Vec<u8>, sums: &Sums, run: &Run) {
        let n = self.all.partition_point(|block| block.end <= run.units.start);
        let none = 0..0;
        let block = self.all.get(n).filter(|_| run.is_kept).unwrap_or(&none);
        let main = self.all.get(self.main).unwrap_or(&none);
        let halves = sums.over(block, |s| s.kept_halves);
        let (mass, of_main) = (sums.over(block, |s| s.kept_mass), sums.over(main, |s| s.kept_mass));
        let count = sums.over(block, |s| s.kept);
        row.extend([
            signed(n, self.main),
            log(small(halves)),
            cap(small(count)),
            log(small(halves / count.max(1))),
            (sums.over(block, |s| s.kept_scores) / halves.max(1)) as u8,
            part(mass, of_main),
            part(mass, sums.of_all().kept_mass),
            part(of_main, sums.of_all().kept_mass),
            cap(self.all.len() as u32),
        ]);
    }
}

/// The strongest phrase of each theme between the main run and each other, from the main run outwards.
fn between(rows: &mut [Vec<u8>], page: &Page, runs: &[Run], main: &Run) {
    let raise = |seen: &mut [u8; BETWEEN.len()], i: usize| {
        for (seen, column) in seen.iter_mut().zip(BETWEEN) {
            *seen = (*seen).max(page.matrix().get(column, i));
        }
    };
    let (mut seen, mut at) = ([0; BETWEEN.len()], main.units.end.saturating_sub(1));
    for (row, run) in rows.iter_mut().zip(runs).filter(|(_, run)| run.units.start >= main.units.end) {
        (at..=run.units.start).for_each(|i| raise(&mut seen, i));
        at = run.units.start;
        row.extend(seen);
    }
    (seen, at) = ([0; BETWEEN.len()], main.units.start + 1);
    for (row, run) in rows.iter_mut().zip(runs).rev().filter(|(_, run)| run.units.end <= main.units.start) {
        (run.units.end - 1..at).for_each(|i| raise(&mut seen, i));
        at = run.units.end;
        row.extend(seen);
    }
}

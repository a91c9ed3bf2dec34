//! What the first trees make of the neighbours, as columns for the second: where kept text is near, and how much.

use crate::boilerplate::columns::Column;
use crate::boilerplate::columns::Matrix;
use crate::boilerplate::columns::TOP;
use crate::boilerplate::columns::cap;
use crate::boilerplate::columns::log;
use crate::boilerplate::columns::share;
use crate::boilerplate::columns::signed;
use crate::boilerplate::features::Measured;
use crate::boilerplate::tables::Counts;
use crate::boilerplate::trees::UNIT;
use crate::boilerplate::trees::is_settled;

/// Kept units with at most so many others between them are one block.
const GAP: usize = 6;
/// Probabilities are in thousandths.
const SURE: u64 = 1000;

/// A score as a level: six levels a logit.
pub(crate) fn level(score: i32) -> u8 {
    (32 + score * 6 / UNIT as i32).clamp(0, TOP.cast_signed()) as u8
}

/// In thousandths.
pub(crate) fn probability(score: i32) -> u64 {
    (SURE as f32 / (1.0 + (-(score as f32) / UNIT).exp())) as u64
}

/// Fills the columns of the second pass from the scores of the first trees: each score, and all else for the units
/// that are not settled, of which alone it is asked.
pub(crate) fn fill(matrix: &mut Matrix, page: &Measured, scores: &[i32]) {
    let count = page.units.len();
    let p: Vec<u64> = scores.iter().map(|score| probability(*score)).collect();
    let levels: Vec<u8> = scores.iter().map(|score| level(*score)).collect();
    let is_kept: Vec<bool> = scores.iter().map(|score| *score > 0).collect();
    let unsure: Vec<usize> = (0..count).filter(|i| scores.get(*i).is_some_and(|s| !is_settled(*s))).collect();
    let (mut mass, mut all) = (Vec::with_capacity(count + 1), Vec::with_capacity(count + 1));
    mass.push(0);
    all.push(0);
    let (mut a, mut b) = (0, 0);
    for (unit, p) in page.units.iter().zip(&p) {
        a += u64::from(unit.shape.halves) * p;
        b += u64::from(unit.shape.halves);
        mass.push(a);
        all.push(b);
    }
    let total = a.max(1);
    let ranges = blocks(&is_kept);
    let of_block = |block: &(usize, usize)| mass[block.1 + 1] - mass[block.0];
    let mut blocks = vec![0; count];
    // What follows a block is half a part of it.
    let (mut end, mut last) = (0, 0);
    for block in ranges.iter().filter(|block| of_block(block) > 0) {
        blocks[end..block.0].fill(last / 2);
        last = of_block(block);
        blocks[block.0..=block.1].fill(last);
        end = block.1 + 1;
    }
    blocks[end..].fill(last / 2);
    if let Some(main) = ranges.iter().max_by_key(|block| of_block(block)) {
        around_main(matrix, page, &is_kept, &unsure, *main);
    }
    matrix.column(Column::Score).copy_from_slice(&levels);
    matrix.column(Column::DocKept).fill(log((a / SURE) as u32));
    matrix.column(Column::DocKeptShare).fill(part(a, b * SURE));
    for &i in &unsure {
        let own = all[i + 1] - all[i];
        for (column, width) in [(Column::Prob2, 2), (Column::Prob5, 5), (Column::Prob12, 12)] {
            let (from, to) = (i.saturating_sub(width), (i + width + 1).min(count));
            let (of, whole) = (mass[to] - mass[from] - own * p[i], (all[to] - all[from] - own) * SURE);
            matrix.set(column, i, part(of, whole));
        }
        matrix.set(Column::MassBefore, i, part(mass[i], total));
        matrix.set(Column::MassAfter, i, part(a - mass[i + 1], total));
        matrix.set(Column::BlockShare, i, part(blocks[i], total));
        let around = levels[i.saturating_sub(5)..i].iter().chain(&levels[i + 1..(i + 6).min(count)]);
        matrix.set(Column::Best5, i, around.copied().max().unwrap_or_default());
    }
    neighbours(matrix, page, &is_kept, &unsure, &all);
}

/// How far the nearest kept units are, and whether a kept one before is the same.
fn neighbours(matrix: &mut Matrix, page: &Measured, is_kept: &[bool], unsure: &[usize], all: &[u64]) {
    let kept: Vec<usize> = (0..is_kept.len()).filter(|i| is_kept[*i]).collect();
    let hash = |i: usize| page.hashes.get(i).map_or(0, |(hash, _)| *hash);
    let mut twins = Counts::new(kept.len());
    let mut passed = 0;
    for &i in unsure {
        while let Some(k) = kept.get(passed).filter(|k| **k < i) {
            twins.add(hash(*k), *k as u32);
            passed += 1;
        }
        let previous = passed.checked_sub(1).and_then(|n| kept.get(n));
        let next = kept[passed..].iter().find(|k| **k != i);
        let far = TOP as u8;
        matrix.set(Column::PrevKept, i, previous.map_or(far, |p| log((i - p) as u32)));
        matrix.set(Column::PrevKeptWords, i, previous.map_or(far, |p| log((all[i] - all[p + 1]) as u32)));
        matrix.set(Column::NextKept, i, next.map_or(far, |k| log((k - i) as u32)));
        matrix.set(Column::NextKeptWords, i, next.map_or(far, |k| log((all[*k] - all[i + 1]) as u32)));
        matrix.set(Column::KeptTwin, i, cap(twins.get(hash(i))));
    }
}

/// A part in steps of 1/63.
fn part(of: u64, whole: u64) -> u8 {
    match (u32::try_from(of), u32::try_from(whole)) {
        (Ok(of), Ok(whole)) => share(of, whole),
        _ => (of * u64::from(TOP) / whole.max(1)).min(u64::from(TOP)) as u8,
    }
}

/// The blocks of kept units, each from its first to its last.
fn blocks(is_kept: &[bool]) -> Vec<(usize, usize)> {
    let mut blocks: Vec<(usize, usize)> = Vec::new();
    for i in (0..is_kept.len()).filter(|i| is_kept[*i]) {
        match blocks.last_mut() {
            Some((_, end)) if i - *end <= GAP + 1 => *end = i,
            _ => blocks.push((i, i)),
        }
    }
    blocks
}

/// How far units are from the heaviest block, and the words that they share with that.
fn around_main(
    matrix: &mut Matrix,
    page: &Measured,
    is_kept: &[bool],
    unsure: &[usize],
    (first, last): (usize, usize),
) {
    let is_main = |i: usize| is_kept[i] && (first..=last).contains(&i);
    let of_main = page.topics.spread((first..=last).filter(|i| is_kept[*i]));
    for &i in unsure {
        let (on, all) = of_main.shared(i, is_main(i));
        matrix.set(Column::MainFirst, i, signed(i, first));
        matrix.set(Column::MainLast, i, signed(i, last));
        matrix.set(Column::MainTopic, i, share(on, all));
        matrix.set(Column::MainTopicCount, i, log(on));
    }
}

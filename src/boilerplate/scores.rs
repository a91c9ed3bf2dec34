//! What the first trees make of the neighbours, as columns for the second: where kept text is near, and how much.

use crate::boilerplate::columns::Column;
use crate::boilerplate::columns::Matrix;
use crate::boilerplate::columns::TOP;
use crate::boilerplate::columns::cap;
use crate::boilerplate::columns::log;
use crate::boilerplate::features::Measured;
use crate::boilerplate::features::line_hashes;
use crate::boilerplate::tables::Counts;
use crate::boilerplate::trees::UNIT;

/// Kept units with at most so many others between them are one block.
const GAP: usize = 6;
/// Probabilities are in thousandths.
const SURE: u64 = 1000;

/// A score as a level: six levels a logit.
fn level(score: i32) -> u8 {
    (32 + score * 6 / UNIT as i32).clamp(0, TOP.cast_signed()) as u8
}

fn probability(score: i32) -> u64 {
    (SURE as f32 / (1.0 + (-(score as f32) / UNIT).exp())) as u64
}

/// Fills the columns of the second pass from the scores of the first trees.
pub(crate) fn fill(matrix: &mut Matrix, page: &Measured, scores: &[i32]) {
    let count = page.units.len();
    let p: Vec<u64> = scores.iter().map(|score| probability(*score)).collect();
    let levels: Vec<u8> = scores.iter().map(|score| level(*score)).collect();
    let is_kept: Vec<bool> = scores.iter().map(|score| *score > 0).collect();
    let (mut mass, mut all) = (vec![0_u64], vec![0_u64]);
    let (mut a, mut b) = (0, 0);
    for (unit, p) in page.units.iter().zip(&p) {
        a += u64::from(unit.shape.halves) * p;
        b += u64::from(unit.shape.halves);
        mass.push(a);
        all.push(b);
    }
    let total = a.max(1);
    let part = |of: u64, whole: u64| (of * u64::from(TOP) / whole.max(1)).min(u64::from(TOP)) as u8;
    let blocks = blocks(&is_kept, &mass);
    matrix.column(Column::Score).copy_from_slice(&levels);
    matrix.column(Column::DocKept).fill(log((a / SURE) as u32));
    matrix.column(Column::DocKeptShare).fill(part(a, b * SURE));
    let mut twins = Counts::new(count);
    let (mut previous, mut last_block) = (None, 0);
    for (i, unit) in page.units.iter().enumerate() {
        let own = u64::from(unit.shape.halves);
        for (column, width) in [(Column::Prob2, 2), (Column::Prob5, 5), (Column::Prob12, 12)] {
            let (from, to) = (i.saturating_sub(width), (i + width + 1).min(count));
            let (near, of) = (mass[to] - mass[from] - own * p[i], all[to] - all[from] - own);
            matrix.set(column, i, part(near, of * SURE));
        }
        matrix.set(Column::MassBefore, i, part(mass[i], total));
        matrix.set(Column::MassAfter, i, part(a - mass[i + 1], total));
        matrix.set(Column::PrevKept, i, previous.map_or(TOP as u8, |p: usize| log((i - p) as u32)));
        matrix.set(
            Column::PrevKeptWords,
            i,
            previous.map_or(TOP as u8, |p| log((all[i] - all[p + 1]) as u32)),
        );
        if blocks[i] > 0 {
            last_block = blocks[i];
        }
        matrix.set(
            Column::BlockShare,
            i,
            part(if blocks[i] > 0 { blocks[i] } else { last_block / 2 }, total),
        );
        let (hash, _) = line_hashes(unit.shape.of(&page.tokens));
        matrix.set(Column::KeptTwin, i, cap(twins.get(hash)));
        let around = levels[i.saturating_sub(5)..i].iter().chain(&levels[i + 1..(i + 6).min(count)]);
        matrix.set(Column::Best5, i, around.copied().max().unwrap_or_default());
        if is_kept[i] {
            previous = Some(i);
            twins.add(hash, i as u32);
        }
    }
    let mut next = None;
    for i in (0..count).rev() {
        matrix.set(Column::NextKept, i, next.map_or(TOP as u8, |k: usize| log((k - i) as u32)));
        matrix.set(Column::NextKeptWords, i, next.map_or(TOP as u8, |k| log((all[k] - all[i + 1]) as u32)));
        next = if is_kept[i] { Some(i) } else { next };
    }
}

/// The mass of the block that each unit is in; 0 outside.
fn blocks(is_kept: &[bool], mass: &[u64]) -> Vec<u64> {
    let mut blocks = vec![0; is_kept.len()];
    let mut open: Option<(usize, usize)> = None;
    let mut close = |block: Option<(usize, usize)>| {
        if let Some((start, end)) = block {
            blocks[start..=end].fill(mass[end + 1] - mass[start]);
        }
    };
    for i in (0..is_kept.len()).filter(|i| is_kept[*i]) {
        open = match open {
            Some((start, end)) if i - end <= GAP + 1 => Some((start, i)),
            other => {
                close(other);
                Some((i, i))
            }
        };
    }
    close(open);
    blocks
}

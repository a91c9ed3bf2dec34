//! What the run trees learn from: the runs that the path makes of pages of hosts the other trees have not seen, and
//! how much of each stays.

use copydesk::boilerplate::training::RUN_COLUMNS;
use copydesk::boilerplate::training::Trees;
use copydesk::boilerplate::training::measure;
use copydesk::boilerplate::training::path;
use copydesk::boilerplate::training::runs;

use crate::boilerplate::Learned;
use crate::boilerplate::boost;
use crate::boilerplate::boost::Rows;
use crate::boilerplate::boost::Settings;
use crate::boilerplate::kept_halves;

const SETTINGS: Settings =
    Settings { trees: 200, rate: 0.08, prior: 20.0, rows: 40_000, questions: 0.3, seed: 3 };
/// How much more a run that is lost weighs than one that is left. 2.5, 3.2 and 4 tried on hosts set aside: fewer are damaged
/// at each step, and F1 falls by .001 from 3.2 to 4.
const LOSS: f32 = 3.2;
/// No run weighs more than so much; a page's whole article weighs at most three times that.
const MOST: f32 = 20.0;

/// The runs of all pages.
pub(crate) struct Runs {
    columns: Vec<Vec<u8>>,
    /// The page of each run, the share that stays, and its weight.
    rows: Vec<(usize, f32, f32)>,
}

impl Runs {
    /// The runs of `pages`, whose units have these scores.
    pub(crate) fn of(pages: &[Learned], scores: &[Vec<i32>]) -> Runs {
        let mut all = Runs { columns: vec![Vec::new(); RUN_COLUMNS], rows: Vec::new() };
        for (n, (learned, scores)) in pages.iter().zip(scores).enumerate() {
            let page = &learned.page;
            let kept = path(page.units(), scores);
            let of_page = runs(page, &kept, scores);
            let matrix = measure(page, &of_page, &kept, scores);
            for (column, values) in all.columns.iter_mut().enumerate() {
                values.extend(matrix.of(column, 0, 0, of_page.len()));
            }
            let whole = kept_halves(&learned.labelled, page) + 400.0;
            for run in &of_page {
                let (mut stays, mut judged) = (0.0, 0.0);
                for unit in &page.units()[run.units.clone()] {
                    for line in page.lines_of(unit) {
                        let text = learned.labelled.lines[*line as usize].span.of(&learned.labelled.text);
                        let halves = copydesk::boilerplate::training::halves(text) as f32;
                        match learned.labelled.labels[*line as usize].2.as_bytes().first() {
                            Some(b'k') => stays += halves,
                            Some(b'd') => judged += halves,
                            _ => {}
                        }
                    }
                }
                judged += stays;
                let share = if judged > 0.0 { stays / judged } else { 0.0 };
                let asked = if run.is_open { judged } else { 0.0 };
                let weight = (60.0 * asked / whole).min(MOST) * learned.labelled.weight;
                all.rows.push((n, share, weight * (1.0 + (LOSS - 1.0) * share)));
            }
        }
        all
    }

    /// Trees that say which runs stay, from those of some pages.
    pub(crate) fn learn(&self, is_asked: impl Fn(usize) -> bool) -> Trees {
        let asked = || {
            let rows = self.rows.iter().enumerate();
            rows.filter(|(_, (page, _, weight))| *weight > 0.0 && is_asked(*page))
        };
        let rows = Rows {
            columns: &self.columns,
            places: asked().map(|(place, _)| place as u32).collect(),
            targets: asked().map(|(_, row)| row.1).collect(),
            weights: asked().map(|(_, row)| row.2).collect(),
        };
        let questions: Vec<(u8, i8)> = (0..RUN_COLUMNS as u8).map(|column| (column, 0)).collect();
        boost::train(&rows, &questions, &SETTINGS)
    }
}

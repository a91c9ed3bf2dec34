//! The numbers that the trees ask about: one column of small integers for each feature, one row for each unit.

/// Rows of padding before and after the units, so that every unit has neighbours.
pub(crate) const PAD: usize = 8;
/// Rows that are looked at together.
pub(crate) const BLOCK: usize = 64;
/// Values are below this.
pub(crate) const LEVELS: usize = 64;
/// The largest value.
pub(crate) const TOP: u32 = LEVELS as u32 - 1;

macro_rules! columns {
    ($($name:ident),* $(,)?) => {
        /// A feature. What each one measures is said where it is filled.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub(crate) enum Column { $($name),* }
        /// The features' names, in order.
        pub const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

columns! {
    // The line itself.
    Chars, Words, FunctionShare, FunctionCount, Last, BeforeLast, First, Commas, Stops, Quotes, Capitals, Shouted,
    Digits, Numbers, Clocks, Dates, Years, Links, Bullet, Indent, IndentOff, Separators, Symbols, Brackets,
    WordLength, Merged,
    // The document's words and lines.
    Same, SameStart, Topic, TopicCount,
    // Phrases, by class: see `Class` in `phrases`.
    Cover, Opens, Related, Share, Newsletter, Consent, Subscribe, Comments, Copyright, Credit, Byline, Date, Ads, Media,
    Navigation, Tools, Tags, Teaser,
    SinceRelated, SinceEnd, UntilRelated,
    // Where it stands.
    PlaceUnits, PlaceChars, FromStart, FromEnd, FirstLong, LastLong, PrevBody, NextBody, PrevBodyWords,
    NextBodyWords, RunBefore, RunAfter, BlanksBefore, BlanksAfter, Near2, Near5, Near10, Around5, Stamps5, Stamps12,
    // The document.
    DocWords, DocBodyShare, DocBodies, DocUnits, DocMean, DocIdeo, DocMerged, DocBlanks,
    // The site.
    SiteKnown, SiteDistinct, SiteShare,
    // What the words say, and those nearby: see `lexicon`.
    Lexical, LexicalNear, LexicalFar,
    // What the first trees make of it and of its neighbours.
    Score, Prob2, Prob5, Prob12, MassBefore, MassAfter, PrevKept, NextKept, PrevKeptWords, NextKeptWords, DocKept,
    DocKeptShare, BlockShare, KeptTwin, Best5, MainFirst, MainLast, MainTopic, MainTopicCount,
}

/// The columns that the first trees may ask about: those before the scores.
pub const FIRST_PASS: usize = Column::Score as usize;
/// All columns.
pub const COLUMNS: usize = NAMES.len();

/// A quarter of an octave a step, up to the top.
pub(crate) const fn log(n: u32) -> u8 {
    if n < FEW { LOG[n as usize] } else { log_of(n) }
}

/// Most numbers are below this.
const FEW: u32 = 512;

const LOG: [u8; FEW as usize] = {
    let mut t = [0; FEW as usize];
    let mut n = 0;
    while n < FEW {
        t[n as usize] = log_of(n);
        n += 1;
    }
    t
};

const fn log_of(n: u32) -> u8 {
    let n = n as u64 + 1;
    let octave = n.ilog2();
    let quarter = if octave >= 2 { n >> (octave - 2) } else { n << (2 - octave) } & 3;
    let step = octave * 4 + quarter as u32;
    if step < TOP { step as u8 } else { TOP as u8 }
}

/// Numbers below this are exact as floats, even 63 times.
const SMALL: u32 = 1 << 18;

/// A share in steps of 1/63.
pub(crate) fn share(part: u32, whole: u32) -> u8 {
    if whole == 0 {
        0
    } else if part < SMALL && whole < SMALL {
        // Floats divide faster, and these exactly enough: what lies below a whole number is not rounded up to it.
        ((part * TOP) as f32 / whole as f32).min(TOP as f32) as u8
    } else {
        (u64::from(part) * u64::from(TOP) / u64::from(whole)).min(u64::from(TOP)) as u8
    }
}

/// How far `from` lies behind `to`: half as many steps as `log`, on either side of the middle.
pub(crate) fn signed(from: usize, to: usize) -> u8 {
    let middle = LEVELS as u8 / 2;
    let distance = log(from.abs_diff(to) as u32).min(TOP as u8 - 1) / 2;
    if from >= to { middle + distance } else { middle - distance }
}

/// The number itself, up to the top.
pub(crate) fn cap(n: u32) -> u8 {
    n.min(TOP) as u8
}

/// The columns of one document, padded, one after another.
#[derive(Clone, Debug)]
pub struct Matrix {
    cells: Vec<u8>,
    rows: usize,
    /// From one column to the next.
    stride: usize,
}

impl Matrix {
    /// All zeros.
    pub(crate) fn new(rows: usize) -> Matrix {
        let stride = rows + 2 * PAD;
        Matrix { cells: vec![0; COLUMNS * stride + BLOCK], rows, stride }
    }

    /// Each row given whole; what is missing at its end is zero.
    pub(crate) fn of_rows(rows: &[Vec<u8>], columns: usize) -> Matrix {
        let stride = rows.len() + 2 * PAD;
        let mut cells = vec![0; columns * stride + BLOCK];
        for (i, row) in rows.iter().enumerate() {
            for (column, value) in row.iter().enumerate().take(columns) {
                if let Some(cell) = cells.get_mut(column * stride + PAD + i) {
                    *cell = *value;
                }
            }
        }
        Matrix { cells, rows: rows.len(), stride }
    }

    /// Units.
    pub const fn rows(&self) -> usize {
        self.rows
    }

    pub(crate) fn set(&mut self, column: Column, row: usize, value: u8) {
        if let Some(cell) = self.cells.get_mut(column as usize * self.stride + PAD + row) {
            *cell = value;
        }
    }

    pub(crate) fn get(&self, column: Column, row: usize) -> u8 {
        self.cells.get(column as usize * self.stride + PAD + row).copied().unwrap_or_default()
    }

    /// Fills a column from its first row on.
    pub(crate) fn fill(&mut self, column: Column, values: impl Iterator<Item = u8>) {
        self.fill_from(column, 0, values);
    }

    /// Fills a column from the given row on.
    pub(crate) fn fill_from(&mut self, column: Column, row: usize, values: impl Iterator<Item = u8>) {
        let cells = self.column(column).get_mut(row..).unwrap_or_default();
        cells.iter_mut().zip(values).for_each(|(cell, value)| *cell = value);
    }

    /// A column's values, one for each row.
    pub(crate) fn column(&mut self, column: Column) -> &mut [u8] {
        let start = column as usize * self.stride + PAD;
        self.cells.get_mut(start..start + self.rows).unwrap_or_default()
    }

    /// `len` values of a column from `row` on, moved by `offset` rows (at most [`PAD`] either way).
    pub fn of(&self, column: usize, offset: i8, row: usize, len: usize) -> &[u8] {
        let start = (column * self.stride + PAD + row).wrapping_add_signed(isize::from(offset));
        self.cells.get(start..start + len).unwrap_or_default()
    }

    /// The values of a column from `row` on, moved by `offset`, with whatever stands behind the column's end.
    pub(crate) fn block(&self, column: usize, offset: i8, row: usize) -> Option<&[u8; BLOCK]> {
        self.of(column, offset, row, BLOCK).first_chunk()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_grow_slowly_and_stay_below_the_top() {
        assert_eq!([0, 1, 2, 3, 4, 7, 1000].map(log), [0, 4, 6, 8, 9, 12, 39]);
        assert_eq!(log(u32::MAX), 63);
        assert_eq!([share(0, 0), share(1, 2), share(9, 3)], [0, 31, 63]);
        assert_eq!([signed(5, 5), signed(0, 1), signed(usize::MAX / 2, 0)], [32, 30, 63]);
    }

    #[test]
    fn shares_are_those_of_whole_numbers() {
        let near = |n: u32| n - 40..n + 40;
        for whole in (1..300).chain(near(SMALL)) {
            let exact =
                |part: u32| (u64::from(part) * u64::from(TOP) / u64::from(whole)).min(u64::from(TOP)) as u8;
            for part in
                (0..300).chain(near(SMALL)).chain((1..TOP).flat_map(|n| near((n * whole / TOP).max(40))))
            {
                assert_eq!(share(part, whole), exact(part), "{part} of {whole}");
            }
        }
    }

    #[test]
    fn rows_given_whole_are_columns_and_end_in_zeros() {
        let m = Matrix::of_rows(&[vec![1, 2, 3], vec![4]], 3);
        assert_eq!([0, 1, 2].map(|column| m.of(column, 0, 0, 2)), [[1, 4], [2, 0], [3, 0]]);
        assert!(m.block(2, 0, 1).is_some());
    }

    #[test]
    fn neighbours_of_the_first_and_last_row_are_zero() {
        let mut m = Matrix::new(2);
        m.set(Column::Words, 1, 9);
        assert_eq!(m.of(Column::Words as usize, -1, 0, 2), [0, 0]);
        assert_eq!(m.of(Column::Words as usize, 1, 0, 2), [9, 0]);
        assert_eq!(m.get(Column::Words, 1), 9);
    }
}

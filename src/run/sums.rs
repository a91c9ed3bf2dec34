//! Sums of rows in bounded memory: sorted runs on disk, merged when all is counted. What the rows mean is left to
//! `templates`.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io;
use std::io::BufReader;
use std::io::BufWriter;
use std::io::Read;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::thread::Builder;
use std::thread::JoinHandle;

use crate::boilerplate::templates::Row;
use crate::boilerplate::templates::Sighting;

/// Runs merged at once: each takes an open file and a buffer.
const MOST_RUNS: usize = 128;

/// Rows in ascending order, from memory or a file.
pub(super) type Ascending = Box<dyn Iterator<Item = io::Result<Row>>>;

fn key(row: &Row) -> (u64, u64) {
    (row.site, row.line)
}

/// Brings sightings into the order of their rows. Batches come sorted, and a stable sort merges them.
pub(super) fn sort(seen: &mut [Sighting]) {
    seen.sort_by_key(|seen| (seen.site, seen.line));
}

/// The rows of sorted sightings.
pub(super) fn summed(seen: Vec<Sighting>) -> impl Iterator<Item = io::Result<Row>> {
    let mut seen = seen.into_iter().peekable();
    std::iter::from_fn(move || {
        let mut row = Row::of(&seen.next()?);
        while let Some(more) = seen.next_if(|seen| (seen.site, seen.line) == key(&row)) {
            row.add(&Row::of(&more));
        }
        Some(Ok(row))
    })
}

/// What was seen, in memory, and summed on disk beyond that, by a thread of its own so that counting goes on.
pub(super) struct Sums {
    runs: Runs,
    /// The runs on disk, while a thread adds to them.
    spilling: Option<JoinHandle<io::Result<Runs>>>,
    seen: Vec<Sighting>,
    most: usize,
}

impl Sums {
    pub(super) fn new(below: &Path, memory: u64) -> io::Result<Sums> {
        // As much is being written while as much comes in.
        let most = (memory / 8) as usize / size_of::<Sighting>();
        let runs = Runs { folder: Some(tempfile::tempdir_in(below)?), written: 0 };
        Ok(Sums { runs, spilling: None, seen: Vec::new(), most: most.max(1024) })
    }

    /// Takes what was seen in a batch, sorted.
    pub(super) fn add(&mut self, seen: &[Sighting]) -> io::Result<()> {
        self.seen.extend_from_slice(seen);
        if self.seen.len() < self.most {
            return Ok(());
        }
        let mut runs = self.runs()?;
        let seen = std::mem::replace(&mut self.seen, Vec::with_capacity(self.most));
        self.spilling = Some(Builder::new().spawn(move || {
            runs.spill(seen)?;
            Ok(runs)
        })?);
        Ok(())
    }

    /// The runs on disk, when nobody writes any more.
    fn runs(&mut self) -> io::Result<Runs> {
        match self.spilling.take().map(JoinHandle::join) {
            None => Ok(std::mem::take(&mut self.runs)),
            Some(done) => done.unwrap_or_else(|_| Err(io::Error::other("writing sums failed"))),
        }
    }

    /// Everything, summed, ascending, put in order by one thread or two; the folder holds what is still to be read.
    pub(super) fn finish(mut self, threads: usize) -> io::Result<(Merge, Runs)> {
        let runs = self.runs()?;
        let mut seen = std::mem::take(&mut self.seen);
        if threads > 1 {
            // Nothing else goes on now.
            let half = seen.len() / 2;
            let (some, others) = seen.split_at_mut(half);
            std::thread::scope(|scope| {
                Builder::new().spawn_scoped(scope, || sort(some)).map(drop).ok();
                sort(others);
            });
        }
        sort(&mut seen);
        let mut readers = runs.readers();
        readers.push(Box::new(summed(seen)));
        Ok((Merge::new(readers)?, runs))
    }
}

impl Drop for Sums {
    fn drop(&mut self) {
        // A thread left behind would still write when the folder around it is gone.
        self.runs().ok();
    }
}

/// Sorted runs on disk.
#[derive(Default)]
pub(super) struct Runs {
    folder: Option<tempfile::TempDir>,
    pub(super) written: usize,
}

impl Runs {
    fn spill(&mut self, mut seen: Vec<Sighting>) -> io::Result<()> {
        sort(&mut seen);
        self.write(summed(seen))?;
        if self.written.is_multiple_of(MOST_RUNS) {
            // All runs become one, so that the last merge opens few files.
            let merged = Merge::new(self.readers())?;
            self.write(merged)?;
            for n in 0..self.written - 1 {
                std::fs::remove_file(self.path(n)).ok();
            }
        }
        Ok(())
    }

    fn path(&self, n: usize) -> PathBuf {
        let folder = self.folder.as_ref().map_or(Path::new(""), tempfile::TempDir::path);
        folder.join(format!("run-{n:06}"))
    }

    fn write(&mut self, rows: impl Iterator<Item = io::Result<Row>>) -> io::Result<()> {
        let mut writer = BufWriter::with_capacity(1 << 17, File::create(self.path(self.written))?);
        for row in rows {
            writer.write_all(&row?.to_bytes())?;
        }
        writer.flush()?;
        self.written += 1;
        Ok(())
    }

    /// All of them that are there.
    fn readers(&self) -> Vec<Ascending> {
        let files = (0..self.written).filter_map(|n| File::open(self.path(n)).ok());
        files.map(|file| Box::new(ReadRows(BufReader::with_capacity(1 << 16, file))) as Ascending).collect()
    }
}

/// Rows as they stand in a file.
pub(super) struct ReadRows<R>(pub(super) R);

impl<R: Read> Iterator for ReadRows<R> {
    type Item = io::Result<Row>;

    fn next(&mut self) -> Option<io::Result<Row>> {
        let mut bytes = [0; Row::BYTES];
        let mut at = 0;
        while at < bytes.len() {
            match self.0.read(bytes.get_mut(at..).unwrap_or_default()) {
                Ok(0) if at == 0 => return None,
                Ok(0) => return Some(Err(io::ErrorKind::UnexpectedEof.into())),
                Ok(n) => at += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Some(Err(e)),
            }
        }
        Some(Ok(Row::from_bytes(&bytes)))
    }
}

/// Several ascending rows of rows as one, summed.
pub(super) struct Merge {
    readers: Vec<Ascending>,
    heads: BinaryHeap<Reverse<((u64, u64), usize)>>,
    rows: Vec<Option<Row>>,
}

impl Merge {
    pub(super) fn new(readers: Vec<Ascending>) -> io::Result<Merge> {
        let rows = vec![None; readers.len()];
        let mut merge = Merge { readers, heads: BinaryHeap::new(), rows };
        for n in 0..merge.rows.len() {
            merge.advance(n)?;
        }
        Ok(merge)
    }

    fn advance(&mut self, n: usize) -> io::Result<()> {
        let next = self.readers.get_mut(n).and_then(Iterator::next).transpose()?;
        if let Some(row) = &next {
            self.heads.push(Reverse((key(row), n)));
        }
        if let Some(slot) = self.rows.get_mut(n) {
            *slot = next;
        }
        Ok(())
    }

    fn pop(&mut self) -> io::Result<Option<Row>> {
        let mut sum: Option<Row> = None;
        while let Some(Reverse((next, n))) = self.heads.peek().copied() {
            if sum.as_ref().is_some_and(|sum| key(sum) != next) {
                break;
            }
            self.heads.pop();
            if let Some(row) = self.rows.get_mut(n).and_then(Option::take) {
                match &mut sum {
                    Some(sum) => sum.add(&row),
                    None => sum = Some(row),
                }
            }
            self.advance(n)?;
        }
        Ok(sum)
    }
}

impl Iterator for Merge {
    type Item = io::Result<Row>;

    fn next(&mut self) -> Option<io::Result<Row>> {
        self.pop().transpose()
    }
}

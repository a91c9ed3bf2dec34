//! Reading, working and writing side by side, with the results in order. Reading waits while more than a set number of
//! bytes is under way, so memory is bounded whatever the input's size.

use std::collections::BTreeMap;
use std::sync::Condvar;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use crossbeam_channel::bounded;
use crossbeam_channel::unbounded;

use crate::input::chunks::Chunks;
use crate::input::chunks::Part;
use crate::input::chunks::Position;

/// A batch is full at so many bytes (or a quarter of what may be under way) or so many parts: many tiny files are handed
/// over at once.
const BATCH_BYTES: usize = 1 << 17;
const BATCH_PARTS: usize = 1024;

/// What is handed to a worker.
pub(crate) struct Batch {
    pub(crate) parts: Vec<Part>,
    /// Where reading stood after it.
    pub(crate) position: Position,
    /// Bytes of input files read until then.
    pub(crate) consumed: u64,
}

/// What a worker made of a batch.
pub(crate) struct Done<T> {
    pub(crate) result: T,
    pub(crate) position: Position,
    pub(crate) consumed: u64,
    bytes: usize,
}

/// Bytes under way.
struct Budget {
    state: Mutex<(usize, bool)>,
    changed: Condvar,
    most: usize,
}

impl Budget {
    /// Waits until there is room. `false`: nobody is writing any more.
    fn take(&self, bytes: usize) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        // One batch is always let through, or one that is larger than the budget would wait for ever.
        while !state.1 && state.0 > 0 && state.0 + bytes > self.most {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.0 += bytes;
        !state.1
    }

    /// More than was known when reading: never waits, or nobody would give back.
    fn add(&self, bytes: usize) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).0 += bytes;
    }

    fn give(&self, bytes: usize) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.0 -= bytes;
        self.changed.notify_one();
    }

    fn close(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).1 = true;
        self.changed.notify_one();
    }
}

/// How much may be done side by side.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Width {
    pub(crate) threads: usize,
    /// Input bytes under way.
    pub(crate) bytes: usize,
    /// Records to read at most.
    pub(crate) limit: Option<u64>,
}

/// What a result takes while it waits for its turn counts for a part of it: much of what a byte under way may take is for
/// forms of it that are gone by then.
const RESULT_SHARE: usize = 4;

/// Reads all chunks, has `work` done on them by several threads (the result, and the bytes it holds), and gives the results to
/// `write` in order. Whether everything was read: `stop` ends it early, at the end of a batch.
pub(crate) fn drive<T: Send, E>(
    mut chunks: Chunks,
    width: Width,
    stop: &AtomicBool,
    work: &(dyn Fn(&[Part]) -> (T, usize) + Sync),
    write: &mut dyn FnMut(Done<T>) -> Result<(), E>,
) -> Result<bool, E> {
    let budget = Budget { state: Mutex::new((0, false)), changed: Condvar::new(), most: width.bytes };
    let (to_work, for_work) = bounded::<(u64, Batch)>(2 * width.threads);
    let (to_write, for_write) = unbounded::<(u64, Option<Done<T>>)>();
    let mut outcome = Ok(true);
    std::thread::scope(|scope| {
        let budget = &budget;
        scope.spawn(move || {
            let (mut left, most) = (width.limit, BATCH_BYTES.min(width.bytes / 4));
            for number in 0.. {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                let (batch, bytes) = next_batch(&mut chunks, &mut left, most);
                if batch.parts.is_empty() || !budget.take(bytes) || to_work.send((number, batch)).is_err() {
                    break;
                }
            }
        });
        scope.spawn(move || {
            let take = || {
                for (number, batch) in &for_work {
                    let read: usize = batch.parts.iter().map(Part::len).sum();
                    // Asked to stop, what has not been begun is left for the next run.
                    let done = (!stop.load(Ordering::Relaxed)).then(|| {
                        let (result, size) = work(&batch.parts);
                        let held = size / RESULT_SHARE;
                        budget.add(held);
                        let (position, consumed) = (batch.position, batch.consumed);
                        Done { result, position, consumed, bytes: read + held }
                    });
                    if to_write.send((number, done)).is_err() {
                        break;
                    }
                }
            };
            // A system that gives no threads still gets its work done, by this one.
            match rayon::ThreadPoolBuilder::new().num_threads(width.threads).build() {
                Ok(pool) => drop(pool.broadcast(|_| take())),
                Err(_) => take(),
            }
        });
        let (mut waiting, mut next) = (BTreeMap::new(), 0);
        'all: for (number, done) in for_write {
            waiting.insert(number, done);
            while let Some(done) = waiting.remove(&next) {
                next += 1;
                let Some(done) = done else {
                    outcome = Ok(false);
                    break 'all;
                };
                let bytes = done.bytes;
                if let Err(e) = write(done) {
                    outcome = Err(e);
                    break 'all;
                }
                budget.give(bytes);
            }
        }
        budget.close();
    });
    outcome.map(|is_whole| is_whole && !stop.load(Ordering::Relaxed))
}

fn next_batch(chunks: &mut Chunks, left: &mut Option<u64>, most: usize) -> (Batch, usize) {
    let (mut parts, mut bytes) = (Vec::new(), 0);
    while (parts.is_empty() || bytes < most) && parts.len() < BATCH_PARTS && *left != Some(0) {
        let Some(mut part) = chunks.next() else { break };
        if let Some(left) = left {
            *left -= part.limit(*left);
        }
        bytes += part.len();
        parts.push(part);
    }
    (Batch { parts, position: chunks.reached(), consumed: chunks.consumed() }, bytes)
}

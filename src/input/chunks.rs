//! Walks over the files of a listing and hands out chunks of whole records, so that one big file is as parallel as many
//! small ones. Cutting one file is left to `open`, what a record says to `parse`.

use std::iter::Peekable;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::config;
use crate::disk::Disk;
use crate::input::Reject;
use crate::input::list::Listed;
use crate::input::list::Listing;
use crate::input::list::Source;
use crate::input::open::Open;
use crate::input::parse;
use crate::input::sniff::Kind;

/// Whole records, one after the other.
#[derive(Clone, Debug)]
pub struct Chunk {
    pub(crate) source: Arc<Source>,
    pub(crate) kind: Kind,
    /// The names of a table's columns.
    pub(crate) header: Arc<Vec<String>>,
    /// The records were in this encoding before they were read as UTF-8.
    pub(crate) encoding: Option<&'static str>,
    pub(crate) bytes: Vec<u8>,
    /// The number of the first record in its file.
    pub(crate) record: u64,
    /// Where the first record begins in the unpacked file.
    pub(crate) offset: u64,
    /// How many records there are.
    pub(crate) count: u64,
}

/// What reading yields.
#[derive(Clone, Debug)]
pub enum Part {
    /// Records to parse.
    Chunk(Chunk),
    /// Something that cannot be read.
    Reject(Reject),
    /// Something passed over on purpose, and why.
    Passed(String),
}

impl Part {
    /// How much memory it takes.
    pub fn len(&self) -> usize {
        match self {
            Part::Chunk(chunk) => chunk.bytes.len(),
            Part::Reject(reject) => reject.bytes.len(),
            Part::Passed(_) => 0,
        }
    }

    /// Keeps so many documents at most; how many it holds then.
    pub(crate) fn limit(&mut self, most: u64) -> u64 {
        match self {
            Part::Chunk(chunk) if chunk.kind == Kind::Wet => parse::limit(chunk, most),
            Part::Chunk(chunk) => {
                chunk.count = chunk.count.min(most);
                chunk.count
            }
            Part::Reject(_) => 1,
            Part::Passed(_) => 0,
        }
    }

    /// Whether it holds no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// How far reading has come: everything before it has been handed out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Position {
    /// Steps of the listing that are done with.
    pub step: u64,
    /// Bytes of the open file's unpacked stream that are done with.
    pub offset: u64,
    /// Records of the open file that are done with.
    pub record: u64,
}

/// Which bytes of all the input are read, by where a record begins; a file that cannot be cut counts by its first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// First byte.
    pub start: u64,
    /// One past the last byte.
    pub end: u64,
}

/// Reads the files of a listing, chunk by chunk.
pub struct Chunks {
    disk: Disk,
    settings: config::Input,
    listing: Peekable<Listing>,
    range: Option<Range>,
    /// Where to take up reading.
    from: Position,
    step: u64,
    /// Bytes of the files listed before the open one.
    before: u64,
    open: Option<Open>,
}

impl Chunks {
    /// Reads a listing from `from` on; with a `range`, only the records that begin in it.
    pub fn new(
        disk: Disk,
        settings: config::Input,
        listing: Listing,
        from: Position,
        range: Option<Range>,
    ) -> Chunks {
        Chunks { disk, settings, listing: listing.peekable(), range, from, step: 0, before: 0, open: None }
    }

    /// How far reading has come.
    pub fn reached(&self) -> Position {
        match &self.open {
            // Nothing is left to read: taken up again in it, the file would tell its damage twice.
            Some(open) if open.is_done() => Position { step: self.step, offset: 0, record: 0 },
            Some(open) => Position { step: self.step - 1, offset: open.offset, record: open.record },
            None => Position { step: self.step, offset: 0, record: 0 },
        }
    }

    /// Bytes of the files read so far.
    pub fn consumed(&self) -> u64 {
        self.before
            + self
                .open
                .as_ref()
                .map_or(0, |open| open.stream.read.load(Ordering::Relaxed).min(open.source.size))
    }

    fn start(&mut self, source: Source) -> Option<Part> {
        let source = Arc::new(source);
        let first = self.before;
        // A file behind the open one counts whole.
        let is_first = self.step == self.from.step + 1;
        let from = if is_first { self.from } else { Position::default() };
        let open = Open::new(&self.disk, &self.settings, &source, from);
        let mut open = match open {
            Ok(open) => open,
            Err(reason) => {
                self.before += source.size;
                // A file that cannot be opened counts by its first byte, like one that cannot be cut.
                return self.is_ours(first).then(|| Part::Reject(whole(&source, reason)));
            }
        };
        if let Some(range) = self.range {
            let is_cut = open.kind == Kind::Jsonl && open.stream.is_plain;
            if is_cut {
                open.stop = Some(range.end.saturating_sub(first)).filter(|stop| *stop < source.size);
                let start = range.start.saturating_sub(first);
                if start > open.offset {
                    open.pass_over(start);
                }
            } else if !self.is_ours(first) {
                self.before += source.size;
                return None;
            }
        }
        self.open = Some(open);
        None
    }

    fn is_ours(&self, byte: u64) -> bool {
        self.range.is_none_or(|range| (range.start..range.end).contains(&byte))
    }
}

impl Iterator for Chunks {
    type Item = Part;

    fn next(&mut self) -> Option<Part> {
        loop {
            if let Some(open) = &mut self.open {
                if let Some(part) = open.next(&self.settings) {
                    return Some(part);
                }
                self.before += open.source.size;
                self.open = None;
                continue;
            }
            let listed = self.listing.next()?;
            self.step += 1;
            let is_done = self.step <= self.from.step;
            let first = self.before;
            match listed {
                Listed::File(source) => {
                    let end = first + source.size;
                    let is_elsewhere =
                        self.range.is_some_and(|range| end < range.start || first >= range.end);
                    if is_done || is_elsewhere {
                        self.before = end;
                    } else if let Some(part) = self.start(source) {
                        return Some(part);
                    }
                }
                Listed::Unreadable(..) | Listed::Passed(_) if is_done || !self.is_ours(first) => {}
                Listed::Unreadable(file, reason) => {
                    return Some(Part::Reject(Reject { file, reason, ..Reject::default() }));
                }
                Listed::Passed(why) => return Some(Part::Passed(why)),
            }
        }
    }
}

fn whole(source: &Source, reason: String) -> Reject {
    Reject { file: Arc::clone(&source.name), reason, ..Reject::default() }
}

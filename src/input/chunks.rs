//! Cuts files into chunks of whole records, so that one big file is as parallel as many small ones. Reading goes on after
//! any damage. What a record says is left to `parse`.

use std::iter::Peekable;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::config;
use crate::disk::Disk;
use crate::input::Reject;
use crate::input::bounds::Bounds;
use crate::input::bounds::Cut;
use crate::input::list::Listed;
use crate::input::list::Listing;
use crate::input::list::Source;
use crate::input::sniff;
use crate::input::sniff::Kind;
use crate::input::stream::Stream;

/// Bytes of a chunk: large enough that handing it over costs nothing, small enough that many are under way at once.
const CHUNK: usize = 1 << 19;
/// Of a record that is set aside for its length, so many bytes are kept; the rest stands in the input.
pub(crate) const KEPT_OF_LONG: usize = 1 << 16;

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

    /// Keeps so many records at most; how many it holds then.
    pub(crate) fn limit(&mut self, most: u64) -> u64 {
        match self {
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

/// A file being read.
struct Open {
    source: Arc<Source>,
    stream: Stream,
    kind: Kind,
    bounds: Bounds,
    header: Arc<Vec<String>>,
    /// Read, and not handed out yet; begins where a record does.
    buffer: Vec<u8>,
    offset: u64,
    record: u64,
    is_at_end: bool,
    damage: Option<String>,
    /// Records that begin here or later are not ours.
    stop: Option<u64>,
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

impl Open {
    fn new(
        disk: &Disk,
        settings: &config::Input,
        source: &Arc<Source>,
        from: Position,
    ) -> Result<Open, String> {
        let unreadable = |e: std::io::Error| format!("cannot be read: {e}");
        let is_text = |head: &[u8]| matches!(sniff::kind(head, &source.name, settings), Ok(Kind::Text));
        let mut stream = Stream::open(disk, source, is_text).map_err(unreadable)?;
        let mut buffer = Vec::new();
        let (_, error) = stream.fill(&mut buffer, CHUNK);
        let is_at_end = buffer.len() < CHUNK;
        let kind = sniff::kind(&buffer, &source.name, settings)?;
        let mut open = Open {
            source: Arc::clone(source),
            bounds: Bounds::new(kind),
            stream,
            kind,
            header: Arc::new(Vec::new()),
            buffer,
            offset: 0,
            record: 0,
            is_at_end,
            damage: error.map(|e| e.to_string()),
            stop: None,
        };
        if kind != Kind::Text && open.buffer.starts_with(b"\xEF\xBB\xBF") {
            open.take(3);
        }
        if let Kind::Table(delimiter) = kind {
            open.read_header(delimiter, &settings.text_field)?;
        }
        if from.offset > open.offset {
            open.go_to(disk, from).map_err(unreadable)?;
        }
        open.record = from.record;
        Ok(open)
    }

    fn read_header(&mut self, delimiter: u8, text_field: &str) -> Result<(), String> {
        let mut bounds = Bounds::new(self.kind);
        let Cut::Whole { end, .. } = bounds.first(&self.buffer, self.is_at_end) else {
            return Err("a table whose first row does not end".into());
        };
        let row = self.take(end);
        let names: Vec<String> = sniff::cells(&row, delimiter)
            .iter()
            .map(|cell| String::from_utf8_lossy(cell).trim().to_owned())
            .collect();
        if !names.iter().any(|name| name == text_field) {
            return Err(format!("a table without a column `{text_field}`; it has {}", names.join(", ")));
        }
        self.header = Arc::new(names);
        Ok(())
    }

    /// Takes up reading where an earlier run left off.
    fn go_to(&mut self, disk: &Disk, from: Position) -> std::io::Result<()> {
        if self.stream.is_plain {
            self.stream = Stream::open_at(disk, &self.source, from.offset)?;
            self.buffer.clear();
            self.is_at_end = false;
            self.damage = None;
            self.offset = from.offset;
        }
        while self.offset < from.offset {
            let n = (from.offset - self.offset).min(self.buffer.len() as u64) as usize;
            self.take(n);
            if self.buffer.is_empty() && !self.read_on(CHUNK) {
                break;
            }
        }
        Ok(())
    }

    /// Passes over the records that begin before `start`, counting them.
    fn pass_over(&mut self, start: u64) {
        let mut has_content = false;
        loop {
            // The first line end from the byte before `start` on: what follows it begins at `start` or later.
            let lead = (start - 1).saturating_sub(self.offset) as usize;
            let found = self.buffer.get(lead..).and_then(|rest| memchr::memchr(b'\n', rest));
            let end = found.map_or(self.buffer.len(), |found| lead + found + 1);
            let passed = self.take(end);
            self.record += Bounds::count_on(&passed, &mut has_content);
            if found.is_some() {
                return;
            }
            if !self.read_on(CHUNK) {
                self.record += u64::from(has_content);
                return;
            }
        }
    }

    /// Takes bytes off the front of the buffer.
    fn take(&mut self, n: usize) -> Vec<u8> {
        let n = n.min(self.buffer.len());
        let rest = self.buffer.split_off(n);
        self.offset += n as u64;
        std::mem::replace(&mut self.buffer, rest)
    }

    /// Reads more into the buffer; whether there was more.
    fn read_on(&mut self, want: usize) -> bool {
        if self.is_at_end || self.damage.is_some() {
            return false;
        }
        let (n, error) = self.stream.fill(&mut self.buffer, want);
        self.damage = error.map(|e| e.to_string());
        self.is_at_end = n < want;
        n > 0
    }

    fn next(&mut self, settings: &config::Input) -> Option<Part> {
        let longest = settings.max_record as usize;
        if self.stop.is_some_and(|stop| self.offset >= stop) {
            return None;
        }
        loop {
            let wanted = CHUNK.saturating_sub(self.buffer.len());
            if wanted > 0 {
                self.read_on(wanted);
            }
            // What the damage has cut short is no record.
            let is_end = self.is_at_end && self.damage.is_none();
            let own = match self.stop {
                Some(stop) => self.own(stop),
                None => self.buffer.len(),
            };
            let is_last = own < self.buffer.len();
            match self.bounds.all(self.buffer.get(..own).unwrap_or_default(), is_end || is_last) {
                Cut::Whole { end, records } => {
                    let (offset, record) = (self.offset, self.record);
                    self.record += records;
                    let bytes = self.take(end);
                    if records == 0 {
                        if self.stop.is_some_and(|stop| self.offset >= stop) {
                            return None;
                        }
                        continue;
                    }
                    return Some(Part::Chunk(self.chunk(bytes, record, offset, records)));
                }
                Cut::Stray { end, reason } => return Some(self.set_aside(end, reason)),
                Cut::None if self.buffer.is_empty() => {
                    // An empty file of text is an empty document.
                    let is_empty = self.kind == Kind::Text && self.record == 0 && self.damage.is_none();
                    self.record += u64::from(is_empty);
                    return if is_empty {
                        Some(Part::Chunk(self.chunk(Vec::new(), 0, 0, 1)))
                    } else {
                        self.at_damage()
                    };
                }
                Cut::None if self.buffer.len() > longest => return Some(self.pass_long(longest)),
                Cut::None => {
                    let more = self.buffer.len();
                    if !self.read_on(more) {
                        if self.damage.is_some() {
                            return self.at_damage();
                        }
                        // The file ended exactly at the end of a block.
                        self.is_at_end = true;
                    }
                }
            }
        }
    }

    /// How much of the buffer is ours: up to the end of the last record that begins before `stop`.
    fn own(&mut self, stop: u64) -> usize {
        let at = stop.saturating_sub(self.offset) as usize;
        if at > self.buffer.len() {
            return self.buffer.len();
        }
        if at == 0 || self.buffer.get(at - 1) == Some(&b'\n') {
            return at;
        }
        memchr::memchr(b'\n', self.buffer.get(at..).unwrap_or_default())
            .map_or(self.buffer.len(), |found| at + found + 1)
    }

    fn chunk(&self, bytes: Vec<u8>, record: u64, offset: u64, count: u64) -> Chunk {
        Chunk {
            source: Arc::clone(&self.source),
            kind: self.kind,
            header: Arc::clone(&self.header),
            encoding: self.stream.utf16.map(encoding_rs::Encoding::name),
            bytes,
            record,
            offset,
            count,
        }
    }

    fn set_aside(&mut self, end: usize, reason: String) -> Part {
        let (offset, record) = (self.offset, self.record);
        self.record += 1;
        let mut bytes = self.take(end);
        let length = bytes.len() as u64;
        bytes.truncate(KEPT_OF_LONG);
        Part::Reject(Reject { file: Arc::clone(&self.source.name), record, offset, length, reason, bytes })
    }

    /// The damage, once, with what it cut short.
    fn at_damage(&mut self) -> Option<Part> {
        let damage = self.damage.take()?;
        self.is_at_end = true;
        let rest = self.buffer.len();
        Some(self.set_aside(rest, damage))
    }

    /// Passes over a record that is too long, without holding it.
    fn pass_long(&mut self, longest: usize) -> Part {
        let (offset, record) = (self.offset, self.record);
        let mut length = 0;
        let mut bytes = Vec::new();
        let mut skip = self.bounds.skip(&self.buffer);
        loop {
            let end = skip.end(&self.buffer);
            let block = self.take(end.unwrap_or(usize::MAX));
            length += block.len() as u64;
            if bytes.is_empty() {
                bytes = block.get(..KEPT_OF_LONG.min(block.len())).unwrap_or_default().to_vec();
            }
            if end.is_some() || !self.read_on(CHUNK) {
                break;
            }
        }
        self.record += 1;
        let reason = too_long(longest);
        Part::Reject(Reject { file: Arc::clone(&self.source.name), record, offset, length, reason, bytes })
    }
}

pub(crate) fn too_long(longest: usize) -> String {
    format!("longer than {longest} bytes (see --max-record)")
}

//! One file being read, cut into chunks of whole records. Reading goes on after any damage.

use std::sync::Arc;

use crate::config;
use crate::config::Format;
use crate::decode::decode;
use crate::disk::Disk;
use crate::input::Reject;
use crate::input::bounds::Bounds;
use crate::input::bounds::Cut;
use crate::input::bounds::NO_RECORD;
use crate::input::bounds::Skip;
use crate::input::chunks::Chunk;
use crate::input::chunks::Part;
use crate::input::chunks::Position;
use crate::input::flat::Shape;
use crate::input::list::Source;
use crate::input::sniff;
use crate::input::sniff::Kind;
use crate::input::stream::Stream;

/// Bytes of a chunk: large enough that handing it over costs nothing, small enough that many are under way at once.
const CHUNK: usize = 1 << 17;
/// Of a record that is set aside for its length, so many bytes are kept; the rest stands in the input.
pub(crate) const KEPT_OF_LONG: usize = 1 << 16;

/// A file being read.
pub(super) struct Open {
    pub(super) source: Arc<Source>,
    pub(super) stream: Stream,
    pub(super) kind: Kind,
    bounds: Bounds,
    header: Arc<Vec<String>>,
    /// Read, and not handed out yet; begins where a record does.
    buffer: Vec<u8>,
    pub(super) offset: u64,
    pub(super) record: u64,
    is_at_end: bool,
    damage: Option<String>,
    /// Records that begin here or later are not ours.
    pub(super) stop: Option<u64>,
}

impl Open {
    pub(super) fn new(
        disk: &Disk,
        settings: &config::Input,
        source: &Arc<Source>,
        from: Position,
    ) -> Result<Open, String> {
        let unreadable = |e: std::io::Error| format!("cannot be read: {e}");
        let is_text = |head: &[u8]| matches!(sniff::kind(head, &source.name, settings), Ok(Kind::Text));
        let is_json = matches!(settings.format, Format::Auto | Format::Jsonl);
        let shape = |head: &[u8]| if is_json { Shape::of(head) } else { None };
        let mut stream = Stream::open(disk, source, is_text, shape).map_err(unreadable)?;
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
            if let Some((_, length)) = sniff::delimiter_line(&open.buffer, &settings.text_field) {
                open.take(length);
            }
            open.read_header(delimiter, &settings.text_field)?;
        }
        if from.offset > open.offset {
            open.go_to(disk, from).map_err(unreadable)?;
        }
        open.record = from.record;
        Ok(open)
    }

    /// Whether all of it has been handed out.
    pub(super) const fn is_done(&self) -> bool {
        self.is_at_end && self.damage.is_none() && self.buffer.is_empty()
    }

    fn read_header(&mut self, delimiter: u8, text_field: &str) -> Result<(), String> {
        let mut bounds = Bounds::new(self.kind);
        if self.is_at_end && self.buffer.trim_ascii().is_empty() {
            // Nothing at all: a table without rows.
            return Ok(());
        }
        let Cut::Whole { end, .. } = bounds.first(&self.buffer, self.is_at_end) else {
            return Err("a table whose first row does not end".into());
        };
        let row = self.take(end);
        let names: Vec<String> = sniff::cells(decode(&row, None).text.as_bytes(), delimiter)
            .iter()
            .map(|cell| String::from_utf8_lossy(cell).trim().to_owned())
            .collect();
        if !names.iter().any(|name| name == text_field) {
            let names = names.join(", ");
            return Err(format!(
                "a table without a column `{text_field}`: it has {names} (see --text-field)"
            ));
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
    pub(super) fn pass_over(&mut self, start: u64) {
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
        self.offset += n as u64;
        if n < self.buffer.len() / 2 {
            // A few bytes are handed out in as much room as they take: a thousand rejects may be under way.
            return self.buffer.drain(..n).collect();
        }
        let rest = self.buffer.split_off(n);
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

    pub(super) fn next(&mut self, settings: &config::Input) -> Option<Part> {
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
            let passed = self.buffer.len().saturating_sub(skip.seen_again());
            let block = self.take(end.unwrap_or(passed));
            length += block.len() as u64;
            if bytes.is_empty() {
                bytes = block.get(..KEPT_OF_LONG.min(block.len())).unwrap_or_default().to_vec();
            }
            if end.is_some() {
                break;
            }
            if !self.read_on(CHUNK) {
                length += self.take(usize::MAX).len() as u64;
                break;
            }
        }
        self.record += 1;
        let reason = if matches!(skip, Skip::Damage) { NO_RECORD.into() } else { too_long(longest) };
        Part::Reject(Reject { file: Arc::clone(&self.source.name), record, offset, length, reason, bytes })
    }
}

pub(crate) fn too_long(longest: usize) -> String {
    format!("longer than {longest} bytes (see --max-record)")
}

//! A row of part files: written under `.copydesk/work`, cut at the first line end past a size, and given their final name
//! when complete. Where one part ends depends on nothing but the lines, so that any two runs agree. Packing is left to
//! `packing`.

use std::collections::VecDeque;
use std::fs;
use std::io;
use std::io::BufWriter;
use std::io::Read;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;
use sha2::Digest;
use sha2::Sha256;

use crate::config::Compress;
use crate::disk::Disk;
use crate::disk::Output;
use crate::output::packing;
use crate::output::packing::Packed;
use crate::output::packing::Packing;

/// Bytes collected before they are written, and before they are packed.
const BUFFER: usize = 1 << 18;

/// A finished part, as the manifest lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartInfo {
    /// The file, below the output folder.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// Lines in it.
    pub records: u64,
    /// Its checksum.
    pub sha256: String,
}

/// How far a row of parts has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Progress {
    /// Parts with their final name.
    pub(crate) done: Vec<PartInfo>,
    /// Lines of each part that is full but has no final name yet.
    pub(crate) full: Vec<u64>,
    /// Bytes of the part under way, before compression.
    pub(crate) bytes: u64,
    /// Lines of the part under way.
    pub(crate) lines: u64,
}

/// What tells one row of parts from another.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// The output folder.
    pub(crate) root: PathBuf,
    /// Where in it the parts go: empty, or with a `/` at the end.
    pub(crate) below: &'static str,
    pub(crate) compress: Compress,
    /// How hard zstd tries.
    pub(crate) level: i32,
    pub(crate) part_size: u64,
}

impl Row {
    fn name(&self, n: usize) -> String {
        let suffix = match self.compress {
            Compress::None => "",
            Compress::Gzip => ".gz",
            Compress::Zstd => ".zst",
        };
        format!("{}part-{n:05}.jsonl{suffix}", self.below)
    }

    fn work(&self, n: usize) -> PathBuf {
        let what = if self.below.is_empty() { "records" } else { self.below };
        let what = what.trim_end_matches('/').rsplit('/').next().unwrap_or(what);
        self.root.join(".copydesk/work").join(format!("{what}-{n:05}.jsonl"))
    }
}

/// A row of parts being written.
pub(crate) struct Parts {
    disk: Disk,
    row: Row,
    progress: Progress,
    open: Option<Under>,
    /// The full parts, in order.
    full: VecDeque<Packing>,
    /// So many of them may get their final name: the run has noted that they are full.
    may_close: usize,
}

/// The part under way.
struct Under {
    writer: BufWriter<Output>,
    packing: Packing,
    /// Bytes the packing has not been told of.
    untold: usize,
}

impl Parts {
    /// Starts a row, or takes it up where `progress` says.
    pub(crate) fn open(disk: Disk, row: Row, progress: Progress) -> io::Result<Parts> {
        let mut parts = Parts { disk, row, progress, open: None, full: VecDeque::new(), may_close: 0 };
        for _ in 0..parts.progress.full.len() {
            let n = parts.progress.done.len() + parts.full.len();
            let work = parts.row.work(n);
            if work.exists() {
                let packing = parts.pack(n)?;
                packing.end(work.metadata()?.len());
                parts.full.push_back(packing);
            } else {
                // Named before a crash, and not noted any more.
                let (sha256, bytes) = checksum(&parts.disk, &parts.row.root.join(parts.row.name(n)))?;
                parts.name(Packed { sha256, bytes });
            }
        }
        parts.may_close = parts.full.len();
        if parts.progress.bytes > 0 {
            let under = parts.append(parts.progress.bytes)?;
            under.packing.reached(parts.progress.bytes);
            parts.open = Some(under);
        }
        Ok(parts)
    }

    fn pack(&self, n: usize) -> io::Result<Packing> {
        Packing::start(&self.disk, self.row.work(n), self.row.compress, self.row.level)
    }

    fn append(&self, length: u64) -> io::Result<Under> {
        let n = self.progress.done.len() + self.progress.full.len();
        let file = self.disk.append(&self.row.work(n), length)?;
        Ok(Under { writer: BufWriter::with_capacity(BUFFER, file), packing: self.pack(n)?, untold: 0 })
    }

    /// Appends whole lines.
    pub(crate) fn write(&mut self, mut lines: &[u8]) -> io::Result<()> {
        while !lines.is_empty() {
            let room = self.row.part_size.saturating_sub(self.progress.bytes).max(1) as usize;
            let end = match lines.get(room - 1..) {
                Some(rest) => memchr::memchr(b'\n', rest).map_or(lines.len(), |found| room + found),
                None => lines.len(),
            };
            let is_full = lines.len() >= room;
            let (head, tail) = lines.split_at(end);
            let under = match self.open.take() {
                Some(under) => under,
                None => self.append(0)?,
            };
            let under = self.open.insert(under);
            under.writer.write_all(head)?;
            self.progress.bytes += head.len() as u64;
            self.progress.lines += memchr::memchr_iter(b'\n', head).count() as u64;
            under.untold += head.len();
            if under.untold >= BUFFER {
                under.writer.flush()?;
                under.packing.reached(self.progress.bytes);
                under.untold = 0;
            }
            lines = tail;
            if is_full {
                self.fill_up()?;
            }
        }
        Ok(())
    }

    /// The part under way is full.
    fn fill_up(&mut self) -> io::Result<()> {
        if let Some(mut under) = self.open.take() {
            under.writer.flush()?;
            under.packing.end(self.progress.bytes);
            under.writer.get_ref().sync()?;
            self.full.push_back(under.packing);
            self.progress.full.push(self.progress.lines);
            (self.progress.bytes, self.progress.lines) = (0, 0);
        }
        Ok(())
    }

    /// Whether parts are full that the run has not noted yet.
    pub(crate) fn has_news(&self) -> bool {
        self.progress.full.len() > self.may_close
    }

    /// Puts everything written so far on the disk, and says how far it goes.
    pub(crate) fn checkpoint(&mut self) -> io::Result<Progress> {
        if let Some(under) = &mut self.open {
            under.writer.flush()?;
            under.writer.get_ref().sync()?;
        }
        Ok(self.progress.clone())
    }

    /// The run has noted the last checkpoint: parts that were full then may get their final name.
    pub(crate) fn noted(&mut self) -> io::Result<()> {
        self.may_close = self.progress.full.len();
        // One part is packed beside the run; when there are more, the run waits.
        while self.may_close > 1
            || (self.may_close == 1 && self.full.front().is_some_and(Packing::is_finished))
        {
            self.close()?;
        }
        Ok(())
    }

    /// Gives the first full part its final name. Done before a crash, it is done again to the same end.
    fn close(&mut self) -> io::Result<()> {
        let Some(packing) = self.full.pop_front() else { return Ok(()) };
        let packed = packing.finish()?;
        let n = self.progress.done.len();
        let (work, path) = (self.row.work(n), self.row.root.join(self.row.name(n)));
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        if self.row.compress == Compress::None {
            self.disk.rename(&work, &path)?;
        } else {
            self.disk.rename(&packing::packed(&work), &path)?;
            self.disk.remove(&work)?;
        }
        self.may_close = self.may_close.saturating_sub(1);
        self.name(packed);
        Ok(())
    }

    /// The first full part has its final name.
    fn name(&mut self, Packed { sha256, bytes }: Packed) {
        let name = self.row.name(self.progress.done.len());
        let records = self.progress.full.remove(0);
        self.progress.done.push(PartInfo { name, bytes, records, sha256 });
    }

    /// Completes the last part; it may get its final name after the next note.
    pub(crate) fn end(&mut self) -> io::Result<()> {
        self.fill_up()
    }

    /// Gives every part its final name.
    pub(crate) fn finish(mut self) -> io::Result<Vec<PartInfo>> {
        while !self.full.is_empty() {
            self.close()?;
        }
        Ok(std::mem::take(&mut self.progress.done))
    }
}

/// The SHA-256 and the length of a file.
pub(crate) fn checksum(disk: &Disk, path: &Path) -> io::Result<(String, u64)> {
    let mut file = disk.open(path)?;
    let mut hash = Sha256::new();
    let mut block = vec![0; 1 << 18];
    let mut length = 0;
    loop {
        match file.read(&mut block) {
            Ok(0) => return Ok((hex(&hash.finalize()), length)),
            Ok(n) => {
                hash.update(block.get(..n).unwrap_or_default());
                length += n as u64;
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

//! A row of part files: written under `.copydesk/work`, cut at the first line end past a size, and given their final name
//! when complete. Where one part ends depends on nothing but the lines, so that any two runs agree.

use std::fs;
use std::io;
use std::io::BufReader;
use std::io::BufWriter;
use std::io::Read;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::thread::JoinHandle;

use serde::Deserialize;
use serde::Serialize;
use sha2::Digest;
use sha2::Sha256;

use crate::config::Compress;
use crate::disk::Disk;

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
    open: Option<BufWriter<crate::disk::Output>>,
    /// Full parts may get their final name once the run has noted that they are full.
    closing: Option<JoinHandle<io::Result<PartInfo>>>,
    may_close: usize,
}

impl Parts {
    /// Starts a row, or takes it up where `progress` says.
    pub(crate) fn open(disk: Disk, row: Row, progress: Progress) -> io::Result<Parts> {
        let may_close = progress.full.len();
        let mut parts = Parts { disk, row, progress, open: None, closing: None, may_close };
        if parts.progress.bytes > 0 {
            parts.open = Some(parts.append(parts.progress.bytes)?);
        }
        Ok(parts)
    }

    fn append(&self, length: u64) -> io::Result<BufWriter<crate::disk::Output>> {
        let n = self.progress.done.len() + self.progress.full.len();
        Ok(BufWriter::with_capacity(1 << 18, self.disk.append(&self.row.work(n), length)?))
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
            let writer = match self.open.take() {
                Some(writer) => writer,
                None => self.append(0)?,
            };
            let writer = self.open.insert(writer);
            writer.write_all(head)?;
            self.progress.bytes += head.len() as u64;
            self.progress.lines += memchr::memchr_iter(b'\n', head).count() as u64;
            lines = tail;
            if is_full {
                self.fill_up()?;
            }
        }
        Ok(())
    }

    /// The part under way is full.
    fn fill_up(&mut self) -> io::Result<()> {
        if let Some(mut writer) = self.open.take() {
            writer.flush()?;
            writer.get_ref().sync()?;
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
        if let Some(writer) = &mut self.open {
            writer.flush()?;
            writer.get_ref().sync()?;
        }
        if self.closing.as_ref().is_some_and(JoinHandle::is_finished) {
            self.collect()?;
        }
        Ok(self.progress.clone())
    }

    /// The run has noted the last checkpoint: parts that were full then may get their final name.
    pub(crate) fn noted(&mut self) -> io::Result<()> {
        self.may_close = self.progress.full.len();
        // One part is closed beside the run; when there are more, the run waits.
        while self.may_close > 1 || (self.may_close == 1 && self.closing.is_none()) {
            self.collect()?;
            self.start_closing();
        }
        Ok(())
    }

    fn start_closing(&mut self) {
        if let (Some(lines), true) = (self.progress.full.first().copied(), self.may_close > 0) {
            let (disk, row, n) = (self.disk.clone(), self.row.clone(), self.progress.done.len());
            self.closing = Some(std::thread::spawn(move || close(&disk, &row, n, lines)));
        }
    }

    fn collect(&mut self) -> io::Result<()> {
        if let Some(handle) = self.closing.take() {
            let info = handle.join().map_err(|_| io::Error::other("closing a part failed"))??;
            self.progress.done.push(info);
            self.progress.full.remove(0);
            self.may_close = self.may_close.saturating_sub(1);
        }
        Ok(())
    }

    /// Completes the last part; it may get its final name after the next note.
    pub(crate) fn end(&mut self) -> io::Result<()> {
        self.fill_up()
    }

    /// Gives every part its final name.
    pub(crate) fn finish(mut self) -> io::Result<Vec<PartInfo>> {
        self.may_close = self.progress.full.len();
        self.collect()?;
        while !self.progress.full.is_empty() {
            self.start_closing();
            self.collect()?;
        }
        Ok(std::mem::take(&mut self.progress.done))
    }
}

impl Drop for Parts {
    fn drop(&mut self) {
        // A thread left behind could still rename a part after its folder's lock is gone.
        if let Some(handle) = self.closing.take() {
            handle.join().ok();
        }
    }
}

/// Gives a full part its final name. Done before a crash, it is done again to the same end.
fn close(disk: &Disk, row: &Row, n: usize, lines: u64) -> io::Result<PartInfo> {
    let (work, name) = (row.work(n), row.name(n));
    let path = row.root.join(&name);
    if !work.exists() {
        let (sha256, bytes) = checksum(disk, &path)?;
        return Ok(PartInfo { name, bytes, records: lines, sha256 });
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    if row.compress == Compress::None {
        let (sha256, bytes) = checksum(disk, &work)?;
        disk.rename(&work, &path)?;
        return Ok(PartInfo { name, bytes, records: lines, sha256 });
    }
    let packed = work.with_extension("packed");
    let mut reader = BufReader::with_capacity(1 << 17, disk.open(&work)?);
    let mut sink = Hashing { inner: BufWriter::new(disk.create(&packed)?), hash: Sha256::new(), bytes: 0 };
    if row.compress == Compress::Gzip {
        let mut writer = flate2::write::GzEncoder::new(&mut sink, flate2::Compression::default());
        io::copy(&mut reader, &mut writer)?;
        writer.finish()?;
    } else {
        let mut writer = zstd::stream::write::Encoder::new(&mut sink, row.level)?;
        writer.include_checksum(true)?;
        io::copy(&mut reader, &mut writer)?;
        writer.finish()?;
    }
    sink.inner.flush()?;
    sink.inner.get_ref().sync()?;
    disk.rename(&packed, &path)?;
    disk.remove(&work)?;
    Ok(PartInfo { name, bytes: sink.bytes, records: lines, sha256: hex(&sink.hash.finalize()) })
}

struct Hashing<W> {
    inner: W,
    hash: Sha256,
    bytes: u64,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.inner.write(bytes)?;
        self.hash.update(bytes.get(..n).unwrap_or_default());
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
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

//! A row of part files: written under `.copydesk/work`, cut at the first line end past a size, and given their final name
//! when complete. Where one part ends depends on nothing but the lines, so that any two runs agree. Writing a part is left
//! to `packing`.

use std::fs;
use std::io;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;
use sha2::Digest;
use sha2::Sha256;

use crate::config::Compress;
use crate::disk::Disk;
use crate::output::folder;
use crate::output::packing::Effort;
use crate::output::packing::Packed;
use crate::output::packing::Packing;
use crate::output::packing::Plan;

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

impl PartInfo {
    /// What is wrong with its file, as far as that shows without reading it: reading all of a run takes long.
    pub(crate) fn obvious_fault(&self, folder: &Path) -> Option<String> {
        let (name, bytes) = (&self.name, self.bytes);
        match fs::metadata(folder.join(name)) {
            Ok(found) if found.len() == bytes => None,
            Ok(found) => Some(format!("{name}: {} bytes, the manifest says {bytes}", found.len())),
            Err(e) => Some(format!("{name}: cannot be read: {e}")),
        }
    }
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
    pub(crate) effort: Effort,
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

    fn plan(&self, disk: &Disk, n: usize) -> Plan {
        let what = if self.below.is_empty() { "records" } else { self.below };
        let what = what.trim_end_matches('/').rsplit('/').next().unwrap_or(what);
        let work = self.root.join(folder::WORK).join(format!("{what}-{n:05}"));
        Plan { disk: disk.clone(), work, compress: self.compress, effort: self.effort }
    }
}

/// A row of parts being written.
pub(crate) struct Parts {
    disk: Disk,
    row: Row,
    progress: Progress,
    open: Option<Packing>,
    /// Parts that are full.
    ending: Vec<Packing>,
    /// Those of them that are on the disk, and need only their names.
    ended: Vec<Packed>,
}

impl Parts {
    /// Starts a row, or takes it up where `progress` says.
    pub(crate) fn open(disk: Disk, row: Row, progress: Progress) -> io::Result<Parts> {
        let mut parts = Parts { disk, row, progress, open: None, ending: Vec::new(), ended: Vec::new() };
        for n in (parts.progress.done.len()..).take(parts.progress.full.len()) {
            let work = parts.row.plan(&parts.disk, n).work;
            // It may have got its name before a crash, and that was not noted any more.
            let path = if work.exists() { work } else { parts.row.root.join(parts.row.name(n)) };
            let (sha256, bytes) = checksum(&parts.disk, &path)?;
            parts.ended.push(Packed { sha256, bytes });
        }
        parts.noted()?;
        if parts.progress.bytes > 0 {
            let mut packing = parts.packing(parts.progress.bytes)?;
            packing.checkpoint()?;
            parts.open = Some(packing);
        }
        Ok(parts)
    }

    fn packing(&self, bytes: u64) -> io::Result<Packing> {
        let n = self.progress.done.len() + self.progress.full.len();
        Packing::start(self.row.plan(&self.disk, n), bytes)
    }

    /// Appends whole lines.
    pub(crate) fn write(&mut self, lines: Vec<u8>, known: Option<u64>) -> io::Result<()> {
        let count = |lines: &[u8]| memchr::memchr_iter(b'\n', lines).count() as u64;
        let mut rest = &*lines;
        while !rest.is_empty() {
            let room = self.row.part_size.saturating_sub(self.progress.bytes).max(1) as usize;
            let end = match rest.get(room - 1..) {
                Some(past) => memchr::memchr(b'\n', past).map_or(rest.len(), |found| room + found),
                None => rest.len(),
            };
            if end == lines.len() {
                let count = known.unwrap_or_else(|| count(&lines));
                return self.add(lines, count);
            }
            let (head, tail) = rest.split_at(end);
            self.add(head.to_vec(), count(head))?;
            rest = tail;
        }
        Ok(())
    }

    /// Appends lines to the part under way, which may be full then.
    fn add(&mut self, lines: Vec<u8>, count: u64) -> io::Result<()> {
        let mut packing = match self.open.take() {
            Some(packing) => packing,
            None => self.packing(0)?,
        };
        self.progress.bytes += lines.len() as u64;
        self.progress.lines += count;
        packing.write(lines)?;
        self.open = Some(packing);
        if self.progress.bytes >= self.row.part_size {
            self.end()?;
        }
        Ok(())
    }

    /// The part under way is complete; it gets its final name after the next note.
    pub(crate) fn end(&mut self) -> io::Result<()> {
        if let Some(mut packing) = self.open.take() {
            packing.end()?;
            self.ending.push(packing);
            self.progress.full.push(self.progress.lines);
            (self.progress.bytes, self.progress.lines) = (0, 0);
        }
        Ok(())
    }

    /// Whether parts are full that the run has not noted yet.
    pub(crate) const fn has_news(&self) -> bool {
        !self.ending.is_empty()
    }

    /// Puts everything written so far on the disk, and says how far it goes.
    pub(crate) fn checkpoint(&mut self) -> io::Result<Progress> {
        for packing in self.ending.drain(..) {
            self.ended.push(packing.finish()?);
        }
        if let Some(packing) = &mut self.open {
            packing.checkpoint()?;
        }
        Ok(self.progress.clone())
    }

    /// The run has noted the last checkpoint: parts that were full then get their final names. Done before a crash, it is
    /// done again to the same end.
    pub(crate) fn noted(&mut self) -> io::Result<()> {
        for Packed { sha256, bytes } in std::mem::take(&mut self.ended) {
            let n = self.progress.done.len();
            let (plan, name) = (self.row.plan(&self.disk, n), self.row.name(n));
            let path = self.row.root.join(&name);
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            if plan.work.exists() {
                self.disk.rename(&plan.work, &path)?;
            }
            self.disk.remove(&plan.tail())?;
            let records = self.progress.full.remove(0);
            self.progress.done.push(PartInfo { name, bytes, records, sha256 });
        }
        Ok(())
    }

    /// The parts of a row that has ended and was noted.
    pub(crate) fn finish(self) -> Vec<PartInfo> {
        self.progress.done
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

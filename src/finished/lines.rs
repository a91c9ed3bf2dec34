//! The lines of a run's part files, whatever they are compressed with, and which of them belong to one document.

use std::borrow::Cow;
use std::fs;
use std::fs::File;
use std::io;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;

use serde::Deserialize;

use crate::finished::parse;

/// The records of a run, told apart by document.
pub(super) struct Records {
    lines: Lines,
    /// The first line of the next document, once it is read.
    following: String,
    is_by_sentence: bool,
}

/// What tells the sentences of one document from the next.
#[derive(Deserialize)]
struct Key<'a> {
    #[serde(borrow)]
    doc: Cow<'a, str>,
    n: u64,
}

impl Records {
    pub(super) fn open(folder: &Path, is_by_sentence: bool) -> io::Result<Records> {
        Ok(Records { lines: Lines::open(parts(folder)?), following: String::new(), is_by_sentence })
    }

    /// Puts the lines of the next document into `into`; nothing at the end.
    pub(super) fn next(&mut self, into: &mut String) -> io::Result<()> {
        into.clear();
        if self.following.is_empty() {
            self.lines.next(&mut self.following)?;
        }
        std::mem::swap(into, &mut self.following);
        self.following.clear();
        if !self.is_by_sentence || into.is_empty() {
            return Ok(());
        }
        let doc = parse::<Key<'_>>(into)?.doc.into_owned();
        loop {
            self.lines.next(&mut self.following)?;
            if self.following.is_empty() {
                return Ok(());
            }
            let key: Key<'_> = parse(&self.following)?;
            if key.n == 0 || key.doc != doc {
                return Ok(());
            }
            into.push_str(&self.following);
            self.following.clear();
        }
    }
}

/// The part files of a folder, in order.
pub(super) fn parts(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    if folder.is_dir() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_part = [".jsonl", ".jsonl.gz", ".jsonl.zst"].iter().any(|suffix| name.ends_with(suffix));
            if name.starts_with("part-") && is_part {
                paths.push(entry.path());
            }
        }
    }
    paths.sort();
    Ok(paths)
}

/// The lines of some files, one after the other, whatever they are compressed with.
pub(super) struct Lines {
    paths: std::vec::IntoIter<PathBuf>,
    open: Option<Box<dyn BufRead>>,
}

impl Lines {
    pub(super) fn open(paths: Vec<PathBuf>) -> Lines {
        Lines { paths: paths.into_iter(), open: None }
    }

    /// Appends the next line to `line`, or nothing at the end.
    pub(super) fn next(&mut self, line: &mut String) -> io::Result<()> {
        loop {
            if let Some(reader) = &mut self.open
                && read_line(reader, line)?
            {
                return Ok(());
            }
            let Some(path) = self.paths.next() else { return Ok(()) };
            self.open = Some(reader(&path)?);
        }
    }
}

/// Appends the next line of one file, if there is one: as `BufRead::read_line`, which looks for the end byte by byte.
fn read_line(reader: &mut dyn BufRead, line: &mut String) -> io::Result<bool> {
    let invalid = |_| io::Error::new(io::ErrorKind::InvalidData, "a line is not UTF-8");
    let mut held = Vec::new();
    loop {
        let room = reader.fill_buf()?;
        let found = memchr::memchr(b'\n', room).map(|at| at + 1);
        let (part, _) = room.split_at(found.unwrap_or(room.len()));
        let taken = part.len();
        if found.is_some() && held.is_empty() {
            line.push_str(std::str::from_utf8(part).map_err(invalid)?);
        } else {
            held.extend_from_slice(part);
        }
        reader.consume(taken);
        if found.is_some() || taken == 0 {
            line.push_str(std::str::from_utf8(&held).map_err(invalid)?);
            return Ok(found.is_some() || !held.is_empty());
        }
    }
}

fn reader(path: &Path) -> io::Result<Box<dyn BufRead>> {
    const ROOM: usize = 1 << 18;
    let mut raw = BufReader::with_capacity(ROOM, File::open(path)?);
    let start = raw.fill_buf()?;
    let unpacked: Box<dyn Read> = if start.starts_with(&[0x1F, 0x8B]) {
        Box::new(flate2::bufread::MultiGzDecoder::new(raw))
    } else if start.starts_with(&[0x28, 0xB5, 0x2F, 0xFD]) {
        Box::new(zstd::stream::read::Decoder::with_buffer(raw)?)
    } else {
        return Ok(Box::new(raw));
    };
    Ok(Box::new(BufReader::with_capacity(ROOM, unpacked)))
}

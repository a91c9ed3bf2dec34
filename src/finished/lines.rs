//! The lines of a run's part files, whatever they are compressed with, and which of them belong to one document. A thread of
//! its own reads ahead and unpacks, which takes as long as looking at the lines.

use std::borrow::Cow;
use std::fs;
use std::fs::File;
use std::io;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;
use std::sync::mpsc::Receiver;
use std::sync::mpsc::SyncSender;
use std::sync::mpsc::sync_channel;

use serde::Deserialize;

use crate::finished::parse;

/// Bytes read at once, and about what a block of lines holds.
const BLOCK: usize = 1 << 18;
/// Blocks that are read ahead.
const AHEAD: usize = 4;

/// The records of a run, told apart by document.
pub(super) struct Records {
    lines: Lines,
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
        Ok(Records { lines: Lines::open(parts(folder)?), is_by_sentence })
    }

    /// Puts the lines of the next document into `into`; nothing at the end.
    pub(super) fn next(&mut self, into: &mut String) -> io::Result<()> {
        into.clear();
        into.push_str(self.lines.next()?);
        if !self.is_by_sentence || into.is_empty() {
            return Ok(());
        }
        let doc = parse::<Key<'_>>(into)?.doc.into_owned();
        loop {
            let following = self.lines.peek()?;
            if following.is_empty() {
                return Ok(());
            }
            let key: Key<'_> = parse(following)?;
            if key.n == 0 || key.doc != doc {
                return Ok(());
            }
            into.push_str(self.lines.next()?);
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
    blocks: Receiver<io::Result<String>>,
    block: String,
    /// Where the next line begins in the block, and where it ends, once that is known.
    at: usize,
    end: usize,
}

impl Lines {
    pub(super) fn open(paths: Vec<PathBuf>) -> Lines {
        let (send, blocks) = sync_channel(AHEAD);
        std::thread::spawn(move || {
            // Where nobody listens any more there is nobody to tell either.
            read_ahead(&paths, &send).or_else(|e| send.send(Err(e))).ok();
        });
        Lines { blocks, block: String::new(), at: 0, end: 0 }
    }

    /// The next line with its end, which stays the next one; nothing at the end of all files.
    pub(super) fn peek(&mut self) -> io::Result<&str> {
        if self.at == self.end {
            if self.end == self.block.len() {
                self.block = self.blocks.recv().unwrap_or_else(|_| Ok(String::new()))?;
                (self.at, self.end) = (0, 0);
            }
            let rest = self.block.as_bytes().get(self.at..).unwrap_or_default();
            self.end = memchr::memchr(b'\n', rest).map_or(self.block.len(), |found| self.at + found + 1);
        }
        Ok(self.block.get(self.at..self.end).unwrap_or_default())
    }

    /// The next line, past which it goes.
    pub(super) fn next(&mut self) -> io::Result<&str> {
        self.peek()?;
        let start = std::mem::replace(&mut self.at, self.end);
        Ok(self.block.get(start..self.end).unwrap_or_default())
    }
}

/// Hands on the lines of all files, in blocks of whole ones.
fn read_ahead(paths: &[PathBuf], send: &SyncSender<io::Result<String>>) -> io::Result<()> {
    for path in paths {
        let mut reader = reader(path)?;
        let mut begun = Vec::new();
        loop {
            let before = begun.len();
            begun.reserve(BLOCK);
            let is_end = (&mut reader).take(BLOCK as u64).read_to_end(&mut begun)? == 0;
            let new = begun.get(before..).unwrap_or_default();
            let whole = memchr::memrchr(b'\n', new).map(|found| before + found + 1);
            let Some(whole) = whole.or(is_end.then_some(before)) else { continue };
            let rest = begun.split_off(whole);
            let block = String::from_utf8(std::mem::replace(&mut begun, rest));
            let block =
                block.map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "a line is not UTF-8"))?;
            if !block.is_empty() && send.send(Ok(block)).is_err() {
                return Ok(());
            }
            if is_end {
                break;
            }
        }
    }
    Ok(())
}

fn reader(path: &Path) -> io::Result<Box<dyn Read>> {
    let mut raw = BufReader::with_capacity(BLOCK, File::open(path)?);
    let start = raw.fill_buf()?;
    Ok(if start.starts_with(&[0x1F, 0x8B]) {
        Box::new(flate2::bufread::MultiGzDecoder::new(raw))
    } else if start.starts_with(&[0x28, 0xB5, 0x2F, 0xFD]) {
        Box::new(zstd::stream::read::Decoder::with_buffer(raw)?)
    } else {
        Box::new(raw)
    })
}

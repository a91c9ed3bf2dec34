//! The lines of a run's part files, whatever they are compressed with, and which of them belong to one document. A thread of
//! its own reads ahead, unpacks and holds what it reads against the manifest, which takes as long as looking at the lines.

use std::borrow::Cow;
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
use std::thread::JoinHandle;

use serde::Deserialize;
use sha2::Digest;
use sha2::Sha256;

use crate::error::Error;
use crate::finished::invalid;
use crate::finished::parse;
use crate::output::parts::PartInfo;
use crate::output::parts::hex;

/// Bytes read at once, and about what a block of lines holds.
const BLOCK: usize = 1 << 18;
/// Blocks that are read ahead.
const AHEAD: usize = 4;

/// The records of a run, told apart by document.
pub(super) struct Records {
    folder: PathBuf,
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
    pub(super) fn open(folder: &Path, parts: &[PartInfo], is_by_sentence: bool) -> Records {
        Records { folder: folder.to_owned(), lines: Lines::open(folder, parts), is_by_sentence }
    }

    /// Puts the lines of the next document into `into`; nothing at the end.
    pub(super) fn next(&mut self, into: &mut String) -> Result<(), Error> {
        into.clear();
        into.push_str(self.lines.next()?);
        if !self.is_by_sentence || into.is_empty() {
            return Ok(());
        }
        let damaged = |source| Error::Damaged { path: self.folder.clone(), source };
        let doc = parse::<Key<'_>>(into).map_err(damaged)?.doc.into_owned();
        loop {
            let following = self.lines.peek()?;
            if following.is_empty() {
                return Ok(());
            }
            let key: Key<'_> = parse(following).map_err(damaged)?;
            if key.n == 0 || key.doc != doc {
                return Ok(());
            }
            into.push_str(self.lines.next()?);
        }
    }

    /// Reads no further: see [`Lines::close`].
    pub(super) fn close(self) -> Result<(), Error> {
        self.lines.close()
    }
}

/// The lines of some parts, one after the other, whatever they are compressed with.
pub(super) struct Lines {
    /// Nothing once the last of them has come.
    blocks: Option<Receiver<String>>,
    reading: Option<JoinHandle<Result<(), Error>>>,
    block: String,
    /// Where the next line begins in the block, and where it ends, once that is known.
    at: usize,
    end: usize,
}

impl Lines {
    pub(super) fn open(folder: &Path, parts: &[PartInfo]) -> Lines {
        let (send, blocks) = sync_channel(AHEAD);
        let parts: Vec<_> = parts.iter().map(|part| (folder.join(&part.name), part.clone())).collect();
        let reading = std::thread::spawn(move || read_ahead(&parts, &send));
        Lines { blocks: Some(blocks), reading: Some(reading), block: String::new(), at: 0, end: 0 }
    }

    /// The next line with its end, which stays the next one; nothing at the end of all parts.
    pub(super) fn peek(&mut self) -> Result<&str, Error> {
        if self.at == self.end {
            if self.end == self.block.len() {
                self.block = match self.blocks.as_ref().map(Receiver::recv) {
                    Some(Ok(block)) => block,
                    _ => self.end().map(|()| String::new())?,
                };
                (self.at, self.end) = (0, 0);
            }
            let rest = self.block.as_bytes().get(self.at..).unwrap_or_default();
            self.end = memchr::memchr(b'\n', rest).map_or(self.block.len(), |found| self.at + found + 1);
        }
        Ok(self.block.get(self.at..self.end).unwrap_or_default())
    }

    /// The next line, past which it goes.
    pub(super) fn next(&mut self) -> Result<&str, Error> {
        self.peek()?;
        let start = std::mem::replace(&mut self.at, self.end);
        Ok(self.block.get(start..self.end).unwrap_or_default())
    }

    /// Reads no further. An error, if a part of which something was read is not as the manifest says.
    pub(super) fn close(mut self) -> Result<(), Error> {
        self.end()
    }

    fn end(&mut self) -> Result<(), Error> {
        self.blocks = None;
        match self.reading.take().map(JoinHandle::join) {
            Some(Ok(read)) => read,
            Some(Err(panic)) => std::panic::resume_unwind(panic),
            None => Ok(()),
        }
    }
}

/// Hands on the lines of all parts, in blocks of whole ones, until nobody listens any more. The part under way is read to its
/// end even then: what was handed on is only as good as the whole.
fn read_ahead(parts: &[(PathBuf, PartInfo)], send: &SyncSender<String>) -> Result<(), Error> {
    for (path, part) in parts {
        let damaged = |source| Error::Damaged { path: path.clone(), source };
        if !read_part(path, part, send).map_err(damaged)? {
            break;
        }
    }
    Ok(())
}

/// Hands on the lines of a part; false when nobody listens.
fn read_part(path: &Path, part: &PartInfo, send: &SyncSender<String>) -> io::Result<bool> {
    let summed = Summed { file: File::open(path)?, sum: Sha256::new() };
    let mut raw = BufReader::with_capacity(BLOCK, summed);
    let is_heard = send_lines(unpacked(&mut raw)?, send)?;
    agree(raw, part).map(|()| is_heard)
}

/// Reads parts for nothing but their checksums, which takes a fifth as long as giving back their documents.
pub(super) fn check(folder: &Path, parts: &[PartInfo]) -> Result<(), Error> {
    for part in parts {
        let path = folder.join(&part.name);
        let file = File::open(&path).map(|file| Summed { file, sum: Sha256::new() });
        let read = file.and_then(|file| agree(BufReader::with_capacity(BLOCK, file), part));
        read.map_err(|source| Error::Damaged { path, source })?;
    }
    Ok(())
}

/// Reads what is left of a part, all of which is to be as the manifest says.
fn agree(mut raw: BufReader<Summed>, part: &PartInfo) -> io::Result<()> {
    io::copy(&mut raw, &mut io::sink())?;
    if hex(&raw.into_inner().sum.finalize()) == part.sha256 {
        return Ok(());
    }
    Err(invalid("its checksum is not the manifest's".into()))
}

fn send_lines(mut reader: impl Read, send: &SyncSender<String>) -> io::Result<bool> {
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
        let block = block.map_err(|_| invalid("a line is not UTF-8".into()))?;
        if !block.is_empty() && send.send(block).is_err() {
            return Ok(false);
        }
        if is_end {
            return Ok(true);
        }
    }
}

/// A file, and the checksum of what was read of it.
struct Summed {
    file: File,
    sum: Sha256,
}

impl Read for Summed {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(into)?;
        self.sum.update(into.get(..read).unwrap_or_default());
        Ok(read)
    }
}

fn unpacked<'r>(raw: &'r mut BufReader<Summed>) -> io::Result<Box<dyn Read + 'r>> {
    let start = raw.fill_buf()?;
    Ok(if start.starts_with(&[0x1F, 0x8B]) {
        Box::new(flate2::bufread::MultiGzDecoder::new(raw))
    } else if start.starts_with(&[0x28, 0xB5, 0x2F, 0xFD]) {
        Box::new(zstd::stream::read::Decoder::with_buffer(raw)?)
    } else {
        Box::new(raw)
    })
}

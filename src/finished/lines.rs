//! The lines of a run's part files, whatever they are compressed with. A thread of its own reads ahead, unpacks and holds what
//! it reads against the manifest, which takes as long as looking at the lines. Which lines belong together is left to `walk`.

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

use sha2::Digest;
use sha2::Sha256;

use crate::error::Error;
use crate::finished::invalid;
use crate::output::parts::PartInfo;
use crate::output::parts::hex;

/// Bytes read at once, and about what a block of lines holds.
const BLOCK: usize = 1 << 18;
/// Blocks that are read ahead.
const AHEAD: usize = 4;

/// The lines of some parts, one after the other, whatever they are compressed with; or lines that are at hand.
pub(super) struct Lines<'b> {
    /// Nothing once the last of them has come.
    blocks: Option<Receiver<String>>,
    reading: Option<JoinHandle<Result<(), Error>>>,
    /// Whole lines, of which those before `at` are done with.
    block: Cow<'b, str>,
    at: usize,
}

impl<'b> Lines<'b> {
    pub(super) fn open(folder: &Path, parts: &[PartInfo]) -> Lines<'static> {
        let (send, blocks) = sync_channel(AHEAD);
        let parts: Vec<_> = parts.iter().map(|part| (folder.join(&part.name), part.clone())).collect();
        let reading = std::thread::spawn(move || read_ahead(&parts, &send));
        Lines { blocks: Some(blocks), reading: Some(reading), block: Cow::Borrowed(""), at: 0 }
    }

    pub(super) const fn of(lines: &'b str) -> Lines<'b> {
        Lines { blocks: None, reading: None, block: Cow::Borrowed(lines), at: 0 }
    }

    /// How many bytes ahead something ends that goes on after `from`, the end of a line: `end` looks for it in whole lines from
    /// there on. All there are when it does not end.
    pub(super) fn length(
        &mut self,
        mut from: usize,
        end: &dyn Fn(&[u8]) -> Option<usize>,
    ) -> Result<usize, Error> {
        loop {
            let rest = self.block.as_bytes().get(self.at + from..).unwrap_or_default();
            if let Some(found) = end(rest) {
                return Ok(from + found);
            }
            from += rest.len();
            match self.blocks.as_ref().map(Receiver::recv) {
                Some(Ok(next)) if from == 0 => (self.block, self.at) = (Cow::Owned(next), 0),
                Some(Ok(next)) => {
                    let block = self.block.to_mut();
                    block.drain(..self.at);
                    block.push_str(&next);
                    self.at = 0;
                }
                _ => return self.end().map(|()| from),
            }
        }
    }

    /// So many bytes ahead, which [`Lines::length`] has told of.
    pub(super) fn ahead(&self, length: usize) -> &str {
        self.block.get(self.at..self.at + length).unwrap_or_default()
    }

    /// The same, and goes past them.
    pub(super) fn take(&mut self, length: usize) -> &str {
        self.at += length;
        self.block.get(self.at - length..self.at).unwrap_or_default()
    }

    /// The next line with its end, past which it goes; nothing at the end of all parts.
    pub(super) fn next(&mut self) -> Result<&str, Error> {
        let length = self.length(0, &line_end)?;
        Ok(self.take(length))
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

/// Where the first of some lines ends.
pub(super) fn line_end(lines: &[u8]) -> Option<usize> {
    memchr::memchr(b'\n', lines).map(|end| end + 1)
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

//! Opens a file and gives its bytes: unpacked, and in UTF-8 where records were in UTF-16. What the bytes mean is left to
//! `chunks`.

use std::io;
use std::io::Cursor;
use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use encoding_rs::Decoder;

use crate::disk::Disk;
use crate::input::compressed::Packing;
use crate::input::compressed::Unpack;
use crate::input::flat::Flat;
use crate::input::flat::Shape;
use crate::input::list::Source;
use crate::input::sniff;

/// Bytes looked at to tell what a file is.
const HEAD: usize = 1 << 16;

/// Bytes to be read in order.
type Bytes = Box<dyn Read + Send>;

/// An opened file.
pub(crate) struct Stream {
    bytes: Bytes,
    /// Whether it was read as it stands, so that a byte of the stream is a byte of the file.
    pub(crate) is_plain: bool,
    /// The encoding records were in, when it is not for `decode` to find out.
    pub(crate) utf16: Option<&'static encoding_rs::Encoding>,
    /// Bytes of the file read so far.
    pub(crate) read: Arc<AtomicU64>,
}

impl Stream {
    /// Opens a source. By its first bytes, `is_text` says whether the whole is one text, which `decode` reads in any encoding, and
    /// `shape` whether its records go over several lines.
    pub(crate) fn open(
        disk: &Disk,
        source: &Source,
        is_text: impl Fn(&[u8]) -> bool,
        shape: impl Fn(&[u8]) -> Option<Shape>,
    ) -> io::Result<Stream> {
        let read = Arc::new(AtomicU64::new(0));
        let raw: Bytes = if source.is_stdin() {
            Box::new(Counted { inner: io::stdin(), read: Arc::clone(&read) })
        } else {
            Box::new(Counted { inner: disk.open(&source.path)?, read: Arc::clone(&read) })
        };
        let (start, mut bytes) = peek(raw)?;
        let packing = Packing::of(&start);
        let mut head = start;
        if let Some(packing) = packing {
            (head, bytes) = peek(Box::new(Unpack::new(bytes, packing)?))?;
        }
        let mut utf16 = None;
        if let Some(encoding) = sniff::utf16(&head) {
            let recoded: Bytes = Box::new(Recode::new(Box::new(Cursor::new(head.clone())), encoding));
            let start = peek(recoded)?.0;
            if !is_text(&start) {
                bytes = Box::new(Recode::new(bytes, encoding));
                utf16 = Some(encoding);
                head = start;
            }
        }
        let shape = shape(&head);
        let is_flat = shape.is_none();
        if let Some(shape) = shape {
            bytes = Box::new(Flat::new(bytes, shape));
        }
        let is_plain =
            is_flat && packing.is_none() && utf16.is_none() && !source.is_stdin() && source.size > 0;
        Ok(Stream { bytes, is_plain, utf16, read })
    }

    /// A plain file, read from `offset` on.
    pub(crate) fn open_at(disk: &Disk, source: &Source, offset: u64) -> io::Result<Stream> {
        let mut file = disk.open(&source.path)?;
        file.file().seek(SeekFrom::Start(offset))?;
        let read = Arc::new(AtomicU64::new(offset));
        let bytes = Box::new(Counted { inner: file, read: Arc::clone(&read) });
        Ok(Stream { bytes, is_plain: true, utf16: None, read })
    }

    /// Appends up to `want` bytes to `into`; the number, 0 at the end. Bytes that came before an error are there.
    pub(crate) fn fill(&mut self, into: &mut Vec<u8>, want: usize) -> (usize, Option<io::Error>) {
        let before = into.len();
        let (mut end, mut error) = (before, None);
        // Room for all of it at once: as few reads as there can be.
        into.resize(before + want, 0);
        while let Some(room) = into.get_mut(end..).filter(|room| !room.is_empty()) {
            match self.bytes.read(room) {
                Ok(0) => break,
                Ok(n) => end += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => {
                    error = Some(e);
                    break;
                }
            }
        }
        into.truncate(end);
        (end - before, error)
    }
}

/// The first bytes, and all of them again. Damage within the first bytes is met when they are read.
fn peek(mut bytes: Bytes) -> io::Result<(Vec<u8>, Bytes)> {
    let mut head = Vec::new();
    match (&mut bytes).take(HEAD as u64).read_to_end(&mut head) {
        Ok(_) => Ok((head.clone(), Box::new(Cursor::new(head).chain(bytes)))),
        Err(e) if e.kind() == io::ErrorKind::InvalidData => {
            let again = Cursor::new(head.clone()).chain(Broken(Some(e)));
            Ok((head, Box::new(again)))
        }
        Err(e) => Err(e),
    }
}

/// Says its error once, and is then at its end.
struct Broken(Option<io::Error>);

impl Read for Broken {
    fn read(&mut self, _out: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// Counts what is read.
struct Counted<R> {
    inner: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(out)?;
        self.read.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// UTF-16 read as UTF-8.
struct Recode {
    bytes: Bytes,
    decoder: Decoder,
    pending: Vec<u8>,
    ready: Vec<u8>,
    at: usize,
    is_done: bool,
    error: Option<io::Error>,
}

impl Recode {
    fn new(bytes: Bytes, encoding: &'static encoding_rs::Encoding) -> Recode {
        let decoder = encoding.new_decoder_with_bom_removal();
        Recode {
            bytes,
            decoder,
            pending: Vec::new(),
            ready: vec![0; 3 * HEAD],
            at: 0,
            is_done: false,
            error: None,
        }
    }
}

impl Read for Recode {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let left = self.pending.get(self.at..).unwrap_or_default();
            if !left.is_empty() {
                let n = left.len().min(out.len());
                if let (Some(to), Some(from)) = (out.get_mut(..n), left.get(..n)) {
                    to.copy_from_slice(from);
                }
                self.at += n;
                return Ok(n);
            }
            if let Some(e) = self.error.take() {
                return Err(e);
            }
            if self.is_done {
                return Ok(0);
            }
            let mut block = Vec::new();
            self.error = (&mut self.bytes).take(HEAD as u64).read_to_end(&mut block).err();
            self.is_done = block.len() < HEAD;
            let (_, _, wrote, _) = self.decoder.decode_to_utf8(&block, &mut self.ready, self.is_done);
            self.pending.clear();
            self.pending.extend_from_slice(self.ready.get(..wrote).unwrap_or_default());
            self.at = 0;
        }
    }
}

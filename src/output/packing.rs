//! What becomes of a part while it is being written: a thread follows its work file, takes the checksum and, where asked,
//! compresses. So a full part is packed a moment after its last line, and a run does not end with a wait for it. When a part
//! gets its name is left to the row.

use std::io;
use std::io::BufWriter;
use std::io::Read;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::sync::mpsc::Receiver;
use std::sync::mpsc::Sender;
use std::sync::mpsc::channel;
use std::thread::Builder;
use std::thread::JoinHandle;

use sha2::Digest;
use sha2::Sha256;

use crate::config::Compress;
use crate::disk::Disk;
use crate::disk::Output;
use crate::output::parts::hex;

/// Bytes read from a work file at once.
const BLOCK: usize = 1 << 17;

/// How far a work file has come.
struct Reached {
    bytes: u64,
    is_end: bool,
}

/// A part as it will be.
pub(super) struct Packed {
    pub(super) sha256: String,
    pub(super) bytes: u64,
}

/// The packing of one part under way.
pub(super) struct Packing {
    tell: Option<Sender<Reached>>,
    thread: Option<JoinHandle<io::Result<Packed>>>,
}

/// Where the compressed form of a work file is written.
pub(super) fn packed(work: &Path) -> PathBuf {
    work.with_extension("packed")
}

impl Packing {
    /// Follows a work file from its beginning.
    pub(super) fn start(disk: &Disk, work: PathBuf, compress: Compress, level: i32) -> io::Result<Packing> {
        let (tell, told) = channel();
        let disk = disk.clone();
        let thread = Builder::new().spawn(move || follow(&disk, &work, (compress, level), &told))?;
        Ok(Packing { tell: Some(tell), thread: Some(thread) })
    }

    /// The work file holds so many bytes now.
    pub(super) fn reached(&self, bytes: u64) {
        self.send(Reached { bytes, is_end: false });
    }

    /// The work file is complete.
    pub(super) fn end(&self, bytes: u64) {
        self.send(Reached { bytes, is_end: true });
    }

    fn send(&self, reached: Reached) {
        // A thread that failed listens no more; what it failed of is told by `finish`.
        self.tell.as_ref().map(|tell| tell.send(reached).ok());
    }

    /// Whether waiting for it takes no time.
    pub(super) fn is_finished(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Waits for the packed part, which is on the disk then.
    pub(super) fn finish(mut self) -> io::Result<Packed> {
        let packed = self.thread.take().map(JoinHandle::join);
        packed.and_then(Result::ok).unwrap_or_else(|| Err(io::Error::other("packing a part failed")))
    }
}

impl Drop for Packing {
    fn drop(&mut self) {
        // A thread left behind would still write when the folder's lock is gone.
        self.tell = None;
        self.thread.take().map(JoinHandle::join);
    }
}

fn follow(
    disk: &Disk,
    work: &Path,
    (compress, level): (Compress, i32),
    told: &Receiver<Reached>,
) -> io::Result<Packed> {
    let mut packer = match compress {
        Compress::None => Packer::Plain(Hashing::new(None)),
        _ => Packer::new(compress, level, Hashing::new(Some(disk.create(&packed(work))?)))?,
    };
    let (mut block, mut at) = (vec![0; BLOCK], 0);
    let mut file = None;
    while let Ok(Reached { bytes, is_end }) = told.recv() {
        let file = match &mut file {
            Some(file) => file,
            None => file.insert(disk.open(work)?),
        };
        while at < bytes {
            let most = usize::try_from(bytes - at).unwrap_or(BLOCK).min(BLOCK);
            match file.read(block.get_mut(..most).unwrap_or_default()) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(n) => {
                    packer.writer().write_all(block.get(..n).unwrap_or_default())?;
                    at += n as u64;
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        if is_end {
            return packer.finish()?.packed();
        }
    }
    Err(io::Error::other("a part was left off"))
}

enum Packer {
    Plain(Hashing),
    Gzip(flate2::write::GzEncoder<Hashing>),
    Zstd(zstd::stream::write::Encoder<'static, Hashing>),
}

impl Packer {
    fn new(compress: Compress, level: i32, sink: Hashing) -> io::Result<Packer> {
        Ok(match compress {
            Compress::None => Packer::Plain(sink),
            Compress::Gzip => {
                Packer::Gzip(flate2::write::GzEncoder::new(sink, flate2::Compression::default()))
            }
            Compress::Zstd => {
                let mut writer = zstd::stream::write::Encoder::new(sink, level)?;
                writer.include_checksum(true)?;
                Packer::Zstd(writer)
            }
        })
    }

    fn writer(&mut self) -> &mut dyn Write {
        match self {
            Packer::Plain(writer) => writer,
            Packer::Gzip(writer) => writer,
            Packer::Zstd(writer) => writer,
        }
    }

    fn finish(self) -> io::Result<Hashing> {
        match self {
            Packer::Plain(writer) => Ok(writer),
            Packer::Gzip(writer) => writer.finish(),
            Packer::Zstd(writer) => writer.finish(),
        }
    }
}

/// Takes the checksum of what passes through to a file, or of what is there already.
struct Hashing {
    file: Option<BufWriter<Output>>,
    hash: Sha256,
    bytes: u64,
}

impl Hashing {
    fn new(file: Option<Output>) -> Hashing {
        Hashing { file: file.map(BufWriter::new), hash: Sha256::new(), bytes: 0 }
    }

    fn packed(mut self) -> io::Result<Packed> {
        if let Some(file) = &mut self.file {
            file.flush()?;
            file.get_ref().sync()?;
        }
        Ok(Packed { sha256: hex(&self.hash.finalize()), bytes: self.bytes })
    }
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = match &mut self.file {
            Some(file) => file.write(bytes)?,
            None => bytes.len(),
        };
        self.hash.update(bytes.get(..n).unwrap_or_default());
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), Write::flush)
    }
}

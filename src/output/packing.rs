//! One part while it is being written: a thread of its own compresses the lines, takes the checksum and writes, so that a run
//! waits for none of it. At a checkpoint everything is put on the disk in a form from which the part can be taken up again:
//! a compressed part goes on after a crash as if nothing had happened, with the same bytes. Where a part ends and when it gets
//! its name is left to the row.

use std::collections::VecDeque;
use std::io;
use std::io::BufRead;
use std::io::BufReader;
use std::io::BufWriter;
use std::io::Read;
use std::io::Write;
use std::path::PathBuf;
use std::sync::mpsc::Receiver;
use std::sync::mpsc::SyncSender;
use std::sync::mpsc::sync_channel;
use std::thread::Builder;
use std::thread::JoinHandle;

use sha2::Digest;
use sha2::Sha256;
use zstd::stream::raw::CParameter;

use crate::config::Compress;
use crate::disk::Disk;
use crate::disk::Output;
use crate::output::parts::hex;

/// Bytes read, or given to a codec, at once.
const BLOCK: usize = 1 << 17;
/// So many pieces may wait for the thread; then the run waits.
const WAITING: usize = 2;

/// So many bytes of lines at most are not in what has been written yet: a block begun here, the last block, whose result waits
/// in a buffer, and what the codec holds: zstd a block of 128 KiB, deflate 16 Ki matches of up to 258 bytes.
const fn held_back(compress: Compress) -> usize {
    match compress {
        Compress::None => 0,
        Compress::Zstd => 4 * BLOCK,
        Compress::Gzip => 48 * BLOCK,
    }
}

/// How hard zstd tries.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    level: i32,
    /// What the level does not decide.
    set: &'static [CParameter],
}

impl Effort {
    pub(crate) const RECORDS: Effort = Effort { level: 3, set: &[CParameter::ChecksumFlag(true)] };
    /// An audit is large and its lines are alike: little effort takes half the time of level 1, and three tenths more bytes.
    /// A window that stays in the second cache is a seventh of that time, and a thirtieth of the bytes; a table that stays in
    /// the first is a sixth, and shorter matches make up for its bytes but for a hundredth. Its checksum is the manifest's.
    pub(crate) const AUDIT: Effort = Effort {
        level: -2,
        set: &[CParameter::WindowLog(17), CParameter::HashLog(11), CParameter::MinMatch(5)],
    };
}

/// A part as it will be.
pub(super) struct Packed {
    pub(super) sha256: String,
    pub(super) bytes: u64,
}

/// Where a part is written while it has no name, and in which form.
pub(super) struct Plan {
    pub(super) disk: Disk,
    pub(super) work: PathBuf,
    pub(super) compress: Compress,
    pub(super) effort: Effort,
}

impl Plan {
    /// The last lines of a compressed part, as they are, from the byte on that its first line names. A codec gives out what
    /// it was given only by and by, and cannot be made to without changing the bytes.
    pub(super) fn tail(&self) -> PathBuf {
        self.work.with_extension("tail")
    }
}

enum Order {
    Lines(Vec<u8>),
    Checkpoint(SyncSender<()>),
    End,
}

/// The thread that writes a part.
pub(super) struct Packing {
    orders: Option<SyncSender<Order>>,
    thread: Option<JoinHandle<io::Result<Packed>>>,
}

impl Packing {
    /// Starts a part, or takes it up after so many bytes of lines, which a checkpoint must have seen.
    pub(super) fn start(plan: Plan, bytes: u64) -> io::Result<Packing> {
        let (orders, ordered) = sync_channel(WAITING);
        let thread = Builder::new().spawn(move || pack(&plan, bytes, &ordered))?;
        Ok(Packing { orders: Some(orders), thread: Some(thread) })
    }

    /// Appends whole lines.
    pub(super) fn write(&mut self, lines: Vec<u8>) -> io::Result<()> {
        self.order(Order::Lines(lines))
    }

    /// Waits until everything up to here is on the disk.
    pub(super) fn checkpoint(&mut self) -> io::Result<()> {
        let (tell, told) = sync_channel(1);
        self.order(Order::Checkpoint(tell))?;
        told.recv().or_else(|_| self.joined().map(drop))
    }

    /// The part is complete.
    pub(super) fn end(&mut self) -> io::Result<()> {
        self.order(Order::End)
    }

    /// Waits for the complete part, which is on the disk then.
    pub(super) fn finish(mut self) -> io::Result<Packed> {
        self.joined()
    }

    fn order(&mut self, order: Order) -> io::Result<()> {
        match self.orders.as_ref().map(|orders| orders.send(order)) {
            Some(Ok(())) => Ok(()),
            // A thread that listens no more has failed.
            _ => self.joined().map(drop),
        }
    }

    fn joined(&mut self) -> io::Result<Packed> {
        self.orders = None;
        let packed = self.thread.take().map(JoinHandle::join);
        packed.and_then(Result::ok).unwrap_or_else(|| Err(io::Error::other("writing a part failed")))
    }
}

impl Drop for Packing {
    fn drop(&mut self) {
        // A thread left behind would still write when the folder's lock is gone.
        self.joined().ok();
    }
}

fn pack(plan: &Plan, bytes: u64, ordered: &Receiver<Order>) -> io::Result<Packed> {
    let mut part = Part::open(plan, bytes)?;
    while let Ok(order) = ordered.recv() {
        match order {
            Order::Lines(lines) => part.write(lines)?,
            Order::Checkpoint(tell) => {
                part.checkpoint()?;
                tell.send(()).ok();
            }
            Order::End => return part.end(),
        }
    }
    Err(io::Error::other("a part was left off"))
}

/// A part under way, on its thread.
struct Part<'p> {
    plan: &'p Plan,
    packer: Packer,
    /// Bytes of all lines so far.
    bytes: u64,
    /// A block begun. What a codec makes of its input depends on where the pieces that it is given end.
    block: Vec<u8>,
    /// The last of them: no less than the codec may hold back.
    last: VecDeque<Vec<u8>>,
    last_bytes: usize,
}

impl<'p> Part<'p> {
    fn open(plan: &'p Plan, bytes: u64) -> io::Result<Part<'p>> {
        let (disk, work) = (&plan.disk, &plan.work);
        let part = |packer, bytes| Part {
            plan,
            packer,
            bytes,
            block: Vec::new(),
            last: VecDeque::new(),
            last_bytes: 0,
        };
        if plan.compress == Compress::None {
            let mut sink = Hashing::new(disk.append(work, bytes)?);
            each_block(disk.open(work)?.take(bytes), |block| {
                sink.hash(block);
                Ok(())
            })?;
            return Ok(part(Packer::Plain(sink), bytes));
        }
        if bytes == 0 {
            return Ok(part(Packer::new(plan, disk.create(work)?)?, 0));
        }
        // A codec cannot be taken up: everything is packed again, beside what it is read from.
        let anew = work.with_extension("anew");
        let mut part = part(Packer::new(plan, disk.create(&anew)?)?, 0);
        each_block(so_far(plan, bytes)?, |block| part.write(block.to_vec()))?;
        if part.bytes < bytes {
            return Err(shorter());
        }
        part.packer.sink().sync()?;
        disk.rename(&anew, work)?;
        Ok(part)
    }

    fn write(&mut self, lines: Vec<u8>) -> io::Result<()> {
        self.bytes += lines.len() as u64;
        if let Packer::Plain(writer) = &mut self.packer {
            return writer.write_all(&lines);
        }
        let mut rest = &*lines;
        while !rest.is_empty() {
            let (head, tail) = rest.split_at(rest.len().min(BLOCK - self.block.len()));
            if head.len() == BLOCK {
                self.packer.writer().write_all(head)?;
            } else {
                self.block.extend_from_slice(head);
                if self.block.len() == BLOCK {
                    self.packer.writer().write_all(&self.block)?;
                    self.block.clear();
                }
            }
            rest = tail;
        }
        self.last_bytes += lines.len();
        self.last.push_back(lines);
        let held_back = held_back(self.plan.compress);
        while let Some(first) = self.last.pop_front() {
            if self.last_bytes - first.len() < held_back {
                self.last.push_front(first);
                break;
            }
            self.last_bytes -= first.len();
        }
        Ok(())
    }

    fn end(mut self) -> io::Result<Packed> {
        self.packer.writer().write_all(&self.block)?;
        self.packer.finish()?.packed()
    }

    /// First the packed form, then the tail: with either tail, all lines are there.
    fn checkpoint(&mut self) -> io::Result<()> {
        self.packer.sink().sync()?;
        if self.plan.compress == Compress::None {
            return Ok(());
        }
        let mut tail = format!("{}\n", self.bytes - self.last_bytes as u64).into_bytes();
        self.last.iter().for_each(|lines| tail.extend_from_slice(lines));
        self.plan.disk.replace(&self.plan.tail(), &tail)
    }
}

/// The lines of a compressed part up to so many bytes, as far as they are on the disk.
fn so_far(plan: &Plan, bytes: u64) -> io::Result<impl Read> {
    let mut tail = BufReader::new(plan.disk.open(&plan.tail())?);
    let mut from = String::new();
    tail.read_line(&mut from)?;
    let from: u64 = from.trim().parse().map_err(|_| shorter())?;
    let packed = plan.disk.open(&plan.work)?;
    let unpacked: Box<dyn Read> = match plan.compress {
        Compress::None => Box::new(packed),
        Compress::Gzip => Box::new(flate2::read::GzDecoder::new(packed)),
        Compress::Zstd => Box::new(zstd::stream::read::Decoder::new(packed)?),
    };
    Ok(unpacked.take(from).chain(tail).take(bytes))
}

fn shorter() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "shorter than the run's notes say")
}

fn each_block(mut reader: impl Read, mut each: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
    let mut block = vec![0; BLOCK];
    loop {
        match reader.read(&mut block) {
            Ok(0) => return Ok(()),
            Ok(n) => each(block.get(..n).unwrap_or_default())?,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
}

enum Packer {
    Plain(Hashing),
    Gzip(flate2::write::GzEncoder<Hashing>),
    Zstd(zstd::stream::write::Encoder<'static, Hashing>),
}

impl Packer {
    fn new(plan: &Plan, file: Output) -> io::Result<Packer> {
        let sink = Hashing::new(file);
        Ok(match plan.compress {
            Compress::None => Packer::Plain(sink),
            Compress::Gzip => {
                Packer::Gzip(flate2::write::GzEncoder::new(sink, flate2::Compression::default()))
            }
            Compress::Zstd => {
                let mut writer = zstd::stream::write::Encoder::new(sink, plan.effort.level)?;
                plan.effort.set.iter().try_for_each(|to| writer.set_parameter(*to))?;
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

    fn sink(&mut self) -> &mut Hashing {
        match self {
            Packer::Plain(sink) => sink,
            Packer::Gzip(writer) => writer.get_mut(),
            Packer::Zstd(writer) => writer.get_mut(),
        }
    }

    fn finish(self) -> io::Result<Hashing> {
        match self {
            Packer::Plain(sink) => Ok(sink),
            Packer::Gzip(writer) => writer.finish(),
            Packer::Zstd(writer) => writer.finish(),
        }
    }
}

/// A file, and the checksum of what went into it.
struct Hashing {
    file: BufWriter<Output>,
    hash: Sha256,
    bytes: u64,
}

impl Hashing {
    fn new(file: Output) -> Hashing {
        Hashing { file: BufWriter::with_capacity(BLOCK, file), hash: Sha256::new(), bytes: 0 }
    }

    /// What the file holds, or will hold.
    fn hash(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file.flush()?;
        self.file.get_ref().sync()
    }

    fn packed(mut self) -> io::Result<Packed> {
        self.sync()?;
        Ok(Packed { sha256: hex(&self.hash.finalize()), bytes: self.bytes })
    }
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.file.write(bytes)?;
        self.hash(bytes.get(..n).unwrap_or_default());
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests;

//! Where records go: standard output, one file, or a folder of parts that are complete or absent, with a dataset card, a
//! manifest with checksums, and the rejects. What a record says is decided in `pipeline`.
//!
//! `record` is one document, and `lines` writes it; [`parts`] cuts lines into part files;
//! [`folder`](mod@self) keeps parts, audit and rejects in step; [`manifest`] says what a run was.

mod card;
pub(crate) mod folder;
mod lines;
pub mod manifest;
mod metadata;
mod packing;
pub mod parts;
mod record;

use std::fs;
use std::io;
use std::io::BufWriter;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::config::Compress;
use crate::config::Config;
use crate::disk::Disk;
use crate::input::Reject;
use crate::input::chunks::Position;
use crate::json;
use crate::output::folder::Folder;
use crate::report::Report;

pub use crate::output::card::is_card;
pub use crate::output::folder::Lines;
pub use crate::output::lines::LONGEST_LINE;
pub use crate::output::lines::record;
pub(crate) use crate::output::lines::write as write_record;
pub use crate::output::record::Counts;
pub use crate::output::record::Origin;
pub use crate::output::record::Record;
pub use crate::output::record::Sentence;
pub use crate::output::record::SentenceRecord;
pub use crate::output::record::Share;
pub use crate::output::record::VERSION;

/// Appends a reject as a line: where it was, why, and its bytes.
pub(crate) fn write_reject(out: &mut Vec<u8>, reject: &Reject) {
    out.push(b'{');
    json::text(out, "file", &reject.file);
    json::number(out, "record", reject.record);
    json::number(out, "offset", reject.offset);
    json::number(out, "length", reject.length);
    json::text(out, "reason", &reject.reason);
    json::text(out, "bytes", &STANDARD.encode(&reject.bytes));
    out.extend_from_slice(b"}\n");
}

/// Whether an output is a folder: not `-`, not the name of a file.
pub fn is_folder(output: &Path) -> bool {
    let is_other = || fs::metadata(output).is_ok_and(|found| !found.is_dir());
    !(output.as_os_str() == "-" || packing(output).is_some() || is_other())
}

/// Whether an output is written to as it is: standard output, a pipe, a device. A file gets its name when it is complete.
pub fn is_stream(output: &Path) -> bool {
    let is_other = || fs::metadata(output).is_ok_and(|found| !found.is_file() && !found.is_dir());
    output.as_os_str() == "-" || is_other()
}

/// Opens such an output.
pub(crate) fn stream(output: &Path) -> io::Result<Box<dyn Write + Send>> {
    if output.as_os_str() == "-" {
        return Ok(Box::new(io::stdout()));
    }
    Ok(Box::new(fs::OpenOptions::new().write(true).open(output)?))
}

/// Writes a whole file that a user named, which is then old or new, never half.
pub fn save(output: &Path, content: &[u8]) -> io::Result<()> {
    if is_stream(output) {
        return stream(output)?.write_all(content);
    }
    Disk::default().replace(output, content)
}

/// The names of single files, and how such a file is compressed.
const FILES: [(&str, Compress); 3] =
    [(".jsonl", Compress::None), (".jsonl.gz", Compress::Gzip), (".jsonl.zst", Compress::Zstd)];

/// Suffixes of files, not of folders: who gives one does not expect a folder.
const OTHER_FILES: [&str; 12] =
    ["json", "ndjson", "jsonlines", "txt", "csv", "tsv", "parquet", "gz", "zst", "bz2", "xz", "zip"];

/// How a single output file is compressed, by its name; `None` when it is not the name of one.
fn packing(output: &Path) -> Option<Compress> {
    let name = output.file_name()?.to_str()?;
    FILES.iter().find(|(suffix, _)| name.ends_with(suffix)).map(|(_, compress)| *compress)
}

/// What is wrong with the name of an output: it is that of a file of another kind, or says another compression than was
/// asked for.
pub fn misnamed(output: &Path, compress: Option<Compress>) -> Option<String> {
    let name = output.display();
    if let (Some(named), Some(asked)) = (packing(output), compress)
        && named != asked
        && let Some((suffix, _)) = FILES.iter().find(|(_, compress)| *compress == asked)
    {
        return Some(format!("`{name}` is not compressed as asked; such a file ends in `{suffix}`"));
    }
    let suffix = output.extension()?.to_str()?.to_ascii_lowercase();
    let is_other = packing(output).is_none() && OTHER_FILES.contains(&suffix.as_str()) && !output.exists();
    is_other.then(|| {
        format!("`{name}` is not the name of a folder; a single file ends in `.jsonl`, `.jsonl.gz` or `.jsonl.zst`")
    })
}

/// Where records go.
pub(crate) enum Sink {
    /// Nowhere: everything is done, nothing is written.
    Nowhere,
    /// Records only.
    Single(Box<Single>),
    /// Everything.
    Folder(Box<Folder>),
}

impl Sink {
    pub(crate) fn write(&mut self, lines: Lines) -> io::Result<()> {
        match self {
            Sink::Nowhere => Ok(()),
            Sink::Single(single) => single.writer.write_all(&lines.records),
            Sink::Folder(folder) => folder.write(lines),
        }
    }

    /// Notes how far the run has come, when it is time.
    pub(crate) fn note(&mut self, position: Position, report: &Report, is_due: bool) -> io::Result<()> {
        match self {
            Sink::Nowhere | Sink::Single(_) => Ok(()),
            Sink::Folder(folder) => folder.note(position, report, is_due),
        }
    }

    /// Completes the output.
    pub(crate) fn finish(self, position: Position, report: &Report, config: &Config) -> io::Result<()> {
        match self {
            Sink::Nowhere => Ok(()),
            Sink::Single(single) => single.finish(),
            Sink::Folder(folder) => folder.finish(position, report, config).map(drop),
        }
    }

    /// Passes on to a waiting reader what there is.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        match self {
            Sink::Single(single) => single.writer.flush(),
            Sink::Nowhere | Sink::Folder(_) => Ok(()),
        }
    }

    /// What an error of writing is about.
    pub(crate) fn path(&self) -> PathBuf {
        match self {
            Sink::Nowhere => PathBuf::new(),
            Sink::Single(single) => single.path.clone(),
            Sink::Folder(folder) => folder.path().to_owned(),
        }
    }
}

/// Standard output, or one file, which gets its name when it is complete.
pub(crate) struct Single {
    disk: Disk,
    path: PathBuf,
    temporary: Option<PathBuf>,
    writer: Packer,
}

enum Packer {
    Plain(BufWriter<Box<dyn Write + Send>>),
    Gzip(flate2::write::GzEncoder<BufWriter<Box<dyn Write + Send>>>),
    Zstd(zstd::stream::write::Encoder<'static, BufWriter<Box<dyn Write + Send>>>),
}

impl Write for Packer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Packer::Plain(writer) => writer.write(bytes),
            Packer::Gzip(writer) => writer.write(bytes),
            Packer::Zstd(writer) => writer.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Packer::Plain(writer) => writer.flush(),
            Packer::Gzip(writer) => writer.flush(),
            Packer::Zstd(writer) => writer.flush(),
        }
    }
}

impl Single {
    pub(crate) fn open(disk: &Disk, output: &Path, config: &Config) -> io::Result<Single> {
        let is_stdout = output.as_os_str() == "-";
        let mut temporary = None;
        let raw: Box<dyn Write + Send> = if is_stream(output) {
            stream(output)?
        } else {
            let mut name = output.file_name().unwrap_or_default().to_owned();
            name.push(".tmp");
            let path = output.with_file_name(name);
            let file = disk.create(&path)?;
            temporary = Some(path);
            Box::new(file)
        };
        let raw = BufWriter::with_capacity(1 << 18, raw);
        let compress = if is_stdout { config.output.compress } else { packing(output).unwrap_or_default() };
        let writer = match compress {
            Compress::None => Packer::Plain(raw),
            Compress::Gzip => {
                Packer::Gzip(flate2::write::GzEncoder::new(raw, flate2::Compression::default()))
            }
            Compress::Zstd => Packer::Zstd(zstd::stream::write::Encoder::new(raw, 3)?),
        };
        Ok(Single { disk: disk.clone(), path: output.to_owned(), temporary, writer })
    }

    fn finish(self) -> io::Result<()> {
        let mut raw = match self.writer {
            Packer::Plain(writer) => writer,
            Packer::Gzip(writer) => writer.finish()?,
            Packer::Zstd(writer) => writer.finish()?,
        };
        raw.flush()?;
        drop(raw);
        let Some(temporary) = self.temporary else { return Ok(()) };
        fs::File::open(&temporary)?.sync_all()?;
        self.disk.rename(&temporary, &self.path)
    }
}

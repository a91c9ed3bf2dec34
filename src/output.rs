//! The record as it is written, and the output folder: part files that are complete or absent, a dataset card, a manifest with
//! checksums, and the rejects. What a record says is decided in `pipeline`.
//!
//! A record of the document layout:
//!
//! | key | content |
//! |---|---|
//! | `v` | version of the record, 1 |
//! | `id` | the document's id, never readable as a number |
//! | `text` | the clean text, paragraphs joined by `\n` |
//! | `lang`, `lang_score`, `langs` | language of most of the text, its probability, shares by language |
//! | `sentences` | `start`, `end` (code points into `text`, half-open), `text`, `lang`, `score` |
//! | `source`, `url`, `title` | where the document comes from |
//! | `origin` | `file`, `record` (from 0) and the `encoding` it was in |
//! | `counts` | `chars_in`, `chars_out`, `lines_removed`, `repairs` |
//! | `metadata` | the rest of the input record, as a JSON string |

use std::fs;
use std::fs::File;
use std::io;
use std::io::BufWriter;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::json;
use sha2::Digest;
use sha2::Sha256;

use crate::config::Config;
use crate::config::Layout;
use crate::config::Steps;
use crate::document::Lang;
use crate::error::Error;
use crate::input::RawDocument;
use crate::input::Reject;
use crate::pipeline::Cleaned;
use crate::report::Report;

/// Version of the record.
pub const VERSION: u32 = 1;
/// A part file is closed once it holds so many bytes.
const PART_BYTES: u64 = 256 << 20;

/// The record of a document, before it is written as JSON or Arrow. Keys of steps that did not run are `None`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Record<'a> {
    /// Version of the record.
    pub v: u32,
    /// The document's id.
    pub id: &'a str,
    /// The clean text.
    pub text: &'a str,
    /// Language of most of the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<&'a str>,
    /// The probability that `lang` is right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang_score: Option<f64>,
    /// Shares by language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub langs: Option<Vec<Share<'a>>>,
    /// The sentences.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sentences: Option<Vec<Sentence<'a>>>,
    /// The site, or the folder it came from.
    pub source: &'a str,
    /// The address.
    pub url: &'a str,
    /// The title.
    pub title: &'a str,
    /// Where the document stood.
    pub origin: Origin<'a>,
    /// What was done to it.
    pub counts: Counts,
    /// The rest of the input record, as JSON.
    pub metadata: String,
}

/// The share of a language in a document.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Share<'a> {
    /// The language.
    pub lang: &'a str,
    /// Its share of the sentences' characters.
    pub share: f64,
}

/// A sentence in a record.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Sentence<'a> {
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
    /// The sentence.
    pub text: &'a str,
    /// Its language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<&'a str>,
    /// The probability that `lang` is right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
}

/// Where a document stood.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Origin<'a> {
    /// The file, below its INPUT.
    pub file: &'a str,
    /// The record in it.
    pub record: u64,
    /// The encoding it was in.
    pub encoding: &'a str,
}

/// What was done to a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Characters before.
    pub chars_in: usize,
    /// Characters after.
    pub chars_out: usize,
    /// Lines removed.
    pub lines_removed: usize,
    /// Repairs made.
    pub repairs: usize,
}

/// The record of a sentence, for the sentence layout.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SentenceRecord<'a> {
    /// Version of the record.
    pub v: u32,
    /// `DOC/NNNN`.
    pub id: String,
    /// The document's id.
    pub doc: &'a str,
    /// Which sentence of the document, from 0.
    pub n: usize,
    /// The sentence.
    pub text: &'a str,
    /// Its language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<&'a str>,
    /// The probability that `lang` is right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// First code point in the document's text.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
    /// The site, or the folder it came from.
    pub source: &'a str,
    /// The address.
    pub url: &'a str,
}

impl<'a> Record<'a> {
    /// The record of a cleaned document.
    pub fn new(raw: &'a RawDocument, cleaned: &'a Cleaned<'_>, steps: Steps) -> Record<'a> {
        let shares =
            cleaned.langs.iter().map(|(lang, share)| Share { lang: lang.tag(), share: round(*share) });
        Record {
            v: VERSION,
            id: &raw.id,
            text: &cleaned.text,
            lang: steps.language.then(|| cleaned.lang.tag()),
            lang_score: steps.language.then(|| round(cleaned.confidence)),
            langs: steps.language.then(|| shares.collect()),
            sentences: (steps.sentences || steps.language).then(|| sentences(cleaned, steps)),
            source: &raw.source,
            url: &raw.url,
            title: &raw.title,
            origin: Origin { file: &raw.file, record: raw.record, encoding: cleaned.decoded.encoding },
            counts: Counts {
                chars_in: cleaned.decoded.text.chars().count(),
                chars_out: cleaned.text.chars().count(),
                lines_removed: cleaned.removed.len(),
                repairs: cleaned.repairs.len(),
            },
            metadata: serde_json::to_string(&raw.metadata).unwrap_or_default(),
        }
    }
}

impl<'a> SentenceRecord<'a> {
    /// The records of a cleaned document's sentences.
    pub fn all(raw: &'a RawDocument, cleaned: &'a Cleaned<'_>, steps: Steps) -> Vec<SentenceRecord<'a>> {
        let record = |(n, s): (usize, Sentence<'a>)| SentenceRecord {
            v: VERSION,
            id: format!("{}/{n:04}", raw.id),
            doc: &raw.id,
            n,
            text: s.text,
            lang: s.lang,
            score: s.score,
            start: s.start,
            end: s.end,
            source: &raw.source,
            url: &raw.url,
        };
        sentences(cleaned, steps).into_iter().enumerate().map(record).collect()
    }
}

/// The output lines of one document, each with its `\n`; nothing when no text is left.
pub fn record(raw: &RawDocument, cleaned: &Cleaned<'_>, config: &Config) -> Vec<u8> {
    let mut out = Vec::with_capacity(cleaned.text.len() * 3);
    match config.output.layout {
        Layout::Document => write_line(&mut out, &Record::new(raw, cleaned, config.steps)),
        Layout::Sentence => {
            for line in SentenceRecord::all(raw, cleaned, config.steps) {
                write_line(&mut out, &line);
            }
        }
    }
    out
}

fn write_line(out: &mut Vec<u8>, value: &impl Serialize) {
    let before = out.len();
    if serde_json::to_writer(&mut *out, value).is_ok() {
        out.push(b'\n');
    } else {
        out.truncate(before);
    }
}

/// Sentences with their offsets turned from bytes into code points, in one pass over the text.
fn sentences<'a>(cleaned: &'a Cleaned<'_>, steps: Steps) -> Vec<Sentence<'a>> {
    let (mut at, mut chars) = (0, 0);
    let mut forward = |to: usize| {
        chars += cleaned.text.get(at..to).unwrap_or_default().chars().count();
        at = to;
        chars
    };
    cleaned
        .sentences
        .iter()
        .map(|s| Sentence {
            start: forward(s.span.start),
            end: forward(s.span.end),
            text: s.span.of(&cleaned.text),
            lang: steps.language.then(|| s.lang.tag()),
            score: steps.language.then(|| if s.lang == Lang::UND { 0.0 } else { round(s.confidence) }),
        })
        .collect()
}

/// Two decimals are what a probability is worth here.
fn round(x: f32) -> f64 {
    (f64::from(x) * 100.0).round() / 100.0
}

/// Where records go.
pub enum Sink {
    /// Records only, to standard output or one file.
    Stream(BufWriter<Box<dyn Write + Send>>, PathBuf),
    /// A folder with parts, card, manifest and rejects.
    Folder(Box<Folder>),
}

/// An output folder being written.
pub struct Folder {
    path: PathBuf,
    part: Option<Part>,
    done: Vec<serde_json::Value>,
    rejects: Vec<u8>,
}

struct Part {
    writer: BufWriter<File>,
    name: String,
    hash: Sha256,
    bytes: u64,
    records: u64,
}

impl Sink {
    /// Opens the output: `-` is standard output, a name that ends in `.jsonl` a file, all else a folder.
    pub fn open(output: &Path, overwrite: bool) -> Result<Sink, Error> {
        if output.as_os_str() == "-" {
            return Ok(Sink::Stream(BufWriter::new(Box::new(io::stdout())), output.to_owned()));
        }
        let fail = |source| Error::Output { path: output.to_owned(), source };
        if output.extension().is_some_and(|e| e == "jsonl") {
            let file = File::create(output).map_err(fail)?;
            return Ok(Sink::Stream(BufWriter::new(Box::new(file)), output.to_owned()));
        }
        let occupied = output.join("part-00000.jsonl").exists();
        if occupied && !overwrite {
            return Err(Error::Config(format!(
                "`{}` already holds a finished run; give another folder, or --overwrite to replace it",
                output.display()
            )));
        }
        fs::create_dir_all(output.join(".copydesk/rejects")).map_err(fail)?;
        for entry in fs::read_dir(output).map_err(fail)? {
            let entry = entry.map_err(fail)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with("part-") {
                fs::remove_file(entry.path()).map_err(fail)?;
            }
        }
        Ok(Sink::Folder(Box::new(Folder {
            path: output.to_owned(),
            part: None,
            done: Vec::new(),
            rejects: Vec::new(),
        })))
    }

    /// Writes the lines of one document.
    pub fn write(&mut self, lines: &[u8]) -> Result<(), Error> {
        match self {
            Sink::Stream(writer, path) => {
                writer.write_all(lines).map_err(|source| Error::Output { path: path.clone(), source })
            }
            Sink::Folder(folder) => {
                folder.write(lines).map_err(|source| Error::Output { path: folder.path.clone(), source })
            }
        }
    }

    /// Sets a record aside.
    pub fn reject(&mut self, reject: &Reject) {
        if let Sink::Folder(folder) = self {
            let line = json!({"file": reject.file, "record": reject.record, "offset": reject.offset,
                "reason": reject.reason, "bytes": STANDARD.encode(&reject.bytes)});
            write_line(&mut folder.rejects, &line);
        }
    }

    /// Completes the output: the last part, the card, the rejects and the manifest, which comes last.
    pub fn finish(self, config: &Config, report: &Report) -> Result<(), Error> {
        match self {
            Sink::Stream(mut writer, path) => writer.flush().map_err(|source| Error::Output { path, source }),
            Sink::Folder(folder) => {
                let path = folder.path.clone();
                folder.finish(config, report).map_err(|source| Error::Output { path, source })
            }
        }
    }
}

impl Folder {
    fn write(&mut self, lines: &[u8]) -> io::Result<()> {
        if self.part.as_ref().is_some_and(|part| part.bytes >= PART_BYTES) {
            self.close_part()?;
        }
        if self.part.is_none() {
            let name = format!("part-{:05}.jsonl", self.done.len());
            let writer = BufWriter::with_capacity(1 << 18, File::create(self.temporary(&name))?);
            self.part = Some(Part { writer, name, hash: Sha256::new(), bytes: 0, records: 0 });
        }
        if let Some(part) = &mut self.part {
            part.writer.write_all(lines)?;
            part.hash.update(lines);
            part.bytes += lines.len() as u64;
            part.records += memchr::memchr_iter(b'\n', lines).count() as u64;
        }
        Ok(())
    }

    fn temporary(&self, name: &str) -> PathBuf {
        self.path.join(".copydesk").join(format!("{name}.tmp"))
    }

    fn close_part(&mut self) -> io::Result<()> {
        if let Some(part) = self.part.take() {
            let file = part.writer.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.sync_all()?;
            fs::rename(self.temporary(&part.name), self.path.join(&part.name))?;
            let digest = part.hash.finalize();
            let hex: String = digest.iter().map(|b| format!("{b:02x}")).collect();
            self.done.push(
                json!({"name": part.name, "bytes": part.bytes, "records": part.records, "sha256": hex}),
            );
        }
        Ok(())
    }

    fn finish(mut self, config: &Config, report: &Report) -> io::Result<()> {
        self.close_part()?;
        self.replace("README.md", card(config).as_bytes())?;
        let rejects = std::mem::take(&mut self.rejects);
        self.replace(".copydesk/rejects/part-00000.jsonl", &rejects)?;
        let manifest = json!({
            "version": env!("CARGO_PKG_VERSION"),
            "record": VERSION,
            "config": config,
            "parts": self.done,
            "report": report,
        });
        let mut bytes = serde_json::to_vec_pretty(&manifest)?;
        bytes.push(b'\n');
        self.replace(".copydesk/manifest.json", &bytes)
    }

    /// Writes a file under a temporary name and renames it, so that it is old or new, never half.
    fn replace(&self, name: &str, content: &[u8]) -> io::Result<()> {
        let path = self.path.join(name);
        let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(&self.path))?;
        file.write_all(content)?;
        file.as_file().sync_all()?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            file.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
        }
        file.persist(path).map_err(|e| e.error).map(drop)
    }
}

/// The dataset card, which makes `datasets.load_dataset(FOLDER)` work with no options.
fn card(config: &Config) -> String {
    let steps = config.steps;
    let sentence = "    - name: start\n      dtype: int64\n    - name: end\n      dtype: int64\n";
    let mut features = String::from("  - name: v\n    dtype: int64\n  - name: id\n    dtype: string\n");
    let string = |name: &str| format!("  - name: {name}\n    dtype: string\n");
    if config.output.layout == Layout::Sentence {
        features += &string("doc");
        features += "  - name: n\n    dtype: int64\n";
        features += &string("text");
        if steps.language {
            features += &string("lang");
            features += "  - name: score\n    dtype: float64\n";
        }
        features += "  - name: start\n    dtype: int64\n  - name: end\n    dtype: int64\n";
        features += &string("source");
        features += &string("url");
    } else {
        features += &string("text");
        if steps.language {
            features += &string("lang");
            features += "  - name: lang_score\n    dtype: float64\n";
            features += "  - name: langs\n    list:\n    - name: lang\n      dtype: string\n    - name: share\n      dtype: float64\n";
        }
        if steps.sentences || steps.language {
            features += "  - name: sentences\n    list:\n";
            features += sentence;
            features += "    - name: text\n      dtype: string\n";
            if steps.language {
                features +=
                    "    - name: lang\n      dtype: string\n    - name: score\n      dtype: float64\n";
            }
        }
        for name in ["source", "url", "title"] {
            features += &string(name);
        }
        features += "  - name: origin\n    struct:\n    - name: file\n      dtype: string\n    - name: record\n      dtype: int64\n    - name: encoding\n      dtype: string\n";
        features += "  - name: counts\n    struct:\n";
        for name in ["chars_in", "chars_out", "lines_removed", "repairs"] {
            features += &format!("    - name: {name}\n      dtype: int64\n");
        }
        features += &string("metadata");
    }
    format!(
        "---\nconfigs:\n- config_name: default\n  data_files:\n  - split: train\n    path: part-*.jsonl\ndataset_info:\n  features:\n{features}---\n\n\
         Cleaned by copydesk {}. One JSON object a line; offsets count Unicode code points of `text`, end exclusive.\n",
        env!("CARGO_PKG_VERSION")
    )
}

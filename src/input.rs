//! Files, folders and standard input to raw documents. Decoding text is left to `decode`; what cannot be read
//! becomes a reject, and reading goes on.

use std::fs::File;
use std::io;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;

use serde_json::Map;
use serde_json::Value;

use crate::config;
use crate::config::Format;
use crate::error::Error;

/// One document as it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct RawDocument {
    /// The input's own id, else the path below the INPUT, else `FILE#RECORD`.
    pub id: String,
    /// The text or the bytes.
    pub content: Content,
    /// The address, empty when unknown.
    pub url: String,
    /// The title, empty when unknown.
    pub title: String,
    /// The input's own source, else the name of the INPUT folder.
    pub source: String,
    /// The file, below its INPUT.
    pub file: String,
    /// The record in the file, from 0.
    pub record: u64,
    /// Everything else the record held.
    pub metadata: Map<String, Value>,
}

/// What a raw document holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Bytes in an unknown encoding.
    Bytes(Vec<u8>),
    /// Text that came decoded.
    Text(String),
}

impl Content {
    /// Length in bytes.
    pub const fn len(&self) -> usize {
        match self {
            Content::Bytes(bytes) => bytes.len(),
            Content::Text(text) => text.len(),
        }
    }

    /// Whether there is nothing.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A record that could not be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Reject {
    /// The file, below its INPUT.
    pub file: String,
    /// The record in the file, from 0.
    pub record: u64,
    /// Where the record begins, in bytes.
    pub offset: u64,
    /// What is wrong with it.
    pub reason: String,
    /// The record as it was.
    pub bytes: Vec<u8>,
}

/// What reading yields.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A document.
    Document(RawDocument),
    /// A record set aside.
    Reject(Reject),
}

/// A file to read, and the names it goes by.
#[derive(Clone, Debug)]
struct Source {
    path: PathBuf,
    /// Below its INPUT.
    name: String,
    /// The name of the INPUT folder.
    folder: String,
}

/// The raw documents of some inputs, in order.
pub struct Documents {
    settings: config::Input,
    sources: std::vec::IntoIter<Source>,
    open: Option<Open>,
}

/// A JSONL file being read.
struct Open {
    source: Source,
    reader: Box<dyn BufRead + Send>,
    record: u64,
    offset: u64,
}

impl Documents {
    /// Lists the inputs: files as they are, folders walked in sorted order, `-` for standard input.
    pub fn open(inputs: &[PathBuf], settings: config::Input) -> Result<Documents, Error> {
        let mut sources = Vec::new();
        for input in inputs {
            list(input, &mut sources).map_err(|source| Error::Input { path: input.clone(), source })?;
        }
        Ok(Documents { settings, sources: sources.into_iter(), open: None })
    }

    fn start(&mut self, source: Source) -> Option<Item> {
        match self.try_start(&source) {
            Ok(item) => item,
            Err(e) => Some(Item::Reject(Reject {
                file: source.name,
                record: 0,
                offset: 0,
                reason: format!("cannot be read: {e}"),
                bytes: Vec::new(),
            })),
        }
    }

    fn try_start(&mut self, source: &Source) -> io::Result<Option<Item>> {
        let raw: Box<dyn Read + Send> =
            if is_stdin(&source.path) { Box::new(io::stdin()) } else { Box::new(File::open(&source.path)?) };
        let mut reader = BufReader::with_capacity(1 << 16, raw);
        let format = match self.settings.format {
            Format::Auto => sniff(reader.fill_buf()?),
            format => format,
        };
        if format == Format::Jsonl {
            self.open = Some(Open { source: source.clone(), reader: Box::new(reader), record: 0, offset: 0 });
            return Ok(None);
        }
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes)?;
        Ok(Some(Item::Document(RawDocument {
            id: text_id(&source.name),
            content: Content::Bytes(bytes),
            url: String::new(),
            title: String::new(),
            source: source.folder.clone(),
            file: source.name.clone(),
            record: 0,
            metadata: Map::new(),
        })))
    }

    fn next_record(&mut self) -> Option<Item> {
        let open = self.open.as_mut()?;
        loop {
            let mut line = Vec::new();
            let read = open.reader.read_until(b'\n', &mut line);
            let (record, offset) = (open.record, open.offset);
            let reject = |reason: String, bytes: Vec<u8>| {
                Item::Reject(Reject { file: open.source.name.clone(), record, offset, reason, bytes })
            };
            match read {
                Ok(0) => return None,
                Err(e) => {
                    let item = reject(format!("cannot be read: {e}"), line);
                    self.open = None;
                    return Some(item);
                }
                Ok(n) => open.offset += n as u64,
            }
            while line.last().is_some_and(u8::is_ascii_whitespace) {
                line.pop();
            }
            if record == 0 && line.starts_with(b"\xEF\xBB\xBF") {
                line.drain(..3);
            }
            if line.is_empty() {
                continue;
            }
            open.record += 1;
            return Some(match parse(&line, &self.settings, &open.source, record) {
                Ok(document) => Item::Document(document),
                Err(reason) => reject(reason, line),
            });
        }
    }
}

impl Iterator for Documents {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            if self.open.is_some() {
                if let Some(item) = self.next_record() {
                    return Some(item);
                }
                self.open = None;
            }
            let source = self.sources.next()?;
            if let Some(item) = self.start(source) {
                return Some(item);
            }
        }
    }
}

impl RawDocument {
    /// A document from the fields of a record; `file`, `record` and `folder` say where the record stands and name what it
    /// does not name itself. What is not a field of ours goes to the metadata.
    pub fn from_fields(
        mut fields: Map<String, Value>,
        settings: &config::Input,
        (file, record, folder): (&str, u64, &str),
    ) -> Result<RawDocument, String> {
        let text = match fields.shift_remove(&settings.text_field) {
            Some(Value::String(text)) => text,
            Some(_) => return Err(format!("field `{}` is not a string", settings.text_field)),
            None => return Err(format!("no field `{}`", settings.text_field)),
        };
        let id = match fields.shift_remove(&settings.id_field) {
            Some(Value::String(id)) if !id.is_empty() => text_id(&id),
            Some(Value::Number(id)) => text_id(&id.to_string()),
            _ => format!("{file}#{record}"),
        };
        let mut take = |field: &str| match fields.get(field) {
            Some(Value::String(_)) => match fields.shift_remove(field) {
                Some(Value::String(value)) => value,
                _ => String::new(),
            },
            _ => String::new(),
        };
        let (url, title, source) = (take(&settings.url_field), take("title"), take("source"));
        Ok(RawDocument {
            id,
            content: Content::Text(text),
            url,
            title,
            source: if source.is_empty() { folder.to_owned() } else { source },
            file: file.to_owned(),
            record,
            metadata: fields,
        })
    }
}

fn parse(line: &[u8], settings: &config::Input, source: &Source, record: u64) -> Result<RawDocument, String> {
    let text =
        std::str::from_utf8(line).map_err(|e| format!("not valid UTF-8 at byte {}", e.valid_up_to()))?;
    let fields = serde_json::from_str(text).map_err(|e| format!("not a JSON object: {e}"))?;
    RawDocument::from_fields(fields, settings, (&source.name, record, &source.folder))
}

/// An id that no reader takes for a number: one that reads as one gets `d-` before it.
fn text_id(id: &str) -> String {
    if id.trim().parse::<f64>().is_ok() { format!("d-{id}") } else { id.to_owned() }
}

/// Content decides the format: a first line that opens a JSON object is a record, all else is text.
fn sniff(start: &[u8]) -> Format {
    let start = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
    let trimmed = start.trim_ascii_start();
    let opens = trimmed.strip_prefix(b"{").map(<[u8]>::trim_ascii_start);
    if opens.is_some_and(|rest| rest.starts_with(b"\"") || rest.starts_with(b"}")) {
        Format::Jsonl
    } else {
        Format::Text
    }
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn list(input: &Path, sources: &mut Vec<Source>) -> io::Result<()> {
    if is_stdin(input) {
        sources.push(Source { path: input.to_owned(), name: "stdin".into(), folder: "stdin".into() });
        return Ok(());
    }
    let folder = |path: &Path| {
        path.canonicalize()
            .ok()
            .and_then(|p| p.file_name().map(|n| n.to_string_lossy().into_owned()))
            .unwrap_or_default()
    };
    if input.metadata()?.is_dir() {
        walk(input, "", &folder(input), sources)
    } else {
        let name = input.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        let parent = input.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        sources.push(Source { path: input.to_owned(), name, folder: folder(parent) });
        Ok(())
    }
}

fn walk(folder: &Path, below: &str, root: &str, sources: &mut Vec<Source>) -> io::Result<()> {
    let mut entries: Vec<_> = folder.read_dir()?.collect::<io::Result<_>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let name = if below.is_empty() { name } else { format!("{below}/{name}") };
        let kind = entry.file_type()?;
        if kind.is_dir() {
            walk(&entry.path(), &name, root, sources)?;
        } else if kind.is_file() {
            sources.push(Source { path: entry.path(), name, folder: root.to_owned() });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides_the_format() {
        assert_eq!(sniff(b"\xEF\xBB\xBF {\"text\":\"a\"}"), Format::Jsonl);
        assert_eq!(sniff(b"{curly} text"), Format::Text);
        assert_eq!(sniff(b""), Format::Text);
    }

    #[test]
    fn ids_cannot_be_read_as_numbers() {
        for id in ["71", "0071", "1e5", "nan", "inf", " 7 "] {
            assert!(text_id(id).starts_with("d-"), "{id}");
        }
        assert_eq!(text_id("a71"), "a71");
    }

    #[test]
    fn a_record_gives_up_its_own_fields_and_keeps_the_rest() {
        let line = br#"{"text":"T","id":7,"url":"u","date":"2024-01-02","n":[1]}"#;
        let source = Source { path: PathBuf::new(), name: "dump".into(), folder: "raw".into() };
        let raw =
            parse(line, &config::Input::default(), &source, 3).unwrap_or_else(|reason| panic!("{reason}"));
        assert_eq!((&*raw.id, &*raw.url, &*raw.source), ("d-7", "u", "raw"));
        assert_eq!(raw.metadata.keys().collect::<Vec<_>>(), ["date", "n"]);
    }
}

//! Records to raw documents: the fields we know go where they belong, the rest into `metadata` as it stood. Texts are
//! borrowed from the chunk where JSON has no escape in them.

use std::borrow::Cow;

use serde_json::Map;
use serde_json::Value;

use crate::config;
use crate::decode::decode;
use crate::input::Content;
use crate::input::Item;
use crate::input::RawDocument;
use crate::input::Reject;
use crate::input::bounds::Bounds;
use crate::input::bounds::Cut;
use crate::input::bounds::header;
use crate::input::chunks::Chunk;
use crate::input::json::Object;
use crate::input::json::charset;
use crate::input::json::json;
use crate::input::json::json_fields;
use crate::input::json::keep;
use crate::input::json::last_of_each;
use crate::input::json::object;
use crate::input::open::KEPT_OF_LONG;
use crate::input::open::too_long;
use crate::input::sniff;
use crate::input::sniff::Kind;

/// Fields in which a record names the charset of its bytes.
pub(super) const CHARSET: [&str; 2] = ["charset", "encoding"];

/// What a record says, before it has a name.
pub(super) struct Fields<'a> {
    pub(super) content: Content<'a>,
    pub(super) id: Option<Cow<'a, str>>,
    pub(super) url: Cow<'a, str>,
    pub(super) title: Cow<'a, str>,
    pub(super) source: Cow<'a, str>,
    /// The charset named for the bytes, where they are not UTF-8.
    pub(super) charset: Option<String>,
    pub(super) metadata: String,
}

/// Calls `each` for every record of a chunk, in order.
pub(crate) fn records<'a>(chunk: &'a Chunk, settings: &config::Input, each: &mut dyn FnMut(Item<'a>)) {
    let mut bounds = Bounds::new(chunk.kind);
    let (mut record, mut at) = (chunk.record, 0);
    while record < chunk.record + chunk.count {
        let rest = chunk.bytes.get(at..).unwrap_or_default();
        let (end, is_blank) = match chunk.kind {
            Kind::Text => (rest.len(), false),
            Kind::Jsonl => {
                let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
                (end, rest.get(..end).unwrap_or_default().trim_ascii().is_empty())
            }
            Kind::Table(_) | Kind::Wet => match bounds.first(rest, true) {
                Cut::Whole { end, records } => (end, records == 0),
                _ => (rest.len(), false),
            },
        };
        let bytes = rest.get(..end).unwrap_or_default();
        let offset = chunk.offset + at as u64;
        at += end;
        if is_blank {
            continue;
        }
        let fields = if bytes.len() as u64 > settings.max_record {
            Err(too_long(settings.max_record as usize))
        } else {
            fields(chunk, bytes, settings)
        };
        match fields {
            Ok(None) => {}
            Ok(Some(fields)) => each(Item::Document(document(chunk, fields, record, offset, bytes))),
            Err(reason) => each(Item::Reject(reject(chunk, record, offset, reason, bytes))),
        }
        record += 1;
    }
}

fn reject(chunk: &Chunk, record: u64, offset: u64, reason: String, bytes: &[u8]) -> Reject {
    let is_long = reason.starts_with("longer than");
    let kept = if is_long { bytes.get(..KEPT_OF_LONG.min(bytes.len())).unwrap_or_default() } else { bytes };
    Reject {
        file: std::sync::Arc::clone(&chunk.source.name),
        record,
        offset,
        length: bytes.len() as u64,
        reason,
        bytes: kept.to_vec(),
    }
}

fn document<'a>(
    chunk: &'a Chunk,
    fields: Fields<'a>,
    record: u64,
    offset: u64,
    bytes: &'a [u8],
) -> RawDocument<'a> {
    let name = &*chunk.source.name;
    let id = match fields.id {
        Some(id) => text_id(id),
        None if chunk.kind == Kind::Text => text_id(Cow::Borrowed(name)),
        None => Cow::Owned(format!("{name}#{record}")),
    };
    let source = if fields.source.is_empty() { Cow::Borrowed(&*chunk.source.folder) } else { fields.source };
    RawDocument {
        id,
        content: fields.content,
        url: fields.url,
        title: fields.title,
        source,
        file: Cow::Borrowed(name),
        record,
        offset,
        bytes: Cow::Borrowed(bytes),
        encoding: chunk.encoding,
        charset: fields.charset,
        metadata: fields.metadata,
    }
}

/// An id that no reader takes for a number: one that reads as one gets `d-` before it.
pub fn text_id(id: Cow<'_, str>) -> Cow<'_, str> {
    if reads_as_number(id.trim()) { Cow::Owned(format!("d-{id}")) } else { id }
}

/// Whether some reader takes it for a number: Python's `float` knows `1_000` and the digits of every script.
fn reads_as_number(id: &str) -> bool {
    if id.parse::<f64>().is_ok() {
        return true;
    }
    // What holds a letter is a number only by name, and those are in ASCII.
    let may_be = !id.is_empty() && id.len() <= 400 && (!id.is_ascii() || id.contains('_'));
    may_be && {
        let digit = |c: char| if c.is_numeric() && !c.is_ascii() { '0' } else { c };
        id.chars().filter(|c| *c != '_').map(digit).collect::<String>().parse::<f64>().is_ok()
    }
}

/// The fields of a record; `None` for one that holds no document.
fn fields<'a>(
    chunk: &Chunk,
    bytes: &'a [u8],
    settings: &config::Input,
) -> Result<Option<Fields<'a>>, String> {
    match chunk.kind {
        Kind::Text => Ok(Some(Fields {
            content: Content::Bytes(Cow::Borrowed(bytes)),
            id: None,
            url: Cow::Borrowed(""),
            title: Cow::Borrowed(""),
            source: Cow::Borrowed(""),
            charset: None,
            metadata: "{}".into(),
        })),
        Kind::Jsonl => json(bytes, settings).map(Some),
        Kind::Table(delimiter) => row(bytes, delimiter, &chunk.header, settings).map(Some),
        Kind::Wet => extract(bytes, settings),
    }
}

/// A document from the fields of a record that was parsed elsewhere.
pub(crate) fn from_fields(
    mut fields: Map<String, Value>,
    settings: &config::Input,
    place: (&str, u64, &str),
) -> Result<RawDocument<'static>, String> {
    let text = match fields.shift_remove(&settings.text_field) {
        Some(Value::String(text)) => Some(Cow::Owned(text)),
        // It may stand further down.
        None if settings.text_field.contains('.') => None,
        Some(_) => return Err(format!("field `{}` is not a string", settings.text_field)),
        None => return Err(format!("no field `{}`", settings.text_field)),
    };
    let written = serde_json::to_string(&fields).unwrap_or_else(|_| "{}".into());
    from_json(&written, text, settings, place)
}

/// The same from an object of JSON, and the text where that stands beside it.
pub(crate) fn from_json(
    written: &str,
    text: Option<Cow<'static, str>>,
    settings: &config::Input,
    (file, record, folder): (&str, u64, &str),
) -> Result<RawDocument<'static>, String> {
    let object = object(written, settings)?;
    let charset = charset(&object.rest);
    let rest = json_fields(Object { text: text.or(object.text), rest: object.rest }, settings)?;
    Ok(RawDocument {
        id: rest.id.map_or_else(|| format!("{file}#{record}"), |id| text_id(id).into_owned()).into(),
        content: rest.content.into_owned(),
        url: Cow::Owned(rest.url.into_owned()),
        title: Cow::Owned(rest.title.into_owned()),
        source: Cow::Owned(if rest.source.is_empty() { folder.to_owned() } else { rest.source.into_owned() }),
        file: Cow::Owned(file.to_owned()),
        record,
        offset: 0,
        bytes: Cow::Borrowed(b""),
        encoding: None,
        charset,
        metadata: rest.metadata,
    })
}

// --- Tables ---

fn row<'a>(
    row: &[u8],
    delimiter: u8,
    header: &[String],
    settings: &config::Input,
) -> Result<Fields<'a>, String> {
    let cells = sniff::cells(without_blanks(row, delimiter), delimiter);
    if cells.len() != header.len() {
        return Err(format!("{} fields where the header has {}", cells.len(), header.len()));
    }
    // The other cells with the row around them: alone they would be too short to tell their encoding by.
    let decoded = match simdutf8::basic::from_utf8(row) {
        Ok(_) => Vec::new(),
        Err(_) => sniff::cells(without_blanks(decode(row, None).text.as_bytes(), delimiter), delimiter),
    };
    let is_decoded = decoded.len() == cells.len();
    let charset = CHARSET.iter().find_map(|name| header.iter().position(|column| column == name));
    let charset = charset.filter(|_| is_decoded).and_then(|n| decoded.get(n));
    let charset = charset.map(|label| String::from_utf8_lossy(label).into_owned());
    let mut content = None;
    let (mut id, mut url, mut title, mut source) = (None, String::new(), String::new(), None);
    let mut rest = Vec::new();
    for (n, (name, cell)) in header.iter().zip(cells).enumerate() {
        if *name == settings.text_field {
            content = Some(cell);
            continue;
        }
        let readable = decoded.get(n).filter(|_| is_decoded).unwrap_or(&cell);
        let value = String::from_utf8_lossy(readable).into_owned();
        let is_id = *name == settings.id_field;
        if is_id {
            id = Some(value.clone()).filter(|id| !id.is_empty());
        }
        match name.as_str() {
            name if name == settings.url_field => url = value,
            "title" => title = value,
            "source" => source = Some(value),
            _ if is_id => {}
            name => rest.push((Cow::Borrowed(name), value)),
        }
    }
    // As in a line of JSON: the last of each name, and what the input calls its source where the address says more.
    let own_source =
        source.clone().filter(|_| !url.is_empty()).map(|source| (Cow::Borrowed("source"), source));
    let mut metadata = String::from("{");
    for (name, value) in last_of_each(rest).into_iter().chain(own_source) {
        keep(&mut metadata, &name, &serde_json::to_string(&value).unwrap_or_default(), settings);
    }
    metadata.push('}');
    let content = match content.map(String::from_utf8) {
        None => return Err(format!("no column `{}`", settings.text_field)),
        Some(Ok(text)) => Content::Text(Cow::Owned(text)),
        Some(Err(e)) => Content::Bytes(Cow::Owned(e.into_bytes())),
    };
    Ok(Fields {
        content,
        id: id.map(Cow::Owned),
        url: Cow::Owned(url),
        title: Cow::Owned(title),
        source: Cow::Owned(source.unwrap_or_default()),
        charset,
        metadata,
    })
}

/// A row without the blank lines and blanks before it; a delimiter there ends an empty cell, be it a blank itself.
fn without_blanks(row: &[u8], delimiter: u8) -> &[u8] {
    let is_blank = |b: &u8| b.is_ascii_whitespace() && *b != delimiter;
    let blanks = row.iter().take_while(|b| is_blank(b)).count();
    row.get(blanks..).unwrap_or_default()
}

// --- Web archives ---

/// A field in the head of a record.
fn field<'a>(head: &'a [u8], name: &[u8]) -> Cow<'a, str> {
    let found = head.split(|b| *b == b'\n').find_map(|line| header(line, name));
    found.map(String::from_utf8_lossy).unwrap_or_default()
}

/// Whether records of this type stand beside the documents and are none.
fn is_beside(kind: &str) -> bool {
    matches!(kind, "warcinfo" | "metadata" | "request")
}

/// Keeps the records of an archive as far as the last of so many documents; how many documents it holds then.
pub(super) fn limit(chunk: &mut Chunk, most: u64) -> u64 {
    let mut bounds = Bounds::new(chunk.kind);
    let (mut at, mut records, mut documents) = (0, 0, 0);
    while records < chunk.count && documents < most {
        let rest = chunk.bytes.get(at..).unwrap_or_default();
        let Cut::Whole { end, records: one } = bounds.first(rest, true) else { break };
        let record = rest.get(..end).unwrap_or_default();
        let head = record.get(..memchr::memmem::find(record, b"\r\n\r\n").unwrap_or(end)).unwrap_or_default();
        documents += if is_beside(&field(head, b"warc-type")) { 0 } else { one };
        (at, records) = (at + end, records + one);
    }
    chunk.count = records;
    documents
}

fn extract<'a>(record: &'a [u8], settings: &config::Input) -> Result<Option<Fields<'a>>, String> {
    let end = memchr::memmem::find(record, b"\r\n\r\n").map_or(record.len(), |at| at + 4);
    let (head, content) = record.split_at(end);
    let field = |name: &[u8]| field(head, name);
    match &*field(b"warc-type") {
        "conversion" => {}
        kind if is_beside(kind) => return Ok(None),
        kind => return Err(format!("a WARC record of type `{kind}`, not a text extract")),
    }
    let id = field(b"warc-record-id");
    let id = id.trim_start_matches('<').trim_end_matches('>').to_owned();
    let mut metadata = String::from("{");
    for (key, name) in [("date", "warc-date"), ("languages", "warc-identified-content-language")] {
        let value = field(name.as_bytes());
        if !value.is_empty() {
            keep(&mut metadata, key, &serde_json::to_string(&value).unwrap_or_default(), settings);
        }
    }
    metadata.push('}');
    Ok(Some(Fields {
        content: Content::Bytes(Cow::Borrowed(content)),
        id: (!id.is_empty()).then_some(Cow::Owned(id)),
        url: field(b"warc-target-uri"),
        title: Cow::Borrowed(""),
        source: Cow::Borrowed(""),
        charset: None,
        metadata,
    }))
}

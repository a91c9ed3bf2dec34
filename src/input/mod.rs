//! Files, folders and standard input to raw documents. Texts are decoded later; what cannot be read becomes a
//! reject, and reading goes on.
//!
//! [`list`] says which files are read, `stream` opens and unpacks one, `sniff` tells what it holds, [`chunks`] and `open` cut
//! it into chunks of whole records, and `parse` turns those into documents.

mod bounds;
pub mod chunks;
mod compressed;
mod flat;
mod json;
pub mod list;
mod open;
pub mod packs;
mod parse;
mod sniff;
mod stream;

use std::borrow::Cow;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Map;
use serde_json::Value;

use crate::config;
use crate::disk::Disk;
use crate::error::Error;
use crate::input::chunks::Chunk;
use crate::input::chunks::Chunks;
use crate::input::chunks::Part;
use crate::input::chunks::Position;
use crate::input::list::Selection;

pub(crate) use crate::input::compressed::Packing;
pub(crate) use crate::input::compressed::Unpack;
pub use crate::input::parse::text_id;

/// One document as it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct RawDocument<'a> {
    /// The input's own id, else the path below the INPUT, else `FILE#RECORD`.
    pub id: Cow<'a, str>,
    /// The text or the bytes.
    pub content: Content<'a>,
    /// The address, empty when unknown.
    pub url: Cow<'a, str>,
    /// The title, empty when unknown.
    pub title: Cow<'a, str>,
    /// The input's own source, else the name of the INPUT folder.
    pub source: Cow<'a, str>,
    /// The file, below its INPUT.
    pub file: Cow<'a, str>,
    /// The record in the file, from 0.
    pub record: u64,
    /// Where the record begins in the unpacked file, in bytes.
    pub offset: u64,
    /// The record as it stood.
    pub bytes: Cow<'a, [u8]>,
    /// The encoding the file was in, where reading it already needed to know.
    pub encoding: Option<&'static str>,
    /// The charset that the record names for its bytes, in a field `charset` or `encoding`.
    pub charset: Option<String>,
    /// Everything else the record held, as a JSON object.
    pub metadata: String,
}

impl RawDocument<'static> {
    /// A document from the fields of a record; `file`, `record` and `folder` say where the record stands and name what it
    /// does not name itself. What is not a field of ours goes to the metadata.
    pub fn from_fields(
        fields: Map<String, Value>,
        settings: &config::Input,
        place: (&str, u64, &str),
    ) -> Result<RawDocument<'static>, String> {
        parse::from_fields(fields, settings, place)
    }

    /// The same from an object of JSON, whose numbers stay as they are written.
    pub fn from_json(
        object: &str,
        settings: &config::Input,
        place: (&str, u64, &str),
    ) -> Result<RawDocument<'static>, String> {
        parse::from_json(object, None, settings, place)
    }
}

impl RawDocument<'_> {
    /// The same, borrowing nothing.
    pub fn into_owned(self) -> RawDocument<'static> {
        fn own(text: Cow<'_, str>) -> Cow<'static, str> {
            Cow::Owned(text.into_owned())
        }
        RawDocument {
            id: own(self.id),
            content: self.content.into_owned(),
            url: own(self.url),
            title: own(self.title),
            source: own(self.source),
            file: own(self.file),
            record: self.record,
            offset: self.offset,
            bytes: Cow::Owned(self.bytes.into_owned()),
            encoding: self.encoding,
            charset: self.charset,
            metadata: self.metadata,
        }
    }

    /// The reject that this document becomes when it turns out to be none.
    pub fn set_aside(&self, reason: String) -> Reject {
        Reject {
            file: Arc::from(&*self.file),
            record: self.record,
            offset: self.offset,
            length: self.bytes.len() as u64,
            reason,
            bytes: self.bytes.to_vec(),
        }
    }
}

/// What a raw document holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Content<'a> {
    /// Bytes in an unknown encoding.
    Bytes(Cow<'a, [u8]>),
    /// Text that came decoded.
    Text(Cow<'a, str>),
}

impl Content<'_> {
    /// The same, borrowing nothing.
    pub fn into_owned(self) -> Content<'static> {
        match self {
            Content::Bytes(bytes) => Content::Bytes(Cow::Owned(bytes.into_owned())),
            Content::Text(text) => Content::Text(Cow::Owned(text.into_owned())),
        }
    }

    /// The bytes, decoded or not.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Content::Bytes(bytes) => bytes,
            Content::Text(text) => text.as_bytes(),
        }
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.as_bytes().len()
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A record that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// The file, below its INPUT.
    pub file: Arc<str>,
    /// The record in the file, from 0.
    pub record: u64,
    /// Where the record begins in the unpacked file, in bytes.
    pub offset: u64,
    /// How long it is, in bytes.
    pub length: u64,
    /// What is wrong with it.
    pub reason: String,
    /// The record as it was; of one that is too long, its beginning.
    pub bytes: Vec<u8>,
}

impl Default for Reject {
    fn default() -> Reject {
        Reject { file: "".into(), record: 0, offset: 0, length: 0, reason: String::new(), bytes: Vec::new() }
    }
}

/// What reading yields.
#[derive(Clone, Debug, PartialEq)]
pub enum Item<'a> {
    /// A document.
    Document(RawDocument<'a>),
    /// A record set aside.
    Reject(Reject),
}

impl Chunk {
    /// Calls `each` for every record, in order.
    pub fn records<'a>(&'a self, settings: &config::Input, each: &mut dyn FnMut(Item<'a>)) {
        parse::records(self, settings, each);
    }
}

/// The raw documents of some inputs, in order, one at a time. A whole run reads [`Chunks`] instead, many at a time.
pub struct Documents {
    settings: config::Input,
    chunks: Chunks,
    ready: VecDeque<Item<'static>>,
}

impl Documents {
    /// Lists the inputs: files as they are, folders walked in sorted order, `-` for standard input.
    pub fn open(inputs: &[PathBuf], settings: config::Input) -> Result<Documents, Error> {
        let listing = Selection::of(inputs)?.list();
        let chunks = Chunks::new(Disk::default(), settings.clone(), listing, Position::default(), None);
        Ok(Documents { settings, chunks, ready: VecDeque::new() })
    }
}

impl Iterator for Documents {
    type Item = Item<'static>;

    fn next(&mut self) -> Option<Item<'static>> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Some(item);
            }
            match self.chunks.next()? {
                Part::Chunk(chunk) => chunk.records(&self.settings, &mut |item| {
                    self.ready.push_back(match item {
                        Item::Document(raw) => Item::Document(raw.into_owned()),
                        Item::Reject(reject) => Item::Reject(reject),
                    });
                }),
                Part::Reject(reject) => return Some(Item::Reject(reject)),
                Part::Passed(_) => {}
            }
        }
    }
}

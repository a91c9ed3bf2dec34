//! What the Python classes share: the compiled settings.

use std::borrow::Cow;

use copydesk::Cleaned;
use copydesk::Config;
use copydesk::Error;
use copydesk::boilerplate::site::site;
use copydesk::boilerplate::templates::Observed;
use copydesk::boilerplate::templates::observe;
use copydesk::decode::Decoded;
use copydesk::input::Content;
use copydesk::input::RawDocument;

/// What cleans; shared by every thread.
pub(crate) struct Engine {
    cleaner: copydesk::Cleaner,
}

impl Engine {
    pub(crate) fn new(config: Config) -> Result<Engine, Error> {
        Ok(Engine { cleaner: copydesk::Cleaner::new(config)? })
    }

    pub(crate) fn config(&self) -> &Config {
        self.cleaner.config()
    }

    pub(crate) fn clean<'b>(&self, raw: &'b RawDocument<'_>) -> Cleaned<'b> {
        match &raw.content {
            Content::Bytes(bytes) => self.cleaner.clean(bytes),
            Content::Text(text) => self.cleaner.clean_text(text),
        }
    }

    /// The lines of a document, as its site's templates count them: after decoding and repair, before anything is removed.
    pub(crate) fn observe(&self, raw: &RawDocument<'_>) -> Option<Observed> {
        let decoded = match &raw.content {
            Content::Bytes(bytes) => copydesk::decode(bytes, None),
            Content::Text(text) => {
                Decoded { text: Cow::Borrowed(text), encoding: "UTF-8", losses: 0, binary: false }
            }
        };
        let site = site(&raw.url)?;
        let repaired = copydesk::repair(&decoded.text, &self.config().repair);
        (!decoded.binary).then(|| observe(&site, &raw.url, &repaired.text))
    }
}

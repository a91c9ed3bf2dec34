//! What the Python classes share: the compiled settings and the site templates.

use std::fs;
use std::path::Path;

use copydesk::Cleaned;
use copydesk::Cleaner;
use copydesk::Config;
use copydesk::Error;
use copydesk::boilerplate::templates::Observed;
use copydesk::boilerplate::templates::Row;
use copydesk::boilerplate::templates::Templates;
use copydesk::boilerplate::templates::observe;
use copydesk::input::RawDocument;
use copydesk::run::cleaned;
use copydesk::run::decoded;
use copydesk::run::templates::load;

/// What cleans; shared by every thread.
pub(crate) struct Engine {
    cleaner: Cleaner,
    templates: Option<Templates>,
    /// The templates as they were given, to be pickled.
    given: Option<Vec<u8>>,
}

impl Engine {
    pub(crate) fn new(config: Config, templates: Option<Vec<u8>>) -> Result<Engine, Error> {
        let cleaner = Cleaner::new(config)?;
        Ok(Engine { cleaner, templates: templates.as_deref().map(read).transpose()?, given: templates })
    }

    pub(crate) fn config(&self) -> &Config {
        self.cleaner.config()
    }

    pub(crate) fn templates(&self) -> Option<&[u8]> {
        self.given.as_deref()
    }

    pub(crate) fn clean<'b>(&self, raw: &'b RawDocument<'_>) -> Cleaned<'b> {
        cleaned(&self.cleaner, self.templates.as_ref(), raw)
    }

    /// The lines of a document, as its site's templates count them: after decoding and repair, before anything is removed.
    pub(crate) fn observe(&self, raw: &RawDocument<'_>) -> Option<Observed> {
        let decoded = decoded(raw);
        (!decoded.binary && !raw.source.is_empty())
            .then(|| observe(&raw.source, &raw.url, &self.cleaner.readable(&decoded)))
    }
}

/// Templates from the bytes of a file that the command wrote, or from the rows that `learn_templates` gives.
fn read(bytes: &[u8]) -> Result<Templates, Error> {
    if bytes.starts_with(b"copydesk templates ") {
        let path = Path::new("templates");
        let fail = |source| Error::Input { path: path.to_owned(), source };
        let folder = tempfile::tempdir().map_err(fail)?;
        let path = folder.path().join(path);
        fs::write(&path, bytes).map_err(fail)?;
        // The file is ours, and gone again: it names nothing to the user.
        return load(&path).map(|(templates, _)| templates).map_err(|e| match e {
            Error::Input { source, .. } => Error::Input { path: "templates".into(), source },
            other => other,
        });
    }
    let (rows, rest) = bytes.as_chunks::<{ Row::BYTES }>();
    if !rest.is_empty() {
        return Err(Error::Config(
            "templates: neither a file that `copydesk templates learn` wrote nor what `learn_templates` gives".into(),
        ));
    }
    Ok(Templates::from_rows(rows.iter().map(Row::from_bytes)))
}

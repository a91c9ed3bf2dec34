//! A run read back: its records and its audit, document by document, in one pass over either. What is read of a finished run is
//! held against the manifest's checksums on the way; checking the rest is left to `verify`.

mod document;
mod lines;
mod walk;

use std::io;
use std::path::Path;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;

use crate::error::Error;
use crate::finished::lines::Lines;
use crate::finished::walk::Records;
use crate::finished::walk::Walk;
use crate::output::manifest::MANIFEST;
use crate::output::manifest::Manifest;

pub use crate::finished::document::Document;
pub use crate::finished::document::Kept;
pub use crate::finished::document::Told;
pub use crate::finished::document::Written;

/// The output folder of a finished run.
#[derive(Debug)]
pub struct Finished {
    folder: PathBuf,
    /// What the manifest says.
    pub manifest: Manifest,
}

/// Called with each document; false ends the pass.
pub type Visit<'v> = dyn FnMut(Document<'_>) -> Result<bool, Error> + 'v;

impl Finished {
    /// Whether a folder holds a finished run.
    pub fn is_at(folder: &Path) -> bool {
        folder.join(MANIFEST).is_file()
    }

    /// Opens an output folder.
    pub fn open(folder: &Path) -> Result<Finished, Error> {
        match Manifest::read(folder) {
            Ok(Some(manifest)) => Ok(Finished { folder: folder.to_owned(), manifest }),
            Ok(None) => Err(Error::Config(format!(
                "`{}` holds no finished run: there is no {MANIFEST}; give the folder that `clean -o` wrote",
                folder.display()
            ))),
            Err(e) if e.kind() == io::ErrorKind::InvalidData => Err(Error::Config(format!(
                "`{}` is damaged; clean again with --overwrite",
                folder.join(MANIFEST).display()
            ))),
            Err(source) => Err(Error::Input { path: folder.join(MANIFEST), source }),
        }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The share of a document or a site past which the run's settings ask for a warning.
    pub fn warn_share(&self) -> f64 {
        self.manifest.settings.config["boilerplate"]["warn-share"].as_f64().unwrap_or(0.5)
    }

    /// Whether the run wrote an audit.
    pub fn has_audit(&self) -> bool {
        // That of a run without documents is no file at all.
        !self.manifest.audit.is_empty() || self.manifest.settings.config["output"]["audit"] == "full"
    }

    fn is_by_sentence(&self) -> bool {
        self.manifest.settings.config["output"]["layout"] == "sentence"
    }

    /// Whether records and audit are as the manifest says: to be asked before what they say is handed on piece by piece.
    pub fn check(&self) -> Result<(), Error> {
        lines::check(&self.folder, &self.manifest.parts)?;
        lines::check(&self.folder, &self.manifest.audit)
    }

    /// Calls `visit` with every document in input order, or with those that have the id `only`. An error at the end may mean that
    /// what `visit` was given cannot be relied on: a part's checksum is known when all of it has been read.
    pub fn each(&self, only: Option<&str>, visit: &mut Visit<'_>) -> Result<(), Error> {
        let mut records = Records::new(
            Lines::open(&self.folder, &self.manifest.parts),
            &self.folder,
            self.is_by_sentence(),
        );
        let mut audit = self.has_audit().then(|| Lines::open(&self.folder, &self.manifest.audit));
        let walked = Walk { folder: &self.folder, only }.each(audit.as_mut(), &mut records, visit);
        // Where a part is damaged, that is why the walk failed.
        audit.map_or(Ok(()), Lines::close).and(records.close()).and(walked)
    }

    /// The rejects: file, record, byte offset, reason and bytes (base64) of each.
    pub fn each_reject(&self, visit: &mut dyn FnMut(&Value)) -> Result<(), Error> {
        let mut lines = Lines::open(&self.folder, &self.manifest.rejects);
        loop {
            let line = lines.next()?;
            if line.is_empty() {
                return Ok(());
            }
            if let Ok(reject) = serde_json::from_str(line) {
                visit(&reject);
            }
        }
    }
}

/// Calls `visit` with every document of a run without an audit that is still under way, by the lines of its records.
pub fn each_of(records: &str, is_by_sentence: bool, visit: &mut Visit<'_>) -> Result<(), Error> {
    let mut records = Records::new(Lines::of(records), Path::new(""), is_by_sentence);
    Walk { folder: Path::new(""), only: None }.each(None, &mut records, visit)
}

fn parse<'a, T: Deserialize<'a>>(line: &'a str) -> io::Result<T> {
    serde_json::from_str(line).map_err(|e| unreadable(&e))
}

fn unreadable(e: &serde_json::Error) -> io::Error {
    invalid(format!("a line of the run cannot be read: {e}"))
}

fn invalid(message: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

//! Rule files of the user's own: from paths in the settings to their contents. What they mean is left to `boilerplate`.

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use crate::config::Pack;
use crate::error::Error;

/// Reads every pack that is yet to be read: a file, or the `*.toml` files of a folder and of the folders in it, by name.
pub fn read(packs: &mut Vec<Pack>) -> Result<(), Error> {
    let mut files = Vec::new();
    for pack in packs.drain(..) {
        match pack {
            Pack::At(path) => collect(&path, &mut files)?,
            Pack::Read { .. } => files.push(pack),
        }
    }
    *packs = files;
    Ok(())
}

fn collect(path: &Path, files: &mut Vec<Pack>) -> Result<(), Error> {
    let fail = |source| Error::Input { path: path.to_owned(), source };
    if path.is_dir() {
        let entries = fs::read_dir(path).and_then(Iterator::collect::<io::Result<Vec<_>>>).map_err(fail)?;
        let mut paths: Vec<PathBuf> = entries.iter().map(fs::DirEntry::path).collect();
        paths.retain(|path| path.is_dir() || path.extension().is_some_and(|e| e == "toml"));
        paths.sort();
        return paths.iter().try_for_each(|path| collect(path, files));
    }
    let content = fs::read_to_string(path).map_err(fail)?;
    files.push(Pack::Read { name: path.display().to_string(), content });
    Ok(())
}

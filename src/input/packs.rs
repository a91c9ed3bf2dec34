//! Rule files of the user's own: from paths in the settings to their contents. What they mean is left to `boilerplate`.

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use crate::config::Pack;
use crate::error::Error;
use crate::error::RuleError;

/// Reads every pack that is yet to be read: a file, or the `*.toml` files of a folder and of the folders in it, by name,
/// without hidden ones. A folder without any is an error: a wrong path would be cleaning without its rules.
pub fn read(packs: &mut Vec<Pack>) -> Result<(), Error> {
    let mut files = Vec::new();
    for pack in packs.drain(..) {
        match pack {
            Pack::At(path) => {
                let before = files.len();
                collect(&path, &mut files)?;
                if files.len() == before {
                    let none = format!("no rule files (`*.toml`) in `{}`", path.display());
                    return Err(Error::Config(none));
                }
            }
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
        let is_hidden =
            |path: &Path| path.file_name().is_some_and(|n| n.as_encoded_bytes().starts_with(b"."));
        paths.retain(|path| {
            !is_hidden(path) && (path.is_dir() || path.extension().is_some_and(|e| e == "toml"))
        });
        paths.sort();
        return paths.iter().try_for_each(|path| collect(path, files));
    }
    let name = path.display().to_string();
    let content = String::from_utf8(fs::read(path).map_err(fail)?).map_err(|e| {
        let valid = e.as_bytes().get(..e.utf8_error().valid_up_to()).unwrap_or_default();
        Error::Rules(vec![RuleError {
            file: name.clone(),
            line: memchr::memchr_iter(b'\n', valid).count() + 1,
            rule: String::new(),
            message: "not UTF-8; save the file in that encoding".to_owned(),
        }])
    })?;
    files.push(Pack::Read { name, content });
    Ok(())
}

//! Joins the outputs of all shards into what one run would have written, byte for byte.

use std::io;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;

use crate::config::Config;
use crate::disk::Disk;
use crate::error::Error;
use crate::input::chunks::Position;
use crate::output::Lines;
use crate::output::folder;
use crate::output::folder::Folder;
use crate::output::folder::Found;
use crate::output::folder::Locked;
use crate::output::is_folder;
use crate::output::manifest::MANIFEST;
use crate::output::manifest::Manifest;
use crate::output::manifest::Notes;
use crate::output::manifest::Settings;
use crate::output::parts::PartInfo;
use crate::report::Report;
use crate::run::verify::unpacked;
use crate::run::verify::verify;

/// Bytes joined at a time.
const BLOCK: u64 = 1 << 20;
/// The number of the shard that a run has while it is joined: no other run may take it up.
const JOINING: &str = "merge";

/// Joins shards, given in any order, into the folder `output`; the counts of all of them.
pub fn merge(shards: &[PathBuf], output: &Path, overwrite: bool) -> Result<Report, Error> {
    if !is_folder(output) {
        return Err(Error::Config(format!("`{}` is not the name of a folder", output.display())));
    }
    let mut all = Vec::new();
    for path in shards {
        let manifest = Manifest::read(path).map_err(|source| Error::Input { path: path.clone(), source })?;
        let Some(manifest) = manifest else {
            return Err(Error::Config(format!("`{}` holds no finished run", path.display())));
        };
        let is_output = || Some(path.canonicalize().ok()? == output.canonicalize().ok()?);
        if is_output() == Some(true) {
            return Err(Error::Config(format!("`{}` is both a shard and the output", path.display())));
        }
        all.push((path.as_path(), manifest));
    }
    let settings = in_order(&mut all)?;
    let Some((first, manifest)) = all.first() else { return Ok(Report::default()) };
    let config: Config = serde_json::from_value(settings.config.clone())
        .map_err(|e| Error::Config(format!("`{}` was made by another version: {e}", first.display())))?;
    let inputs = manifest.inputs.clone();
    let fail = |source| Error::Output { path: output.to_owned(), source };
    let list = std::fs::read(first.join(folder::LIST))
        .map_err(|source| Error::Input { path: first.join(folder::LIST), source })?;
    let disk = Disk::default();
    let locked = Locked::new(output)?;
    // Joining is quick: one that was cut short starts anew.
    let joining = Settings { shard: JOINING.to_owned(), ..settings.clone() };
    let is_cut_short = Notes::read(output).is_some_and(|notes| notes.settings == joining);
    if !overwrite
        && !is_cut_short
        && let Found::Finished(manifest) = folder::look(output, &settings, &inputs, &list)?
    {
        return Ok(manifest.report);
    }
    // What is joined gets checksums of its own, which would vouch for any damage.
    for (path, _) in &all {
        if let Some(fault) = verify(path)?.faults.into_iter().next() {
            let source = io::Error::new(io::ErrorKind::InvalidData, fault);
            return Err(Error::Damaged { path: path.to_path_buf(), source });
        }
    }
    folder::clear(output).map_err(fail)?;
    disk.replace(&output.join(folder::LIST), &list).map_err(fail)?;
    let templates = first.join(folder::KEPT);
    if templates.exists() {
        // All shards counted the same input, and so the same.
        std::fs::copy(&templates, output.join(folder::KEPT)).map_err(fail)?;
    }
    let what = (joining, inputs, u64::MAX);
    let mut folder = Folder::open(&disk, locked, &config, what, None).map_err(fail)?;
    let mut report = Report::default();
    for (path, manifest) in &all {
        report.merge(&manifest.report);
        let mut join = |parts: &[PartInfo], lines: fn(Vec<u8>) -> Lines| {
            for part in parts {
                copy(&disk, &path.join(&part.name), &mut |block| folder.write(lines(block)))?;
                folder.note(Position::default(), &report, false)?;
            }
            Ok(())
        };
        join(&manifest.parts, |records| Lines { records, ..Lines::default() }).map_err(fail)?;
        join(&manifest.audit, |audit| Lines { audit, ..Lines::default() }).map_err(fail)?;
        join(&manifest.rejects, |rejects| Lines { rejects, ..Lines::default() }).map_err(fail)?;
    }
    let manifest =
        Manifest { settings, ..folder.finish(Position::default(), &report, &config).map_err(fail)? };
    let bytes = manifest.to_bytes().map_err(fail)?;
    disk.replace(&output.join(MANIFEST), &bytes).map_err(fail)?;
    Ok(report)
}

/// Hands on a part in blocks of whole lines.
fn copy(disk: &Disk, path: &Path, write: &mut dyn FnMut(Vec<u8>) -> io::Result<()>) -> io::Result<()> {
    let mut reader = BufReader::new(unpacked(disk, path)?);
    loop {
        let mut block = Vec::new();
        (&mut reader).take(BLOCK).read_to_end(&mut block)?;
        if block.is_empty() {
            return Ok(());
        }
        if block.last() != Some(&b'\n') {
            reader.read_until(b'\n', &mut block)?;
        }
        write(block)?;
    }
}

/// Puts shards in order; the settings that the joined run has.
fn in_order(all: &mut [(&Path, Manifest)]) -> Result<Settings, Error> {
    let number = |manifest: &Manifest| {
        let (n, of) = manifest.settings.shard.split_once('/')?;
        Some((n.parse::<u32>().ok()?, of.parse::<u32>().ok()?))
    };
    all.sort_by_key(|(_, manifest)| number(manifest));
    let of = all.len() as u32;
    for ((path, manifest), n) in all.iter().zip(1..) {
        match number(manifest) {
            Some(found) if found == (n, of) => {}
            Some((found, of)) => {
                return Err(Error::Config(format!(
                    "`{}` is shard {found}/{of}: give each of the {of} shards once",
                    path.display()
                )));
            }
            None => return Err(Error::Config(format!("`{}` is not the output of a shard", path.display()))),
        }
    }
    let whole = |manifest: &Manifest| Settings { shard: String::new(), ..manifest.settings.clone() };
    let Some((first, manifest)) = all.first() else {
        return Err(Error::Config("no shards given".into()));
    };
    let settings = whole(manifest);
    for (path, other) in all.iter() {
        let mut changes = whole(other).differences(&settings);
        if other.inputs != manifest.inputs {
            changes.push("the inputs".into());
        }
        if !changes.is_empty() {
            let (a, b) = (first.display(), path.display());
            return Err(Error::Config(format!("`{a}` and `{b}` differ in {}", changes.join("; "))));
        }
    }
    Ok(settings)
}

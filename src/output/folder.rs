//! An output folder being written: parts, audit and rejects side by side, with notes of how far they go, and at the end
//! the card and the manifest, which comes last. Taken up again after a crash, it ends with the same bytes.

use std::collections::BTreeMap;
use std::fs;
use std::fs::File;
use std::io;
use std::io::Read;
use std::io::Seek;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

use fs4::FileExt;

use crate::config::Compress;
use crate::config::Config;
use crate::disk::Disk;
use crate::error::Error;
use crate::input::chunks::Position;
use crate::output::card::card;
use crate::output::manifest::Inputs;
use crate::output::manifest::MANIFEST;
use crate::output::manifest::Manifest;
use crate::output::manifest::NOTES;
use crate::output::manifest::Notes;
use crate::output::manifest::Settings;
use crate::output::packing::Effort;
use crate::output::parts::Parts;
use crate::output::parts::Progress;
use crate::output::parts::Row;
use crate::output::parts::checksum;
use crate::report::Report;

/// The list of the files that were read: name, length, time of change.
pub(crate) const LIST: &str = ".copydesk/inputs.jsonl";
/// Where a run keeps the templates it has counted: they will do for tomorrow's dump, too.
pub(crate) const KEPT: &str = ".copydesk/templates";
/// What a run needs while it goes on.
pub(crate) const WORK: &str = ".copydesk/work";
const LOCK: &str = ".copydesk/lock";
/// Faults of a finished run that are told.
const MOST_FAULTS: usize = 10;
/// The card of the dataset.
const CARD: &str = "README.md";

/// An output folder that nobody else writes to.
pub(crate) struct Locked {
    pub(crate) path: PathBuf,
    lock: File,
    /// The folders that were created for it, innermost first.
    created: Vec<PathBuf>,
}

impl Locked {
    /// Creates the folder where there is none and locks it. A lock goes with the process that held it, however it ended.
    pub(crate) fn new(path: &Path) -> Result<Locked, Error> {
        let fail = |source| Error::Output { path: path.to_owned(), source };
        let own = path.join(".copydesk");
        let missing = own.ancestors().take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists());
        let created: Vec<PathBuf> = missing.map(Path::to_owned).collect();
        fs::create_dir_all(own).map_err(fail)?;
        let lock = path.join(LOCK);
        let open = File::options().read(true).write(true).create(true).truncate(false).open(lock);
        let mut lock = open.map_err(fail)?;
        if FileExt::try_lock(&lock).is_err() {
            let mut owner = String::new();
            lock.read_to_string(&mut owner).ok();
            return Err(Error::Config(format!(
                "another run is writing to `{}` ({}); wait for it, or give another folder",
                path.display(),
                if owner.trim().is_empty() { "process unknown" } else { owner.trim() }
            )));
        }
        let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        let owner = format!("process {} on {}\n", std::process::id(), host.trim());
        let note =
            lock.set_len(0).and_then(|()| lock.rewind()).and_then(|()| lock.write_all(owner.as_bytes()));
        note.map_err(fail)?;
        Ok(Locked { path: path.to_owned(), lock, created })
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        fs::remove_file(self.path.join(LOCK)).ok();
        FileExt::unlock(&self.lock).ok();
        // A run that was refused leaves nothing behind: only what is empty can be removed like this.
        for folder in &self.created {
            fs::remove_dir(folder).ok();
        }
    }
}

/// What stands in a folder before a run.
pub(crate) enum Found {
    /// Nothing of ours.
    Nothing,
    /// A run that this one may take up.
    Notes(Box<Notes>),
    /// This very run, finished.
    Finished(Box<Manifest>),
}

/// Looks at what a folder holds, and refuses what would be mixed or lost.
pub(crate) fn look(path: &Path, settings: &Settings, inputs: &Inputs, list: &[u8]) -> Result<Found, Error> {
    let refuse = |what: &str, changes: Vec<String>| {
        let list: Vec<String> = changes.iter().map(|change| format!("\n  {change}")).collect();
        Err(Error::Config(format!(
            "`{}` holds {what}{}\ngive another folder, or --overwrite to start anew",
            path.display(),
            list.concat()
        )))
    };
    let changes = |then: &Settings, files: &Inputs| {
        let mut changes = settings.differences(then);
        if files != inputs || fs::read(path.join(LIST)).unwrap_or_default() != list {
            changes.extend(list_changes(&fs::read(path.join(LIST)).unwrap_or_default(), list));
        }
        changes
    };
    match Manifest::read(path) {
        Ok(Some(manifest)) => {
            let changes = changes(&manifest.settings, &manifest.inputs);
            if !changes.is_empty() {
                return refuse("a finished run of other settings or inputs:", changes);
            }
            // Replacing what somebody may have changed on purpose is left to them.
            let faults: Vec<String> =
                manifest.listed().filter_map(|part| part.obvious_fault(path)).take(MOST_FAULTS).collect();
            if !faults.is_empty() {
                return refuse("this very run, finished, but not as it was left:", faults);
            }
            return Ok(Found::Finished(Box::new(manifest)));
        }
        Err(_) => return refuse("a run whose manifest is damaged", Vec::new()),
        Ok(None) => {}
    }
    if let Some(notes) = Notes::read(path) {
        let changes = changes(&notes.settings, &notes.inputs);
        if changes.is_empty() {
            return Ok(Found::Notes(Box::new(notes)));
        }
        return refuse("an unfinished run of other settings or inputs:", changes);
    }
    let is_ours = path.join(NOTES).exists() || path.join(LIST).exists();
    if !is_ours && own_files(path).next().is_some() {
        return refuse("part files that no manifest speaks of", Vec::new());
    }
    if !is_ours && path.join(CARD).exists() {
        return refuse("a README.md that is no run's; the card of the dataset would replace it", Vec::new());
    }
    Ok(Found::Nothing)
}

/// What changed between two lists of inputs.
fn list_changes(then: &[u8], now: &[u8]) -> Vec<String> {
    use std::collections::BTreeSet;
    let lines = |bytes: &[u8]| -> BTreeSet<String> {
        String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect()
    };
    let (then, now) = (lines(then), lines(now));
    let mut changes: Vec<String> = Vec::new();
    changes.extend(now.difference(&then).map(|line| format!("input now: {line}")));
    changes.extend(then.difference(&now).map(|line| format!("input then: {line}")));
    let more = changes.len().saturating_sub(10);
    changes.truncate(10);
    if more > 0 {
        changes.push(format!("and {more} more"));
    }
    if changes.is_empty() {
        changes.push("the order of the inputs".into());
    }
    changes
}

/// The part files with their final names.
fn own_files(path: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| path.file_name().and_then(|name| name.to_str()).is_some_and(is_part))
}

/// Whether a file is named like a part.
pub(crate) fn is_part(name: &str) -> bool {
    name.starts_with("part-") && name.contains(".jsonl")
}

/// Removes everything of an earlier run; the manifest goes first, so that what is left is never taken for whole.
pub(crate) fn clear(path: &Path) -> io::Result<()> {
    let disk = Disk::default();
    disk.remove(&path.join(MANIFEST))?;
    disk.remove(&path.join(NOTES))?;
    disk.remove(&path.join(LIST))?;
    disk.remove(&path.join(CARD))?;
    disk.remove(&path.join(KEPT))?;
    disk.remove(&path.join(".copydesk/report.html"))?;
    for file in own_files(path) {
        disk.remove(&file)?;
    }
    for folder in ["audit", "rejects", "work"] {
        match fs::remove_dir_all(path.join(".copydesk").join(folder)) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
    }
    Ok(())
}

/// What one batch adds to a folder.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    /// Output records.
    pub records: Vec<u8>,
    /// What was changed, a line for each change.
    pub audit: Vec<u8>,
    /// How many lines that are, where it is known.
    pub audit_lines: Option<u64>,
    /// What was set aside.
    pub rejects: Vec<u8>,
}

impl Lines {
    /// All of their bytes.
    pub(crate) fn len(&self) -> usize {
        self.records.len() + self.audit.len() + self.rejects.len()
    }
}

/// A folder being written.
pub(crate) struct Folder {
    disk: Disk,
    locked: Locked,
    settings: Settings,
    inputs: Inputs,
    records: Parts,
    audit: Parts,
    rejects: Parts,
    /// Bytes written since the last note.
    since: u64,
    every: u64,
}

impl Folder {
    /// Starts a run in an empty folder, or takes one up.
    pub(crate) fn open(
        disk: &Disk,
        locked: Locked,
        config: &Config,
        (settings, inputs, every): (Settings, Inputs, u64),
        notes: Option<&Notes>,
    ) -> io::Result<Folder> {
        fs::create_dir_all(locked.path.join(WORK))?;
        let open = |below: &'static str, compress, progress: Option<&Progress>| {
            let part_size = config.output.part_size.max(1);
            let effort = if below.is_empty() { Effort::RECORDS } else { Effort::AUDIT };
            let row = Row { root: locked.path.clone(), below, compress, effort, part_size };
            Parts::open(disk.clone(), row, progress.cloned().unwrap_or_default())
        };
        let records = open("", config.output.compress, notes.map(|n| &n.records))?;
        let audit = open(".copydesk/audit/", Compress::Zstd, notes.map(|n| &n.audit))?;
        let rejects = open(".copydesk/rejects/", Compress::None, notes.map(|n| &n.rejects))?;
        Ok(Folder { disk: disk.clone(), locked, settings, inputs, records, audit, rejects, since: 0, every })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.locked.path
    }

    pub(crate) fn write(&mut self, lines: Lines) -> io::Result<()> {
        self.since += lines.len() as u64;
        self.records.write(lines.records, None)?;
        self.audit.write(lines.audit, lines.audit_lines)?;
        self.rejects.write(lines.rejects, None)
    }

    /// Notes how far the run has come when enough has been written since the last time.
    pub(crate) fn note(&mut self, position: Position, report: &Report, is_due: bool) -> io::Result<()> {
        let has_news = self.records.has_news() || self.audit.has_news() || self.rejects.has_news();
        if !is_due && !has_news && self.since < self.every {
            return Ok(());
        }
        self.since = 0;
        let notes = Notes {
            settings: self.settings.clone(),
            inputs: self.inputs.clone(),
            position,
            records: self.records.checkpoint()?,
            audit: self.audit.checkpoint()?,
            rejects: self.rejects.checkpoint()?,
            report: report.clone(),
        };
        notes.write(&self.disk, &self.locked.path)?;
        for parts in [&mut self.records, &mut self.audit, &mut self.rejects] {
            parts.noted()?;
        }
        Ok(())
    }

    /// Completes the run: the last parts, the card, the manifest.
    pub(crate) fn finish(
        mut self,
        position: Position,
        report: &Report,
        config: &Config,
    ) -> io::Result<Manifest> {
        for parts in [&mut self.records, &mut self.audit, &mut self.rejects] {
            parts.end()?;
        }
        self.note(position, report, true)?;
        let path = &self.locked.path;
        let mut files = BTreeMap::new();
        for name in [LIST, KEPT] {
            if path.join(name).exists() {
                files.insert(name.to_owned(), checksum(&self.disk, &path.join(name))?.0);
            }
        }
        let manifest = Manifest {
            settings: self.settings,
            inputs: self.inputs,
            parts: self.records.finish(),
            audit: self.audit.finish(),
            rejects: self.rejects.finish(),
            files,
            report: report.clone(),
            digest: String::new(),
        };
        self.disk.replace(&path.join(CARD), card(config, &manifest.parts).as_bytes())?;
        self.disk.replace(&path.join(MANIFEST), &manifest.to_bytes()?)?;
        tidy(&self.disk, path)?;
        Ok(manifest)
    }
}

/// Removes what a finished run does not need.
pub(crate) fn tidy(disk: &Disk, path: &Path) -> io::Result<()> {
    disk.remove(&path.join(NOTES))?;
    match fs::remove_dir_all(path.join(WORK)) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    }
}

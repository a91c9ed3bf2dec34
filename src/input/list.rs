//! The files that a run reads, in order: inputs as given, folders walked in sorted order. Links, pipes and devices inside
//! folders are passed over with a warning, so that a walk ends and never waits. Opening the files is left to `stream`.

use std::ffi::OsStr;
use std::fs;
use std::fs::FileType;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use globset::GlobBuilder;
use globset::GlobSet;
use globset::GlobSetBuilder;

use crate::config::Job;
use crate::error::Error;

/// A file to read, and the names it goes by.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// Where it is; `-` is standard input.
    pub path: PathBuf,
    /// The path below its INPUT.
    pub name: Arc<str>,
    /// The name of the INPUT folder.
    pub folder: Arc<str>,
    /// Its length when listed; 0 for standard input and pipes.
    pub size: u64,
    /// When it was last changed, in nanoseconds since 1970; 0 when unknown.
    pub modified: u128,
}

impl Source {
    /// Whether it is standard input.
    pub fn is_stdin(&self) -> bool {
        self.path.as_os_str() == "-"
    }
}

/// One step of a listing.
#[derive(Clone, Debug)]
pub enum Listed {
    /// A file to read.
    File(Source),
    /// Something that ought to be read but cannot be: its name and why.
    Unreadable(Arc<str>, String),
    /// Something passed over on purpose, and why.
    Passed(String),
}

/// Which files are read.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    inputs: Vec<PathBuf>,
    /// Inputs from here on stand in a list of files, where folders tell files of one name apart.
    listed: usize,
    include: Option<GlobSet>,
    exclude: GlobSet,
    /// The output, which is never input.
    without: Option<PathBuf>,
}

impl Selection {
    /// The inputs as they are.
    pub fn of(inputs: &[PathBuf]) -> Result<Selection, Error> {
        Selection { inputs: inputs.to_vec(), listed: inputs.len(), ..Selection::default() }.checked()
    }

    /// The inputs of a job: its files and folders, then those of its list, without its output.
    pub fn of_job(job: &Job) -> Result<Selection, Error> {
        let mut inputs = job.inputs.clone();
        let listed = inputs.len();
        if let Some(list) = &job.files_from {
            let content = if list.as_os_str() == "-" {
                io::read_to_string(io::stdin())
            } else {
                fs::read_to_string(list)
            };
            let content = content.map_err(|source| Error::Input { path: list.clone(), source })?;
            // Sorted, so that the output does not depend on the order in which `find` came upon the files.
            // `find -print0` ends names with a NUL, since a name may hold a line end.
            let (names, end) = (content.as_str(), if content.contains('\0') { '\0' } else { '\n' });
            let mut names: Vec<&str> = names
                .split(end)
                .map(|name| if end == '\n' { name.strip_suffix('\r').unwrap_or(name) } else { name })
                .filter(|name| !name.is_empty())
                .collect();
            names.sort_unstable();
            names.dedup();
            inputs.extend(names.into_iter().map(PathBuf::from));
        }
        let without = if job.output.as_os_str() == "-" { None } else { job.output.canonicalize().ok() };
        if let Some(without) = &without {
            let is_own = |input: &PathBuf| input.canonicalize().is_ok_and(|input| input == *without);
            if let Some(input) = inputs.iter().find(|input| is_own(input)) {
                return Err(Error::Config(format!(
                    "`{}` is both input and output; give another --output",
                    input.display()
                )));
            }
        }
        let include = if job.glob.is_empty() { None } else { Some(globs(&job.glob)?) };
        Selection { inputs, listed, include, exclude: globs(&job.exclude)?, without }.checked()
    }

    fn checked(self) -> Result<Selection, Error> {
        for input in &self.inputs {
            if input.as_os_str() != "-" {
                input.metadata().map_err(|source| Error::Input { path: input.clone(), source })?;
            }
        }
        Ok(self)
    }

    /// Whether everything selected can be read a second time.
    pub fn is_repeatable(&self) -> bool {
        self.inputs.iter().all(|input| input.metadata().is_ok_and(|found| found.is_file() || found.is_dir()))
    }

    /// Whether files of one name may be among them: a folder tells its files apart, and so does a list.
    pub fn may_share_names(&self) -> bool {
        self.listed > 0 && self.inputs.len() > 1
    }

    /// Whether standard input is among them.
    pub fn has_stdin(&self) -> bool {
        self.inputs.iter().any(|input| input.as_os_str() == "-")
    }

    /// The files, in order; a folder is read when the walk comes to it.
    pub fn list(&self) -> Listing {
        Listing { selection: self.clone(), next: 0, levels: Vec::new(), root: "".into() }
    }
}

fn globs(patterns: &[String]) -> Result<GlobSet, Error> {
    let mut set = GlobSetBuilder::new();
    let wrong = |e: globset::Error| Error::Config(format!("wrong pattern: {e}"));
    for pattern in patterns {
        // A pattern without a slash matches at any depth, as in .gitignore.
        let pattern = if pattern.contains('/') { pattern.clone() } else { format!("**/{pattern}") };
        set.add(GlobBuilder::new(&pattern).literal_separator(true).build().map_err(wrong)?);
    }
    set.build().map_err(wrong)
}

/// A walk over the selected files.
#[derive(Debug)]
pub struct Listing {
    selection: Selection,
    next: usize,
    levels: Vec<Level>,
    root: Arc<str>,
}

/// A folder being walked: what is left of it, last first.
#[derive(Debug)]
struct Level {
    path: PathBuf,
    below: String,
    entries: Vec<(std::ffi::OsString, FileType)>,
}

impl Iterator for Listing {
    type Item = Listed;

    fn next(&mut self) -> Option<Listed> {
        loop {
            if let Some(level) = self.levels.last_mut() {
                let Some((name, kind)) = level.entries.pop() else {
                    self.levels.pop();
                    continue;
                };
                let path = level.path.join(&name);
                let below = if level.below.is_empty() {
                    lossless(&name)
                } else {
                    format!("{}/{}", level.below, lossless(&name))
                };
                if let Some(listed) = self.entry(path, below, kind) {
                    return Some(listed);
                }
                continue;
            }
            let input = self.selection.inputs.get(self.next)?.clone();
            let is_listed = self.next >= self.selection.listed;
            self.next += 1;
            if let Some(listed) = self.input(&input, is_listed) {
                return Some(listed);
            }
        }
    }
}

impl Listing {
    /// An input as the user gave it: whatever it is, it was meant.
    fn input(&mut self, input: &Path, is_listed: bool) -> Option<Listed> {
        if input.as_os_str() == "-" {
            let (path, name) = (input.to_owned(), Arc::from("stdin"));
            return Some(Listed::File(Source {
                path,
                folder: Arc::clone(&name),
                name,
                size: 0,
                modified: 0,
            }));
        }
        let whole = input.strip_prefix(".").unwrap_or(input).as_os_str();
        let name = lossless(if is_listed { whole } else { input.file_name().unwrap_or(whole) });
        match input.metadata() {
            Err(e) => Some(Listed::Unreadable(name.into(), format!("cannot be read: {e}"))),
            Ok(found) if found.is_dir() => {
                self.root = folder_name(input).into();
                self.enter(input.to_owned(), String::new())
            }
            Ok(found) => {
                let parent = input.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
                Some(Listed::File(source(input.to_owned(), name, folder_name(parent).into(), &found)))
            }
        }
    }

    fn entry(&mut self, path: PathBuf, below: String, kind: FileType) -> Option<Listed> {
        if below.rsplit('/').next().is_some_and(|name| name.starts_with('.'))
            || self.selection.exclude.is_match(&below)
        {
            return None;
        }
        let is_own = |own: &PathBuf| {
            own.file_name() == path.file_name() && path.canonicalize().is_ok_and(|path| path == *own)
        };
        if self.selection.without.as_ref().is_some_and(is_own) {
            return Some(Listed::Passed(format!("`{}` is the output and is not read", path.display())));
        }
        if kind.is_dir() && has_run(&path) {
            return Some(Listed::Passed(format!(
                "`{}` is the output of another run and is not read; name it as an INPUT if it should be",
                path.display()
            )));
        }
        if kind.is_dir() {
            return self.enter(path, below);
        }
        // The records of an output are documents, its card is none.
        if below == "README.md" && path.parent().is_some_and(has_run) {
            return None;
        }
        if self.selection.include.as_ref().is_some_and(|include| !include.is_match(&below)) {
            return None;
        }
        if !kind.is_file() {
            let what = if kind.is_symlink() { "a link" } else { "neither file nor folder" };
            return Some(Listed::Passed(format!(
                "`{}` is {what} and is not read; name it as an INPUT if it should be",
                path.display()
            )));
        }
        match path.metadata() {
            Ok(found) => Some(Listed::File(source(path, below, Arc::clone(&self.root), &found))),
            Err(e) => Some(Listed::Unreadable(below.into(), format!("cannot be read: {e}"))),
        }
    }

    fn enter(&mut self, path: PathBuf, below: String) -> Option<Listed> {
        let mut entries = Vec::new();
        let read = path.read_dir().and_then(|found| {
            for entry in found {
                let entry = entry?;
                entries.push((entry.file_name(), entry.file_type()?));
            }
            Ok(())
        });
        entries.sort_unstable_by(|a, b| b.0.cmp(&a.0));
        let name: Arc<str> = if below.is_empty() { Arc::clone(&self.root) } else { below.as_str().into() };
        self.levels.push(Level { path, below, entries });
        read.err().map(|e| Listed::Unreadable(name, format!("the folder cannot be read: {e}")))
    }
}

/// Whether a folder is the output of a run, finished or not.
fn has_run(folder: &Path) -> bool {
    folder.join(".copydesk").is_dir()
}

fn source(path: PathBuf, name: String, folder: Arc<str>, found: &fs::Metadata) -> Source {
    let modified = found.modified().ok().and_then(|t| t.duration_since(UNIX_EPOCH).ok());
    let size = if found.is_file() { found.len() } else { 0 };
    Source { path, name: name.into(), folder, size, modified: modified.map_or(0, |t| t.as_nanos()) }
}

fn folder_name(path: &Path) -> String {
    path.canonicalize().ok().and_then(|p| p.file_name().map(lossless)).unwrap_or_default()
}

/// A file name as text. One that is not valid UTF-8 has its stray bytes, and its backslashes, written as `\xFF`.
fn lossless(name: &OsStr) -> String {
    if let Some(name) = name.to_str() {
        return name.to_owned();
    }
    let mut out = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        out += &chunk.valid().replace('\\', "\\x5C");
        for byte in chunk.invalid() {
            out += &format!("\\x{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(selection: &Selection) -> Vec<String> {
        let name = |listed| match listed {
            Listed::File(source) => source.name.to_string(),
            Listed::Unreadable(name, _) => format!("!{name}"),
            Listed::Passed(_) => "-".into(),
        };
        selection.list().map(name).collect()
    }

    #[test]
    fn walks_in_sorted_order_and_passes_over_what_is_no_file() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.txt", "a/z.txt", "a/y.md", "a.txt", ".hidden", "out/part.txt"] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        let mut expected = vec!["a/y.md", "a/z.txt", "a.txt", "b.txt"];
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(folder.path(), folder.path().join("c-loop")).unwrap();
            std::os::unix::fs::symlink("nowhere", folder.path().join("d-dangling")).unwrap();
            expected.extend(["-", "-"]);
        }
        expected.push("-");
        let mut job =
            Job { inputs: vec![folder.path().into()], output: folder.path().join("out"), ..Job::default() };
        assert_eq!(names(&Selection::of_job(&job).unwrap()), expected);
        job.glob = vec!["*.txt".into()];
        job.exclude = vec!["a".into()];
        job.output = "elsewhere".into();
        assert_eq!(names(&Selection::of_job(&job).unwrap()), ["a.txt", "b.txt", "out/part.txt"]);
        job.output = folder.path().into();
        assert!(Selection::of_job(&job).is_err());
        let other = folder.path().join("a");
        fs::create_dir(other.join(".copydesk")).unwrap();
        fs::write(other.join("README.md"), "x").unwrap();
        job = Job { inputs: vec![folder.path().into()], glob: vec!["*.md".into()], ..Job::default() };
        assert_eq!(names(&Selection::of_job(&job).unwrap()), ["-"]);
        job.inputs = vec![other];
        assert_eq!(names(&Selection::of_job(&job).unwrap()), ["y.md"]);
    }

    #[cfg(unix)]
    #[test]
    fn stray_bytes_in_names_are_kept() {
        use std::os::unix::ffi::OsStrExt;
        assert_eq!(lossless(OsStr::from_bytes(b"a\\\xFFb")), "a\\x5C\\xFFb");
        assert_eq!(lossless(OsStr::new("a\\b\n")), "a\\b\n");
    }
}

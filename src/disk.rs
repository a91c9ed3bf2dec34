//! The operations on files that a run depends on, each of which can be made to fail: so that a test can fail the Nth of
//! them for every N. What is read and written is decided elsewhere.

use std::fmt;
use std::fs;
use std::fs::File;
use std::fs::OpenOptions;
use std::io;
use std::io::Read;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

/// What is about to be done to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// Open it for reading.
    Open,
    /// Read from it.
    Read,
    /// Create it, or open it for appending.
    Create,
    /// Write to it.
    Write,
    /// Have the system put it on the disk.
    Sync,
    /// Give it its final name.
    Rename,
    /// Remove it.
    Remove,
}

/// Called before each operation; what it returns instead of `Ok` is the operation's outcome.
pub type Hook = Arc<dyn Fn(Op, &Path) -> io::Result<()> + Send + Sync>;

/// The file system, with a hook before every operation.
#[derive(Clone, Default)]
pub struct Disk {
    hook: Option<Hook>,
}

impl fmt::Debug for Disk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Disk")
    }
}

impl Disk {
    /// A file system whose operations pass through `hook`.
    pub fn with_hook(hook: Hook) -> Disk {
        Disk { hook: Some(hook) }
    }

    fn check(&self, op: Op, path: &Path) -> io::Result<()> {
        self.hook.as_ref().map_or(Ok(()), |hook| hook(op, path))
    }

    /// Opens a file for reading.
    pub fn open(&self, path: &Path) -> io::Result<Input> {
        self.check(Op::Open, path)?;
        Ok(Input { file: File::open(path)?, path: path.to_owned(), disk: self.clone() })
    }

    /// Creates a file, or empties it.
    pub fn create(&self, path: &Path) -> io::Result<Output> {
        self.check(Op::Create, path)?;
        Ok(Output { file: File::create(path)?, path: path.to_owned(), disk: self.clone() })
    }

    /// Opens a file for appending, cut to `length` first; it must hold that much.
    pub fn append(&self, path: &Path, length: u64) -> io::Result<Output> {
        self.check(Op::Create, path)?;
        let file = OpenOptions::new().append(true).create(length == 0).open(path)?;
        if file.metadata()?.len() < length {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "shorter than the run's notes say"));
        }
        file.set_len(length)?;
        Ok(Output { file, path: path.to_owned(), disk: self.clone() })
    }

    /// Gives a file its final name, for good: the folder is synced too.
    pub fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.check(Op::Rename, to)?;
        fs::rename(from, to)?;
        self.sync_folder(to)
    }

    /// Removes a file; one that is not there is fine.
    pub fn remove(&self, path: &Path) -> io::Result<()> {
        self.check(Op::Remove, path)?;
        match fs::remove_file(path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
            _ => Ok(()),
        }
    }

    /// Writes a whole file under a temporary name and renames it, so that it is old or new, never half.
    pub fn replace(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".tmp");
        let temporary = path.with_file_name(name);
        let mut file = self.create(&temporary)?;
        file.write_all(content)?;
        file.sync()?;
        self.rename(&temporary, path)
    }

    #[cfg(unix)]
    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        self.check(Op::Sync, folder)?;
        File::open(folder)?.sync_all()
    }

    #[cfg(not(unix))]
    fn sync_folder(&self, _path: &Path) -> io::Result<()> {
        Ok(())
    }
}

/// A file being read.
#[derive(Debug)]
pub struct Input {
    file: File,
    path: PathBuf,
    disk: Disk,
}

impl Input {
    /// The file itself.
    pub const fn file(&mut self) -> &mut File {
        &mut self.file
    }
}

impl Read for Input {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.disk.check(Op::Read, &self.path)?;
        self.file.read(buf)
    }
}

/// A file being written.
#[derive(Debug)]
pub struct Output {
    file: File,
    path: PathBuf,
    disk: Disk,
}

impl Output {
    /// Has the system put what was written on the disk.
    pub fn sync(&self) -> io::Result<()> {
        self.disk.check(Op::Sync, &self.path)?;
        self.file.sync_data()
    }
}

impl Write for Output {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.disk.check(Op::Write, &self.path)?;
        self.file.write(buf)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

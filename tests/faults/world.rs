//! A folder with inputs to run in, and the invariants.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::io::Write as _;
use std::ops::Deref;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use copydesk::Cleaner;
use copydesk::Config;
use copydesk::Error;
use copydesk::config::Job;
use copydesk::config::Step;
use copydesk::output::manifest::Manifest;
use copydesk::report::Report;
use copydesk::run::Surroundings;
use copydesk::run::verify::verify;

/// Every file below a folder, by name.
pub(crate) type Tree = BTreeMap<String, Vec<u8>>;

/// What a run left, apart from what holds times: the report page, which is written last, beside its place first.
pub(crate) fn tree(folder: &Path) -> Tree {
    fn walk(folder: &Path, below: &str, into: &mut Tree) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = format!("{below}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                walk(&entry.path(), &format!("{name}/"), into);
            } else if !name.contains("report.html") && !name.ends_with("/lock") {
                into.insert(name, fs::read(entry.path()).unwrap_or_default());
            }
        }
    }
    let mut tree = Tree::new();
    walk(folder, "", &mut tree);
    tree
}

/// The names whose bytes differ: a message that can be read.
pub(crate) fn differing(a: &Tree, b: &Tree) -> Vec<String> {
    let names = a.keys().chain(b.keys());
    let mut names: Vec<String> = names.filter(|name| a.get(*name) != b.get(*name)).cloned().collect();
    names.dedup();
    names
}

pub(crate) struct World {
    folder: tempfile::TempDir,
    inputs: Tree,
}

/// A command that has ended: what it said, and the most memory that it was seen to take.
pub(crate) struct Ended {
    output: Output,
    pub(crate) peak: u64,
}

impl Deref for Ended {
    type Target = Output;

    fn deref(&self) -> &Output {
        &self.output
    }
}

impl Ended {
    /// Waits for a command.
    pub(crate) fn of(mut child: Child) -> Ended {
        let path = format!("/proc/{}/status", child.id());
        let mut peak = 0;
        // What it says is read on the side, or a full pipe would have it wait.
        let (out, err) = (child.stdout.take(), child.stderr.take());
        let read = |pipe: Option<Box<dyn Read + Send>>| {
            std::thread::spawn(move || {
                let mut said = Vec::new();
                pipe.map(|mut pipe| pipe.read_to_end(&mut said));
                said
            })
        };
        let out = read(out.map(|pipe| Box::new(pipe) as Box<dyn Read + Send>));
        let err = read(err.map(|pipe| Box::new(pipe) as Box<dyn Read + Send>));
        let status = loop {
            if let Some(status) = child.try_wait().expect("a child") {
                break status;
            }
            let told = fs::read_to_string(&path).unwrap_or_default();
            let line = told.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0");
            let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().unwrap_or(0);
            peak = peak.max(kilobytes << 10);
            std::thread::sleep(Duration::from_millis(2));
        };
        let [stdout, stderr] = [out, err].map(|thread| thread.join().expect("read"));
        Ended { output: Output { status, stdout, stderr }, peak }
    }

    pub(crate) fn said(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }
}

/// What no run at default settings may exceed, in bytes.
const MOST_MEMORY: u64 = 300 << 20;

impl World {
    /// A world whose `in/` holds these files.
    pub(crate) fn new(files: &[(&str, &[u8])]) -> World {
        // Small worlds are in memory, where there is such a place: runs wait for the disk at every turn.
        let memory = Path::new("/dev/shm");
        let size: usize = files.iter().map(|(_, content)| content.len()).sum();
        let is_small = size < 16 << 20 && memory.is_dir();
        let folder = if is_small { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        let folder = folder.expect("a folder");
        for (name, content) in files {
            let path = folder.path().join("in").join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, content).expect("written");
        }
        let inputs = tree(&folder.path().join("in"));
        World { folder, inputs }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_copydesk"));
        command.args(args).current_dir(self.folder.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn start(&self, args: &[&str]) -> Child {
        self.command(args).spawn().expect("the command starts")
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ended {
        Ended::of(self.start(args))
    }

    /// A job over `in/` into `out`.
    pub(crate) fn job(&self, out: &str) -> Job {
        Job {
            inputs: vec![self.path("in")],
            output: self.path(out),
            threads: 2,
            checkpoint: 1,
            ..Job::default()
        }
    }

    pub(crate) fn manifest(&self, out: &str) -> Manifest {
        Manifest::read(&self.path(out)).expect("whole").expect("a manifest")
    }

    /// The invariants, whatever happened: for a command that has `ended` (or a run inside the test), the folder `out` that it
    /// wrote to, and what an undisturbed run writes.
    pub(crate) fn check(&self, ended: Option<&Ended>, out: &str, clean: Option<&Tree>) {
        if let Some(ended) = ended {
            let said = ended.said();
            // I1: no panic, no crash, a documented exit code (none when we killed it).
            assert!(!said.contains("panicked"), "{said}");
            match (ended.status.code(), ended.status.signal()) {
                (Some(code), _) => {
                    assert!([0, 1, 2, 3, 130, 143].contains(&code), "exit code {code}: {said}");
                }
                (None, signal) => assert_eq!(signal, Some(9), "ended by a signal that is not ours: {said}"),
            }
            // I5: memory is bounded.
            assert!(ended.peak < MOST_MEMORY, "{} MB", ended.peak >> 20);
        }
        let folder = self.path(out);
        let found = tree(&folder);
        match Manifest::read(&folder).expect("a manifest is whole or absent") {
            Some(manifest) => {
                // I2: every record is accounted for.
                assert!(manifest.report.is_balanced(), "{:?}", manifest.report);
                // I3: parts match their checksums, and there are no others.
                assert_eq!(verify(&folder).expect("readable").faults, [""; 0]);
                // Nothing temporary is left of a finished run.
                let left: Vec<_> =
                    found.keys().filter(|n| n.contains("tmp") || n.contains("work/")).collect();
                assert!(left.is_empty(), "{left:?}");
                // I4: taken up or not, the bytes are those of an undisturbed run. A run that is cut short at its very end
                // leaves its notes, and the next one removes them.
                if let Some(clean) = clean {
                    let mut different = differing(clean, &found);
                    different.retain(|name| name != ".copydesk/notes");
                    assert_eq!(different, [""; 0], "not what an undisturbed run writes");
                }
            }
            None => {
                // I3: a part with its final name is complete: it is that of the undisturbed run.
                if let Some(clean) = clean {
                    for (name, bytes) in found.iter().filter(|(name, _)| is_part(name)) {
                        assert_eq!(clean.get(name), Some(bytes), "{name} is not that of a clean run");
                    }
                }
            }
        }
        // I6: the inputs are what they were.
        assert!(differing(&self.inputs, &tree(&self.path("in"))).is_empty(), "inputs were touched");
    }
}

fn is_part(name: &str) -> bool {
    name.starts_with("part-") || name.contains("/part-")
}

/// A cleaner that parses and writes, and no more.
pub(crate) fn passing(part_size: u64) -> Cleaner {
    let mut config = Config { steps: Vec::<Step>::new().into(), ..Config::default() };
    config.output.part_size = part_size;
    Cleaner::new(config).expect("a cleaner")
}

pub(crate) fn run_in(around: &Surroundings, cleaner: &Cleaner, job: &Job) -> Result<Report, Error> {
    copydesk::run::run_in(around, cleaner, job, &mut |_| {})
}

pub(crate) fn with_hook(
    hook: impl Fn(copydesk::disk::Op, &Path) -> std::io::Result<()> + Send + Sync + 'static,
) -> Surroundings {
    Surroundings { disk: copydesk::disk::Disk::with_hook(Arc::new(hook)), ..Surroundings::default() }
}

/// Records that differ, in several languages.
pub(crate) fn dump(n: usize) -> Vec<u8> {
    let words = ["river", "Brücke", "мост", "council", "été", "橋", "market", "train"];
    let mut out = Vec::new();
    for i in 0..n {
        let body: Vec<&str> = (0..20).map(|k| words[(i * 7 + k * k) % words.len()]).collect();
        let line = format!(
            "{{\"id\":\"n{i}\",\"url\":\"https://www.site{}.example/{i}\",\"text\":\"The {} of day {i}. \\nIt went on: {}.\",\"n\":{i}}}\n",
            i % 3,
            words[i % 8],
            body.join(" ")
        );
        out.extend_from_slice(line.as_bytes());
    }
    out
}

pub(crate) fn gzip(data: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    writer.write_all(data).expect("packed");
    writer.finish().expect("packed")
}

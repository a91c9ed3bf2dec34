//! A folder to run in, with the laws of any run: every record accounted for, parts as the manifest says, and the same
//! bytes for any number of threads.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use copydesk::Cleaner;
use copydesk::config::Job;
use copydesk::report::Report;
use copydesk::run;
use copydesk::run::verify::verify;

pub(crate) struct Scratch(tempfile::TempDir);

impl Scratch {
    pub(crate) fn new() -> Scratch {
        // Memory, where there is such a place: a run waits for the disk at every turn.
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        let scratch = Scratch(folder.expect("a folder"));
        fs::create_dir(scratch.path("in")).expect("a folder");
        scratch
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn input(&self, name: &str, content: &[u8]) {
        fs::write(self.path("in").join(name), content).expect("written");
    }

    /// Cleans the inputs with one thread and with two.
    pub(crate) fn run_alike(&self, cleaner: &Cleaner) -> Report {
        let [one, two] = [1, 2].map(|threads| {
            let output = self.path(&format!("out{threads}"));
            let job = Job {
                inputs: vec![self.path("in")],
                output: output.clone(),
                threads,
                // Small, so that there is more than one batch.
                memory: 1 << 16,
                ..Job::default()
            };
            let report = run(cleaner, &job, &mut |_| {}).expect("a run ends");
            assert!(report.is_balanced(), "{report:?}");
            assert_eq!(verify(&output).expect("readable").faults, [""; 0]);
            (report, tree(&output))
        });
        assert_eq!(one.0, two.0);
        assert!(one.1 == two.1, "two threads write something else than one");
        one.0
    }
}

fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut tree = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let content = fs::read(&path).expect("a file");
                tree.insert(path.strip_prefix(folder).expect("below").to_owned(), content);
            }
        }
    }
    tree
}

//! What a run is asked to do besides the settings that shape its records: where to read and write, and with what.

use std::path::PathBuf;

/// What a run is asked to do besides the settings that shape its records.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Files and folders to read; `-` is standard input.
    pub inputs: Vec<PathBuf>,
    /// A file that names further inputs, one a line; they are read in sorted order.
    pub files_from: Option<PathBuf>,
    /// Only files in folders that match one of these patterns.
    pub glob: Vec<String>,
    /// No files or folders that match one of these patterns.
    pub exclude: Vec<String>,
    /// The folder, file or `-` to write to.
    pub output: PathBuf,
    /// Worker threads; 0 means one per core.
    pub threads: usize,
    /// Stop after so many records.
    pub limit: Option<u64>,
    /// Replace what the output folder holds.
    pub overwrite: bool,
    /// Standard input is what it was when the run in the output folder read it, of which nothing can be known here.
    pub resume: bool,
    /// Which part of the input this run is to clean: number, from 1, and how many there are.
    pub shard: Option<(u32, u32)>,
    /// Where the lines come from that recur across the documents of one site.
    pub templates: Templates,
    /// How much memory to stay below, in bytes.
    pub memory: u64,
    /// Do everything but write.
    pub dry_run: bool,
    /// How often to note how far the run has come: every so many bytes of output.
    pub checkpoint: u64,
}

/// Where the lines come from that recur across the documents of one site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Templates {
    /// A first pass over the input counts them, where the input can be read twice.
    #[default]
    Auto,
    /// None are known.
    Off,
    /// A file that an earlier run or `templates learn` wrote.
    File(PathBuf),
}

impl Default for Job {
    fn default() -> Job {
        Job {
            inputs: Vec::new(),
            files_from: None,
            glob: Vec::new(),
            exclude: Vec::new(),
            output: PathBuf::new(),
            threads: 0,
            limit: None,
            overwrite: false,
            resume: false,
            shard: None,
            templates: Templates::Auto,
            memory: 256 << 20,
            dry_run: false,
            checkpoint: 128 << 20,
        }
    }
}

//! The first of the two passes: counts the lines of every site over the whole input, in bounded memory, by sorted runs on
//! disk. The sums depend on nothing but the documents: not on their order, nor on threads or shards.
//!
//! A file of templates is a line that says what it holds, and a zstd frame of rows in ascending order. One with all rows
//! can be joined with others exactly; one with the recurring rows alone is small.

use std::fs::File;
use std::io;
use std::io::BufRead;
use std::io::BufReader;
use std::io::BufWriter;
use std::io::Read;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

use foldhash::quality::RandomState;
use sha2::Digest;
use sha2::Sha256;

use crate::boilerplate::site::site;
use crate::boilerplate::templates::Recurrence;
use crate::boilerplate::templates::Sighting;
use crate::boilerplate::templates::Templates;
use crate::boilerplate::templates::observe;
use crate::config;
use crate::config::Job;
use crate::disk::Disk;
use crate::document::Edit;
use crate::error::Error;
use crate::input::Item;
use crate::input::RawDocument;
use crate::input::chunks::Chunks;
use crate::input::chunks::Part;
use crate::input::chunks::Position;
use crate::input::list::Selection;
use crate::output;
use crate::output::folder;
use crate::output::parts::hex;
use crate::pipeline::Cleaner;
use crate::report::Report;
use crate::run::Event;
use crate::run::Surroundings;
use crate::run::pipe;
use crate::run::repairs::Key;
use crate::run::repairs::Repairs;
use crate::run::repairs::key;
use crate::run::sums::Ascending;
use crate::run::sums::Merge;
use crate::run::sums::ReadRows;
use crate::run::sums::Sums;
use crate::run::sums::sort;
use crate::run::worker;

/// Which rows a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// All of them.
    All,
    /// Those of several documents.
    Recurring,
}

impl Rows {
    const fn header(self) -> &'static str {
        match self {
            Rows::All => "copydesk templates 2 all\n",
            Rows::Recurring => "copydesk templates 2 recurring\n",
        }
    }
}

/// Where a run's templates come from.
pub(crate) enum Source {
    Nowhere,
    /// A pass over the input, the result of which is kept here.
    Counted {
        path: PathBuf,
        /// Where sums are put aside meanwhile: in an output folder the place that a run empties at its end, however an
        /// earlier one ended.
        aside: PathBuf,
        _folder: Option<tempfile::TempDir>,
    },
    Given(Templates, String),
}

impl Source {
    pub(crate) fn of(cleaner: &Cleaner, job: &Job, selection: &Selection) -> Result<Source, Error> {
        if !cleaner.config().steps.boilerplate {
            return Ok(Source::Nowhere);
        }
        match &job.templates {
            config::Templates::File(path) => load(path).map(|(known, digest)| Source::Given(known, digest)),
            config::Templates::Auto if selection.is_repeatable() && job.limit.is_none() => {
                if output::is_folder(&job.output) && !job.dry_run {
                    let (path, aside) = (job.output.join(folder::KEPT), job.output.join(folder::WORK));
                    return Ok(Source::Counted { path, aside, _folder: None });
                }
                let folder = tempfile::tempdir();
                let folder = folder.map_err(|source| Error::Output { path: std::env::temp_dir(), source })?;
                let (path, aside) = (folder.path().join("templates"), folder.path().to_owned());
                Ok(Source::Counted { path, aside, _folder: Some(folder) })
            }
            config::Templates::Auto | config::Templates::Off => Ok(Source::Nowhere),
        }
    }

    /// What a run's settings say of it.
    pub(crate) fn name(&self) -> String {
        match self {
            Source::Nowhere => String::new(),
            Source::Counted { .. } => "auto".into(),
            Source::Given(_, digest) => digest.clone(),
        }
    }

    /// The templates: read, or counted unless an earlier run has; `repairs` then gets what was repaired.
    pub(crate) fn known(
        self,
        around: &Surroundings,
        cleaner: &Cleaner,
        what: (&Job, &Selection, u64),
        repairs: &mut Repairs,
        observe_run: &mut dyn FnMut(&Event<'_>),
    ) -> Result<Option<Templates>, Error> {
        let (path, aside) = match self {
            Source::Nowhere => return Ok(None),
            Source::Given(known, _) => return Ok(Some(known)),
            Source::Counted { ref path, ref aside, .. } => (path, aside),
        };
        if let Ok((known, _)) = load(path) {
            return Ok(Some(known));
        }
        count(around, cleaner, what, (path, Rows::Recurring, aside), repairs, observe_run)?;
        load(path).map(|(known, _)| Some(known))
    }
}

/// Counts the lines of the whole input, with sums put aside meanwhile, and writes the rows asked for. What it repairs goes to
/// `repairs`.
pub(crate) fn count(
    around: &Surroundings,
    cleaner: &Cleaner,
    (job, selection, total): (&Job, &Selection, u64),
    (to, rows, aside): (&Path, Rows, &Path),
    repairs: &mut Repairs,
    observe_run: &mut dyn FnMut(&Event<'_>),
) -> Result<Report, Error> {
    let fail = |source| Error::Output { path: to.to_owned(), source };
    let mut sums = Sums::new(aside, job.memory).map_err(fail)?;
    let input = cleaner.config().input.clone();
    let chunks = Chunks::new(around.disk.clone(), input, selection.list(), Position::default(), None);
    let mut report = Report::default();
    let keys = repairs.keys();
    let width = super::width(job, &report);
    let threads = width.threads;
    let is_whole = pipe::drive(
        chunks,
        width,
        &around.stop,
        &|parts| (count_batch(cleaner, &keys, parts), 0),
        &mut |done| {
            let Counted { seen, repairs: found, documents, rejected } = done.result;
            report.documents_in += documents + rejected;
            report.rejected += rejected;
            repairs.add(found);
            observe_run(&Event::Counting { documents: report.documents_in, done: done.consumed, total });
            sums.add(&seen).map_err(fail)
        },
    )?;
    if !is_whole {
        return Err(Error::Interrupted);
    }
    // What they hold is still being read.
    let (merge, runs) = sums.finish(threads).map_err(fail)?;
    let written = write(&around.disk, to, rows, merge, aside).map_err(fail);
    drop(runs);
    written.map(|()| report)
}

/// What the first pass makes of a batch.
#[derive(Default)]
struct Counted {
    /// Sorted.
    seen: Vec<Sighting>,
    repairs: Vec<(Key, Vec<Edit>)>,
    documents: u64,
    rejected: u64,
}

fn count_batch(cleaner: &Cleaner, keys: &RandomState, parts: &[Part]) -> Counted {
    let mut counted = Counted::default();
    for part in parts {
        let Part::Chunk(chunk) = part else {
            counted.rejected += u64::from(matches!(part, Part::Reject(_)));
            continue;
        };
        chunk.records(&cleaner.config().input, &mut |item| {
            let Item::Document(raw) = item else {
                counted.rejected += 1;
                return;
            };
            counted.documents += 1;
            // What cannot be cleaned does not count, either.
            let observed = worker::guarded(|| {
                let decoded = worker::decoded(&raw);
                let repaired = cleaner.repaired(&decoded);
                (!decoded.binary).then(|| {
                    let site = site(&raw.url);
                    let site = site.as_deref().unwrap_or(&raw.source);
                    let observed = observe(site, &raw.url, &repaired.text);
                    (observed, key(keys, &decoded.text), repaired.edits)
                })
            });
            if let Ok(Some((observed, key, edits))) = observed {
                counted.seen.extend(observed.sightings());
                counted.repairs.push((key, edits));
            }
        });
    }
    sort(&mut counted.seen);
    counted
}

/// Writes a file in a folder of its own below `aside`, and gives it its name when it is complete: any other name beside its
/// place might be somebody's.
fn write(disk: &Disk, to: &Path, rows: Rows, merge: Merge, aside: &Path) -> io::Result<()> {
    if output::is_stream(to) {
        return write_rows(output::stream(to)?, rows, merge)?.flush();
    }
    let folder = tempfile::tempdir_in(aside)?;
    let temporary = folder.path().join("templates");
    let file = write_rows(BufWriter::new(disk.create(&temporary)?), rows, merge)?;
    file.into_inner().map_err(io::IntoInnerError::into_error)?.sync()?;
    disk.rename(&temporary, to)
}

fn write_rows<W: Write>(mut file: W, rows: Rows, merge: Merge) -> io::Result<W> {
    file.write_all(rows.header().as_bytes())?;
    // The second pass waits for it: twice as fast as the next level, for a twenty-fifth more bytes.
    let mut writer = zstd::stream::write::Encoder::new(file, 1)?;
    writer.include_checksum(true)?;
    for row in merge {
        let row = row?;
        if rows == Rows::All || row.distinct() >= 2 {
            writer.write_all(&row.to_bytes())?;
        }
    }
    writer.finish()
}

/// Where things are put aside for an output that a user named: in its folder, from which they can be renamed.
fn beside(to: &Path) -> PathBuf {
    if output::is_stream(to) {
        return std::env::temp_dir();
    }
    to.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
}

fn open(path: &Path) -> io::Result<(Rows, Ascending)> {
    let mut file = BufReader::new(File::open(path)?);
    let mut header = String::new();
    (&mut file).take(64).read_line(&mut header)?;
    let rows = [Rows::All, Rows::Recurring].into_iter().find(|rows| rows.header() == header);
    let foreign = || {
        let is_other = header.starts_with("copydesk templates ");
        let of_others = "templates counted by another version of copydesk, which tells lines apart otherwise";
        io::Error::new(
            io::ErrorKind::InvalidData,
            if is_other { of_others } else { "not a file of templates" },
        )
    };
    let rows = rows.ok_or_else(foreign)?;
    Ok((rows, Box::new(ReadRows(zstd::stream::read::Decoder::with_buffer(file)?))))
}

/// Reads a file of templates; what recurs, and a checksum of the file.
pub fn load(path: &Path) -> Result<(Templates, String), Error> {
    let fail = |source| Error::Input { path: path.to_owned(), source };
    let digest = hex(&Sha256::digest(std::fs::read(path).map_err(fail)?));
    let mut fault = None;
    let (_, rows) = open(path).map_err(fail)?;
    let rows = rows.map_while(|row| row.map_err(|e| fault = Some(e)).ok());
    let templates = Templates::from_rows(rows);
    fault.map_or(Ok((templates, digest)), |e| Err(fail(e)))
}

/// What recurs on the sites of a job's inputs, counted or read as a run would.
pub fn of_job(
    around: &Surroundings,
    cleaner: &Cleaner,
    job: &Job,
    observe_run: &mut dyn FnMut(&Event<'_>),
) -> Result<Option<Templates>, Error> {
    let selection = Selection::of_job(job)?;
    let total = super::survey::Survey::of(&selection).inputs.bytes;
    Source::of(cleaner, job, &selection)?.known(
        around,
        cleaner,
        (job, &selection, total),
        &mut Repairs::new(0),
        observe_run,
    )
}

/// Counts the lines of the inputs of a job into a file that can be joined with others.
pub fn learn(
    around: &Surroundings,
    cleaner: &Cleaner,
    job: &Job,
    observe_run: &mut dyn FnMut(&Event<'_>),
) -> Result<Report, Error> {
    let selection = Selection::of_job(job)?;
    let total = super::survey::Survey::of(&selection).inputs.bytes;
    let aside = beside(&job.output);
    let to = (job.output.as_path(), Rows::All, aside.as_path());
    count(around, cleaner, (job, &selection, total), to, &mut Repairs::new(0), observe_run)
}

/// The lines of a document that recur on its site.
pub fn recurring(cleaner: &Cleaner, known: &Templates, raw: &RawDocument<'_>) -> Vec<(String, Recurrence)> {
    let decoded = worker::decoded(raw);
    let text = cleaner.readable(&decoded);
    let own = site(&raw.url);
    let Some(stats) = known.site(own.as_deref().unwrap_or(&raw.source)) else { return Vec::new() };
    let lines = text.lines().filter_map(|line| Some((line.to_owned(), stats.line(line)?)));
    lines.collect()
}

/// Joins files of templates, in any order.
pub fn merge(files: &[PathBuf], to: &Path) -> Result<(), Error> {
    let mut readers = Vec::new();
    for path in files {
        let fail = |source| Error::Input { path: path.clone(), source };
        let (rows, reader) = open(path).map_err(fail)?;
        if rows == Rows::Recurring {
            return Err(Error::Config(format!(
                "`{}` holds only what recurs within it; join files made by `templates learn`",
                path.display()
            )));
        }
        readers.push(reader);
    }
    let fail = |source| Error::Output { path: to.to_owned(), source };
    let merge = Merge::new(readers).map_err(fail)?;
    write(&Disk::default(), to, Rows::All, merge, &beside(to)).map_err(fail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boilerplate::templates::CorpusStats;
    use crate::boilerplate::templates::Row;
    use crate::run::sums::summed;

    fn seen_of(site: &str, n: u64, text: &str) -> Vec<Sighting> {
        observe(site, &format!("u{n}"), text).sightings().collect()
    }

    fn rows(mut seen: Vec<Sighting>) -> impl Iterator<Item = io::Result<Row>> {
        sort(&mut seen);
        summed(seen)
    }

    /// A number in letters: digits are all alike to a line's key.
    fn word(n: u64) -> String {
        n.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect()
    }

    #[test]
    fn sums_on_disk_are_those_in_memory_in_any_order() {
        let folder = tempfile::tempdir().unwrap();
        let all: Vec<Sighting> = (0..9000)
            .flat_map(|n| {
                let site = ["a.example", "b.example"][n as usize % 2];
                seen_of(site, n, &format!("Home\nStory {}\nShare {}", word(n), word(n % 7)))
            })
            .collect();
        let mut stats = CorpusStats::empty();
        for seen in &all {
            stats.add_row(&Row::of(seen));
        }
        for threads in [1, 2] {
            let mut sums = Sums::new(folder.path(), 0).unwrap();
            for chunk in all.chunks(700).rev() {
                sums.add(chunk).unwrap();
            }
            let (merge, runs) = sums.finish(threads).unwrap();
            assert!(runs.written > 1, "{} runs", runs.written);
            let merged: Vec<Row> = merge.map(Result::unwrap).collect();
            assert!(merged.iter().eq(stats.rows()));
        }
    }

    #[test]
    fn files_join_exactly_and_foreign_ones_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let file = |name: &str, which: Rows, of: Vec<Sighting>| {
            let merge = Merge::new(vec![Box::new(rows(of))]).unwrap();
            write(&Disk::default(), &path(name), which, merge, folder.path()).unwrap();
        };
        let seen = |from: u64, to: u64| -> Vec<Sighting> {
            (from..to).flat_map(|n| seen_of("a.example", n, &format!("Home\n{}", word(n)))).collect()
        };
        file("whole", Rows::All, seen(0, 50));
        file("a", Rows::All, seen(0, 20));
        file("b", Rows::All, seen(20, 50));
        merge(&[path("b"), path("a")], &path("joined")).unwrap();
        assert_eq!(std::fs::read(path("joined")).unwrap(), std::fs::read(path("whole")).unwrap());
        file("few", Rows::Recurring, seen(0, 50));
        assert_eq!(load(&path("few")).unwrap().0, load(&path("whole")).unwrap().0);
        assert!(merge(&[path("few")], &path("joined")).is_err());
        let mut bytes = std::fs::read(path("whole")).unwrap();
        let at = bytes.len() / 2;
        bytes[at] ^= 1;
        std::fs::write(path("whole"), bytes).unwrap();
        assert!(load(&path("whole")).is_err());
        std::fs::write(path("other"), "text").unwrap();
        assert!(load(&path("other")).is_err());
    }
}

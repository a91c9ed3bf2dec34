//! `inspect`: what would be done to documents, shown without writing anything.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

use copydesk::Cleaner;
use copydesk::Error;
use copydesk::audit;
use copydesk::audit::About;
use copydesk::audit::diff;
use copydesk::audit::diff::Mark;
use copydesk::boilerplate::site::site;
use copydesk::boilerplate::templates::Templates;
use copydesk::config::Job;
use copydesk::input::Documents;
use copydesk::input::Item;
use copydesk::input::RawDocument;
use copydesk::input::Reject;
use copydesk::input::text_id;
use copydesk::pipeline::Cleaned;
use copydesk::pipeline::Fate;
use copydesk::run::Surroundings;
use copydesk::run::templates;
use sha2::Digest;
use sha2::Sha256;

use crate::cli::args::Clean;
use crate::cli::args::Reading;
use crate::cli::args::When;
use crate::cli::clean;
use crate::cli::draw;
use crate::cli::draw::Shown;
use crate::cli::draw::Style;
use crate::cli::messages;
use crate::cli::pager;
use crate::cli::pager::Pager;
use crate::cli::progress::Progress;
use crate::cli::words;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// A file, a folder, or `-`
    input: PathBuf,
    /// Show this document only
    #[arg(conflicts_with = "sample")]
    id: Option<String>,
    /// Show N documents spread over the whole input, the same ones every time
    #[arg(long, value_name = "N")]
    sample: Option<usize>,
    /// The steps to run
    #[arg(long, value_name = "STEP,…", value_delimiter = ',')]
    steps: Option<Vec<String>>,
    #[command(flatten)]
    reading: Reading,
    /// The only languages that may be answered, as BCP 47 tags
    #[arg(long, value_name = "TAG,…", value_delimiter = ',')]
    languages: Option<Vec<String>>,
    /// Settings file (TOML) [default: ./copydesk.toml if there is one]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Use the rules in a file or in the files of a folder, too; may be repeated
    #[arg(long, value_name = "DIR")]
    rules: Vec<PathBuf>,
    /// Lines that recur across the documents of one site: counted in the whole input first, not used, or read from FILE
    #[arg(long, value_name = "auto|off|FILE")]
    templates: Option<PathBuf>,
    /// Colours and strike-through
    #[arg(long, value_enum, default_value_t)]
    color: When,
    /// Write straight to the terminal
    #[arg(long)]
    no_pager: bool,
}

pub(crate) fn run(args: &Args) -> Result<u8, Error> {
    let variables = words::variables_alone()?;
    let settings = Clean {
        steps: args.steps.clone().or(variables.steps),
        config: args.config.clone().or(variables.config),
        rules: if args.rules.is_empty() { variables.rules } else { args.rules.clone() },
        reading: args.reading.clone().or(variables.reading),
        languages: args.languages.clone().or(variables.languages),
        templates: args.templates.clone().or(variables.templates),
        quiet: true,
        ..variables
    };
    let cleaner = Cleaner::new(clean::settings(&settings)?)?;
    let known = recurring(args, settings.templates.as_deref(), &cleaner)?;
    let documents = Documents::open(std::slice::from_ref(&args.input), cleaner.config().input.clone())?;
    let rejected = Cell::new(0_u64);
    let set_aside = |reject: &Reject| {
        rejected.set(rejected.get() + 1);
        let place = format!("{} record {}: {}", reject.file, reject.record, reject.reason);
        messages::warn(&draw::visible(&place));
    };
    let documents = documents.filter_map(|item| match item {
        Item::Document(raw) => Some(raw),
        Item::Reject(reject) => {
            set_aside(&reject);
            None
        }
    });
    let mut chosen: Box<dyn Iterator<Item = RawDocument<'static>> + '_> = Box::new(documents);
    if let Some(id) = &args.id {
        let id = text_id(id.into());
        chosen = Box::new(chosen.filter(move |raw| raw.id == id).take(1));
    }
    if let Some(n) = args.sample {
        chosen = Box::new(sample(chosen, n).into_iter());
    }
    let style = pager::style(args.color);
    let mut out = Pager::start(!args.no_pager);
    let mut count = 0;
    for mut raw in chosen {
        if let Some(site) = site(&raw.url) {
            raw.source = site.into();
        }
        count += 1;
        let text = match drawn(&raw, &cleaner, known.as_ref(), style) {
            Ok(text) => text,
            Err(reason) => {
                set_aside(&raw.set_aside(reason.into()));
                continue;
            }
        };
        if let Err(source) = out.write_all(text.as_bytes()) {
            let e = Error::Output { path: "-".into(), source };
            out.finish();
            return Err(e);
        }
    }
    out.finish();
    match (&args.id, count) {
        (Some(id), 0) => Err(Error::Config(format!("no document `{id}` in `{}`", args.input.display()))),
        (None, 0) if rejected.get() == 0 => {
            messages::say("no documents found in the input");
            Ok(super::SUCCESS)
        }
        _ if rejected.get() > 0 => Ok(super::REJECTED),
        _ => Ok(super::SUCCESS),
    }
}

/// The `n` documents whose ids have the smallest hashes, in input order: spread evenly, and the same every time.
fn sample(documents: impl Iterator<Item = RawDocument<'static>>, n: usize) -> Vec<RawDocument<'static>> {
    let mut smallest: BTreeMap<(Vec<u8>, usize), RawDocument<'static>> = BTreeMap::new();
    for (at, raw) in documents.enumerate() {
        let key = (Sha256::digest(raw.id.as_bytes()).to_vec(), at);
        if smallest.len() < n || smallest.last_key_value().is_some_and(|(last, _)| key < *last) {
            smallest.insert(key, raw);
            if smallest.len() > n {
                smallest.pop_last();
            }
        }
    }
    let mut chosen: Vec<(usize, RawDocument<'static>)> =
        smallest.into_iter().map(|((_, at), raw)| (at, raw)).collect();
    chosen.sort_by_key(|(at, _)| *at);
    chosen.into_iter().map(|(_, raw)| raw).collect()
}

/// What recurs on the sites of the input, as `clean` would count or read it; a pipe can be read only once, and goes without.
fn recurring(args: &Args, templates: Option<&Path>, cleaner: &Cleaner) -> Result<Option<Templates>, Error> {
    let job = Job {
        inputs: vec![args.input.clone()],
        templates: clean::templates(templates),
        dry_run: true,
        ..Job::default()
    };
    let mut progress = Progress::new(When::Auto, true);
    let known = templates::of_job(&Surroundings::default(), cleaner, &job, &mut |e| progress.update(e));
    progress.finish();
    known
}

/// The document drawn, or why it is set aside.
fn drawn(
    raw: &RawDocument<'_>,
    cleaner: &Cleaner,
    known: Option<&Templates>,
    style: Style,
) -> Result<String, &'static str> {
    let cleaned = copydesk::run::cleaned(cleaner, known, raw);
    let is_emptied = match cleaned.fate(cleaner.config().steps) {
        Fate::Kept => false,
        Fate::Empty => true,
        Fate::Rejected(reason) => return Err(reason),
    };
    let about = About {
        id: &raw.id,
        file: &raw.file,
        record: raw.record,
        encoding: raw.encoding,
        source: &raw.source,
        is_emptied,
        is_by_sentence: false,
    };
    let (head, entries) = audit::account(about, &cleaned, cleaner.rules());
    let clean = if is_emptied { "" } else { cleaned.text.as_str() };
    let marks = marks(&cleaned, cleaner);
    let shown = Shown {
        id: raw.id.to_string(),
        lang: if cleaner.config().steps.language { cleaned.lang.to_string() } else { String::new() },
        lang_score: cleaned.confidence,
        encoding: head.encoding.to_string(),
        chars_in: head.end,
        chars_out: head.chars_out,
        is_emptied,
        rows: diff::rows(clean, &head, &entries, &marks),
    };
    Ok(draw::document(&shown, style))
}

fn marks(cleaned: &Cleaned<'_>, cleaner: &Cleaner) -> Vec<Mark<'static>> {
    let (mut at, mut chars) = (0, 0);
    let has_language = cleaner.config().steps.language;
    cleaned
        .sentences
        .iter()
        .map(|s| {
            chars += cleaned.text.get(at..s.span.start).unwrap_or_default().chars().count();
            at = s.span.start;
            let lang = if has_language { s.lang.tag() } else { "" };
            Mark { start: chars, lang: lang.into(), score: s.confidence }
        })
        .collect()
}

//! The flags, and how they override the settings.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Parser;
use clap::Subcommand;
use clap::ValueEnum;
use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser;
use copydesk::Config;
use copydesk::config;
use copydesk::config::size::size;
use serde::de::DeserializeOwned;
use serde::de::IntoDeserializer;

use crate::cli::explain;
use crate::cli::inspect;
use crate::cli::manual;
use crate::cli::report;
use crate::cli::restore;
use crate::cli::rules;

const ENVIRONMENT: &str = "Settings, the first that is given: flags, variables like COPYDESK_PART_SIZE for --part-size, the settings file.";

#[derive(Parser)]
#[command(version, about, arg_required_else_help = false)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Clean documents into JSONL
    #[command(after_help = ENVIRONMENT)]
    Clean(Box<Clean>),
    /// Lines that recur across the documents of one site
    Templates(super::templates::Templates),
    /// Check every part of a finished run against its manifest
    Verify(super::verify::Verify),
    /// Join the outputs of `clean --shard` into what one run would have written
    Merge(super::merge::Merge),
    /// Print the shape of a record
    Schema(super::schema::Schema),
    /// Give back the decoded input of a finished run, as JSONL with `id` and `text`
    Restore(restore::Args),
    /// Show what would be done to documents, without writing anything
    Inspect(inspect::Args),
    /// Show what a finished run did to a document
    Explain(explain::Args),
    /// Write a page about a finished run
    Report(report::Args),
    /// List, show, test and begin rules
    Rules(rules::Args),
    /// Print what makes a shell complete this command: `source <(copydesk completions bash)`
    Completions(manual::Completions),
    /// Print a manual page: `copydesk man clean | man -l -`
    Man(manual::Man),
}

#[derive(clap::Args, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Clean {
    /// Files, folders, or `-` for standard input [default: raw]
    #[arg(value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,
    /// Folder, FILE.jsonl, or `-` for standard output [default: clean, or `-` when reading standard input]
    #[arg(short, long, value_name = "DIR|FILE|-")]
    pub(crate) output: Option<PathBuf>,
    /// Worker threads, 0 for one per core
    #[arg(short = 'j', long, value_name = "N", default_value_t = 0)]
    pub(crate) threads: usize,
    /// The steps to run, always in this order: repair,boilerplate,sentences,language; empty for none [default: all]
    #[arg(long, value_name = "STEP,…", value_delimiter = ',')]
    pub(crate) steps: Option<Vec<String>>,
    /// The only languages that may be answered, as BCP 47 tags [default: all that are known]
    #[arg(long, value_name = "TAG,…", value_delimiter = ',')]
    pub(crate) languages: Option<Vec<String>>,
    /// The kind of language code in the output [default: bcp47]
    #[arg(long, value_parser = one_of::<config::LangCodes>(&["bcp47", "iso639-3", "glotlid"]))]
    pub(crate) lang_codes: Option<config::LangCodes>,
    /// A document or a sentence a line [default: document]
    #[arg(long, value_parser = one_of::<config::Layout>(&["document", "sentence"]))]
    pub(crate) layout: Option<config::Layout>,
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// Settings file (TOML) [default: ./copydesk.toml if there is one]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Print the settings in force and stop
    #[arg(long)]
    pub(crate) print_config: bool,
    /// Use the rules in a file or in the files of a folder, too; may be repeated (`copydesk rules new` begins one)
    #[arg(long, value_name = "DIR")]
    pub(crate) rules: Vec<PathBuf>,
    /// Other fields that go into `metadata`, those found in the text included [default: all of them]
    #[arg(long, value_name = "FIELD,…", value_delimiter = ',')]
    pub(crate) keep: Option<Vec<String>>,
    /// How the other fields are written [default: string]
    #[arg(long, value_parser = one_of::<config::Metadata>(&["string", "object", "drop"]))]
    pub(crate) metadata: Option<config::Metadata>,
    /// What offsets count [default: codepoints]
    #[arg(long, value_parser = one_of::<config::Offsets>(&["codepoints", "bytes", "utf16"]))]
    pub(crate) offsets: Option<config::Offsets>,
    /// Leave the sentences' texts out: their offsets say where they are
    #[arg(long)]
    pub(crate) no_sentence_text: bool,
    /// How part files are compressed [default: none]
    #[arg(long, value_parser = one_of::<config::Compress>(&["none", "gzip", "zstd"]))]
    pub(crate) compress: Option<config::Compress>,
    /// Close a part file past so many bytes [default: 256M]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(crate) part_size: Option<u64>,
    /// Set records aside that are longer than this [default: 16M]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(crate) max_record: Option<u64>,
    /// Read the files that FILE names, too, one a line (or each ended by NUL), in sorted order; ids are the names as they stand there
    #[arg(long, value_name = "FILE")]
    pub(crate) files_from: Option<PathBuf>,
    /// In folders, read only files that match; may be repeated
    #[arg(long, value_name = "PATTERN")]
    pub(crate) glob: Vec<String>,
    /// In folders, pass over what matches; may be repeated
    #[arg(long, value_name = "PATTERN")]
    pub(crate) exclude: Vec<String>,
    /// Clean the Ith of N parts of the input; `copydesk merge` joins them
    #[arg(long, value_name = "I/N", value_parser = shard)]
    pub(crate) shard: Option<(u32, u32)>,
    /// Take up an unfinished run (the default when the output folder holds one of the same settings and inputs; standard
    /// input is believed to be the same only with this)
    #[arg(long, conflicts_with = "overwrite")]
    pub(crate) resume: bool,
    /// Replace what the output folder holds
    #[arg(long)]
    pub(crate) overwrite: bool,
    /// Lines that recur across the documents of one site: counted in a first pass, not used, or read from FILE [default: auto]
    #[arg(long, value_name = "auto|off|FILE")]
    pub(crate) templates: Option<PathBuf>,
    /// Stay below so much memory, at least 64M [default: 256M]
    #[arg(long, value_name = "SIZE", value_parser = memory)]
    pub(crate) memory: Option<u64>,
    /// Note how far the run has come every so many bytes of output [default: 128M]
    #[arg(long, value_name = "SIZE", value_parser = size, hide_short_help = true)]
    pub(crate) checkpoint: Option<u64>,
    /// Exit with 1 when records were set aside: never, any, or above a rate like 0.01
    #[arg(long, value_name = "never|any|RATE", default_value = "any")]
    pub(crate) fail_on: FailOn,
    /// Do everything but write
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// How much to write down of what was done: every change, so that it can be undone, or only counts [default: full]
    #[arg(long, value_parser = one_of::<config::Audit>(&["full", "counts", "off"]))]
    pub(crate) audit: Option<config::Audit>,
    /// Do not write the page about the run
    #[arg(long)]
    pub(crate) no_report: bool,
    /// Stop after so many records
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<u64>,
    /// Say nothing but errors
    #[arg(short, long, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say more: the threads and memory used, and every reason and language in the summary
    #[arg(short, long)]
    pub(crate) verbose: bool,
    /// What messages look like on standard error
    #[arg(long, value_enum, default_value_t)]
    pub(crate) log_format: LogFormat,
    /// Show progress
    #[arg(long, value_enum, default_value_t)]
    pub(crate) progress: When,
    /// Colour messages
    #[arg(long, value_enum, default_value_t)]
    pub(crate) color: When,
    /// The variables that took part in this, as they are set.
    #[arg(skip)]
    pub(crate) variables: Vec<String>,
}

/// How records are read: the same for every command that reads any.
#[derive(clap::Args, Clone, Default)]
pub(crate) struct Reading {
    /// Format of the input; auto decides by content [default: auto]
    #[arg(long, value_parser = one_of::<config::Format>(&["auto", "text", "jsonl", "csv", "tsv", "wet"]))]
    pub(crate) input_format: Option<config::Format>,
    /// Field of a record that holds the text; `a.b` is the field b of an object a [default: text]
    #[arg(long, value_name = "FIELD")]
    pub(crate) text_field: Option<String>,
    /// Field that holds the id [default: id]
    #[arg(long, value_name = "FIELD")]
    pub(crate) id_field: Option<String>,
    /// Field that holds the address [default: url]
    #[arg(long, value_name = "FIELD")]
    pub(crate) url_field: Option<String>,
}

impl Reading {
    /// What is given here, and otherwise there.
    pub(crate) fn or(self, other: Reading) -> Reading {
        Reading {
            input_format: self.input_format.or(other.input_format),
            text_field: self.text_field.or(other.text_field),
            id_field: self.id_field.or(other.id_field),
            url_field: self.url_field.or(other.url_field),
        }
    }

    /// Overrides settings by the flags given.
    pub(crate) fn apply(&self, input: &mut config::Input) {
        set(&mut input.format, self.input_format.as_ref());
        set(&mut input.text_field, self.text_field.as_ref());
        set(&mut input.id_field, self.id_field.as_ref());
        set(&mut input.url_field, self.url_field.as_ref());
    }
}

#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    #[default]
    Text,
    Json,
}

/// When records set aside make the run fail.
#[derive(Clone, Copy, Default)]
pub(crate) enum FailOn {
    Never,
    #[default]
    Any,
    Above(f64),
}

impl FailOn {
    /// Whether this is too many.
    pub(crate) fn is_met(self, rejected: u64, documents: u64) -> bool {
        match self {
            FailOn::Never => false,
            FailOn::Any => rejected > 0,
            FailOn::Above(rate) => rejected as f64 > rate * documents as f64,
        }
    }
}

impl FromStr for FailOn {
    type Err = String;

    fn from_str(text: &str) -> Result<FailOn, String> {
        match text {
            "never" => Ok(FailOn::Never),
            "any" => Ok(FailOn::Any),
            rate => match rate.parse() {
                Ok(rate) if (0.0..=1.0).contains(&rate) => Ok(FailOn::Above(rate)),
                _ => Err("expected `never`, `any`, or a rate between 0 and 1".into()),
            },
        }
    }
}

/// The tables and two threads at work take 60 MB whatever else is spared: less than this would be a promise not kept.
const LEAST_MEMORY: u64 = 64 << 20;

fn memory(text: &str) -> Result<u64, String> {
    let bytes = size(text)?;
    if bytes < LEAST_MEMORY { Err("no run does with less than 64M".into()) } else { Ok(bytes) }
}

fn shard(text: &str) -> Result<(u32, u32), String> {
    let parsed = text.split_once('/').and_then(|(n, of)| Some((n.parse().ok()?, of.parse().ok()?)));
    parsed
        .filter(|(n, of)| *n >= 1 && n <= of)
        .ok_or_else(|| format!("`{text}` is no shard; expected I/N, like 1/4"))
}

#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    #[default]
    Auto,
    Always,
    Never,
}

impl When {
    /// Whether there are to be colours on what is, or is not, a terminal; `NO_COLOR` has a say.
    pub(crate) fn is_on(self, is_terminal: bool) -> bool {
        match self {
            When::Always => true,
            When::Never => false,
            When::Auto => is_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        }
    }
}

impl Clean {
    /// Overrides settings by the flags given.
    pub(crate) fn apply(&self, config: &mut Config) -> Result<(), copydesk::Error> {
        if let Some(names) = &self.steps {
            config.steps = steps(names)?;
        }
        config.boilerplate.rules.extend(self.rules.iter().cloned().map(config::Pack::At));
        let (language, input, output) = (&mut config.language, &mut config.input, &mut config.output);
        set(&mut language.languages, self.languages.as_ref().map(|tags| named(tags)).as_ref());
        set(&mut language.codes, self.lang_codes.as_ref());
        self.reading.apply(input);
        set(&mut input.keep, self.keep.as_ref().map(|fields| named(fields)).as_ref());
        set(&mut input.max_record, self.max_record.as_ref());
        set(&mut output.layout, self.layout.as_ref());
        set(&mut output.metadata, self.metadata.as_ref());
        set(&mut output.offsets, self.offsets.as_ref());
        set(&mut output.compress, self.compress.as_ref());
        set(&mut output.part_size, self.part_size.as_ref());
        set(&mut output.audit, self.audit.as_ref());
        output.sentence_text &= !self.no_sentence_text;
        Ok(())
    }
}

/// The names in a list, as they are meant: without blanks around them, and an empty list for an empty flag.
fn named(names: &[String]) -> Vec<String> {
    names.iter().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

fn set<T: Clone>(field: &mut T, flag: Option<&T>) {
    if let Some(value) = flag {
        field.clone_from(value);
    }
}

/// One of the names that a setting has in the settings file.
pub(crate) fn one_of<T>(names: &'static [&'static str]) -> impl TypedValueParser<Value = T>
where
    T: DeserializeOwned + Clone + Send + Sync + 'static,
{
    let read =
        |name: String| T::deserialize(IntoDeserializer::<serde::de::value::Error>::into_deserializer(name));
    PossibleValuesParser::new(names).try_map(read)
}

fn steps(names: &[String]) -> Result<config::Steps, copydesk::Error> {
    let step = |name: &str| match name {
        "repair" => Ok(config::Step::Repair),
        "boilerplate" => Ok(config::Step::Boilerplate),
        "sentences" => Ok(config::Step::Sentences),
        "language" => Ok(config::Step::Language),
        other => Err(copydesk::Error::Config(format!(
            "unknown step `{other}`, expected some of repair, boilerplate, sentences, language"
        ))),
    };
    let named: Result<Vec<_>, _> =
        names.iter().map(|name| name.trim()).filter(|name| !name.is_empty()).map(step).collect();
    named.map(config::Steps::from)
}

//! The flags, and how they override the settings.

use std::path::PathBuf;

use clap::Parser;
use clap::Subcommand;
use clap::ValueEnum;
use copydesk::Config;
use copydesk::config;

#[derive(Parser)]
#[command(version, about, arg_required_else_help = false)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Clean documents into JSONL
    Clean(Box<Clean>),
    /// Print the shape of a record
    Schema(super::schema::Schema),
}

#[derive(clap::Args, Default)]
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
    /// The steps to run, always in this order: repair,boilerplate,sentences,language; empty for none
    #[arg(long, value_name = "STEP,…", value_delimiter = ',')]
    pub(crate) steps: Option<Vec<String>>,
    /// The only languages that may be answered, as BCP 47 tags
    #[arg(long, value_name = "TAG,…", value_delimiter = ',')]
    pub(crate) languages: Option<Vec<String>>,
    /// The kind of language code in the output
    #[arg(long, value_enum)]
    pub(crate) lang_codes: Option<LangCodes>,
    /// A document or a sentence a line
    #[arg(long, value_enum)]
    pub(crate) layout: Option<Layout>,
    /// Format of the input; auto decides by content
    #[arg(long, value_enum)]
    pub(crate) input_format: Option<Format>,
    /// Field of a record that holds the text
    #[arg(long, value_name = "FIELD")]
    pub(crate) text_field: Option<String>,
    /// Field that holds the id
    #[arg(long, value_name = "FIELD")]
    pub(crate) id_field: Option<String>,
    /// Field that holds the address
    #[arg(long, value_name = "FIELD")]
    pub(crate) url_field: Option<String>,
    /// Settings file (TOML) [default: ./copydesk.toml if there is one]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Print the settings in force and stop
    #[arg(long)]
    pub(crate) print_config: bool,
    /// Replace a finished run in the output folder
    #[arg(long)]
    pub(crate) overwrite: bool,
    /// Stop after so many records
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<u64>,
    /// Say nothing but errors
    #[arg(short, long)]
    pub(crate) quiet: bool,
    /// Show progress
    #[arg(long, value_enum, default_value_t)]
    pub(crate) progress: When,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum LangCodes {
    Bcp47,
    #[value(name = "iso639-3")]
    Iso6393,
    Glotlid,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Layout {
    Document,
    Sentence,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Format {
    Auto,
    Text,
    Jsonl,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    #[default]
    Auto,
    Always,
    Never,
}

impl From<Layout> for config::Layout {
    fn from(layout: Layout) -> config::Layout {
        match layout {
            Layout::Document => config::Layout::Document,
            Layout::Sentence => config::Layout::Sentence,
        }
    }
}

impl Clean {
    /// Overrides settings by the flags given.
    pub(crate) fn apply(&self, config: &mut Config) -> Result<(), copydesk::Error> {
        if let Some(names) = &self.steps {
            config.steps = steps(names)?;
        }
        if let Some(languages) = &self.languages {
            config.language.languages.clone_from(languages);
        }
        if let Some(codes) = self.lang_codes {
            config.language.codes = match codes {
                LangCodes::Bcp47 => config::LangCodes::Bcp47,
                LangCodes::Iso6393 => config::LangCodes::Iso6393,
                LangCodes::Glotlid => config::LangCodes::Glotlid,
            };
        }
        if let Some(layout) = self.layout {
            config.output.layout = layout.into();
        }
        if let Some(format) = self.input_format {
            config.input.format = match format {
                Format::Auto => config::Format::Auto,
                Format::Text => config::Format::Text,
                Format::Jsonl => config::Format::Jsonl,
            };
        }
        for (flag, field) in [
            (&self.text_field, &mut config.input.text_field),
            (&self.id_field, &mut config.input.id_field),
            (&self.url_field, &mut config.input.url_field),
        ] {
            if let Some(name) = flag {
                field.clone_from(name);
            }
        }
        Ok(())
    }
}

fn steps(names: &[String]) -> Result<config::Steps, copydesk::Error> {
    let step = |name: &String| match name.as_str() {
        "repair" => Ok(config::Step::Repair),
        "boilerplate" => Ok(config::Step::Boilerplate),
        "sentences" => Ok(config::Step::Sentences),
        "language" => Ok(config::Step::Language),
        other => Err(copydesk::Error::Config(format!(
            "unknown step `{other}`, expected some of repair, boilerplate, sentences, language"
        ))),
    };
    let named: Result<Vec<_>, _> = names.iter().filter(|name| !name.is_empty()).map(step).collect();
    named.map(config::Steps::from)
}

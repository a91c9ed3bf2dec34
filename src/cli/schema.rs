//! `copydesk schema`: the shape of a record for whoever reads the output.

use std::io;
use std::io::Write;

use clap::ValueEnum;
use copydesk::Config;
use copydesk::Error;
use copydesk::config;
use copydesk::schema;

use crate::cli::args::one_of;

/// The arguments.
#[derive(clap::Args)]
pub(crate) struct Schema {
    /// JSON Schema, Arrow, Spark DDL, or Hugging Face features
    #[arg(long, value_enum, default_value_t)]
    format: Form,
    /// A document or a sentence a line
    #[arg(long, value_parser = one_of::<config::Layout>(&["document", "sentence"]))]
    layout: Option<config::Layout>,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Form {
    #[default]
    Json,
    Arrow,
    Spark,
    Hf,
}

/// Prints the schema on standard output.
pub(crate) fn run(args: &Schema, mut config: Config) -> Result<(), Error> {
    if let Some(layout) = args.layout {
        config.output.layout = layout;
    }
    let fields = schema::fields(&config);
    let pretty = |value| serde_json::to_string_pretty(&value).unwrap_or_default();
    let text = match args.format {
        Form::Json => pretty(schema::json_schema(&config)),
        Form::Arrow => schema::arrow(&fields),
        Form::Spark => schema::spark(&fields),
        Form::Hf => pretty(schema::features(&fields)),
    };
    let written = writeln!(io::stdout(), "{}", text.trim_end());
    written.map_err(|source| Error::Output { path: "-".into(), source })
}

//! From the words of a command line and the variables of its surroundings to what was asked for.

use std::ffi::OsString;

use clap::ArgAction;
use clap::ArgMatches;
use clap::CommandFactory;
use clap::FromArgMatches;
use clap::builder::FalseyValueParser;
use clap::error::ContextValue;
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use copydesk::Error;

use crate::cli::args::Args;
use crate::cli::args::Clean;
use crate::cli::args::Command;

/// How the names of our variables begin.
const PREFIX: &str = "COPYDESK_";

/// The whole command. For every flag of `clean` there is a variable: `COPYDESK_PART_SIZE` for `--part-size`.
pub(crate) fn command() -> clap::Command {
    command_without(&[])
}

/// The same, deaf to some variables.
fn command_without(variables: &[OsString]) -> clap::Command {
    Args::command().mut_subcommand("clean", |clean| {
        clean.mut_args(|arg| {
            let Some(name) = arg.get_long().map(|long| long.replace('-', "_").to_uppercase()) else {
                return arg;
            };
            let variable = format!("{PREFIX}{name}");
            if variables.iter().any(|deaf| **deaf == *variable) {
                return arg;
            }
            let is_switch = matches!(arg.get_action(), ArgAction::SetTrue);
            let arg = arg.env(variable).hide_env(true);
            if is_switch { arg.value_parser(FalseyValueParser::new()) } else { arg }
        })
    })
}

/// Variables that begin like ours and are none, but nearly: what may have been meant.
pub(crate) fn unknown_variables() -> Vec<String> {
    let known: Vec<String> = command()
        .find_subcommand("clean")
        .into_iter()
        .flat_map(clap::Command::get_arguments)
        .filter_map(|arg| Some(arg.get_env()?.to_str()?.to_owned()))
        .collect();
    let likeness = |a: &str, b: &str| strsim::normalized_damerau_levenshtein(a, b);
    let set = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let mut said: Vec<String> = set
        .filter(|name| name.starts_with(PREFIX) && !known.contains(name))
        .filter_map(|name| {
            let own = name.strip_prefix(PREFIX)?;
            let scored = known.iter().filter_map(|k| Some((likeness(own, k.strip_prefix(PREFIX)?), k)));
            let (likeness, meant) = scored.max_by(|a, b| a.0.total_cmp(&b.0))?;
            (likeness > 0.7).then(|| format!("`{name}` is no setting; did you mean `{meant}`?"))
        })
        .collect();
    said.sort();
    said
}

/// What the variables say: the settings of the commands that do some of what `clean` does, before their own flags.
pub(crate) fn variables_alone() -> Result<Clean, Error> {
    let args = parse(["copydesk", "clean"].map(OsString::from)).map_err(|e| {
        let said = e.to_string();
        let first = said.lines().next().unwrap_or_default();
        Error::Config(first.strip_prefix("error: ").unwrap_or(first).to_owned())
    })?;
    match args.command {
        Some(Command::Clean(clean)) => Ok(*clean),
        _ => Ok(Clean::default()),
    }
}

/// What was asked for.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Args, clap::Error> {
    let matches = matches(&args.into_iter().collect::<Vec<_>>(), Vec::new())?;
    let mut args = Args::from_arg_matches(&matches)?;
    if let (Some(Command::Clean(clean)), Some(matches)) =
        (&mut args.command, matches.subcommand_matches("clean"))
    {
        let set = variables(|id| matches.value_source(id) == Some(ValueSource::EnvVariable));
        clean.variables = set.map(|(variable, value, _)| format!("{variable}={value}")).collect();
    }
    Ok(args)
}

/// The variables set for those flags that `is_wanted`: name, value, and what the flag looks like in messages.
fn variables(is_wanted: impl Fn(&str) -> bool) -> impl Iterator<Item = (String, String, String)> {
    let mut command = command();
    // Only then do flags know what they look like.
    command.build();
    let clean = command.find_subcommand("clean").cloned().unwrap_or_default();
    let all: Vec<_> = clean.get_arguments().filter(|arg| is_wanted(arg.get_id().as_str())).cloned().collect();
    all.into_iter().filter_map(|arg| {
        let variable = arg.get_env()?.to_str()?.to_owned();
        let value = std::env::var_os(&variable)?.to_string_lossy().into_owned();
        Some((variable, value, arg.to_string()))
    })
}

/// What the arguments and the variables say, without those to which it is to be deaf. What a variable is at fault for is told
/// of the variable, and a flag silences a variable that contradicts it.
fn matches(args: &[OsString], mut deaf: Vec<OsString>) -> Result<ArgMatches, clap::Error> {
    let read = |deaf: &[OsString]| command_without(deaf).try_get_matches_from(args);
    let mut error = match read(&deaf) {
        Err(e) if e.use_stderr() => e,
        read => return read,
    };
    let said = error.to_string();
    let mut at_fault = Vec::new();
    for (variable, _, flag) in variables(|_| true) {
        let without = [&deaf[..], &[variable.clone().into()]].concat();
        if read(&without).is_err_and(|other| other.to_string() == said) {
            continue;
        }
        let renamed = |name: &String| if *name == flag { variable.clone() } else { name.clone() };
        let told: Vec<_> = error.context().map(|(kind, value)| (kind, value.clone())).collect();
        for (kind, value) in told {
            match value {
                ContextValue::String(name) => error.insert(kind, ContextValue::String(renamed(&name))),
                ContextValue::Strings(names) => {
                    error.insert(kind, ContextValue::Strings(names.iter().map(renamed).collect()))
                }
                _ => None,
            };
        }
        at_fault.push(variable.into());
    }
    if error.kind() == ErrorKind::ArgumentConflict && at_fault.len() == 1 {
        deaf.extend(at_fault);
        return matches(args, deaf);
    }
    Err(error)
}

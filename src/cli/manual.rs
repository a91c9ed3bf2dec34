//! `completions` and `man`: what a packager installs beside the command.

use copydesk::Error;

use crate::cli::messages;
use crate::cli::words;

#[derive(clap::Args)]
pub(crate) struct Completions {
    /// The shell
    shell: clap_complete::Shell,
}

#[derive(clap::Args)]
pub(crate) struct Man {
    /// The subcommand whose page it is to be
    command: Option<String>,
}

pub(crate) fn completions(args: &Completions) -> Result<u8, Error> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut words::command(), "copydesk", &mut script);
    messages::print_all(&script)
}

pub(crate) fn man(args: &Man) -> Result<u8, Error> {
    let mut all = words::command();
    // Gives subcommands their full names and the flags that all of them have.
    all.build();
    let page = match &args.command {
        None => all,
        Some(name) => all
            .find_subcommand(name)
            .cloned()
            .ok_or_else(|| Error::Config(format!("no subcommand `{name}`; see `copydesk --help`")))?,
    };
    let mut roff = Vec::new();
    clap_mangen::Man::new(page)
        .render(&mut roff)
        .map_err(|source| Error::Output { path: "-".into(), source })?;
    messages::print_all(&roff)
}

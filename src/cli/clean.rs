//! `copydesk clean`: settings and flags to a job, the job's end to an exit code.

use std::io::IsTerminal;
use std::path::Path;
use std::path::PathBuf;
use std::time::Instant;

use copydesk::Cleaner;
use copydesk::Config;
use copydesk::Error;
use copydesk::config;
use copydesk::config::Audit;
use copydesk::config::Compress;
use copydesk::config::Job;
use copydesk::config::Layout;
use copydesk::finished::Finished;
use copydesk::input::packs;
use copydesk::output;
use copydesk::page::Gathering;
use copydesk::run::Event;
use copydesk::run::Surroundings;

use crate::cli::FAILED;
use crate::cli::REJECTED;
use crate::cli::SUCCESS;
use crate::cli::args::Clean;
use crate::cli::args::LogFormat;
use crate::cli::messages;
use crate::cli::progress::Progress;
use crate::cli::report;
use crate::cli::signals::Signals;
use crate::cli::words;

pub(crate) fn run(args: &Clean) -> Result<u8, Error> {
    messages::speak(args.log_format == LogFormat::Json, args.color.is_on(std::io::stderr().is_terminal()));
    let config = settings(args)?;
    if !args.quiet {
        for said in words::unknown_variables() {
            messages::warn(&said);
        }
    }
    if args.print_config {
        return messages::print_config(&config);
    }
    let compress = args.compress.or(Some(config.output.compress).filter(|asked| *asked != Compress::None));
    let job = job(args, compress)?;
    let cleaner = Cleaner::new(config)?;
    if args.verbose {
        let rules = cleaner.rules().rules().len();
        let threads = if job.threads == 0 {
            "one thread a core".to_owned()
        } else {
            format!("{} threads", job.threads)
        };
        messages::say(&format!("{rules} rules, {threads}, {} MiB of memory", job.memory >> 20));
    }
    let has_stdin = job.inputs.iter().any(|input| input.as_os_str() == "-");
    let started = Instant::now();
    let mut progress = Progress::new(args.progress, args.quiet);
    let signals = Signals::catch();
    let around = Surroundings { stop: signals.stop(), ..Surroundings::default() };
    let mut gathering = (!args.no_report && !job.dry_run && output::is_folder(&job.output)).then(|| {
        let Config { output, boilerplate, .. } = cleaner.config();
        let (has_audit, is_by_sentence) = (output.audit == Audit::Full, output.layout == Layout::Sentence);
        Gathering::new(has_audit, is_by_sentence, boilerplate.warn_share)
    });
    let mut has_begun = false;
    let result = copydesk::run::run_in(&around, &cleaner, &job, &mut |event| {
        has_begun |= matches!(event, Event::Progress { .. });
        if let (Event::Written { records, audit, sums }, Some(gathering)) = (event, &mut gathering) {
            gathering.read(records, audit, sums);
        }
        progress.update(event);
    });
    progress.finish();
    let report = match result {
        Err(Error::Interrupted) => {
            messages::interrupted((!job.dry_run).then_some(&*job.output), has_stdin);
            return Ok(signals.exit_code());
        }
        result => result?,
    };
    // Of a run that was finished before, looking at it says nothing.
    let took = has_begun.then(|| started.elapsed());
    if !args.quiet {
        let output = (!job.dry_run).then_some(&*job.output);
        messages::summary(&report, output, took, args.verbose);
        // Alone among few documents nothing recurs, and a pipe cannot be read twice.
        let is_auto = job.templates == config::Templates::Auto && cleaner.config().steps.boilerplate;
        if has_stdin && is_auto && report.documents_in > 1 {
            messages::say(
                "lines that recur across documents were not counted, since standard input is read only once; clean a file, or give --templates FILE",
            );
        }
    }
    if !args.no_report && !job.dry_run && Finished::is_at(&job.output) {
        report::write_missing(&job.output, gathering, took, args.quiet)?;
    }
    if !report.is_balanced() {
        messages::say("the counts do not add up: documents in are not out + empty + rejected; this is a bug");
        return Ok(FAILED);
    }
    Ok(if args.fail_on.is_met(report.rejected, report.documents_in) { REJECTED } else { SUCCESS })
}

pub(crate) fn settings(args: &Clean) -> Result<Config, Error> {
    let project = Path::new("copydesk.toml");
    let path = args.config.as_deref().or_else(|| project.exists().then_some(project));
    let mut config = Config::default();
    if let Some(path) = path {
        config = settings_file(path)?;
        if args.config.is_none() && !args.quiet {
            messages::say(&format!("settings from `{}`", path.display()));
        }
    }
    args.apply(&mut config)?;
    packs::read(&mut config.boilerplate.rules)?;
    Ok(config)
}

/// The settings in a file.
fn settings_file(path: &Path) -> Result<Config, Error> {
    let content =
        std::fs::read_to_string(path).map_err(|source| Error::Input { path: path.to_owned(), source })?;
    let config = Config::from_toml(&content);
    let mut config = config.map_err(|e| Error::Config(format!("{}: {e}", path.display())))?;
    config.is_in(path);
    Ok(config)
}

fn job(args: &Clean, compress: Option<Compress>) -> Result<Job, Error> {
    let mut inputs = args.inputs.clone();
    let mut output = args.output.clone();
    if inputs.is_empty() && args.files_from.is_none() {
        if !Path::new("raw").is_dir() {
            return Err(Error::Config(
                "no INPUT given and there is no folder `raw`; `-` reads standard input".into(),
            ));
        }
        inputs.push(PathBuf::from("raw"));
        output = output.or_else(|| Some(PathBuf::from("clean")));
    }
    let is_stdin = |path: &PathBuf| path.as_os_str() == "-";
    let from_stdin = inputs.iter().any(is_stdin);
    if (from_stdin || args.files_from.as_ref().is_some_and(is_stdin)) && std::io::stdin().is_terminal() {
        return Err(Error::Config("standard input is a terminal; pipe something into it".into()));
    }
    if from_stdin && args.files_from.as_ref().is_some_and(is_stdin) {
        return Err(Error::Config(
            "standard input cannot be both the list of files and one of them; give the list as a file".into(),
        ));
    }
    let output = match output {
        Some(output) => output,
        None if from_stdin => PathBuf::from("-"),
        None => PathBuf::from("clean"),
    };
    if let Some(fault) = output::misnamed(&output, compress) {
        return Err(Error::Config(fault));
    }
    let usual = Job::default();
    Ok(Job {
        inputs,
        files_from: args.files_from.clone(),
        glob: args.glob.clone(),
        exclude: args.exclude.clone(),
        output,
        threads: args.threads,
        limit: args.limit,
        overwrite: args.overwrite,
        resume: args.resume,
        shard: args.shard,
        templates: templates(args.templates.as_deref()),
        memory: args.memory.unwrap_or(usual.memory),
        dry_run: args.dry_run,
        checkpoint: args.checkpoint.unwrap_or(usual.checkpoint),
    })
}

/// What `--templates` asks for.
pub(crate) fn templates(flag: Option<&Path>) -> config::Templates {
    match flag {
        Some(file) if file.as_os_str() == "off" => config::Templates::Off,
        Some(file) if file.as_os_str() != "auto" => config::Templates::File(file.to_owned()),
        _ => config::Templates::Auto,
    }
}

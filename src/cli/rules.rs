//! `rules`: the rule packs, one rule in full, tests for a user's own, and a file to begin with.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::iter::once;
use std::path::PathBuf;

use copydesk::Error;
use copydesk::boilerplate::examples;
use copydesk::boilerplate::rules::Action;
use copydesk::boilerplate::rules::Rule;
use copydesk::boilerplate::rules::RuleSet;
use copydesk::config::Pack;
use copydesk::input::packs;

use crate::cli::messages;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Every built-in rule, and how many there are for each language
    List,
    /// One rule: reason, patterns, examples
    Show {
        /// Its id
        id: String,
    },
    /// Check rule files against their own examples, together with the built-in rules
    Test {
        /// Rule files, or folders of them
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Print a rule file to begin with
    New,
}

/// What `rules new` prints; its own examples hold.
const NEW: &str = r#"schema = 1

[[rule]]
id = "acme-signup"
# drop; keep (protects a line from every other rule); opens-related (drops a heading and the articles listed below it);
# page-code (drops a line of code and the code around it)
action = "drop"
# The languages that the phrases are written in.
langs = ["en"]
# Regular expressions; one match suffices. (?i) ignores case, ^ and $ are the ends of the line.
any = ['(?i)^get the acme dispatch in your inbox\b']
# Longer lines are never matched.
max-chars = 120
because = "It asks for a subscription to the site's own newsletter."
# Lines that must go.
drops = ["Get the Acme Dispatch in your inbox every morning"]
# Lines that must stay, among them one about the thing itself.
keeps = ["Readers get the Acme Dispatch in the morning, and its rivals in the evening."]
"#;

pub(crate) fn run(args: &Args) -> Result<u8, Error> {
    match &args.what {
        What::List => messages::print_all(list(RuleSet::builtin()?.rules()).as_bytes()),
        What::Show { id } => {
            let set = RuleSet::builtin()?;
            match set.rule(id) {
                Some(rule) => messages::print_all(show(rule).as_bytes()),
                None => Err(Error::Config(unknown(id, &set))),
            }
        }
        What::Test { files } => test(files),
        What::New => messages::print_all(NEW.as_bytes()),
    }
}

fn unknown(id: &str, set: &RuleSet) -> String {
    let near = set.rules().iter().filter(|rule| rule.id.contains(id) || id.contains(&rule.id));
    let near: Vec<&str> = near.map(|rule| rule.id.as_str()).collect();
    if near.is_empty() {
        format!("no rule `{id}`; `copydesk rules list` names them all")
    } else {
        format!("no rule `{id}`, perhaps {}", near.join(", "))
    }
}

const fn action(rule: &Rule) -> &'static str {
    match rule.action {
        Action::Drop => "drop",
        Action::Keep => "keep",
        Action::OpensRelated => "opens-related",
        Action::PageCode => "page-code",
    }
}

fn list(rules: &[Rule]) -> String {
    let mut out = String::new();
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
    for rule in rules {
        out += &format!("{:width$}  {:13}  {}\n", rule.id, action(rule), rule.because);
    }
    let mut coverage: BTreeMap<&str, usize> = BTreeMap::new();
    for lang in rules.iter().flat_map(|rule| &rule.langs) {
        *coverage.entry(lang).or_default() += 1;
    }
    let mut coverage: Vec<(&str, usize)> = coverage.into_iter().collect();
    coverage.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    out += &format!("\n{} rules; by language:\n", rules.len());
    for row in coverage.chunks(8) {
        let cells: Vec<String> = row.iter().map(|(lang, n)| format!("{lang:>7} {n:>4}")).collect();
        out += &format!("{}\n", cells.concat());
    }
    out
}

fn show(rule: &Rule) -> String {
    let what: Vec<&str> = once(action(rule)).chain(rule.langs.iter().map(String::as_str)).collect();
    let mut out = format!("{}  ({})\n{}\n", rule.id, what.join(", "), rule.because);
    if let Some(max) = rule.max_chars {
        out += &format!("lines of at most {max} characters\n");
    }
    let parts = [
        ("whole lines", &rule.whole),
        ("lines that begin with", &rule.leads),
        ("evidence where a line begins with", &rule.starts),
        ("evidence where it is mentioned", &rule.mentions),
        ("patterns", &rule.any),
        ("drops", &rule.drops),
        ("keeps", &rule.keeps),
        ("does not drop yet", &rule.known_misses),
    ];
    for (name, lines) in parts {
        if !lines.is_empty() {
            out += &format!("\n{name}\n");
            out += &lines.iter().map(|line| format!("    {line}\n")).collect::<String>();
        }
    }
    out
}

fn test(paths: &[PathBuf]) -> Result<u8, Error> {
    let mut packs = paths.iter().cloned().map(Pack::At).collect();
    packs::read(&mut packs)?;
    let files: Vec<(&str, &str)> = packs
        .iter()
        .filter_map(|pack| match pack {
            Pack::Read { name, content } => Some((name.as_str(), content.as_str())),
            Pack::At(_) => None,
        })
        .collect();
    let set = RuleSet::with(&files)?;
    let builtin = RuleSet::builtin()?;
    let known: BTreeSet<&str> = builtin.rules().iter().map(|rule| rule.id.as_str()).collect();
    let own: Vec<&Rule> = set.rules().iter().filter(|rule| !known.contains(rule.id.as_str())).collect();
    let faults = examples::faults(&set);
    for fault in &faults {
        let place = place(&files, &fault.rule, &fault.example);
        messages::say(&format!("{place}rule `{}`: {}: {:?}", fault.rule, fault.message, fault.example));
        messages::say(&format!("    hint: {}", fault.cure));
    }
    let examples: usize = own.iter().map(|rule| rule.drops.len() + rule.keeps.len()).sum();
    messages::say(&format!(
        "{} rules with {examples} examples, tested together with {} built-in rules: {}",
        own.len(),
        known.len(),
        if faults.is_empty() { "all hold".to_owned() } else { format!("{} faults", faults.len()) }
    ));
    Ok(if faults.is_empty() { super::SUCCESS } else { super::USAGE })
}

/// `file:line: ` of an example, else of its rule, else of the built-in rule that the user's rules disturb.
fn place(files: &[(&str, &str)], rule: &str, example: &str) -> String {
    for (name, content) in files {
        let mut is_rule = false;
        let mut at_rule = 0;
        for (n, line) in content.lines().enumerate() {
            if line.trim_start().starts_with("id") && line.contains('=') {
                is_rule = line.contains(&format!("\"{rule}\"")) || line.contains(&format!("'{rule}'"));
                at_rule = if is_rule { n + 1 } else { at_rule };
            }
            let quoted = example.replace('\\', "\\\\").replace('"', "\\\"");
            if is_rule && (line.contains(example) || line.contains(&quoted)) {
                return format!("{name}:{}: ", n + 1);
            }
        }
        if at_rule > 0 {
            return format!("{name}:{at_rule}: ");
        }
    }
    "built-in ".to_owned()
}

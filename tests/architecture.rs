//! Who may import whom: data flows one way, and a stage never imports a sibling stage.

#![expect(clippy::expect_used, reason = "a test says what it expected")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

const STAGES: [&str; 5] = ["decode", "repair", "boilerplate", "sentences", "language"];

/// Module, and the modules of ours that it may import.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("document", &[]),
    ("verdict", &[]),
    ("error", &["document"]),
    ("disk", &[]),
    ("config", &["document"]),
    ("characters", &[]),
    ("charset", &[]),
    ("json", &[]),
    ("likelihood", &["characters"]),
    ("decode", &["document", "config", "charset", "likelihood"]),
    ("repair", &["document", "config", "characters", "charset", "likelihood"]),
    ("sentences", &["document", "config"]),
    ("language", &["document", "config"]),
    ("boilerplate", &["document", "verdict", "config", "error", "characters"]),
    ("report", &["document", "verdict"]),
    ("schema", &["config"]),
    (
        "pipeline",
        &[
            "document",
            "verdict",
            "config",
            "error",
            "decode",
            "repair",
            "boilerplate",
            "sentences",
            "language",
            "likelihood",
            "report",
        ],
    ),
    ("audit", &["document", "verdict", "boilerplate", "pipeline", "json"]),
    ("finished", &["error", "audit", "output", "json"]),
    ("page", &["error", "audit", "report", "output", "finished"]),
    ("input", &["document", "verdict", "config", "error", "disk", "decode", "pipeline"]),
    (
        "output",
        &["document", "verdict", "config", "error", "disk", "pipeline", "report", "input", "schema", "json"],
    ),
    (
        "run",
        &[
            "document",
            "verdict",
            "config",
            "error",
            "disk",
            "decode",
            "boilerplate",
            "pipeline",
            "report",
            "audit",
            "input",
            "output",
        ],
    ),
];

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push(path);
        }
    }
}

/// The module of a file below src/: `repair` for `repair/mojibake.rs` and `repair.rs`.
fn module(path: &Path, src: &Path) -> String {
    let below = path.strip_prefix(src).expect("below src");
    let first = below.components().next().expect("a name").as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

fn breaches(name: &str, module: &str, code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let allowed = MAY_IMPORT.iter().find(|(m, _)| *m == module).map(|(_, allowed)| *allowed);
    // Unit tests may call a neighbour to build their input.
    let code = code.split("#[cfg(test)]").next().unwrap_or_default();
    let code: String =
        code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut seen = BTreeSet::new();
    for part in code.split("crate::").skip(1) {
        let target: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if target.is_empty() {
            found.push(format!("{name}: write one `use crate::module::Item;` a line, not a group"));
        }
        let is_allowed = target == module || allowed.is_none_or(|allowed| allowed.contains(&target.as_str()));
        if !is_allowed && seen.insert(target.clone()) {
            found.push(format!("{name}: `{module}` may not import `{target}`"));
        }
    }
    for (word, home) in [
        ("rayon::", "run"),
        ("crossbeam_channel::", "run"),
        ("thread::scope", "run"),
        ("indicatif::", "cli"),
        ("clap::", "cli"),
    ] {
        if code.contains(word) && module != home {
            found.push(format!("{name}: only `{home}` may name `{}`", word.trim_end_matches("::")));
        }
    }
    let is_root = [format!("{module}.rs"), format!("{module}/mod.rs")].contains(&name.to_owned());
    if STAGES.contains(&module) && is_root && !code.contains("#![deny(clippy::disallowed_methods") {
        found.push(format!("{name}: a pure module denies the disallowed methods"));
    }
    found
}

#[test]
fn data_flows_one_way() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut all = Vec::new();
    files(&src, &mut all);
    assert!(all.len() > 15, "the scan found only {} files", all.len());
    let found: Vec<String> = all
        .iter()
        .flat_map(|path| {
            let name = path.strip_prefix(&src).expect("below src").to_string_lossy().into_owned();
            breaches(&name, &module(path, &src), &fs::read_to_string(path).expect("a source file"))
        })
        .collect();
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn a_breach_is_found() {
    assert_eq!(breaches("repair/x.rs", "repair", "use crate::language::identify;").len(), 1);
    assert_eq!(breaches("repair/x.rs", "repair", "use crate::{document, config};").len(), 2);
    assert_eq!(breaches("pipeline.rs", "pipeline", "use crossbeam_channel::bounded;").len(), 1);
    assert_eq!(breaches("input/mod.rs", "input", "rayon::join(a, b);").len(), 1);
    assert_eq!(breaches("decode.rs", "decode", "").len(), 1);
    assert_eq!(breaches("repair/mod.rs", "repair", "").len(), 1);
    assert_eq!(breaches("repair/suspect.rs", "repair", ""), [""; 0]);
    assert!(
        breaches("run.rs", "run", "use crossbeam_channel::bounded;\nuse crate::pipeline::Cleaner;")
            .is_empty()
    );
}

//! `copydesk templates`: where its files are written.

#![expect(clippy::expect_used, reason = "a test says what it expected")]

use std::fs;
use std::path::Path;
use std::process::Command;
use std::process::Output;

fn copydesk(folder: &Path, args: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_copydesk"));
    command.args(args).envs(variables.iter().copied()).current_dir(folder);
    command.output().expect("the command runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A folder with two dumps of pages whose text is in the field `body`.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, words) in
        [("a.jsonl", ["river", "bridge", "winter"]), ("b.jsonl", ["letter", "engine", "museum"])]
    {
        let page = |word: &str| {
            let body =
                format!("The {word} was in the news today, and nobody knew why.\\nHarbour times of the week");
            format!("{{\"url\":\"https://example.com/{word}\",\"body\":\"{body}\"}}\n")
        };
        fs::write(folder.path().join(name), words.map(page).concat()).expect("written");
    }
    folder
}

const LEARN: [&str; 6] = ["templates", "learn", "--text-field", "body", "-q", "-o"];

#[test]
fn files_of_templates_are_written_beside_their_place_under_names_of_their_own() {
    let folder = folder();
    let learn = |output: &str, input: &str| {
        let out = copydesk(folder.path(), &[&LEARN[..], &[output, input]].concat(), &[]);
        assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
        out.stdout
    };
    // What is called like a temporary file may be anybody's: another run's, or the user's.
    for name in ["part.tmp", "part.1.tmp", "part.2.tmp"] {
        fs::write(folder.path().join(name), "mine").expect("written");
    }
    for (output, input) in [("part.1", "a.jsonl"), ("part.2", "b.jsonl")] {
        learn(output, input);
    }
    let merge =
        |output| copydesk(folder.path(), &["templates", "merge", "part.1", "part.2", "-o", output], &[]);
    assert_eq!(merge("part.all").status.code(), Some(0));
    for name in ["part.tmp", "part.1.tmp", "part.2.tmp"] {
        assert_eq!(fs::read_to_string(folder.path().join(name)).expect("a file"), "mine", "{name}");
    }
    let entries = fs::read_dir(folder.path()).expect("a folder");
    assert_eq!(entries.count(), 8, "two dumps, three files of one's own, three of templates");
    // Standard output, and what is no file, are written to as they are.
    assert_eq!(learn("-", "a.jsonl"), fs::read(folder.path().join("part.1")).expect("templates"));
    assert_eq!(learn("/dev/stdout", "b.jsonl"), fs::read(folder.path().join("part.2")).expect("templates"));
    assert_eq!(merge("-").stdout, fs::read(folder.path().join("part.all")).expect("templates"));
    assert!(!folder.path().join("-").exists());
}

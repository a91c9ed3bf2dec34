//! `copydesk templates`, and that it and `inspect` read the settings where `clean` does.

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

#[test]
fn settings_are_read_where_clean_reads_them() {
    let folder = folder();
    let rules = text(&copydesk(folder.path(), &["rules", "new"], &[]).stdout);
    fs::create_dir(folder.path().join("settings")).expect("a folder");
    fs::write(folder.path().join("settings/my.toml"), rules).expect("written");
    let all = "[input]\ntext-field = \"body\"\n[boilerplate]\nrules = [\"my.toml\"]\n";
    fs::write(folder.path().join("settings/all.toml"), all).expect("written");
    assert_eq!(
        copydesk(folder.path(), &[&LEARN[..], &["t", "a.jsonl"]].concat(), &[]).status.code(),
        Some(0)
    );
    let commands: [&[&str]; 3] = [
        &["inspect", "a.jsonl"],
        &["templates", "learn", "a.jsonl", "-o", "u"],
        &["templates", "show", "t", "a.jsonl"],
    ];
    let run = |command: &[&str], more: &[&str], variables: &[(&str, &str)]| {
        let out = copydesk(folder.path(), &[command, more].concat(), variables);
        (out.status.code(), text(&out.stderr))
    };
    for command in commands {
        assert_eq!(run(command, &[], &[]).0, Some(1), "{command:?}: there is no field `text`");
        for (more, variables) in [
            (&["--config", "settings/all.toml"][..], &[][..]),
            (&[], &[("COPYDESK_CONFIG", "settings/all.toml")]),
            (&[], &[("COPYDESK_TEXT_FIELD", "body")]),
            // The first that is given.
            (&["--text-field", "body"], &[("COPYDESK_TEXT_FIELD", "nothing")]),
            (
                &["--config", "settings/all.toml", "--text-field", "url"],
                &[("COPYDESK_TEXT_FIELD", "nothing")],
            ),
        ] {
            let (code, said) = run(command, more, variables);
            assert_eq!(code, Some(0), "{command:?} {more:?} {variables:?}: {said}");
        }
        let (code, said) = run(command, &[], &[("COPYDESK_INPUT_FORMAT", "foo")]);
        assert!(code == Some(2) && said.contains("COPYDESK_INPUT_FORMAT"), "{command:?}: {said}");
    }
    fs::write(folder.path().join("copydesk.toml"), "[input]\ntext-field = \"body\"\n").expect("written");
    for command in commands {
        assert_eq!(run(command, &[], &[]).0, Some(0), "{command:?}");
        let nothing = [("COPYDESK_TEXT_FIELD", "nothing")];
        assert_eq!(run(command, &[], &nothing).0, Some(1), "{command:?}");
    }
}

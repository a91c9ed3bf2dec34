//! What the command refuses, what it says then, and that it leaves nothing behind.

#![expect(clippy::expect_used, reason = "a test says what it expected")]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::process::Stdio;

/// A folder with `in.jsonl`: a document, and a record that is none.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("in.jsonl"), "{\"text\":\"It rained.\"}\nno record\n").expect("written");
    folder
}

/// Exit code, standard output, standard error.
fn run(folder: &Path, args: &[&str], variables: &[(&str, &str)], stdin: &str) -> (i32, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(args)
        .envs(variables.iter().copied())
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    // The command may end before it has read everything.
    child.stdin.take().expect("a pipe").write_all(stdin.as_bytes()).ok();
    let out = child.wait_with_output().expect("the command ends");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (out.status.code().unwrap_or_default(), text(out.stdout), text(out.stderr))
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").file_name());
    let mut names: Vec<String> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_refused_run_leaves_nothing_behind() {
    let folder = folder();
    fs::create_dir(folder.path().join("mine")).expect("a folder");
    fs::write(folder.path().join("mine/README.md"), "mine").expect("written");
    fs::write(folder.path().join("packed.toml"), "[output]\ncompress = \"gzip\"\n").expect("written");
    let cases: [&[&str]; 8] = [
        &["-o", "mine"],
        &["-o", "new/deep", "--shard", "1/2", "--limit", "3"],
        &["-o", "new", "--templates", "gone"],
        &["-o", "new", "--languages", "xx"],
        &["-o", "new.csv"],
        &["-o", "new.jsonl", "--compress", "gzip"],
        &["-o", "new.jsonl", "--config", "packed.toml"],
        &["-o", "new", "--memory", "1"],
    ];
    for flags in cases {
        let (code, _, said) = run(folder.path(), &[&["clean", "in.jsonl"], flags].concat(), &[], "");
        assert_eq!(code, 2, "{flags:?}: {said}");
        assert_eq!(names(folder.path()), ["in.jsonl", "mine", "packed.toml"], "{flags:?}");
        assert_eq!(names(&folder.path().join("mine")), ["README.md"], "{flags:?}");
    }
    // Changed settings are refused without a trace as well, and the folder is still that of the first run.
    assert_eq!(run(folder.path(), &["clean", "in.jsonl", "-o", "out", "-q"], &[], "").0, 1);
    let before = names(&folder.path().join("out/.copydesk"));
    assert_eq!(run(folder.path(), &["clean", "in.jsonl", "-o", "out", "--limit", "1"], &[], "").0, 2);
    assert_eq!(names(&folder.path().join("out/.copydesk")), before);
}

#[test]
fn what_a_variable_says_wrong_is_told_of_the_variable() {
    let folder = folder();
    let clean = ["clean", "in.jsonl", "-o", "-"];
    let told = |variables: &[(&str, &str)], flags: &[&str]| {
        let (code, _, said) = run(folder.path(), &[&clean[..], flags].concat(), variables, "");
        assert_eq!(code, 2, "{variables:?} {flags:?}: {said}");
        said
    };
    for (variable, value) in [
        ("COPYDESK_LAYOUT", "foo"),
        ("COPYDESK_THREADS", "x"),
        ("COPYDESK_SHARD", "3/2"),
        ("COPYDESK_MEMORY", "1"),
        ("COPYDESK_STEPS", "repare"),
        ("COPYDESK_CONFIG", "gone.toml"),
        ("COPYDESK_FILES_FROM", "gone"),
        ("COPYDESK_LANGUAGES", "xx"),
    ] {
        let said = told(&[(variable, value)], &[]);
        assert!(said.contains(variable) && !said.contains("for '--"), "{said}");
    }
    // Where the flag is wrong, the flag is named.
    let said = told(&[("COPYDESK_LAYOUT", "sentence")], &["--layout", "foo"]);
    assert!(said.contains("--layout") && !said.contains("COPYDESK_LAYOUT"), "{said}");
    // Two that contradict each other: of variables both are named; a flag has the last word.
    let both = [("COPYDESK_QUIET", "1"), ("COPYDESK_VERBOSE", "1")];
    let said = told(&both, &[]);
    assert!(said.contains("COPYDESK_QUIET") && said.contains("COPYDESK_VERBOSE"), "{said}");
    let (code, _, said) = run(folder.path(), &[&clean[..], &["-v"]].concat(), &both[..1], "");
    assert!(code == 1 && said.contains("of memory"), "{said}");
}

#[test]
fn another_standard_input_is_not_taken_for_the_one_before() {
    let folder = tempfile::tempdir().expect("a folder");
    let clean = |flags: &[&str], text| {
        run(folder.path(), &[&["clean", "-", "-o", "out", "-q"], flags].concat(), &[], text)
    };
    let part = || fs::read_to_string(folder.path().join("out/part-00000.jsonl")).expect("a part");
    assert_eq!(clean(&[], "It rained on Monday.").0, 0);
    let (code, _, said) = clean(&[], "It rained on Friday.");
    assert!(code == 2 && said.contains("--resume if it is the same"), "{said}");
    assert!(part().contains("Monday"));
    assert_eq!(clean(&["--resume"], "It rained on Monday.").0, 0);
    assert_eq!(clean(&["--overwrite"], "It rained on Friday.").0, 0);
    assert!(part().contains("Friday"));
    let args = ["clean", "-", "--files-from", "-"];
    assert_eq!(run(folder.path(), &args, &[], "out").0, 2, "one input for two things");
}

#[test]
fn every_command_that_meets_rejects_says_so_by_its_exit_code() {
    let folder = folder();
    let code = |args: &[&str]| run(folder.path(), args, &[], "").0;
    assert_eq!(code(&["clean", "in.jsonl", "-o", "a", "--shard", "1/2"]), 0);
    assert_eq!(code(&["clean", "in.jsonl", "-o", "b", "--shard", "2/2"]), 1);
    let merge = |flags: &[&str]| code(&[&["merge", "a", "b", "-o", "all"], flags].concat());
    assert_eq!(merge(&[]), 1);
    assert_eq!(merge(&[]), 1, "joined before");
    assert_eq!(merge(&["--fail-on", "never"]), 0);
    assert_eq!(merge(&["--fail-on", "0.9"]), 0);
    assert_eq!(code(&["inspect", "in.jsonl"]), 1);
    assert_eq!(code(&["templates", "learn", "in.jsonl", "-o", "t"]), 1);
    assert_eq!(code(&["templates", "show", "t", "in.jsonl"]), 1);
    assert_eq!(code(&["templates", "show", "t"]), 0);
}

#[test]
fn a_table_without_rows_is_no_reject() {
    let folder = tempfile::tempdir().expect("a folder");
    for (table, code) in
        [("", 0), ("\n\n", 0), ("id,text", 0), ("id,text\n", 0), ("\u{feff}", 0), ("id,body", 1)]
    {
        fs::write(folder.path().join("t.csv"), table).expect("written");
        let (found, _, said) = run(folder.path(), &["clean", "t.csv", "-o", "-"], &[], "");
        assert_eq!(found, code, "{table:?}: {said}");
        assert_eq!(said.contains("--text-field"), code == 1, "{table:?}: {said}");
    }
}

#[test]
fn a_line_that_names_the_delimiter_is_no_header() {
    let folder = tempfile::tempdir().expect("a folder");
    let semicolons = "sep=;\r\nid;text\r\na;It rained, and then; it did not.\r\n";
    for (table, options, expected) in [
        ("sep=;\nid;text\na;It rained, again.\n", &[][..], "It rained, again."),
        ("\u{feff}sep=;\r\nid;text\r\na;\"It rained; again.\"\r\n", &[], "It rained; again."),
        ("\"sep=\t\"\r\nid\ttext\r\na\tIt rained, again.\r\n", &[], "It rained, again."),
        ("sep=x,text\na,It rained; again.\n", &[], "It rained; again."),
        ("sep=;,text\na,It rained; again.\n", &[], "It rained; again."),
        ("sep=|\nIt rained again.\n", &["--text-field", "sep=|"], "It rained again."),
        (&semicolons.replace("then; it", "then it"), &[], "It rained, and then it did not."),
    ] {
        fs::write(folder.path().join("t.csv"), table).expect("written");
        let words = [&["clean", "t.csv", "-o", "-", "--steps", ""], options].concat();
        let (code, records, said) = run(folder.path(), &words, &[], "");
        assert_eq!(code, 0, "{table:?}: {said}");
        assert_eq!(records.lines().count(), 1, "{table:?}: {records}");
        assert!(records.contains(&format!("\"text\":\"{expected}\"")), "{table:?}: {records}");
    }
    // A row with a cell too many is told by where it stands in the file.
    fs::write(folder.path().join("t.csv"), semicolons).expect("written");
    assert_eq!(run(folder.path(), &["clean", "t.csv", "-o", "out"], &[], "").0, 1);
    let rejects = fs::read_to_string(folder.path().join("out/.copydesk/rejects/part-00000.jsonl"));
    let rejects = rejects.expect("rejects");
    assert!(
        rejects.contains("\"record\":0,") && rejects.contains("3 fields where the header has 2"),
        "{rejects}"
    );
    assert!(rejects.contains("\"offset\":15,"), "{rejects}");
}

#[test]
fn paths_in_a_settings_file_are_beside_it() {
    let folder = folder();
    fs::create_dir(folder.path().join("settings")).expect("a folder");
    let rules = run(folder.path(), &["rules", "new"], &[], "").1;
    fs::write(folder.path().join("settings/mine.toml"), rules).expect("written");
    fs::write(folder.path().join("settings/all.toml"), "[boilerplate]\nrules = [\"mine.toml\"]\n")
        .expect("written");
    let print =
        |file: &str| run(folder.path(), &["clean", "in.jsonl", "--config", file, "--print-config"], &[], "");
    let (code, settings, said) = print("settings/all.toml");
    assert!(code == 0 && settings.contains("acme-signup"), "{said}");
    // What is printed means the same anywhere.
    fs::write(folder.path().join("printed.toml"), &settings).expect("written");
    assert_eq!(print("printed.toml").1, settings);
    fs::write(folder.path().join("nan.toml"), "[boilerplate]\nwarn-share = nan\n").expect("written");
    let (code, _, said) = run(folder.path(), &["clean", "in.jsonl", "--config", "nan.toml"], &[], "");
    assert!(code == 2 && said.contains("`warn-share` is no share"), "{said}");
}

#[test]
fn files_of_one_name_are_told_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    for below in ["x", "y"] {
        fs::create_dir(folder.path().join(below)).expect("a folder");
        fs::write(folder.path().join(below).join("page.txt"), "It rained.").expect("written");
    }
    let list = ["clean", "--files-from", "-", "-o", "-"];
    let (_, records, said) = run(folder.path(), &list, &[], "./y/page.txt\nx/page.txt\n");
    for id in ["x/page.txt", "y/page.txt"] {
        assert!(records.contains(&format!("\"id\":\"{id}\"")), "{records}");
    }
    assert!(!said.contains("several"), "{said}");
    let (_, _, said) = run(folder.path(), &["clean", "x/page.txt", "y/page.txt", "-o", "-"], &[], "");
    assert!(said.contains("several of the files are called `page.txt`"), "{said}");
    // Folders, too, hold files of one name.
    let given = |inputs: &[&str]| run(folder.path(), &[&["clean", "-o", "-"], inputs].concat(), &[], "").2;
    for inputs in [&["x", "y"][..], &["x", "y/page.txt"]] {
        assert!(given(inputs).contains("several of the files are called `page.txt`"), "{inputs:?}");
    }
    for inputs in [&["."][..], &["x"]] {
        assert!(!given(inputs).contains("several"), "{inputs:?}");
    }
}

#[test]
fn merging_neither_eats_its_shards_nor_vouches_for_damaged_ones() {
    let folder = folder();
    let code = |args: &[&str]| run(folder.path(), args, &[], "");
    for (out, shard) in [("a", "1/2"), ("b", "2/2")] {
        assert!(code(&["clean", "in.jsonl", "-q", "-o", out, "--shard", shard]).0 < 2);
    }
    let (found, _, said) = code(&["merge", "a", "b", "-o", "./a", "--overwrite"]);
    assert!(found == 2 && said.contains("both a shard and the output"), "{said}");
    assert_eq!(code(&["verify", "a"]).0, 0);
    let part = folder.path().join("a/part-00000.jsonl");
    let records = fs::read_to_string(&part).expect("records").replace("rained", "snowed");
    fs::write(&part, records).expect("written");
    for output in ["all.jsonl", "-", "in.jsonl"] {
        let (found, _, said) = code(&["merge", "a", "b", "-o", output]);
        assert!(found == 2 && said.contains("a folder"), "{output}: {said}");
        assert!(output == "in.jsonl" || !folder.path().join(output).exists());
    }
    let (found, _, said) = code(&["merge", "a", "b", "-o", "all"]);
    assert!(found == 3 && said.contains("`a` is not as the run left it: part-00000.jsonl"), "{said}");
    assert!(!folder.path().join("all").exists());
}

#[test]
fn a_variable_that_is_wrong_ends_the_run_that_needs_no_command() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("raw")).expect("a folder");
    fs::write(folder.path().join("raw/a.txt"), "It rained.").expect("written");
    let (code, _, said) = run(folder.path(), &[], &[("COPYDESK_LAYOUT", "foo")], "");
    assert!(code == 2 && said.contains("for 'COPYDESK_LAYOUT'"), "{said}");
    assert_eq!(said.matches("no command given").count(), 1, "{said}");
    assert_eq!(run(folder.path(), &[], &[("COPYDESK_RESUME", "1")], "").0, 0);
    assert!(folder.path().join("clean/part-00000.jsonl").exists());
}

#[test]
fn without_a_command_only_what_a_run_left_is_replaced() {
    let folder = tempfile::tempdir().expect("a folder");
    let clean = folder.path().join("clean");
    fs::create_dir(folder.path().join("raw")).expect("a folder");
    fs::write(folder.path().join("raw/a.txt"), "It rained.").expect("written");
    fs::create_dir(&clean).expect("a folder");
    for foreign in ["README.md", "part-00000.jsonl"] {
        fs::write(clean.join(foreign), "Mine.\n").expect("written");
        let (code, _, said) = run(folder.path(), &[], &[], "");
        assert!(code == 2 && said.contains("--overwrite to start anew"), "{said}");
        assert_eq!(fs::read_to_string(clean.join(foreign)).expect("a file"), "Mine.\n");
        fs::remove_file(clean.join(foreign)).expect("removed");
    }
    assert_eq!(run(folder.path(), &[], &[], "").0, 0);
    fs::write(folder.path().join("raw/b.txt"), "It snowed.").expect("written");
    assert_eq!(run(folder.path(), &[], &[], "").0, 0);
    // As in a checkout: records and card, and nothing else.
    fs::remove_dir_all(clean.join(".copydesk")).expect("removed");
    assert_eq!(run(folder.path(), &[], &[], "").0, 0);
    let records = fs::read_to_string(clean.join("part-00000.jsonl")).expect("records");
    assert_eq!(records.lines().count(), 2);
}

#[test]
fn without_a_command_a_variable_names_no_other_place() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("raw")).expect("a folder");
    fs::write(folder.path().join("raw/a.txt"), "It rained.").expect("written");
    let precious = ["clean", "-", "-o", "precious", "-q"];
    assert_eq!(run(folder.path(), &precious, &[], "The council met on Monday.").0, 0);
    for _ in 0..2 {
        let (code, _, said) = run(folder.path(), &[], &[("COPYDESK_OUTPUT", "precious")], "");
        assert!(code == 0 && said.contains("`raw/` into `clean/`"), "{said}");
        let kept = fs::read_to_string(folder.path().join("precious/part-00000.jsonl")).expect("records");
        assert!(kept.contains("council"), "{kept}");
        let records = fs::read_to_string(folder.path().join("clean/part-00000.jsonl")).expect("records");
        assert!(records.contains("It rained."), "{records}");
    }
}

#[test]
fn a_folder_of_rules_is_read_without_hidden_files_and_has_some() {
    let folder = folder();
    let rules = run(folder.path(), &["rules", "new"], &[], "").1;
    let write = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, content).expect("written");
    };
    write("mine/signup.toml", rules.as_bytes());
    // What editors and archives of a Mac leave beside it.
    write("mine/._signup.toml", b"\0\x05\x16\x07\xff");
    write("mine/.old/signup.toml", rules.as_bytes());
    let clean = |pack: &str| run(folder.path(), &["clean", "in.jsonl", "-o", "-", "--rules", pack], &[], "");
    let (code, _, said) = clean("mine");
    assert_eq!(code, 1, "{said}");
    write("empty/rules.tml", rules.as_bytes());
    for command in [&["clean", "in.jsonl", "-o", "-", "--rules", "empty"][..], &["rules", "test", "empty"]] {
        let (code, _, said) = run(folder.path(), command, &[], "");
        assert!(code == 2 && said.contains("no rule files (`*.toml`) in `empty`"), "{said}");
    }
    write("latin.toml", b"schema = 1\n# caf\xe9\n");
    let (code, _, said) = clean("latin.toml");
    assert!(code == 2 && said.contains("latin.toml:2: not UTF-8"), "{said}");
}

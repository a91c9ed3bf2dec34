//! The command as users meet it: inputs, outputs, messages, exit codes.

#![expect(clippy::expect_used, reason = "a test says what it expected")]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;

use serde_json::Value;

fn copydesk(folder: &Path, args: &[&str], stdin: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut input = child.stdin.take().expect("a pipe");
    // The command may end before it has read everything.
    input.write_all(stdin).ok();
    drop(input);
    child.wait_with_output().expect("the command ends")
}

fn records(out: &Output) -> Vec<Value> {
    let text = String::from_utf8(out.stdout.clone()).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("a record")).collect()
}

#[test]
fn a_filter_keeps_order_ids_and_metadata() {
    let folder = tempfile::tempdir().expect("a folder");
    let input = "{\"id\":\"a\",\"text\":\"It rained. Nobody came.\",\"section\":\"world\"}\n\n{\"text\":\"The end of it.\"}\n";
    let out = copydesk(folder.path(), &["clean", "-", "-j", "2"], input.as_bytes());
    assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
    let records = records(&out);
    assert_eq!(records[0]["id"], "a");
    assert_eq!(records[1]["id"], "stdin#1");
    assert_eq!(records[0]["metadata"], "{\"section\":\"world\"}");
    assert_eq!(records[0]["sentences"][1]["start"], 11);
    let keys: Vec<&String> = records[0].as_object().expect("an object").keys().collect();
    let expected = [
        "v",
        "id",
        "text",
        "lang",
        "lang_score",
        "langs",
        "sentences",
        "source",
        "url",
        "title",
        "origin",
        "counts",
        "metadata",
    ];
    assert_eq!(keys, expected);
}

#[test]
fn a_bad_record_is_set_aside_and_the_run_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(
        folder.path().join("d.jsonl"),
        "{\"text\":\"One.\"}\n{\"text\":\n{\"id\":\"x\"}\n{\"text\":\"Two.\"}\n",
    )
    .expect("written");
    let out = copydesk(folder.path(), &["clean", "d.jsonl", "-o", "out"], b"");
    assert_eq!(out.status.code(), Some(1));
    let manifest: Value = serde_json::from_slice(
        &fs::read(folder.path().join("out/.copydesk/manifest.json")).expect("a manifest"),
    )
    .expect("JSON");
    assert_eq!(manifest["report"]["documents_in"], 4);
    assert_eq!(manifest["report"]["documents_out"], 2);
    assert_eq!(manifest["report"]["rejected"], 2);
    assert_eq!(manifest["parts"][0]["records"], 2);
}

#[test]
fn trouble_has_a_message_and_the_documented_exit_code() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("empty")).expect("a folder");
    let noise: Vec<u8> = (0..100_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 11) as u8).collect();
    let cases: [(&[&str], &[u8], i32, &str); 6] = [
        (&["clean", "missing"], b"", 2, "cannot read `missing`"),
        (&["clean", "empty"], b"", 0, "no documents found"),
        (&["clean", "-"], b"", 0, "1 documents in = 0 out + 1 empty"),
        (&["clean", "-"], &noise, 1, "1 rejected"),
        (&["clean", "-", "--steps", "repare"], b"x", 2, "unknown step `repare`"),
        (&["clean", "-", "--no-such-flag"], b"x", 2, "--no-such-flag"),
    ];
    for (args, stdin, code, message) in cases {
        let out = copydesk(folder.path(), args, stdin);
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        assert_eq!(out.status.code(), Some(code), "{args:?}: {said}");
        assert!(said.contains(message), "{args:?}: {said}");
        assert!(!said.contains("panicked"), "{args:?}: {said}");
    }
}

#[test]
fn threads_do_not_change_the_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let raw = Path::new(env!("CARGO_MANIFEST_DIR")).join("raw");
    let raw = raw.to_str().expect("a plain path");
    let run = |threads: &str| copydesk(folder.path(), &["clean", raw, "-o", "-", "-j", threads], b"").stdout;
    let one = run("1");
    assert!(!one.is_empty());
    assert_eq!(one, run("2"));
    assert_eq!(one, run("1"));
}

#[test]
fn golden_output_is_current() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().expect("a folder");
    let raw = root.join("raw");
    let out = copydesk(folder.path(), &["clean", raw.to_str().expect("a plain path"), "-o", "clean"], b"");
    assert_eq!(out.status.code(), Some(0));
    for name in ["part-00000.jsonl", "README.md"] {
        let made = fs::read_to_string(folder.path().join("clean").join(name)).expect("made");
        let golden = fs::read_to_string(root.join("clean").join(name)).expect("golden");
        assert!(
            made == golden,
            "clean/{name} is not what copydesk makes; run `cargo golden` and read the diff"
        );
    }
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut child = Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(["clean", "-"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    drop(child.stdout.take());
    let mut input = child.stdin.take().expect("a pipe");
    for n in 0..20_000 {
        if writeln!(input, "{{\"id\":\"n{n}\",\"text\":\"The same short sentence once more.\"}}").is_err() {
            break;
        }
    }
    drop(input);
    let out = child.wait_with_output().expect("the command ends");
    assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
}

const RULES: &str = r#"schema = 1
[[rule]]
id = "tide-table"
action = "drop"
langs = ["en"]
any = ['^High water at the pier: ']
because = "The tide table stands on every page of the paper."
drops = ["High water at the pier: 6.12"]
keeps = ["High water at the pier delayed the ferry."]
"#;

#[test]
fn rules_of_the_users_own_drop_lines_and_are_told_in_the_audit() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("mine")).expect("a folder");
    fs::write(folder.path().join("mine/tides.toml"), RULES).expect("written");
    let text = "The ferry left an hour late on Monday because of the wind, the company said.\nHigh water at the pier: 6.12\nIt will sail again on Tuesday, when the storm is over and the pier is mended.\n";
    fs::write(folder.path().join("a.txt"), text).expect("written");
    let out = |args: &[&str]| copydesk(folder.path(), args, b"");
    let text_of = |out: &Output| records(out)[0]["text"].as_str().expect("a text").to_owned();
    assert!(text_of(&out(&["clean", "a.txt", "-o", "-"])).contains("6.12"));
    assert!(!text_of(&out(&["clean", "a.txt", "-o", "-", "--rules", "mine"])).contains("6.12"));
    assert_eq!(out(&["clean", "a.txt", "-o", "out", "--rules", "mine"]).status.code(), Some(0));
    let told = out(&["explain", "out", "a.txt", "--no-pager"]);
    assert!(String::from_utf8_lossy(&told.stdout).contains("tide-table"));
    // Without the rules it is another run.
    let refused = out(&["clean", "a.txt", "-o", "out"]);
    assert_eq!(refused.status.code(), Some(2));
    fs::write(folder.path().join("mine/tides.toml"), RULES.replace("drop\"", "drip\"")).expect("written");
    let broken = out(&["clean", "a.txt", "-o", "-", "--rules", "mine"]);
    assert_eq!(broken.status.code(), Some(2));
    let said = String::from_utf8_lossy(&broken.stderr).into_owned();
    assert!(said.contains("mine/tides.toml:4"), "{said}");
}

#[test]
fn a_variable_stands_between_the_flag_and_the_settings_file() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("copydesk.toml"), "[output]\noffsets = \"bytes\"\nmetadata = \"drop\"\n")
        .expect("written");
    let settings = |variables: &[(&str, &str)], flags: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_copydesk"));
        command.args(["clean", "-", "--print-config"]).args(flags).current_dir(folder.path());
        let out = command.envs(variables.iter().copied()).output().expect("it runs");
        (out.status.code(), String::from_utf8(out.stdout).expect("UTF-8"))
    };
    let (_, plain) = settings(&[], &[]);
    assert!(plain.contains("offsets = \"bytes\"") && plain.contains("metadata = \"drop\""), "{plain}");
    let variables = [("COPYDESK_OFFSETS", "utf16"), ("COPYDESK_NO_SENTENCE_TEXT", "1")];
    let (_, varied) = settings(&variables, &[]);
    assert!(varied.contains("offsets = \"utf16\"") && varied.contains("sentence-text = false"), "{varied}");
    let (_, flagged) = settings(&variables, &["--offsets", "codepoints"]);
    assert!(flagged.contains("offsets = \"codepoints\""), "{flagged}");
    assert_eq!(settings(&[("COPYDESK_OFFSETS", "furlongs")], &[]).0, Some(2));
}

#[test]
fn every_name_of_a_setting_is_a_value_of_its_flag() {
    let folder = tempfile::tempdir().expect("a folder");
    let all: [(&str, &str, &[&str]); 7] = [
        ("--lang-codes", "codes", &["bcp47", "iso639-3", "glotlid"]),
        ("--layout", "layout", &["document", "sentence"]),
        ("--input-format", "format", &["auto", "text", "jsonl", "csv", "tsv", "wet"]),
        ("--metadata", "metadata", &["string", "object", "drop"]),
        ("--offsets", "offsets", &["codepoints", "bytes", "utf16"]),
        ("--compress", "compress", &["none", "gzip", "zstd"]),
        ("--audit", "audit", &["full", "counts", "off"]),
    ];
    for (flag, key, values) in all {
        for value in values {
            let out = copydesk(folder.path(), &["clean", "-", "--print-config", flag, value], b"");
            let said = String::from_utf8_lossy(&out.stdout).into_owned();
            assert!(said.contains(&format!("{key} = \"{value}\"")), "{flag} {value}: {said}");
        }
    }
}

#[test]
fn packagers_get_completions_and_manual_pages() {
    let folder = tempfile::tempdir().expect("a folder");
    for (args, expected) in [
        (&["completions", "bash"][..], "--part-size"),
        (&["completions", "zsh"], "--part-size"),
        (&["completions", "fish"], "part-size"),
        (&["man"], "copydesk\\-clean"),
        (&["man", "clean"], "\\-\\-part\\-size"),
    ] {
        let out = copydesk(folder.path(), args, b"");
        assert_eq!(out.status.code(), Some(0), "{args:?}");
        assert!(String::from_utf8_lossy(&out.stdout).contains(expected), "{args:?}");
    }
    assert_eq!(copydesk(folder.path(), &["man", "tidy"], b"").status.code(), Some(2));
}

#[test]
fn colours_only_where_they_are_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let bytes =
        |when| copydesk(folder.path(), &["clean", "gone.txt", "-o", "-", "--color", when], b"").stderr;
    assert!(bytes("always").contains(&0x1b));
    assert!(!bytes("auto").contains(&0x1b));
}

#[test]
fn the_keys_of_steps_that_do_not_run_are_left_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let input = b"{\"id\":\"a\",\"text\":\"It rained. Nobody came.\"}\n";
    let keys = ["lang", "lang_score", "langs", "sentences"];
    for (steps, expected) in [
        ("language", &keys[..3]),
        ("sentences", &keys[3..]),
        (" sentences, language,", &keys[..]),
        ("repair,boilerplate", &[]),
        ("", &[]),
    ] {
        let out = copydesk(folder.path(), &["clean", "-", "--steps", steps], input);
        let record = records(&out).remove(0);
        let found: Vec<&str> = keys.into_iter().filter(|key| record.get(key).is_some()).collect();
        assert_eq!(found, expected, "{steps}");
    }
    let out = copydesk(folder.path(), &["clean", "-", "--steps", "repair", "--layout", "sentence"], input);
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert_eq!(out.status.code(), Some(2), "{said}");
    assert!(said.contains("needs the step `sentences`"), "{said}");
}

#[test]
fn tags_of_languages_may_be_in_capitals_and_empty_means_all() {
    let folder = tempfile::tempdir().expect("a folder");
    let input = "Es regnete die ganze Nacht, und am Morgen stand der Hafen unter Wasser.".as_bytes();
    for tags in ["DE", "en, De", "", "DEU"] {
        let out = copydesk(folder.path(), &["clean", "-", "--languages", tags], input);
        assert_eq!(records(&out)[0]["lang"], "de", "{tags}: {}", String::from_utf8_lossy(&out.stderr));
    }
}

#[test]
fn an_object_of_metadata_holds_no_null() {
    let folder = tempfile::tempdir().expect("a folder");
    let input = b"{\"text\":\"It rained.\",\"a\":null,\"b\":{\"c\":null,\"d\":[null]},\"n\":1.50}\n";
    let metadata = |how| {
        let out = copydesk(folder.path(), &["clean", "-", "--metadata", how], input);
        records(&out)[0]["metadata"].to_string()
    };
    assert_eq!(metadata("object"), r#"{"b":{"d":[null]},"n":1.5}"#);
    assert!(metadata("string").contains("null"), "a string keeps what the input says");
}

#[test]
fn the_manifest_says_which_rules_and_models_decided() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = copydesk(folder.path(), &["clean", "-", "-o", "out"], b"It rained.");
    assert_eq!(out.status.code(), Some(0));
    let manifest = fs::read(folder.path().join("out/.copydesk/manifest.json")).expect("a manifest");
    let manifest: Value = serde_json::from_slice(&manifest).expect("JSON");
    for of in ["rules", "models"] {
        assert_eq!(manifest[of].as_str().map(str::len), Some(64), "{of}");
    }
}

#[test]
fn a_number_of_threads_beyond_reason_ends_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = copydesk(folder.path(), &["clean", "-", "-j", "999999"], b"It rained.");
    assert_eq!(records(&out).len(), 1);
}

#[test]
fn a_folder_without_a_run_is_told_apart_from_a_damaged_one() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(folder.path().join("bad/.copydesk")).expect("a folder");
    fs::write(folder.path().join("bad/.copydesk/manifest.json"), "{").expect("written");
    for command in [&["restore"][..], &["report"], &["explain", "--no-pager"], &["verify"]] {
        let say = |of: &str, code: i32| {
            let args = [command, &[of], if command[0] == "explain" { &["a"] } else { &[] }].concat();
            let out = copydesk(folder.path(), &args, b"");
            assert_eq!(out.status.code(), Some(code), "{args:?}");
            String::from_utf8_lossy(&out.stderr).into_owned()
        };
        assert!(say("none", 2).contains("`none` holds no finished run"), "{command:?}");
        // To find damage is what `verify` was asked for.
        let code = if command == ["verify"] { 1 } else { 2 };
        assert!(say("bad", code).contains("damaged"), "{command:?}");
    }
}

#[test]
fn json_over_several_lines_is_read_record_by_record() {
    let folder = tempfile::tempdir().expect("a folder");
    let list = "[\n  {\"id\": \"a\", \"text\": \"It rained.\",\n   \"n\": 1},\n  {\"id\": \"b\", \"text\": \"Nobody\\ncame.\"}\n]\n";
    let spread = "{\n  \"id\": \"a\",\n  \"text\": \"It rained.\",\n  \"n\": 1\n}\n{\n  \"id\": \"b\",\n  \"text\": \"Nobody\\ncame.\"\n}\n";
    for json in [list, spread] {
        let out = copydesk(folder.path(), &["clean", "-"], json.as_bytes());
        assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
        let records = records(&out);
        assert_eq!(records.len(), 2, "{json}");
        assert_eq!((&records[0]["id"], &records[1]["id"]), (&"a".into(), &"b".into()));
        assert_eq!(records[0]["metadata"], "{\"n\":1}");
    }
    // A shard, and a run that is taken up again, read such a file as a whole.
    fs::write(folder.path().join("l.json"), list).expect("written");
    let shard = |n: &str| copydesk(folder.path(), &["clean", "l.json", "--shard", n, "-o", "-"], b"").stdout;
    let both = [shard("1/2"), shard("2/2")].concat();
    assert_eq!(both, copydesk(folder.path(), &["clean", "l.json", "-o", "-"], b"").stdout);
}

#[test]
fn a_record_without_a_text_says_what_it_has() {
    let folder = tempfile::tempdir().expect("a folder");
    let input = b"{\"id\":\"a\",\"body\":\"It rained.\",\"data\":{\"text\":\"Nobody came.\",\"n\":1}}\n";
    let out = copydesk(folder.path(), &["clean", "-"], input);
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(said.contains("no field `text`: there are id, body, data (see --text-field)"), "{said}");
    let out = copydesk(folder.path(), &["clean", "-", "--text-field", "data.text"], input);
    let record = records(&out).remove(0);
    assert_eq!(record["text"], "Nobody came.");
    assert_eq!(record["metadata"], "{\"body\":\"It rained.\",\"data\":{\"n\":1}}");
    let out = copydesk(folder.path(), &["inspect", "-", "--no-pager", "--text-field", "body"], input);
    assert!(String::from_utf8_lossy(&out.stdout).contains("It rained."));
}

#[test]
fn the_output_of_another_run_below_the_input_is_not_read() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("in")).expect("a folder");
    fs::write(folder.path().join("in/a.txt"), "It rained.").expect("written");
    for (output, documents) in [("in/one", 1), ("in/two", 1), ("three", 1)] {
        let out = copydesk(folder.path(), &["clean", "in", "-o", output], b"");
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        assert!(said.contains(&format!("{documents} documents in = 1 out")), "{output}: {said}");
    }
    // Named, it is: its records, without the card.
    let out = copydesk(folder.path(), &["clean", "in/one", "-o", "-"], b"");
    assert_eq!(records(&out).len(), 1);
}

#[test]
fn warnings_are_heard_without_progress_and_show_no_control_characters() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a\x1b[2J.jsonl"), "{\"id\":\n").expect("written");
    let out = copydesk(folder.path(), &["clean", ".", "-o", "out", "--progress", "never"], b"");
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(said.contains("set aside: a␛[2J.jsonl record 0"), "{said}");
    assert!(
        said.contains("1 records, as they stood and each with its reason, in `out/.copydesk/rejects`"),
        "{said}"
    );
    assert!(!said.contains('\x1b'), "{said}");
    let args = ["clean", "-", "--progress", "always", "--log-format", "json"];
    let out = copydesk(folder.path(), &args, b"It rained.");
    for line in String::from_utf8_lossy(&out.stderr).lines() {
        assert!(serde_json::from_str::<Value>(line).is_ok(), "{line}");
    }
}

#[test]
fn a_variable_that_is_nearly_one_of_ours_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let say = |name: &str| {
        let out = Command::new(env!("CARGO_BIN_EXE_copydesk"))
            .args(["clean", "--print-config"])
            .current_dir(folder.path())
            .env(name, "2")
            .output()
            .expect("the command ends");
        assert_eq!(out.status.code(), Some(0), "{name}");
        String::from_utf8_lossy(&out.stderr).into_owned()
    };
    assert!(say("COPYDESK_THREAD").contains("did you mean `COPYDESK_THREADS`?"));
    assert_eq!(say("COPYDESK_THREADS"), "");
    assert_eq!(say("COPYDESK_BIN"), "");
}

#[test]
fn a_pipe_says_that_nothing_recurring_was_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    let say = |args: &[&str], input: &[u8]| {
        String::from_utf8_lossy(&copydesk(folder.path(), args, input).stderr).contains("read only once")
    };
    let two = b"{\"text\":\"It rained.\"}\n{\"text\":\"Nobody came.\"}\n";
    assert!(say(&["clean", "-"], two));
    assert!(!say(&["clean", "-", "-q"], two));
    assert!(!say(&["clean", "-", "--templates", "off"], two));
    assert!(!say(&["clean", "-"], b"One text alone."));
}

#[test]
fn a_readme_that_is_not_ours_is_not_replaced() {
    let folder = tempfile::tempdir().expect("a folder");
    let readme = folder.path().join("README.md");
    fs::write(folder.path().join("in.txt"), "It rained.").expect("written");
    fs::write(&readme, "mine").expect("written");
    let out = copydesk(folder.path(), &["clean", "in.txt", "-o", "."], b"");
    assert_eq!(out.status.code(), Some(2));
    let said = String::from_utf8_lossy(&out.stderr);
    assert!(said.contains("`.` holds a README.md") && said.contains("--overwrite"), "{said}");
    assert_eq!(fs::read_to_string(&readme).expect("a file"), "mine");
    let out = copydesk(folder.path(), &["clean", "in.txt", "-o", "out"], b"");
    assert_eq!(out.status.code(), Some(0));
    let again = copydesk(folder.path(), &["clean", "in.txt", "-o", "out"], b"");
    assert_eq!(again.status.code(), Some(0), "{}", String::from_utf8_lossy(&again.stderr));
}

#[test]
fn a_dry_run_writes_nothing_and_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("in.jsonl"), "{\"text\":\"It rained.\"}\nno record\n").expect("written");
    let out = copydesk(folder.path(), &["clean", "in.jsonl", "-o", "out", "--dry-run"], b"");
    assert_eq!(out.status.code(), Some(1));
    let said = String::from_utf8_lossy(&out.stderr);
    assert!(said.contains("2 documents in = 1 out + 0 empty + 1 rejected"), "{said}");
    assert!(said.contains("nothing written") && !said.contains("`out"), "{said}");
    assert!(!folder.path().join("out").exists());
}

#[test]
fn a_list_of_files_may_be_parted_by_nul() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["a.txt", "b.txt"] {
        fs::write(folder.path().join(name), "It rained.").expect("written");
    }
    for list in ["b.txt\na.txt\n", "b.txt\r\na.txt", "b.txt\0a.txt\0"] {
        let out = copydesk(folder.path(), &["clean", "--files-from", "-", "-o", "-"], list.as_bytes());
        let ids: Vec<Value> = records(&out).iter().map(|record| record["id"].clone()).collect();
        assert_eq!(ids, ["a.txt", "b.txt"], "{list:?}");
    }
}

#[test]
fn titles_and_ids_are_decoded_with_the_text_beside_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let latin = |text: &str| encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
    let text = "Es regnete die ganze Nacht über Köln, und die Straße zur Brücke war gesperrt.";
    let json =
        format!("{{\"id\":\"ä1\",\"title\":\"Überschwemmung\",\"by\":\"Jörg\",\"text\":\"{text}\"}}\n");
    let table = format!("id,title,by,text\nä1,Überschwemmung,Jörg,\"{text}\"\n");
    for input in [json, table] {
        let out = copydesk(folder.path(), &["clean", "-"], &latin(&input));
        let record = records(&out).remove(0);
        let found = ["id", "title", "metadata", "text"].map(|key| record[key].as_str().unwrap_or_default());
        assert_eq!(found, ["ä1", "Überschwemmung", "{\"by\":\"Jörg\"}", text], "{input}");
        assert_eq!(record["origin"]["encoding"], "windows-1252");
    }
}

//! What users see of what was done: restore, explain, inspect, the report page and the rules command.

#![expect(clippy::expect_used, reason = "a test says what it expected")]

use std::fs;
use std::path::Path;
use std::process::Command;
use std::process::Output;

use copydesk::Cleaner;
use copydesk::Config;
use copydesk::config::Audit;
use copydesk::config::Job;
use copydesk::config::Layout;
use copydesk::config::Step;
use copydesk::config::Steps;
use copydesk::finished::Finished;
use copydesk::page;
use copydesk::page::Gathering;
use copydesk::run::Event;
use copydesk::run::run;
use serde_json::Value;
use serde_json::json;

fn copydesk(folder: &Path, args: &[&str]) -> Output {
    let command = Command::new(env!("CARGO_BIN_EXE_copydesk")).args(args).current_dir(folder).output();
    command.expect("the command runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// Documents of every kind: changed, unchanged, emptied, garbled, hostile, twice the same id.
fn documents() -> Vec<(&'static str, &'static str)> {
    vec![
        (
            "a",
            "The council met on Monday.\r\n\r\nAdvertisement\r\n\r\nIt voted at noon. The cafÃ© stayed open.  ",
        ),
        ("plain", "Nothing here needs to be changed at all."),
        ("gone", "Advertisement\n\nRead more\n"),
        ("twin", "The first of two documents with one id.\n\nRead more"),
        ("twin", "The second of two documents with one id.\n\nAdvertisement"),
        (
            "x\"</script><script>alert(1)</script>",
            "Scraped text with <script>alert(2)</script> in it.\n\nAdvertisement",
        ),
        ("rtl", "صباح الخير يا عالم. كيف حالك اليوم؟\n\n日本語の文章です。次の文です。"),
    ]
}

fn cleaned(folder: &Path, flags: &[&str]) {
    let lines: Vec<String> =
        documents().iter().map(|(id, text)| json!({"id": id, "text": text}).to_string()).collect();
    fs::write(folder.join("in.jsonl"), lines.join("\n")).expect("written");
    let out = copydesk(folder, &[&["clean", "in.jsonl", "-o", "out", "--overwrite"], flags].concat());
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
}

#[test]
fn every_document_comes_back_in_order_in_both_layouts() {
    let folder = tempfile::tempdir().expect("a folder");
    for layout in ["document", "sentence"] {
        cleaned(folder.path(), &["--layout", layout]);
        let out = copydesk(folder.path(), &["restore", "out"]);
        assert_eq!(out.status.code(), Some(0), "{layout}: {}", text(&out.stderr));
        let back: Vec<Value> =
            text(&out.stdout).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        let expected: Vec<Value> =
            documents().iter().map(|(id, text)| json!({"id": id, "text": text})).collect();
        assert_eq!(back, expected, "{layout}");
        let one = copydesk(folder.path(), &["restore", "out", "a"]);
        assert_eq!(text(&one.stdout), documents()[0].1, "{layout}");
    }
}

#[test]
fn what_a_damaged_part_says_is_not_given_out_as_true() {
    let folder = tempfile::tempdir().expect("a folder");
    let commands: [&[&str]; 4] =
        [&["restore", "out"], &["restore", "out", "a"], &["explain", "out", "a"], &["report", "out"]];
    // Damage that leaves everything readable.
    let reworded = |bytes: Vec<u8>| {
        let told = text(&bytes);
        assert!(told.contains("Monday") || told.contains("Advertisement"), "{told}");
        told.replace("Monday", "Sunday").replace("Advertisement", "Advertisements").into_bytes()
    };
    for (name, is_packed) in [("part-00000.jsonl", false), (".copydesk/audit/part-00000.jsonl.zst", true)] {
        let part = folder.path().join("out").join(name);
        cleaned(folder.path(), &[]);
        let good = fs::read(&part).expect("a part");
        let bad = if is_packed {
            let audit = reworded(zstd::decode_all(&*good).expect("unpacked"));
            zstd::encode_all(&*audit, 3).expect("packed")
        } else {
            reworded(good)
        };
        fs::write(&part, bad).expect("written");
        for args in commands {
            let out = copydesk(folder.path(), args);
            assert_eq!(out.status.code(), Some(3), "{name}: {args:?}");
            let said = text(&out.stderr);
            assert!(said.contains(&format!("`out/{name}` is not as the run left it")), "{args:?}: {said}");
            assert!(out.stdout.is_empty(), "{args:?}: {}", text(&out.stdout));
        }
        fs::remove_file(&part).expect("removed");
        for args in commands {
            assert_eq!(copydesk(folder.path(), args).status.code(), Some(3), "{name} is gone: {args:?}");
        }
    }
}

#[test]
fn a_document_is_found_by_the_id_that_its_input_has() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("in.jsonl"), r#"{"id": 7, "text": "It rained."}"#).expect("written");
    assert_eq!(copydesk(folder.path(), &["clean", "in.jsonl", "-o", "out"]).status.code(), Some(0));
    let commands: [&[&str]; 3] = [&["restore", "out"], &["explain", "out"], &["inspect", "in.jsonl"]];
    for command in commands {
        let [by_number, by_text] =
            ["7", "d-7"].map(|id| text(&copydesk(folder.path(), &[command, &[id]].concat()).stdout));
        assert!(by_number.contains("It rained."), "{command:?}: {by_number}");
        assert_eq!(by_number, by_text, "{command:?}");
    }
}

#[test]
fn the_audit_does_not_change_the_records() {
    let folder = tempfile::tempdir().expect("a folder");
    let part = folder.path().join("out/part-00000.jsonl");
    let records = ["full", "counts", "off"].map(|audit| {
        cleaned(folder.path(), &["--audit", audit]);
        fs::read_to_string(&part).expect("records")
    });
    assert!(!records[0].is_empty());
    assert_eq!(records[0], records[1]);
    assert_eq!(records[0], records[2]);
    let out = copydesk(folder.path(), &["restore", "out"]);
    assert_eq!(out.status.code(), Some(2));
    assert!(text(&out.stderr).contains("has no audit"), "{}", text(&out.stderr));
}

#[test]
fn inspect_and_explain_tell_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    cleaned(folder.path(), &[]);
    let before = copydesk(folder.path(), &["inspect", "in.jsonl", "a"]);
    let after = copydesk(folder.path(), &["explain", "out", "a"]);
    let shown = text(&after.stdout);
    assert_eq!(text(&before.stdout), shown);
    assert!(!shown.contains('\x1b'), "plain where it is piped");
    for expected in
        ["│ The council met on Monday.", "- Advertisement  ‹advertising-mark: ", "[-Ã©-]{+é+}", "¦"]
    {
        assert!(shown.contains(expected), "{expected}: {shown}");
    }
    let coloured = text(&copydesk(folder.path(), &["inspect", "in.jsonl", "a", "--color", "always"]).stdout);
    assert!(coloured.contains("\x1b[31;9mAdvertisement"), "{coloured}");
    let sample = text(&copydesk(folder.path(), &["inspect", "in.jsonl", "--sample", "3"]).stdout);
    assert_eq!(sample.matches(" characters · ").count(), 3);
    assert_eq!(sample, text(&copydesk(folder.path(), &["inspect", "in.jsonl", "--sample", "3"]).stdout));
    let missing = copydesk(folder.path(), &["explain", "out", "nobody"]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(text(&missing.stderr).contains("no document `nobody`"));
}

#[test]
fn inspect_knows_what_recurs_and_rules_of_ones_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let words = ["harbour", "river", "museum", "teacher", "orchard", "winter", "engine", "letter", "window"];
    let page = |n: usize| {
        let (a, b) = (words[n], words[(n * 5 + 3) % words.len()]);
        let text = format!(
            "Harbour Courier\nTides\nSport\nAuctions\nThe ferry left the {a} late in the evening, and its \
             passengers spent the night beside the {b}.\nIt will be back for the {b} on Monday, the company said, if \
             the {a} is open by then.\nPier 4\nTide tables in print\nHarbour times of the week\n"
        );
        let url = format!("https://example.com/{n}");
        format!("{}\n", serde_json::json!({"id": format!("p{n}"), "url": url, "text": text}))
    };
    let pages: String = (0..words.len()).map(page).collect();
    fs::write(folder.path().join("pages.jsonl"), pages).expect("written");
    let rule = "schema = 1\n[[rule]]\nid = \"ferry\"\naction = \"drop\"\nlangs = [\"en\"]\nany = ['^The ferry']\n\
                because = \"No ferries.\"\ndrops = [\"The ferry left.\"]\nkeeps = [\"A ferry left.\"]\n";
    fs::write(folder.path().join("own.toml"), rule).expect("written");
    let shown = |flags: &[&str]| {
        let out = copydesk(folder.path(), &[&["inspect", "pages.jsonl", "p3"], flags].concat());
        assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
        text(&out.stdout)
    };
    assert!(shown(&[]).contains("- Harbour times of the week  ‹template: "), "{}", shown(&[]));
    assert!(!shown(&["--templates", "off"]).contains("template: "));
    let by_rule = shown(&["--rules", "own.toml"]);
    assert!(by_rule.contains("beside the harbour.  ‹ferry: No ferries.›"), "{by_rule}");
}

#[test]
fn merging_writes_the_page_too() {
    let folder = tempfile::tempdir().expect("a folder");
    cleaned(folder.path(), &[]);
    for (shard, out) in [("1/2", "a"), ("2/2", "b")] {
        let out = copydesk(folder.path(), &["clean", "in.jsonl", "-o", out, "--shard", shard]);
        assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    }
    let page = folder.path().join("all/.copydesk/report.html");
    copydesk(folder.path(), &["merge", "a", "b", "-o", "all", "--no-report"]);
    assert!(!page.exists());
    copydesk(folder.path(), &["merge", "a", "b", "-o", "all"]);
    assert!(fs::read_to_string(page).expect("a page").contains("advertising-mark"));
}

#[test]
fn the_report_is_written_and_can_be_left_out() {
    let folder = tempfile::tempdir().expect("a folder");
    cleaned(folder.path(), &["--no-report"]);
    let page = folder.path().join("out/.copydesk/report.html");
    assert!(!page.exists());
    let out = copydesk(folder.path(), &["report", "out"]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    let html = fs::read_to_string(&page).expect("a page");
    assert!(html.contains("default-src 'none'"));
    assert!(html.contains("advertising-mark"));
    assert!(!html.contains("<script>alert"), "scraped text is data");
}

#[test]
fn what_is_gathered_on_the_way_is_what_stands_in_the_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let words = ["harbour", "river", "museum", "teacher", "orchard", "winter", "engine", "letter", "window"];
    let page = |n: usize| {
        let (a, b) = (words[n % 9], words[(n * 5 + 3) % 9]);
        let text = format!(
            "Advertisement\n\nThe ferry left the {a} late, and caf\u{c3}\u{a9} owners near the {b} waited &amp; \
             waited.\u{0}\n\nDie F\u{e4}hre kommt am Montag zur\u{fc}ck, sagte die Firma am {n}. Mai.\n\nShare this \
             article\n\nRead more: {b} no. {n}\n"
        );
        let text = if n.is_multiple_of(7) { "Advertisement\n".to_owned() } else { text };
        let url = format!("https://site{}.example/{n}", n % 4);
        format!("{}\n", serde_json::json!({"id": format!("p{n}"), "url": url, "text": text}))
    };
    let pages: String = (0..120).map(page).collect();
    fs::write(folder.path().join("pages.jsonl"), pages + "{broken\n").expect("written");
    let all = Config::default();
    let mut by_sentence = Config::default();
    by_sentence.output.layout = Layout::Sentence;
    let mut without_audit = Config::default();
    without_audit.output.audit = Audit::Off;
    let only = |steps| Config { steps: Steps::from(steps), ..Config::default() };
    let (unnamed, uncut) = (only(vec![Step::Repair, Step::Sentences]), only(vec![Step::Boilerplate]));
    for config in [all, by_sentence, without_audit, unnamed, uncut] {
        let has_audit = config.output.audit == Audit::Full;
        let is_by_sentence = config.output.layout == Layout::Sentence;
        let job = Job {
            inputs: vec![folder.path().join("pages.jsonl")],
            output: folder.path().join("out"),
            overwrite: true,
            ..Job::default()
        };
        let mut gathering = Gathering::new(has_audit, is_by_sentence, 0.5);
        let cleaner = Cleaner::new(config).expect("the built-in rules hold");
        let report = run(&cleaner, &job, &mut |event| {
            if let Event::Written { records, audit, sums } = event {
                gathering.read(records, audit, sums);
            }
        })
        .expect("a run");
        let finished = Finished::open(&job.output).expect("a finished run");
        let gathered = gathering.finish(&finished).expect("rejects").expect("everything was seen");
        let read = page::survey(&finished, 0.5).expect("a survey");
        assert_eq!(json!(gathered), json!(read));
        assert_eq!((report.rejected, gathered.rejects[0].records), (1, 1));
        assert_eq!(gathered.has_audit, has_audit);
        assert!(gathered.documents > 90);
        assert!(gathered.diffs.len() > 40, "{}", gathered.diffs.len());
    }
}

#[test]
fn languages_are_told_alike_wherever_they_stand() {
    let folder = tempfile::tempdir().expect("a folder");
    let told = |body: &str, flags: &[&str]| {
        let fields =
            json!({"a": 1, "lang": "xx", "score": 0.9, "b": [{"c": 1, "lang": "yy", "lang_score": 0.9}]});
        let record = json!({"id": "a", "text": body, "more": fields});
        fs::write(folder.path().join("in.jsonl"), record.to_string()).expect("written");
        let clean = ["clean", "in.jsonl", "-o", "out", "--overwrite"];
        assert_eq!(copydesk(folder.path(), &[&clean, flags].concat()).status.code(), Some(0), "{flags:?}");
        let page = folder.path().join("out/.copydesk/report.html");
        let written = fs::read_to_string(&page).expect("a page");
        assert_eq!(copydesk(folder.path(), &["report", "out"]).status.code(), Some(0), "{flags:?}");
        let data = |page: &str| {
            let data = page.split_once("id=\"data\">").and_then(|(_, tail)| tail.split_once("</script>"));
            serde_json::from_str::<Value>(data.expect("data").0).expect("JSON")["survey"]["languages"].clone()
        };
        let languages = data(&fs::read_to_string(&page).expect("a page"));
        assert_eq!(data(&written), languages, "{flags:?}");
        let manifest = fs::read(folder.path().join("out/.copydesk/manifest.json")).expect("a manifest");
        let manifest: Value = serde_json::from_slice(&manifest).expect("JSON");
        let mut documents = serde_json::Map::new();
        for language in languages.as_array().expect("a list") {
            assert!(!["xx", "yy"].contains(&language["lang"].as_str().expect("a tag")), "{flags:?}");
            if language["documents"] != json!(0) {
                documents.insert(
                    language["lang"].as_str().expect("a tag").to_owned(),
                    language["documents"].clone(),
                );
            }
        }
        assert_eq!(Value::Object(documents), manifest["report"]["languages"], "{flags:?}");
        let head = text(&copydesk(folder.path(), &["explain", "out", "a"]).stdout);
        head.lines().find(|line| line.contains(" characters · ")).expect("a head").to_owned()
    };
    // More sentences that tell no language, and more short ones in another.
    let mixed = "12.\n34.\n56.\n78.\n90.\nDer Zug ist da.\nEr kam zu spät.\n\
        The council of the city met on Monday to decide about the old bridge, which nobody had repaired for years.";
    let documents = told(mixed, &["--metadata", "object"]);
    assert!(documents.starts_with("en ") && !documents.contains("0.00"), "{documents}");
    assert_eq!(told(mixed, &["--layout", "sentence"]), documents);
}

#[test]
fn a_rule_that_takes_most_of_a_document_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let advert = "Advertisement\n\n".repeat(40);
    fs::create_dir(folder.path().join("in")).expect("a folder");
    fs::write(folder.path().join("in/a.txt"), format!("{advert}One short sentence is all that is left."))
        .expect("written");
    let out = copydesk(folder.path(), &["clean", "in", "-o", "out"]);
    assert!(
        text(&out.stderr).contains("warning: `advertising-mark` removed more than 50 %"),
        "{}",
        text(&out.stderr)
    );
    fs::write(folder.path().join("copydesk.toml"), "[boilerplate]\nwarn-share = 0.99\n").expect("written");
    let out = copydesk(folder.path(), &["clean", "in", "-o", "out", "--overwrite"]);
    assert!(!text(&out.stderr).contains("removed more than"), "{}", text(&out.stderr));
    fs::write(folder.path().join("in/a.txt"), advert).expect("written");
    let out = copydesk(folder.path(), &["clean", "in", "-o", "out", "--overwrite"]);
    assert!(
        text(&out.stderr).contains("warning: Nothing was left of any document."),
        "{}",
        text(&out.stderr)
    );
}

#[test]
fn rules_are_listed_shown_begun_and_tested() {
    let folder = tempfile::tempdir().expect("a folder");
    let list = text(&copydesk(folder.path(), &["rules", "list"]).stdout);
    assert!(list.contains("advertising-mark") && list.contains("by language:"), "{list}");
    let show = text(&copydesk(folder.path(), &["rules", "show", "advertising-mark"]).stdout);
    assert!(show.contains("\ndrops\n    "), "{show}");
    let begun = text(&copydesk(folder.path(), &["rules", "new"]).stdout);
    fs::write(folder.path().join("mine.toml"), &begun).expect("written");
    let good = copydesk(folder.path(), &["rules", "test", "mine.toml"]);
    assert_eq!(good.status.code(), Some(0), "{}", text(&good.stderr));
    assert!(text(&good.stderr).contains("1 rules with 2 examples"), "{}", text(&good.stderr));
    let bad = begun.replace("drops = [\"Get the Acme", "drops = [\"Have the Acme");
    fs::write(folder.path().join("mine.toml"), bad).expect("written");
    let out = copydesk(folder.path(), &["rules", "test", "mine.toml"]);
    let said = text(&out.stderr);
    assert_eq!(out.status.code(), Some(2));
    let line = begun.lines().position(|l| l.starts_with("drops")).expect("a line") + 1;
    assert!(
        said.contains(&format!("mine.toml:{line}: rule `acme-signup`: this `drops` line is not matched")),
        "{said}"
    );
    assert!(said.contains("hint: "), "{said}");
    fs::write(folder.path().join("mine.toml"), begun.replace("(?i)^get", "(?i)(get")).expect("written");
    let said = text(&copydesk(folder.path(), &["rules", "test", "mine.toml"]).stderr);
    assert!(said.contains("mine.toml:3: rule `acme-signup`: pattern"), "{said}");
}

#[test]
fn columns_count_in_a_pipe_too() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(
        folder.path().join("a.txt"),
        "The council met on Monday to talk about the old bridge, and nobody voted.",
    )
    .expect("written");
    let longest = |columns: &str| {
        let out = Command::new(env!("CARGO_BIN_EXE_copydesk"))
            .args(["inspect", "a.txt"])
            .current_dir(folder.path())
            .env("COLUMNS", columns)
            .output()
            .expect("the command ends");
        text(&out.stdout).lines().map(|line| line.chars().count()).max()
    };
    assert!(longest("40") <= Some(40));
    assert!(longest("") > Some(72), "not broken");
}

#[test]
fn an_encoding_is_the_same_wherever_it_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let line = "{\"id\":\"a\",\"text\":\"Die Fähre fährt am Montag wieder, sagte die Firma.\"}\n";
    let units: Vec<u8> = line.encode_utf16().flat_map(u16::to_le_bytes).collect();
    fs::write(folder.path().join("in.jsonl"), [&[0xFF, 0xFE], &units[..]].concat()).expect("written");
    let out = copydesk(folder.path(), &["clean", "in.jsonl", "-o", "out"]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    let record = fs::read_to_string(folder.path().join("out/part-00000.jsonl")).expect("a part");
    let record: Value = serde_json::from_str(&record).expect("a record");
    assert_eq!(record["origin"]["encoding"], "UTF-16LE");
    let finished = Finished::open(&folder.path().join("out")).expect("a finished run");
    let told = page::survey(&finished, 0.5).expect("a survey").encodings;
    assert_eq!(told.iter().map(|of| &*of.encoding).collect::<Vec<_>>(), ["UTF-16LE"]);
    let shown = text(&copydesk(folder.path(), &["inspect", "in.jsonl"]).stdout);
    assert!(shown.contains("UTF-16LE") && !shown.contains("UTF-8"), "{shown}");
}

#[test]
fn inspect_sets_aside_what_clean_does() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("in")).expect("a folder");
    let bytes: Vec<u8> = (0..20).flat_map(|_| 0..=255).collect();
    fs::write(folder.path().join("in/a.txt"), bytes).expect("written");
    fs::write(folder.path().join("in/b.txt"), "The ferry left late.").expect("written");
    let cleaned = copydesk(folder.path(), &["clean", "in", "-o", "out"]);
    for args in
        [&["inspect", "in"][..], &["inspect", "in", "--sample", "2"], &["inspect", "in/a.txt", "a.txt"]]
    {
        let shown = copydesk(folder.path(), args);
        assert_eq!((shown.status.code(), cleaned.status.code()), (Some(1), Some(1)), "{args:?}");
        assert!(text(&shown.stderr).contains("a.txt record 0: looks like binary data"), "{args:?}");
        assert!(!text(&shown.stdout).contains("a.txt"), "{args:?}");
    }
}

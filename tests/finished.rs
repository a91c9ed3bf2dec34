//! What a finished run says of itself is held against what is there: what is lost or damaged is noticed by every command that
//! would go on from it.

#![expect(clippy::expect_used, reason = "a test says what it expected")]

use std::fs;
use std::path::Path;
use std::process::Command;

/// Exit code and standard error.
fn copydesk(folder: &Path, args: &[&str]) -> (Option<i32>, String) {
    let command = Command::new(env!("CARGO_BIN_EXE_copydesk")).args(args).current_dir(folder).output();
    let out = command.expect("the command runs");
    (out.status.code(), String::from_utf8(out.stderr).expect("UTF-8"))
}

/// A folder with `in.jsonl` and its run in `out`, of several parts.
fn cleaned() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let line = |n: usize| format!("{{\"id\":\"p{n}\",\"text\":\"The council met on day {n} to decide.\"}}\n");
    fs::write(folder.path().join("in.jsonl"), (0..40).map(line).collect::<String>()).expect("written");
    let (code, said) = copydesk(folder.path(), &CLEAN);
    assert_eq!(code, Some(0), "{said}");
    assert!(folder.path().join("out/part-00001.jsonl").exists());
    folder
}

const CLEAN: [&str; 6] = ["clean", "in.jsonl", "-o", "out", "--part-size", "6K"];

#[test]
fn a_run_that_lost_a_part_is_not_taken_for_finished() {
    let folder = cleaned();
    let again = |flags: &[&str]| copydesk(folder.path(), &[&CLEAN, flags].concat());
    let (code, said) = again(&[]);
    assert!(code == Some(0) && said.contains("already finished"), "{said}");
    assert!(!said.contains("MB/s"), "nothing was done: {said}");
    let cut = |path: &Path| {
        let whole = fs::read(path).expect("a part");
        fs::write(path, whole.get(..100).expect("longer")).expect("written");
    };
    for name in ["part-00001.jsonl", ".copydesk/audit/part-00000.jsonl.zst"] {
        let path = folder.path().join("out").join(name);
        let whole = fs::read(&path).expect("a part");
        for is_lost in [true, false] {
            if is_lost {
                fs::remove_file(&path).expect("removed");
            } else {
                cut(&path);
            }
            let (code, said) = again(&[]);
            assert!(code == Some(2) && said.contains(name) && said.contains("--overwrite"), "{said}");
            assert_eq!(again(&["--overwrite"]).0, Some(0));
            assert_eq!(fs::read(&path).expect("a part"), whole);
        }
    }
}

#[test]
fn joined_shards_that_lost_a_part_are_joined_no_more_than_a_run() {
    let folder = cleaned();
    for (shard, out) in [("1/2", "a"), ("2/2", "b")] {
        let args = ["clean", "in.jsonl", "-q", "-o", out, "--shard", shard, "--part-size", "6K"];
        assert_eq!(copydesk(folder.path(), &args).0, Some(0));
    }
    let merge =
        |flags: &[&str]| copydesk(folder.path(), &[&["merge", "a", "b", "-o", "all"], flags].concat());
    assert_eq!(merge(&[]).0, Some(0));
    let part = folder.path().join("all/part-00001.jsonl");
    fs::remove_file(&part).expect("removed");
    let (code, said) = merge(&[]);
    assert!(code == Some(2) && said.contains("part-00001.jsonl"), "{said}");
    assert_eq!(merge(&["--overwrite"]).0, Some(0));
    assert!(part.exists());
}

#[test]
fn a_page_that_is_not_whole_is_written_anew() {
    let folder = cleaned();
    let page = folder.path().join("out/.copydesk/report.html");
    let whole = fs::read(&page).expect("a page");
    fs::write(&page, whole.get(..whole.len() / 2).expect("half")).expect("written");
    assert_eq!(copydesk(folder.path(), &CLEAN).0, Some(0));
    assert!(fs::read_to_string(&page).expect("a page").trim_end().ends_with("</html>"));
    // Written beside and renamed: a reader that has it open keeps what it has.
    let linked = folder.path().join("linked.html");
    fs::hard_link(&page, &linked).expect("linked");
    let before = fs::read(&linked).expect("a page");
    assert_eq!(copydesk(folder.path(), &["report", "out"]).0, Some(0));
    assert_eq!(fs::read(&linked).expect("a page"), before);
    // What is no file is written to as it is.
    let command = format!("{} report out -o /dev/stdout", env!("CARGO_BIN_EXE_copydesk"));
    let mut piped = Command::new("sh");
    piped.args(["-c", &format!("{command} | tail -1")]).current_dir(folder.path());
    assert_eq!(piped.output().expect("a shell").stdout, b"</html>\n");
}

#[test]
fn whatever_a_run_leaves_is_verified() {
    let folder = cleaned();
    // A file of the user's own is none of the run's.
    std::fs::write(folder.path().join("out/counterpart-list.txt"), "a").expect("written");
    assert_eq!(copydesk(folder.path(), &["verify", "out"]).0, Some(0));
    std::fs::write(folder.path().join("out/part-00009.jsonl"), "{}\n").expect("written");
    assert_eq!(copydesk(folder.path(), &["verify", "out"]).0, Some(1));
    std::fs::remove_file(folder.path().join("out/part-00009.jsonl")).expect("removed");
    for name in
        ["part-00000.jsonl", ".copydesk/inputs.jsonl", ".copydesk/templates", ".copydesk/manifest.json"]
    {
        let path = folder.path().join("out").join(name);
        let good = fs::read(&path).expect("a file");
        let mut bad = good.clone();
        *bad.get_mut(good.len() / 2).expect("a byte") ^= 1;
        for content in [Some(bad), None] {
            match content {
                Some(content) => fs::write(&path, content).expect("written"),
                // Without a manifest there is no run to verify.
                None if name.ends_with("manifest.json") => continue,
                None => fs::remove_file(&path).expect("removed"),
            }
            let (code, said) = copydesk(folder.path(), &["verify", "out"]);
            assert!(code == Some(1) && said.contains(name), "{name}: {said}");
        }
        fs::write(&path, good).expect("put back");
    }
    assert_eq!(copydesk(folder.path(), &["verify", "out"]).0, Some(0));
}

#[test]
fn a_run_without_documents_has_nothing_to_restore_and_is_not_said_to_lack_its_audit() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, input) in [("rejected", "{bad\n{\"a\":1}\n"), ("nothing", "")] {
        fs::write(folder.path().join("in.jsonl"), input).expect("written");
        let run = |args: &[&str]| copydesk(folder.path(), args);
        run(&["clean", "in.jsonl", "-o", name, "-q"]);
        assert_eq!(run(&["restore", name]), (Some(0), String::new()));
        for command in ["restore", "explain"] {
            let (code, said) = run(&[command, name, "a"]);
            assert!(code == Some(2) && said.contains("no document `a`"), "{command}: {said}");
        }
        let page = || fs::read_to_string(folder.path().join(name).join(".copydesk/report.html"));
        let tells = |page: String| page.contains("\"has_audit\":true");
        assert_eq!(run(&["report", name]).0, Some(0));
        assert!(tells(page().expect("a page")), "the page of `{name}` says that there is no audit");
        run(&["clean", "in.jsonl", "-o", name, "-q", "--overwrite", "--audit", "off"]);
        let (code, said) = run(&["restore", name]);
        assert!(code == Some(2) && said.contains("no audit"), "{said}");
    }
}

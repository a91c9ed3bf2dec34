//! F1, F3: kill -9 at any moment, also while resuming. F4: signals. F24, F25: a second run.

use std::process::Command;
use std::time::Duration;

use crate::world::Ended;
use crate::world::World;
use crate::world::differing;
use crate::world::dump;
use crate::world::tree;

const ARGS: [&str; 12] =
    ["clean", "in", "--steps", "", "-j", "2", "-q", "--part-size", "300K", "--checkpoint", "1K", "--output"];

fn args(out: &str) -> Vec<&str> {
    ARGS.iter().copied().chain([out]).collect()
}

fn world() -> World {
    let all = dump(20_000);
    let middle = all.len() / 2;
    let middle = middle + all[middle..].iter().position(|b| *b == b'\n').unwrap() + 1;
    World::new(&[("a.jsonl", &all[..middle]), ("b.jsonl.gz", &crate::world::gzip(&all[middle..]))])
}

fn signal(pid: u32, name: &str) {
    Command::new("kill").args([name, &pid.to_string()]).status().expect("kill");
}

/// `COPYDESK_KILLS=50 cargo test --test faults kill` for the long run.
#[test]
fn f01_f03_a_run_killed_at_any_moment_and_resumed_gives_the_same_bytes() {
    let kills: u64 = std::env::var("COPYDESK_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(6);
    let world = world();
    let mut cut_short = 0;
    for compress in ["none", "gzip"] {
        cut_short += killed(&world, kills.div_ceil(2), compress);
    }
    assert!(cut_short > 0, "no kill came in time");
}

/// So many of the runs did not end by themselves.
fn killed(world: &World, kills: u64, compress: &str) -> u32 {
    let args = |out| [&args(out)[..], &["--compress", compress]].concat();
    std::fs::remove_dir_all(world.path("whole")).ok();
    let started = std::time::Instant::now();
    world.check(Some(&world.run(&args("whole"))), "whole", None);
    let took = started.elapsed();
    let whole = tree(&world.path("whole"));
    let (mut seed, mut cut_short) = (kills, 0);
    for round in 0..kills {
        std::fs::remove_dir_all(world.path("out")).ok();
        // Every other round, the resumed run is killed as well.
        for _ in 0..=round % 2 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let mut child = world.start(&args("out"));
            std::thread::sleep(took.mul_f64((seed >> 40) as f64 / (1 << 24) as f64));
            child.kill().expect("killed");
            let ended = Ended::of(child);
            cut_short += u32::from(ended.status.code().is_none());
            world.check(Some(&ended), "out", Some(&whole));
        }
        let ended = world.run(&args("out"));
        assert_eq!(ended.status.code(), Some(0), "round {round}: {}", ended.said());
        world.check(Some(&ended), "out", Some(&whole));
    }
    cut_short
}

#[test]
fn f01_a_run_killed_while_it_counts_leaves_nothing_behind_when_it_is_resumed() {
    let world = World::new(&[("a.jsonl", &dump(3000))]);
    let args = ["clean", "in", "-o", "out", "-q", "--no-report"];
    let mut child = world.start(&args);
    let is_counting = || {
        let folders = ["out/.copydesk", "out/.copydesk/work"];
        let entries =
            folders.iter().flat_map(|folder| std::fs::read_dir(world.path(folder)).into_iter().flatten());
        entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with(".tmp"))
    };
    while !is_counting() {
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().expect("killed");
    assert_eq!(Ended::of(child).status.code(), None, "it was faster than the kill");
    world.check(Some(&world.run(&args)), "out", None);
    let mut left: Vec<_> = std::fs::read_dir(world.path("out/.copydesk"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    left.sort();
    assert_eq!(left, ["audit", "inputs.jsonl", "manifest.json", "templates"]);
}

#[test]
fn f01_what_a_killed_merge_left_is_taken_up_by_no_run() {
    let world = world();
    let run = |out: &str, shard: &str| {
        let args = ["clean", "in", "-q", "--steps", "", "--part-size", "10K", "-o", out];
        let shard: &[&str] = if shard.is_empty() { &[] } else { &["--shard", shard] };
        world.run(&[&args[..], shard].concat())
    };
    run("one", "1/2");
    run("two", "2/2");
    let merge = ["merge", "one", "two", "-o", "out"];
    let mut child = world.start(&merge);
    while !world.path("out/.copydesk/notes").exists() {
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().expect("killed");
    assert_eq!(Ended::of(child).status.code(), None, "it was faster than the kill");
    let ended = run("out", "");
    assert_eq!(ended.status.code(), Some(2), "{}", ended.said());
    world.run(&merge);
    run("whole", "");
    world.check(None, "out", Some(&tree(&world.path("whole"))));
}

#[test]
fn f04_signals_stop_a_run_that_can_be_resumed() {
    let world = world();
    world.run(&args("whole"));
    let whole = tree(&world.path("whole"));
    for (name, code) in [("-INT", 130), ("-TERM", 143)] {
        std::fs::remove_dir_all(world.path("out")).ok();
        let mut slow = args("out");
        slow.retain(|arg| *arg != "-q");
        let child = world.start(&slow);
        // When the folder is locked, signals are caught.
        while !world.path("out/.copydesk/inputs.jsonl").exists() {
            std::thread::sleep(Duration::from_millis(1));
        }
        signal(child.id(), name);
        let ended = Ended::of(child);
        let said = ended.said();
        world.check(Some(&ended), "out", Some(&whole));
        if ended.status.code() != Some(0) {
            assert_eq!(ended.status.code(), Some(code), "{said}");
            assert!(said.contains("resume with the same command"), "{said}");
        }
        world.check(Some(&world.run(&args("out"))), "out", Some(&whole));
    }
}

#[test]
fn f04_a_dry_run_that_is_stopped_leaves_nothing_to_resume() {
    let world = world();
    let child = world.start(&["clean", "in", "--dry-run", "-j", "1", "-o", "out"]);
    let status = format!("/proc/{}/status", child.id());
    let is_caught = || {
        let told = std::fs::read_to_string(&status).unwrap_or_default();
        let mask = told.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap_or_default();
        u64::from_str_radix(mask.trim(), 16).is_ok_and(|mask| mask & 0b10 != 0)
    };
    while !is_caught() {
        std::thread::sleep(Duration::from_millis(1));
    }
    signal(child.id(), "-INT");
    let ended = Ended::of(child);
    assert_eq!(ended.status.code(), Some(130), "{}", ended.said());
    assert!(ended.said().contains("stopped before the end"), "{}", ended.said());
    assert!(!world.path("out").exists());
}

#[test]
fn f24_two_runs_into_one_folder_and_a_stale_lock() {
    let world = World::new(&[("a.jsonl", &dump(10))]);
    let held = std::fs::create_dir_all(world.path("out/.copydesk"))
        .and_then(|()| std::fs::File::create(world.path("out/.copydesk/lock")))
        .expect("a lock");
    held.lock().expect("locked");
    let ended = world.run(&args("out"));
    assert_eq!(ended.status.code(), Some(2));
    assert!(ended.said().contains("another run"));
    // The process that held it is gone; the file is still there.
    drop(held);
    let ended = world.run(&args("out"));
    assert_eq!(ended.status.code(), Some(0), "{}", ended.said());
    world.check(Some(&ended), "out", None);
}

#[test]
fn f25_changed_settings_or_inputs_are_refused_with_what_changed() {
    let world = World::new(&[("a.jsonl", &dump(10))]);
    world.run(&args("out"));
    let before = tree(&world.path("out"));
    let refused = |ended: &Ended, what: &str| {
        let said = ended.said();
        assert_eq!(ended.status.code(), Some(2), "{said}");
        assert!(said.contains(what), "{said}");
        assert_eq!(differing(&before, &tree(&world.path("out"))), [""; 0]);
    };
    refused(&world.run(&[&args("out")[..], &["--metadata", "drop"]].concat()), "output.metadata");
    refused(&world.run(&[&args("out")[..], &["--limit", "3"]].concat()), "limit");
    std::fs::write(world.path("in/b.jsonl"), dump(1)).expect("written");
    refused(&world.run(&args("out")), "b.jsonl");
    std::fs::remove_file(world.path("in/b.jsonl")).expect("removed");
    // The very same run is finished already; with --overwrite it starts anew, to the same end.
    assert_eq!(world.run(&args("out")).status.code(), Some(0));
    world.check(Some(&world.run(&[&args("out")[..], &["--overwrite"]].concat())), "out", Some(&before));
}

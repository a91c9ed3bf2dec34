//! F5, F22, F23, F26: pipes that close, links and devices, files that cannot be read, the output inside the input.

use std::io::Read;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use copydesk::disk::Op;
use copydesk::run::Surroundings;

use crate::world::Ended;
use crate::world::World;
use crate::world::dump;
use crate::world::passing;
use crate::world::run_in;
use crate::world::with_hook;

#[test]
fn f05_a_reader_that_leaves_is_no_failure() {
    let world = World::new(&[("a.jsonl", &dump(20_000))]);
    let mut child = world.start(&["clean", "in", "-o", "-", "--steps", "", "-q"]);
    let mut some = [0; 100];
    child.stdout.take().expect("a pipe").read_exact(&mut some).expect("records");
    let ended = Ended::of(child);
    assert_eq!((ended.status.code(), ended.said()), (Some(0), String::new()));
    world.check(Some(&ended), "none", None);
}

#[test]
fn f22_links_pipes_and_devices_are_passed_over() {
    let world = World::new(&[("a.jsonl", &dump(3)), ("below/b.jsonl", &dump(2))]);
    std::fs::create_dir(world.path("tree")).expect("a folder");
    for name in ["a.jsonl", "below"] {
        std::fs::rename(world.path("in").join(name), world.path("tree").join(name)).expect("moved");
    }
    symlink(world.path("tree"), world.path("tree/below/loop")).expect("a link");
    symlink("nowhere", world.path("tree/dangling")).expect("a link");
    symlink("/etc/passwd", world.path("tree/out-of-the-tree")).expect("a link");
    assert!(Command::new("mkfifo").arg(world.path("tree/pipe")).status().expect("mkfifo").success());
    let ended = world.run(&["clean", "tree", "-o", "out", "--steps", ""]);
    assert_eq!(ended.status.code(), Some(0), "{}", ended.said());
    assert_eq!(world.manifest("out").report.documents_out, 5);
    assert_eq!(ended.said().matches("is not read").count(), 4, "{}", ended.said());
    for name in ["a.jsonl", "below"] {
        std::fs::rename(world.path("tree").join(name), world.path("in").join(name)).expect("moved");
    }
    std::fs::remove_file(world.path("in/below/loop")).expect("removed");
    world.check(Some(&ended), "out", None);
}

#[test]
fn f23_what_cannot_be_read_is_one_reject_each() {
    let world = World::new(&[("a.jsonl", &dump(3)), ("b.jsonl", &dump(2)), ("c/d.jsonl", &dump(1))]);
    // Root reads everything; a file that vanished looks the same to the run.
    let list = "in/a.jsonl\nin/gone.jsonl\nin/c\n";
    std::fs::write(world.path("list"), list).expect("written");
    std::fs::write(world.path("in/gone.jsonl"), "x").expect("written");
    let around = with_hook(|op, path| {
        let is_closed = op == Op::Open && path.ends_with("gone.jsonl");
        if is_closed { Err(std::io::ErrorKind::PermissionDenied.into()) } else { Ok(()) }
    });
    let mut job = world.job("out");
    job.inputs = vec![world.path("in/a.jsonl"), world.path("in/gone.jsonl"), world.path("in/c")];
    let report = run_in(&around, &passing(1 << 20), &job).expect("a run");
    assert_eq!((report.documents_out, report.rejected), (4, 1));
    std::fs::remove_file(world.path("in/gone.jsonl")).expect("removed");
    world.check(None, "out", None);
    let is_root =
        std::fs::read("/proc/self/status").is_ok_and(|s| String::from_utf8_lossy(&s).contains("Uid:\t0"));
    if !is_root {
        let closed = world.path("in/b.jsonl");
        std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o000)).expect("closed");
        let ended = world.run(&["clean", "in", "-o", "out2", "--steps", ""]);
        assert_eq!(ended.status.code(), Some(1), "{}", ended.said());
        std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o644)).expect("opened");
    }
}

/// Runs with something happening to `in/b.jsonl` at the nth operation of a kind on it; out and rejected. The file is put
/// back afterwards.
fn meanwhile(
    on: Op,
    nth: usize,
    happens: impl Fn(&Path) -> std::io::Result<()> + Send + Sync + 'static,
) -> (u64, u64) {
    let world = World::new(&[("a.jsonl", &dump(3)), ("b.jsonl", &dump(9000)), ("c.jsonl", &dump(2))]);
    let seen = AtomicUsize::new(0);
    let around = with_hook(move |op, path| {
        if op == on && path.ends_with("b.jsonl") && seen.fetch_add(1, Ordering::Relaxed) == nth {
            happens(path).expect("it happens");
        }
        Ok(())
    });
    let report = run_in(&around, &passing(1 << 20), &world.job("out")).expect("a run");
    std::fs::write(world.path("in/b.jsonl"), dump(9000)).expect("put back");
    world.check(None, "out", None);
    (report.documents_out, report.rejected)
}

#[test]
fn f23_a_file_that_changes_while_it_is_read_costs_its_own_records_at_most() {
    assert_eq!(meanwhile(Op::Open, 0, |path| std::fs::remove_file(path)), (5, 1), "it vanishes before");
    assert_eq!(
        meanwhile(Op::Read, 1, |path| std::fs::remove_file(path)),
        (9005, 0),
        "it vanishes while read"
    );
    let cut = |path: &Path| std::fs::OpenOptions::new().write(true).open(path)?.set_len(700_001);
    let (out, rejected) = meanwhile(Op::Read, 1, cut);
    assert!((1000..9000).contains(&out) && rejected == 1, "cut short: {out} out, {rejected} rejected");
    let grow = |path: &Path| {
        let mut file = std::fs::OpenOptions::new().append(true).open(path)?;
        file.write_all(&dump(4))
    };
    let (out, rejected) = meanwhile(Op::Read, 1, grow);
    assert!((9005..=9009).contains(&out) && rejected == 0, "it grows: {out} out, {rejected} rejected");
}

#[test]
fn f23_a_file_replaced_between_two_runs_is_noticed() {
    let world = World::new(&[("a.jsonl", &dump(9000)), ("b.jsonl", &dump(9000))]);
    let failing = with_hook(|op, path| {
        let is_late = op == Op::Create && path.ends_with("records-00008");
        if is_late { Err(std::io::Error::other("injected")) } else { Ok(()) }
    });
    run_in(&failing, &passing(1 << 19), &world.job("out")).expect_err("cut short");
    let before = std::fs::read(world.path("in/a.jsonl")).expect("a file");
    std::fs::write(world.path("in/a.jsonl"), dump(9001)).expect("replaced");
    let error = run_in(&Surroundings::default(), &passing(1 << 19), &world.job("out")).expect_err("refused");
    assert!(error.is_usage() && error.to_string().contains("a.jsonl"), "{error}");
    std::fs::write(world.path("in/a.jsonl"), before).expect("put back");
    world.check(None, "out", None);
}

#[test]
fn f26_the_output_is_never_input() {
    let world = World::new(&[("a.jsonl", &dump(3))]);
    let copy = |from: &str, to: &str| {
        std::fs::create_dir_all(world.path(to)).expect("a folder");
        std::fs::copy(world.path(from), world.path(to).join("a.jsonl")).expect("copied");
    };
    copy("in/a.jsonl", "data");
    for _ in 0..2 {
        let ended = world.run(&["clean", "data", "-o", "data/out", "--steps", "", "--overwrite"]);
        assert_eq!(ended.status.code(), Some(0), "{}", ended.said());
        assert_eq!(world.manifest("data/out").report.documents_in, 3);
        world.check(Some(&ended), "data/out", None);
    }
    let ended = world.run(&["clean", "data", "-o", "data"]);
    assert_eq!(ended.status.code(), Some(2));
    assert!(ended.said().contains("both input and output"), "{}", ended.said());
}

//! F5, F22, F23, F26: pipes that close, links and devices, files that cannot be read, the output inside the input.

use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::process::Stdio;

use crate::world::World;
use crate::world::dump;

fn said(ended: &std::process::Output) -> String {
    String::from_utf8_lossy(&ended.stderr).into_owned()
}

#[test]
fn f05_a_reader_that_leaves_is_no_failure() {
    let world = World::new(&[("a.jsonl", &dump(20_000))]);
    let mut child = world.start(&["clean", "in", "-o", "-", "--steps", "", "-q"]);
    let mut some = [0; 100];
    child.stdout.take().expect("a pipe").read_exact(&mut some).expect("records");
    let ended = child.wait_with_output().expect("ended");
    assert_eq!((ended.status.code(), said(&ended)), (Some(0), String::new()));
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
    assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
    assert_eq!(world.manifest("out").report.documents_out, 5);
    assert_eq!(said(&ended).matches("is not read").count(), 4, "{}", said(&ended));
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
    let hook = copydesk::disk::Disk::with_hook(std::sync::Arc::new(|op, path| {
        let is_gone = op == copydesk::disk::Op::Open && path.ends_with("gone.jsonl");
        if is_gone { Err(std::io::ErrorKind::PermissionDenied.into()) } else { Ok(()) }
    }));
    let around = copydesk::run::Surroundings { disk: hook, ..Default::default() };
    let mut job = world.job("out");
    job.inputs = vec![world.path("in/a.jsonl"), world.path("in/gone.jsonl"), world.path("in/c")];
    let report = crate::world::run_in(&around, &crate::world::passing(1 << 20), &job).expect("a run");
    assert_eq!((report.documents_out, report.rejected), (4, 1));
    std::fs::remove_file(world.path("in/gone.jsonl")).expect("removed");
    world.check(None, "out", None);
    let is_root =
        std::fs::read("/proc/self/status").is_ok_and(|s| String::from_utf8_lossy(&s).contains("Uid:\t0"));
    if !is_root {
        let closed = world.path("in/b.jsonl");
        std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o000)).expect("closed");
        let ended = world.run(&["clean", "in", "-o", "out2", "--steps", ""]);
        assert_eq!(ended.status.code(), Some(1), "{}", said(&ended));
        std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o644)).expect("opened");
    }
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
        assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
        assert_eq!(world.manifest("data/out").report.documents_in, 3);
        world.check(Some(&ended), "data/out", None);
    }
    let ended =
        world.command(&["clean", "data", "-o", "data"]).stderr(Stdio::piped()).output().expect("ended");
    assert_eq!(ended.status.code(), Some(2));
    assert!(said(&ended).contains("both input and output"), "{}", said(&ended));
}

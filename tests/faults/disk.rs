//! F7, F8: full disks, and the Nth operation on any file failing, for every N.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use copydesk::Error;
use copydesk::run::Surroundings;

use crate::world::World;
use crate::world::dump;
use crate::world::passing;
use crate::world::run_in;
use crate::world::tree;
use crate::world::with_hook;

#[test]
fn f08_the_nth_operation_fails_for_every_n() {
    let world = World::new(&[("a.jsonl", &dump(25)), ("b.txt", b"A text."), ("c.jsonl", b"{broken\n")]);
    let cleaner = passing(2000);
    let counted = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&counted);
    let around = with_hook(move |_, _| {
        counter.fetch_add(1, Ordering::Relaxed);
        Ok(())
    });
    run_in(&around, &cleaner, &world.job("whole")).expect("a clean run");
    world.check(None, "whole", None);
    let whole = tree(&world.path("whole"));
    let operations = counted.load(Ordering::Relaxed);
    assert!(operations > 40, "{operations} operations");
    for n in 0..operations {
        std::fs::remove_dir_all(world.path("out")).ok();
        let calls = AtomicUsize::new(0);
        let around = with_hook(move |_, _| {
            if calls.fetch_add(1, Ordering::Relaxed) == n {
                Err(io::Error::other("injected"))
            } else {
                Ok(())
            }
        });
        match run_in(&around, &cleaner, &world.job("out")) {
            Err(Error::Output { path, .. }) => {
                assert!(path.starts_with(world.path("out")), "operation {n}: {}", path.display());
                world.check(None, "out", Some(&whole));
                run_in(&Surroundings::default(), &cleaner, &world.job("out")).expect("resumed");
                world.check(None, "out", Some(&whole));
                assert!(!world.path("out/.copydesk/notes").exists(), "operation {n}");
            }
            Err(e) => panic!("operation {n}: {e:?}"),
            // An input that could not be read is set aside, and the run goes on.
            Ok(_) => {
                world.check(None, "out", None);
                let rejects = world.path("out/.copydesk/rejects/part-00000.jsonl");
                let told = std::fs::read_to_string(rejects).expect("rejects");
                assert!(told.contains("injected"), "operation {n} failed, and nobody noticed");
            }
        }
    }
}

#[test]
fn f07_a_full_disk_is_told_and_the_run_resumes() {
    let world = World::new(&[("a.jsonl", &dump(200))]);
    let cleaner = passing(4000);
    run_in(&Surroundings::default(), &cleaner, &world.job("whole")).expect("a clean run");
    let whole = tree(&world.path("whole"));
    let room = AtomicUsize::new(5);
    let around = with_hook(move |op, path| {
        let is_write = op == copydesk::disk::Op::Write && path.to_string_lossy().contains("out");
        let left = if is_write { room.fetch_sub(1, Ordering::Relaxed) } else { 5 };
        if left == 0 || left > 5 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    });
    let error = run_in(&around, &cleaner, &world.job("out")).expect_err("no room");
    assert!(!error.is_usage(), "{error}");
    world.check(None, "out", Some(&whole));
    run_in(&Surroundings::default(), &cleaner, &world.job("out")).expect("resumed");
    world.check(None, "out", Some(&whole));
    // The command says so, and exits with 3.
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
    let ended =
        world.command(&["clean", "in", "-o", "-", "--steps", ""]).stdout(full).output().expect("ended");
    assert_eq!(ended.status.code(), Some(3), "{}", String::from_utf8_lossy(&ended.stderr));
    assert!(String::from_utf8_lossy(&ended.stderr).contains("make room"));
}

#[test]
fn f07_a_limit_on_the_size_of_files_is_told() {
    let world = World::new(&[("a.jsonl", &dump(2000))]);
    let clean = ["clean", "in", "-o", "out", "--steps", "", "--no-report"];
    let mut limited = std::process::Command::new("sh");
    limited.args(["-c", "ulimit -f 64; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_copydesk")]).args(clean);
    let ended = limited.current_dir(world.path("")).output().expect("ended");
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert_eq!(ended.status.code(), Some(3), "{said}");
    assert!(said.contains("File too large"), "{said}");
    // Without the limit, the run is taken up.
    world.check(Some(&world.run(&clean)), "out", None);
    assert_eq!(world.manifest("out").report.documents_out, 2000);
}

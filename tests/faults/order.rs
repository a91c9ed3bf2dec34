//! F30, F31: nothing but settings and inputs decides the bytes.

use copydesk::Cleaner;
use copydesk::Config;
use copydesk::config::Job;
use copydesk::config::Step;
use copydesk::run::Surroundings;

use crate::world::Ended;
use crate::world::Tree;
use crate::world::World;
use crate::world::dump;
use crate::world::gzip;
use crate::world::run_in;
use crate::world::tree;

fn world() -> World {
    let all = dump(400);
    World::new(&[
        ("a.jsonl", &all),
        ("b/c.txt", "Ein Satz. Noch ein Satz.".as_bytes()),
        ("b/d.jsonl.gz", &gzip(&dump(150))),
        ("e.jsonl", &dump(77)),
        ("f.jsonl", b"{\"broken\n{\"text\":\"whole\"}\n"),
    ])
}

const SMALL: [&str; 6] = ["-q", "--part-size", "20K", "--overwrite", "--steps", "boilerplate"];

#[test]
fn f31_threads_shards_and_listings_change_nothing() {
    let world = world();
    let run = |more: &[&str], out: &str, like: Option<&Tree>| {
        let args = [&["clean", "-o", out][..], &SMALL, more].concat();
        let ended = world.run(&args);
        world.check(Some(&ended), out, like);
        assert_eq!(ended.status.code(), Some(1), "{}", ended.said());
        tree(&world.path(out))
    };
    let one = run(&["in", "-j", "1"], "one", None);
    assert!(one.len() > 8, "{:?}", one.keys());
    // In batches far smaller than the command allows.
    let mut config = Config { steps: vec![Step::Boilerplate].into(), ..Config::default() };
    config.output.part_size = 20 << 10;
    let cleaner = Cleaner::new(config).expect("a cleaner");
    for (threads, out) in [(2, "two"), (8, "eight")] {
        let job = Job { threads, memory: 1 << 20, ..world.job(out) };
        run_in(&Surroundings::default(), &cleaner, &job).expect("a run");
        world.check(None, out, Some(&one));
    }
    for shards in 1..=4 {
        let mut merge = vec!["merge".to_owned(), "-o".into(), "merged".into(), "--overwrite".into()];
        for n in 1..=shards {
            let out = format!("shard{n}");
            let args = format!(
                "clean in -q --part-size 20K --steps boilerplate --overwrite -o {out} --shard {n}/{shards}"
            );
            let ended = world.run(&args.split(' ').collect::<Vec<_>>());
            world.check(Some(&ended), &out, None);
            merge.insert(1, out);
        }
        let ended = world.run(&merge.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(ended.status.code(), Some(1), "{shards} shards: {}", ended.said());
        world.check(Some(&ended), "merged", Some(&one));
    }
    // A list in any order.
    std::fs::write(world.path("list"), "in/e.jsonl\nin/a.jsonl\n").expect("written");
    let listed = run(&["--files-from", "list", "in/f.jsonl"], "listed", None);
    std::fs::write(world.path("list"), "in/a.jsonl\nin/e.jsonl\nin/a.jsonl\n").expect("written");
    run(&["--files-from", "list", "in/f.jsonl"], "shuffled", Some(&listed));
}

#[test]
fn f30_the_surroundings_change_nothing() {
    let world = world();
    let run = |variables: &[(&str, &str)], out: &str, like: Option<&Tree>| {
        let args = [&["clean", "in", "-o", out][..], &SMALL].concat();
        let mut command = world.command(&args);
        command.env_clear().envs(variables.iter().copied());
        let ended = Ended::of(command.spawn().expect("the command starts"));
        world.check(Some(&ended), out, like);
        tree(&world.path(out))
    };
    let usual = run(&[("TZ", "UTC"), ("HOME", "/tmp")], "usual", None);
    assert!(!usual.is_empty());
    let strange = [("TZ", "Pacific/Kiritimati"), ("LANG", "tr_TR.UTF-8"), ("LC_ALL", "tr_TR.UTF-8")];
    run(&strange, "strange", Some(&usual));
    run(&[], "bare", Some(&usual));
}

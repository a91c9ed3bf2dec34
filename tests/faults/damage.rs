//! F10, F11, F18: packed files that are cut short, corrupted, or bombs. F12: names that lie. F15: lines without an end.

use std::io::Read;
use std::io::Write;
use std::process::Stdio;

use copydesk::run::Surroundings;
use flate2::read::MultiGzDecoder;

use crate::world::Ended;
use crate::world::World;
use crate::world::dump;
use crate::world::gzip;
use crate::world::passing;
use crate::world::run_in;

/// Runs, checks, and gives the counts: out, rejected.
fn counts(world: &World) -> (u64, u64) {
    let report = run_in(&Surroundings::default(), &passing(1 << 20), &world.job("out")).expect("a run");
    world.check(None, "out", None);
    (report.documents_out, report.rejected)
}

fn rejects(world: &World) -> String {
    let name = world.path("out/.copydesk/rejects/part-00000.jsonl");
    std::fs::read_to_string(name).unwrap_or_default()
}

#[test]
fn f10_a_file_cut_at_any_byte_gives_what_came_before_and_one_reject() {
    let data = dump(6);
    for packed in [gzip(&data), zstd::bulk::compress(&data, 3).expect("packed")] {
        // Before the fourth byte nothing says that it is packed.
        for cut in 4..packed.len() {
            let world = World::new(&[("a.packed", &packed[..cut]), ("b.jsonl", &dump(2))]);
            let (out, rejected) = counts(&world);
            assert!(out >= 2, "the other file is read");
            assert_eq!(rejected, 1, "cut at {cut}");
            let told = rejects(&world);
            assert!(told.contains(&format!("truncated at compressed byte {cut}")), "{told}");
        }
    }
    // Cut late, nearly everything comes out.
    let all = dump(3000);
    let packed = gzip(&all);
    let world = World::new(&[("a.jsonl.gz", &packed[..packed.len() * 9 / 10])]);
    let (out, rejected) = counts(&world);
    assert!((2500..3000).contains(&out) && rejected == 1, "{out} out, {rejected} rejected");
}

#[test]
fn f11_corruption_is_never_passed_over() {
    let data = dump(6);
    let packed = gzip(&data);
    for at in 10..packed.len() {
        let mut wrong = packed.clone();
        wrong[at] ^= 0x10;
        let world = World::new(&[("a.jsonl.gz", &wrong)]);
        let (_, rejected) = counts(&world);
        // The last byte of the packed data ends in bits that say nothing: there the content is whole.
        let is_whole = || {
            let mut text = Vec::new();
            MultiGzDecoder::new(&wrong[..]).read_to_end(&mut text).is_ok() && text == data
        };
        assert!(rejected >= 1 || is_whole(), "bit flipped at {at}");
    }
    let members = [&gzip(&dump(3))[..], &gzip(b""), &gzip(&dump(4))].concat();
    assert_eq!(counts(&World::new(&[("a.gz", &members)])), (7, 0));
    let garbage = [&members[..], b"garbage"].concat();
    assert_eq!(counts(&World::new(&[("a.gz", &garbage)])), (7, 1));
}

#[test]
fn f12_content_decides_what_a_file_is() {
    let utf16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(String::from_utf8(dump(3)).expect("UTF-8").encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let table = b"id\ttext\tdate\n1\tA line.\t2024\n2\tB \"line\".\t2024\n";
    let wet = b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 2\r\n\r\nab\r\n\r\nWARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: https://a.example/\r\nContent-Length: 7\r\n\r\nA text.\r\n\r\n";
    let nested = gzip(&gzip(&dump(2)));
    for (name, content, expected) in [
        ("packed.jsonl", &gzip(&dump(5))[..], (5, 0)),
        ("utf16.jsonl", &utf16, (3, 0)),
        ("utf16.txt", &utf16, (3, 0)),
        ("archive.gz", b"PK\x03\x04\x14\x00\x00\x00", (0, 1)),
        ("table.txt", table, (2, 0)),
        ("wet.txt", wet, (1, 0)),
        ("twice.gz", &nested, (0, 1)),
        ("zstd.jsonl.gz", &zstd::bulk::compress(&dump(4), 3).expect("packed"), (4, 0)),
    ] {
        assert_eq!(counts(&World::new(&[(name, content)])), expected, "{name}");
    }
}

/// A run over standard input, to which `pieces` are written so many times each.
fn fed(pieces: &[(&[u8], usize)]) -> (World, Ended) {
    let world = World::new(&[]);
    std::fs::create_dir(world.path("in")).expect("a folder");
    let mut command = world.command(&["clean", "-", "-o", "out", "--steps", "", "-j", "2"]);
    let mut child = command.stdin(Stdio::piped()).spawn().expect("the command starts");
    let mut pipe = child.stdin.take().expect("a pipe");
    let pieces: Vec<(Vec<u8>, usize)> =
        pieces.iter().map(|(piece, times)| (piece.to_vec(), *times)).collect();
    let feeder = std::thread::spawn(move || {
        for (piece, times) in pieces {
            for _ in 0..times {
                pipe.write_all(&piece).expect("read");
            }
        }
    });
    let ended = Ended::of(child);
    feeder.join().expect("fed");
    world.check(Some(&ended), "out", None);
    (world, ended)
}

#[test]
fn f15_a_gigabyte_without_an_end_is_one_reject() {
    let (long, one, two) = (vec![b'x'; 1 << 20], dump(1), dump(2));
    let cases: [&[(&[u8], usize)]; 4] = [
        // A line that is no record; a string; a line that the file ends in; a text.
        &[(&one, 1), (&long, 1024), (b"\n", 1), (&two, 1)],
        &[(&one, 1), (b"{\"text\":\"", 1), (&long, 1024), (b"\"}\n", 1), (&two, 1)],
        &[(&two, 1), (&one, 1), (b"{\"text\":\"", 1), (&long, 1024)],
        &[(b"A text. ", 1), (&long, 1024)],
    ];
    for (n, case) in cases.into_iter().enumerate() {
        let (world, ended) = fed(case);
        let report = world.manifest("out").report;
        let expected = if n == 3 { (0, 1) } else { (3, 1) };
        assert_eq!((report.documents_out, report.rejected), expected, "case {n}: {}", rejects(&world));
        assert_eq!(ended.status.code(), Some(1), "{}", ended.said());
        assert!(rejects(&world).contains("longer than"), "{}", rejects(&world));
    }
}

#[test]
fn f15_garbage_in_an_archive_is_one_reject() {
    let record = b"WARC/1.0\r\nWARC-Type: conversion\r\nContent-Length: 5\r\n\r\nhello\r\n\r\n";
    let garbage = b"a line of garbage that is no header of an archive\n".repeat(50_000);
    for (before, after) in [(&record[..], &record[..]), (b"WARC/1.0\r\n", record), (record, b"")] {
        let world = World::new(&[("a.wet", &[before, &garbage, after].concat())]);
        let ended = world.run(&["clean", "in", "-o", "out", "--steps", "", "--max-record", "1M"]);
        world.check(Some(&ended), "out", None);
        let report = world.manifest("out").report;
        let whole = [before, after].iter().filter(|piece| **piece == record).count() as u64;
        assert_eq!((report.documents_out, report.rejected), (whole, 1));
        assert!(rejects(&world).contains("not a WARC record"), "{}", rejects(&world));
    }
}

#[test]
fn f15_many_small_rejects_take_no_more_room_than_they_are_long() {
    let garbage = b"WARC/1.0 begins this line, and no header follows\n".repeat(20_000);
    let world = World::new(&[("a.wet", &garbage)]);
    let ended = world.run(&["clean", "in", "-o", "out", "--steps", "", "--no-report"]);
    world.check(Some(&ended), "out", None);
    assert_eq!(world.manifest("out").report.rejected, 20_000);
}

#[test]
fn f18_ten_megabytes_that_unpack_to_ten_gigabytes_are_refused() {
    // A thousand members of ten megabytes each; as one string, and as records.
    let string = gzip(&vec![b'a'; 10 << 20]).repeat(1024);
    let bomb = [&gzip(b"{\"text\":\"")[..], &string].concat();
    let record = format!("{{\"text\":\"{}\"}}\n", "a".repeat(4000));
    let records = gzip(&record.repeat(2600).into_bytes()).repeat(1024);
    assert!(records.len() < 40 << 20, "a bomb unpacks to more than 250 times its size, or it is only large");
    // A zstd frame that asks for a window of terabytes.
    let window = b"\x28\xb5\x2f\xfd\x00\xff\x01\x00\x00";
    let world = World::new(&[("a.gz", &bomb), ("b.gz", &records), ("c.zst", window), ("d.jsonl", &dump(2))]);
    let ended = world.run(&["clean", "in", "-o", "out", "--steps", "", "-j", "2", "--no-report"]);
    world.check(Some(&ended), "out", None);
    assert_eq!(ended.status.code(), Some(1), "{}", ended.said());
    let report = world.manifest("out").report;
    // The endless string is a record that is too long, and a stream that is not read further.
    assert_eq!(report.rejected, 4, "{}", rejects(&world));
    assert_eq!(rejects(&world).matches("unpacks to more than").count(), 2, "{}", rejects(&world));
    let written: u64 = world.manifest("out").parts.iter().map(|part| part.bytes).sum();
    assert!(written < 1 << 30, "{} MB written", written >> 20);
}

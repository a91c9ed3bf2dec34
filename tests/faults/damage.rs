//! F10, F11, F18: packed files that are cut short, corrupted, or bombs. F12: names that lie.

use std::io::Read;
use std::io::Write;

use copydesk::run::Surroundings;
use flate2::read::MultiGzDecoder;

use crate::world::World;
use crate::world::dump;
use crate::world::gzip;
use crate::world::passing;
use crate::world::peak;
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
    let data = dump(12);
    for packed in [gzip(&data), zstd::bulk::compress(&data, 3).expect("packed")] {
        for cut in (5..packed.len()).step_by(23).chain([packed.len() - 1]) {
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
    let data = dump(12);
    let packed = gzip(&data);
    for at in (10..packed.len()).step_by(3) {
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

#[test]
fn f15_f18_bombs_and_endless_lines_take_bounded_memory() {
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    bomb.write_all(b"{\"text\":\"").expect("packed");
    for _ in 0..400 {
        bomb.write_all(&vec![b'a'; 1 << 20]).expect("packed");
    }
    let bomb = bomb.finish().expect("packed");
    let mut line = dump(1);
    line.extend_from_slice(b"{\"text\":\"");
    line.resize(120 << 20, b'x');
    line.extend_from_slice(b"\"}\n");
    line.extend_from_slice(&dump(2));
    let world = World::new(&[("bomb.jsonl.gz", &bomb), ("long.jsonl", &line)]);
    drop((bomb, line));
    let (most, ended) = peak(world.start(&["clean", "in", "-o", "out", "--steps", "", "-j", "2"]));
    world.check(Some(&ended), "out", None);
    let report = world.manifest("out").report;
    assert_eq!((report.documents_out, report.rejected), (3, 2), "{}", rejects(&world));
    assert!(most < 300 << 20, "{} MB", most >> 20);
}

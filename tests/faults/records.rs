//! F13, F14, F16, F17, F32: records that are broken in every way cost no other record.

use std::panic;
use std::sync::Arc;

use copydesk::run::Surroundings;

use crate::world::World;
use crate::world::dump;
use crate::world::passing;
use crate::world::run_in;

fn records(world: &World) -> Vec<serde_json::Value> {
    let part = std::fs::read_to_string(world.path("out/part-00000.jsonl")).unwrap_or_default();
    part.lines().map(|line| serde_json::from_str(line).expect("every line is JSON")).collect()
}

#[test]
fn f13_an_invalid_byte_at_any_place_costs_no_other_record() {
    let data = dump(3);
    let second = data.iter().position(|b| *b == b'\n').expect("a line") + 1;
    let third = second + data[second..].iter().position(|b| *b == b'\n').expect("a line") + 1;
    for at in second..third - 1 {
        let mut wrong = data.clone();
        wrong[at] = 0xFF;
        let world = World::new(&[("a.jsonl", &wrong)]);
        let report = run_in(&Surroundings::default(), &passing(1 << 20), &world.job("out")).expect("a run");
        world.check(None, "out", None);
        assert_eq!(report.documents_in, 3, "byte {at}");
        let ids: Vec<String> = records(&world).iter().map(|r| r["id"].as_str().expect("id").into()).collect();
        assert!(
            ids.first().is_some_and(|id| id == "n0") && ids.last().is_some_and(|id| id == "n2"),
            "{ids:?}"
        );
    }
}

#[test]
fn f14_f16_f17_odd_and_broken_records() {
    let deep = format!("{{\"text\":\"deep\",\"x\":{}{}}}\n", "[".repeat(100_000), "]".repeat(100_000));
    let keys: String = (0..200_000).map(|n| format!("\"k{n}\":{n},")).collect();
    let wide = format!("{{{keys}\"text\":\"wide\"}}\n");
    let fine = [
        "{\"text\":\"nul \\u0000 here\"}\n",
        "{\"text\":\"half \\ud83d pair\"}\r\n",
        "{\"text\":\"line \u{2028} and \u{85} ends\"}\n",
        "{\"text\":\"once\",\"text\":\"twice\",\"big\":123456789012345678901234567890}\n",
        &deep,
        &wide,
        "\n \r\n",
        "{\"id\":\"0071\",\"text\":\"an id\"}",
    ];
    let broken =
        ["{\"text\":NaN}\n", "{\"text\":\"a\n", "[1]\n", "{\"text\":null}\n", "{}\n", "{\"text\":\"cut"];
    let mut data = "\u{FEFF}".to_owned();
    data.push_str(&broken[..5].concat());
    data.push_str(&fine.concat());
    data.push('\n');
    data.push_str(broken[5]);
    // A file that begins with a broken record is still JSONL.
    let world = World::new(&[("a.jsonl", data.as_bytes()), ("empty.jsonl", b""), ("lines.jsonl", b"\n\n\n")]);
    let report = run_in(&Surroundings::default(), &passing(64 << 20), &world.job("out")).expect("a run");
    world.check(None, "out", None);
    assert_eq!((report.documents_out, report.rejected, report.empty), (7, 6, 0));
    let records = records(&world);
    assert_eq!(records[0]["text"], "nul   here");
    assert_eq!(records[3]["metadata"], "{\"big\":123456789012345678901234567890}");
    assert_eq!(records[6]["id"], "d-0071");
    let table = b"id,text\n1,\"a\nb\"\n2\n3,\"c \"\"d\"\"\"\n";
    let world = World::new(&[("t.csv", table)]);
    let report = run_in(&Surroundings::default(), &passing(1 << 20), &world.job("out")).expect("a run");
    world.check(None, "out", None);
    assert_eq!((report.documents_out, report.rejected), (2, 1));
}

#[test]
fn f32_a_panic_costs_one_record() {
    let world = World::new(&[("a.jsonl", &dump(50))]);
    let probe: copydesk::run::Probe = Arc::new(|raw| assert!(raw.id != "n17", "a test"));
    let around = Surroundings { probe: Some(probe), ..Surroundings::default() };
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let report = run_in(&around, &passing(1 << 20), &world.job("out"));
    panic::set_hook(hook);
    let report = report.expect("a run");
    world.check(None, "out", None);
    assert_eq!((report.documents_out, report.rejected), (49, 1));
    let told =
        std::fs::read_to_string(world.path("out/.copydesk/rejects/part-00000.jsonl")).expect("rejects");
    assert!(told.contains("\"record\":17,") && told.contains("a bug in copydesk"), "{told}");
}

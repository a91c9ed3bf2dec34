//! Readers: whatever a file holds, each record comes out once or is set aside, cut into shards or taken up again in the
//! middle alike; and JSON is what `serde_json` says it is.

use std::sync::LazyLock;

use copydesk::Cleaner;
use copydesk::Config;
use copydesk::config;
use copydesk::config::Format;
use copydesk::config::Step;
use copydesk::disk::Disk;
use copydesk::input::Content;
use copydesk::input::Item;
use copydesk::input::RawDocument;
use copydesk::input::chunks::Chunks;
use copydesk::input::chunks::Part;
use copydesk::input::chunks::Position;
use copydesk::input::chunks::Range;
use copydesk::input::list::Selection;
use serde_json::Value;

use crate::scratch::Scratch;

/// Reads and writes, and no more.
static PASSING: LazyLock<Cleaner> = LazyLock::new(|| {
    let config = Config { steps: Vec::<Step>::new().into(), ..Config::default() };
    Cleaner::new(config).expect("good settings")
});

/// The laws, for a file of any bytes.
pub fn check(data: &[u8]) {
    let scratch = Scratch::new();
    scratch.input("a", data);
    scratch.input("b.jsonl", &[b"{\"text\":\"first\"}\n", data].concat());
    let settings = config::Input::default();
    let (whole, positions) = read(&scratch, &settings, Position::default(), None);
    // Taken up again after any part, the rest comes.
    for (position, before) in positions {
        assert_eq!(&read(&scratch, &settings, position, None).0, whole.get(before..).unwrap_or_default());
    }
    // Shards: each record in one of them.
    let size = (2 * data.len() + 17) as u64;
    for cut in [size / 3, size / 2, size - size.min(9)] {
        let (mut items, _) =
            read(&scratch, &settings, Position::default(), Some(Range { start: 0, end: cut }));
        let rest = Range { start: cut, end: u64::MAX };
        items.extend(read(&scratch, &settings, Position::default(), Some(rest)).0);
        assert_eq!(items, whole, "cut at {cut}");
    }
    as_serde_json_reads(&scratch, data);
    let report = scratch.run_alike(&PASSING);
    assert_eq!(report.documents_in, whole.len() as u64, "{report:?}");
}

/// All items, and after each part where reading stood and how many items came before.
fn read(
    scratch: &Scratch,
    settings: &config::Input,
    from: Position,
    range: Option<Range>,
) -> (Vec<Item<'static>>, Vec<(Position, usize)>) {
    let listing = Selection::of(&[scratch.path("in")]).expect("the inputs are there").list();
    let mut chunks = Chunks::new(Disk::default(), settings.clone(), listing, from, range);
    let (mut items, mut positions) = (Vec::new(), Vec::new());
    while let Some(part) = chunks.next() {
        match part {
            Part::Chunk(chunk) => chunk.records(settings, &mut |item| {
                items.push(match item {
                    Item::Document(raw) => Item::Document(raw.into_owned()),
                    Item::Reject(reject) => Item::Reject(reject),
                });
            }),
            Part::Reject(reject) => items.push(Item::Reject(reject)),
            Part::Passed(_) => {}
        }
        positions.push((chunks.reached(), items.len()));
    }
    (items, positions)
}

/// What `serde_json` reads as an object with a text is a document with that text; an object without one is not.
fn as_serde_json_reads(scratch: &Scratch, data: &[u8]) {
    let settings = config::Input { format: Format::Jsonl, ..config::Input::default() };
    let (items, _) = read(scratch, &settings, Position::default(), None);
    let own = items.iter().filter(|item| file(item) == "b.jsonl").skip(1);
    let lines: Vec<&[u8]> =
        data.split(|b| *b == b'\n').filter(|line| !line.trim_ascii().is_empty()).collect();
    let own: Vec<&Item<'_>> = own.collect();
    assert_eq!(own.len(), lines.len(), "a record a line");
    for (item, line) in own.iter().zip(lines) {
        let Ok(value) = serde_json::from_slice::<Value>(line.trim_ascii()) else { continue };
        match (item, value.get("text").and_then(Value::as_str)) {
            (Item::Document(RawDocument { content: Content::Text(text), .. }), Some(expected)) => {
                assert_eq!(text, expected);
            }
            (Item::Reject(_), None) => {}
            _ => panic!("{item:?} is not what {value} says"),
        }
    }
}

fn file<'i>(item: &'i Item<'_>) -> &'i str {
    match item {
        Item::Document(raw) => &raw.file,
        Item::Reject(reject) => &reject.file,
    }
}

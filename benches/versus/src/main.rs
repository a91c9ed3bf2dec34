//! Repair and plsfix on the same text, one thread, one run: news in twelve languages, every hundredth line of which was
//! read in a wrong charset; or the texts of a dump.
//!
//!     cargo run --release --manifest-path benches/versus/Cargo.toml [-- dump.jsonl]

use std::time::Instant;

use copydesk::charset::Single;
use copydesk::config;

const TEXTS: [&str; 5] = [
    include_str!("../../texts/en.txt"),
    include_str!("../../texts/de.txt"),
    include_str!("../../texts/ru.txt"),
    include_str!("../../texts/ja.txt"),
    include_str!("../../texts/mixed.txt"),
];
const WRONG: [Single; 4] = [Single::WINDOWS_1252, Single::WINDOWS_1251, Single::IBM437, Single::MACINTOSH];
const BYTES: usize = 20_000_000;
const LINES: usize = 40;

/// Documents of some lines each, and their size.
fn documents() -> (Vec<String>, usize) {
    let lines: Vec<&str> = TEXTS.iter().flat_map(|text| text.lines()).collect();
    let (mut documents, mut bytes) = (vec![String::new()], 0);
    for (at, line) in lines.iter().cycle().enumerate() {
        let wrong = WRONG[at / 100 % WRONG.len()];
        let line = if at % 100 == 99 { wrong.decode(line.as_bytes()) } else { (*line).to_owned() };
        if at % LINES == 0 {
            documents.push(String::new());
        }
        let document = documents.last_mut().expect("there is one");
        document.push_str(&line);
        document.push('\n');
        bytes += line.len() + 1;
        if bytes > BYTES {
            break;
        }
    }
    (documents, bytes)
}

/// The field `text` of every record, and their size.
fn texts(dump: &str) -> (Vec<String>, usize) {
    let records = std::fs::read_to_string(dump).expect("a dump");
    let text =
        |line| serde_json::from_str::<serde_json::Value>(line).ok()?["text"].as_str().map(str::to_owned);
    let texts: Vec<String> = records.lines().filter_map(text).collect();
    let bytes = texts.iter().map(String::len).sum();
    (texts, bytes)
}

fn main() {
    let (documents, bytes) = std::env::args().nth(1).map_or_else(documents, |dump| texts(&dump));
    let repair = |text: &str| copydesk::repair(text, &config::Repair::default()).text.len();
    let plsfix = |text: &str| plsfix::fix_text(text, None).len();
    // Tables are made at the first use.
    repair("Ã© Рё 㐀");
    plsfix("Ã©");
    let speed = |work: &dyn Fn(&str) -> usize| {
        let start = Instant::now();
        let out: usize = documents.iter().map(|text| work(text)).sum();
        assert!(out > bytes / 2 && out < bytes * 2);
        bytes as f64 / 1e6 / start.elapsed().as_secs_f64()
    };
    for _ in 0..3 {
        let (ours, theirs) = (speed(&repair), speed(&plsfix));
        println!("copydesk {ours:.0} MB/s   plsfix {theirs:.0} MB/s   {:.1} times", ours / theirs);
    }
}

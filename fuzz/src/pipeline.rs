//! The whole pipeline, from bytes to records: the account leads back to the input, offsets and records agree, and runs
//! lose nothing.

use std::sync::LazyLock;

use copydesk::Cleaner;
use copydesk::Config;
use copydesk::Span;
use copydesk::audit;
use copydesk::audit::About;
use copydesk::input::RawDocument;
use copydesk::output::record;
use serde_json::Map;
use serde_json::Value;

use crate::scratch::Scratch;

static CLEANER: LazyLock<Cleaner> =
    LazyLock::new(|| Cleaner::new(Config::default()).expect("the built-in rules hold"));

/// The laws, for any bytes: as one document, and as many.
pub fn check(data: &[u8]) {
    document(data);
    run(data);
}

fn document(data: &[u8]) {
    let cleaned = CLEANER.clean(data);
    let (text, mut last) = (&*cleaned.text, 0);
    for sentence in &cleaned.sentences {
        let span = sentence.span;
        assert!(span.start >= last && span.end > span.start, "{:?}", cleaned.sentences);
        assert_eq!(span.of(text).trim(), span.of(text));
        assert_eq!(Span::new(last, span.start).of(text).trim(), "", "left out of {text:?}");
        last = span.end;
    }
    // The way back.
    for is_emptied in [false, true] {
        let about = About { id: "a", is_emptied, ..About::default() };
        let (head, entries) = audit::account(about, &cleaned, CLEANER.rules());
        let clean = if is_emptied { "" } else { text };
        let back = audit::restore(clean, &head, &entries);
        assert_eq!(back.as_deref(), Ok(&*cleaned.decoded.text), "restored");
    }
    // The record is JSON, and its offsets are those of its text.
    let fields = Map::from_iter([("text".to_owned(), Value::from(""))]);
    let raw = RawDocument::from_fields(fields, &CLEANER.config().input, ("a", 0, "in")).expect("a document");
    let line = record(&raw, &cleaned, CLEANER.config());
    let value: Value = serde_json::from_slice(&line).expect("a record is JSON");
    assert_eq!(line.iter().filter(|b| **b == b'\n').count(), 1, "a record is a line");
    let written = value["text"].as_str().expect("a text");
    assert_eq!(written, text.replace('\0', " "));
    let chars: Vec<char> = written.chars().collect();
    for sentence in value["sentences"].as_array().expect("a list") {
        let at = |key: &str| sentence[key].as_u64().expect("a number") as usize;
        let cut: String = chars[at("start")..at("end")].iter().collect();
        assert_eq!(sentence["text"], cut);
    }
}

/// As a file, as files of its paragraphs, and as JSON lines of them from one site.
fn run(data: &[u8]) {
    let scratch = Scratch::new();
    scratch.input("whole", data);
    let text = String::from_utf8_lossy(data);
    let mut lines = Vec::new();
    for (n, paragraph) in text.split("\n\n").take(6).enumerate() {
        scratch.input(&format!("p{n}.txt"), paragraph.as_bytes());
        let url = format!("https://a.example/{n}");
        let record = serde_json::json!({ "text": &*text, "url": url });
        lines.extend_from_slice(record.to_string().as_bytes());
        lines.push(b'\n');
    }
    scratch.input("z.jsonl", &lines);
    scratch.run_alike(&CLEANER);
}

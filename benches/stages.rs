//! Throughput of each stage and of the whole, in bytes per second. Every bench checks its answer.

#![expect(clippy::expect_used, reason = "a bench that cannot start must say so")]

use copydesk::Cleaner;
use copydesk::Config;
use copydesk::Lang;
use divan::Bencher;
use divan::counter::BytesCount;

fn main() {
    divan::main();
}

const TEXTS: [(&str, &str); 4] = [
    ("en", include_str!("texts/en.txt")),
    ("de", include_str!("texts/de.txt")),
    ("ru", include_str!("texts/ru.txt")),
    ("ja", include_str!("texts/ja.txt")),
];

fn text(name: &str) -> String {
    let text = TEXTS.iter().find(|(n, _)| *n == name).map_or("", |(_, t)| *t);
    text.repeat(1 + 200_000 / text.len().max(1))
}

#[divan::bench(args = ["en", "de", "ru", "ja"])]
fn decode(bencher: Bencher<'_, '_>, name: &str) {
    let text = text(name);
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        let decoded = copydesk::decode(text.as_bytes(), None);
        assert_eq!(decoded.losses, 0);
    });
}

#[divan::bench(args = ["en", "de", "ru", "ja"])]
fn repair(bencher: Bencher<'_, '_>, name: &str) {
    let text = text(name);
    let config = copydesk::config::Repair::default();
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        assert!(copydesk::repair(&text, &config).edits.is_empty());
    });
}

#[divan::bench(args = ["en", "de", "ru", "ja"])]
fn segment(bencher: Bencher<'_, '_>, name: &str) {
    let text = text(name);
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        assert!(copydesk::segment(&text, Lang::UND).len() > 100);
    });
}

#[divan::bench(args = ["en", "de", "ru", "ja"])]
fn whole(bencher: Bencher<'_, '_>, name: &str) {
    let text = text(name);
    let cleaner = Cleaner::new(Config::default()).expect("the default settings hold");
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        assert_eq!(cleaner.clean_text(&text).lang.tag(), name);
    });
}

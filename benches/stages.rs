//! Throughput of each stage and of the whole, in bytes per second. Every bench checks its answer.

#![expect(clippy::expect_used, reason = "a bench that cannot start must say so")]

use copydesk::Cleaner;
use copydesk::Config;
use copydesk::Lang;
use copydesk::boilerplate::rules::RuleSet;
use copydesk::charset::Single;
use divan::Bencher;
use divan::counter::BytesCount;
use icu_segmenter::SentenceSegmenter;
use icu_segmenter::options::SentenceBreakInvariantOptions;
use unicode_segmentation::UnicodeSegmentation;

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

/// Text in twelve languages of which every hundredth line was read in a wrong charset.
#[divan::bench]
fn repair_mostly_clean(bencher: Bencher<'_, '_>) {
    let text: String = mixed()
        .lines()
        .enumerate()
        .map(|(at, line)| match at % 100 {
            99 => Single::WINDOWS_1252.decode(line.as_bytes()) + "\n",
            _ => line.to_owned() + "\n",
        })
        .collect();
    let config = copydesk::config::Repair::default();
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        assert!(!copydesk::repair(&text, &config).edits.is_empty());
    });
}

/// A page of labels and paragraphs in turn, about half of each by bytes.
fn page(name: &str) -> String {
    let labels =
        ["Home", "News", "Sport and culture", "12 comments", "Share this", "More stories from the harbour"];
    let mut page = String::new();
    for paragraph in text(name).lines() {
        let enough = page.len() + paragraph.len();
        page.push_str(paragraph);
        page.push('\n');
        let mut labels = labels.iter().cycle();
        while page.len() < enough + paragraph.len() {
            page.push_str(labels.next().unwrap_or(&""));
            page.push('\n');
        }
    }
    page
}

#[divan::bench(args = ["en", "de", "ru", "ja"])]
fn boilerplate(bencher: Bencher<'_, '_>, name: &str) {
    let text = text(name);
    let lines = copydesk::document::lines(&text);
    let rules = RuleSet::builtin().expect("the rules hold");
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        let judged = copydesk::boilerplate::judge(&text, &lines, &rules, None);
        assert!(judged.verdicts.iter().any(|verdict| !verdict.is_drop()));
    });
}

#[divan::bench(args = ["en", "ru", "ja"])]
fn boilerplate_page(bencher: Bencher<'_, '_>, name: &str) {
    let page = page(name);
    let lines = copydesk::document::lines(&page);
    let rules = RuleSet::builtin().expect("the rules hold");
    bencher.counter(BytesCount::of_str(&page)).bench(|| {
        let judged = copydesk::boilerplate::judge(&page, &lines, &rules, None);
        assert!(judged.verdicts.iter().any(copydesk::Verdict::is_drop));
    });
}

#[divan::bench(args = ["en", "de", "ru", "ja"])]
fn segment(bencher: Bencher<'_, '_>, name: &str) {
    let text = text(name);
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        assert!(copydesk::segment(&text, Lang::UND).len() > 100);
    });
}

/// News in twelve languages and seven scripts, and how three segmenters cut it, on one thread.
fn mixed() -> String {
    let others = include_str!("texts/mixed.txt");
    let text: String = TEXTS.iter().map(|(_, text)| *text).chain([others]).collect();
    text.repeat(1 + 400_000 / text.len().max(1))
}

#[divan::bench]
fn segment_mixed(bencher: Bencher<'_, '_>) {
    let text = mixed();
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        assert!(copydesk::segment(&text, Lang::UND).len() > 1000);
    });
}

#[divan::bench]
fn segment_mixed_unicode_segmentation(bencher: Bencher<'_, '_>) {
    let text = mixed();
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        assert!(text.split_sentence_bounds().count() > 1000);
    });
}

#[divan::bench]
fn segment_mixed_icu4x(bencher: Bencher<'_, '_>) {
    let text = mixed();
    let segmenter = SentenceSegmenter::new(SentenceBreakInvariantOptions::default());
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        assert!(segmenter.segment_str(&text).count() > 1000);
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

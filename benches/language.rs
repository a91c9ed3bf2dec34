//! Language identification of mixed sentences on one thread, against whatlang and whichlang in the same run.
//! The sentences are ours, in 38 languages; `COPYDESK_BENCH_TEXT=FILE` takes one sentence a line from a file.

#![expect(clippy::expect_used, reason = "a bench that cannot start must say so")]

use copydesk::Span;
use copydesk::document::lines;
use copydesk::language::identify_sentences;
use divan::Bencher;
use divan::counter::BytesCount;

fn main() {
    divan::main();
}

fn text() -> String {
    std::env::var("COPYDESK_BENCH_TEXT").map_or_else(
        |_| include_str!("texts/sentences.txt").repeat(20),
        |path| std::fs::read_to_string(path).expect("a file of sentences"),
    )
}

#[divan::bench]
fn copydesk(bencher: Bencher<'_, '_>) {
    let text = text();
    let spans: Vec<Span> = lines(&text).iter().map(|line| line.span).collect();
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        // Sentence by sentence, as the others do it.
        let named =
            spans.iter().filter(|span| identify_sentences(&text, &[**span])[0].confidence > 0.0).count();
        assert!(named * 100 > spans.len() * 95);
    });
}

#[divan::bench]
fn copydesk_with_context(bencher: Bencher<'_, '_>) {
    let text = text();
    let spans: Vec<Span> = lines(&text).iter().map(|line| line.span).collect();
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        assert_eq!(identify_sentences(&text, &spans).len(), spans.len());
    });
}

#[divan::bench]
fn whatlang(bencher: Bencher<'_, '_>) {
    let text = text();
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        assert!(text.lines().filter(|line| whatlang::detect(line).is_some()).count() > 30);
    });
}

#[divan::bench]
fn whichlang(bencher: Bencher<'_, '_>) {
    let text = text();
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        let english = |line: &&str| whichlang::detect_language(line) == whichlang::Lang::Eng;
        assert!(text.lines().filter(english).count() > 0);
    });
}

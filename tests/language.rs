//! Laws of language identification: for any bytes it answers, its scores are probabilities, nothing is answered for
//! text without letters, and the answer depends on nothing but the text and the settings. `check` is what a fuzzer
//! calls; here a seeded generator does, for as long as COPYDESK_FUZZ_SECONDS says.

#![expect(clippy::expect_used, reason = "a test says what it expected")]

use copydesk::Cleaner;
use copydesk::Config;
use copydesk::Lang;
use copydesk::Span;
use copydesk::document::lines;
use copydesk::language::Identifier;
use copydesk::language::identify;
use copydesk::language::identify_sentences;
use proptest::prelude::*;

#[path = "../fuzz/src/language.rs"]
#[expect(unreachable_pub, reason = "the fuzz targets reach it")]
mod laws;

use laws::check;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn holds_for_any_text(text in "\\PC{0,200}") {
        check(text.as_bytes());
    }

    #[test]
    fn holds_for_any_bytes(data in proptest::collection::vec(any::<u8>(), 0..300)) {
        check(&data);
    }

    #[test]
    fn no_letters_no_language(text in "[0-9 .,:;!?()+*/=%€$#@&_—…🙂-]{0,60}") {
        prop_assert_eq!(identify(&text).lang, Lang::UND);
    }
}

/// Pieces of text of many kinds, joined at random: far more often near a decision than random characters are.
const PIECES: [&str; 20] = [
    "the ",
    "der ",
    "и ",
    "的",
    "ة ",
    "です",
    "\n",
    "\n",
    "https://a.b/c ",
    "12 ",
    "É",
    "ß",
    "ş",
    "'",
    "’",
    "Ż",
    "\u{301}",
    "กขค",
    "क्ष",
    "(){}",
];

#[test]
fn holds_for_a_while() {
    let seconds = std::env::var("COPYDESK_FUZZ_SECONDS").ok().and_then(|s| s.parse().ok()).unwrap_or(0);
    let start = std::time::Instant::now();
    let mut state = 1u64;
    let mut random = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize
    };
    for round in 0.. {
        if round >= 300 && start.elapsed().as_secs() >= seconds {
            break;
        }
        let mut data = Vec::new();
        for _ in 0..random() % 40 {
            data.extend_from_slice(PIECES[random() % PIECES.len()].as_bytes());
        }
        if round % 3 == 0 && !data.is_empty() {
            let at = random() % data.len();
            data[at] = (random() & 0xFF) as u8;
        }
        check(&data);
    }
}

#[test]
fn the_order_of_documents_does_not_matter() {
    let texts = ["Das war gestern.", "C'était hier.", "12:30", "Het was gisteren.", "Вчера было холодно."];
    let identifier = Identifier::default();
    let forwards: Vec<_> = texts.iter().map(|text| identifier.identify(text)).collect();
    let mut backwards: Vec<_> = texts.iter().rev().map(|text| identifier.identify(text)).collect();
    backwards.reverse();
    assert_eq!(forwards, backwards);
}

#[test]
fn threads_and_batches_do_not_matter() {
    let texts: Vec<String> = (0..200)
        .map(|n| PIECES.iter().cycle().skip(n % 20).step_by(n % 7 + 1).take(n).copied().collect())
        .collect();
    let name = |texts: &[String]| {
        let spans = |text: &String| lines(text).iter().map(|line| line.span).collect::<Vec<Span>>();
        texts.iter().flat_map(|text| identify_sentences(text, &spans(text))).collect::<Vec<_>>()
    };
    let alone = name(&texts);
    for batch in [1, 7, 100] {
        let together: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = texts.chunks(batch).map(|texts| scope.spawn(move || name(texts))).collect();
            threads.into_iter().flat_map(|thread| thread.join().expect("an answer")).collect()
        });
        assert_eq!(together, alone, "{batch} at a time");
    }
}

#[test]
fn a_long_document_takes_linear_time() {
    let line = "The ferry was late again because of the fog.\nVláda schválila rozpočet.\n";
    let text = line.repeat(5_000);
    let spans: Vec<Span> = lines(&text).iter().map(|line| line.span).collect();
    assert_eq!(identify_sentences(&text, &spans).len(), 10_000);
}

#[test]
fn the_language_of_a_document_is_that_of_most_characters() {
    let english = "The council met on Monday and talked for hours about the bridge.";
    let chinese = "委员会星期一开会，就那座旧桥谈了好几个小时，中午投票表决通过。";
    let (all, few) = (english.chars().count(), chinese.chars().count());
    assert!(all > few && english.len() < chinese.len());
    let cleaner = Cleaner::new(Config::default()).expect("the built-in rules hold");
    let text = format!("{english}\n\n{chinese}");
    let cleaned = cleaner.clean_text(&text);
    assert_eq!(cleaned.lang.tag(), "en");
    let shares: Vec<(&str, f32)> = cleaned.langs.iter().map(|(lang, share)| (lang.tag(), *share)).collect();
    let of = |chars: usize| chars as f32 / (all + few) as f32;
    assert_eq!(shares, [("en", of(all)), ("zh", of(few))]);
}

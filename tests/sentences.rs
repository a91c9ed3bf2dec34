//! Sentences: the cases of `tests/cases/sentences/`, the laws that hold for any text, and that no text takes more than
//! linear time.

use std::path::Path;

use std::time::Duration;
use std::time::Instant;

use copydesk::Lang;
use copydesk::sentences::segment;
use proptest::prelude::*;
use serde::Deserialize;

#[path = "../fuzz/src/sentences.rs"]
#[expect(unreachable_pub, reason = "the fuzz targets reach it")]
mod laws;

use laws::check_text as check;

const PIECES: [&str; 64] = [
    ".",
    "!",
    "?",
    "…",
    "...",
    ". ",
    "! ",
    "? ",
    "… ",
    "。",
    "।",
    "۔",
    "։",
    ":",
    ";",
    "؟",
    "។",
    "་",
    "།",
    " ",
    "\n",
    "\n\n",
    "\r\n",
    "\t",
    "\u{a0}",
    "\u{2028}",
    "\"",
    "“",
    "”",
    "«",
    "»",
    "'",
    "’",
    "(",
    ")",
    "[",
    "]",
    "「",
    "」",
    "- ",
    "— ",
    "Mr",
    "Dr",
    "z.B",
    "U.S",
    "etc",
    "J",
    "5",
    "18",
    "2.5",
    "the",
    "The",
    "Haus",
    "слово",
    "Слово",
    "κύμα",
    "ไทย",
    "ລາວ",
    "中文",
    "हिन्दी",
    "Մարդ",
    "e\u{301}",
    "\u{200b}",
    "http://a.b/c.d",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text(text in "\\PC{0,80}") {
        check(&text);
    }

    #[test]
    fn any_bytes(data in prop::collection::vec(any::<u8>(), 0..80)) {
        laws::check(&data);
    }

    #[test]
    fn marks_and_words(pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..40)) {
        check(&pieces.concat());
    }
}

/// The best of three, so that a busy machine does not decide.
fn time(text: &str) -> Duration {
    (0..3)
        .map(|_| {
            let start = Instant::now();
            assert!(segment(text, Lang::UND).len() <= text.len());
            start.elapsed()
        })
        .min()
        .unwrap_or_default()
}

#[test]
fn time_grows_with_the_length_only() {
    let units = [
        ".",
        "(",
        ")",
        "\"",
        "”",
        "!",
        "\n",
        " ",
        "e\u{301}\u{301}",
        "\u{301}",
        "\u{200d}",
        ". ",
        ".\"",
        "a.",
        "A. ",
        "1. ",
        "[1]",
        ".[1]",
        "(a. ",
        "“a. ",
        "J. R. ",
        "? ) ",
        "ไทย ",
        "ก ",
        "。」",
        "a\n",
        "word word\n",
        "...a",
        "\r",
        ".\u{301}",
    ];
    for unit in units {
        let small = unit.repeat(60_000 / unit.len());
        let large = unit.repeat(480_000 / unit.len());
        // Eight times the text; a quadratic step would take sixty-four times as long. A busy machine gets more tries.
        let is_linear = |_| time(&large) < time(&small) * 24 + Duration::from_millis(20);
        assert!((0..6).any(is_linear), "{unit:?} takes more than linear time");
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[expect(dead_code, reason = "for the reader of the file")]
    why: Option<String>,
    input: String,
    expect: Vec<String>,
}

#[test]
fn cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/sentences");
    let mut wrong = Vec::new();
    let mut count = 0;
    for entry in std::fs::read_dir(folder).expect("the folder of cases") {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("a file of cases");
        let cases: Cases = toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        for case in cases.case {
            count += 1;
            check(&case.input);
            let found: Vec<&str> =
                segment(&case.input, Lang::UND).iter().map(|s| s.of(&case.input)).collect();
            if found != case.expect {
                wrong.push(format!("{}: {found:#?}, expected {:#?}", case.name, case.expect));
            }
        }
    }
    assert!(count > 40, "only {count} cases");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

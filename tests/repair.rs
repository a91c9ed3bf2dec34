//! Repair: the cases of `tests/cases/repair/`, the laws that hold for any text, and that what a wrong charset does to text
//! of many languages is undone.

#![expect(clippy::expect_used, reason = "a test says what it expected")]

use std::borrow::Cow;

use copydesk::charset::Single;
use copydesk::config;
use copydesk::repair;
use encoding_rs::Encoding;
use proptest::prelude::*;
use serde::Deserialize;

#[path = "../fuzz/src/repair.rs"]
#[expect(unreachable_pub, reason = "the fuzz targets reach it")]
mod laws;

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Clean {
    name: String,
    text: String,
    /// Whether its letters prove no charset, however many: they make no words.
    #[serde(default)]
    is_wordless: bool,
}

#[derive(Deserialize)]
struct Damaged {
    name: String,
    input: String,
    expect: String,
    status: Option<String>,
}

#[derive(Deserialize)]
struct Cases<C> {
    case: Vec<C>,
}

fn clean() -> Vec<Clean> {
    let cases: Cases<Clean> = toml::from_str(include_str!("cases/repair/clean.toml")).expect("cases");
    cases.case
}

fn repaired(text: &str) -> Cow<'_, str> {
    repair(text, &config::Repair::default()).text
}

#[test]
fn clean_text_is_borrowed_back() {
    let wrong: Vec<String> = clean()
        .iter()
        .filter(|case| !matches!(repaired(&case.text), Cow::Borrowed(_)))
        .map(|case| format!("{}: {}", case.name, repaired(&case.text)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn damage_is_undone() {
    let cases: Cases<Damaged> = toml::from_str(include_str!("cases/repair/damaged.toml")).expect("cases");
    let mut wrong = String::new();
    for case in cases.case {
        let is_right = repaired(&case.input) == case.expect;
        if is_right == (case.status.as_deref() == Some("known-failure")) {
            wrong += &format!("{}: {}\n", case.name, repaired(&case.input));
        }
        laws::check(case.input.as_bytes());
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Texts in the other letters than ASCII of which there are enough to prove a charset.
fn texts() -> impl Iterator<Item = Clean> {
    clean().into_iter().filter(|case| {
        !case.is_wordless && case.text.chars().filter(|c| c.is_alphabetic() && !c.is_ascii()).count() >= 5
    })
}

#[test]
fn utf8_read_as_a_charset_of_single_bytes_is_undone() {
    let mut wrong = String::new();
    for case in texts() {
        for &charset in Single::ALL {
            let garbled = charset.decode(case.text.as_bytes());
            if repaired(&garbled) != case.text {
                wrong += &format!("{} as {}: {}\n", case.name, charset.name(), repaired(&garbled));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn utf8_read_as_a_charset_of_byte_pairs_is_undone() {
    let mut wrong = String::new();
    for case in texts() {
        for charset in ["gbk", "big5", "shift_jis", "euc-kr"] {
            let charset = Encoding::for_label(charset.as_bytes()).expect("a charset");
            let (garbled, is_lossy) = charset.decode_without_bom_handling(case.text.as_bytes());
            if !is_lossy && repaired(&garbled) != case.text {
                wrong += &format!("{} as {}: {}\n", case.name, charset.name(), repaired(&garbled));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn legacy_text_read_as_another_charset_is_undone() {
    let written = [
        ("russian", "windows-1251"),
        ("russian", "koi8-r"),
        ("russian", "ibm866"),
        ("ukrainian", "windows-1251"),
        ("greek", "windows-1253"),
        ("hebrew", "windows-1255"),
        ("arabic", "windows-1256"),
        ("thai", "windows-874"),
        ("polish", "windows-1250"),
        ("czech", "windows-1250"),
        ("chinese", "gbk"),
        ("japanese", "shift_jis"),
        ("korean", "euc-kr"),
    ];
    let mut wrong = String::new();
    for (name, charset) in written {
        let case = clean().into_iter().find(|case| case.name == name).expect("a text");
        let charset = Encoding::for_label(charset.as_bytes()).expect("a charset");
        let (bytes, _, is_lossy) = charset.encode(&case.text);
        assert!(!is_lossy, "{name} in {}", charset.name());
        let garbled = Single::WINDOWS_1252.decode(&bytes);
        if repaired(&garbled) != case.text {
            wrong += &format!("{name} in {}: {}\n", charset.name(), repaired(&garbled));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Pieces that damage is made of.
const PIECES: [&str; 40] = [
    "Ã", "Â", "â", "€", "™", "Ã©", "â€™", "Ð", "¿", "\u{9D}", "\u{A0}", " ", "?", "\u{FFFD}", "ï¿½", "ï»¿",
    "&", "&amp;", "eacute;", "&#", "146;", "\\u00e9", "\\ud83d", "=C3=A9", "\u{1B}[", "m", "\r", "\n",
    "\u{200B}", "\u{AD}", "ﬁ", "Ｗ", "e\u{301}", "├", "®", "Рё", "縺", "a", "ü", "日本",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_text_obeys_the_laws(text in "\\PC{0,60}") {
        laws::check_text(&text);
    }

    #[test]
    fn damage_obeys_the_laws(pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..24)) {
        laws::check_text(&pieces.concat());
    }

    /// Lines of clean text in any order stay as they are, and so does a line that was garbled among them once repaired.
    #[test]
    fn a_garbled_line_is_repaired_among_clean_ones(
        lines in prop::collection::vec(0_usize..16, 1..6),
        garbled in 0_usize..6,
        charset in prop::sample::select(vec![Single::WINDOWS_1252, Single::WINDOWS_1251, Single::MACINTOSH, Single::IBM437]),
    ) {
        let cases: Vec<String> = texts().map(|case| case.text).filter(|text| !text.contains('\n')).collect();
        let lines: Vec<&str> = lines.iter().map(|&at| cases[at % cases.len()].as_str()).collect();
        let good = lines.join("\n");
        let garbled = garbled % lines.len();
        let bad: Vec<String> = lines
            .iter()
            .enumerate()
            .map(|(at, line)| if at == garbled { charset.decode(line.as_bytes()) } else { (*line).to_owned() })
            .collect();
        prop_assert_eq!(repaired(&good), good.as_str());
        let bad = bad.join("\n");
        prop_assert_eq!(repaired(&bad), good.as_str());
    }
}

#[test]
fn a_long_line_takes_linear_time() {
    let config = config::Repair::default();
    let time = |text: &str| {
        let start = std::time::Instant::now();
        std::hint::black_box(repair::repair(text, &config));
        start.elapsed()
    };
    let escapes = ["\\x81", "\\xc3\\xa9", "&nbspx", "&#233", "&eacutee", "\\u0041"];
    let letters = ["Ã©", "Ð°Ñ", "Ñ?", "aÄb ", "æ??", "æ\u{FFFD}\u{FFFD}", "ã®ã", "â€", "øìá ", "Ã\u{AD}"];
    for unit in escapes.into_iter().chain(letters) {
        let (small, large) = (unit.repeat(1 << 11), unit.repeat(1 << 15));
        // Sixteen times the text; a quadratic step would take 256 times as long. A busy machine gets more tries.
        let is_linear = |_| time(&large) < time(&small) * 64 + std::time::Duration::from_millis(20);
        assert!((0..6).any(is_linear), "{unit:?} takes more than linear time");
    }
}

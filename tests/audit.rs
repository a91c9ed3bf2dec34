//! The audit leads back to the decoded text, whatever the document.

#![expect(clippy::expect_used, reason = "a test says what it expected")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use copydesk::Cleaner;
use copydesk::Config;
use copydesk::audit;
use copydesk::audit::About;
use copydesk::audit::Entry;
use copydesk::audit::Head;
use copydesk::config::Step;
use copydesk::config::Steps;
use copydesk::pipeline::Cleaned;
use proptest::prelude::*;

static CLEANER: LazyLock<Cleaner> =
    LazyLock::new(|| Cleaner::new(Config::default()).expect("the built-in rules hold"));

/// Changes by step and rule: how many, their characters, and those that are no notes: how many, from, to.
type Added = BTreeMap<(String, String), [u64; 5]>;

fn added_up(sums: &audit::Sums) -> Added {
    let document = &sums.documents[0];
    let kinds = document.sums.iter().map(|sum| {
        let (kind, applied) = (&sums.kinds()[sum.kind], sum.applied);
        let numbers = [sum.changes, sum.chars, applied.changes, applied.from, applied.to];
        ((kind.step.clone(), kind.rule.clone()), numbers)
    });
    let all: Added = kinds.collect();
    assert_eq!(all.len(), document.sums.len(), "a kind has one sum");
    all
}

fn expected_sums(entries: &[Entry<'_>]) -> Added {
    let mut all = Added::new();
    for entry in entries {
        let sum = all.entry((entry.step.to_string(), entry.rule.to_string())).or_default();
        let (chars, made) = ((entry.end - entry.start) as u64, u64::from(!entry.note));
        let to = entry.to.chars().count() as u64;
        for (sum, more) in sum.iter_mut().zip([1, chars, made, made * chars, made * to]) {
            *sum += more;
        }
    }
    all
}

/// Through the written form and back.
fn restored(cleaner: &Cleaner, cleaned: &Cleaned<'_>, is_emptied: bool) -> Result<String, String> {
    let about = About { id: "a \"quoted\" id", is_emptied, is_by_sentence: true, ..About::default() };
    let (mut bytes, mut sums) = (Vec::new(), audit::Sums::default());
    audit::write(about, cleaned, cleaner.rules(), &mut bytes, &mut sums);
    let text = String::from_utf8(bytes).expect("UTF-8");
    let mut lines = text.lines();
    let head: Head<'_> = serde_json::from_str(lines.next().expect("a head")).expect("a head");
    let entries: Vec<Entry<'_>> = lines.map(|line| serde_json::from_str(line).expect("an entry")).collect();
    assert_eq!(sums.lines(), text.lines().count() as u64);
    let (first, end) = &sums.documents[0].audit;
    assert_eq!((text.get(first.clone()), *end), (text.split_inclusive('\n').next(), text.len()));
    assert_eq!(added_up(&sums), expected_sums(&entries), "{text}");
    let mut read = audit::Sums::default();
    read.read(&head, &entries);
    assert_eq!(added_up(&read), added_up(&sums));
    assert_eq!(read.documents[0].layout, sums.documents[0].layout);
    let sentences = cleaned.sentences.iter().map(|s| s.span.of(&cleaned.text));
    let joined = audit::join(&head, sentences.collect::<Vec<_>>().into_iter());
    let clean = if is_emptied || cleaned.sentences.is_empty() { "" } else { joined.as_str() };
    let clean = if !is_emptied && cleaned.sentences.is_empty() { cleaned.text.as_str() } else { clean };
    audit::restore(clean, &head, &entries).map_err(|e| format!("{e}\n{text}"))
}

#[test]
fn the_sample_articles_come_back() {
    let cleaner = &*CLEANER;
    let raw = Path::new(env!("CARGO_MANIFEST_DIR")).join("raw");
    let mut count = 0;
    for entry in fs::read_dir(raw).expect("the folder") {
        let path = entry.expect("an entry").path();
        let bytes = fs::read(&path).expect("a file");
        let cleaned = cleaner.clean(&bytes);
        for is_emptied in [false, true] {
            let back = restored(cleaner, &cleaned, is_emptied).expect("restored");
            assert!(back == cleaned.decoded.text, "{}", path.display());
        }
        count += 1;
    }
    assert!(count >= 5);
}

#[test]
fn a_loss_in_decoding_is_told_once_for_each_run() {
    let cleaner = &*CLEANER;
    let bytes = b"\xEF\xBB\xBFOne \xFF\xFE two three, and \xFF more of it.";
    let cleaned = cleaner.clean(bytes);
    let (head, entries) = audit::account(About::default(), &cleaned, cleaner.rules());
    let losses: Vec<(usize, usize)> =
        entries.iter().filter(|e| e.step == "decode").map(|e| (e.start, e.end)).collect();
    assert_eq!(losses, [(4, 6), (22, 23)]);
    assert_eq!(audit::restore(&cleaned.text, &head, &entries).as_deref(), Ok(&*cleaned.decoded.text));
}

#[test]
fn a_tampered_text_is_noticed() {
    let cleaner = &*CLEANER;
    let cleaned = cleaner.clean_text("The cafÃ© is open.\n\nRead more\n\nIt serves tea.");
    let (head, entries) = audit::account(About::default(), &cleaned, cleaner.rules());
    assert!(audit::restore("The cafe is open.\nIt serves tea.", &head, &entries).is_err());
    assert!(audit::restore("", &head, &entries).is_err());
    // What follows the last change is checked by nothing but its length.
    assert!(audit::restore(&format!("{} And cake.", cleaned.text), &head, &entries).is_err());
    assert!(audit::restore("The café is open.\nIt serves", &head, &entries).is_err());
}

#[test]
fn what_no_record_can_hold_is_accounted_for_where_nothing_is_repaired() {
    let text = "The ferry\0 sails\0\0 at noon.\nRead more\0\nIt rained all day.\0";
    let all = Steps { repair: false, ..Steps::default() };
    for steps in [Steps::from(Vec::new()), Steps::from(vec![Step::Boilerplate]), all] {
        let cleaner = Cleaner::new(Config { steps, ..Config::default() }).expect("the built-in rules hold");
        let cleaned = cleaner.clean_text(text);
        assert!(!cleaned.text.contains('\0'), "{:?}", cleaned.text);
        assert_eq!(restored(&cleaner, &cleaned, false).as_deref(), Ok(text));
    }
}

/// Lines of many kinds: kept, removed, damaged, both, and in several scripts.
fn line() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "The council met on Monday and voted at noon.",
        "Read more",
        "- Advertisement -",
        "Advertisement\u{A0}",
        "https://example.org/a?b=1&amp;c=2",
        "The cafÃ© is open &amp; busy.",
        "Publicit\u{e9}",
        "PublicitÃ©",
        "e\u{301}le\u{300}ve",
        "日本語の文章です。次の文です。",
        "Привет, мир. Как дела?",
        "صباح الخير يا عالم.",
        "\u{FEFF}Soft\u{AD}hyphen\u{7}",
        "Related articles",
        "10:45",
        "...",
        "\u{FFFD}\u{FFFD}",
        "&nbsp;&nbsp;",
    ]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => "\\PC{0,30}"]
}

fn document() -> impl Strategy<Value = String> {
    let end =
        prop::sample::select(vec!["\n", "\n\n", "\r\n", "\r", " \n", "\n \t\n", "\u{2028}\n", "\n\u{3000}"]);
    let lines = prop::collection::vec((line(), end), 0..24);
    // The last line seldom has an end, and may be kept, removed or repaired like any other.
    let last = prop_oneof![1 => Just(String::new()), 3 => line()];
    (lines, last)
        .prop_map(|(lines, last)| lines.into_iter().map(|(line, end)| line + end).chain([last]).collect())
}

proptest! {
    #[test]
    fn every_generated_document_comes_back(text in document()) {
        let cleaner = &*CLEANER;
        let cleaned = cleaner.clean_text(&text);
        for is_emptied in [false, true] {
            prop_assert_eq!(restored(cleaner, &cleaned, is_emptied), Ok(text.clone()));
        }
    }

    #[test]
    fn any_bytes_come_back_as_they_were_decoded(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let cleaner = &*CLEANER;
        let cleaned = cleaner.clean(&bytes);
        prop_assert_eq!(restored(cleaner, &cleaned, false), Ok(cleaned.decoded.text.clone().into_owned()));
    }
}

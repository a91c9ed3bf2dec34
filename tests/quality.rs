//! The quality gate: whole pages in several languages, what must stay of them and what must go, and floors that only rise.
//!
//! `FLOORS=raise cargo test --test quality` writes today's figures to `tests/cases/quality/floors.toml` where they are better.
//! Lowering a floor is an edit by hand, with a line in CHANGELOG.md that says why.

#![expect(clippy::expect_used, reason = "a test says what it expected")]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use copydesk::Cleaner;
use copydesk::Config;
use copydesk::Sentence;
use serde::Deserialize;
use serde::Serialize;

#[derive(Deserialize)]
struct Pages {
    page: Vec<Page>,
}

#[derive(Deserialize)]
struct Page {
    name: String,
    lang: String,
    text: String,
    keeps: Vec<String>,
    drops: Vec<String>,
}

/// Per cent of what was asked, by language.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Floors {
    /// Of the passages that must stay.
    kept: BTreeMap<String, u32>,
    /// Of the lines that must go.
    dropped: BTreeMap<String, u32>,
    /// Of the sentences, those in the page's language.
    language: BTreeMap<String, u32>,
}

impl Floors {
    fn lists(&mut self) -> [&mut BTreeMap<String, u32>; 3] {
        [&mut self.kept, &mut self.dropped, &mut self.language]
    }
}

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases/quality").join(name)
}

fn read<T: for<'de> Deserialize<'de>>(name: &str) -> T {
    toml::from_str(&fs::read_to_string(path(name)).expect("a file")).expect("TOML")
}

fn per_cent(part: usize, whole: usize) -> u32 {
    (100 * part / whole.max(1)) as u32
}

#[test]
fn no_language_falls_below_its_floor() {
    let cleaner = Cleaner::new(Config::default()).expect("settings");
    let (mut found, mut told) = (Floors::default(), Vec::new());
    for page in read::<Pages>("pages.toml").page {
        let cleaned = cleaner.clean(page.text.as_bytes());
        assert!(page.keeps.iter().chain(&page.drops).all(|line| page.text.contains(line)), "{}", page.name);
        let has = |line: &&String| cleaned.text.contains(line.as_str());
        let lost: Vec<&String> = page.keeps.iter().filter(|line| !has(line)).collect();
        let left: Vec<&String> = page.drops.iter().filter(has).collect();
        // A date or a score has no language.
        let is_worded =
            |text: &str| 2 * text.chars().filter(|c| c.is_alphabetic()).count() > text.chars().count();
        let of = |s: &Sentence| cleaned.text.get(s.span.start..s.span.end).unwrap_or_default();
        let worded: Vec<&Sentence> = cleaned.sentences.iter().filter(|s| is_worded(of(s))).collect();
        let named = worded.iter().filter(|s| s.lang.tag() == page.lang).count();
        told.push(format!("{} lost {lost:?}, left {left:?}", page.name));
        let figures = [
            per_cent(page.keeps.len() - lost.len(), page.keeps.len()),
            per_cent(page.drops.len() - left.len(), page.drops.len()),
            per_cent(named, worded.len()),
        ];
        for (list, figure) in found.lists().into_iter().zip(figures) {
            list.insert(page.lang.clone(), figure);
        }
    }
    let mut floors: Floors = read("floors.toml");
    if std::env::var("FLOORS").is_ok_and(|wish| wish == "raise") {
        for (floor, found) in floors.lists().into_iter().zip(found.lists()) {
            for (lang, figure) in found {
                let floor = floor.entry(lang.clone()).or_default();
                *floor = (*floor).max(*figure);
            }
        }
        fs::write(path("floors.toml"), toml::to_string(&floors).expect("TOML")).expect("written");
    }
    let mut below = Vec::new();
    for (name, (floor, found)) in
        ["kept", "dropped", "language"].into_iter().zip(floors.lists().into_iter().zip(found.lists()))
    {
        assert_eq!(
            floor.keys().collect::<Vec<_>>(),
            found.keys().collect::<Vec<_>>(),
            "{name}: one floor a language"
        );
        for (lang, figure) in found {
            if *figure < floor[lang] {
                below.push(format!("{lang}: {name} {figure} %, the floor is {} %", floor[lang]));
            }
        }
    }
    assert!(below.is_empty(), "{below:#?}\n{told:#?}");
}

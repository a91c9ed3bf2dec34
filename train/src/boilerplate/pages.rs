//! The labelled pages that the boilerplate model learns from: how they are read, labelled and weighed.

use std::fs::File;
use std::io::BufRead;
use std::io::BufReader;
use std::path::Path;

use copydesk::boilerplate::site::site;
use copydesk::boilerplate::templates::CorpusStats;
use copydesk::boilerplate::templates::SiteStats;
use copydesk::boilerplate::templates::observe;
use copydesk::document::Line;
use copydesk::document::lines;
use flate2::read::MultiGzDecoder;
use serde_json::Value;

use crate::boilerplate::made;
use crate::boilerplate::shaped;

/// Files of the benchmark, and how much a page of each counts.
pub(crate) const FILES: [(&str, f32); 9] = [
    ("news.gettext.jsonl.gz", 1.0),
    ("news.inscriptis.jsonl.gz", 1.0),
    ("news.paragraphs.jsonl.gz", 1.2),
    ("news.container.jsonl.gz", 1.0),
    ("other.jsonl.gz", 1.5),
    ("site/real.jsonl.gz", 0.4),
    ("site/synthetic.jsonl.gz", 0.5),
    ("segments.jsonl.gz", 0.7),
    ("negatives.jsonl", 2.5),
];
/// The first so many are news pages.
pub(crate) const NEWS_FILES: usize = 4;
/// Made from the articles' true text: whole, its beginning, its end.
pub(crate) const CLEAN: usize = FILES.len();
/// From here on, by file, the site pages once more, with what recurs on their site.
pub(crate) const WITH_SITE: usize = FILES.len() + 1;
/// Made from other pages, see `made`.
pub(crate) const MADE: usize = WITH_SITE + FILES.len();
/// These count so much more: no other page says what to make of it.
const KNOWN_SITE: f32 = 2.0;

/// A labelled page.
pub(crate) struct Labelled {
    pub(crate) id: String,
    pub(crate) lang: String,
    /// Pages of one host are never both learned from and measured on.
    pub(crate) fold_key: u64,
    /// Which file it is from, or [`CLEAN`], or that file and [`WITH_SITE`], or [`MADE`].
    pub(crate) file: usize,
    pub(crate) text: String,
    pub(crate) gold: String,
    pub(crate) lines: Vec<Line>,
    /// For each line, the share of it that stays, how much that is to be believed, and the kind of boilerplate.
    pub(crate) labels: Vec<(f32, f32, String)>,
    pub(crate) weight: f32,
    pub(crate) site: Option<SiteStats>,
}

fn text_of(record: &Value, key: &str) -> String {
    record.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn strings_of(record: &Value, key: &str) -> Option<Vec<String>> {
    let list = record.get(key)?.as_array()?;
    Some(list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

/// Whether a line with this label stays, and how much the label weighs: what is not scored hardly counts.
fn of_label(label: &str) -> (f32, f32) {
    match label {
        "k" => (1.0, 1.0),
        "n:headline" | "n:deck" | "n:subhead" => (1.0, 0.4),
        "n:byline" | "n:date" | "n:caption" | "n:credit" | "n:signoff" => (0.0, 0.2),
        "n:dup" => (0.0, 0.1),
        "n:kicker" | "n:symbol" => (0.0, 0.02),
        _ if label.starts_with('d') => (0.0, 1.0),
        _ => (0.0, 0.0),
    }
}

pub(crate) fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3))
}

fn records(path: &Path) -> Result<Vec<Value>, String> {
    let file = File::open(path).map_err(|e| format!("`{}`: {e}", path.display()))?;
    let reader: Box<dyn BufRead> = if path.extension().is_some_and(|e| e == "gz") {
        Box::new(BufReader::new(MultiGzDecoder::new(file)))
    } else {
        Box::new(BufReader::new(file))
    };
    let parsed = reader.lines().map(|line| {
        line.map_err(|e| e.to_string())
            .and_then(|line| serde_json::from_str(&line).map_err(|e| e.to_string()))
    });
    parsed.collect::<Result<_, _>>().map_err(|e| format!("`{}`: {e}", path.display()))
}

/// Reads all pages below `folder`, and makes more from them; nothing of one of the `folds` comes into another.
pub(crate) fn read(folder: &Path, folds: u64) -> Result<Vec<Labelled>, String> {
    let mut pages = Vec::new();
    let mut golds = std::collections::BTreeSet::new();
    for (file, (name, weight)) in FILES.iter().enumerate() {
        let records = records(&folder.join(name))?;
        for record in &records {
            let page = page(record, file, *weight, text_of(record, "text"));
            if file < 5 && golds.insert(page.gold.clone()) {
                let clean = clean(record, &page.gold);
                pages.extend(clean.first().and_then(shaped::in_parts));
                pages.extend(clean.first().and_then(shaped::with_list));
                pages.extend(clean);
            }
            pages.push(page);
        }
        if name.starts_with("site/") {
            let known = with_site(&records, WITH_SITE + file, KNOWN_SITE * *weight);
            pages.extend(known.iter().filter_map(made::brief));
            pages.extend(known);
        } else if file < 5 {
            let of_file: Vec<&Labelled> = pages.iter().filter(|page| page.file == file).collect();
            let made = made::swapped(&of_file, folds);
            pages.extend(made);
        }
    }
    // A language with few pages counts somewhat more.
    let mut counts = std::collections::BTreeMap::new();
    for page in &pages {
        *counts.entry(page.lang.clone()).or_insert(0_u32) += 1;
    }
    for page in &mut pages {
        let share = counts[&page.lang] as f32 / pages_of_english(&counts);
        page.weight *= share.powf(-0.15).min(1.6);
    }
    Ok(pages)
}

fn pages_of_english(counts: &std::collections::BTreeMap<String, u32>) -> f32 {
    counts.values().copied().max().unwrap_or(1) as f32
}

fn page(record: &Value, file: usize, weight: f32, text: String) -> Labelled {
    let lines = lines(&text);
    let with = strings_of(record, "with").unwrap_or_default();
    let without = strings_of(record, "without").unwrap_or_default();
    let given = strings_of(record, "labels").filter(|_| file != CLEAN);
    let of_line = |(i, line): (usize, &Line)| {
        let line = line.span.of(&text);
        match &given {
            Some(given) => {
                let label = given.get(i).map_or("", String::as_str);
                let (keep, weight) = of_label(label);
                (keep, weight, label.to_owned())
            }
            None if with.is_empty() && without.is_empty() => (1.0, 1.0, "k".to_owned()),
            None if with.iter().any(|s| line.contains(s)) => (1.0, 1.0, "k".to_owned()),
            None if without.iter().any(|s| line.contains(s) && line.len() < 3 * s.len()) => {
                (0.0, 1.0, "d:other".to_owned())
            }
            None => (0.0, 0.0, String::new()),
        }
    };
    let labels = lines.iter().enumerate().map(of_line).collect();
    let host = text_of(record, "host");
    let host = site(&format!("http://{host}/")).unwrap_or(host);
    Labelled {
        id: text_of(record, "id"),
        lang: text_of(record, "lang"),
        fold_key: fnv(&host),
        file,
        gold: if given.is_some() { text_of(record, "gold") } else { String::new() },
        lines,
        labels,
        weight,
        site: None,
        text,
    }
}

/// The true text as a document of its own: whole, its first lines, its last.
fn clean(record: &Value, gold: &str) -> Vec<Labelled> {
    let lines: Vec<&str> = gold.split('\n').collect();
    let some = 2 + (fnv(&text_of(record, "id")) % 7) as usize;
    let mut texts = vec![(gold.to_owned(), 1.3)];
    if lines.len() > some + 2 {
        texts.push((lines[..some].join("\n\n"), 0.7));
        texts.push((lines[lines.len() - some..].join("\n"), 0.5));
    }
    texts.into_iter().map(|(text, weight)| page(record, CLEAN, weight, text)).collect()
}

/// The pages of each site with what recurs among them.
fn with_site(records: &[Value], file: usize, weight: f32) -> Vec<Labelled> {
    let mut all: std::collections::BTreeMap<String, CorpusStats> = std::collections::BTreeMap::new();
    for record in records {
        let group = text_of(record, "group");
        let observed = observe(&group, &text_of(record, "url"), &text_of(record, "text"));
        all.entry(group).or_default().add(&observed);
    }
    let templates: std::collections::BTreeMap<_, _> =
        all.iter().map(|(group, stats)| (group.clone(), stats.templates())).collect();
    let of_record = |record: &Value| {
        let group = text_of(record, "group");
        let mut page = page(record, file, weight, text_of(record, "text"));
        page.site = templates.get(&group).and_then(|t| t.site(&group)).cloned();
        page
    };
    records.iter().map(of_record).collect()
}

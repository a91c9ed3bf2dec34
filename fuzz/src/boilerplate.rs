//! Judging lines: a verdict for each line, and a rendering that says exactly what it did.

use std::sync::LazyLock;

use copydesk::boilerplate::judge;
use copydesk::boilerplate::render;
use copydesk::boilerplate::rules::RuleSet;
use copydesk::boilerplate::templates::CorpusStats;
use copydesk::boilerplate::templates::observe;
use copydesk::document::apply;
use copydesk::document::lines;

static RULES: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::builtin().expect("the built-in rules hold"));

/// The laws, for any bytes, read as text.
pub fn check(data: &[u8]) {
    check_text(&String::from_utf8_lossy(data));
}

/// The laws, for any text: alone, and on a site where other pages share its lines.
pub fn check_text(text: &str) {
    let lines = lines(text);
    let mut stats = CorpusStats::empty();
    for n in 0..6 {
        stats.add(&observe("a.example", &format!("https://a.example/{n}"), &format!("Page {n}\n{text}")));
    }
    let templates = stats.templates();
    for site in [None, templates.site("a.example")] {
        let judged = judge(text, &lines, &RULES, site);
        assert_eq!((judged.verdicts.len(), judged.joins.len()), (lines.len(), lines.len()));
        let (kept, edits, removed) = render(text, &lines, &judged);
        assert_eq!(apply(text, &edits), kept, "the edits lead to the text");
        assert!(kept.lines().all(|line| line.trim() == line), "white space at a line's end in {kept:?}");
        let mut last = 0;
        for gone in &removed {
            assert!(gone.span.start >= last && gone.span.end > gone.span.start, "{removed:?}");
            assert_eq!(gone.span.of(text).trim(), gone.span.of(text));
            last = gone.span.end;
        }
        let again = judge(text, &lines, &RULES, site);
        assert_eq!(
            (judged.verdicts, judged.joins),
            (again.verdicts, again.joins),
            "the same text, the same verdicts"
        );
    }
}

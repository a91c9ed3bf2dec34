//! F19: rules that would hang another engine. F20: texts that would hang another splitter.

use std::time::Duration;

use copydesk::Cleaner;
use copydesk::Config;
use copydesk::boilerplate::rules::RuleSet;

use crate::world::World;
use crate::world::dump;

/// The processor time of this thread, which a busy machine does not stretch.
fn spent(work: impl FnOnce()) -> Duration {
    let now = || {
        let told = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
        told.split(' ').next().and_then(|n| n.parse().ok()).map(Duration::from_nanos).expect("nanoseconds")
    };
    let before: Duration = now();
    work();
    now().saturating_sub(before)
}

fn pack(patterns: &[&str]) -> String {
    let rules = patterns.iter().enumerate().map(|(n, pattern)| {
        format!(
            "[[rule]]\nid = \"mine-{n}\"\naction = \"drop\"\nlangs = [\"en\"]\nany = ['{pattern}']\n\
             because = \"a test\"\ndrops = [\"x\"]\nkeeps = [\"y\"]\n"
        )
    });
    format!("schema = 1\n{}", rules.collect::<String>())
}

#[test]
fn f19_no_pattern_takes_more_than_linear_time() {
    let judge = |rules: &RuleSet, text: &str| {
        text.lines().for_each(|line| assert!(rules.matching(line).count() < 9));
    };
    // A megabyte of `a`, as lines of an article's length and as one.
    let builtin = RuleSet::builtin().expect("the built-in rules hold");
    let hostile = pack(&["(a+)+b$", "(.*)*x$", "(a|a)*c$", "(a*)*(a*)*d$", "^(a?){30}a{30}e$"]);
    let hostile = RuleSet::with(&[("mine.toml", &hostile)]).expect("valid patterns");
    let lines = format!("{}\n", "a".repeat(200)).repeat(5000);
    for text in [lines, "a".repeat(1 << 20)] {
        let is_linear = |_| {
            let usual = spent(|| judge(&builtin, &text));
            // Twice what it takes without them, and 100 ns a byte for a test without optimisation.
            spent(|| judge(&hostile, &text)) < 2 * usual + Duration::from_millis(100)
        };
        assert!((0..4).any(is_linear), "{} bytes a line", text.lines().next().map_or(0, str::len));
    }
}

#[test]
fn f19_packs_that_cannot_be_are_refused_with_the_rule() {
    let refused = |content: &str| {
        let world = World::new(&[("a.jsonl", &dump(1))]);
        std::fs::write(world.path("mine.toml"), content).expect("written");
        let ended = world.run(&["rules", "test", "mine.toml"]);
        world.check(Some(&ended), "none", None);
        assert_eq!(ended.status.code(), Some(2), "{}", ended.said());
        ended.said()
    };
    for (pattern, what) in [("(", "unclosed group"), ("(?=a)b", "look-around"), (r"(a)\1", "backreferences")]
    {
        let said = refused(&pack(&["fine", pattern]));
        assert!(said.contains("mine.toml:10: rule `mine-1`") && said.contains(what), "{said}");
    }
    // Each of these alone is large, and one is too large.
    let said = refused(&pack(&[r"fine", r"(\w{1000}){1000}"]));
    assert!(said.contains("mine-1") && said.contains("size"), "{said}");
    // Ten thousand rules are many, and no fault.
    let many: Vec<String> = (0..10_000).map(|n| format!("phrase number {n} of many")).collect();
    let many = pack(&many.iter().map(String::as_str).collect::<Vec<_>>());
    let rules = RuleSet::with(&[("mine.toml", &many)]).expect("ten thousand rules");
    assert_eq!(rules.matching("phrase number 777 of many").next().map(|rule| &*rule.id), Some("mine-777"));
}

#[test]
fn f20_no_text_takes_more_than_linear_time() {
    let cleaner = Cleaner::new(Config::default()).expect("a cleaner");
    let units = [
        "(",
        ")",
        "[",
        "\"",
        "'",
        "“",
        ".",
        "?!",
        "...",
        ". ",
        "a.",
        "A. ",
        "1. ",
        "1.",
        "J. R. ",
        "e.g. ",
        "[1]",
        "\n",
        " ",
        "\t",
        "\r\n",
        "\u{301}",
        "e\u{301}\u{316}",
        "\u{200d}",
        "\u{200b}",
        "\u{ad}",
        "\u{fffd}",
        "\0",
        "&amp;",
        "&",
        "&#",
        "&lt;b ",
        "&lt;b &#62;",
        "Ã©",
        "Ãƒâ€š",
        "â€™",
        "\\u00e9",
        "\\",
        "=C3",
        "=\n",
        "%C3%A9",
        "http://a.b/",
        "ไทย",
        "。」",
        "中",
        "😀",
        "a",
        "A ",
        "word word\n",
        "Read more\n",
        "The council met on Monday and voted at noon. ",
        "10:45\n",
        "aB1-",
        "\u{feff}",
        "ﬁ",
    ];
    let mut slow = Vec::new();
    for unit in units {
        let time = |size: usize| {
            let text = unit.repeat(size / unit.len());
            spent(|| drop(cleaner.clean_text(&text)))
        };
        // Small times are all overhead; a machine with others at work gets more tries.
        let is_linear = |_| time(160_000) < time(80_000).mul_f64(2.5) + Duration::from_millis(15);
        if !(0..6).any(is_linear) {
            slow.push(unit);
        }
    }
    assert!(slow.is_empty(), "more than linear time: {slow:?}");
}

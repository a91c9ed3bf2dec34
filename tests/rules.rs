//! Every built-in rule against its own examples, and its `keeps` against the whole set.

use copydesk::boilerplate::examples;
use copydesk::boilerplate::rules::RuleSet;

fn builtin() -> RuleSet {
    RuleSet::builtin().unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn examples_hold() {
    let set = builtin();
    let faults: Vec<String> = examples::faults(&set)
        .iter()
        .map(|fault| format!("{}: {}: {:?}", fault.rule, fault.message, fault.example))
        .collect();
    assert!(set.rules().len() >= 5);
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn faults_name_file_line_and_rule() {
    let file = "schema = 1\n\n[[rule]]\nid = \"Bad Id\"\naction = \"drop\"\nlangs = []\nany = ['(']\nbecause = \"x\"\ndrops = [\"(\"]\nkeeps = [\"a\"]\n";
    let error = RuleSet::parse(&[("mine.toml", file)]).expect_err("two faults").to_string();
    assert!(error.starts_with("mine.toml:3: rule `Bad Id`: an id is kebab-case"), "{error}");
    assert!(error.contains("mine.toml:3: rule `Bad Id`: pattern `(`"), "{error}");
    let unknown = RuleSet::parse(&[("mine.toml", "schema = 1\n[[rule]]\nname = 1\n")])
        .expect_err("a fault")
        .to_string();
    assert!(unknown.contains("unknown field `name`"), "{unknown}");
}

/// A pack of one rule with the given id and fields.
fn pack(id: &str, fields: &str) -> String {
    format!(
        "schema = 1\n[[rule]]\nid = \"{id}\"\naction = \"drop\"\nlangs = [\"en\"]\nbecause = \"x\"\n\
         drops = [\"High water\"]\nkeeps = [\"High water delayed the ferry.\"]\n{fields}\n"
    )
}

#[test]
fn an_id_that_is_taken_says_by_which_rule() {
    let (tides, ads) =
        (pack("tides", "whole = [\"high water\"]"), pack("advertising-mark", "any = ['^High']"));
    let error =
        RuleSet::with(&[("a.toml", &tides), ("b.toml", &tides), ("c.toml", &ads)]).expect_err("two faults");
    let said = error.to_string();
    assert!(said.contains("b.toml:2: rule `tides`: the id is taken by the rule at a.toml:2"), "{said}");
    assert!(said.contains("c.toml:2: rule `advertising-mark`: the id is taken by a built-in rule"), "{said}");
}

#[test]
fn a_phrase_without_a_word_is_a_fault() {
    for phrases in ["whole = [\"high water\", \"\"]", "whole = [\" … \"]", "any = ['^H']\nstarts = [\"\"]"]
    {
        let said = RuleSet::parse(&[("a.toml", &pack("tides", phrases))]).expect_err("a fault").to_string();
        assert!(said.contains("a.toml:2: rule `tides`: the phrase `") && said.contains("no word"), "{said}");
    }
}

#[test]
fn phrases_and_patterns_in_letters_and_marks_match_composed_text() {
    for phrases in ["whole = [\"cafe\u{301} am pier\"]", "any = ['(?i)^cafe\u{301} am']"] {
        let set = RuleSet::parse(&[("a.toml", &pack("cafe", phrases))]).unwrap_or_else(|e| panic!("{e}"));
        assert!(set.verdict("Café am Pier").is_drop(), "{phrases}");
    }
}

#[test]
fn a_keep_rule_needs_no_lines_that_go() {
    let parsed = |action: &str| {
        let file = format!(
            "schema = 1\n[[rule]]\nid = \"mine\"\naction = \"{action}\"\nlangs = [\"en\"]\nany = ['^Share price']\n\
             because = \"Share prices are news.\"\nkeeps = [\"Share prices fell.\"]\n"
        );
        RuleSet::parse(&[("mine.toml", &file)]).map_err(|e| e.to_string())
    };
    assert_eq!(parsed("keep").map(|set| set.rules().len()), Ok(1));
    for action in ["drop", "opens-related"] {
        let fault = parsed(action).expect_err("a fault");
        assert!(fault.contains("give lines for both `drops` and `keeps`"), "{action}: {fault}");
    }
}

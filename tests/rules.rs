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

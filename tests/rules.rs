//! Every built-in rule against its own examples, and its `keeps` against the whole set.

use copydesk::Verdict;
use copydesk::boilerplate::rules::Action;
use copydesk::boilerplate::rules::RuleSet;

fn builtin() -> RuleSet {
    RuleSet::builtin().unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn examples_hold() {
    let set = builtin();
    let mut faults = Vec::new();
    for rule in set.rules() {
        let own = |line: &str| set.matching(line).any(|r| r.id == rule.id);
        for line in &rule.drops {
            if !own(line) {
                faults.push(format!("{}: does not match its `drops` line {line:?}", rule.id));
            }
            if !set.verdict(line).is_drop() {
                faults.push(format!("{}: `drops` line survives the whole set: {line:?}", rule.id));
            }
        }
        for line in &rule.keeps {
            if let Verdict::Drop(reason) = set.verdict(line) {
                faults.push(format!("{}: `keeps` line dropped by `{}`: {line:?}", rule.id, reason.code()));
            }
            if rule.action == Action::Keep && !own(line) {
                faults.push(format!("{}: does not match its `keeps` line {line:?}", rule.id));
            }
        }
        for line in &rule.known_misses {
            if set.verdict(line).is_drop() {
                faults
                    .push(format!("{}: a known miss is dropped now, move it to `drops`: {line:?}", rule.id));
            }
        }
    }
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

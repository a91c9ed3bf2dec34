//! Rules against their own examples: what a rule says it drops and keeps is checked under the whole rule set.
//! Reading rule files is left to `rules`, saying what is wrong to the tests and the command.

use crate::boilerplate::rules::Action;
use crate::boilerplate::rules::RuleSet;
use crate::verdict::Verdict;

/// An example that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The rule.
    pub rule: String,
    /// The line it gives as an example.
    pub example: String,
    /// What is wrong.
    pub message: String,
    /// How it can be mended.
    pub cure: String,
}

/// Every example of `set` that does not hold.
pub fn faults(set: &RuleSet) -> Vec<Fault> {
    let mut faults = Vec::new();
    for rule in set.rules() {
        let matches = |line: &str| set.matching(line).any(|r| r.id == rule.id);
        let mut fault = |example: &String, message: String, cure: &str| {
            faults.push(Fault {
                rule: rule.id.clone(),
                example: example.clone(),
                message,
                cure: cure.to_owned(),
            });
        };
        for line in &rule.drops {
            let is_too_long = rule.max_chars.is_some_and(|max| line.chars().count() > max);
            if is_too_long {
                let cure = "raise `max-chars`, or give a shorter line";
                fault(line, "this `drops` line is longer than `max-chars`".to_owned(), cure);
            } else if !matches(line) {
                let cure = "widen the rule, or move the line to `known-misses`";
                fault(line, "this `drops` line is not matched by the rule".to_owned(), cure);
            } else if let Verdict::Keep(reason) = set.verdict(line) {
                let message = format!("this `drops` line is protected by `{}`", reason.code());
                fault(line, message, "give another line, or narrow the keep rule");
            }
        }
        for line in &rule.keeps {
            if let Verdict::Drop(reason) = set.verdict(line) {
                let message = format!("this `keeps` line is dropped by `{}`", reason.code());
                fault(line, message, "narrow that rule, or protect such lines with a keep rule");
            } else if rule.action == Action::Keep && !matches(line) {
                let message = "this `keeps` line is not matched by the keep rule".to_owned();
                fault(line, message, "widen the rule, or give another line");
            }
        }
        for line in &rule.known_misses {
            if set.verdict(line).is_drop() {
                fault(line, "this known miss is dropped now".to_owned(), "move it to `drops`");
            }
        }
    }
    faults
}

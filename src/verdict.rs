//! What is decided about a line, and why. Decisions are values; nothing is removed here.

use std::borrow::Cow;
use std::fmt;

/// What becomes of one line.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub enum Verdict {
    /// Nothing spoke for or against the line: it stays.
    #[default]
    Unmatched,
    /// Protected from every reason to drop it.
    Keep(Reason),
    /// Not part of the article.
    Drop(Reason),
}

impl Verdict {
    /// Whether the line goes.
    pub const fn is_drop(&self) -> bool {
        matches!(self, Verdict::Drop(_))
    }
}

/// Why a line was kept or dropped.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Reason {
    /// A phrase rule, by its id.
    Rule(RuleId),
    /// The same text, or nearly the same, stands elsewhere in the document.
    Repeated,
    /// Part of a list of headlines, times or labels.
    List,
    /// After a heading that opens a block of other articles.
    RelatedBlock,
    /// Its phrases are of this theme (`newsletter`, `share`).
    Theme(&'static str),
    /// No letter and no digit.
    Ornament,
    /// It stands in several documents of the same site.
    Template,
    /// Before the article starts or after it ends.
    Outside,
    /// Part of a text of its own: a further article, comments, a notice in whole sentences.
    Apart,
    /// Its neighbours decided: it interrupts the article.
    Neighbours,
}

impl Reason {
    /// A stable, countable name without numbers in it.
    pub fn code(&self) -> &str {
        match self {
            Reason::Rule(id) => id.as_str(),
            Reason::Repeated => "repeated",
            Reason::List => "list",
            Reason::RelatedBlock => "related-block",
            Reason::Theme(theme) => theme,
            Reason::Ornament => "ornament",
            Reason::Template => "template",
            Reason::Outside => "outside-article",
            Reason::Apart => "separate-text",
            Reason::Neighbours => "neighbours",
        }
    }
}

/// The id of a phrase rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(Cow<'static, str>);

impl RuleId {
    /// The id as written in the rule file.
    pub fn new(id: impl Into<Cow<'static, str>>) -> RuleId {
        RuleId(id.into())
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

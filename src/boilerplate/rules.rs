//! Phrase rules: the schema of `rules/boilerplate/*.toml`, its checks, and the compiled matcher.
//! Which files there are is left to `builtin` and to the user.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use regex::Regex;
use regex::RegexSet;
use regex::RegexSetBuilder;
use serde::Deserialize;
use toml::Spanned;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::is_nfc;

use crate::boilerplate::builtin;
use crate::boilerplate::chars::Class;
use crate::boilerplate::chars::class;
use crate::boilerplate::code::is_code;
use crate::boilerplate::phrases::Anchor;
use crate::boilerplate::phrases::Hits;
use crate::boilerplate::phrases::Phrases;
use crate::boilerplate::phrases::Theme;
use crate::boilerplate::scan::Token;
use crate::boilerplate::scan::tokens;
use crate::error::Error;
use crate::error::RuleError;
use crate::verdict::Reason;
use crate::verdict::RuleId;
use crate::verdict::Verdict;

/// A rule file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    schema: u32,
    #[serde(rename = "rule", default)]
    rules: Vec<Spanned<Rule>>,
}

/// One rule: what it finds and why, with the examples that prove it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rule {
    /// Unique, kebab-case, never reused: it stands in users' data.
    pub id: String,
    /// Whether a match drops the line, protects it, or opens a block of other articles.
    pub action: Action,
    /// The languages the phrases are written in; feeds the coverage table, never a condition.
    pub langs: Vec<String>,
    /// What kind of boilerplate its phrases are a sign of.
    #[serde(default)]
    pub theme: Option<Theme>,
    /// Phrases that make up a whole line; case, numbers of no account and punctuation aside.
    #[serde(default)]
    pub whole: Vec<String>,
    /// Phrases that a line begins with: strong evidence, but no match.
    #[serde(default)]
    pub starts: Vec<String>,
    /// Phrases that a line begins with and that suffice, unless it begins with a quotation mark.
    #[serde(default)]
    pub leads: Vec<String>,
    /// Phrases anywhere in a line: weak evidence, and no match.
    #[serde(default)]
    pub mentions: Vec<String>,
    /// Regular expressions; one match suffices.
    #[serde(default)]
    pub any: Vec<String>,
    /// Longer lines (in characters) are never matched.
    #[serde(default)]
    pub max_chars: Option<usize>,
    /// Why lines like these are not part of an article.
    pub because: String,
    /// Lines that must go; none of a keep rule.
    #[serde(default)]
    pub drops: Vec<String>,
    /// Lines that must stay under the whole rule set.
    pub keeps: Vec<String>,
    /// Lines that should go and do not yet.
    #[serde(default)]
    pub known_misses: Vec<String>,
}

/// What a rule does with a line that it matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Drop the line.
    Drop,
    /// Protect the line from every drop rule and all other evidence.
    Keep,
    /// Drop the line, and the block of other articles that it opens.
    OpensRelated,
    /// Drop the line where it has the form of code, and all lines of code around it.
    PageCode,
}

impl Rule {
    /// The same with letters and marks in composed form, as they stand in a repaired text.
    fn composed(mut self) -> Rule {
        let lists = [&mut self.whole, &mut self.leads, &mut self.starts, &mut self.mentions, &mut self.any];
        let examples = [&mut self.drops, &mut self.keeps, &mut self.known_misses];
        for text in lists.into_iter().chain(examples).flatten() {
            if !text.is_ascii() && !is_nfc(text) {
                *text = text.nfc().collect();
            }
        }
        self
    }

    /// Characters of the longest line that it may match.
    fn longest(&self) -> usize {
        self.max_chars.unwrap_or(usize::MAX)
    }
}

/// All rules, compiled into one matcher.
#[derive(Debug)]
pub struct RuleSet {
    rules: Vec<Rule>,
    /// Where each of them stands.
    ids: BTreeMap<String, usize>,
    /// The patterns for labels, and those that may match longer lines, too: most lines meet only the second.
    patterns: [Patterns; 2],
    /// The patterns for code of the page.
    code: Patterns,
    phrases: Phrases,
    has_keep_rules: bool,
}

/// Patterns that are matched together.
#[derive(Debug)]
struct Patterns {
    set: RegexSet,
    /// The rule of each pattern.
    owner: Vec<usize>,
    /// Longer lines, in characters, match none of them.
    longest: usize,
}

/// A rule for lines of at most so many characters is for labels.
const LABEL: usize = 80;

impl Patterns {
    /// The patterns of the rules that `is_chosen` accepts.
    fn of(rules: &[Rule], is_chosen: impl Fn(&Rule) -> bool) -> Result<Patterns, Error> {
        let chosen = || {
            let all = rules.iter().enumerate().filter(|(_, rule)| is_chosen(rule));
            all.flat_map(|(n, rule)| rule.any.iter().map(move |any| (n, any)))
        };
        let owner: Vec<usize> = chosen().map(|(n, _)| n).collect();
        let set = RegexSetBuilder::new(chosen().map(|(_, any)| any))
            .size_limit(SIZE_LIMIT)
            .dfa_size_limit(CACHE.0.max(CACHE.1 * owner.len()))
            .build()
            .map_err(|e| Error::Config(format!("the rules do not fit together: {e}")))?;
        let longest = owner.iter().filter_map(|n| rules.get(*n)).map(Rule::longest).max().unwrap_or_default();
        Ok(Patterns { set, owner, longest })
    }
}

/// Compiled size above which a rule set is refused, in bytes.
const SIZE_LIMIT: usize = 64 << 20;
/// What a thread may keep of the automaton that matches them, in bytes: for all of them at least, and for each of them. Where
/// it does not fit, as it soon would not with a pack of thousands, each line is matched against all of them one by one.
const CACHE: (usize, usize) = (2 << 20, 8 << 10);

impl RuleSet {
    /// The rules that come with copydesk.
    pub fn builtin() -> Result<RuleSet, Error> {
        RuleSet::parse(&builtin::FILES)
    }

    /// The built-in rules and those of more files, given as (name, content).
    pub fn with(files: &[(&str, &str)]) -> Result<RuleSet, Error> {
        RuleSet::parse(&[&builtin::FILES[..], files].concat())
    }

    /// Rules from files given as (name, content). All faults are reported at once.
    pub fn parse(files: &[(&str, &str)]) -> Result<RuleSet, Error> {
        let mut rules = Vec::new();
        let mut places = Vec::new();
        let mut faults = Vec::new();
        let mut ids = BTreeMap::new();
        for source @ (_, content) in files {
            let fault = |at, rule: &str, message| fault(*source, at, rule, message);
            let file: File = match toml::from_str(content) {
                Ok(file) => file,
                Err(e) => {
                    faults.push(fault(e.span().map_or(0, |s| s.start), "", e.message().to_owned()));
                    continue;
                }
            };
            if file.schema != 1 {
                faults.push(fault(0, "", format!("schema {} is not known, expected 1", file.schema)));
            }
            for spanned in file.rules {
                let at = spanned.span().start;
                let rule = spanned.into_inner().composed();
                faults.extend(check(&rule).map(|message| fault(at, &rule.id, message)));
                match ids.entry(rule.id.clone()) {
                    Entry::Vacant(free) => drop(free.insert((*source, at))),
                    Entry::Occupied(by) => faults.push(fault(at, &rule.id, taken(*by.get()))),
                }
                rules.push(rule);
                places.push((*source, at));
            }
        }
        let is_code = |rule: &Rule| rule.action == Action::PageCode;
        let patterns = [
            Patterns::of(&rules, |rule| !is_code(rule) && rule.longest() <= LABEL),
            Patterns::of(&rules, |rule| !is_code(rule) && rule.longest() > LABEL),
            Patterns::of(&rules, is_code),
        ];
        // Each pattern by itself would cost more than all of them together: only where these fail.
        if patterns.iter().any(Result::is_err) {
            for (rule, (source, at)) in rules.iter().zip(places) {
                faults.extend(bad_patterns(rule).map(|message| fault(source, at, &rule.id, message)));
            }
        }
        if !faults.is_empty() {
            return Err(Error::Rules(faults));
        }
        let [labels, others, code] = patterns;
        let (patterns, code) = ([labels?, others?], code?);
        let mut phrases = Phrases::default();
        for (n, rule) in rules.iter().enumerate() {
            let anchored = [
                (&rule.whole, Anchor::Whole),
                (&rule.starts, Anchor::Start),
                (&rule.leads, Anchor::Lead),
                (&rule.mentions, Anchor::Within),
            ];
            for (list, anchor) in anchored {
                for phrase in list {
                    phrases.add(phrase, n, anchor, rule.theme);
                }
            }
        }
        let has_keep_rules = rules.iter().any(|rule| rule.action == Action::Keep);
        let ids = rules.iter().enumerate().map(|(n, rule)| (rule.id.clone(), n)).collect();
        Ok(RuleSet { rules, ids, patterns, code, phrases, has_keep_rules })
    }

    /// What the phrases say about a line's tokens.
    pub(crate) fn hits(&self, tokens: &[Token]) -> Hits {
        self.phrases.find(tokens)
    }

    /// The rule of that id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.get(*self.ids.get(id)?)
    }

    /// The rules, in file order.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// What the rules say about one line: a keep rule wins over every drop rule.
    pub fn verdict(&self, line: &str) -> Verdict {
        let line = line.trim();
        self.verdict_on(line, line.chars().count(), &self.hits(&tokens(line)))
    }

    /// The same for a trimmed line whose length and phrases are known.
    pub(crate) fn verdict_on(&self, line: &str, chars: usize, hits: &Hits) -> Verdict {
        let mut drop = None;
        for rule in self.matched(line, chars, hits) {
            let reason = || Reason::Rule(RuleId::new(rule.id.clone()));
            match rule.action {
                Action::Keep => return Verdict::Keep(reason()),
                Action::Drop | Action::OpensRelated | Action::PageCode => {
                    drop = drop.or_else(|| Some(reason()));
                }
            }
        }
        drop.map_or(Verdict::Unmatched, Verdict::Drop)
    }

    /// The rules that match a line, in file order.
    pub fn matching(&self, line: &str) -> impl Iterator<Item = &Rule> {
        let line = line.trim();
        self.matched(line, line.chars().count(), &self.hits(&tokens(line))).into_iter()
    }

    fn matched(&self, line: &str, chars: usize, hits: &Hits) -> Vec<&Rule> {
        let mut matched: Vec<usize> = hits.rules.iter().map(|rule| *rule as usize).collect();
        matched.extend(hits.parts.map(|rule| rule as usize));
        if !hits.leads.is_empty() && line.chars().next().is_none_or(|c| class(c) != Class::Quote) {
            matched.extend(hits.leads.iter().map(|rule| *rule as usize));
        }
        let code = is_code(line).then_some(&self.code);
        for Patterns { set, owner, longest } in self.patterns.iter().chain(code) {
            // Hardly a line matches: to know that needs no list of what does.
            if !line.is_empty() && chars <= *longest && set.is_match(line) {
                matched.extend(set.matches(line).iter().filter_map(|n| owner.get(n)));
            }
        }
        matched.sort_unstable();
        matched.dedup();
        let rules = matched.into_iter().filter_map(|n| self.rules.get(n));
        rules.filter(|rule| rule.max_chars.is_none_or(|max| chars <= max)).collect()
    }

    /// Whether a line dropped for this reason is the heading of other articles.
    pub(crate) fn opens_related(&self, reason: &Reason) -> bool {
        let Reason::Rule(id) = reason else { return false };
        self.rule(id.as_str()).is_some_and(|rule| rule.action == Action::OpensRelated)
    }

    /// The rule that knows a trimmed line, which has the form of code, as code of the page.
    pub(crate) fn page_code(&self, line: &str) -> Option<RuleId> {
        if !self.code.set.is_match(line) {
            return None;
        }
        match self.verdict(line) {
            Verdict::Drop(Reason::Rule(id)) => Some(id),
            _ => None,
        }
    }

    /// Whether a pattern of the theme finds the line: it names someone or something, where a phrase only labels it.
    pub(crate) fn finds(&self, line: &str, theme: Theme) -> bool {
        let hits = self.hits(&tokens(line));
        let matched = self.matched(line, line.chars().count(), &hits);
        hits.rules.is_empty() && matched.iter().any(|rule| rule.theme == Some(theme))
    }

    /// Whether a line could be protected by a rule.
    pub(crate) const fn has_keep_rules(&self) -> bool {
        self.has_keep_rules
    }
}

fn check(rule: &Rule) -> impl Iterator<Item = String> {
    let mut messages = Vec::new();
    if rule.id.is_empty()
        || !rule.id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    {
        messages.push("an id is kebab-case: small letters, digits and `-`".to_owned());
    }
    if rule.any.is_empty() && rule.whole.is_empty() && rule.leads.is_empty() {
        messages.push("give at least one phrase in `whole` or `leads`, or a pattern in `any`".to_owned());
    }
    if let Some(phrase) = [&rule.whole, &rule.leads, &rule.starts, &rule.mentions]
        .into_iter()
        .flatten()
        .find(|phrase| tokens(phrase).is_empty())
    {
        messages.push(format!("the phrase `{phrase}` has no word in it, and no line matches; leave it out"));
    }
    if rule.drops.is_empty() != (rule.action == Action::Keep) || rule.keeps.is_empty() {
        messages.push("give lines for both `drops` and `keeps` (a keep rule has only `keeps`)".to_owned());
    }
    messages.into_iter()
}

/// What to say of an id that a rule has which begins at byte `at` of a file.
fn taken((source, at): ((&str, &str), usize)) -> String {
    let by = if builtin::FILES.contains(&source) {
        "a built-in rule".to_owned()
    } else {
        let RuleError { file, line, .. } = fault(source, at, "", String::new());
        format!("the rule at {file}:{line}")
    };
    format!("the id is taken by {by}; give it another")
}

fn bad_patterns(rule: &Rule) -> impl Iterator<Item = String> {
    let message = |pattern: &String| Some(format!("pattern `{pattern}`: {}", Regex::new(pattern).err()?));
    rule.any.iter().filter_map(message)
}

/// A fault of the rule that begins at byte `at` of a file, given as (name, content).
fn fault((name, content): (&str, &str), at: usize, rule: &str, message: String) -> RuleError {
    let line = content.get(..at).unwrap_or_default().matches('\n').count() + 1;
    RuleError { file: name.to_owned(), line, rule: rule.to_owned(), message }
}

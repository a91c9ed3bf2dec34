//! Gathers a survey document by document, in bounded memory. Reading the run is left to `finished`.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::audit::Entry;
use crate::error::Error;
use crate::finished::Document;
use crate::finished::Kept;
use crate::page::diffs::diff_of;
use crate::page::diffs::example;
use crate::page::diffs::size;
use crate::page::sample::Sample;
use crate::page::survey::Diff;
use crate::page::survey::Encoding;
use crate::page::survey::Example;
use crate::page::survey::Language;
use crate::page::survey::Reject;
use crate::page::survey::RejectExample;
use crate::page::survey::Rule;
use crate::page::survey::Site;
use crate::page::survey::Step;
use crate::page::survey::Survey;
use crate::page::survey::Warning;

/// Documents whose diff the page carries: some drawn at random, and those that lost most.
const DRAWN: usize = 150;
const WORST: usize = 50;
/// Examples to page through for each rule.
const EXAMPLES: usize = 24;
/// Sites that are told apart, overall and for each rule; the rest is counted together.
const SITES: usize = 20_000;
const SITES_OF_RULE: usize = 500;
/// Rows of the tables that grow with the run.
const LISTED: usize = 200;
/// The JSON of all diffs, in bytes.
const DIFFS_BYTES: usize = 4 << 20;
/// Lines of one document that are kept until its diff is made.
const CANDIDATE_BYTES: usize = 256 << 10;
/// Shorter documents lose large shares all the time.
const SHORT: usize = 200;
const OTHERS: &str = "(other sites)";

/// A survey under way.
#[derive(Debug)]
pub(super) struct Surveyor {
    survey: Survey,
    /// A rule that removes more than this share of a document or a site is worth a warning.
    share: f64,
    languages: BTreeMap<String, Language>,
    rules: BTreeMap<String, Tallied>,
    sites: BTreeMap<String, Site>,
    encodings: BTreeMap<String, Encoding>,
    rejects: BTreeMap<String, Reject>,
    heavy: BTreeMap<String, Heavy>,
    drawn: Sample<Candidate>,
    /// The worst documents, by removed share in millionths and order.
    worst: BTreeMap<(u32, Reverse<u64>), Candidate>,
}

/// A document whose diff the page may carry: as it was read, for most make room for others, or told when it is too long
/// to be kept.
#[derive(Debug)]
enum Candidate {
    Kept(Kept, usize),
    Told(Box<Diff>),
}

impl Candidate {
    fn new(document: &Document<'_>, removed: usize) -> Result<Candidate, Error> {
        match document.keep(CANDIDATE_BYTES) {
            Some(kept) => Ok(Candidate::Kept(kept, removed)),
            None => Ok(Candidate::Told(Box::new(diff_of(document, removed)?))),
        }
    }

    fn diff(self) -> Result<Diff, Error> {
        match self {
            Candidate::Kept(kept, removed) => diff_of(&kept.document()?, removed),
            Candidate::Told(diff) => Ok(*diff),
        }
    }
}

/// Documents of which a rule took more than it should: how many, the worst, and how much of that.
#[derive(Debug, Default)]
struct Heavy {
    documents: u64,
    id: String,
    share: f64,
}

/// A rule and what it did where.
#[derive(Debug)]
struct Tallied {
    rule: Rule,
    languages: Tally,
    sites: Tally,
    examples: Sample<Example>,
}

impl Tallied {
    fn new(change: &Entry<'_>) -> Tallied {
        let [rule, step, reason] = [&change.rule, &change.step, &change.reason].map(ToString::to_string);
        let rule = Rule { rule, step, reason, ..Rule::default() };
        let (languages, sites) = (Tally::default(), Tally::default());
        Tallied { rule, languages, sites, examples: Sample::new(EXAMPLES) }
    }
}

/// What one rule did to one document: which changes, their characters, and how many of them went.
#[derive(Debug, Default)]
struct Here {
    changes: Vec<usize>,
    chars: usize,
    removed: usize,
}

/// Characters by name, of a bounded number of names.
#[derive(Debug, Default)]
struct Tally(BTreeMap<String, u64>);

impl Tally {
    fn add(&mut self, name: &str, chars: u64, limit: usize) {
        if let Some(sum) = self.0.get_mut(name) {
            *sum += chars;
        } else {
            let name = if self.0.len() < limit { name } else { OTHERS };
            *self.0.entry(name.to_owned()).or_default() += chars;
        }
    }

    fn largest(self, rows: usize) -> Vec<(String, u64)> {
        let mut all: Vec<(String, u64)> = self.0.into_iter().collect();
        all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        all.truncate(rows);
        all
    }
}

impl Surveyor {
    pub(super) fn new(share: f64, has_audit: bool) -> Surveyor {
        Surveyor {
            survey: Survey { has_audit, shares: vec![0; 20], ..Survey::default() },
            share,
            languages: BTreeMap::new(),
            rules: BTreeMap::new(),
            sites: BTreeMap::new(),
            encodings: BTreeMap::new(),
            rejects: BTreeMap::new(),
            heavy: BTreeMap::new(),
            drawn: Sample::new(DRAWN),
            worst: BTreeMap::new(),
        }
    }

    /// Counts one document.
    pub(super) fn observe(&mut self, document: &Document<'_>) -> Result<(), Error> {
        let head = &document.head;
        self.survey.documents += 1;
        self.survey.chars_in += head.end as u64;
        self.survey.chars_out += head.chars_out as u64;
        let lang = self.observe_languages(document);
        let (removed, losses) = self.observe_changes(document, lang)?;
        let name = if self.sites.len() < SITES || self.sites.contains_key(&*head.source) {
            &*head.source
        } else {
            OTHERS
        };
        let site = entry(&mut self.sites, name, |site| Site { site, ..Site::default() });
        site.documents += 1;
        site.emptied += u64::from(head.is_emptied());
        site.chars_in += head.end as u64;
        site.chars_out += head.chars_out as u64;
        site.removed += removed as u64;
        if !head.encoding.is_empty() {
            let encoding = entry(&mut self.encodings, &head.encoding, |encoding| Encoding {
                encoding,
                ..Encoding::default()
            });
            encoding.documents += 1;
            encoding.losses += losses as u64;
        }
        let share = removed as f64 / head.end.max(1) as f64;
        if let Some(bin) = self.survey.shares.get_mut(((share * 20.0) as usize).min(19)) {
            *bin += 1;
        }
        self.drawn.offer([&head.id, ""], || Candidate::new(document, removed))?;
        if head.end >= SHORT && removed > 0 {
            let rank = ((share * 1e6) as u32, Reverse(self.survey.documents));
            if self.worst.len() < WORST
                || self.worst.first_key_value().is_some_and(|(least, _)| rank > *least)
            {
                self.worst.insert(rank, Candidate::new(document, removed)?);
                if self.worst.len() > WORST {
                    self.worst.pop_first();
                }
            }
        }
        Ok(())
    }

    /// Counts the languages; the answer is the document's, by its record or by most of its sentences.
    fn observe_languages<'d>(&mut self, document: &Document<'d>) -> &'d str {
        let mut main = None;
        let mut here: Vec<(&str, u64)> = Vec::new();
        for (lang, score, is_sentence) in document.languages() {
            if !is_sentence {
                main = Some(lang);
                continue;
            }
            self.survey.sentences += 1;
            match here.iter_mut().find(|(known, _)| *known == lang) {
                Some((_, sentences)) => *sentences += 1,
                None => here.push((lang, 1)),
            }
            let language = entry(&mut self.languages, lang, |lang| Language { lang, ..Language::default() });
            language.sentences += 1;
            if let Some(bin) = language.scores.get_mut(((score * 10.0) as usize).min(9)) {
                *bin += 1;
            }
        }
        let main =
            main.or_else(|| here.into_iter().max_by_key(|(_, sentences)| *sentences).map(|(lang, _)| lang));
        if let Some(lang) = main {
            let language = entry(&mut self.languages, lang, |lang| Language { lang, ..Language::default() });
            language.documents += 1;
            language.chars += document.head.chars_out as u64;
        }
        main.unwrap_or("und")
    }

    /// Characters of removed lines, and characters lost in decoding.
    fn observe_changes(&mut self, document: &Document<'_>, lang: &str) -> Result<(usize, usize), Error> {
        let head = &document.head;
        let layout = self.survey.steps.entry("layout".to_owned()).or_default();
        for (text, to, places) in &head.layout {
            let (from, to) = (text.0.chars().count() as u64, to.0.chars().count() as u64);
            for _ in places {
                layout.add(from, to);
            }
        }
        let (mut removed, mut losses) = (0, 0);
        // What is counted by name is added up here first: names are few in one document, and many in a run.
        let mut steps: Vec<(&str, Step)> = Vec::new();
        let mut rules: Vec<(&str, Here)> = Vec::new();
        for (n, change) in document.entries.iter().enumerate() {
            let chars = change.end - change.start;
            if change.step == "decode" {
                losses += chars;
            }
            let rule = named(&mut rules, &change.rule);
            rule.changes.push(n);
            rule.chars += chars;
            if !change.note {
                named(&mut steps, &change.step).add(chars as u64, change.to.chars().count() as u64);
                if change.step != "repair" {
                    removed += chars;
                    rule.removed += chars;
                }
            }
        }
        for (name, step) in steps {
            let all = entry(&mut self.survey.steps, name, |_| Step::default());
            all.changes += step.changes;
            all.from += step.from;
            all.to += step.to;
        }
        for (name, here) in rules {
            let Some(first) = here.changes.first().and_then(|n| document.entries.get(*n)) else { continue };
            let tallied = entry(&mut self.rules, name, |_| Tallied::new(first));
            tallied.rule.changes += here.changes.len() as u64;
            tallied.rule.chars += here.chars as u64;
            tallied.rule.documents += 1;
            tallied.languages.add(lang, here.chars as u64, usize::MAX);
            tallied.sites.add(&head.source, here.chars as u64, SITES_OF_RULE);
            for (n, change) in here.changes.iter().filter_map(|n| Some((*n, document.entries.get(*n)?))) {
                tallied.examples.offer([&change.text, &change.to], || example(document, n))?;
            }
            let share = here.removed as f64 / head.end.max(1) as f64;
            if share > self.share && head.end >= SHORT {
                let heavy = entry(&mut self.heavy, name, |_| Heavy::default());
                heavy.documents += 1;
                if share > heavy.share {
                    (heavy.id, heavy.share) = (head.id.to_string(), share);
                }
            }
        }
        Ok((removed, losses))
    }

    /// Counts one record that was set aside.
    pub(super) fn observe_reject(&mut self, reason: &str, example: impl FnOnce() -> RejectExample) {
        // Reasons end in the particulars of the record.
        let kind: String = reason
            .split(':')
            .next()
            .unwrap_or(reason)
            .chars()
            .map(|c| if c.is_ascii_digit() { '0' } else { c })
            .collect();
        let reject =
            entry(&mut self.rejects, &kind, |_| Reject { reason: reason.to_owned(), ..Reject::default() });
        reject.records += 1;
        if reject.examples.len() < EXAMPLES {
            reject.examples.push(example());
        }
    }

    /// The survey, with everything sorted and bounded.
    pub(super) fn finish(self) -> Result<Survey, Error> {
        let mut survey = self.survey;
        survey.languages = self.languages.into_values().collect();
        survey
            .languages
            .sort_by(|a, b| (b.documents, b.sentences, &a.lang).cmp(&(a.documents, a.sentences, &b.lang)));
        let rules = self.rules.into_values().map(|tallied| Rule {
            languages: tallied.languages.largest(30),
            sites: tallied.sites.largest(30),
            examples: tallied.examples.into_items(),
            ..tallied.rule
        });
        survey.rules = rules.collect();
        survey.rules.sort_by(|a, b| b.chars.cmp(&a.chars).then_with(|| a.rule.cmp(&b.rule)));
        survey.warnings = warnings(&survey, self.heavy, &survey.rules, &self.sites, self.share);
        let mut sites: Vec<Site> = self.sites.into_values().collect();
        sites.sort_by(|a, b| b.documents.cmp(&a.documents).then_with(|| a.site.cmp(&b.site)));
        sites.truncate(LISTED);
        survey.sites = sites;
        survey.encodings = self.encodings.into_values().collect();
        survey
            .encodings
            .sort_by(|a, b| b.documents.cmp(&a.documents).then_with(|| a.encoding.cmp(&b.encoding)));
        survey.rejects = self.rejects.into_values().collect();
        survey.rejects.sort_by(|a, b| b.records.cmp(&a.records).then_with(|| a.reason.cmp(&b.reason)));
        let mut room = DIFFS_BYTES;
        let drawn = self.drawn.into_items();
        for candidate in self.worst.into_values().rev().chain(drawn) {
            let diff = candidate.diff()?;
            let size = size(&diff);
            if size <= room && !survey.diffs.iter().any(|known| known.id == diff.id) {
                room -= size;
                survey.diffs.push(diff);
            }
        }
        Ok(survey)
    }
}

/// The value of a key, made from it when it is not there.
fn entry<'m, V>(map: &'m mut BTreeMap<String, V>, key: &str, new: impl FnOnce(String) -> V) -> &'m mut V {
    map.entry(key.to_owned()).or_insert_with_key(|key| new(key.clone()))
}

/// The value of a name among a few.
fn named<'v, 'n, V: Default>(values: &'v mut Vec<(&'n str, V)>, name: &'n str) -> &'v mut V {
    let place = values.iter().position(|(known, _)| *known == name).unwrap_or(values.len());
    if place == values.len() {
        values.push((name, V::default()));
    }
    &mut values[place].1
}

/// What deserves a look, the whole run first.
fn warnings(
    survey: &Survey,
    heavy: BTreeMap<String, Heavy>,
    rules: &[Rule],
    sites: &BTreeMap<String, Site>,
    share: f64,
) -> Vec<Warning> {
    let percent = (share * 100.0).round();
    let mut found = Vec::new();
    let mut warn = |text: String, id: String| found.push(Warning { text, id });
    let removed: u64 =
        survey.steps.iter().filter(|(name, _)| *name == "boilerplate").map(|(_, step)| step.from).sum();
    if survey.documents > 0 && survey.chars_out == 0 {
        warn("Nothing was left of any document.".to_owned(), String::new());
    } else if survey.chars_out * 10 < survey.chars_in {
        warn("Less than a tenth of the characters was left.".to_owned(), String::new());
    } else if survey.has_audit && survey.documents >= 20 && removed == 0 {
        warn("No line of any document was removed.".to_owned(), String::new());
    }
    for (rule, Heavy { documents, id, share }) in heavy {
        let text = format!(
            "`{rule}` removed more than {percent} % of {documents} {}; the most, {:.0} %, of this one.",
            if documents == 1 { "document" } else { "documents" },
            share * 100.0
        );
        warn(text, id);
    }
    for rule in rules.iter().filter(|rule| rule.step != "repair" && rule.step != "decode") {
        for (name, chars) in &rule.sites {
            let Some(site) = sites.get(name).filter(|site| site.documents > 1 && name != OTHERS) else {
                continue;
            };
            let part = *chars as f64 / site.chars_in.max(1) as f64;
            if part > share {
                let text = format!(
                    "`{}` removed {:.0} % of the site `{name}` ({} documents).",
                    rule.rule,
                    part * 100.0,
                    site.documents
                );
                warn(text, String::new());
            }
        }
    }
    found.truncate(LISTED);
    found
}

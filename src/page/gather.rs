//! Gathers a survey document by document, in bounded memory. Reading the lines of a run is left to `finished`.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::audit::Kind;
use crate::audit::Summed;
use crate::error::Error;
use crate::finished::Document;
use crate::finished::Kept;
use crate::finished::Told;
use crate::page::diffs::cut;
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
use crate::page::tallies::Named;
use crate::page::tallies::Tally;

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
/// Rejects of kinds beyond those that are listed.
const OTHER_REJECTS: &str = "others";
/// The place of the other sites.
const OTHERS_PLACE: usize = 0;

/// A survey under way.
#[derive(Debug)]
pub(super) struct Surveyor {
    survey: Survey,
    /// A rule that removes more than this share of a document or a site is worth a warning.
    share: f64,
    languages: Named<Language>,
    rules: Named<Tallied>,
    sites: Named<Site>,
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
    fn new(told: Told<'_>, removed: usize) -> Result<Candidate, Error> {
        match told.keep(CANDIDATE_BYTES) {
            Some(kept) => Ok(Candidate::Kept(kept, removed)),
            None => Ok(Candidate::Told(Box::new(diff_of(&read(told)?, removed)?))),
        }
    }

    fn diff(self) -> Result<Diff, Error> {
        match self {
            Candidate::Kept(kept, removed) => diff_of(&read(kept.told())?, removed),
            Candidate::Told(diff) => Ok(*diff),
        }
    }
}

fn read(told: Told<'_>) -> Result<Document<'_>, Error> {
    told.document().map_err(|e| Error::Config(e.to_string()))
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
    /// Of a document drawn for its example, that example, unless it is another's as well.
    examples: Sample<Option<Example>>,
}

impl Tallied {
    fn new(kind: &Kind) -> Tallied {
        let Kind { rule, step, reason } = kind.clone();
        let rule = Rule { rule, step, reason, ..Rule::default() };
        let (languages, sites) = (Tally::default(), Tally::default());
        Tallied { rule, languages, sites, examples: Sample::new(EXAMPLES) }
    }

    /// The first change in the document that is no example yet.
    fn example(&self, document: &Document<'_>, kind: &Kind) -> Result<Option<Example>, Error> {
        let known: Vec<&Example> = self.examples.items().flatten().collect();
        let fresh = document.entries.iter().position(|change| {
            change.rule == kind.rule && change.step == kind.step && {
                let (text, to) = (cut(&change.text), cut(&change.to));
                !known.iter().any(|known| known.text == text && known.to == to)
            }
        });
        fresh.map(|n| example(document, n)).transpose()
    }
}

impl Surveyor {
    pub(super) fn new(share: f64, has_audit: bool) -> Surveyor {
        let mut sites = Named::new();
        sites.place(OTHERS, |site| Site { site, ..Site::default() });
        Surveyor {
            survey: Survey { has_audit, shares: vec![0; 20], ..Survey::default() },
            share,
            languages: Named::new(),
            rules: Named::new(),
            sites,
            encodings: BTreeMap::new(),
            rejects: BTreeMap::new(),
            heavy: BTreeMap::new(),
            drawn: Sample::new(DRAWN),
            worst: BTreeMap::new(),
        }
    }

    /// Documents counted so far.
    pub(super) const fn documents(&self) -> u64 {
        self.survey.documents
    }

    /// Where the rules of such kinds are counted.
    pub(super) fn places(&mut self, kinds: &[Kind]) -> Vec<usize> {
        kinds.iter().map(|kind| self.rules.place(&kind.rule, |_| Tallied::new(kind))).collect()
    }

    /// Counts one document, of which there is the sum of its changes, of such kinds at such places, and its lines.
    pub(super) fn observe<'d>(
        &mut self,
        document: &Summed,
        kinds: (&[Kind], &[usize]),
        told: &dyn Fn() -> Result<Told<'d>, Error>,
    ) -> Result<(), Error> {
        self.survey.documents += 1;
        self.survey.chars_in += document.chars_in as u64;
        self.survey.chars_out += document.chars_out as u64;
        let lang = self.observe_languages(document);
        let is_known = self.sites.len() < SITES || self.sites.contains(&document.source);
        let name = if is_known { &document.source } else { OTHERS };
        let site = self.sites.place(name, |site| Site { site, ..Site::default() });
        let (removed, losses) = self.observe_changes(document, kinds, told, (lang, site))?;
        if let Some(site) = self.sites.at(site) {
            site.documents += 1;
            site.emptied += u64::from(document.is_emptied);
            site.chars_in += document.chars_in as u64;
            site.chars_out += document.chars_out as u64;
            site.removed += removed as u64;
        }
        if !document.encoding.is_empty() {
            let encoding = entry(&mut self.encodings, &document.encoding, |encoding| Encoding {
                encoding,
                ..Encoding::default()
            });
            encoding.documents += 1;
            encoding.losses += losses;
        }
        let share = removed as f64 / document.chars_in.max(1) as f64;
        if let Some(bin) = self.survey.shares.get_mut(((share * 20.0) as usize).min(19)) {
            *bin += 1;
        }
        if let Some(rank) = self.drawn.rank(&document.id) {
            self.drawn.put(rank, Candidate::new(told()?, removed)?);
        }
        if document.chars_in >= SHORT && removed > 0 {
            let rank = ((share * 1e6) as u32, Reverse(self.survey.documents));
            if self.worst.len() < WORST
                || self.worst.first_key_value().is_some_and(|(least, _)| rank > *least)
            {
                self.worst.insert(rank, Candidate::new(told()?, removed)?);
                if self.worst.len() > WORST {
                    self.worst.pop_first();
                }
            }
        }
        Ok(())
    }

    /// Counts the languages; the answer is the place of the document's.
    fn observe_languages(&mut self, document: &Summed) -> usize {
        let new = |lang| Language { lang, ..Language::default() };
        for spoken in &document.spoken {
            let language = self.languages.value(&spoken.lang, new);
            for (all, here) in language.scores.iter_mut().zip(spoken.scores) {
                *all += here;
                language.sentences += here;
                self.survey.sentences += here;
            }
        }
        if document.lang.is_empty() {
            return self.languages.place("und", new);
        }
        let place = self.languages.place(&document.lang, new);
        if let Some(language) = self.languages.at(place) {
            language.documents += 1;
            language.chars += document.chars_out as u64;
        }
        place
    }

    /// Characters of removed lines, and characters lost in decoding.
    fn observe_changes<'d>(
        &mut self,
        document: &Summed,
        (kinds, places): (&[Kind], &[usize]),
        told: &dyn Fn() -> Result<Told<'d>, Error>,
        (lang, site): (usize, usize),
    ) -> Result<(usize, u64), Error> {
        entry(&mut self.survey.steps, "layout", |_| Step::default()).add(&document.layout);
        let (mut removed, mut losses) = (0, 0);
        // Read for the first example that is wanted of it, and for most documents none is.
        let mut whole = None;
        for sum in &document.sums {
            let (Some(kind), Some(place)) = (kinds.get(sum.kind), places.get(sum.kind)) else { continue };
            let Some(tallied) = self.rules.at(*place) else { continue };
            if sum.applied.changes > 0 {
                entry(&mut self.survey.steps, &kind.step, |_| Step::default()).add(&sum.applied);
            }
            tallied.rule.changes += sum.changes;
            tallied.rule.chars += sum.chars;
            tallied.rule.documents += 1;
            tallied.languages.add(lang, sum.chars, usize::MAX, lang);
            tallied.sites.add(site, sum.chars, SITES_OF_RULE, OTHERS_PLACE);
            if let Some(rank) = tallied.examples.rank(&document.id) {
                if whole.is_none() {
                    whole = Some(read(told()?)?);
                }
                let example = whole.as_ref().map(|whole| tallied.example(whole, kind));
                tallied.examples.put(rank, example.transpose()?.flatten());
            }
            match kind.step.as_str() {
                "decode" => losses += sum.chars,
                "repair" => {}
                _ => {
                    removed += sum.applied.from as usize;
                    let share = sum.applied.from as f64 / document.chars_in.max(1) as f64;
                    if share > self.share && document.chars_in >= SHORT {
                        let heavy = entry(&mut self.heavy, &kind.rule, |_| Heavy::default());
                        heavy.documents += 1;
                        if share > heavy.share {
                            (heavy.id, heavy.share) = (document.id.clone(), share);
                        }
                    }
                }
            }
        }
        Ok((removed, losses))
    }

    /// Counts one record that was set aside.
    pub(super) fn observe_reject(&mut self, reason: &str, example: impl FnOnce() -> RejectExample) {
        let mut kind = kind_of_reject(reason);
        let mut named = reason;
        if self.rejects.len() + 1 >= LISTED && !self.rejects.contains_key(&kind) {
            OTHER_REJECTS.clone_into(&mut kind);
            named = OTHER_REJECTS;
        }
        let reject =
            entry(&mut self.rejects, &kind, |_| Reject { reason: named.to_owned(), ..Reject::default() });
        if reject.reason != named {
            reject.reason.truncate(without_particulars(&reject.reason).len());
        }
        reject.records += 1;
        if reject.examples.len() < EXAMPLES {
            reject.examples.push(example());
        }
    }

    /// The survey, with everything sorted and bounded.
    pub(super) fn finish(self) -> Result<Survey, Error> {
        let mut survey = self.survey;
        let name_of_language = |place: usize| self.languages.values()[place].lang.clone();
        let name_of_site = |place: usize| self.sites.values()[place].site.clone();
        let rules = self.rules.into_values().into_iter().map(|tallied| Rule {
            languages: tallied.languages.largest(30, name_of_language),
            sites: tallied.sites.largest(30, name_of_site),
            examples: tallied.examples.into_items().into_iter().flatten().collect(),
            ..tallied.rule
        });
        survey.rules = rules.collect();
        survey.languages = self.languages.into_values();
        survey.languages.retain(|language| language.documents + language.sentences > 0);
        survey
            .languages
            .sort_by(|a, b| (b.documents, b.sentences, &a.lang).cmp(&(a.documents, a.sentences, &b.lang)));
        survey.rules.sort_by(|a, b| b.chars.cmp(&a.chars).then_with(|| a.rule.cmp(&b.rule)));
        survey.warnings = warnings(&survey, self.heavy, &survey.rules, &self.sites, self.share);
        let mut sites = self.sites.into_values();
        sites.retain(|site| site.documents > 0);
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

/// What reasons of a kind have in common: they quote the record, give numbers, and end in its particulars.
fn kind_of_reject(reason: &str) -> String {
    let kind = without_particulars(reason).split('`').step_by(2).collect::<Vec<_>>().join("`");
    kind.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect()
}

fn without_particulars(reason: &str) -> &str {
    let mut is_quoted = false;
    let colon = reason.find(|c| {
        is_quoted ^= c == '`';
        c == ':' && !is_quoted
    });
    colon.and_then(|at| reason.get(..at)).unwrap_or(reason)
}

/// The value of a key, made from it when it is not there.
fn entry<'m, V>(map: &'m mut BTreeMap<String, V>, key: &str, new: impl FnOnce(String) -> V) -> &'m mut V {
    map.entry(key.to_owned()).or_insert_with_key(|key| new(key.clone()))
}

/// What deserves a look, the whole run first.
fn warnings(
    survey: &Survey,
    heavy: BTreeMap<String, Heavy>,
    rules: &[Rule],
    sites: &Named<Site>,
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

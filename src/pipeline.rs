//! Composes the stages for one document. No files, no threads: the same call serves a test, a batch and Python.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use std::borrow::Cow;

use crate::boilerplate;
use crate::boilerplate::Removed;
use crate::boilerplate::rules::RuleSet;
use crate::boilerplate::templates::SiteStats;
use crate::config::Config;
use crate::config::Layout;
use crate::config::Pack;
use crate::config::Steps;
use crate::decode::Decoded;
use crate::decode::decode;
use crate::document::Edit;
use crate::document::Lang;
use crate::document::Sentence;
use crate::document::Span;
use crate::document::apply;
use crate::document::lines;
use crate::error::Error;
use crate::language;
use crate::language::Identifier;
use crate::likelihood;
use crate::repair::Repaired;
use crate::repair::repair;
use crate::sentences::segment;
use crate::sentences::unspaced;

pub use crate::boilerplate::Found;

/// The models that are built in, as they are stored: with the settings they decide what comes out.
pub(crate) fn models() -> [&'static [u8]; 5] {
    [boilerplate::MODEL, language::model(), likelihood::TABLE, likelihood::PAIR_TABLE, unspaced::MODEL]
}

/// A compiled [`Config`]: immutable, shared by all threads.
#[derive(Debug)]
pub struct Cleaner {
    config: Config,
    rules: RuleSet,
    identifier: Identifier,
}

/// A cleaned document and what was done to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Cleaned<'b> {
    /// The decoded input, before any repair.
    pub decoded: Decoded<'b>,
    /// What repair changed in the decoded text.
    pub repairs: Vec<Edit>,
    /// What the removal of lines changed in the repaired text.
    pub layout: Vec<Edit>,
    /// The removed lines, in the repaired text.
    pub removed: Vec<Removed>,
    /// What the page says about the article above it, where that is sure.
    pub found: Found,
    /// The clean text.
    pub text: String,
    /// Its sentences, when that step ran; with a language each when identification did.
    pub sentences: Vec<Sentence>,
    /// The document's language: that of most of its sentences' characters.
    pub lang: Lang,
    /// The probability that `lang` is right, 0 to 1.
    pub confidence: f32,
    /// Shares of the sentences' characters by language, largest first.
    pub langs: Vec<(Lang, f32)>,
}

/// What becomes of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is written.
    Kept,
    /// Nothing of it is left.
    Empty,
    /// It is set aside, for this reason.
    Rejected(&'static str),
}

impl Cleaned<'_> {
    /// What becomes of the document, by the steps that ran.
    pub fn fate(&self, steps: Steps) -> Fate {
        if self.decoded.binary {
            return Fate::Rejected("looks like binary data, not text");
        }
        let is_empty = if steps.sentences || steps.language {
            self.sentences.is_empty()
        } else {
            self.text.trim().is_empty()
        };
        if is_empty { Fate::Empty } else { Fate::Kept }
    }
}

impl Cleaner {
    /// Compiles the settings; the only place that can fail.
    pub fn new(config: Config) -> Result<Cleaner, Error> {
        let identifier = Identifier::new(&config.language).map_err(Error::Config)?;
        if config.output.layout == Layout::Sentence && !config.steps.sentences {
            let message = "the layout `sentence` needs the step `sentences`; add it to the steps, or choose the layout `document`";
            return Err(Error::Config(message.into()));
        }
        if config.input.text_field.is_empty() {
            return Err(Error::Config("the text field has no name; the usual one is `text`".into()));
        }
        // What is not a number compares with nothing.
        if !(0.0..=1.0).contains(&config.boilerplate.warn_share) {
            return Err(Error::Config("`warn-share` is no share: expected a number from 0 to 1".into()));
        }
        let mut files = Vec::new();
        for pack in &config.boilerplate.rules {
            match pack {
                Pack::Read { name, content } => files.push((name.as_str(), content.as_str())),
                Pack::At(path) => {
                    return Err(Error::Config(format!("the rules `{}` were not read", path.display())));
                }
            }
        }
        // Compiling the rules takes most of a start; where nothing is judged, only a user's own are looked at, for faults.
        let rules = if config.steps.boilerplate { RuleSet::with(&files) } else { RuleSet::parse(&files) };
        Ok(Cleaner { rules: rules?, identifier, config })
    }

    /// The settings.
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// The rules; without the built-in ones where lines are not judged.
    pub const fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// Cleans bytes in an unknown encoding.
    pub fn clean<'b>(&self, bytes: &'b [u8]) -> Cleaned<'b> {
        self.clean_on(decode(bytes, None), None)
    }

    /// Cleans text that is already decoded.
    pub fn clean_text<'b>(&self, text: &'b str) -> Cleaned<'b> {
        self.clean_on(as_it_is(text), None)
    }

    /// The text in which lines are judged: with its characters repaired, when that step runs.
    pub fn readable<'d>(&self, decoded: &'d Decoded<'_>) -> Cow<'d, str> {
        self.repaired(decoded).text
    }

    /// The same, with what was repaired.
    pub(crate) fn repaired<'d>(&self, decoded: &'d Decoded<'_>) -> Repaired<'d> {
        if self.config.steps.repair {
            return repair(&decoded.text, &self.config.repair);
        }
        match blanks_for_nuls(&decoded.text) {
            Some(edits) => Repaired { text: apply(&decoded.text, &edits).into(), edits },
            None => Repaired { text: Cow::Borrowed(&decoded.text), edits: Vec::new() },
        }
    }

    /// Cleans decoded text; `site` is what recurs on the document's site, when that is known.
    pub fn clean_on<'b>(&self, decoded: Decoded<'b>, site: Option<&SiteStats>) -> Cleaned<'b> {
        self.clean_repaired(decoded, None, site)
    }

    /// The same for text of which it is known what repairing it does.
    pub(crate) fn clean_repaired<'b>(
        &self,
        decoded: Decoded<'b>,
        known: Option<&[Edit]>,
        site: Option<&SiteStats>,
    ) -> Cleaned<'b> {
        let steps = self.config.steps;
        let Repaired { mut text, edits: repairs } = match known {
            Some([]) => Repaired { text: Cow::Borrowed(&*decoded.text), edits: Vec::new() },
            Some(edits) => Repaired { text: apply(&decoded.text, edits).into(), edits: edits.to_vec() },
            None => self.repaired(&decoded),
        };
        let (mut layout, mut removed, mut found) = (Vec::new(), Vec::new(), Found::default());
        if steps.boilerplate {
            let lines = lines(&text);
            let judged = boilerplate::judge(&text, &lines, &self.rules, site);
            found = judged.heading.found(&text, &lines);
            let (kept, edits, gone) = boilerplate::render(&text, &lines, &judged);
            (text, layout, removed) = (Cow::Owned(kept), edits, gone);
        }
        let mut sentences = Vec::new();
        let mut document = language::Identified::default();
        let mut langs = Vec::new();
        if steps.sentences || steps.language {
            let spans = segment(&text, self.identifier.hint(&text));
            let mut identified = Vec::new();
            if steps.language {
                identified = self.identifier.identify_sentences(&text, &spans);
                let is_ascii = text.is_ascii();
                let chars = |span: &Span| if is_ascii { span.len() } else { span.of(&text).chars().count() };
                langs = shares(&spans.iter().map(chars).collect::<Vec<_>>(), &identified);
                document = weigh(&langs, &identified);
            }
            identified.resize(spans.len(), language::Identified::default());
            let tagged = spans.into_iter().zip(identified);
            sentences =
                tagged.map(|(span, i)| Sentence { span, lang: i.lang, confidence: i.confidence }).collect();
        }
        let text = text.into_owned();
        Cleaned {
            repairs,
            layout,
            removed,
            found,
            text,
            sentences,
            lang: document.lang,
            confidence: document.confidence,
            langs,
            decoded,
        }
    }
}

/// No record can hold U+0000: where nothing is repaired, as many blanks take its place, which are then accounted for.
fn blanks_for_nuls(text: &str) -> Option<Vec<Edit>> {
    memchr::memchr(0, text.as_bytes())?;
    let mut blanks: Vec<Edit> = Vec::new();
    for at in memchr::memchr_iter(0, text.as_bytes()) {
        match blanks.last_mut().filter(|last| last.span.end == at) {
            Some(last) => {
                last.span.end += 1;
                last.to.push(' ');
            }
            None => blanks.push(Edit { span: Span::new(at, at + 1), to: " ".into(), code: "control" }),
        }
    }
    Some(blanks)
}

/// Text that came decoded.
pub fn as_it_is(text: &str) -> Decoded<'_> {
    Decoded { text: Cow::Borrowed(text), encoding: "UTF-8", losses: 0, binary: false }
}

/// Shares by language of sentences of so many characters, largest first.
fn shares(lengths: &[usize], identified: &[language::Identified]) -> Vec<(Lang, f32)> {
    let mut sums: Vec<(Lang, usize)> = Vec::new();
    for (len, i) in lengths.iter().zip(identified) {
        match sums.iter_mut().find(|(lang, _)| *lang == i.lang) {
            Some((_, sum)) => *sum += len,
            None => sums.push((i.lang, *len)),
        }
    }
    let total: usize = lengths.iter().sum::<usize>().max(1);
    sums.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    sums.into_iter().map(|(lang, sum)| (lang, sum as f32 / total as f32)).collect()
}

/// The language with the largest share; `und` only where nothing else is.
fn weigh(shares: &[(Lang, f32)], identified: &[language::Identified]) -> language::Identified {
    let Some((lang, _)) = shares.iter().find(|(lang, _)| *lang != Lang::UND) else {
        return language::Identified::default();
    };
    let scores: Vec<f32> = identified.iter().filter(|i| i.lang == *lang).map(|i| i.confidence).collect();
    language::Identified { lang: *lang, confidence: scores.iter().sum::<f32>() / scores.len().max(1) as f32 }
}

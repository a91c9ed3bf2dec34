//! Names the language of sentences, with the document as context. Where the evidence does not carry a decision, the
//! answer is `und`, never a default. A compact model of n-grams gives the evidence (`model`, `features`, `grams`), `decide` makes
//! the answer of it; the same function serves one sentence, a document and a batch.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod codes;
mod decide;
pub mod features;
pub mod grams;
pub mod model;
pub mod script;
mod whatlang;

pub(crate) use crate::language::model::bytes as model;

use crate::config;
use crate::config::LangCodes;
use crate::config::LanguageModel;
use crate::document::Lang;
use crate::document::Span;
use decide::Likely;
use model::Model;

/// A language and how sure we are of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Identified {
    /// The language, `und` when undecided.
    pub lang: Lang,
    /// The probability that it is right, 0 to 1; 0 for `und`.
    pub confidence: f32,
}

/// Bytes of a text that are enough to say what most of it is written in.
const ENOUGH: usize = 4096;

/// The least that is claimed of an answer, and the most: no text is beyond doubt.
const LEAST: f32 = 0.01;
const MOST: f32 = 0.999;

/// The settings of language identification, ready to use.
#[derive(Clone, Debug)]
pub struct Identifier {
    model: Model<'static>,
    allowed: u128,
    codes: LangCodes,
    is_whatlang: bool,
}

impl Default for Identifier {
    fn default() -> Identifier {
        Identifier {
            model: Model::embedded(),
            allowed: u128::MAX,
            codes: LangCodes::Bcp47,
            is_whatlang: false,
        }
    }
}

impl Identifier {
    /// Compiles the settings; the error says which language is not known.
    pub fn new(config: &config::Language) -> Result<Identifier, String> {
        let mut allowed = 0;
        for code in &config.languages {
            let known: u128 = codes::find(code).map(|index| 1 << index).sum();
            if known == 0 {
                return Err(format!(
                    "unknown language `{code}`: expected a BCP 47 tag such as `en` or `sr-Latn`"
                ));
            }
            allowed |= known;
        }
        Ok(Identifier {
            allowed: if config.languages.is_empty() { u128::MAX } else { allowed },
            codes: config.codes,
            is_whatlang: config.models == [LanguageModel::Whatlang],
            ..Identifier::default()
        })
    }

    /// The language of a text taken as one piece.
    pub fn identify(&self, text: &str) -> Identified {
        self.identify_sentences(text, &[Span::new(0, text.len())]).first().copied().unwrap_or_default()
    }

    /// What a text seems to be written in, by its beginning, whatever the restrictions: a hint for cutting sentences.
    pub fn hint(&self, text: &str) -> Lang {
        let start = (ENOUGH..ENOUGH + 4).find_map(|end| text.get(..end)).unwrap_or(text);
        Identifier::default().identify(start).lang
    }

    /// The language of each sentence of a text.
    pub fn identify_sentences(&self, text: &str, spans: &[Span]) -> Vec<Identified> {
        let decided = if self.is_whatlang {
            let detect = |span: &Span| {
                let sentence = span.of(text);
                let evidence = self.model.read(sentence, None);
                whatlang::detect(sentence, self.allowed).filter(|_| !decide::is_undetermined(&evidence))
            };
            spans.iter().map(detect).collect()
        } else {
            let mut before = None;
            let likely = |span: &Span| {
                let evidence = self.model.read(span.of(text), before);
                if decide::is_undetermined(&evidence) {
                    return None;
                }
                match evidence.decided {
                    Some(language) if before == Some(language) => Some(Likely::certain(language)),
                    decided => {
                        before = decided.filter(|language| self.allowed >> language & 1 == 1).or(before);
                        decide::likely(&evidence, self.allowed)
                    }
                }
            };
            let sentences: Vec<_> = spans.iter().map(likely).collect();
            decide::path(&sentences)
        };
        let identified = |decision: Option<(usize, f32)>| {
            decision.map_or_else(Identified::default, |(index, confidence)| Identified {
                lang: codes::lang(index, self.codes),
                confidence: confidence.clamp(LEAST, MOST),
            })
        };
        decided.into_iter().map(identified).collect()
    }
}

/// The language of a text taken as one piece, with the default settings.
pub fn identify(text: &str) -> Identified {
    Identifier::default().identify(text)
}

/// The language of each sentence of a text, with the default settings.
pub fn identify_sentences(text: &str, spans: &[Span]) -> Vec<Identified> {
    Identifier::default().identify_sentences(text, spans)
}

#[cfg(test)]
mod tests;

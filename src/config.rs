//! Every setting, one struct per stage. A plain value: reading files and flags is left to the command.

use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;

/// All settings of a run. Unknown keys are errors.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// Which stages run; decoding always does.
    pub steps: Steps,
    /// Repair of damaged characters.
    pub repair: Repair,
    /// Removal of boilerplate lines.
    pub boilerplate: Boilerplate,
    /// Language identification.
    pub language: Language,
    /// How input is read.
    pub input: Input,
    /// How records are written.
    pub output: Output,
}

/// The stages that run, always in pipeline order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Step>", into = "Vec<Step>")]
#[expect(clippy::struct_excessive_bools, reason = "one switch per stage is what it is")]
pub struct Steps {
    /// Repair damaged characters.
    pub repair: bool,
    /// Remove boilerplate lines.
    pub boilerplate: bool,
    /// Cut into sentences.
    pub sentences: bool,
    /// Name the language of every sentence.
    pub language: bool,
}

impl Default for Steps {
    fn default() -> Steps {
        Steps { repair: true, boilerplate: true, sentences: true, language: true }
    }
}

/// One stage by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Repair damaged characters.
    Repair,
    /// Remove boilerplate lines.
    Boilerplate,
    /// Cut into sentences.
    Sentences,
    /// Name the language.
    Language,
}

impl From<Vec<Step>> for Steps {
    fn from(steps: Vec<Step>) -> Steps {
        Steps {
            repair: steps.contains(&Step::Repair),
            boilerplate: steps.contains(&Step::Boilerplate),
            sentences: steps.contains(&Step::Sentences),
            language: steps.contains(&Step::Language),
        }
    }
}

impl From<Steps> for Vec<Step> {
    fn from(steps: Steps) -> Vec<Step> {
        let all = [
            (steps.repair, Step::Repair),
            (steps.boilerplate, Step::Boilerplate),
            (steps.sentences, Step::Sentences),
            (steps.language, Step::Language),
        ];
        all.into_iter().filter_map(|(on, step)| on.then_some(step)).collect()
    }
}

/// Settings of the repair stage.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Repair {}

/// Settings of the boilerplate stage.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Boilerplate {}

/// Settings of language identification.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Language {
    /// The tags that may be answered; empty for all.
    pub languages: Vec<String>,
    /// The kind of code that is answered.
    pub codes: LangCodes,
    /// What is asked for evidence; `["whatlang"]` leaves the decision to that crate alone.
    pub models: Vec<LanguageModel>,
}

impl Default for Language {
    fn default() -> Language {
        Language { languages: Vec::new(), codes: LangCodes::Bcp47, models: vec![LanguageModel::Copydesk] }
    }
}

/// A kind of language code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LangCodes {
    /// `en`, `zh-Hant`: BCP 47 in its shortest form.
    #[default]
    Bcp47,
    /// `eng`, `cmn`.
    #[serde(rename = "iso639-3")]
    Iso6393,
    /// `eng_Latn`, `cmn_Hani`: the labels of GlotLID and FineWeb.
    Glotlid,
}

/// A source of evidence for the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LanguageModel {
    /// The model of this crate.
    Copydesk,
    /// The crate `whatlang`.
    Whatlang,
}

/// How input is read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Input {
    /// The format; `auto` decides by content.
    pub format: Format,
    /// The field of a record that holds the text.
    pub text_field: String,
    /// The field that holds the id.
    pub id_field: String,
    /// The field that holds the address.
    pub url_field: String,
}

impl Default for Input {
    fn default() -> Input {
        Input {
            format: Format::Auto,
            text_field: "text".into(),
            id_field: "id".into(),
            url_field: "url".into(),
        }
    }
}

/// An input format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Decided by content.
    #[default]
    Auto,
    /// One document a file.
    Text,
    /// One document a line, as a JSON object.
    Jsonl,
}

/// How records are written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Output {
    /// A document or a sentence a line.
    pub layout: Layout,
}

/// What one output line holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// A document with its sentences.
    #[default]
    Document,
    /// One sentence.
    Sentence,
}

/// What a run is asked to do besides the settings that shape its records.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Job {
    /// Files and folders to read; `-` is standard input.
    pub inputs: Vec<PathBuf>,
    /// The folder, file or `-` to write to.
    pub output: PathBuf,
    /// Worker threads; 0 means one per core.
    pub threads: usize,
    /// Stop after so many records.
    pub limit: Option<u64>,
    /// Replace what the output folder holds.
    pub overwrite: bool,
}

//! Every setting, one struct per stage. A plain value: reading files and flags is left to the command.

mod job;
pub mod size;

use std::path::Path;
use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;

pub use crate::config::job::*;

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

impl Config {
    /// Settings from TOML. The message of an error says where it is, and which key may have been meant.
    pub fn from_toml(text: &str) -> Result<Config, String> {
        toml::from_str(text).map_err(|e| with_hint(&e.to_string()))
    }

    /// Says which file they stand in: what a settings file names is beside it, wherever the work goes on.
    pub fn is_in(&mut self, file: &Path) {
        for pack in &mut self.boilerplate.rules {
            if let (Pack::At(rules), Some(folder)) = (pack, file.parent()) {
                *rules = folder.join(&rules);
            }
        }
    }

    /// Settings from JSON, with the same keys.
    pub fn from_json(value: serde_json::Value) -> Result<Config, String> {
        serde_json::from_value(value).map_err(|e| with_hint(&e.to_string()))
    }
}

/// The message with the known key that is most like the unknown one.
fn with_hint(message: &str) -> String {
    let mut names = message.split('`').skip(1).step_by(2);
    let nearest = match names.next() {
        Some(unknown) if message.contains("unknown") => {
            let scored = names.map(|name| (strsim::jaro_winkler(unknown, name), name));
            scored.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|(likeness, _)| *likeness > 0.7)
        }
        _ => None,
    };
    let message = message.trim_end();
    nearest.map_or_else(|| message.to_owned(), |(_, name)| format!("{message}\nhint: did you mean `{name}`?"))
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Boilerplate {
    /// Rule files besides the built-in ones.
    pub rules: Vec<Pack>,
    /// A rule that removes more than this share of a document or a site is worth a warning.
    pub warn_share: f64,
}

impl Default for Boilerplate {
    fn default() -> Boilerplate {
        // Half a text is seldom one thing.
        Boilerplate { rules: Vec::new(), warn_share: 0.5 }
    }
}

/// Rules of the user's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Pack {
    /// A file, or a folder of them, yet to be read: see [`crate::input::packs::read`].
    At(PathBuf),
    /// A file that was read. Settings that hold it mean the same on every machine.
    Read {
        /// Its name in messages.
        name: String,
        /// What it says, as TOML.
        content: String,
    },
}

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
    /// A record longer than so many bytes is set aside.
    #[serde(deserialize_with = "size::deserialize")]
    pub max_record: u64,
    /// The other fields that go into `metadata`, those found in the text included; all of them when empty.
    pub keep: Vec<String>,
}

impl Default for Input {
    fn default() -> Input {
        Input {
            format: Format::Auto,
            text_field: "text".into(),
            id_field: "id".into(),
            url_field: "url".into(),
            // A page of news is some 10 KB; sixteen thousand times that is no article, and it bounds the memory of a run.
            max_record: 16 << 20,
            keep: Vec::new(),
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
    /// One document a row, fields parted by commas; the first row names them.
    Csv,
    /// One document a row, fields parted by tabs; the first row names them.
    Tsv,
    /// The text extracts of a web archive (WARC `conversion` records).
    Wet,
}

/// How records are written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Output {
    /// A document or a sentence a line.
    pub layout: Layout,
    /// How the rest of the input record is written.
    pub metadata: Metadata,
    /// What offsets count.
    pub offsets: Offsets,
    /// Whether a sentence of the document layout carries its text besides its offsets.
    pub sentence_text: bool,
    /// How part files are compressed.
    pub compress: Compress,
    /// A part file is closed at the first line end past so many bytes, before compression.
    #[serde(deserialize_with = "size::deserialize")]
    pub part_size: u64,
    /// What is written down of the changes made; the records do not depend on it.
    pub audit: Audit,
}

impl Default for Output {
    fn default() -> Output {
        Output {
            layout: Layout::default(),
            metadata: Metadata::default(),
            offsets: Offsets::default(),
            sentence_text: true,
            compress: Compress::default(),
            // Larger files trouble some readers (Ray fails past 4 GB), smaller ones list slowly.
            part_size: 256 << 20,
            audit: Audit::default(),
        }
    }
}

/// How the rest of the input record is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Metadata {
    /// As a JSON object inside a string: one type for every record, whatever the input holds.
    #[default]
    String,
    /// As an object.
    Object,
    /// Not at all.
    Drop,
}

/// What `start` and `end` count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Offsets {
    /// Unicode code points, as Python counts: `start` and `end`.
    #[default]
    Codepoints,
    /// UTF-8 bytes: `start_byte` and `end_byte`.
    Bytes,
    /// UTF-16 units, as Java and JavaScript count: `start_utf16` and `end_utf16`.
    Utf16,
}

impl Offsets {
    /// The names of the two offsets in a record: each unit has its own.
    pub const fn names(self) -> [&'static str; 2] {
        match self {
            Offsets::Codepoints => ["start", "end"],
            Offsets::Bytes => ["start_byte", "end_byte"],
            Offsets::Utf16 => ["start_utf16", "end_utf16"],
        }
    }
}

/// How part files are compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Compress {
    /// Not at all.
    #[default]
    None,
    /// As `.gz`.
    Gzip,
    /// As `.zst`.
    Zstd,
}

/// How much is written down of what was done to each document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Audit {
    /// Every change, so that the input can be restored.
    #[default]
    Full,
    /// How many changes of each kind, in the manifest.
    Counts,
    /// Nothing beyond the counts that every manifest has.
    Off,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_names_the_one_that_may_have_been_meant() {
        for (toml, hint) in [
            ("[input]\ntextfield = 'x'", "hint: did you mean `text-field`?"),
            ("[output]\nlayout = 'sentences'", "hint: did you mean `sentence`?"),
            ("[boilerplat]", "hint: did you mean `boilerplate`?"),
        ] {
            let message = Config::from_toml(toml).unwrap_err();
            assert!(message.ends_with(hint), "{message}");
        }
        assert!(!Config::from_toml("[input]\nzzz = 1").unwrap_err().contains("hint"));
        assert_eq!(Config::from_toml("[output]\npart-size = '1M'").unwrap().output.part_size, 1 << 20);
        for wrong in ["'1X'", "0", "-1", "true"] {
            let message = Config::from_toml(&format!("[output]\npart-size = {wrong}")).unwrap_err();
            assert!(message.contains("size"), "{message}");
        }
        let json = serde_json::json!({"langauge": {}});
        assert!(Config::from_json(json).unwrap_err().ends_with("hint: did you mean `language`?"));
    }

    #[test]
    fn settings_survive_being_written() {
        let mut config = Config::default();
        config.boilerplate.rules = vec![
            Pack::At("mine/".into()),
            Pack::Read { name: "a.toml".into(), content: "schema = 1\n".into() },
        ];
        assert_eq!(Config::from_toml(&toml::to_string(&config).unwrap()).unwrap(), config);
    }
}

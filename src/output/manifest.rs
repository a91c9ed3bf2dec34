//! What a run says about itself: the manifest of a finished one, and the notes of one under way, from which it is taken
//! up again. Both carry a checksum of themselves, and neither is believed without it.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::disk::Disk;
use crate::input::chunks::Position;
use crate::output::parts::PartInfo;
use crate::output::parts::Progress;
use crate::output::parts::hex;
use crate::report::Report;

use sha2::Digest;
use sha2::Sha256;

/// What decides a run's output: equal settings and equal inputs give equal bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Version of copydesk.
    pub version: String,
    /// Version of the record.
    pub record: u32,
    /// Checksum of the rules.
    pub rules: String,
    /// Checksum of the models that are built in.
    #[serde(default)]
    pub models: String,
    /// Checksum of the templates, empty without any.
    pub templates: String,
    /// The part of the input that was read, as `I/N`; empty for all of it.
    pub shard: String,
    /// How many records were read at most.
    pub limit: Option<u64>,
    /// The settings.
    pub config: Value,
}

/// The files of a run, all together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    /// How many.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Checksum of their names and lengths.
    pub digest: String,
}

/// A finished run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// What decided the output.
    #[serde(flatten)]
    pub settings: Settings,
    /// What was read.
    pub inputs: Inputs,
    /// The records.
    pub parts: Vec<PartInfo>,
    /// The audit.
    pub audit: Vec<PartInfo>,
    /// What was set aside.
    pub rejects: Vec<PartInfo>,
    /// Checksums of what else the run goes by: the list of inputs, and the templates where it counted any.
    #[serde(default)]
    pub files: BTreeMap<String, String>,
    /// The counts.
    pub report: Report,
    /// Checksum of all of the above.
    pub digest: String,
}

impl Manifest {
    /// The parts of all kinds.
    pub(crate) fn listed(&self) -> impl Iterator<Item = &PartInfo> {
        self.parts.iter().chain(&self.audit).chain(&self.rejects)
    }

    /// The bytes of the file, with the checksum filled in: it is the last entry, and covers every byte before it.
    pub(crate) fn to_bytes(&self) -> io::Result<Vec<u8>> {
        let bytes = serde_json::to_vec_pretty(&Manifest { digest: String::new(), ..self.clone() })?;
        let at = memchr::memmem::rfind(&bytes, SEAL).unwrap_or(bytes.len());
        let all = bytes.get(..at).unwrap_or_default();
        Ok([all, SEAL, hex(&Sha256::digest(all)).as_bytes(), AFTER].concat())
    }

    /// Reads the manifest of an output folder. `None`: there is none; an error: it is damaged.
    pub fn read(folder: &Path) -> io::Result<Option<Manifest>> {
        let bytes = match std::fs::read(folder.join(MANIFEST)) {
            // Below a file there is no manifest either.
            Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            read => read?,
        };
        let sealed = memchr::memmem::rfind(&bytes, SEAL).is_some_and(|at| {
            let (all, seal) = bytes.split_at(at);
            seal == [SEAL, hex(&Sha256::digest(all)).as_bytes(), AFTER].concat()
        });
        match serde_json::from_slice(&bytes) {
            Ok(manifest) if sealed => Ok(Some(manifest)),
            _ => Err(io::Error::new(io::ErrorKind::InvalidData, "the manifest is damaged")),
        }
    }
}

/// How the manifest's last entry begins, and what follows it.
const SEAL: &[u8] = b"\n  \"digest\": \"";
const AFTER: &[u8] = b"\"\n}\n";

/// Where the manifest is, below the output folder.
pub const MANIFEST: &str = ".copydesk/manifest.json";
pub(crate) const NOTES: &str = ".copydesk/notes";

/// How far a run has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Notes {
    pub(crate) settings: Settings,
    pub(crate) inputs: Inputs,
    pub(crate) position: Position,
    pub(crate) records: Progress,
    pub(crate) audit: Progress,
    pub(crate) rejects: Progress,
    pub(crate) report: Report,
}

impl Notes {
    pub(crate) fn write(&self, disk: &Disk, folder: &Path) -> io::Result<()> {
        let json = serde_json::to_vec(self)?;
        let bytes = [hex(&Sha256::digest(&json)).as_bytes(), b"\n", &json].concat();
        disk.replace(&folder.join(NOTES), &bytes)
    }

    /// The notes in a folder; `None` where there are none that can be believed.
    pub(crate) fn read(folder: &Path) -> Option<Notes> {
        let bytes = std::fs::read(folder.join(NOTES)).ok()?;
        let (digest, json) = bytes.split_at_checked(64)?;
        let json = json.strip_prefix(b"\n")?;
        if hex(&Sha256::digest(json)).as_bytes() != digest {
            return None;
        }
        serde_json::from_slice(json).ok()
    }
}

impl Settings {
    /// What differs from `before`, a line for each setting.
    pub(crate) fn differences(&self, before: &Settings) -> Vec<String> {
        let (Ok(now), Ok(then)) = (serde_json::to_value(self), serde_json::to_value(before)) else {
            return vec!["the settings".into()];
        };
        let mut lines = Vec::new();
        differ("", &then, &now, &mut lines);
        lines
    }
}

fn differ(path: &str, then: &Value, now: &Value, lines: &mut Vec<String>) {
    if let (Value::Object(a), Value::Object(b)) = (then, now) {
        let keys: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
        for key in keys {
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            differ(&path, a.get(key).unwrap_or(&Value::Null), b.get(key).unwrap_or(&Value::Null), lines);
        }
        return;
    }
    if then == now {
        return;
    }
    let path = path.trim_start_matches("config.");
    if let (Some(a), Some(b)) = (packs(then), packs(now)) {
        // Told by their names: what they hold may be long.
        let names = |packs: &[(&str, &Value)]| -> Value { packs.iter().map(|(name, _)| *name).collect() };
        if names(&a) == names(&b) {
            let changed = a.iter().zip(&b).filter(|(a, b)| a != b);
            lines.extend(changed.map(|((name, _), _)| format!("{path}: `{name}` has changed")));
        } else {
            lines.push(format!("{path}: {} then, {} now", names(&a), names(&b)));
        }
    } else {
        lines.push(format!("{path}: {then} then, {now} now"));
    }
}

/// The name and content of each, of a list of packs of rules.
fn packs(value: &Value) -> Option<Vec<(&str, &Value)>> {
    value.as_array()?.iter().map(|pack| Some((pack.get("name")?.as_str()?, pack.get("content")?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings {
            version: "1".into(),
            record: 1,
            rules: "r".into(),
            models: "m".into(),
            templates: String::new(),
            shard: String::new(),
            limit: None,
            config: serde_json::json!({"output": {"layout": "document"}}),
        }
    }

    #[test]
    fn a_difference_names_the_setting() {
        let mut now = settings();
        now.config = serde_json::json!({"output": {"layout": "sentence"}});
        now.limit = Some(3);
        assert_eq!(
            now.differences(&settings()),
            ["output.layout: \"document\" then, \"sentence\" now", "limit: null then, 3 now"]
        );
    }

    #[test]
    fn packs_of_rules_are_told_by_name() {
        let with = |packs: &[(&str, &str)]| {
            let packs =
                packs.iter().map(|(name, content)| serde_json::json!({"name": name, "content": content}));
            let config = serde_json::json!({"boilerplate": {"rules": packs.collect::<Value>()}});
            Settings { config, ..settings() }
        };
        let before = with(&[("a.toml", "x"), ("b.toml", "y")]);
        let changed = with(&[("a.toml", "x"), ("b.toml", "z")]);
        assert_eq!(changed.differences(&before), ["boilerplate.rules: `b.toml` has changed"]);
        let other = with(&[("a.toml", "x")]);
        let said = "boilerplate.rules: [\"a.toml\",\"b.toml\"] then, [\"a.toml\"] now";
        assert_eq!(other.differences(&before), [said]);
        let none = "boilerplate.rules: [\"a.toml\",\"b.toml\"] then, [] now";
        assert_eq!(with(&[]).differences(&before), [none]);
    }

    #[test]
    fn damage_is_not_believed() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(".copydesk")).unwrap();
        let manifest = Manifest {
            settings: settings(),
            inputs: Inputs::default(),
            parts: Vec::new(),
            audit: Vec::new(),
            rejects: Vec::new(),
            files: BTreeMap::new(),
            report: Report::default(),
            digest: String::new(),
        };
        let bytes = manifest.to_bytes().unwrap();
        let path = folder.path().join(MANIFEST);
        std::fs::write(&path, &bytes).unwrap();
        assert_eq!(Manifest::read(folder.path()).unwrap().unwrap().settings, settings());
        for n in (0..bytes.len()).step_by(7) {
            let mut damaged = bytes.clone();
            damaged[n] ^= 1;
            std::fs::write(&path, &damaged).unwrap();
            assert!(Manifest::read(folder.path()).is_err(), "byte {n}");
        }
    }
}

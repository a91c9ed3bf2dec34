//! The dataset card, which makes `datasets.load_dataset(FOLDER)` work with no options.

use std::fs;
use std::path::Path;

use sha2::Digest;
use sha2::Sha256;

use crate::config::Compress;
use crate::config::Config;
use crate::config::Offsets;
use crate::output::parts::PartInfo;
use crate::output::parts::hex;
use crate::schema;

/// How the text of a card begins.
const BEGINNING: &str = "Cleaned by copydesk ";

/// Whether a file is a card.
pub fn is_card(path: &Path) -> bool {
    fs::read_to_string(path).is_ok_and(|text| text.lines().any(|line| line.starts_with(BEGINNING)))
}

/// The card of a folder written with these settings. It names the content: `datasets` caches what it has loaded by the
/// folder's name and the card, and would give yesterday's records for today's, or another folder's of the same name.
pub(crate) fn card(config: &Config, parts: &[PartInfo]) -> String {
    let mut content = Sha256::new();
    for part in parts {
        content.update(part.sha256.as_bytes());
    }
    let content = hex(&content.finalize());
    let content = content.get(..16).unwrap_or_default();
    let suffix = match config.output.compress {
        Compress::None => "",
        Compress::Gzip => ".gz",
        Compress::Zstd => ".zst",
    };
    // An object of metadata has no fixed columns to declare; readers infer them.
    let info = if schema::has_object(config) {
        String::new()
    } else {
        format!("dataset_info:\n  features:\n{}", schema::card(&schema::fields(config), 2))
    };
    let unit = match config.output.offsets {
        Offsets::Codepoints => "Unicode code points",
        Offsets::Bytes => "UTF-8 bytes",
        Offsets::Utf16 => "UTF-16 units",
    };
    format!(
        "---\nconfigs:\n- config_name: default\n  description: content {content}\n  data_files:\n  - split: train\n    path: part-*.jsonl{suffix}\n{info}---\n\n\
         {BEGINNING}{}. One JSON object a line; offsets count {unit} of `text`, end exclusive.\n",
        env!("CARGO_PKG_VERSION")
    )
}

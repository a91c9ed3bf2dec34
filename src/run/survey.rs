//! A look at all the files before a run: how many, how large, and whether they are those of last time.

use std::collections::BTreeSet;
use std::sync::Arc;

use sha2::Digest;
use sha2::Sha256;

use crate::input::list::Listed;
use crate::input::list::Selection;
use crate::output::manifest::Inputs;
use crate::output::parts::hex;

/// A list longer than this is kept as a checksum only.
const LONGEST_LIST: usize = 8 << 20;

/// What there is to read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Survey {
    pub(crate) inputs: Inputs,
    /// The files, a line each with name, length and time of change.
    pub(crate) list: Vec<u8>,
    /// A name that several of the files go by; it is looked for as far as the list goes.
    pub(crate) shared_name: Option<String>,
}

impl Survey {
    pub(crate) fn of(selection: &Selection) -> Survey {
        let mut survey = Survey::default();
        let (mut names, mut all) = (Sha256::new(), Sha256::new());
        let mut seen = BTreeSet::new();
        for listed in selection.list() {
            let (name, size, modified) = match listed {
                Listed::File(source) => (source.name, source.size, source.modified),
                Listed::Unreadable(name, _) => (name, 0, 0),
                Listed::Passed(_) => continue,
            };
            if selection.may_share_names() && survey.list.len() <= LONGEST_LIST {
                let is_new = seen.insert(Arc::clone(&name));
                survey.shared_name = survey.shared_name.or_else(|| (!is_new).then(|| name.to_string()));
            }
            let name = serde_json::to_string(&*name).unwrap_or_default();
            let line = format!("{{\"file\":{name},\"bytes\":{size},\"modified\":{modified}}}\n");
            names.update(format!("{name} {size}\n"));
            all.update(&line);
            survey.inputs.files += 1;
            survey.inputs.bytes += size;
            if survey.list.len() <= LONGEST_LIST {
                survey.list.extend_from_slice(line.as_bytes());
            }
        }
        survey.inputs.digest = hex(&names.finalize());
        if survey.list.len() > LONGEST_LIST {
            let digest = hex(&all.finalize());
            survey.list =
                format!("{{\"files\":{},\"digest\":\"{digest}\"}}\n", survey.inputs.files).into_bytes();
        }
        survey
    }
}

//! Checks a finished run: every part that the manifest lists, with its length, checksum and lines, and no parts besides; the
//! other files that the run goes by; and the manifest itself. The card and the page are for readers, who may change them.

use std::io;
use std::io::Read;
use std::path::Path;

use crate::disk::Disk;
use crate::error::Error;
use crate::input::Packing;
use crate::input::Unpack;
use crate::output::folder::is_part;
use crate::output::manifest::MANIFEST;
use crate::output::manifest::Manifest;
use crate::output::parts::PartInfo;
use crate::output::parts::checksum;

const OTHER_SUM: &str = "the checksum is not the manifest's";

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Files that are as the manifest says.
    pub good: u64,
    /// What is wrong, a line for each.
    pub faults: Vec<String>,
}

/// Checks the finished run in a folder.
pub fn verify(folder: &Path) -> Result<Verified, Error> {
    let read = match Manifest::read(folder) {
        Err(e) if e.kind() == io::ErrorKind::InvalidData => {
            return Ok(Verified {
                good: 0,
                faults: vec![format!("{MANIFEST}: {e}, and so nothing else is sure")],
            });
        }
        read => read.map_err(|source| Error::Input { path: folder.join(MANIFEST), source })?,
    };
    let Some(manifest) = read else {
        return Err(Error::Config(format!(
            "`{}` holds no finished run: there is no {MANIFEST}; give the folder that `clean -o` wrote",
            folder.display()
        )));
    };
    let mut verified = Verified::default();
    let listed: Vec<&PartInfo> = manifest.listed().collect();
    for part in &listed {
        match fault(folder, part) {
            Ok(None) => verified.good += 1,
            Ok(Some(fault)) => verified.faults.push(format!("{}: {fault}", part.name)),
            Err(e) => verified.faults.push(format!("{}: cannot be read: {e}", part.name)),
        }
    }
    for (name, sum) in &manifest.files {
        match checksum(&Disk::default(), &folder.join(name)) {
            Ok((found, _)) if found == *sum => verified.good += 1,
            Ok(_) => verified.faults.push(format!("{name}: {OTHER_SUM}")),
            Err(e) => verified.faults.push(format!("{name}: cannot be read: {e}")),
        }
    }
    for below in ["", ".copydesk/audit/", ".copydesk/rejects/"] {
        let mut names: Vec<String> = folder
            .join(below)
            .read_dir()
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .filter(|name| is_part(name))
            .map(|name| format!("{below}{name}"))
            .filter(|name| !listed.iter().any(|part| part.name == *name))
            .collect();
        names.sort();
        verified
            .faults
            .extend(names.into_iter().map(|name| format!("{name}: the manifest does not list it")));
    }
    if !manifest.report.is_balanced() {
        verified.faults.push("documents in are not out + empty + rejected".into());
    }
    Ok(verified)
}

fn fault(folder: &Path, part: &PartInfo) -> io::Result<Option<String>> {
    let (disk, path) = (Disk::default(), folder.join(&part.name));
    let (sha256, bytes) = checksum(&disk, &path)?;
    if bytes != part.bytes {
        return Ok(Some(format!("{bytes} bytes, the manifest says {}", part.bytes)));
    }
    if sha256 != part.sha256 {
        return Ok(Some(OTHER_SUM.into()));
    }
    let records = lines(&disk, &path)?;
    Ok((records != part.records).then(|| format!("{records} lines, the manifest says {}", part.records)))
}

/// Lines of a part, unpacked.
fn lines(disk: &Disk, path: &Path) -> io::Result<u64> {
    let mut reader = unpacked(disk, path)?;
    let (mut block, mut lines) = (vec![0; 1 << 18], 0);
    loop {
        match reader.read(&mut block) {
            Ok(0) => return Ok(lines),
            Ok(n) => lines += memchr::memchr_iter(b'\n', block.get(..n).unwrap_or_default()).count() as u64,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
}

/// A part file, unpacked where it is packed.
pub(crate) fn unpacked(disk: &Disk, path: &Path) -> io::Result<Box<dyn Read>> {
    let file = disk.open(path)?;
    let packing = match path.extension().and_then(|e| e.to_str()) {
        Some("gz") => Packing::Gzip,
        Some("zst") => Packing::Zstd,
        _ => return Ok(Box::new(file)),
    };
    Ok(Box::new(Unpack::trusted(file, packing)?))
}

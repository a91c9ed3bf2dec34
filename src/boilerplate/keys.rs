//! The keys of lines and sites, by which `templates` counts. They stand in users' files: what they are never changes.

use std::sync::LazyLock;

/// Lines with fewer letters and digits recur by chance.
const FEWEST_LETTERS: usize = 2;
/// Longer lines, in bytes, are not boilerplate that recurs word by word.
const LONGEST_LINE: usize = 4000;

/// The key of a site by its name.
pub fn site_key(name: &str) -> u64 {
    finish(name.bytes().fold(SEED, |hash, byte| step(hash, u64::from(byte))))
}

const SEED: u64 = 0xcbf2_9ce4_8422_2325;

const fn step(hash: u64, value: u64) -> u64 {
    (hash ^ value).wrapping_mul(0x0000_0100_0000_01b3)
}

pub(crate) const fn finish(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^ (hash >> 29)
}

/// The key of a line: letters in lower case, every number the same, all else left out; `None` when too little is left
/// or the line is too long to recur. Never 0.
pub fn line_key(line: &str) -> Option<u64> {
    if line.len() > LONGEST_LINE {
        return None;
    }
    let (mut hash, mut letters, mut in_number) = (SEED, 0, false);
    let table = &*TABLE;
    for c in line.chars() {
        let kind = table.get(c as usize).copied().unwrap_or_else(|| kind(c));
        match kind {
            // "12.30" and "9" are one number each.
            POINT => continue,
            OTHER => {
                in_number = false;
                continue;
            }
            NUMBER => {
                if !in_number {
                    hash = step(hash, u64::from('0'));
                    letters += 1;
                }
                in_number = true;
                continue;
            }
            LETTERS => hash = c.to_lowercase().fold(hash, |hash, c| step(hash, u64::from(c))),
            letter => hash = step(hash, u64::from(letter)),
        }
        letters += 1;
        in_number = false;
    }
    (letters >= FEWEST_LETTERS).then(|| finish(hash).max(1))
}

// What a character is to a line's key: a letter, by its lower case, or one of these, which are no characters.
/// Neither letter nor number.
const OTHER: u32 = u32::MAX;
/// The same, but it may stand within a number.
const POINT: u32 = u32::MAX - 1;
const NUMBER: u32 = u32::MAX - 2;
/// A letter that is several in lower case.
const LETTERS: u32 = u32::MAX - 3;

/// The kinds of most letters of the alphabets: the tables of std are slow to search.
static TABLE: LazyLock<Vec<u32>> = LazyLock::new(|| ('\0'..'\u{1400}').map(by_std).collect());

/// The kind of a character: of those beyond the table, most are letters of scripts without cases.
fn kind(c: char) -> u32 {
    match c as u32 {
        letter @ (0x3041..=0x3096 | 0x30A1..=0x30FA | 0x4E00..=0x9FFF | 0xAC00..=0xD7A3) => letter,
        0x2010..=0x2027 | 0x3000..=0x3003 | 0x3008..=0x3011 => OTHER,
        _ => by_std(c),
    }
}

fn by_std(c: char) -> u32 {
    if c.is_alphabetic() {
        let mut lower = c.to_lowercase();
        match (lower.next(), lower.next()) {
            (Some(letter), None) => letter as u32,
            _ => LETTERS,
        }
    } else if c.is_numeric() {
        NUMBER
    } else if matches!(c, '.' | ',' | ':') {
        POINT
    } else {
        OTHER
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_what_std_says_they_are() {
        for c in (0..=u32::from(char::MAX)).filter_map(char::from_u32) {
            assert_eq!(kind(c), by_std(c), "{c}");
        }
    }

    #[test]
    fn keys_are_what_they_were() {
        let key = |line| line_key(line).map(|key| format!("{key:016x}"));
        assert_eq!(key("Share (12.30)"), key("SHARE 9,5:1"));
        assert_ne!(key("Share 12 30"), key("share 12.30"));
        assert_eq!(key("ŁÓDŹ, Αθήνα"), key("łódź αθήνα"));
        assert_eq!(key("7 -"), None);
        assert_eq!(
            key("Αθήνα 北京 ﷺ 12.30, ñandú İstanbul ŁÓDŹ straße 7").as_deref(),
            Some("8f144bfadbe4eec8")
        );
    }
}

//! The keys of lines and sites, by which `templates` counts. They stand in users' files: what they are never changes.

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
    for c in line.chars() {
        match kind(c) {
            Kind::Letter(c) => hash = step(hash, u64::from(c)),
            Kind::Letters => hash = c.to_lowercase().fold(hash, |hash, c| step(hash, u64::from(c))),
            Kind::Number => {
                if !in_number {
                    hash = step(hash, u64::from('0'));
                    letters += 1;
                }
                in_number = true;
                continue;
            }
            Kind::Other => {
                // "12.30" and "9" are one number each.
                in_number = in_number && matches!(c, '.' | ',' | ':');
                continue;
            }
        }
        letters += 1;
        in_number = false;
    }
    (letters >= FEWEST_LETTERS).then(|| finish(hash).max(1))
}

/// What a character is to a line's key.
#[derive(Debug, PartialEq)]
enum Kind {
    /// A letter, in lower case.
    Letter(u32),
    /// A letter that may be several in lower case.
    Letters,
    Number,
    Other,
}

/// The kind of a character: by arithmetic for the letters of most texts, which the tables of std are slow to find.
fn kind(c: char) -> Kind {
    let n = c as u32;
    match n {
        0x61..=0x7A
        | 0xDF..=0xF6
        | 0xF8..=0xFF
        | 0x3B1..=0x3C9
        | 0x430..=0x45F
        | 0x620..=0x64A
        | 0x5D0..=0x5EA
        | 0x904..=0x939
        | 0xE01..=0xE30
        | 0x3041..=0x3096
        | 0x30A1..=0x30FA
        | 0x4E00..=0x9FFF
        | 0xAC00..=0xD7A3 => Kind::Letter(n),
        0x41..=0x5A | 0xC0..=0xD6 | 0xD8..=0xDE | 0x410..=0x42F => Kind::Letter(n + 32),
        0x30..=0x39 => Kind::Number,
        0..0x80 | 0x2010..=0x2027 | 0x3000..=0x3003 | 0x3008..=0x3011 => Kind::Other,
        _ if c.is_alphabetic() => Kind::Letters,
        _ if c.is_numeric() => Kind::Number,
        _ => Kind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_what_std_says_they_are() {
        for c in (0..=u32::from(char::MAX)).filter_map(char::from_u32) {
            let expected = if c.is_alphabetic() {
                Kind::Letters
            } else if c.is_numeric() {
                Kind::Number
            } else {
                Kind::Other
            };
            match kind(c) {
                Kind::Letter(lower) => {
                    assert!(c.to_lowercase().map(u32::from).eq([lower]) && c.is_alphabetic(), "{c}");
                }
                other => assert_eq!(other, expected, "{c}"),
            }
        }
    }
}

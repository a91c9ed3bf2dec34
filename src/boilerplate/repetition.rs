//! Lines that say what another line of the document already says: exact copies, and captions that restate a paragraph.

use std::collections::BTreeSet;

/// Words below which a line is too short to be called a copy (a refrain, a name, a score).
const FEWEST_WORDS: usize = 5;

/// Marks every copy after the first of a line with at least five words.
pub(crate) fn repeated(content: &[&str]) -> Vec<bool> {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    content
        .iter()
        .map(|line| {
            let words = line.split_whitespace().count();
            if words < FEWEST_WORDS {
                return false;
            }
            !seen.insert(fold(line))
        })
        .collect()
}

/// The line in lower case, letters and digits only: copies often differ in punctuation and spacing.
fn fold(line: &str) -> String {
    line.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_copies_are_marked_and_refrains_are_not() {
        let lines = ["A crowd waits at the gate.", "Row, row", "A crowd waits at the gate!", "Row, row"];
        assert_eq!(repeated(&lines), [false, false, true, false]);
    }
}

//! What a document that is known to have been misread in some charsets makes worth a closer look: lines that would pass as
//! clean elsewhere.

use super::roles;
use super::roles::TABLED;
use super::wide;
use crate::characters::ascii_run;

/// The charsets of `known` in which something in a line begins a sequence, and all of byte pairs for CJK characters where one of
/// them is known.
pub(crate) fn begun(line: &str, known: u32) -> u32 {
    walk(line, known, |_, _| 0)[0]
}

/// Those of them in which more than a byte without a trace is missing. A byte that is gone without a trace is a guess, and
/// no line is repaired by guesses alone.
pub(crate) fn worth(line: &str, known: u32) -> u32 {
    let [begun, seen] = walk(line, known, |leads, rest| {
        let [one, two, three] = leads;
        let more = two | three;
        let mut rest = rest.chars();
        let (Some(next), second) = (rest.next(), rest.next()) else { return 0 };
        let is_mark = |c: char| matches!(c, '?' | '\u{FFFD}');
        let goes_on = |c: Option<char>| c.map_or(0, |c| roles::of(c).goes_on);
        let whole = (one | more) & goes_on(Some(next));
        if next != ' ' && !is_mark(next) {
            return whole;
        }
        // Something stands where a byte was: of a longer sequence there has to be another one, or as many marks.
        let is_marked = is_mark(next) && second.is_some_and(is_mark);
        one | if is_marked { more } else { more & goes_on(second) }
    });
    begun & seen
}

/// The charsets of `known` in which something in a line begins a sequence, and those in which it is one by what follows it.
fn walk(line: &str, known: u32, is_one: impl Fn([u32; 3], &str) -> u32) -> [u32; 2] {
    if known == 0 {
        return [0; 2];
    }
    let (mut begun, mut seen) = (0, 0);
    let mut is_wide = false;
    let mut rest = line;
    while let [first, ..] = rest.as_bytes() {
        if first.is_ascii() {
            rest = rest.get(ascii_run(rest.as_bytes())..).unwrap_or_default();
            continue;
        }
        let mut others = rest.chars();
        let Some(c) = others.next() else { break };
        rest = others.as_str();
        if c >= TABLED {
            is_wide |= wide::is_wide(c);
            // Mac Roman has letters beyond the table, of which little is known.
            seen |= if matches!(c, '\u{F8FF}' | '\u{FB01}' | '\u{FB02}') { u32::MAX } else { 0 };
            continue;
        }
        let role = roles::of(c);
        if role.leads & known != 0 {
            begun |= role.leads & known;
            // A letter that is left of a no-break space shows what is missing.
            seen |= if c == 'Â' { role.leads } else { is_one(role.lead, rest) };
        }
    }
    let doubles = if is_wide && known & *wide::DOUBLE != 0 { *wide::DOUBLE } else { 0 };
    [begun | doubles, seen | doubles]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_clean_text_are_not_worth_a_look() {
        let western = 1;
        for (line, is_begun, is_worth) in [
            ("Grüße und Übermut", true, false),
            ("Ein Fuß breit", true, true),
            ("fÃ¼r", true, true),
            ("Voilà les Î", true, false),
            ("dit à « Anne »", true, true),
            ("â??", true, true),
            ("— 12 °", false, false),
        ] {
            assert_eq!(begun(line, western) != 0, is_begun, "{line}");
            assert_eq!(worth(line, western) != 0, is_worth, "{line}");
            assert_eq!(worth(line, 0), 0);
        }
    }
}

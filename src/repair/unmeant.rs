//! Characters that no writer may have meant, by a look at each and the one before it: junk, and what may not be in normal
//! form. What to do about them is for `characters`.

use unicode_normalization::IsNormalized;
use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::char::compose;
use unicode_normalization::is_nfc_quick;

/// Below the table's end: whether the character is junk, and whether it may be composed or out of order.
pub(crate) fn odd(before: char, c: char) -> (bool, bool) {
    match c {
        '\u{7F}'..='\u{2FF}' => (matches!(c, '\u{7F}'..='\u{9F}' | '\u{AD}' | 'Ǆ'..='ǌ'), false),
        '\u{200B}' | '\u{2028}' | '\u{2029}' | '\u{2060}' | '\u{180E}' => (true, false),
        '\u{200C}' | '\u{200D}' => (before < '\u{530}' || ('\u{1E00}'..'\u{2000}').contains(&before), false),
        '\u{64B}'..='\u{652}' => (false, ('\u{64B}'..='\u{652}').contains(&before)),
        '\u{E38}'..='\u{E3A}' => (false, ('\u{E48}'..='\u{E4B}').contains(&before)),
        _ if stands_alone(c) => (false, false),
        _ => (false, joins(before, c)),
    }
}

/// Letters and signs that never change in normal form, whatever stands beside them as their alphabets are written.
const fn stands_alone(c: char) -> bool {
    matches!(
        c,
        '\u{376}'..='\u{37D}'
        | '\u{388}'..='\u{482}'
        | '\u{488}'..='\u{590}'
        | '\u{5D0}'..='\u{64A}'
        | '\u{660}'..='\u{6D5}'
        | '\u{904}'..='\u{928}'
        | '\u{92A}'..='\u{930}'
        | '\u{935}'..='\u{93B}'
        | '\u{93D}'..='\u{94D}'
        | '\u{960}'..='\u{970}'
        | '\u{E00}'..='\u{E7F}'
        | '\u{10A0}'..='\u{10FF}'
        | '\u{1E00}'..='\u{1EFF}'
        | '\u{2002}'..='\u{211F}'
        | '\u{2130}'..='\u{2328}'
        | '\u{232B}'..='\u{26FF}'
    )
}

/// Whether a character may change with one that stands before it.
pub(crate) fn may_join(c: char) -> bool {
    !stands_alone(c) && is_nfc_quick([c].into_iter()) != IsNormalized::Yes
}

/// Whether a character may have to change in normal form, or the one before it with it.
fn joins(before: char, c: char) -> bool {
    let is_mark = |c: char| canonical_combining_class(c) != 0;
    is_nfc_quick([c].into_iter()) == IsNormalized::No
        || is_mark(before) && is_mark(c)
        || compose(before, c).is_some()
}

/// The same for characters above the table.
pub(crate) const fn odd_wide(c: char) -> (bool, bool) {
    match c {
        '\u{FB00}'..='\u{FB06}' | '\u{FEFF}' | '\u{FF21}'..='\u{FF3A}' | '\u{FF41}'..='\u{FF5A}' => {
            (true, false)
        }
        '\u{3099}'
        | '\u{309A}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{FB07}'..='\u{FB4F}'
        | '\u{A000}'..='\u{ABFF}'
        | '\u{1D000}'..='\u{1D1FF}'
        | '\u{2F800}'..='\u{2FA1F}'
        | '\u{11000}'..='\u{11FFF}' => (false, true),
        _ => (false, false),
    }
}

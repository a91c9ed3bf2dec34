//! A fast look at a line: what could be wrong with it? Clean text must leave here at once, so every answer errs
//! towards suspicion and costs a few table look-ups a character.

use std::sync::LazyLock;

use super::codec::Codec;
use super::codec::Raw;
use super::mojibake::CODECS;
use super::sequences::follow;
use crate::likelihood;

/// What a line may need.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Suspicion {
    /// The charsets, as bits in the order of [`CODECS`], in which something in it would be UTF-8.
    pub(crate) codecs: u32,
    /// It may be in another legacy charset.
    pub(crate) legacy: bool,
    /// It has characters that no writer meant.
    pub(crate) junk: bool,
    /// It may not be in normal form.
    pub(crate) decomposed: bool,
}

/// For a character, the charsets in which it begins a sequence of two, three or four bytes or goes on with one.
#[derive(Clone, Copy, Default)]
struct Roles {
    lead: [u32; 3],
    goes_on: u32,
}

/// Characters below this have an entry in the table.
const TABLED: usize = 0x2700;

static ROLES: LazyLock<Vec<Roles>> = LazyLock::new(|| {
    let mut table = vec![Roles::default(); TABLED];
    for (c, roles) in ('\0'..).zip(&mut table) {
        for (bit, codec) in CODECS.iter().enumerate() {
            for raw in codec.raws(c) {
                let Raw::One(byte) = raw else { continue };
                match follow(byte) {
                    Some(count) => {
                        if let Some(lead) = roles.lead.get_mut(count - 1) {
                            *lead |= 1 << bit;
                        }
                    }
                    None if byte & 0xC0 == 0x80 => roles.goes_on |= 1 << bit,
                    None => {}
                }
            }
        }
    }
    table
});

/// The charsets of byte pairs.
static DOUBLE: LazyLock<u32> = LazyLock::new(|| {
    let bits = CODECS.iter().enumerate().filter(|(_, c)| matches!(c, Codec::Double(_)));
    bits.map(|(bit, _)| 1 << bit).sum()
});

/// Mean bits of a pair of characters above which a line may be in another charset: for Latin letters, where any
/// language may have any letter, and for others.
const STRANGE_LATIN: f32 = 4.3;
const STRANGE: f32 = 5.5;

/// Steps of the coarse table above which two characters are strange neighbours. What was UTF-8 is full of them.
const STRAINED: u8 = 10 * 16;

/// Windows-1252, 1250 and 1257, in which Latin text practically never has a sequence by accident.
const CENTRAL: u32 = 1 | 1 << 2 | 1 << 8;

/// Looks at a line that is not all ASCII. `known` are the charsets that the document is known to have been misread in.
pub(crate) fn look(line: &str, known: u32) -> Suspicion {
    let roles = &*ROLES;
    let mut found = Suspicion::default();
    let mut waiting = [0_u32; 3];
    let mut before = ' ';
    let (mut sum, mut pairs, mut latin) = (0_u32, 0_u32, 0_u32);
    // Whether a sequence holds strange neighbours, for those of two, three and four bytes that are being read.
    let (mut sequences, mut strained) = (0_u32, false);
    let mut strain = [false; 3];
    let mut wide = Wide::default();
    for c in line.chars().chain([' ']) {
        let now = likelihood::plain(c);
        if c.is_ascii() && before.is_ascii() {
            found.junk |= c < ' ' && c != '\t' || c == '\x7F';
            before = now;
            continue;
        }
        let mut strange = false;
        if likelihood::is_judged(now) || likelihood::is_judged(before) {
            let cost = likelihood::pair(before, now);
            // Outside Latin, rare neighbours are everyday: only those never seen are strange.
            let bar = if before < '\u{370}' || now < '\u{370}' { STRAINED } else { likelihood::UNKNOWN_PAIR };
            strange = cost >= bar;
            sum += u32::from(cost);
            pairs += 1;
            latin += u32::from(now < '\u{370}' && before < '\u{370}');
        }
        if let Some(role) = roles.get(c as usize) {
            strain = [strange, strange || strain[0], strange || strain[0] || strain[1]];
            let go_on = waiting.map(|w| w & role.goes_on);
            sequences |= go_on[0];
            strained |= go_on[0] & CENTRAL != 0 || go_on[0] != 0 && strain[2];
            found.codecs |= (role.lead[0] | role.lead[1] | role.lead[2]) & known;
            waiting = [role.lead[0] | go_on[1], role.lead[1] | go_on[2], role.lead[2]];
            found.codecs |= u32::from(is_damaged(before, c));
            if c >= '\u{7F}' {
                let (junk, decomposed) = odd(before, c);
                found.junk |= junk;
                found.decomposed |= decomposed;
            } else {
                found.junk |= c < ' ' && c != '\t';
            }
        } else {
            found.codecs |= u32::from(c == '\u{FFFD}' && ('Â'..='ô').contains(&before));
            waiting = [0; 3];
            wide.see(before, c);
            let (junk, decomposed) = odd_wide(c);
            found.junk |= junk;
            found.decomposed |= decomposed;
        }
        before = now;
    }
    if strained {
        found.codecs |= sequences;
    }
    if wide.is_strange() || known & *DOUBLE != 0 && wide.all > 0 {
        found.codecs |= *DOUBLE;
    }
    let strange = if latin * 2 > pairs { STRANGE_LATIN } else { STRANGE };
    found.legacy = pairs > 1 && sum as f32 > strange * likelihood::PAIR_STEPS * pairs as f32;
    found
}

/// The marks that UTF-8 leaves in windows-1252 when a byte is lost, where nothing whole stands beside them.
const fn is_damaged(before: char, c: char) -> bool {
    matches!((before, c), ('Â' | 'Ã' | 'â', ' ' | '?' | '.' | ',') | ('â', '€'))
}

/// Below the table's end: whether the character is junk, and whether it may be composed or out of order.
fn odd(before: char, c: char) -> (bool, bool) {
    match c {
        '\u{7F}'..='\u{2FF}' => (matches!(c, '\u{7F}'..='\u{9F}' | '\u{AD}' | 'Ǆ'..='ǌ'), false),
        '\u{200B}' | '\u{2028}' | '\u{2029}' | '\u{2060}' | '\u{180E}' => (true, false),
        '\u{200C}' | '\u{200D}' => (before < '\u{530}' || ('\u{1E00}'..'\u{2000}').contains(&before), false),
        '\u{64B}'..='\u{652}' => (false, ('\u{64B}'..='\u{652}').contains(&before)),
        '\u{E38}'..='\u{E3A}' => (false, ('\u{E48}'..='\u{E4B}').contains(&before)),
        // Letters and signs that stand alone in these alphabets.
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
        | '\u{232B}'..='\u{26FF}' => (false, false),
        _ => (false, true),
    }
}

/// The same for characters above the table.
const fn odd_wide(c: char) -> (bool, bool) {
    match c {
        '\u{FB00}'..='\u{FB06}' | '\u{FEFF}' | '\u{FF01}'..='\u{FF5E}' => (true, false),
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

/// What CJK characters of a line look like.
#[derive(Default)]
struct Wide {
    all: u32,
    /// Rare ones, those within Latin words, and half-width kana beside other letters.
    strange: u32,
}

impl Wide {
    fn see(&mut self, before: char, c: char) {
        if !matches!(c, '\u{3040}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}' | '\u{FF61}'..='\u{FF9F}' | '\u{FFFD}' | '\u{E000}'..='\u{F8FF}')
        {
            return;
        }
        self.all += 1;
        let half = matches!(c, '\u{FF61}'..='\u{FF9F}');
        let mixed = before.is_ascii_alphabetic()
            || matches!((before, c), ('\u{AC00}'..='\u{D7A3}', '\u{4E00}'..='\u{9FFF}'));
        self.strange += u32::from(half || mixed || c == '\u{FFFD}' || !likelihood::is_known(c));
    }

    const fn is_strange(&self) -> bool {
        self.strange * 6 > self.all
    }
}

//! A fast look at a line: what could be wrong with it? Clean text must leave here at once, so every answer errs
//! towards suspicion and costs a few table look-ups a character.

use std::sync::LazyLock;

use super::alternatives;
use super::alternatives::ALTERNATIVES;
use super::alternatives::Beside;
use super::alternatives::Legacy;
use super::alternatives::Row;
use super::codec::Codec;
use super::codec::Raw;
use super::mojibake::CODECS;
use super::oddity;
use super::sequences::follow;
use super::strained::Strained;
use super::unmeant;
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
    /// Its row among the alternatives; 0 for none.
    row: u16,
    /// Whether it may be junk or not in normal form, see [`unmeant::odd`].
    is_odd: bool,
}

/// Characters below this have an entry in the table.
const TABLED: usize = 0x2700;

static ROLES: LazyLock<Vec<Roles>> = LazyLock::new(|| {
    let mut table = vec![Roles::default(); TABLED];
    for (c, roles) in ('\0'..).zip(&mut table) {
        let befores = [' ', '\u{64B}', '\u{E48}'];
        roles.is_odd = befores.iter().any(|&before| unmeant::odd(before, c) != (false, false))
            || unmeant::may_join(c)
            || c == '€';
        // What counts as a space has none.
        roles.row = if likelihood::is_judged(likelihood::plain(c)) { ALTERNATIVES.row(c) } else { 0 };
    }
    for (bit, codec) in CODECS.iter().enumerate() {
        let (Codec::Single(single) | Codec::Lowered(single)) = codec else { continue };
        for byte in 0x80..=0xFF_u8 {
            let c = single.char(byte);
            let small = c.to_lowercase().next().filter(|_| matches!(codec, Codec::Lowered(_)));
            // In windows-1252 a control character is the byte of its number.
            let control = char::from(byte);
            for c in [Some(c), small, Some(control)].into_iter().flatten() {
                let Some(roles) = table.get_mut(c as usize) else { continue };
                if !codec.raws(c).any(|raw| raw == Raw::One(byte)) {
                    continue;
                }
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

/// Steps of the coarse table above which two characters are strange neighbours. What was UTF-8 is full of them.
const STRAINED: u8 = 10 * 16;

/// Looks at a line that is not all ASCII. `known` are the charsets that the document is known to have been misread in.
pub(crate) fn look(line: &str, known: u32) -> Suspicion {
    let mut look = Look {
        roles: &ROLES,
        rows: &ALTERNATIVES.rows,
        known,
        before: ' ',
        last: [' '; 2],
        ..Look::default()
    };
    let mut rest = line;
    while !rest.is_empty() || !look.before.is_ascii() {
        let (ascii, others) = rest.split_at(ascii_run(rest.as_bytes()));
        rest = others;
        // The end of the line is like a space.
        if !ascii.is_empty() || rest.is_empty() {
            look.ascii(ascii);
        }
        let mut others = rest.chars();
        while let Some(c) = others.next().filter(|c| !c.is_ascii()) {
            look.character(c);
            rest = others.as_str();
        }
    }
    let is_wide = look.wide.all > 0;
    let mut found = look.finish();
    if is_wide {
        found.codecs |= doubles(line);
    }
    found
}

/// Whether text never has two characters side by side.
fn odd_neighbours(pair: &[char]) -> bool {
    matches!(pair, &[before, c] if oddity::is_odd(before, c))
}

/// The charsets of byte pairs in which the CJK characters of a line are UTF-8.
fn doubles(line: &str) -> u32 {
    let bits = CODECS.iter().enumerate().filter(|(_, codec)| matches!(codec, Codec::Double(_)));
    bits.filter(|(_, codec)| is_utf8(line, **codec)).map(|(bit, _)| 1 << bit).sum()
}

/// Characters that are looked at, and how many of them may be wrong at the start. Text that is what it seems is wrong at
/// every second one.
const SAMPLE: usize = 48;
const WRONG: usize = 2;

/// Whether nearly all characters of a line are UTF-8 in a charset of byte pairs.
fn is_utf8(line: &str, codec: Codec) -> bool {
    let (mut right, mut wrong, mut to_come) = (0, 0, 0);
    for c in line.chars().filter(|c| !c.is_ascii()).take(SAMPLE) {
        let bytes = match codec.raw(c) {
            Raw::One(byte) => [byte, b' '],
            Raw::Two(lead, trail) => [lead, trail],
            Raw::Ascii | Raw::Lost | Raw::Foreign => [b' '; 2],
        };
        let mut is_right = bytes != [b' '; 2];
        for byte in bytes {
            match (to_come, byte) {
                (_, 0..0x80) => to_come = 0,
                (1.., 0x80..0xC0) => to_come -= 1,
                (0, _) if follow(byte).is_some() => to_come = follow(byte).unwrap_or(0),
                _ => (is_right, to_come) = (false, follow(byte).unwrap_or(0)),
            }
        }
        right += usize::from(is_right);
        wrong += usize::from(!is_right);
        if wrong * 4 > right + 4 * WRONG {
            return false;
        }
    }
    right > wrong * 4
}

/// The bytes of ASCII at the start.
fn ascii_run(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let upper = u64::from_le_bytes(*word) & 0x8080_8080_8080_8080;
        if upper != 0 {
            return at * 8 + upper.trailing_zeros() as usize / 8;
        }
    }
    words.len() * 8 + rest.iter().take_while(|byte| byte.is_ascii()).count()
}

/// What has been seen of a line.
#[derive(Default)]
struct Look {
    roles: &'static [Roles],
    rows: &'static [Row],
    known: u32,
    found: Suspicion,
    /// The character before, and the two before it.
    before: char,
    last: [char; 2],
    /// The row of the character before, see [`Roles`].
    row: u16,
    /// The charsets in which a sequence has one, two or three more bytes to go.
    waiting: [u32; 3],
    /// Whether there were strange neighbours at the last character, the one before and so on, as bits.
    strain: u32,
    strained: Strained,
    legacy: Legacy,
    wide: Wide,
    /// Characters beyond ASCII that a charset of single bytes may have.
    upper: u32,
}

impl Look {
    /// A run of ASCII: only its ends have a neighbour that says something.
    #[inline]
    fn ascii(&mut self, run: &str) {
        let (first, last) = match run.as_bytes() {
            [only] => (*only, *only),
            [first, .., last] => (*first, *last),
            [] => (b' ', b' '),
        };
        if !self.before.is_ascii() {
            self.found.codecs |= u32::from(is_damaged(self.before, char::from(first)));
            if likelihood::is_judged(self.before) {
                let beside = self.before_ascii(first);
                self.legacy.see(self.before, char::from(first), beside);
            }
        }
        self.waiting = [0; 3];
        self.last = [' '; 2];
        self.before = char::from(last);
        self.row = 0;
    }

    /// What the last character costs before one of ASCII.
    #[inline]
    fn before_ascii(&self, ascii: u8) -> Beside {
        match self.rows.get(usize::from(self.row)) {
            Some(row) if self.row != 0 => row.before.get(usize::from(ascii)).copied().unwrap_or_default(),
            _ => {
                Beside { cost: likelihood::pair(self.before, likelihood::plain(char::from(ascii))), gain: 0 }
            }
        }
    }

    /// What the last character costs before one that is beyond ASCII, or a no-break space, which counts as a space.
    #[inline]
    fn before(&self, now: char, row: u16) -> Option<Beside> {
        let before = self.before;
        if !likelihood::is_judged(now) {
            return match now {
                _ if !likelihood::is_judged(before) => None,
                ' ' => Some(self.before_ascii(b' ')),
                _ => Some(Beside { cost: likelihood::pair(before, now), gain: 0 }),
            };
        }
        if !before.is_ascii() {
            let cost = likelihood::pair(before, now);
            let gain = if self.row != 0 && row != 0 { alternatives::gain(cost) } else { 0 };
            return Some(Beside { cost, gain });
        }
        match self.rows.get(usize::from(row)) {
            Some(known) if row != 0 => known.after.get(before as usize).copied(),
            _ => Some(Beside { cost: likelihood::pair(likelihood::plain(before), now), gain: 0 }),
        }
    }

    /// A character beyond ASCII.
    #[inline]
    fn character(&mut self, c: char) {
        let Some(role) = self.roles.get(c as usize) else { return self.beyond(c) };
        let now = likelihood::plain(c);
        let mut strange = false;
        if let Some(beside) = self.before(now, role.row) {
            self.legacy.see(self.before, now, beside);
            // Outside Latin, rare neighbours are everyday: only those never seen are strange.
            let is_latin = self.before.min(now) < '\u{370}';
            strange = beside.cost >= if is_latin { STRAINED } else { likelihood::UNKNOWN_PAIR };
        }
        self.strain = self.strain << 1 | u32::from(strange);
        let [one, two, three] = self.waiting;
        let goes_on = role.goes_on;
        if one & goes_on != 0 {
            let is_odd = || [self.last[0], self.last[1], self.before, c].windows(2).any(odd_neighbours);
            let strange = self.strain & 7 != 0 || is_odd();
            self.strained.see(one & goes_on, strange, self.upper);
        }
        let lead = role.lead;
        if role.is_odd {
            self.odd(c);
        }
        if self.known != 0 {
            self.found.codecs |= (lead[0] | lead[1] | lead[2]) & self.known;
        }
        self.waiting = [lead[0] | two & goes_on, lead[1] | three & goes_on, lead[2]];
        self.upper += 1;
        self.last = [self.last[1], self.before];
        self.before = now;
        self.row = role.row;
    }

    /// A character that has to be looked at on its own.
    #[cold]
    fn odd(&mut self, c: char) {
        let (junk, decomposed) = unmeant::odd(self.before, c);
        self.found.codecs |= u32::from(is_damaged(self.before, c));
        self.found.junk |= junk;
        self.found.decomposed |= decomposed;
    }

    /// A character beyond the table.
    fn beyond(&mut self, c: char) {
        if let Some(beside) = self.before(c, 0) {
            self.legacy.see(self.before, c, beside);
        }
        self.found.codecs |= u32::from(c == '\u{FFFD}' && ('Â'..='ô').contains(&self.before));
        self.waiting = [0; 3];
        self.last = [' '; 2];
        self.wide.see(self.before, c);
        let (junk, decomposed) = unmeant::odd_wide(c);
        self.found.junk |= junk;
        self.found.decomposed |= decomposed;
        self.before = c;
        self.row = 0;
    }

    fn finish(mut self) -> Suspicion {
        self.found.codecs |= self.strained.codecs(self.upper);
        if self.wide.is_strange() || self.known & *DOUBLE != 0 && self.wide.all > 0 {
            self.found.codecs |= *DOUBLE;
        }
        self.found.legacy = self.legacy.is_strange();
        self.found
    }
}

/// The marks that UTF-8 leaves in windows-1252 when a byte is lost, where nothing whole stands beside them.
const fn is_damaged(before: char, c: char) -> bool {
    matches!((before, c), ('Â' | 'Ã' | 'â', ' ' | '?' | '.' | ',') | ('â', '€'))
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

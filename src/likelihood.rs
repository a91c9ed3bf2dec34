//! How likely a text is as language: its description length in bits, by a model of character sequences.
//! The model is trained on 143 languages at once (`train/src/repair.rs`), so it needs no guess of the language.
//! What follows from the number is for `decode` and `repair` to decide.
//!
//! Letters are predicted from the three characters before them, without case; case is predicted from the case
//! before it. So a text in capitals costs little more than the same text in small letters, while capitals in the
//! middle of words, which wrong decodings are full of, are expensive.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub(crate) mod alphabets;
mod case;
mod table;

use std::sync::LazyLock;

use case::Case;
use case::Kind;

use crate::characters::Table;
use crate::characters::pages;
use table::find;

pub use table::BACKOFF_STEP;
pub use table::BUCKET;
pub use table::SLOT;
pub use table::STEP;
pub use table::Slot;
pub(crate) use table::TABLE;
pub use table::buckets;
pub use table::extend;

/// The longest sequence that the model knows.
pub const ORDER: usize = 4;
/// Where the alphabets end: what is asked of their characters again and again stands in tables.
const TABLED: char = '\u{2E80}';

/// What the model sees of a character: small letters, one digit, one white space.
pub fn symbol(c: char) -> u32 {
    static SMALL: Table<char, { pages(TABLED) }> = Table::new(|c| c.to_lowercase().next().unwrap_or(c));
    match c {
        '0'..='9' | '\u{FF10}'..='\u{FF19}' => '0' as u32,
        '\t' | '\n' | '\r' => ' ' as u32,
        '\u{FF21}'..='\u{FF3A}' => c as u32 - 0xFF21 + 'a' as u32,
        '\u{FF41}'..='\u{FF5A}' => c as u32 - 0xFF41 + 'a' as u32,
        'ς' => 'σ' as u32,
        _ => SMALL.get(c).copied().unwrap_or(c) as u32,
    }
}

/// The coarse table of neighbours: see [`pair`].
pub(crate) static PAIR_TABLE: &[u8] = include_bytes!("likelihood/pairs.bin");

/// Entries of the coarse table.
pub const PAIRS: usize = 1 << 16;
/// Steps a bit in the coarse table.
pub const PAIR_STEPS: f32 = 16.0;
/// What a pair costs that the training text does not have.
pub const UNKNOWN_PAIR: u8 = 255;

/// Where a pair stands in the coarse table.
#[inline]
pub const fn pair_slot(a: char, b: char) -> usize {
    let mixed = (a as u32).wrapping_mul(0x9E37_79B1) ^ (b as u32).wrapping_mul(0x85EB_CA77);
    (mixed.wrapping_mul(0xC2B2_AE3D) >> 16) as usize
}

/// What a character costs after another one, in steps of a sixteenth of a bit, by a coarse table that is fast enough
/// to look at clean text with. Both are to be [`plain`].
#[inline]
pub fn pair(a: char, b: char) -> u8 {
    PAIR_TABLE.get(pair_slot(a, b)).copied().unwrap_or(UNKNOWN_PAIR)
}

/// Whether the coarse table knows the character: letters and signs of alphabets beyond ASCII.
#[inline]
pub const fn is_judged(c: char) -> bool {
    matches!(c, '\u{80}'..'\u{2E80}')
}

/// What the coarse table sees of a character.
#[inline]
pub const fn plain(c: char) -> char {
    match c {
        '0'..='9' => '0',
        '\t' | '\n' | '\r' | '\u{A0}' => ' ',
        c => c,
    }
}

/// Whether the training text or a national standard's first level has the character.
pub fn is_known(c: char) -> bool {
    static KNOWN: Table<bool, { pages('\u{D7FF}') }> = Table::new(|c| find(extend(0, symbol(c))).is_some());
    KNOWN.get(c).copied().unwrap_or(false)
}

/// What the model makes of a character by itself.
#[derive(Clone, Copy)]
struct Seen {
    symbol: u32,
    /// What the table has of it alone.
    alone: Option<Slot>,
    kind: Kind,
    script: Script,
}

impl Seen {
    #[inline]
    fn of(c: char) -> Seen {
        static SEEN: Table<Seen, { pages(TABLED) }> = Table::new(Seen::find);
        SEEN.get(c).copied().unwrap_or_else(|| Seen::find(c))
    }

    fn find(c: char) -> Seen {
        let symbol = symbol(c);
        Seen { symbol, alone: find(extend(0, symbol)), kind: Kind::of(c), script: Script::of(c) }
    }
}

/// Scripts that are not mixed within a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Script {
    /// No letter, or of a script that borders on others within words.
    #[default]
    Any,
    Latin,
    Greek,
    Cyrillic,
    Armenian,
    Hebrew,
    Arabic,
    Indic,
    Thai,
    Georgian,
}

impl Script {
    const fn of(c: char) -> Script {
        match c {
            'a'..='z'
            | 'A'..='Z'
            | '\u{C0}'..='\u{D6}'
            | '\u{D8}'..='\u{F6}'
            | '\u{F8}'..='\u{24F}'
            | '\u{1E00}'..='\u{1EFF}' => Script::Latin,
            '\u{370}'..='\u{3FF}' | '\u{1F00}'..='\u{1FFF}' => Script::Greek,
            '\u{400}'..='\u{52F}' => Script::Cyrillic,
            '\u{531}'..='\u{587}' => Script::Armenian,
            '\u{5D0}'..='\u{5F2}' => Script::Hebrew,
            '\u{620}'..='\u{64A}' | '\u{66E}'..='\u{6D3}' => Script::Arabic,
            '\u{900}'..='\u{DFF}' => Script::Indic,
            '\u{E00}'..='\u{EFF}' => Script::Thai,
            '\u{10A0}'..='\u{10FF}' => Script::Georgian,
            _ => Script::Any,
        }
    }
}

/// Bits for two scripts within a word.
const MIXED: f32 = 6.0;

/// Bits of an invisible hyphen.
const SOFT_HYPHEN: f32 = 3.0;

/// Bits of one more space.
const SPACE_AFTER_SPACE: f32 = 3.0;

/// Bits by which a space that no line breaks at is rarer than another one.
pub const NO_BREAK: f32 = 5.0;

/// Bits that a sign of everyday typography costs at most, however rare it is in the training text.
const SIGN: f32 = 11.0;

/// Bits of a piece of a frame after another one at most.
const FRAME: f32 = 5.0;

const fn is_frame(symbol: u32) -> bool {
    matches!(symbol, 0x2500..0x25A0)
}

const fn is_everyday_sign(c: char) -> bool {
    matches!(
        c,
        '™' | '®'
            | '©'
            | '°'
            | '…'
            | '–'
            | '—'
            | '“'
            | '”'
            | '‘'
            | '’'
            | '„'
            | '«'
            | '»'
            | '•'
            | '·'
            | '§'
            | '±'
            | '×'
            | '÷'
            | '²'
            | '³'
            | '¹'
            | '½'
            | '€'
            | '£'
            | '¥'
            | '¿'
            | '¡'
            | 'ª'
            | 'º'
            | '´'
            | '¨'
            | '¬'
            | '¦'
            | '√'
            | '−'
            | '♪'
            | '♫'
            | '★'
            | '☆'
            | '♥'
            | '→'
            | '✓'
    )
}

/// Bits for a character that the training text does not have.
fn unseen(c: char) -> f32 {
    match c {
        '\u{FFFD}' => 11.0,
        '\u{80}'..'\u{A0}' | '\u{E000}'..='\u{F8FF}' | '\u{F0000}'.. => 20.0,
        _ if c.is_control() => 18.0,
        '\u{1F000}'..'\u{20000}' | '\u{2190}'..'\u{2C00}' => 13.0,
        _ if case::is_letter(c) => 17.0,
        _ => 16.0,
    }
}

/// Bits of a character that nothing before it explains. Ideographs and syllables are too many for the training text
/// to have seen them all: among their like, those of the national standards' first levels count as equally likely.
fn alone(c: char, node: Option<Slot>, before: u32) -> f32 {
    let bits = node.map_or_else(|| unseen(c), Slot::bits);
    match (is_ideograph(c as u32), is_wide(before), node) {
        (true, true, Some(_)) => bits.min(11.5),
        (true, true, None) => 15.0,
        (true, false, Some(_)) => bits.min(15.0),
        _ => bits,
    }
}

const fn is_ideograph(c: u32) -> bool {
    matches!(c, 0x3400..=0x9FFF | 0xAC00..=0xD7A3)
}

const fn is_wide(c: u32) -> bool {
    is_ideograph(c) || matches!(c, 0x3000..=0x30FF | 0xFF00..=0xFF60)
}

/// A place in a text: what the model remembers of the characters before it.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// The symbols before, the last one first.
    before: [u32; ORDER - 1],
    /// Back-off weights of the contexts that end here, by length - 1; none where the table does not have the context.
    backoff: [Option<f32>; ORDER - 1],
    case: Case,
    script: Script,
}

static START: LazyLock<State> = LazyLock::new(|| {
    let mut state =
        State { before: [0; ORDER - 1], backoff: [None; ORDER - 1], case: Case::Start, script: Script::Any };
    state.push(' ');
    state
});

impl Default for State {
    /// The start of a text.
    fn default() -> State {
        START.clone()
    }
}

impl State {
    /// The bits of the next character.
    pub fn push(&mut self, c: char) -> f32 {
        // A place where a word may break is not part of the word.
        if c == '\u{AD}' {
            return SOFT_HYPHEN;
        }
        // The blank of Braille is what people put where spaces get lost.
        if matches!(c, '\u{A0}' | '\u{2800}') {
            return NO_BREAK + self.push(' ');
        }
        let Seen { symbol: now, alone: single, kind, script } = Seen::of(c);
        if now == ' ' as u32 && self.before[0] == now {
            return SPACE_AFTER_SPACE;
        }
        let mut key = extend(0, now);
        let mut nodes = [single, None, None, None];
        // A sequence is in the table only where the one without its last character is.
        for (order, node) in nodes.iter_mut().enumerate().skip(1) {
            let (Some(before), Some(Some(_))) = (self.before.get(order - 1), self.backoff.get(order - 1))
            else {
                break;
            };
            key = extend(key, *before);
            *node = find(key);
        }
        let mut bits = 0.0;
        let mut order = ORDER;
        while order > 1 && nodes.get(order - 1).is_some_and(Option::is_none) {
            order -= 1;
            bits += self.backoff.get(order - 1).copied().flatten().unwrap_or(0.0);
        }
        bits += match nodes.get(order - 1) {
            Some(Some(node)) if order > 1 => node.bits(),
            node => alone(c, node.copied().flatten(), self.before[0]),
        };
        for (backoff, node) in self.backoff.iter_mut().zip(nodes) {
            *backoff = node.map(Slot::backoff);
        }
        self.before = [now, self.before[0], self.before[1]];
        // Frames are made of many pieces.
        if is_frame(now) && is_frame(self.before[1]) {
            bits = bits.min(FRAME);
        }
        if bits > SIGN && is_everyday_sign(c) {
            bits = SIGN;
        }
        let (case, next) = self.case.next(kind);
        self.case = next;
        if script != Script::Any && self.script != Script::Any && script != self.script {
            bits += MIXED;
        }
        self.script = script;
        bits + case
    }
}

/// The description length of a text in bits.
pub fn bits(text: &str) -> f32 {
    let mut state = State::default();
    text.chars().map(|c| state.push(c)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_is_shorter_than_noise() {
        for (good, bad) in [
            ("Der Stadtrat tagte am Montag.", "Ded Stactrat tagte am Nontag."),
            ("Городской совет собрался в понедельник.", "цПТПДУЛПК УПЧЕФ УПВТБМУС"),
            ("café", "cafÃ©"),
            ("東京の議会は月曜日に", "譚ｱ莠ｬ縺ｮ隴ｰ莨壹�譛域屆譌･縺ｫ"),
        ] {
            assert!(bits(good) + 5.0 < bits(bad), "{good} {} {bad} {}", bits(good), bits(bad));
        }
    }

    #[test]
    fn capitals_cost_little() {
        let (small, capitals) = (bits("der stadtrat tagte am montag"), bits("DER STADTRAT TAGTE AM MONTAG"));
        assert!(capitals - small < 40.0, "{small} {capitals}");
    }
}

//! By how many bits a line gets shorter when some of its characters are read as others.

use std::collections::BTreeMap;

use crate::likelihood::State;

/// Bits that a repair must gain, and half of it where the document has shown the same pair already.
pub(super) const MARGIN: f32 = 25.0;
/// Characters beside a changed one that it can still make more or less likely.
const NEAR: usize = 6;

/// The bits of a line as it stands, from some places on, kept for every charset that is tried on it.
#[derive(Default)]
pub(super) struct Nearby {
    /// By the first character that is remembered and the first one whose bits count.
    windows: BTreeMap<(usize, usize), Window>,
}

/// The bits of some characters as they stand.
struct Window {
    /// What is remembered before the first one and after the last.
    first: State,
    last: State,
    bits: Vec<f32>,
}

impl Window {
    fn new(before: &[char]) -> Window {
        let mut state = State::default();
        for &c in before {
            state.push(c);
        }
        Window { first: state.clone(), last: state, bits: Vec::new() }
    }

    /// The bits of a character, the one of that number.
    fn bits(&mut self, number: usize, c: char) -> f32 {
        if let Some(bits) = self.bits.get(number) {
            return *bits;
        }
        let bits = self.last.push(c);
        self.bits.push(bits);
        bits
    }
}

impl Nearby {
    /// Bits by which a line gets shorter when some characters are read as others. Only what is near them is looked at;
    /// the rest costs the same.
    pub(super) fn gain(&mut self, chars: &[char], beyond: &[usize], read: impl Fn(char) -> char) -> f32 {
        let mut gain = 0.0;
        let mut at = 0;
        let mut changed = beyond.iter().copied().filter(|&at| chars.get(at).is_some_and(|&c| read(c) != c));
        while let Some(first) = changed.find(|&changed| changed >= at) {
            let from = at.max(first.saturating_sub(NEAR));
            let window = self.windows.entry((from, first));
            let before = window.or_insert_with(|| Window::new(chars.get(from..first).unwrap_or_default()));
            let mut after = before.first.clone();
            let mut same = 0;
            at = first;
            for &c in chars.iter().skip(first).chain([&' ']) {
                let to = read(c);
                gain += before.bits(at - first, c) - after.push(to);
                at += 1;
                same = if to == c { same + 1 } else { 0 };
                if same > NEAR {
                    break;
                }
                // There is no way back, or nothing that could still spoil it.
                if !(-MARGIN..=4.0 * MARGIN).contains(&gain) {
                    return gain;
                }
            }
        }
        gain
    }
}

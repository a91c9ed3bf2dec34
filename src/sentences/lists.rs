//! Lists written in one line: `1) The first item 2) The second`, `• apples • pears`. An item begins where the sign that
//! began the sentence is repeated, or counted on by one.

use super::marks::is_bullet;
use super::site::after;
use super::site::before;

/// How an item is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// Where its sign begins.
    pub(super) start: usize,
    sign: Sign,
    value: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Bullet(char),
    /// `1.`, `a)`, `(iv)`: what it counts with, whether a bracket opens, what closes.
    Counter {
        kind: Kind,
        is_opened: bool,
        close: char,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Figure,
    Letter,
    Capital,
    Roman,
}

impl Item {
    /// The item whose sign ends with the mark at `at`: a stop, a closing bracket, a bullet.
    pub(super) fn at(text: &str, at: usize) -> Option<Item> {
        let close = after(text, at)?;
        let end = at + close.len_utf8();
        if !after(text, end)?.is_whitespace() {
            return None;
        }
        if is_bullet(close) {
            let is_free = before(text, at).is_none_or(char::is_whitespace);
            return is_free.then_some(Item { start: at, sign: Sign::Bullet(close), value: 0 });
        }
        let head = text.get(..at)?;
        // `1.)`
        let head = head.strip_suffix('.').filter(|_| close == ')').unwrap_or(head);
        let digits = head.bytes().rev().take(4).take_while(u8::is_ascii_alphanumeric).count();
        let word = head.get(head.len() - digits..)?;
        let mut start = head.len() - digits;
        let is_opened = close == ')' && before(text, start) == Some('(');
        start -= usize::from(is_opened);
        if before(text, start).is_some_and(|c| !c.is_whitespace()) {
            return None;
        }
        let (kind, value) = count(word)?;
        Some(Item { start, sign: Sign::Counter { kind, is_opened, close }, value })
    }

    /// Whether `other` is the next item of the list that this one is of.
    pub(super) fn is_followed_by(&self, other: &Item) -> bool {
        match (self.sign, other.sign) {
            (Sign::Bullet(one), Sign::Bullet(two)) => one == two,
            (one, two) if one == two => other.value == self.value + 1,
            // `i)` was read as a letter, or `v` as a numeral.
            (
                Sign::Counter { kind: Kind::Letter, is_opened, close },
                Sign::Counter { kind: Kind::Roman, is_opened: o, close: c },
            ) => is_opened == o && close == c && self.value == 9 && other.value == 2,
            _ => false,
        }
    }
}

/// What a counter counts with, and how far it has come.
fn count(word: &str) -> Option<(Kind, u32)> {
    let mut bytes = word.bytes();
    let (first, second) = (bytes.next()?, bytes.next());
    if first.is_ascii_digit() {
        return (word.len() <= 2).then(|| word.parse().ok()).flatten().map(|n| (Kind::Figure, n));
    }
    if second.is_none() {
        return match first {
            b'a'..=b'z' => Some((Kind::Letter, u32::from(first - b'a') + 1)),
            b'A'..=b'Z' => Some((Kind::Capital, u32::from(first - b'A') + 1)),
            _ => None,
        };
    }
    let romans = ["ii", "iii", "iv", "v", "vi", "vii", "viii"];
    romans.iter().position(|r| *r == word).map(|i| (Kind::Roman, i as u32 + 2))
}

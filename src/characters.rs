//! What every loop over the characters of a text needs, and std is slow at: the next character as a number, and tables of
//! what is asked of characters again and again. What is asked is left to the stages.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use std::sync::OnceLock;

/// The character at the front of `bytes`, which are UTF-8, and what follows it. Nothing is checked: bytes that are no
/// UTF-8 give some number.
#[inline]
pub(crate) fn decode(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let low = |byte: u8| u32::from(byte & 0x3F);
    match *bytes {
        [a @ 0..0x80, ref rest @ ..] => Some((u32::from(a), rest)),
        [a @ 0..0xE0, b, ref rest @ ..] => Some((u32::from(a & 0x1F) << 6 | low(b), rest)),
        [a @ 0..0xF0, b, c, ref rest @ ..] => Some((u32::from(a & 0xF) << 12 | low(b) << 6 | low(c), rest)),
        [a, b, c, d, ref rest @ ..] => {
            Some((u32::from(a & 7) << 18 | low(b) << 12 | low(c) << 6 | low(d), rest))
        }
        _ => None,
    }
}

/// The bytes of ASCII at the start.
pub(crate) fn ascii_run(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let upper = u64::from_le_bytes(*word) & 0x8080_8080_8080_8080;
        if upper != 0 {
            return at * 8 + upper.trailing_zeros() as usize / 8;
        }
    }
    words.len() * 8 + rest.iter().take_while(|byte| byte.is_ascii()).count()
}

/// Characters of a page.
const PAGE: usize = 64;

/// What `of` says of each character of the first `N` pages. A page is worked out when a character of it is first met: a text
/// has characters of few pages, and a short one should not wait for all of them.
pub(crate) struct Table<T: 'static, const N: usize> {
    of: fn(char) -> T,
    pages: [OnceLock<Box<[T; PAGE]>>; N],
}

/// The pages of all characters below one.
pub(crate) const fn pages(end: char) -> usize {
    (end as usize).div_ceil(PAGE)
}

/// The pages of the basic plane.
pub(crate) const PLANE: usize = pages('\u{10000}');

impl<T: Copy, const N: usize> Table<T, N> {
    pub(crate) const fn new(of: fn(char) -> T) -> Table<T, N> {
        Table { of, pages: [const { OnceLock::new() }; N] }
    }

    /// What is said of a character, given by its number if need be; nothing beyond the pages.
    #[inline]
    pub(crate) fn get(&self, c: impl Into<u32>) -> Option<&T> {
        let c = c.into() as usize;
        let page = match self.pages.get(c / PAGE)?.get() {
            Some(page) => page,
            None => self.work_out(c / PAGE)?,
        };
        Some(&page[c % PAGE])
    }

    /// A page that was not asked for yet. Kept apart, so that a look-up takes few registers.
    #[cold]
    #[inline(never)]
    fn work_out(&self, page: usize) -> Option<&[T; PAGE]> {
        let at = |index: usize| char::from_u32((page * PAGE + index) as u32);
        let of = |index| (self.of)(at(index).unwrap_or(char::REPLACEMENT_CHARACTER));
        Some(self.pages.get(page)?.get_or_init(|| Box::new(std::array::from_fn(of))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_what_was_said_of_each_of_its_characters() {
        static NEXT: Table<u32, { pages('\u{3041}') }> = Table::new(|c| c as u32 + 1);
        for n in (0..0x3041).step_by(7) {
            assert_eq!(NEXT.get(n), Some(&(n + 1)), "{n:x}");
        }
        // The last page is a whole one.
        assert_eq!(NEXT.get('\u{307F}'), Some(&0x3080));
        assert_eq!(NEXT.get('\u{3080}'), None);
        assert_eq!(NEXT.get(u32::MAX), None);
    }

    #[test]
    fn every_character_is_decoded_as_std_does() {
        for c in '\0'..=char::MAX {
            let text = format!("{c}.");
            assert_eq!(decode(text.as_bytes()), Some((u32::from(c), ".".as_bytes())), "{c:?}");
        }
        assert_eq!(decode(b""), None);
    }
}

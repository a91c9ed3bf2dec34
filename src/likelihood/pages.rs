//! Tables of what is asked of characters again and again, filled a page at a time when a character of it is first met: a
//! text has characters of few pages, and a short one should not wait for all of them.

use std::sync::OnceLock;

/// Characters of a page.
const PAGE: usize = 64;

/// A table of the first `N` pages of characters.
pub(crate) struct Pages<T: 'static, const N: usize> {
    pages: [OnceLock<Box<[T; PAGE]>>; N],
    find: fn(char) -> T,
}

impl<T: Copy, const N: usize> Pages<T, N> {
    /// A table of what `find` gives.
    pub(crate) const fn new(find: fn(char) -> T) -> Pages<T, N> {
        Pages { pages: [const { OnceLock::new() }; N], find }
    }

    /// What the table has for a character; nothing beyond its pages.
    #[inline]
    pub(crate) fn get(&self, c: char) -> Option<&T> {
        let page = self.pages.get(c as usize / PAGE)?;
        page.get_or_init(|| Box::new(self.page(c as usize / PAGE))).get(c as usize % PAGE)
    }

    #[cold]
    fn page(&self, page: usize) -> [T; PAGE] {
        let at = |index: usize| char::from_u32((page * PAGE + index) as u32).unwrap_or('\u{FFFD}');
        std::array::from_fn(|index| (self.find)(at(index)))
    }
}

/// The pages of all characters below one.
pub(crate) const fn pages(end: char) -> usize {
    (end as usize).div_ceil(PAGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_what_was_found_for_each_of_its_characters() {
        static DOUBLED: Pages<u32, { pages('\u{100}') }> = Pages::new(|c| 2 * c as u32);
        for c in ['\0', 'a', '\u{7F}', '\u{80}', '\u{FF}'] {
            assert_eq!(DOUBLED.get(c), Some(&(2 * c as u32)));
        }
        assert_eq!(DOUBLED.get('\u{100}'), None);
    }
}

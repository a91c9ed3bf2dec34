//! Thai and Lao: whether a space ends a sentence.

use super::site::Site;

pub(super) fn ends(_: &Site<'_>) -> bool {
    false
}

//! What a character may be part of, in one look-up: a sequence of UTF-8 in some charset, a pair that another legacy charset
//! makes likelier, neighbours that do not go together, junk.

use super::alternatives;
use super::codec::Raw;
use super::mojibake::CODECS;
use super::oddity::Class;
use super::sequences::follow;
use super::unmeant;
use crate::characters::Table;
use crate::characters::pages;
use crate::likelihood;

/// What a character may be. Charsets are bits in the order of [`CODECS`].
#[derive(Clone, Copy)]
pub(crate) struct Role {
    /// The charsets in which it begins a sequence.
    pub(crate) leads: u32,
    /// Those in which it goes on with one.
    pub(crate) goes_on: u32,
    /// Those in which it begins one of two, three or four bytes.
    pub(crate) lead: [u32; 3],
    pub(crate) class: Class,
    /// Whether legacy text is misread in it.
    pub(crate) is_legacy: bool,
    /// Whether it has to be looked at on its own: it is a space, or may be junk or not in normal form, see
    /// [`unmeant::odd`].
    pub(crate) is_odd: bool,
}

/// A character that is part of nothing.
pub(crate) static NONE: Role =
    Role { leads: 0, goes_on: 0, lead: [0; 3], class: Class::Plain, is_legacy: false, is_odd: false };

/// Where the characters end that may be part of sequences; three of Mac Roman's that are not are in no text.
pub(crate) const TABLED: char = '\u{2700}';

/// Of those between the two, only the class counts.
static ROLES: Table<Role, { pages('\u{2E80}') }> = Table::new(Role::find);

/// What a character may be.
#[inline]
pub(crate) fn of(c: char) -> &'static Role {
    ROLES.get(c).unwrap_or(&NONE)
}

impl Role {
    fn find(c: char) -> Role {
        let mut role = Role { class: Class::of(c), ..NONE };
        if c >= TABLED || c.is_ascii() {
            return role;
        }
        // What counts as a space is no letter of any charset.
        let is_space = !likelihood::is_judged(likelihood::plain(c));
        role.is_legacy = !is_space && alternatives::bytes(c).next().is_some();
        let befores = [' ', '\u{64B}', '\u{E48}'];
        role.is_odd = is_space
            || befores.iter().any(|&before| unmeant::odd(before, c) != (false, false))
            || unmeant::may_join(c)
            || c == '€';
        for (bit, codec) in CODECS.iter().enumerate().filter(|(_, codec)| codec.is_single()) {
            for raw in codec.raws(c) {
                let Raw::One(byte) = raw else { continue };
                match follow(byte) {
                    Some(count) => {
                        if let Some(lead) = role.lead.get_mut(count - 1) {
                            *lead |= 1 << bit;
                            role.leads |= 1 << bit;
                        }
                    }
                    None if byte & 0xC0 == 0x80 => role.goes_on |= 1 << bit,
                    None => {}
                }
            }
        }
        role
    }
}

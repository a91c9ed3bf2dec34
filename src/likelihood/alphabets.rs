//! Which languages write which Latin letters beyond ASCII. Letters that no language has together are what a line looks
//! like that was read in a neighbouring charset: `Dìlníci opravili støechu` is not Czech, and nothing else.
//! How likely the letters are as words is left to the model; what follows from it, to `decode` and `repair`.

use std::sync::LazyLock;

use crate::characters::ascii_run;
use crate::characters::decode;

/// The letters beyond ASCII of each language, those of common loan words among them, without capitals. Languages that use
/// the same ones share a row; Vietnamese and others with letters that no charset of single bytes has are left out.
const ALPHABETS: [&str; 46] = [
    "çë",                // Albanian
    "âêëéèïîôûáóú",      // Afrikaans, Frisian
    "çəğıİöşü",          // Azerbaijani
    "ñüç",               // Basque
    "âêîôûñùü",          // Breton
    "čćđšž",             // Bosnian, Croatian, Serbian, Slovene
    "àçèéíïòóúü",        // Catalan
    "áčďéěíňóřšťúůýž",   // Czech
    "ãąéëłńòóôùż",       // Kashubian
    "âêîôûŵŷáéíóäëïö",   // Welsh
    "æøåéèêóòôâ",        // Danish, Norwegian
    "äöüßé",             // German, Low German
    "ĉĝĥĵŝŭ",            // Esperanto
    "áéíñóúü",           // Spanish, Galician, Asturian
    "äõöüšž",            // Estonian
    "äöåšž",             // Finnish
    "áðíóúýæø",          // Faroese
    "àâæçéèêëîïôœùûü",   // French
    "áéíóú",             // Irish
    "àèìòùáéó",          // Gaelic
    "äöüëéèêô",          // Luxembourgish
    "ćčěłńóřšśžźŕ",      // Sorbian
    "áéíóöőúüű",         // Hungarian
    "áðéíóúýþæö",        // Icelandic
    "àèéìíòóùúî",        // Italian
    "çêîşû",             // Kurdish
    "ąčęėįšųūž",         // Lithuanian
    "āčēģīķļņšūžō",      // Latvian, Latgalian
    "āēīōū",             // Maori, Hawaiian, Latin
    "ċġħżàèìòùé",        // Maltese
    "ëéïèöüêáóç",        // Dutch
    "àáçéèíïóòúü",       // Occitan
    "ąćęłńóśźż",         // Polish
    "ãćłńōŏôõśźż",       // Silesian
    "àèéëìòóù",          // Piedmontese
    "áâãàçéêíóôõú",      // Portuguese
    "ăâîșțşţ",           // Romanian
    "áčđŋšŧž",           // Sami
    "áäčďéíĺľňóôŕšťúýž", // Slovak
    "åäöéüà",            // Swedish
    "çäňöşüýž",          // Turkmen
    "áàâéíóúñîû",        // Tagalog and its neighbours
    "çğıİöşüâîû",        // Turkish
    "çğıİñöşüâ",         // Tatar of the Crimea
    "äçêıİöşţü",         // Gagauz
    "àéëñóŋ",            // Wolof
];

/// Languages, as bits in the order of [`ALPHABETS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Languages(u64);

/// Letters are those of charsets of single bytes, in the order of Unicode.
const FIRST: char = '\u{C0}';
const LETTERS: usize = 0x250 - FIRST as usize;

/// The languages of each character from [`FIRST`] on: all of them where it is no letter.
static LANGUAGES: LazyLock<[Languages; LETTERS]> = LazyLock::new(|| {
    let mut languages = std::array::from_fn(|at| match char::from_u32(FIRST as u32 + at as u32) {
        Some(c) if c.is_alphabetic() => Languages(0),
        _ => Languages::ALL,
    });
    for (n, alphabet) in ALPHABETS.iter().enumerate() {
        for letter in alphabet.chars().chain(alphabet.chars().flat_map(char::to_uppercase)) {
            if let Some(Languages(known)) =
                (letter as usize).checked_sub(FIRST as usize).and_then(|at| languages.get_mut(at))
            {
                *known |= 1 << n;
            }
        }
    }
    languages
});

impl Languages {
    /// All of them, and those besides.
    const ALL: Languages = Languages(u64::MAX);

    /// The languages that have the character.
    fn of(c: u32) -> Languages {
        let at = (c as usize).checked_sub(FIRST as usize);
        at.and_then(|at| LANGUAGES.get(at)).copied().unwrap_or(Languages::ALL)
    }

    const fn and(self, other: Languages) -> Languages {
        Languages(self.0 & other.0)
    }

    /// Whether there is none.
    pub(crate) const fn is_none(self) -> bool {
        self.0 == 0
    }

    /// The languages that have all of some characters.
    pub(crate) fn of_all(characters: impl Iterator<Item = char>) -> Languages {
        characters.fold(Languages::ALL, |all, c| all.and(Languages::of(u32::from(c))))
    }
}

/// Whether no language has all letters of a line, and charsets of single bytes have them.
pub(crate) fn is_of_none(line: &str) -> bool {
    let mut languages = Languages::ALL;
    let mut rest = line.as_bytes();
    while let Some((c, after)) = rest.get(ascii_run(rest)..).and_then(decode) {
        languages = languages.and(Languages::of(c));
        if languages.is_none() {
            return !line.chars().any(|c| ('\u{1E00}'..'\u{2000}').contains(&c));
        }
        rest = after;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_one_language_are_told_from_letters_of_none() {
        for line in [
            "Příliš žluťoučký kůň",
            "Ångström går på isen",
            "İzmir’de yağmur",
            "ÁRVÍZTŰRŐ TÜKÖRFÚRÓGÉP",
            "naïve",
        ] {
            assert!(!is_of_none(line), "{line}");
        }
        for line in ["Pøíliš žluouèký kùò", "Týp çalýþmalarý", "Kovaè, Škof", "A szõlõ és a bükk"]
        {
            assert!(is_of_none(line), "{line}");
        }
        // Other alphabets, and letters that no charset of single bytes has.
        for line in ["Привет, мир", "Tiếng Việt rất đẹp ì", "²³§«»"] {
            assert!(!is_of_none(line), "{line}");
        }
    }
}

//! Names the language of sentences, with the document as context. Where the evidence does not carry a decision, the
//! answer is `und`, never a default.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::document::Lang;
use crate::document::Span;

/// A language and how sure we are of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Identified {
    /// The language, `und` when undecided.
    pub lang: Lang,
    /// The probability that it is right, 0 to 1; 0 for `und`.
    pub confidence: f32,
}

/// Letters below which a sentence alone says too little to go against its document.
const SHORT: usize = 60;
/// Letters below which nothing is said.
const FEWEST: usize = 3;

/// The language of a text taken as a whole.
pub fn identify(text: &str) -> Identified {
    if text.chars().filter(|c| c.is_alphabetic()).take(FEWEST).count() < FEWEST {
        return Identified::default();
    }
    whatlang::detect(text).map_or_else(Identified::default, |info| Identified {
        lang: tag(info.lang()),
        confidence: info.confidence() as f32,
    })
}

/// The language of each sentence of a text: its own where it is long enough to speak for itself, else the document's.
pub fn identify_sentences(text: &str, spans: &[Span]) -> Vec<Identified> {
    let document = identify(text);
    spans
        .iter()
        .map(|span| {
            let sentence = span.of(text);
            let letters = sentence.chars().filter(|c| c.is_alphabetic()).count();
            if letters < FEWEST {
                return Identified::default();
            }
            let own = identify(sentence);
            if own.lang == document.lang || (letters >= SHORT && own.confidence >= 0.9) {
                own
            } else {
                document
            }
        })
        .collect()
}

fn tag(lang: whatlang::Lang) -> Lang {
    use whatlang::Lang as L;
    Lang::new(match lang {
        L::Epo => "eo",
        L::Eng => "en",
        L::Rus => "ru",
        L::Cmn => "zh",
        L::Spa => "es",
        L::Por => "pt",
        L::Ita => "it",
        L::Ben => "bn",
        L::Fra => "fr",
        L::Deu => "de",
        L::Ukr => "uk",
        L::Kat => "ka",
        L::Ara => "ar",
        L::Hin => "hi",
        L::Jpn => "ja",
        L::Heb => "he",
        L::Yid => "yi",
        L::Pol => "pl",
        L::Amh => "am",
        L::Jav => "jv",
        L::Kor => "ko",
        L::Nob => "nb",
        L::Dan => "da",
        L::Swe => "sv",
        L::Fin => "fi",
        L::Tur => "tr",
        L::Nld => "nl",
        L::Hun => "hu",
        L::Ces => "cs",
        L::Ell => "el",
        L::Bul => "bg",
        L::Bel => "be",
        L::Mar => "mr",
        L::Kan => "kn",
        L::Ron => "ro",
        L::Slv => "sl",
        L::Hrv => "hr",
        L::Srp => "sr",
        L::Mkd => "mk",
        L::Lit => "lt",
        L::Lav => "lv",
        L::Est => "et",
        L::Tam => "ta",
        L::Vie => "vi",
        L::Urd => "ur",
        L::Tha => "th",
        L::Guj => "gu",
        L::Uzb => "uz",
        L::Pan => "pa",
        L::Aze => "az",
        L::Ind => "id",
        L::Tel => "te",
        L::Pes => "fa",
        L::Mal => "ml",
        L::Ori => "or",
        L::Mya => "my",
        L::Nep => "ne",
        L::Sin => "si",
        L::Khm => "km",
        L::Tuk => "tk",
        L::Aka => "ak",
        L::Zul => "zu",
        L::Sna => "sn",
        L::Afr => "af",
        L::Lat => "la",
        L::Slk => "sk",
        L::Cat => "ca",
        L::Tgl => "tl",
        L::Hye => "hy",
        L::Cym => "cy",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_letters_no_language() {
        assert_eq!(identify("12.04.2024, 17:30").lang, Lang::UND);
        assert_eq!(identify("").lang, Lang::UND);
    }

    #[test]
    fn short_sentences_follow_their_document() {
        let text =
            "The government said on Monday that it would withdraw its troops from the country. He said no.";
        let spans = crate::sentences::segment(text, Lang::UND);
        let langs: Vec<&str> = identify_sentences(text, &spans).iter().map(|i| i.lang.tag()).collect();
        assert_eq!(langs, ["en", "en"]);
    }
}

//! The languages that can be answered and their codes. The order of the table is that of the model's columns, so a
//! change here needs a new model (train/src/language).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::script::Script;
use crate::config::LangCodes;
use crate::document::Lang;

/// A language by its place in [`LANGUAGES`].
pub type Index = usize;

/// BCP 47 tag in its shortest form, ISO 639-3, GlotLID's label, script.
#[rustfmt::skip]
pub const LANGUAGES: [(&str, &str, &str, Script); 114] = [
    ("af", "afr", "afr_Latn", Script::Latin),
    ("ak", "aka", "twi_Latn", Script::Latin),
    ("am", "amh", "amh_Ethi", Script::Ethiopic),
    ("ar", "arb", "arb_Arab", Script::Arabic),
    ("az", "aze", "azj_Latn", Script::Latin),
    ("be", "bel", "bel_Cyrl", Script::Cyrillic),
    ("bg", "bul", "bul_Cyrl", Script::Cyrillic),
    ("bho", "bho", "bho_Deva", Script::Devanagari),
    ("bn", "ben", "ben_Beng", Script::Bengali),
    ("br", "bre", "bre_Latn", Script::Latin),
    ("bs", "bos", "bos_Latn", Script::Latin),
    ("ca", "cat", "cat_Latn", Script::Latin),
    ("cs", "ces", "ces_Latn", Script::Latin),
    ("cy", "cym", "cym_Latn", Script::Latin),
    ("da", "dan", "dan_Latn", Script::Latin),
    ("de", "deu", "deu_Latn", Script::Latin),
    ("el", "ell", "ell_Grek", Script::Greek),
    ("en", "eng", "eng_Latn", Script::Latin),
    ("eo", "epo", "epo_Latn", Script::Latin),
    ("es", "spa", "spa_Latn", Script::Latin),
    ("et", "est", "ekk_Latn", Script::Latin),
    ("eu", "eus", "eus_Latn", Script::Latin),
    ("fa", "fas", "fas_Arab", Script::Arabic),
    ("fi", "fin", "fin_Latn", Script::Latin),
    ("fo", "fao", "fao_Latn", Script::Latin),
    ("fr", "fra", "fra_Latn", Script::Latin),
    ("ga", "gle", "gle_Latn", Script::Latin),
    ("gd", "gla", "gla_Latn", Script::Latin),
    ("gl", "glg", "glg_Latn", Script::Latin),
    ("gu", "guj", "guj_Gujr", Script::Gujarati),
    ("ha", "hau", "hau_Latn", Script::Latin),
    ("he", "heb", "heb_Hebr", Script::Hebrew),
    ("hi", "hin", "hin_Deva", Script::Devanagari),
    ("hr", "hrv", "hrv_Latn", Script::Latin),
    ("hu", "hun", "hun_Latn", Script::Latin),
    ("hy", "hye", "hye_Armn", Script::Armenian),
    ("id", "ind", "ind_Latn", Script::Latin),
    ("ig", "ibo", "ibo_Latn", Script::Latin),
    ("is", "isl", "isl_Latn", Script::Latin),
    ("it", "ita", "ita_Latn", Script::Latin),
    ("ja", "jpn", "jpn_Jpan", Script::Han),
    ("jv", "jav", "jav_Latn", Script::Latin),
    ("ka", "kat", "kat_Geor", Script::Georgian),
    ("kk", "kaz", "kaz_Cyrl", Script::Cyrillic),
    ("km", "khm", "khm_Khmr", Script::Khmer),
    ("kn", "kan", "kan_Knda", Script::Kannada),
    ("ko", "kor", "kor_Hang", Script::Hangul),
    ("ku", "kmr", "kmr_Latn", Script::Latin),
    ("ky", "kir", "kir_Cyrl", Script::Cyrillic),
    ("la", "lat", "lat_Latn", Script::Latin),
    ("lb", "ltz", "ltz_Latn", Script::Latin),
    ("lg", "lug", "lug_Latn", Script::Latin),
    ("ln", "lin", "lin_Latn", Script::Latin),
    ("lo", "lao", "lao_Laoo", Script::Lao),
    ("lt", "lit", "lit_Latn", Script::Latin),
    ("lv", "lav", "lvs_Latn", Script::Latin),
    ("mi", "mri", "mri_Latn", Script::Latin),
    ("mk", "mkd", "mkd_Cyrl", Script::Cyrillic),
    ("ml", "mal", "mal_Mlym", Script::Malayalam),
    ("mn", "mon", "khk_Cyrl", Script::Cyrillic),
    ("mr", "mar", "mar_Deva", Script::Devanagari),
    ("ms", "msa", "zsm_Latn", Script::Latin),
    ("mt", "mlt", "mlt_Latn", Script::Latin),
    ("my", "mya", "mya_Mymr", Script::Myanmar),
    ("nb", "nob", "nob_Latn", Script::Latin),
    ("ne", "nep", "npi_Deva", Script::Devanagari),
    ("nl", "nld", "nld_Latn", Script::Latin),
    ("nn", "nno", "nno_Latn", Script::Latin),
    ("om", "orm", "gaz_Latn", Script::Latin),
    ("or", "ori", "ory_Orya", Script::Odia),
    ("pa", "pan", "pan_Guru", Script::Gurmukhi),
    ("pl", "pol", "pol_Latn", Script::Latin),
    ("ps", "pus", "pbt_Arab", Script::Arabic),
    ("pt", "por", "por_Latn", Script::Latin),
    ("rn", "run", "run_Latn", Script::Latin),
    ("ro", "ron", "ron_Latn", Script::Latin),
    ("ru", "rus", "rus_Cyrl", Script::Cyrillic),
    ("rw", "kin", "kin_Latn", Script::Latin),
    ("sd", "snd", "snd_Arab", Script::Arabic),
    ("si", "sin", "sin_Sinh", Script::Sinhala),
    ("sk", "slk", "slk_Latn", Script::Latin),
    ("sl", "slv", "slv_Latn", Script::Latin),
    ("sn", "sna", "sna_Latn", Script::Latin),
    ("so", "som", "som_Latn", Script::Latin),
    ("sq", "sqi", "als_Latn", Script::Latin),
    ("sr", "srp", "srp_Cyrl", Script::Cyrillic),
    ("sr-Latn", "srp", "srp_Latn", Script::Latin),
    ("st", "sot", "sot_Latn", Script::Latin),
    ("sv", "swe", "swe_Latn", Script::Latin),
    ("sw", "swa", "swh_Latn", Script::Latin),
    ("ta", "tam", "tam_Taml", Script::Tamil),
    ("te", "tel", "tel_Telu", Script::Telugu),
    ("tg", "tgk", "tgk_Cyrl", Script::Cyrillic),
    ("th", "tha", "tha_Thai", Script::Thai),
    ("ti", "tir", "tir_Ethi", Script::Ethiopic),
    ("tk", "tuk", "tuk_Latn", Script::Latin),
    ("tl", "tgl", "tgl_Latn", Script::Latin),
    ("tn", "tsn", "tsn_Latn", Script::Latin),
    ("tr", "tur", "tur_Latn", Script::Latin),
    ("ts", "tso", "tso_Latn", Script::Latin),
    ("tt", "tat", "tat_Cyrl", Script::Cyrillic),
    ("ug", "uig", "uig_Arab", Script::Arabic),
    ("uk", "ukr", "ukr_Cyrl", Script::Cyrillic),
    ("ur", "urd", "urd_Arab", Script::Arabic),
    ("uz", "uzb", "uzn_Latn", Script::Latin),
    ("vi", "vie", "vie_Latn", Script::Latin),
    ("wo", "wol", "wol_Latn", Script::Latin),
    ("xh", "xho", "xho_Latn", Script::Latin),
    ("yi", "yid", "ydd_Hebr", Script::Hebrew),
    ("yo", "yor", "yor_Latn", Script::Latin),
    ("yue", "yue", "yue_Hani", Script::Han),
    ("zh", "cmn", "cmn_Hani", Script::Han),
    ("zh-Hant", "cmn", "cmn_Hani", Script::Han),
    ("zu", "zul", "zul_Latn", Script::Latin),
];

/// The tag of a language in the wanted kind of code.
pub(super) fn lang(index: Index, codes: LangCodes) -> Lang {
    LANGUAGES.get(index).map_or(Lang::UND, |(tag, iso, glotlid, _)| {
        Lang::new(match codes {
            LangCodes::Bcp47 => tag,
            LangCodes::Iso6393 => iso,
            LangCodes::Glotlid => glotlid,
        })
    })
}

/// The languages that a user's code means: one by a tag or label, and every script of it by a bare language.
pub fn find(code: &str) -> impl Iterator<Item = Index> + '_ {
    // Tags mean the same in capitals.
    let wanted = code.trim().to_ascii_lowercase();
    let alias = match wanted.as_str() {
        "no" | "nor" => "nb",
        "kmr" => "ku",
        "fil" => "tl",
        "zh-hans" => "zh",
        "sr-cyrl" => "sr",
        "tw" => "ak",
        other => other,
    }
    .to_owned();
    LANGUAGES.iter().enumerate().filter_map(move |(index, (tag, iso, glotlid, _))| {
        let bare = tag.split('-').next().unwrap_or(tag);
        // `zh` and `sr` mean both scripts; `zh-Hans` and `sr-Cyrl` only the one.
        let is_wanted = if alias == wanted || matches!(wanted.as_str(), "no" | "nor" | "kmr" | "fil" | "tw") {
            [*tag, bare, iso, glotlid].iter().any(|code| code.eq_ignore_ascii_case(&alias))
        } else {
            tag.eq_ignore_ascii_case(&alias)
        };
        is_wanted.then_some(index)
    })
}

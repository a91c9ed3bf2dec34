//! The full stop: after abbreviations, initials, numbers, in addresses, without a space after it.

use super::lists::Item;
use super::marks::Mark;
use super::marks::is_bullet;
use super::marks::is_closer;
use super::marks::is_dash;
use super::marks::is_georgian;
use super::marks::is_opener;
use super::marks::is_quote;
use super::marks::is_small;
use super::marks::is_uncased;
use super::rules::CUT;
use super::rules::Context;
use super::rules::JOIN;
use super::rules::Opinion;
use super::rules::follows;
use super::rules::is_armenian;
use super::site::Gap;
use super::site::Site;
use super::site::after;
use super::site::is_combining;
use super::words;
use super::words::Kind;
use super::words::Langs;

/// Every question that a single dot raises.
pub(super) fn stops(site: &Site<'_>, context: &mut Context<'_>) -> Opinion {
    if site.kind != Mark::Dot {
        return None;
    }
    if site.gap == Gap::None {
        return Some(missing_space(site, context));
    }
    if armenian_comma(site, context) {
        return JOIN;
    }
    let next = site.next_letter()?;
    if is_small(next) {
        return Some(lower_start(site, context));
    }
    if site.is_closed() || next == '№' {
        return Some(next != '№');
    }
    let word = site.word();
    if site.is_detached && !next.is_numeric() && !word.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return CUT;
    }
    list_number(site, word)
        .or_else(|| spaced(site, word, context))
        .or_else(|| number(site, word, context))
        .or_else(|| initial(site, word, context))
        .or_else(|| acronym(site, word, context))
        .or_else(|| listed(site, word, context))
        .or_else(|| vowelless(site, word, context))
        .or(CUT)
}

/// Whether the next word begins sentences rather than names: frequent in lower case, or a dash, or an opening quote.
fn starts_sentence(site: &Site<'_>, context: &mut Context<'_>) -> bool {
    let is_item = site.next_char().is_some_and(|c| is_dash(c) || is_bullet(c));
    is_item || words::is_frequent(site.next_word(), || context.langs(site.start))
}

/// `Ghana.In December`: a lower-case word, a stop, a capitalised word; no address, file or domain.
fn missing_space(site: &Site<'_>, context: &mut Context<'_>) -> bool {
    let word = site.word();
    let Some(next) = site.next_char() else { return true };
    if site.is_closed() {
        return next.is_uppercase();
    }
    let word = word.trim_end_matches(|c: char| is_quote(c) || is_closer(c));
    let next = if is_quote(next) || is_opener(next) { site.next_letter().unwrap_or(next) } else { next };
    if word.ends_with(|c: char| c.is_ascii_digit()) && next.is_uppercase() {
        return starts_sentence(site, context);
    }
    if is_uncased(next) {
        return uncased(site, word, context);
    }
    let letters = word.chars().rev().take_while(|c| c.is_lowercase() || is_combining(*c)).count();
    let is_word = letters > 2 || letters == 2 && word.chars().count() == 3;
    let is_address = word.contains(['.', '/', '@', ':', '_', '=', '&', '#']);
    if !is_word
        || is_address
        || !next.is_uppercase()
        || words::abbreviation(word, || context.langs(site.start)).is_some()
    {
        return false;
    }
    let then = site.next_word();
    let rest = then.chars().skip(1);
    let titled = rest.clone().all(char::is_lowercase);
    let end = site.next_word_at() + then.len();
    let follows = after(site.text, end);
    let is_title = follows == Some('.') && words::may_abbreviate(then, || context.langs(site.start));
    let is_free =
        is_title || follows.is_none_or(|c| c.is_whitespace() || matches!(c, ',' | '\'' | '’' | '-'));
    titled && is_free && (rest.count() > 0 || follows == Some(' '))
}

/// `했다.그는`, `تنمو.وأضاف`: two words of a script without capitals, neither an abbreviation, an initial or a part of an
/// address.
fn uncased(site: &Site<'_>, word: &str, context: &mut Context<'_>) -> bool {
    let is_letter = |c: char| is_uncased(c) || is_combining(c);
    if !word.chars().all(is_letter) || words::abbreviation(word, || context.langs(site.start)).is_some() {
        return false;
    }
    let then = site.next_word();
    let follows = after(site.text, site.next_word_at() + then.len());
    let is_free = follows.is_none_or(|c| c.is_whitespace() || matches!(c, ',' | '\u{60c}' | '"' | '”'));
    is_free && is_long(word, || context.langs(site.start)) && then.chars().nth(1).is_some()
}

/// Whether a word of a script without capitals is too long to be the name of a letter or an abbreviation.
fn is_long(word: &str, langs: impl FnOnce() -> Langs) -> bool {
    let least = match word.chars().next() {
        // A syllable is a character.
        Some('\u{1200}'..='\u{139f}' | '\u{ac00}'..='\u{d7a3}') => 2,
        // Names of letters are written out: `एस`, `డబ్ల్యూ`.
        Some('\u{900}'..='\u{dff}') => 4,
        _ => 3,
    };
    word.chars().filter(|c| c.is_alphabetic()).nth(least - 1).is_some()
        && (!word.starts_with(is_georgian) || word.chars().any(is_vowel))
        || least == 4 && word.chars().nth(2).is_some() && words::is_frequent(word, langs)
}

/// A sentence that begins in lower case: the word before the stop is too long for an abbreviation and is not cut short
/// (abbreviations end in a consonant), or the next word is a frequent one.
fn lower_start(site: &Site<'_>, context: &mut Context<'_>) -> bool {
    let word = site.word().trim_end_matches(')');
    let mut letters = word.chars();
    let is_name = letters.next().is_some_and(char::is_uppercase);
    let is_plain = letters.all(|c| c.is_lowercase() || is_combining(c));
    if !is_plain || site.is_closed() || site.is_detached || site.next_char().is_some_and(is_dash) {
        return false;
    }
    let langs = context.langs(site.start);
    let is_led = langs != 0 && words::is_frequent(site.next_word(), || langs);
    if words::abbreviation(word, || langs).is_some() {
        return false;
    }
    if matches!(site.next_char(), Some('\'' | '’')) && is_cut_short(site) {
        return true;
    }
    match word.chars().count() {
        0..3 => return false,
        3..5 => return !is_name && is_led && words::is_frequent(word, || langs),
        _ => {}
    }
    let from = site.next + usize::from(site.next_char() == Some('('));
    if Item::at(site.text, from + site.next_word().len()).is_some_and(|item| item.start == site.next) {
        return true;
    }
    let ends_in_vowel = word.chars().next_back().is_some_and(is_vowel);
    if is_name { ends_in_vowel && is_led } else { ends_in_vowel || is_led }
}

/// `'s Avonds`, `'n Man`: Dutch and Afrikaans put the capital on the second word.
fn is_cut_short(site: &Site<'_>) -> bool {
    let at = site.next_word_at();
    let mut rest = site.text.get(at..).unwrap_or_default().chars();
    matches!(rest.next(), Some('s' | 't' | 'n'))
        && rest.next() == Some(' ')
        && rest.next().is_some_and(char::is_uppercase)
}

/// Armenian writes its full stop as `։` or `:`; where a text does, a dot is a lesser pause.
fn armenian_comma(site: &Site<'_>, context: &mut Context<'_>) -> bool {
    context.has_armenian_stops() && follows(site, is_armenian)
}

/// `1. The first item`, `4.1. Scope`: a number, letter or numeral that begins the sentence.
fn list_number(site: &Site<'_>, word: &str) -> Opinion {
    let lead = site.lead(24);
    if lead.len() + site.sentence < site.start {
        return None;
    }
    let lead = lead.trim_start_matches(|c: char| is_bullet(c) || is_dash(c) || c.is_whitespace());
    if lead.trim_end() != word || word.is_empty() {
        return None;
    }
    let figures =
        word.len() <= 8 && word.split('.').all(|p| p.len() <= 4 && p.bytes().all(|b| b.is_ascii_digit()));
    let letter = word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
    (figures || letter || is_numeral(word)).then_some(false)
}

/// A Roman numeral of the smaller numbers.
fn is_numeral(word: &str) -> bool {
    (1..=6).contains(&word.len())
        && (word.bytes().all(|b| matches!(b, b'i' | b'v' | b'x'))
            || word.bytes().all(|b| matches!(b, b'I' | b'V' | b'X' | b'L')))
}

/// Abbreviations of the lists whose parts stand apart: `z. B.`, `и т. д.`
fn spaced(site: &Site<'_>, word: &str, context: &mut Context<'_>) -> Opinion {
    if word.len() > 8 || site.char_before(word) != Some('.') {
        return None;
    }
    let first = site.word_before();
    if first.len() > 8 {
        return None;
    }
    let kind = words::spaced_abbreviation(first, word, || context.langs(site.start))?;
    Some(kind == Kind::Last || kind == Kind::Either && starts_sentence(site, context))
}

/// Ordinals (`18. Januar`, `3. Platz`, `XX. století`) against numbers that end a sentence.
fn number(site: &Site<'_>, word: &str, context: &mut Context<'_>) -> Opinion {
    let digits = word.bytes().rev().take_while(u8::is_ascii_digit).count();
    let is_roman = word.len() > 1 && is_numeral(word) && word.bytes().all(|b| b.is_ascii_uppercase());
    if digits == 0 && !is_roman {
        return None;
    }
    if let Some(is_inner) = year_first(site, digits) {
        return Some(!is_inner);
    }
    let rest = word.get(..word.len() - digits).unwrap_or_default();
    let is_short =
        is_roman || digits <= 2 && (rest.is_empty() || rest.ends_with(['.', '/', '-', '\u{2013}']));
    let next = site.next_letter()?;
    if !is_short {
        return CUT;
    }
    let langs = context.langs(site.start);
    if next.is_ascii_digit() {
        // `5. 6. 2010`
        let then = site.next_word();
        let is_date = then.len() <= 2 && after(site.text, site.next_word_at() + then.len()) == Some('.')
            || digits <= 2 && then.len() == 4 && rest.len() > 1;
        return Some(!is_date);
    }
    if !words::has_ordinals(langs) || starts_sentence(site, context) {
        return CUT;
    }
    let is_led = words::is_frequent(site.word_before(), || langs);
    let is_noun = words::has_capital_nouns(langs);
    Some(!(is_led || is_noun && !is_roman))
}

/// `2021. 5. 12.`: whether the stop stands inside a date, or at its end and no capital follows.
fn year_first(site: &Site<'_>, digits: usize) -> Opinion {
    let part = |text: &str, lens: std::ops::RangeInclusive<usize>| {
        let len = text.bytes().take(5).take_while(u8::is_ascii_digit).count();
        let is_part = lens.contains(&len) && text.as_bytes().get(len) == Some(&b'.');
        is_part
            .then(|| text.get(len + 1..).unwrap_or_default().trim_start_matches(' ').len())
            .map(|left| text.len() - left)
    };
    let from = |text: &str| -> Option<usize> {
        let year = part(text, 4..=4)?;
        let month = part(text.get(year..)?, 1..=2)?;
        Some(year + month + part(text.get(year + month..)?, 1..=2)?)
    };
    if digits == 4 {
        return from(site.text.get(site.start - 4..)?).map(|_| true);
    }
    if digits > 2 || !site.next_letter().is_some_and(is_uncased) {
        return None;
    }
    let lead = site.lead(16);
    let year = lead.find(|c: char| c.is_ascii_digit())?;
    let head = site.start - lead.len() + year;
    let is_date = from(site.text.get(head..)?) == Some(site.next - head);
    is_date.then_some(true)
}

/// `J. Smith`, `J. R. R. Tolkien`: one capital and a stop.
fn initial(site: &Site<'_>, word: &str, context: &mut Context<'_>) -> Opinion {
    let c = word.chars().next_back()?;
    let rest = word.get(..word.len() - c.len_utf8())?;
    if !(rest.is_empty() || rest.ends_with(['.', '-', '\u{2011}'])) || !c.is_alphabetic() {
        return None;
    }
    if c.is_lowercase() {
        // `г. Москва`, `p. Müller`; a dotted acronym is another rule's.
        return rest.is_empty().then(|| unit_ends(site) || starts_sentence(site, context));
    }
    // `J.-P. Martin`
    if rest.contains('.') && !rest.ends_with(['-', '\u{2011}']) {
        return None;
    }
    // `between 10 and 15 C.`; a letter before a script without capitals.
    let is_degree = site.is_after_figure();
    let next = site.next_letter()?;
    if !next.is_numeric() && (is_degree || c.is_ascii() && !next.is_uppercase()) {
        return CUT;
    }
    Some(starts_sentence(site, context))
}

/// `in 1399 r. Rycerz`: a letter after a figure is a unit or a year, and may end the sentence; not when the sentence has
/// hardly begun (`1380 ж. Иранды`), nor before an initial or another abbreviation (`330 v. Chr.`).
fn unit_ends(site: &Site<'_>) -> bool {
    let is_measure = site.is_after_figure();
    is_measure
        && is_begun(site)
        && site.next_word().starts_with(char::is_uppercase)
        && !before_abbreviation(site)
}

/// `U.S. President` against `the U.S. He`.
fn acronym(site: &Site<'_>, word: &str, context: &mut Context<'_>) -> Opinion {
    if !word.contains('.')
        || !word
            .split('.')
            .all(|part| (1..=3).contains(&part.chars().count()) && part.chars().all(char::is_alphabetic))
    {
        return None;
    }
    match words::abbreviation(word, || context.langs(site.start)) {
        Some(Kind::Title) => JOIN,
        Some(Kind::Last) => Some(may_be_last(site)),
        _ => Some(starts_sentence(site, context)),
    }
}

/// Whether an abbreviation that mostly ends a sentence does: not before a short word in capitals (`Co. KG`, `mlrd. EUR`,
/// `p.m. PDT`), nor before a title when the sentence has hardly begun (`At 5 a.m. Mr. Bell rose`).
fn may_be_last(site: &Site<'_>) -> bool {
    let next = site.next_word();
    let is_capitals = (2..=4).contains(&next.len()) && next.bytes().all(|b| b.is_ascii_uppercase());
    !is_capitals && (is_begun(site) || !before_abbreviation(site))
}

/// Whether the sentence has got beyond its first words.
fn is_begun(site: &Site<'_>) -> bool {
    site.lead(96).chars().count() > 20
}

/// Whether the next word is an initial or an abbreviation, too.
fn before_abbreviation(site: &Site<'_>) -> bool {
    let next = site.next_word();
    let is_stopped = after(site.text, site.next_word_at() + next.len()) == Some('.');
    is_stopped && (next.chars().count() == 1 || words::may_abbreviate(next, || 0))
}

/// Abbreviations of the lists.
fn listed(site: &Site<'_>, word: &str, context: &mut Context<'_>) -> Opinion {
    let is_joined = word.bytes().fold(false, |joined, b| joined | matches!(b, b'\'' | b'-' | 0xE2));
    let word = if is_joined { last_part(word) } else { word };
    let word = if is_street(site, word, context) { "str" } else { word };
    let next = site.next_letter()?;
    if next.is_numeric() {
        if !word.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '°' | 'º')) {
            return None;
        }
        let is_measure = site.is_after_figure() && word.chars().count() <= 3;
        return (is_measure || words::may_abbreviate(word, || context.langs(site.start))).then_some(false);
    }
    let kind = words::abbreviation(word, || context.langs(site.start))?;
    if site.next_char() == Some('(') {
        return JOIN;
    }
    match kind {
        Kind::Title => JOIN,
        Kind::Either => Some(starts_sentence(site, context)),
        Kind::Last => Some(next.is_alphabetic() && may_be_last(site)),
    }
}

/// `Bahnhofstr. 5`: German joins the word to the street's name.
fn is_street(site: &Site<'_>, word: &str, context: &mut Context<'_>) -> bool {
    word.len() > 3 && word.ends_with("str") && words::has_capital_nouns(context.langs(site.start))
}

/// What follows an elided or hyphenated article: `dell'art. 5`, `l-Onor. Mangion`.
fn last_part(word: &str) -> &str {
    let word = word.rsplit(['\'', '’']).next().unwrap_or(word);
    match word.rsplit_once('-') {
        Some((_, last)) if !words::may_abbreviate(word, || 0) => last,
        _ => word,
    }
}

/// A short word without a vowel is an abbreviation in any language: `Mrs`, `tzv`, `ул`.
fn vowelless(site: &Site<'_>, word: &str, context: &mut Context<'_>) -> Opinion {
    if word.len() > 16
        || !(2..=4).contains(&word.chars().count())
        || !word.chars().skip(1).all(char::is_lowercase)
        || word.chars().any(is_vowel)
    {
        return None;
    }
    if site.is_after_figure() && !site.next_letter().is_some_and(is_georgian) {
        return CUT;
    }
    (!starts_sentence(site, context)).then_some(false)
}

/// Vowels of the alphabets that have them, and every letter of the scripts that do not write them.
fn is_vowel(c: char) -> bool {
    let lower = c.to_lowercase().next().unwrap_or(c);
    !matches!(lower, 'b'..='d' | 'f'..='h' | 'j'..='n' | 'p'..='t' | 'v'..='x' | 'z' | 'č' | 'ć' | 'đ' | 'ğ' | 'ł' | 'ń' | 'ñ' | 'ř' | 'ś' | 'š' | 'ş' | 'ť' | 'ź' | 'ż' | 'ž' | 'ç'
        | 'ბ'..='დ' | 'ვ'..='თ' | 'კ'..='ნ' | 'პ'..='ტ' | 'ფ'..='ჰ'
        | 'б'..='д' | 'ж' | 'з' | 'к'..='н' | 'п'..='т' | 'ф'..='щ')
}

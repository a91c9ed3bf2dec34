//! The rules in order: the first that has an opinion about a candidate decides. Each is a function of the site alone.

use super::marks::Mark;
use super::marks::is_bullet;
use super::marks::is_closer;
use super::marks::is_continuing;
use super::marks::is_dash;
use super::marks::is_opener;
use super::marks::is_quote;
use super::marks::is_small;
use super::marks::is_uncased;
use super::quotes;
use super::site::Gap;
use super::site::Site;
use super::site::after;
use super::site::before;
use super::site::is_combining;
use super::stops;
use super::unspaced;
use super::words;
use super::words::Langs;
use crate::document::Lang;

/// What a rule says: whether the sentence ends, or nothing.
pub(super) type Opinion = Option<bool>;
pub(super) const CUT: Opinion = Some(true);
pub(super) const JOIN: Opinion = Some(false);

/// What is known of the text as a whole.
pub(super) struct Context<'t> {
    text: &'t str,
    hint: Langs,
    /// The guess for the block that was last asked for.
    guessed: Option<(usize, Langs)>,
    armenian_stops: Option<bool>,
    /// The first opening bracket at or after the place last asked about.
    bracket: Option<usize>,
}

/// The language is guessed anew for each block of this many bytes.
const BLOCK: usize = 4096;

impl<'t> Context<'t> {
    pub(super) fn new(text: &'t str, hint: Lang) -> Context<'t> {
        Context { text, hint: words::langs(hint.tag()), guessed: None, armenian_stops: None, bracket: None }
    }

    /// Whether one of `(` and `[` stands between two places, the first of which never goes back.
    pub(super) fn has_bracket(&mut self, from: usize, to: usize) -> bool {
        let bracket = match self.bracket {
            Some(at) if at >= from => at,
            _ => {
                let rest = self.text.as_bytes().get(from..).unwrap_or_default();
                from + memchr::memchr2(b'(', b'[', rest).unwrap_or(rest.len())
            }
        };
        self.bracket = Some(bracket);
        bracket < to
    }

    /// Whether the text has an Armenian full stop, in its own sign or typed as a colon.
    pub(super) fn has_armenian_stops(&mut self) -> bool {
        let text = self.text;
        *self.armenian_stops.get_or_insert_with(|| {
            text.contains('\u{589}')
                || memchr::memchr_iter(b':', text.as_bytes()).any(|at| {
                    before(text, at).is_some_and(is_armenian)
                        && after(text, at + 1).is_none_or(char::is_whitespace)
                })
        })
    }

    /// The languages that the text around `at` may be in; none where that is open.
    pub(super) fn langs(&mut self, at: usize) -> Langs {
        if self.hint != 0 {
            return self.hint;
        }
        let block = at / BLOCK;
        match self.guessed {
            Some((of, langs)) if of == block => langs,
            _ => {
                let mut from = block * BLOCK;
                while !self.text.is_char_boundary(from) {
                    from += 1;
                }
                let langs = words::guess(self.text.get(from..).unwrap_or_default());
                self.guessed = Some((block, langs));
                langs
            }
        }
    }
}

type Rule = fn(&Site<'_>, &mut Context<'_>) -> Opinion;

const RULES: [(&str, Rule); 7] = [
    ("space", space),
    ("line", line),
    ("script-mark", script_mark),
    ("continuing", continuing),
    ("quotes", quotes::quotes),
    ("stops", stops::stops),
    ("calls", calls),
];

/// Whether a sentence ends at the site.
pub(super) fn ends(site: &Site<'_>, context: &mut Context<'_>) -> bool {
    if site.next >= site.text.len() {
        return true;
    }
    RULES.iter().find_map(|(_, rule)| rule(site, context)).unwrap_or(site.gap != Gap::None)
}

/// Figures glued to a stop are a note's number, not the next sentence: `engines.12 The`.
pub(super) fn skip_note(site: &mut Site<'_>) {
    if site.kind != Mark::Dot || site.gap != Gap::None || site.is_closed() {
        return;
    }
    let rest = site.text.get(site.end..).unwrap_or_default();
    let figures = rest.bytes().take(4).take_while(u8::is_ascii_digit).count();
    let then = site.end + figures;
    let ends = after(site.text, then).is_some_and(char::is_whitespace);
    let word = site.word();
    let is_word = word.chars().count() > 3 && word.chars().all(char::is_alphabetic) || word.ends_with(')');
    if !(1..=3).contains(&figures) || !ends || !is_word {
        return;
    }
    let mut end = then;
    let mut next = then;
    loop {
        while after(site.text, next) == Some(' ') {
            next += 1;
        }
        let rest = site.text.get(next..).unwrap_or_default();
        let figures = rest.bytes().take(4).take_while(u8::is_ascii_digit).count();
        let goes_on = (1..=3).contains(&figures) && after(site.text, next + figures) == Some(' ');
        if !goes_on || next - then > 24 {
            break;
        }
        next += figures;
        end = next;
    }
    if next > end && after(site.text, next).is_some_and(char::is_uppercase) {
        site.end = end;
        site.next = next;
        site.gap = Gap::Space;
    }
}

/// A line end that is no wrapping ends the sentence, with a mark before it or without.
fn line(site: &Site<'_>, _: &mut Context<'_>) -> Opinion {
    match (site.kind, site.gap) {
        (_, Gap::Line | Gap::Paragraph) => CUT,
        // A wrapping, or a colon of some other script.
        (Mark::Line, _) => JOIN,
        _ => None,
    }
}

/// Thai puts a space where others put a stop, and in many other places; its stops end abbreviations.
fn space(site: &Site<'_>, _: &mut Context<'_>) -> Opinion {
    let is_thai = unspaced::is_thai(site.text, site.start);
    match site.kind {
        Mark::Space => {
            Some((is_thai || site.next_char().is_some_and(unspaced::is_letter)) && unspaced::ends(site))
        }
        Mark::Dot | Mark::Ellipsis | Mark::Line if is_thai && site.gap == Gap::Space => {
            Some(unspaced::ends(site))
        }
        _ => None,
    }
}

/// Marks that end sentences in one script only, and those that do nothing else.
fn script_mark(site: &Site<'_>, _: &mut Context<'_>) -> Opinion {
    match site.kind {
        Mark::Colon if site.gap == Gap::Space && follows(site, is_armenian) => None,
        Mark::Colon if is_ethiopic_stop(site) => CUT,
        // `«Γιατί;» ρώτησε`
        Mark::Semicolon if site.gap == Gap::Space && follows(site, is_greek) => {
            Some(!(site.is_closed() && site.next_letter().is_some_and(char::is_lowercase)))
        }
        Mark::Colon | Mark::Semicolon => JOIN,
        Mark::Full if !site.is_closed() => comma(site),
        _ => None,
    }
}

/// `፡፡` or `::` typed for `።`.
fn is_ethiopic_stop(site: &Site<'_>) -> bool {
    let sign = after(site.text, site.start);
    let is_doubled = sign == before(site.text, site.start);
    is_doubled
        && (sign != Some(':') || site.gap != Gap::None)
        && follows(site, |c| matches!(c, '\u{1200}'..='\u{139f}'))
}

/// Marks that Unicode counts among those that end sentences and that do not always: Burmese `၊` is a comma, Khmer `។ល។`
/// is "and so on".
fn comma(site: &Site<'_>) -> Opinion {
    const AND_SO_ON: &str = "ល\u{17d4}";
    let mark = after(site.text, site.start)?;
    let rest = || site.text.get(site.start + mark.len_utf8()..);
    match mark {
        '\u{104a}' if site.marks_end == site.start + mark.len_utf8() => JOIN,
        '\u{17d4}' if site.gap == Gap::None && rest()?.starts_with(AND_SO_ON) => JOIN,
        '\u{17d4}' if site.text.get(..site.start)?.ends_with("\u{17d4}ល") => {
            let next = site.text.get(site.next..)?;
            KHMER_LINKS.iter().any(|link| next.starts_with(link)).then_some(false)
        }
        _ => None,
    }
}

/// Words that go on with a sentence: and, and (between nouns), which, or, in order to, as well.
const KHMER_LINKS: [&str; 6] = ["ហើយ", "និង", "ដែល", "ឬ", "ដើម្បី", "ក៏"];

/// Whether the last letter before the mark is of a script.
pub(super) fn follows(site: &Site<'_>, is_letter: fn(char) -> bool) -> bool {
    let lead = site.lead(32);
    !lead.is_ascii() && lead.chars().rev().find(|c| c.is_alphabetic()).is_some_and(is_letter)
}

pub(super) fn is_armenian(c: char) -> bool {
    matches!(c, '\u{531}'..='\u{587}')
}

fn is_greek(c: char) -> bool {
    matches!(c, '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}')
}

/// What follows says that the sentence goes on: a comma, a closing bracket, a dash and a lower-case letter.
fn continuing(site: &Site<'_>, _: &mut Context<'_>) -> Opinion {
    let c = site.next_char()?;
    if c.is_ascii_alphanumeric() {
        return None;
    }
    // `,,` opens a quotation that was typed with commas.
    let is_typed_quote = c == ',' && after(site.text, site.next + 1) == Some(',');
    if is_continuing(c) && !is_typed_quote || c == '\u{e46}' {
        return JOIN;
    }
    // Quotation marks that close in one language open in another.
    if is_closer(c)
        && !(is_quote(c) && site.gap != Gap::None && site.next_letter().is_some_and(char::is_alphanumeric))
    {
        return JOIN;
    }
    if (is_dash(c) || is_bullet(c)) && site.next_letter().is_some_and(char::is_lowercase) {
        return JOIN;
    }
    if site.gap == Gap::None && is_dash(c) {
        return JOIN;
    }
    None
}

/// `!`, `?`, `…` and the marks that do nothing but end sentences.
fn calls(site: &Site<'_>, context: &mut Context<'_>) -> Opinion {
    let next = site.next_letter()?;
    match site.kind {
        Mark::Full | Mark::Colon => CUT,
        Mark::Call if is_small(next) => Some(is_final(site) && is_frequent_next(site, context)),
        Mark::Ellipsis if is_small(next) => JOIN,
        // `(...)`, `[…]`: something was left out.
        Mark::Ellipsis if site.is_closed() && before(site.text, site.start).is_some_and(is_opener) => JOIN,
        // `!Xóõ`, `Y!J`: a letter, not a mark.
        Mark::Call
            if site.gap == Gap::None
                && next.is_alphanumeric()
                && (site.is_detached || site.word().chars().count() < 2) =>
        {
            JOIN
        }
        Mark::Call if words::abbreviation(site.marked_word(), || 0).is_some() => JOIN,
        Mark::Call => Some(site.gap != Gap::None || next.is_uppercase() || is_uncased_pair(site, next)),
        Mark::Ellipsis => Some(site.gap != Gap::None && !next.is_numeric()),
        _ => None,
    }
}

/// `وصل؟نعم`: a call between letters of scripts without capitals, no address.
fn is_uncased_pair(site: &Site<'_>, next: char) -> bool {
    is_uncased(next) && site.word().chars().all(|c| is_uncased(c) || is_combining(c))
}

/// Whether a mark before a lower-case letter ends a sentence: not where somebody is said to have spoken (`“Why?” he
/// said`, `- Why? he said`), nor in a name (`Yahoo! and`).
fn is_final(site: &Site<'_>) -> bool {
    let is_quoted =
        after(site.text, site.sentence).is_some_and(|c| is_dash(c) || is_quote(c) || is_opener(c));
    let is_asked = before(site.text, site.marks_end) == Some('?');
    let is_plain = is_asked || site.word().starts_with(char::is_lowercase);
    is_plain && !is_quoted && !site.is_closed() && !site.is_detached
}

fn is_frequent_next(site: &Site<'_>, context: &mut Context<'_>) -> bool {
    let langs = context.langs(site.start);
    langs != 0 && words::is_frequent(site.next_word(), || langs)
}

//! Marks at the end of a quotation or inside brackets, and what the sentence around says of them.

use super::marks::Mark;
use super::marks::is_east_asian;
use super::marks::is_quote;
use super::marks::is_uncased;
use super::rules::Context;
use super::rules::JOIN;
use super::rules::Opinion;
use super::site::Gap;
use super::site::Site;
use super::site::after;
use super::site::before;

/// Quotations and brackets.
pub(super) fn quotes(site: &Site<'_>, context: &mut Context<'_>) -> Opinion {
    east_asian(site).or_else(|| attribution(site)).or_else(|| inside_brackets(site, context))
}

/// In Chinese and Japanese a quotation goes on in the sentence around it unless white space follows.
fn east_asian(site: &Site<'_>) -> Opinion {
    if site.gap != Gap::None || !site.is_closed() {
        return None;
    }
    let next = site.next_char()?;
    (is_east_asian(next) && next.is_alphabetic()).then_some(false)
}

/// `“…?” he said`: the sentence goes on in lower case.
fn attribution(site: &Site<'_>) -> Opinion {
    let next = site.next_letter()?;
    if site.is_closed() && next.is_lowercase() {
        return JOIN;
    }
    // Without capitals only a quotation that opens the sentence tells: `"왜?" 그가 물었다`.
    let is_quoted = |c: Option<char>| c.is_some_and(is_quote);
    if site.is_closed()
        && site.kind == Mark::Call
        && is_uncased(next)
        && is_quoted(after(site.text, site.sentence))
        && is_quoted(before(site.text, site.end))
    {
        return JOIN;
    }
    None
}

/// A stop inside a bracket that closes soon belongs to the sentence around the bracket.
fn inside_brackets(site: &Site<'_>, context: &mut Context<'_>) -> Opinion {
    if matches!(site.kind, Mark::Full) || site.is_closed() {
        return None;
    }
    let lead = site.lead(200);
    let bytes = lead.as_bytes();
    let open = if before(lead, lead.len()).is_some_and(is_east_asian) {
        lead.rfind('（')?
    } else if !context.has_bracket(site.start - lead.len(), site.start) {
        return None;
    } else {
        memchr::memrchr2(b'(', b'[', bytes)?
    };
    let since = lead.get(open..)?;
    if since.contains([')', ']', '）', '\n']) {
        return None;
    }
    // Brackets that close before they open were turned around with the direction of writing; they say nothing.
    let is_turned = memchr::memchr2(b')', b'(', bytes).is_some_and(|at| bytes.get(at) == Some(&b')'));
    if is_turned {
        return None;
    }
    // A bracket that opens the sentence holds a sentence.
    if open == 0 {
        return None;
    }
    let rest = site.text.get(site.next..)?;
    let close = rest.char_indices().take(120).find(|(_, c)| matches!(c, ')' | ']' | '）' | '(' | '\n'))?;
    if close.1 == '(' || close.1 == '\n' { None } else { JOIN }
}

//! Left-over HTML entities, read as browsers read them. Angle brackets of a tag stay escaped, so that prose about
//! HTML does not turn into tags.

use memchr::memchr_iter;

use crate::document::Edit;
use crate::document::Span;

/// The longest name of an entity.
const LONGEST: usize = 32;

/// The elements whose tags stay escaped.
const ELEMENTS: [&str; 62] = [
    "a",
    "abbr",
    "article",
    "aside",
    "audio",
    "b",
    "base",
    "big",
    "blockquote",
    "body",
    "br",
    "button",
    "canvas",
    "center",
    "cite",
    "code",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "figure",
    "font",
    "footer",
    "form",
    "frame",
    "h1",
    "h2",
    "h3",
    "h4",
    "head",
    "header",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "input",
    "label",
    "li",
    "link",
    "meta",
    "nav",
    "object",
    "ol",
    "option",
    "p",
    "pre",
    "script",
    "section",
    "select",
    "span",
    "strong",
    "style",
    "table",
    "td",
    "title",
    "tr",
    "u",
    "ul",
];

/// The entities of the line as edits. Without their semicolon only those that can be nothing else, and none in an address.
pub(crate) fn unescape(line: &str) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    let mut tag_end = 0;
    let mut ends = ["&gt;", "&#62;"].map(Next::of);
    for start in memchr_iter(b'&', line.as_bytes()) {
        if edits.last().is_some_and(|e| e.span.end > start) {
            continue;
        }
        let Some(entity) = entity(line, start) else {
            if let Some((to, len)) = unclosed(line, start) {
                edits.push(Edit { span: Span::new(start, start + len), to, code: "html-entity" });
            }
            continue;
        };
        let end = start + entity.len();
        let Some(mut to) = read(entity) else { continue };
        if to == "<"
            && let Some(tag) = tag(line, end, &mut ends)
        {
            tag_end = tag;
        }
        if (to == "<" || to == ">") && end <= tag_end {
            continue;
        }
        let mut span = Span::new(start, end);
        if let Some(pair) = surrogates(line, entity, end) {
            to = pair.0.into();
            span.end = pair.1;
        }
        edits.push(Edit { span, to, code: "html-entity" });
    }
    edits
}

/// The entity that starts here, from ampersand to semicolon.
fn entity(line: &str, start: usize) -> Option<&str> {
    let rest = line.as_bytes().get(start + 1..)?;
    let len = rest.iter().take(LONGEST).take_while(|b| b.is_ascii_alphanumeric() || **b == b'#').count();
    (len > 1 && rest.get(len) == Some(&b';')).then(|| line.get(start..start + len + 2)).flatten()
}

/// So many bytes back an address is known by its marks.
const ADDRESS: usize = 200;

/// What an entity without a semicolon stands for, and its bytes: a number beyond ASCII, or the name of a letter with a mark, of
/// a no-break space or of a quotation mark. The other names begin words (`&notes`) and parameters of addresses (`&copy=1`).
fn unclosed(line: &str, start: usize) -> Option<(String, usize)> {
    let rest = line.get(start + 1..)?;
    let is_name = |b: &u8| b.is_ascii_alphanumeric();
    let numbered = rest.strip_prefix('#');
    let len = match numbered {
        Some(digits) => {
            let prefix = usize::from(digits.starts_with(['x', 'X']));
            let is_digit = |b: &u8| if prefix == 1 { b.is_ascii_hexdigit() } else { b.is_ascii_digit() };
            let len = digits.bytes().skip(prefix).take(LONGEST).take_while(is_digit).count();
            // Of shorter ones are lists and scores.
            (len + prefix >= 3).then_some(1 + prefix + len)?
        }
        None => rest.bytes().take(LONGEST).take_while(is_name).count(),
    };
    let run = line.get(start..=start + len)?;
    let read = htmlize::unescape(run);
    let c = read.chars().next().filter(|_| *read != *run)?;
    let len = run.len() - (read.len() - c.len_utf8());
    let is_known = match numbered {
        Some(_) => !c.is_ascii() && !c.is_control() && c != '\u{FFFD}',
        // `&ethics`, `&thornbush`, `&microscope`
        None => {
            c.is_alphabetic() && !matches!(c, 'ð' | 'Ð' | 'þ' | 'Þ' | 'µ' | 'ª' | 'º')
                || matches!(run.get(..len)?, "&nbsp" | "&quot")
                || run == "&amp" && rest.as_bytes().get(run.len() - 1) == Some(&b' ')
        }
    };
    let before = line.as_bytes().get(start.saturating_sub(ADDRESS)..start)?.iter().rev();
    let mut word = before.take_while(|b| !b.is_ascii_whitespace());
    let is_address =
        word.any(|b| matches!(b, b'/' | b'?' | b'=')) || line.as_bytes().get(start + len) == Some(&b'=');
    (is_known && !is_address).then(|| (c.into(), len))
}

/// What an entity stands for. Names that were put in capitals with the text around them are known too.
fn read(entity: &str) -> Option<String> {
    let to = htmlize::unescape(entity);
    if to != entity {
        return Some(to.into_owned());
    }
    let name = entity.get(1..entity.len() - 1)?;
    if name.starts_with('#') || name.bytes().any(|b| b.is_ascii_lowercase()) {
        return None;
    }
    let small = name.to_ascii_lowercase();
    let mut first = small.clone();
    first.get_mut(..1)?.make_ascii_uppercase();
    [first, small].iter().find_map(|name| {
        let entity = format!("&{name};");
        let to = htmlize::unescape(&*entity);
        (to != entity).then(|| to.to_uppercase())
    })
}

/// Where a text stands next in a line, for places that ascend: a line of many `&lt;` is searched once, not once for each.
struct Next {
    text: &'static str,
    /// Where it was found last; behind all places when it stands nowhere any more.
    at: usize,
}

impl Next {
    const fn of(text: &'static str) -> Next {
        Next { text, at: 0 }
    }

    /// The first place from here on.
    fn from(&mut self, line: &str, from: usize) -> Option<usize> {
        if self.at < from {
            let found = line.get(from..)?.find(self.text);
            self.at = found.map_or(usize::MAX, |at| from + at);
        }
        (self.at < usize::MAX).then_some(self.at)
    }
}

/// Where the escaped tag ends whose `&lt;` ends at `from`.
fn tag(line: &str, from: usize, [usual, numbered]: &mut [Next; 2]) -> Option<usize> {
    let rest = line.get(from..)?;
    let inner = rest.strip_prefix('/').unwrap_or(rest);
    let name = inner.split(|c: char| !c.is_ascii_alphanumeric()).next()?;
    if !ELEMENTS.contains(&name.to_ascii_lowercase().as_str()) && !rest.starts_with("!--") {
        return None;
    }
    usual.from(line, from).or_else(|| numbered.from(line, from)).map(|at| at + 5)
}

/// A character written as two numbers, one a surrogate half each.
fn surrogates(line: &str, high: &str, end: usize) -> Option<(char, usize)> {
    let high = number(high).filter(|n| (0xD800..0xDC00).contains(n))?;
    let next = entity(line, end).filter(|_| line.as_bytes().get(end) == Some(&b'&'))?;
    let low = number(next).filter(|n| (0xDC00..0xE000).contains(n))?;
    let c = char::from_u32(0x1_0000 + ((high - 0xD800) << 10 | (low - 0xDC00)))?;
    Some((c, end + next.len()))
}

fn number(entity: &str) -> Option<u32> {
    let digits = entity.strip_prefix("&#")?.strip_suffix(';')?;
    match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => digits.parse().ok(),
    }
}

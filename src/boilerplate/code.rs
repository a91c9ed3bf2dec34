//! Scripts, style sheets, markup and data of the page that a scrape took for its text. A line is code by its form; which
//! code is the page's own, and no listing in an article about code, is left to the rules: one such line takes the code
//! around it along. It is found before a page is judged, so that no more of it than a line or two is joined or weighed.

use std::ops::Range;

use crate::boilerplate::rules::RuleSet;
use crate::document::Line;
use crate::verdict::RuleId;

/// Lines of code, by their numbers, and the rule that knows them as the page's own.
pub(crate) type Found = (Range<usize>, RuleId);

/// All code of the page among the `lines` of `text`, ascending. Blank lines do not end a stretch of code.
pub(crate) fn find(text: &str, lines: &[Line], rules: &RuleSet) -> Vec<Found> {
    let mut found = Vec::new();
    let mut stretch: Option<(Range<usize>, Option<RuleId>)> = None;
    for (n, line) in lines.iter().enumerate() {
        let line = line.span.trimmed(text).of(text);
        if line.is_empty() {
            continue;
        }
        if is_code(line) {
            let (range, rule) = stretch.get_or_insert((n..n, None));
            range.end = n + 1;
            if rule.is_none() {
                *rule = rules.page_code(line);
            }
        } else if let Some((range, Some(rule))) = stretch.take() {
            found.push((range, rule));
        }
    }
    if let Some((range, Some(rule))) = stretch {
        found.push((range, rule));
    }
    found
}

/// Whether a trimmed line has the form of code: it may, but need not be. Hardly a line of text begins or ends like one, so
/// that few are looked at as a whole.
pub(crate) fn is_code(line: &str) -> bool {
    let bytes = line.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return false };
    let has = |marks: [u8; 3]| memchr::memchr3(marks[0], marks[1], marks[2], bytes).is_some();
    match (first, last) {
        (b'<' | b'{' | b'}', _) | (_, b'{' | b'}' | b'>') | (b'[', b']') => true,
        (b'"', b'0'..=b'9' | b'e' | b'l') => is_property(line),
        (b'/', _) => line.starts_with("//") || line.starts_with("/*"),
        (_, b'/') => line.ends_with("*/"),
        // A statement, which a list in a text may look like.
        (_, b';') => !line.contains(' ') || has([b'=', b'{', b'(']) || has([b'}', b'[', b':']),
        // A part of one, or of a list of values.
        (_, b',' | b')' | b'(' | b'[' | b']' | b'"' | b'\'' | b'|' | b'&' | b'+') => {
            let is_mark = |byte: &u8| b"()[]{},;".contains(byte);
            has([b'=', b'{', b'}']) || is_property(line) || is_call(line) || bytes.iter().all(is_mark)
        }
        _ => false,
    }
}

/// Whether a line is a name and its value: `"name": 2`, `name: 'a b',`. A headline may look much alike: `Mayor: "It is open"`,
/// `"Open": ten years on (video)`.
fn is_property(line: &str) -> bool {
    let Some((name, value)) = line.split_once(':') else { return false };
    let (name, value) = (name.trim_end(), value.trim_start());
    let is_quoted = name.len() > 2 && name.starts_with(['"', '\'']) && name.ends_with(['"', '\'']);
    let begins = |c: char| c.is_ascii_lowercase() || matches!(c, '_' | '$');
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '-' | '@' | '"' | '\'');
    let is_value = value.starts_with(['"', '\'', '{', '[']) || !value.contains(' ');
    (is_quoted || name.starts_with(begins))
        && name.chars().all(is_name)
        && is_value
        && !value.starts_with("//")
}

/// Whether a line begins with a name that is called: `page.count(…`, `count(…`.
fn is_call(line: &str) -> bool {
    let Some((name, _)) = line.split_once('(') else { return false };
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '.');
    let begins = |c: char| c.is_ascii_lowercase() || matches!(c, '_' | '$');
    (name.starts_with(begins) || name.contains('.')) && name.chars().all(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::lines;

    fn found(text: &str) -> Vec<(Range<usize>, String)> {
        let rules = RuleSet::builtin().expect("the built-in rules");
        let found = find(text, &lines(text), &rules);
        found.into_iter().map(|(lines, rule)| (lines, rule.as_str().to_owned())).collect()
    }

    #[test]
    fn a_script_goes_with_all_its_lines() {
        let script = "window.layer = window.layer || [];\nfunction count() {\n\n  layer.push(arguments);\n}\ncount('page', {\n  \"site\": \"A1\",\n  fast: true,\n});";
        let text = format!("The bridge is open.\n{script}\nIt was closed in May; it had rusted.");
        assert_eq!(found(&text), [(1..10, "page-script".into())]);
    }

    #[test]
    fn code_in_an_article_about_code_stays() {
        let listing = "Here is how to fetch it:\nconst page = await fetch(url);\nif (page.ok) {\n  show(page);\n}\nThat is all.";
        assert_eq!(found(listing), []);
    }

    #[test]
    fn what_merely_looks_like_code_is_no_part_of_any() {
        let text = "Мост открыт (снова),\n//<![CDATA[\ncount(1);\n//]]>\nHe said (and meant) it,\n“Yes”";
        assert_eq!(found(text), [(1..4, "page-markup".into())]);
    }

    #[test]
    fn a_headline_below_a_script_is_none_of_it() {
        for headline in [
            "Mayor: \"It is open\"",
            "\"Open\": ten years on (video)",
            "\"Open\": the bridge in line 2",
            "Harbour: two hurt (update)",
            "@mayor is right (he says)",
            ": the mayor (left)",
        ] {
            assert_eq!(
                found(&format!("//<![CDATA[\nopen(1);\n//]]>\n{headline}")),
                [(0..3, "page-markup".into())],
                "{headline}"
            );
        }
    }
}

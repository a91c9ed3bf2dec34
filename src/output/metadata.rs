//! What becomes of the rest of an input record before it is written as metadata. How it is written is left to `lines`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::pipeline::Found;

/// The metadata with the author and the date that the page gives, but for keys that the input has or that are not to be
/// kept: what was kept says of the others nothing, and who names what to keep asks for nothing else.
pub(super) fn with_found<'a>(metadata: &'a str, found: &Found, kept: &[String]) -> Cow<'a, str> {
    let mut all = Cow::Borrowed(metadata);
    for (key, value) in [("byline", &found.byline), ("date", &found.date)] {
        if value.is_empty() || !kept.is_empty() && !kept.iter().any(|kept| kept == key) {
            continue;
        }
        // What is no object is left as it is.
        if let Some(more) = with(&all, key, value) {
            all = Cow::Owned(more);
        }
    }
    all
}

/// An object with one more member; `None` where it has that one. A null is none: the value takes its place.
fn with(object: &str, key: &str, value: &str) -> Option<String> {
    let keys: BTreeMap<String, &RawValue> = serde_json::from_str(object).ok()?;
    let value = serde_json::Value::from(value);
    if let Some(own) = keys.get(key) {
        let start = own.get().as_ptr().addr() - object.as_ptr().addr();
        let (before, after) = (object.get(..start)?, object.get(start..)?.strip_prefix("null")?);
        return Some(format!("{before}{value}{after}"));
    }
    let open = object.trim_end().strip_suffix('}')?;
    let comma = if open.trim_end().ends_with('{') { "" } else { "," };
    Some(format!("{open}{comma}\"{key}\":{value}}}"))
}

/// An object without the keys whose value is null, at any depth: a column that is null in one file and text in the next is what
/// readers of JSON lines stumble over. In a list a null holds a place, and stays.
pub(super) fn without_nulls(json: &str) -> Cow<'_, str> {
    if memchr::memmem::find(json.as_bytes(), b"null").is_none() {
        return Cow::Borrowed(json);
    }
    let bytes = json.as_bytes();
    let mut out: Vec<u8> = Vec::with_capacity(bytes.len());
    // Where the member under way begins in `out`, and the last token before a value.
    let (mut member, mut token) = (0, 0);
    let (mut in_string, mut is_escaped) = (false, false);
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        if !in_string && token == b':' && bytes.get(at..at + 4) == Some(b"null") {
            out.truncate(member);
            at += 4;
            at += bytes.get(at..).unwrap_or_default().iter().take_while(|b| b.is_ascii_whitespace()).count();
            if bytes.get(at) == Some(&b',') {
                at += 1;
            } else if out.last() == Some(&b',') {
                out.pop();
            }
            token = b',';
            continue;
        }
        out.push(byte);
        at += 1;
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => (in_string, token) = (!in_string, b'"'),
            _ if in_string || byte.is_ascii_whitespace() => {}
            b'{' | b',' => (member, token) = (out.len(), byte),
            _ => token = byte,
        }
    }
    // Whole members of ASCII were cut out of UTF-8: it is UTF-8 still.
    String::from_utf8(out).map_or(Cow::Borrowed(json), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_page_says_never_takes_the_place_of_what_the_input_says() {
        let found =
            Found { title: String::new(), byline: "By \"Jo\" Doe".to_owned(), date: "12.03.2024".to_owned() };
        let of = |metadata| with_found(metadata, &found, &[]);
        assert_eq!(of("{}"), r#"{"byline":"By \"Jo\" Doe","date":"12.03.2024"}"#);
        assert_eq!(of(r#"{"date":"","a":[1]}"#), r#"{"date":"","a":[1],"byline":"By \"Jo\" Doe"}"#);
        let nothing = r#"{"é":{"date":null},"date":null,"a":[1],"byline":null}"#;
        let filled = r#"{"é":{"date":null},"date":"12.03.2024","a":[1],"byline":"By \"Jo\" Doe"}"#;
        assert_eq!(of(nothing), filled);
        assert_eq!(of("[1]"), "[1]");
        assert_eq!(with_found("{}", &Found::default(), &[]), "{}");
        assert_eq!(with_found("{}", &found, &["date".to_owned()]), r#"{"date":"12.03.2024"}"#);
    }

    #[test]
    fn keys_that_hold_nothing_go_and_everything_else_stays_as_written() {
        for (json, expected) in [
            (r#"{"a":null}"#, "{}"),
            (r#"{"a":null,"b":1.50}"#, r#"{"b":1.50}"#),
            (r#"{"b":1e400,"a":null}"#, r#"{"b":1e400}"#),
            (r#"{"a":null,"b":null,"é":{"c":null,"d":[null,2]},"z":null}"#, r#"{"é":{"d":[null,2]}}"#),
            (r#"{"a":"x:null","b":":","c":"\":null"}"#, r#"{"a":"x:null","b":":","c":"\":null"}"#),
            (r#"{"null":true,"a":["null",null]}"#, r#"{"null":true,"a":["null",null]}"#),
        ] {
            assert_eq!(without_nulls(json), expected, "{json}");
        }
    }
}

//! A line of JSON to the fields of a record: the text is borrowed where no escape stands in it, what is not ours is kept as
//! it was written. Bytes that are not UTF-8, and half surrogate pairs, are let through to `decode` and `repair`.

use std::borrow::Cow;

use serde::Deserialize;
use serde::Deserializer;
use serde::de::IgnoredAny;
use serde::de::MapAccess;
use serde::de::Visitor;
use serde_json::value::RawValue;

use crate::config;
use crate::decode::decode;
use crate::input::Content;
use crate::input::parse::CHARSET;
use crate::input::parse::Fields;

/// A JSON object: the text, and everything else as it was written, the last of each key.
pub(super) struct Object<'a> {
    pub(super) text: Option<Cow<'a, str>>,
    pub(super) rest: Vec<(Cow<'a, str>, &'a RawValue)>,
}

struct ObjectOf<'s>(&'s str);

/// Names of fields told of a record that has no text.
const MOST_NAMES: usize = 8;

/// A string that borrows where it can; serde's own `Cow` never does.
#[derive(Deserialize)]
struct Borrowing<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> Visitor<'de> for ObjectOf<'_> {
    type Value = Object<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
        let (mut text, mut rest) = (None, Vec::new());
        while let Some(Borrowing(key)) = map.next_key()? {
            if key == self.0 {
                let Borrowing(value) = map.next_value()?;
                text = Some(value);
            } else {
                rest.push((key, map.next_value()?));
            }
        }
        Ok(Object { text, rest: last_of_each(rest) })
    }
}

/// Keeps the last value of each key, as JSON readers do.
pub(super) fn last_of_each<V>(mut entries: Vec<(Cow<'_, str>, V)>) -> Vec<(Cow<'_, str>, V)> {
    let mut order: Vec<usize> = (0..entries.len()).collect();
    let key = |n: &usize| entries.get(*n).map(|(key, _)| key);
    order.sort_by(|a, b| key(a).cmp(&key(b)).then(a.cmp(b)));
    let is_repeated = |pair: &[usize]| matches!(pair, [a, b] if key(a) == key(b));
    if order.windows(2).any(is_repeated) {
        let mut is_last = vec![true; entries.len()];
        for pair in order.windows(2) {
            if let ([a, _], true) = (pair, is_repeated(pair))
                && let Some(flag) = is_last.get_mut(*a)
            {
                *flag = false;
            }
        }
        let mut flags = is_last.into_iter();
        entries.retain(|_| flags.next().unwrap_or(true));
    }
    entries
}

pub(super) fn json<'a>(line: &'a [u8], settings: &config::Input) -> Result<Fields<'a>, String> {
    let line = line.trim_ascii();
    let Ok(text) = simdutf8::basic::from_utf8(line) else { return json_in_other_bytes(line, settings) };
    let whole = |object: Object<'a>| {
        let has_half = object.rest.iter().any(|(_, value)| has_lone_escape(value.get()));
        if has_half { Err("half a surrogate pair".to_owned()) } else { json_fields(object, settings) }
    };
    match object(text, settings).and_then(whole) {
        Ok(fields) => Ok(fields),
        // serde_json refuses `\ud83d` alone, which crawlers do write, but for values that it leaves as they are.
        Err(_) if memchr::memmem::find(line, b"\\u").is_some() => json_in_other_bytes(line, settings),
        Err(reason) => Err(reason),
    }
}

pub(super) fn object<'a>(text: &'a str, settings: &config::Input) -> Result<Object<'a>, String> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let object = reader.deserialize_map(ObjectOf(&settings.text_field)).map_err(|e| said(&e))?;
    reader.end().map_err(|e| said(&e))?;
    Ok(object)
}

fn said(e: &serde_json::Error) -> String {
    format!("not a JSON object with a text: {e}")
}

/// The text at a path like `a.b` below an object, and what the object holds besides, as JSON.
fn below<'a>(json: &'a str, path: &str) -> Option<(Cow<'a, str>, String)> {
    let mut reader = serde_json::Deserializer::from_str(json);
    let object = reader.deserialize_map(ObjectOf(path)).ok()?;
    let (text, inside) = if let Some(text) = object.text {
        (text, None)
    } else {
        let (key, path) = path.split_once('.')?;
        let (_, value) = object.rest.iter().find(|(name, _)| name == key)?;
        let (text, rest) = below(value.get(), path)?;
        (text, Some((key, rest)))
    };
    let mut rest = String::from("{");
    for (key, value) in &object.rest {
        match &inside {
            Some((inside, rest_of_it)) if key == inside => member(&mut rest, key, rest_of_it),
            _ => member(&mut rest, key, value.get()),
        }
    }
    rest.push('}');
    Some((text, rest))
}

/// What to say of a record without a text: what it has instead.
fn no_text(settings: &config::Input, keys: &[(Cow<'_, str>, &RawValue)]) -> String {
    let wanted = &settings.text_field;
    if keys.is_empty() {
        return format!("no field `{wanted}`");
    }
    let mut names: Vec<&str> = keys.iter().take(MOST_NAMES).map(|(key, _)| &**key).collect();
    if keys.len() > MOST_NAMES {
        names.push("…");
    }
    format!("no field `{wanted}`: there are {} (see --text-field)", names.join(", "))
}

pub(super) fn json_fields<'a>(
    mut object: Object<'a>,
    settings: &config::Input,
) -> Result<Fields<'a>, String> {
    let mut outer = None;
    if object.text.is_none()
        && let Some((key, path)) = settings.text_field.split_once('.')
        && let Some((_, value)) = object.rest.iter().find(|(name, _)| name == key)
        && let Some((text, rest)) = below(value.get(), path)
    {
        object.text = Some(text);
        outer = Some((key, rest));
    }
    let Some(text) = object.text else { return Err(no_text(settings, &object.rest)) };
    let mut fields = Fields {
        content: Content::Text(text),
        id: None,
        url: Cow::Borrowed(""),
        title: Cow::Borrowed(""),
        source: Cow::Borrowed(""),
        charset: None,
        metadata: String::from("{"),
    };
    let mut own_source = None;
    for (key, raw) in object.rest {
        let value = raw.get();
        if let Some((outer, rest)) = &outer
            && key == *outer
        {
            if rest != "{}" {
                keep(&mut fields.metadata, &key, rest, settings);
            }
            continue;
        }
        // The same field may be the id and the address.
        let mut is_id = false;
        if key == settings.id_field {
            if value.starts_with('"') {
                fields.id = string(value).filter(|id| !id.is_empty());
                is_id = true;
            } else if value.starts_with(|c: char| c == '-' || c.is_ascii_digit()) {
                fields.id = Some(Cow::Borrowed(value));
                is_id = true;
            }
        }
        let place = match &*key {
            key if key == settings.url_field => Some(&mut fields.url),
            "title" => Some(&mut fields.title),
            "source" => Some(&mut fields.source),
            _ => None,
        };
        if let (Some(place), Some(text)) = (place, string(value)) {
            if key == "source" {
                own_source = Some(value);
            }
            *place = text;
        } else if !is_id {
            keep(&mut fields.metadata, &key, value, settings);
        }
    }
    if let (Some(raw), false) = (own_source, fields.url.is_empty()) {
        // The address says more of where a document is from; what the input called it stays.
        keep(&mut fields.metadata, "source", raw, settings);
    }
    fields.metadata.push('}');
    Ok(fields)
}

fn string(raw: &str) -> Option<Cow<'_, str>> {
    if !raw.starts_with('"') {
        return None;
    }
    serde_json::from_str(raw).ok().map(|Borrowing(value)| value)
}

pub(super) fn keep(metadata: &mut String, key: &str, value: &str, settings: &config::Input) {
    if !settings.keep.is_empty() && !settings.keep.iter().any(|kept| kept == key) {
        return;
    }
    member(metadata, key, value);
}

/// Appends a member to an object that was begun.
fn member(object: &mut String, key: &str, value: &str) {
    if object.len() > 1 {
        object.push(',');
    }
    object.push_str(&serde_json::to_string(key).unwrap_or_default());
    object.push(':');
    push_compact(object, value);
}

/// Appends JSON without the white space between its tokens: the same record from JSON lines and from Arrow columns, which
/// keep none. Strings and numbers stay as they are written.
fn push_compact(out: &mut String, json: &str) {
    let (mut copied, mut in_string, mut is_escaped) = (0, false, false);
    if json.starts_with(['{', '[']) {
        for (at, byte) in json.bytes().enumerate() {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'"' => in_string = !in_string,
                b'\\' => is_escaped = true,
                b' ' | b'\t' | b'\r' | b'\n' if !in_string => {
                    out.push_str(json.get(copied..at).unwrap_or_default());
                    copied = at + 1;
                }
                _ => {}
            }
        }
    }
    out.push_str(json.get(copied..).unwrap_or_default());
}

/// The text alone, as bytes: whatever encoding it is in, `decode` finds out.
struct TextOf<'s>(&'s str);

struct RawBytes(Vec<u8>);

impl<'de> Deserialize<'de> for RawBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<RawBytes, D::Error> {
        struct OfBytes;
        impl Visitor<'_> for OfBytes {
            type Value = Vec<u8>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a string")
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
                Ok(bytes.to_vec())
            }
        }
        deserializer.deserialize_bytes(OfBytes).map(RawBytes)
    }
}

impl<'de> Visitor<'de> for TextOf<'_> {
    type Value = Option<Vec<u8>>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut text = None;
        while let Some(RawBytes(key)) = map.next_key()? {
            if key == self.0.as_bytes() {
                let RawBytes(value) = map.next_value()?;
                text = Some(value);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(text)
    }
}

/// A line that is not valid UTF-8, or has half a surrogate pair in an escape. Its text goes to `decode` as bytes, its other
/// fields with the line around them: alone they would be too short to tell their encoding by.
fn json_in_other_bytes<'a>(line: &'a [u8], settings: &config::Input) -> Result<Fields<'a>, String> {
    // On the bytes: three of them that say half a pair in UTF-8 are two letters in other encodings.
    let line = &*without_lone_escapes(line);
    let mut reader = serde_json::Deserializer::from_slice(line);
    let text = reader.deserialize_map(TextOf(&settings.text_field)).map_err(|e| said(&e))?;
    reader.end().map_err(|e| said(&e))?;
    let decoded = decode(line, None).text;
    let lossy = String::from_utf8_lossy(line);
    // Only a text at the top is had as bytes; one further down comes with the others.
    let read = |line| {
        let object = object(line, settings)?;
        let charset = charset(&object.rest);
        json_fields(object, settings).map(|fields| Fields { charset, ..fields })
    };
    let fields = read(&decoded).or_else(|_| read(&lossy))?;
    let content = match text {
        None => fields.content.into_owned(),
        Some(text) => match String::from_utf8(text) {
            Ok(text) => Content::Text(Cow::Owned(text)),
            Err(e) => Content::Bytes(Cow::Owned(e.into_bytes())),
        },
    };
    Ok(Fields {
        content,
        id: fields.id.map(|id| Cow::Owned(id.into_owned())),
        url: Cow::Owned(fields.url.into_owned()),
        title: Cow::Owned(fields.title.into_owned()),
        source: Cow::Owned(fields.source.into_owned()),
        charset: fields.charset,
        metadata: fields.metadata,
    })
}

/// The charset that a record names for its bytes.
pub(super) fn charset(rest: &[(Cow<'_, str>, &RawValue)]) -> Option<String> {
    let value = |name: &&str| rest.iter().find(|(key, _)| key == name);
    let (_, value) = CHARSET.iter().find_map(value)?;
    string(value.get()).map(Cow::into_owned)
}

/// Whether half of a surrogate pair stands in it, escaped; nearly no JSON has to be gone through for that.
fn has_lone_escape(json: &str) -> bool {
    let bytes = json.as_bytes();
    let may_have = memchr::memchr(b'\\', bytes).is_some()
        && [b"\\ud", b"\\uD"].into_iter().any(|start| memchr::memmem::find(bytes, start).is_some());
    may_have && matches!(without_lone_escapes(bytes), Cow::Owned(_))
}

/// JSON with each escaped half of a surrogate pair turned into an escaped U+FFFD.
fn without_lone_escapes(bytes: &[u8]) -> Cow<'_, [u8]> {
    let unit = |at: usize| {
        let digits = bytes.get(at..at + 6).filter(|e| e.starts_with(b"\\u"))?.get(2..)?;
        u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let (mut out, mut copied, mut at) = (Vec::new(), 0, 0);
    while let Some(found) = memchr::memchr(b'\\', bytes.get(at..).unwrap_or_default()) {
        let here = at + found;
        at = match (unit(here), unit(here + 6)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => here + 12,
            (Some(0xD800..=0xDFFF), _) => {
                out.extend_from_slice(bytes.get(copied..here).unwrap_or_default());
                out.extend_from_slice(b"\\ufffd");
                copied = here + 6;
                copied
            }
            (Some(_), _) => here + 6,
            (None, _) => here + 2,
        };
    }
    if copied == 0 {
        return Cow::Borrowed(bytes);
    }
    out.extend_from_slice(bytes.get(copied..).unwrap_or_default());
    Cow::Owned(out)
}

#[cfg(test)]
mod tests;

//! Records of JSON, whole and broken.

use super::*;
use crate::input::parse::text_id;

fn parse(line: &[u8]) -> Result<Fields<'_>, String> {
    json(line, &config::Input::default())
}

fn text<'a>(fields: &'a Fields<'_>) -> &'a [u8] {
    fields.content.as_bytes()
}

#[test]
fn ids_cannot_be_read_as_numbers() {
    for id in ["71", "0071", "1e5", "nan", "inf", " 7 ", "1_000", "١٢٣", "-Infinity", "\u{a0}７.5"] {
        assert!(text_id(id.into()).starts_with("d-"), "{id}");
    }
    for id in ["a71", "71a", "1-2", "2024-01-02", "_", "", "n_1", "第1"] {
        assert_eq!(text_id(id.into()), id);
    }
}

#[test]
fn a_record_gives_up_its_own_fields_and_keeps_the_rest_as_written() {
    let line = br#"{"text":"T","id":7, "url":"u", "n": [1, 2.50],"big": 12345678901234567890,"n": 1e5}"#;
    let fields = parse(line).unwrap();
    assert_eq!((text(&fields), fields.id.as_deref(), &*fields.url), (&b"T"[..], Some("7"), "u"));
    assert!(matches!(fields.content, Content::Text(Cow::Borrowed(_))));
    assert_eq!(fields.metadata, r#"{"big":12345678901234567890,"n":1e5}"#);
}

#[test]
fn a_text_may_stand_further_down() {
    let settings = config::Input { text_field: "a.b.c".into(), ..config::Input::default() };
    let of = |line: &'static str| json(line.as_bytes(), &settings);
    let fields = of(r#"{"id":"x","a":{"n":1.50,"b":{"c":"T","d":2}},"z":3}"#).unwrap();
    assert_eq!((text(&fields), &*fields.metadata), (&b"T"[..], r#"{"a":{"n":1.50,"b":{"d":2}},"z":3}"#));
    assert_eq!(of(r#"{"a":{"b.c":"T"}}"#).unwrap().metadata, "{}");
    assert_eq!(text(&of(r#"{"a.b.c":"literally","a":{"b":{"c":"T"}}}"#).unwrap()), b"literally");
    assert_eq!(text(&of("{\"a\":{\"b\":{\"c\":\"T \\ud83d\"}}}").unwrap()), "T \u{FFFD}".as_bytes());
    let told = of(r#"{"id":"x","a":{"b":1}}"#).err().unwrap();
    assert_eq!(told, "no field `a.b.c`: there are id, a (see --text-field)");
}

#[test]
fn white_space_between_the_tokens_of_metadata_is_not_kept() {
    let fields =
        parse(b"{\"text\":\"T\", \"tags\": [ \"a b\",\r\"c\\\\\" ,\n{\"d \\\" e\": 1.0} ], \"s\": \"x  y\"}")
            .unwrap();
    assert_eq!(fields.metadata, r#"{"tags":["a b","c\\",{"d \" e":1.0}],"s":"x  y"}"#);
}

#[test]
fn half_a_surrogate_pair_becomes_the_replacement_character() {
    let fields = parse(br#"{"text":"a\ud83d b \ud83d\ude00 \\ud83d","x":"\udc00"}"#).unwrap();
    assert_eq!(text(&fields), "a\u{FFFD} b 😀 \\ud83d".as_bytes());
    assert_eq!(fields.metadata, r#"{"x":"\ufffd"}"#);
}

#[test]
fn bytes_in_another_encoding_reach_decode() {
    let fields = parse(b"{\"text\":\"caf\xE9 \\n\",\"x\":\"\xE9\"}").unwrap();
    assert_eq!(text(&fields), b"caf\xE9 \n");
    assert_eq!(fields.metadata, "{\"x\":\"é\"}", "with the text around it");
}

#[test]
fn letters_of_other_encodings_are_no_halves_of_surrogate_pairs() {
    // `ні»` in windows-1251, `身负` in GBK: bytes that would be half a pair in UTF-8.
    let fields = parse(b"{\"text\":\"\xF3 \xCA\xE8\xBA\xE2\xB3, \xED\xB3\xBB \\udc00\"}").unwrap();
    assert_eq!(text(&fields), b"\xF3 \xCA\xE8\xBA\xE2\xB3, \xED\xB3\xBB \xEF\xBF\xBD");
    let fields = parse(b"{\"text\":\"\xC9\xED\xB8\xBA\"}").unwrap();
    assert_eq!(text(&fields), b"\xC9\xED\xB8\xBA");
}

#[test]
fn deep_nesting_passes_through_and_what_is_broken_is_told() {
    let deep = format!("{{\"text\":\"a\",\"x\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(parse(deep.as_bytes()).unwrap().metadata.len(), 200_006);
    for broken in
        [&b"{\"text\":\"a\""[..], b"[1]", b"{\"text\":1}", b"{}", b"{\"text\":\"a\"} x", b"{\"text\":NaN}"]
    {
        assert!(parse(broken).is_err(), "{}", String::from_utf8_lossy(broken));
    }
}

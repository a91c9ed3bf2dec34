//! What a record says of itself, and where that stands in the output: ids, addresses, charsets, the fields to keep.

#![expect(clippy::expect_used, reason = "a test says what it expected")]

use std::io::Write;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;

use serde_json::Value;

/// What `clean -` makes of `input`.
fn run(args: &[&str], input: &[u8]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    let mut child = Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .args(["clean", "-", "-q"])
        .args(args)
        .current_dir(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut pipe = child.stdin.take().expect("a pipe");
    pipe.write_all(input).expect("read");
    drop(pipe);
    child.wait_with_output().expect("the command ends")
}

/// The records, of an input in which nothing is wrong.
fn records(args: &[&str], input: &[u8]) -> Vec<Value> {
    let out = run(args, input);
    assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
    let text = String::from_utf8(out.stdout).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("a record")).collect()
}

/// These keys of every record.
fn told<const N: usize>(args: &[&str], input: &[u8], keys: [&str; N]) -> Vec<[String; N]> {
    let of = |record: &Value| keys.map(|key| record[key].as_str().expect("a string").to_owned());
    records(args, input).iter().map(of).collect()
}

#[test]
fn a_row_may_begin_with_an_empty_cell() {
    let rows = "title\ttext\r\n\tThe council met on Monday.\r\n\r\n\tThe council met on Tuesday.\n \r\nT\tThe council met.\n";
    let expected =
        [["", "The council met on Monday."], ["", "The council met on Tuesday."], ["T", "The council met."]];
    assert_eq!(told(&[], rows.as_bytes(), ["title", "text"]), expected);
    let latin = b"title\ttext\n\tDie Stra\xDFe zur Br\xFCcke war in der Nacht gesperrt.\n";
    let expected = [["", "Die Straße zur Brücke war in der Nacht gesperrt."]];
    assert_eq!(told(&[], latin, ["title", "text"]), expected);
}

#[test]
fn half_a_surrogate_pair_is_replaced_wherever_it_stands() {
    let line = r#"{"id":"a1\ud83d","url":"https://example.com/\uDC00","title":"T \ud83d","source":"s","x":{"y":["\ud83d\ude00 \uDE00"],"\ud83d":"\\ud83d"},"text":"It rained."}"#;
    let expected = [[
        "a1\u{FFFD}",
        "https://example.com/\u{FFFD}",
        "T \u{FFFD}",
        "It rained.",
        r#"{"x":{"y":["\ud83d\ude00 \ufffd"],"\ufffd":"\\ud83d"},"source":"s"}"#,
    ]];
    assert_eq!(told(&[], line.as_bytes(), ["id", "url", "title", "text", "metadata"]), expected);
}

/// A page whose author and date are sure.
const PAGE: &str = r"Home\nNews\nSport\nSubscribe now\nBridge opens again after eleven weeks\nBy Jane Doe\n12.03.2024, 17:45\nThe bridge over the harbour was opened to traffic again on Monday, eleven weeks after a barge had struck one of its pillars.\nEngineers replaced two girders and the railing, and the city says that the work cost less than had been feared at first.\nFerries had carried thousands of people over the water each day while the bridge was closed.\nContact us\nPrivacy Policy\n© 2024 The Harbour Gazette. All rights reserved.";

#[test]
fn the_page_is_asked_only_for_what_the_input_leaves_open_and_what_is_to_be_kept() {
    let of = |fields: &str, args: &[&str]| {
        let line = format!("{{\"id\":\"a\",{fields}\"text\":\"{PAGE}\"}}\n");
        told(args, line.as_bytes(), ["metadata"]).remove(0).concat()
    };
    let (byline, date) = (r#""byline":"By Jane Doe""#, r#""date":"12.03.2024, 17:45""#);
    let own = r#""date":"2024","author":"X","#;
    assert_eq!(of("", &[]), format!("{{{byline},{date}}}"));
    assert_eq!(of(own, &[]), format!(r#"{{"date":"2024","author":"X",{byline}}}"#));
    assert_eq!(of(own, &["--keep", "author"]), r#"{"author":"X"}"#);
    assert_eq!(of(own, &["--keep", "author,date"]), r#"{"date":"2024","author":"X"}"#);
    assert_eq!(of("", &["--keep", "author,date"]), format!("{{{date}}}"));
    // Nothing is not a date of its own.
    assert_eq!(
        of(r#""date":null,"z":{"date":null},"#, &[]),
        format!(r#"{{{date},"z":{{"date":null}},{byline}}}"#)
    );
    assert_eq!(of(r#""date":null,"#, &["--keep", "date"]), format!("{{{date}}}"));
}

#[test]
fn the_charset_that_a_record_names_counts_whether_or_not_it_is_kept() {
    let of = |args: &[&str], input: &[u8]| told(args, input, ["text", "metadata"]).remove(0);
    let line = b"{\"id\":\"a\",\"text\":\"A \xE0\",\"encoding\":7,\"charset\":\"windows-1251\"}\n";
    assert_eq!(of(&[], line), ["A а", r#"{"encoding":7,"charset":"windows-1251"}"#]);
    assert_eq!(of(&["--keep", "other"], line), ["A а", "{}"]);
    let rows = b"id,text,encoding\na,A \xE0,windows-1251\n";
    assert_eq!(of(&[], rows), ["A а", r#"{"encoding":"windows-1251"}"#]);
    assert_eq!(of(&["--keep", "other"], rows), ["A а", "{}"]);
}

#[test]
fn what_an_archive_tells_is_kept_as_asked() {
    let wet = b"WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Date: 2024-03-12T17:45:00Z\r\nWARC-Identified-Content-Language: eng\r\nContent-Length: 10\r\n\r\nIt rained.\r\n\r\n";
    let of = |args: &[&str]| told(args, wet, ["metadata"]).remove(0).concat();
    assert_eq!(of(&[]), r#"{"date":"2024-03-12T17:45:00Z","languages":"eng"}"#);
    assert_eq!(of(&["--keep", "languages"]), r#"{"languages":"eng"}"#);
    assert_eq!(of(&["--keep", "foo"]), "{}");
}

#[test]
fn a_row_keeps_what_a_line_of_json_keeps() {
    let keys = ["source", "url", "metadata"];
    let line = r#"{"id":"a","url":"https://example.com/1","source":"agency","a":"1","b":"2","a":"3","text":"It rained."}"#;
    let rows = "id,url,source,a,b,a,text\na,https://example.com/1,agency,1,2,3,It rained.\n";
    let expected = [["example.com", "https://example.com/1", r#"{"b":"2","a":"3","source":"agency"}"#]];
    assert_eq!(told(&[], line.as_bytes(), keys), expected);
    assert_eq!(told(&[], rows.as_bytes(), keys), expected, "of columns of one name the last");
}

#[test]
fn an_address_may_be_the_id_as_well() {
    let keys = ["id", "url", "title", "source"];
    let (url, args) = ("http://www.bbc.co.uk/x", ["--id-field", "url"]);
    let line = format!("{{\"url\":\"{url}\",\"title\":\"T\",\"text\":\"The council met.\"}}");
    let rows = format!("url,title,text\n{url},T,The council met.\n");
    for input in [line, rows] {
        assert_eq!(told(&args, input.as_bytes(), keys), [[url, url, "T", "bbc.co.uk"]], "{input}");
        assert_eq!(told(&["--id-field", "title"], input.as_bytes(), keys), [["T", url, "T", "bbc.co.uk"]]);
    }
    let number = r#"{"n":7,"text":"The council met."}"#;
    assert_eq!(told(&["--id-field", "n"], number.as_bytes(), ["id", "metadata"]), [["d-7", "{}"]]);
}

#[test]
fn a_limit_counts_documents() {
    let record = |kind: &str, text: &str| {
        format!("WARC/1.0\r\nWARC-Type: {kind}\r\nContent-Length: {}\r\n\r\n{text}\r\n\r\n", text.len())
    };
    let wet = [
        record("warcinfo", "Software: none"),
        record("conversion", "One."),
        record("metadata", "a: b"),
        record("conversion", "Two."),
        record("conversion", "Three."),
    ]
    .concat();
    let of = |limit: &str| told(&["--limit", limit, "--steps", ""], wet.as_bytes(), ["text"]).concat();
    assert_eq!(of("1"), ["One."]);
    assert_eq!(of("2"), ["One.", "Two."]);
    assert_eq!(of("9"), ["One.", "Two.", "Three."]);
}

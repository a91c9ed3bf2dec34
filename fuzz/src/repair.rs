//! Repair: its edits lead from the input to its answer, and a second repair has nothing to do.

use std::borrow::Cow;

use copydesk::config;
use copydesk::document::apply;
use copydesk::repair;

/// The laws, for any bytes, read as text.
pub fn check(data: &[u8]) {
    check_text(&String::from_utf8_lossy(data));
}

/// The laws, for any text.
pub fn check_text(text: &str) {
    let config = config::Repair::default();
    let repaired = repair(text, &config);
    let mut last = 0;
    for edit in &repaired.edits {
        assert!(edit.span.start >= last && edit.span.end >= edit.span.start, "{:?}", repaired.edits);
        assert!(text.is_char_boundary(edit.span.start) && text.is_char_boundary(edit.span.end));
        last = edit.span.end;
    }
    assert_eq!(apply(text, &repaired.edits), repaired.text, "the edits lead to the text");
    if repaired.edits.is_empty() {
        assert!(matches!(repaired.text, Cow::Borrowed(_)), "what is unchanged is borrowed");
    }
    let again = repair(&repaired.text, &config);
    assert_eq!(again.edits, [], "repairing {:?} again", repaired.text);
}

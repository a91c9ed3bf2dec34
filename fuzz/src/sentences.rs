//! Sentences: spans that lose nothing, and the same as a slow look at every character finds.

use copydesk::Lang;
use copydesk::Span;
use copydesk::sentences::by_reference;
use copydesk::sentences::segment;

/// The laws, for any bytes, read as text.
pub fn check(data: &[u8]) {
    check_text(&String::from_utf8_lossy(data));
}

/// Spans are trimmed, ascending, disjoint, on character boundaries; between them is only white space; the scan finds
/// what the boundaries of UAX #29 and a look at every character find.
pub fn check_text(text: &str) {
    let spans = segment(text, Lang::UND);
    let mut last = 0;
    for span in &spans {
        assert!(span.start >= last && span.end > span.start, "{spans:?} in {text:?}");
        assert_eq!(span.of(text).trim().len(), span.len(), "{:?} is not trimmed", span.of(text));
        assert_eq!(Span::new(last, span.start).of(text).trim(), "", "left out of {text:?}");
        last = span.end;
    }
    assert_eq!(Span::new(last, text.len()).of(text).trim(), "", "left out of {text:?}");
    assert_eq!(spans, by_reference(text, Lang::UND), "the scan and the reference differ on {text:?}");
}

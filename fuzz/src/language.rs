//! Naming languages: scores are probabilities, no letters mean no language, and what was named before changes nothing.

use std::sync::LazyLock;

use copydesk::Lang;
use copydesk::Span;
use copydesk::config::Language;
use copydesk::document::lines;
use copydesk::language::Identifier;
use copydesk::language::identify;
use copydesk::language::identify_sentences;

static FEW: LazyLock<Identifier> = LazyLock::new(|| {
    let languages = vec!["fr".into(), "ru".into()];
    Identifier::new(&Language { languages, ..Language::default() }).expect("known languages")
});

/// The laws, for any bytes, read as text.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let spans: Vec<Span> = lines(&text).iter().map(|line| line.span).collect();
    let named = identify_sentences(&text, &spans);
    assert_eq!(named.len(), spans.len());
    for (one, span) in named.iter().zip(&spans) {
        assert!((0.0..=1.0).contains(&one.confidence), "{} in {text:?}", one.confidence);
        assert_eq!(one.lang == Lang::UND, one.confidence == 0.0, "{one:?} in {text:?}");
        if !span.of(&text).chars().any(char::is_alphabetic) {
            assert_eq!(one.lang, Lang::UND, "{:?}", span.of(&text));
        }
    }
    // Once more, and after other text, is the same.
    identify("Une autre phrase entre les deux.");
    assert_eq!(named, identify_sentences(&text, &spans));
    for one in FEW.identify_sentences(&text, &spans) {
        assert!(["fr", "ru", "und"].contains(&one.lang.tag()));
    }
}

//! What was done to a document, told change by change, in order and in words: the way from what the stages decided to an audit.
//! Where repairs and removed lines overlap is left to `compose`.

use std::borrow::Cow;
use std::mem::discriminant;

use crate::audit::About;
use crate::audit::DOCUMENT;
use crate::audit::EMPTIED;
use crate::audit::Head;
use crate::audit::Text;
use crate::audit::WRITTEN;
use crate::audit::compose;
use crate::audit::compose::Composed;
use crate::audit::compose::Kind as Piece;
use crate::boilerplate::Removed;
use crate::boilerplate::rules::RuleSet;
use crate::document::Span;
use crate::pipeline::Cleaned;
use crate::verdict::Reason;

/// A change on its way into an audit.
pub(super) struct Change<'c> {
    pub(super) step: &'static str,
    pub(super) rule: &'c str,
    pub(super) why: Why<'c>,
    /// In code points of the decoded text.
    pub(super) place: Span,
    pub(super) score: f32,
    pub(super) text: Cow<'c, str>,
    pub(super) to: Cow<'c, str>,
    pub(super) is_note: bool,
}

/// What is put into words when it is needed.
#[derive(Clone, Copy)]
pub(super) enum Why<'c> {
    Words(&'static str),
    Removal(&'c Reason),
}

impl<'c> Why<'c> {
    /// Whether two changes of one rule and step have the same words.
    pub(super) fn is_like(self, other: Why<'_>) -> bool {
        match (self, other) {
            (Why::Words(words), Why::Words(others)) => words == others,
            // A phrase rule may be named like a theme.
            (Why::Removal(reason), Why::Removal(other)) => discriminant(reason) == discriminant(other),
            _ => false,
        }
    }

    pub(super) fn in_words(self, rules: &'c RuleSet) -> Cow<'c, str> {
        match self {
            Why::Words(words) => Cow::Borrowed(words),
            Why::Removal(reason) => removal_reason(reason, rules),
        }
    }
}

/// Tells all changes of a document in the order of its audit, and returns its head.
pub(super) fn walk<'c>(
    about: About<'c>,
    cleaned: &'c Cleaned<'_>,
    tell: &mut dyn FnMut(Change<'c>),
) -> Head<'c> {
    let decoded = &*cleaned.decoded.text;
    let mut places = Places::new(decoded);
    for span in losses(cleaned) {
        let (place, text) = (places.note(span), Cow::Borrowed(span.of(decoded)));
        let why = Why::Words("Bytes without a character in this encoding.");
        let (step, rule, to) = ("decode", "undecodable", text.clone());
        tell(Change { step, rule, why, place, score: 1.0, text, to, is_note: true });
    }
    let mut spaces = Spaces::default();
    // Text that is left but holds no sentence goes in one piece: there is no record that it could be restored from.
    let is_leftover = about.is_emptied && !cleaned.text.is_empty();
    if is_leftover {
        let place = places.change(Span::new(0, decoded.len()), None);
        let why = Why::Words("Nothing that is left is a sentence.");
        let (step, rule) = ("sentences", "no-sentence");
        let (text, to) = (Cow::Borrowed(decoded), Cow::Borrowed(""));
        tell(Change { step, rule, why, place, score: 1.0, text, to, is_note: false });
    }
    compose::compose(decoded, &cleaned.repairs, &cleaned.layout, &cleaned.removed, &mut |change| {
        let Composed { kind, span, text, to, is_note } = change;
        let is_note = is_note || is_leftover;
        let known = match kind {
            // Without repairs a line is as long as it was.
            Piece::Removed(n) if cleaned.repairs.is_empty() => cleaned.removed.get(n),
            _ => None,
        };
        let chars = known.filter(|line| line.span == span).map(|line| line.chars);
        let place = if is_note { places.note(span) } else { places.change(span, chars) };
        match kind {
            Piece::Layout if is_leftover => {}
            // Line ends of another kind are repaired by the thousand, and are white space all the same.
            Piece::Repair(_) if !text.is_empty() && text.trim().is_empty() && to.trim().is_empty() => {
                if !is_note {
                    spaces.add(place.start, text, to);
                }
            }
            Piece::Layout => spaces.add(place.start, text, to),
            Piece::Repair(rule) => {
                let why = Why::Words(repair_reason(rule));
                tell(Change { step: "repair", rule, why, place, score: 1.0, text, to, is_note });
            }
            Piece::Removed(n) => {
                let Some(Removed { reason, score, .. }) = cleaned.removed.get(n) else { return };
                let (step, rule, why, score) = ("boilerplate", reason.code(), Why::Removal(reason), *score);
                tell(Change { step, rule, why, place, score, text, to, is_note });
            }
        }
    });
    Head {
        id: Cow::Borrowed(about.id),
        step: Cow::Borrowed(DOCUMENT),
        rule: Cow::Borrowed(if about.is_emptied { EMPTIED } else { WRITTEN }),
        start: 0,
        end: places.length(),
        chars_out: if about.is_emptied { 0 } else { cleaned.text.chars().count() },
        file: Cow::Borrowed(about.file),
        record: about.record,
        encoding: Cow::Borrowed(cleaned.decoded.encoding),
        source: Cow::Borrowed(about.source),
        layout: spaces.0,
        gaps: if about.is_by_sentence && !about.is_emptied { gaps(cleaned) } else { Vec::new() },
    }
}

/// The white space between sentences, where it is not what a reader of sentences would put there.
fn gaps<'c>(cleaned: &'c Cleaned<'_>) -> Vec<(usize, Text<'c>)> {
    let mut gaps = Vec::new();
    let mut at = 0;
    let end = Span::new(cleaned.text.len(), cleaned.text.len());
    for (n, span) in cleaned.sentences.iter().map(|s| s.span).chain([end]).enumerate() {
        let gap = Span::new(at, span.start).of(&cleaned.text);
        if gap != usual_gap(n, cleaned.sentences.len()) {
            gaps.push((n, Text(Cow::Borrowed(gap))));
        }
        at = span.end;
    }
    gaps
}

pub(super) const fn usual_gap(n: usize, sentences: usize) -> &'static str {
    if n == 0 || n == sentences { "" } else { " " }
}

/// Runs of replacement characters, where decoding lost something.
fn losses(cleaned: &Cleaned<'_>) -> impl Iterator<Item = Span> {
    let text = if cleaned.decoded.losses > 0 { &*cleaned.decoded.text } else { "" };
    let mut found = text.match_indices('\u{FFFD}').peekable();
    std::iter::from_fn(move || {
        let (start, mark) = found.next()?;
        let mut end = start + mark.len();
        while found.next_if(|(at, _)| *at == end).is_some() {
            end += mark.len();
        }
        Some(Span::new(start, end))
    })
}

/// Turns byte offsets into code points, by walking from each to the next. The changes of a document ascend, and a note lies
/// within the change before it, so that the way is never long.
struct Places<'t> {
    text: &'t str,
    is_ascii: bool,
    bytes: usize,
    chars: usize,
    /// The last change, in bytes and in code points.
    last: (Span, Span),
}

impl<'t> Places<'t> {
    fn new(text: &'t str) -> Places<'t> {
        Places { text, is_ascii: text.is_ascii(), bytes: 0, chars: 0, last: Default::default() }
    }

    fn at(&mut self, byte: usize) -> usize {
        // Between a line and its end, or the next line, there is mostly one byte or none.
        let way = |from, to| match to - from {
            bytes @ 0..=1 => bytes,
            _ => Span::new(from, to).of(self.text).chars().count(),
        };
        if self.bytes < byte {
            self.chars += way(self.bytes, byte);
        } else {
            self.chars -= way(byte, self.bytes);
        }
        self.bytes = byte;
        self.chars
    }

    fn note(&mut self, span: Span) -> Span {
        if self.is_ascii {
            span
        } else if span == self.last.0 {
            // A line that went may be told of once for each of its parts.
            self.last.1
        } else {
            Span::new(self.at(span.start), self.at(span.end))
        }
    }

    /// Where a change is, of which the number of characters may be known.
    fn change(&mut self, span: Span, chars: Option<usize>) -> Span {
        let place = match chars {
            Some(chars) if !self.is_ascii => {
                let start = self.at(span.start);
                (self.bytes, self.chars) = (span.end, start + chars);
                Span::new(start, self.chars)
            }
            _ => self.note(span),
        };
        self.last = (span, place);
        place
    }

    /// Of the whole text.
    fn length(&mut self) -> usize {
        if self.is_ascii { self.text.len() } else { self.at(self.text.len()) }
    }
}

/// Changes of white space, those of a kind together.
#[derive(Default)]
struct Spaces<'c>(Vec<(Text<'c>, Text<'c>, Vec<usize>)>);

impl<'c> Spaces<'c> {
    /// Among so many kinds a change is looked for; there are rarely as many, and a page of thousands is not searched again
    /// and again.
    const MOST: usize = 16;

    fn add(&mut self, at: usize, text: Cow<'c, str>, to: Cow<'c, str>) {
        // Texts of a byte or two: a call to compare each would take longer than all else.
        let is_same = |a: &str, b: &str| a.len() == b.len() && a.bytes().eq(b.bytes());
        let mut kinds = self.0.iter_mut().take(Self::MOST);
        match kinds.find(|kind| is_same(&kind.0.0, &text) && is_same(&kind.1.0, &to)) {
            Some((_, _, places)) => places.push(at),
            None => self.0.push((Text(text), Text(to), vec![at])),
        }
    }
}

fn repair_reason(code: &str) -> &'static str {
    match code {
        "mojibake" => "Bytes that were decoded with the wrong encoding.",
        "misread-charset" => "Letters of another charset that were read as this one.",
        "html-entity" => "An HTML entity left over from the page.",
        "json-escape" => "An escape left over from JSON.",
        "quoted-printable" => "An escape left over from mail.",
        "terminal-escape" => "A command to a terminal.",
        "control" | "c1-control" => "A control character, which does not print.",
        "byte-order-mark" => "A byte-order mark inside the text.",
        "soft-hyphen" => "A hyphen that shows only at the end of a line.",
        "zero-width" => "An invisible character without a use in this script.",
        "line-separator" => "A line end of another kind.",
        "ligature" => "Several letters in one character.",
        "wide-latin" => "Latin letters as wide as CJK ones.",
        "nfc" => "Letters and marks, put into composed form.",
        _ => "Damaged characters.",
    }
}

/// In few words: in an audit these are as long as all the lines that were removed.
fn removal_reason<'r>(reason: &Reason, rules: &'r RuleSet) -> Cow<'r, str> {
    Cow::Borrowed(match reason {
        Reason::Rule(id) => rules.rule(id.as_str()).map_or("", |rule| rule.because.as_str()),
        Reason::Repeated => "It stands elsewhere in the document.",
        Reason::List => "Part of a list.",
        Reason::RelatedBlock => "Part of a block of other articles.",
        Reason::Theme(theme) => {
            return Cow::Owned(format!("It reads like this: {theme}."));
        }
        Reason::Ornament => "No letter, no digit.",
        Reason::Template => "It recurs on its site.",
        Reason::Outside => "Outside the article.",
        Reason::Apart => "A text of its own beside the article.",
        Reason::Neighbours => "Among lines that are no article.",
    })
}

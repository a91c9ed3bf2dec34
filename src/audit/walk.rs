//! What was done to a document, told change by change, in order and in words: the way from what the stages decided to an audit.
//! Where repairs and removed lines overlap is left to `compose`.

use std::borrow::Cow;

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
    pub(super) what: What<'c>,
    /// In code points of the decoded text.
    pub(super) place: Span,
    pub(super) score: f32,
    pub(super) text: Cow<'c, str>,
    pub(super) to: Cow<'c, str>,
    pub(super) is_note: bool,
}

/// What is done and why; put into words when they are needed.
#[derive(Clone, Copy)]
pub(super) enum What<'c> {
    /// A line is removed.
    Removal(&'c Reason),
    /// All else: its step, its rule and the reason.
    Other(&'static str, &'static str, &'static str),
}

impl<'c> What<'c> {
    /// Whether the lines of two changes begin alike.
    pub(super) fn is_like(self, other: What<'_>) -> bool {
        match (self, other) {
            // A phrase rule may be named like a theme.
            (What::Removal(reason), What::Removal(other)) => reason == other,
            (What::Other(step, rule, why), What::Other(other_step, other_rule, other)) => {
                rule == other_rule && step == other_step && why == other
            }
            _ => false,
        }
    }

    pub(super) const fn step(self) -> &'static str {
        match self {
            What::Removal(_) => "boilerplate",
            What::Other(step, ..) => step,
        }
    }

    pub(super) fn rule(self) -> &'c str {
        match self {
            What::Removal(reason) => reason.code(),
            What::Other(_, rule, _) => rule,
        }
    }

    pub(super) fn in_words(self, rules: &'c RuleSet) -> Cow<'c, str> {
        match self {
            What::Removal(reason) => removal_reason(reason, rules),
            What::Other(.., why) => Cow::Borrowed(why),
        }
    }
}

/// Tells all changes of a document in the order of its audit, and returns its head.
pub(super) fn walk<'c>(
    about: About<'c>,
    cleaned: &'c Cleaned<'_>,
    mut tell: impl FnMut(Change<'c>),
) -> Head<'c> {
    let decoded = &*cleaned.decoded.text;
    let mut places = Places::new(decoded);
    for span in losses(cleaned) {
        let (place, text) = (places.note(span), Cow::Borrowed(span.of(decoded)));
        let what = What::Other("decode", "undecodable", "Bytes without a character in this encoding.");
        let to = text.clone();
        tell(Change { what, place, score: 1.0, text, to, is_note: true });
    }
    let mut spaces = Spaces::default();
    // Text that is left but holds no sentence goes in one piece: there is no record that it could be restored from.
    let is_leftover = about.is_emptied && !cleaned.text.is_empty();
    if is_leftover {
        let place = places.change(Span::new(0, decoded.len()));
        let what = What::Other("sentences", "no-sentence", "Nothing that is left is a sentence.");
        let (text, to) = (Cow::Borrowed(decoded), Cow::Borrowed(""));
        tell(Change { what, place, score: 1.0, text, to, is_note: false });
    }
    if cleaned.repairs.is_empty() && !is_leftover {
        unrepaired(cleaned, &mut places, &mut spaces, &mut tell);
    } else {
        overlaid(cleaned, is_leftover, &mut places, &mut spaces, &mut tell);
    }
    Head {
        id: Cow::Borrowed(about.id),
        step: Cow::Borrowed(DOCUMENT),
        rule: Cow::Borrowed(if about.is_emptied { EMPTIED } else { WRITTEN }),
        start: 0,
        end: places.length(),
        chars_out: if about.is_emptied { 0 } else { cleaned.text.chars().count() },
        file: Cow::Borrowed(about.file),
        record: about.record,
        encoding: Cow::Borrowed(about.encoding.unwrap_or(cleaned.decoded.encoding)),
        source: Cow::Borrowed(about.source),
        layout: spaces.0,
        gaps: if about.is_by_sentence && !about.is_emptied { gaps(cleaned) } else { Vec::new() },
    }
}

/// Tells of most documents: the decoded text is the one that was judged, and nothing overlaps.
fn unrepaired<'c>(
    cleaned: &'c Cleaned<'_>,
    places: &mut Places<'_>,
    spaces: &mut Spaces<'c>,
    tell: &mut impl FnMut(Change<'c>),
) {
    let decoded = &*cleaned.decoded.text;
    compose::rendered(&cleaned.layout, &cleaned.removed, |kind, span, to| match kind {
        Piece::Removed(n) => {
            let Some(line) = cleaned.removed.get(n) else { return };
            let start = places.at(span.start);
            let end = if line.span == span { places.skip(span, line.chars) } else { places.at(span.end) };
            let (what, place) = (What::Removal(&line.reason), Span::new(start, end));
            let (text, to) = (Cow::Borrowed(span.of(decoded)), Cow::Borrowed(to));
            tell(Change { what, place, score: line.score, text, to, is_note: false });
        }
        _ => {
            if let Some((span, to)) = compose::core(decoded, span, to) {
                spaces.add(places.at(span.start), Cow::Borrowed(span.of(decoded)), Cow::Borrowed(to));
            }
        }
    });
}

/// Tells of a document in which the changes of several steps may overlap.
fn overlaid<'c>(
    cleaned: &'c Cleaned<'_>,
    is_leftover: bool,
    places: &mut Places<'_>,
    spaces: &mut Spaces<'c>,
    tell: &mut impl FnMut(Change<'c>),
) {
    let decoded = &*cleaned.decoded.text;
    compose::compose(decoded, &cleaned.repairs, &cleaned.layout, &cleaned.removed, &mut |change| {
        let Composed { kind, span, text, to, is_note } = change;
        let is_note = is_note || is_leftover;
        let place = if is_note { places.note(span) } else { places.change(span) };
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
                let what = What::Other("repair", rule, repair_reason(rule));
                tell(Change { what, place, score: 1.0, text, to, is_note });
            }
            Piece::Removed(n) => {
                let Some(Removed { reason, score, .. }) = cleaned.removed.get(n) else { return };
                let (what, score) = (What::Removal(reason), *score);
                tell(Change { what, place, score, text, to, is_note });
            }
        }
    });
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
        if self.is_ascii {
            return byte;
        }
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

    /// The end of a span that begins where the last way led, and has so many characters.
    fn skip(&mut self, span: Span, chars: usize) -> usize {
        if self.is_ascii {
            return span.end;
        }
        self.bytes = span.end;
        self.chars += chars;
        self.chars
    }

    fn note(&mut self, span: Span) -> Span {
        if span == self.last.0 {
            // A line that went may be told of once for each of its parts.
            self.last.1
        } else {
            Span::new(self.at(span.start), self.at(span.end))
        }
    }

    fn change(&mut self, span: Span) -> Span {
        let place = self.note(span);
        self.last = (span, place);
        place
    }

    /// Of the whole text.
    fn length(&mut self) -> usize {
        self.at(self.text.len())
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

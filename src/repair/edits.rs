//! Edits of edits: what was done in several rounds, told as one list of changes to the text that came in.

use crate::document::Edit;
use crate::document::Span;

/// The edits that do at once what `first` and then `second` do; `middle` is the text between the two.
pub(crate) fn compose(first: Vec<Edit>, second: Vec<Edit>, middle: &str) -> Vec<Edit> {
    if first.is_empty() {
        return second;
    }
    let mut out: Vec<Edit> = Vec::with_capacity(first.len() + second.len());
    let mut first = first.into_iter().peekable();
    let mut second = second.into_iter().peekable();
    // How far a place in `middle` is ahead of the same place in the text before it.
    let mut shift = 0_isize;
    loop {
        let start_first = first.peek().map(|e| e.span.start.wrapping_add_signed(shift));
        let start_second = second.peek().map(|e| e.span.start);
        let Some(start) = start_first.into_iter().chain(start_second).min() else { break };
        // The stretch of `middle` that overlapping edits of both rounds change together.
        let (mut end, mut text, mut code, mut copied) = (start, String::new(), "", start);
        let source = start.wrapping_add_signed(-shift);
        let mut touched = false;
        loop {
            let overlaps = |at: usize, len: usize| {
                at < end || at == start && !touched || at == end && len == 0 && touched
            };
            if let Some(e) = first.peek()
                && overlaps(e.span.start.wrapping_add_signed(shift), e.to.len())
            {
                let at = e.span.start.wrapping_add_signed(shift);
                end = end.max(at + e.to.len());
                shift += e.to.len().cast_signed() - e.span.len().cast_signed();
                code = if code.is_empty() { e.code } else { code };
                first.next();
            } else if let Some(e) = second.peek()
                && overlaps(e.span.start, e.span.len())
            {
                text.push_str(Span::new(copied, e.span.start).of(middle));
                text.push_str(&e.to);
                copied = e.span.end;
                end = end.max(e.span.end);
                code = if code.is_empty() { e.code } else { code };
                second.next();
            } else {
                break;
            }
            touched = true;
        }
        text.push_str(Span::new(copied, end).of(middle));
        out.push(Edit { span: Span::new(source, end.wrapping_add_signed(-shift)), to: text, code });
    }
    out
}

/// The edits of a line, each without the characters that it leaves as they are at either end.
pub(crate) fn trim(line: &str, edits: Vec<Edit>) -> Vec<Edit> {
    edits
        .into_iter()
        .filter_map(|e| {
            let from = e.span.of(line);
            let same =
                from.chars().zip(e.to.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
            let (from_rest, to_rest) = (from.get(same..)?, e.to.get(same..)?);
            let tail: usize = from_rest
                .chars()
                .rev()
                .zip(to_rest.chars().rev())
                .take_while(|(a, b)| a == b)
                .map(|(a, _)| a.len_utf8())
                .sum();
            let to = to_rest.get(..to_rest.len() - tail)?.to_owned();
            let span = Span::new(e.span.start + same, e.span.end - tail);
            (!span.is_empty() || !to.is_empty()).then_some(Edit { span, to, code: e.code })
        })
        .collect()
}

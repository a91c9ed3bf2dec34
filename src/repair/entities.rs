//! Left-over HTML entities. Angle brackets stay escaped, so that prose about HTML does not turn into tags.

/// The line with its entities read, or `None` when there are none.
pub(crate) fn unescape(line: &str) -> Option<String> {
    if !line.contains('&') || ["&lt;", "&gt;", "&#60;", "&#62;"].iter().any(|e| line.contains(e)) {
        return None;
    }
    let to = htmlize::unescape(line);
    (to != line).then(|| to.into_owned())
}

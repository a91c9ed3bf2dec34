//! A document on the terminal: kept lines plain, removed ones struck with rule and reason in the margin, repairs before and
//! after, sentence breaks and languages marked. What happened to it comes from [`copydesk::audit::diff`].

use copydesk::audit::diff::Note;
use copydesk::audit::diff::Piece;
use copydesk::audit::diff::Row;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// How to draw.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    /// Colours and strike-through; otherwise signs say the same.
    pub(crate) has_colour: bool,
    /// Columns to keep within; without them every line of the input stays one line, for `grep`.
    pub(crate) width: Option<usize>,
}

/// A document to draw.
#[derive(Debug, Default)]
pub(crate) struct Shown<'d> {
    pub(crate) id: String,
    pub(crate) lang: String,
    pub(crate) lang_score: f32,
    pub(crate) encoding: String,
    pub(crate) chars_in: usize,
    pub(crate) chars_out: usize,
    pub(crate) is_emptied: bool,
    pub(crate) rows: Vec<Row<'d>>,
}

/// Columns left of the text: a language, a sign and a space.
const GUTTER: usize = 7;
/// Below this many columns, notes stand under their line instead of beside it.
const NARROW: usize = 64;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Ink {
    #[default]
    Plain,
    Bold,
    Dim,
    Removed,
    Sign,
    Before,
    After,
    Rule,
    Lang,
}

impl Ink {
    const fn code(self) -> &'static str {
        match self {
            Ink::Plain => "",
            Ink::Bold => "1",
            Ink::Dim => "2",
            Ink::Removed => "31;9",
            Ink::Sign => "31",
            Ink::Before => "33;9",
            Ink::After => "32",
            Ink::Rule => "36",
            Ink::Lang => "35",
        }
    }
}

/// Text in one ink.
type Run = (Ink, String);

/// Draws a document.
pub(crate) fn document(shown: &Shown<'_>, style: Style) -> String {
    let mut out = String::new();
    let removed = shown.rows.iter().filter(|row| row.has_removed()).count();
    let repairs = shown.rows.iter().flat_map(|row| &row.notes).filter(|note| note.step == "repair").count();
    let mut facts = Vec::new();
    if !shown.lang.is_empty() {
        facts.push(format!("{} {:.2}", shown.lang, shown.lang_score));
    }
    if !shown.encoding.is_empty() {
        facts.push(shown.encoding.clone());
    }
    facts.push(format!("{} → {} characters", shown.chars_in, shown.chars_out));
    for (count, what) in [(removed, "removed"), (repairs, "repaired")] {
        facts.push(format!("{count} {} {what}", if count == 1 { "line" } else { "lines" }));
    }
    if shown.is_emptied {
        facts.push("nothing left".to_owned());
    }
    line(&mut out, &[(Ink::Bold, visible(&shown.id))], style);
    let facts = [(Ink::Dim, facts.join(" · "))];
    match style.width {
        Some(width) => wrap(&facts, width).iter().for_each(|runs| line(&mut out, runs, style)),
        None => line(&mut out, &facts, style),
    }
    let ruler = style.width.unwrap_or(72);
    line(&mut out, &[(Ink::Dim, "─".repeat(ruler))], style);
    let mut last = Vec::new();
    let mut lang = shown.lang.clone();
    for row in &shown.rows {
        draw(&mut out, row, &last, &mut lang, style);
        last.clone_from(&row.notes);
    }
    out.push('\n');
    out
}

fn draw(out: &mut String, row: &Row<'_>, last: &[Note<'_>], lang: &mut String, style: Style) {
    let (gutter, body) = (gutter(row), body(row, lang, style));
    let Some(width) = style.width else {
        let mut runs = gutter;
        runs.extend(body);
        if !row.notes.is_empty() {
            let notes: Vec<String> = row.notes.iter().map(|n| format!("{}: {}", n.rule, n.reason)).collect();
            runs.push((Ink::Dim, format!("  ‹{}›", visible(&notes.join("; ")))));
        }
        return line(out, &runs, style);
    };
    let is_narrow = width < NARROW;
    let margin = if is_narrow {
        0
    } else if width >= 110 {
        36
    } else {
        22
    };
    let room = width.saturating_sub(GUTTER + if is_narrow { 0 } else { margin + 2 }).max(8);
    let mut left = wrap(&body, room);
    let mut right = Vec::new();
    for note in &row.notes {
        // A reason is told once for lines that follow each other.
        let is_told = last.contains(note);
        let mut runs = vec![(Ink::Rule, visible(note.rule))];
        if !is_told {
            runs.push((Ink::Dim, format!(": {}", visible(note.reason))));
        }
        right.extend(wrap(&runs, if is_narrow { room } else { margin }));
    }
    if is_narrow {
        left.append(&mut right);
    }
    for n in 0..left.len().max(right.len()) {
        let mut runs = if n == 0 { gutter.clone() } else { vec![(Ink::Plain, " ".repeat(GUTTER))] };
        let text = left.get(n).cloned().unwrap_or_default();
        let used: usize = text.iter().map(|(_, text)| text.width()).sum();
        let is_rtl = text.iter().any(|(_, text)| text.chars().any(is_right_to_left));
        // An isolate keeps a right-to-left line from taking the margin along with it.
        runs.extend(is_rtl.then(|| (Ink::Plain, "\u{2068}".to_owned())));
        runs.extend(text);
        runs.extend(is_rtl.then(|| (Ink::Plain, "\u{2069}".to_owned())));
        if let Some(note) = right.get(n) {
            runs.push((Ink::Plain, " ".repeat(room.saturating_sub(used) + 2)));
            runs.extend(note.iter().cloned());
        }
        line(out, &runs, style);
    }
}

fn gutter(row: &Row<'_>) -> Vec<Run> {
    let lang = row.pieces.iter().find_map(|piece| match piece {
        Piece::Sentence { lang, .. } => Some(*lang),
        _ => None,
    });
    let is_repaired = row.notes.iter().any(|note| note.step == "repair" || note.step == "decode");
    let (ink, sign) = match (row.has_removed(), is_repaired) {
        (true, _) => (Ink::Sign, "-"),
        (false, true) => (Ink::After, "~"),
        (false, false) => (Ink::Dim, "│"),
    };
    let lang: String = lang.unwrap_or_default().chars().take(4).collect();
    vec![(Ink::Dim, format!("{lang:>4} ")), (ink, sign.to_owned()), (Ink::Plain, " ".to_owned())]
}

fn body(row: &Row<'_>, lang: &mut String, style: Style) -> Vec<Run> {
    // Without colour, a line that goes as a whole has its sign in the gutter; parts of lines need brackets.
    let is_whole = !row.pieces.iter().any(|p| matches!(p, Piece::Kept(t) if !t.trim().is_empty()));
    let mut runs = Vec::new();
    let mut is_first = true;
    for piece in &row.pieces {
        match piece {
            Piece::Sentence { lang: here, .. } => {
                if !is_first {
                    runs.push((Ink::Dim, "¦".to_owned()));
                }
                if here != lang && !is_first {
                    runs.push((Ink::Lang, format!("{here}¦")));
                }
                (*here).clone_into(lang);
                is_first = false;
            }
            Piece::Kept(text) => runs.push((Ink::Plain, visible(text))),
            Piece::Removed(text) if style.has_colour || is_whole => runs.push((Ink::Removed, visible(text))),
            Piece::Removed(text) => runs.push((Ink::Removed, format!("[-{}-]", visible(text)))),
            Piece::Repaired { from, to } if style.has_colour => {
                runs.push((Ink::Before, visible(from)));
                runs.push((Ink::After, visible(to)));
            }
            Piece::Repaired { from, to } => {
                let to = if to.is_empty() { String::new() } else { format!("{{+{}+}}", visible(to)) };
                runs.push((Ink::After, format!("[-{}-]{to}", visible(from))));
            }
        }
    }
    runs
}

fn line(out: &mut String, runs: &[Run], style: Style) {
    let start = out.len();
    for (ink, text) in runs {
        if style.has_colour && !ink.code().is_empty() && !text.is_empty() {
            out.push_str(&format!("\x1b[{}m{text}\x1b[0m", ink.code()));
        } else {
            out.push_str(text);
        }
    }
    out.truncate(start + out.get(start..).unwrap_or_default().trim_end_matches(' ').len());
    out.push('\n');
}

/// Breaks runs into lines of at most `room` columns, between words where it can.
fn wrap(runs: &[Run], room: usize) -> Vec<Vec<Run>> {
    let mut lines = vec![Vec::new()];
    let mut used = 0;
    for (ink, text) in runs {
        for word in pieces(text) {
            let width = word.width();
            if used + width > room && used > 0 {
                lines.push(Vec::new());
                used = 0;
                if word.trim().is_empty() {
                    continue;
                }
            }
            if width <= room {
                push(&mut lines, *ink, word);
                used += width;
                continue;
            }
            for part in word.graphemes(true) {
                if used + part.width() > room {
                    lines.push(Vec::new());
                    used = 0;
                }
                push(&mut lines, *ink, part);
                used += part.width();
            }
        }
    }
    lines
}

/// What stays together in a line: words, each with the marks that open and close it, and what is between them.
fn pieces(text: &str) -> Vec<&str> {
    let is_mark = |part: &str| !part.chars().any(|c| c.is_alphanumeric() || c.is_whitespace());
    let (mut all, mut start) = (Vec::new(), 0);
    for (at, word) in text.split_word_bound_indices().filter(|(at, _)| *at > 0) {
        let piece = text.get(start..at).unwrap_or_default();
        let is_blank = |part: &str| part.trim().is_empty();
        let is_one = if is_mark(word) { !is_blank(piece) } else { is_mark(piece) && !is_blank(word) };
        if !is_one {
            all.push(piece);
            start = at;
        }
    }
    all.extend(text.get(start..).filter(|rest| !rest.is_empty()));
    all
}

fn push(lines: &mut [Vec<Run>], ink: Ink, text: &str) {
    let Some(line) = lines.last_mut() else { return };
    match line.last_mut() {
        Some((last, run)) if *last == ink => run.push_str(text),
        _ => line.push((ink, text.to_owned())),
    }
}

/// Scraped text must not move the cursor, change colours or turn the reading direction of the terminal.
pub(crate) fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\0'..='\x1f' => out.push(char::from_u32(0x2400 + c as u32).unwrap_or('?')),
            '\x7f' => out.push('␡'),
            '\u{80}'..='\u{9f}'
            | '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}'
            | '\u{e0000}'..='\u{e007f}' => {
                out.push_str(&format!("⟨{:04X}⟩", c as u32));
            }
            c => out.push(c),
        }
    }
    out
}

const fn is_right_to_left(c: char) -> bool {
    matches!(c as u32, 0x590..=0x8FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFC | 0x10800..=0x10FFF | 0x1E800..=0x1EFFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(lines: &[Vec<Run>]) -> Vec<String> {
        lines.iter().map(|line| line.iter().map(|(_, text)| text.as_str()).collect()).collect()
    }

    #[test]
    fn lines_break_between_words_and_count_wide_characters_twice() {
        let runs = [(Ink::Plain, "The council met".to_owned()), (Ink::After, " today".to_owned())];
        assert_eq!(plain(&wrap(&runs, 12)), ["The council ", "met today"]);
        assert_eq!(plain(&wrap(&[(Ink::Plain, "日本語の文章".to_owned())], 8)), ["日本語の", "文章"]);
        assert_eq!(plain(&wrap(&[(Ink::Plain, "abcdefgh".to_owned())], 3)), ["abc", "def", "gh"]);
        assert_eq!(plain(&wrap(&[(Ink::Plain, "文章を、書".to_owned())], 6)), ["文章", "を、書"]);
        assert_eq!(
            plain(&wrap(&[(Ink::Plain, "so (to) click. &amp; “Why?”".to_owned())], 8)),
            ["so (to) ", "click. ", "&amp; ", "“Why?”"]
        );
    }

    #[test]
    fn nothing_scraped_reaches_the_terminal_as_a_command() {
        let hostile = visible("a\x1b[31mb\u{9b}c\u{202e}d\re");
        assert_eq!(hostile, "a␛[31mb⟨009B⟩c⟨202E⟩d␍e");
        // What a rule pack gives as a reason comes from elsewhere, too.
        let notes = vec![Note { step: "boilerplate", rule: "tides", reason: "a\x1b[31mb\u{202e}" }];
        let row = Row { pieces: vec![Piece::Removed("x")], notes };
        let shown = Shown { id: "d".into(), rows: vec![row], ..Shown::default() };
        for width in [None, Some(40), Some(120)] {
            let text = document(&shown, Style { has_colour: false, width });
            assert!(!text.contains(['\x1b', '\u{202e}']), "{text:?}");
        }
    }

    #[test]
    fn without_colour_signs_say_what_colours_would() {
        let row = Row {
            pieces: vec![Piece::Kept("a "), Piece::Removed("b"), Piece::Repaired { from: "Ã©", to: "é" }],
            notes: vec![Note { step: "repair", rule: "mojibake", reason: "wrong encoding" }],
        };
        let shown = Shown { id: "d".into(), rows: vec![row], ..Shown::default() };
        let text = document(&shown, Style { has_colour: false, width: None });
        assert!(text.contains("     - a [-b-][-Ã©-]{+é+}  ‹mojibake: wrong encoding›\n"), "{text}");
        let colours = document(&shown, Style { has_colour: true, width: Some(80) });
        assert!(colours.contains("\x1b[31;9mb\x1b[0m"), "{colours}");
    }
}

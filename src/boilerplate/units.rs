//! Lines that continue one another, joined into the units that are judged. Scrapes that put every text node on a line
//! of its own cut sentences at links and bold words.

use crate::boilerplate::chars::Class;
use crate::boilerplate::scan::Shape;

/// A run of lines that is judged as one.
#[derive(Clone, Copy, Debug)]
pub struct Unit {
    /// First and one past the last of its lines, counted without blank ones.
    pub lines: (u32, u32),
    pub(crate) shape: Shape,
    /// Blank lines before it.
    pub(crate) blanks: u32,
}

impl Unit {
    /// Its length in half words.
    pub const fn halves(&self) -> u32 {
        self.shape.halves
    }
}

/// Half words from which a line may be part of a sentence rather than a label, given function words, or without.
const PROSE: (u32, u32) = (10, 30);
/// So many lines that go on in small letters are no accident.
const SEVERAL: u32 = 2;
/// A link inside a sentence is at most so long, in half words.
const LINK: u32 = 16;

/// Joins what was cut; `lines` are those that are not blank, each a unit of its own.
pub(crate) fn units(mut lines: Vec<Unit>) -> Vec<Unit> {
    let is_cut = is_cut(&lines);
    // The units so far stand in front, in place of their lines.
    let (mut count, mut last) = (0_usize, Shape::default());
    for i in 0..lines.len() {
        let Some(line) = lines.get(i).copied() else { break };
        let next = lines.get(i + 1).filter(|next| next.blanks == 0).map(|next| &next.shape);
        let before = count.checked_sub(1).and_then(|n| lines.get(n)).filter(|_| line.blanks == 0);
        if before.is_some_and(|unit| continues(&unit.shape, &last, &line.shape, next, is_cut)) {
            if let Some(unit) = lines.get_mut(count - 1) {
                unit.lines.1 = line.lines.1;
                unit.shape = unit.shape.joined(&line.shape);
            }
        } else {
            if count < i
                && let Some(unit) = lines.get_mut(count)
            {
                *unit = line;
            }
            count += 1;
        }
        last = line.shape;
    }
    lines.truncate(count);
    lines
}

/// Whether this scrape cuts sentences: a line that begins with a comma or a full stop proves it, and so do several that
/// go on in small letters.
fn is_cut(lines: &[Unit]) -> bool {
    let mut going_on = 0;
    for pair in lines.windows(2) {
        let [Unit { shape: a, .. }, Unit { shape: b, blanks, .. }] = pair else { continue };
        if *blanks > 0 || a.is_wordless() || !is_open(a) || b.bullet {
            continue;
        }
        if begins_inside(b) && b.words + b.ideo > 2 {
            return true;
        }
        going_on += u32::from(b.leans_back && (is_prose(a) || is_prose(b)));
    }
    going_on >= SEVERAL
}

/// Whether a line ends so that more must follow.
const fn leans_on(s: &Shape) -> bool {
    s.last_function && s.ideo == 0 || matches!(s.last, Class::Comma | Class::Open)
}

/// Whether a line ends without anything that ends a sentence.
const fn is_open(s: &Shape) -> bool {
    !matches!(s.before_last, Class::Stop | Class::Ellipsis | Class::Colon | Class::None | Class::Separator)
}

/// Whether a line reads like part of a sentence rather than like a label.
const fn is_prose(s: &Shape) -> bool {
    s.halves >= PROSE.0 && (s.function >= 2 || s.halves >= PROSE.1)
}

/// Whether a line begins with what only stands inside or at the end of a sentence.
const fn begins_inside(s: &Shape) -> bool {
    matches!(s.first, Class::Comma | Class::Stop | Class::Close | Class::Ellipsis | Class::Colon)
        && s.separators == 0
}

/// Whether `b` goes on where `a`, whose last line is `last`, was cut.
fn continues(a: &Shape, last: &Shape, b: &Shape, next: Option<&Shape>, is_cut: bool) -> bool {
    if b.bullet || !is_open(last) || last.is_wordless() && !begins_inside(last) || a.bullet && a.halves < 12 {
        return false;
    }
    if b.is_wordless() {
        // A lone full stop or comma.
        return b.chars <= 2 && begins_inside(b);
    }
    let is_prose_here = is_prose(a) || is_prose(b);
    if begins_inside(b) {
        return is_prose_here;
    }
    if !is_cut {
        return false;
    }
    if b.leans_back {
        return is_prose_here || leans_on(last);
    }
    // A link between two pieces of a sentence.
    let is_link = b.halves <= LINK
        && is_open(b)
        && next.is_some_and(|n| begins_inside(n) || n.leans_back && (n.halves >= 6 || leans_on(n)));
    is_prose(a) && (leans_on(last) || is_link)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boilerplate::scan::HASH;
    use crate::boilerplate::scan::scan;
    use crate::boilerplate::tables::HashBits;

    fn joined(text: &str) -> Vec<(u32, u32)> {
        let mut function = HashBits::new(&[]);
        let mut tokens = Vec::new();
        scan("the of in on by was to and", &function, &mut tokens);
        for token in &tokens {
            function.insert(token & HASH);
        }
        let (mut lines, mut blanks) = (Vec::new(), 0);
        for line in text.split('\n') {
            if line.is_empty() {
                blanks += 1;
                continue;
            }
            let n = lines.len() as u32;
            lines.push(Unit { lines: (n, n + 1), shape: scan(line, &function, &mut tokens), blanks });
            blanks = 0;
        }
        units(lines).iter().map(|u| u.lines).collect()
    }

    #[test]
    fn a_sentence_cut_at_a_link_is_one_unit() {
        let text = "The bridge was closed by the\nCity Council\n, which met in the hall of the school on Monday.\nNext day it was open.";
        assert_eq!(joined(text), [(0, 3), (3, 4)]);
    }

    #[test]
    fn words_cut_at_every_link_are_one_unit() {
        let text = "In spite of the\ndroughts\nand\nheat waves\nthat came over the whole of the coast, the city was full\nof guests\nin the summer, and most of them stayed to the end.";
        assert_eq!(joined(text), [(0, 7)]);
        let talk =
            "Q\n: And who of you in the city was to pay for all of that?\nA\n: The owner of the barge.";
        assert_eq!(joined(talk), [(0, 2), (2, 4)]);
    }

    #[test]
    fn a_menu_is_not_joined() {
        assert_eq!(joined("Home\nnews\nsport\n, more").len(), 4);
        assert_eq!(
            joined("The bridge was closed by the council on Monday\nSport in the city and the world").len(),
            2
        );
    }

    #[test]
    fn a_blank_line_separates() {
        let text =
            "The bridge was closed by the City Council\n\n, which met in the hall of the school on Monday.";
        assert_eq!(joined(text).len(), 2);
    }
}

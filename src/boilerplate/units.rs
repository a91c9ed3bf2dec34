//! Lines that continue one another, joined into the units that are judged. Scrapes that put every text node on a line
//! of its own cut sentences at links and bold words.

use crate::boilerplate::chars::Class;
use crate::boilerplate::features::line_hashes;
use crate::boilerplate::scan::Reading;
use crate::boilerplate::scan::Shape;
use crate::boilerplate::scan::Token;
use crate::boilerplate::tables::Counts;

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
/// So many lines that say how Chinese characters are read are none, either.
const READINGS: usize = 3;
/// A link inside a sentence is at most so long, in half words.
const LINK: u32 = 16;
/// A line of so many half words that stands so many times in a document is no part of a sentence, but, say, of what is under
/// each reader's comment; the name above the next comment may well begin with a small letter.
const RECURS: (u32, u32) = (8, 3);

/// Joins what was cut; `lines` are those that are not blank, each a unit of its own.
pub(crate) fn units(mut lines: Vec<Unit>, tokens: &[Token]) -> Vec<Unit> {
    let scrape = Scrape::of(&lines, tokens);
    // The units so far stand in front, in place of their lines.
    let (mut count, mut last, mut is_reading) = (0_usize, Shape::default(), false);
    for i in 0..lines.len() {
        let Some(line) = lines.get(i).copied() else { break };
        let next = lines.get(i + 1).filter(|next| next.blanks == 0).map(|next| &next.shape);
        let before = count.checked_sub(1).and_then(|n| lines.get(n)).filter(|_| line.blanks == 0);
        if before.is_some_and(|unit| scrape.continues(&unit.shape, &last, is_reading, &line.shape, next)) {
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
        is_reading = scrape.has_readings && reads(&last, &line.shape);
        last = line.shape;
    }
    lines.truncate(count);
    lines
}

/// What the scrape did to the lines of a document.
struct Scrape<'t> {
    /// It cuts sentences.
    is_cut: bool,
    /// It puts on lines of their own how Chinese characters are read.
    has_readings: bool,
    /// How often each line stands there, if it cuts sentences.
    counts: Counts,
    tokens: &'t [Token],
}

impl Scrape<'_> {
    fn of<'t>(lines: &[Unit], tokens: &'t [Token]) -> Scrape<'t> {
        let has_readings = has_readings(lines);
        let is_cut = has_readings || is_cut(lines);
        let mut scrape = Scrape { is_cut, has_readings, counts: Counts::new(0), tokens };
        if is_cut {
            let mut counts = Counts::new(lines.len());
            for (line, n) in lines.iter().zip(0..).filter(|(line, _)| line.shape.halves >= RECURS.0) {
                counts.add(scrape.hash(&line.shape), n);
            }
            scrape.counts = counts;
        }
        scrape
    }

    fn hash(&self, line: &Shape) -> u32 {
        line_hashes(line.of(self.tokens)).0
    }

    fn recurs(&self, line: &Shape) -> bool {
        line.halves >= RECURS.0 && self.counts.get(self.hash(line)) >= RECURS.1
    }

    /// Whether `b` goes on where `a` was cut, whose last line is `last`, which may say how the one before it is read.
    fn continues(&self, a: &Shape, last: &Shape, is_reading: bool, b: &Shape, next: Option<&Shape>) -> bool {
        self.has_readings && is_read(last, is_reading, b, next)
            || continues(a, last, b, next, self.is_cut) && !self.recurs(last) && !self.recurs(b)
    }
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

/// Whether lines in kana stand between Chinese characters and what goes on with a particle or an ending, and that
/// several times.
fn has_readings(lines: &[Unit]) -> bool {
    let is_reading = |three: &&[Unit]| {
        let [a, b, c] = three else { return false };
        reads(&a.shape, &b.shape) && b.blanks + c.blanks == 0 && c.shape.leans_back
    };
    lines.windows(3).filter(is_reading).take(READINGS).count() == READINGS
}

/// Whether `b` may say how the end of `a` is read.
const fn reads(a: &Shape, b: &Shape) -> bool {
    matches!((a.reading, b.reading), (Reading::Open, Reading::Kana))
}

/// Whether `b` says how the end of `last` is read, goes on behind such a line, or is what the next line reads.
fn is_read(last: &Shape, is_reading: bool, b: &Shape, next: Option<&Shape>) -> bool {
    let goes_on = matches!(b.first, Class::Ideo | Class::Open | Class::Digit) || begins_inside(b);
    let is_open = is_open(last) && last.reading != Reading::Open && (last.ideo > 0 || begins_inside(last));
    reads(last, b) || is_reading && goes_on || is_open && goes_on && next.is_some_and(|next| reads(b, next))
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
        scan("the of in on by was to and のをにがはでと", &function, &mut tokens);
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
        units(lines, &tokens).iter().map(|u| u.lines).collect()
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
    fn how_characters_are_read_stands_in_their_sentence() {
        let text = "船\nふね\nの\n会社\nかいしゃ\nは\n、\n島\nしま\nに\n行\nい\nく船を\n増\nふ\nやします。\n橋\nはし\nもできます。";
        assert_eq!(joined(text), [(0, 16), (16, 19)]);
        // A menu in kana and Chinese characters is none.
        let menu = "社会\nくらし\n地域\nおでかけ\n経済\nスポーツ\n国際\nの\n天気";
        assert_eq!(joined(menu).len(), 9);
    }

    #[test]
    fn a_line_that_recurs_is_no_part_of_a_sentence() {
        let thread = |names: [&str; 3]| {
            let says = names.map(|name| format!("Report this to the editors of the paper (7) | Link\n{name}: the bridge by the mill was closed to all of us."));
            format!("It was closed by the\ncity of Oss\nand the\nmill\n{}", says.join("\n"))
        };
        assert_eq!(joined(&thread(["ann", "bob", "cleo"])).len(), 7);
        // Twice may be chance.
        let twice = thread(["ann", "bob", "cleo"]).replacen("this", "that", 1);
        assert_eq!(joined(&twice).len(), 4);
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

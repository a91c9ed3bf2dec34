//! Articles in shapes that few of the labelled pages have: a live ticker, a chronicle, numbered parts, each with its clock
//! time, date, year or number on a line of its own, with or without a headline; and a poem, a programme or a list of quantities
//! between paragraphs. They are learned from, and never measured on.

use copydesk::document::lines;

use crate::boilerplate::pages::Labelled;
use crate::boilerplate::pages::MADE;
use crate::boilerplate::pages::fnv;

/// How much less a page counts whose article has another shape.
const SHAPED: f32 = 0.1;
/// Lines of prose an article needs for it.
const LINES: usize = 5;
/// Lines of a programme or list.
const ITEMS: u64 = 8;

/// The page with its article as a ticker, a chronicle or in numbered parts.
pub(crate) fn in_parts(page: &Labelled) -> Option<Labelled> {
    let seed = fnv(&page.id);
    shaped(page, |nth, line, out| {
        if nth == 0 {
            return;
        }
        out.push(mark(seed, nth));
        if (seed / 31).is_multiple_of(2) {
            out.push(beginning(line, 4 + (seed + nth) % 4));
        }
    })
}

/// The page with a poem, a programme or a list of quantities within its article.
pub(crate) fn with_list(page: &Labelled) -> Option<Labelled> {
    let seed = fnv(&page.id);
    let place = 2 + seed / 17 % 3;
    let mut words = Vec::new();
    shaped(page, |nth, line, out| {
        words.extend(words_of(line));
        if nth != place {
            return;
        }
        let is_verse = (seed / 7).is_multiple_of(6);
        let mut rest = words.chunks(2 + (seed / 13 % 4) as usize + 3 * usize::from(is_verse));
        for item in 0..ITEMS {
            let Some(name) = rest.next() else { break };
            let name = name.concat().trim().to_owned();
            let amount = (seed >> item) % 500 + 1;
            out.push(match seed / 7 % 6 {
                0 => name,
                1 => format!("{} {name}", clock(seed >> item, 9 + item, ':')),
                2 => format!("{amount} g {name}"),
                3 => format!("{name}\t{amount}"),
                4 => format!("- {name}"),
                _ => format!("{name} – {} {}:{}", beginning(line, 2), amount % 5, amount % 4),
            });
        }
    })
}

/// What stands before a part of the article.
fn mark(seed: u64, nth: u64) -> String {
    let random = fnv(&format!("{seed} {nth}"));
    let (day, month) = (1 + random % 28, 1 + random / 28 % 12);
    match seed / 7 % 7 {
        0 | 1 => clock(random, 22_u64.saturating_sub(nth / 3), ':'),
        2 => clock(random, 6 + nth % 17, '.'),
        3 | 4 => (1900 + seed / 11 % 60 + 3 * nth + random % 3).to_string(),
        5 => nth.to_string(),
        _ => format!("{day:02}.{month:02}.{}, {}", 2000 + seed / 11 % 25, clock(random, 12, ':')),
    }
}

fn clock(random: u64, hour: u64, between: char) -> String {
    format!("{:02}{between}{:02}", hour % 24, random % 60)
}

/// The first words of a line.
fn beginning(line: &str, words: u64) -> String {
    let few: String = words_of(line).into_iter().take(words as usize).collect();
    few.trim_end_matches(|c: char| !c.is_alphanumeric()).to_owned()
}

/// The words of a line, each with the blank behind it; of a script without blanks three characters for a word.
fn words_of(line: &str) -> Vec<String> {
    let words: Vec<String> = line.split_whitespace().map(|word| format!("{word} ")).collect();
    let chars: Vec<char> = line.chars().collect();
    if chars.len() < words.len() * UNSPACED {
        return words;
    }
    chars.chunks(3).map(|word| word.iter().collect()).collect()
}

/// Characters a word has on average in a script without blanks, at least.
const UNSPACED: usize = 15;

/// The page with lines before each line of its article.
fn shaped(page: &Labelled, mut before: impl FnMut(u64, &str, &mut Vec<String>)) -> Option<Labelled> {
    let is_article = |(.., label): &&(f32, f32, String)| label == "k";
    if page.labels.iter().filter(is_article).count() < LINES {
        return None;
    }
    let (mut text, mut labels, mut gold, mut nth) = (String::new(), Vec::new(), Vec::new(), 0);
    for (line, label) in page.lines.iter().zip(&page.labels) {
        let line = line.span.of(&page.text);
        if is_article(&label) && line.chars().count() > 40 {
            let mut more = Vec::new();
            before(nth, line, &mut more);
            nth += 1;
            for line in more.into_iter().filter(|line| !line.trim().is_empty()) {
                text.push_str(&line);
                text.push('\n');
                labels.push((1.0, 1.0, "k".to_owned()));
                gold.push(line);
            }
        }
        if is_article(&label) {
            gold.push(line.to_owned());
        }
        text.push_str(line);
        text.push('\n');
        labels.push(label.clone());
    }
    let lines = lines(&text);
    (lines.len() == labels.len() && nth >= LINES as u64).then(|| Labelled {
        id: page.id.clone(),
        lang: page.lang.clone(),
        fold_key: page.fold_key,
        file: MADE,
        gold: gold.join("\n"),
        lines,
        labels,
        weight: page.weight * SHAPED,
        site: None,
        text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(id: &str) -> Labelled {
        let mut text = String::from("Home\n");
        for name in ["Ayla", "Boris", "Chen", "Dilek", "Efua", "Femi"] {
            text.push_str(&format!("{name} says that the ferry has been late on every day of this week.\n"));
        }
        text.push_str("All rights\n");
        let lines = lines(&text);
        let label = |line: &copydesk::document::Line| {
            if line.span.of(&text).contains("ferry") { "k" } else { "d:nav" }
        };
        let labels = lines.iter().map(|line| (0.0, 1.0, label(line).to_owned())).collect();
        Labelled {
            id: id.to_owned(),
            lang: "en".to_owned(),
            fold_key: 3,
            file: 0,
            gold: String::new(),
            lines,
            labels,
            weight: 1.0,
            site: None,
            text,
        }
    }

    #[test]
    fn every_part_but_the_first_gets_a_mark_that_stays() {
        let own = page("a");
        let made = in_parts(&own).unwrap_or_else(|| panic!("nothing made"));
        let of = |page: &Labelled, label: &str| page.labels.iter().filter(|(.., l)| l == label).count();
        assert!(of(&made, "k") >= of(&own, "k") + 5, "{}", made.text);
        assert_eq!((of(&made, "d:nav"), made.fold_key, made.lines.len()), (2, 3, made.labels.len()));
        assert!(made.text.starts_with("Home\nAyla says"), "{}", made.text);
    }

    #[test]
    fn a_list_stands_between_two_paragraphs() {
        for id in ["a", "b", "c", "d", "e"] {
            let made = with_list(&page(id)).unwrap_or_else(|| panic!("nothing made"));
            let more = made.labels.iter().filter(|(.., l)| l == "k").count() - 6;
            assert!((4..=ITEMS as usize).contains(&more), "{}", made.text);
        }
    }

    #[test]
    fn a_line_without_blanks_has_words() {
        let line = "港口的引航员说今天的渡轮又晚点了，乘客们等了一个小时。";
        assert_eq!(beginning(line, 4), "港口的引航员说今天的渡轮");
        assert_eq!(beginning("The ferry, said Ayla, is late.", 2), "The ferry");
    }

    #[test]
    fn a_short_article_has_no_other_shape() {
        let mut own = page("a");
        own.labels.truncate(4);
        own.lines.truncate(4);
        assert!(in_parts(&own).is_none() && with_list(&own).is_none());
    }
}

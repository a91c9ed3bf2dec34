//! Pages made from labelled ones, so that the model sees more frames around an article than there are sites: with parts
//! of the frame left out, and with a list of other articles' beginnings below. What is put together is of one language,
//! one route and one fold, so that no made page carries a host into what is measured.
//!
//! Whole further articles below the first, tried as well, teach the model to cut long articles short.

use std::collections::BTreeMap;

use copydesk::document::lines;

use crate::boilerplate::boost::Random;
use crate::boilerplate::pages::Label;
use crate::boilerplate::pages::Labelled;
use crate::boilerplate::pages::MADE;
use crate::boilerplate::pages::NEWS;
use crate::boilerplate::pages::fnv;

/// How much of the page that it is made from a page counts: one without parts of its frame, one with a list.
const THINNED: f32 = 0.3;
const LISTED: f32 = 0.2;
/// Lines of the frame that go or stay together, at most.
const PIECE: f32 = 24.0;
/// A list has at least so many beginnings, and fewer than so many more.
const LIST: (usize, f32) = (3, 5.0);

/// A line and its label.
type Of = (String, Label);

/// Pages made from the news among those given.
pub(crate) fn made(pages: &[Labelled], folds: u64) -> Vec<Labelled> {
    let mut groups: BTreeMap<(usize, &str, u64), Vec<&Labelled>> = BTreeMap::new();
    for page in pages.iter().filter(|page| page.file < NEWS) {
        groups.entry((page.file, &page.lang, page.fold_key % folds)).or_default().push(page);
    }
    let mut all = Vec::new();
    for group in groups.values() {
        for page in group {
            let mut random = Random::new(fnv(&page.id));
            let own = lines_of(page);
            all.push(labelled(page, thinned(own.clone(), &mut random), THINNED));
            let others: Vec<_> = group.iter().filter(|other| other.gold != page.gold).collect();
            if others.len() < LIST.0 {
                continue;
            }
            let count = LIST.0 + (random.unit() * LIST.1) as usize;
            let first = (random.unit() * others.len() as f32) as usize;
            let listed = others.iter().cycle().skip(first).take(count.min(others.len()));
            let list = listed.flat_map(|other| beginning(&lines_of(other))).collect();
            all.push(labelled(page, extended(own, list, &mut random), LISTED));
        }
    }
    all
}

fn lines_of(page: &Labelled) -> Vec<Of> {
    let texts = page.lines.iter().map(|line| line.span.of(&page.text).to_owned());
    texts.zip(page.labels.iter().cloned()).collect()
}

fn labelled(from: &Labelled, of: Vec<Of>, share: f32) -> Labelled {
    let (texts, labels): (Vec<_>, Vec<_>) = of.into_iter().unzip();
    let text = texts.join("\n");
    Labelled {
        id: from.id.clone(),
        lang: from.lang.clone(),
        fold_key: from.fold_key,
        file: MADE,
        gold: from.gold.clone(),
        lines: lines(&text),
        labels,
        weight: from.weight * share,
        site: None,
        text,
    }
}

/// Leaves out pieces of the frame.
fn thinned(of: Vec<Of>, random: &mut Random) -> Vec<Of> {
    let share = 0.2 + 0.7 * random.unit();
    let (mut left, mut goes) = (0, false);
    let mut is_left = |(_, (_, _, label)): &Of| {
        let is_frame = label.is_empty() || label.starts_with('d');
        if left == 0 || !is_frame {
            left = 1 + (random.unit() * PIECE) as usize;
            goes = random.unit() < share;
        }
        left -= 1;
        !(goes && is_frame)
    };
    of.into_iter().filter(|line| is_left(line)).collect()
}

/// A page's title and its first line, as lines of another page's frame.
fn beginning(of: &[Of]) -> Vec<Of> {
    let title = of.iter().find(|(_, label)| label.2 == "n:headline");
    let first = of.iter().find(|(_, label)| label.2 == "k");
    let texts = title.into_iter().chain(first).map(|(text, _)| text.clone());
    texts.map(|text| (text, (0.0, 1.0, "d:related".to_owned()))).collect()
}

/// Puts lines somewhere below the article: mostly soon after its end, and often as the last ones.
fn extended(mut own: Vec<Of>, below: Vec<Of>, random: &mut Random) -> Vec<Of> {
    let end = own.iter().rposition(|(_, label)| label.2 == "k").map_or(own.len(), |i| i + 1);
    let after = (own.len() - end) as f32;
    let place = end + (1.0 + random.unit() * random.unit() * after).min(after) as usize;
    let rest = own.split_off(place.min(own.len()));
    own.extend(below);
    if after >= 1.0 && random.unit() >= 0.3 {
        own.extend(rest);
    }
    own
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(id: &str, labels: &str) -> Labelled {
        let name = |label| match label {
            't' => "n:headline",
            'k' => "k",
            'd' => "d:nav",
            _ => "",
        };
        let labels: Vec<Label> =
            labels.chars().map(|l| (f32::from(u8::from(l == 'k')), 1.0, name(l).to_owned())).collect();
        let texts: Vec<String> = (0..labels.len()).map(|i| format!("{id} {i}")).collect();
        let text = texts.join("\n");
        let (lang, gold) = ("en".to_owned(), id.to_owned());
        let lines = lines(&text);
        Labelled {
            id: id.to_owned(),
            lang,
            fold_key: 7,
            file: 2,
            text,
            gold,
            lines,
            labels,
            weight: 2.0,
            site: None,
        }
    }

    fn kept(page: &Labelled) -> Vec<&str> {
        let lines = page.lines.iter().zip(&page.labels);
        lines.filter(|(_, label)| label.0 > 0.5).map(|(line, _)| line.span.of(&page.text)).collect()
    }

    #[test]
    fn a_made_page_has_the_whole_article_and_another_frame() {
        let pages: Vec<_> =
            ["a", "b", "c", "d"].map(|id| page(id, "dddddddd dddddddd tkkdkk dddddddd dddddddd")).into();
        let made = made(&pages, 5);
        assert_eq!(made.len(), 8);
        for (made, page) in made.chunks(2).zip(&pages) {
            assert!(
                made.iter().all(|made| made.lines.len() == made.labels.len() && kept(made) == kept(page))
            );
            assert!(made[0].lines.len() < page.lines.len());
            let others = pages.iter().filter(|other| other.id != page.id);
            assert!(
                others
                    .map(|other| format!("{} 18\n{} 19\n", other.id, other.id))
                    .all(|l| made[1].text.contains(&l))
            );
        }
    }

    #[test]
    fn a_list_takes_from_its_own_language_route_and_fold_alone() {
        let mut pages: Vec<_> = ["a", "b", "c", "d"].map(|id| page(id, "dtkkdd")).into();
        (pages[1].fold_key, pages[2].file) = (8, 1);
        pages[3].lang = "de".to_owned();
        assert_eq!(made(&pages, 5).len(), 4);
        pages[3].file = NEWS;
        assert_eq!(made(&pages, 5).len(), 3);
    }
}

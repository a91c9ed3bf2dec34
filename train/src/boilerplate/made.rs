//! Pages made from labelled ones, so that more is learned from the same hosts: an article cut to a brief, another host's
//! article in the place of a page's own, an article with what stands behind another host's, and one that another host's
//! article follows. They are learned from, and never measured on.

use copydesk::document::lines;

use crate::boilerplate::pages::Labelled;
use crate::boilerplate::pages::MADE;
use crate::boilerplate::pages::NEWS_FILES;
use crate::boilerplate::pages::fnv;

/// How much less a page counts whose article is cut to a brief, one with another host's article, one with what stands
/// behind another's, and one that goes on with another article.
const BRIEF: f32 = 0.3;
const SWAPPED: f32 = 0.25;
const ANOTHER_END: f32 = 0.2;
/// On hosts set aside, routes gain .000 to .003 of F1 by such pages, Japanese .06. Where nothing had to stand between the two
/// articles, other genres lost .003; with two such pages of each instead of one, .007.
const FOLLOWED: f32 = 0.2;
/// So many other articles are put into a page. One to five tried, with other weights for what is lost: with three, fewest
/// pages of hosts set aside were damaged for the same F1.
const ARTICLES: usize = 3;
/// A page goes on like so many others. Two to four tried, with weights of .12 to .25: on hosts set aside paragraphs gain .001
/// to .003 of F1, and no other route loses more than .001. What stands before an article, exchanged as well, took that back.
const ENDS: usize = 3;
/// Lines of an article that is put into a page, or taken out of one.
const LINES: usize = 3;
/// Lines between an article and the one that follows.
const LINES_BETWEEN: usize = 4;

/// Lines on their way to a page.
#[derive(Default)]
struct Made<'p> {
    text: String,
    labels: Vec<(f32, f32, String)>,
    gold: Vec<&'p str>,
}

impl<'p> Made<'p> {
    fn push(&mut self, from: &'p Labelled, i: usize) {
        let (Some(line), Some(label)) = (from.lines.get(i), from.labels.get(i)) else {
            return;
        };
        let line = line.span.of(&from.text);
        if is_article(label) {
            self.gold.push(line);
        }
        self.text.push_str(line);
        self.text.push('\n');
        self.labels.push(label.clone());
    }

    /// The page like `page`; none if its lines are not those that were pushed.
    fn page(self, page: &Labelled, weight: f32) -> Option<Labelled> {
        let lines = lines(&self.text);
        (lines.len() == self.labels.len()).then(|| Labelled {
            id: page.id.clone(),
            lang: page.lang.clone(),
            fold_key: page.fold_key,
            file: MADE,
            gold: self.gold.join("\n"),
            lines,
            labels: self.labels,
            weight: page.weight * weight,
            site: page.site.clone(),
            text: self.text,
        })
    }
}

fn is_article((.., label): &(f32, f32, String)) -> bool {
    label == "k"
}

/// The page as if its article were a brief of one to four lines; none if it is one already.
pub(crate) fn brief(page: &Labelled) -> Option<Labelled> {
    let most = 1 + (fnv(&page.id) % 4) as usize;
    let mut made = Made::default();
    for (i, label) in page.labels.iter().enumerate() {
        if label.2 != "n:subhead" && (!is_article(label) || made.gold.len() < most) {
            made.push(page, i);
        }
    }
    let is_cut = made.labels.len() < page.labels.len() && made.gold.len() == most;
    made.page(page, BRIEF).filter(|_| is_cut)
}

/// Each page with articles, and with ends, of its language from other hosts of its fold, so that no host is learned from by
/// way of another; a news page also with an article that follows its own.
pub(crate) fn swapped(pages: &[&Labelled], folds: u64) -> Vec<Labelled> {
    let mut made = Vec::new();
    for page in pages {
        let is_fit = |other: &Labelled| {
            other.lang == page.lang
                && other.fold_key != page.fold_key
                && other.fold_key % folds == page.fold_key % folds
        };
        let others: Vec<&Labelled> = pages.iter().copied().filter(|other| is_fit(other)).collect();
        let first = fnv(&page.id) as usize % others.len().max(1);
        let some = others.iter().cycle().skip(first).take(ARTICLES.min(others.len()));
        made.extend(some.filter_map(|other| with_article_of(page, other)));
        let some = others.iter().rev().cycle().skip(first).take(ENDS.min(others.len()));
        made.extend(some.filter_map(|other| with_end_of(page, other)));
        if page.file < NEWS_FILES {
            let another = others.iter().cycle().nth(first + others.len() / 2);
            made.extend(another.and_then(|other| followed_by(page, other)));
        }
    }
    made
}

/// The page with another's article and headline, spread over the places of its own: what interrupts an article still does.
fn with_article_of(page: &Labelled, other: &Labelled) -> Option<Labelled> {
    let article = |page: &Labelled| -> Vec<usize> {
        (0..page.labels.len()).filter(|i| page.labels.get(*i).is_some_and(is_article)).collect()
    };
    let (own, theirs) = (article(page), article(other));
    if own.len().min(theirs.len()) < LINES {
        return None;
    }
    let headline = other.labels.iter().position(|(.., label)| label == "n:headline");
    let mut made = Made::default();
    let mut place = 0;
    for (i, (.., label)) in page.labels.iter().enumerate() {
        match label.as_str() {
            "k" => {
                let from = |place: usize| place * theirs.len() / own.len();
                let some = theirs.get(from(place)..from(place + 1)).unwrap_or_default();
                for i in some {
                    made.push(other, *i);
                }
                place += 1;
            }
            "n:headline" => headline.into_iter().for_each(|i| made.push(other, i)),
            "n:subhead" | "n:deck" => {}
            _ => made.push(page, i),
        }
    }
    made.page(page, SWAPPED)
}

/// The page up to the end of its article, and from there on another.
fn with_end_of(page: &Labelled, other: &Labelled) -> Option<Labelled> {
    let last = |page: &Labelled| page.labels.iter().rposition(is_article);
    let (own, theirs) = (last(page)?, last(other)?);
    let mut made = Made::default();
    (0..=own).for_each(|i| made.push(page, i));
    (theirs + 1..other.labels.len()).for_each(|i| made.push(other, i));
    made.page(page, ANOTHER_END)
}

/// The page with another's headline and article behind its own, and with what stands behind that, as pages are that go on
/// with the next article when they are scrolled. Half or all of what stands behind the page's own is between them; none
/// where that is less than a few lines, since a part of an article begins like another article.
fn followed_by(page: &Labelled, other: &Labelled) -> Option<Labelled> {
    let last = |page: &Labelled| page.labels.iter().rposition(is_article);
    let (own, theirs) = (last(page)?, last(other)?);
    let between = (page.labels.len() - own - 1) * (1 + fnv(&page.id) / 7 % 2) as usize / 2;
    let first = other.labels.iter().position(|label| is_article(label) || label.2 == "n:headline")?;
    if between < LINES_BETWEEN || other.labels.iter().filter(|label| is_article(label)).count() < LINES {
        return None;
    }
    let mut made = Made::default();
    (0..=own + between).for_each(|i| made.push(page, i));
    let gold = made.gold.len();
    for i in first..other.labels.len() {
        made.push(other, i);
        let is_theirs = |label: &str| matches!(label, "k" | "n:headline" | "n:deck" | "n:subhead");
        if let Some(label) = made.labels.last_mut().filter(|label| i <= theirs && is_theirs(&label.2)) {
            *label = (0.0, 1.0, "d:other".to_owned());
        }
    }
    made.gold.truncate(gold);
    made.page(page, FOLLOWED)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(id: &str, fold_key: u64, lines_of: &[(&str, &str)]) -> Labelled {
        let text: String = lines_of.iter().map(|(_, line)| format!("{line}\n")).collect();
        Labelled {
            id: id.to_owned(),
            lang: "en".to_owned(),
            fold_key,
            file: 0,
            gold: String::new(),
            lines: lines(&text),
            labels: lines_of.iter().map(|(label, _)| (0.0, 1.0, (*label).to_owned())).collect(),
            weight: 1.0,
            site: None,
            text,
        }
    }

    fn pages() -> [Labelled; 3] {
        let own = [
            ("d:nav", "Home"),
            ("n:headline", "Ferries sail again"),
            ("k", "The ferries sail."),
            ("d:ad", "Buy boots"),
            ("k", "They were laid up."),
            ("n:subhead", "Repairs"),
            ("k", "Two were mended."),
            ("k", "Fares rise."),
            ("k", "Dogs pay."),
            ("d:footer", "All rights"),
        ];
        let other = [
            ("n:headline", "New roof"),
            ("k", "A roof is built."),
            ("k", "It is red."),
            ("k", "It cost much."),
            ("d:tags", "Roofs"),
        ];
        [page("a", 7, &own), page("b", 2, &other), page("c", 3, &other)]
    }

    #[test]
    fn another_article_stands_in_the_places_of_a_pages_own() {
        let [own, other, _] = pages();
        let made = with_article_of(&own, &other).unwrap_or_else(|| panic!("nothing made"));
        assert_eq!(
            made.text,
            "Home\nNew roof\nBuy boots\nA roof is built.\nIt is red.\nIt cost much.\nAll rights\n"
        );
        assert_eq!(made.gold, "A roof is built.\nIt is red.\nIt cost much.");
        assert_eq!((made.fold_key, made.labels.len(), made.lines.len()), (7, 7, 7));
    }

    #[test]
    fn a_page_goes_on_like_another_behind_its_article() {
        let [own, other, _] = pages();
        let made = with_end_of(&other, &own).unwrap_or_else(|| panic!("nothing made"));
        assert_eq!(made.text, "New roof\nA roof is built.\nIt is red.\nIt cost much.\nAll rights\n");
        assert_eq!((made.gold.lines().count(), made.fold_key), (3, 2));
        let none = page("e", 2, &[("d:nav", "Home")]);
        assert!(with_end_of(&own, &none).is_none() && with_end_of(&none, &own).is_none());
    }

    #[test]
    fn another_article_follows_behind_the_end() {
        let [own, other, _] = pages();
        let ends = [("d:share", "Share"), ("d:tags", "Roads"), ("d:related", "More"), ("d:nav", "Top")];
        let many: Vec<_> = [("k", "A road is built.")].into_iter().chain(ends).chain(ends).collect();
        let page = page("f", 2, &many);
        let made = followed_by(&page, &own).unwrap_or_else(|| panic!("nothing made"));
        let (before, behind) =
            made.text.split_once("Ferries sail again\n").unwrap_or_else(|| panic!("no headline"));
        assert!(page.text.starts_with(before) && before.lines().count() > LINES_BETWEEN, "{before}");
        assert!(behind.starts_with("The ferries sail.\nBuy boots\n"), "{behind}");
        assert!(behind.ends_with("Dogs pay.\nAll rights\n"), "{behind}");
        assert_eq!(made.gold, "A road is built.");
        let stays = made.labels.iter().filter(|(_, _, label)| label == "k" || label.starts_with("n:"));
        assert_eq!(stays.count(), 1);
        // Too little between them.
        assert!(followed_by(&other, &own).is_none());
    }

    #[test]
    fn no_host_comes_into_another_fold() {
        let all = pages();
        let made = swapped(&all.each_ref(), 5);
        let texts: Vec<_> = made.iter().map(|page| (page.fold_key, page.text.contains("Roofs"))).collect();
        assert_eq!(texts, [(7, false), (7, true), (2, true), (2, false)]);
    }

    #[test]
    fn a_brief_has_a_few_lines_of_its_article_and_all_around() {
        let [own, ..] = pages();
        let made = brief(&own).unwrap_or_else(|| panic!("nothing made"));
        assert!((1..=4).contains(&made.gold.lines().count()));
        assert!(made.text.ends_with("All rights\n") && !made.text.contains("Repairs"));
        let short = page("d", 1, &[("k", "One line.")]);
        assert!(brief(&short).is_none() && with_article_of(&own, &short).is_none());
    }
}

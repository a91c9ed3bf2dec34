//! Lines that recur across the documents of one site: what is counted, how counts are summed, how they are looked up.
//! Everything here is a value; reading, sorting on disk and the two passes are left to the driver.
//!
//! Pass 1, any number of workers: [`observe`] each document after decoding and repair (the text that will be judged)
//! and put its [`Observed::sightings`] anywhere. Each is a [`Row`], and rows are summed by `(site, line)` with [`Row::add`], in
//! any order and any grouping: in memory with [`CorpusStats`], or on disk, where [`Row::to_bytes`] sorts as bytes in the
//! right order.
//! Between the passes: [`Templates::from_rows`] over the summed rows, in any order, keeps the few that recur.
//! Pass 2: [`Templates::site`] of the document's [`site`](super::site::site) is what `judge` takes. `None` is always a valid answer.
//!
//! Documents are told apart by address and by content: one page scraped twice, or a story under two addresses, counts
//! once. So a row carries, besides its sums, the smallest few hashes of either; they merge exactly, too.

use std::collections::BTreeMap;

use crate::boilerplate::keys::Fronts;
use crate::boilerplate::keys::finish;
pub use crate::boilerplate::keys::line_key;
use crate::boilerplate::keys::line_key_if;
pub use crate::boilerplate::keys::site_key;
use crate::document::Span;

/// A document's lines beyond so many distinct ones at its start, and as many at its end, are not observed.
const MOST_LINES: usize = 1000;
/// Lines of at least so many bytes make up a document's content hash.
const CONTENT_LINE: usize = 80;
/// Distinct documents are counted exactly below this.
pub const DISTINCT: usize = 6;
/// The line key of the row that counts a site's documents.
const SITE_ROW: u64 = 0;

/// The third of its document, by bytes, in which a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// First third.
    Head,
    /// Second third.
    Middle,
    /// Last third.
    Tail,
}

/// What one document contributes.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    site: u64,
    url: u32,
    content: u32,
    lines: Vec<(u64, Place)>,
}

/// Observes a document of the named site. `url` may be empty; the content then tells documents apart.
pub fn observe(site: &str, url: &str, text: &str) -> Observed {
    let mut lines = Vec::new();
    for line in crate::document::lines(text) {
        let Some(key) = line_key(line.span.of(text)) else { continue };
        lines.push((key, lines.len(), line.span));
    }
    // Of equal lines the first.
    lines.sort_unstable_by_key(|(key, n, _)| (*key, *n));
    lines.dedup_by_key(|(key, ..)| *key);
    let sum = |sum: u64, (key, ..): &(u64, usize, Span)| sum.wrapping_add(*key);
    let any = lines.iter().fold(0, sum);
    let content = lines.iter().filter(|(.., span)| span.len() >= CONTENT_LINE).fold(0, sum);
    if lines.len() > 2 * MOST_LINES {
        lines.sort_unstable_by_key(|(_, n, _)| *n);
        lines.drain(MOST_LINES..lines.len() - MOST_LINES);
    }
    let place = |span: Span| match 3 * span.start / text.len().max(1) {
        0 => Place::Head,
        1 => Place::Middle,
        _ => Place::Tail,
    };
    let lines = lines.into_iter().map(|(key, _, span)| (key, place(span))).collect();
    let content = short(finish(if content == 0 { any } else { content }));
    let url = if url.is_empty() { content } else { short(site_key(url)) };
    Observed { site: site_key(site), url, content, lines }
}

/// The upper half of a hash, never the filler of [`Few`].
const fn short(hash: u64) -> u32 {
    let upper = (hash >> 32) as u32;
    if upper == FILLER { FILLER - 1 } else { upper }
}

impl Observed {
    /// One for the site and one for each line.
    pub fn sightings(&self) -> impl Iterator<Item = Sighting> {
        let site = std::iter::once((SITE_ROW, Place::Head));
        site.chain(self.lines.iter().copied()).map(|(line, place)| Sighting {
            site: self.site,
            line,
            url: self.url,
            content: self.content,
            place,
        })
    }
}

/// A line of one document: a row before it is summed, in half the space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// The key of the site.
    pub site: u64,
    /// The key of the line; 0 counts the site's documents.
    pub line: u64,
    url: u32,
    content: u32,
    place: Place,
}

const FILLER: u32 = u32::MAX;

/// The smallest few of the hashes that were put in, ascending, then filler: a count of distinct ones that merges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Few([u32; DISTINCT]);

impl Few {
    fn of(hash: u32) -> Few {
        let mut few = [FILLER; DISTINCT];
        few[0] = hash;
        Few(few)
    }

    fn add(&mut self, other: &Few) {
        for hash in other.0.into_iter().take_while(|hash| *hash != FILLER) {
            let Err(at) = self.0.binary_search(&hash) else { continue };
            if let Some(slots) = self.0.get_mut(at..).filter(|slots| !slots.is_empty()) {
                slots.rotate_right(1);
                slots[0] = hash;
            }
        }
    }

    fn len(&self) -> u8 {
        self.0.iter().filter(|hash| **hash != FILLER).count() as u8
    }
}

/// The counts of one line of one site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The key of the site.
    pub site: u64,
    /// The key of the line; 0 counts the site's documents.
    pub line: u64,
    /// Scrapes with the line, by the place where it first stands.
    pub places: [u32; 3],
    urls: Few,
    contents: Few,
}

impl Row {
    /// Bytes of a row.
    pub const BYTES: usize = 8 + 8 + 3 * 4 + 2 * 4 * DISTINCT;

    /// What was seen once.
    pub fn of(seen: &Sighting) -> Row {
        let mut places = [0; 3];
        places[seen.place as usize] = 1;
        let (urls, contents) = (Few::of(seen.url), Few::of(seen.content));
        Row { site: seen.site, line: seen.line, places, urls, contents }
    }

    /// Adds the counts of a row with the same keys; commutative and associative.
    pub fn add(&mut self, other: &Row) {
        for (n, more) in self.places.iter_mut().zip(other.places) {
            *n = n.saturating_add(more);
        }
        self.urls.add(&other.urls);
        self.contents.add(&other.contents);
    }

    /// Scrapes with the line.
    pub fn scrapes(&self) -> u32 {
        self.places.iter().fold(0, |sum, n| sum.saturating_add(*n))
    }

    /// Different documents with the line, up to [`DISTINCT`].
    pub fn distinct(&self) -> u8 {
        self.urls.len().min(self.contents.len())
    }

    /// The row in bytes of fixed length that sort by `(site, line)`.
    pub fn to_bytes(&self) -> [u8; Row::BYTES] {
        let mut bytes = [0; Row::BYTES];
        let keys = [self.site, self.line].into_iter().flat_map(|key| [(key >> 32) as u32, key as u32]);
        let numbers = keys.chain(self.places).chain(self.urls.0).chain(self.contents.0);
        for (to, number) in bytes.as_chunks_mut().0.iter_mut().zip(numbers) {
            *to = number.to_be_bytes();
        }
        bytes
    }

    /// The row that [`Row::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8; Row::BYTES]) -> Row {
        let numbers = bytes.as_chunks().0;
        let number = |n: usize| numbers.get(n).map_or(0, |bytes| u32::from_be_bytes(*bytes));
        let key = |n| u64::from(number(n)) << 32 | u64::from(number(n + 1));
        Row {
            site: key(0),
            line: key(2),
            places: std::array::from_fn(|n| number(4 + n)),
            urls: Few(std::array::from_fn(|n| number(7 + n))),
            contents: Few(std::array::from_fn(|n| number(7 + DISTINCT + n))),
        }
    }
}

/// Sums in memory, for one site or a small corpus.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CorpusStats {
    rows: BTreeMap<(u64, u64), Row>,
}

impl CorpusStats {
    /// No document seen.
    pub fn empty() -> CorpusStats {
        CorpusStats::default()
    }

    /// Adds a document.
    pub fn add(&mut self, observed: &Observed) {
        observed.sightings().for_each(|seen| self.add_row(&Row::of(&seen)));
    }

    /// Adds a row, its own or one that was summed elsewhere.
    pub fn add_row(&mut self, row: &Row) {
        self.rows.entry((row.site, row.line)).and_modify(|sum| sum.add(row)).or_insert(*row);
    }

    /// Adds everything that `other` has seen.
    pub fn merge(&mut self, other: &CorpusStats) {
        other.rows().for_each(|row| self.add_row(row));
    }

    /// The sums, ascending by `(site, line)`.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.values()
    }

    /// What recurs.
    pub fn templates(&self) -> Templates {
        Templates::from_rows(self.rows().copied())
    }
}

/// The lines that recur, by site: read-only, to be shared by all threads.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Templates {
    sites: BTreeMap<u64, SiteStats>,
}

impl Templates {
    /// Keeps the rows that say something. Takes summed rows in any order: one row for each `(site, line)`.
    pub fn from_rows(rows: impl IntoIterator<Item = Row>) -> Templates {
        let mut sites: BTreeMap<u64, SiteStats> = BTreeMap::new();
        for row in rows.into_iter().filter(|row| row.distinct() >= 2) {
            let stats = sites.entry(row.site).or_default();
            if row.line == SITE_ROW {
                (stats.scrapes, stats.distinct) = (row.scrapes(), row.distinct());
            } else {
                stats.lines.push((row.line, Recurrence { distinct: row.distinct(), scrapes: row.scrapes() }));
            }
        }
        for stats in sites.values_mut() {
            stats.lines.sort_unstable_by_key(|(key, _)| *key);
            stats.lines.shrink_to_fit();
            stats.fronts = Fronts::of(stats.lines.iter().map(|(key, _)| *key));
        }
        Templates { sites }
    }

    /// What recurs on the named site.
    pub fn site(&self, name: &str) -> Option<&SiteStats> {
        self.sites.get(&site_key(name))
    }

    /// Sites with a line that recurs, and such lines.
    pub fn len(&self) -> (usize, usize) {
        (self.sites.len(), self.sites.values().map(|stats| stats.lines.len()).sum())
    }
}

/// The lines that recur on one site.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SiteStats {
    /// Scrapes seen.
    pub scrapes: u32,
    /// Different documents seen, up to [`DISTINCT`].
    pub distinct: u8,
    lines: Vec<(u64, Recurrence)>,
    fronts: Fronts,
}

/// How often one line recurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recurrence {
    /// Different documents with it, up to [`DISTINCT`]; at least 2.
    pub distinct: u8,
    /// Scrapes with it.
    pub scrapes: u32,
}

impl SiteStats {
    /// How often the line recurs; `None` when it was not seen in two documents.
    pub fn line(&self, line: &str) -> Option<Recurrence> {
        let key = line_key_if(line, |front| self.fronts.may_have(front))?;
        let at = self.lines.binary_search_by_key(&key, |(key, _)| *key).ok()?;
        self.lines.get(at).map(|(_, recurrence)| *recurrence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boilerplate::site::site;

    const PAGES: [(&str, &str); 4] = [
        ("http://a.example.org/1", "Home\nThe bridge was opened on Monday.\n12 comments"),
        ("http://b.example.org/2", "Home\nThe mayor has resigned.\n3 comments"),
        ("http://b.example.org/2", "Home\nThe mayor has resigned.\n3 comments\nMore"),
        ("http://c.example.org/3", "Home\nRain again.\nNothing else"),
    ];

    fn stats(pages: &[(&str, &str)]) -> CorpusStats {
        let mut stats = CorpusStats::empty();
        for (url, text) in pages {
            stats.add(&observe(&site(url).expect("a site"), url, text));
        }
        stats
    }

    #[test]
    fn what_recurs_in_different_documents_is_found_and_a_second_scrape_is_none() {
        let templates = stats(&PAGES).templates();
        let site = templates.site("example.org").expect("seen");
        assert_eq!((site.scrapes, site.distinct), (4, 3));
        assert_eq!(site.line("HOME"), Some(Recurrence { distinct: 3, scrapes: 4 }));
        assert_eq!(site.line("7 Comments"), Some(Recurrence { distinct: 2, scrapes: 3 }));
        assert_eq!(site.line("The mayor has resigned."), None);
        assert_eq!(templates.site("example.com"), None);
        assert_eq!(templates.len(), (1, 2));
    }

    #[test]
    fn one_story_under_two_addresses_is_one_document() {
        let text =
            "The bridge that was closed for repairs in spring was opened again on Monday, the mayor said.";
        let stats = stats(&[("http://example.org/1", text), ("http://example.org/2", text)]);
        assert_eq!(stats.templates().len(), (0, 0));
    }

    #[test]
    fn a_line_counts_where_it_first_stands_and_the_middle_of_a_long_page_not_at_all() {
        let places = |text: &str, line: &str| {
            let stats = stats(&[("http://example.org/1", text)]);
            let key = line_key(line).expect("a key");
            stats.rows().find(|row| row.line == key).map(|row| row.places)
        };
        assert_eq!(places("Home\nThe bridge was opened.\nHome", "Home"), Some([1, 0, 0]));
        assert_eq!(places("The bridge was opened.\nHome", "Home"), Some([0, 0, 1]));
        let name = |n: usize| format!("x{n}").bytes().map(|b| char::from(b | 0x40)).collect::<String>();
        let long = |n: usize| (0..n).map(|n| name(n) + "\n").collect::<String>();
        let seen = |n: usize, line: usize| places(&long(n), &name(line)).is_some();
        assert!(seen(2000, 999) && seen(2000, 1000));
        assert!(seen(2003, 999) && !seen(2003, 1000) && !seen(2003, 1002) && seen(2003, 1003));
    }

    #[test]
    fn many_documents_count_in_any_order() {
        let pages: Vec<(String, String)> = (0..20)
            .map(|n| (format!("http://example.org/{n}"), format!("Home\nStory {}", "x".repeat(n))))
            .collect();
        let add = |stats: &mut CorpusStats, (url, text): &(String, String)| {
            stats.add(&observe("example.org", url, text));
        };
        let (mut up, mut down) = (CorpusStats::empty(), CorpusStats::empty());
        for (page, opposite) in pages.iter().zip(pages.iter().rev()) {
            add(&mut up, page);
            add(&mut down, opposite);
        }
        assert_eq!(up, down);
        let templates = up.templates();
        let line = templates.site("example.org").and_then(|site| site.line("Home"));
        assert_eq!(line, Some(Recurrence { distinct: DISTINCT as u8, scrapes: 20 }));
    }

    #[test]
    fn order_grouping_and_bytes_change_nothing() {
        let whole = stats(&PAGES);
        let mut turned: Vec<_> = PAGES.to_vec();
        turned.reverse();
        assert_eq!(stats(&turned), whole);
        let mut merged = stats(&PAGES[2..]);
        merged.merge(&stats(&PAGES[..2]));
        assert_eq!(merged, whole);
        let mut bytes: Vec<_> = whole.rows().map(Row::to_bytes).collect();
        bytes.reverse();
        bytes.sort_unstable();
        let rows: Vec<Row> = bytes.iter().map(Row::from_bytes).collect();
        assert!(rows.iter().eq(whole.rows()));
        assert_eq!(Templates::from_rows(rows), whole.templates());
    }
}

//! Phrases found among the tokens of a line: all of them in one walk, whatever their number. What a phrase means for
//! a line is left to the rules and to the trees.

use std::iter::successors;

use serde::Deserialize;
use serde::Serialize;

use crate::boilerplate::scan::HASH;
use crate::boilerplate::scan::NUMBER;
use crate::boilerplate::scan::Token;
use crate::boilerplate::scan::tokens;
use crate::boilerplate::tables::Edges;

/// What a phrase is a sign of. The order is that of the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// Headings of lists of other articles.
    Related,
    /// Share buttons, accounts to follow.
    Share,
    /// Newsletters and alerts to sign up for.
    Newsletter,
    /// Consent to cookies and tracking.
    Consent,
    /// Subscriptions, walls, accounts.
    Subscribe,
    /// Readers' comments and their forms.
    Comments,
    /// Ownership, terms, agencies, imprints.
    Copyright,
    /// Who took or owns a picture.
    Credit,
    /// Who wrote it.
    Byline,
    /// Labels of dates and times.
    Date,
    /// Marks of advertising.
    Ads,
    /// Players, apps, galleries.
    Media,
    /// Menus and ways around the site.
    Navigation,
    /// Print, font size, listen, save.
    Tools,
    /// Lists of keywords.
    Tags,
    /// Invitations to read on.
    Teaser,
}

/// How many there are.
pub(crate) const THEMES: usize = 16;

impl Theme {
    /// All themes, in order.
    pub(crate) const ALL: [Theme; THEMES] = [
        Theme::Related,
        Theme::Share,
        Theme::Newsletter,
        Theme::Consent,
        Theme::Subscribe,
        Theme::Comments,
        Theme::Copyright,
        Theme::Credit,
        Theme::Byline,
        Theme::Date,
        Theme::Ads,
        Theme::Media,
        Theme::Navigation,
        Theme::Tools,
        Theme::Tags,
        Theme::Teaser,
    ];

    /// The name of the reason that a phrase of this theme is.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Theme::Related => "related-list",
            Theme::Share => "share-bar",
            Theme::Newsletter => "newsletter",
            Theme::Consent => "consent",
            Theme::Subscribe => "subscription",
            Theme::Comments => "comments",
            Theme::Copyright => "copyright",
            Theme::Credit => "photo-credit",
            Theme::Byline => "byline",
            Theme::Date => "date-line",
            Theme::Ads => "advertising",
            Theme::Media => "player",
            Theme::Navigation => "navigation",
            Theme::Tools => "page-tools",
            Theme::Tags => "tag-list",
            Theme::Teaser => "teaser",
        }
    }
}

/// Where in a line a phrase must stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Anchor {
    /// The line is nothing else.
    Whole,
    /// The line begins with it.
    Start,
    /// The line begins with it, which says enough.
    Lead,
    /// Anywhere.
    Within,
}

/// A phrase of a rule.
#[derive(Clone, Copy, Debug)]
struct Phrase {
    rule: u32,
    /// One more than the number of another phrase that is the same words, or 0.
    other: u32,
    anchor: Anchor,
    theme: Option<Theme>,
}

/// How many tokens of a line are covered, in all and by theme, and whether the line begins as a phrase says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hits {
    pub(crate) covered: u32,
    pub(crate) starts: bool,
    /// The rules that have the line as a whole.
    pub(crate) rules: Vec<u32>,
    /// The rules that know the line by its beginning.
    pub(crate) leads: Vec<u32>,
    /// The first rule of several that have the line as a whole between them.
    pub(crate) parts: Option<u32>,
    pub(crate) themes: [u8; THEMES],
}

/// Phrases as a tree of tokens.
#[derive(Debug, Default)]
pub(crate) struct Phrases {
    /// The node after a node and a token; the root is 0.
    next: Edges,
    all: Vec<Phrase>,
    /// For each node, one more than the number of the last phrase added that ends there, or 0.
    ends: Vec<u32>,
    /// What begins with a token, and the first pairs of phrases of several: to turn away most words without a look-up.
    firsts: Bits<2>,
    pairs: Bits<1>,
}

/// Of a token: a phrase by itself, and the first of a longer one.
const ALONE: u64 = 1;
const FIRST: u64 = 2;

/// Some bits for each hash, none of which is set by mistake for most. Small enough to stay at hand.
#[derive(Debug)]
struct Bits<const EACH: usize>(Box<[[u64; EACH]; HASHES / WORD]>);

/// Hashes that are told apart, and bits of a part of them.
const HASHES: usize = 1 << 16;
const WORD: usize = u64::BITS as usize;

impl<const EACH: usize> Default for Bits<EACH> {
    fn default() -> Bits<EACH> {
        Bits(Box::new([[0; EACH]; HASHES / WORD]))
    }
}

impl<const EACH: usize> Bits<EACH> {
    /// Where the bits of a hash are: their word, and the first of them in it.
    const fn place(hash: u32) -> (usize, usize) {
        let at = hash as usize % HASHES * EACH;
        (at / WORD, at % WORD)
    }

    fn insert(&mut self, hash: u32, bits: u64) {
        let (word, bit) = Bits::<EACH>::place(hash);
        if let Some(word) = self.0.as_flattened_mut().get_mut(word) {
            *word |= bits << bit;
        }
    }

    fn of(&self, hash: u32) -> u64 {
        let (word, bit) = Bits::<EACH>::place(hash);
        self.0.as_flattened()[word] >> bit
    }
}

/// The hash of two tokens that follow one another.
const fn pair(a: Token, b: Token) -> u32 {
    ((a & HASH).wrapping_mul(0x9E37_79B1) ^ (b & HASH).wrapping_mul(0x85EB_CA6B)) >> 9
}

/// How far a line can be laid out in phrases, one behind the other: `Share | Facebook | Terms of use`.
#[derive(Clone, Copy, Debug)]
struct Parts {
    /// Bit n: the first n tokens are phrases that make up whole lines.
    whole: u32,
    /// One more than the most phrases that the first n tokens are, names of sections among them, or 0.
    most: [u8; Parts::TOKENS],
    /// The rule of the first phrase.
    first: Option<u32>,
}

impl Parts {
    /// Longer lines are not laid out.
    const TOKENS: usize = u32::BITS as usize;
    /// One section is called `News`, another `Sport`; so many of them are a menu.
    const MENU: u8 = 4;

    const fn new() -> Parts {
        let mut most = [0; Parts::TOKENS];
        most[0] = 1;
        Parts { whole: 1, most, first: None }
    }

    /// Lays out a phrase, if it may be a part.
    fn lay(&mut self, phrase: &Phrase, from: usize, to: usize) {
        let is_whole = phrase.anchor == Anchor::Whole;
        let is_section = phrase.anchor == Anchor::Within && phrase.theme == Some(Theme::Navigation);
        let (Some(before), true) = (self.most.get(from).copied(), is_whole || is_section) else { return };
        if let Some(most) = self.most.get_mut(to).filter(|_| before > 0) {
            *most = (*most).max(before.saturating_add(1));
            self.whole |= (u32::from(is_whole) & (self.whole >> from)) << to;
            if from == 0 {
                self.first = Some(phrase.rule);
            }
        }
    }

    /// The rule of the first, if they reach to the end.
    fn of(&self, tokens: usize) -> Option<u32> {
        let is_menu = self.most.get(tokens).is_some_and(|most| *most > Parts::MENU);
        let is_whole = tokens < Parts::TOKENS && self.whole >> tokens & 1 != 0;
        self.first.filter(|_| is_menu || is_whole)
    }
}

/// The place behind a phrase and the number that belongs to it, as in `Comments (23) | Share`.
fn behind_count(phrase: &Phrase, tokens: &[Token], end: usize) -> usize {
    let is_counted = matches!(phrase.theme, Some(Theme::Comments | Theme::Share));
    let has_count = is_counted && tokens.get(end).is_some_and(|token| token & HASH == NUMBER);
    end + usize::from(has_count)
}

impl Phrases {
    /// Adds a phrase of the rule with the given number.
    pub(crate) fn add(&mut self, phrase: &str, rule: usize, anchor: Anchor, theme: Option<Theme>) {
        let tokens = tokens(phrase);
        match *tokens.as_slice() {
            [first] => self.firsts.insert(first, ALONE),
            [first, second, ..] => {
                self.firsts.insert(first, FIRST);
                self.pairs.insert(pair(first, second), 1);
            }
            [] => {}
        }
        self.ends.resize(self.ends.len().max(1), 0);
        let mut node = 0;
        for token in &tokens {
            let key = token & HASH;
            let fresh = self.ends.len() as u32;
            node = self.next.add(node, key, fresh);
            if node == fresh {
                self.ends.push(0);
            }
        }
        if node > 0
            && let Some(ends) = self.ends.get_mut(node as usize)
        {
            self.all.push(Phrase { rule: rule as u32, other: *ends, anchor, theme });
            *ends = self.all.len() as u32;
        }
    }

    /// Whether a phrase of several tokens may begin with two.
    fn is_first(&self, first: Token, second: Token) -> bool {
        (self.firsts.of(first) / FIRST) & self.pairs.of(pair(first, second)) & 1 != 0
    }

    /// The next place from `from` on where a phrase may begin.
    fn next_start(&self, tokens: &[Token], from: usize) -> Option<usize> {
        let rest = tokens.get(from..)?;
        let is_alone = |token: Token| self.firsts.of(token) & ALONE != 0;
        // All is asked of every token: what says no cannot be foreseen, that something does mostly can.
        let may_start = |(first, second): (&Token, &Token)| is_alone(*first) | self.is_first(*first, *second);
        let found = rest.iter().zip(rest.get(1..).unwrap_or_default()).position(may_start);
        let found = found.or_else(|| rest.last().filter(|last| is_alone(**last)).map(|_| rest.len() - 1));
        found.map(|at| from + at)
    }

    /// What covers the tokens of one line, and the rules that have it as a whole.
    pub(crate) fn find(&self, tokens: &[Token]) -> Hits {
        let mut hits = Hits::default();
        // Most lines have none.
        let Some(first) = self.next_start(tokens, 0) else { return hits };
        let mut covered = 0;
        let mut covered_by = [0_u32; THEMES];
        let mut parts = Parts::new();
        let starts = successors(Some(first), |start| self.next_start(tokens, start + 1));
        for start in starts {
            let longest = match tokens.get(start..) {
                Some([first, second, ..]) if self.is_first(*first, *second) => tokens.len(),
                _ => 1,
            };
            let mut node = 0;
            for (end, token) in tokens.iter().enumerate().skip(start).take(longest) {
                let Some(next) = self.next.get(node, token & HASH) else { break };
                node = next;
                let mut last = self.ends.get(node as usize).copied().unwrap_or_default();
                while let Some(phrase) = last.checked_sub(1).and_then(|n| self.all.get(n as usize)) {
                    last = phrase.other;
                    parts.lay(phrase, start, behind_count(phrase, tokens, end + 1));
                    match phrase.anchor {
                        Anchor::Whole if start == 0 && end + 1 == tokens.len() => {
                            hits.rules.push(phrase.rule);
                        }
                        Anchor::Start => hits.starts |= start == 0,
                        Anchor::Lead if start == 0 => {
                            hits.starts = true;
                            hits.leads.push(phrase.rule);
                        }
                        _ => {}
                    }
                    let (start, end) = (start as u32, end as u32 + 1);
                    hits.covered += end.saturating_sub(covered.max(start));
                    covered = covered.max(end);
                    if let Some(theme) = phrase.theme {
                        let (by, theme) = (&mut covered_by[theme as usize], &mut hits.themes[theme as usize]);
                        *theme = theme.saturating_add(end.saturating_sub((*by).max(start)) as u8);
                        *by = (*by).max(end);
                    }
                }
            }
        }
        hits.parts = parts.of(tokens.len()).filter(|_| hits.rules.is_empty());
        hits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(line: &str) -> Hits {
        let mut phrases = Phrases::default();
        phrases.add("Read more", 0, Anchor::Whole, Some(Theme::Teaser));
        phrases.add("read more about", 1, Anchor::Start, Some(Theme::Teaser));
        phrases.add("sign up", 2, Anchor::Within, None);
        phrases.add("関連記事", 3, Anchor::Whole, Some(Theme::Related));
        phrases.add("read our", 4, Anchor::Lead, Some(Theme::Teaser));
        phrases.find(&tokens(line))
    }

    #[test]
    fn a_count_belongs_to_the_phrase_before_it() {
        let mut phrases = Phrases::default();
        phrases.add("comments", 0, Anchor::Whole, Some(Theme::Comments));
        phrases.add("write a comment", 1, Anchor::Whole, Some(Theme::Comments));
        phrases.add("by", 2, Anchor::Whole, Some(Theme::Byline));
        let parts = |line: &str| phrases.find(&tokens(line)).parts;
        assert_eq!(parts("Comments (23)"), Some(0));
        assert_eq!(parts("Comments (23) | Write a comment"), Some(0));
        assert_eq!(parts("Comments 23 of 40"), None);
        assert_eq!(parts("By 2025"), None);
    }

    fn find(line: &str) -> (u32, u8, Vec<u32>, bool) {
        let hits = hits(line);
        (hits.covered, hits.themes[Theme::Teaser as usize], hits.rules, hits.starts)
    }

    #[test]
    fn a_lead_says_enough_at_the_beginning_alone() {
        assert_eq!(hits("» Read our harbour pages").leads, [4]);
        assert_eq!(find("Read our harbour pages"), (2, 2, vec![], true));
        assert!(hits("I read our harbour pages").leads.is_empty());
    }

    #[test]
    fn anchors_hold_and_cover_counts_every_token_once() {
        assert_eq!(find("» READ MORE …"), (2, 2, vec![0], false));
        assert_eq!(find("Read more about us, sign up"), (5, 3, vec![], true));
        assert_eq!(find("I read more books"), (2, 2, vec![], false));
        assert_eq!(find("関連記事").2, [3]);
        assert_eq!(find("Nothing"), (0, 0, vec![], false));
    }
}

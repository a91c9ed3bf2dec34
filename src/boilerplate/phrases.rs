//! Phrases found among the tokens of a line: all of them in one walk, whatever their number. What a phrase means for
//! a line is left to the rules and to the trees.

use serde::Deserialize;
use serde::Serialize;

use crate::boilerplate::scan::HASH;
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
    /// Phrases of one token, and of longer ones the first token and the first pair, to turn away most words without a
    /// look-up.
    alone: Bits,
    firsts: Bits,
    pairs: Bits,
}

/// A set of hashes that are none of it for sure where it says so. Small enough to stay at hand.
#[derive(Debug)]
struct Bits(Box<[u64; BITS / WORD]>);

/// Bits of such a set, and of a part of it.
const BITS: usize = 1 << 16;
const WORD: usize = u64::BITS as usize;

impl Default for Bits {
    fn default() -> Bits {
        Bits(Box::new([0; BITS / WORD]))
    }
}

impl Bits {
    fn insert(&mut self, hash: u32) {
        let at = hash as usize % BITS;
        self.0[at / WORD] |= 1 << (at % WORD);
    }

    fn may_have(&self, hash: u32) -> bool {
        let at = hash as usize % BITS;
        self.0[at / WORD] >> (at % WORD) & 1 == 1
    }
}

/// The hash of two tokens that follow one another.
const fn pair(a: Token, b: Token) -> u32 {
    ((a & HASH).wrapping_mul(0x9E37_79B1) ^ (b & HASH).wrapping_mul(0x85EB_CA6B)) >> 9
}

impl Phrases {
    /// Adds a phrase of the rule with the given number.
    pub(crate) fn add(&mut self, phrase: &str, rule: usize, anchor: Anchor, theme: Option<Theme>) {
        let tokens = tokens(phrase);
        match *tokens.as_slice() {
            [first] => self.alone.insert(first),
            [first, second, ..] => {
                self.firsts.insert(first);
                self.pairs.insert(pair(first, second));
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

    /// What covers the tokens of one line, and the rules that have it as a whole.
    pub(crate) fn find(&self, tokens: &[Token]) -> Hits {
        let mut hits = Hits::default();
        let mut covered = 0;
        let mut covered_by = [0_u32; THEMES];
        for (start, token) in tokens.iter().enumerate() {
            let second = tokens.get(start + 1).copied().unwrap_or_default();
            // All are asked of every token: which of them says no cannot be foreseen, that they all do mostly can.
            let is_first = self.firsts.may_have(*token) & self.pairs.may_have(pair(*token, second));
            if !(self.alone.may_have(*token) | is_first) {
                continue;
            }
            let mut node = 0;
            for (end, token) in tokens.iter().enumerate().skip(start) {
                let Some(next) = self.next.get(node, token & HASH) else { break };
                node = next;
                let mut last = self.ends.get(node as usize).copied().unwrap_or_default();
                while let Some(phrase) = last.checked_sub(1).and_then(|n| self.all.get(n as usize)) {
                    last = phrase.other;
                    match phrase.anchor {
                        Anchor::Whole if start == 0 && end + 1 == tokens.len() => {
                            hits.rules.push(phrase.rule);
                        }
                        Anchor::Start => hits.starts |= start == 0,
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
        hits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(line: &str) -> (u32, u8, Vec<u32>, bool) {
        let mut phrases = Phrases::default();
        phrases.add("Read more", 0, Anchor::Whole, Some(Theme::Teaser));
        phrases.add("read more about", 1, Anchor::Start, Some(Theme::Teaser));
        phrases.add("sign up", 2, Anchor::Within, None);
        phrases.add("関連記事", 3, Anchor::Whole, Some(Theme::Related));
        let tokens = tokens(line);
        let hits = phrases.find(&tokens);
        (hits.covered, hits.themes[Theme::Teaser as usize], hits.rules, hits.starts)
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

//! From samples to a first model: how often each language uses each n-gram, sources weighed against each other, and
//! the n-grams that tell most.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use copydesk::language::codes::LANGUAGES;
use copydesk::language::features::Capitals;
use copydesk::language::features::Sink;
use copydesk::language::features::scan;
use copydesk::language::grams::grams;
use copydesk::language::script::Script;
use copydesk::language::script::only_language;

use super::corpora::Corpora;
use super::corpora::OPEN;

/// What an n-gram that a language was never seen to use is taken to have as its share.
pub(crate) const UNSEEN: f64 = 1.0e-6;
/// What is taken off the uses of an n-gram in a source: what was seen once by chance counts little.
const ONCE: f64 = 0.6;
/// Languages of a row at most, and the least share in it, of the largest. On held-out Tatoeba .9235 are right under 25
/// letters with 410,000 rows so long, .9193 with 14 languages and a fiftieth, .9152 with these and 345,000 rows.
const LEAST: f64 = 0.01;
const ROW: usize = 20;
/// Words in a row of how common they are that count as common.
const COMMON: usize = 150;

/// An n-gram of the model.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) hash: u64,
    pub(crate) is_common: bool,
    /// What a use of it tells.
    pub(crate) tells: f64,
    pub(crate) weights: Vec<(u8, f32)>,
}

/// How much a source counts, by the beginning of its name: running text most, names least.
pub(crate) fn trust(source: &str) -> f64 {
    match kind(source) {
        "lingua" => 1.0,
        "leipzig" | "flores1" | "afaanoromo" => 0.7,
        "ud" | "tatoeba" => 0.6,
        "py3langid" => 0.5,
        "udhr" => 0.4,
        "django" => 0.2,
        _ => 0.1,
    }
}

struct Collect<'c> {
    grams: &'c mut Vec<(u64, bool)>,
    open: (bool, bool),
    script: Script,
}

impl Sink for Collect<'_> {
    fn word(&mut self, letters: &[u32], script: Script, _: Capitals) -> bool {
        // Words in another script are another language's, or nobody's.
        if script != self.script && !(self.script == Script::Han && script == Script::Kana) {
            return true;
        }
        let mut places = places(letters, script);
        let open = self.open;
        let grams = &mut *self.grams;
        let end = letters.len() + 1;
        self::grams(letters, script, |hash| {
            let (from, to, is_word) = places.next().unwrap_or_default();
            if !(open.0 && from == 0 || open.1 && to == end) {
                grams.push((hash, is_word));
            }
        });
        self.open.0 = false;
        true
    }
}

/// Where the n-grams of a word lie, in the order of [`grams`]: first and last letter, 0 and n + 1 being the edges.
fn places(letters: &[u32], script: Script) -> std::vec::IntoIter<(usize, usize, bool)> {
    let last = letters.len() + 1;
    let mut found = Vec::new();
    if matches!(script, Script::Han | Script::Kana) {
        for i in 1..last {
            found.extend([(i, i, false), (i - 1, i, false)]);
        }
        return found.into_iter();
    }
    found.push((0, last, true));
    if only_language(script).is_some() {
        return found.into_iter();
    }
    for end in 1..=last {
        if end < last && letters[end - 1] >= 0x80 {
            found.push((end, end, false));
        }
        if end == 2 || end == last && end > 2 {
            found.push((end - 2, end, false));
        }
        if end > 3 {
            found.push((end - 4, end, false));
        }
    }
    found.into_iter()
}

/// The n-grams of a sample, and whether each is a whole word.
pub(crate) fn grams_of(text: &str, script: Script, into: &mut Vec<(u64, bool)>) {
    into.clear();
    if !text.contains(OPEN) {
        scan(text, &mut Collect { grams: into, open: (false, false), script });
        return;
    }
    for token in text.split(' ').filter(|t| !t.is_empty()) {
        let inner = token.trim_matches(OPEN);
        // The mark at the end belongs to the last word of the token, which is nearly always the only one.
        let open = (token.starts_with(OPEN), token.ends_with(OPEN));
        scan(inner, &mut Collect { grams: into, open, script });
    }
}

/// Shares of every n-gram by language, discounted so that what was seen once by chance counts little.
fn shares(corpora: &Corpora, language: usize) -> Vec<(u64, bool, f64)> {
    let mut by_source: Vec<Vec<(u64, bool)>> = vec![Vec::new(); corpora.sources.len()];
    let mut buffer = Vec::new();
    for sample in corpora.samples.iter().filter(|s| s.language == language) {
        grams_of(&sample.text, LANGUAGES[language].3, &mut buffer);
        by_source[sample.source as usize].extend_from_slice(&buffer);
    }
    let mut all: Vec<(u64, bool, f64)> = Vec::new();
    let mut trusted = 0.0;
    for (source, grams) in by_source.iter_mut().enumerate() {
        if grams.is_empty() {
            continue;
        }
        let total = grams.len() as f64;
        // A source of a few lines must not speak as loud as one of a thousand.
        let weight = trust(&corpora.sources[source]) * (total / (total + 20_000.0));
        trusted += weight;
        grams.sort_unstable();
        for run in grams.chunk_by(|a, b| a == b) {
            all.push((run[0].0, run[0].1, weight * (run.len() as f64 - ONCE).max(0.0) / total));
        }
    }
    all.sort_by_key(|gram| gram.0);
    let mut merged: Vec<(u64, bool, f64)> = Vec::new();
    for run in all.chunk_by(|a, b| a.0 == b.0) {
        let share = run.iter().map(|r| r.2).sum::<f64>() / trusted;
        merged.push((run[0].0, run[0].1, share));
    }
    merged
}

/// Languages with so little text that most of what they use was not seen, and the relative that they are taken to be
/// like until seen to be otherwise.
pub(crate) const KIN: [(&str, &str); 2] = [("rn", "rw"), ("bho", "hi")];

/// Uses of an n-gram that make a difference between two relatives believed by half.
const DOUBT_IN_KIN: f64 = 1.0;

/// [`shares`], where there is little text from those of a relative: by how much the two differ is read from the kinds of
/// source that both have, so that it is not taken from what the texts are about. An n-gram that neither uses there
/// says nothing between them.
fn shares_with_kin(corpora: &Corpora, language: usize) -> Vec<(u64, bool, f64)> {
    let Some((_, kin)) = KIN.iter().find(|kin| kin.0 == LANGUAGES[language].0) else {
        return shares(corpora, language);
    };
    let Some(kin) = LANGUAGES.iter().position(|l| l.0 == *kin) else { return Vec::new() };
    let (kinds, kin_kinds) = (kinds(corpora, language), kinds(corpora, kin));
    let both: BTreeSet<&str> = kinds.intersection(&kin_kinds).copied().collect();
    let (own, total) = uses(corpora, language, &both);
    let (other, other_total) = uses(corpora, kin, &both);
    let scale = total / other_total;
    let mut all: Vec<(u64, bool, f64, f64, f64)> = Vec::new();
    all.extend(own.into_iter().map(|(gram, n)| (gram.0, gram.1, n, 0.0, 0.0)));
    all.extend(other.into_iter().map(|(gram, n)| (gram.0, gram.1, 0.0, n * scale, 0.0)));
    all.extend(shares(corpora, kin).into_iter().map(|s| (s.0, s.1, 0.0, 0.0, s.2)));
    all.sort_by_key(|gram| gram.0);
    let mixed = |run: &[(u64, bool, f64, f64, f64)]| {
        let sum = |of: fn(&(u64, bool, f64, f64, f64)) -> f64| run.iter().map(of).sum::<f64>();
        let (own, other, share) = (sum(|r| r.2), sum(|r| r.3), sum(|r| r.4));
        let ratio = (own + DOUBT_IN_KIN) / (other + DOUBT_IN_KIN);
        let mixed = (share + UNSEEN) * ratio;
        (run[0].0, run[0].1, mixed)
    };
    all.chunk_by(|a, b| a.0 == b.0).map(mixed).collect()
}

/// The kinds of source that a language has.
fn kinds(corpora: &Corpora, language: usize) -> BTreeSet<&str> {
    let samples = corpora.samples.iter().filter(|s| s.language == language);
    samples.map(|s| kind(&corpora.sources[s.source as usize])).collect()
}

/// The n-grams of a language in sources of some kinds, each with its uses, and how many these are in all.
fn uses(corpora: &Corpora, language: usize, of: &BTreeSet<&str>) -> (BTreeMap<(u64, bool), f64>, f64) {
    let mut found: BTreeMap<(u64, bool), f64> = BTreeMap::new();
    let mut buffer = Vec::new();
    let mut total = 0.0;
    for sample in corpora.samples.iter().filter(|s| s.language == language) {
        if of.contains(kind(&corpora.sources[sample.source as usize])) {
            grams_of(&sample.text, LANGUAGES[language].3, &mut buffer);
            total += buffer.len() as f64;
            for gram in &buffer {
                *found.entry(*gram).or_default() += 1.0;
            }
        }
    }
    for uses in found.values_mut() {
        *uses = (*uses - ONCE).max(0.0);
    }
    (found, total)
}

fn kind(source: &str) -> &str {
    source.split(':').next().unwrap_or_default()
}

/// The `size` n-grams that tell most, with the logarithm of how much more each language uses them than those left out
/// of the row do.
pub(crate) fn rows(corpora: &Corpora, size: usize) -> Vec<Row> {
    let mut all: Vec<(u64, u8, bool, f64)> = Vec::new();
    let mut common = Vec::new();
    for language in 0..LANGUAGES.len() {
        let shares = shares_with_kin(corpora, language);
        let mut words: Vec<(f64, u64)> = shares.iter().filter(|s| s.1).map(|s| (s.2, s.0)).collect();
        words.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        common.extend(words.iter().take(COMMON).map(|w| w.1));
        all.extend(
            shares.into_iter().filter(|s| s.2 > UNSEEN / 2.0).map(|s| (s.0, language as u8, s.1, s.2)),
        );
    }
    common.sort_unstable();
    all.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.3.total_cmp(&a.3)));
    let mut rows: Vec<Row> = Vec::new();
    for run in all.chunk_by(|a, b| a.0 == b.0) {
        let is_common = common.binary_search(&run[0].0).is_ok();
        let best = run[0].3;
        let mut kept = run.iter().take_while(|r| r.3 > best * LEAST).count().min(ROW);
        // Weights too small to count are not worth their place.
        let mut base = run.get(kept).map_or(0.0, |r| r.3);
        while kept > 1 && ((run[kept - 1].3 + UNSEEN) / (base + UNSEEN)).ln() < 0.25 {
            kept -= 1;
            base = run[kept].3;
        }
        let weights: Vec<(u8, f32)> =
            run[..kept].iter().map(|r| (r.1, ((r.3 + UNSEEN) / (base + UNSEEN)).ln() as f32)).collect();
        // What a use of it tells: most where one language uses it often and others do not.
        let mean = run.iter().map(|r| r.3).sum::<f64>() / 40.0;
        let tells = best * ((best + UNSEEN) / (mean + UNSEEN)).ln();
        let tells = if is_common { tells + 1.0 } else { tells };
        rows.push(Row { hash: run[0].0, is_common, tells, weights });
    }
    rows.sort_by(|a, b| b.tells.total_cmp(&a.tells).then(a.hash.cmp(&b.hash)));
    rows.truncate(size);
    rows.sort_by_key(|r| r.hash);
    rows
}

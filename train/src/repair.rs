//! The model of character sequences behind `decode` and `repair`: interpolated n-grams (Witten-Bell), the most
//! useful ones kept, packed into a hash table. Single-threaded, and the same bytes every time.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufRead;
use std::io::BufReader;
use std::path::Path;

use copydesk::charset::Double;
use copydesk::likelihood::BUCKET;
use copydesk::likelihood::ORDER;
use copydesk::likelihood::PAIR_STEPS;
use copydesk::likelihood::PAIRS;
use copydesk::likelihood::SLOT;
use copydesk::likelihood::Slot;
use copydesk::likelihood::UNKNOWN_PAIR;
use copydesk::likelihood::buckets;
use copydesk::likelihood::extend;
use copydesk::likelihood::is_judged;
use copydesk::likelihood::pair_slot;
use copydesk::likelihood::plain;
use copydesk::likelihood::symbol;
use flate2::read::GzDecoder;

use crate::Failure;
use crate::garbled;

/// Buckets of the packed table: with the table of pairs just under a million bytes.
const BUCKETS: usize = 77_000;
/// How full the table may be: two buckets of four slots fill to 0.97 without trouble.
const LOAD: f64 = 0.96;
/// One sentence in so many is left out, for measuring what the model does on text that it has not seen.
const HELD_OUT: usize = 25;

/// A sequence of up to [`ORDER`] symbols: 21 bits each, the last one lowest.
type Gram = u128;

/// Trains on `shared/train/sentences.tsv.gz` and writes the packed table.
pub(crate) fn train(shared: &Path, to: &Path) -> Result<(), Failure> {
    let file = BufReader::new(GzDecoder::new(File::open(shared.join("train/sentences.tsv.gz"))?));
    let mut languages: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (number, line) in file.lines().enumerate() {
        let line = line?;
        let mut fields = line.split('\t');
        let (Some(language), Some(text)) = (fields.next(), fields.nth(1)) else { continue };
        if number % HELD_OUT != 7 {
            languages.entry(language.to_owned()).or_default().push(text.to_owned());
        }
    }
    let mut grams: Vec<Vec<(Gram, u32)>> = Vec::new();
    let mut symbols: Vec<Vec<u32>> = Vec::new();
    let mut lines: Vec<String> = Vec::new();
    for (language, texts) in languages {
        let all = texts.len();
        let texts = garbled::without(texts);
        if texts.len() < all {
            eprintln!("{language}: {} of {all} lines are garbled", all - texts.len());
        }
        symbols.extend(texts.iter().map(|text| text.chars().map(symbol).collect()));
        if language == "el" {
            // Greek capitals carry no accents.
            symbols
                .extend(texts.iter().map(|text| text.chars().map(|c| symbol(without_accent(c))).collect()));
        }
        lines.extend(texts);
    }
    std::fs::write(to.with_file_name("pairs.bin"), pairs(&lines))?;
    for order in 1..=ORDER {
        let mut all: Vec<Gram> = symbols.iter().flat_map(|s| sequences(s, order)).collect();
        if order == 1 {
            all.extend(common_ideographs());
        }
        all.sort_unstable();
        grams.push(all.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as u32)).collect());
    }
    let slots = select(&grams);
    std::fs::write(to, pack(&slots)?)?;
    Ok(())
}

fn sequences(symbols: &[u32], order: usize) -> impl Iterator<Item = Gram> + '_ {
    let padded = std::iter::once(u32::from(b' ')).chain(symbols.iter().copied()).collect::<Vec<_>>();
    (0..padded.len().saturating_sub(order - 1))
        .map(move |at| padded[at..at + order].iter().fold(0, |gram, &s| gram << 21 | u128::from(s)))
}

/// How often a pair must occur to be known.
const PAIR_SEEN: u32 = 8;

/// The coarse table of neighbours: what a character costs after the one before it, letters as they stand. Texts in
/// capitals count as much as texts in small letters.
fn pairs(lines: &[String]) -> Vec<u8> {
    let mut all: Vec<(char, char)> = Vec::new();
    for line in lines {
        for text in [line.clone(), line.to_uppercase()] {
            let chars: Vec<char> = std::iter::once(' ').chain(text.chars()).chain([' ']).map(plain).collect();
            all.extend(chars.windows(2).map(|w| (w[0], w[1])).filter(|p| is_judged(p.0) || is_judged(p.1)));
        }
    }
    all.sort_unstable();
    let mut table = vec![UNKNOWN_PAIR; PAIRS];
    for same in all.chunk_by(|a, b| a.0 == b.0) {
        for pair in same.chunk_by(|a, b| a == b) {
            if pair.len() as u32 >= PAIR_SEEN {
                let bits = (same.len() as f32 / pair.len() as f32).log2();
                let slot = &mut table[pair_slot(pair[0].0, pair[0].1)];
                *slot = (*slot).min((bits * PAIR_STEPS).min(f32::from(UNKNOWN_PAIR)) as u8);
            }
        }
    }
    table
}

fn without_accent(c: char) -> char {
    let c = char::from_u32(symbol(c)).unwrap_or(c);
    match c {
        'ά' => 'α',
        'έ' => 'ε',
        'ή' => 'η',
        'ί' => 'ι',
        'ό' => 'ο',
        'ύ' => 'υ',
        'ώ' => 'ω',
        c => c,
    }
}

/// The ideographs and syllables that the national standards put first, once each: too many for the training text to show.
fn common_ideographs() -> impl Iterator<Item = Gram> {
    let first: [(Double, u16, u16); 4] = [
        (Double::Gbk, 0xB0A1, 0xD7F9),
        (Double::Big5, 0xA440, 0xC67E),
        (Double::ShiftJis, 0x889F, 0x9872),
        (Double::EucKr, 0xB0A1, 0xC8FE),
    ];
    first.into_iter().flat_map(|(charset, from, to)| {
        ('\u{3400}'..'\u{E000}')
            .filter(move |&c| charset.bytes(c).is_some_and(|pair| (from..=to).contains(&pair)))
            .map(|c| Gram::from(c as u32))
    })
}

struct Entry {
    gram: Gram,
    order: usize,
    bits: f64,
    /// The probability under the shorter context, and whether this entry is kept.
    shorter: f64,
    gain: f64,
}

/// The kept sequences with their probability and back-off weight.
fn select(grams: &[Vec<(Gram, u32)>]) -> Vec<(Gram, usize, f32, f32)> {
    let total: f64 = grams[0].iter().map(|g| f64::from(g.1)).sum();
    let kinds = grams[0].len() as f64;
    let mut kept: Vec<Vec<Entry>> = Vec::new();
    // Probabilities of all sequences of the order below, kept or not: what the interpolation needs.
    let mut below: Vec<(Gram, f64)> = Vec::new();
    for (at, grams) in grams.iter().enumerate() {
        let order = at + 1;
        let mut entries = Vec::new();
        let mut here = Vec::with_capacity(grams.len());
        let context = |gram: Gram| gram >> 21;
        let mask = (1_u128 << (21 * at)) - 1;
        for group in grams.chunk_by(|a, b| context(a.0) == context(b.0)) {
            let n: f64 = group.iter().map(|g| f64::from(g.1)).sum();
            let t = group.len() as f64;
            for &(gram, count) in group {
                let (shorter, p) = if order == 1 {
                    (1.0 / kinds, f64::from(count) / (total + kinds * 0.01))
                } else {
                    let shorter = below[below.binary_search_by_key(&(gram & mask), |b| b.0).unwrap_or(0)].1;
                    (shorter, (f64::from(count) + t * shorter) / (n + t))
                };
                here.push((gram, p));
                let without = if order == 1 { 0.0 } else { (t / (n + t) * shorter).log2() };
                let gain = if order == 1 { f64::INFINITY } else { f64::from(count) * (p.log2() - without) };
                if count > 1 || order <= 2 {
                    entries.push(Entry { gram, order, bits: -p.log2(), shorter, gain });
                }
            }
        }
        below = here;
        kept.push(entries);
    }
    let room = (BUCKETS as f64 * BUCKET as f64 * LOAD) as usize;
    let mut gains: Vec<f64> = kept.iter().flatten().map(|e| e.gain).collect();
    gains.sort_unstable_by(|a, b| b.total_cmp(a));
    let bar = gains.get(room).copied().unwrap_or(0.0);
    let mut known: Vec<Vec<Gram>> = Vec::new();
    for at in 0..kept.len() {
        let contexts = known.last();
        // A sequence is only found through its context.
        kept[at]
            .retain(|e| e.gain > bar && contexts.is_none_or(|c| c.binary_search(&(e.gram >> 21)).is_ok()));
        known.push(kept[at].iter().map(|e| e.gram).collect());
        eprintln!("order {}: {} of {} sequences", at + 1, kept[at].len(), grams[at].len());
    }
    let mut out = Vec::new();
    for at in 0..kept.len() {
        let longer = kept.get(at + 1).map_or(&[][..], Vec::as_slice);
        let mut weights: Vec<(Gram, f64)> = Vec::new();
        for group in longer.chunk_by(|a, b| a.gram >> 21 == b.gram >> 21) {
            let mass: f64 = group.iter().map(|e| (-e.bits).exp2()).sum();
            let shorter: f64 = group.iter().map(|e| e.shorter).sum();
            let weight = ((1.0 - mass).max(1e-4) / (1.0 - shorter).max(1e-4)).min(1.0);
            weights.push((group[0].gram >> 21, -weight.log2()));
        }
        for e in &kept[at] {
            let weight = weights.binary_search_by_key(&e.gram, |w| w.0).map_or(0.0, |i| weights[i].1);
            out.push((e.gram, e.order, e.bits as f32, weight as f32));
        }
    }
    out
}

fn key(gram: Gram, order: usize) -> u64 {
    (0..order).fold(0, |key, at| extend(key, (gram >> (21 * at)) as u32 & 0x1F_FFFF))
}

/// Cuckoo hashing: every entry stands in one of its two buckets.
fn pack(entries: &[(Gram, usize, f32, f32)]) -> Result<Vec<u8>, Failure> {
    let mut table: Vec<[Option<(u64, Slot)>; BUCKET]> = vec![[None; BUCKET]; BUCKETS];
    let mut turn = 0_usize;
    for &(gram, order, bits, backoff) in entries {
        let key = key(gram, order);
        let mut homeless = (key, Slot::new(key, bits, backoff));
        let mut placed = false;
        'moves: for _ in 0..10_000 {
            let homes = buckets(homeless.0, BUCKETS);
            for home in homes {
                if let Some(free) = table[home].iter_mut().find(|s| s.is_none()) {
                    *free = Some(homeless);
                    placed = true;
                    break 'moves;
                }
            }
            turn = turn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let evicted = &mut table[homes[turn >> 40 & 1]][turn >> 41 & 3];
            if let Some(old) = evicted.replace(homeless) {
                homeless = old;
            }
        }
        if !placed {
            return Err("the table is too full".into());
        }
    }
    let mut bytes = Vec::with_capacity(BUCKETS * BUCKET * SLOT);
    for slot in table.iter().flatten() {
        let packed = slot.map_or(0, |s| s.1.0);
        bytes.extend_from_slice(&packed.to_le_bytes()[..SLOT]);
    }
    Ok(bytes)
}

//! Writes the model in the form that `copydesk::language::model` reads in place.

use copydesk::language::model::BUCKET;
use copydesk::language::model::CHUNK;
use copydesk::language::model::COMMON;
use copydesk::language::model::HEADER;
use copydesk::language::model::MAGIC;
use copydesk::language::model::MARK_BITS;
use copydesk::language::model::MORE;
use copydesk::language::model::PLACE_BITS;
use copydesk::language::model::address;

use super::counts::Row;

/// A weight of 1 (a factor of e) in the file.
pub(crate) const SCALE: f32 = 13.0;

/// The bytes of a model of these rows.
pub(crate) fn bytes(rows: &[Row], bits: u32) -> Vec<u8> {
    let mut slots = vec![0u32; BUCKET << bits];
    // The row at 0 is the one of unknown n-grams.
    let mut pool: Vec<[u8; 2 * CHUNK]> = vec![[0; 2 * CHUNK]];
    let mut places = std::collections::BTreeMap::new();
    let mut order: Vec<&Row> = rows.iter().collect();
    order.sort_by(|a, b| b.tells.total_cmp(&a.tells).then(a.hash.cmp(&b.hash)));
    let mut dropped = 0;
    for row in order {
        let mut weights: Vec<(u8, u8)> = Vec::new();
        for (language, weight) in &row.weights {
            let weight = (weight * SCALE).round().clamp(-127.0, 127.0) as i8;
            if weight != 0 {
                weights.push((*language, weight.cast_unsigned()));
            }
        }
        if weights.is_empty() && !row.is_common {
            continue;
        }
        // What finds its bucket full, or another with its mark there, told less than those before it.
        let (bucket, mark) = address(row.hash, bits);
        let bucket = &mut slots[bucket * BUCKET..(bucket + 1) * BUCKET];
        let free = bucket.iter().position(|slot| *slot == 0);
        let is_taken = bucket.iter().any(|slot| *slot != 0 && slot >> MARK_BITS == mark);
        let (Some(free), false) = (free, is_taken) else {
            dropped += 1;
            continue;
        };
        let chunks = chunks(&weights);
        let place = *places.entry(chunks).or_insert_with_key(|chunks| {
            let place = pool.len();
            pool.extend_from_slice(chunks);
            place as u32
        });
        bucket[free] = (mark << MARK_BITS) | place | if row.is_common { COMMON } else { 0 };
    }
    eprintln!("{} of {} rows found no place", dropped, rows.len());
    assert!(pool.len() < 1 << PLACE_BITS, "the rows do not fit");
    let mut bytes = MAGIC.to_vec();
    bytes.extend(bits.to_le_bytes());
    bytes.extend((pool.len() as u32).to_le_bytes());
    bytes.resize(HEADER, 0);
    for slot in slots {
        bytes.extend(slot.to_le_bytes());
    }
    bytes.extend(pool.as_flattened());
    bytes
}

fn chunks(weights: &[(u8, u8)]) -> Vec<[u8; 2 * CHUNK]> {
    let mut chunks: Vec<[u8; 2 * CHUNK]> = weights
        .chunks(CHUNK)
        .map(|part| {
            let mut chunk = [0; 2 * CHUNK];
            for (i, (language, weight)) in part.iter().enumerate() {
                chunk[i] = *language;
                chunk[CHUNK + i] = *weight;
            }
            chunk
        })
        .collect();
    if chunks.is_empty() {
        chunks.push([0; 2 * CHUNK]);
    }
    let last = chunks.len() - 1;
    for chunk in &mut chunks[..last] {
        chunk[0] |= MORE;
    }
    chunks
}

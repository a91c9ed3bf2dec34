//! Writes the model in the form that `copydesk::language::model` reads in place.

use copydesk::language::model::BUCKET;
use copydesk::language::model::HEADER;
use copydesk::language::model::MAGIC;
use copydesk::language::model::PLACE_BITS;
use copydesk::language::model::address;

use super::counts::Row;

/// A weight of 1 (a factor of e) in the file.
pub(crate) const SCALE: f32 = 13.0;

/// The bytes of a model of these rows.
pub(crate) fn bytes(rows: &[Row], bits: u32) -> Vec<u8> {
    let mut slots = vec![0u32; BUCKET << bits];
    // The row at 0 is the one of unknown n-grams.
    let mut pool: Vec<u8> = vec![0, 0];
    let mut places = std::collections::BTreeMap::new();
    let mut order: Vec<&Row> = rows.iter().collect();
    order.sort_by(|a, b| b.tells.total_cmp(&a.tells).then(a.hash.cmp(&b.hash)));
    let mut dropped = 0;
    for row in order {
        let mut coded = vec![0, 0];
        for (language, weight) in &row.weights {
            let weight = (weight * SCALE).round().clamp(-127.0, 127.0) as i8;
            if weight != 0 {
                coded.extend([*language, weight.cast_unsigned()]);
            }
        }
        let count = (coded.len() / 2 - 1) as u8;
        if count == 0 && !row.is_common {
            continue;
        }
        // What finds its bucket full, or another with its mark there, told less than those before it.
        let (bucket, mark) = address(row.hash, bits);
        let bucket = &mut slots[bucket * BUCKET..(bucket + 1) * BUCKET];
        let free = bucket.iter().position(|slot| *slot == 0);
        let is_taken = bucket.iter().any(|slot| *slot != 0 && slot >> PLACE_BITS == mark);
        let (Some(free), false) = (free, is_taken) else {
            dropped += 1;
            continue;
        };
        coded[0] = count | if row.is_common { 0x80 } else { 0 };
        let place = *places.entry(coded).or_insert_with_key(|coded| {
            let place = pool.len() / 2;
            pool.extend_from_slice(coded);
            place as u32
        });
        bucket[free] = (mark << PLACE_BITS) | place;
    }
    eprintln!("{} of {} rows found no place", dropped, rows.len());
    assert!(pool.len() / 2 < 1 << PLACE_BITS, "the rows do not fit");
    let mut bytes = MAGIC.to_vec();
    bytes.extend(bits.to_le_bytes());
    bytes.extend((pool.len() as u32).to_le_bytes());
    bytes.resize(HEADER, 0);
    for slot in slots {
        bytes.extend(slot.to_le_bytes());
    }
    bytes.extend(pool);
    bytes
}

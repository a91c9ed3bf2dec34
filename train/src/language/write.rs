//! Writes the model in the form that `copydesk::language::model` reads in place.

use copydesk::language::model::MAGIC;
use copydesk::language::model::PLACE_BITS;
use copydesk::language::model::address;

use super::counts::Row;

/// A weight of 1 (a factor of e) in the file.
pub(crate) const SCALE: f32 = 13.0;

/// The bytes of a model of these rows.
pub(crate) fn bytes(rows: &[Row], bits: u32) -> Vec<u8> {
    let mut slots = vec![0u32; 1 << bits];
    let mut pool: Vec<u8> = Vec::new();
    let mut places = std::collections::BTreeMap::new();
    for row in rows {
        let mut coded = vec![0, 0];
        for (language, weight) in &row.weights {
            let weight = (weight * SCALE).round().clamp(-127.0, 127.0) as i8;
            if weight != 0 {
                coded.extend([*language, weight as u8]);
            }
        }
        let count = (coded.len() / 2 - 1) as u8;
        if count == 0 && !row.is_common {
            continue;
        }
        coded[0] = count | if row.is_common { 0x80 } else { 0 };
        let place = *places.entry(coded).or_insert_with_key(|coded| {
            let place = pool.len() / 2;
            pool.extend_from_slice(coded);
            place as u32
        });
        let (mut slot, mark) = address(row.hash, bits);
        while slots[slot] != 0 {
            slot = (slot + 1) & ((1 << bits) - 1);
        }
        slots[slot] = (mark << PLACE_BITS) | (place + 1);
    }
    assert!(pool.len() / 2 < (1 << PLACE_BITS) - 1, "the rows do not fit");
    let mut bytes = MAGIC.to_vec();
    bytes.extend(bits.to_le_bytes());
    bytes.extend((pool.len() as u32).to_le_bytes());
    for slot in slots {
        bytes.extend(slot.to_le_bytes());
    }
    bytes.extend(pool);
    bytes
}

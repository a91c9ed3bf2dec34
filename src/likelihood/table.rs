//! The trained table of character sequences: how it is packed, and how an entry is found.

/// The trained table: buckets of four slots; see [`Slot`].
pub(crate) static TABLE: &[u8] = include_bytes!("characters.bin");

/// Bytes of a slot.
pub const SLOT: usize = 3;
/// Slots of a bucket.
pub const BUCKET: usize = 4;
/// Bits of text per step of a stored probability (six bits are stored).
pub const STEP: f32 = 0.35;
/// Bits of text per step of a stored back-off weight (four bits are stored).
pub const BACKOFF_STEP: f32 = 0.5;

/// A packed entry: 14 bits of the key, 6 bits of probability, 4 bits of back-off weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot(pub u32);

impl Slot {
    /// Packs an entry; `bits` and `backoff` are rounded to what can be stored.
    pub fn new(key: u64, bits: f32, backoff: f32) -> Slot {
        let bits = (bits / STEP).round().clamp(0.0, 63.0) as u32;
        let backoff = (backoff / BACKOFF_STEP).round().clamp(0.0, 15.0) as u32;
        Slot(u32::from(mark(key)) << 10 | bits << 4 | backoff)
    }

    pub(super) fn bits(self) -> f32 {
        (self.0 >> 4 & 63) as f32 * STEP
    }

    pub(super) fn backoff(self) -> f32 {
        (self.0 & 15) as f32 * BACKOFF_STEP
    }
}

/// The part of a key that a slot keeps; never 0, which marks an empty slot.
fn mark(key: u64) -> u16 {
    ((key >> 3 & 0x3FFF) as u16).max(1)
}

/// The two buckets in which a key may stand.
pub fn buckets(key: u64, count: usize) -> [usize; 2] {
    let second = key.wrapping_mul(0xD6E8_FEB8_6659_FD93);
    let count = count as u64;
    [(((key >> 32) * count) >> 32) as usize, (((second >> 32) * count) >> 32) as usize]
}

/// The key of a sequence of symbols, the last one first, shorter by one symbol than `longer`'s.
pub fn extend(shorter: u64, symbol: u32) -> u64 {
    let mixed = (shorter ^ u64::from(symbol).wrapping_add(0x9E37_79B9)).wrapping_mul(0x9FB2_1C65_1E98_DF25);
    mixed ^ mixed >> 29
}

/// The entry of a key. Both of its buckets are looked at, and all of their slots: which one has it cannot be predicted, and
/// a wrong guess costs more.
#[inline]
pub(super) fn find(key: u64) -> Option<Slot> {
    let (table, _) = TABLE.as_chunks::<{ SLOT * BUCKET }>();
    let want = u32::from(mark(key));
    let [first, second] = buckets(key, table.len());
    let (first, second) = (in_bucket(table.get(first), want), in_bucket(table.get(second), want));
    let found = if first == 0 { second } else { first };
    (found != 0).then_some(Slot(found))
}

/// The first slot of a bucket with a mark; 0 without one.
#[inline]
fn in_bucket(bucket: Option<&[u8; SLOT * BUCKET]>, want: u32) -> u32 {
    let words = bucket.map(|bucket| bucket.as_chunks::<4>().0);
    let Some(&[a, b, c]) = words else { return 0 };
    let [a, b, c] = [a, b, c].map(u32::from_le_bytes);
    let mut found = 0;
    for slot in [c >> 8, b >> 16 | c << 16, a >> 24 | b << 8, a] {
        let is_it = slot >> 10 & 0x3FFF == want;
        found = if is_it { slot & 0x00FF_FFFF } else { found };
    }
    found
}

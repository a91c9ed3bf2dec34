//! Places in a charset of byte pairs: runs of characters of it that are whole sequences of UTF-8, and those in which bytes are
//! missing.

use super::codec::Raw;
use super::sequences::Damage;
use super::sequences::LOST;
use super::sequences::Place;
use super::sequences::Reading;
use super::sequences::WHOLE;
use super::sequences::continues;
use super::sequences::follow;

/// The shortest run of characters of a double-byte charset that is whole UTF-8 sequences and nothing else.
pub(crate) fn region(raws: &[Raw], at: usize) -> Option<Place> {
    let mut bytes: Vec<u8> = Vec::new();
    let mut used = 0;
    for (offset, raw) in raws.iter().skip(at).enumerate() {
        match *raw {
            Raw::One(byte) => bytes.push(byte),
            Raw::Two(lead, trail) => bytes.extend([lead, trail]),
            Raw::Ascii | Raw::Lost | Raw::Foreign => return None,
        }
        while let Some(&lead) = bytes.get(used) {
            if lead.is_ascii() && used > 0 {
                used += 1;
                continue;
            }
            let len = 1 + follow(lead)?;
            match bytes.get(used..used + len) {
                Some(sequence) => {
                    std::str::from_utf8(sequence).ok()?;
                    used += len;
                }
                None if bytes.iter().skip(used + 1).all(|&b| continues(b)) => break,
                None => return None,
            }
        }
        if used == bytes.len() {
            let text = String::from_utf8(bytes).ok()?;
            return Some(Place {
                start: at,
                end: at + offset + 1,
                readings: vec![Reading::new(text, WHOLE, Damage::None)],
            });
        }
    }
    None
}

/// A run of characters of a double-byte charset in which bytes are missing, read as far as it goes.
pub(crate) fn damaged_run(raws: &[Raw], at: usize) -> Place {
    let run = raws.iter().skip(at).take_while(|r| !matches!(r, Raw::Ascii | Raw::Foreign)).count();
    let mut bytes: Vec<Option<u8>> = Vec::new();
    for raw in raws.iter().skip(at).take(run) {
        match *raw {
            Raw::One(byte) => bytes.push(Some(byte)),
            Raw::Two(lead, trail) => bytes.extend([Some(lead), Some(trail)]),
            _ => bytes.push(None),
        }
    }
    let (text, whole, lost) = read_lossy(&bytes);
    let cost = WHOLE + lost as f32 * LOST;
    let damage = if whole > lost { Damage::Marked } else { Damage::Dropped };
    Place { start: at, end: at + run, readings: vec![Reading::new(text, cost, damage)] }
}

/// Reads bytes of which some are unknown: the text, and how many characters of it are whole and lost.
fn read_lossy(bytes: &[Option<u8>]) -> (String, usize, usize) {
    let mut text = String::new();
    let (mut whole, mut lost) = (0, 0);
    // Bytes of the characters read so far: what is lost will have been as long.
    let mut width = 2;
    let mut pos = 0;
    while let Some(&byte) = bytes.get(pos) {
        match byte {
            Some(byte) if byte.is_ascii() => {
                text.push(char::from(byte));
                pos += 1;
                continue;
            }
            Some(lead) if follow(lead).is_some() => {
                let rest: Vec<u8> =
                    bytes.iter().skip(pos + 1).take(follow(lead).unwrap_or(0)).map_while(|b| *b).collect();
                let sequence = [&[lead], rest.as_slice()].concat();
                if let Ok(character) = std::str::from_utf8(&sequence)
                    && sequence.len() > 1
                {
                    text.push_str(character);
                    whole += 1;
                    width = width.max(sequence.len().min(3));
                    pos += sequence.len();
                    continue;
                }
                let seen = bytes.iter().skip(pos + 1).take(follow(lead).unwrap_or(0));
                pos += 1 + seen.take_while(|b| b.is_none_or(continues)).count();
                lost += 1;
            }
            _ => {
                let gone = bytes.iter().skip(pos).take_while(|b| b.is_none_or(continues)).count().max(1);
                lost += gone.div_ceil(width);
                text.extend(std::iter::repeat_n('\u{FFFD}', gone.div_ceil(width) - 1));
                pos += gone;
            }
        }
        text.push('\u{FFFD}');
    }
    (text, whole, lost)
}

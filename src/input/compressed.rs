//! Unpacks gzip (of any number of members) and zstd (of any number of frames) while reading. Damage is an error that comes
//! after everything before it has been handed out: the standard readers would drop what the failing call had unpacked.

use std::io;
use std::io::Read;

use flate2::Crc;
use flate2::Decompress;
use flate2::FlushDecompress;
use flate2::Status;
use zstd::stream::raw::Operation;

/// Compressed bytes read at a time.
const BLOCK: usize = 1 << 16;
/// News packs 3 to 20 times smaller, repetitive dumps 100 times; deflate can reach 1032 and zstd far more.
const MOST_RATIO: u64 = 250;
/// The ratio says nothing before so many bytes.
const FREE: u64 = 64 << 20;

/// A compression, by its magic number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    Gzip,
    Zstd,
}

impl Packing {
    pub(crate) fn of(start: &[u8]) -> Option<Packing> {
        match start {
            [0x1F, 0x8B, 8, ..] => Some(Packing::Gzip),
            [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Some(Packing::Zstd),
            _ => None,
        }
    }
}

/// A stream being unpacked.
pub(crate) struct Unpack<R> {
    raw: R,
    block: Vec<u8>,
    /// What of the block is not unpacked yet.
    at: usize,
    len: usize,
    consumed: u64,
    produced: u64,
    state: State,
    /// Said once, after the last good byte.
    damage: Option<String>,
    most_ratio: u64,
}

enum State {
    Gzip { inflate: Box<Decompress>, crc: Crc, is_inside: bool, members: u64 },
    Zstd { decoder: zstd::stream::raw::Decoder<'static>, hint: usize },
    Done,
}

impl<R: Read> Unpack<R> {
    pub(crate) fn new(raw: R, packing: Packing) -> io::Result<Unpack<R>> {
        let state = match packing {
            Packing::Gzip => State::Gzip {
                inflate: Box::new(Decompress::new(false)),
                crc: Crc::new(),
                is_inside: false,
                members: 0,
            },
            Packing::Zstd => State::Zstd { decoder: zstd::stream::raw::Decoder::new()?, hint: 0 },
        };
        let block = vec![0; BLOCK];
        Ok(Unpack {
            raw,
            block,
            at: 0,
            len: 0,
            consumed: 0,
            produced: 0,
            state,
            damage: None,
            most_ratio: MOST_RATIO,
        })
    }

    /// Unpacks what we packed ourselves, however small it became.
    pub(crate) fn trusted(raw: R, packing: Packing) -> io::Result<Unpack<R>> {
        Ok(Unpack { most_ratio: u64::MAX, ..Unpack::new(raw, packing)? })
    }

    /// Reads on when the block is used up; whether anything is left.
    fn fill(&mut self) -> io::Result<bool> {
        if self.at == self.len {
            self.at = 0;
            self.len = loop {
                match self.raw.read(&mut self.block) {
                    Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                    read => break read?,
                }
            };
        }
        Ok(self.at < self.len)
    }

    fn byte(&mut self) -> io::Result<Option<u8>> {
        if !self.fill()? {
            return Ok(None);
        }
        let byte = self.block.get(self.at).copied();
        self.advance(1);
        Ok(byte)
    }

    fn advance(&mut self, n: usize) {
        self.at += n;
        self.consumed += n as u64;
    }

    fn truncated(&self) -> String {
        format!("truncated at compressed byte {}", self.consumed)
    }

    fn corrupt(&self, what: &str) -> String {
        format!("{what} near compressed byte {}", self.consumed)
    }

    /// Reads a member's header. `None`: the file ends here, as it should.
    fn header(&mut self, members: u64) -> io::Result<Result<Option<()>, String>> {
        let mut fixed = [0_u8; 10];
        for n in 0..10 {
            match self.byte()? {
                Some(byte) => fixed[n] = byte,
                None if n == 0 => return Ok(Ok(None)),
                None => return Ok(Err(self.truncated())),
            }
            if n == 0 && fixed[0] == 0 && members > 0 {
                return self.padding();
            }
            if n == 2 && fixed.get(..3) != Some(&[0x1F, 0x8B, 8]) {
                return Ok(Err(self.corrupt("what follows the gzip data is not gzip,")));
            }
        }
        let flags = fixed[3];
        if flags & 4 != 0 {
            let (Some(low), Some(high)) = (self.byte()?, self.byte()?) else {
                return Ok(Err(self.truncated()));
            };
            for _ in 0..u16::from_le_bytes([low, high]) {
                if self.byte()?.is_none() {
                    return Ok(Err(self.truncated()));
                }
            }
        }
        for _ in 0..(flags & 8).count_ones() + (flags & 16).count_ones() {
            loop {
                match self.byte()? {
                    None => return Ok(Err(self.truncated())),
                    Some(0) => break,
                    Some(_) => {}
                }
            }
        }
        for _ in 0..if flags & 2 == 0 { 0 } else { 2 } {
            if self.byte()?.is_none() {
                return Ok(Err(self.truncated()));
            }
        }
        Ok(Ok(Some(())))
    }

    /// Reads on to the end of the file: archives on tape are padded with zeros.
    fn padding(&mut self) -> io::Result<Result<Option<()>, String>> {
        loop {
            match self.byte()? {
                None => return Ok(Ok(None)),
                Some(0) => {}
                Some(_) => return Ok(Err(self.corrupt("what follows the gzip data is not gzip,"))),
            }
        }
    }

    /// Unpacks some bytes into `out`; 0 at the end. The inner error is damage.
    fn unpack(&mut self, out: &mut [u8]) -> io::Result<Result<usize, String>> {
        match std::mem::replace(&mut self.state, State::Done) {
            State::Done => Ok(Ok(0)),
            State::Gzip { inflate, crc, is_inside, members } => {
                self.inflate(out, inflate, crc, is_inside, members)
            }
            State::Zstd { decoder, hint } => self.unzstd(out, decoder, hint),
        }
    }

    fn inflate(
        &mut self,
        out: &mut [u8],
        mut inflate: Box<Decompress>,
        mut crc: Crc,
        mut is_inside: bool,
        mut members: u64,
    ) -> io::Result<Result<usize, String>> {
        loop {
            if !is_inside {
                match self.header(members)? {
                    Ok(None) => return Ok(Ok(0)),
                    Err(damage) => return Ok(Err(damage)),
                    Ok(Some(())) => {}
                }
                inflate.reset(false);
                (crc, is_inside, members) = (Crc::new(), true, members + 1);
            }
            let more = self.fill()?;
            let (read, wrote) = (inflate.total_in(), inflate.total_out());
            let input = self.block.get(self.at..self.len).unwrap_or_default();
            let result = inflate.decompress(input, out, FlushDecompress::None);
            self.advance((inflate.total_in() - read) as usize);
            let n = (inflate.total_out() - wrote) as usize;
            crc.update(out.get(..n).unwrap_or_default());
            match result {
                Ok(Status::StreamEnd) => {
                    is_inside = false;
                    if let Some(damage) = self.trailer(&crc)? {
                        self.damage = Some(damage);
                        return Ok(Ok(n));
                    }
                }
                Ok(_) if n == 0 && !more => return Ok(Err(self.truncated())),
                Ok(_) => {}
                Err(_) => {
                    self.damage = Some(self.corrupt("corrupt gzip data"));
                    return Ok(Ok(n));
                }
            }
            if n > 0 {
                self.state = State::Gzip { inflate, crc, is_inside, members };
                return Ok(Ok(n));
            }
        }
    }

    /// Checks a member's trailer against what was unpacked.
    fn trailer(&mut self, crc: &Crc) -> io::Result<Option<String>> {
        let mut fields = [[0_u8; 4]; 2];
        for byte in fields.as_flattened_mut() {
            match self.byte()? {
                Some(read) => *byte = read,
                None => return Ok(Some(self.truncated())),
            }
        }
        let [sum, length] = fields.map(u32::from_le_bytes);
        if sum != crc.sum() {
            return Ok(Some(self.corrupt("wrong gzip checksum: a record above is damaged,")));
        }
        if length != crc.amount() {
            return Ok(Some(self.corrupt("wrong gzip length")));
        }
        Ok(None)
    }

    fn unzstd(
        &mut self,
        out: &mut [u8],
        mut decoder: zstd::stream::raw::Decoder<'static>,
        mut hint: usize,
    ) -> io::Result<Result<usize, String>> {
        loop {
            let more = self.fill()?;
            // Fed no more than it asks for, so that a good block is out before a bad one is looked at.
            let want = if hint == 0 { 4 } else { hint };
            let end = self.len.min(self.at + want);
            let input = self.block.get(self.at..end).unwrap_or_default();
            if input.is_empty() && hint == 0 && !more {
                return Ok(Ok(0));
            }
            let status = match decoder.run_on_buffers(input, out) {
                Ok(status) => status,
                Err(e) => return Ok(Err(self.corrupt(&format!("corrupt zstd data ({e})")))),
            };
            self.advance(status.bytes_read);
            hint = status.remaining;
            if status.bytes_written > 0 {
                self.state = State::Zstd { decoder, hint };
                return Ok(Ok(status.bytes_written));
            }
            if hint > 0 && !more {
                return Ok(Err(self.truncated()));
            }
        }
    }
}

impl<R: Read> Read for Unpack<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if let Some(damage) = self.damage.take() {
            self.state = State::Done;
            return Err(io::Error::new(io::ErrorKind::InvalidData, damage));
        }
        if out.is_empty() {
            return Ok(0);
        }
        match self.unpack(out)? {
            Err(damage) => Err(io::Error::new(io::ErrorKind::InvalidData, damage)),
            Ok(n) => {
                self.produced += n as u64;
                if self.produced > FREE && self.produced / self.most_ratio > self.consumed {
                    self.damage = Some(format!(
                        "unpacks to more than {MOST_RATIO} times its size by compressed byte {}: not read further",
                        self.consumed
                    ));
                }
                if n == 0 && self.damage.is_some() {
                    return self.read(out);
                }
                Ok(n)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn gzip(data: &[u8]) -> Vec<u8> {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        writer.write_all(data).unwrap();
        writer.finish().unwrap()
    }

    /// What is unpacked, and the damage.
    fn unpack(packed: &[u8]) -> (Vec<u8>, Option<String>) {
        let mut out = Vec::new();
        let mut reader = Unpack::new(packed, Packing::of(packed).unwrap()).unwrap();
        let damage = reader.read_to_end(&mut out).err().map(|e| e.to_string());
        (out, damage)
    }

    fn lines(n: u32) -> Vec<u8> {
        (0..n).flat_map(|n| format!("line {n} {}\n", n.wrapping_mul(2_654_435_761)).into_bytes()).collect()
    }

    #[test]
    fn members_and_frames_follow_each_other() {
        let data = lines(20_000);
        let packed = [gzip(&data), gzip(b""), gzip(&data), vec![0; 600]].concat();
        assert_eq!(unpack(&packed), ([&data[..], &data].concat(), None));
        let frame = zstd::bulk::compress(&data, 3).unwrap();
        assert_eq!(unpack(&[&frame[..], &frame].concat()), ([&data[..], &data].concat(), None));
    }

    #[test]
    fn what_stands_before_damage_comes_out() {
        let data = lines(60);
        for packed in [gzip(&data), zstd::bulk::compress(&data, 3).unwrap()] {
            for cut in 4..packed.len() {
                let (out, damage) = unpack(&packed[..cut]);
                assert!(data.starts_with(&out));
                assert_eq!(damage, Some(format!("truncated at compressed byte {cut}")));
            }
        }
        let big = lines(100_000);
        let packed = zstd::bulk::compress(&big, 3).unwrap();
        let (out, damage) = unpack(&packed[..packed.len() / 2]);
        assert!(out.len() > big.len() / 3 && big.starts_with(&out) && damage.is_some());
        let packed = gzip(&big);
        let (out, _) = unpack(&packed[..packed.len() / 2]);
        assert!(out.len() > big.len() / 3 && big.starts_with(&out));
    }

    #[test]
    fn wrong_checksums_and_garbage_are_told() {
        let packed = gzip(b"some text");
        let mut wrong = packed.clone();
        let at = wrong.len() - 6;
        wrong[at] ^= 1;
        let (out, damage) = unpack(&wrong);
        assert_eq!(out, b"some text");
        assert!(damage.unwrap().contains("checksum"));
        let (out, damage) = unpack(&[&packed[..], b"garbage"].concat());
        assert_eq!(out, b"some text");
        assert!(damage.unwrap().contains("not gzip"));
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        for _ in 0..200 {
            writer.write_all(&vec![b'a'; 1 << 20]).unwrap();
        }
        let (out, damage) = unpack(&writer.finish().unwrap());
        assert!(out.len() < 70 << 20);
        assert!(damage.unwrap().contains("more than 250 times"));
    }
}

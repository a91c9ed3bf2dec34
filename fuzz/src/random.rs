//! Random inputs from a seed: pieces that mean something to some stage, and kept inputs cut, joined and damaged.

/// What inputs are put together from.
const PIECES: &[&str] = &[
    ".",
    "! ",
    "? ",
    "…",
    "...",
    ". ",
    "。",
    "।",
    "۔",
    "։",
    "؟",
    "་",
    ":",
    ";",
    " ",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "\t",
    "\u{a0}",
    "\u{2028}",
    "\u{85}",
    "\"",
    "“",
    "”",
    "«",
    "»",
    "'",
    "’",
    "(",
    ")",
    "[",
    "]",
    "「",
    "」",
    "- ",
    "— ",
    "• ",
    "Mr",
    "Dr",
    "z.B",
    "U.S",
    "etc",
    "J",
    "5",
    "18",
    "2.5",
    "10:45",
    "the ",
    "The ",
    "der ",
    "и ",
    "Haus ",
    "слово ",
    "Слово ",
    "κύμα ",
    "ไทย",
    "ລາວ",
    "中文",
    "日本語の文",
    "हिन्दी ",
    "Մարդ ",
    "صباح ",
    "É",
    "ß",
    "ş",
    "e\u{301}",
    "\u{200b}",
    "\u{200d}",
    "\u{ad}",
    "\u{feff}",
    "\u{fffd}",
    "\0",
    "\u{7}",
    "\u{1b}$B",
    "\u{1b}[0m",
    "ﬁ",
    "Ａ",
    "😀",
    "http://a.b/c.d?e=1&amp;f",
    "a@b.example",
    "Ã©",
    "â€™",
    "Ð¿Ñ€Ð¸",
    "Ãƒ\u{82}Â©",
    "ï»¿",
    "\u{c2}\u{a0}",
    "┬й",
    "&amp;",
    "&amp;amp;",
    "&nbsp;",
    "&#8217;",
    "&lt;p&gt;",
    "\\u00e9",
    "\\n",
    "\\\"",
    "=C3=A9",
    "=\n",
    "%C3%A9",
    "<br>",
    "Read more\n",
    "Advertisement\n",
    "Related articles\n",
    "Subscribe to our newsletter\n",
    "© 2024 Example\n",
    "By A Writer\n",
    "Share this\n",
    "The council met on Monday and voted at noon.\n",
    "Le conseil s'est réuni lundi.\n",
    "Der Rat trat am Montag zusammen.\n",
    "Совет собрался в понедельник.\n",
    "理事会は月曜日に開かれた。\n",
    "{\"text\":\"a\"}\n",
    "{\"id\":\"7\",\"text\":\"One. Two.\",\"url\":\"https://a.example/1\"}\n",
    "{\"text\":1}\n",
    "{\"text\":\"half \\ud83d\"}\n",
    "{\"text\":\"x\",\"text\":\"y\"}\n",
    "{\"x\":[[[1e5,null]]],\"text\":\"\\u0000\"}\n",
    "{",
    "}",
    "[1]\n",
    "id,text\n",
    "1,\"a\nb\"\n",
    "id\ttext\n",
    "1\tA line.\n",
    "WARC/1.0\r\nWARC-Type: conversion\r\nContent-Length: 7\r\n\r\nA text.\r\n\r\n",
    "Content-Length: 99999999\r\n",
];

/// Bytes that begin a file of some kind, or are no text.
const BYTES: &[&[u8]] = &[
    b"\xff",
    b"\xfe",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b"\xed\xa0\xbd",
    b"\xc3",
    b"\xe2\x80",
    b"\x80",
    b"\x92",
    b"\xe9",
    b"caf\xe9 ",
    b"\xcf\xf0\xe8\xe2\xe5\xf2 ",
    b"\x83e\x83X\x83g",
    b"\x1f\x8b\x08\x00",
    b"\x28\xb5\x2f\xfd",
    b"PK\x03\x04",
    b"\xf5",
    b"\xf0\x9f\x98",
];

/// No input is longer: what goes wrong does so in less.
const LONGEST: usize = 1 << 14;

/// A small generator: the same seed, the same inputs, on every machine.
pub struct Random(u64);

impl Random {
    /// A generator from a seed.
    pub fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below another, or 0.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) % end.max(1) as u64) as usize
    }

    fn pick<'p, T: ?Sized>(&mut self, from: &[&'p T]) -> Option<&'p T> {
        from.get(self.below(from.len())).copied()
    }

    /// An input: from pieces, or from one of the `kept` ones.
    pub fn input(&mut self, kept: &[Vec<u8>]) -> Vec<u8> {
        let mut data = Vec::new();
        if kept.is_empty() || self.below(2) == 0 {
            for _ in 0..=self.below(40) {
                let times = if self.below(8) == 0 { 1 + self.below(20) } else { 1 };
                data.extend(self.piece().repeat(times));
            }
        } else if let Some(one) = kept.get(self.below(kept.len())) {
            data.clone_from(one);
        }
        for _ in 0..self.below(6) {
            self.damage(&mut data, kept);
        }
        data.truncate(LONGEST);
        data
    }

    fn piece(&mut self) -> &'static [u8] {
        if self.below(12) == 0 {
            self.pick(BYTES).unwrap_or_default()
        } else {
            self.pick(PIECES).unwrap_or_default().as_bytes()
        }
    }

    fn damage(&mut self, data: &mut Vec<u8>, kept: &[Vec<u8>]) {
        let at = self.below(data.len() + 1);
        let end = (at + self.below(32)).min(data.len());
        match self.below(7) {
            0 => {
                let bit = 1 << self.below(8);
                data.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= bit);
            }
            1 => drop(data.drain(at..end)),
            2 => data.truncate(at),
            3 => {
                let again: Vec<u8> = data.drain(at..end).collect();
                let times = 1 + self.below(4);
                data.splice(at..at, again.repeat(times));
            }
            4 => {
                let other = kept.get(self.below(kept.len())).map(Vec::as_slice).unwrap_or_default();
                let from = self.below(other.len() + 1);
                data.extend(other.iter().skip(from).take(500));
            }
            5 => {
                let byte = self.below(256) as u8;
                data.splice(at..at, [byte]);
            }
            _ => {
                let piece = self.piece();
                data.splice(at..at, piece.iter().copied());
            }
        }
    }
}

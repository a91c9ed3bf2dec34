//! Code pages in both directions: which character a byte is, and which byte a character was.
//! Which charset a text was read in is for `decode` and `repair` to find out.

use std::sync::LazyLock;

use encoding_rs::Encoding;

/// A charset of one byte a character whose lower half is ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Single(u8);

/// A charset in which a byte pair is a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Double {
    /// Simplified Chinese.
    Gbk,
    /// Traditional Chinese.
    Big5,
    /// Japanese, as Windows has it.
    ShiftJis,
    /// Korean, as Windows has it.
    EucKr,
    /// Japanese, as Unix has it.
    EucJp,
}

enum Table {
    Whatwg(&'static Encoding),
    Chars(&'static str),
}

const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}";
const CP850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{AD}±‗¾¶§÷¸°¨·¹³²■\u{A0}";
const CP852: &str = "ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×čáíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀ÓßÔŃńňŠšŔÚŕŰýÝţ´\u{AD}˝˛ˇ˘§÷¸°¨˙űŘř■\u{A0}";

macro_rules! singles {
    ($($constant:ident $name:literal $table:expr;)*) => {
        #[expect(non_camel_case_types, clippy::upper_case_acronyms, reason = "the index of each constant")]
        #[derive(Clone, Copy)]
        enum Index { $($constant),* }
        impl Single {
            $(
                #[doc = $name]
                pub const $constant: Single = Single(Index::$constant as u8);
            )*
            /// Every charset known.
            pub const ALL: &[Single] = &[$(Single::$constant),*];
        }
        static SOURCES: &[(&str, Table)] = &[$(($name, $table)),*];
    };
}

singles! {
    WINDOWS_1252 "windows-1252" Table::Whatwg(encoding_rs::WINDOWS_1252);
    WINDOWS_1250 "windows-1250" Table::Whatwg(encoding_rs::WINDOWS_1250);
    WINDOWS_1251 "windows-1251" Table::Whatwg(encoding_rs::WINDOWS_1251);
    WINDOWS_1253 "windows-1253" Table::Whatwg(encoding_rs::WINDOWS_1253);
    WINDOWS_1254 "windows-1254" Table::Whatwg(encoding_rs::WINDOWS_1254);
    WINDOWS_1255 "windows-1255" Table::Whatwg(encoding_rs::WINDOWS_1255);
    WINDOWS_1256 "windows-1256" Table::Whatwg(encoding_rs::WINDOWS_1256);
    WINDOWS_1257 "windows-1257" Table::Whatwg(encoding_rs::WINDOWS_1257);
    WINDOWS_1258 "windows-1258" Table::Whatwg(encoding_rs::WINDOWS_1258);
    WINDOWS_874 "windows-874" Table::Whatwg(encoding_rs::WINDOWS_874);
    ISO_8859_2 "ISO-8859-2" Table::Whatwg(encoding_rs::ISO_8859_2);
    ISO_8859_5 "ISO-8859-5" Table::Whatwg(encoding_rs::ISO_8859_5);
    ISO_8859_6 "ISO-8859-6" Table::Whatwg(encoding_rs::ISO_8859_6);
    ISO_8859_7 "ISO-8859-7" Table::Whatwg(encoding_rs::ISO_8859_7);
    ISO_8859_15 "ISO-8859-15" Table::Whatwg(encoding_rs::ISO_8859_15);
    KOI8_R "KOI8-R" Table::Whatwg(encoding_rs::KOI8_R);
    KOI8_U "KOI8-U" Table::Whatwg(encoding_rs::KOI8_U);
    IBM866 "IBM866" Table::Whatwg(encoding_rs::IBM866);
    MACINTOSH "macintosh" Table::Whatwg(encoding_rs::MACINTOSH);
    X_MAC_CYRILLIC "x-mac-cyrillic" Table::Whatwg(encoding_rs::X_MAC_CYRILLIC);
    IBM437 "IBM437" Table::Chars(CP437);
    IBM850 "IBM850" Table::Chars(CP850);
    IBM852 "IBM852" Table::Chars(CP852);
}

/// Charsets that agree on most letters, and that get mixed up: what is written in the first and read in the second is letters
/// all the same, of no one language, so that nobody throws it away.
pub const NEIGHBOURS: [(Single, Single); 6] = [
    (Single::WINDOWS_1250, Single::WINDOWS_1252),
    (Single::WINDOWS_1254, Single::WINDOWS_1252),
    (Single::WINDOWS_1257, Single::WINDOWS_1252),
    (Single::ISO_8859_2, Single::WINDOWS_1252),
    (Single::ISO_8859_2, Single::WINDOWS_1250),
    (Single::WINDOWS_1252, Single::WINDOWS_1250),
];

struct Singles {
    /// For each charset, the characters of bytes 0x80 to 0xFF.
    chars: Vec<[char; 128]>,
    /// For each slot (see [`slot`]), the byte in each charset; 0 for none.
    bytes: Vec<[u8; 24]>,
}

static SINGLES: LazyLock<Singles> = LazyLock::new(|| {
    let mut singles = Singles { chars: Vec::new(), bytes: vec![[0; 24]; SLOTS] };
    for (index, (_, table)) in SOURCES.iter().enumerate() {
        let mut chars = ['\0'; 128];
        for (at, c) in chars.iter_mut().enumerate() {
            let byte = 0x80 + at as u8;
            *c = match table {
                Table::Whatwg(encoding) => {
                    let (text, _) = encoding.decode_without_bom_handling(std::slice::from_ref(&byte));
                    // Bytes without a character are read as the control (or Latin-1 character) of that number.
                    text.chars().next().filter(|&c| c != '\u{FFFD}').unwrap_or(char::from(byte))
                }
                Table::Chars(all) => all.chars().nth(at).unwrap_or(char::from(byte)),
            };
            if let Some(bytes) = slot(*c).and_then(|slot| singles.bytes.get_mut(slot))
                && let Some(known) = bytes.get_mut(index)
                && *known == 0
            {
                *known = byte;
            }
        }
        singles.chars.push(chars);
    }
    let controls = ('\u{80}'..'\u{A0}').map(|c| (c, c as u8));
    let more = controls.flat_map(|(c, byte)| LATIN.map(|charset| (charset, c, byte))).chain(FRAMES);
    for (charset, c, byte) in more {
        let bytes = slot(c).and_then(|slot| singles.bytes.get_mut(slot));
        if let Some(known @ 0) = bytes.and_then(|bytes| bytes.get_mut(usize::from(charset.0))) {
            *known = byte;
        }
    }
    singles
});

/// Charsets that are taken for an ISO one which has controls where these have signs.
const LATIN: [Single; 2] = [Single::WINDOWS_1252, Single::WINDOWS_1254];
/// KOI8-U as all but browsers have it, without the letters of Belarusian.
const FRAMES: [(Single, char, u8); 2] = [(Single::KOI8_U, '╝', 0xAE), (Single::KOI8_U, '╬', 0xBE)];

const SLOTS: usize = 0x700 + 0x80 + 0x700 + 4;

/// Where a character stands in the table of bytes; `None` for those that no such charset has.
fn slot(c: char) -> Option<usize> {
    let c = c as usize;
    match c {
        0x80..0x700 => Some(c),
        0xE00..0xE80 => Some(0x700 + c - 0xE00),
        0x2000..0x2700 => Some(0x780 + c - 0x2000),
        0xFB01..=0xFB02 => Some(0xE80 + c - 0xFB01),
        0xF8FF => Some(0xE82),
        _ => None,
    }
}

impl Single {
    /// The charset's WHATWG name, or IBM's where WHATWG has none.
    pub fn name(self) -> &'static str {
        SOURCES.get(usize::from(self.0)).map_or("", |s| s.0)
    }

    /// A charset by a label that some software writes.
    pub fn for_label(label: &str) -> Option<Single> {
        let label = label.trim().to_ascii_lowercase();
        let plain: String = label.chars().filter(char::is_ascii_alphanumeric).collect();
        let known = match plain.as_str() {
            "macroman" | "macosroman" | "xmacroman" => Single::MACINTOSH,
            "cp437" | "ibm437" | "437" | "oem437" => Single::IBM437,
            "cp850" | "ibm850" | "850" | "oem850" => Single::IBM850,
            "cp852" | "ibm852" | "852" | "oem852" => Single::IBM852,
            _ => {
                let encoding = Encoding::for_label(label.as_bytes())?;
                return Single::ALL.iter().copied().find(|s| s.name() == encoding.name());
            }
        };
        Some(known)
    }

    /// The character of a byte.
    pub fn char(self, byte: u8) -> char {
        match SINGLES.chars.get(usize::from(self.0)) {
            Some(chars) if byte >= 0x80 => chars.get(usize::from(byte - 0x80)).copied().unwrap_or('\u{FFFD}'),
            _ => char::from(byte),
        }
    }

    /// The characters of the bytes of the upper half.
    pub fn upper(self) -> &'static [char; 128] {
        const NONE: [char; 128] = ['\u{FFFD}'; 128];
        SINGLES.chars.get(usize::from(self.0)).unwrap_or(&NONE)
    }

    /// The byte of a character. A control of the upper range is the byte of its own number where the charset leaves that
    /// byte undefined, and always in windows-1252 and windows-1254, which is what ISO 8859-1 and -9 get taken for.
    pub fn byte(self, c: char) -> Option<u8> {
        if c.is_ascii() {
            return Some(c as u8);
        }
        let byte = SINGLES.bytes.get(slot(c)?).and_then(|bytes| bytes.get(usize::from(self.0))).copied();
        byte.filter(|&byte| byte != 0)
    }

    /// The byte of a character beyond ASCII in each of some charsets, all looked up at once; 0 for none.
    pub fn bytes<const N: usize>(c: char, charsets: [Single; N]) -> [u8; N] {
        let Some(row) = slot(c).and_then(|slot| SINGLES.bytes.get(slot)) else { return [0; N] };
        charsets.map(|charset| row.get(usize::from(charset.0)).copied().unwrap_or(0))
    }

    /// Bytes to text; every byte has a character.
    pub fn decode(self, bytes: &[u8]) -> String {
        bytes.iter().map(|&b| self.char(b)).collect()
    }
}

impl Double {
    /// The four that text is misread in.
    pub const ALL: &[Double] = &[Double::Gbk, Double::Big5, Double::ShiftJis, Double::EucKr];

    /// The implementation.
    pub fn encoding(self) -> &'static Encoding {
        match self {
            Double::Gbk => encoding_rs::GBK,
            Double::Big5 => encoding_rs::BIG5,
            Double::ShiftJis => encoding_rs::SHIFT_JIS,
            Double::EucKr => encoding_rs::EUC_KR,
            Double::EucJp => encoding_rs::EUC_JP,
        }
    }

    /// The byte or the byte pair (lead byte in the upper half) of a character.
    pub fn bytes(self, c: char) -> Option<u16> {
        if c.is_ascii() {
            return Some(c as u16);
        }
        let at = Double::ALL.iter().position(|double| *double == self)?;
        Double::bytes_of_each(c).get(at).copied().filter(|&pair| pair != 0)
    }

    /// The same for a character beyond ASCII in each of [`Double::ALL`]; 0 for none.
    pub fn bytes_of_each(c: char) -> [u16; 4] {
        PAIRS.get(c as usize).copied().unwrap_or_default()
    }
}

/// The byte pairs of every character of the basic plane in the four charsets, made by reading every pair once. Of two pairs for
/// the same character the lower one counts.
static PAIRS: LazyLock<Vec<[u16; 4]>> = LazyLock::new(|| {
    let mut table = vec![[0; 4]; 0x1_0000];
    for (at, charset) in Double::ALL.iter().enumerate() {
        put_pairs(*charset, |c, pair| {
            if let Some(known) = table.get_mut(c as usize).and_then(|row| row.get_mut(at))
                && *known == 0
                && c != '\u{FFFD}'
                && !c.is_ascii()
            {
                *known = pair;
            }
        });
    }
    table
});

fn put_pairs(charset: Double, mut put: impl FnMut(char, u16)) {
    for lead in 0x80..=0xFF_u8 {
        if let Some(c) = charset.encoding().decode_without_bom_handling(&[lead]).0.chars().next() {
            put(c, u16::from(lead));
        }
        let row: Vec<u8> = (0x40..=0xFE_u8).flat_map(|trail| [lead, trail, b'\n']).collect();
        let (text, _) = charset.encoding().decode_without_bom_handling(&row);
        let (mut trail, mut cell) = (0x40_u8, (None, 0));
        for c in text.chars() {
            if c != '\n' {
                cell = (Some(c), cell.1 + 1);
                continue;
            }
            if let (Some(c), 1) = cell {
                put(c, u16::from_be_bytes([lead, trail]));
            }
            (trail, cell) = (trail.wrapping_add(1), (None, 0));
        }
    }
    if charset == Double::ShiftJis {
        // Windows gives the bytes that the charset leaves undefined characters of the private area.
        for (c, byte) in [('\u{F8F0}', 0xA0), ('\u{F8F1}', 0xFD), ('\u{F8F2}', 0xFE), ('\u{F8F3}', 0xFF)] {
            put(c, byte);
        }
    }
}

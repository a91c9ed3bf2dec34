//! What a stream holds, by its first bytes; the name decides only where they leave it open.

use csv_core::ReadFieldResult;
use memchr::memchr;
use memchr::memchr2;
use memchr::memmem;

use crate::config;
use crate::config::Format;
use crate::input::flat::Shape;

/// How the records of a stream are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The whole stream is one document.
    Text,
    /// A JSON object a line.
    Jsonl,
    /// A row with fields parted by this byte.
    Table(u8),
    /// A record with headers and a length.
    Wet,
}

/// The kind of a stream that starts with `start` (already unpacked and in UTF-8 where it was UTF-16), or why it cannot be read.
pub(crate) fn kind(start: &[u8], name: &str, settings: &config::Input) -> Result<Kind, String> {
    let whole = start;
    let start = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
    let first = delimiter_line(start, &settings.text_field);
    let named_or = |usual| first.map_or(usual, |(delimiter, _)| delimiter);
    match settings.format {
        Format::Auto => {}
        Format::Text => return Ok(Kind::Text),
        Format::Jsonl => return Ok(Kind::Jsonl),
        Format::Csv => return Ok(Kind::Table(named_or(if is_semicolons(start) { b';' } else { b',' }))),
        Format::Tsv => return Ok(Kind::Table(named_or(b'\t'))),
        Format::Wet => return Ok(Kind::Wet),
    }
    if let Some(what) = foreign(whole) {
        return Err(format!("{what}, which is not read: unpack or convert it first"));
    }
    let name = name.to_ascii_lowercase();
    let name = name.trim_end_matches(".gz").trim_end_matches(".zst");
    let trimmed = start.trim_ascii_start();
    // Called records, and with nothing or with records further down: what comes first is a broken one.
    let is_named = [".jsonl", ".ndjson", ".json"].iter().any(|suffix| name.ends_with(suffix));
    if is_named && (trimmed.is_empty() || memmem::find(start, b"\n{\"").is_some()) {
        return Ok(Kind::Jsonl);
    }
    if let Some(rest) = trimmed.strip_prefix(b"{") {
        let rest = rest.trim_ascii_start();
        if rest.starts_with(b"\"") || rest.starts_with(b"}") {
            return Ok(Kind::Jsonl);
        }
    }
    // A list, before `flat` has taken it apart.
    if trimmed.starts_with(b"[") && Shape::of(trimmed).is_some() {
        return Ok(Kind::Jsonl);
    }
    if trimmed.starts_with(b"WARC/1.") {
        return Ok(Kind::Wet);
    }
    let named = [(".csv", b','), (".tsv", b'\t'), (".tab", b'\t')];
    let named = named.iter().find(|(suffix, _)| name.ends_with(suffix)).map(|(_, delimiter)| *delimiter);
    if let Some((delimiter, length)) = first {
        let rows = start.get(length..).unwrap_or_default();
        let is_table = named.is_some() || table(rows, &[delimiter], &settings.text_field).is_some();
        return Ok(if is_table { Kind::Table(delimiter) } else { Kind::Text });
    }
    if let Some(delimiter) = table(start, b"\t,;", &settings.text_field) {
        return Ok(Kind::Table(delimiter));
    }
    match named {
        Some(b',') if is_semicolons(start) => Ok(Kind::Table(b';')),
        Some(delimiter) => Ok(Kind::Table(delimiter)),
        None => Ok(Kind::Text),
    }
}

/// The delimiter that a line before the header names, `sep=;` as Excel has it, and how long that line is.
pub(crate) fn delimiter_line(start: &[u8], text_field: &str) -> Option<(u8, usize)> {
    let (line, rest) = start.split_at(memchr2(b'\r', b'\n', start).unwrap_or(start.len()));
    let end = if rest.starts_with(b"\r\n") { 2 } else { rest.len().min(1) };
    let said = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    match said.strip_prefix(b"sep=") {
        // A letter parts no cells: `sep=x` is the name of a column, and so is what the settings name as one.
        Some([b @ (b'\t' | b' '..=b'~')])
            if *b != b'"' && !b.is_ascii_alphanumeric() && said != text_field.as_bytes() =>
        {
            Some((*b, line.len() + end))
        }
        _ => None,
    }
}

/// The delimiter, when the first line reads as the header of a table with the text field in it: names, no prose.
fn table(start: &[u8], delimiters: &[u8], text_field: &str) -> Option<u8> {
    let (line, below) = start.split_at(memchr(b'\n', start)?);
    let line = line.trim_ascii_end();
    let is_name = |cell: &[u8]| {
        !cell.is_empty()
            && cell.len() <= 64
            && cell.iter().all(|b| b.is_ascii_alphanumeric() || b"_-.:".contains(b) || *b >= 0x80)
    };
    delimiters.iter().copied().find(|delimiter| {
        let cells = cells(line, *delimiter);
        // pandas numbers the rows in a column without a name.
        let named = match cells.split_first() {
            Some((first, named)) if first.is_empty() && is_numbered(below, *delimiter) => named,
            _ => &cells,
        };
        cells.len() > 1
            && named.iter().all(|cell| is_name(cell))
            && cells.iter().any(|cell| cell == text_field.as_bytes())
    })
}

/// Whether the next row begins with a number.
fn is_numbered(below: &[u8], delimiter: u8) -> bool {
    let row = below.trim_ascii_start();
    let digits = row.iter().take_while(|b| b.is_ascii_digit()).count();
    digits > 0 && row.get(digits) == Some(&delimiter)
}

fn is_semicolons(start: &[u8]) -> bool {
    let line = start.get(..memchr(b'\n', start).unwrap_or(start.len())).unwrap_or_default();
    line.contains(&b';') && !line.contains(&b',')
}

/// The cells of one row.
pub(crate) fn cells(row: &[u8], delimiter: u8) -> Vec<Vec<u8>> {
    let mut reader = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
    let (mut at, mut cells, mut cell) = (0, Vec::new(), Vec::new());
    let mut buffer = [0; 256];
    loop {
        let (result, read, wrote) = reader.read_field(row.get(at..).unwrap_or_default(), &mut buffer);
        at += read;
        cell.extend_from_slice(buffer.get(..wrote).unwrap_or_default());
        match result {
            ReadFieldResult::InputEmpty | ReadFieldResult::OutputFull => {}
            ReadFieldResult::Field { record_end } => {
                cells.push(std::mem::take(&mut cell));
                if record_end {
                    return cells;
                }
            }
            ReadFieldResult::End => return cells,
        }
    }
}

/// The name of a format that is recognised, and not read.
fn foreign(start: &[u8]) -> Option<&'static str> {
    let magic: [(&[u8], &str); 9] = [
        (b"PK\x03\x04", "a zip archive"),
        (b"BZh", "bzip2 data"),
        (b"\xFD7zXZ\0", "xz data"),
        (b"7z\xBC\xAF\x27\x1C", "a 7z archive"),
        (b"PAR1", "a Parquet file"),
        (b"ARROW1", "an Arrow file"),
        (b"%PDF-", "a PDF file"),
        (b"SQLite format 3\0", "an SQLite database"),
        (b"\x1F\x8B\x08", "data compressed twice"),
    ];
    if let Some((_, what)) = magic.iter().find(|(magic, _)| start.starts_with(magic)) {
        // "BZh" and "PAR1" may open a text; the block's own magic, or bytes that no text has, decide.
        let is_sure = !start.starts_with(b"BZh") && !start.starts_with(b"PAR1")
            || start.get(4..10) == Some(b"1AY&SY")
            || start.get(..64.min(start.len())).is_some_and(|head| head.contains(&0));
        return is_sure.then_some(*what);
    }
    start.starts_with(b"\x28\xB5\x2F\xFD").then_some("data compressed twice").or_else(|| {
        (start.get(257..262) == Some(b"ustar") && memmem::find(start, b"\0").is_some())
            .then_some("a tar archive")
    })
}

/// UTF-16, by its byte-order mark or, without one, by how a JSON object or a table in ASCII would look in it.
pub(crate) fn utf16(start: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    match start {
        [0xFF, 0xFE, ..] => Some(encoding_rs::UTF_16LE),
        [0xFE, 0xFF, ..] => Some(encoding_rs::UTF_16BE),
        [b'{' | b'a'..=b'z', 0, b'"' | b' ' | b'\r' | b'\n' | b'a'..=b'z' | b',' | b'\t', 0, ..] => {
            Some(encoding_rs::UTF_16LE)
        }
        [0, b'{' | b'a'..=b'z', 0, b'"' | b' ' | b'\r' | b'\n' | b'a'..=b'z' | b',' | b'\t', ..] => {
            Some(encoding_rs::UTF_16BE)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(start: &[u8], name: &str) -> Result<Kind, String> {
        kind(start, name, &config::Input::default())
    }

    #[test]
    fn content_decides_the_format() {
        assert_eq!(of(b" {\"text\":\"a\"}", "a.txt"), Ok(Kind::Jsonl));
        assert_eq!(of(b"{curly} text", "a.jsonl"), Ok(Kind::Text));
        assert_eq!(of(b"", "a"), Ok(Kind::Text));
        assert_eq!(of(b"WARC/1.0\r\n", "a.txt"), Ok(Kind::Wet));
        assert_eq!(of(b"id,text,date\n1,a,b\n", "a.txt"), Ok(Kind::Table(b',')));
        assert_eq!(of(b"\"id\"\t\"text\"\r\n1\ta\r\n", "a"), Ok(Kind::Table(b'\t')));
        assert_eq!(of(b"Sport, text and, so on\nMore\n", "a"), Ok(Kind::Text));
        assert_eq!(of(b"[{\"text\":\"a\"}]", "a"), Ok(Kind::Jsonl));
        assert_eq!(of(b"[Instant News] The town", "a"), Ok(Kind::Text));
        assert_eq!(of(b"BZh is a radio station", "a"), Ok(Kind::Text));
    }

    #[test]
    fn the_name_decides_where_content_does_not() {
        assert_eq!(of(b"headline;body\na;b\n", "a.csv.gz"), Ok(Kind::Table(b';')));
        assert_eq!(of(b"headline;body\na;b\n", "A.CSV.GZ"), Ok(Kind::Table(b';')));
        assert_eq!(of(b"headline\tbody\n", "A.TSV"), Ok(Kind::Table(b'\t')));
        let cut = b"ained all day.\"}\n{\"text\":\"a\"}\n";
        assert_eq!(of(cut, "a.jsonl.gz"), Ok(Kind::Jsonl));
        assert_eq!(of(cut, "a.txt"), Ok(Kind::Text));
    }

    #[test]
    fn an_index_without_a_name_may_stand_first() {
        assert_eq!(of(b",id,text\n0,a,It rained.\n", "a"), Ok(Kind::Table(b',')));
        assert_eq!(of(b"\ttext\r\n17\tIt rained.\r\n", "a"), Ok(Kind::Table(b'\t')));
        // Without a number below it, or with another cell that is empty, it is not sure.
        for text in [&b",id,text\n"[..], b",id,text\na,0,b\n", b",id,text\n,0,b\n", b"id,,text\n0,a,b\n"] {
            assert_eq!(of(text, "a"), Ok(Kind::Text), "{}", text.escape_ascii());
        }
    }

    #[test]
    fn a_line_before_the_header_names_the_delimiter() {
        assert_eq!(of(b"sep=;\nid;text\n1;a, b\n", "a"), Ok(Kind::Table(b';')));
        assert_eq!(of(b"\xEF\xBB\xBFsep=|\r\nid|text\r\n1|a\r\n", "a"), Ok(Kind::Table(b'|')));
        assert_eq!(of(b"\"sep=\t\"\r\nid\ttext\r\n1\ta\r\n", "a"), Ok(Kind::Table(b'\t')));
        assert_eq!(of(b"sep=;\rheadline;body\r", "a.tsv"), Ok(Kind::Table(b';')));
        assert_eq!(of(b"sep=;\nThe line above is not ours.\n", "a"), Ok(Kind::Text));
        assert_eq!(of(b"sep=;\nid,text\n1,a\n", "a.txt"), Ok(Kind::Text));
        let as_tsv = config::Input { format: Format::Tsv, ..config::Input::default() };
        assert_eq!(kind(b"sep=,\nheadline,body\n", "a", &as_tsv), Ok(Kind::Table(b',')));
        for (start, expected) in [
            (&b"sep=;\r\nid"[..], Some((b';', 7))),
            (b"sep=,", Some((b',', 5))),
            (b"\"sep=\t\"\n\n", Some((b'\t', 8))),
            (b"sep=x\nid", None),
            (b"sep=;,text\n", None),
            (b"sep=;;\n", None),
            (b" sep=;\n", None),
            (b"sep=\n;", None),
            (b"sep=\";\"\n", None),
            (b"sep=\xA7\n", None),
            (b"", None),
        ] {
            assert_eq!(delimiter_line(start, "text"), expected, "{}", start.escape_ascii());
        }
        assert_eq!(delimiter_line(b"sep=;\n1\n", "sep=;"), None);
    }

    #[test]
    fn what_is_not_read_is_named() {
        assert!(of(b"PK\x03\x04abc", "a.gz").unwrap_err().contains("zip"));
        assert!(of(b"PAR1\x15\x00", "a").unwrap_err().contains("Parquet"));
    }
}

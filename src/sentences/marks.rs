//! Which characters end sentences, close or open a quotation, or join words. Pure tables; what stands around a mark is
//! judged by the rules.

/// How a mark ends a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// `.`: also ends abbreviations, numbers, initials.
    Dot,
    /// `!` or `?` in any script that spaces its words.
    Call,
    /// `…`, or dots in a row.
    Ellipsis,
    /// A mark that does nothing but end sentences: `।`, `。`, `۔`, `។`.
    Full,
    /// `:`, which ends sentences after Armenian letters, and Ethiopic ones when doubled, as does `፡`.
    Colon,
    /// `;`, which asks after Greek letters.
    Semicolon,
    /// A line end.
    Line,
    /// `)` or a bullet, which may begin an item of a list.
    Item,
    /// A space beside a letter of a script that writes no stops.
    Space,
}

/// The kind of a mark, `None` for any other character. [`Mark::Space`] depends on the neighbours and is not found here.
pub(super) fn mark(c: char) -> Option<Mark> {
    if c.is_ascii() {
        return match c {
            '.' => Some(Mark::Dot),
            '!' | '?' => Some(Mark::Call),
            ':' => Some(Mark::Colon),
            ';' => Some(Mark::Semicolon),
            '\n' | '\r' => Some(Mark::Line),
            ')' => Some(Mark::Item),
            _ => None,
        };
    }
    match c {
        '\u{85}' | '\u{2028}' | '\u{2029}' => Some(Mark::Line),
        '\u{37e}' => Some(Mark::Semicolon),
        '\u{1361}' => Some(Mark::Colon),
        '\u{2024}' | '\u{fe52}' | '\u{ff0e}' => Some(Mark::Dot),
        '\u{2025}' | '\u{2026}' | '\u{22ef}' | '\u{fe19}' => Some(Mark::Ellipsis),
        '\u{61d}'..='\u{61f}'
        | '\u{203c}'
        | '\u{203d}'
        | '\u{2047}'..='\u{2049}'
        | '\u{2e2e}'
        | '\u{2e53}'
        | '\u{2e54}'
        | '\u{fe56}'
        | '\u{fe57}' => Some(Mark::Call),
        '•' | '◦' | '▪' | '■' | '●' | '►' | '▶' | '▸' | '‣' | '⁃' => Some(Mark::Item),
        _ if is_full(c) => Some(Mark::Full),
        _ => None,
    }
}

/// Unicode's Sentence_Terminal characters beyond those named above (UAX #29, STerm), and the Tibetan shad.
fn is_full(c: char) -> bool {
    matches!(
        c,
        '\u{589}' | '\u{6d4}' | '\u{700}'..='\u{702}' | '\u{7f9}' | '\u{837}' | '\u{839}' | '\u{83d}' | '\u{83e}'
            | '\u{964}' | '\u{965}' | '\u{df4}' | '\u{f0d}' | '\u{f0e}' | '\u{104a}' | '\u{104b}' | '\u{1362}'
            | '\u{1367}' | '\u{1368}' | '\u{166e}' | '\u{1735}' | '\u{1736}' | '\u{17d4}' | '\u{17d5}' | '\u{1803}'
            | '\u{1809}' | '\u{1944}' | '\u{1945}' | '\u{1aa8}'..='\u{1aab}' | '\u{1b4e}' | '\u{1b4f}' | '\u{1b5a}'
            | '\u{1b5b}' | '\u{1b5e}' | '\u{1b5f}' | '\u{1b7d}'..='\u{1b7f}' | '\u{1c3b}' | '\u{1c3c}' | '\u{1c7e}'
            | '\u{1c7f}' | '\u{2cf9}'..='\u{2cfb}' | '\u{2e3c}' | '\u{3002}' | '\u{a4ff}' | '\u{a60e}' | '\u{a60f}'
            | '\u{a6f3}' | '\u{a6f7}' | '\u{a876}' | '\u{a877}' | '\u{a8ce}' | '\u{a8cf}' | '\u{a92f}' | '\u{a9c8}'
            | '\u{a9c9}' | '\u{aa5d}'..='\u{aa5f}' | '\u{aaf0}' | '\u{aaf1}' | '\u{abeb}' | '\u{fe12}' | '\u{fe15}'
            | '\u{fe16}' | '\u{ff01}' | '\u{ff1f}' | '\u{ff61}'
    ) || (c > '\u{ffff}' && is_full_astral(c))
}

fn is_full_astral(c: char) -> bool {
    matches!(
        c,
        '\u{10a56}' | '\u{10a57}' | '\u{10f55}'..='\u{10f59}' | '\u{10f86}'..='\u{10f89}' | '\u{11047}'
            | '\u{11048}' | '\u{110be}'..='\u{110c1}' | '\u{11141}'..='\u{11143}' | '\u{111c5}' | '\u{111c6}'
            | '\u{111cd}' | '\u{111de}' | '\u{111df}' | '\u{11238}' | '\u{11239}' | '\u{1123b}' | '\u{1123c}'
            | '\u{112a9}' | '\u{113d4}' | '\u{113d5}' | '\u{1144b}' | '\u{1144c}' | '\u{115c2}' | '\u{115c3}'
            | '\u{115c9}'..='\u{115d7}' | '\u{11641}' | '\u{11642}' | '\u{1173c}'..='\u{1173e}' | '\u{11944}'
            | '\u{11946}' | '\u{11a42}' | '\u{11a43}' | '\u{11a9b}' | '\u{11a9c}' | '\u{11c41}' | '\u{11c42}'
            | '\u{11ef7}' | '\u{11ef8}' | '\u{11f43}' | '\u{11f44}' | '\u{16a6e}' | '\u{16a6f}' | '\u{16af5}'
            | '\u{16b37}' | '\u{16b38}' | '\u{16b44}' | '\u{16d6e}' | '\u{16d6f}' | '\u{16e98}' | '\u{1bc9f}'
            | '\u{1da88}'
    )
}

/// Quotation marks that open in one language and close in another.
pub(super) fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '\u{ab}' | '\u{bb}' | '\u{2018}'..='\u{201f}' | '\u{2039}' | '\u{203a}' | '`' | '\u{301d}'..='\u{301f}')
}

/// Brackets and quotation marks that only close.
pub(super) fn is_closer(c: char) -> bool {
    matches!(
        c,
        ')' | ']'
            | '}'
            | '\u{2019}'
            | '\u{201d}'
            | '\u{3009}'
            | '\u{300b}'
            | '\u{300d}'
            | '\u{300f}'
            | '\u{3011}'
            | '\u{3015}'
            | '\u{3017}'
            | '\u{3019}'
            | '\u{301b}'
            | '\u{301e}'
            | '\u{301f}'
            | '\u{fd3e}'
            | '\u{fe18}'
            | '\u{fe36}'
            | '\u{fe38}'
            | '\u{fe3a}'
            | '\u{fe3c}'
            | '\u{fe3e}'
            | '\u{fe40}'
            | '\u{fe42}'
            | '\u{fe44}'
            | '\u{fe5a}'
            | '\u{fe5c}'
            | '\u{fe5e}'
            | '\u{ff09}'
            | '\u{ff3d}'
            | '\u{ff5d}'
            | '\u{ff60}'
            | '\u{ff63}'
    )
}

/// Brackets and quotation marks that only open, and the Spanish marks.
pub(super) fn is_opener(c: char) -> bool {
    matches!(
        c,
        '(' | '['
            | '{'
            | '\u{bf}'
            | '\u{a1}'
            | '\u{201a}'
            | '\u{201e}'
            | '\u{3008}'
            | '\u{300a}'
            | '\u{300c}'
            | '\u{300e}'
            | '\u{3010}'
            | '\u{3014}'
            | '\u{3016}'
            | '\u{3018}'
            | '\u{301a}'
            | '\u{301d}'
            | '\u{ff08}'
            | '\u{ff3b}'
            | '\u{ff5b}'
            | '\u{ff5f}'
            | '\u{ff62}'
    )
}

/// Small letters of the scripts that write capitals. Unicode counts those of Georgian among them, whose capitals stand in
/// headings alone.
pub(super) fn is_small(c: char) -> bool {
    c.is_lowercase() && !is_georgian(c)
}

/// Letters of scripts that write blanks between words and no capitals: Hebrew and Arabic to Tibetan, without Thai and
/// Lao; Georgian, Ethiopic, Khmer, Mongolian, Korean.
pub(super) fn is_uncased(c: char) -> bool {
    is_georgian(c)
        || (c >= '\u{590}'
            && (c < '\u{e00}'
                || matches!(c, '\u{1000}'..='\u{109f}' | '\u{1200}'..='\u{139f}' | '\u{1780}'..='\u{18af}' | '\u{1c50}'..='\u{1c7d}' | '\u{ac00}'..='\u{d7a3}'))
            && c.is_alphabetic())
}

/// The letters that Georgian is written in.
pub(super) fn is_georgian(c: char) -> bool {
    matches!(c, '\u{10d0}'..='\u{10ff}')
}

/// Dashes and the signs that begin list items.
pub(super) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// Signs that begin list items.
pub(super) fn is_bullet(c: char) -> bool {
    matches!(
        c,
        '*' | '•'
            | '◦'
            | '▪'
            | '■'
            | '□'
            | '●'
            | '○'
            | '►'
            | '▶'
            | '▸'
            | '‣'
            | '⁃'
            | '→'
            | '★'
            | '☆'
            | '✓'
            | '✔'
            | '◆'
            | '◇'
            | '※'
            | '§'
            | '❖'
            | '➢'
            | '\u{b7}'
    )
}

/// Marks after which a sentence goes on.
pub(super) fn is_continuing(c: char) -> bool {
    matches!(
        c,
        ',' | ';'
            | ':'
            | '\u{55d}'
            | '\u{60c}'
            | '\u{61b}'
            | '\u{3001}'
            | '\u{ff0c}'
            | '\u{ff1a}'
            | '\u{ff1b}'
            | '\u{ff64}'
            | '\u{fe50}'
            | '\u{fe51}'
            | '\u{fe54}'
            | '\u{fe55}'
            | '/'
            | '&'
            | '='
            | '+'
            | '\u{55b}'
            | '|'
    )
}

/// Chinese characters, kana and their punctuation: scripts that put no space between sentences.
pub(super) fn is_east_asian(c: char) -> bool {
    matches!(c, '\u{3001}'..='\u{30ff}' | '\u{31f0}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

/// Letters of scripts that write spaces between phrases and no stops: Thai and Lao.
pub(super) fn is_stopless(c: char) -> bool {
    matches!(c, '\u{e01}'..='\u{eff}')
}

/// Characters that take no room of their own.
pub(super) fn is_ignorable(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}')
}

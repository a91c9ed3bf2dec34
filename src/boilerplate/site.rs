//! The site of an address. What is learned about a site is left to `templates`.

use std::borrow::Cow;

/// Second-level labels under which country registries sell names, and that are no names themselves.
const REGISTRIES: [&str; 10] = ["ac", "asn", "co", "com", "edu", "gob", "gouv", "gov", "mil", "org"];
/// Others, which elsewhere are names like any other (`web.de`): the countries that have them, by the public suffix list.
const REGISTRIES_OF: [(&str, &str); 14] = [
    ("firm", "co ht in nf ro ve"),
    ("gen", "in nz tr"),
    ("go", "ci cr id it jp ke kr pw th tj tz ug"),
    ("gv", "ao at"),
    ("id", "au ir lv ly us"),
    ("ind", "br gt in kw tn"),
    (
        "info",
        "au az bb bj bo co ec et fj gu ht hu in ke ki la ls mv na nf ni nr pk pl pr ro sd tn tr tt tz ve vn zm",
    ),
    ("ltd", "cy gi lk uk"),
    ("ne", "jp ke kr pw tz ug us"),
    (
        "net",
        "ac ae af ag ai al am ar au az ba bb bh bj bm bn bo br bs bt bz ci cm cn co cu cw cy dm do dz ec eg et fj fm \
         ge gg gl gn gp gr gt gu gy hk hn ht id il im in iq ir is je jo kg ki kn kw ky kz la lb lc lk lr ls lv ly ma \
         me mk ml mo ms mt mu mv mw mx my mz nf ng ni nr nz om pa pe ph pk pl pn pr ps pt py qa ru rw sa sb sc sd sg \
         sh sl so ss st sy th tj tm tn to tr tt tw ua uk uy uz vc ve vi vn vu ws ye za zm",
    ),
    ("nom", "ad ag br co es fr km mg nc ni pa pe pl re ro tm ve za"),
    ("or", "at bi ci cr id it jp ke kr mu na pw th tz ug us"),
    ("plc", "ly uk"),
    ("web", "bo co do gu id lk nf ni pk tj tr ve za"),
];
/// Countries that sell names under a second level alone, whatever it is.
const SECOND_LEVEL_ONLY: &str = "bd ck er fk jm kh mm np pg";
/// Hosts that give every customer a name of their own.
const HOSTERS: [&str; 12] = [
    "blogspot.com",
    "free.fr",
    "github.io",
    "livejournal.com",
    "medium.com",
    "over-blog.com",
    "substack.com",
    "tumblr.com",
    "typepad.com",
    "weebly.com",
    "wixsite.com",
    "wordpress.com",
];

/// The site of an address: its registrable domain as far as a short list of registries tells, in lower case and in letters
/// (`xn--mnchen-3ya.de` is `münchen.de`). `None` when the address has no host.
///
/// ```
/// use copydesk::boilerplate::site::site;
/// assert_eq!(site("https://www.news.example.co.uk:443/a?b").as_deref(), Some("example.co.uk"));
/// assert_eq!(site("not an address"), None);
/// ```
pub fn site(url: &str) -> Option<String> {
    let authority = authority(url)?;
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = match host.split_once(']') {
        Some((address, _)) if host.starts_with('[') => &format!("{address}]"),
        _ => host.split(':').next().unwrap_or_default(),
    };
    let host = host.trim_end_matches('.').to_lowercase();
    if host.is_empty() || host.contains(char::is_whitespace) {
        return None;
    }
    let host = if host.contains("xn--") {
        host.split('.').map(in_letters).collect::<Vec<_>>().join(".")
    } else {
        host
    };
    let labels: Vec<&str> = host.split('.').collect();
    let is_address = host.starts_with('[') || labels.iter().all(|l| l.bytes().all(|b| b.is_ascii_digit()));
    let two_level =
        matches!(labels.as_slice(), [.., second, top] if top.len() == 2 && is_registry(second, top));
    let is_hosted = HOSTERS.iter().any(|h| host.strip_suffix(h).is_some_and(|rest| rest.ends_with('.')));
    let wanted = if two_level || is_hosted { 3 } else { 2 };
    if is_address || labels.len() <= wanted {
        return Some(host);
    }
    labels.get(labels.len() - wanted..).map(|labels| labels.join("."))
}

/// What stands between the scheme and the path. Without a scheme it has to look like a host, and not like a file.
fn authority(url: &str) -> Option<&str> {
    let before_path = |rest: &'_ str| rest.find(['/', '?', '#']).unwrap_or(rest.len());
    if let Some(rest) = url.strip_prefix("//") {
        return rest.get(..before_path(rest));
    }
    match url.split_once("://") {
        Some((scheme, rest)) if !scheme.contains(['/', '?', '#']) => rest.get(..before_path(rest)),
        _ => {
            let (host, path) = url.split_at(before_path(url));
            let is_www = host.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("www."));
            ((is_www || path.starts_with('/')) && reads_as_host(host)).then_some(host)
        }
    }
}

fn reads_as_host(host: &str) -> bool {
    let (host, port) = host.split_once(':').unwrap_or((host, ""));
    let is_label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    let Some((names, top)) = host.trim_end_matches('.').rsplit_once('.') else { return false };
    let is_top = top.len() > 1 && (top.starts_with("xn--") || top.chars().all(char::is_alphabetic));
    is_top && names.split('.').all(is_label) && port.bytes().all(|b| b.is_ascii_digit())
}

/// Whether names are sold under this label in this country.
fn is_registry(second: &str, top: &str) -> bool {
    let has = |tops: &str| tops.split(' ').any(|known| known == top);
    REGISTRIES.contains(&second)
        || REGISTRIES_OF.iter().any(|(label, tops)| *label == second && (has(tops) || has(SECOND_LEVEL_ONLY)))
}

/// A label of a host as it reads, where it is written in ASCII.
fn in_letters(label: &str) -> Cow<'_, str> {
    let plain = label.strip_prefix("xn--").and_then(punycode);
    plain.map_or(Cow::Borrowed(label), |plain| Cow::Owned(plain.to_lowercase()))
}

/// What is written in Punycode (RFC 3492, whose names these are).
fn punycode(coded: &str) -> Option<String> {
    // No label is longer, and inserting into a long one would take its time.
    if coded.len() > 59 {
        return None;
    }
    let (basic, deltas) = coded.rsplit_once('-').unwrap_or(("", coded));
    let mut output: Vec<char> = basic.chars().collect();
    let (mut n, mut i, mut bias) = (128_u32, 0_u32, 72_u32);
    let mut digits = deltas.bytes().peekable();
    digits.peek()?;
    while digits.peek().is_some() {
        let (before, mut weight) = (i, 1_u32);
        for k in (36_u32..).step_by(36) {
            let digit = match digits.next()? {
                byte @ b'a'..=b'z' => byte - b'a',
                byte @ b'0'..=b'9' => byte - b'0' + 26,
                _ => return None,
            };
            i = i.checked_add(u32::from(digit).checked_mul(weight)?)?;
            let threshold = k.saturating_sub(bias).clamp(1, 26);
            if u32::from(digit) < threshold {
                break;
            }
            weight = weight.checked_mul(36 - threshold)?;
        }
        let length = u32::try_from(output.len()).ok()? + 1;
        let mut delta = (i - before) / if before == 0 { 700 } else { 2 };
        delta += delta / length;
        bias = 0;
        while delta > 455 {
            (delta, bias) = (delta / 35, bias + 36);
        }
        bias += 36 * delta / (delta + 38);
        n = n.checked_add(i / length)?;
        i %= length;
        output.insert(i as usize, char::from_u32(n)?);
        i += 1;
    }
    Some(output.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sites_are_registrable_domains() {
        let cases = [
            ("http://www.example.com", Some("example.com")),
            ("https://user@News.Example.com.AU:8080/x", Some("example.com.au")),
            ("http://anna.blogspot.com/2012", Some("anna.blogspot.com")),
            ("http://example.co/", Some("example.co")),
            ("http://127.0.0.1/x", Some("127.0.0.1")),
            ("http://[::1]:80/x", Some("[::1]")),
            ("http://localhost", Some("localhost")),
            // Only some countries have registries of these names.
            ("http://news.web.de/x", Some("web.de")),
            ("http://www.net.hr", Some("net.hr")),
            ("http://news.example.net.nz", Some("example.net.nz")),
            ("http://www.detik.web.id", Some("detik.web.id")),
            // One site, written in two ways; what is no Punycode stays.
            ("https://www.xn--mnchen-3ya.de/", Some("münchen.de")),
            ("https://www.MÜNCHEN.de/", Some("münchen.de")),
            ("http://xn--d1acpjx3f.xn--p1ai/", Some("яндекс.рф")),
            ("http://xn--ls8h.la/", Some("💩.la")),
            ("http://xn--999999999.de/", Some("xn--999999999.de")),
            ("http://xn--.de/", Some("xn--.de")),
            // Without a scheme.
            ("www.example.co.uk/a", Some("example.co.uk")),
            ("//cdn.example.com/x", Some("example.com")),
            ("www.example.com", Some("example.com")),
            ("example.com:8080/a?b", Some("example.com")),
            ("news.example.com/2024/a.html#b", Some("example.com")),
            ("article.html", None),
            ("2024/03/article.html", None),
            ("/news/article.html", None),
            ("v1.2/article", None),
            ("www. example.com/", None),
            ("mailto:jane@example.com/", None),
            ("urn:uuid:9a2b", None),
            ("not an address", None),
            ("http:///x", None),
            ("", None),
        ];
        for (url, expected) in cases {
            assert_eq!(site(url).as_deref(), expected, "{url}");
        }
    }
}

//! The site of an address. What is learned about a site is left to `templates`.

/// Second-level labels under which country registries sell names.
const REGISTRIES: [&str; 24] = [
    "ac", "asn", "co", "com", "edu", "firm", "gen", "go", "gob", "gouv", "gov", "gv", "id", "ind", "info",
    "ltd", "mil", "ne", "net", "nom", "or", "org", "plc", "web",
];
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

/// The site of an address: its registrable domain as far as a short list of registries tells, in lower case.
/// `None` when the address has no host.
///
/// ```
/// use copydesk::boilerplate::site::site;
/// assert_eq!(site("https://www.news.example.co.uk:443/a?b").as_deref(), Some("example.co.uk"));
/// assert_eq!(site("not an address"), None);
/// ```
pub fn site(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = match host.split_once(']') {
        Some((address, _)) if host.starts_with('[') => &format!("{address}]"),
        _ => host.split(':').next().unwrap_or_default(),
    };
    let host = host.trim_end_matches('.').to_lowercase();
    if host.is_empty() || host.contains(char::is_whitespace) {
        return None;
    }
    let labels: Vec<&str> = host.split('.').collect();
    let is_address = host.starts_with('[') || labels.iter().all(|l| l.bytes().all(|b| b.is_ascii_digit()));
    let two_level =
        matches!(labels.as_slice(), [.., second, top] if top.len() == 2 && REGISTRIES.contains(second));
    let is_hosted = HOSTERS.iter().any(|h| host.strip_suffix(h).is_some_and(|rest| rest.ends_with('.')));
    let wanted = if two_level || is_hosted { 3 } else { 2 };
    if is_address || labels.len() <= wanted {
        return Some(host);
    }
    labels.get(labels.len() - wanted..).map(|labels| labels.join("."))
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
            ("http:///x", None),
            ("", None),
        ];
        for (url, expected) in cases {
            assert_eq!(site(url).as_deref(), expected, "{url}");
        }
    }
}

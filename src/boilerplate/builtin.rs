//! The rule files under `rules/boilerplate/`, embedded. A test compares this list with the folder.

/// Name and content of each file, sorted by name.
pub(crate) const FILES: [(&str, &str); 17] = [
    ("ads.toml", include_str!("../../rules/boilerplate/ads.toml")),
    ("byline.toml", include_str!("../../rules/boilerplate/byline.toml")),
    ("code.toml", include_str!("../../rules/boilerplate/code.toml")),
    ("comments.toml", include_str!("../../rules/boilerplate/comments.toml")),
    ("consent.toml", include_str!("../../rules/boilerplate/consent.toml")),
    ("copyright.toml", include_str!("../../rules/boilerplate/copyright.toml")),
    ("credit.toml", include_str!("../../rules/boilerplate/credit.toml")),
    ("date.toml", include_str!("../../rules/boilerplate/date.toml")),
    ("media.toml", include_str!("../../rules/boilerplate/media.toml")),
    ("navigation.toml", include_str!("../../rules/boilerplate/navigation.toml")),
    ("newsletter.toml", include_str!("../../rules/boilerplate/newsletter.toml")),
    ("related.toml", include_str!("../../rules/boilerplate/related.toml")),
    ("share.toml", include_str!("../../rules/boilerplate/share.toml")),
    ("subscribe.toml", include_str!("../../rules/boilerplate/subscribe.toml")),
    ("tags.toml", include_str!("../../rules/boilerplate/tags.toml")),
    ("teaser.toml", include_str!("../../rules/boilerplate/teaser.toml")),
    ("tools.toml", include_str!("../../rules/boilerplate/tools.toml")),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_file_is_embedded() {
        let mut names: Vec<String> =
            std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/boilerplate"))
                .expect("the rules folder")
                .map(|entry| entry.expect("an entry").file_name().into_string().expect("a plain name"))
                .collect();
        names.sort();
        let embedded: Vec<&str> = FILES.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, embedded);
    }
}

//! The rule files under `rules/boilerplate/`, embedded. A test compares this list with the folder.

/// Name and content of each file, sorted by name.
pub(crate) const FILES: [(&str, &str); 3] = [
    ("credits.toml", include_str!("../../rules/boilerplate/credits.toml")),
    ("related.toml", include_str!("../../rules/boilerplate/related.toml")),
    ("site.toml", include_str!("../../rules/boilerplate/site.toml")),
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

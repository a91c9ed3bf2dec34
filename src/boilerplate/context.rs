//! Lines judged by their neighbours: lists of headlines with times, and what follows a heading for other articles.

/// Marks headline lists: runs of short entries, each with its age, as in "Title / 5 minutes -".
pub(crate) fn lists(content: &[&str]) -> Vec<bool> {
    let ages: Vec<bool> = content.iter().map(|line| is_age(line)).collect();
    let mut marks = vec![false; content.len()];
    let total = ages.iter().filter(|a| **a).count();
    if total < 3 {
        return marks;
    }
    let first = ages.iter().position(|a| *a).unwrap_or_default();
    let last = ages.iter().rposition(|a| *a).unwrap_or_default();
    // The entry before the first age belongs to the list, and so do the separators around it.
    let mut start = first.saturating_sub(1);
    while start > 0 && content.get(start - 1).is_some_and(|line| is_separator(line)) {
        start -= 1;
    }
    let entries =
        content.get(start..=last).unwrap_or_default().iter().filter(|line| !is_separator(line)).count();
    if entries <= 3 * total {
        marks.iter_mut().take(last + 1).skip(start).for_each(|mark| *mark = true);
    }
    marks
}

/// From a heading that opens a block of other articles: everything to the end, unless article text resumes.
pub(crate) fn related(content: &[&str], opens: impl Fn(usize) -> bool) -> Vec<bool> {
    let mut marks = vec![false; content.len()];
    for n in 0..content.len() {
        if opens(n) && !resumes(content.get(n + 1..).unwrap_or_default()) {
            marks.iter_mut().skip(n).for_each(|mark| *mark = true);
            break;
        }
    }
    marks
}

/// Article text resumes: two long lines in a row, both ending as sentences do.
fn resumes(rest: &[&str]) -> bool {
    let mut run = 0;
    for line in rest.iter().filter(|line| !line.is_empty()) {
        let is_body = line.len() >= 120
            && line.ends_with(['.', '!', '?', '”', '"', '»', '。', '।'])
            && !line.ends_with("...");
        run = if is_body { run + 1 } else { 0 };
        if run == 2 {
            return true;
        }
    }
    false
}

fn is_separator(line: &str) -> bool {
    !line.chars().any(char::is_alphanumeric)
}

/// "5 minutes -", "1 hour", "il y a 2 h": very short, a number and at most three words.
fn is_age(line: &str) -> bool {
    let words = line.split_whitespace().count();
    (2..=4).contains(&words)
        && line.len() <= 24
        && line.split_whitespace().any(|word| word.chars().all(|c| c.is_ascii_digit()))
        && line.contains(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headlines_with_ages_are_a_list() {
        let lines = [
            "The story ends here.",
            "-",
            "Rain expected",
            "5 minutes -",
            "Bridge opens",
            "1 hour -",
            "Team wins",
            "2 hours",
        ];
        assert_eq!(lists(&lines), [false, true, true, true, true, true, true, true]);
    }

    #[test]
    fn a_related_block_runs_to_the_end_unless_text_resumes() {
        let long = "The council will meet again next week to decide on the plan that has divided the small town since the spring of last year.";
        assert_eq!(related(&[long, "More", "Teaser"], |n| n == 1), [false, true, true]);
        assert_eq!(related(&[long, "More", long, long], |n| n == 1), [false; 4]);
    }
}

//! The page about a finished run: one file of HTML with its style and script inside, that loads nothing and runs nothing
//! but that script. Everything scraped is data in it: JSON that the script puts on the page as text.

mod diffs;
mod gather;
mod sample;
mod survey;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::Value;
use sha2::Digest;
use sha2::Sha256;

use crate::error::Error;
use crate::finished::Finished;
use crate::output::manifest::Manifest;
use crate::page::gather::Surveyor;
use crate::report::Report;

pub use crate::page::survey::*;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Reads a finished run and gathers what the page tells of it, with a warning of rules that removed more than `share` of a
/// document or a site.
pub fn survey(finished: &Finished, share: f64) -> Result<Survey, Error> {
    let mut surveyor = Surveyor::new(share, finished.has_audit());
    finished.each(None, &mut |document| {
        surveyor.observe(&document)?;
        Ok(true)
    })?;
    finished.each_reject(&mut |reject| {
        let text = |key: &str| reject[key].as_str().unwrap_or_default();
        surveyor.observe_reject(text("reason"), || {
            let bytes = STANDARD.decode(text("bytes")).unwrap_or_default();
            let start =
                String::from_utf8_lossy(bytes.get(..bytes.len().min(200)).unwrap_or_default()).into_owned();
            RejectExample {
                file: text("file").to_owned(),
                record: reject["record"].as_u64().unwrap_or_default(),
                offset: reject["offset"].as_u64().unwrap_or_default(),
                start,
            }
        });
    })?;
    surveyor.finish()
}

/// What the page's script reads.
#[derive(Serialize)]
struct Data<'a> {
    survey: &'a Survey,
    counts: &'a Report,
    settings: &'a Value,
    version: &'a str,
    seconds: Option<f64>,
}

/// The page: what the survey tells, the manifest's settings and counts, and how long the run took, if that is known.
pub fn html(survey: &Survey, manifest: &Manifest, seconds: Option<f64>) -> String {
    let Manifest { report, settings, .. } = manifest;
    let data =
        Data { survey, counts: report, settings: &settings.config, version: &settings.version, seconds };
    let policy = format!(
        "default-src 'none'; img-src data:; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        digest(STYLE),
        digest(SCRIPT)
    );
    let page = PAGE.replace("{{policy}}", &policy).replace("{{style}}", STYLE).replace("{{script}}", SCRIPT);
    // The data is put in last: nothing in it is looked at as a place to fill.
    let (before, after) = page.split_once("{{data}}").unwrap_or((&page, ""));
    // Plain values of strings and numbers can always be written.
    let json = serde_json::to_string(&data).unwrap_or_default();
    let mut out = String::with_capacity(page.len() + json.len() + json.len() / 16);
    out.push_str(before);
    escape(&json, &mut out);
    out.push_str(after);
    out
}

/// JSON that can stand in a script element: the element is never run, and only an end tag or a comment could break out of it.
fn escape(json: &str, out: &mut String) {
    let mut rest = json;
    while let Some(at) = rest.find(['<', '>', '&', '\u{2028}', '\u{2029}']) {
        let (clean, tail) = rest.split_at(at);
        out.push_str(clean);
        let mut chars = tail.chars();
        let c = chars.next().map_or(0, |c| c as u32);
        out.push_str(&format!("\\u{c:04x}"));
        rest = chars.as_str();
    }
    out.push_str(rest);
}

fn digest(text: &str) -> String {
    STANDARD.encode(Sha256::digest(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn scraped_text_cannot_leave_the_data() {
        let warning =
            Warning { text: "</script><script>alert(1)</script><!--&\u{2028}".into(), id: String::new() };
        let survey = Survey { warnings: vec![warning], ..Survey::default() };
        let manifest = json!({
            "version": "", "record": 1, "rules": "", "templates": "", "shard": "", "limit": null,
            "config": {"x": "{{script}}{{data}}"}, "inputs": {"files": 0, "bytes": 0, "digest": ""},
            "parts": [], "audit": [], "rejects": [], "report": Report::default(), "digest": "",
        });
        let page = html(&survey, &serde_json::from_value(manifest).unwrap(), None);
        assert_eq!(page.matches("<script").count(), 2);
        assert_eq!(page.matches("</script>").count(), 2);
        assert!(page.contains(r"\u003c/script\u003e\u003cscript\u003ealert(1)"));
        assert!(page.contains(r"\u003c!--\u0026\u2028"));
        assert_eq!(page.matches("{{script}}").count(), 1, "data is not a template");
    }

    #[test]
    fn the_page_names_nothing_outside_itself() {
        for text in [PAGE, STYLE, SCRIPT] {
            for word in
                ["http:", "https:", "url(", "@import", "innerHTML", "eval(", "document.write", "fetch("]
            {
                let text = text.replace("http://www.w3.org/2000/svg", "");
                assert!(!text.contains(word), "{word}");
            }
        }
    }
}

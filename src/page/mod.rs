//! The page about a finished run: one file of HTML with its style and script inside, that loads nothing and runs nothing
//! but that script. Everything scraped is data in it: JSON that the script puts on the page as text.

mod diffs;
mod gather;
mod sample;
mod survey;
mod tallies;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::Value;
use sha2::Digest;
use sha2::Sha256;

use crate::audit::Sums;
use crate::error::Error;
use crate::finished;
use crate::finished::Document;
use crate::finished::Finished;
use crate::finished::Told;
use crate::output::manifest::Manifest;
use crate::page::gather::Surveyor;
use crate::report::Report;

pub use crate::page::survey::*;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// A survey of a run that is still under way: what is written is looked at before it is packed away, which takes a quarter
/// of the time of reading it back.
#[derive(Debug)]
pub struct Gathering {
    /// Nothing once some lines could not be read.
    surveyor: Option<Surveyor>,
    has_audit: bool,
    is_by_sentence: bool,
}

impl Gathering {
    /// For a run that writes such records, with a warning of rules that removed more than `share` of a document or a site.
    pub fn new(has_audit: bool, is_by_sentence: bool, share: f64) -> Gathering {
        Gathering { surveyor: Some(Surveyor::new(share, has_audit)), has_audit, is_by_sentence }
    }

    /// Takes in the next lines that the run writes, of whole documents, and what their audit adds up to.
    pub fn read(&mut self, records: &[u8], audit: &[u8], sums: &Sums) {
        if let Some(surveyor) = &mut self.surveyor
            && take_in(surveyor, (records, audit, sums), self.has_audit, self.is_by_sentence).is_err()
        {
            self.surveyor = None;
        }
    }

    /// The survey of the run, if all of it was seen; a run that was taken up has parts that were not.
    pub fn finish(self, finished: &Finished) -> Result<Option<Survey>, Error> {
        let counts = &finished.manifest.report;
        let empty = if self.has_audit { counts.empty } else { 0 };
        match self.surveyor {
            Some(surveyor) if surveyor.documents() == counts.documents_out + empty => {
                completed(surveyor, finished).map(Some)
            }
            _ => Ok(None),
        }
    }
}

fn take_in(
    surveyor: &mut Surveyor,
    (records, audit, sums): (&[u8], &[u8], &Sums),
    has_audit: bool,
    is_by_sentence: bool,
) -> Result<(), Error> {
    if !has_audit {
        let records = text(records)?;
        return finished::each_of(records, is_by_sentence, &mut |document| observe(surveyor, &document));
    }
    let places = surveyor.places(sums.kinds());
    for document in &sums.documents {
        surveyor.observe(document, (sums.kinds(), &places), &|| {
            let (head, end) = document.audit.clone();
            Ok(Told {
                changes: text(audit.get(head.end..end).unwrap_or_default())?,
                head: text(audit.get(head).unwrap_or_default())?,
                records: text(records.get(document.records.clone()).unwrap_or_default())?,
                is_by_sentence,
            })
        })?;
    }
    Ok(())
}

fn text(lines: &[u8]) -> Result<&str, Error> {
    simdutf8::basic::from_utf8(lines).map_err(|e| Error::Config(e.to_string()))
}

fn observe(surveyor: &mut Surveyor, document: &Document<'_>) -> Result<bool, Error> {
    let mut sums = Sums::default();
    sums.read(&document.head, &document.entries);
    let places = surveyor.places(sums.kinds());
    for summed in &mut sums.documents {
        for (lang, score, is_sentence) in document.told.languages() {
            if is_sentence {
                summed.speak(lang, score);
            } else {
                lang.clone_into(&mut summed.lang);
            }
        }
        if document.told.is_by_sentence {
            let language = document.told.language().map_err(|e| Error::Config(e.to_string()))?;
            summed.lang = language.into_owned();
        }
    }
    for summed in &sums.documents {
        surveyor.observe(summed, (sums.kinds(), &places), &|| Ok(document.told))?;
    }
    Ok(true)
}

/// Reads a finished run and gathers what the page tells of it, with a warning of rules that removed more than `share` of a
/// document or a site.
pub fn survey(finished: &Finished, share: f64) -> Result<Survey, Error> {
    let mut surveyor = Surveyor::new(share, finished.has_audit());
    finished.each(None, &mut |document| observe(&mut surveyor, &document))?;
    completed(surveyor, finished)
}

/// The survey of all documents, with the rejects.
fn completed(mut surveyor: Surveyor, finished: &Finished) -> Result<Survey, Error> {
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
    let json = escape_line_ends(serde_json::to_string(&data).unwrap_or_default());
    let mut out = String::with_capacity(page.len() + json.len() + json.len() / 16);
    out.push_str(before);
    escape(&json, &mut out);
    out.push_str(after);
    out
}

/// JSON that can stand in a script element: the element is never run, and only an end tag or a comment could break out of it.
fn escape(json: &str, out: &mut String) {
    let mut from = 0;
    for at in memchr::memchr3_iter(b'<', b'>', b'&', json.as_bytes()) {
        let mark = json.as_bytes().get(at).copied().unwrap_or_default();
        out.push_str(json.get(from..at).unwrap_or_default());
        out.push_str(&format!("\\u{mark:04x}"));
        from = at + 1;
    }
    out.push_str(json.get(from..).unwrap_or_default());
}

/// The same for the two line ends that older scripts do not allow in a string.
fn escape_line_ends(json: String) -> String {
    ['\u{2028}', '\u{2029}'].into_iter().fold(json, |json, end| {
        if json.contains(end) { json.replace(end, &format!("\\u{:04x}", u32::from(end))) } else { json }
    })
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
    fn kinds_of_rejects_do_not_grow_with_the_input() {
        let word = |n: usize| -> String { n.to_string().bytes().map(|b| char::from(b + 49)).collect() };
        let mut surveyor = Surveyor::new(0.5, false);
        let mut add = |reason: &str| {
            surveyor.observe_reject(reason, || RejectExample {
                file: "a.warc".into(),
                record: 0,
                offset: 0,
                start: String::new(),
            });
        };
        for n in 0..2000 {
            add(&format!("a WARC record of type `{}: {n}`", word(n)));
            add(&format!("not JSON: {}", word(n)));
            add(&format!("fault {}: of its own", word(n)));
        }
        let rejects = surveyor.finish().unwrap().rejects;
        assert_eq!(rejects.len(), 200);
        assert!(rejects.iter().any(|r| r.reason.contains("WARC") && r.records == 2000));
        assert!(rejects.iter().any(|r| r.reason == "not JSON" && r.records == 2000));
        assert!(rejects.iter().any(|r| r.reason == "fault b: of its own" && r.records == 1));
        assert!(rejects.iter().any(|r| r.reason == "others" && r.records == 2000 - 197));
        assert_eq!(rejects.iter().map(|r| r.records).sum::<u64>(), 6000);
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

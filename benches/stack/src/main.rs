//! The straightforward stack, one document after the other: plsfix, `unicode_sentences`, whatlang on each sentence. It
//! removes no boilerplate, keeps no account and writes bare records.
//!
//!     cargo run --release --manifest-path benches/stack/Cargo.toml -- DUMP.jsonl

use std::fs::File;
use std::io::BufRead;
use std::io::BufReader;
use std::io::BufWriter;
use std::io::Write;

use serde_json::Value;
use unicode_segmentation::UnicodeSegmentation;

fn main() -> std::io::Result<()> {
    let path = std::env::args().nth(1).expect("usage: copydesk-stack DUMP.jsonl");
    let mut out = BufWriter::new(File::create(std::env::temp_dir().join("copydesk-stack.jsonl"))?);
    let mut bytes = 0;
    for line in BufReader::new(File::open(path)?).lines() {
        let record: Value = serde_json::from_str(&line?)?;
        let text = record["text"].as_str().unwrap_or_default();
        bytes += text.len();
        let text = plsfix::fix_text(text, None);
        let sentences: Vec<Value> = text
            .unicode_sentences()
            .map(|sentence| {
                let lang = whatlang::detect(sentence).map_or("und", |found| found.lang().code());
                serde_json::json!({ "text": sentence, "lang": lang })
            })
            .collect();
        serde_json::to_writer(&mut out, &serde_json::json!({ "text": text, "sentences": sentences }))?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    // Processor time, which other work on the machine stretches less than the clock.
    let told = std::fs::read_to_string("/proc/self/schedstat")?;
    let seconds = told.split(' ').next().and_then(|n| n.parse::<f64>().ok()).unwrap_or_default() / 1e9;
    println!(
        "{:.1} MB of text in {seconds:.1} s: {:.2} MB/s",
        bytes as f64 / 1e6,
        bytes as f64 / 1e6 / seconds
    );
    Ok(())
}

//! Every record has the shape that `schema` says, key by key and in the same order.

use copydesk::Cleaner;
use copydesk::Config;
use copydesk::config::Input;
use copydesk::config::Layout;
use copydesk::config::Metadata;
use copydesk::config::Step;
use copydesk::input::Content;
use copydesk::input::RawDocument;
use copydesk::schema;
use copydesk::schema::Field;
use copydesk::schema::Kind;
use serde_json::Value;
use serde_json::json;

const TEXT: &str = "The council met on Monday and talked for hours about the bridge.\nEr hat dann am Mittag darüber abgestimmt.";

fn faults(fields: &[Field], value: &Value, at: &str) -> Vec<String> {
    let Some(object) = value.as_object() else { return vec![format!("{at} is no object")] };
    let (said, written): (Vec<&str>, Vec<&str>) =
        (fields.iter().map(|f| &*f.name).collect(), object.keys().map(|k| &**k).collect());
    if said != written {
        return vec![format!("{at}: the schema says {said:?}, the record {written:?}")];
    }
    let inner = fields.iter().zip(object.values()).flat_map(|(field, value)| {
        let at = format!("{at}.{}", field.name);
        let is_right = match (&field.kind, value) {
            (Kind::Int, value) => value.is_u64(),
            (Kind::Float, value) => value.is_f64(),
            (Kind::String, value) => value.is_string(),
            (Kind::List(of), Value::Array(items)) => {
                return items.iter().flat_map(|item| faults(of, item, &at)).collect();
            }
            (Kind::Struct(of), value) => return faults(of, value, &at),
            (Kind::List(_), _) => false,
        };
        if is_right { Vec::new() } else { vec![format!("{at}: {value} is not what the schema says")] }
    });
    inner.collect()
}

#[test]
fn records_have_the_shape_that_the_schema_says() {
    let fields = json!({"text": TEXT, "id": "a", "url": "https://www.example.com/1", "title": "T", "n": 1});
    let Value::Object(fields) = fields else { return };
    let raw =
        RawDocument::from_fields(fields, &Input::default(), ("dump.jsonl", 0, "raw")).expect("a document");
    let Content::Text(text) = &raw.content else { return };
    let all = [Step::Repair, Step::Boilerplate, Step::Sentences, Step::Language];
    let mut found = Vec::new();
    for layout in [Layout::Document, Layout::Sentence] {
        for steps in 0..1_u32 << all.len() {
            let steps: Vec<Step> =
                all.iter().enumerate().filter(|(n, _)| steps >> n & 1 == 1).map(|(_, step)| *step).collect();
            let mut config = Config { steps: steps.clone().into(), ..Config::default() };
            config.output.layout = layout;
            let is_writable = layout == Layout::Document || steps.contains(&Step::Sentences);
            let cleaner = Cleaner::new(config.clone());
            assert_eq!(cleaner.is_ok(), is_writable, "{layout:?} {steps:?}");
            let Ok(cleaner) = cleaner else { continue };
            let lines = copydesk::output::record(&raw, &cleaner.clean_text(text), &config);
            for line in lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
                let record: Value = serde_json::from_slice(line).expect("JSON");
                found.extend(faults(&schema::fields(&config), &record, &format!("{layout:?} {steps:?}")));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_json_schema_names_an_object_of_metadata() {
    let fields = json!({"text": TEXT, "id": "a", "section": {"name": "world"}});
    let Value::Object(fields) = fields else { return };
    let raw =
        RawDocument::from_fields(fields, &Input::default(), ("dump.jsonl", 0, "raw")).expect("a document");
    let mut config = Config::default();
    config.output.metadata = Metadata::Object;
    let line = copydesk::output::record(
        &raw,
        &Cleaner::new(config.clone()).expect("a cleaner").clean_text(TEXT),
        &config,
    );
    let record: Value = serde_json::from_slice(&line).expect("JSON");
    let names: Vec<&String> = record.as_object().expect("an object").keys().collect();
    let schema = schema::json_schema(&config);
    assert_eq!(schema["required"], json!(names));
    assert_eq!(schema["properties"].as_object().map(|known| known.keys().collect::<Vec<_>>()), Some(names));
    assert_eq!(schema["properties"]["metadata"], json!({"type": "object"}));
}

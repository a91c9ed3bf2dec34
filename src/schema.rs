//! The shape of a record, written once: as JSON Schema, as an Arrow schema, as Spark DDL, as Hugging Face features and as the
//! dataset card's. What the fields say is documented in `output`; writing records is left to it.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::config::Config;
use crate::config::Layout;
use crate::config::Metadata;

/// A named field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: Kind,
}

/// The type of a field: the few that every reader takes. None is ever null.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A 64-bit signed integer.
    Int,
    /// A 64-bit float.
    Float,
    /// Text.
    String,
    /// A list of objects.
    List(Vec<Field>),
    /// An object.
    Struct(Vec<Field>),
}

/// The fields of a record under these settings, in the order in which they are written.
pub fn fields(config: &Config) -> Vec<Field> {
    let steps = config.steps;
    let only = |on: bool, fields: Vec<Field>| if on { fields } else { Vec::new() };
    let score = || only(steps.language, vec![field("lang", Kind::String), field("score", Kind::Float)]);
    let span = || each(&config.output.offsets.names(), &Kind::Int);
    if config.output.layout == Layout::Sentence {
        let head = vec![
            field("v", Kind::Int),
            field("id", Kind::String),
            field("doc", Kind::String),
            field("n", Kind::Int),
            field("text", Kind::String),
        ];
        return [head, score(), span(), each(&["source", "url"], &Kind::String)].concat();
    }
    let language = vec![
        field("lang", Kind::String),
        field("lang_score", Kind::Float),
        field("langs", Kind::List(vec![field("lang", Kind::String), field("share", Kind::Float)])),
    ];
    let text = only(config.output.sentence_text, vec![field("text", Kind::String)]);
    let sentence = [span(), text, score()].concat();
    let origin =
        vec![field("file", Kind::String), field("record", Kind::Int), field("encoding", Kind::String)];
    let counts = each(&["chars_in", "chars_out", "lines_removed", "repairs"], &Kind::Int);
    [
        vec![field("v", Kind::Int), field("id", Kind::String), field("text", Kind::String)],
        only(steps.language, language),
        only(steps.sentences, vec![field("sentences", Kind::List(sentence))]),
        each(&["source", "url", "title"], &Kind::String),
        vec![field("origin", Kind::Struct(origin)), field("counts", Kind::Struct(counts))],
        // The shape of an object is the input's: see `has_object`.
        only(config.output.metadata == Metadata::String, vec![field("metadata", Kind::String)]),
    ]
    .concat()
}

/// Whether records hold their metadata as an object, the shape of which is the input's: it is no field that could be declared.
pub(crate) fn has_object(config: &Config) -> bool {
    config.output.metadata == Metadata::Object && config.output.layout == Layout::Document
}

/// The fields of a row where documents are cleaned as a table: those of a record, and `reject`, which is "" for a record.
pub fn row_fields(config: &Config) -> Vec<Field> {
    // An object whose keys differ from row to row is no column; its JSON is.
    let metadata = if has_object(config) { vec![field("metadata", Kind::String)] } else { Vec::new() };
    [fields(config), metadata, vec![field("reject", Kind::String)]].concat()
}

fn field(name: &str, kind: Kind) -> Field {
    Field { name: name.to_owned(), kind }
}

fn each(names: &[&str], kind: &Kind) -> Vec<Field> {
    names.iter().map(|name| field(name, kind.clone())).collect()
}

/// JSON Schema (draft 2020-12) of one output line.
pub fn json_schema(config: &Config) -> Value {
    let mut schema = object(&fields(config));
    if has_object(config) {
        schema["properties"]["metadata"] = json!({"type": "object"});
        if let Some(required) = schema["required"].as_array_mut() {
            required.push("metadata".into());
        }
    }
    if let Value::Object(schema) = &mut schema {
        schema.shift_insert(0, "$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
        schema.shift_insert(1, "title".into(), json!("a copydesk record"));
    }
    schema
}

fn object(fields: &[Field]) -> Value {
    let property = |field: &Field| {
        let kind = match &field.kind {
            Kind::Int => json!({"type": "integer", "minimum": 0}),
            Kind::Float => json!({"type": "number", "minimum": 0, "maximum": 1}),
            Kind::String => json!({"type": "string"}),
            Kind::List(of) => json!({"type": "array", "items": object(of), "minItems": 1}),
            Kind::Struct(of) => object(of),
        };
        (field.name.clone(), kind)
    };
    let required: Vec<&str> = fields.iter().map(|field| &*field.name).collect();
    json!({"type": "object", "properties": fields.iter().map(property).collect::<Map<_, _>>(),
        "required": required, "additionalProperties": false})
}

/// Spark DDL, for `spark.read.schema(…)`.
pub fn spark(fields: &[Field]) -> String {
    spark_fields(fields, " ")
}

fn spark_fields(fields: &[Field], between: &str) -> String {
    let one = |field: &Field| format!("{}{between}{}", field.name, spark_type(&field.kind));
    fields.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn spark_type(kind: &Kind) -> String {
    match kind {
        Kind::Int => "BIGINT".into(),
        Kind::Float => "DOUBLE".into(),
        Kind::String => "STRING".into(),
        Kind::List(of) => format!("ARRAY<STRUCT<{}>>", spark_fields(of, ": ")),
        Kind::Struct(of) => format!("STRUCT<{}>", spark_fields(of, ": ")),
    }
}

/// The Arrow schema as pyarrow prints one.
pub fn arrow(fields: &[Field]) -> String {
    fields.iter().map(|field| format!("{}: {}\n", field.name, arrow_type(&field.kind))).collect()
}

fn arrow_type(kind: &Kind) -> String {
    let object = |of: &[Field]| {
        let one = |field: &Field| format!("{}: {}", field.name, arrow_type(&field.kind));
        format!("struct<{}>", of.iter().map(one).collect::<Vec<_>>().join(", "))
    };
    match kind {
        Kind::Int => "int64".into(),
        Kind::Float => "double".into(),
        Kind::String => "string".into(),
        Kind::List(of) => format!("list<item: {}>", object(of)),
        Kind::Struct(of) => object(of),
    }
}

/// Hugging Face features, for `datasets.Features.from_dict(…)`.
pub fn features(fields: &[Field]) -> Value {
    let value = |dtype: &str| json!({"dtype": dtype, "_type": "Value"});
    let one = |field: &Field| {
        let kind = match &field.kind {
            Kind::Int => value("int64"),
            Kind::Float => value("float64"),
            Kind::String => value("string"),
            Kind::List(of) => json!({"feature": features(of), "_type": "List"}),
            Kind::Struct(of) => features(of),
        };
        (field.name.clone(), kind)
    };
    Value::Object(fields.iter().map(one).collect())
}

/// The features as a dataset card lists them (YAML), indented by `indent`.
pub fn card(fields: &[Field], indent: usize) -> String {
    let pad = " ".repeat(indent);
    let mut out = String::new();
    for field in fields {
        out += &format!("{pad}- name: {}\n", field.name);
        match &field.kind {
            Kind::Int => out += &format!("{pad}  dtype: int64\n"),
            Kind::Float => out += &format!("{pad}  dtype: float64\n"),
            Kind::String => out += &format!("{pad}  dtype: string\n"),
            Kind::List(of) => out += &format!("{pad}  list:\n{}", card(of, indent + 2)),
            Kind::Struct(of) => out += &format!("{pad}  struct:\n{}", card(of, indent + 2)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Step;

    #[test]
    fn every_form_names_the_same_fields() {
        let mut config = Config::default();
        for layout in [Layout::Document, Layout::Sentence] {
            config.output.layout = layout;
            let fields = fields(&config);
            let names: Vec<&str> = fields.iter().map(|f| &*f.name).collect();
            let (json, hf) = (json_schema(&config), features(&fields));
            assert_eq!(json["required"], json!(names));
            assert_eq!(
                hf.as_object().map(|o| o.keys().map(|k| &**k).collect::<Vec<_>>()),
                Some(names.clone())
            );
            for name in names {
                assert!(spark(&fields).contains(&format!("{name} ")), "{name}");
                assert!(arrow(&fields).contains(&format!("{name}: ")), "{name}");
                assert!(card(&fields, 2).contains(&format!("- name: {name}\n")), "{name}");
            }
        }
    }

    #[test]
    fn keys_of_steps_that_do_not_run_are_left_out() {
        let steps = vec![Step::Repair, Step::Sentences].into();
        let fields = fields(&Config { steps, ..Config::default() });
        assert!(fields.iter().all(|f| f.name != "lang" && f.name != "langs" && f.name != "lang_score"));
        assert!(spark(&fields).contains("sentences ARRAY<STRUCT<start: BIGINT, end: BIGINT, text: STRING>>"));
    }
}

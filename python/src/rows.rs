//! Rows of an Arrow batch to the raw documents that lines of JSONL would be: the same fields by the same names, all other
//! columns in the metadata, nulls left out.

use arrow_array::Array;
use arrow_array::ArrayRef;
use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types;
use arrow_cast::cast;
use arrow_cast::display::ArrayFormatter;
use arrow_cast::display::FormatOptions;
use arrow_schema::ArrowError;
use arrow_schema::DataType;
use arrow_schema::Schema;
use copydesk::boilerplate::site::site;
use copydesk::config;
use copydesk::input::Content;
use copydesk::input::RawDocument;
use serde_json::Map;
use serde_json::Value;
use sha2::Digest;
use sha2::Sha256;

/// A longer text would not fit the offsets of Arrow strings with its sentences beside it.
const MAX_TEXT: u64 = 512 << 20;

/// The rows of one batch.
pub(crate) struct Rows {
    columns: Vec<(String, ArrayRef)>,
    settings: config::Input,
    len: usize,
}

/// A row as a document, and the reason when it cannot be cleaned.
pub(crate) struct Row {
    pub(crate) raw: RawDocument<'static>,
    pub(crate) reason: Option<String>,
}

/// Says what is wrong with the columns, if anything is.
pub(crate) fn check(schema: &Schema, settings: &config::Input) -> Result<(), String> {
    let name = &settings.text_field;
    let Ok(field) = schema.field_with_name(name) else {
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        return Err(format!("no column `{name}`; the columns are {}", names.join(", ")));
    };
    let kind = match field.data_type() {
        DataType::Dictionary(_, value) => value,
        other => other,
    };
    match kind {
        kind if kind.is_string() || kind.is_binary() || kind.is_null() => Ok(()),
        other => Err(format!("column `{name}` is {other}, expected text or bytes")),
    }
}

impl Rows {
    pub(crate) fn new(batch: &RecordBatch, settings: &config::Input) -> Result<Rows, ArrowError> {
        let mut columns = Vec::new();
        for (field, array) in batch.schema().fields().iter().zip(batch.columns()) {
            let array = match array.data_type() {
                DataType::Dictionary(_, value) => cast(array, value)?,
                _ => array.clone(),
            };
            columns.push((field.name().clone(), array));
        }
        Ok(Rows { columns, settings: settings.clone(), len: batch.num_rows() })
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn row(&self, row: usize) -> Row {
        let mut fields = Map::new();
        let mut content = None;
        let (mut file, mut record) = (String::new(), 0);
        for (name, array) in &self.columns {
            if *name == self.settings.text_field {
                content = text(array, row);
            } else if let Some(value) = value(array, row) {
                match origin(name, &value) {
                    Some(origin) => (file, record) = origin,
                    None => drop(fields.insert(name.clone(), value)),
                }
            }
        }
        let reason = match &content {
            None => Some(format!("no field `{}`", self.settings.text_field)),
            Some(content) if content.len() as u64 > self.settings.max_record.min(MAX_TEXT) => {
                Some(format!("the text of {} bytes is too long", content.len()))
            }
            Some(_) => None,
        };
        let content = content.filter(|_| reason.is_none()).unwrap_or(Content::Text("".into()));
        let is_named = match fields.get(&self.settings.id_field) {
            Some(Value::String(id)) => !id.is_empty(),
            Some(Value::Number(_)) => true,
            _ => false,
        };
        fields.insert(self.settings.text_field.clone(), "".into());
        let fields = serde_json::to_string(&fields).unwrap_or_default();
        let row = raw((&fields, is_named), content, &self.settings, (&file, record, ""));
        Row { reason: reason.or(row.reason), raw: row.raw }
    }
}

/// A raw document from fields and a text that stands beside them: JSON with an empty text, and whether an id is among them.
/// A document that has neither an id nor a file gets one from its content, so that it is the same on every engine and every
/// retry.
pub(crate) fn raw(
    (fields, is_named): (&str, bool),
    content: Content<'static>,
    settings: &config::Input,
    origin: (&str, u64, &str),
) -> Row {
    let bytes = match &content {
        Content::Bytes(bytes) => &**bytes,
        Content::Text(text) => text.as_bytes(),
    };
    let digest = (!is_named && origin.0.is_empty()).then(|| content_id(bytes));
    match RawDocument::from_json(fields, settings, origin) {
        Ok(mut raw) => {
            raw.content = content;
            if let Some(site) = site(&raw.url) {
                raw.source = site.into();
            }
            if let Some(id) = digest {
                raw.id = id.into();
            }
            Row { raw, reason: None }
        }
        Err(reason) => {
            let raw = RawDocument {
                id: digest.unwrap_or_default().into(),
                content: Content::Text("".into()),
                url: "".into(),
                title: "".into(),
                source: "".into(),
                file: origin.0.to_owned().into(),
                record: origin.1,
                offset: 0,
                bytes: (&b""[..]).into(),
                encoding: None,
                charset: None,
                metadata: "{}".into(),
            };
            Row { raw, reason: Some(reason) }
        }
    }
}

fn content_id(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let hex: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("d-{hex}")
}

/// A column `origin` with `file` and `record`, as our own records have it, says where the document stands.
fn origin(name: &str, value: &Value) -> Option<(String, u64)> {
    if name != "origin" {
        return None;
    }
    let file = value.get("file")?.as_str()?;
    Some((file.to_owned(), value.get("record")?.as_u64()?))
}

fn text(array: &ArrayRef, row: usize) -> Option<Content<'static>> {
    if array.is_null(row) {
        return None;
    }
    let bytes = |bytes: &[u8]| Content::Bytes(bytes.to_owned().into());
    Some(match array.data_type() {
        DataType::Binary => bytes(array.as_binary::<i32>().value(row)),
        DataType::LargeBinary => bytes(array.as_binary::<i64>().value(row)),
        DataType::BinaryView => bytes(array.as_binary_view().value(row)),
        DataType::FixedSizeBinary(_) => bytes(array.as_fixed_size_binary().value(row)),
        _ => match str::from_utf8(string(array, row)?) {
            Ok(text) => Content::Text(text.to_owned().into()),
            Err(_) => bytes(string(array, row)?),
        },
    })
}

/// A string as bytes: Parquet files hold strings that are none, and no reader of them looks.
fn string(array: &ArrayRef, row: usize) -> Option<&[u8]> {
    Some(match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row).as_bytes(),
        DataType::LargeUtf8 => array.as_string::<i64>().value(row).as_bytes(),
        DataType::Utf8View => array.as_string_view().value(row).as_bytes(),
        _ => return None,
    })
}

/// A value as JSON would have it; none when null. Times, decimals and the like are their usual text, bytes are hexadecimal.
fn value(array: &ArrayRef, row: usize) -> Option<Value> {
    macro_rules! number {
        ($kind:ty) => {
            Value::from(array.as_primitive::<$kind>().value(row))
        };
    }
    if array.is_null(row) {
        return None;
    }
    let hex = |bytes: &[u8]| Value::String(bytes.iter().map(|byte| format!("{byte:02x}")).collect());
    let list = |items: ArrayRef| {
        (0..items.len()).map(|n| value(&items, n).unwrap_or(Value::Null)).collect::<Vec<_>>().into()
    };
    Some(match array.data_type() {
        DataType::Null => return None,
        DataType::Boolean => Value::Bool(array.as_boolean().value(row)),
        DataType::Int8 => number!(types::Int8Type),
        DataType::Int16 => number!(types::Int16Type),
        DataType::Int32 => number!(types::Int32Type),
        DataType::Int64 => number!(types::Int64Type),
        DataType::UInt8 => number!(types::UInt8Type),
        DataType::UInt16 => number!(types::UInt16Type),
        DataType::UInt32 => number!(types::UInt32Type),
        DataType::UInt64 => number!(types::UInt64Type),
        DataType::Float16 => f64::from(array.as_primitive::<types::Float16Type>().value(row)).into(),
        DataType::Float32 => number!(types::Float32Type),
        DataType::Float64 => number!(types::Float64Type),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
            String::from_utf8_lossy(string(array, row)?).into()
        }
        DataType::Binary => hex(array.as_binary::<i32>().value(row)),
        DataType::LargeBinary => hex(array.as_binary::<i64>().value(row)),
        DataType::BinaryView => hex(array.as_binary_view().value(row)),
        DataType::List(_) => list(array.as_list::<i32>().value(row)),
        DataType::LargeList(_) => list(array.as_list::<i64>().value(row)),
        DataType::ListView(_) => list(array.as_list_view::<i32>().value(row)),
        DataType::LargeListView(_) => list(array.as_list_view::<i64>().value(row)),
        DataType::FixedSizeList(..) => list(array.as_fixed_size_list().value(row)),
        DataType::Struct(fields) => {
            let columns = fields.iter().zip(array.as_struct().columns());
            columns.filter_map(|(field, column)| Some((field.name().clone(), value(column, row)?))).collect()
        }
        DataType::Map(..) => {
            let entries = array.as_map().value(row);
            let (keys, values) = (entries.column(0), entries.column(1));
            let key = |n| match value(keys, n) {
                Some(Value::String(key)) => key,
                other => other.unwrap_or_default().to_string(),
            };
            (0..entries.len()).filter_map(|n| Some((key(n), value(values, n)?))).collect()
        }
        _ => {
            let formatter = ArrayFormatter::try_new(array, &FormatOptions::default()).ok()?;
            Value::String(formatter.value(row).try_to_string().ok()?)
        }
    })
}

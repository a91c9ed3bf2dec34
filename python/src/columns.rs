//! Records to Arrow columns, by the schema alone: whatever a record says, it says it here as in JSON.

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::ListArray;
use arrow_array::StructArray;
use arrow_array::builder::Float64Builder;
use arrow_array::builder::Int64Builder;
use arrow_array::builder::StringBuilder;
use arrow_buffer::OffsetBufferBuilder;
use arrow_schema::ArrowError;
use arrow_schema::DataType;
use arrow_schema::Field as ArrowField;
use arrow_schema::Fields;
use copydesk::schema::Field;
use copydesk::schema::Kind;

/// The Arrow fields of a record.
pub(crate) fn arrow_fields(fields: &[Field]) -> Fields {
    fields.iter().map(|field| ArrowField::new(&field.name, arrow_type(&field.kind), true)).collect()
}

fn arrow_type(kind: &Kind) -> DataType {
    match kind {
        Kind::Int => DataType::Int64,
        Kind::Float => DataType::Float64,
        Kind::String => DataType::Utf8,
        Kind::List(of) => DataType::List(Arc::new(item(of))),
        Kind::Struct(of) => DataType::Struct(arrow_fields(of)),
    }
}

fn item(of: &[Field]) -> ArrowField {
    ArrowField::new("item", DataType::Struct(arrow_fields(of)), true)
}

/// What a record says in one field.
pub(crate) enum Value<'a> {
    Int(u64),
    Float(f64),
    String(&'a str),
    List(Vec<Vec<Cell<'a>>>),
    Struct(Vec<Cell<'a>>),
}

/// A field's name and what the record says in it.
pub(crate) type Cell<'a> = (&'static str, Value<'a>);

/// A column being filled. What a record does not say becomes 0, "" or the empty list, never null.
enum Column {
    Int(Int64Builder),
    Float(Float64Builder),
    String(StringBuilder),
    List(OffsetBufferBuilder<i32>, Columns),
    Struct(Columns),
}

/// The columns of a record or of an object in it.
pub(crate) struct Columns {
    fields: Vec<Field>,
    filled: Vec<Column>,
    rows: usize,
}

impl Columns {
    pub(crate) fn new(fields: &[Field]) -> Columns {
        let column = |field: &Field| match &field.kind {
            Kind::Int => Column::Int(Int64Builder::new()),
            Kind::Float => Column::Float(Float64Builder::new()),
            Kind::String => Column::String(StringBuilder::new()),
            Kind::List(of) => Column::List(OffsetBufferBuilder::new(1), Columns::new(of)),
            Kind::Struct(of) => Column::Struct(Columns::new(of)),
        };
        Columns { fields: fields.to_vec(), filled: fields.iter().map(column).collect(), rows: 0 }
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Appends a row; `cells` may leave columns out.
    pub(crate) fn append(&mut self, cells: &[Cell<'_>]) {
        self.rows += 1;
        for (field, column) in self.fields.iter().zip(&mut self.filled) {
            let cell = cells.iter().find(|(name, _)| *name == field.name).map(|(_, value)| value);
            match (column, cell) {
                (Column::Int(builder), Some(Value::Int(value))) => builder.append_value(value.cast_signed()),
                (Column::Int(builder), _) => builder.append_value(0),
                (Column::Float(builder), Some(Value::Float(value))) => builder.append_value(*value),
                (Column::Float(builder), _) => builder.append_value(0.0),
                (Column::String(builder), Some(Value::String(value))) => {
                    // As in JSON: many readers cannot hold U+0000.
                    if value.contains('\0') {
                        builder.append_value(value.replace('\0', " "));
                    } else {
                        builder.append_value(value);
                    }
                }
                (Column::String(builder), _) => builder.append_value(""),
                (Column::List(offsets, items), cell) => {
                    let list = match cell {
                        Some(Value::List(list)) => list.as_slice(),
                        _ => &[],
                    };
                    offsets.push_length(list.len());
                    for entry in list {
                        items.append(entry);
                    }
                }
                (Column::Struct(columns), Some(Value::Struct(cells))) => columns.append(cells),
                (Column::Struct(columns), _) => columns.append(&[]),
            }
        }
    }

    pub(crate) fn finish(self) -> Result<StructArray, ArrowError> {
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(self.filled.len());
        for (field, column) in self.fields.iter().zip(self.filled) {
            arrays.push(match column {
                Column::Int(mut builder) => Arc::new(builder.finish()),
                Column::Float(mut builder) => Arc::new(builder.finish()),
                Column::String(mut builder) => Arc::new(builder.finish()),
                Column::List(offsets, items) => {
                    let Kind::List(of) = &field.kind else { continue };
                    let items = Arc::new(items.finish()?);
                    Arc::new(ListArray::try_new(Arc::new(item(of)), offsets.finish(), items, None)?)
                }
                Column::Struct(columns) => Arc::new(columns.finish()?),
            });
        }
        StructArray::try_new(arrow_fields(&self.fields), arrays, None)
    }
}

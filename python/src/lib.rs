//! The Python module `copydesk._copydesk`: the cleaner, Arrow in and out, the main job and the command. What needs no Rust
//! (the document, the adapters for engines) is left to the package around it.
#![cfg(feature = "module")]

mod batch;
mod cleaner;
mod columns;
mod engine;
mod files;
mod interrupt;
mod record;
mod rows;
mod schema;
mod settings;
mod stream;
mod templates;

/// The native half of the package `copydesk`.
#[pyo3::pymodule(gil_used = false)]
mod _copydesk {
    #[pymodule_export]
    use crate::cleaner::PyCleaner;
    #[pymodule_export]
    use crate::files::clean_files;
    #[pymodule_export]
    use crate::files::command;
    #[pymodule_export]
    use crate::schema::schema;
    #[pymodule_export]
    use crate::stream::ArrowSchema;
    #[pymodule_export]
    use crate::stream::ArrowStream;
    #[pymodule_export]
    use crate::templates::sum_counts;
    #[pymodule_export]
    use crate::templates::templates_from_counts;

    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "Python's name")]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}

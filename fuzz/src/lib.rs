//! What must hold for any bytes at all: one module per part of the pipeline with a function `check` that panics where it
//! does not. `fuzz_targets/` hands these to libFuzzer, `main.rs` drives them with a stable compiler.
//!
//! A law for a stage goes into `check` of its module; break the code once and see the driver find it.

pub mod boilerplate;
pub mod decode;
pub mod language;
pub mod pipeline;
pub mod random;
pub mod readers;
pub mod repair;
mod scratch;
pub mod sentences;

/// A target: its name, which is that of its folder under `seeds/` and `crashes/`, and its check.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: &[Target] = &[
    ("decode", decode::check),
    ("repair", repair::check),
    ("boilerplate", boilerplate::check),
    ("sentences", sentences::check),
    ("language", language::check),
    ("readers", readers::check),
    ("pipeline", pipeline::check),
];

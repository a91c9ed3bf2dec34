//! Turns scraped news text in any language and any encoding into clean, segmented, language-tagged records.
//!
//! The pipeline, in order; each stage is a pure function in its own module:
//!
//! ```text
//! bytes → decode → repair → boilerplate → sentences → language → record
//! ```
//!
//! [`Cleaner`] composes the stages for one document, [`run()`] drives it over files and folders.
//!
//! ```
//! use copydesk::{Cleaner, Config};
//!
//! let cleaner = Cleaner::new(Config::default())?;
//! let cleaned = cleaner.clean("The council met on Monday. It voted at noon.".as_bytes());
//! assert_eq!(cleaned.sentences.len(), 2);
//! assert_eq!(cleaned.lang.to_string(), "en");
//! # Ok::<(), copydesk::Error>(())
//! ```

#[cfg(feature = "cli")]
extern crate self as copydesk;

pub mod audit;
pub mod boilerplate;
mod characters;
pub mod charset;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
pub mod config;
pub mod decode;
pub mod disk;
pub mod document;
pub mod error;
pub mod finished;
pub mod input;
mod json;
pub mod language;
pub mod likelihood;
pub mod output;
pub mod page;
pub mod pipeline;
pub mod repair;
pub mod report;
pub mod run;
pub mod schema;
pub mod sentences;
pub mod verdict;

pub use crate::config::Config;
pub use crate::decode::decode;
pub use crate::document::Edit;
pub use crate::document::Lang;
pub use crate::document::Sentence;
pub use crate::document::Span;
pub use crate::error::Error;
pub use crate::language::identify;
pub use crate::pipeline::Cleaned;
pub use crate::pipeline::Cleaner;
pub use crate::repair::repair;
pub use crate::run::run;
pub use crate::sentences::segment;
pub use crate::verdict::Reason;
pub use crate::verdict::Verdict;

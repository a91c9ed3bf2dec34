//! What the program that trains the model needs to see. No part of the public interface.

pub use crate::boilerplate::columns::COLUMNS;
pub use crate::boilerplate::columns::FIRST_PASS;
pub use crate::boilerplate::columns::Matrix;
pub use crate::boilerplate::columns::NAMES;
pub use crate::boilerplate::decide::judged;
pub use crate::boilerplate::decide::path;
pub use crate::boilerplate::lexicon::Lexicon;
pub use crate::boilerplate::model::Model;
pub use crate::boilerplate::model::Page;
pub use crate::boilerplate::recurrent::GATES;
pub use crate::boilerplate::recurrent::GIST;
pub use crate::boilerplate::recurrent::Gist;
pub use crate::boilerplate::recurrent::HIDDEN;
pub use crate::boilerplate::recurrent::INPUTS;
pub use crate::boilerplate::recurrent::Inputs;
pub use crate::boilerplate::recurrent::Net;
pub use crate::boilerplate::recurrent::Reader;
pub use crate::boilerplate::recurrent::Rows;
pub use crate::boilerplate::recurrent::Step;
pub use crate::boilerplate::recurrent::Values;
pub use crate::boilerplate::recurrent::slope;
pub use crate::boilerplate::run_columns::RUN_COLUMNS;
pub use crate::boilerplate::run_columns::measure;
pub use crate::boilerplate::runs::Run;
pub use crate::boilerplate::runs::runs;
pub use crate::boilerplate::tables::HashBits;
pub use crate::boilerplate::trees::DEPTH;
pub use crate::boilerplate::trees::LEAVES;
pub use crate::boilerplate::trees::Split;
pub use crate::boilerplate::trees::Tree;
pub use crate::boilerplate::trees::Trees;
pub use crate::boilerplate::trees::UNIT;
pub use crate::boilerplate::trees::is_settled;
pub use crate::boilerplate::units::Unit;

use crate::boilerplate::lexicon::keys;
use crate::boilerplate::scan::HASH;
use crate::boilerplate::scan::IDEO;
use crate::boilerplate::scan::scan;

/// The hashes of a line's words, each with whether it is a character of a script without spaces.
pub fn words(line: &str) -> Vec<(u32, bool)> {
    let mut tokens = Vec::new();
    scan(line, &HashBits::new(&[]), &mut tokens);
    tokens.iter().filter(|t| **t & HASH > 1).map(|t| (t & HASH, t & IDEO != 0)).collect()
}

/// The length of a line in half words.
pub fn halves(line: &str) -> u32 {
    scan(line, &HashBits::new(&[]), &mut Vec::new()).halves
}

/// The keys by which a lexicon knows the words of lines joined.
pub fn keys_of<'t>(lines: impl Iterator<Item = &'t str>) -> Vec<u32> {
    let (mut tokens, function) = (Vec::new(), HashBits::none());
    for line in lines {
        scan(line, &function, &mut tokens);
    }
    keys(&tokens).collect()
}

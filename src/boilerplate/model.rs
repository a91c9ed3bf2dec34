//! The trained model: function words pooled over all languages, what words say of a line, two sets of trees for units, of
//! which the second sees what the first makes of the neighbours, a net that reads the document with their scores, and trees
//! for whole runs of units. Where a third set of trees stood in the net's place, F1 was .000 to .004 lower on hosts set aside
//! than without it; with the net it is .001 to .003 higher. The weights are made by `copydesk-train boilerplate`.

use std::sync::LazyLock;

use crate::boilerplate::columns::Matrix;
use crate::boilerplate::columns::share;
use crate::boilerplate::features;
use crate::boilerplate::features::Measured;
use crate::boilerplate::lexicon;
use crate::boilerplate::lexicon::Lexicon;
use crate::boilerplate::phrases::Hits;
use crate::boilerplate::recurrent::Net;
use crate::boilerplate::rules::RuleSet;
use crate::boilerplate::scan::scan;
use crate::boilerplate::scores;
use crate::boilerplate::tables::HashBits;
use crate::boilerplate::templates::SiteStats;
use crate::boilerplate::topics::Topics;
use crate::boilerplate::trees::Trees;
use crate::boilerplate::units::Unit;
use crate::boilerplate::units::units;
use crate::document::Line;

/// The weights that come with copydesk.
pub(crate) static WEIGHTS: &[u8] = include_bytes!("model.bin");

/// The embedded model, read once.
pub(crate) static BUILTIN: LazyLock<Model> = LazyLock::new(|| Model::read(WEIGHTS).unwrap_or_default());

/// What judges a document's units.
#[derive(Clone, Debug)]
pub struct Model {
    /// Function words of all languages.
    pub function: HashBits,
    /// What words say.
    pub lexicon: Lexicon,
    /// The trees that see the document.
    pub first: Trees,
    /// The trees that see the first scores, too.
    pub second: Trees,
    /// The net that goes on from the second scores.
    pub net: Net,
    /// The trees that see whole runs of kept and dropped units.
    pub runs: Trees,
}

impl Default for Model {
    fn default() -> Model {
        Model {
            function: HashBits::new(&[]),
            lexicon: Lexicon::silent(),
            first: Trees::default(),
            second: Trees::default(),
            net: Net::silent(),
            runs: Trees::default(),
        }
    }
}

impl Model {
    /// The model in bytes.
    pub fn write(&self) -> Vec<u8> {
        let mut bytes = self.function.as_bytes().to_vec();
        self.lexicon.write(&mut bytes);
        self.first.write(&mut bytes);
        self.second.write(&mut bytes);
        self.net.write(&mut bytes);
        self.runs.write(&mut bytes);
        bytes
    }

    /// The model that [`Model::write`] wrote; `None` when bytes are missing or left over.
    pub fn read(bytes: &[u8]) -> Option<Model> {
        let (function, rest) = bytes.split_at_checked(HashBits::BYTES)?;
        let (lexicon, mut rest) = rest.split_at_checked(Lexicon::BYTES)?;
        let first = Trees::read(&mut rest)?;
        let second = Trees::read(&mut rest)?;
        let net = Net::read(&mut rest)?;
        let runs = Trees::read(&mut rest)?;
        let (function, lexicon) = (HashBits::new(function), Lexicon::read(lexicon));
        rest.is_empty().then_some(Model { function, lexicon, first, second, net, runs })
    }
}

/// A document cut into units and measured.
#[derive(Clone, Debug)]
pub struct Page {
    pub(crate) measured: Measured,
    pub(crate) matrix: Matrix,
    /// The lines that are not blank, as numbers into the lines given.
    pub(crate) lines: Vec<u32>,
}

impl Page {
    /// Cuts and measures a document.
    pub fn new(
        text: &str,
        lines: &[Line],
        function: &HashBits,
        words: &Lexicon,
        rules: &RuleSet,
        site: Option<&SiteStats>,
    ) -> Page {
        let mut tokens = Vec::with_capacity(text.len() / 5);
        let (mut full, mut places) = (Vec::with_capacity(lines.len()), Vec::with_capacity(lines.len()));
        let mut blanks = 0;
        for (i, line) in lines.iter().enumerate() {
            if line.span.is_empty() {
                blanks += 1;
                continue;
            }
            let shape = scan(line.span.of(text), function, &mut tokens);
            if shape.chars == 0 {
                blanks += 1;
                continue;
            }
            let n = full.len() as u32;
            full.push(Unit { lines: (n, n + 1), shape, blanks });
            places.push(i as u32);
            blanks = 0;
        }
        let units = units(full, &tokens);
        let hits = units.iter().map(|unit| rules.hits(unit.shape.of(&tokens))).collect();
        let texts = |unit: &Unit| {
            let of_unit = places.get(unit.lines.0 as usize..unit.lines.1 as usize).unwrap_or_default();
            of_unit.iter().filter_map(|n| lines.get(*n as usize)).map(|line| line.span.of(text))
        };
        let site = site.map(|site| units.iter().map(|unit| recurrence(texts(unit), site)).collect());
        let hashes = units.iter().map(|unit| features::line_hashes(unit.shape.of(&tokens))).collect();
        let topics = Topics::of(&units, &tokens);
        let said: Vec<f32> = units.iter().map(|unit| words.hear(unit.shape.of(&tokens))).collect();
        let measured = Measured { units, topics, hashes, hits, site };
        let mut matrix = features::measure(&measured);
        lexicon::fill(&mut matrix, &measured.units, &said);
        Page { measured, matrix, lines: places }
    }

    /// Adds what the first scores say about the neighbours.
    pub fn look_around(&mut self, scores: &[i32]) {
        scores::fill(&mut self.matrix, &self.measured, scores);
    }

    /// The units.
    pub fn units(&self) -> &[Unit] {
        &self.measured.units
    }

    /// The columns.
    pub const fn matrix(&self) -> &Matrix {
        &self.matrix
    }

    /// The lines of a unit, as numbers into the lines given.
    pub fn lines_of(&self, unit: &Unit) -> &[u32] {
        self.lines.get(unit.lines.0 as usize..unit.lines.1 as usize).unwrap_or_default()
    }

    /// What the trees and the net say; above zero stays.
    pub fn judge(&mut self, model: &Model) -> Vec<i32> {
        let first = model.first.scores(&self.matrix);
        self.look_around(&first);
        let mut scores = first.clone();
        model.second.revise(&self.matrix, &mut scores);
        model.net.revise(&self.matrix, &first, &mut scores);
        scores
    }

    pub(crate) fn hits(&self, unit: usize) -> Option<&Hits> {
        self.measured.hits.get(unit)
    }

    /// A hash of a unit's first five words, or of all where there are fewer.
    pub(crate) fn beginning(&self, unit: usize) -> u32 {
        self.measured.hashes.get(unit).map_or(0, |(hash, head)| head.unwrap_or(*hash))
    }

    /// A hash of a unit's words.
    pub(crate) fn hash(&self, unit: usize) -> u32 {
        self.measured.hashes.get(unit).map_or(0, |(hash, _)| *hash)
    }
}

/// In how many documents of the site a unit stands, and in what share of them: what its rarest line says.
fn recurrence<'t>(lines: impl Iterator<Item = &'t str>, site: &SiteStats) -> (u8, u8) {
    let of_line = lines.map(|line| match site.line(line) {
        Some(r) => (r.distinct, share(r.scrapes, site.scrapes)),
        None => (0, 0),
    });
    of_line.min().unwrap_or_default()
}

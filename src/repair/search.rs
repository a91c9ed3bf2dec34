//! Chooses among the readings of a line's places the ones that make the line the shortest in bits.

use super::oddity;
use super::oddity::Class;
use super::sequences::Damage;
use super::sequences::LOST_CHARACTER;
use super::sequences::Place;
use super::sequences::Reading;
use crate::likelihood::State;

/// Hypotheses that are followed at the same time.
const BEAM: usize = 6;
/// Characters after a place that its reading can still make more or less likely.
const NEAR: usize = 8;

/// Bits of a place that stays as it is in a line of which all else was misread, and of one that is odd or long as it is.
const UNEXPLAINED: f32 = 8.0;
const ODD: f32 = 5.0;
/// Bits of a byte that went without a trace behind a capital that begins a word, in a line of which much else is clean.
const TRACELESS: f32 = 8.0;

/// The best reading of a line.
#[derive(Clone, Debug)]
pub(crate) struct Best {
    /// By how many bits it is shorter than the line as it stands.
    pub(crate) gain: f32,
    /// The bits of what comes out at and near the places, and how many characters of the line that is.
    pub(crate) bits: f32,
    pub(crate) read: usize,
    /// The reading of each place; `None` where it stays as it is.
    pub(crate) choice: Vec<Option<usize>>,
}

#[derive(Clone)]
struct Path {
    state: State,
    bits: f32,
    /// The last choice, in `links`.
    link: usize,
    /// Whether the last place was read as something else.
    is_read: bool,
}

/// Reads the line: `places` are ascending and disjoint. With `all`, every place of which nothing is lost is repaired,
/// even where that makes the line longer for now.
pub(crate) fn best(chars: &[char], places: &[Place], all: bool) -> Best {
    let mut plain = Path { state: State::default(), bits: 0.0, link: 0, is_read: false };
    // Each link is the reading chosen and the link before it.
    let mut links: Vec<(Option<usize>, usize)> = vec![(None, 0)];
    let mut beam = vec![Path { state: State::default(), bits: 0.0, link: 0, is_read: false }];
    let mut at = 0;
    let mut before: Option<&Place> = None;
    for place in places {
        let between = chars.get(at..place.start).unwrap_or_default();
        advance(&mut beam, &mut plain, between);
        merge(&mut beam);
        let kept = chars.get(place.start..place.end).unwrap_or_default();
        plain.bits += kept.iter().map(|&c| plain.state.push(c)).sum::<f32>();
        let mut next = Next { best: Vec::with_capacity(BEAM), links: &mut links };
        let traceless = if !all && begins_word(chars, place) { TRACELESS } else { 0.0 };
        let is_read = all && is_whole(place);
        // One misreading made all that stands together: it is undone there, or nowhere. What was misread several times over
        // would else be mended here and there, where that makes it likelier for now.
        let is_joined =
            before.is_some_and(|before| before.end == place.start && is_whole(before)) && is_whole(place);
        let is_long = place.end - place.start > 2;
        let is_odd = is_whole(place) && (is_long || oddity::count(chars, place.start, place.end) > 0);
        let odd = if is_odd { ODD } else { 0.0 };
        for path in &beam {
            for (index, reading) in place.readings.iter().enumerate() {
                if is_joined && !path.is_read {
                    break;
                }
                let guess = if reading.damage == Damage::Dropped { traceless } else { 0.0 };
                next.add(path, [guess + reading.cost, 0.0], reading.text.chars(), Some(index));
            }
            let is_bound = is_read || is_joined && path.is_read;
            if !is_bound {
                let cost = if all { UNEXPLAINED } else { odd };
                next.add(path, [0.0, cost], kept.iter().copied(), None);
            }
        }
        beam = next.best;
        at = place.end;
        before = Some(place);
    }
    let rest = chars.get(at..).unwrap_or_default();
    advance(&mut beam, &mut plain, rest);
    // The end of the line is a space.
    advance(&mut beam, &mut plain, &[' ']);
    let Some(winner) = beam.iter().min_by(|a, b| a.bits.total_cmp(&b.bits)) else {
        return Best { gain: 0.0, bits: 0.0, read: 0, choice: vec![None; places.len()] };
    };
    let mut choice = Vec::with_capacity(places.len());
    let mut link = winner.link;
    while choice.len() < places.len() {
        let Some(&(reading, before)) = links.get(link) else { break };
        choice.push(reading);
        link = before;
    }
    choice.reverse();
    let read = choice.iter().zip(places).fold(0, |read, (c, p)| {
        read + c.and_then(|c| p.readings.get(c)).map_or(p.end - p.start, |r| r.text.chars().count())
    });
    let near = 2 * NEAR * (places.len() + 1);
    let between = chars.len() - places.iter().map(|p| p.end - p.start).sum::<usize>();
    Best { gain: plain.bits - winner.bits, bits: winner.bits, read: read + between.min(near), choice }
}

/// The best paths beyond a place, shortest first.
struct Next<'l> {
    best: Vec<Path>,
    links: &'l mut Vec<(Option<usize>, usize)>,
}

impl Next<'_> {
    /// Adds a path that goes on with a reading, after those that are as short, if it is among the best. Its costs are added
    /// before and after the bits of its characters.
    fn add(
        &mut self,
        path: &Path,
        [before, after]: [f32; 2],
        text: impl Iterator<Item = char>,
        reading: Option<usize>,
    ) {
        // No character makes a path shorter.
        if !self.is_room_for(path.bits + before) {
            return;
        }
        let mut state = path.state.clone();
        let bits = path.bits + (before + text.map(|c| state.push(c)).sum::<f32>()) + after;
        if self.is_room_for(bits) {
            let at = self.best.partition_point(|other| other.bits.total_cmp(&bits).is_le());
            self.best.truncate(BEAM - 1);
            let link = self.links.len();
            self.best.insert(at, Path { state, bits, link, is_read: reading.is_some() });
            self.links.push((reading, path.link));
        }
    }

    fn is_room_for(&self, bits: f32) -> bool {
        self.best.get(BEAM - 1).is_none_or(|last| bits.total_cmp(&last.bits).is_lt())
    }
}

/// Whether nothing of a place is lost.
fn is_whole(place: &Place) -> bool {
    place.readings.iter().any(|r| r.damage == Damage::None)
}

/// Whether a place is a capital that a word in small letters begins with.
fn begins_word(chars: &[char], place: &Place) -> bool {
    let class = |at: Option<usize>| at.and_then(|at| chars.get(at)).map_or(Class::Plain, |c| Class::of(*c));
    place.end == place.start + 1
        && class(Some(place.start)) == Class::Capital
        && class(Some(place.end)) == Class::Small
        && !matches!(class(place.start.checked_sub(1)), Class::Small | Class::Capital)
}

/// Of paths that remember the same, only the shortest can still win: nothing that follows tells them apart.
fn merge(beam: &mut Vec<Path>) {
    beam.sort_by(|a, b| a.bits.total_cmp(&b.bits));
    let mut kept = 0;
    for at in 0..beam.len() {
        let (before, rest) = beam.split_at(at);
        let is_new = |path: &Path| before.iter().take(kept).all(|other| other.state != path.state);
        if rest.first().is_some_and(is_new) {
            beam.swap(kept, at);
            kept += 1;
        }
    }
    beam.truncate(kept);
}

/// Reads on. What is far from every place costs all readings the same, so it is left out.
fn advance(beam: &mut Vec<Path>, plain: &mut Path, chars: &[char]) {
    if chars.len() <= 3 * NEAR {
        return read(beam, plain, chars);
    }
    read(beam, plain, chars.get(..NEAR).unwrap_or_default());
    // By now all paths remember the same characters.
    beam.sort_by(|a, b| a.bits.total_cmp(&b.bits));
    beam.truncate(1);
    let mut state = State::default();
    for &c in chars.get(chars.len() - NEAR..).unwrap_or_default() {
        state.push(c);
    }
    for path in beam.iter_mut().chain([plain]) {
        path.state = state.clone();
    }
}

/// Reads characters. Paths that remember the same read them alike.
fn read(beam: &mut [Path], plain: &mut Path, chars: &[char]) {
    let mut known: Vec<(State, State, f32)> = Vec::with_capacity(beam.len() + 1);
    for path in beam.iter_mut().chain([plain]) {
        let (after, bits) = if let Some((_, after, bits)) = known.iter().find(|(b, ..)| *b == path.state) {
            (after.clone(), *bits)
        } else {
            let mut state = path.state.clone();
            let bits = chars.iter().map(|&c| state.push(c)).sum::<f32>();
            known.push((path.state.clone(), state.clone(), bits));
            (state, bits)
        };
        path.state = after;
        path.bits += bits;
    }
}

/// Bits by which a guess of a lost character must be ahead of the next best.
const CERTAIN: f32 = 6.0;

/// Leaves lost characters lost where not every guess is certain: a line with one wrong letter is worse than one that
/// says what is missing.
pub(crate) fn settle<'p>(
    chars: &[char],
    places: &'p [Place],
    choice: Vec<Option<usize>>,
) -> Vec<Option<usize>> {
    let is_lost = |r: &Reading| matches!(r.damage, Damage::Marked | Damage::Dropped);
    let is_guess = |r: &Reading| is_lost(r) && !r.text.contains(LOST_CHARACTER);
    let chosen = |p: &'p Place, c: &Option<usize>| c.and_then(|c| p.readings.get(c));
    if !places.iter().zip(&choice).any(|(p, c)| chosen(p, c).is_some_and(is_guess)) {
        return choice;
    }
    let read = |index: usize, other: Option<usize>| {
        // The place with what stands beside it, as it will be.
        let from = index.saturating_sub(2);
        let mut text: Vec<char> = Vec::new();
        let mut at = places.get(from).map_or(0, |p| p.start.saturating_sub(NEAR));
        for (i, place) in places.iter().enumerate().take(index + 3).skip(from) {
            text.extend(chars.get(at..place.start).unwrap_or_default());
            let choice = if i == index { other } else { choice.get(i).copied().flatten() };
            match choice.and_then(|c| place.readings.get(c)) {
                Some(reading) => text.extend(reading.text.chars()),
                None => text.extend(chars.get(place.start..place.end).unwrap_or_default()),
            }
            at = place.end;
        }
        text.extend(chars.iter().skip(at).take(NEAR));
        let mut state = State::default();
        text.into_iter().map(|c| state.push(c)).sum::<f32>()
    };
    let certain = places.iter().zip(&choice).enumerate().all(|(index, (place, c))| match chosen(place, c) {
        Some(reading) if is_guess(reading) => {
            let bits = read(index, *c);
            let others =
                place.readings.iter().enumerate().filter(|(other, r)| Some(*other) != *c && is_guess(r));
            others.into_iter().all(|(other, _)| read(index, Some(other)) > bits + CERTAIN)
        }
        Some(reading) => !is_lost(reading),
        None => true,
    });
    if certain {
        return choice;
    }
    let leave = |(place, c): (&'p Place, Option<usize>)| match chosen(place, &c) {
        Some(reading) if is_guess(reading) => {
            // Behind the character stands what another reading of the place takes in besides.
            let behind = |text: &str| text.chars().skip(1).collect::<String>();
            let is_left =
                |r: &Reading| r.text.starts_with(LOST_CHARACTER) && behind(&r.text) == behind(&reading.text);
            place.readings.iter().position(is_left).or(c)
        }
        _ => c,
    };
    places.iter().zip(choice).map(leave).collect()
}

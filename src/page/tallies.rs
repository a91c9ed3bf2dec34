//! Values and sums by name. A name is looked up once for what is counted under it many times.

use std::collections::BTreeMap;

/// Values by name, each at a place of its own.
#[derive(Debug)]
pub(super) struct Named<V> {
    places: BTreeMap<String, usize>,
    values: Vec<V>,
}

impl<V> Named<V> {
    pub(super) const fn new() -> Named<V> {
        Named { places: BTreeMap::new(), values: Vec::new() }
    }

    /// The place of a name; its value is made when it has none.
    pub(super) fn place(&mut self, name: &str, new: impl FnOnce(String) -> V) -> usize {
        if let Some(place) = self.places.get(name) {
            return *place;
        }
        self.places.insert(name.to_owned(), self.values.len());
        self.values.push(new(name.to_owned()));
        self.values.len() - 1
    }

    /// The value of a name, made when there is none.
    pub(super) fn value(&mut self, name: &str, new: impl FnOnce(String) -> V) -> &mut V {
        let place = self.place(name, new);
        &mut self.values[place]
    }

    /// The value at a place.
    pub(super) fn at(&mut self, place: usize) -> Option<&mut V> {
        self.values.get_mut(place)
    }

    /// The value of a name that has one.
    pub(super) fn get(&self, name: &str) -> Option<&V> {
        self.places.get(name).and_then(|place| self.values.get(*place))
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.places.contains_key(name)
    }

    pub(super) const fn len(&self) -> usize {
        self.values.len()
    }

    /// The values, by place.
    pub(super) fn into_values(self) -> Vec<V> {
        self.values
    }

    pub(super) fn values(&self) -> &[V] {
        &self.values
    }
}

/// Characters by the place of a name.
#[derive(Debug, Default)]
pub(super) struct Tally(BTreeMap<usize, u64>);

impl Tally {
    /// Counts them at `place`; once there are `limit` places, at `other` where it is new.
    pub(super) fn add(&mut self, place: usize, chars: u64, limit: usize, other: usize) {
        match self.0.get_mut(&place) {
            Some(sum) => *sum += chars,
            None => *self.0.entry(if self.0.len() < limit { place } else { other }).or_default() += chars,
        }
    }

    /// The largest, with their names.
    pub(super) fn largest(&self, rows: usize, name: impl Fn(usize) -> String) -> Vec<(String, u64)> {
        let mut all: Vec<(String, u64)> = self.0.iter().map(|(place, sum)| (name(*place), *sum)).collect();
        all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        all.truncate(rows);
        all
    }
}

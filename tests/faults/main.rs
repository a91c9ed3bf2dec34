//! The fault list: what goes wrong around a run, and what must hold whatever does. Every test ends in
//! [`world::World::check`], which holds the invariants.

#![cfg(unix)]
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test says what it expected")]

mod damage;
mod disk;
mod hostile;
mod kill;
mod order;
mod outside;
mod records;
mod world;

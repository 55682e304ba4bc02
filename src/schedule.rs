//! Times that people write, and the slots of a channel. Pure: the caller passes the current time and the zone.

mod civil;
mod slot;
mod when;

pub use civil::{TimeError, Typed, read};
pub use slot::{Slot, SlotError, next_free};
pub use when::{Resolved, When, WhenError};

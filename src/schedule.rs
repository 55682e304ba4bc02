//! When something goes out: what people write for a time, and the slots of a channel. Pure: the present moment and the zone
//! are given.

mod civil;
mod slot;
mod when;

pub use civil::{TimeError, Typed, read};
pub use slot::{Slot, SlotError, next_free};
pub use when::{Resolved, When, WhenError};

//! When something goes out: what people write for a time, and the slots of a channel. Pure: the present moment and the zone
//! are given.

mod slot;
mod when;

pub use slot::{Slot, SlotFault, next_free};
pub use when::{Resolved, When, WhenFault};

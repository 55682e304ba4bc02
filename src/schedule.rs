//! Times that people write, and the slots of a channel. Pure: the caller passes the current time and the zone.

mod civil;
mod error;
mod parts;
mod repeat;
mod slot;
mod when;
mod words;

pub use civil::{TimeError, Typed, read};
pub use error::WhenError;
pub use repeat::{KnownOccurrences, OpenOccurrence, Repeat};
pub use slot::{Slot, SlotError, next_free};
pub use when::{
    Resolved, When, beside_utc, shown, shown_in, shown_to_second, shown_with_day, to_minute,
};
pub use words::{date_in, day_of_month, written_date};

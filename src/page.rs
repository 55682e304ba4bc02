//! Web pages, from values to strings: posts as readers will see them, and the newsroom around them. Nothing is served here.
//!
//! Texts come from files that anyone may have written: every text and attribute goes through the escaping of
//! [`maud`], and a link is only made of an address that [`mod@body`] lets through.

pub mod body;
pub mod bubble;
pub mod difference;
pub mod drawn;
pub mod gauge;
pub mod post;
pub mod room;
pub mod sheet;
pub mod shown;
mod structure;
mod week;

pub use body::body;
pub use bubble::Bubble;
pub use drawn::Drawn;
pub use sheet::{Sheet, Toolbar};
pub use shown::{Shown, ShownEdition, Standing};

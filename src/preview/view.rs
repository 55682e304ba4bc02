//! Which page a browser shows.

use crate::ids::PostId;

/// What is drawn.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum View {
    /// One post.
    Post(PostId),
    /// The newsroom.
    All,
}

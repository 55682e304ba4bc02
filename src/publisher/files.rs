//! What a publisher asks whoever follows the files, before a publication begins; no file is read here.

use std::time::Duration;

use super::Later;
use crate::outbox::Publication;
use crate::store::Order;

/// Whoever follows the files of the posts.
pub trait Files: Send + Sync {
    /// Whether a publication whose time has come may begin: until its first request, the newest good version of its file
    /// is what goes out.
    fn ready<'f>(&'f self, publication: &'f Publication) -> Later<'f, Ready>;
}

/// What the file of a publication says when its time has come.
#[derive(Debug)]
pub enum Ready {
    /// What is to go out is what the file says.
    Go,
    /// Somebody may be writing the file at this moment: look again after this time.
    Wait(Duration),
    /// Something else is to happen first, or in its place.
    Instead(Vec<Order>),
}

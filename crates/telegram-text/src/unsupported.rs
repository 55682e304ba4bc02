//! An entity that a form of markup cannot express. It writes nothing.

use super::Entity;

/// An entity that a form of markup cannot express, so nothing is written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{form} cannot express the {} entity at offset {}, length {}: {why}",
    .entity.kind.name(), .entity.offset, .entity.length
)]
pub struct Unsupported {
    /// The name of the form.
    pub form: &'static str,
    /// The entity.
    pub entity: Entity,
    /// Why the form cannot express it.
    pub why: &'static str,
}

//! What a form of markup has no way to say; it writes nothing.

use super::Entity;

/// An entity that a form cannot carry, so that nothing is written at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{form} cannot carry the {} entity at offset {}, length {}: {why}",
    .entity.kind.name(), .entity.offset, .entity.length
)]
pub struct Unsupported {
    /// The form's name, as people write it.
    pub form: &'static str,
    /// The entity.
    pub entity: Entity,
    /// Why the form cannot carry it.
    pub why: &'static str,
}

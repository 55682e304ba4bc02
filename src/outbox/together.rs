//! Channels that begin together: none of a post's publications starts before all of them may; it knows of one at a time.

use super::Refused;
use super::draft::Draft;

/// Whether a publication waits for those of its post in other channels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Together {
    /// How many channels begin together, this one counted; 0 where none waits for another.
    pub of: u32,
    /// Whether they have begun: from then on each goes its own way.
    pub begun: bool,
}

impl Together {
    /// What channels begin with of which none has.
    #[must_use]
    pub fn of(of: u32) -> Self {
        Self { of, begun: false }
    }

    /// Whether it waits for others.
    #[must_use]
    pub fn waits(self) -> bool {
        self.of > 1 && !self.begun
    }
}

/// All of them may begin, as whoever sees all of them says.
pub(super) fn begin(draft: &mut Draft<'_>) -> Result<(), Refused> {
    if draft.before.state.is_terminal() || !draft.before.together.waits() {
        return Err(Refused::NothingToDo);
    }
    draft.next.together.begun = true;
    Ok(())
}

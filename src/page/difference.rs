//! What stands in a channel against what the file says now, word by word.

use maud::{Markup, html};

use crate::plan::{Diff, Piece};

/// A difference that is shown.
#[derive(Clone, Debug)]
pub struct Difference(pub Diff);

impl Difference {
    /// The two texts as one, what goes struck out and what comes underlined.
    #[must_use]
    pub fn draw(&self) -> Markup {
        html! {
            pre.difference tabindex="0" {
                @for piece in self.0.pieces() {
                    @match piece {
                        Piece::Stays(text) => (text),
                        Piece::Goes(text) => del { (text) },
                        Piece::Comes(text) => ins { (text) },
                    }
                }
            }
        }
    }
}

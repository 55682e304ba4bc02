//! Why a look proves nothing, in words.

use std::fmt;

use super::Gap;

impl fmt::Display for Gap {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::TooEarly => "the request may still have been on its way",
            Self::OwnerMayLive => "the process that made the request may still be running",
            Self::NoFloor => {
                "telepress knows no earlier message in the channel to start looking from"
            }
            Self::Protected => {
                "the channel or the post forbids forwarding, so telepress cannot read it back"
            }
            Self::Control => {
                "telepress could not even read a message that is known to be in the channel"
            }
            Self::Unseen => "telepress could not read every message that may be it",
            Self::Unreadable => "there is a message that telepress cannot read",
            Self::Unattributed => "there are messages that may be it, edited since",
            Self::NotWhole => "some of it is there",
            Self::SecondInstance => "a second program ran with the same token",
        })
    }
}

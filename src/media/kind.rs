//! The kinds of media in a post.

use serde::{Deserialize, Serialize};

/// How a post sends a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A picture, which Telegram compresses.
    Photo,
    /// A video.
    Video,
    /// A video without sound that starts by itself and repeats.
    Animation,
    /// Music, with a player.
    Audio,
    /// A file as it is.
    Document,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 5] =
        [Self::Photo, Self::Video, Self::Animation, Self::Audio, Self::Document];

    /// Its name in the Bot API (`InputMedia`) and in a post file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Photo => "photo",
            Self::Video => "video",
            Self::Animation => "animation",
            Self::Audio => "audio",
            Self::Document => "document",
        }
    }

    /// Whether readers see the name of the file.
    #[must_use]
    pub fn shows_name(self) -> bool {
        matches!(self, Self::Audio | Self::Document)
    }

    /// Whether Telegram can blur it until a reader taps it.
    #[must_use]
    pub fn takes_spoiler(self) -> bool {
        matches!(self, Self::Photo | Self::Video | Self::Animation)
    }

    /// Whether its caption may be above it.
    #[must_use]
    pub fn takes_caption_above(self) -> bool {
        self.takes_spoiler()
    }

    /// Whether both may be in one album, or one may replace the other in it.
    #[must_use]
    pub fn mixes_with(self, other: Self) -> bool {
        let is_visual = |kind| matches!(kind, Self::Photo | Self::Video);
        self == other || is_visual(self) && is_visual(other)
    }
}

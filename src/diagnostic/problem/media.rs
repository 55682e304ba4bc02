//! The problems of the media of a post.

use telegram_text::split::Excess;

use crate::diagnostic::Code;
use crate::ids::ChannelName;
use crate::media::{AlbumProblem, Kind, MediaFileError, MediaPathError, MediaProblem};

/// A problem of the media of a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MediaItemProblem {
    /// An item without a file.
    NoKind,
    /// An item with files of several kinds: their keys.
    SeveralKinds(Vec<Kind>),
    /// A path that names no file below the posts folder.
    Path(MediaPathError),
    /// The path of a file that is not read.
    Unread(String, MediaFileError),
    /// The path of a missing file of a published post, which Telegram keeps.
    Gone(String),
    /// What Telegram does with the file.
    File(MediaProblem),
    /// What Telegram does with the items together.
    Album(AlbumProblem),
    /// A key that has no effect on this kind.
    KeyIgnored(&'static str, Kind),
    /// A link preview in a channel where the text is a caption, which has none.
    CaptionWithoutLinkPreview(ChannelName),
    /// `caption_above` in a channel where no text is a caption.
    NothingAbove(ChannelName),
    /// A text too long for a caption.
    CaptionTooLong {
        /// The excess.
        excess: Excess,
        /// The last words that fit into the caption.
        fits_until: String,
        /// The channel.
        channel: ChannelName,
    },
    /// A text whose first part alone is the caption.
    CaptionSplit {
        /// How many text messages follow.
        texts: usize,
        /// The channel.
        channel: ChannelName,
    },
}

impl MediaItemProblem {
    pub(crate) fn code(&self) -> Code {
        match self {
            Self::NoKind => Code::MissingKey,
            Self::SeveralKinds(_) => Code::BothShapes,
            Self::Path(_) => Code::MediaPath,
            Self::Unread(..) => Code::MediaUnread,
            Self::Gone(_) => Code::MediaGone,
            Self::File(problem) => of_file(problem),
            Self::Album(AlbumProblem::TooLarge { .. } | AlbumProblem::ItemTooLarge { .. }) => {
                Code::MediaTooLarge
            }
            Self::Album(_) => Code::BadAlbum,
            Self::KeyIgnored(..) | Self::CaptionWithoutLinkPreview(_) | Self::NothingAbove(_) => {
                Code::MediaOption
            }
            Self::CaptionTooLong { excess, .. } if excess.utf16 > 0 || excess.bytes > 0 => {
                Code::TooLong
            }
            Self::CaptionTooLong { .. } => Code::TooManyEntities,
            Self::CaptionSplit { .. } => Code::CaptionSplit,
        }
    }
}

fn of_file(problem: &MediaProblem) -> Code {
    use MediaProblem as P;
    match problem {
        P::LfsPointer => Code::LfsPointer,
        P::Empty | P::Damaged { .. } => Code::MediaDamaged,
        P::WrongFormat { .. } | P::AnimationWithSound | P::VoiceNote { .. } => Code::MediaFormat,
        P::TooLarge { .. } => Code::MediaTooLarge,
        P::PhotoSides { .. } | P::PhotoRatio { .. } => Code::PhotoSize,
        P::ThumbnailFormat { .. } | P::ThumbnailSize { .. } | P::ThumbnailBytes { .. } => {
            Code::BadThumbnail
        }
        P::VideoSilent => Code::VideoSilent,
        P::PhotoAnimated { .. } | P::PhotoTurned { .. } => Code::MediaShownAs,
        P::UnreliableFormat { .. }
        | P::UnreliableCodec { .. }
        | P::PhotoNearLimit { .. }
        | P::DurationUnknown => Code::MediaUnreliable,
        P::IndexAtEnd | P::NeedsThumbnail { .. } => Code::VideoLoading,
        P::ThumbnailIgnored { .. } | P::SpoilerIgnored { .. } | P::CaptionAboveIgnored { .. } => {
            Code::MediaOption
        }
        P::FileNameChanged { .. } | P::FileNameLost { .. } => Code::FileName,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Severity;
    use crate::media::Format;

    #[test]
    fn only_files_that_telegram_refuses_or_changes_are_errors() {
        use Severity::{Error, Note, Warning};
        for (problem, severity) in [
            (MediaProblem::Empty, Error),
            (MediaProblem::LfsPointer, Error),
            (MediaProblem::WrongFormat { kind: Kind::Photo, format: Format::Svg }, Error),
            (MediaProblem::TooLarge { kind: Kind::Photo, bytes: 2, limit: 1 }, Error),
            (MediaProblem::AnimationWithSound, Error),
            (MediaProblem::ThumbnailBytes { bytes: 1 }, Error),
            (MediaProblem::VideoSilent, Note),
            (MediaProblem::IndexAtEnd, Warning),
            (MediaProblem::DurationUnknown, Warning),
            (MediaProblem::SpoilerIgnored { kind: Kind::Audio }, Warning),
            (MediaProblem::FileNameLost { is_typed: false }, Warning),
        ] {
            assert_eq!(of_file(&problem).severity(), severity, "{problem:?}");
        }
    }
}

//! The codes of all problems, with the names that users see. `docs/diagnostics.md` explains each.

/// How severe a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The post or config cannot be used.
    Error,
    /// It can be used, but is probably not what the author means.
    Warning,
    /// It may be what the author means; `--deny-warnings` ignores it.
    Note,
}

impl Severity {
    /// Its name in every output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// The page that explains every code, one section for each [`Code::name`].
const EXPLANATIONS: &str = include_str!("../../docs/diagnostics.md");

macro_rules! codes {
    ($( $(#[doc = $doc:literal])+ $variant:ident $name:literal $severity:ident; )+) => {
        /// The code of a problem.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $( $(#[doc = $doc])+ $variant, )+ }

        impl Code {
            /// Every code, in the order of the reference.
            pub const ALL: &'static [Self] = &[ $( Self::$variant, )+ ];

            /// The name that users see and type.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $( Self::$variant => $name, )+ }
            }

            /// How severe a problem of this kind is.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self { $( Self::$variant => Severity::$severity, )+ }
            }
        }
    };
}

codes! {
    /// The file is a link, a folder, a pipe or a device.
    NotAFile "not-a-file" Error;
    /// The file cannot be read.
    Unreadable "unreadable" Error;
    /// The file is too large for a post.
    FileTooLarge "file-too-large" Error;
    /// The file is not UTF-8.
    NotUtf8 "not-utf8" Error;
    /// The path is not a valid post id.
    BadId "bad-id" Error;
    /// Two files have the same id, or ids that differ only in case.
    IdTaken "id-taken" Error;
    /// A file that may be meant as a post, and is not read as one.
    NotAPost "not-a-post" Warning;

    /// The TOML is malformed.
    Syntax "syntax" Error;
    /// A key is set twice.
    DuplicateKey "duplicate-key" Error;
    /// Tables or arrays are nested too deeply.
    TooDeep "too-deep" Error;
    /// A list is too long.
    TooMany "too-many" Error;
    /// There is no key with this name.
    UnknownKey "unknown-key" Error;
    /// The key takes a value of another type.
    WrongType "wrong-type" Error;
    /// The key does not take this value.
    BadValue "bad-value" Error;
    /// The same thing is written in two ways.
    BothShapes "both-shapes" Error;
    /// A required key is missing.
    MissingKey "missing-key" Error;
    /// The post has nothing to show.
    EmptyPost "empty-post" Error;

    /// A text is empty or shows nothing.
    BlankText "blank-text" Error;
    /// A control character.
    ControlCharacter "control-character" Error;
    /// A character that Telegram removes or replaces.
    RemovedCharacter "removed-character" Error;
    /// A construct that Telegram cannot show.
    CannotShow "cannot-show" Error;
    /// Formatting that Telegram drops.
    FormattingLost "formatting-lost" Error;
    /// Formatting that Telegram cannot combine with other formatting.
    FormattingCut "formatting-cut" Warning;
    /// A marker that is not only emoji.
    MarkerWords "marker-words" Warning;
    /// Custom emoji, which most bots may not send to channels.
    CustomEmoji "custom-emoji" Error;
    /// A markup sign that formats nothing.
    StrayMarkup "stray-markup" Warning;
    /// HTML that readers see as typed.
    HtmlAsText "html-as-text" Warning;
    /// A footnote.
    Footnote "footnote" Warning;
    /// A link definition that no link uses.
    UnusedDefinition "unused-definition" Warning;
    /// A code block, a comment or `<details>` without an end, or a code block inside another one.
    UnclosedMarkup "unclosed-markup" Warning;
    /// A hashtag that Telegram would not detect as one whole hashtag.
    BadHashtag "bad-hashtag" Error;
    /// A hashtag in a text that Telegram ends in the middle of a word.
    HashtagCut "hashtag-cut" Warning;
    /// A link that Telegram refuses.
    BadLink "bad-link" Error;
    /// A link or reply to a post that does not exist.
    UnknownPost "unknown-post" Error;

    /// The text is too long for one message.
    TooLong "too-long" Error;
    /// More entities than a message keeps.
    TooManyEntities "too-many-entities" Error;
    /// More parts than a post may have.
    TooManyParts "too-many-parts" Error;
    /// A rich message, which some apps cannot show.
    RichClients "rich-clients" Note;

    /// A poll that Telegram would refuse.
    BadPoll "bad-poll" Error;
    /// A closing time that Telegram would refuse.
    PollTime "poll-time" Error;
    /// Hashtags of a post that consists of a poll alone.
    PollAlone "poll-alone" Warning;
    /// A comment that is too long for one message.
    CommentTooLong "comment-too-long" Error;
    /// More comments than a post may have.
    TooManyComments "too-many-comments" Error;
    /// Comments of a post in a group.
    CommentsInGroup "comments-in-group" Error;
    /// A path that names no file below the posts folder.
    MediaPath "media-path" Error;
    /// A media file that cannot be read.
    MediaUnread "media-unread" Error;
    /// A missing media file of a published post.
    MediaGone "media-gone" Note;
    /// A Git LFS pointer in place of the file.
    LfsPointer "lfs-pointer" Error;
    /// An empty or broken media file.
    MediaDamaged "media-damaged" Error;
    /// A format that Telegram does not accept as this kind of media.
    MediaFormat "media-format" Error;
    /// A file or request larger than Telegram accepts.
    MediaTooLarge "media-too-large" Error;
    /// A photo with too many pixels, or too long.
    PhotoSize "photo-size" Error;
    /// A thumbnail that Telegram would leave out.
    BadThumbnail "bad-thumbnail" Error;
    /// Media that cannot be together in an album.
    BadAlbum "bad-album" Error;
    /// Media that Telegram shows otherwise than the author may expect.
    MediaShownAs "media-shown-as" Warning;
    /// A video without sound.
    VideoSilent "video-silent" Note;
    /// Media that Telegram or some clients may not take.
    MediaUnreliable "media-unreliable" Warning;
    /// A video that readers wait for, or that has no preview.
    VideoLoading "video-loading" Warning;
    /// An option that has no effect on this kind of media.
    MediaOption "media-option" Warning;
    /// A file name that readers see otherwise.
    FileName "file-name" Warning;
    /// A text that does not fit into the caption and continues in messages of its own.
    CaptionSplit "caption-split" Warning;

    /// A language that is not a language tag.
    BadLanguage "bad-language" Error;
    /// A channel that the config does not have.
    UnknownChannel "unknown-channel" Error;
    /// No channel for an edition.
    NoChannel "no-channel" Error;
    /// No edition for a channel.
    NoEdition "no-edition" Error;
    /// The post does not name its language.
    WhichLanguage "which-language" Error;
    /// A part that the channel's style does not show.
    NotShown "not-shown" Error;
    /// No label for the read-more link.
    NoLabel "no-label" Error;

    /// A time that is not valid.
    BadTime "bad-time" Error;
    /// A local time that the clocks skip.
    TimeGap "time-gap" Error;
    /// A local time that occurs twice.
    TimeFold "time-fold" Error;
    /// A local time for channels in different time zones.
    TimeZones "time-zones" Error;
    /// A time in the past.
    TimePast "time-past" Note;
    /// Two posts of a channel in the same minute.
    SameMinute "same-minute" Warning;
    /// A `delete_at` or `unpin_at` that does not fit the other times of the post.
    EndTime "end-time" Error;
    /// An `unpin_at` of a post that is not pinned.
    UnpinWithoutPin "unpin-without-pin" Error;
    /// A `repeat` or `repeat_until` that is not valid.
    Repeat "repeat" Error;
    /// A post with `repeat` that is over.
    RepeatOver "repeat-over" Warning;
    /// `{{date}}` where it is not filled in.
    DatePlaceholder "date-placeholder" Warning;

    /// Decomposed characters.
    Decomposed "decomposed" Warning;
    /// A character that changes the direction of writing.
    Bidi "bidi" Warning;
    /// A character without width.
    ZeroWidth "zero-width" Warning;
    /// Doubled spaces.
    DoubledSpace "doubled-space" Warning;
    /// Outer spaces, which Telegram trims.
    TrimmedSpace "trimmed-space" Warning;
    /// A bullet that starts with a bullet sign.
    BulletSign "bullet-sign" Warning;
    /// A repeated hashtag.
    RepeatedHashtag "repeated-hashtag" Warning;
    /// A link without encryption.
    HttpLink "http-link" Warning;
    /// A link text that names another host.
    LinkText "link-text" Warning;
    /// A host that mixes scripts.
    MixedScript "mixed-script" Warning;
    /// Words that Telegram turns into a link.
    BecomesLink "becomes-link" Warning;
    /// A mention of a Telegram user whom the author probably does not mean.
    ForeignMention "foreign-mention" Warning;
    /// Editions with different content.
    OutOfStep "out-of-step" Warning;

    /// A token in a file.
    TokenInFile "token-in-file" Error;
    /// A name that is not valid.
    BadName "bad-name" Error;
    /// A chat that is neither an @username nor a numeric id.
    BadChat "bad-chat" Error;
    /// Two channels with the same chat.
    ChatTaken "chat-taken" Error;
    /// A time zone that does not exist.
    BadTimeZone "bad-time-zone" Error;
    /// A duration that is shorter than Telegram's limits allow.
    TooHasty "too-hasty" Error;
    /// A duration that is shorter than Telegram's limits allow, for a server on the loopback interface.
    HastyTime "hasty-time" Warning;
    /// A style that the config does not have.
    UnknownStyle "unknown-style" Error;
    /// A layout that names a part twice.
    BadLayout "bad-layout" Error;
}

impl Code {
    /// The code with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name().eq_ignore_ascii_case(name))
    }

    /// The output of `check --explain`: the code's section of `docs/diagnostics.md`, without its heading.
    #[must_use]
    pub fn explanation(self) -> &'static str {
        let heading = format!("\n### {}\n", self.name());
        let Some((_, section)) = EXPLANATIONS.split_once(&heading) else { return "" };
        // A line in an example may start with `#` too.
        let end = ["\n## ", "\n### "].into_iter().filter_map(|next| section.find(next)).min();
        section.get(..end.unwrap_or(section.len())).unwrap_or(section).trim()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_one_section_and_every_section_a_code() {
        let sections: Vec<_> =
            EXPLANATIONS.lines().filter_map(|line| line.strip_prefix("### ")).collect();
        let names: Vec<_> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(sections, names);
        for code in Code::ALL {
            assert!(code.explanation().len() > 80, "{} is not explained", code.name());
        }
    }

    #[test]
    fn codes_are_found_by_name() {
        for code in Code::ALL {
            assert_eq!(Code::named(code.name()), Some(*code));
        }
        assert_eq!(Code::named("no-such-code"), None);
    }
}

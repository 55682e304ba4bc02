//! The keys of the bot's texts. It has no words: those are in one file per language (`texts/en.toml`).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::StrDeserializer;

use super::language::Language;

type Words = BTreeMap<Text, String>;

static WORDS: LazyLock<BTreeMap<Language, Words>> =
    LazyLock::new(|| Language::ALL.map(|language| (language, read(language.file()))).into());

/// Reads the texts of a language's file; a test checks that each can be read and is complete. The tables are read elsewhere.
fn read(file: &str) -> Words {
    let table: toml::Table = toml::from_str(file).unwrap_or_default();
    let texts = table.into_iter().filter_map(|(key, words)| match words {
        toml::Value::String(words) => Some((Text::named(&key)?, words)),
        _ => None,
    });
    texts.collect()
}

impl Text {
    /// The text in a language, with `{name}` for each placeholder; in English where the language lacks it.
    #[must_use]
    pub fn of(self, language: Language) -> &'static str {
        let words = |language| WORDS.get(&language).and_then(|words| words.get(&self));
        words(language).or_else(|| words(Language::En)).map_or("", String::as_str)
    }

    fn named(key: &str) -> Option<Self> {
        let key: StrDeserializer<'_, serde::de::value::Error> = key.into_deserializer();
        Self::deserialize(key).ok()
    }
}

/// The key of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is explained by its words")]
pub enum Text {
    // The menu.
    MenuPosts,
    MenuPreview,
    MenuPublish,
    MenuSchedule,
    MenuQueue,
    MenuCancel,
    MenuUpdate,
    MenuDelete,
    MenuClosePoll,
    MenuStatus,
    MenuDigest,
    MenuPause,
    MenuResume,
    MenuChannels,
    MenuCheck,
    MenuHelp,
    // Greetings.
    Hello,
    Editor,
    Publisher,
    Admin,
    UnknownCommand,
    NotAllowed,
    AskPublisher,
    AskAdmin,
    // Lists.
    NoPosts,
    NoneFound,
    PostsOf,
    Range,
    All,
    Waiting,
    PublishedOnes,
    Problems,
    QueueIsEmpty,
    AndMore,
    AndLast,
    QueueOf,
    // States.
    StateNew,
    StateDraft,
    StateBroken,
    StateScheduled,
    StateDue,
    StateWaitsPosts,
    StateWaitsAsked,
    StateWaitsPaused,
    StateWaitsStopped,
    StatePublishing,
    StatePublished,
    StateHeld,
    StateUncertain,
    StateFailed,
    StateCancelling,
    StateCancelled,
    StateDeleted,
    StateWillSchedule,
    FileDiffers,
    OpenMessage,
    EditInProgress,
    DeletionInProgress,
    EditWaits,
    DeletionWaits,
    PollClosingWaits,
    PollClosing,
    EditConflict,
    PinConflict,
    PollConflict,
    EditUnanswered,
    WillBeUnpinned,
    WillBeDeleted,
    UnpinMissed,
    DeletionMissed,
    // Why something is held.
    HeldMissed,
    HeldFileAppearedLate,
    HeldExpired,
    HeldExhausted,
    HeldMediaMissing,
    HeldPollOver,
    HeldDeletionRefused,
    HeldNotPlaced,
    HeldPostGone,
    WhyNoDiscussion,
    WhyCommentsInGroup,
    HeldFile,
    HeldUnknownChannel,
    HeldChanged,
    HeldApprovals,
    HeldChannel,
    HeldCatchUp,
    HeldRestored,
    HeldMaybeMoved,
    WaitsFor,
    WaitsTogether,
    // Buttons.
    Preview,
    Publish,
    Propose,
    Decline,
    Schedule,
    NextSlot,
    Close,
    Back,
    InAnHour,
    InThreeHours,
    Tonight,
    TomorrowMorning,
    Unschedule,
    CancelIt,
    ChangeTime,
    Release,
    TryAgain,
    Update,
    Delete,
    DeleteSure,
    DeleteForAll,
    ItIsMessage,
    TheyAreMessages,
    ItIsThere,
    ItIsNotThere,
    ItIsPinned,
    ItIsUnpinned,
    Skip,
    LeaveIt,
    OpenCard,
    PauseIt,
    ResumeIt,
    Undo,
    RunNow,
    // Previews and questions.
    PreviewOf,
    PreviewGauge,
    OneMessage,
    Messages,
    Silent,
    Pinned,
    Protected,
    PublishQuestion,
    ProposeQuestion,
    IsADraft,
    HalfSent,
    ChooseTime,
    HasChanged,
    DeleteReally,
    DeleteQuestion,
    ClosePollQuestion,
    ClosePoll,
    ClosingPoll,
    NoPoll,
    PollClosed,
    PollClosedUnread,
    UpdateQuestion,
    NothingToUpdate,
    NothingToEdit,
    NothingVisible,
    PreviewChanges,
    MediaReplaced,
    MediaAdded,
    MediaOptions,
    CaptionMoves,
    Photo,
    Video,
    Animation,
    Audio,
    Document,
    Bytes,
    Kilobytes,
    Megabytes,
    Gigabytes,
    PinChanges,
    EndChanges,
    UnknownContent,
    NextMessage,
    WhichMessage,
    WhichMessages,
    WhichPost,
    NoneForCommand,
    NoSuchPost,
    DidYouMean,
    NoSuchChannel,
    Approve,
    Review,
    ApprovalsSoFar,
    Approved,
    FullyApproved,
    NothingToApprove,
    WaitsForApprovals,
    // What was done.
    PausedBy,
    ResumedBy,
    WaitsPaused,
    WaitsStopped,
    ChangeWaitsPaused,
    ChangeWaitsStopped,
    Publishing,
    Uploading,
    ScheduledFor,
    AlreadyPublished,
    NoSlot,
    NotEnqueued,
    WhyDraft,
    WhyWithdrawn,
    WhyMayBePublished,
    WhyWaits,
    WhyFailed,
    WhyTogether,
    Cancelled,
    CancelledUnknown,
    CancelledUndecided,
    CancelledButSent,
    IsUnscheduled,
    NothingToCancel,
    Released,
    Retried,
    Deleting,
    Undoing,
    UndoTooLate,
    NothingToDelete,
    DeleteUnknown,
    TooOldToDelete,
    CannotDelete,
    Updating,
    CannotUpdate,
    PausedAll,
    PausedOne,
    ResumedAll,
    ResumedOne,
    DecisionUndone,
    Decided,
    DecidedBy,
    Looking,
    FoundThere,
    NotChecked,
    NotCheckedHere,
    DecidedSent,
    DecidedNotSent,
    DecidedNotSentCancelled,
    DecidedSkip,
    DecidedAgain,
    DecidedLeave,
    DecidedDone,
    Proposed,
    ProposedAt,
    ProposalSent,
    ProposalUndelivered,
    ProposalAccepted,
    ProposalDeclined,
    AtOnce,
    InNextSlot,
    NothingDone,
    // Buttons that no longer work.
    ButtonExpired,
    ButtonUsed,
    ButtonUnknown,
    ButtonUnknownHere,
    ReceivedLate,
    Minutes,
    // Reports.
    WasPublished,
    WasEdited,
    WasDeleted,
    NeedsAttention,
    AlertHeading,
    SeveralNeedDecision,
    AsksForNow,
    AsksForTime,
    AsksToEdit,
    FileAsksFor,
    ApprovalDue,
    RequestedAt,
    ProcessStopped,
    LastKnownMessage,
    OutcomeUnknown,
    PartOfAlbum,
    AlbumFile,
    AlbumMessages,
    AlbumCandidates,
    Candidates,
    PleaseCheck,
    InChannel,
    InGroup,
    TheMessage,
    PartOf,
    RefusedUnknown,
    RefusedBecause,
    RefusedByOldServer,
    RefusedRest,
    SentTwice,
    SkippedMissed,
    AskedToWait,
    RefusesBot,
    RefusesBotInGroup,
    RefusesToken,
    HookFailed,
    HookNotStarted,
    HookExit,
    HookSignal,
    HookTimedOut,
    HookInterrupted,
    FileScheduled,
    FileAsks,
    FileBroken,
    FileGone,
    FileDraft,
    FileChanged,
    // The digest.
    DigestOn,
    DigestOff,
    DigestNoTime,
    DigestHeading,
    DigestToday,
    DigestPublished,
    DigestNothing,
    // Status and channels.
    StatusPublished,
    StatusWaits,
    StatusNeeds,
    StatusPaused,
    StatusRestored,
    StatusRefused,
    ChannelPaused,
    ChannelRefused,
    TopicClosed,
    TopicMissing,
    GroupUpgraded,
    StatusFine,
    ChannelLine,
    MayPost,
    MayPin,
    MayNotPost,
    CannotSee,
    NotFoundYet,
    IsPaused,
    Everything,
    // Files.
    AllGood,
    IsGood,
    HasWarnings,
    ProblemsIn,
    FileHasErrors,
    FileMissing,
    // Formatting.
    FormatBold,
    FormatItalic,
    FormatUnderline,
    FormatStrike,
    FormatSpoiler,
    FormatQuote,
    FormatCode,
    FormatLink,
    FormatEmoji,
    // Why something was not done.
    WhyNoOpenPoll,
    WhyStateChanged,
    WhyInFlight,
    WhyTooEarly,
    WhySlotTaken,
    WhyPosted,
    WhyNewerMessages,
    WhyChannelPaused,
    WhyChannelBusy,
    WhyChangedSince,
    WhyOwnApproval,
    WhyStopped,
    WhyNotItsMessage,
    WhyOneMessage,
    WhyMessageCount,
    WhyFileBeingSaved,
    WhyNoSuchMessage,
    WhyCopyOfPost,
    WhyOtherComment,
    WhyAlbumOrder,
    WhyMediaGone,
    WhyParts,
    WhyServer,
    WhyJournal,
    WhyFolder,
    WhyNothingAsked,
    WhyNoMessage,
    WhyOtherChannel,
    WhyOtherGroup,
    WhyUnknownGroup,
    WhyNotAComment,
    WhyIncomplete,
    WhyTooOld,
    WhyNewerParts,
    WhyNoEdit,
    WhyPollChanged,
    WhyUneditable,
    WhyWaitsElsewhere,
    WhyMayBeInOtherChat,
    WhyInOtherChat,
    WhyBeforeUpgrade,
    WhyMoved,
    WhySending,
    WhyVanished,
    WhyNoConnection,
    WhyAskedToWait,
    WhyTelegramSays,
    WhyTimedOut,
    WhyConnectionLost,
    WhyUnreadable,
    WhyTooLong,
    WhyServerError,
    WhyPartlyRefused,
    WhyUnknownRefusal,
    WhyNoAnswer,
    // Errors.
    TimeError,
    TimeNoHour,
    TimeOrSlot,
    TimeAmbiguous,
    TimeOtherWeekday,
    TimePast,
    TimeGap,
    TimeFold,
    TimeFar,
    AllOrNone,
    NoChannelKnown,
    NotShown,
    NotDone,
    TryLater,
    OtherProcess,
    // Comments.
    CommentsLeftOut,
    OneComment,
    SeveralComments,
    CommentsFollow,
    CommentsResumed,
    CommentsCancelled,
    ReleaseComments,
    RetryComments,
    CancelComments,
    // The inbox.
    DraftSaved,
    ButtonsLeftOut,
    DraftQuestion,
    ChooseChannels,
    Discard,
    Save,
    ChannelsOf,
    ChannelsSaved,
    DiscardQuestion,
    Discarded,
    DraftAlreadyOrdered,
    DraftExists,
    AlbumLate,
    AlbumTooLarge,
    TooManyDrafts,
    DraftUnsupported,
    DraftPoll,
    KindSticker,
    KindVoice,
    KindVideoMessage,
    KindLocation,
    KindContact,
    KindStory,
    KindOther,
    DraftNotSaved,
    WhyUnknownFormatting,
    WhyCaptions,
    WhyCustomEmoji,
    WhyNotWritten,
    WhyNotDownloaded,
    WhyNoDraftLine,
    DraftTooLarge,
    DraftLargerThanSaid,
    DraftHasErrors,
    DraftFormatting,
    FormattingMention,
    FormattingDate,
    FormattingEmoji,
    FormattingLink,
    FormattingCode,
    FormattingPlacement,
    FormattingSpace,
    FormattingOther,
    DraftRemoved,
    FileNotChanged,
    FileNotRemoved,
    CorrectionQuestion,
    CorrectionSaved,
    CorrectionSame,
    CorrectElsewhere,
    CorrectWhich,
    ReplyUnknown,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Every text, as the source lists them.
    fn all() -> Vec<Text> {
        let (_, list) = include_str!("text.rs").split_once("pub enum Text {").unwrap();
        let (list, _) = list.split_once('}').unwrap();
        let names = list.lines().map(str::trim).filter_map(|line| line.strip_suffix(','));
        let english = &WORDS[&Language::En];
        let words = format!("{english:?}");
        let all: Vec<Text> = english.keys().copied().collect();
        for name in names {
            assert!(words.contains(&format!("{name}: ")), "{name} has no words");
        }
        all
    }

    fn names(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect()
    }

    #[test]
    fn every_text_has_words_in_every_language_with_the_same_names_filled_in() {
        for language in Language::ALL {
            let file: toml::Table = toml::from_str(language.file()).unwrap();
            for (key, words) in file.iter().filter(|(_, words)| words.is_str()) {
                assert!(Text::named(key).is_some(), "{language:?}: {key} = {words:?} is not used");
            }
            for text in all() {
                let words = WORDS[&language].get(&text);
                let words = words.unwrap_or_else(|| panic!("{language:?} has no {text:?}"));
                assert!(!words.trim().is_empty(), "{language:?}: {text:?}");
                assert_eq!(names(words), names(text.of(Language::En)), "{language:?}: {text:?}");
            }
        }
    }

    #[test]
    fn russian_is_russian() {
        let is_cyrillic = |text: &str| text.chars().any(|letter| ('А'..='я').contains(&letter));
        for text in all().into_iter().filter(|text| *text != Text::ChannelLine) {
            assert!(is_cyrillic(text.of(Language::Ru)), "{text:?}");
            for other in Language::ALL.into_iter().filter(|other| *other != Language::Ru) {
                assert!(!is_cyrillic(text.of(other)), "{text:?}");
            }
        }
    }

    #[test]
    fn no_word_of_another_language_is_in_russian() {
        for text in all() {
            let mut words = text.of(Language::Ru).to_owned();
            for name in names(text.of(Language::Ru)) {
                words = words.replace(&format!("{{{name}}}"), "");
            }
            let words =
                words.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '/');
            let is_foreign = |word: &&str| {
                let is_latin = word.chars().any(|letter| letter.is_ascii_alphabetic());
                // Commands are the same in every language; `post` is a placeholder for an id.
                let is_name = ["Telegram", "telepress", "release", "move", "post"].contains(word);
                is_latin && !word.starts_with('/') && !is_name
            };
            let foreign: Vec<_> = words.filter(is_foreign).collect();
            assert!(foreign.is_empty(), "{text:?}: {foreign:?}");
        }
    }
}

//! What the bot says: a key for each text, whose words stand in one file per language, `texts/en.toml` and the like. It puts
//! nothing together.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::language::Language;

/// The words of a language.
type Words = BTreeMap<Text, String>;

static ENGLISH: LazyLock<Words> = LazyLock::new(|| read(include_str!("texts/en.toml")));
static RUSSIAN: LazyLock<Words> = LazyLock::new(|| read(include_str!("texts/ru.toml")));

/// A file of texts; a test holds that each can be read and says everything.
fn read(file: &str) -> Words {
    toml::from_str(file).unwrap_or_default()
}

impl Text {
    /// In a language; `{name}` stands for what is filled in.
    #[must_use]
    pub fn of(self, language: Language) -> &'static str {
        let words = match language {
            Language::En => &ENGLISH,
            Language::Ru => &RUSSIAN,
        };
        words.get(&self).map_or("", String::as_str)
    }
}

/// Something the bot says.
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
    MenuStatus,
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
    NotYours,
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
    QueueOf,
    // States.
    StateNew,
    StateDraft,
    StateBroken,
    StateScheduled,
    StateDue,
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
    EditUnderWay,
    DeletionUnderWay,
    EditConflict,
    PinConflict,
    EditUnanswered,
    // Why something is held.
    HeldMissed,
    HeldCameLate,
    HeldExpired,
    HeldExhausted,
    HeldFile,
    HeldChanged,
    HeldApprovals,
    HeldChannel,
    HeldCatchUp,
    HeldRestored,
    HeldMaybeMoved,
    HeldPerson,
    WaitsFor,
    WaitsTogether,
    // What buttons say.
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
    TakeOff,
    CancelIt,
    Move,
    LetGo,
    TryAgain,
    Update,
    Delete,
    DeleteSure,
    DeleteForAll,
    ItIsMessage,
    ItIsThere,
    ItIsNot,
    ItIsPinned,
    ItIsUnpinned,
    Skip,
    LeaveIt,
    OpenCard,
    PauseIt,
    ResumeIt,
    TakeBack,
    DoItNow,
    // Previews and questions.
    PreviewOf,
    PreviewGauge,
    OneMessage,
    Messages,
    Silent,
    Pinned,
    GoOut,
    DraftStays,
    HalfSent,
    WhenOut,
    HasChanged,
    DeleteReally,
    DeleteQuestion,
    UpdateQuestion,
    NothingToUpdate,
    NothingStands,
    NothingSeen,
    PreviewChanges,
    PinChanges,
    UnknownContent,
    NextMessage,
    WhichMessage,
    WhichPost,
    NoneForCommand,
    NoSuchPost,
    DidYouMean,
    NoSuchChannel,
    Approve,
    LookAndApprove,
    ApprovalsSoFar,
    Approved,
    ApprovedWhole,
    NotToApprove,
    WaitsForApprovals,
    // What was done.
    PausedBy,
    ResumedBy,
    WaitsPaused,
    WaitsStopped,
    ChangeWaitsPaused,
    ChangeWaitsStopped,
    GoesOut,
    ScheduledFor,
    StandsAlready,
    NoSlot,
    NotPut,
    IsDraft,
    WithdrawnWhy,
    MayStandWhy,
    WaitsWhy,
    FailedWhy,
    TogetherWhy,
    Cancelled,
    CancelledUnknown,
    CancelledStands,
    IsOff,
    NothingToCancel,
    Released,
    Retried,
    Deleting,
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
    WordTakenBack,
    Decided,
    DecidedBy,
    WordThere,
    WordNotThere,
    WordNotThereCancelled,
    WordSkip,
    WordAgain,
    WordLeft,
    WordMade,
    Proposed,
    ProposalSent,
    ProposalLost,
    TakenUp,
    Declined,
    AtOnce,
    InNextSlot,
    ClosedPage,
    // Buttons that do nothing any more.
    TooOld,
    Used,
    NotYourButton,
    CameLate,
    Minutes,
    // Reports.
    WentOut,
    WasEdited,
    WasDeleted,
    NeedsSomebody,
    NeedsYou,
    SeveralNeedYou,
    AsksForNow,
    AsksForTime,
    AsksToEdit,
    FileAsksFor,
    AskedAt,
    OwnerGone,
    KnownBefore,
    NotSentYet,
    Candidates,
    OnlyYouKnow,
    ThePost,
    PartOf,
    RefusedUnknown,
    RefusedBecause,
    StandsTwice,
    LeftOut,
    AskedToWait,
    RefusesBot,
    RefusesToken,
    FileScheduled,
    FileAsks,
    FileBroken,
    FileGone,
    FileDraft,
    FileChanged,
    // Status and channels.
    StatusWentOut,
    StatusWaits,
    StatusNeeds,
    StatusPaused,
    ChannelPaused,
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
    // How text looks.
    LooksBold,
    LooksItalic,
    LooksUnderlined,
    LooksStruck,
    LooksSpoiler,
    LooksQuotation,
    LooksCode,
    LooksLink,
    LooksEmoji,
    // Why not.
    WhyStandsOtherwise,
    WhyInFlight,
    WhyTooEarly,
    WhySlotTaken,
    WhyPosted,
    WhyNewerMessages,
    WhyChannelPaused,
    WhyChannelBusy,
    WhyBuiltUpon,
    WhyOwnApproval,
    WhyStopped,
    WhyNotItsMessage,
    WhyParts,
    WhyMachine,
    WhyJournal,
    WhyFolder,
    WhyNothingAsked,
    WhyNoMessage,
    WhyOtherChannel,
    WhyNotWhole,
    WhyTooOld,
    WhyNewerParts,
    WhyNoEdit,
    WhyWaitsElsewhere,
    WhyMayBeInOtherChat,
    WhyOtherChat,
    WhyMoved,
    WhyUnderWay,
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
    WhyRestored,
    // Mishaps.
    TimeFault,
    TimePast,
    TimeGap,
    TimeFold,
    TimeFar,
    Withheld,
    NoChannelKnown,
    NotShown,
    Mishap,
    TryLater,
    OtherInstance,
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
        let words = format!("{:?}{:?}", *ENGLISH, *RUSSIAN);
        let all: Vec<Text> = ENGLISH.keys().copied().collect();
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
        assert!(ENGLISH.keys().eq(RUSSIAN.keys()));
        for text in all() {
            let words = Language::ALL.map(|language| text.of(language));
            assert!(words.iter().all(|words| !words.trim().is_empty()), "{text:?}");
            assert!(words.iter().all(|one| names(one) == names(words[0])), "{text:?}");
        }
    }

    #[test]
    fn russian_is_russian() {
        let is_cyrillic = |text: &str| text.chars().any(|letter| ('а'..='я').contains(&letter));
        for text in all().into_iter().filter(|text| *text != Text::ChannelLine) {
            assert!(is_cyrillic(text.of(Language::Ru)), "{text:?}");
            assert!(!is_cyrillic(text.of(Language::En)), "{text:?}");
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
                // Commands are typed so in every language; `post` is a placeholder for a post's id after one.
                is_latin && !word.starts_with('/') && !["Telegram", "post"].contains(word)
            };
            let foreign: Vec<_> = words.filter(is_foreign).collect();
            assert!(foreign.is_empty(), "{text:?}: {foreign:?}");
        }
    }
}

//! Reasons and errors in an operator's language, without the shell's commands. It reads nothing.

use jiff::tz::TimeZone;

use super::language::Language;
use super::reply::{MessageBuilder, Span, echo, time};
use super::text::Text;
use crate::operations::{OperationError, ResolutionError};
use crate::outbox::{Conflict, HoldReason, OldNames, StepRefusal, UnknownReason};
use crate::plan::{EnqueueRefusal, FormerChatPresence, Reason};
use crate::store::StoreError;
use crate::telegram::CallError;

/// A text and its placeholders.
type TextWithWords<'w> = (Text, Vec<(&'w str, String)>);

/// Why an order was not carried out; times in `zone`.
pub(super) fn order(error: &OperationError, language: Language, zone: &TimeZone) -> Span {
    let filled = match error {
        OperationError::Refused { refused, .. }
        | OperationError::Store(StoreError::Refused { refused, .. }) => {
            rules(refused, language, zone)
        }
        OperationError::Resolution(error) => answer(error, language),
        OperationError::NotInJournal { .. }
        | OperationError::AlreadyPublished { .. }
        | OperationError::MayBeAnother { .. }
        | OperationError::Gone(_) => just(Text::WhyStateChanged),
        OperationError::Posts(_) => just(Text::WhyFolder),
        OperationError::MediaChanged { .. } => just(Text::WhyFileBeingSaved),
        OperationError::OtherServer { .. }
        | OperationError::OtherBot { .. }
        | OperationError::NoMark(_)
        | OperationError::ClockBehind { .. }
        | OperationError::Spool(_) => just(Text::WhyServer),
        OperationError::Store(_) => just(Text::WhyJournal),
    };
    words(filled, language)
}

/// Why an operator's answer about a message is refused.
fn answer<'w>(error: &ResolutionError, language: Language) -> TextWithWords<'w> {
    let id = |id: &i64| vec![("id", id.to_string())];
    match error {
        ResolutionError::NothingToResolve { .. } => just(Text::WhyNothingAsked),
        ResolutionError::NoMessage(typed) => (Text::WhyNoMessage, vec![("typed", echo(typed))]),
        ResolutionError::OtherChannel { channel, is_group, .. } => {
            let text = if *is_group { Text::WhyOtherGroup } else { Text::WhyOtherChannel };
            (text, vec![("channel", channel.clone())])
        }
        ResolutionError::UnknownGroup { channel, .. } => {
            (Text::WhyUnknownGroup, vec![("channel", channel.clone())])
        }
        ResolutionError::NotAfterCopy { message_id, copy, .. } => {
            let words = vec![("id", message_id.to_string()), ("copy", copy.to_string())];
            (Text::WhyNotAComment, words)
        }
        ResolutionError::Order { ascending } => {
            let ids: Vec<_> = ascending.iter().map(ToString::to_string).collect();
            (Text::WhyAlbumOrder, vec![("ids", ids.join(" "))])
        }
        ResolutionError::MessageCount { wanted, named, .. } => {
            message_count(*wanted, *named, language)
        }
        ResolutionError::NoSuchMessage { message_id, .. } => {
            (Text::WhyNoSuchMessage, id(message_id))
        }
        ResolutionError::OtherMessage { message_id, is_copy: true, .. } => {
            (Text::WhyCopyOfPost, id(message_id))
        }
        ResolutionError::OtherMessage { message_id, .. } => (Text::WhyOtherComment, id(message_id)),
        ResolutionError::IsThere { .. } | ResolutionError::PartlyThere { .. } => {
            just(Text::WhyPosted)
        }
        ResolutionError::Wait(_) => just(Text::WhyAskedToWait),
    }
}

fn message_count<'w>(wanted: usize, named: usize, language: Language) -> TextWithWords<'w> {
    let named = ("named", named.to_string());
    if wanted == 1 {
        return (Text::WhyOneMessage, vec![named]);
    }
    let button = ("button", Text::ItIsNotThere.of(language).to_owned());
    (Text::WhyMessageCount, vec![("wanted", wanted.to_string()), named, button])
}

/// Why the rules do not allow something.
fn rules<'w>(refused: &StepRefusal, language: Language, zone: &TimeZone) -> TextWithWords<'w> {
    let text = match refused {
        StepRefusal::InFlight { .. } => Text::WhyInFlight,
        StepRefusal::SlotTaken { .. } => Text::WhySlotTaken,
        StepRefusal::Posted { .. } | StepRefusal::EarlierPart { .. } => Text::WhyPosted,
        StepRefusal::NewerMessages => Text::WhyNewerMessages,
        StepRefusal::ChannelPaused { .. } => Text::WhyChannelPaused,
        StepRefusal::FloodWait { until } => {
            return (Text::AskedToWait, vec![("time", time(*until, zone, language))]);
        }
        StepRefusal::TooEarly { until } => {
            return (Text::WhyTooEarly, vec![("time", time(*until, zone, language))]);
        }
        StepRefusal::ChannelBusy { .. } => Text::WhyChannelBusy,
        StepRefusal::Together => Text::WaitsTogether,
        StepRefusal::Approvals { .. } => Text::HeldApprovals,
        StepRefusal::ChangedSince { .. } => Text::WhyChangedSince,
        StepRefusal::OwnApproval => Text::WhyOwnApproval,
        StepRefusal::Stopped { .. } => Text::WhyStopped,
        StepRefusal::MessageIds { .. } => Text::WhyNotItsMessage,
        StepRefusal::MessageCount { wanted, named } => {
            return message_count(*wanted, *named, language);
        }
        StepRefusal::Parts => Text::WhyParts,
        StepRefusal::Expired => Text::HeldExpired,
        StepRefusal::Exhausted { .. } => Text::HeldExhausted,
        StepRefusal::PollOver => Text::HeldPollOver,
        StepRefusal::DeletionRefused => Text::HeldDeletionRefused,
        StepRefusal::NotPlaced => Text::HeldNotPlaced,
        StepRefusal::NoOpenPoll => Text::WhyNoOpenPoll,
        StepRefusal::NothingToDo
        | StepRefusal::WrongState { .. }
        | StepRefusal::WrongPart { .. }
        | StepRefusal::NoPart { .. }
        | StepRefusal::OtherContent
        | StepRefusal::KeyTaken { .. }
        | StepRefusal::Recorded => Text::WhyStateChanged,
        StepRefusal::OtherChannel { .. }
        | StepRefusal::ClockUntrusted
        | StepRefusal::NoLock
        | StepRefusal::OtherAttempt { .. }
        | StepRefusal::AttemptTaken { .. }
        | StepRefusal::OtherOwner { .. }
        | StepRefusal::OwnerIsHere { .. }
        | StepRefusal::NotAPerson { .. }
        | StepRefusal::Broken(_) => Text::WhyServer,
    };
    just(text)
}

/// What is known of a post in its channel's former chat.
pub(super) fn elsewhere(presence: FormerChatPresence, is_upgraded: bool) -> Text {
    match presence {
        FormerChatPresence::Published | FormerChatPresence::Uncertain if is_upgraded => {
            Text::WhyBeforeUpgrade
        }
        FormerChatPresence::Published => Text::WhyInOtherChat,
        FormerChatPresence::Uncertain => Text::WhyMayBeInOtherChat,
        FormerChatPresence::Waits => Text::WhyWaitsElsewhere,
    }
}

/// Why a plan does not do what a file asks for.
pub(super) fn plan(reason: &Reason, language: Language) -> Span {
    let text = match reason {
        Reason::NotWhole => Text::WhyIncomplete,
        Reason::TooOld { messages } => {
            return words((Text::WhyTooOld, vec![("count", (messages).to_string())]), language);
        }
        Reason::NewerMessages => Text::WhyNewerParts,
        Reason::NoEdit(_) => Text::WhyNoEdit,
        Reason::PollChanged => Text::WhyPollChanged,
        Reason::DeletionRefused(_) => Text::HeldDeletionRefused,
        Reason::Uneditable(_) => Text::WhyUneditable,
        Reason::Together(_) => Text::WhyTogether,
        Reason::Elsewhere(found) => elsewhere(found.presence, found.is_upgraded),
        Reason::ChannelMoved => Text::WhyWaitsElsewhere,
        Reason::MovedFrom { old, .. } | Reason::TakesOver { old, .. } => {
            return words((Text::WhyMoved, vec![("post", names(old))]), language);
        }
        Reason::MovedTo { new, .. } => {
            return words((Text::WhyMoved, vec![("post", (new).to_string())]), language);
        }
        Reason::InProgress(_) => Text::WhySending,
        Reason::Changing(_) => Text::EditInProgress,
        Reason::Waits(_) | Reason::Blocked(_) => Text::WhyWaits,
        Reason::Failed(_) => Text::StateFailed,
        Reason::ChangedSinceOrdered => Text::HeldChanged,
        Reason::Broken => Text::StateBroken,
        Reason::MediaGone => Text::WhyMediaGone,
        Reason::Draft | Reason::BecameDraft => Text::WhyDraft,
        Reason::Withdrawn(_) | Reason::CommentsLeftOut => Text::WhyWithdrawn,
        Reason::NoDiscussion => Text::WhyNoDiscussion,
        Reason::CommentsInGroup => Text::WhyCommentsInGroup,
        Reason::NoCopy => Text::HeldNotPlaced,
        Reason::New
        | Reason::Comments
        | Reason::CommentsRemoved
        | Reason::NamesItsTime
        | Reason::Late
        | Reason::FileAppearedLate
        | Reason::NoTime
        | Reason::CommentsDiffer(_)
        | Reason::CommentOrder
        | Reason::Replaced(_)
        | Reason::FileValid
        | Reason::ChannelKnown
        | Reason::AsOrdered
        | Reason::OtherTime
        | Reason::ZoneRules
        | Reason::NewTime
        | Reason::Changed
        | Reason::EndChanged
        | Reason::Differs(_)
        | Reason::Restyled
        | Reason::WaitsForRestyle
        | Reason::Adopted
        | Reason::UpToDate
        | Reason::Scheduled
        | Reason::Due
        | Reason::ByHand(_)
        | Reason::OlderThanJournal
        | Reason::RepeatOver
        | Reason::Vanished
        | Reason::VanishedUnsent
        | Reason::MayBeUnread(_)
        | Reason::TextIsIn(_)
        | Reason::FileBack
        | Reason::AsShown
        | Reason::ChatUnknown(_)
        | Reason::NoChannel { .. }
        | Reason::NoEdition { .. }
        | Reason::GoneUnsent
        | Reason::Pruned => Text::WhyStateChanged,
    };
    words(just(text), language)
}

/// Why a change of a published message was not made.
pub(super) fn conflict(conflict: Conflict, description: &str, language: Language) -> Span {
    let filled = match conflict {
        Conflict::Vanished => just(Text::WhyVanished),
        Conflict::Refused(_) => telegram_says(description),
        Conflict::GaveUp => just(Text::HeldExhausted),
        Conflict::MediaMissing => just(Text::HeldMediaMissing),
        Conflict::Unanswered => just(Text::EditUnanswered),
    };
    words(filled, language)
}

/// Why a call failed. Telegram's own words are not translated.
pub(super) fn call(error: &CallError, language: Language) -> Span {
    let filled = match error {
        CallError::NoConnection(_) => just(Text::WhyNoConnection),
        CallError::NoBytes(_) => just(Text::HeldMediaMissing),
        CallError::Wait { .. } => just(Text::WhyAskedToWait),
        CallError::Refused { description, .. } => telegram_says(description),
        CallError::Unclear { reason, .. } => return unknown(Some(*reason), language),
    };
    words(filled, language)
}

/// What came instead of a clear answer.
pub(super) fn unknown(reason: Option<UnknownReason>, language: Language) -> Span {
    let text = match reason {
        Some(UnknownReason::TimedOut) => Text::WhyTimedOut,
        Some(UnknownReason::ConnectionLost) => Text::WhyConnectionLost,
        Some(UnknownReason::Unreadable | UnknownReason::NoMessageId) => Text::WhyUnreadable,
        Some(UnknownReason::TooLong) => Text::WhyTooLong,
        Some(UnknownReason::ServerError) => Text::WhyServerError,
        Some(UnknownReason::PartlyRefused) => Text::WhyPartlyRefused,
        Some(UnknownReason::UnlistedRefusal) => Text::WhyUnknownRefusal,
        Some(UnknownReason::Stopped | UnknownReason::Unrecordable) | None => Text::WhyNoAnswer,
    };
    Span::plain(text.of(language))
}

/// Why a post was not enqueued.
pub(super) fn not_enqueued(why: &EnqueueRefusal) -> Text {
    match why {
        EnqueueRefusal::Draft => Text::WhyDraft,
        EnqueueRefusal::DeletionRefused(_) => Text::HeldDeletionRefused,
        EnqueueRefusal::Withdrawn(_) => Text::WhyWithdrawn,
        EnqueueRefusal::MayBePublished(_) => Text::WhyMayBePublished,
        EnqueueRefusal::Elsewhere(found) => elsewhere(found.presence, found.is_upgraded),
        EnqueueRefusal::Together(_) => Text::WhyTogether,
        EnqueueRefusal::CommentsInGroup => Text::WhyCommentsInGroup,
        EnqueueRefusal::Cancelling(_) => Text::StateCancelling,
        EnqueueRefusal::Failed(_) => Text::WhyFailed,
        EnqueueRefusal::Waits(_) => Text::WhyWaits,
    }
}

/// Why something is held.
pub(super) fn held(held: &HoldReason) -> Text {
    match held {
        HoldReason::Missed => Text::HeldMissed,
        HoldReason::Expired => Text::HeldExpired,
        HoldReason::Exhausted => Text::HeldExhausted,
        HoldReason::MediaMissing => Text::HeldMediaMissing,
        HoldReason::PollOver => Text::HeldPollOver,
        HoldReason::DeletionRefused => Text::HeldDeletionRefused,
        HoldReason::NotPlaced => Text::HeldNotPlaced,
        HoldReason::PostGone => Text::HeldPostGone,
        HoldReason::File => Text::HeldFile,
        HoldReason::UnknownChannel => Text::HeldUnknownChannel,
        HoldReason::Changed => Text::HeldChanged,
        HoldReason::Approvals => Text::HeldApprovals,
        HoldReason::Channel => Text::HeldChannel,
        HoldReason::FileAppearedLate => Text::HeldFileAppearedLate,
        HoldReason::CatchUp => Text::HeldCatchUp,
        HoldReason::Restored => Text::HeldRestored,
        HoldReason::MaybeMoved(_) => Text::HeldMaybeMoved,
    }
}

/// The names that a new post may have had.
pub(super) fn names(old: &OldNames) -> String {
    let posts: Vec<_> = old.posts().iter().map(ToString::to_string).collect();
    match old.more() {
        0 => posts.join(", "),
        more => format!("{}, +{more}", posts.join(", ")),
    }
}

fn just<'w>(text: Text) -> TextWithWords<'w> {
    (text, Vec::new())
}

fn telegram_says<'w>(why: &(impl ToString + ?Sized)) -> TextWithWords<'w> {
    (Text::WhyTelegramSays, vec![("why", why.to_string())])
}

fn words((text, words): TextWithWords<'_>, language: Language) -> Span {
    let words: Vec<_> = words.into_iter().map(|(name, word)| (name, Span::Plain(word))).collect();
    Span::Plain(MessageBuilder::plain(language, text, &words))
}

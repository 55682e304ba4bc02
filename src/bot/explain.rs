//! Why something was not done or is not so, in an operator's language and without the shell's commands: from the errors and
//! reasons themselves. It knows no newsroom.

use jiff::tz::TimeZone;

use super::language::Language;
use super::reply::{MessageBuilder, Span, echo, time};
use super::text::Text;
use crate::desk::{DeskFault, ResolutionFault};
use crate::outbox::{Conflict, Held, OldNames, Refused, Stopped, UnknownReason};
use crate::plan::{NotPut, Presence, Reason};
use crate::store::StoreFault;
use crate::telegram::CallFault;

/// A text with what is filled in.
type Filled<'w> = (Text, Vec<(&'w str, String)>);

/// Why an order was not carried out; times in `zone`.
pub(super) fn order(fault: &DeskFault, language: Language, zone: &TimeZone) -> Span {
    let filled = match fault {
        DeskFault::Refused { refused, .. }
        | DeskFault::Store(StoreFault::Refused { refused, .. }) => rules(refused, zone),
        DeskFault::Resolution(ResolutionFault::NothingAsked { .. }) => just(Text::WhyNothingAsked),
        DeskFault::Resolution(ResolutionFault::NoMessage(typed)) => {
            (Text::WhyNoMessage, vec![("typed", echo(typed))])
        }
        DeskFault::Resolution(ResolutionFault::OtherChannel { channel, .. }) => {
            (Text::WhyOtherChannel, vec![("channel", channel.clone())])
        }
        DeskFault::NotInJournal { .. }
        | DeskFault::Stands { .. }
        | DeskFault::MayBeAnother { .. }
        | DeskFault::Gone(_) => just(Text::WhyStandsOtherwise),
        DeskFault::Posts(_) => just(Text::WhyFolder),
        DeskFault::OtherServer { .. }
        | DeskFault::OtherBot { .. }
        | DeskFault::NoMark(_)
        | DeskFault::ClockBehind { .. }
        | DeskFault::Store(_) => just(Text::WhyJournal),
    };
    words(filled, language)
}

/// Why the rules do not allow something.
fn rules<'w>(refused: &Refused, zone: &TimeZone) -> Filled<'w> {
    let text = match refused {
        Refused::InFlight { .. } => Text::WhyInFlight,
        Refused::SlotTaken { .. } => Text::WhySlotTaken,
        Refused::Posted { .. } | Refused::EarlierPart { .. } => Text::WhyPosted,
        Refused::NewerMessages => Text::WhyNewerMessages,
        Refused::ChannelPaused { .. } => Text::WhyChannelPaused,
        Refused::ChannelFrozen { until } => {
            return (Text::AskedToWait, vec![("time", time(*until, zone))]);
        }
        Refused::TooEarly { until } => {
            return (Text::WhyTooEarly, vec![("time", time(*until, zone))]);
        }
        Refused::ChannelBusy { .. } => Text::WhyChannelBusy,
        Refused::Together => Text::WaitsTogether,
        Refused::Approvals { .. } => Text::HeldApprovals,
        Refused::BuiltUpon { .. } => Text::WhyBuiltUpon,
        Refused::OwnApproval => Text::WhyOwnApproval,
        Refused::Stopped { .. } => Text::WhyStopped,
        Refused::MessageIds { .. } => Text::WhyNotItsMessage,
        Refused::Parts => Text::WhyParts,
        Refused::Expired => Text::HeldExpired,
        Refused::Exhausted { .. } => Text::HeldExhausted,
        Refused::NothingToDo
        | Refused::WrongState { .. }
        | Refused::WrongPart { .. }
        | Refused::NoPart { .. }
        | Refused::OtherContent
        | Refused::KeyTaken { .. }
        | Refused::Recorded => Text::WhyStandsOtherwise,
        Refused::OtherChannel { .. }
        | Refused::ClockUntrusted
        | Refused::NoLock
        | Refused::OtherAttempt { .. }
        | Refused::AttemptTaken { .. }
        | Refused::OtherOwner { .. }
        | Refused::OwnerIsHere { .. }
        | Refused::NotAPerson { .. }
        | Refused::Broken(_) => Text::WhyMachine,
    };
    just(text)
}

/// What is known of a post in the chat that its channel was before.
pub(super) fn presence(presence: Presence) -> Text {
    match presence {
        Presence::Published => Text::WhyOtherChat,
        Presence::InDoubt => Text::WhyMayBeInOtherChat,
        Presence::Waits => Text::WhyWaitsElsewhere,
    }
}

/// Why a plan does not do what a file asks for.
pub(super) fn plan(reason: &Reason, language: Language) -> Span {
    let text = match reason {
        Reason::NotWhole => Text::WhyNotWhole,
        Reason::TooOld { messages } => {
            return words((Text::WhyTooOld, vec![("count", (messages).to_string())]), language);
        }
        Reason::NewerMessages => Text::WhyNewerParts,
        Reason::NoEdit(_) => Text::WhyNoEdit,
        Reason::Together(_) => Text::TogetherWhy,
        Reason::Elsewhere { presence, .. } => self::presence(*presence),
        Reason::ChannelMoved => Text::WhyWaitsElsewhere,
        Reason::MovedFrom { old, .. } | Reason::TakesOver { old, .. } => {
            return words((Text::WhyMoved, vec![("post", names(old))]), language);
        }
        Reason::MovedTo { new, .. } => {
            return words((Text::WhyMoved, vec![("post", (new).to_string())]), language);
        }
        Reason::UnderWay(_) => Text::WhyUnderWay,
        Reason::Changing(_) => Text::EditUnderWay,
        Reason::Waits(_) | Reason::KeptBack(_) => Text::WaitsWhy,
        Reason::Failed(_) => Text::StateFailed,
        Reason::ChangedSinceOrdered => Text::HeldChanged,
        Reason::Broken => Text::StateBroken,
        Reason::Draft | Reason::BecameDraft => Text::IsDraft,
        Reason::Withdrawn(_) => Text::WithdrawnWhy,
        Reason::New
        | Reason::NamesItsTime
        | Reason::Late
        | Reason::CameLate
        | Reason::NoTime
        | Reason::Replaced
        | Reason::AsOrdered
        | Reason::OtherTime
        | Reason::ZoneRules
        | Reason::NewTime
        | Reason::Changed
        | Reason::Differs(_)
        | Reason::Restyled
        | Reason::WaitsForRestyle
        | Reason::Adopted
        | Reason::UpToDate
        | Reason::Scheduled
        | Reason::Due
        | Reason::ByHand(_)
        | Reason::History
        | Reason::Vanished
        | Reason::VanishedUnsent
        | Reason::MayBeUnread(_)
        | Reason::FileBack
        | Reason::AsShown
        | Reason::ChatUnknown(_)
        | Reason::NoChannel { .. }
        | Reason::NoEdition { .. }
        | Reason::GoneUnsent
        | Reason::Pruned => Text::WhyStandsOtherwise,
    };
    words(just(text), language)
}

/// Why a change of a published message was not made.
pub(super) fn conflict(conflict: Conflict, description: &str, language: Language) -> Span {
    let filled = match conflict {
        Conflict::Vanished => just(Text::WhyVanished),
        Conflict::Refused(_) => telegram_says(description),
        Conflict::GaveUp => just(Text::HeldExhausted),
        Conflict::Unanswered => just(Text::EditUnanswered),
    };
    words(filled, language)
}

/// Why nothing is sent. The operator who paused everything is shown by the name recorded at that time.
pub(super) fn stop(stopped: &Stopped, language: Language) -> Span {
    match stopped {
        Stopped::Paused(who) => Span::plain(who),
        Stopped::Refused(why) => words(telegram_says(why), language),
        Stopped::Restored(_) => words(just(Text::WhyRestored), language),
    }
}

/// Why Telegram did not do what it was asked for. Its own words are put in as they are.
pub(super) fn call(fault: &CallFault, language: Language) -> Span {
    let filled = match fault {
        CallFault::NoConnection(_) => just(Text::WhyNoConnection),
        CallFault::Wait { .. } => just(Text::WhyAskedToWait),
        CallFault::Refused { description, .. } => telegram_says(description),
        CallFault::Unclear { reason, .. } => return unknown(Some(*reason), language),
    };
    words(filled, language)
}

/// What came instead of an answer.
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
pub(super) fn not_enqueued(why: &NotPut) -> Text {
    match why {
        NotPut::Draft => Text::IsDraft,
        NotPut::Withdrawn(_) => Text::WithdrawnWhy,
        NotPut::MayStand(_) => Text::MayStandWhy,
        NotPut::Elsewhere(_, found) => presence(*found),
        NotPut::Together(_) => Text::TogetherWhy,
        NotPut::Cancelling(_) => Text::StateCancelling,
        NotPut::Failed(_) => Text::FailedWhy,
        NotPut::Waits(_) => Text::WaitsWhy,
    }
}

/// Why something is held.
pub(super) fn held(held: &Held) -> Text {
    match held {
        Held::Missed => Text::HeldMissed,
        Held::Expired => Text::HeldExpired,
        Held::Exhausted => Text::HeldExhausted,
        Held::File => Text::HeldFile,
        Held::Changed => Text::HeldChanged,
        Held::Approvals => Text::HeldApprovals,
        Held::Channel => Text::HeldChannel,
        Held::CameLate => Text::HeldCameLate,
        Held::CatchUp => Text::HeldCatchUp,
        Held::Restored => Text::HeldRestored,
        Held::Person => Text::HeldPerson,
        Held::MaybeMoved(_) => Text::HeldMaybeMoved,
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

fn just<'w>(text: Text) -> Filled<'w> {
    (text, Vec::new())
}

fn telegram_says<'w>(why: &(impl ToString + ?Sized)) -> Filled<'w> {
    (Text::WhyTelegramSays, vec![("why", why.to_string())])
}

fn words((text, words): Filled<'_>, language: Language) -> Span {
    let words: Vec<_> = words.into_iter().map(|(name, word)| (name, Span::Plain(word))).collect();
    Span::Plain(MessageBuilder::plain(language, text, &words))
}

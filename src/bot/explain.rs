//! Why something was not done, in an operator's language and without the shell's commands: pure, from the faults themselves.

use jiff::tz::TimeZone;

use super::language::Language;
use super::reply::{MessageBuilder, Span};
use super::state;
use super::text::Text;
use crate::desk::{DeskFault, ResolutionFault};
use crate::outbox::{Conflict, Refused, Stopped, UnknownReason};
use crate::plan::{Presence, Reason};
use crate::store::StoreFault;
use crate::telegram::CallFault;

/// Puts reasons in words.
#[derive(Clone, Debug)]
pub(super) struct Explain {
    /// In which language.
    pub(super) language: Language,
    /// In which zone times are told.
    pub(super) zone: TimeZone,
}

impl Explain {
    fn say(&self, text: Text, words: &[(&str, Span)]) -> Span {
        Span::plain(MessageBuilder::of(self.language, text, words).page().text.string)
    }

    fn just(&self, text: Text) -> Span {
        Span::plain(text.of(self.language))
    }

    /// Why an order was not carried out.
    pub(super) fn of_desk(&self, fault: &DeskFault) -> Span {
        match fault {
            DeskFault::Refused { refused, .. }
            | DeskFault::Store(StoreFault::Refused { refused, .. }) => self.of_rules(refused),
            DeskFault::Resolution(fault) => self.of_word(fault),
            DeskFault::NotInJournal { .. }
            | DeskFault::Stands { .. }
            | DeskFault::MayBeAnother { .. }
            | DeskFault::Gone(_) => self.just(Text::WhyStandsOtherwise),
            DeskFault::Posts(_) => self.just(Text::WhyFolder),
            DeskFault::OtherServer { .. }
            | DeskFault::OtherBot { .. }
            | DeskFault::NoMark(_)
            | DeskFault::ClockBehind { .. }
            | DeskFault::Store(_) => self.just(Text::WhyJournal),
        }
    }

    /// Why the rules do not allow something.
    fn of_rules(&self, refused: &Refused) -> Span {
        let text = match refused {
            Refused::InFlight { .. } => Text::WhyInFlight,
            Refused::SlotTaken { .. } => Text::WhySlotTaken,
            Refused::Posted { .. } | Refused::EarlierPart { .. } => Text::WhyPosted,
            Refused::NewerMessages => Text::WhyNewerMessages,
            Refused::ChannelPaused { .. } => Text::WhyChannelPaused,
            Refused::ChannelFrozen { until } => {
                let time = ("time", Span::plain(state::time(*until, &self.zone)));
                return self.say(Text::AskedToWait, &[time]);
            }
            Refused::TooEarly { until } => {
                let time = ("time", Span::plain(state::time(*until, &self.zone)));
                return self.say(Text::WhyTooEarly, &[time]);
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
        self.just(text)
    }

    /// Why an operator's word does not fit.
    fn of_word(&self, fault: &ResolutionFault) -> Span {
        match fault {
            ResolutionFault::NothingAsked { .. } => self.just(Text::WhyNothingAsked),
            ResolutionFault::NoMessage(typed) => {
                self.say(Text::WhyNoMessage, &[("typed", Span::plain(state::cut(typed)))])
            }
            ResolutionFault::OtherChannel { channel, .. } => {
                self.say(Text::WhyOtherChannel, &[("channel", Span::plain(channel))])
            }
        }
    }

    /// What is known of a post in the chat that its channel was before.
    pub(super) fn of_presence(presence: Presence) -> Text {
        match presence {
            Presence::Published => Text::WhyOtherChat,
            Presence::InDoubt => Text::WhyMayBeInOtherChat,
            Presence::Waits => Text::WhyWaitsElsewhere,
        }
    }

    /// Why a published post cannot be edited.
    pub(super) fn of_plan(&self, reason: &Reason) -> Span {
        let text = match reason {
            Reason::NotWhole => Text::WhyNotWhole,
            Reason::TooOld { messages } => {
                return self.say(Text::WhyTooOld, &[("count", Span::plain(messages))]);
            }
            Reason::NewerMessages => Text::WhyNewerParts,
            Reason::NoEdit(_) => Text::WhyNoEdit,
            Reason::Together(_) => Text::TogetherWhy,
            Reason::Elsewhere { presence, .. } => Self::of_presence(*presence),
            Reason::ChannelMoved => Text::WhyWaitsElsewhere,
            Reason::MovedFrom { old, .. } | Reason::TakesOver { old, .. } => {
                return self.say(Text::WhyMoved, &[("post", Span::plain(state::names(old)))]);
            }
            Reason::MovedTo { new, .. } => {
                return self.say(Text::WhyMoved, &[("post", Span::plain(new))]);
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
        self.just(text)
    }

    /// Why a change of a published message was not made.
    pub(super) fn of_conflict(&self, conflict: Conflict, description: &str) -> Span {
        match conflict {
            Conflict::Vanished => self.just(Text::WhyVanished),
            Conflict::Refused(_) => {
                self.say(Text::WhyTelegramSays, &[("why", Span::plain(description))])
            }
            Conflict::GaveUp => self.just(Text::HeldExhausted),
            Conflict::Unanswered => self.just(Text::EditUnanswered),
        }
    }

    /// Why nothing goes out. Who paused everything is named as he was then.
    pub(super) fn of_stop(&self, stopped: &Stopped) -> Span {
        match stopped {
            Stopped::Paused(who) => Span::plain(who),
            Stopped::Refused(why) => self.say(Text::WhyTelegramSays, &[("why", Span::plain(why))]),
            Stopped::Restored(_) => self.just(Text::WhyRestored),
        }
    }

    /// Why Telegram did not do what it was asked for. Its own words are put in as they are.
    pub(super) fn of_call(&self, fault: &CallFault) -> Span {
        match fault {
            CallFault::NoConnection(_) => self.just(Text::WhyNoConnection),
            CallFault::Wait { .. } => self.just(Text::WhyAskedToWait),
            CallFault::Refused { description, .. } => {
                self.say(Text::WhyTelegramSays, &[("why", Span::plain(description))])
            }
            CallFault::Unclear { reason, .. } => self.of_unknown(Some(*reason)),
        }
    }

    /// What came instead of an answer.
    pub(super) fn of_unknown(&self, reason: Option<UnknownReason>) -> Span {
        self.just(match reason {
            Some(UnknownReason::TimedOut) => Text::WhyTimedOut,
            Some(UnknownReason::ConnectionLost) => Text::WhyConnectionLost,
            Some(UnknownReason::Unreadable | UnknownReason::NoMessageId) => Text::WhyUnreadable,
            Some(UnknownReason::TooLong) => Text::WhyTooLong,
            Some(UnknownReason::ServerError) => Text::WhyServerError,
            Some(UnknownReason::PartlyRefused) => Text::WhyPartlyRefused,
            Some(UnknownReason::UnlistedRefusal) => Text::WhyUnknownRefusal,
            Some(UnknownReason::Stopped | UnknownReason::Unrecordable) | None => Text::WhyNoAnswer,
        })
    }
}

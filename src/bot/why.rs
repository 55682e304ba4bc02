//! Why something was not done, in an operator's language and without the shell's commands: pure, from the faults themselves.

use jiff::tz::TimeZone;

use super::language::Language;
use super::page::{Speech, Word};
use super::phrase::Phrase;
use super::state;
use crate::desk::{DeskFault, ResolutionFault};
use crate::outbox::{Conflict, Refused, Stopped, UnknownReason};
use crate::plan::{Presence, Reason};
use crate::store::StoreFault;
use crate::telegram::CallFault;

/// Puts reasons in words.
#[derive(Clone, Debug)]
pub(super) struct Why {
    /// In which language.
    pub(super) language: Language,
    /// In which zone times are told.
    pub(super) zone: TimeZone,
}

impl Why {
    fn say(&self, phrase: Phrase, words: &[(&str, Word)]) -> Word {
        Word::plain(Speech::of(self.language, phrase, words).page().text.string)
    }

    fn just(&self, phrase: Phrase) -> Word {
        Word::plain(phrase.of(self.language))
    }

    /// Why an order was not carried out.
    pub(super) fn of_desk(&self, fault: &DeskFault) -> Word {
        match fault {
            DeskFault::Refused { refused, .. }
            | DeskFault::Store(StoreFault::Refused { refused, .. }) => self.of_rules(refused),
            DeskFault::Resolution(fault) => self.of_word(fault),
            DeskFault::NotInJournal { .. }
            | DeskFault::Stands { .. }
            | DeskFault::MayBeAnother { .. }
            | DeskFault::Gone(_) => self.just(Phrase::WhyStandsOtherwise),
            DeskFault::Posts(_) => self.just(Phrase::WhyFolder),
            DeskFault::OtherServer { .. }
            | DeskFault::OtherBot { .. }
            | DeskFault::NoMark(_)
            | DeskFault::ClockBehind { .. }
            | DeskFault::Store(_) => self.just(Phrase::WhyJournal),
        }
    }

    /// Why the rules do not allow something.
    fn of_rules(&self, refused: &Refused) -> Word {
        let phrase = match refused {
            Refused::InFlight { .. } => Phrase::WhyInFlight,
            Refused::SlotTaken { .. } => Phrase::WhySlotTaken,
            Refused::Posted { .. } | Refused::EarlierPart { .. } => Phrase::WhyPosted,
            Refused::NewerMessages => Phrase::WhyNewerMessages,
            Refused::ChannelPaused { .. } => Phrase::WhyChannelPaused,
            Refused::ChannelFrozen { until } => {
                let time = ("time", Word::plain(state::time(*until, &self.zone)));
                return self.say(Phrase::AskedToWait, &[time]);
            }
            Refused::TooEarly { until } => {
                let time = ("time", Word::plain(state::time(*until, &self.zone)));
                return self.say(Phrase::WhyTooEarly, &[time]);
            }
            Refused::ChannelBusy { .. } => Phrase::WhyChannelBusy,
            Refused::Together => Phrase::WaitsTogether,
            Refused::Approvals { .. } => Phrase::HeldApprovals,
            Refused::BuiltUpon { .. } => Phrase::WhyBuiltUpon,
            Refused::OwnApproval => Phrase::WhyOwnApproval,
            Refused::Stopped { .. } => Phrase::WhyStopped,
            Refused::MessageIds { .. } => Phrase::WhyNotItsMessage,
            Refused::Parts => Phrase::WhyParts,
            Refused::Expired => Phrase::HeldExpired,
            Refused::Exhausted { .. } => Phrase::HeldExhausted,
            Refused::NothingToDo
            | Refused::WrongState { .. }
            | Refused::WrongPart { .. }
            | Refused::NoPart { .. }
            | Refused::OtherContent
            | Refused::KeyTaken { .. }
            | Refused::Recorded => Phrase::WhyStandsOtherwise,
            Refused::OtherChannel { .. }
            | Refused::ClockUntrusted
            | Refused::NoLock
            | Refused::OtherAttempt { .. }
            | Refused::AttemptTaken { .. }
            | Refused::OtherOwner { .. }
            | Refused::OwnerIsHere { .. }
            | Refused::NotAPerson { .. }
            | Refused::Broken(_) => Phrase::WhyMachine,
        };
        self.just(phrase)
    }

    /// Why an operator's word does not fit.
    fn of_word(&self, fault: &ResolutionFault) -> Word {
        match fault {
            ResolutionFault::NothingAsked { .. } => self.just(Phrase::WhyNothingAsked),
            ResolutionFault::NoMessage(typed) => {
                self.say(Phrase::WhyNoMessage, &[("typed", Word::plain(state::cut(typed)))])
            }
            ResolutionFault::OtherChannel { channel, .. } => {
                self.say(Phrase::WhyOtherChannel, &[("channel", Word::plain(channel))])
            }
        }
    }

    /// What is known of a post in the chat that its channel was before.
    pub(super) fn of_presence(presence: Presence) -> Phrase {
        match presence {
            Presence::Published => Phrase::WhyOtherChat,
            Presence::InDoubt => Phrase::WhyMayBeInOtherChat,
            Presence::Waits => Phrase::WhyWaitsElsewhere,
        }
    }

    /// Why a published post cannot be edited.
    pub(super) fn of_plan(&self, reason: &Reason) -> Word {
        let phrase = match reason {
            Reason::NotWhole => Phrase::WhyNotWhole,
            Reason::TooOld { messages } => {
                return self.say(Phrase::WhyTooOld, &[("count", Word::plain(messages))]);
            }
            Reason::NewerMessages => Phrase::WhyNewerParts,
            Reason::NoEdit(_) => Phrase::WhyNoEdit,
            Reason::Together(_) => Phrase::TogetherWhy,
            Reason::Elsewhere { presence, .. } => Self::of_presence(*presence),
            Reason::ChannelMoved => Phrase::WhyWaitsElsewhere,
            Reason::MovedFrom { old, .. } | Reason::TakesOver { old, .. } => {
                return self.say(Phrase::WhyMoved, &[("post", Word::plain(state::names(old)))]);
            }
            Reason::MovedTo { new, .. } => {
                return self.say(Phrase::WhyMoved, &[("post", Word::plain(new))]);
            }
            Reason::UnderWay(_) => Phrase::WhyUnderWay,
            Reason::Changing(_) => Phrase::EditUnderWay,
            Reason::Waits(_) | Reason::KeptBack(_) => Phrase::WaitsWhy,
            Reason::Failed(_) => Phrase::StateFailed,
            Reason::ChangedSinceOrdered => Phrase::HeldChanged,
            Reason::Broken => Phrase::StateBroken,
            Reason::Draft | Reason::BecameDraft => Phrase::IsDraft,
            Reason::Withdrawn(_) => Phrase::WithdrawnWhy,
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
            | Reason::Pruned => Phrase::WhyStandsOtherwise,
        };
        self.just(phrase)
    }

    /// Why a change of a published message was not made.
    pub(super) fn of_conflict(&self, conflict: Conflict, description: &str) -> Word {
        match conflict {
            Conflict::Vanished => self.just(Phrase::WhyVanished),
            Conflict::Refused(_) => {
                self.say(Phrase::WhyTelegramSays, &[("why", Word::plain(description))])
            }
            Conflict::GaveUp => self.just(Phrase::HeldExhausted),
            Conflict::Unanswered => self.just(Phrase::EditUnanswered),
        }
    }

    /// Why nothing goes out. Who paused everything is named as he was then.
    pub(super) fn of_stop(&self, stopped: &Stopped) -> Word {
        match stopped {
            Stopped::Paused(who) => Word::plain(who),
            Stopped::Refused(why) => {
                self.say(Phrase::WhyTelegramSays, &[("why", Word::plain(why))])
            }
            Stopped::Restored(_) => self.just(Phrase::WhyRestored),
        }
    }

    /// Why Telegram did not do what it was asked for. Its own words are put in as they are.
    pub(super) fn of_call(&self, fault: &CallFault) -> Word {
        match fault {
            CallFault::NoConnection(_) => self.just(Phrase::WhyNoConnection),
            CallFault::Wait { .. } => self.just(Phrase::WhyAskedToWait),
            CallFault::Refused { description, .. } => {
                self.say(Phrase::WhyTelegramSays, &[("why", Word::plain(description))])
            }
            CallFault::Unclear { reason, .. } => self.of_unknown(Some(*reason)),
        }
    }

    /// What came instead of an answer.
    pub(super) fn of_unknown(&self, reason: Option<UnknownReason>) -> Word {
        self.just(match reason {
            Some(UnknownReason::TimedOut) => Phrase::WhyTimedOut,
            Some(UnknownReason::ConnectionLost) => Phrase::WhyConnectionLost,
            Some(UnknownReason::Unreadable | UnknownReason::NoMessageId) => Phrase::WhyUnreadable,
            Some(UnknownReason::TooLong) => Phrase::WhyTooLong,
            Some(UnknownReason::ServerError) => Phrase::WhyServerError,
            Some(UnknownReason::PartlyRefused) => Phrase::WhyPartlyRefused,
            Some(UnknownReason::UnlistedRefusal) => Phrase::WhyUnknownRefusal,
            Some(UnknownReason::Stopped | UnknownReason::Unrecordable) | None => {
                Phrase::WhyNoAnswer
            }
        })
    }
}

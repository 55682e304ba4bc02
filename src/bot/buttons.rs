//! What stands behind each button: a number nobody can guess leads to one deed of one person, once and for a while.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use crate::config::Role;
use crate::ids::ChannelName;
use crate::ids::PostId;
use crate::outbox::{AttemptId, PayloadHash, PublicationId, Resolution};

/// How long a button does what it says. After that what it was about may look different.
pub const LIFE: Duration = Duration::from_mins(10);

/// How long a button that does nothing any more is known: until then it leads to a fresh card.
const MEMORY: Duration = Duration::from_hours(48);

/// Buttons that are remembered.
const MOST: usize = 50_000;

/// A post as it was shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Of each channel the hash of what goes there.
    pub content: BTreeMap<ChannelName, PayloadHash>,
    /// Channels from which a person has taken it back: it comes back only where that was seen.
    pub taken_back: BTreeSet<ChannelName>,
}

/// Which posts a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Filter {
    /// All.
    #[default]
    All,
    /// Those that wait for their time or a person.
    Waiting,
    /// Those that stand in a channel.
    Published,
    /// Those that need a hand.
    Problems,
}

/// When something is to go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Time {
    /// At once.
    Now,
    /// In the channel's next free slot.
    Slot,
    /// At a time as people type it.
    Typed(String),
}

/// What a person is asked about: a part, from 0, and its last attempt. Another attempt is another question.
pub type Asked = (usize, Option<AttemptId>);

/// What a button does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Shows a page of the list.
    List {
        /// Which of them.
        filter: Filter,
        /// Those that match these words.
        query: String,
        /// From which page, counted from 0.
        page: usize,
    },
    /// Shows a page of what waits.
    Queue {
        /// Which page, counted from 0.
        page: usize,
    },
    /// Shows the posts that a command can act on.
    Choose {
        /// The command's name.
        command: &'static str,
        /// Which page, counted from 0.
        page: usize,
    },
    /// Shows a post's card.
    Card(PostId),
    /// Sends a post as it will look.
    Preview(PostId),
    /// Lets it go out as it was shown.
    Put {
        /// Which post.
        post: PostId,
        /// As what.
        shown: Shown,
        /// When.
        time: Time,
    },
    /// Says no to what somebody has proposed.
    Decline {
        /// The proposal's number.
        proposal: u64,
        /// Which post.
        post: PostId,
    },
    /// Approves exactly what was shown.
    Approve {
        /// Which post.
        post: PostId,
        /// As what.
        shown: Shown,
    },
    /// Shows times to choose from.
    Times {
        /// Which post.
        post: PostId,
        /// As what.
        shown: Shown,
    },
    /// Takes it off the schedule.
    Cancel(PostId),
    /// Lets a held one go on as it was shown.
    Release {
        /// Which post.
        post: PostId,
        /// As what.
        shown: Shown,
    },
    /// Goes on with a refused one as it was shown.
    Retry {
        /// Which post.
        post: PostId,
        /// As what.
        shown: Shown,
    },
    /// Shows what an edit would change, and asks.
    AskUpdate(PostId),
    /// Edits the published messages as was shown.
    Update {
        /// Which post.
        post: PostId,
        /// As what.
        shown: Shown,
    },
    /// Asks once more before it is deleted.
    AskDelete(PostId),
    /// Asks once more whether these are to be deleted.
    SureDelete(PostId, Vec<PublicationId>),
    /// Deletes them.
    Delete(PostId, Vec<PublicationId>),
    /// Stops a channel, or everything.
    Pause(Option<ChannelName>),
    /// Lets it go on.
    Resume(Option<ChannelName>),
    /// Decides what evidence does not tell: of which publication, and of which attempt that was.
    Decide(PublicationId, Asked, Resolution),
    /// Takes back that a message is its.
    TakeBack(PublicationId),
    /// Carries out a line that came too late to be carried out by itself.
    Run(String),
    /// Takes the buttons away.
    Close,
}

impl Action {
    /// The beginning of a list.
    #[must_use]
    pub fn list(filter: Filter) -> Self {
        Self::List { filter, query: String::new(), page: 0 }
    }

    /// The post that it is about, whose card is offered where the button is too old.
    #[must_use]
    pub fn post(&self) -> Option<&PostId> {
        match self {
            Self::Card(post)
            | Self::Preview(post)
            | Self::Put { post, .. }
            | Self::Decline { post, .. }
            | Self::Times { post, .. }
            | Self::Approve { post, .. }
            | Self::Cancel(post)
            | Self::Release { post, .. }
            | Self::Retry { post, .. }
            | Self::Update { post, .. }
            | Self::AskUpdate(post)
            | Self::AskDelete(post)
            | Self::SureDelete(post, _)
            | Self::Delete(post, _) => Some(post),
            Self::List { .. }
            | Self::Queue { .. }
            | Self::Choose { .. }
            | Self::Pause(_)
            | Self::Resume(_)
            | Self::Decide(..)
            | Self::TakeBack(_)
            | Self::Run(_)
            | Self::Close => None,
        }
    }

    /// The role that may do it.
    #[must_use]
    pub fn needs(&self) -> Role {
        match self {
            Self::Decline { .. }
            | Self::Cancel(_)
            | Self::Release { .. }
            | Self::Retry { .. }
            | Self::Approve { .. }
            | Self::AskUpdate(_)
            | Self::Update { .. } => Role::Publisher,
            Self::AskDelete(_)
            | Self::SureDelete(..)
            | Self::Delete(..)
            | Self::Pause(_)
            | Self::Resume(_)
            | Self::Decide(..)
            | Self::TakeBack(_) => Role::Admin,
            // What an editor orders becomes a proposal; a line is looked at as such.
            Self::List { .. }
            | Self::Queue { .. }
            | Self::Choose { .. }
            | Self::Card(_)
            | Self::Preview(_)
            | Self::Put { .. }
            | Self::Times { .. }
            | Self::Run(_)
            | Self::Close => Role::Editor,
        }
    }

    /// Whether it may be done late: it only shows something, says no, or is a line that means what it means when it is
    /// pressed.
    #[must_use]
    pub fn may_wait(&self) -> bool {
        matches!(
            self,
            Self::List { .. }
                | Self::Queue { .. }
                | Self::Choose { .. }
                | Self::Card(_)
                | Self::Preview(_)
                | Self::Run(_)
                | Self::Decline { .. }
                | Self::Close
        )
    }
}

/// What came of a press.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Click {
    /// It is done now.
    Action(Action),
    /// A button of the same message was pressed before.
    Used,
    /// It is too old.
    Old(Action),
    /// Nothing of ours, or somebody else's.
    Unknown,
}

/// The buttons that were shown.
#[derive(Debug, Default)]
pub struct Buttons {
    known: HashMap<String, Known>,
    /// By card, the keys of its buttons.
    cards: BTreeMap<u64, (Duration, Vec<String>)>,
    last: u64,
}

/// A button that was shown.
#[derive(Debug)]
struct Known {
    user: i64,
    card: u64,
    action: Action,
    used: bool,
}

impl Buttons {
    /// A new card of a person, made `now`: the time since the beginning.
    pub fn card(&mut self, now: Duration) -> u64 {
        while let Some(entry) = self.cards.first_entry() {
            if now.saturating_sub(entry.get().0) < MEMORY && self.known.len() < MOST {
                break;
            }
            for key in entry.remove().1 {
                self.known.remove(&key);
            }
        }
        self.last += 1;
        self.cards.insert(self.last, (now, Vec::new()));
        self.last
    }

    /// A button of a card; `secret` are 128 bits that nobody can guess. Returns what the button sends.
    pub fn add(&mut self, card: u64, user: i64, action: Action, secret: [u8; 16]) -> String {
        let key = format!("{:032x}", u128::from_be_bytes(secret));
        if let Some((_, keys)) = self.cards.get_mut(&card) {
            keys.push(key.clone());
        }
        self.known.insert(key.clone(), Known { user, card, action, used: false });
        key
    }

    /// Takes what a person's press sent.
    pub fn take(&mut self, user: i64, data: &str, now: Duration) -> Click {
        let Some(known) = self.known.get(data).filter(|known| known.user == user) else {
            return Click::Unknown;
        };
        let action = known.action.clone();
        let Some((made, keys)) = self.cards.get(&known.card) else { return Click::Unknown };
        if known.used {
            return Click::Used;
        }
        if now.saturating_sub(*made) >= LIFE && !action.may_wait() {
            return Click::Old(action);
        }
        // A preview comes below the card, which stays as it is.
        if !matches!(action, Action::Preview(_)) {
            for key in keys {
                if let Some(sibling) = self.known.get_mut(key) {
                    sibling.used = true;
                }
            }
        }
        Click::Action(action)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    fn post() -> PostId {
        PostId::parse("a").unwrap()
    }

    #[test]
    fn a_button_does_one_thing_for_one_person_once_and_in_time() {
        let mut buttons = Buttons::default();
        let card = buttons.card(MINUTE);
        let publish = buttons.add(card, 111, Action::Cancel(post()), [1; 16]);
        let other = buttons.add(card, 111, Action::Delete(post(), Vec::new()), [2; 16]);
        assert_eq!(publish.len(), 32);
        assert_eq!(buttons.take(222, &publish, MINUTE), Click::Unknown);
        assert_eq!(buttons.take(111, "no such", MINUTE), Click::Unknown);
        assert_eq!(buttons.take(111, &publish, MINUTE * 2), Click::Action(Action::Cancel(post())));
        assert_eq!(buttons.take(111, &publish, MINUTE * 2), Click::Used);
        // The message has changed with the press: its other buttons are of yesterday.
        assert_eq!(buttons.take(111, &other, MINUTE * 2), Click::Used);
    }

    #[test]
    fn what_shows_something_below_a_card_leaves_its_buttons() {
        let mut buttons = Buttons::default();
        let card = buttons.card(MINUTE);
        let preview = buttons.add(card, 111, Action::Preview(post()), [1; 16]);
        let cancel = buttons.add(card, 111, Action::Cancel(post()), [2; 16]);
        for _ in 0..2 {
            assert_eq!(buttons.take(111, &preview, MINUTE), Click::Action(Action::Preview(post())));
        }
        assert_eq!(buttons.take(111, &cancel, MINUTE), Click::Action(Action::Cancel(post())));
        assert_eq!(buttons.take(111, &preview, MINUTE), Click::Used);
    }

    #[test]
    fn an_old_button_does_nothing_but_show() {
        let mut buttons = Buttons::default();
        let card = buttons.card(MINUTE);
        let delete = buttons.add(card, 111, Action::Delete(post(), Vec::new()), [1; 16]);
        let late = MINUTE + LIFE;
        assert_eq!(
            buttons.take(111, &delete, late),
            Click::Old(Action::Delete(post(), Vec::new()))
        );
        let card = buttons.card(MINUTE);
        let show = buttons.add(card, 111, Action::Card(post()), [3; 16]);
        assert_eq!(buttons.take(111, &show, late), Click::Action(Action::Card(post())));
        buttons.card(MINUTE + MEMORY);
        assert_eq!(buttons.take(111, &delete, MINUTE + MEMORY), Click::Unknown);
    }
}

//! The bot's buttons: an unguessable key leads to one action of one person, once and for a limited time.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use crate::config::Role;
use crate::draft::BodyPlace;
use crate::ids::ChannelName;
use crate::ids::PostId;
use crate::outbox::{AttemptId, PayloadHash, PublicationId, Resolution};

/// How long a button works. After that, what it shows may be out of date.
pub const BUTTON_LIFETIME: Duration = Duration::from_mins(10);

/// How long an expired button is remembered: until then it shows the current state.
const EXPIRED_BUTTON_MEMORY: Duration = Duration::from_hours(48);

/// The most buttons that are remembered.
const MAX_BUTTONS: usize = 50_000;

/// A post as it was shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeenPost {
    /// By channel, the hash of its content.
    pub content: BTreeMap<ChannelName, PayloadHash>,
    /// Channels where a person has withdrawn it: it is published again only if that was shown.
    pub withdrawn: BTreeSet<ChannelName>,
}

/// Which posts a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Filter {
    /// All posts.
    #[default]
    All,
    /// Posts that wait for their time or a decision.
    Waiting,
    /// Posts that are in a channel.
    Published,
    /// Posts that need a decision or have errors.
    Problems,
}

/// When to publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ButtonTime {
    /// Now.
    Now,
    /// In the channel's next free slot.
    Slot,
    /// At a time, as a person typed it.
    Typed(String),
}

/// The part that an operator is asked about, from 0, and its last attempt: another attempt is another question.
pub type QuestionKey = (usize, Option<AttemptId>);

/// What a button does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Shows a page of the list.
    List {
        /// Which posts.
        filter: Filter,
        /// Words that they match.
        query: String,
        /// Which page, counted from 0.
        page: usize,
    },
    /// Shows a page of the queue.
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
    /// Does something with a post.
    Post(PostId, PostAction),
    /// Does something with a draft of the inbox.
    Draft(Box<DraftAction>),
    /// Pauses a channel, or everything.
    Pause(Option<ChannelName>),
    /// Resumes a channel, or everything.
    Resume(Option<ChannelName>),
    /// Records what an operator says about an outcome that evidence does not settle.
    Resolve(PublicationId, QuestionKey, Resolution),
    /// Undoes the decision that a message belongs to the publication.
    UndoResolution(PublicationId),
    /// Runs a command that arrived too late to run by itself.
    Run(String),
    /// Removes the buttons.
    Close,
}

/// What a button does with a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PostAction {
    /// Shows its card.
    Card,
    /// Sends it as readers will see it.
    Preview,
    /// Publishes it as it was shown, at that time.
    Publish(SeenPost, ButtonTime),
    /// Shows times to choose from.
    ChooseTime(SeenPost),
    /// Declines the proposal with this number.
    Decline(u64),
    /// Approves exactly what was shown.
    Approve(SeenPost),
    /// Takes it off the schedule.
    Cancel,
    /// Releases a held post as it was shown.
    Release(SeenPost),
    /// Tries a refused post again as it was shown.
    Retry(SeenPost),
    /// Shows what an edit would change, and asks.
    AskEdit,
    /// Edits the published messages as was shown.
    Edit(SeenPost),
    /// Asks whether to delete it.
    AskDelete,
    /// Asks once more whether to delete these.
    ConfirmDelete(Vec<PublicationId>),
    /// Deletes these.
    Delete(Vec<PublicationId>),
    /// Deletes these soon after they were published.
    TakeBack(Vec<PublicationId>),
    /// Closes the polls of these.
    ClosePoll(Vec<PublicationId>),
    /// Releases these comments, or tries them again.
    ResumeComments(PublicationId),
    /// Leaves these comments out.
    CancelComments(PublicationId),
}

/// A draft as it was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownDraft {
    /// The hash of its file.
    pub source: PayloadHash,
    /// What it would send.
    pub content: SeenPost,
}

/// What a button does with a draft, or with the body of any post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftAction {
    /// The post.
    pub post: PostId,
    /// The file as it was shown.
    pub shown: ShownDraft,
    /// What to do.
    pub kind: DraftActionKind,
}

/// What a button does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DraftActionKind {
    /// Takes `draft` out of the file and publishes it at that time; what an editor publishes becomes a proposal.
    Publish(ButtonTime),
    /// Shows times to choose from.
    ChooseTime,
    /// Shows the channels, these chosen.
    ChooseChannels(Vec<ChannelName>),
    /// Writes the channels into the file.
    SetChannels(Vec<ChannelName>),
    /// Asks whether to remove it.
    AskDiscard,
    /// Removes the file.
    Discard,
    /// Writes another body into the file.
    Correct(BodyPlace, String),
}

impl DraftAction {
    /// A button's action on a draft that was shown.
    #[must_use]
    pub fn of(post: &PostId, shown: &ShownDraft, kind: DraftActionKind) -> Action {
        Action::Draft(Box::new(Self { post: post.clone(), shown: shown.clone(), kind }))
    }
}

impl PostAction {
    /// The action on this post.
    #[must_use]
    pub fn of(self, post: &PostId) -> Action {
        Action::Post(post.clone(), self)
    }
}

impl Action {
    /// The first page of a list.
    #[must_use]
    pub fn list(filter: Filter) -> Self {
        Self::List { filter, query: String::new(), page: 0 }
    }

    /// The role that may do it.
    #[must_use]
    pub fn needs(&self) -> Role {
        use PostAction as P;
        match self {
            Self::Post(
                _,
                P::Decline(_)
                | P::Cancel
                | P::Release(_)
                | P::Retry(_)
                | P::Approve(_)
                | P::AskEdit
                | P::Edit(_)
                | P::TakeBack(_)
                | P::ClosePoll(_)
                | P::ResumeComments(_)
                | P::CancelComments(_),
            ) => Role::Publisher,
            Self::Post(_, P::AskDelete | P::ConfirmDelete(_) | P::Delete(_))
            | Self::Pause(_)
            | Self::Resume(_)
            | Self::Resolve(..)
            | Self::UndoResolution(_) => Role::Admin,
            // What an editor publishes becomes a proposal; a command, and the correction of a post, check the role themselves.
            Self::Draft(_)
            | Self::Post(_, P::Card | P::Preview | P::Publish(..) | P::ChooseTime(_))
            | Self::List { .. }
            | Self::Queue { .. }
            | Self::Choose { .. }
            | Self::Run(_)
            | Self::Close => Role::Editor,
        }
    }

    /// Whether it may be done late: it only shows something, declines, or is a command that means what it says when the
    /// button is pressed.
    #[must_use]
    pub fn may_wait(&self) -> bool {
        use PostAction as P;
        matches!(
            self,
            Self::List { .. }
                | Self::Queue { .. }
                | Self::Choose { .. }
                | Self::Post(_, P::Card | P::Preview | P::Decline(_))
                | Self::Run(_)
                | Self::Close
        )
    }
}

/// What a press of a button leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Click {
    /// Its action.
    Action(Action),
    /// A button of the same message was already pressed.
    Used,
    /// It has expired.
    Old(Action),
    /// It is unknown, or another person's.
    Unknown,
}

/// The buttons that were shown.
#[derive(Debug, Default)]
pub struct Buttons {
    known: HashMap<String, ShownButton>,
    /// By message, when it was made, and the keys of its buttons.
    cards: BTreeMap<u64, (Duration, Vec<String>)>,
    last: u64,
}

#[derive(Debug)]
struct ShownButton {
    user: i64,
    card: u64,
    action: Action,
    used: bool,
}

impl Buttons {
    /// A new message of buttons, at this monotonic time since start.
    pub fn card(&mut self, now: Duration) -> u64 {
        while let Some(entry) = self.cards.first_entry() {
            if now.saturating_sub(entry.get().0) < EXPIRED_BUTTON_MEMORY
                && self.known.len() < MAX_BUTTONS
            {
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

    /// Adds a button; `secret` is 128 random bits. Returns the key that a press sends.
    pub fn add(&mut self, card: u64, user: i64, action: Action, secret: [u8; 16]) -> String {
        let key = format!("{:032x}", u128::from_be_bytes(secret));
        if let Some((_, keys)) = self.cards.get_mut(&card) {
            keys.push(key.clone());
        }
        self.known.insert(key.clone(), ShownButton { user, card, action, used: false });
        key
    }

    /// What a person's press of this key leads to.
    pub fn take(&mut self, user: i64, data: &str, now: Duration) -> Click {
        let Some(known) = self.known.get(data).filter(|known| known.user == user) else {
            return Click::Unknown;
        };
        let action = known.action.clone();
        let Some((made, keys)) = self.cards.get(&known.card) else { return Click::Unknown };
        if known.used {
            return Click::Used;
        }
        if now.saturating_sub(*made) >= BUTTON_LIFETIME && !action.may_wait() {
            return Click::Old(action);
        }
        // A preview appears below the message, whose other buttons keep working.
        if !matches!(action, Action::Post(_, PostAction::Preview)) {
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
    fn button_works_once_in_time_for_one_person() {
        let mut buttons = Buttons::default();
        let card = buttons.card(MINUTE);
        let publish = buttons.add(card, 111, PostAction::Cancel.of(&post()), [1; 16]);
        let other = buttons.add(card, 111, PostAction::Delete(Vec::new()).of(&post()), [2; 16]);
        assert_eq!(publish.len(), 32);
        assert_eq!(buttons.take(222, &publish, MINUTE), Click::Unknown);
        assert_eq!(buttons.take(111, "no such", MINUTE), Click::Unknown);
        assert_eq!(
            buttons.take(111, &publish, MINUTE * 2),
            Click::Action(PostAction::Cancel.of(&post()))
        );
        assert_eq!(buttons.take(111, &publish, MINUTE * 2), Click::Used);
        // The press has changed the message, so its other buttons no longer work.
        assert_eq!(buttons.take(111, &other, MINUTE * 2), Click::Used);
    }

    #[test]
    fn comments_need_a_publisher() {
        let id = PublicationId(1);
        for action in [PostAction::ResumeComments(id), PostAction::CancelComments(id)] {
            assert_eq!(action.of(&post()).needs(), Role::Publisher);
        }
    }

    #[test]
    fn preview_keeps_the_other_buttons() {
        let mut buttons = Buttons::default();
        let card = buttons.card(MINUTE);
        let preview = buttons.add(card, 111, PostAction::Preview.of(&post()), [1; 16]);
        let cancel = buttons.add(card, 111, PostAction::Cancel.of(&post()), [2; 16]);
        for _ in 0..2 {
            assert_eq!(
                buttons.take(111, &preview, MINUTE),
                Click::Action(PostAction::Preview.of(&post()))
            );
        }
        assert_eq!(
            buttons.take(111, &cancel, MINUTE),
            Click::Action(PostAction::Cancel.of(&post()))
        );
        assert_eq!(buttons.take(111, &preview, MINUTE), Click::Used);
    }

    #[test]
    fn expired_button_only_shows_something() {
        let mut buttons = Buttons::default();
        let card = buttons.card(MINUTE);
        let delete = buttons.add(card, 111, PostAction::Delete(Vec::new()).of(&post()), [1; 16]);
        let late = MINUTE + BUTTON_LIFETIME;
        assert_eq!(
            buttons.take(111, &delete, late),
            Click::Old(PostAction::Delete(Vec::new()).of(&post()))
        );
        let card = buttons.card(MINUTE);
        let show = buttons.add(card, 111, PostAction::Card.of(&post()), [3; 16]);
        assert_eq!(buttons.take(111, &show, late), Click::Action(PostAction::Card.of(&post())));
        buttons.card(MINUTE + EXPIRED_BUTTON_MEMORY);
        assert_eq!(buttons.take(111, &delete, MINUTE + EXPIRED_BUTTON_MEMORY), Click::Unknown);
    }
}

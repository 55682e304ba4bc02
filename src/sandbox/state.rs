//! The state of the sandbox's Telegram: chats, messages and updates; it knows no method, no clock and no network.

use std::collections::BTreeMap;

use serde_json::Value;
use thiserror::Error;

use super::chat::{ChannelSeed, Chat, Discussion, Forwards, Membership};
use super::group::{Group, GroupKind};
use super::media::UploadedFiles;
use super::message::{Content, Message, Origin};
use super::params::Params;
use super::person::Person;
use super::poll::Poll;
use super::post_view::PostView;
use super::refusal::ApiRefusal;
use super::updates::Updates;
use crate::ids::ChatId;

/// The number of the first channel that the sandbox numbers itself; the next ones count down.
const FIRST_CHANNEL_ID: i64 = -1_001_000_000_001;

/// The same for basic groups.
const FIRST_BASIC_GROUP_ID: i64 = -4_000_000_001;

/// What a method does in a chat, which decides what the bot needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// A public channel needs no membership.
    Read,
    Edit,
    Write,
}

/// Why a chat of the sandbox, or a message in it, cannot be found, added or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ChatError {
    /// There is no such chat.
    #[error("there is no such chat")]
    Unknown,
    /// The chat has no such post.
    #[error("there is no such post")]
    NoPost,
    /// The chat is not a group.
    #[error("the chat is not a group")]
    NoGroup,
    /// The chat is not a basic group.
    #[error("the chat is not a basic group")]
    NoBasicGroup,
    /// Another channel has the number or the username.
    #[error("a chat with this number or username already exists")]
    Taken,
}

#[derive(Clone, Debug, Default)]
pub(super) struct State {
    chats: Vec<Chat>,
    pub(super) updates: Updates,
    /// The commands that a bot has set, by the JSON of their scope and by language.
    pub(super) commands: BTreeMap<(String, String), Value>,
    polls: u64,
    /// The files of media.
    pub(super) files: UploadedFiles,
    groups: u64,
    /// The address that gets the updates; empty: they are for `getUpdates`.
    pub(super) webhook: String,
}

impl State {
    /// Ignores a seed whose number or username is taken.
    pub(super) fn new(seeds: impl IntoIterator<Item = ChannelSeed>) -> Self {
        let mut state = Self::default();
        for seed in seeds {
            // The first of two seeds of one channel is kept.
            let _ = state.add_channel(seed);
        }
        state
    }

    /// Adds a channel; returns its number.
    pub(super) fn add_channel(&mut self, seed: ChannelSeed) -> Result<i64, ChatError> {
        let by_name = seed.username.as_ref().and_then(|name| self.find(&format!("@{name}")));
        let by_id = seed.id.and_then(|id| self.find(&id.to_string()));
        if by_name.or(by_id).is_some() {
            return Err(ChatError::Taken);
        }
        let is_basic = seed.group == Some(GroupKind::Basic);
        let id = seed.id.unwrap_or_else(|| self.next_id(is_basic));
        let channel = match &seed.discussion_of {
            Some(name) => Some(self.look_up(name).ok_or(ChatError::Unknown)?),
            None => None,
        };
        let discussion = channel.map(|channel| Discussion {
            channel: channel.id,
            seen: channel.messages.keys().next_back().copied().unwrap_or(0),
            forwards: Forwards::On,
        });
        let mut chat = Chat::new(id, seed);
        chat.discussion = discussion;
        self.chats.push(chat);
        Ok(id)
    }

    /// The number for a new chat. Basic groups have shorter numbers than other chats.
    fn next_id(&self, is_basic: bool) -> i64 {
        let first = if is_basic { FIRST_BASIC_GROUP_ID } else { FIRST_CHANNEL_ID };
        let is_alike = |id: &i64| ChatId::is_basic_group(*id) == is_basic;
        let lowest = self.chats.iter().map(|chat| chat.id).filter(is_alike).min().unwrap_or(0);
        lowest.saturating_sub(1).min(first)
    }

    /// Makes a basic group a supergroup, which is another chat; returns its number.
    pub(super) fn upgrade(&mut self, chat: &str) -> Result<i64, ChatError> {
        let to = self.next_id(false);
        let old = self.look_up_mut(chat).ok_or(ChatError::Unknown)?;
        let (title, membership) = (old.title.clone(), old.membership);
        let group = old.group.as_mut().filter(|group| group.kind == GroupKind::Basic);
        let group = group.ok_or(ChatError::NoBasicGroup)?;
        group.upgraded_to = Some(to);
        let permissions = group.permissions;
        let mut new = Chat::new(to, ChannelSeed::private(to, title).group(GroupKind::Supergroup));
        new.membership = membership;
        if let Some(group) = &mut new.group {
            group.permissions = permissions;
        }
        self.chats.push(new);
        Ok(to)
    }

    /// The group of this name or number.
    pub(super) fn group_mut(&mut self, chat: &str) -> Result<&mut Group, ChatError> {
        let chat = self.look_up_mut(chat).ok_or(ChatError::Unknown)?;
        chat.group.as_mut().ok_or(ChatError::NoGroup)
    }

    /// Adds a person, or replaces the one with the same id.
    pub(super) fn add_person(&mut self, person: Person) {
        if let Some(chat) = self.chats.iter_mut().find(|chat| chat.id == person.id) {
            chat.person = Some(person);
            return;
        }
        self.chats.push(Chat::private_chat(person));
    }

    /// The private chat of a person.
    pub(super) fn private_mut(&mut self, id: i64) -> Result<&mut Chat, ChatError> {
        let mut chats = self.chats.iter_mut();
        chats.find(|chat| chat.id == id && chat.person.is_some()).ok_or(ChatError::Unknown)
    }

    /// As [`Self::look_up`], mutable.
    pub(super) fn look_up_mut(&mut self, chat: &str) -> Option<&mut Chat> {
        let id = self.look_up(chat)?.id;
        self.chats.iter_mut().find(|chat| chat.id == id)
    }

    /// In the order in which they were added.
    pub(super) fn channels(&self) -> impl Iterator<Item = &Chat> {
        self.chats.iter().filter(|chat| chat.person.is_none())
    }

    /// The private chats, in the order in which they were added.
    pub(super) fn people(&self) -> impl Iterator<Item = &Chat> {
        self.chats.iter().filter(|chat| chat.person.is_some())
    }

    /// The chat with this number, `@username` or bare username.
    pub(super) fn look_up(&self, chat: &str) -> Option<&Chat> {
        self.find(chat).or_else(|| self.find(&format!("@{chat}")))
    }

    /// The discussion group of a channel.
    pub(super) fn discussion_of(&self, channel: i64) -> Option<&Chat> {
        let is_it = |chat: &&Chat| chat.discussion.is_some_and(|link| link.channel == channel);
        self.chats.iter().find(is_it)
    }

    /// Sets what happens to new posts of the channel whose discussion group this is.
    pub(super) fn set_forwards(
        &mut self,
        group: &str,
        forwards: Forwards,
    ) -> Result<(), ChatError> {
        let group = self.look_up_mut(group).ok_or(ChatError::Unknown)?;
        group.discussion.as_mut().ok_or(ChatError::Unknown)?.forwards = forwards;
        Ok(())
    }

    /// Copies new posts of channels into their discussion groups and pins the copies, and changes the copies of edited posts.
    /// Returns whether there are updates.
    pub(super) fn forward_posts(&mut self, now: i64) -> bool {
        let has_edits = self.edit_copies(now);
        self.copy_new_posts(now) || has_edits
    }

    /// Changes the copies of posts that were edited.
    fn edit_copies(&mut self, now: i64) -> bool {
        let mut edits = Vec::new();
        for group in &self.chats {
            let Some(link) = group.discussion else { continue };
            let channel = self.chats.iter().find(|chat| chat.id == link.channel);
            let copies = group.messages.values().filter(|message| message.is_automatic_forward);
            for copy in copies {
                let post = copy.origin.as_ref().and_then(|origin| {
                    channel.and_then(|channel| channel.messages.get(&origin.message_id))
                });
                if let Some(post) = post.filter(|post| post.content != copy.content) {
                    edits.push((group.id, copy.id, post.content.clone()));
                }
            }
        }
        let mut has_updates = false;
        for (group, copy, content) in edits {
            let Some(group) = self.chats.iter_mut().find(|chat| chat.id == group) else { continue };
            let change = group.next_change();
            let Some(copy) = group.messages.get_mut(&copy) else { continue };
            *copy = Message { content, edit_date: Some(now), change, ..copy.clone() };
            let copy = copy.clone();
            if group.has_bot() {
                self.updates.push("edited_message", copy.to_json(group));
                has_updates = true;
            }
        }
        has_updates
    }

    fn copy_new_posts(&mut self, now: i64) -> bool {
        let mut copies = Vec::new();
        for group in &self.chats {
            let Some(link) = group.discussion.filter(|link| link.forwards != Forwards::Late) else {
                continue;
            };
            let channel = self.chats.iter().find(|chat| chat.id == link.channel);
            let Some(channel) = channel else { continue };
            let new = channel
                .messages
                .range(link.seen + 1..)
                .map(|(_, message)| (message.clone(), Origin::of(channel, message)));
            copies.push((group.id, new.collect::<Vec<_>>()));
        }
        let mut has_updates = false;
        // An album has another id in the group.
        let mut albums: BTreeMap<(i64, String), String> = BTreeMap::new();
        for (group, new) in copies {
            let Some(group) = self.chats.iter_mut().find(|chat| chat.id == group) else { continue };
            for (message, origin) in new {
                let Some(link) = &mut group.discussion else { break };
                link.seen = message.id;
                if link.forwards == Forwards::Never {
                    continue;
                }
                let album = message.group.clone().map(|album| {
                    let id = albums.entry((group.id, album)).or_insert_with(|| {
                        self.groups += 1;
                        group_id(self.groups)
                    });
                    id.clone()
                });
                let copy = Message {
                    id: group.next_message_id(),
                    author: message.author,
                    date: now,
                    edit_date: None,
                    pinned: true,
                    origin: Some(origin),
                    group: album,
                    topic: None,
                    reply_to: None,
                    change: group.next_change(),
                    is_automatic_forward: true,
                    ..message
                };
                let update = copy.to_json(group);
                group.messages.insert(copy.id, copy);
                if group.has_bot() {
                    self.updates.push("message", update);
                    has_updates = true;
                }
            }
        }
        has_updates
    }

    /// What readers of `chat` see, oldest first; `None` when there is no such chat.
    pub(super) fn posts(&self, chat: &str) -> Option<Vec<PostView>> {
        let chat = self.look_up(chat)?;
        Some(chat.messages.values().map(|message| PostView::of(message, chat)).collect())
    }

    /// A new id for a poll, as Telegram writes it: a number in a string.
    pub(super) fn next_poll_id(&mut self) -> String {
        self.polls = self.polls.saturating_add(1);
        format!("{}", 5_300_000_000_000_000_000_u64.saturating_add(self.polls))
    }

    /// Changes a poll in all messages that show it.
    pub(super) fn change_poll(&mut self, id: &str, change: impl Fn(&mut Poll)) {
        self.polls_mut().filter(|poll| poll.id == id).for_each(change);
    }

    fn polls_mut(&mut self) -> impl Iterator<Item = &mut Poll> {
        let messages = self.chats.iter_mut().flat_map(|chat| chat.messages.values_mut());
        messages.filter_map(|message| message.content.poll.as_mut())
    }

    /// Closes the polls whose closing time has come, at `now` in seconds since 1970-01-01 UTC.
    pub(super) fn close_polls(&mut self, now: i64) {
        for poll in self.polls_mut() {
            poll.is_closed |= poll.content.close_date.is_some_and(|close| close <= now);
        }
    }

    pub(super) fn set_membership(
        &mut self,
        chat: &str,
        membership: Membership,
    ) -> Result<(), ChatError> {
        self.look_up_mut(chat).ok_or(ChatError::Unknown)?.membership = membership;
        Ok(())
    }

    /// Without a name the channel becomes private.
    pub(super) fn set_username(&mut self, chat: &str, name: Option<&str>) -> Result<(), ChatError> {
        let holder = name.and_then(|name| self.find(&format!("@{name}"))).map(|holder| holder.id);
        let chat = self.look_up_mut(chat).ok_or(ChatError::Unknown)?;
        if holder.is_some_and(|holder| holder != chat.id) {
            return Err(ChatError::Taken);
        }
        chat.username = name.map(str::to_owned);
        Ok(())
    }

    /// The chat of `chat_id`, if the bots have `access` to it.
    pub(super) fn chat(&self, chat_id: &str, access: Access) -> Result<&Chat, ApiRefusal> {
        if chat_id.is_empty() {
            return Err(ApiRefusal::NoChat);
        }
        let chat = self.find(chat_id).ok_or(ApiRefusal::ChatNotFound)?;
        allowed(chat, access)?;
        Ok(chat)
    }

    /// As [`Self::chat`], mutable.
    pub(super) fn chat_mut(
        &mut self,
        chat_id: &str,
        access: Access,
    ) -> Result<&mut Chat, ApiRefusal> {
        if chat_id.is_empty() {
            return Err(ApiRefusal::NoChat);
        }
        let found = self.chats.iter_mut().find(|chat| chat.is_called(chat_id));
        let chat = found.ok_or(ApiRefusal::ChatNotFound)?;
        allowed(chat, access)?;
        Ok(chat)
    }

    /// The chat of `chat_id`, if the bots may post in it.
    pub(super) fn writable(&mut self, params: &Params) -> Result<&mut Chat, ApiRefusal> {
        let chat = self.chat_mut(params.text("chat_id"), Access::Write)?;
        let may_write = if chat.discussion.is_some() || chat.group.is_some() {
            chat.has_bot()
        } else {
            chat.rights().is_some_and(|rights| rights.can_post_messages)
        };
        if !may_write {
            return Err(ApiRefusal::NeedRights);
        }
        if chat.person.is_some() && !chat.has_started() {
            return Err(ApiRefusal::NotStarted);
        }
        Ok(chat)
    }

    /// The id of a new album.
    pub(super) fn next_group(&mut self) -> String {
        self.groups += 1;
        group_id(self.groups)
    }

    fn find(&self, chat: &str) -> Option<&Chat> {
        self.chats.iter().find(|found| found.is_called(chat))
    }
}

fn group_id(number: u64) -> String {
    format!("1{number:016}")
}

/// The rule of the official server's `check_chat_access`.
fn allowed(chat: &Chat, access: Access) -> Result<(), ApiRefusal> {
    if let Some(group) = &chat.group {
        return match (chat.membership, group.upgraded_to) {
            (_, Some(to)) if access != Access::Read => Err(ApiRefusal::Upgraded(to)),
            (Membership::Kicked, _) => Err(ApiRefusal::KickedFromGroup(group.word())),
            (Membership::Left, _) if access != Access::Read || chat.username.is_none() => {
                Err(ApiRefusal::NotInGroup(group.word()))
            }
            _ => Ok(()),
        };
    }
    match chat.membership {
        Membership::Kicked => Err(ApiRefusal::Kicked),
        Membership::Left if access != Access::Read || chat.username.is_none() => {
            Err(ApiRefusal::NotMember)
        }
        Membership::Left
        | Membership::Member
        | Membership::Restricted(_)
        | Membership::Administrator(_) => Ok(()),
    }
}

/// A message before it is posted.
pub(super) struct NewMessage {
    pub(super) content: Content,
    /// Where it was forwarded from.
    pub(super) origin: Option<Origin>,
    /// The album that it belongs to.
    pub(super) group: Option<String>,
}

impl NewMessage {
    pub(super) fn of(content: Content) -> Self {
        Self { content, origin: None, group: None }
    }

    /// Posts it with the sending options in `params`, at `now` in seconds since 1970-01-01 UTC.
    pub(super) fn post(
        self,
        chat: &mut Chat,
        bot: i64,
        params: &Params,
        now: i64,
    ) -> Result<Message, ApiRefusal> {
        let topic = match (&chat.group, chat.permissions()) {
            (Some(group), permissions) => {
                let thread = params.integer("message_thread_id");
                group.accept(&self.content, thread, permissions.unwrap_or_default())?
            }
            (None, _) => None,
        };
        let reply_to = reply_target(chat, params)?;
        let message = Message {
            id: chat.next_message_id(),
            author: bot,
            date: now,
            edit_date: None,
            content: self.content,
            silent: params.flag("disable_notification"),
            protected: params.flag("protect_content"),
            pinned: false,
            origin: self.origin,
            group: self.group,
            topic,
            reply_to,
            is_automatic_forward: false,
            change: chat.next_change(),
        };
        chat.messages.insert(message.id, message.clone());
        Ok(message)
    }
}

/// The message that `reply_parameters` names, if it exists.
fn reply_target(chat: &Chat, params: &Params) -> Result<Option<i64>, ApiRefusal> {
    let Some(reply) = params.json("reply_parameters")? else { return Ok(None) };
    let flag = |name: &str| reply.get(name).and_then(Value::as_bool).unwrap_or(false);
    let id = reply.get("message_id").and_then(Value::as_i64);
    match id.filter(|id| chat.messages.contains_key(id)) {
        Some(id) => Ok(Some(id)),
        None if flag("allow_sending_without_reply") => Ok(None),
        None => Err(ApiRefusal::NoReplyTarget),
    }
}

#[cfg(test)]
mod tests;

//! `getChat`, `getChatMember`, `getChatAdministrators` and `leaveChat`.

use serde_json::{Value, json};

use super::{Call, Method};
use crate::sandbox::chat::{Chat, Membership, OWNER_ID, Rights};
use crate::sandbox::group::Permissions;
use crate::sandbox::person::bot_user;
use crate::sandbox::refusal::ApiRefusal;
use crate::sandbox::state::{Access, State};

pub(super) const METHODS: &[Method] = &[
    Method { name: "getChat", run: get_chat },
    Method { name: "getChatMember", run: get_chat_member },
    Method { name: "getChatAdministrators", run: get_chat_administrators },
    Method { name: "leaveChat", run: leave_chat },
];

fn get_chat(state: &mut State, call: &Call, _: i64) -> Result<Value, ApiRefusal> {
    let chat = state.chat(call.params.text("chat_id"), Access::Read)?;
    let mut json = chat.to_json();
    let pinned = chat.messages.values().rfind(|message| message.pinned);
    if let Some(object) = json.as_object_mut() {
        if let Some(message) = pinned {
            object.insert("pinned_message".to_owned(), message.to_json(chat));
        }
        let discussion = state.discussion_of(chat.id).map(|group| group.id);
        let linked = discussion.or_else(|| chat.discussion.map(|link| link.channel));
        if let Some(linked) = linked {
            object.insert("linked_chat_id".to_owned(), json!(linked));
        }
        if let Some(username) = &chat.username {
            object.insert("active_usernames".to_owned(), json!([username]));
        }
        if let Some(group) = &chat.group {
            object.insert("permissions".to_owned(), json!(group.permissions));
        }
        if chat.protected {
            object.insert("has_protected_content".to_owned(), json!(true));
        }
        object.insert("accent_color_id".to_owned(), json!(0));
        object.insert("max_reaction_count".to_owned(), json!(11));
        object.insert(
            "accepted_gift_types".to_owned(),
            json!({
                "unlimited_gifts": false,
                "limited_gifts": false,
                "unique_gifts": false,
                "premium_subscription": false,
                "gifts_from_channels": false,
            }),
        );
    }
    Ok(json)
}

/// All bots of the sandbox leave the chat.
fn leave_chat(state: &mut State, call: &Call, _: i64) -> Result<Value, ApiRefusal> {
    let chat = state.chat_mut(call.params.text("chat_id"), Access::Read)?;
    if chat.person.is_some() {
        return Err(ApiRefusal::ChatNotFound);
    }
    chat.membership = Membership::Left;
    Ok(json!(true))
}

/// A bot that is not an administrator sees only itself.
fn get_chat_member(state: &mut State, call: &Call, _: i64) -> Result<Value, ApiRefusal> {
    let chat = state.chat(call.params.text("chat_id"), Access::Read)?;
    let id = call.params.integer("user_id").filter(|&id| id > 0);
    let id = id.ok_or_else(|| ApiRefusal::Parameter("invalid user_id specified".to_owned()))?;
    if id == call.bot {
        return Ok(own_member(chat, call.bot));
    }
    chat.rights().ok_or(ApiRefusal::MembersHidden)?;
    if id == OWNER_ID { Ok(owner()) } else { Err(ApiRefusal::UserNotFound) }
}

/// The Bot API leaves other bots out.
fn get_chat_administrators(state: &mut State, call: &Call, _: i64) -> Result<Value, ApiRefusal> {
    let chat = state.chat(call.params.text("chat_id"), Access::Read)?;
    chat.rights().ok_or(ApiRefusal::MembersHidden)?;
    Ok(json!([owner(), own_member(chat, call.bot)]))
}

fn owner() -> Value {
    json!({
        "user": { "id": OWNER_ID, "is_bot": false, "first_name": "Owner" },
        "status": "creator",
        "is_anonymous": false,
    })
}

fn own_member(chat: &Chat, bot: i64) -> Value {
    match chat.membership {
        Membership::Administrator(rights) if chat.group.is_some() => {
            group_administrator(bot, rights)
        }
        Membership::Administrator(rights) => administrator(bot, rights),
        Membership::Restricted(permissions) => restricted(bot, permissions),
        Membership::Member => json!({ "user": bot_user(bot), "status": "member" }),
        Membership::Left => json!({ "user": bot_user(bot), "status": "left" }),
        Membership::Kicked => json!({ "user": bot_user(bot), "status": "kicked", "until_date": 0 }),
    }
}

/// An administrator of a group lacks the rights that only channels have.
fn group_administrator(bot: i64, rights: Rights) -> Value {
    let mut member = administrator(bot, rights);
    if let Some(object) = member.as_object_mut() {
        object.remove("can_post_messages");
        object.remove("can_edit_messages");
        object.insert("can_pin_messages".to_owned(), json!(rights.can_pin_messages));
        object.insert("can_manage_topics".to_owned(), json!(rights.can_manage_topics));
    }
    member
}

fn restricted(bot: i64, permissions: Permissions) -> Value {
    let mut member = json!(permissions);
    if let Some(object) = member.as_object_mut() {
        object.insert("user".to_owned(), bot_user(bot));
        object.insert("status".to_owned(), json!("restricted"));
        object.insert("is_member".to_owned(), json!(true));
        object.insert("until_date".to_owned(), json!(0));
    }
    member
}

fn administrator(bot: i64, rights: Rights) -> Value {
    json!({
        "user": bot_user(bot),
        "status": "administrator",
        "can_be_edited": false,
        "is_anonymous": false,
        "can_manage_chat": true,
        "can_change_info": false,
        "can_post_messages": rights.can_post_messages,
        "can_edit_messages": rights.can_edit_messages,
        "can_delete_messages": rights.can_delete_messages,
        "can_post_stories": false,
        "can_edit_stories": false,
        "can_delete_stories": false,
        "can_invite_users": false,
        "can_restrict_members": false,
        "can_promote_members": false,
        "can_manage_video_chats": false,
    })
}

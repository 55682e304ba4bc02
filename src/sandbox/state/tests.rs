//! The rules of the sandbox's Telegram, as tables over its methods.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::*;
use crate::sandbox::chat::{OWNER_ID, Rights};
use crate::sandbox::method::{Call, DelayedCalls, Method};

const BOT: i64 = 7_000_000_001;
const OTHER_BOT: i64 = 7_000_000_002;
const NOW: i64 = 1_800_000_000;

fn state() -> State {
    State::new([
        ChannelSeed::public("world_en", "World"),
        ChannelSeed::private(-1_001_999, "Scratch"),
        ChannelSeed { protected: true, ..ChannelSeed::public("closed", "Closed") },
    ])
}

fn call(bot: i64, method: &str, fields: &Value) -> Call {
    let mut params = Params::default();
    params.add_json(fields.to_string().as_bytes()).unwrap();
    Call { bot, method: Method::named(method).unwrap(), params, files: BTreeMap::new() }
}

fn perform(state: &mut State, method: &str, fields: &Value) -> Result<Value, ApiRefusal> {
    at(state, NOW, BOT, method, fields)
}

fn at(
    state: &mut State,
    now: i64,
    bot: i64,
    method: &str,
    fields: &Value,
) -> Result<Value, ApiRefusal> {
    call(bot, method, fields).perform(state, now)
}

fn send(state: &mut State, chat: &str, text: &str) -> i64 {
    let message = perform(state, "sendMessage", &json!({ "chat_id": chat, "text": text })).unwrap();
    message["message_id"].as_i64().unwrap()
}

fn texts(state: &State, chat: &str) -> Vec<String> {
    state.posts(chat).unwrap().into_iter().map(|post| post.text).collect()
}

#[test]
fn channels_without_a_number_get_one() {
    let ids: Vec<i64> = state().channels().map(|channel| channel.id).collect();
    assert_eq!(ids, [-1_001_000_000_001, -1_001_999, -1_001_000_000_002]);
}

#[test]
fn channel_is_added_once() {
    let mut state = state();
    for again in
        [ChannelSeed::public("@WORLD_en", "Again"), ChannelSeed::private(-1_001_999, "Again")]
    {
        assert_eq!(state.add_channel(again), Err(ChatError::Taken));
    }
    assert_eq!(state.channels().count(), 3);
    assert_eq!(state.set_membership("unknown", Membership::Left), Err(ChatError::Unknown));
}

fn check_refusals(rows: impl IntoIterator<Item = (&'static str, Value, ApiRefusal)>) {
    for (method, fields, expected) in rows {
        assert_eq!(perform(&mut state(), method, &fields), Err(expected), "{method:?} {fields}");
    }
}

#[test]
fn invalid_parameters_are_refused_in_telegrams_order() {
    check_refusals([
        ("sendMessage", json!({ "text": "a" }), ApiRefusal::NoChat),
        ("sendMessage", json!({ "chat_id": "world_en", "text": "a" }), ApiRefusal::ChatNotFound),
        ("sendMessage", json!({ "chat_id": 5, "text": "a" }), ApiRefusal::ChatNotFound),
        ("sendMessage", json!({ "chat_id": [], "text": "a" }), ApiRefusal::ChatNotFound),
        // The server reads the text before it looks for the chat, and checks it after.
        ("sendMessage", json!({ "chat_id": "@unknown" }), ApiRefusal::TextEmpty),
        (
            "sendMessage",
            json!({ "chat_id": "@unknown", "text": "a".repeat(5_000) }),
            ApiRefusal::ChatNotFound,
        ),
        ("editMessageText", json!({ "chat_id": "@world_en", "text": "a" }), ApiRefusal::NoMessage),
        (
            "editMessageText",
            json!({ "chat_id": "@world_en", "message_id": 9, "text": "a" }),
            ApiRefusal::MessageNotFound("edit"),
        ),
        (
            "forwardMessage",
            json!({ "chat_id": -1_001_999, "from_chat_id": "@world_en", "message_id": 9 }),
            ApiRefusal::MessageNotFound("forward"),
        ),
        (
            "copyMessage",
            json!({ "chat_id": -1_001_999, "from_chat_id": "@world_en", "message_id": 9 }),
            ApiRefusal::MessageNotFound("copy"),
        ),
        (
            "forwardMessage",
            json!({ "chat_id": -1_001_999, "from_chat_id": "@unknown", "message_id": 9 }),
            ApiRefusal::ChatNotFound,
        ),
        (
            "sendMessage",
            json!({ "chat_id": "@unknown", "text": "a", "entities": [{ "type": "bold", "offset": -1, "length": 1 }] }),
            ApiRefusal::ChatNotFound,
        ),
        ("getChat", json!({}), ApiRefusal::NoChat),
        (
            "getChatMember",
            json!({ "chat_id": "@world_en" }),
            ApiRefusal::Parameter("invalid user_id specified".to_owned()),
        ),
        (
            "getChatMember",
            json!({ "chat_id": "@world_en", "user_id": 99 }),
            ApiRefusal::UserNotFound,
        ),
    ]);
}

#[test]
fn invalid_deletions_are_refused() {
    let many: Vec<i64> = (1..=101).collect();
    check_refusals([
        (
            "deleteMessage",
            json!({ "message_id": 1 }),
            ApiRefusal::Parameter("chat identifier is not specified".to_owned()),
        ),
        ("deleteMessage", json!({ "chat_id": "@world_en" }), ApiRefusal::NoMessage),
        (
            "deleteMessage",
            json!({ "chat_id": "@world_en", "message_id": -4 }),
            ApiRefusal::MessageNotFound("delete"),
        ),
        ("deleteMessages", json!({ "chat_id": "@world_en" }), ApiRefusal::NoMessages),
        (
            "deleteMessages",
            json!({ "chat_id": "@world_en", "message_ids": [] }),
            ApiRefusal::NoMessages,
        ),
        (
            "deleteMessages",
            json!({ "chat_id": "@world_en", "message_ids": "[1" }),
            ApiRefusal::NotJson("message_ids"),
        ),
        (
            "deleteMessages",
            json!({ "chat_id": "@world_en", "message_ids": 5 }),
            ApiRefusal::Parameter("expected an Array of message identifiers".to_owned()),
        ),
        (
            "deleteMessages",
            json!({ "chat_id": "@world_en", "message_ids": [0] }),
            ApiRefusal::Parameter("invalid message identifier specified".to_owned()),
        ),
        (
            "deleteMessages",
            json!({ "chat_id": "@world_en", "message_ids": many }),
            ApiRefusal::TooManyMessages,
        ),
    ]);
}

#[test]
fn membership_decides_what_a_bot_may_do() {
    use ApiRefusal::{CannotDelete, CannotEdit, Kicked, NeedRights, NotMember};
    let no_posting = Rights { can_post_messages: false, ..Rights::ALL };
    // Of sendMessage, editMessageText, deleteMessage and getChat.
    let rows = [
        (Membership::Kicked, [Some(Kicked), Some(Kicked), Some(Kicked), Some(Kicked)]),
        (Membership::Left, [Some(NotMember), Some(NotMember), Some(NotMember), None]),
        (Membership::Member, [Some(NeedRights), Some(CannotEdit), Some(CannotDelete), None]),
        (Membership::Administrator(Rights::POST), [None, None, None, None]),
        (Membership::Administrator(no_posting), [Some(NeedRights), None, None, None]),
    ];
    for (membership, expected) in rows {
        let mut state = state();
        let id = send(&mut state, "@world_en", "before");
        state.set_membership("world_en", membership).unwrap();
        let fields = json!({ "chat_id": "@world_en", "message_id": id, "text": "after" });
        let refusals = ["sendMessage", "editMessageText", "deleteMessage", "getChat"]
            .map(|method| perform(&mut state, method, &fields).err());
        assert_eq!(refusals, expected, "{membership:?}");
    }
}

#[test]
fn private_channel_is_visible_to_members_only() {
    let mut state = state();
    state.set_membership("-1001999", Membership::Left).unwrap();
    let refused = perform(&mut state, "getChat", &json!({ "chat_id": -1_001_999 }));
    assert_eq!(refused, Err(ApiRefusal::NotMember));
}

#[test]
fn right_to_post_covers_own_posts_only() {
    let mut state = state();
    let id = send(&mut state, "@world_en", "mine");
    let edit = json!({ "chat_id": "@world_en", "message_id": id, "text": "theirs" });
    let delete = json!({ "chat_id": "@world_en", "message_id": id });
    state.set_membership("@world_en", Membership::Administrator(Rights::POST)).unwrap();
    assert_eq!(
        at(&mut state, NOW, OTHER_BOT, "editMessageText", &edit),
        Err(ApiRefusal::CannotEdit)
    );
    assert_eq!(
        at(&mut state, NOW, OTHER_BOT, "deleteMessage", &delete),
        Err(ApiRefusal::CannotDelete)
    );
    state.set_membership("@world_en", Membership::Administrator(Rights::ALL)).unwrap();
    assert!(at(&mut state, NOW, OTHER_BOT, "editMessageText", &edit).is_ok());
    assert!(at(&mut state, NOW, OTHER_BOT, "deleteMessage", &delete).is_ok());
}

#[test]
fn edit_must_change_something() {
    let mut state = state();
    let id = send(&mut state, "@world_en", "same");
    let edit = |fields: Value| {
        let mut edit = json!({ "chat_id": "@world_en", "message_id": id });
        edit.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        edit
    };
    for same in [
        json!({ "text": "same" }),
        json!({ "text": "same \n" }),
        json!({ "text": "same", "entities": [] }),
    ] {
        let answer = perform(&mut state, "editMessageText", &edit(same));
        assert_eq!(answer, Err(ApiRefusal::NotModified));
    }
    let bold =
        json!({ "text": "same", "entities": [{ "type": "bold", "offset": 0, "length": 4 }] });
    let answer = at(&mut state, NOW + 60, BOT, "editMessageText", &edit(bold.clone())).unwrap();
    assert_eq!(answer["edit_date"], json!(NOW + 60));
    assert_eq!(answer["date"], json!(NOW));
    let preview = json!({ "text": "same", "entities": bold["entities"], "link_preview_options": { "is_disabled": true } });
    assert!(perform(&mut state, "editMessageText", &edit(preview)).is_ok());
}

#[test]
fn edit_has_no_time_limit_and_deletion_has_48_hours() {
    let mut state = state();
    for (age, deleted) in [(48 * 3600, false), (48 * 3600 - 1, true)] {
        let id = send(&mut state, "@world_en", "old");
        let fields =
            json!({ "chat_id": "@world_en", "message_id": id, "text": format!("edited at {age}") });
        assert!(at(&mut state, NOW + 10 * age, BOT, "editMessageText", &fields).is_ok());
        let expected = if deleted { Ok(json!(true)) } else { Err(ApiRefusal::CannotDelete) };
        assert_eq!(at(&mut state, NOW + age, BOT, "deleteMessage", &fields), expected, "{age}");
    }
}

#[test]
fn delete_messages_ignores_missing_ids_and_deletes_all_or_none() {
    let mut state = state();
    let old = send(&mut state, "@world_en", "old");
    let later = NOW + 48 * 3600;
    let post = json!({ "chat_id": "@world_en", "text": "new" });
    at(&mut state, later, BOT, "sendMessage", &post).unwrap();
    let both = json!({ "chat_id": "@world_en", "message_ids": [old, old + 1] });
    assert_eq!(at(&mut state, later, BOT, "deleteMessages", &both), Err(ApiRefusal::CannotDelete));
    assert_eq!(texts(&state, "world_en"), ["old", "new"]);
    let young = json!({ "chat_id": "@world_en", "message_ids": [old + 1, 77] });
    assert_eq!(at(&mut state, later, BOT, "deleteMessages", &young), Ok(json!(true)));
    assert_eq!(texts(&state, "world_en"), ["old"]);
}

#[test]
fn message_id_is_never_used_again() {
    let mut state = state();
    let first = send(&mut state, "@world_en", "a");
    perform(&mut state, "deleteMessage", &json!({ "chat_id": "@world_en", "message_id": first }))
        .unwrap();
    assert_eq!(send(&mut state, "@world_en", "b"), first + 1);
    assert_eq!(send(&mut state, "-1001999", "elsewhere"), 1);
}

#[test]
fn forward_names_its_origin_and_copy_does_not() {
    let mut state = state();
    let id = send(&mut state, "@world_en", "news");
    let fields = json!({ "chat_id": -1_001_999, "from_chat_id": "@world_en", "message_id": id });
    let forwarded = at(&mut state, NOW + 9, BOT, "forwardMessage", &fields).unwrap();
    assert_eq!(forwarded["text"], json!("news"));
    assert_eq!(forwarded["forward_origin"]["message_id"], json!(id));
    assert_eq!(forwarded["forward_origin"]["date"], json!(NOW));
    assert_eq!(forwarded["forward_origin"]["chat"]["username"], json!("world_en"));
    let copied = perform(&mut state, "copyMessage", &fields).unwrap();
    assert_eq!(copied, json!({ "message_id": 2 }));
    let posts = state.posts("-1001999").unwrap();
    assert!(posts[0].forward_origin.is_some() && posts[1].forward_origin.is_none());
    let edit = json!({ "chat_id": -1_001_999, "message_id": 1, "text": "changed" });
    assert_eq!(perform(&mut state, "editMessageText", &edit), Err(ApiRefusal::CannotEdit));
    let again = json!({ "chat_id": "@closed", "from_chat_id": -1_001_999, "message_id": 1 });
    let again = perform(&mut state, "forwardMessage", &again).unwrap();
    assert_eq!(again["forward_origin"]["chat"]["username"], json!("world_en"));
}

#[test]
fn existing_messages_are_forwarded_together() {
    let mut state = state();
    for text in ["a", "b", "c", "d"] {
        send(&mut state, "@world_en", text);
    }
    let delete = json!({ "chat_id": "@world_en", "message_id": 2 });
    perform(&mut state, "deleteMessage", &delete).unwrap();
    let protected = json!({ "chat_id": "@world_en", "text": "e", "protect_content": true });
    perform(&mut state, "sendMessage", &protected).unwrap();
    let fields = |ids: Value| json!({ "chat_id": -1_001_999, "from_chat_id": "@world_en", "message_ids": ids });
    let copied =
        at(&mut state, NOW + 9, BOT, "forwardMessages", &fields(json!([1, 2, 4, 5, 77]))).unwrap();
    assert_eq!(copied, json!([{ "message_id": 1 }, { "message_id": 2 }]));
    let posts = state.posts("-1001999").unwrap();
    let shown: Vec<_> = posts.iter().map(|post| post.text.as_str()).collect();
    assert_eq!(shown, ["a", "d"]);
    let origins: Vec<_> = posts
        .iter()
        .map(|post| post.forward_origin.as_ref().unwrap()["message_id"].clone())
        .collect();
    assert_eq!(origins, [json!(1), json!(4)]);
    assert_eq!(posts[0].forward_origin.as_ref().unwrap()["date"], json!(NOW));

    let many: Vec<i64> = (1..=101).collect();
    let order = ApiRefusal::Parameter(
        "message identifiers must be in a strictly increasing order".to_owned(),
    );
    for (ids, expected) in [
        (json!([2, 77]), ApiRefusal::NothingToForward),
        (json!([5]), ApiRefusal::NothingToForward),
        (json!([4, 1]), order.clone()),
        (json!([1, 1]), order),
        (json!([]), ApiRefusal::NoMessages),
        (json!([0]), ApiRefusal::Parameter("invalid message identifier specified".to_owned())),
        (json!(many), ApiRefusal::TooManyMessages),
    ] {
        let refused = perform(&mut state, "forwardMessages", &fields(ids.clone()));
        assert_eq!(refused, Err(expected), "{ids}");
    }
    send(&mut state, "@closed", "a");
    let closed = json!({ "chat_id": -1_001_999, "from_chat_id": "@closed", "message_ids": [1] });
    assert_eq!(perform(&mut state, "forwardMessages", &closed), Err(ApiRefusal::Protected));
    assert_eq!(texts(&state, "-1001999"), ["a", "d"]);
}

#[test]
fn protected_content_is_copied_by_bots_but_not_forwarded() {
    let mut state = state();
    send(&mut state, "@closed", "a");
    let protected = json!({ "chat_id": "@world_en", "text": "b", "protect_content": true });
    assert_eq!(
        perform(&mut state, "sendMessage", &protected).unwrap()["has_protected_content"],
        json!(true)
    );
    for from in ["@closed", "@world_en"] {
        let fields = json!({ "chat_id": -1_001_999, "from_chat_id": from, "message_id": 1 });
        assert_eq!(perform(&mut state, "forwardMessage", &fields), Err(ApiRefusal::Protected));
        assert!(perform(&mut state, "copyMessage", &fields).is_ok());
    }
}

#[test]
fn delayed_call_takes_effect_when_it_is_due() {
    let mut delayed_calls = DelayedCalls::default();
    let mut state = state();
    let moment =
        |seconds| Timestamp::from_second(NOW).unwrap() + SignedDuration::from_secs(seconds);
    let late =
        |text: &str| call(BOT, "sendMessage", &json!({ "chat_id": "@world_en", "text": text }));
    delayed_calls.add(moment(60), late("second"));
    delayed_calls.add(moment(30), late("first"));
    delayed_calls
        .add(moment(40), call(BOT, "sendMessage", &json!({ "chat_id": "@unknown", "text": "x" })));
    delayed_calls.run_due(&mut state, moment(29));
    assert!(texts(&state, "world_en").is_empty());
    delayed_calls.run_due(&mut state, moment(3_600));
    assert_eq!(texts(&state, "world_en"), ["first", "second"]);
    let dates: Vec<i64> = state.posts("world_en").unwrap().iter().map(|post| post.date).collect();
    assert_eq!(dates, [NOW + 30, NOW + 60]);
}

#[test]
fn administrators_see_the_members() {
    let mut state = state();
    let chat = json!({ "chat_id": "@world_en" });
    let admins = perform(&mut state, "getChatAdministrators", &chat).unwrap();
    let ids: Vec<_> = admins
        .as_array()
        .unwrap()
        .iter()
        .map(|admin| admin["user"]["id"].as_i64().unwrap())
        .collect();
    assert_eq!(ids, [OWNER_ID, BOT]);
    state.set_membership("@world_en", Membership::Member).unwrap();
    assert_eq!(perform(&mut state, "getChatAdministrators", &chat), Err(ApiRefusal::MembersHidden));
    let own =
        perform(&mut state, "getChatMember", &json!({ "chat_id": "@world_en", "user_id": BOT }))
            .unwrap();
    assert_eq!(own["status"], json!("member"));
}

/// teloxide, another client, reads the answers.
mod teloxide_reads {
    use teloxide::types::{ChatFullInfo, ChatMember, Me, Message, MessageId, WebhookInfo};

    use super::*;

    fn read<T: serde::de::DeserializeOwned>(state: &mut State, method: &str, fields: &Value) -> T {
        serde_json::from_value(perform(state, method, fields).unwrap()).unwrap()
    }

    #[test]
    fn every_answer() {
        let mut state = state();
        let chat = json!({ "chat_id": "@world_en" });
        let me: Me = read(&mut state, "getMe", &json!({}));
        assert_eq!(i64::try_from(me.id.0), Ok(BOT));
        read::<WebhookInfo>(&mut state, "getWebhookInfo", &json!({}));
        let full: ChatFullInfo = read(&mut state, "getChat", &chat);
        assert!(full.is_channel() && full.title() == Some("World"));
        let admins: Vec<ChatMember> = read(&mut state, "getChatAdministrators", &chat);
        assert!(admins[1].can_post_messages() && admins[0].is_owner());
        for membership in [Membership::Member, Membership::Left] {
            state.set_membership("@world_en", membership).unwrap();
            let member = json!({ "chat_id": "@world_en", "user_id": BOT });
            read::<ChatMember>(&mut state, "getChatMember", &member);
        }
        state.set_membership("@world_en", Membership::Administrator(Rights::ALL)).unwrap();
        let fields = json!({
            "chat_id": "@world_en",
            "text": "🎙 news #world",
            "entities": [{ "type": "bold", "offset": 3, "length": 4 }],
            "link_preview_options": { "is_disabled": true },
            "protect_content": true,
        });
        let message: Message = read(&mut state, "sendMessage", &fields);
        assert_eq!(message.text(), Some("🎙 news #world"));
        assert_eq!(message.entities().map(<[_]>::len), Some(2));
        assert_eq!(message.sender_chat.as_ref().and_then(|chat| chat.username()), Some("world_en"));
        let edit = json!({ "chat_id": "@world_en", "message_id": 1, "text": "other" });
        let edited: Message = read(&mut state, "editMessageText", &edit);
        assert_eq!(edited.text(), Some("other"));
        assert!(edited.edit_date().is_some());
        send(&mut state, "@world_en", "open");
        let repeat = json!({ "chat_id": -1_001_999, "from_chat_id": "@world_en", "message_id": 2 });
        let forwarded: Message = read(&mut state, "forwardMessage", &repeat);
        assert!(forwarded.forward_origin().is_some() && forwarded.text() == Some("open"));
        read::<MessageId>(&mut state, "copyMessage", &repeat);
    }
}

/// Every call is answered, and a refusal changes nothing.
mod any_call {
    use proptest::prelude::*;

    use super::*;

    const NAMES: [&str; 13] = [
        "chat_id",
        "from_chat_id",
        "message_id",
        "message_ids",
        "user_id",
        "text",
        "entities",
        "link_preview_options",
        "disable_notification",
        "protect_content",
        "reply_parameters",
        "parse_mode",
        "reply_markup",
    ];

    fn value() -> impl Strategy<Value = String> {
        prop_oneof![
            Just("@world_en".to_owned()),
            Just("-1001999".to_owned()),
            Just("1".to_owned()),
            Just("[1,2]".to_owned()),
            Just(r#"[{"type":"bold","offset":0,"length":1}]"#.to_owned()),
            Just(r#"[{"type":"text_link","url":"","offset":1000000,"length":1000000}]"#.to_owned()),
            Just(r#"[{"type":"pre","language":5,"offset":-1,"length":1e99}]"#.to_owned()),
            any::<i64>().prop_map(|number| number.to_string()),
            ".{0,40}",
        ]
    }

    proptest! {
        #[test]
        fn is_answered(
            method in prop::sample::select(Method::all().collect::<Vec<_>>()),
            fields in prop::collection::vec((prop::sample::select(NAMES.to_vec()), value()), 0..8),
            now in any::<i64>(),
        ) {
            let mut state = state();
            send(&mut state, "@world_en", "there");
            let before = state.posts("world_en");
            let mut params = Params::default();
            for (name, value) in fields {
                params.add(name.to_owned(), value);
            }
            let call = Call { bot: BOT, method, params, files: BTreeMap::new() };
            if let Err(refusal) = call.perform(&mut state, now) {
                prop_assert!((400..=403).contains(&refusal.code()), "{refusal:?}");
                prop_assert_eq!(state.posts("world_en"), before);
            }
        }
    }
}

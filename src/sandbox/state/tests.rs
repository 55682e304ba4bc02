//! The rules of the sandbox's Telegram, as tables over its methods.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::*;
use crate::sandbox::chat::{OWNER_ID, Rights};
use crate::sandbox::method::{Call, LateCalls, Method};

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

fn call(bot: i64, method: Method, fields: &Value) -> Call {
    let mut params = Params::default();
    params.add_json(fields.to_string().as_bytes()).unwrap();
    Call { bot, method, params }
}

fn perform(state: &mut State, method: Method, fields: &Value) -> Result<Value, String> {
    at(state, NOW, BOT, method, fields)
}

fn at(
    state: &mut State,
    now: i64,
    bot: i64,
    method: Method,
    fields: &Value,
) -> Result<Value, String> {
    call(bot, method, fields).perform(state, now).map_err(|refusal| refusal.to_string())
}

fn send(state: &mut State, chat: &str, text: &str) -> i64 {
    let message =
        perform(state, Method::SendMessage, &json!({ "chat_id": chat, "text": text })).unwrap();
    message["message_id"].as_i64().unwrap()
}

fn texts(state: &State, chat: &str) -> Vec<String> {
    state.posts(chat).unwrap().into_iter().map(|post| post.text).collect()
}

#[test]
fn channels_without_a_number_are_given_one() {
    let ids: Vec<i64> = state().channels().map(|channel| channel.id).collect();
    assert_eq!(ids, [-1_001_000_000_001, -1_001_999, -1_001_000_000_002]);
}

#[test]
fn a_channel_is_added_once() {
    let mut state = state();
    for again in
        [ChannelSeed::public("@WORLD_en", "Again"), ChannelSeed::private(-1_001_999, "Again")]
    {
        assert_eq!(state.add_channel(again), Err(ChannelError::Taken));
    }
    assert_eq!(state.channels().count(), 3);
    assert_eq!(state.set_standing("nobody", Standing::Left), Err(ChannelError::Unknown));
}

fn check_refusals(rows: impl IntoIterator<Item = (Method, Value, &'static str)>) {
    for (method, fields, expected) in rows {
        assert_eq!(
            perform(&mut state(), method, &fields),
            Err(expected.to_owned()),
            "{method:?} {fields}"
        );
    }
}

#[test]
fn refusals_come_in_telegrams_words() {
    use Method::{
        CopyMessage, EditMessageText, ForwardMessage, GetChat, GetChatMember, SendMessage,
    };
    check_refusals([
        (SendMessage, json!({ "text": "a" }), "Bad Request: chat_id is empty"),
        (SendMessage, json!({ "chat_id": "world_en", "text": "a" }), "Bad Request: chat not found"),
        (SendMessage, json!({ "chat_id": 5, "text": "a" }), "Bad Request: chat not found"),
        (SendMessage, json!({ "chat_id": [], "text": "a" }), "Bad Request: chat not found"),
        // The server reads the text before it looks for the chat, and checks it after.
        (SendMessage, json!({ "chat_id": "@nobody" }), "Bad Request: message text is empty"),
        (
            SendMessage,
            json!({ "chat_id": "@nobody", "text": "a".repeat(5_000) }),
            "Bad Request: chat not found",
        ),
        (
            EditMessageText,
            json!({ "chat_id": "@world_en", "text": "a" }),
            "Bad Request: message identifier is not specified",
        ),
        (
            EditMessageText,
            json!({ "chat_id": "@world_en", "message_id": 9, "text": "a" }),
            "Bad Request: message to edit not found",
        ),
        (
            ForwardMessage,
            json!({ "chat_id": -1_001_999, "from_chat_id": "@world_en", "message_id": 9 }),
            "Bad Request: message to forward not found",
        ),
        (
            CopyMessage,
            json!({ "chat_id": -1_001_999, "from_chat_id": "@world_en", "message_id": 9 }),
            "Bad Request: message to copy not found",
        ),
        (
            ForwardMessage,
            json!({ "chat_id": -1_001_999, "from_chat_id": "@nobody", "message_id": 9 }),
            "Bad Request: chat not found",
        ),
        (
            SendMessage,
            json!({ "chat_id": "@nobody", "text": "a", "entities": [{ "type": "bold", "offset": -1, "length": 1 }] }),
            "Bad Request: chat not found",
        ),
        (GetChat, json!({}), "Bad Request: chat_id is empty"),
        (
            GetChatMember,
            json!({ "chat_id": "@world_en" }),
            "Bad Request: invalid user_id specified",
        ),
        (
            GetChatMember,
            json!({ "chat_id": "@world_en", "user_id": 99 }),
            "Bad Request: user not found",
        ),
    ]);
}

#[test]
fn deletions_are_refused_in_telegrams_words() {
    use Method::{DeleteMessage, DeleteMessages};
    let many: Vec<i64> = (1..=101).collect();
    check_refusals([
        (
            DeleteMessage,
            json!({ "message_id": 1 }),
            "Bad Request: chat identifier is not specified",
        ),
        (
            DeleteMessage,
            json!({ "chat_id": "@world_en" }),
            "Bad Request: message identifier is not specified",
        ),
        (
            DeleteMessage,
            json!({ "chat_id": "@world_en", "message_id": -4 }),
            "Bad Request: message to delete not found",
        ),
        (
            DeleteMessages,
            json!({ "chat_id": "@world_en" }),
            "Bad Request: message identifiers are not specified",
        ),
        (
            DeleteMessages,
            json!({ "chat_id": "@world_en", "message_ids": [] }),
            "Bad Request: message identifiers are not specified",
        ),
        (
            DeleteMessages,
            json!({ "chat_id": "@world_en", "message_ids": "[1" }),
            "Bad Request: can't parse message_ids JSON object",
        ),
        (
            DeleteMessages,
            json!({ "chat_id": "@world_en", "message_ids": 5 }),
            "Bad Request: expected an Array of message identifiers",
        ),
        (
            DeleteMessages,
            json!({ "chat_id": "@world_en", "message_ids": [0] }),
            "Bad Request: invalid message identifier specified",
        ),
        (
            DeleteMessages,
            json!({ "chat_id": "@world_en", "message_ids": many }),
            "Bad Request: too many message identifiers specified",
        ),
    ]);
}

#[test]
fn what_a_bot_may_do_follows_from_its_standing() {
    let not_member = "Forbidden: bot is not a member of the channel chat";
    let kicked = "Forbidden: bot was kicked from the channel chat";
    let need_rights = "Bad Request: need administrator rights in the channel chat";
    let rows = [
        (Standing::Kicked, Err(kicked), Err(kicked), Err(kicked), Err(kicked)),
        (Standing::Left, Err(not_member), Err(not_member), Err(not_member), Ok(())),
        (
            Standing::Member,
            Err(need_rights),
            Err("Bad Request: message can't be edited"),
            Err("Bad Request: message can't be deleted"),
            Ok(()),
        ),
        (Standing::Administrator(Rights::POST), Ok(()), Ok(()), Ok(()), Ok(())),
        (
            Standing::Administrator(Rights { can_post_messages: false, ..Rights::ALL }),
            Err(need_rights),
            Ok(()),
            Ok(()),
            Ok(()),
        ),
    ];
    for (standing, send_, edit, delete, look) in rows {
        let mut state = state();
        let id = send(&mut state, "@world_en", "before");
        state.set_standing("world_en", standing).unwrap();
        let mut outcome = |method, fields: Value| perform(&mut state, method, &fields).map(|_| ());
        let expected = |row: Result<(), &str>| row.map_err(str::to_owned);
        let chat = "@world_en";
        assert_eq!(
            outcome(Method::SendMessage, json!({ "chat_id": chat, "text": "x" })),
            expected(send_),
            "{standing:?}"
        );
        assert_eq!(
            outcome(
                Method::EditMessageText,
                json!({ "chat_id": chat, "message_id": id, "text": "y" })
            ),
            expected(edit),
            "{standing:?}"
        );
        assert_eq!(
            outcome(Method::DeleteMessage, json!({ "chat_id": chat, "message_id": id })),
            expected(delete),
            "{standing:?}"
        );
        assert_eq!(
            outcome(Method::GetChat, json!({ "chat_id": chat })),
            expected(look),
            "{standing:?}"
        );
    }
}

#[test]
fn a_private_channel_shows_itself_to_members_only() {
    let mut state = state();
    state.set_standing("-1001999", Standing::Left).unwrap();
    let refused = perform(&mut state, Method::GetChat, &json!({ "chat_id": -1_001_999 }));
    assert_eq!(refused, Err("Forbidden: bot is not a member of the channel chat".to_owned()));
}

#[test]
fn with_the_right_to_post_only_a_bot_touches_only_its_own_posts() {
    let mut state = state();
    let id = send(&mut state, "@world_en", "mine");
    let edit = json!({ "chat_id": "@world_en", "message_id": id, "text": "theirs" });
    let delete = json!({ "chat_id": "@world_en", "message_id": id });
    state.set_standing("@world_en", Standing::Administrator(Rights::POST)).unwrap();
    assert_eq!(
        at(&mut state, NOW, OTHER_BOT, Method::EditMessageText, &edit),
        Err("Bad Request: message can't be edited".to_owned())
    );
    assert_eq!(
        at(&mut state, NOW, OTHER_BOT, Method::DeleteMessage, &delete),
        Err("Bad Request: message can't be deleted".to_owned())
    );
    state.set_standing("@world_en", Standing::Administrator(Rights::ALL)).unwrap();
    assert!(at(&mut state, NOW, OTHER_BOT, Method::EditMessageText, &edit).is_ok());
    assert!(at(&mut state, NOW, OTHER_BOT, Method::DeleteMessage, &delete).is_ok());
}

#[test]
fn an_edit_must_change_something() {
    let mut state = state();
    let id = send(&mut state, "@world_en", "same");
    let edit = |fields: Value| {
        let mut edit = json!({ "chat_id": "@world_en", "message_id": id });
        edit.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        edit
    };
    let not_modified = "Bad Request: message is not modified: specified new message content and reply markup are \
                        exactly the same as a current content and reply markup of the message";
    for same in [
        json!({ "text": "same" }),
        json!({ "text": "same \n" }),
        json!({ "text": "same", "entities": [] }),
    ] {
        let answer = perform(&mut state, Method::EditMessageText, &edit(same));
        assert_eq!(answer, Err(not_modified.to_owned()));
    }
    let bold =
        json!({ "text": "same", "entities": [{ "type": "bold", "offset": 0, "length": 4 }] });
    let answer =
        at(&mut state, NOW + 60, BOT, Method::EditMessageText, &edit(bold.clone())).unwrap();
    assert_eq!(answer["edit_date"], json!(NOW + 60));
    assert_eq!(answer["date"], json!(NOW));
    let preview = json!({ "text": "same", "entities": bold["entities"], "link_preview_options": { "is_disabled": true } });
    assert!(perform(&mut state, Method::EditMessageText, &edit(preview)).is_ok());
}

#[test]
fn an_edit_has_no_limit_of_time_and_a_deletion_has_48_hours() {
    let mut state = state();
    for (age, deleted) in [(48 * 3600, false), (48 * 3600 - 1, true)] {
        let id = send(&mut state, "@world_en", "old");
        let fields =
            json!({ "chat_id": "@world_en", "message_id": id, "text": format!("edited at {age}") });
        assert!(at(&mut state, NOW + 10 * age, BOT, Method::EditMessageText, &fields).is_ok());
        let expected = if deleted {
            Ok(json!(true))
        } else {
            Err("Bad Request: message can't be deleted".to_owned())
        };
        assert_eq!(
            at(&mut state, NOW + age, BOT, Method::DeleteMessage, &fields),
            expected,
            "{age}"
        );
    }
}

#[test]
fn delete_messages_passes_over_what_is_not_there_and_deletes_all_or_none() {
    let mut state = state();
    let old = send(&mut state, "@world_en", "old");
    let later = NOW + 48 * 3600;
    let post = json!({ "chat_id": "@world_en", "text": "new" });
    at(&mut state, later, BOT, Method::SendMessage, &post).unwrap();
    let both = json!({ "chat_id": "@world_en", "message_ids": [old, old + 1] });
    assert_eq!(
        at(&mut state, later, BOT, Method::DeleteMessages, &both),
        Err("Bad Request: message can't be deleted".to_owned())
    );
    assert_eq!(texts(&state, "world_en"), ["old", "new"]);
    let young = json!({ "chat_id": "@world_en", "message_ids": [old + 1, 77] });
    assert_eq!(at(&mut state, later, BOT, Method::DeleteMessages, &young), Ok(json!(true)));
    assert_eq!(texts(&state, "world_en"), ["old"]);
}

#[test]
fn an_id_is_never_used_again() {
    let mut state = state();
    let first = send(&mut state, "@world_en", "a");
    perform(
        &mut state,
        Method::DeleteMessage,
        &json!({ "chat_id": "@world_en", "message_id": first }),
    )
    .unwrap();
    assert_eq!(send(&mut state, "@world_en", "b"), first + 1);
    assert_eq!(send(&mut state, "-1001999", "elsewhere"), 1);
}

#[test]
fn a_forward_names_where_it_comes_from_and_a_copy_does_not() {
    let mut state = state();
    let id = send(&mut state, "@world_en", "news");
    let fields = json!({ "chat_id": -1_001_999, "from_chat_id": "@world_en", "message_id": id });
    let forwarded = at(&mut state, NOW + 9, BOT, Method::ForwardMessage, &fields).unwrap();
    assert_eq!(forwarded["text"], json!("news"));
    assert_eq!(forwarded["forward_origin"]["message_id"], json!(id));
    assert_eq!(forwarded["forward_origin"]["date"], json!(NOW));
    assert_eq!(forwarded["forward_origin"]["chat"]["username"], json!("world_en"));
    let copied = perform(&mut state, Method::CopyMessage, &fields).unwrap();
    assert_eq!(copied, json!({ "message_id": 2 }));
    let posts = state.posts("-1001999").unwrap();
    assert!(posts[0].forward_origin.is_some() && posts[1].forward_origin.is_none());
    let edit = json!({ "chat_id": -1_001_999, "message_id": 1, "text": "changed" });
    assert_eq!(
        perform(&mut state, Method::EditMessageText, &edit),
        Err("Bad Request: message can't be edited".to_owned())
    );
    let again = json!({ "chat_id": "@closed", "from_chat_id": -1_001_999, "message_id": 1 });
    let again = perform(&mut state, Method::ForwardMessage, &again).unwrap();
    assert_eq!(again["forward_origin"]["chat"]["username"], json!("world_en"));
}

#[test]
fn several_messages_are_forwarded_as_far_as_they_are_there() {
    let mut state = state();
    for text in ["a", "b", "c", "d"] {
        send(&mut state, "@world_en", text);
    }
    let delete = json!({ "chat_id": "@world_en", "message_id": 2 });
    perform(&mut state, Method::DeleteMessage, &delete).unwrap();
    let protected = json!({ "chat_id": "@world_en", "text": "e", "protect_content": true });
    perform(&mut state, Method::SendMessage, &protected).unwrap();
    let fields = |ids: Value| json!({ "chat_id": -1_001_999, "from_chat_id": "@world_en", "message_ids": ids });
    let copied =
        at(&mut state, NOW + 9, BOT, Method::ForwardMessages, &fields(json!([1, 2, 4, 5, 77])))
            .unwrap();
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
    let order = "Bad Request: message identifiers must be in a strictly increasing order";
    for (ids, expected) in [
        (json!([2, 77]), "Bad Request: messages to forward not found"),
        (json!([5]), "Bad Request: messages to forward not found"),
        (json!([4, 1]), order),
        (json!([1, 1]), order),
        (json!([]), "Bad Request: message identifiers are not specified"),
        (json!([0]), "Bad Request: invalid message identifier specified"),
        (json!(many), "Bad Request: too many message identifiers specified"),
    ] {
        let refused = perform(&mut state, Method::ForwardMessages, &fields(ids.clone()));
        assert_eq!(refused, Err(expected.to_owned()), "{ids}");
    }
    send(&mut state, "@closed", "a");
    let closed = json!({ "chat_id": -1_001_999, "from_chat_id": "@closed", "message_ids": [1] });
    assert_eq!(
        perform(&mut state, Method::ForwardMessages, &closed),
        Err("Bad Request: message has protected content and can't be forwarded".to_owned())
    );
    assert_eq!(texts(&state, "-1001999"), ["a", "d"]);
    // All or none: the pace takes one a second.
    state.keep_pace(true);
    let two = perform(&mut state, Method::ForwardMessages, &fields(json!([1, 4])));
    assert_eq!(two, Err("Too Many Requests: retry after 1".to_owned()));
    assert_eq!(texts(&state, "-1001999"), ["a", "d"]);
}

#[test]
fn protected_content_is_copied_by_bots_but_not_forwarded() {
    let mut state = state();
    send(&mut state, "@closed", "a");
    let protected = json!({ "chat_id": "@world_en", "text": "b", "protect_content": true });
    assert_eq!(
        perform(&mut state, Method::SendMessage, &protected).unwrap()["has_protected_content"],
        json!(true)
    );
    for from in ["@closed", "@world_en"] {
        let fields = json!({ "chat_id": -1_001_999, "from_chat_id": from, "message_id": 1 });
        assert_eq!(
            perform(&mut state, Method::ForwardMessage, &fields),
            Err("Bad Request: message has protected content and can't be forwarded".to_owned())
        );
        assert!(perform(&mut state, Method::CopyMessage, &fields).is_ok());
    }
}

#[test]
fn a_late_call_takes_effect_at_its_moment() {
    let mut late_calls = LateCalls::default();
    let mut state = state();
    let moment =
        |seconds| Timestamp::from_second(NOW).unwrap() + SignedDuration::from_secs(seconds);
    let late = |text: &str| {
        call(BOT, Method::SendMessage, &json!({ "chat_id": "@world_en", "text": text }))
    };
    late_calls.add(moment(60), late("second"));
    late_calls.add(moment(30), late("first"));
    late_calls.add(
        moment(40),
        call(BOT, Method::SendMessage, &json!({ "chat_id": "@nobody", "text": "x" })),
    );
    late_calls.settle(&mut state, moment(29));
    assert!(texts(&state, "world_en").is_empty());
    late_calls.settle(&mut state, moment(3_600));
    assert_eq!(texts(&state, "world_en"), ["first", "second"]);
    let dates: Vec<i64> = state.posts("world_en").unwrap().iter().map(|post| post.date).collect();
    assert_eq!(dates, [NOW + 30, NOW + 60]);
}

#[test]
fn a_channel_that_keeps_a_pace_counts_edits_too() {
    let mut state = state();
    state.keep_pace(true);
    let id = send(&mut state, "@world_en", "a");
    let edit = json!({ "chat_id": "@world_en", "message_id": id, "text": "b" });
    let wait = Err("Too Many Requests: retry after 1".to_owned());
    assert_eq!(perform(&mut state, Method::EditMessageText, &edit), wait);
    assert_eq!(texts(&state, "world_en"), ["a"]);
    assert!(at(&mut state, NOW + 1, BOT, Method::EditMessageText, &edit).is_ok());
    send(&mut state, "-1001999", "another chat");
    state.keep_pace(false);
    let copy = json!({ "chat_id": "@world_en", "from_chat_id": "@world_en", "message_id": id });
    for _ in 0..3 {
        assert!(perform(&mut state, Method::CopyMessage, &copy).is_ok());
    }
}

#[test]
fn membership_is_told_to_administrators() {
    let mut state = state();
    let chat = json!({ "chat_id": "@world_en" });
    let admins = perform(&mut state, Method::GetChatAdministrators, &chat).unwrap();
    let ids: Vec<_> = admins
        .as_array()
        .unwrap()
        .iter()
        .map(|admin| admin["user"]["id"].as_i64().unwrap())
        .collect();
    assert_eq!(ids, [OWNER_ID, BOT]);
    state.set_standing("@world_en", Standing::Member).unwrap();
    assert_eq!(
        perform(&mut state, Method::GetChatAdministrators, &chat),
        Err("Bad Request: member list is inaccessible".to_owned())
    );
    let own = perform(
        &mut state,
        Method::GetChatMember,
        &json!({ "chat_id": "@world_en", "user_id": BOT }),
    )
    .unwrap();
    assert_eq!(own["status"], json!("member"));
}

/// What teloxide, the client of this project, makes of the answers.
mod teloxide_reads {
    use teloxide::types::{ChatFullInfo, ChatMember, Me, Message, MessageId, WebhookInfo};

    use super::*;

    fn read<T: serde::de::DeserializeOwned>(
        state: &mut State,
        method: Method,
        fields: &Value,
    ) -> T {
        serde_json::from_value(perform(state, method, fields).unwrap()).unwrap()
    }

    #[test]
    fn every_answer() {
        let mut state = state();
        let chat = json!({ "chat_id": "@world_en" });
        let me: Me = read(&mut state, Method::GetMe, &json!({}));
        assert_eq!(i64::try_from(me.id.0), Ok(BOT));
        read::<WebhookInfo>(&mut state, Method::GetWebhookInfo, &json!({}));
        let full: ChatFullInfo = read(&mut state, Method::GetChat, &chat);
        assert!(full.is_channel() && full.title() == Some("World"));
        let admins: Vec<ChatMember> = read(&mut state, Method::GetChatAdministrators, &chat);
        assert!(admins[1].can_post_messages() && admins[0].is_owner());
        for standing in [Standing::Member, Standing::Left] {
            state.set_standing("@world_en", standing).unwrap();
            let member = json!({ "chat_id": "@world_en", "user_id": BOT });
            read::<ChatMember>(&mut state, Method::GetChatMember, &member);
        }
        state.set_standing("@world_en", Standing::Administrator(Rights::ALL)).unwrap();
        let fields = json!({
            "chat_id": "@world_en",
            "text": "🎙 news #world",
            "entities": [{ "type": "bold", "offset": 3, "length": 4 }],
            "link_preview_options": { "is_disabled": true },
            "protect_content": true,
        });
        let message: Message = read(&mut state, Method::SendMessage, &fields);
        assert_eq!(message.text(), Some("🎙 news #world"));
        assert_eq!(message.entities().map(<[_]>::len), Some(2));
        assert_eq!(message.sender_chat.as_ref().and_then(|chat| chat.username()), Some("world_en"));
        let edit = json!({ "chat_id": "@world_en", "message_id": 1, "text": "other" });
        let edited: Message = read(&mut state, Method::EditMessageText, &edit);
        assert_eq!(edited.text(), Some("other"));
        assert!(edited.edit_date().is_some());
        send(&mut state, "@world_en", "open");
        let repeat = json!({ "chat_id": -1_001_999, "from_chat_id": "@world_en", "message_id": 2 });
        let forwarded: Message = read(&mut state, Method::ForwardMessage, &repeat);
        assert!(forwarded.forward_origin().is_some() && forwarded.text() == Some("open"));
        read::<MessageId>(&mut state, Method::CopyMessage, &repeat);
    }
}

/// Whatever comes in is answered, and a refusal changes nothing.
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
            method in prop::sample::select(Method::ALL.map(|(method, _)| method).to_vec()),
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
            let call = Call { bot: BOT, method, params };
            if let Err(refusal) = call.perform(&mut state, now) {
                prop_assert!((400..=403).contains(&refusal.code()), "{refusal:?}");
                prop_assert_eq!(state.posts("world_en"), before);
            }
        }
    }
}

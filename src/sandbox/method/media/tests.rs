use std::collections::BTreeMap;

use serde_json::json;

use super::*;
use crate::sandbox::chat::ChannelSeed;
use crate::sandbox::upload::UploadedFile;

const BOT: i64 = 7_000_000_001;

/// The header of a PNG of this size.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    png.extend(width.to_be_bytes());
    png.extend(height.to_be_bytes());
    png.extend([8, 2, 0, 0, 0, 0, 0, 0, 0]);
    png
}

fn state() -> State {
    State::new([ChannelSeed::public("w", "World"), ChannelSeed::public("o", "Other")])
}

/// A call with these files, each by the name of its part and of the file.
fn call(bot: i64, method: &str, fields: &Value, files: &[(&str, &str, Vec<u8>)]) -> Call {
    let mut params = Params::default();
    params.add("chat_id".to_owned(), "@w".to_owned());
    params.add_json(fields.to_string().as_bytes()).unwrap();
    let files = files
        .iter()
        .map(|(part, name, content)| ((*part).to_owned(), UploadedFile::of(name, content)));
    let files: BTreeMap<_, _> = files.collect();
    Call { bot, method: Method::named(method).unwrap(), params, files }
}

fn perform(
    state: &mut State,
    method: &str,
    fields: &Value,
    files: &[(&str, &str, Vec<u8>)],
) -> Result<Value, String> {
    let call = call(BOT, method, fields, files);
    call.perform(state, 1_800_000_000).map_err(|refusal| refusal.to_string())
}

fn album(state: &mut State, kinds: &[&str]) -> Result<Value, String> {
    let items: Vec<_> = (0..kinds.len())
        .map(|at| json!({ "type": kinds[at], "media": format!("attach://m{at}") }))
        .collect();
    let names: Vec<_> = (0..kinds.len()).map(|at| format!("m{at}")).collect();
    let files: Vec<_> = names.iter().map(|name| (name.as_str(), "a.bin", png(8, 8))).collect();
    perform(state, "sendMediaGroup", &json!({ "media": items }), &files)
}

fn ids(messages: &Value) -> Vec<i64> {
    messages
        .as_array()
        .unwrap()
        .iter()
        .map(|message| message["message_id"].as_i64().unwrap())
        .collect()
}

#[test]
fn message_has_its_file_and_caption() {
    let mut state = state();
    let fields = json!({
        "photo": "attach://m0", "caption": "Hi #tag", "show_caption_above_media": true, "has_spoiler": true,
    });
    let photo =
        perform(&mut state, "sendPhoto", &fields, &[("m0", "a.png", png(640, 480))]).unwrap();
    let sizes = photo["photo"].as_array().unwrap();
    assert_eq!((&sizes[1]["width"], &sizes[1]["height"]), (&json!(640), &json!(480)));
    assert_eq!((&photo["caption"], photo.get("text")), (&json!("Hi #tag"), None));
    assert_eq!(photo["caption_entities"][0]["type"], "hashtag");
    assert_eq!(
        (&photo["show_caption_above_media"], &photo["has_media_spoiler"]),
        (&json!(true), &json!(true))
    );
    let fields = json!({ "animation": "attach://m0", "width": 4, "height": 3, "duration": 2 });
    let animation =
        perform(&mut state, "sendAnimation", &fields, &[("m0", "a.mp4", vec![1])]).unwrap();
    assert_eq!(animation["animation"], animation["document"]);
    assert_eq!(animation["animation"]["duration"], 2);
    let fields = json!({ "document": "attach://m0" });
    let document =
        perform(&mut state, "sendDocument", &fields, &[("m0", "a<b.pdf", vec![1, 2])]).unwrap();
    assert_eq!(document["document"]["file_name"], "a b.pdf");
    assert_eq!(document["document"]["file_size"], 2);
    assert_eq!(document.get("caption"), None);
    let posts = state.posts("w").unwrap();
    assert_eq!(posts[2].media.as_ref().unwrap().sha256, UploadedFile::of("", &[1, 2]).sha256);
}

#[test]
fn invalid_file_is_refused_and_nothing_is_posted() {
    let photo = |content: Vec<u8>| {
        perform(
            &mut state(),
            "sendPhoto",
            &json!({ "photo": "attach://m0" }),
            &[("m0", "a.png", content)],
        )
    };
    let rows = [
        (photo(vec![]), "file must be non-empty"),
        (photo(b"text".to_vec()), "IMAGE_PROCESS_FAILED"),
        (photo(png(9_999, 2)), "PHOTO_INVALID_DIMENSIONS"),
        (photo(png(6_000, 4_001)), "PHOTO_INVALID_DIMENSIONS"),
        (perform(&mut state(), "sendPhoto", &json!({}), &[]), "there is no photo in the request"),
        (
            perform(&mut state(), "sendVideo", &json!({ "video": "attach://m0" }), &[]),
            "there is no video in the request",
        ),
        (
            perform(&mut state(), "sendPhoto", &json!({ "photo": "photo-1-1" }), &[]),
            "wrong file identifier/HTTP URL specified",
        ),
        (
            perform(
                &mut state(),
                "sendPhoto",
                &json!({ "caption": "a".repeat(1_025), "photo": "attach://m0" }),
                &[("m0", "a.png", png(8, 8))],
            ),
            "message caption is too long",
        ),
        (album(&mut state(), &[]), "there are no messages to send"),
        (album(&mut state(), &["photo"; 11]), "too many messages to send as an album"),
        (
            album(&mut state(), &["document", "photo"]),
            "document can't be mixed with other media types",
        ),
        (
            album(&mut state(), &["photo", "animation"]),
            "type \"animation\" can't be used in sendMediaGroup",
        ),
    ];
    for (found, expected) in rows {
        assert_eq!(found, Err(format!("Bad Request: {expected}")));
    }
}

#[test]
fn album_is_posted_whole_or_not_at_all() {
    let mut state = state();
    let messages = album(&mut state, &["photo", "video", "photo"]).unwrap();
    assert_eq!(ids(&messages), [1, 2, 3]);
    assert!(messages[0]["media_group_id"].is_string());
    assert_eq!(messages[0]["media_group_id"], messages[2]["media_group_id"]);
    let single = album(&mut state, &["photo"]).unwrap();
    assert_eq!(single[0].get("media_group_id"), None);
    let items = json!([
        { "type": "photo", "media": "attach://m0" }, { "type": "photo", "media": "attach://m1" },
    ]);
    let files = [("m0", "a.png", png(8, 8)), ("m1", "b.png", b"no picture".to_vec())];
    assert_eq!(
        perform(&mut state, "sendMediaGroup", &json!({ "media": items }), &files),
        Err("Bad Request: failed to send message #2 with the error message \"IMAGE_PROCESS_FAILED\"".to_owned())
    );
    assert_eq!(state.posts("w").unwrap().len(), 4);
}

#[test]
fn lost_item_leaves_the_others_posted() {
    let mut state = state();
    let messages = album(&mut state, &["photo", "photo", "photo"]).unwrap();
    let call = call(BOT, "sendMediaGroup", &json!({}), &[]);
    assert_eq!(
        lose_item(&mut state, &call, &messages, 2).to_string(),
        "Bad Request: failed to send message #2 with the error message \"Message was not sent\""
    );
    let left: Vec<_> = state.posts("w").unwrap().iter().map(|post| post.message_id).collect();
    assert_eq!(left, [1, 3]);
}

#[test]
fn file_id_is_for_its_bot_and_class_until_it_is_forgotten() {
    let mut state = state();
    let files = [("m0", "a.png", png(8, 8))];
    let posted =
        perform(&mut state, "sendPhoto", &json!({ "photo": "attach://m0" }), &files).unwrap();
    let file_id = posted["photo"][1]["file_id"].as_str().unwrap().to_owned();
    let again = perform(&mut state, "sendPhoto", &json!({ "photo": file_id }), &[]).unwrap();
    assert_eq!(again["photo"], posted["photo"]);
    let wrong = "Bad Request: wrong file identifier/HTTP URL specified";
    let other = call(BOT + 1, "sendPhoto", &json!({ "photo": file_id }), &[]);
    assert_eq!(other.perform(&mut state, 0).unwrap_err().to_string(), wrong);
    assert_eq!(
        perform(&mut state, "sendDocument", &json!({ "document": file_id }), &[]).unwrap_err(),
        "Bad Request: can't use file of type Photo as Document"
    );
    // Any other file is sent by each method, and stays what it is.
    let files = [("m0", "a.txt", b"text".to_vec())];
    let posted =
        perform(&mut state, "sendDocument", &json!({ "document": "attach://m0" }), &files).unwrap();
    let document = json!({ "video": posted["document"]["file_id"] });
    let again = perform(&mut state, "sendVideo", &document, &[]).unwrap();
    assert_eq!((&again["document"], again.get("video")), (&posted["document"], None));
    let photo = json!({ "photo": posted["document"]["file_id"] });
    assert_eq!(
        perform(&mut state, "sendPhoto", &photo, &[]).unwrap_err(),
        "Bad Request: can't use file of type Document as Photo"
    );
    state.files.forget();
    assert_eq!(
        perform(&mut state, "sendPhoto", &json!({ "photo": file_id }), &[]).unwrap_err(),
        wrong
    );
}

#[test]
fn media_is_edited_within_telegrams_rules() {
    let mut state = state();
    album(&mut state, &["photo", "video"]).unwrap();
    let files = [("m1", "b.png", png(9, 9))];
    let edit =
        |kind: &str| json!({ "message_id": 2, "media": { "type": kind, "media": "attach://m1" } });
    let edited = perform(&mut state, "editMessageMedia", &edit("photo"), &files).unwrap();
    assert_eq!(edited["photo"][1]["width"], 9);
    assert!(edited["media_group_id"].is_string());
    for (kind, expected) in [
        ("document", "can't change media type in the album"),
        ("animation", "message content type can't be used in an album"),
    ] {
        assert_eq!(
            perform(&mut state, "editMessageMedia", &edit(kind), &files),
            Err(format!("Bad Request: {expected}"))
        );
    }
    let caption = json!({ "message_id": 1, "caption": "New" });
    let edited = perform(&mut state, "editMessageCaption", &caption, &[]).unwrap();
    assert_eq!(edited["caption"], "New");
    let again = perform(&mut state, "editMessageCaption", &caption, &[]).unwrap_err();
    assert!(again.contains("message is not modified"), "{again}");
    let text = perform(&mut state, "sendMessage", &json!({ "text": "a" }), &[]).unwrap();
    let id = text["message_id"].as_i64().unwrap();
    assert_eq!(
        perform(
            &mut state,
            "editMessageCaption",
            &json!({ "message_id": id, "caption": "b" }),
            &[]
        ),
        Err("Bad Request: there is no caption in the message to edit".to_owned())
    );
    let media = json!({ "message_id": id, "media": { "type": "photo", "media": "attach://m1" } });
    perform(&mut state, "editMessageMedia", &media, &files).unwrap();
    assert_eq!(
        perform(&mut state, "editMessageText", &json!({ "message_id": id, "text": "b" }), &[]),
        Err("Bad Request: there is no text in the message to edit".to_owned())
    );
}

#[test]
fn single_forward_has_no_album_and_several_make_a_new_one() {
    let mut state = state();
    let messages = album(&mut state, &["photo", "photo"]).unwrap();
    let to_other = |fields: Value| {
        let mut fields = fields;
        fields["chat_id"] = json!("@o");
        fields["from_chat_id"] = json!("@w");
        fields
    };
    let single =
        perform(&mut state, "forwardMessage", &to_other(json!({ "message_id": 1 })), &[]).unwrap();
    assert_eq!(single.get("media_group_id"), None);
    assert_eq!(single["photo"], messages[0]["photo"]);
    let both = to_other(json!({ "message_ids": [1, 2] }));
    perform(&mut state, "forwardMessages", &both, &[]).unwrap();
    let groups: Vec<_> =
        state.posts("o").unwrap().into_iter().map(|post| post.media_group_id).collect();
    assert!(groups[0].is_none() && groups[1].is_some() && groups[1] == groups[2], "{groups:?}");
    assert_ne!(groups[1].as_deref(), messages[0]["media_group_id"].as_str());
}

#[test]
fn copies_of_an_album_are_an_album_of_their_own_and_follow_its_edits() {
    let mut state = state();
    let group = ChannelSeed {
        discussion_of: Some("@w".to_owned()),
        ..ChannelSeed::private(-1_001_777, "Talk")
    };
    state.add_channel(group).unwrap();
    let messages = album(&mut state, &["photo", "photo"]).unwrap();
    state.forward_posts(1);
    let copies = |state: &State| state.posts("-1001777").unwrap();
    let albums: Vec<_> = copies(&state).into_iter().map(|copy| copy.media_group_id).collect();
    assert!(albums[0].is_some() && albums[0] == albums[1], "{albums:?}");
    assert_ne!(albums[0].as_deref(), messages[0]["media_group_id"].as_str());
    let caption = json!({ "message_id": 1, "caption": "New" });
    perform(&mut state, "editMessageCaption", &caption, &[]).unwrap();
    assert!(state.forward_posts(2) && !state.forward_posts(3));
    let texts: Vec<_> = copies(&state).into_iter().map(|copy| copy.text).collect();
    assert_eq!(texts, ["New", ""]);
}

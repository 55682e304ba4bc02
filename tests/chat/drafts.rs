//! What becomes of drafts: their buttons, proposals and corrections.

#![expect(clippy::disallowed_methods, reason = "the tests look into the inbox")]

use serde_json::{Value, json};

use super::inbox::{JPEG, below_source, file, files, find, talk, write};
use super::talk::Talk;

const ANNA: i64 = 111;
const BORIS: i64 = 222;
const DAN: i64 = 444;

#[test]
fn draft_that_has_changed_is_shown_again_and_an_unchanged_one_is_discarded() {
    let mut talk = talk();
    write(&talk, BORIS, &json!({ "text": "First words" }));
    talk.receives(BORIS, "It is a draft");
    let path = find(&talk.world.path("posts/inbox"), "first-words").unwrap();
    let id = format!("inbox/{}", path.file_stem().unwrap().to_str().unwrap());
    let text = file(&talk, "first").replace("First", "Other");
    talk.write(&id, &text);
    let said = talk.press(BORIS, 1);
    assert!(said.contains("has changed since") && said.contains("Other words"), "{said}");
    assert!(talk.sandbox.posts().is_empty() && file(&talk, "first").contains("draft = true"));
    let said = talk.press(BORIS, 4);
    assert!(said.contains("Remove the draft"), "{said}");
    let said = talk.press(BORIS, 1);
    assert!(said.contains("removed"), "{said}");
    assert!(files(&talk).is_empty());
}

#[test]
fn channels_are_chosen_and_a_time_takes_the_draft_out_of_the_file() {
    let mut talk = Talk::new(
        "bot.inbox = \"in/box\"\nchannels.blog = { chat = \"@example_blog\", language = \"en\" }\nchannels.ru = { chat = \"@example_ru\", language = \"ru\" }",
    );
    talk.sandbox.add_channel(-1_001_000_000_077, "example_blog");
    talk.sandbox.add_channel(-1_001_000_000_078, "example_ru");
    talk = talk.serve();
    write(&talk, BORIS, &json!({ "text": "Two places" }));
    talk.receives(BORIS, "It is a draft");
    let folder = talk.world.path("posts/in/box");
    let text = || std::fs::read_to_string(find(&folder, "two-places").unwrap()).unwrap();
    assert!(text().contains("language = \"en\""), "{}", text());
    let said = talk.press(BORIS, 3);
    assert!(
        said.contains("✅ blog") && said.contains("✅ news") && !said.contains("✅ ru"),
        "{said}"
    );
    let said = talk.press(BORIS, 1);
    assert!(said.contains("▫️ blog") && said.contains("✅ news"), "{said}");
    // A text has one language.
    let said = talk.press(BORIS, 2);
    assert!(said.contains("▫️ news") && said.contains("✅ ru"), "{said}");
    let said = talk.press(BORIS, 4);
    assert!(said.contains("are saved"), "{said}");
    assert!(text().contains("channels = [\"ru\"]") && text().contains("language = \"ru\""));
    talk.press(BORIS, 3);
    talk.press(BORIS, 3);
    let said = talk.press(BORIS, 4);
    assert!(said.contains("are saved"), "{said}");
    assert!(text().contains("channels = [\"news\"]") && text().contains("language = \"en\""));
    assert!(text().contains("draft = true"));
    talk.press(BORIS, 2);
    assert!(text().contains("draft = true"), "no time was chosen yet");
    let said = talk.press(BORIS, 1);
    assert!(said.contains("scheduled"), "{said}");
    assert!(!text().contains("draft"));
}

#[test]
fn editor_proposes_a_draft_and_a_publisher_publishes_it() {
    let mut talk = talk();
    for person in [ANNA, BORIS] {
        talk.say_start(person);
    }
    write(&talk, DAN, &json!({ "text": "From Dan" }));
    talk.receives(DAN, "It is a draft");
    let said = talk.press(DAN, 1);
    assert!(said.contains("Anna"), "{said}");
    assert!(file(&talk, "from-dan").contains("draft = true"));
    talk.receives(BORIS, "Dan suggests publishing");
    talk.press_until(BORIS, 1, "is published");
    assert_eq!(talk.sandbox.posts(), ["From Dan"]);
    // Everybody knows how it ended.
    talk.receives(ANNA, "Boris accepted the proposal");
    talk.receives(DAN, "is published in news");
}

#[test]
fn proposed_draft_is_declined_or_removed_and_its_author_knows() {
    let mut talk = talk();
    for person in [ANNA, BORIS] {
        talk.say_start(person);
    }
    write(&talk, DAN, &json!({ "text": "Too early" }));
    talk.receives(DAN, "It is a draft");
    talk.press(DAN, 1);
    talk.receives(BORIS, "Dan suggests publishing");
    talk.press(BORIS, 2);
    talk.receives(DAN, "Boris declined the proposal");
    talk.receives(ANNA, "Boris declined the proposal");
    assert!(file(&talk, "too-early").contains("draft = true"));

    let path = find(&talk.world.path("posts/inbox"), "too-early").unwrap();
    let id = format!("inbox/{}", path.file_stem().unwrap().to_str().unwrap());
    let said = talk.say(DAN, &format!("/schedule {id} tomorrow 09:00"));
    assert!(said.contains("I sent your proposal"), "{said}");
    talk.receives(BORIS, "tomorrow");
    talk.say(BORIS, &format!("/preview {id}"));
    talk.press(BORIS, 4);
    talk.press(BORIS, 1);
    talk.receives(DAN, "Boris removed the draft");
    talk.receives(ANNA, "Boris removed the draft");
}

#[test]
fn draft_is_scheduled_by_command_and_stays_a_draft_if_nothing_was_ordered() {
    let mut talk = Talk::new(
        "bot.inbox = \"inbox\"\nchannels.gone = { chat = \"@example_gone\", language = \"en\" }",
    )
    .serve();
    write(&talk, BORIS, &json!({ "text": "Later" }));
    talk.receives(BORIS, "It is a draft");
    let path = find(&talk.world.path("posts/inbox"), "later").unwrap();
    let id = format!("inbox/{}", path.file_stem().unwrap().to_str().unwrap());
    let said = talk.say(BORIS, &format!("/schedule {id} 2020-01-01 10:00"));
    assert!(said.contains("already passed"), "{said}");
    assert!(file(&talk, "later").contains("draft = true"));
    // One of its channels cannot be found, so nothing is ordered.
    let said = talk.say(BORIS, &format!("/schedule {id} +1h"));
    assert!(!said.contains("is scheduled"), "{said}");
    assert!(file(&talk, "later").contains("draft = true"));
    talk.say(BORIS, &format!("/preview {id}"));
    talk.press(BORIS, 3);
    talk.press(BORIS, 1);
    talk.press(BORIS, 3);
    let said = talk.say(BORIS, &format!("/schedule {id} +1h"));
    assert!(said.contains("is scheduled in news"), "{said}");
    assert!(!file(&talk, "later").contains("draft"));
}

/// Replies to the newest message of the bot with this text.
fn reply(talk: &Talk, person: i64, to: &str, text: &str) {
    let chat = talk.chat(person);
    let is_it = |message: &&Value| {
        message["from"] != json!(person)
            && message["text"].as_str().is_some_and(|text| text.contains(to))
    };
    let id = &chat.iter().rev().find(is_it).unwrap()["message_id"];
    write(talk, person, &json!({ "text": text, "reply_parameters": { "message_id": id } }));
}

#[test]
fn reply_to_a_preview_corrects_the_body_after_a_confirmation() {
    let mut talk = Talk::new("bot.inbox = \"inbox\"")
        .post("many", "pin = true\nheading = \"Many\"\nbullets = [\"a\"]")
        .post("one", "body = \"One word\" # kept\n")
        .serve();
    write(&talk, DAN, &json!({ "text": "Helo world" }));
    talk.receives(DAN, "It is a draft");
    reply(&talk, DAN, "Helo world", "Hello world");
    talk.receives(DAN, "Change the text of");
    assert!(file(&talk, "helo").contains("\"Helo world\""), "nothing was confirmed yet");
    let said = talk.press(DAN, 1);
    assert!(said.contains("is saved") && said.contains("Hello world"), "{said}");
    assert!(file(&talk, "helo").contains("body = \"Hello world\""));
    assert_eq!(files(&talk), ["helo-world.toml"], "a correction became a draft");

    // An editor corrects only drafts, and a post of several parts is edited in its file.
    talk.say(DAN, "/preview one");
    reply(&talk, DAN, "One word", "Two words");
    talk.receives(DAN, "Your role doesn’t allow this");
    talk.say(BORIS, "/preview many");
    reply(&talk, BORIS, "Many", "x");
    talk.receives(BORIS, "posts/many.toml:2");

    talk.say(BORIS, "/publish one");
    talk.press_until(BORIS, 1, "is published");
    talk.say(BORIS, "/preview one");
    reply(&talk, BORIS, "One word", "Two words");
    talk.receives(BORIS, "Change the text of");
    talk.press(BORIS, 1);
    assert_eq!(talk.world.read("posts/one.toml"), "body = \"Two words\" # kept\n");
    talk.press_labelled_until(BORIS, "Edit the message", "was edited in news");
    assert_eq!(talk.sandbox.posts(), ["Two words"]);
}

#[test]
fn markdown_draft_has_the_same_buttons_and_corrections() {
    let mut talk = Talk::new(
        "bot.inbox = \"inbox\"\nchannels.blog = { chat = \"@example_blog\", language = \"en\" }",
    );
    talk.sandbox.add_channel(-1_001_000_000_077, "example_blog");
    std::fs::create_dir_all(talk.world.path("posts/inbox")).unwrap();
    let path = talk.world.path("posts/inbox/note.md");
    std::fs::write(&path, "+++\ndraft = true\n+++\n\nOne *word*\n").unwrap();
    talk = talk.serve();
    talk.say(BORIS, "/preview inbox/note");
    reply(&talk, BORIS, "One word", "Two words");
    talk.receives(BORIS, "Change the text of");
    talk.press_until(BORIS, 1, "It is a draft");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "+++\ndraft = true\n+++\n\nTwo words\n");
    talk.press(BORIS, 3);
    talk.press(BORIS, 1);
    talk.press_until(BORIS, 3, "It is a draft");
    talk.press_until(BORIS, 1, "is published");
    let text = "+++\nchannels = [\"news\"]\n+++\n\nTwo words\n";
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    assert_eq!(talk.sandbox.posts(), ["Two words"]);
}

#[test]
fn correction_gives_a_photo_its_text_and_must_show_exactly_what_was_sent() {
    let talk = Talk::new(
        "bot.inbox = \"inbox\"\nchannels.ru = { chat = \"@example_ru\", language = \"ru\" }",
    );
    talk.sandbox.add_channel(-1_001_000_000_078, "example_ru");
    let mut talk = talk
        .post("joined", "language = \"en\"\nbody = \"One line\"\nreflow = true\n")
        .post("two", "[editions.en]\nbody = \"English\"\n[editions.ru]\nbody = \"Русский\"\n")
        .serve();
    let photo = json!([{ "type": "photo", "media": "attach://a" }]);
    talk.send_media(DAN, &photo, &[("a", "x.jpg", JPEG)], &[]);
    talk.receives(DAN, "It is a draft");
    reply(&talk, DAN, "It is a draft", "A caption");
    talk.receives(DAN, "Change the text of");
    talk.press_until(DAN, 1, "It is a draft");
    let path = find(&talk.world.path("posts/inbox"), "post.toml").unwrap();
    let text = std::fs::read_to_string(path).unwrap();
    let expected = "draft = true\nlanguage = \"ru\"\nbody = \"A caption\"\n\n[[media]]\nphoto = \"photo.jpg\"\n";
    assert_eq!(below_source(&text), expected);
    // `reflow` would join the lines.
    talk.say(BORIS, "/preview joined");
    reply(&talk, BORIS, "One line", "Two\nlines");
    talk.receives(BORIS, "cannot keep exactly");
    talk.say(BORIS, "/posts two");
    talk.press(BORIS, 1);
    reply(&talk, BORIS, "two", "x");
    talk.receives(BORIS, "text in several languages");
}

#[test]
fn edit_of_the_message_corrects_its_draft_after_a_confirmation() {
    let mut talk = talk();
    write(&talk, DAN, &json!({ "text": "Helo world" }));
    talk.receives(DAN, "It is a draft");
    let chat = talk.chat(DAN);
    let sent = chat.iter().find(|message| message["text"] == "Helo world").unwrap();
    let edit = |text: &str, id: &Value| {
        let mut edited = sent.clone();
        let fields = edited.as_object_mut().unwrap();
        fields.retain(|key, _| key != "change");
        let from = json!({ "id": DAN, "is_bot": false, "first_name": "Dan" });
        let chat = json!({ "id": DAN, "first_name": "Dan", "type": "private" });
        let changed = [("text", json!(text)), ("edit_date", json!(1_900_000_000))];
        let who = [("from", from), ("chat", chat), ("message_id", id.clone())];
        fields.extend(changed.into_iter().chain(who).map(|(key, value)| (key.to_owned(), value)));
        talk.sandbox.post("/sandbox/updates", &json!({ "edited_message": edited }));
    };
    // Neither the same text nor the edit of another message, and never a command.
    edit("Helo world", &sent["message_id"]);
    edit("/pause", &json!(1_000_000));
    edit("Other words", &json!(1_000_001));
    edit("Hello world", &sent["message_id"]);
    talk.receives(DAN, "Change the text of");
    talk.press_until(DAN, 1, "It is a draft");
    assert!(file(&talk, "helo").contains("body = \"Hello world\""));
    assert_eq!(files(&talk), ["helo-world.toml"]);
    assert_eq!(talk.count(DAN, "already the text"), 0);
}

//! Answers to single commands and button presses that no story covers.

use serde_json::json;

use super::talk::Talk;
use crate::world::STAGING;

const ANNA: i64 = 111;
const BORIS: i64 = 222;
const DAN: i64 = 444;

/// This many scheduled posts, the earliest first.
fn scheduled_posts(count: usize) -> Talk {
    (0..count).fold(Talk::new(""), |talk, number| {
        let text = format!(
            "heading = \"Post {number}\"\npublish_at = 2030-01-02T{:02}:{:02}:00Z",
            9 + number / 60,
            number % 60
        );
        talk.post(&format!("post-{number:02}"), &text)
    })
}

#[test]
fn language_of_an_operator_is_kept_across_a_restart() {
    let mut talk = Talk::new("bot.alerts = 555\nbot.language = \"ru\"").serve();
    talk.set_language(BORIS, "ru");
    talk.set_language(ANNA, "en");
    talk.say_start(BORIS);
    talk.say_start(ANNA);
    let alerts = json!({ "id": 555, "first_name": "On call", "language_code": "en" });
    talk.sandbox.post("/sandbox/people", &alerts);
    talk.sandbox.post("/sandbox/people/555/messages", &json!({ "text": "/start" }));
    talk.restart();
    talk.save("a", "heading = \"A\"\npublish_at = 2030-01-02T09:00:00Z");
    talk.assert_read(BORIS, "a выйдет в news", 1);
    talk.assert_read(ANNA, "a is scheduled in news", 1);
    talk.assert_read(555, "a выйдет в news", 1);
    // The names are kept too.
    talk.say(DAN, "/preview a");
    talk.press(DAN, 1);
    talk.assert_read(BORIS, "Dan предлагает", 1);
}

#[test]
fn button_from_before_a_restart_only_shows_the_current_state() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").post("b", "heading = \"B\"").serve();
    talk.say(ANNA, "/publish a");
    talk.restart();
    let said = talk.press(ANNA, 1);
    assert!(said.contains("button no longer works"), "{said}");
    assert!(said.contains("news: not published"), "{said}");
    assert_eq!(talk.sandbox.posts(), [""; 0]);
    // The button of a list shows the list.
    talk.say(ANNA, "/posts");
    talk.restart();
    let said = talk.press(ANNA, 1);
    assert!(said.contains("button no longer works") && said.contains("[1] All"), "{said}");
    // Buttons without a post have no state to show.
    talk.say(ANNA, "/channels");
    talk.restart();
    let said = talk.press(ANNA, 1);
    assert!(said.contains("Send the command again") && !said.contains("current state"), "{said}");
}

#[test]
fn edit_that_telegram_cannot_make_is_not_offered() {
    let poll = |question: &str| {
        format!("[poll]\nquestion = \"{question}\"\noptions = [\"Friday\", \"Saturday\"]")
    };
    let mut talk = Talk::new("").post("a", &poll("Which day?")).serve();
    talk.say(ANNA, "/publish a");
    talk.press_until(ANNA, 1, "is published");
    talk.write("a", &poll("Which evening?"));
    for command in ["/preview a", "/publish a", "/cancel a"] {
        let said = talk.say(ANNA, command);
        assert!(said.contains("news: it cannot be edited") && !said.contains("✏️"), "{said}");
    }
}

#[test]
fn post_with_a_draft_among_its_joint_editions_is_not_offered() {
    let post = "together = true\n[editions.en]\nheading = \"Here\"\n[editions.ru]\nheading = \"Там\"\ndraft = true";
    let other = "channels.ru = { chat = \"@example_ru\", language = \"ru\" }";
    let talk = Talk::new(other).post("a", post);
    talk.sandbox.add_channel(-1_001_000_000_103, "example_ru");
    let mut talk = talk.serve();
    for command in ["/publish a", "/schedule a"] {
        let said = talk.say(ANNA, command);
        assert!(said.contains("one of them is a draft"), "{said}");
        assert!(!said.contains("Publish this now?") && !said.contains("In 1 h"), "{said}");
    }
}

#[test]
fn check_reports_no_passed_time_of_a_published_post() {
    let post =
        |heading: &str| format!("heading = \"{heading}\"\npublish_at = 2026-01-02T09:00:00Z");
    let talk = Talk::new("").post("a", &post("A")).post("b", &post("B"));
    talk.world.run("publish a").exits(0);
    talk.world.run("publish b").exits(0);
    let mut talk = talk.serve();
    let said = talk.say(ANNA, "/check");
    assert!(!said.contains("same minute") && !said.contains("has passed"), "{said}");
    // Other problems of such a post are still reported.
    talk.write("b", &format!("{}\nhashtags = [\"two words\"]", post("B")));
    let said = talk.say(ANNA, "/check b");
    assert!(said.contains("bad-hashtag") && !said.contains("same minute"), "{said}");
}

#[test]
fn status_counts_an_edit_that_waits() {
    let talk = Talk::new("").post("a", "heading = \"A\"");
    talk.world.run("publish a").exits(0);
    let mut talk = talk.serve();
    talk.say(ANNA, "/pause news");
    talk.write("a", "heading = \"B\"");
    talk.say(ANNA, "/update a");
    let said = talk.press(ANNA, 1);
    assert!(said.contains("news is paused"), "{said}");
    let said = talk.say(ANNA, "/status");
    assert!(said.contains("Waiting: 1"), "{said}");
    assert!(said.contains("news: its edit is waiting: the channel is paused"), "{said}");
    let said = talk.say(ANNA, "/queue");
    assert!(said.contains("its edit is waiting: the channel is paused"), "{said}");
}

#[test]
fn status_names_a_channel_that_refuses_the_bot() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    talk.say(ANNA, "/publish a");
    talk.press_until(ANNA, 1, "is published");
    talk.sandbox.post("/sandbox/channels/example_news/standing", &json!("kicked"));
    talk.write("a", "heading = \"B\"");
    talk.say(ANNA, "/update a");
    talk.press_until(ANNA, 1, "Telegram refuses the bot");
    let said = talk.say(ANNA, "/status");
    assert!(said.contains("news is paused because Telegram refuses the bot there"), "{said}");
    assert!(!said.contains("Nothing needs your attention"), "{said}");
}

#[test]
fn published_post_is_not_offered_again() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    talk.say(ANNA, "/publish a");
    talk.press_until(ANNA, 1, "is published");
    let said = talk.say(ANNA, "/publish a");
    assert!(said.contains("news: published") && !said.contains("Publish this now?"), "{said}");
    assert!(said.contains("[1] Open the post"), "{said}");
    talk.write("a", "heading = \"B\"");
    let said = talk.say(ANNA, "/preview a");
    assert!(
        said.contains("differs from the published message") && said.contains("[1] ✏️"),
        "{said}"
    );
    let said = talk.press(ANNA, 1);
    assert!(said.contains("➖ A\n➕ B"), "{said}");
    // The preview of a scheduled post shows its time, and it can still be published now.
    talk.save("c", "heading = \"C\"");
    talk.say(ANNA, "/schedule c 2030-01-02 09:00");
    let said = talk.say(ANNA, "/preview c");
    assert!(said.contains("scheduled for 2030-01-02 09:00 UTC"), "{said}");
    assert!(said.contains("Publish this now?"), "{said}");
}

#[test]
fn cancel_of_an_uncertain_post_shows_its_card() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    talk.say(ANNA, "/publish a");
    let fault = json!({ "fault": "read_close", "method": "sendMessage", "lands": "before" });
    talk.sandbox.arm(&fault);
    talk.press_until(ANNA, 1, "Telegram did not confirm");
    let said = talk.say(ANNA, "/cancel a");
    assert!(said.contains("is not on the schedule"), "{said}");
    assert!(said.contains("may or may not have been sent") && said.contains("[2] ✅"), "{said}");
}

#[test]
fn long_lists_have_pages_and_summaries_count_the_rest() {
    let mut talk = scheduled_posts(20).serve();
    // First she is notified of the posts that their files scheduled.
    talk.say_start(ANNA);
    talk.wait_until_quiet(ANNA);
    let said = talk.say(ANNA, "/status");
    assert!(said.contains("Waiting: 20") && said.contains("… and 15 more"), "{said}");
    assert!(said.contains("post-00 → news: scheduled for 2030-01-02 09:00 UTC"), "{said}");
    let first = talk.press(ANNA, 1);
    assert!(first.contains("1–8 of 20") && first.contains("1. 🕒 post-00"), "{first}");
    let second = talk.press(ANNA, 9);
    assert!(second.contains("9–16 of 20") && second.contains("1. 🕒 post-08"), "{second}");
    let third = talk.press(ANNA, 10);
    assert!(third.contains("17–20 of 20") && third.contains("4. 🕒 post-19"), "{third}");
    let card = talk.press(ANNA, 4);
    assert!(card.contains("Post 19"), "{card}");
    let list = talk.say(ANNA, "/posts");
    assert!(list.contains("Posts 1–8 of 20"), "{list}");
}

#[test]
fn paused_channel_is_named_and_publishes_nothing() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    talk.say(ANNA, "/pause news");
    let said = talk.say(ANNA, "/status");
    assert!(said.contains("⏸ news is paused"), "{said}");
    talk.say(ANNA, "/publish a");
    let said = talk.press(ANNA, 1);
    assert!(said.contains("will be published there once it is resumed"), "{said}");
    let said = talk.say(ANNA, "/pause nwes");
    assert!(said.contains("There is no channel nwes. The channels are: news"), "{said}");
}

#[test]
fn every_invalid_time_gets_its_own_answer() {
    let other = "channels.berlin = { chat = \"@example_berlin\", language = \"en\", timezone = \"Europe/Berlin\" }";
    let talk = Talk::new(other).post("a", "heading = \"A\"");
    let channel = json!({ "username": "example_berlin", "title": "Berlin" });
    talk.sandbox.post("/sandbox/channels", &channel);
    let mut talk = talk.serve();
    for (typed, answer) in [
        ("2030-03-31 02:30", "The clocks skip 2030-03-31 02:30"),
        ("2030-10-27 02:30", "The clocks show 2030-10-27 02:30 twice"),
        ("2999-01-01 09:00", "The year 2999 is too far ahead"),
        ("soon", "understand that time"),
        ("2020-01-01 09:00", "That time has already passed"),
    ] {
        let said = talk.say(ANNA, &format!("/schedule a {typed}"));
        assert!(said.contains(answer) && said.contains("[1] In 1 h"), "{said}");
    }
    // A line break separates the arguments as well as a space does.
    let said = talk.say(ANNA, "/schedule a\n2030-01-02 09:00");
    assert!(said.contains("a is scheduled in berlin for 2030-01-02 09:00 Europe/Berlin"), "{said}");
    // Lists show times in the time zone of the channel.
    let publish_at = "heading = \"C\"\nchannels = [\"berlin\"]\npublish_at = 2030-01-02T09:00:00Z";
    talk.write("c", publish_at);
    let said = talk.say(ANNA, "/posts");
    assert!(said.contains("2030-01-02 10:00 Europe/Berlin"), "{said}");
}

#[test]
fn next_line_answers_the_question_about_a_time() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").post("b", "heading = \"B\"").serve();
    talk.say(ANNA, "/schedule a 2 Jan 2030");
    let said = talk.say(ANNA, "9:00");
    assert!(said.contains("a is scheduled in news for 2030-01-02 09:00"), "{said}");
    // The question is answered.
    let said = talk.say(ANNA, "10:00");
    assert!(said.contains("/help"), "{said}");
    talk.say(ANNA, "/schedule b soon");
    let said = talk.say(ANNA, "later");
    assert!(said.contains("[2] In 1 h"), "{said}");
    // A button answers it too.
    talk.press(ANNA, 2);
    let said = talk.say(ANNA, "2030-01-02 09:00");
    assert!(said.contains("/help"), "{said}");
    talk.say(ANNA, "/schedule b soon");
    let said = talk.say(ANNA, "2030-01-02 09:00");
    assert!(said.contains("b is scheduled in news for 2030-01-02 09:00"), "{said}");
}

#[test]
fn long_input_is_shortened_in_the_answer() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    for command in ["/publish", "/check", "/pause", "/cancel"] {
        let said = talk.say(ANNA, &format!("{command} {}", "x\ny ".repeat(1_000)));
        assert!(said.chars().count() < 200 && said.contains("x y x y"), "{said}");
    }
}

#[test]
fn accepted_proposal_is_closed_for_everybody() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    // No publisher has written to the bot yet, so it cannot write to them.
    talk.say(DAN, "/preview a");
    let said = talk.press(DAN, 1);
    assert!(said.contains("reach anybody who is allowed to publish"), "{said}");
    talk.say_start(ANNA);
    talk.say_start(BORIS);
    talk.say(DAN, "/preview a");
    let said = talk.press(DAN, 1);
    assert!(said.contains("proposal to Anna and Boris"), "{said}");
    talk.receives(BORIS, "Dan suggests");
    talk.press_until(BORIS, 1, "is published");
    talk.assert_read(ANNA, "Boris accepted the proposal to publish a", 1);
    // Dan's message ends with the outcome.
    talk.assert_read(DAN, "a is published in news", 1);
    assert_eq!(talk.sandbox.posts(), ["A"]);
}

#[test]
fn sandbox_commands_act_as_an_operator() {
    let talk = Talk::new("").post("a", "heading = \"A\"").serve();
    let said = talk.world.run("sandbox say /posts").exits(0);
    said.shows("Posts 1–1 of 1").shows("[1] 1");
    talk.world.run("sandbox press 1").exits(0).shows("news: not published");
    let said = talk.world.run("sandbox say --as 444 /publish a").exits(0);
    said.shows("doesn’t allow this");
    talk.world.run("sandbox press 9").exits(2);
}

#[test]
fn scheduled_post_is_moved_from_the_queue_through_its_preview() {
    let mut talk = Talk::new("").post("a", "heading = \"A\"").serve();
    talk.say(BORIS, "/schedule a 2030-01-02 09:00");
    talk.say(BORIS, "/queue");
    let card = talk.press(BORIS, 1);
    assert!(card.contains("[3] 🕒 Change the time"), "{card}");
    let preview = talk.press(BORIS, 3);
    assert!(
        preview.contains("scheduled for 2030-01-02 09:00") && preview.contains("[2] 🕒"),
        "{preview}"
    );
    talk.press(BORIS, 2);
    // The next slot is the first button.
    let moved = talk.press(BORIS, 1);
    assert!(moved.contains("a is scheduled in news") && !moved.contains("2030"), "{moved}");
    let back = talk.press(BORIS, 1);
    assert!(back.contains("a is scheduled in news for 2030-01-02 09:00"), "{back}");
    assert_eq!(talk.sandbox.posts(), [""; 0]);
}

#[test]
fn operator_can_confirm_the_suggested_message() {
    let talk = Talk::new("");
    talk.sandbox.add_staging_chat();
    let mut talk = talk.post("first", "heading = \"First\"").post("a", "heading = \"The post\"");
    let config = talk.world.read("config/telepress.toml");
    let recovery = format!("recovery = {{ staging_chat = {STAGING}, quiet = \"2s\" }}");
    talk.save_config(&config.replace("recovery.quiet = \"0ms\"", &recovery));
    talk.world.run("publish first").exits(0);
    let mut talk = talk.serve();
    talk.say_start(ANNA);
    talk.sandbox.arm(&json!({ "fault": "read_close", "method": "sendMessage", "lands": "before" }));
    talk.world.run("schedule a +50ms").exits(0);
    let waits = |talk: &Talk, what: &str, is_so: &dyn Fn() -> bool| {
        talk.service.as_ref().unwrap().waits(what, || is_so().then_some(()));
    };
    waits(&talk, "the message", &|| talk.sandbox.posts().len() == 2);
    talk.sandbox.admin_edits(2, "The post, corrected");
    talk.receives(ANNA, "https://t.me/example_news/2");
    assert!(talk.press(ANNA, 1).contains("Recorded"));
    let status = talk.world.run("status a --format json").json();
    assert_eq!(status[0]["state"], "published");
    assert_eq!(talk.sandbox.posts(), ["First", "The post, corrected"]);
}

//! Every day: reminders of missing approvals, the digest, and the names of operators.

#![expect(
    clippy::disallowed_methods,
    reason = "a test reads the machine's clock, and writes the config and the journal"
)]

use jiff::{SignedDuration, Timestamp, ToSpan};
use serde_json::json;
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use telepress::sandbox::ChatClient;

use super::talk::{PEOPLE, Talk};
use crate::world::{Server, until};

const ANNA: i64 = 111;
const BORIS: i64 = 222;
const CLARA: i64 = 333;
const DAN: i64 = 444;

const REMINDER: &str = "its approval is still missing";
const DIGEST: &str = "🗞";

/// A post whose file schedules it in so many minutes.
fn due_in(minutes: i64) -> String {
    let at = Timestamp::now() + SignedDuration::from_mins(minutes);
    format!("heading = \"A\"\npublish_at = {}", at.strftime("%FT%TZ"))
}

/// A newsroom in which each post needs an approval, with a running `serve` and operators who may be notified.
fn reminding(posts: &[(&str, i64)]) -> Talk {
    let mut talk = Talk::new("schedule.approvals = 1");
    for (post, minutes) in posts {
        talk = talk.post(post, &due_in(*minutes));
    }
    for (person, _, _) in PEOPLE {
        talk.write_start(person);
    }
    talk.serve()
}

#[test]
fn those_who_may_approve_are_reminded_once_within_the_last_hour() {
    let mut talk = reminding(&[("soon", 50), ("later", 90)]);
    for person in [ANNA, BORIS, CLARA] {
        talk.assert_read(person, "soon is due in news", 1);
    }
    talk.assert_read(DAN, REMINDER, 0);
    talk.restart();
    talk.say(BORIS, "/status");
    for person in [ANNA, BORIS, CLARA] {
        talk.assert_read(person, REMINDER, 1);
    }
}

#[test]
fn reminder_leads_to_the_approval_which_ends_it() {
    let mut talk = reminding(&[("a", 50)]);
    talk.receives(BORIS, REMINDER);
    talk.press_labelled_until(BORIS, "Review", "of 1 approvals");
    talk.press_labelled_until(BORIS, "✅ Approve", "is approved");
    talk.assert_read(CLARA, REMINDER, 0);
    talk.restart();
    talk.say(CLARA, "/status");
    talk.assert_read(CLARA, REMINDER, 0);
}

/// The date in UTC so many days from today.
fn day(days: i64) -> String {
    let today = Timestamp::now().to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
    today.checked_add(days.days()).unwrap().to_string()
}

/// Writes into the journal that an operator chose midnight for the digest days ago, and when the last one was sent.
fn choose_midnight(talk: &Talk, person: i64, sent_on: &str) {
    let since = Timestamp::now() - SignedDuration::from_hours(96);
    let sql = "INSERT INTO digests (person, at, since, sent_on) VALUES (?1, '00:00:00', ?2, ?3)";
    let query = sqlx::query(sql).bind(person).bind(format!("{since:.9}")).bind(sent_on.to_owned());
    let options = SqliteConnectOptions::new().filename(talk.world.path("telepress.db"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut journal = options.connect().await.unwrap();
        query.execute(&mut journal).await.unwrap();
    });
}

#[test]
fn missed_digest_is_sent_late_on_its_day_and_never_twice() {
    let mut talk = Talk::new("").post("a", &due_in(1)).post("bad", "heading = 5");
    choose_midnight(&talk, BORIS, &day(-2));
    choose_midnight(&talk, CLARA, &day(0));
    // A former operator gets none.
    choose_midnight(&talk, 999, &day(-2));
    for (person, _, _) in PEOPLE {
        talk.write_start(person);
    }
    talk = talk.serve();
    let said = talk.receives(BORIS, DIGEST);
    assert!(said.contains(&day(0)), "{said}");
    for words in ["To be published today: 1", "🕒 a → news", "🛑 bad"] {
        assert!(said.contains(words), "{said}");
    }
    talk.restart();
    talk.say(BORIS, "/digest");
    talk.assert_read(BORIS, DIGEST, 1);
    talk.assert_read(CLARA, DIGEST, 0);
    talk.assert_read(ANNA, DIGEST, 0);
}

#[test]
fn digest_is_chosen_and_ended_in_the_chat_and_kept_across_a_restart() {
    let mut talk = Talk::new("").serve();
    talk.set_language(CLARA, "ru");
    assert!(talk.say(BORIS, "/digest").contains("digest is off"));
    let said = talk.say(BORIS, "/digest 9am");
    assert!(said.contains("every day at 09:00. Next: 20"), "{said}");
    assert!(talk.say(CLARA, "/digest в 9").contains("каждый день в 09:00"));
    assert!(talk.say(BORIS, "/digest monday").contains("time of day"));
    talk.restart();
    assert!(talk.say(BORIS, "/digest").contains("every day at 09:00"));
    assert!(talk.say(BORIS, "/digest off").contains("digest is off"));
    assert!(talk.say(CLARA, "/digest выкл").contains("сводки нет"));
    talk.restart();
    assert!(talk.say(BORIS, "/digest").contains("digest is off"));
}

#[test]
fn digest_follows_the_clock_once_a_day() {
    let (demo, _) = Server::demo();
    let client = ChatClient::new(&demo.address, ANNA).unwrap();
    demo.wait(client.say("/digest 00:00")).unwrap();
    let digests = || {
        let chat = demo.get(&format!("/sandbox/people/{ANNA}/messages")).to_string();
        chat.matches(DIGEST).count()
    };
    assert_eq!(digests(), 0);
    // Midnight is past at every hour.
    for count in 1..=2 {
        demo.post("/sandbox/clock", &json!({ "forward_seconds": 86_400 }));
        assert!(until(|| (digests() == count).then_some(())).is_some(), "{count}");
        std::thread::sleep(std::time::Duration::from_secs(3));
        assert_eq!(digests(), count);
    }
}

#[test]
fn operators_have_the_names_of_the_config_everywhere() {
    let mut talk = Talk::new("schedule.approvals = 1").post("a", "heading = \"A\"");
    let path = talk.world.path("config/telepress.toml");
    let name = |old: &str, new: &str| {
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(old), "{text}");
        std::fs::write(&path, text.replace(old, new)).unwrap();
    };
    name(
        "{ id = 222, role = \"publisher\" }",
        "{ id = 222, role = \"publisher\", name = \"Bo Li\" }",
    );
    for person in [BORIS, CLARA] {
        talk.write_start(person);
    }
    talk = talk.serve();
    talk.say(BORIS, "/schedule a tomorrow 9:00");
    talk.receives(CLARA, "Bo Li wants to publish");
    talk.say(BORIS, "/cancel a");
    talk.world.run("log").exits(0).shows("Bo Li");
    talk.world.run("status a").exits(0).shows("cancelled by Bo Li");
    // A new name counts at once in the chat.
    name("Bo Li", "Bo Wu");
    talk.say(BORIS, "/schedule a tomorrow 10:00");
    std::thread::sleep(std::time::Duration::from_secs(3));
    talk.say(BORIS, "/schedule a tomorrow 11:00");
    talk.receives(CLARA, "Bo Wu wants to publish");
}

//! The rules of Telegram for polls: each row is a poll with exactly the codes it gets.

use crate::world::World;

const QUESTION: &str = "[poll]\nquestion = \"Which day?\"\n";

/// Checks every row as a post of its own.
#[track_caller]
fn check(config: &str, rows: &[(String, &[&str])]) {
    let mut wrong = Vec::new();
    for (post, expected) in rows {
        let world = World::new().config(config).post("a", post);
        let codes = world.run("check --format json").never_panicked().codes();
        let got: Vec<_> = codes.iter().map(|(_, code)| code.as_str()).collect();
        if got != *expected {
            wrong.push(format!("{post}\nexpected {expected:?}\ngot      {got:?}"));
        }
        if expected.is_empty() {
            world.run("render a --as json").exits(0);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

const ONE: &str = "channels.news = { chat = \"@example_news\", language = \"en\" }";

#[test]
fn poll_is_checked_by_telegrams_rules() {
    let options = |list: &str| format!("{QUESTION}options = [{list}]");
    let question = |text: &str| format!("[poll]\nquestion = \"{text}\"\noptions = [\"a\", \"b\"]");
    let rest = |keys: &str| format!("{QUESTION}options = [\"Friday\", \"Saturday\"]\n{keys}");
    let numbers =
        |count: usize| (0..count).map(|n| format!("\"{n}\"")).collect::<Vec<_>>().join(",");
    let rows: Vec<(String, &[&str])> = vec![
        (rest(""), &[]),
        (rest("multiple = true"), &[]),
        (format!("heading = \"T\"\n{}", rest("")), &[]),
        (question(&"я".repeat(300)), &[]),
        (question(&"🎙".repeat(301)), &["bad-poll"]),
        (question(""), &["blank-text"]),
        (question(" \u{200b} "), &["blank-text"]),
        (question("2 * 3 = ?"), &[]),
        (question("**Which** day?"), &["formatting-lost"]),
        (question("See [this](https://example.org/)"), &["formatting-lost"]),
        (question("![👍](tg://emoji?id=5368324170671202286) or not?"), &["custom-emoji"]),
        (question("one\\ntwo"), &["bad-value"]),
        (question("README.md or not?"), &[]),
        (options("\"a\""), &["bad-poll"]),
        (options(""), &["bad-poll"]),
        (options(&numbers(12)), &[]),
        (options(&numbers(13)), &["bad-poll"]),
        (options(&format!("\"a\", \"{}\"", "b".repeat(100))), &[]),
        (options(&format!("\"a\", \"{}\"", "b".repeat(101))), &["bad-poll"]),
        (options("\"a\", \"a\""), &["bad-poll"]),
        (options("\"a\", \"a \""), &["bad-poll", "trimmed-space"]),
        (options("\"a\", \"A\""), &[]),
        (options("\"a\", 5"), &["wrong-type"]),
        ("[poll]\noptions = [\"a\", \"b\"]".to_owned(), &["missing-key"]),
        (QUESTION.to_owned(), &["missing-key"]),
        ("poll = \"Which day?\"".to_owned(), &["wrong-type"]),
        (rest("quiz = { correct = \"Friday\" }"), &[]),
        (rest("quiz = { correct = \"Friday\", explanation = \"**Why**\\nnot\\n?\" }"), &[]),
        (rest("quiz = { correct = \"Sunday\" }"), &["bad-poll"]),
        (rest("quiz = {}"), &["missing-key"]),
        (rest("quiz = { correct = \"Friday\" }\nmultiple = true"), &["bad-poll"]),
        (
            rest(&format!(
                "quiz = {{ correct = \"Friday\", explanation = \"{}\" }}",
                "x".repeat(201)
            )),
            &["bad-poll"],
        ),
        (rest("quiz = { correct = \"Friday\", explanation = \"a\\nb\\nc\\nd\" }"), &["bad-poll"]),
        (format!("hashtags = [\"a\"]\n{}", rest("")), &["poll-alone"]),
        (rest("colour = \"red\""), &["unknown-key"]),
        (rest("[[buttons]]\ntext = \"Map\"\nurl = \"https://example.org/\""), &["cannot-show"]),
        (
            format!(
                "heading = \"T\"\n{}",
                rest("[[buttons]]\ntext = \"Map\"\nurl = \"https://example.org/\"")
            ),
            &[],
        ),
    ];
    check(ONE, &rows);
}

#[test]
fn custom_emoji_are_allowed_by_the_config() {
    let config = format!("bot.custom_emoji = true\n{ONE}");
    let emoji = "![👍](tg://emoji?id=5368324170671202286)";
    let post = format!("[poll]\nquestion = \"{emoji}?\"\noptions = [\"{emoji} yes\", \"no\"]");
    let world = World::new().config(&config).post("a", &post);
    let params = &world.run("render a --as json").exits(0).json()[0]["parts"][0]["params"];
    assert_eq!(params["question"], "👍?");
    assert_eq!(params["question_entities"][0]["type"], "custom_emoji");
    assert_eq!(params["options"][0]["text_entities"][0]["length"], 2);
}

#[test]
fn closing_time_is_compared_with_the_publication_time() {
    let post = |published: &str, closes: &str| {
        let published = if published.is_empty() {
            String::new()
        } else {
            format!("publish_at = {published}\n")
        };
        format!("{published}{QUESTION}options = [\"a\", \"b\"]\ncloses_at = {closes}")
    };
    let at = "2030-05-04T09:00:00Z";
    let rows: Vec<(String, &[&str])> = vec![
        (post(at, "2030-05-04T09:00:04Z"), &["poll-time"]),
        (post(at, "2030-05-04T09:00:05Z"), &[]),
        (post(at, "2030-06-03T19:00:00Z"), &[]),
        (post(at, "2030-06-03T19:00:01Z"), &["poll-time"]),
        (post(at, "2030-05-04T11:00:05"), &[]),
        (post("", "2019-05-04T09:00:00Z"), &["time-past"]),
        (post("", "2031-05-04"), &["bad-time"]),
    ];
    let berlin = "channels.news = { chat = \"@example_news\", language = \"en\", timezone = \"Europe/Berlin\" }";
    check(berlin, &rows);
}

#[test]
fn poll_of_an_edition_replaces_the_shared_one() {
    let config = "
        channels.english = { chat = \"@example_en\", language = \"en\" }
        channels.russian = { chat = \"@example_ru\", language = \"ru\" }
    ";
    let post = "
        [poll]
        question = \"Which day?\"
        options = [\"Friday\", \"Saturday\"]

        [editions.en]
        heading = \"Market\"

        [editions.ru]
        heading = \"Рынок\"
        poll = { question = \"Какой день?\", options = [\"Пятница\", \"Суббота\"], multiple = true }
    ";
    let world = World::new().config(config).post("a", post);
    world.run("check --deny-warnings").exits(0);
    let rendered = world.run("render a --as json").exits(0).json();
    let poll = |channel: usize| rendered[channel]["parts"][1]["params"].clone();
    assert_eq!(poll(0)["question"], "Which day?");
    assert_eq!(poll(1)["question"], "Какой день?");
    assert_eq!(poll(1)["allows_multiple_answers"], true);
}

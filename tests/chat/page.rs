//! docs/chat.md is generated from the snapshots of the stories.

use std::fmt::Write as _;
use std::path::Path;

/// The text above the stories.
const INTRODUCTION: &str = include_str!("introduction.md");

/// The stories in the order of the page, each with its title and what it is about.
const STORIES: [(&str, &str, &str); 9] = [
    (
        "The first day",
        "Boris, a publisher, looks around, publishes a post and schedules another.",
        include_str!("snapshots/first-day.snap"),
    ),
    (
        "A correction",
        "The file changes between the preview and the button press, so the bot shows the new preview instead. Later the published message is edited, and then deleted.",
        include_str!("snapshots/correction.snap"),
    ),
    (
        "A proposal",
        "Dan is an editor, so Dan can only propose: the buttons below `/preview` send a proposal to the publishers.",
        include_str!("snapshots/proposal.snap"),
    ),
    (
        "Two approvers",
        "With `[schedule] approvals = 2`, two other people approve exactly what is published; a change needs new approvals.",
        include_str!("snapshots/two-approvers.snap"),
    ),
    (
        "A refusal",
        "For a request that is not allowed, not known or not understood, the bot gives the reason and the next step.",
        include_str!("snapshots/refusal.snap"),
    ),
    (
        "An unknown outcome",
        "Telegram's answer is lost. Nothing is sent again until an operator has looked at the channel.",
        include_str!("snapshots/unknown-outcome.snap"),
    ),
    ("Stop", "One command stops everything.", include_str!("snapshots/emergency.snap")),
    (
        "In Russian",
        "The bot answers in Russian if the person's app is in Russian.",
        include_str!("snapshots/russian.snap"),
    ),
    (
        "In German",
        "German is another file with the same keys.",
        include_str!("snapshots/german.snap"),
    ),
];

fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    for (title, about, snapshot) in STORIES {
        // The story follows insta's header.
        let story = snapshot.splitn(3, "---\n").last().unwrap();
        let story = story.trim_end();
        write!(page, "\n## {title}\n\n{about}\n\n```text\n{story}\n```\n").unwrap();
    }
    page
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the page is a file of the repository")]
fn page_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/chat.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, page()).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(found, page(), "UPDATE_DOCS=1 updates docs/chat.md");
}

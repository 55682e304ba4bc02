//! docs/chat.md is made of the stories: what it shows was said.

use std::fmt::Write as _;
use std::path::Path;

/// What stands above the stories.
const INTRODUCTION: &str = include_str!("introduction.md");

/// The stories in the order of the page, each with its title and what it tells.
const STORIES: [(&str, &str, &str); 8] = [
    (
        "The first day",
        "Boris is a publisher. He looks around, publishes a post and schedules another.",
        include_str!("snapshots/first-day.snap"),
    ),
    (
        "A correction",
        "The file changes between the look and the press, so the new preview comes instead. Later the published message is corrected, and then deleted.",
        include_str!("snapshots/correction.snap"),
    ),
    (
        "A proposal",
        "Dan is an editor: what he chooses is proposed to those who may publish.",
        include_str!("snapshots/proposal.snap"),
    ),
    (
        "Two approvers",
        "With `[schedule] approvals = 2`, two others look at exactly what goes out; a change asks them again.",
        include_str!("snapshots/two-approvers.snap"),
    ),
    (
        "A refusal",
        "What is not allowed, not known, or not understood: the reason, and what to do.",
        include_str!("snapshots/refusal.snap"),
    ),
    (
        "An unknown outcome",
        "An answer of Telegram's is lost. Nothing is sent again until a person has looked.",
        include_str!("snapshots/unknown-outcome.snap"),
    ),
    ("Stop", "The word for an emergency.", include_str!("snapshots/emergency.snap")),
    (
        "In Russian",
        "Whoever's app speaks Russian is answered in Russian.",
        include_str!("snapshots/russian.snap"),
    ),
];

/// The page as the stories make it.
fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    for (title, about, kept) in STORIES {
        // Above the story stands what the snapshot is.
        let story = kept.splitn(3, "---\n").last().unwrap();
        let story = story.trim_end();
        write!(page, "\n## {title}\n\n{about}\n\n```text\n{story}\n```\n").unwrap();
    }
    page
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the page is a file of the repository")]
fn the_page_shows_what_was_said() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/chat.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, page()).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(kept, page(), "UPDATE_DOCS=1 writes docs/chat.md anew");
}

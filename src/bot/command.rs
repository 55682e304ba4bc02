//! The commands that the bot knows, and its menu. It carries out none of them.

use teloxide::utils::command::BotCommands;

use super::language::Language;
use super::text::Text;
use crate::config::Role;

/// A command as an operator writes it, with the rest of the line.
#[derive(Clone, Debug, PartialEq, Eq, BotCommands)]
#[command(rename_rule = "lowercase")]
pub enum Command {
    /// Greets; Telegram sends it first in every private chat.
    Start(String),
    /// Shows what the bot can do.
    Help,
    /// Lists the posts that match the words.
    Posts(String),
    /// Shows a post as readers will see it.
    Preview(String),
    /// Shows a post, and asks whether to publish it.
    Publish(String),
    /// Schedules a post.
    Schedule(String),
    /// Shows the queue.
    Queue,
    /// Takes a post off the schedule.
    Cancel(String),
    /// Edits a published post to match its file.
    Update(String),
    /// Deletes a published post.
    Delete(String),
    /// Closes the poll of a published post.
    ClosePoll(String),
    /// Shows what was published, what waits, and what needs a decision.
    Status,
    /// Chooses the time of the daily digest.
    Digest(String),
    /// Shows the channels and the bot's rights there.
    Channels,
    /// Pauses a channel, or everything.
    Pause(String),
    /// Resumes a channel, or everything.
    Resume(String),
    /// Checks the files.
    Check(String),
}

/// The menu, in the order in which Telegram shows it.
const MENU: [(&str, Text, Role); 16] = [
    ("posts", Text::MenuPosts, Role::Editor),
    ("preview", Text::MenuPreview, Role::Editor),
    ("publish", Text::MenuPublish, Role::Publisher),
    ("schedule", Text::MenuSchedule, Role::Editor),
    ("queue", Text::MenuQueue, Role::Editor),
    ("cancel", Text::MenuCancel, Role::Publisher),
    ("update", Text::MenuUpdate, Role::Publisher),
    ("delete", Text::MenuDelete, Role::Admin),
    ("closepoll", Text::MenuClosePoll, Role::Publisher),
    ("status", Text::MenuStatus, Role::Editor),
    ("digest", Text::MenuDigest, Role::Editor),
    ("pause", Text::MenuPause, Role::Admin),
    ("resume", Text::MenuResume, Role::Admin),
    ("channels", Text::MenuChannels, Role::Editor),
    ("check", Text::MenuCheck, Role::Editor),
    ("help", Text::MenuHelp, Role::Editor),
];

/// The menu in a language: the commands that a role may use, each with its description.
#[must_use]
pub fn menu(language: Language, role: Role) -> Vec<(&'static str, &'static str)> {
    let own = MENU.iter().filter(|(_, _, needed)| role.may(*needed));
    own.map(|(name, text, _)| (*name, text.of(language))).collect()
}

impl Command {
    /// Its name, without the slash.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Start(_) => "start",
            Self::Help => "help",
            Self::Posts(_) => "posts",
            Self::Preview(_) => "preview",
            Self::Publish(_) => "publish",
            Self::Schedule(_) => "schedule",
            Self::Queue => "queue",
            Self::Cancel(_) => "cancel",
            Self::Update(_) => "update",
            Self::Delete(_) => "delete",
            Self::ClosePoll(_) => "closepoll",
            Self::Status => "status",
            Self::Digest(_) => "digest",
            Self::Channels => "channels",
            Self::Pause(_) => "pause",
            Self::Resume(_) => "resume",
            Self::Check(_) => "check",
        }
    }

    /// The role that may use it.
    #[must_use]
    pub fn needs(&self) -> Role {
        match self {
            Self::Publish(_) | Self::Cancel(_) | Self::Update(_) | Self::ClosePoll(_) => {
                Role::Publisher
            }
            Self::Delete(_) | Self::Pause(_) | Self::Resume(_) => Role::Admin,
            _ => Role::Editor,
        }
    }

    /// Reads a line; `None` where it is not a command of this bot.
    #[must_use]
    pub fn read(line: &str, bot: &str) -> Option<Self> {
        Self::parse(line, bot).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_read_with_the_rest_of_its_line() {
        let posts = |words: &str| Some(Command::Posts(words.to_owned()));
        for (line, expected) in [
            ("/posts", posts("")),
            ("/posts summit talks", posts("summit talks")),
            ("/posts@a_bot summit", posts("summit")),
            ("/posts@other_bot", None),
            ("/schedule a tomorrow 09:00", Some(Command::Schedule("a tomorrow 09:00".into()))),
            ("/queue", Some(Command::Queue)),
            ("/nothing", None),
            ("posts", None),
            ("", None),
        ] {
            assert_eq!(Command::read(line, "a_bot"), expected, "{line}");
        }
    }

    #[test]
    fn a_menu_shows_what_its_role_may_use() {
        for (name, _, needed) in MENU {
            let command = Command::read(&format!("/{name}"), "a_bot");
            let listed = command.map(|command| (command.name(), command.needs()));
            assert_eq!(listed, Some((name, needed)));
        }
    }

    #[test]
    fn the_menu_has_every_command_that_is_typed_on_purpose() {
        let mut known: Vec<_> = Command::bot_commands()
            .into_iter()
            .map(|known| known.command.replace('/', ""))
            .collect();
        known.retain(|name| name != "start");
        let mut shown: Vec<_> =
            menu(Language::En, Role::Admin).iter().map(|(name, _)| (*name).to_owned()).collect();
        known.sort();
        shown.sort();
        assert_eq!(shown, known);
        for (_, text) in Language::ALL.into_iter().flat_map(|language| menu(language, Role::Admin))
        {
            assert!((3..=256).contains(&text.chars().count()), "{text}");
        }
    }
}

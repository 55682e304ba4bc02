//! The list of commands in `telepress --help`, under headings, which clap does not offer for subcommands.

use std::fmt::Write as _;

use clap::Command;

struct CommandGroup {
    heading: &'static str,
    commands: &'static [&'static str],
}

const GROUPS: [CommandGroup; 6] = [
    CommandGroup {
        heading: "Write",
        commands: &["init", "new", "import", "check", "render", "preview"],
    },
    CommandGroup { heading: "Look", commands: &["list", "plan", "status", "queue", "log"] },
    CommandGroup {
        heading: "Publish",
        commands: &["publish", "schedule", "apply", "update", "cancel", "delete", "close-poll"],
    },
    CommandGroup { heading: "Run", commands: &["serve", "pause", "resume", "doctor", "backup"] },
    CommandGroup {
        heading: "Repair",
        commands: &["release", "retry", "resolve", "adopt", "move", "undo", "journal"],
    },
    CommandGroup {
        heading: "Tools",
        commands: &["demo", "sandbox", "convert", "schema", "completions", "man"],
    },
];

/// The same command; its help lists the subcommands under the headings, each with its own first sentence.
pub(super) fn grouped(command: Command) -> Command {
    let template = template(&command);
    command.help_template(template)
}

fn template(command: &Command) -> String {
    let (header, literal) = (command.get_styles().get_header(), command.get_styles().get_literal());
    let width = command.get_subcommands().map(|one| one.get_name().len()).max().unwrap_or_default();
    let mut template = "{about-with-newline}\n{usage-heading} {usage}\n".to_owned();
    for CommandGroup { heading, commands } in GROUPS {
        let _ = writeln!(template, "\n{header}{heading}:{header:#}");
        for name in commands {
            let about = command.find_subcommand(name).and_then(Command::get_about);
            let about = about.map(ToString::to_string).unwrap_or_default();
            let _ = writeln!(template, "  {literal}{name:<width$}{literal:#}  {about}");
        }
    }
    let _ = write!(template, "\n{header}Global options:{header:#}\n{{options}}{{after-help}}");
    template
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::command;

    #[test]
    fn every_command_is_in_exactly_one_group() {
        let mut listed: Vec<_> = GROUPS.iter().flat_map(|group| group.commands).copied().collect();
        listed.sort_unstable();
        let command = command();
        let mut names: Vec<_> = command.get_subcommands().map(Command::get_name).collect();
        names.sort_unstable();
        assert_eq!(listed, names);
    }

    /// clap wraps the options, but not what is in a template.
    #[test]
    fn the_list_of_commands_fits_a_terminal_of_80_columns() {
        let help = command().render_help().to_string();
        for line in help.lines().take_while(|line| !line.starts_with("Global options")).skip(4) {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }

    #[test]
    fn one_line_help_has_no_full_stop_and_begins_with_a_capital() {
        fn check(command: &Command) {
            let of_options = command.get_arguments().map(clap::Arg::get_help);
            for help in of_options.chain([command.get_about()]).flatten().map(ToString::to_string) {
                assert!(!help.ends_with('.'), "{}: {help}", command.get_name());
                assert!(help.starts_with(char::is_uppercase), "{}: {help}", command.get_name());
            }
            command.get_subcommands().for_each(check);
        }
        check(&command());
    }
}

//! `telepress completions`: the completion script of a shell, and the answers that the script asks for.
//!
//! At each press of Tab the script runs telepress with [`Variable::Complete`] and the words of the command line. The answer
//! reads the config and the names of the post files, never their content, so that it is there in a few milliseconds.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Arg, Command};
use clap_complete::Shell;
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use clap_complete::env::Shells;

use super::{Result, new, unexpected};
use crate::cli_context::CliContext;
use crate::cli_error::CliError;
use crate::config::Channel;
use crate::diagnostic::Code;
use crate::environment::Variable;
use crate::fs;
use crate::newsroom::{self, Newsroom, Opened, Places};

/// What an argument names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Named {
    Post,
    Channel,
    Template,
    Code,
}

pub(super) fn execute(shell: Shell, context: &mut CliContext<'_>) -> Result {
    let shells = Shells::builtins();
    let name = shell.to_string();
    let completer = shells.completer(&name).ok_or_else(|| unexpected("the shell is not known"))?;
    let mut script = Vec::new();
    let variable = Variable::Complete.name();
    completer.write_registration(variable, "telepress", "telepress", "telepress", &mut script)?;
    context.out.write_all(&script)?;
    if shell == Shell::Zsh {
        // zsh loads a file of completions at the first press of Tab, and takes it for the function that answers.
        context.out.write_all(
            b"[[ ${funcstack[1]} = _telepress ]] && _clap_dynamic_completer_telepress\ntrue\n",
        )?;
    }
    Ok(())
}

/// Answers the script of `shell`: `words` are the program, `--`, and the words of the command line.
pub(super) fn answer(shell: &str, words: &[OsString], context: &mut CliContext<'_>) -> Result {
    let shells = Shells::builtins();
    let Some(completer) = shells.completer(shell) else {
        return Err(CliError::usage(
            format!("{} does not name a known shell", Variable::Complete.name()),
            "unset it; only the scripts of `telepress completions bash` and the like set it",
        ));
    };
    let words: Vec<_> = words.iter().skip_while(|word| *word != "--").skip(1).cloned().collect();
    if words.is_empty() {
        return Ok(());
    }
    // A newsroom that is not trusted completes nothing.
    let around = || fs::find_in_ancestors(Path::new(newsroom::CONFIG)).ok().flatten();
    let config = option("--config", &words).or_else(around);
    let places = Arc::new(Places::of(config, option("--posts", &words)));
    // Posts come without the options, which the shell shows after a `-`.
    let is_option = words.last().is_some_and(|word| word.to_string_lossy().starts_with('-'));
    let mut command = with_candidates(super::command(), &places, !is_option);
    command.build();
    let mut answer = Vec::new();
    if let Err(error) =
        completer.write_complete(&mut command, words, Some(Path::new(".")), &mut answer)
    {
        // A message would be in the middle of the command line.
        log::debug!("no completion: {error}");
    }
    if answer.is_empty() {
        return Ok(());
    }
    let answer = String::from_utf8_lossy(&answer);
    // Data is not escaped: bash gets the words separated by a control character.
    Ok(context.out.data(answer.trim_end_matches('\n'))?)
}

/// The value of a global option among the words.
fn option(name: &str, words: &[OsString]) -> Option<PathBuf> {
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if word == name {
            return words.next().map(PathBuf::from);
        }
        let value = word.to_str().and_then(|word| word.strip_prefix(name)?.strip_prefix('='));
        if let Some(value) = value {
            return Some(PathBuf::from(value));
        }
    }
    None
}

/// The same command; its arguments know the posts, channels, templates and codes.
fn with_candidates(command: Command, places: &Arc<Places>, hides_options: bool) -> Command {
    let own = command.get_name().to_owned();
    let arguments = command.mut_args(|argument| {
        let is_hidden = argument.is_hide_set() || hides_options && !argument.is_positional();
        let argument = argument.hide(is_hidden);
        let Some(named) = named(&own, &argument) else { return argument };
        let places = Arc::clone(places);
        argument.add(ArgValueCandidates::new(move || candidates(named, &places)))
    });
    arguments.mut_subcommands(|inner| with_candidates(inner, places, hides_options))
}

/// What an argument of a command names, by the name of its value in the help.
fn named(command: &str, argument: &Arg) -> Option<Named> {
    let id = argument.get_id().as_str();
    let value = argument.get_value_names().and_then(<[_]>::first).map_or(id, |name| name.as_str());
    match (command, value) {
        // The new post has no file yet.
        ("new", "POST" | "post") => None,
        ("new", "NAME") => Some(Named::Template),
        ("move", "OLD" | "NEW" | "old" | "new") | (_, "POST" | "post") => Some(Named::Post),
        (_, "CHANNEL") => Some(Named::Channel),
        (_, "CODE") => Some(Named::Code),
        _ => None,
    }
}

fn candidates(named: Named, places: &Places) -> Vec<CompletionCandidate> {
    match named {
        Named::Post => newsroom::post_ids_by_name(&places.posts)
            .into_iter()
            .map(|post| CompletionCandidate::new(post.to_string()))
            .collect(),
        Named::Channel => match Newsroom::open(places.clone()) {
            Opened::Valid(newsroom, _) => newsroom.config.channels.iter().map(channel).collect(),
            Opened::Invalid(_) | Opened::Unreadable(..) => Vec::new(),
        },
        Named::Template => {
            new::known_names(places).into_iter().map(CompletionCandidate::new).collect()
        }
        Named::Code => Code::ALL.iter().map(|code| CompletionCandidate::new(code.name())).collect(),
    }
}

fn channel(channel: &Arc<Channel>) -> CompletionCandidate {
    CompletionCandidate::new(channel.name.to_string()).help(Some(channel.chat.to_string().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(command: &str, argument: &str) -> Option<Named> {
        let all = crate::cli::command();
        let command = all.find_subcommand(command).unwrap();
        let found = command.get_arguments().find(|one| one.get_id() == argument).unwrap();
        named(command.get_name(), found)
    }

    #[test]
    fn arguments_name_what_their_values_are() {
        for (command, argument, expected) in [
            ("render", "post", Some(Named::Post)),
            ("status", "chosen", Some(Named::Post)),
            ("cancel", "ids", Some(Named::Post)),
            ("move", "old", Some(Named::Post)),
            ("log", "post", Some(Named::Post)),
            ("new", "post", None),
            ("new", "template", Some(Named::Template)),
            ("publish", "channel", Some(Named::Channel)),
            ("pause", "channel", Some(Named::Channel)),
            ("check", "explain", Some(Named::Code)),
            ("schedule", "when", None),
            ("backup", "file", None),
        ] {
            assert_eq!(of(command, argument), expected, "{command} {argument}");
        }
    }

    #[test]
    fn options_are_found_in_both_spellings() {
        let words = |text: &str| text.split(' ').map(OsString::from).collect::<Vec<_>>();
        for (typed, expected) in [
            ("telepress --config a.toml list", Some("a.toml")),
            ("telepress list --config=a.toml", Some("a.toml")),
            ("telepress list --config", None),
            ("telepress list --configs=a.toml", None),
        ] {
            assert_eq!(option("--config", &words(typed)), expected.map(PathBuf::from), "{typed}");
        }
    }
}

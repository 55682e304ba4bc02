//! Finds the posts and channels that the command line names.

use std::collections::BTreeSet;
use std::sync::Arc;

use clap::Args;
use jiff::Timestamp;

use super::Result;
use super::open;
use crate::cli_context::CliContext;
use crate::cli_error::CliError;
use crate::config::{Channel, Config};
use crate::diagnostic::Severity;
use crate::exit::Exit;
use crate::explain::counted;
use crate::explain::report::Report;
use crate::ids::PostId;
use crate::key::nearest;
use crate::layout::{InChannel, LaidOut};
use crate::message::Request;
use crate::newsroom::{CheckedFile, Newsroom};
use crate::operations::Operations;
use crate::outbox::Publication;
use crate::post::MediaItem;
use crate::post::check::Occurrence;
use crate::schedule::{When, WhenError};

#[derive(Debug, Args)]
pub(super) struct PostArguments {
    /// The id of the post
    pub(super) post: String,
    /// Only this channel [default: all channels of the post]
    #[arg(long, value_name = "CHANNEL", allow_negative_numbers = true)]
    pub(super) channel: Option<String>,
}

/// The named post and channel, found in their newsroom.
pub(super) struct Selected {
    newsroom: Newsroom,
    pub(super) file: CheckedFile,
    channel: Option<Channel>,
}

impl Selected {
    pub(super) fn find(typed: &PostArguments, context: &mut CliContext<'_>) -> Result<Self> {
        let newsroom = open(context)?;
        let (_, file) = one_post(&typed.post, &newsroom, context.clock.now())?;
        let named = typed.channel.as_deref().map(|name| channel(name, &newsroom.config));
        let channel = named.transpose()?.cloned();
        Ok(Self { newsroom, file, channel })
    }

    /// Shows the first occurrence at or after a typed time.
    pub(super) fn choose_occurrence(&mut self, typed: &str, context: &CliContext<'_>) -> Result {
        let Some(post) = &self.file.post else { return Ok(()) };
        let Some(repeat) = &post.post.repeat else {
            return Err(CliError::usage(
                format!("`{}` has no other occurrence: its file has no `repeat`", post.post.id),
                "leave out `--at`",
            ));
        };
        let now = context.clock.now();
        let bad_time = |error: WhenError| CliError::usage(error.to_string(), error.hint(false));
        let when: When = typed.parse().map_err(bad_time)?;
        let at = when.resolve(&repeat.zone, now).map_err(bad_time)?.map_or(now, |time| time.at);
        if repeat.first_from(at).is_none() {
            return Err(CliError::usage(
                format!("`{}` is not published any more at that time", post.post.id),
                "name a time before `repeat_until`",
            ));
        }
        let other = self.newsroom.at_occurrence(&post.post.id, Occurrence::From(at), now);
        if let Some(other) = other {
            self.file = other;
        }
        Ok(())
    }

    pub(super) fn newsroom(&self) -> &Newsroom {
        &self.newsroom
    }

    pub(super) fn config(&self) -> &Config {
        &self.newsroom.config
    }

    pub(super) fn rendered<'a>(&'a self, post: &'a LaidOut) -> Result<Vec<Rendered<'a>>> {
        rendered(post, &self.config().channels, self.channel.as_ref())
    }
}

/// Parses an id, which may also be typed as the path of the post's file.
pub(super) fn post_id(typed: &str, newsroom: &Newsroom) -> Result<PostId> {
    let path = typed.replace('\\', "/");
    let folder = newsroom.places.posts.to_string_lossy().replace('\\', "/");
    let below = path.strip_prefix(&format!("{}/", folder.trim_end_matches('/'))).unwrap_or(&path);
    let stem = PostId::of_path(below);
    let stem = stem.strip_suffix("/post").unwrap_or(stem);
    PostId::parse(stem).map_err(|error| {
        CliError::usage(
            format!("`{typed}` is not a post id: {error}"),
            format!(
                "an id is the path below {folder}/ without `.toml` or `.md`, such as `summit` or `2024/summit`"
            ),
        )
    })
}

/// The checked file of a post; fails if there is none.
pub(super) fn one_post(
    typed: &str,
    newsroom: &Newsroom,
    now: jiff::Timestamp,
) -> Result<(PostId, CheckedFile)> {
    let id = post_id(typed, newsroom)?;
    let found = newsroom.check_some(std::slice::from_ref(&id), now)?;
    match found.into_iter().next() {
        Some((id, Some(checked))) => Ok((id, checked)),
        _ => Err(no_post(&id, newsroom)),
    }
}

pub(super) fn no_post(id: &PostId, newsroom: &Newsroom) -> CliError {
    if let Some(stem) = id.as_str().strip_suffix(".toml.txt") {
        return CliError::usage(
            format!("`{id}` is not read as a post, because its name ends with `.txt`"),
            format!("rename it to `{stem}.toml`; the file manager may hide `.txt`"),
        );
    }
    let ids = newsroom.ids();
    let hint = match nearest(id.as_str(), ids.iter().map(PostId::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!(
            "posts are read from `{}`; a post's id is its path there, without `.toml` or `.md`",
            newsroom.places.posts.display()
        ),
    };
    CliError::usage(format!("there is no post `{id}`"), hint)
}

pub(super) fn channel<'c>(typed: &str, config: &'c Config) -> Result<&'c Channel> {
    config.channel(typed).ok_or_else(|| {
        let names = config.channels.iter().map(|channel| channel.name.as_str());
        let hint = match nearest(typed, names.clone()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!(
                "the config has {}",
                names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
            ),
        };
        CliError::usage(format!("there is no channel `{typed}`"), hint)
    })
}

/// The publications of a post in the channel that `--channel` names. If the config does not have that channel any more, its
/// old key counts, or the chat itself.
pub(super) fn in_channel(
    mut all: Vec<Publication>,
    name: &str,
    operations: &Operations,
) -> Result<Vec<Publication>> {
    let address = |publication: &Publication| operations.address_of(publication).to_string();
    if let Some(channel) = operations.newsroom.config.channel(name) {
        all.retain(|publication| operations.is_in(publication, channel));
        return Ok(all);
    }
    all.retain(|publication| {
        publication.channel.as_str() == name
            || publication.chat.to_string() == name
            || address(publication) == name
    });
    let chats: BTreeSet<_> = all.iter().map(address).collect();
    if chats.len() > 1 {
        let chats: Vec<_> = chats.into_iter().collect();
        return Err(CliError::usage(
            format!("`{name}` was the key of several chats"),
            format!("name the chat instead: `--channel {}`", chats.join("` or `--channel ")),
        ));
    }
    Ok(all)
}

/// The messages of a post in one channel.
pub(super) struct Rendered<'a> {
    pub(super) post: &'a PostId,
    pub(super) channel: &'a Channel,
    pub(super) edition: &'a str,
    /// The occurrence of a post with `repeat`.
    pub(super) occurrence: Option<Timestamp>,
    pub(super) parts: &'a [Request],
    /// The comments below them.
    pub(super) comments: &'a [Request],
    /// The edition's files.
    pub(super) media: Vec<&'a MediaItem>,
}

/// The messages of a valid post in the chosen channel, or in all of its channels.
pub(super) fn rendered<'a>(
    laid_out: &'a LaidOut,
    channels: &'a [Arc<Channel>],
    chosen: Option<&Channel>,
) -> Result<Vec<Rendered<'a>>> {
    let post = &laid_out.post;
    let mut messages = Vec::new();
    for channel in channels {
        if chosen.is_some_and(|chosen| chosen.name != channel.name) {
            continue;
        }
        if let Some(InChannel { edition, parts, comments, .. }) = laid_out.in_channel(&channel.name)
        {
            let (media, edition) = (edition.files().collect(), edition.language.as_str());
            let (post, occurrence) = (&post.id, post.occurrence);
            messages.push(Rendered { post, channel, edition, occurrence, parts, comments, media });
        }
    }
    if let (true, Some(chosen)) = (messages.is_empty(), chosen) {
        let names = post
            .targets
            .iter()
            .map(|target| format!("`{}`", target.channel))
            .collect::<Vec<_>>()
            .join(", ");
        return Err(CliError::usage(
            format!("`{}` does not go to channel `{}`", post.id, chosen.name),
            format!("it goes to {names}"),
        ));
    }
    Ok(messages)
}

/// Prints the errors of a post, and returns the error that ends the command.
pub(super) fn refused(report: &Report, context: &mut CliContext<'_>) -> Result<CliError> {
    let path = &report.source.path;
    let (report, message) = match report.count(Severity::Error) {
        0 => (report.clone(), format!("{path} is not read as a post")),
        errors => (report.errors(), format!("{path} has {}", counted(errors, "error"))),
    };
    super::diagnostics(&report, context)?;
    let hint =
        "fix the problems above; `telepress check --explain CODE` explains the code in brackets";
    Ok(CliError::stopped(Exit::Findings, message, hint))
}

//! `telepress publish`: sends a post to its channels, once for each.

use clap::Args;

use super::check;
use super::render::Rendered;
use super::selection::{PostArguments, Selected};
use crate::exit::Exit;
use crate::failure::{Failure, counted};
use crate::newsroom::Places;
use crate::publisher::{self, Sent};
use crate::telegram::{Client, ClientOptions, Outcome, Refusal, credentials};
use crate::world::World;

#[derive(Debug, Args)]
pub(super) struct PublishArguments {
    #[command(flatten)]
    post: PostArguments,
    /// Sends without asking
    #[arg(long)]
    yes: bool,
}

pub(super) fn execute(
    typed: &PublishArguments,
    places: Places,
    world: &mut World<'_>,
) -> Result<Exit, Failure> {
    let selected = Selected::find(&typed.post, places, world)?;
    let Some(post) = &selected.file.post else {
        return check::refuse(&selected.file.report, world);
    };
    let messages = selected.rendered(post)?;
    if let Some(draft) = messages.iter().find(|message| message.draft) {
        writeln!(
            world.err,
            "error: `{}` is a draft for {}, and drafts are not published\n  = help: take `draft = true` out of it",
            selected.id, draft.channel.name
        )?;
        return Ok(Exit::Findings);
    }
    let token = credentials::token(world.environment)?;
    let client =
        Client::new(token, selected.config().bot.api_url.as_ref(), ClientOptions::default())?;
    if !typed.yes && !confirmed(&messages, world)? {
        writeln!(world.err, "nothing was sent")?;
        return Ok(Exit::Findings);
    }
    let runtime = super::runtime()?;
    let mut exit = Exit::Done;
    for message in &messages {
        let sent =
            runtime.block_on(publisher::publish(&client, &message.channel.chat, &message.parts));
        exit = exit.and(tell(message, &sent, world)?);
        if bot_is_stopped(&sent) {
            break;
        }
    }
    Ok(exit)
}

/// Asks whoever sits there; where nobody does, the command line has to say it.
fn confirmed(messages: &[Rendered<'_>], world: &mut World<'_>) -> Result<bool, Failure> {
    if !world.can_ask {
        return Err(Failure::usage(
            "nobody can be asked whether to send",
            "say it on the command line: --yes",
        ));
    }
    for message in messages {
        writeln!(
            world.err,
            "{} to {} ({}), {}",
            message.post,
            message.channel.name,
            message.channel.chat,
            counted(message.parts.len(), "message")
        )?;
    }
    write!(
        world.err,
        "This version keeps no journal: what was sent before is sent again. Send? [y/N] "
    )?;
    world.err.flush()?;
    let mut answer = String::new();
    world.input.read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes" | "Yes"))
}

/// Says what became of a message, and how the run ends for it.
fn tell(message: &Rendered<'_>, sent: &Sent, world: &mut World<'_>) -> Result<Exit, Failure> {
    let channel = &message.channel.name;
    for id in sent.message_ids() {
        match message.channel.chat.link(id) {
            Some(link) => writeln!(world.out, "sent {channel} {link}")?,
            None => writeln!(world.out, "sent {channel} message {id}")?,
        }
    }
    if sent.is_whole() {
        return Ok(Exit::Done);
    }
    let done = sent.message_ids().len();
    let progress =
        if sent.total > 1 { format!(" ({done}/{} sent)", sent.total) } else { String::new() };
    let Some(last) = sent.outcomes.last() else { return Ok(Exit::Done) };
    let (exit, hint) = match last {
        Outcome::Sent { .. } => (Exit::Done, ""),
        Outcome::SentThenDeleted { .. } => {
            (Exit::Waiting, "look at the channel before you send it again")
        }
        Outcome::NotSent { .. } => (Exit::Waiting, "nothing was posted; try again later"),
        Outcome::Rejected { class: Refusal::BotWide, .. } => {
            (Exit::Usage, "check the token and the server's address")
        }
        Outcome::Rejected { .. } => (Exit::Findings, "nothing was posted; mend what Telegram says"),
        Outcome::Unknown { .. } => (
            Exit::Waiting,
            "it may have been posted, now or in the next two minutes: look at the channel before you send it again",
        ),
    };
    writeln!(world.err, "error: {channel}{progress}: {last}\n  = help: {hint}")?;
    Ok(exit)
}

/// Whether Telegram refuses the bot itself, so that no other channel needs to be tried.
fn bot_is_stopped(sent: &Sent) -> bool {
    matches!(sent.outcomes.last(), Some(Outcome::Rejected { class: Refusal::BotWide, .. }))
}

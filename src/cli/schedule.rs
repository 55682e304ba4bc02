//! `telepress schedule`: schedules a post for a time that overrides the `publish_at` of its file.

use clap::Args;

use super::Result;
use super::deliver::{self, OrderedPublication};
use super::delivery_report;
use super::ordered_changes::OrderedChanges;
use super::publish_request::{self, PublishRequest};
use super::selection::PostArguments;
use super::session::CliSession;
use crate::cli_context::CliContext;
use crate::cli_error::CliError;
use crate::operations::RequestedTime;
use crate::plan::{PlanAction, ResendPolicy};
use crate::publisher::End;
use crate::schedule::{When, WhenError};
use crate::store::Access;

#[derive(Debug, Args)]
pub(super) struct ScheduleArguments {
    /// The id of the post
    post: String,
    /// The time in the channel's zone: next, in 2 hours, 9am, tomorrow 9:00, mon 18:30, 4 Dec 9:00, 2026-12-01 18:30
    #[arg(value_name = "WHEN", required = true, num_args = 1..)]
    when: Vec<String>,
    /// Only this channel [default: all channels of the post]
    #[arg(long, value_name = "CHANNEL", allow_negative_numbers = true)]
    channel: Option<String>,
}

pub(super) fn execute(typed: &ScheduleArguments, context: &mut CliContext<'_>) -> Result {
    let session = CliSession::take(Access::Write, context)?;
    let channels = &session.operations.newsroom.config.channels;
    let has_slots = channels.iter().any(|channel| !channel.slots.is_empty());
    let bad_time = |error: WhenError| CliError::usage(error.to_string(), error.hint(has_slots));
    // `tomorrow 09:00` needs no quotes.
    let when: When = typed.when.join(" ").parse().map_err(bad_time)?;
    let post = PostArguments { post: typed.post.clone(), channel: typed.channel.clone() };
    let PublishRequest { wanted, .. } = publish_request::read(&post, &session, context)?;
    let now = context.clock.now();
    // The time must be valid in every channel before the first one is scheduled.
    let mut times = Vec::new();
    for desired in &wanted {
        times.push(RequestedTime::of(&when, &desired.channel, now).map_err(bad_time)?);
    }
    let requested: Vec<_> = wanted.iter().zip(&times).collect();
    let ordered = publish_request::enqueue(&session, &requested, ResendPolicy::No, context)?;
    for OrderedPublication { id, .. } in &ordered {
        let publication = session.wait(session.operations.publication(*id))?;
        delivery_report::print(
            &session,
            &publication,
            PlanAction::Schedule,
            &OrderedChanges::default(),
            &End::Settled,
            context,
        )?;
    }
    publish_request::report_unplaced_comments(&wanted, context)?;
    if !ordered.is_empty() {
        deliver::warn_unless_served(&session, context)?;
        session.keep_mark(context)?;
    }
    Ok(())
}

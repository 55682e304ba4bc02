//! `telepress schedule`: puts a post on the schedule at an operator's time, which stands over the file's.

use clap::Args;

use super::Result;
use super::deliver::{self, OrderedPublication};
use super::delivery_report;
use super::publish_request::{self, PublishRequest};
use super::selection::PostArguments;
use super::session::CliSession;
use crate::cli_context::CliContext;
use crate::cli_error::CliError;
use crate::operations::RequestedTime;
use crate::plan::{Action, ResendPolicy};
use crate::schedule::{When, WhenError};
use crate::store::Access;

#[derive(Debug, Args)]
pub(super) struct ScheduleArguments {
    /// The post's id
    post: String,
    /// When: `next`, "+2h", "18:30", "tomorrow 09:00", "mon 09:00", "2026-12-01 18:30"; in the channel's zone
    #[arg(value_name = "WHEN", required = true, num_args = 1..)]
    when: Vec<String>,
    /// One of its channels; all of them when left out
    #[arg(long, value_name = "C", allow_negative_numbers = true)]
    channel: Option<String>,
}

pub(super) fn execute(typed: &ScheduleArguments, context: &mut CliContext<'_>) -> Result {
    // Two words are one time, with and without quotes.
    let when: When = typed.when.join(" ").parse().map_err(|fault| no_time(&fault))?;
    let session = CliSession::take(Access::Write, context)?;
    let post = PostArguments { post: typed.post.clone(), channel: typed.channel.clone() };
    let PublishRequest { wanted, .. } = publish_request::asked(&post, &session, context)?;
    let now = context.clock.now();
    // Every channel's time is good before the first is set.
    let mut wishes = Vec::new();
    for desired in &wanted {
        wishes.push(
            RequestedTime::of(&when, &desired.channel, now).map_err(|fault| no_time(&fault))?,
        );
    }
    let wanted: Vec<_> = wanted.iter().zip(&wishes).collect();
    let ordered = publish_request::place(&session, &wanted, ResendPolicy::No, context)?;
    for OrderedPublication { id, .. } in &ordered {
        let publication = session.wait(session.operations.publication(*id))?;
        delivery_report::tell(&session, &publication, Action::Schedule, context)?;
    }
    if !ordered.is_empty() {
        deliver::warn_unless_served(&session, context)?;
        session.keep_mark(context)?;
    }
    Ok(())
}

fn no_time(fault: &WhenError) -> CliError {
    CliError::usage(fault.to_string(), fault.hint())
}

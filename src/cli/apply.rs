//! `telepress apply` and `telepress update`: make the channels match the files.

use clap::Args;
use jiff::Timestamp;

use super::Result;
use super::chats;
use super::deliver::{self, OrderedPublication, WaitArguments, deliver};
use super::plan::{self, ScopeArguments};
use super::session::{self, CliSession};
use crate::cli_context::{CliContext, line};
use crate::cli_error::CliError;
use crate::exit::Exit;
use crate::plan::{Plan, PlanAction, PlanItem, Reason, Step};
use crate::store::{Access, Command};
use crate::table::TableStyle;

/// The default of `--max`.
const MAX_CHANGES: usize = 10;

#[derive(Debug, Args)]
pub(super) struct ApplyArguments {
    #[command(flatten)]
    scope: ScopeArguments,
    /// Do not ask for confirmation
    #[arg(long)]
    yes: bool,
    /// Refuse to make any change if there are more than this
    #[arg(long, value_name = "N", default_value_t = MAX_CHANGES, value_parser = super::whole_number::<usize>)]
    max: usize,
    #[command(flatten)]
    wait: WaitArguments,
}

pub(super) fn execute(typed: &ApplyArguments, context: &mut CliContext<'_>) -> Result {
    let session = CliSession::take(Access::Write, context)?;
    let client = session::client(&session.operations.newsroom, context)?;
    let channels = session.operations.newsroom.config.channels.clone();
    session.wait(session.operations.acquire_lock(context.clock.now()))?;
    let chats = chats::find(&session, &client, channels.iter().map(AsRef::as_ref), context)?;
    let plan = plan::make(&typed.scope, &session, Some(&chats), context)?;
    let now = context.clock.now();
    let resumed = resumed(&plan);
    for item in &plan.items {
        match (item.action, &item.reason) {
            (PlanAction::Held, Reason::Failed(_)) => context.ends(Exit::Findings),
            (PlanAction::Held, _) if item.in_progress().is_some() => {}
            (PlanAction::Conflict | PlanAction::Held, _) => context.ends(Exit::Waiting),
            _ => {}
        }
    }
    hold(&session, &plan, now)?;
    let count = plan.changes().count();
    let look = TableStyle { colour: context.terminal.colour, header: true };
    if count > 0 {
        print_undone(&plan, typed.yes, context)?;
    }
    if count == 0 {
        context.out.styled(&crate::plan::text(&plan, look))?;
        return deliver(&session, &client, &resumed, &typed.wait, context);
    }
    if count > typed.max {
        context
            .err
            .styled(&crate::plan::text(&plan, TableStyle { colour: false, header: true }))?;
        let message = format!(
            "the plan has {}, and at most {} are allowed at once; none was made",
            plan::changes(&plan),
            typed.max
        );
        let hint = format!("allow them with `--max {count}`, or name the posts to apply");
        return Err(CliError::stopped(Exit::Findings, message, hint));
    }
    if !typed.yes && !is_confirmed(&plan, context)? {
        line!(context.err, "nothing was changed")?;
        context.ends(Exit::Findings);
        return Ok(());
    }
    let items: Vec<&PlanItem> = plan.changes().collect();
    carry_out(&session, &client, &items, resumed, &typed.wait, context)
}

/// Prints what the command leaves undone: without a question nothing else shows it.
fn print_undone(plan: &Plan, is_unasked: bool, context: &mut CliContext<'_>) -> Result {
    for item in &plan.items {
        let is_held = item.step.as_ref().is_some_and(Step::is_held);
        let is_left = matches!(item.action, PlanAction::Conflict | PlanAction::Held)
            && item.in_progress().is_none();
        if is_held || is_left && is_unasked {
            let action = if is_held { PlanAction::Held } else { item.action };
            let (name, why) = (action.name(), item.reason_text());
            line!(context.err, "{name} {} in {}: {why}", item.post, item.place())?;
        }
    }
    Ok(())
}

/// Records posts that may be renamed published posts; they are held until an operator decides.
fn hold(session: &CliSession, plan: &Plan, now: Timestamp) -> Result {
    let held = plan.items.iter().filter_map(|item| match &item.step {
        Some(step) if step.is_held() => Some(Command::from(step)),
        _ => None,
    });
    let orders: Vec<_> = held.collect();
    if !orders.is_empty() {
        session.wait(session.operations.order(orders, now))?;
    }
    Ok(())
}

/// Earlier orders that are not finished: the process that began them may have died.
fn resumed(plan: &Plan) -> Vec<OrderedPublication> {
    let resumed = |item: &PlanItem| {
        Some(OrderedPublication { id: item.publication?, action: item.in_progress()? })
    };
    plan.items.iter().filter_map(resumed).collect()
}

/// Orders all items in one transaction, then delivers them and the resumed orders.
pub(super) fn carry_out(
    session: &CliSession,
    client: &crate::telegram::Client,
    items: &[&PlanItem],
    resumed: Vec<OrderedPublication>,
    wait: &WaitArguments,
    context: &mut CliContext<'_>,
) -> Result {
    // An order that is resumed has no step.
    let step = |item: &&PlanItem| Some((item.action, Command::from(item.step.as_ref()?)));
    let (actions, orders): (Vec<_>, Vec<Command>) = items.iter().filter_map(step).unzip();
    let now = context.clock.now();
    let done = session.wait(session.operations.order(orders, now))?;
    let ordered = actions
        .into_iter()
        .zip(done)
        .filter_map(|(action, done)| Some(OrderedPublication { id: done.publication?.id, action }));
    let ordered: Vec<_> = ordered.chain(resumed).collect();
    deliver(session, client, &ordered, wait, context)?;
    if items.iter().any(|item| item.action == PlanAction::Schedule) {
        deliver::warn_unless_served(session, context)?;
    }
    Ok(())
}

/// Shows the plan and asks for confirmation.
fn is_confirmed(plan: &Plan, context: &mut CliContext<'_>) -> Result<bool> {
    let look = TableStyle { colour: context.terminal.colour, header: true };
    context.err.styled(&crate::plan::text(plan, look))?;
    super::confirmed("Apply these changes?", context)
}

#[derive(Debug, Args)]
pub(super) struct UpdateArguments {
    /// The id of the post
    post: String,
    #[command(flatten)]
    wait: WaitArguments,
}

/// Edits the published messages of one post.
pub(super) fn update(typed: &UpdateArguments, context: &mut CliContext<'_>) -> Result {
    let session = CliSession::take(Access::Write, context)?;
    let scope = ScopeArguments::of_post(&typed.post);
    let client = session::client(&session.operations.newsroom, context)?;
    let channels = session.operations.newsroom.config.channels.clone();
    let chats = chats::find(&session, &client, channels.iter().map(AsRef::as_ref), context)?;
    let post = session.post(&typed.post)?;
    let make = |context: &mut CliContext<'_>| -> Result<Plan> {
        let mut plan = plan::make(&scope, &session, Some(&chats), context)?;
        // The plan also holds due posts, which `apply` sends and this command leaves alone.
        plan.items.retain(|item| item.post == post);
        Ok(plan)
    };
    let mut plan = make(context)?;
    let resumed = resumed(&plan);
    if !resumed.is_empty() {
        deliver(&session, &client, &resumed, &typed.wait, context)?;
        // What was ordered before may be an older version of the file.
        plan = make(context)?;
    }
    let is_edited = |item: &&PlanItem| {
        item.action == PlanAction::Edit || matches!(item.reason, Reason::FileBack | Reason::AsShown)
    };
    let items: Vec<&PlanItem> = plan.items.iter().filter(is_edited).collect();
    for item in &plan.items {
        let (post, channel, why) = (&item.post, item.place(), item.reason_text());
        match item.action {
            PlanAction::Conflict | PlanAction::Held if item.in_progress().is_none() => {
                context.report(Exit::Waiting, &format!("`{post}` in {channel}: {why}"), "")?;
            }
            PlanAction::Create | PlanAction::Schedule if item.occurrence.is_some() => {
                line!(
                    context.err,
                    "`{post}` in {channel}: the file is for its next occurrence; published ones stay as they are"
                )?;
            }
            PlanAction::Create | PlanAction::Schedule => {
                line!(
                    context.err,
                    "`{post}` in {channel}: not published there yet; `telepress apply {post}` publishes it"
                )?;
            }
            PlanAction::Nothing if resumed.is_empty() => {
                line!(context.err, "`{post}` in {channel}: {why}")?;
            }
            _ => {}
        }
    }
    if items.is_empty() {
        if plan.items.is_empty() && resumed.is_empty() && context.exit == Exit::Done {
            line!(context.err, "`{}` has no published messages", typed.post)?;
        }
        return Ok(());
    }
    carry_out(&session, &client, &items, Vec::new(), &typed.wait, context)
}

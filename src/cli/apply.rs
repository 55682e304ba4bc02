//! `telepress apply` and `telepress update`: make the channels match the files.

use clap::Args;
use jiff::Timestamp;

use super::Result;
use super::chats;
use super::deliver::{self, Ordered, WaitArguments, deliver};
use super::desk::{self, Seat};
use super::plan::{self, ScopeArguments};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::outbox::Event;
use crate::plan::{Action, Item, Plan, Reason, Step};
use crate::store::{Access, Order};
use crate::world::{World, line};

/// Changes that are made without being asked for by number.
const MOST: usize = 10;

#[derive(Debug, Args)]
pub(super) struct ApplyArguments {
    #[command(flatten)]
    scope: ScopeArguments,
    /// Does not ask
    #[arg(long)]
    yes: bool,
    /// The most changes that are made at once; with more of them, none is made
    #[arg(long, value_name = "N", default_value_t = MOST)]
    max: usize,
    #[command(flatten)]
    wait: WaitArguments,
}

pub(super) fn execute(typed: &ApplyArguments, world: &mut World<'_>) -> Result {
    let seat = Seat::take(Access::Write, world)?;
    let client = desk::client(&seat.desk.newsroom, world)?;
    let channels = seat.desk.newsroom.config.channels.clone();
    seat.wait(seat.desk.begin(world.clock.now()))?;
    let chats = chats::find(&seat, &client, channels.iter().map(AsRef::as_ref), world)?;
    let plan = plan::make(&typed.scope, &seat, Some(&chats), world)?;
    let now = world.clock.now();
    let going = going_on(&plan);
    for item in &plan.items {
        match (item.action, &item.reason) {
            (Action::Held, Reason::Failed(_)) => world.ends(Exit::Findings),
            (Action::Held, _) if item.goes_on().is_some() => {}
            (Action::Conflict | Action::Held, _) => world.ends(Exit::Waiting),
            _ => {}
        }
    }
    hold(&seat, &plan, now)?;
    if plan.changes().next().is_some() {
        for item in plan.items.iter().filter(|item| item.step.as_ref().is_some_and(is_held)) {
            let why = item.why();
            line!(world.err, "held {} in {}: {why}", item.post, item.channel)?;
        }
    }
    let count = plan.changes().count();
    if count == 0 {
        world.out.styled(&crate::plan::text(&plan, world.screen.colour))?;
        return deliver(&seat, &client, &going, &typed.wait, world);
    }
    if count > typed.max {
        world.err.write_all(crate::plan::text(&plan, false).as_bytes())?;
        let message = format!(
            "{} at once, but at most {} are allowed; none was made",
            plan::changes(&plan),
            typed.max
        );
        let hint = format!("use `--max {count}` to make them all, or name the posts");
        return Err(Failure::stopped(Exit::Findings, message, hint));
    }
    if !typed.yes && !confirmed(&plan, world)? {
        line!(world.err, "nothing was done")?;
        world.ends(Exit::Findings);
        return Ok(());
    }
    let items: Vec<&Item> = plan.changes().collect();
    carry_out(&seat, &client, &items, going, &typed.wait, world)
}

/// Whether a step only lets a post wait for a person.
fn is_held(step: &Step) -> bool {
    matches!(step, Step::AcceptHeld(..) | Step::Happen(_, Event::Hold { .. }))
}

/// Puts posts that may be published ones under another name into the journal, where they wait for a person.
fn hold(seat: &Seat, plan: &Plan, now: Timestamp) -> Result {
    let held = plan.items.iter().filter_map(|item| match &item.step {
        Some(step) if is_held(step) => Some(Order::from(step)),
        _ => None,
    });
    let orders: Vec<_> = held.collect();
    if !orders.is_empty() {
        seat.wait(seat.desk.order(orders, now))?;
    }
    Ok(())
}

/// What was ordered before and is not done: whoever began it may be gone.
fn going_on(plan: &Plan) -> Vec<Ordered> {
    let going = |item: &Item| Some(Ordered { id: item.publication?, action: item.goes_on()? });
    plan.items.iter().filter_map(going).collect()
}

/// Orders all items in one transaction, and delivers them and what goes on already.
pub(super) fn carry_out(
    seat: &Seat,
    client: &crate::telegram::Client,
    items: &[&Item],
    going: Vec<Ordered>,
    wait: &WaitArguments,
    world: &mut World<'_>,
) -> Result {
    // What goes on already has no step.
    let step = |item: &&Item| Some((item.action, Order::from(item.step.as_ref()?)));
    let (actions, orders): (Vec<_>, Vec<Order>) = items.iter().filter_map(step).unzip();
    let now = world.clock.now();
    let done = seat.wait(seat.desk.order(orders, now))?;
    let ordered = actions
        .into_iter()
        .zip(done)
        .filter_map(|(action, done)| Some(Ordered { id: done.publication?.id, action }));
    let ordered: Vec<_> = ordered.chain(going).collect();
    deliver(seat, client, &ordered, wait, world)?;
    if items.iter().any(|item| item.action == Action::Schedule) {
        deliver::warn_unless_served(seat, world)?;
    }
    Ok(())
}

/// Shows the plan and asks.
fn confirmed(plan: &Plan, world: &mut World<'_>) -> Result<bool> {
    let shown = crate::plan::text(plan, world.screen.colour);
    world.err.write_all(shown.as_bytes())?;
    super::asked("Apply?", "whether to apply this", world)
}

#[derive(Debug, Args)]
pub(super) struct UpdateArguments {
    /// The post's id
    post: String,
    #[command(flatten)]
    wait: WaitArguments,
}

/// Edits what is published of one post.
pub(super) fn update(typed: &UpdateArguments, world: &mut World<'_>) -> Result {
    let seat = Seat::take(Access::Write, world)?;
    let scope = ScopeArguments::of_post(&typed.post);
    let client = desk::client(&seat.desk.newsroom, world)?;
    let channels = seat.desk.newsroom.config.channels.clone();
    let chats = chats::find(&seat, &client, channels.iter().map(AsRef::as_ref), world)?;
    let mut plan = plan::make(&scope, &seat, Some(&chats), world)?;
    // Due posts that any `apply` sends along are not this command's business.
    let post = seat.post(&typed.post)?;
    plan.items.retain(|item| item.post == post);
    let is_made = |item: &&Item| {
        item.action == Action::Edit || matches!(item.reason, Reason::FileBack | Reason::AsShown)
    };
    let items: Vec<&Item> = plan.items.iter().filter(is_made).collect();
    let going = going_on(&plan);
    for item in &plan.items {
        let why = item.why();
        match item.action {
            Action::Conflict | Action::Held if item.goes_on().is_none() => {
                world.report(Exit::Waiting, &format!("{}: {why}", item.channel), "")?;
            }
            Action::Create | Action::Schedule => {
                let post = &item.post;
                line!(
                    world.err,
                    "{}: it is not published there yet; `telepress apply {post}` follows its file",
                    item.channel
                )?;
            }
            Action::Nothing => line!(world.err, "{}: {why}", item.channel)?,
            _ => {}
        }
    }
    if items.is_empty() && going.is_empty() {
        if plan.items.is_empty() && world.exit == Exit::Done {
            line!(world.err, "{}: nothing of it is published", typed.post)?;
        }
        return Ok(());
    }
    carry_out(&seat, &client, &items, going, &typed.wait, world)
}

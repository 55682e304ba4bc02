//! `telepress plan`: what `apply` with the same options would do.

use clap::Args;

use super::Result;
use super::chats;
use super::desk::Seat;
use super::{DataFormat, json, selection};
use crate::desk::Chats;
use crate::exit::Exit;
use crate::failure::counted;
use crate::plan::{self, Asked, Plan};
use crate::store::Access;
use crate::world::World;

/// What a plan is asked for.
#[derive(Debug, Args)]
pub(super) struct ScopeArguments {
    /// Posts; all of them when left out
    #[arg(value_name = "POST")]
    chosen: Vec<String>,
    /// Deletes what has no file any more
    #[arg(long)]
    prune: bool,
    /// Edits also what only a changed style, config or version of telepress would edit
    #[arg(long)]
    restyle: bool,
}

impl ScopeArguments {
    /// One post, whatever made it different.
    pub(super) fn of_post(post: &str) -> Self {
        Self { chosen: vec![post.to_owned()], prune: false, restyle: true }
    }
}

#[derive(Debug, Args)]
pub(super) struct PlanArguments {
    #[command(flatten)]
    scope: ScopeArguments,
    /// Ends with 1 where there is something to do
    #[arg(long)]
    exit_code: bool,
    /// How it is printed
    #[arg(long, value_enum, default_value_t)]
    format: DataFormat,
}

pub(super) fn execute(typed: &PlanArguments, world: &mut World<'_>) -> Result {
    let seat = Seat::take(Access::ReadOrEmpty, world)?;
    if seat.wait(seat.desk.store.journal())?.uuid.is_empty() {
        writeln!(world.err, "there is no journal, so nothing is known as published")?;
    }
    let chats = chats::of_plan(&seat, world)?;
    let plan = make(&typed.scope, &seat, chats.as_ref(), world)?;
    match typed.format {
        DataFormat::Json => json(&plan::json(&plan), world)?,
        DataFormat::Text => {
            world.out.styled(&plan::text(&plan, world.screen.colour))?;
        }
    }
    super::status::warn_of_pauses(&seat, world)?;
    if typed.exit_code && plan.changes().next().is_some() {
        world.ends(Exit::Findings);
    }
    Ok(())
}

/// The plan; posts with errors are reported. `chats` are the channels that were looked up;
/// without them the journal's word counts.
pub(super) fn make(
    scope: &ScopeArguments,
    seat: &Seat,
    chats: Option<&Chats>,
    world: &mut World<'_>,
) -> Result<Plan> {
    let now = world.clock.now();
    let posts = scope.chosen.iter().map(|post| seat.post(post)).collect::<Result<_, _>>()?;
    let mut files = seat.wait(seat.desk.files(chats.unwrap_or(&Chats::new()), now))?;
    if let Some(chats) = chats {
        // Whatever goes to a channel that nobody found is left out: it was told.
        files.desired.retain(|desired| chats.contains_key(&desired.channel.name));
        // What was published in it is not known to be asked for no longer.
        for (name, chat) in &mut files.config {
            *chat = chats.get(name).copied();
        }
    }
    let asked = Asked {
        now,
        by: seat.desk.by.clone(),
        grace: seat.desk.policy().grace,
        approvals: seat.desk.policy().approvals,
        prune: scope.prune,
        restyle: scope.restyle,
        posts,
    };
    for post in &asked.posts {
        if !files.present.contains(post)
            && !files.publications.iter().any(|known| known.post == *post)
        {
            return Err(super::selection::no_post(post, &seat.desk.newsroom));
        }
    }
    let told = files
        .broken
        .iter()
        .filter(|(post, _)| asked.posts.is_empty() || asked.posts.contains(post));
    for (_, report) in told {
        let failure = selection::refused(report, world)?;
        world.report(failure.exit(), &failure, "")?;
    }
    Ok(files.plan(&asked))
}

/// `3 changes`.
pub(super) fn changes(plan: &Plan) -> String {
    counted(plan.changes().count(), "change")
}

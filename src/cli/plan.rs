//! `telepress plan`: what `apply` with the same options would do.

use clap::Args;

use super::Result;
use super::chats;
use super::session::CliSession;
use super::{DataFormat, json, selection};
use crate::cli_context::CliContext;
use crate::cli_error::counted;
use crate::exit::Exit;
use crate::operations::Chats;
use crate::plan::{self, Plan, PlanOptions};
use crate::store::Access;

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

pub(super) fn execute(typed: &PlanArguments, context: &mut CliContext<'_>) -> Result {
    let session = CliSession::take(Access::ReadOrEmpty, context)?;
    if session.wait(session.operations.store.journal())?.uuid.is_empty() {
        writeln!(context.err, "there is no journal, so nothing is known as published")?;
    }
    let chats = chats::of_plan(&session, context)?;
    let plan = make(&typed.scope, &session, chats.as_ref(), context)?;
    match typed.format {
        DataFormat::Json => json(&plan::json(&plan), context)?,
        DataFormat::Text => {
            context.out.styled(&plan::text(&plan, context.terminal.colour))?;
        }
    }
    super::status::warn_of_pauses(&session, context)?;
    if typed.exit_code && plan.changes().next().is_some() {
        context.ends(Exit::Findings);
    }
    Ok(())
}

/// The plan; posts with errors are reported. `chats` are the channels that were looked up;
/// without them the journal's word counts.
pub(super) fn make(
    scope: &ScopeArguments,
    session: &CliSession,
    chats: Option<&Chats>,
    context: &mut CliContext<'_>,
) -> Result<Plan> {
    let now = context.clock.now();
    let posts = scope.chosen.iter().map(|post| session.post(post)).collect::<Result<_, _>>()?;
    let mut files = session.wait(session.operations.files(chats.unwrap_or(&Chats::new()), now))?;
    if let Some(chats) = chats {
        // Whatever goes to a channel that nobody found is left out: it was told.
        files.desired.retain(|desired| chats.contains_key(&desired.channel.name));
        // What was published in it is not known to be asked for no longer.
        for (name, chat) in &mut files.config {
            *chat = chats.get(name).copied();
        }
    }
    let asked = PlanOptions {
        now,
        by: session.operations.by.clone(),
        grace: session.operations.policy().grace,
        approvals: session.operations.policy().approvals,
        prune: scope.prune,
        restyle: scope.restyle,
        posts,
    };
    for post in &asked.posts {
        if !files.present.contains(post)
            && !files.publications.iter().any(|known| known.post == *post)
        {
            return Err(super::selection::no_post(post, &session.operations.newsroom));
        }
    }
    let told = files
        .broken
        .iter()
        .filter(|(post, _)| asked.posts.is_empty() || asked.posts.contains(post));
    for (_, report) in told {
        let failure = selection::refused(report, context)?;
        context.report(failure.exit(), &failure, "")?;
    }
    Ok(files.plan(&asked))
}

/// `3 changes`.
pub(super) fn changes(plan: &Plan) -> String {
    counted(plan.changes().count(), "change")
}

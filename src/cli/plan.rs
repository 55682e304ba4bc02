//! `telepress plan`: shows what `apply` with the same options would do.

use clap::Args;

use super::Result;
use super::chats;
use super::session::{self, CliSession};
use super::{DataFormat, ListingArguments, json, selection};
use crate::cli_context::CliContext;
use crate::exit::Exit;
use crate::explain::counted;
use crate::ids::ChatId;
use crate::operations::{Chats, PlanInput};
use crate::plan::{self, Desired, Plan, PlanOptions};
use crate::store::Access;

#[derive(Debug, Args)]
pub(super) struct ScopeArguments {
    /// The ids of the posts [default: all posts]
    #[arg(value_name = "POST")]
    chosen: Vec<String>,
    /// Also delete published posts whose file is gone
    #[arg(long)]
    prune: bool,
    /// Also edit posts that differ only because of a changed style, config or version of telepress
    #[arg(long)]
    restyle: bool,
}

impl ScopeArguments {
    /// One post, also if only a changed style made it different.
    pub(super) fn of_post(post: &str) -> Self {
        Self { chosen: vec![post.to_owned()], prune: false, restyle: true }
    }
}

#[derive(Debug, Args)]
pub(super) struct PlanArguments {
    #[command(flatten)]
    scope: ScopeArguments,
    /// Exit with 1 if there is something to do
    #[arg(long)]
    exit_code: bool,
    #[command(flatten)]
    listing: ListingArguments,
}

pub(super) fn execute(typed: &PlanArguments, context: &mut CliContext<'_>) -> Result {
    let session = CliSession::take(Access::ReadOrEmpty, context)?;
    let quiet = typed.listing.quiet;
    if !quiet && session.wait(session.operations.store.journal())?.uuid.is_empty() {
        writeln!(
            context.err,
            "note: there is no journal, so the plan treats every post as new; `telepress journal create` creates one"
        )?;
    }
    let chats = chats::of_plan(&session, context)?;
    let plan = make(&typed.scope, &session, chats.as_ref(), context)?;
    let look = typed.listing.look(context);
    match typed.listing.format {
        DataFormat::Json => json(&plan::json(&plan), context)?,
        DataFormat::Text if quiet => context.out.styled(&plan::rows(&plan, look))?,
        DataFormat::Text => context.out.styled(&plan::text(&plan, look))?,
    }
    if !quiet {
        super::status::warn_of_pauses(&session, context)?;
    }
    if typed.exit_code && plan.changes().next().is_some() {
        context.ends(Exit::Findings);
    }
    Ok(())
}

/// The plan; posts with errors are reported. `chats` are the chat ids from Telegram; without them those in the journal count.
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
        // A channel that was not found has been reported, and its posts are left out.
        files.desired.retain(|desired| chats.contains_key(&desired.channel.name));
        // Its published posts must not look as if no file asked for them.
        for (name, place) in &mut files.config {
            let channel = session.operations.newsroom.config.channel(name.as_str());
            *place = channel.and_then(|channel| Some(channel.in_chat(*chats.get(name)?)));
        }
    }
    let lacks_group = |desired: &Desired| {
        desired.comments.as_ref().is_some_and(|comments| comments.destination.is_none())
    };
    let channels = &session.operations.newsroom.config.channels;
    let has_names = channels.iter().any(|channel| matches!(channel.chat, ChatId::Username(_)));
    // If Telegram was asked for the names and did not answer, it is not asked again.
    if (chats.is_some() || !has_names)
        && files.desired.iter().any(lacks_group)
        && let Ok(client) = session::client(&session.operations.newsroom, context)
    {
        chats::place_comments(session, &client, &mut files.desired, context)?;
        let (operations, now) = (&session.operations, context.clock.now());
        let PlanInput { desired, publications, comments, .. } = &files;
        let without_copy = operations.posts_without_copy(desired, publications, comments, now);
        files.without_copy = session.wait(without_copy)?;
    }
    let options = PlanOptions {
        now,
        by: session.operations.by.clone(),
        grace: session.operations.policy().grace,
        approvals: session.operations.policy().approvals,
        prune: scope.prune,
        restyle: scope.restyle,
        posts,
    };
    for post in &options.posts {
        if !files.present.contains(post)
            && !files.publications.iter().any(|publication| publication.post == *post)
        {
            return Err(super::selection::no_post(post, &session.operations.newsroom));
        }
    }
    let without_media = files.without_media();
    let broken = files
        .broken
        .iter()
        .filter(|(post, _)| !without_media.contains(*post))
        .filter(|(post, _)| options.posts.is_empty() || options.posts.contains(post));
    for (_, report) in broken {
        let error = selection::refused(report, context)?;
        context.report(error.exit(), &error, "")?;
    }
    Ok(files.plan(&options))
}

/// `3 changes`.
pub(super) fn changes(plan: &Plan) -> String {
    counted(plan.changes().count(), "change")
}

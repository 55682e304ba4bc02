//! `telepress delete`: deletes the published messages of a post.

use std::collections::{BTreeMap, BTreeSet};

use clap::Args;

use super::Result;
use super::deliver::{OrderedPublication, WaitArguments, deliver};
use super::session::{self, CliSession};
use super::{chats, selection};
use crate::cli_context::{CliContext, line};
use crate::cli_error::CliError;
use crate::exit::Exit;
use crate::explain::counted;
use crate::ids::PostId;
use crate::operations::OperationError;
use crate::outbox::{Actor, Event, Part, PartState, Publication, PublicationId, comment};
use crate::plan::{self, PlanAction};
use crate::store::{Access, Command, Query};
use crate::telegram::Client;

#[derive(Debug, Args)]
pub(super) struct DeleteArguments {
    /// The id of the post
    post: String,
    /// Only this channel [default: all channels of the post]
    #[arg(long, value_name = "CHANNEL", allow_negative_numbers = true)]
    channel: Option<String>,
    /// Every occurrence of a post with `repeat` [default: the newest that was published]
    #[arg(long)]
    all: bool,
    /// Do not ask for confirmation
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    wait: WaitArguments,
}

pub(super) fn execute(typed: &DeleteArguments, context: &mut CliContext<'_>) -> Result {
    let session = CliSession::take(Access::Write, context)?;
    let post = session.post(&typed.post)?;
    // This reports a post that the journal does not know. Then everything is deleted, copies sent with `--again` too.
    session.wait(session.operations.publications(&post, None))?;
    let mut publications =
        session.wait(session.operations.store.publications(Query::Post(post.clone())))?;
    if let Some(name) = typed.channel.as_deref() {
        let in_channel = in_channel(publications, &post, name, &session, context)?;
        let Some(in_channel) = in_channel else { return Ok(()) };
        publications = in_channel;
    }
    if report_unknown_outcomes(&mut publications, &session, context)? {
        return Ok(());
    }
    let waiting: Vec<_> = publications.extract_if(.., is_waiting_comments).collect();
    publications.retain(|publication| publication.sent_count() > 0);
    if !typed.all {
        retain_newest_occurrence(&mut publications);
    }
    if publications.is_empty() && context.exit == Exit::Done {
        let place =
            typed.channel.as_ref().map_or("any channel".to_owned(), |name| format!("`{name}`"));
        return Err(CliError::stopped(
            Exit::Findings,
            format!("`{post}` has no messages in {place}"),
            format!("`telepress cancel {post}` cancels a scheduled post"),
        ));
    }
    let removals = Removals::of(&publications, &waiting, &session, context)?;
    if removals.orders.is_empty() {
        context.ends(Exit::Findings);
        return Ok(());
    }
    let client = session::client(&session.operations.newsroom, context)?;
    let places = removals.places.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    let count = counted(removals.messages, "message");
    let question = format!("Delete {count} of `{post}` in {places} for all readers?");
    if !typed.yes && !super::confirmed(&question, context)? {
        line!(context.err, "nothing was deleted")?;
        context.ends(Exit::Findings);
        return Ok(());
    }
    removals.carry_out(&client, &session, &typed.wait, context)
}

/// Keeps the newest occurrence in each chat and topic; of a post without `repeat`, everything.
fn retain_newest_occurrence(publications: &mut Vec<Publication>) {
    let mut newest = BTreeMap::new();
    for publication in publications.iter() {
        let slot = newest.entry(publication.destination()).or_insert(publication.occurrence);
        *slot = (*slot).max(publication.occurrence);
    }
    publications
        .retain(|known| newest.get(&known.destination()).copied() == Some(known.occurrence));
}

/// The orders that delete the messages of publications.
#[derive(Default)]
pub(super) struct Removals {
    pub(super) orders: Vec<Command>,
    /// The publications of which nothing was sent, and which are cancelled.
    pub(super) cancelled: BTreeSet<PublicationId>,
    messages: usize,
    places: BTreeSet<String>,
}

impl Removals {
    /// The orders for these publications, and for the waiting comments below them. What cannot be deleted is reported.
    pub(super) fn of(
        publications: &[Publication],
        waiting: &[Publication],
        session: &CliSession,
        context: &mut CliContext<'_>,
    ) -> Result<Self> {
        let mut all = Self::default();
        for Deletion { publication, event, messages } in deletions(publications, session, context)?
        {
            all.messages += messages;
            all.places.insert(session.operations.channel_name(publication));
            all.orders.extend(removal(publication, event, &session.operations.by));
            let below = waiting.iter().filter(|comments| {
                !publication.is_comments()
                    && comments.comments_on == Some(publication.chat)
                    && comments.occurrence == publication.occurrence
            });
            all.cancelled.extend(below.map(|comments| comments.id));
        }
        Ok(all)
    }

    /// Gives the orders, and waits until they are carried out.
    pub(super) fn carry_out(
        self,
        client: &Client,
        session: &CliSession,
        wait: &WaitArguments,
        context: &mut CliContext<'_>,
    ) -> Result {
        let Self { mut orders, cancelled, .. } = self;
        let cancel = || Event::Cancel { by: session.operations.by.clone() };
        orders.splice(..0, cancelled.iter().map(|id| Command::Event(*id, cancel())));
        let done = session.wait(session.operations.order(orders, context.clock.now()))?;
        let ids = done.into_iter().filter_map(|done| done.publication).map(|now| now.id);
        let ids: BTreeSet<_> = ids.collect();
        let action = |id| {
            if cancelled.contains(&id) { PlanAction::Cancel } else { PlanAction::Delete }
        };
        let ordered: Vec<_> =
            ids.into_iter().map(|id| OrderedPublication { id, action: action(id) }).collect();
        deliver(session, client, &ordered, wait, context)
    }
}

/// Whether it is comments of which nothing was sent, and which would follow their post.
pub(super) fn is_waiting_comments(publication: &mut Publication) -> bool {
    publication.is_comments() && publication.is_unsent() && !publication.state.is_terminal()
}

/// A publication that can be deleted.
struct Deletion<'p> {
    publication: &'p Publication,
    event: Event,
    messages: usize,
}

/// The publications that can be deleted; the others are reported. A post and its comments are deleted together or not at all.
fn deletions<'p>(
    publications: &'p [Publication],
    session: &CliSession,
    context: &mut CliContext<'_>,
) -> Result<Vec<Deletion<'p>>> {
    let (now, by) = (context.clock.now(), &session.operations.by);
    let post = |publication: &Publication| {
        comment::post_of(publication, publications).map_or(publication.id, |post| post.id)
    };
    let (mut found, mut kept) = (Vec::new(), BTreeSet::new());
    for publication in publications {
        match plan::delete(publication, now, by, false) {
            Ok((event, messages)) => found.push(Deletion { publication, event, messages }),
            Err(reason) => {
                let name = session.operations.channel_name(publication);
                kept.insert(post(publication));
                context.report(Exit::Waiting, &format!("{name}: {reason}"), "")?;
            }
        }
    }
    found.retain(|deletion| !kept.contains(&post(deletion.publication)));
    Ok(found)
}

/// The orders that delete the messages of a publication.
fn removal(publication: &Publication, event: Event, by: &Actor) -> Vec<Command> {
    // The parts that are not sent yet must not be sent.
    let cancel = (!publication.state.is_terminal()).then(|| Event::Cancel { by: by.clone() });
    cancel.into_iter().chain([event]).map(|event| Command::Event(publication.id, event)).collect()
}

/// The publications in the named channel. An @name may belong to another chat by now, so all channels are looked up;
/// `None` if one is not found, which is reported.
fn in_channel(
    all: Vec<Publication>,
    post: &PostId,
    name: &str,
    session: &CliSession,
    context: &mut CliContext<'_>,
) -> Result<Option<Vec<Publication>>> {
    let config = &session.operations.newsroom.config;
    let client = session::client(&session.operations.newsroom, context)?;
    let channels = config.channels.iter().map(AsRef::as_ref);
    if chats::find(session, &client, channels, context)?.len() < config.channels.len() {
        return Ok(None);
    }
    let in_channel = selection::in_channel(all, name, &session.operations)?;
    if in_channel.is_empty() {
        let channel = Some(selection::channel(name, config)?.name.to_string());
        return Err(OperationError::NotInJournal { post: post.clone(), channel }.into());
    }
    Ok(Some(in_channel))
}

/// Takes out the publications that may have a message in their channel whose id is not known, and reports them. Returns whether
/// nothing can be ordered before an operator has answered.
pub(super) fn report_unknown_outcomes(
    publications: &mut Vec<Publication>,
    session: &CliSession,
    context: &mut CliContext<'_>,
) -> Result<bool> {
    let unknown: Vec<_> = publications.extract_if(.., |it| has_unknown_outcome(it)).collect();
    for publication in &unknown {
        report_unknown(publication, true, session, context)?;
    }
    let left_out: Vec<_> = publications.extract_if(.., |it| is_left_out(it)).collect();
    for publication in &left_out {
        report_unknown(publication, false, session, context)?;
    }
    Ok(!unknown.is_empty())
}

fn report_unknown(
    publication: &Publication,
    stops_all: bool,
    session: &CliSession,
    context: &mut CliContext<'_>,
) -> Result {
    let (post, channel) = (&publication.post, session.operations.channel_name(publication));
    let target = session.operations.target(publication);
    let message = if publication.is_comments() {
        format!(
            "{channel} (comments): it is not known whether a comment of `{post}` is in the discussion group"
        )
    } else {
        format!("{channel}: it is not known whether `{post}` is in the channel")
    };
    // The rest of a post that was sent in part must not follow.
    let is_over = publication.state.is_terminal() || publication.sent_count() == 0;
    let stop = if is_over || publication.is_comments() {
        String::new()
    } else {
        format!("stop it with `telepress cancel {target}`; ")
    };
    let nothing = if stops_all { "nothing was deleted; " } else { "" };
    let hint = format!("{nothing}{stop}resolve it first: see `telepress status {post}`");
    Ok(context.report(Exit::Waiting, &message, &hint)?)
}

/// Whether a message of it may be in its channel, and its id is not known yet.
fn has_unknown_outcome(publication: &Publication) -> bool {
    let is_unknown = |part: &Part| {
        matches!(part.state, PartState::Sending { .. }) || part.state.unknown_outcome().is_some()
    };
    publication.parts.iter().any(is_unknown)
}

/// Whether an operator left out a post that may be in its channel.
fn is_left_out(publication: &Publication) -> bool {
    let is_in_doubt = |part: &Part| matches!(part.state, PartState::Skipped { in_doubt: true, .. });
    !publication.is_comments()
        && publication.sent_count() == 0
        && publication.parts.iter().any(is_in_doubt)
}

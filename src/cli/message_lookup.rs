//! Checks an operator's answer about messages through the staging chat, and prints what could not be checked. It records nothing.

use super::Result;
use super::session::{self, CliSession};
use crate::cli_context::{CliContext, line};
use crate::operations::{NamedMessages, NotChecked, can_be_checked};
use crate::outbox::{Publication, Resolution};
use crate::telegram::Client;

/// Checks an answer about a part; fails if it is wrong.
pub(super) fn check_answer(
    session: &CliSession,
    publication: &Publication,
    part: usize,
    resolution: &Resolution,
    context: &mut CliContext<'_>,
) -> Result {
    let operations = &session.operations;
    if !can_be_checked(publication, part, resolution) {
        return Ok(());
    }
    let place = operations.place_of(publication);
    let Some((client, _)) = reader(session, &place, context)? else { return Ok(()) };
    let now = context.clock.now();
    let check = operations.check_answer(&client, publication, part, resolution, now);
    report(&session.wait(check)?, context)
}

/// Looks for the messages; fails if one of them does not exist.
pub(super) fn look(
    session: &CliSession,
    named: &NamedMessages<'_>,
    context: &mut CliContext<'_>,
) -> Result {
    let Some((client, staging)) = reader(session, named.place, context)? else { return Ok(()) };
    let check = session.operations.check_messages(&client, staging, named);
    report(&session.wait(check)?, context)
}

fn report(not_checked: &[NotChecked], context: &mut CliContext<'_>) -> Result {
    for what in not_checked {
        line!(context.err, "note: {what}")?;
    }
    Ok(())
}

/// The client and the staging chat; without them it prints that nothing was checked.
fn reader(
    session: &CliSession,
    place: &str,
    context: &mut CliContext<'_>,
) -> Result<Option<(Client, i64)>> {
    let Some(staging) = session.operations.newsroom.config.recovery.staging_chat else {
        report(&[NotChecked::NoStagingChat { place: place.to_owned() }], context)?;
        return Ok(None);
    };
    match session::client(&session.operations.newsroom, context) {
        Ok(client) => Ok(Some((client, staging))),
        Err(error) => {
            line!(
                context.err,
                "note: telepress did not check whether the message is in {place}: {error}"
            )?;
            Ok(None)
        }
    }
}

//! `telepress serve`: publishes what is due and follows the files, until it is stopped.

use clap::Args;

use super::deliver;
use super::desk::{self, Seat};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::newsroom::Places;
use crate::serve::{Ended, Service, clock};
use crate::store::Access;
use crate::world::World;

#[derive(Debug, Args)]
pub(super) struct ServeArguments {
    /// Takes away a webhook to which the bot's updates go, which may be somebody else's
    #[arg(long)]
    take_over: bool,
}

pub(super) fn execute(
    typed: &ServeArguments,
    places: Places,
    world: &mut World<'_>,
) -> Result<Exit, Failure> {
    let seat = Seat::take(places, Access::Write, world)?;
    let client = desk::client(&seat.desk.newsroom, world)?;
    seat.bind(&client, world)?;
    seat.wait(clock::check(&seat.desk, &client, world.clock.now()))?;
    let service = Service {
        desk: &seat.desk,
        client: &client,
        clock: world.clock,
        take_over: typed.take_over,
    };
    let err = &mut world.err;
    let ready = || {
        // Where nobody reads it, nobody waits for it.
        let _ = writeln!(err, "ready");
    };
    let ended = seat.wait(service.run(super::interrupted, ready))?;
    Ok(match ended {
        Ended::Stopped => Exit::Done,
        Ended::Shut(why) => {
            world.err.error(&why, deliver::shut_hint(&why))?;
            Exit::Usage
        }
        Ended::Fenced => {
            world.err.error(
                &"another program uses this bot's token, and two of them could post the same twice",
                "stop the other program, or give it a bot of its own: @BotFather creates one",
            )?;
            Exit::Waiting
        }
        Ended::Webhook(host) => {
            return Err(Failure::usage(
                format!("this bot's updates go to a webhook at {host}"),
                "it may be another program's; `telepress serve --take-over` removes it",
            ));
        }
        Ended::Busy(by) => {
            let who = by.map_or_else(|| "another process".to_owned(), |by| by.to_string());
            world.err.error(
                &format_args!("{who} publishes from this journal already"),
                "one `telepress serve` is enough; stop the other one first",
            )?;
            Exit::Waiting
        }
    })
}

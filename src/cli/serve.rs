//! `telepress serve`: publishes what is due and follows the files, until it is stopped.

use clap::Args;

use super::Result;
use super::deliver;
use super::desk::{self, Seat};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::serve::{Ended, Service, clock};
use crate::store::Access;
use crate::world::World;

#[derive(Debug, Args)]
pub(super) struct ServeArguments {
    /// Takes away a webhook to which the bot's updates go, which may be somebody else's
    #[arg(long)]
    take_over: bool,
}

pub(super) fn execute(typed: &ServeArguments, world: &mut World<'_>) -> Result {
    let seat = Seat::take(Access::Write, world)?;
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
    Err(match ended {
        Ended::Stopped => return Ok(()),
        Ended::Shut(why) => Failure::usage(why.to_string(), deliver::shut_hint(&why)),
        Ended::Fenced => Failure::stopped(
            Exit::Waiting,
            "another program uses this bot's token, and two of them could post the same twice",
            "stop the other program, or give it a bot of its own: @BotFather creates one",
        ),
        Ended::Webhook(host) => Failure::usage(
            format!("this bot's updates go to a webhook at {host}"),
            "it may be another program's; `telepress serve --take-over` removes it",
        ),
        Ended::Busy(by) => {
            let who = by.map_or_else(|| "another process".to_owned(), |by| by.to_string());
            Failure::stopped(
                Exit::Waiting,
                format!("{who} publishes from this journal already"),
                "one `telepress serve` is enough; stop the other one first",
            )
        }
    })
}

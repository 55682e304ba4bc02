//! `telepress backup`: a consistent copy of the journal, whoever is writing it.

use std::path::PathBuf;

use clap::Args;

use super::Result;
use super::desk::Seat;
use crate::store::Access;
use crate::world::{World, line};

#[derive(Debug, Args)]
pub(super) struct BackupArguments {
    /// The file to write; it must not exist
    file: PathBuf,
}

pub(super) fn execute(typed: &BackupArguments, world: &mut World<'_>) -> Result {
    let seat = Seat::take(Access::Read, world)?;
    seat.wait(seat.desk.store.backup(&typed.file))?;
    line!(world.out, "the journal is copied to {}", typed.file.display())?;
    Ok(())
}

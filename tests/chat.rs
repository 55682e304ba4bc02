//! The chat with the bot: operators run the newsroom from their phones, and nobody else can.

mod attacks;
mod stories;
mod talk;

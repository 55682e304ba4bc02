//! The chat with the bot: operators, and only they, run the newsroom from their phones.

mod answers;
mod attacks;
mod cancelled;
mod comments;
mod daily;
mod drafts;
mod inbox;
mod interleavings;
mod lost;
mod media;
mod moved;
mod operators;
mod orders;
mod page;
mod poll;
mod stories;
mod talk;
mod together;
mod wire;

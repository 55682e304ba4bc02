//! `telepress check`: it reports every problem at its place, all at once, and no others.

mod config;
mod elsewhere;
mod ends;
mod files;
mod formats;
mod hostile;
mod ids;
mod markdown;
mod media;
mod polls;
mod posts;
mod repeat;
mod times;
mod twelve;

//! `telepress check`: every problem at its place, all of them at once, and none that is not there.

mod config;
mod files;
mod formats;
mod hostile;
mod ids;
mod posts;
mod times;
mod twelve;

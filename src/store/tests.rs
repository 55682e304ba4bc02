//! What every journal does, whatever database it is in.

mod claims;
mod cluster;
mod file_ids;
mod fixture;
mod hooks;
mod orders;
mod place;
mod postgres;
mod whole;

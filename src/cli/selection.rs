//! The posts and channels that a command line names; what is done with them is the command's business.

use crate::config::{Channel, Config};
use crate::failure::Failure;
use crate::key::nearest;
use crate::newsroom::{CheckedFile, Newsroom};
use crate::post::PostId;

/// The id that was typed, as an id or as the path of its file.
pub(super) fn post_id(typed: &str, newsroom: &Newsroom) -> Result<PostId, Failure> {
    let path = typed.replace('\\', "/");
    let folder = newsroom.places.posts.to_string_lossy().replace('\\', "/");
    let below = path.strip_prefix(&format!("{}/", folder.trim_end_matches('/'))).unwrap_or(&path);
    let stem = below.strip_suffix(".toml").unwrap_or(below);
    let stem = stem.strip_suffix("/post").unwrap_or(stem);
    PostId::parse(stem).map_err(|fault| {
        Failure::usage(
            format!("`{typed}` is no post id: {fault}"),
            format!(
                "an id is the path below {folder}/ without .toml, such as `summit` or `2024/summit`"
            ),
        )
    })
}

/// The checked file of a post that must exist.
pub(super) fn one_post(
    typed: &str,
    newsroom: &Newsroom,
    now: jiff::Timestamp,
) -> Result<(PostId, CheckedFile), Failure> {
    let id = post_id(typed, newsroom)?;
    let found = newsroom.check_some(std::slice::from_ref(&id), now)?;
    match found.into_iter().next() {
        Some((id, Some(checked))) => Ok((id, checked)),
        _ => Err(no_post(&id, newsroom)),
    }
}

/// The failure for an id without a file.
pub(super) fn no_post(id: &PostId, newsroom: &Newsroom) -> Failure {
    let ids = newsroom.ids();
    let hint = match nearest(id.as_str(), ids.iter().map(PostId::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("posts lie in {}", newsroom.places.posts.display()),
    };
    Failure::usage(format!("no post `{id}`"), hint)
}

/// The channel of that name.
pub(super) fn channel<'c>(typed: &str, config: &'c Config) -> Result<&'c Channel, Failure> {
    config.channel(typed).ok_or_else(|| {
        let names = config.channels.iter().map(|channel| channel.name.as_str());
        let hint = match nearest(typed, names.clone()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!(
                "the config has {}",
                names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
            ),
        };
        Failure::usage(format!("no channel `{typed}`"), hint)
    })
}

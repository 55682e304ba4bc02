//! Any export: it is read or refused, no message makes it panic, and a post that is exact renders to the text of its message.

#![no_main]

use std::sync::{Arc, LazyLock};

use telepress::config::{self, Config};
use telepress::import::{
    self, AlbumGrouper, ExportFiles, Exported, ExportedMessage, ImportTarget, Origin,
};
use telepress::media::{MediaFileError, Probe};
use telepress::source::SourceFile;

static CONFIG: LazyLock<Config> = LazyLock::new(|| {
    let text = include_str!("../../config/telepress.toml");
    config::check(&SourceFile::new("config/telepress.toml", text))
        .0
        .expect("the sample config is good")
});

/// An export without files.
struct NoFiles;

impl ExportFiles for NoFiles {
    fn probe(&self, _: &str) -> Result<Arc<Probe>, MediaFileError> {
        Err(MediaFileError::Missing)
    }
}

fn now() -> jiff::Timestamp {
    jiff::Timestamp::from_second(1_750_000_000).expect("a time")
}

fn compose(group: &[ExportedMessage]) {
    let target = ImportTarget {
        config: &CONFIG,
        channel: CONFIG.channels.first().expect("the sample config has a channel"),
        chat: None,
        into: "a",
        now: now(),
        post_of: &|_| None,
    };
    let Some(composed) = import::compose(group, &NoFiles, &target) else { return };
    let Some(post) = composed.post else { return };
    assert_eq!(Origin::in_file(&post.draft), Some(Origin::of(group, None)));
    let published = SourceFile::new("a.toml", post.published);
    let again = telepress::check::check(
        &published,
        composed.id,
        &CONFIG,
        now(),
        &telepress::media::NoFiles,
    );
    let laid_out = again.post.expect("the written file is good");
    if composed.differences.is_empty() && group[0].poll.is_none() {
        let here = laid_out.in_channel(&target.channel.name).expect("the post has a channel");
        assert_eq!(here.parts[0].text(), group[0].text);
    }
}

libfuzzer_sys::fuzz_target!(|json: &[u8]| {
    let Ok(chats) = import::chats(json) else { return };
    for chat in 0..chats.len().min(3) {
        let mut albums = AlbumGrouper::default();
        let _ = import::messages(json, chat, |value| {
            if let Exported::Message(message) = Exported::of(value)
                && let Some(group) = albums.push(*message)
            {
                compose(&group);
            }
            true
        });
        if let Some(group) = albums.finish() {
            compose(&group);
        }
    }
});

//! The names of a draft's media files on the disk: plain, short, different, and never the name of a post.

use std::collections::BTreeSet;

use super::name::words;
use crate::ids::PostId;
use crate::media::{Kind, shown_file_name};

/// Characters of an extension.
const EXTENSION: usize = 8;

/// Extensions of files that telepress reads as posts, or that somebody may rename to one.
const POST_EXTENSIONS: [&str; 4] = ["toml", "md", "markdown", "tmp"];

/// Gives out the names of one draft's files.
#[derive(Debug, Default)]
pub struct FileNames {
    given: BTreeSet<String>,
}

impl FileNames {
    /// A name for a file; `sent` is the name that its sender's app reported.
    pub fn next(&mut self, kind: Kind, sent: Option<&str>) -> String {
        let (stem, extension) = match sent.and_then(|name| name.rsplit_once('.')) {
            Some((stem, extension)) => (stem, plain_extension(extension)),
            None => (sent.unwrap_or_default(), String::new()),
        };
        let stem =
            Some(words(stem)).filter(|stem| kind.shows_name() && PostId::parse(stem).is_ok());
        let stem = stem.unwrap_or_else(|| kind.name().to_owned());
        let extension = match (kind, extension.as_str()) {
            (Kind::Photo, _) => "jpg",
            (Kind::Animation, "gif") => "gif",
            (Kind::Video | Kind::Animation, _) => "mp4",
            (Kind::Audio, "m4a") => "m4a",
            (Kind::Audio, _) => "mp3",
            (Kind::Document, extension) if POST_EXTENSIONS.contains(&extension) => "data",
            (Kind::Document, extension) => extension,
        };
        let ending = if extension.is_empty() { String::new() } else { format!(".{extension}") };
        let name = (1..=self.given.len() + 1)
            .map(|number| format!("{}{ending}", super::numbered(&stem, number)))
            .find(|name| !self.given.contains(name))
            .unwrap_or_default();
        self.given.insert(name.clone());
        name
    }

    /// The name that readers see, if it is another one than that on the disk.
    #[must_use]
    pub fn shown(kind: Kind, sent: Option<&str>, on_disk: &str) -> Option<String> {
        let shown = sent.filter(|_| kind.shows_name()).and_then(shown_file_name)?;
        (shown != on_disk).then_some(shown)
    }
}

fn plain_extension(extension: &str) -> String {
    let is_plain =
        extension.len() <= EXTENSION && extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_plain { extension.to_ascii_lowercase() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_plain_and_different_and_never_a_post() {
        let mut names = FileNames::default();
        for (kind, sent, name, shown) in [
            (Kind::Photo, None, "photo.jpg", None),
            (Kind::Photo, Some("x.png"), "photo-2.jpg", None),
            (Kind::Animation, Some("cat.GIF"), "animation.gif", None),
            (Kind::Document, Some("report.pdf"), "report.pdf", None),
            (Kind::Document, Some("Report.PDF"), "report-2.pdf", Some("Report.PDF")),
            (Kind::Document, Some("Отчёт 5.pdf"), "otchiot-5.pdf", Some("Отчёт 5.pdf")),
            (Kind::Document, Some("../../post.toml"), "post.data", Some("post.toml")),
            (Kind::Document, Some("README.md"), "readme.data", Some("README.md")),
            (Kind::Document, Some("con.txt"), "document.txt", Some("con.txt")),
            (Kind::Document, Some("\u{0}\u{1b}[2J\n.sh"), "2j.sh", None),
            (Kind::Document, Some("Makefile"), "makefile", Some("Makefile")),
            (Kind::Document, Some("x.y z"), "x", Some("x.y z")),
            (Kind::Document, None, "document", None),
            (Kind::Audio, Some("Song.flac"), "song.mp3", Some("Song.flac")),
        ] {
            let given = names.next(kind, sent);
            assert_eq!(given, name, "{sent:?}");
            if kind != Kind::Document || shown.is_some() {
                assert_eq!(FileNames::shown(kind, sent, &given).as_deref(), shown, "{sent:?}");
            }
        }
        let long = names.next(Kind::Document, Some(&format!("{}.pdf", "ж".repeat(5_000))));
        assert!(long.len() <= 64, "{long}");
    }

    proptest! {
        #[test]
        fn no_name_leaves_the_folder_or_is_read_as_a_post(sent in any::<String>()) {
            let name = FileNames::default().next(Kind::Document, Some(&sent));
            prop_assert!(PostId::parse(&name).is_ok(), "{name}");
            let extension = std::path::Path::new(&name).extension();
            prop_assert!(extension.is_none_or(|one| one != "toml" && one != "md"), "{name}");
        }
    }
}

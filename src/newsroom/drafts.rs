//! Writes drafts into the posts folder, and changes or removes post files for the chat. A draft appears whole or not at all, and
//! only a file whose text was shown is changed.

use std::io::{self, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::{CheckedFile, Newsroom, PostsError};
use crate::draft::{self, DraftSource};
use crate::fs::{self, ChangeError, File, StagedFolder};
use crate::ids::PostId;
use crate::media::{self, Probe};
use crate::random;
use crate::source::SourceFile;

/// The file of a post in a folder of its own.
const POST_FILE: &str = "post.toml";

/// The name of such a file without its ending: Markdown has another one.
const POST_STEM: &str = "post";

/// Drafts of one name. More of them on one day are a mistake.
const SAME_NAMES: usize = 1_000;

/// A draft that is being made. Dropped before it is finished, it leaves nothing.
#[derive(Debug)]
pub struct StagedDraft {
    folder: StagedFolder,
    inbox: PostId,
    has_media: bool,
}

impl Newsroom {
    /// A new draft in the folder `inbox`, which is created if it is missing.
    ///
    /// # Errors
    /// The system's error; also if the folder is a link.
    pub fn begin_draft(&self, inbox: &PostId) -> io::Result<StagedDraft> {
        let folder = StagedFolder::new(&self.root()?, Path::new(inbox.as_str()), &key())?;
        Ok(StagedDraft { folder, inbox: inbox.clone(), has_media: false })
    }

    /// Removes the unfinished drafts of a process that was killed.
    ///
    /// # Errors
    /// The system's error.
    pub fn remove_unfinished_drafts(&self, inbox: &PostId) -> io::Result<()> {
        StagedFolder::remove_left(&self.root()?, Path::new(inbox.as_str()))
    }

    /// The draft of `date` that was made from this message.
    ///
    /// # Errors
    /// If the posts cannot be listed.
    pub fn draft_from(
        &self,
        inbox: &PostId,
        date: &str,
        source: &DraftSource,
    ) -> Result<Option<PostId>, PostsError> {
        let start = format!("{inbox}/{date}");
        let mut of_that_day =
            self.posts()?.into_iter().filter(|post| post.as_str().starts_with(&start));
        Ok(of_that_day
            .find(|post| self.source_of(post).is_some_and(|(_, text)| source.is_in(&text))))
    }

    /// Replaces the text of a post's file, if it still is `seen`.
    ///
    /// # Errors
    /// See [`ChangeError`].
    pub fn change_post(&self, post: &PostId, seen: &str, text: &str) -> Result<(), ChangeError> {
        fs::replace_seen(&self.root()?, &self.existing_path(post)?, seen, text, &key())
    }

    /// Removes a post's file, if its text still is `seen`, and the media in its own folder that it names.
    ///
    /// # Errors
    /// See [`ChangeError`].
    pub fn remove_post(&self, post: &PostId, seen: &str) -> Result<(), ChangeError> {
        let below = self.existing_path(post)?;
        let has_folder = below.file_stem().is_some_and(|stem| stem == POST_STEM);
        let file = SourceFile::post(below.to_string_lossy(), seen);
        let media = if has_folder { draft::own_media(&file) } else { Vec::new() };
        fs::remove_seen(&self.root()?, &below, seen, &media, has_folder)
    }

    /// The current file of a post; `None` if it cannot be read.
    #[must_use]
    pub fn post_file(&self, post: &PostId) -> Option<SourceFile> {
        let (path, text) = self.source_of(post)?;
        Some(SourceFile::post(path.to_string_lossy().replace('\\', "/"), text))
    }

    /// Checks a post's file as if it had this text; `None` if there is no such file.
    #[must_use]
    pub fn check_changed(
        &self,
        post: &PostId,
        text: String,
        now: Timestamp,
    ) -> Option<CheckedFile> {
        let below = self.existing_path(post).ok()?.to_string_lossy().replace('\\', "/");
        self.check_text(post, &below, text, now).ok()
    }

    /// Checks that drafts can be written.
    ///
    /// # Errors
    /// The system's reason.
    pub fn check_inbox(&self, inbox: &PostId) -> io::Result<()> {
        fs::check_folder(&self.root()?, Path::new(inbox.as_str()), &key())
    }

    fn existing_path(&self, post: &PostId) -> Result<PathBuf, ChangeError> {
        let root = self.root()?;
        let found = Self::paths_of(post).into_iter().find(|below| root.open_file(below).is_ok());
        Ok(found.ok_or(fs::ReadError::Missing)?)
    }
}

/// What tells an unfinished file apart from others.
fn key() -> String {
    format!("{:016x}", random::number())
}

impl StagedDraft {
    /// A new media file, to be written.
    ///
    /// # Errors
    /// The system's error.
    pub fn create(&mut self, name: &str) -> io::Result<File> {
        self.has_media = true;
        self.folder.create(name)
    }

    /// A free name that begins with `name`.
    ///
    /// # Errors
    /// The system's error, and if too many such names are taken.
    pub fn free_name(&self, name: &str) -> io::Result<String> {
        let taken: Vec<_> =
            self.folder.names_beside()?.iter().map(|name| name.to_lowercase()).collect();
        let is_free = |name: &String| {
            let file = format!("{name}.");
            !taken.iter().any(|taken| taken == name || taken.starts_with(&file))
        };
        let mut names = (1..=SAME_NAMES).map(|number| draft::numbered(name, number));
        names.find(is_free).ok_or_else(|| io::ErrorKind::AlreadyExists.into())
    }

    /// Writes the post's file and gives the draft its name, with a number where that is taken.
    ///
    /// # Errors
    /// The system's error.
    pub fn finish(mut self, name: &str, text: &str) -> io::Result<PostId> {
        self.folder.write(POST_FILE, text)?;
        for _ in 0..SAME_NAMES {
            let free = self.free_name(name)?;
            let placed = if self.has_media {
                self.folder.place(&free)
            } else {
                self.folder.place_file(POST_FILE, &format!("{free}.toml"))
            };
            match placed {
                // Another program has just taken the name.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                placed => {
                    placed?;
                    let id = PostId::parse(&format!("{}/{free}", self.inbox));
                    return id.map_err(io::Error::other);
                }
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }
}

/// What the headers of a downloaded file say.
///
/// # Errors
/// The system's error.
pub fn probe(mut file: &File, length: u64) -> io::Result<Probe> {
    file.seek(SeekFrom::Start(0))?;
    media::probe(&mut file, length)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::config::Config;
    use crate::draft::SourceMessage;
    use crate::newsroom::Places;

    fn newsroom() -> (tempfile::TempDir, Newsroom) {
        let folder = tempfile::tempdir().unwrap();
        let places = Places { config: folder.path().join("c/t.toml"), posts: folder.path().into() };
        let newsroom =
            Newsroom { places, config: Config::default(), hashes: std::sync::Arc::default() };
        (folder, newsroom)
    }

    fn inbox() -> PostId {
        PostId::parse("inbox").unwrap()
    }

    #[test]
    fn draft_never_overwrites_and_gets_a_number() {
        let (_folder, newsroom) = newsroom();
        let text = |text| newsroom.begin_draft(&inbox()).unwrap().finish("day-a", text).unwrap();
        let ids = [text("1"), text("2")].map(String::from);
        assert_eq!(ids, ["inbox/day-a", "inbox/day-a-2"]);
        let mut draft = newsroom.begin_draft(&inbox()).unwrap();
        draft.create("photo.jpg").unwrap().write_all(b"GIF89a").unwrap();
        assert_eq!(draft.finish("day-a", "3").unwrap().as_str(), "inbox/day-a-3");
        // A folder of that name, and a file of another kind.
        assert_eq!(text("4").as_str(), "inbox/day-a-4");
        let (path, read) = newsroom.source_of(&PostId::parse("inbox/day-a-3").unwrap()).unwrap();
        assert!(path.ends_with("inbox/day-a-3/post.toml") && read == "3");
        let dropped = newsroom.begin_draft(&inbox()).unwrap();
        drop(dropped);
        assert_eq!(newsroom.posts().unwrap().len(), 4);
    }

    #[test]
    fn draft_of_the_same_message_is_found() {
        let (_folder, newsroom) = newsroom();
        let source = DraftSource { operator: 111, message: SourceMessage::Message(5) };
        let text = format!("{source}\ndraft = true\n");
        let post = newsroom.begin_draft(&inbox()).unwrap().finish("2026-11-30-a", &text).unwrap();
        let found = |date, source| newsroom.draft_from(&inbox(), date, source).unwrap();
        assert_eq!(found("2026-11-30", &source), Some(post));
        assert_eq!(found("2026-11-29", &source), None);
        let other = DraftSource { operator: 222, ..source.clone() };
        assert_eq!(found("2026-11-30", &other), None);
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the test looks at the files")]
    fn removed_draft_takes_its_own_media_along() {
        let (folder, newsroom) = newsroom();
        let mut draft = newsroom.begin_draft(&inbox()).unwrap();
        draft.create("photo.jpg").unwrap();
        let text = "[[media]]\nphoto = \"photo.jpg\"\n[[media]]\nphoto = \"../other.jpg\"\n";
        let post = draft.finish("a", text).unwrap();
        std::fs::write(folder.path().join("inbox/other.jpg"), "").unwrap();
        assert!(matches!(newsroom.remove_post(&post, "x"), Err(ChangeError::Changed)));
        newsroom.remove_post(&post, text).unwrap();
        let markdown = folder.path().join("inbox/b");
        std::fs::create_dir(&markdown).unwrap();
        let text = "+++\n[[media]]\nphoto = \"photo.jpg\"\n+++\n";
        std::fs::write(markdown.join("post.md"), text).unwrap();
        std::fs::write(markdown.join("photo.jpg"), "").unwrap();
        newsroom.remove_post(&PostId::parse("inbox/b").unwrap(), text).unwrap();
        let left: Vec<_> = std::fs::read_dir(folder.path().join("inbox")).unwrap().collect();
        assert_eq!(left.len(), 1);
        assert!(newsroom.change_post(&post, text, "x").is_err());
    }
}

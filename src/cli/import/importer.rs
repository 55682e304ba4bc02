//! Writes the posts of an import. A file that exists is never replaced, except the import's own draft of a post that is adopted.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use super::super::Result;
use super::super::session::CliSession;
use super::adoption::{Adoptable, Adopter};
use super::export_folder::{ExportFolder, probe};
use super::report::{FileState, ImportReport, Row};
use crate::check;
use crate::cli_context::CliContext;
use crate::cli_error::CliError;
use crate::config::Channel;
use crate::exit::Exit;
use crate::fs;
use crate::ids::PostId;
use crate::import::{
    Composed, ComposedPost, Difference, ExportFiles, ExportedMessage, ImportTarget, MediaCopy,
    compare, compose,
};
use crate::layout::LaidOut;
use crate::media::{MediaFileError, MediaFolder, Probe};
use crate::newsroom::Newsroom;
use crate::source::SourceFile;

pub(super) struct Importer<'i> {
    export: &'i ExportFolder,
    newsroom: &'i Newsroom,
    posts: fs::Root,
    channel: &'i Channel,
    into: String,
    now: Timestamp,
    /// The post of each message, for replies.
    post_of: BTreeMap<i64, PostId>,
    /// The messages that the journal knows.
    known: BTreeMap<i64, PostId>,
    adopter: Option<Adopter<'i>>,
    pub(super) dry_run: bool,
}

/// What became of the file of a post.
struct Filed {
    state: FileState,
    differs: Vec<Difference>,
    /// What can be recorded, if the file is exact.
    adoptable: Option<(LaidOut, String)>,
    /// Whether the file is still the draft that an import wrote.
    is_own_draft: bool,
}

impl<'i> Importer<'i> {
    pub(super) fn new(
        export: &'i ExportFolder,
        session: &'i CliSession,
        channel: &'i Channel,
        into: String,
        known: BTreeMap<i64, PostId>,
        now: Timestamp,
        adopter: Option<Adopter<'i>>,
    ) -> Result<Self> {
        let newsroom = session.operations.newsroom.as_ref();
        let posts = fs::Root::open(&newsroom.places.posts).map_err(|error| {
            let folder = newsroom.places.posts.display();
            CliError::usage(
                format!("the posts' folder {folder} cannot be opened: {error}"),
                "--posts names the folder of the posts; create it if it is missing",
            )
        })?;
        let post_of = known.clone();
        let dry_run = false;
        Ok(Self { export, newsroom, posts, channel, into, now, post_of, known, adopter, dry_run })
    }

    /// Imports a message or an album.
    pub(super) fn take(
        &mut self,
        group: &[ExportedMessage],
        report: &mut ImportReport,
        context: &mut CliContext<'_>,
    ) -> Result {
        let post_of = |id| self.post_of.get(&id).cloned();
        let target = ImportTarget {
            config: &self.newsroom.config,
            channel: self.channel,
            into: &self.into,
            now: self.now,
            post_of: &post_of,
        };
        let Some(Composed { id, post, differs }) = compose(group, self.export, &target) else {
            return report.unreadable(group.first().map(|first| first.id), context);
        };
        let message_ids: Vec<i64> = group.iter().map(|message| message.id).collect();
        let known = message_ids.iter().find_map(|id| self.known.get(id));
        if known.is_some_and(|known| *known != id) {
            report.published_by_telepress += 1;
            return Ok(());
        }
        let is_recorded = known.is_some();
        let filed = match (self.newsroom.source_of(&id), &post) {
            (Some((_, text)), _) => {
                let (posts, export) = (&self.posts, self.export);
                let found = ExistingFile { id: &id, text: &text, posts, export };
                found.compared(post.as_ref(), differs, group, &target)
            }
            (None, Some(post)) => self.new_file(&id, post, differs)?,
            (None, None) => {
                Filed { state: FileState::None, differs, adoptable: None, is_own_draft: false }
            }
        };
        let Filed { state, differs, adoptable, is_own_draft } = filed;
        if state != FileState::None {
            self.post_of.extend(message_ids.iter().map(|message| (*message, id.clone())));
        }
        let is_forward = group.iter().any(|message| message.is_forward);
        if let (Some(adopter), true, false, false) =
            (&mut self.adopter, differs.is_empty(), is_forward, self.dry_run)
            && let Some((laid_out, published)) = adoptable
        {
            let sent_at = laid_out.in_channel(&self.channel.name).and_then(|here| here.publish_at);
            adopter.add(Adoptable {
                id: id.clone(),
                laid_out,
                published,
                message_ids: message_ids.clone(),
                sent_at: sent_at.unwrap_or(self.now),
                is_recorded,
                is_own_draft,
            });
        }
        let post = (state != FileState::None).then_some(id);
        report.row(&Row { message_ids, post, differs, state, is_forward }, context)?;
        match &mut self.adopter {
            Some(adopter) if adopter.is_full() => adopter.adopt(&self.posts, report, context),
            _ => Ok(()),
        }
    }

    /// Adopts the last posts, and waits until everything is on the disk.
    pub(super) fn finish(
        &mut self,
        report: &mut ImportReport,
        context: &mut CliContext<'_>,
    ) -> Result {
        if let Some(adopter) = &mut self.adopter {
            adopter.adopt(&self.posts, report, context)?;
        }
        if self.dry_run { Ok(()) } else { Ok(self.posts.sync()?) }
    }

    /// Writes the files of a new post: the media first, so that a post never lacks it.
    fn new_file(
        &self,
        id: &PostId,
        post: &ComposedPost,
        mut differs: Vec<Difference>,
    ) -> Result<Filed> {
        let free = self.copy_media(&post.media)?;
        if free && !self.dry_run {
            let path = format!("{id}.toml");
            match self.posts.write_new(Path::new(&path), &post.draft) {
                // A file that cannot be read as text.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    differs.push(Difference::Lost("unreadable file".to_owned()));
                    let state = FileState::ByHand;
                    return Ok(Filed { state, differs, adoptable: None, is_own_draft: false });
                }
                written => written.map_err(|error| self.unwritable(&path, &error))?,
            }
        }
        if !free {
            differs.push(Difference::MediaTaken);
        }
        let state = if free { FileState::New } else { FileState::None };
        let adoptable = free.then(|| (post.laid_out.clone(), post.published.clone()));
        Ok(Filed { state, differs, adoptable, is_own_draft: true })
    }

    /// Copies the media of a post; `false` if another file has one of the names. Files with the same bytes stay, as after an
    /// interrupted import.
    fn copy_media(&self, media: &[MediaCopy]) -> Result<bool> {
        for MediaCopy { from, to } in media {
            let path = Path::new(to);
            let source = self.export.file(from).map_err(|error| {
                CliError::stopped(Exit::Unexpected, format!("{from}: {error}"), "")
            })?;
            if let Ok(there) = self.posts.open_file(path) {
                if !fs::have_same_bytes(&there, &source)? {
                    return Ok(false);
                }
            } else if !self.dry_run {
                match self.posts.copy_new(path, &source) {
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
                    copied => copied.map_err(|error| self.unwritable(to, &error))?,
                }
            }
        }
        Ok(true)
    }

    fn unwritable(&self, path: &str, error: &io::Error) -> CliError {
        let path = self.newsroom.places.posts.join(path);
        CliError::stopped(
            Exit::Unexpected,
            format!("{} cannot be written: {error}", path.display()),
            "the posts' folder must be writable and have no links in it; run the import again to go on",
        )
    }
}

/// A file that exists.
struct ExistingFile<'f> {
    id: &'f PostId,
    text: &'f str,
    posts: &'f fs::Root,
    export: &'f ExportFolder,
}

impl ExistingFile<'_> {
    /// Compares it with the export. `post` is what the import would write, which differs in `differs`.
    fn compared(
        &self,
        post: Option<&ComposedPost>,
        mut differs: Vec<Difference>,
        group: &[ExportedMessage],
        target: &ImportTarget<'_>,
    ) -> Filed {
        if let Some(post) =
            post.filter(|post| post.draft == self.text || post.published == self.text)
        {
            let is_own_draft = post.draft == self.text;
            let mut adoptable = Some((post.laid_out.clone(), post.published.clone()));
            let mut state = FileState::Unchanged;
            if !post.media.iter().all(|copy| self.has_same_size(copy)) {
                (state, adoptable) = (FileState::ByHand, None);
                differs.push(Difference::Media);
            }
            return Filed { state, differs, adoptable, is_own_draft };
        }
        let folder = self.id.as_str().rsplit_once('/').map_or("", |(folder, _)| folder);
        let source = SourceFile::new(format!("{}.toml", self.id), self.text);
        let media = PostsFolder { root: self.posts, folder };
        let checked = check::check(&source, self.id.clone(), target.config, target.now, &media);
        let (differs, adoptable) = if let Some(laid_out) = checked.post {
            let differs = compare(&laid_out, group, self.export, target);
            let here = laid_out.in_channel(&target.channel.name);
            let is_draft = here.is_none_or(|here| here.edition.options.draft);
            (differs, (!is_draft).then(|| (laid_out, self.text.to_owned())))
        } else {
            let error = checked.diagnostics.iter().find(|found| found.is_error());
            let code = error.map_or("invalid", |error| error.code().name());
            (vec![Difference::Refused(code)], None)
        };
        let state = match post {
            _ if differs.is_empty() => FileState::Unchanged,
            Some(post) if !post.is_from_same_version(self.text) => FileState::EditedInChannel,
            _ => FileState::ByHand,
        };
        Filed { state, differs, adoptable, is_own_draft: false }
    }

    /// Whether the file beside the post has the size of the exported one.
    fn has_same_size(&self, copy: &MediaCopy) -> bool {
        let one = probe(self.posts, &copy.to);
        let other = self.export.probe(&copy.from);
        one.is_ok_and(|one| other.is_ok_and(|other| one.bytes == other.bytes))
    }
}

/// The media beside a post that exists.
struct PostsFolder<'p> {
    root: &'p fs::Root,
    folder: &'p str,
}

impl MediaFolder for PostsFolder<'_> {
    fn path(&self) -> &str {
        self.folder
    }

    fn probe(&self, path: &str) -> Result<Arc<Probe>, MediaFileError> {
        probe(self.root, path)
    }
}

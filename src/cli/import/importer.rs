//! Writes the posts of an import. A file that exists is never replaced, except the import's own draft of a post that is adopted.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use telegram_text::FormattedText;

use super::super::{Result, unexpected};
use super::adoption::{Adoptable, Adopter};
use super::existing_file::{ExistingFile, Filed, Inputs};
use super::export_folder::ExportFolder;
use super::report::{FileState, ImportReport, Row};
use crate::cli_context::CliContext;
use crate::cli_error::CliError;
use crate::config::Channel;
use crate::exit::Exit;
use crate::fs;
use crate::ids::PostId;
use crate::import::{
    Composed, ComposedPost, ExportedMessage, ImportDifference, ImportTarget, MediaCopy, Origin,
    compose,
};
use crate::newsroom::Newsroom;

pub(super) struct Importer<'i> {
    export: &'i ExportFolder,
    newsroom: &'i Newsroom,
    posts: fs::Root,
    setup: ImportSetup<'i>,
    /// The posts of the export's messages that exist, by the files' own words, and those of this import.
    imported: BTreeMap<i64, PostId>,
}

/// Where the post of messages is.
enum FilePlace {
    File(ExistingFile),
    /// Its id is free.
    Free,
    /// A post of other messages has its id.
    Taken,
}

/// The messages that the journal knows.
#[derive(Default)]
pub(super) struct KnownMessages {
    pub(super) posts: BTreeMap<i64, PostId>,
    /// The texts that they have since edits by telepress.
    pub(super) edits: BTreeMap<i64, FormattedText>,
}

/// What an import needs beside the export and the newsroom.
pub(super) struct ImportSetup<'i> {
    pub(super) channel: &'i Channel,
    /// The chat of the export, if it has an id.
    pub(super) chat: Option<i64>,
    pub(super) into: String,
    pub(super) known: KnownMessages,
    pub(super) now: Timestamp,
    pub(super) adopter: Option<Adopter<'i>>,
    pub(super) dry_run: bool,
}

impl<'i> Importer<'i> {
    pub(super) fn new(
        export: &'i ExportFolder,
        newsroom: &'i Newsroom,
        setup: ImportSetup<'i>,
    ) -> Result<Self> {
        let posts = fs::Root::open(&newsroom.places.posts).map_err(|error| {
            let folder = newsroom.places.posts.display();
            CliError::usage(
                format!("the posts folder {folder} cannot be opened: {error}"),
                "--posts names the posts folder; create it if it is missing",
            )
        })?;
        let mut imported = BTreeMap::new();
        for post in newsroom.posts().map_err(unexpected)? {
            let file = ExistingFile::of(&post, newsroom);
            let origin = file.and_then(|file| file.origin());
            if let Some(origin) = origin.filter(|origin| origin.may_be_of(setup.chat)) {
                imported.extend(origin.messages.into_iter().map(|id| (id, post.clone())));
            }
        }
        Ok(Self { export, newsroom, posts, setup, imported })
    }

    /// Imports a message or an album.
    pub(super) fn take(
        &mut self,
        group: &[ExportedMessage],
        report: &mut ImportReport,
        context: &mut CliContext<'_>,
    ) -> Result {
        let ImportSetup { channel, chat, known, now, .. } = &self.setup;
        let post_of = |id| known.posts.get(&id).or_else(|| self.imported.get(&id)).cloned();
        let target = ImportTarget {
            config: &self.newsroom.config,
            channel,
            chat: *chat,
            into: &self.setup.into,
            now: *now,
            post_of: &post_of,
        };
        let Some(Composed { id, post, differences }) = compose(group, self.export, &target) else {
            let id = group.first().map(|first| first.id);
            return report.unreadable(id, "unreadable", context);
        };
        let origin = Origin::of(group, *chat);
        let place = self.place(&id, &origin);
        let own_id = match &place {
            FilePlace::File(file) => file.id.clone(),
            FilePlace::Free | FilePlace::Taken => id.clone(),
        };
        let message_ids: Vec<i64> = group.iter().map(|message| message.id).collect();
        let known = message_ids.iter().find_map(|id| known.posts.get(id));
        // A file that was moved without `telepress move` is still the journal's post.
        if known.is_some_and(|known| *known != own_id && *known != id) {
            report.published_by_telepress += message_ids.len();
            return Ok(());
        }
        let is_recorded = known.is_some();
        let is_moved = known.is_some_and(|known| *known != own_id);
        let mut below = PathBuf::from(format!("{own_id}.toml"));
        let filed = match (place, &post) {
            (FilePlace::File(file), post) => {
                let inputs = Inputs {
                    posts: &self.posts,
                    export: self.export,
                    target: &target,
                    edits: &self.setup.known.edits,
                };
                let filed = file.compared(&id, post.as_ref(), differences, group, &inputs);
                below = file.below;
                filed
            }
            (FilePlace::Taken, _) => {
                Filed::nothing([differences, vec![ImportDifference::IdTaken]].concat())
            }
            (FilePlace::Free, Some(post)) => self.new_file(&id, post, differences)?,
            (FilePlace::Free, None) => Filed::nothing(differences),
        };
        let Filed { state, differences, adoptable, is_own_draft } = filed;
        if state != FileState::None {
            self.imported.extend(message_ids.iter().map(|message| (*message, own_id.clone())));
        }
        let is_forward = group.iter().any(|message| message.is_forward);
        let exact = adoptable
            .filter(|_| differences.is_empty() && !is_forward && !is_moved && !self.setup.dry_run);
        if let (Some(adopter), Some((laid_out, published))) = (&mut self.setup.adopter, exact) {
            let here = laid_out.in_channel(&self.setup.channel.name);
            let sent_at = here.and_then(|here| here.publish_at);
            adopter.add(Adoptable {
                id: own_id.clone(),
                below,
                laid_out,
                published,
                message_ids: message_ids.clone(),
                sent_at: sent_at.unwrap_or(self.setup.now),
                edited_at: origin.edited_at(),
                is_recorded,
                is_own_draft,
            });
        }
        let post = (state != FileState::None).then_some(own_id);
        report.row(&Row { message_ids, post, differences, state, is_forward }, context)?;
        match &mut self.setup.adopter {
            Some(adopter) if adopter.is_full() => adopter.adopt(&self.posts, report, context),
            _ => Ok(()),
        }
    }

    /// The file of the messages of `origin`: where the import would write it, or where it was moved.
    fn place(&self, id: &PostId, origin: &Origin) -> FilePlace {
        let file = ExistingFile::of(id, self.newsroom);
        let is_taken = file
            .as_ref()
            .and_then(ExistingFile::origin)
            .is_some_and(|other| !other.is_same_message(origin));
        if let Some(file) = file.filter(|_| !is_taken) {
            return FilePlace::File(file);
        }
        let moved = origin.messages.iter().find_map(|message| self.imported.get(message));
        let moved = moved.and_then(|post| ExistingFile::of(post, self.newsroom));
        match moved {
            Some(file) => FilePlace::File(file),
            None if is_taken => FilePlace::Taken,
            None => FilePlace::Free,
        }
    }

    /// Adopts the last posts, and waits until everything is on the disk.
    pub(super) fn finish(
        &mut self,
        report: &mut ImportReport,
        context: &mut CliContext<'_>,
    ) -> Result {
        if let Some(adopter) = &mut self.setup.adopter {
            adopter.adopt(&self.posts, report, context)?;
        }
        if self.setup.dry_run { Ok(()) } else { Ok(self.posts.sync()?) }
    }

    /// Writes the files of a new post: the media first, so that a post never lacks it.
    fn new_file(
        &self,
        id: &PostId,
        post: &ComposedPost,
        mut differences: Vec<ImportDifference>,
    ) -> Result<Filed> {
        let free = self.copy_media(&post.media)?;
        if free && !self.setup.dry_run {
            let path = format!("{id}.toml");
            match self.posts.write_new(Path::new(&path), &post.draft) {
                // A file that cannot be read as text.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    differences.push(ImportDifference::Lost("unreadable file".to_owned()));
                    let state = FileState::ByHand;
                    return Ok(Filed { state, differences, adoptable: None, is_own_draft: false });
                }
                written => written.map_err(|error| self.unwritable(&path, &error))?,
            }
        }
        if !free {
            differences.push(ImportDifference::MediaTaken);
        }
        let state = if free { FileState::New } else { FileState::None };
        let adoptable = free.then(|| (post.laid_out.clone(), post.published.clone()));
        Ok(Filed { state, differences, adoptable, is_own_draft: true })
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
            } else if !self.setup.dry_run {
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
            "the posts folder must be writable and have no links in it; run the import again to go on",
        )
    }
}

//! A post's file that exists, compared with the messages of the export that it was made from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use telegram_text::FormattedText;

use super::export_folder::{ExportFolder, probe};
use super::report::FileState;
use crate::check;
use crate::fs;
use crate::ids::PostId;
use crate::import::{
    ComposedPost, ExportFiles, ExportedMessage, ImportDifference, ImportTarget, MediaCopy, Origin,
    compare,
};
use crate::layout::LaidOut;
use crate::media::{MediaFileError, MediaFolder, Probe};
use crate::newsroom::Newsroom;
use crate::source::SourceFile;

/// What became of the file of a post.
pub(super) struct Filed {
    pub(super) state: FileState,
    pub(super) differences: Vec<ImportDifference>,
    /// What can be recorded, if the file is exact.
    pub(super) adoptable: Option<(LaidOut, String)>,
    /// Whether the file is still the draft that an import wrote.
    pub(super) is_own_draft: bool,
}

impl Filed {
    /// There is no file.
    pub(super) fn nothing(differences: Vec<ImportDifference>) -> Self {
        Self { state: FileState::None, differences, adoptable: None, is_own_draft: false }
    }
}

/// A post's file that exists.
pub(super) struct ExistingFile {
    pub(super) id: PostId,
    /// Its path below the posts folder.
    pub(super) below: PathBuf,
    text: String,
}

impl ExistingFile {
    pub(super) fn of(id: &PostId, newsroom: &Newsroom) -> Option<Self> {
        let (path, text) = newsroom.source_of(id)?;
        let below = path.strip_prefix(&newsroom.places.posts).ok()?.to_owned();
        Some(Self { id: id.clone(), below, text })
    }

    pub(super) fn origin(&self) -> Option<Origin> {
        Origin::in_file(&self.text)
    }

    /// Compares it with the export. `post` is what the import would write as `id`, which differs in `differences`.
    pub(super) fn compared(
        &self,
        id: &PostId,
        post: Option<&ComposedPost>,
        differences: Vec<ImportDifference>,
        group: &[ExportedMessage],
        inputs: &Inputs<'_>,
    ) -> Filed {
        let own = post.filter(|post| post.draft == self.text || post.published == self.text);
        let is_own_draft = own.is_some_and(|post| post.draft == self.text);
        let is_in_place = self.below == Path::new(&format!("{id}.toml"));
        if let Some(post) = own.filter(|_| is_in_place) {
            return inputs.own_file(post, differences, is_own_draft);
        }
        // Its media may be elsewhere, or somebody changed it.
        let text = own.map_or(&self.text, |post| &post.published);
        let below = self.below.to_string_lossy().replace('\\', "/");
        let folder = below.rsplit_once('/').map_or("", |(folder, _)| folder);
        let media = PostsFolder { root: inputs.posts, folder };
        let source = SourceFile::post(below.as_str(), text.as_str());
        let target = inputs.target;
        let checked = check::check(&source, self.id.clone(), target.config, target.now, &media);
        let Some(laid_out) = checked.post else {
            let error = checked.diagnostics.iter().find(|found| found.is_error());
            let code = error.map_or("invalid", |error| error.code().name());
            let differences = vec![ImportDifference::Refused(code)];
            let state = self.state(&differences, group, inputs);
            return Filed { state, differences, adoptable: None, is_own_draft };
        };
        let mut shown = compare(&laid_out, group, inputs.export, target);
        let mut state = self.state(&shown, group, inputs);
        let is_as_written =
            |post: &ComposedPost| compare(&post.laid_out, group, inputs.export, target) == shown;
        if own.is_some_and(is_as_written) {
            (shown, state) = (differences, FileState::Unchanged);
        }
        let here = laid_out.in_channel(&target.channel.name);
        let is_draft = here.is_none_or(|here| here.edition.options.draft);
        let adoptable = (!is_draft).then(|| (laid_out, text.clone()));
        Filed { state, differences: shown, adoptable, is_own_draft }
    }

    /// Why it differs from the export, if it does.
    fn state(
        &self,
        differences: &[ImportDifference],
        group: &[ExportedMessage],
        inputs: &Inputs<'_>,
    ) -> FileState {
        let exported = Origin::of(group, inputs.target.chat);
        let is_own_edit =
            group.first().is_some_and(|first| inputs.edits.get(&first.id) == Some(&first.text));
        match self.origin() {
            _ if differences.is_empty() => FileState::Unchanged,
            _ if is_own_edit => FileState::ByHand,
            Some(file) if file.edited > exported.edited => FileState::FromNewerExport,
            Some(file) if file.edited < exported.edited || file.messages != exported.messages => {
                FileState::EditedInChannel
            }
            _ => FileState::ByHand,
        }
    }
}

/// What a file is compared with.
pub(super) struct Inputs<'f> {
    pub(super) posts: &'f fs::Root,
    pub(super) export: &'f ExportFolder,
    pub(super) target: &'f ImportTarget<'f>,
    /// The texts that messages have since edits by telepress.
    pub(super) edits: &'f BTreeMap<i64, FormattedText>,
}

impl Inputs<'_> {
    /// A file exactly as and where the import writes it.
    fn own_file(
        &self,
        post: &ComposedPost,
        mut differences: Vec<ImportDifference>,
        is_own_draft: bool,
    ) -> Filed {
        let mut adoptable = Some((post.laid_out.clone(), post.published.clone()));
        let mut state = FileState::Unchanged;
        if !post.media.iter().all(|copy| self.has_same_size(copy)) {
            (state, adoptable) = (FileState::ByHand, None);
            differences.push(ImportDifference::Media);
        }
        Filed { state, differences, adoptable, is_own_draft }
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

//! Finds the post files and their ids. It reads no file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::fs::{Entry, FileKind};
use crate::ids::{IdError, PostId};
use crate::source::{self, MarkdownFile};

/// A post file, or one that was probably meant as a post.
#[derive(Clone, Debug)]
pub(super) struct ListedFile {
    /// The path below the posts folder, with `/`.
    pub(super) relative: String,
    /// The path below the posts folder for the system.
    pub(super) below: PathBuf,
    pub(super) kind: FileKind,
    pub(super) id: Result<PostId, NameError>,
    /// The id of the name in lower case, if only the case is wrong.
    pub(super) meant: Option<PostId>,
    /// Another file with the same id; neither is accepted.
    pub(super) taken_by: Option<String>,
}

/// Why a file's name is not that of a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NameError {
    /// It is not a valid id.
    Id(IdError),
    /// It ends with `.toml.txt`.
    TextFile,
}

/// The posts among the entries of a folder: every entry with a `.toml` name, Markdown files whose name is a post id, and files
/// that may be meant as posts.
pub(super) fn list(entries: Vec<Entry>) -> Vec<ListedFile> {
    let mut listed: Vec<ListedFile> = Vec::new();
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    for entry in entries {
        if entry.kind == FileKind::File && entry.relative.to_lowercase().ends_with(".toml.txt") {
            let Entry { relative, kind, below } = entry;
            let id = Err(NameError::TextFile);
            listed.push(ListedFile { relative, below, kind, id, meant: None, taken_by: None });
            continue;
        }
        let Some(stem) = stem(&entry) else { continue };
        let id = PostId::parse(&stem);
        // `README.md` and the like.
        if id.is_err() && source::is_markdown(&entry.relative) {
            continue;
        }
        let mut taken_by = None;
        // Some file systems ignore case, so names that differ only in case are the same id everywhere.
        if let Some(known) =
            first.get(&stem.to_lowercase()).and_then(|index| listed.get_mut(*index))
        {
            taken_by = Some(known.relative.clone());
            known.taken_by.get_or_insert_with(|| entry.relative.clone());
        } else {
            first.insert(stem.to_lowercase(), listed.len());
        }
        let meant = id.is_err().then(|| PostId::parse(&stem.to_lowercase()).ok()).flatten();
        listed.push(ListedFile {
            relative: entry.relative,
            below: entry.below,
            kind: entry.kind,
            id: id.map_err(NameError::Id),
            meant,
            taken_by,
        });
    }
    listed
}

/// The path without `.toml` or `.md`, or the folder's path for `post.toml` and `post.md` in a folder.
fn stem(entry: &Entry) -> Option<String> {
    let is_folder = matches!(entry.kind, FileKind::Folder | FileKind::FolderLink);
    let extension = Path::new(&entry.relative).extension().unwrap_or_default();
    let is_toml = extension.eq_ignore_ascii_case("toml");
    if !is_toml && (is_folder || !source::is_markdown(&entry.relative)) {
        // A link without an extension may be meant as a post or a folder of posts. A folder is listed only if it is too
        // deep to be read.
        let lost = match entry.kind {
            FileKind::Link => Path::new(&entry.relative).extension().is_none(),
            FileKind::FolderLink | FileKind::Folder => true,
            FileKind::File | FileKind::Special => false,
        };
        return lost.then(|| entry.relative.clone());
    }
    let stem = entry.relative.get(..entry.relative.len() - 1 - extension.len())?;
    Some(stem.strip_suffix("/post").unwrap_or(stem).to_owned())
}

/// Whether an entry may be a text that its author meant as a post.
pub(super) fn may_be_text(entry: &Entry) -> bool {
    let extension = Path::new(&entry.relative).extension().unwrap_or_default();
    let is_text = |known: &&str| extension.eq_ignore_ascii_case(*known);
    entry.kind == FileKind::File && ["md", "markdown", "txt"].iter().any(is_text)
}

/// Whether a file with this text is read as a post, with errors or without.
pub(super) fn is_post(entry: &Entry, text: &str) -> bool {
    stem(entry).is_some_and(|stem| PostId::parse(&stem).is_ok()) && has_front_matter(text)
}

/// Whether Markdown is read as a post.
pub(super) fn has_front_matter(text: &str) -> bool {
    matches!(MarkdownFile::of(text), MarkdownFile::Post { .. } | MarkdownFile::Unclosed(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(paths: &[&str]) -> Vec<(String, bool, bool)> {
        let entry = |path: &&str| Entry {
            relative: (*path).to_owned(),
            kind: FileKind::File,
            below: PathBuf::from(path),
        };
        list(paths.iter().map(entry).collect())
            .into_iter()
            .map(|listed| {
                let shown = listed
                    .id
                    .as_ref()
                    .map_or_else(|_| listed.relative.clone(), ToString::to_string);
                (shown, listed.id.is_ok(), listed.taken_by.is_some())
            })
            .collect()
    }

    #[test]
    fn a_folder_with_a_post_is_one_and_other_files_are_not() {
        let found =
            listed(&["2024/summit.toml", "post.toml", "summit/cover.jpg", "summit/post.toml"]);
        let ids: Vec<_> = found.iter().map(|(id, ..)| id.as_str()).collect();
        assert_eq!(ids, ["2024/summit", "post", "summit"]);
    }

    #[test]
    fn markdown_is_a_post_if_its_name_is_an_id() {
        let files = ["README.md", "notes.txt", "summit/CHANGELOG.md", "summit/post.md", "x.MD"];
        let found = listed(&files);
        let ids: Vec<_> = found.iter().map(|(id, ..)| id.as_str()).collect();
        assert_eq!(ids, ["summit", "x"]);
        for (one, other) in [
            ("x.md", "x.toml"),
            ("x.md", "x/post.toml"),
            ("x/post.md", "x/post.toml"),
            ("x.md", "x/post.md"),
        ] {
            let both = [("x".to_owned(), true, true), ("x".to_owned(), true, true)];
            assert_eq!(listed(&[one, other]), both, "{one} {other}");
        }
        // An ignored file takes no id.
        assert_eq!(listed(&["Summit.md", "summit.toml"]), [("summit".to_owned(), true, false)]);
    }

    #[test]
    fn one_id_is_one_file_whatever_the_case() {
        assert_eq!(
            listed(&["Summit.toml", "summit.toml", "x.toml", "x/post.toml"]),
            [
                ("Summit.toml".to_owned(), false, true),
                ("summit".to_owned(), true, true),
                ("x".to_owned(), true, true),
                ("x".to_owned(), true, true),
            ]
        );
    }
}

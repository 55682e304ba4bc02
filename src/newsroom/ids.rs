//! Finds the post files and their ids. It reads no file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::fs::{Entry, FileKind};
use crate::ids::IdError;
use crate::ids::PostId;

/// A post file, or one that was probably meant as a post.
#[derive(Clone, Debug)]
pub(super) struct ListedFile {
    /// The path below the posts' folder, with `/`.
    pub(super) relative: String,
    /// The path below the posts' folder for the system.
    pub(super) below: PathBuf,
    pub(super) kind: FileKind,
    pub(super) id: Result<PostId, IdError>,
    /// The id of the name in lower case, if only the case is wrong.
    pub(super) meant: Option<PostId>,
    /// Another file with the same id; neither is accepted.
    pub(super) taken_by: Option<String>,
}

/// The posts among the entries of a folder: every entry with a `.toml` name, and links that may be posts.
pub(super) fn list(entries: Vec<Entry>) -> Vec<ListedFile> {
    let mut listed: Vec<ListedFile> = Vec::new();
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    for entry in entries {
        let Some(stem) = stem(&entry) else { continue };
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
        let id = PostId::parse(&stem);
        let meant = id.is_err().then(|| PostId::parse(&stem.to_lowercase()).ok()).flatten();
        listed.push(ListedFile {
            relative: entry.relative,
            below: entry.below,
            kind: entry.kind,
            id,
            meant,
            taken_by,
        });
    }
    listed
}

/// The path without `.toml`, or the folder's path for `post.toml` in a folder.
fn stem(entry: &Entry) -> Option<String> {
    let is_toml = Path::new(&entry.relative)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("toml"));
    if !is_toml {
        // A link without an extension may be meant as a post or a folder of posts. A folder is listed only if it is too
        // deep to be read.
        let lost = match entry.kind {
            FileKind::Link => Path::new(&entry.relative).extension().is_none(),
            FileKind::FolderLink | FileKind::Folder => true,
            FileKind::File | FileKind::Special => false,
        };
        return lost.then(|| entry.relative.clone());
    }
    let stem = entry.relative.get(..entry.relative.len() - ".toml".len())?;
    Some(stem.strip_suffix("/post").unwrap_or(stem).to_owned())
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

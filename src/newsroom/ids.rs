//! Which files are posts, and under which id; nothing is read here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::fs::{Entry, Kind};
use crate::ids::IdError;
use crate::ids::PostId;

/// A file that is a post, or should be one.
#[derive(Clone, Debug)]
pub(super) struct Listed {
    /// Its path below the folder of the posts.
    pub(super) relative: String,
    /// The same, as the system has it.
    pub(super) below: PathBuf,
    pub(super) kind: Kind,
    pub(super) id: Result<PostId, IdError>,
    /// The id that the name would give in lower case, where it gives none.
    pub(super) meant: Option<PostId>,
    /// Another file with the same id: none of them is the post.
    pub(super) taken_by: Option<String>,
}

/// The posts among the entries of a folder: every `.toml` file, and whatever else has such a name.
pub(super) fn list(entries: Vec<Entry>) -> Vec<Listed> {
    let mut listed: Vec<Listed> = Vec::new();
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    for entry in entries {
        let Some(stem) = stem(&entry) else { continue };
        let mut taken_by = None;
        // On some disks names that differ in case are one file, so they are one id everywhere.
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
        listed.push(Listed {
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

/// The path without `.toml`; a folder's `post.toml` stands for the folder.
fn stem(entry: &Entry) -> Option<String> {
    let is_toml = Path::new(&entry.relative)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("toml"));
    if !is_toml {
        // A link without the ending may be a post, or a folder of posts, that somebody meant to be read; a folder is
        // listed only where it lies too deep to be looked into.
        let lost = match entry.kind {
            Kind::Link => Path::new(&entry.relative).extension().is_none(),
            Kind::FolderLink | Kind::Folder => true,
            Kind::File | Kind::Special => false,
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
            kind: Kind::File,
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

//! Checks that posts to which other posts refer exist. It does not read them.

use std::ops::Range;
use std::path::PathBuf;

use super::Newsroom;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::problem::PostProblem;
use crate::fs;
use crate::ids::PostId;

impl Newsroom {
    /// The diagnostic for a reference from the post `id` to `post`, if there is one.
    pub(super) fn unknown(
        &self,
        id: &PostId,
        post: &str,
        span: &Range<usize>,
    ) -> Option<Diagnostic> {
        if post == id.as_str() {
            return Some(Diagnostic::new(span.clone(), PostProblem::RefersToItself));
        }
        let known = PostId::parse(post).is_ok_and(|post| self.path_of(&post).is_some());
        if known {
            return None;
        }
        let ids = self.ids();
        let near = crate::key::nearest(post, ids.iter().map(PostId::as_str)).map(str::to_owned);
        Some(Diagnostic::new(span.clone(), PostProblem::UnknownPost(post.to_owned(), near)))
    }

    /// The file of a post.
    fn path_of(&self, post: &PostId) -> Option<PathBuf> {
        let paths = Self::paths_of(post).into_iter();
        paths.map(|below| self.places.posts.join(below)).find(|path| fs::exists(path))
    }

    /// The paths at which a post's file may be, below the posts' folder.
    pub(super) fn paths_of(post: &PostId) -> [PathBuf; 2] {
        [format!("{post}.toml"), format!("{post}/post.toml")].map(PathBuf::from)
    }
}

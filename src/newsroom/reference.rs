//! Checks that posts to which other posts refer exist. It does not read them.

use std::ops::Range;
use std::path::PathBuf;

use super::{Newsroom, is_post};
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
        let known = PostId::parse(post).is_ok_and(|post| self.has_post(&post));
        if known {
            return None;
        }
        let ids = self.ids();
        let near = crate::key::nearest(post, ids.iter().map(PostId::as_str)).map(str::to_owned);
        Some(Diagnostic::new(span.clone(), PostProblem::UnknownPost(post.to_owned(), near)))
    }

    fn has_post(&self, post: &PostId) -> bool {
        let Some(below) = self.path_of(post) else { return false };
        self.root().is_ok_and(|root| is_post(&root, &below))
    }

    /// The path of a post's file below the posts folder, if there is one.
    #[must_use]
    pub fn path_of(&self, post: &PostId) -> Option<PathBuf> {
        let paths = Self::paths_of(post).into_iter();
        paths.into_iter().find(|below| fs::exists(&self.places.posts.join(below)))
    }

    /// The paths at which a post's file may be, below the posts folder.
    pub(super) fn paths_of(post: &PostId) -> [PathBuf; 4] {
        let paths =
            ["", "/post"].map(|name| ["toml", "md"].map(|end| format!("{post}{name}.{end}")));
        let [[toml, markdown], [inner_toml, inner_markdown]] = paths;
        [toml, inner_toml, markdown, inner_markdown].map(PathBuf::from)
    }
}

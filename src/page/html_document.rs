//! The HTML document around every page: head with the content policy, style, toolbar, script.

use maud::{DOCTYPE, Markup, PreEscaped, html};

/// How everything looks; shared by all pages.
const STYLE: &str = include_str!("assets/page.css");

/// What follows the files, and the keys; nothing is shown by it that is not there without it.
const SCRIPT: &str = include_str!("assets/page.js");

/// A whole page.
#[derive(Clone, Debug)]
pub struct HtmlDocument<'d> {
    /// In the window's title.
    pub title: &'d str,
    /// What the page holds.
    pub main: &'d Markup,
    /// A random word that only this answer knows: what carries it is the program's own. Empty on a page that is a file,
    /// which has no head of an answer to name it in.
    pub nonce: &'d str,
    /// What stands in the bar.
    pub toolbar: Toolbar<'d>,
    /// Another script besides.
    pub script: Option<&'static str>,
}

/// What stands in the bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toolbar<'t> {
    /// A page that follows the files from this address on; `home` leads to all posts.
    Live {
        /// Where to listen.
        listen: &'t str,
        /// Where all posts are.
        home: &'t str,
    },
    /// A page by itself.
    Still,
}

/// What stands above everything while the config cannot be used.
#[must_use]
pub fn config_error(why: &str) -> Markup {
    html! {
        section.report.broken data-key="config" {
            h2 { "The config has errors" }
            pre tabindex="0" { (why) }
            p { "What is shown is by the last good one." }
        }
    }
}

/// Where the page of a post is, from any page: every page lies at the root, with its name behind a `?`.
pub(super) fn address(post: &str) -> String {
    // An id is of letters, digits, `.`, `_`, `-` and `/`: none of them ends a query.
    format!("?post={post}")
}

impl HtmlDocument<'_> {
    /// The page.
    #[must_use]
    pub fn draw(&self) -> String {
        let nonce = Some(self.nonce).filter(|nonce| !nonce.is_empty());
        let listen = match self.toolbar {
            Toolbar::Live { listen, .. } => Some(listen),
            Toolbar::Still => None,
        };
        let page = html! {
            (DOCTYPE)
            html lang="en" data-listen=[listen] {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    @if nonce.is_none() { meta http-equiv="Content-Security-Policy" content=(STILL); }
                    title { (self.title) }
                    style nonce=[nonce] { (PreEscaped(STYLE)) }
                }
                body {
                    header.bar {
                        @if let Toolbar::Live { home, .. } = self.toolbar { a.home href=(home) { "telepress" } } @else { span.home { "telepress" } }
                        nav aria-label="How it is shown" {
                            button type="button" data-does="width" title="Phone or desktop width" { "Width" }
                            button type="button" data-does="smaller" title="Smaller text" { "A−" }
                            button type="button" data-does="larger" title="Larger text" { "A+" }
                            button type="button" data-does="dark" title="Dark or light (d)" { "Dark" }
                        }
                        span.live role="status" {}
                    }
                    main #main { (self.main) }
                    script nonce=[nonce] { (PreEscaped(SCRIPT)) }
                    @if let Some(script) = self.script { script nonce=[nonce] { (PreEscaped(script)) } }
                }
            }
        };
        page.0
    }
}

/// What a page that is a file allows itself: its own style and script, and nothing from anywhere.
const STILL: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// What the browser is told that a page may do, with the answer's own `nonce`.
#[must_use]
pub fn policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; img-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
}

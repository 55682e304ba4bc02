//! The HTML document around every page: head with the content policy, style, toolbar, script.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::album_grid;

/// The style of all pages.
const STYLE: &str = include_str!("assets/page.css");

/// The script that updates the page and handles keys; all content is visible without it.
const SCRIPT: &str = include_str!("assets/page.js");

/// An HTML document.
#[derive(Clone, Debug)]
pub struct HtmlDocument<'d> {
    /// The title of the window.
    pub title: &'d str,
    /// The content.
    pub main: &'d Markup,
    /// A random word of this response, which marks the program's own scripts and styles. Empty in an exported page, which has no
    /// response headers to name it.
    pub nonce: &'d str,
    /// The content of the bar at the top.
    pub toolbar: Toolbar<'d>,
    /// A second script.
    pub script: Option<&'static str>,
}

/// The bar at the top of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toolbar<'t> {
    /// A page that is updated while it is open.
    Live {
        /// The address of the WebSocket that sends updates.
        listen: &'t str,
        /// The address of the list of posts.
        home: &'t str,
    },
    /// A saved page: none.
    Still,
}

/// The banner while the config has errors.
#[must_use]
pub fn config_error(why: &str) -> Markup {
    html! {
        section.report.broken data-key="config" {
            h2 { "The config has errors" }
            pre tabindex="0" { (why) }
            p { "This page uses the last valid config." }
        }
    }
}

/// The address of a post's page, relative to any page: every page is at the root, with its name after a `?`.
pub(super) fn address(post: &str) -> String {
    // An id consists of letters, digits, `.`, `_`, `-` and `/`, none of which ends a query.
    format!("?post={post}")
}

impl HtmlDocument<'_> {
    /// Renders the document.
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
                    style nonce=[nonce] { (PreEscaped(STYLE)) (PreEscaped(album_grid::style())) }
                }
                body {
                    @if let Toolbar::Live { home, .. } = self.toolbar {
                        header.bar {
                            a.home href=(home) { "telepress" }
                            nav aria-label="Display options" {
                                button type="button" data-does="width" title="As wide as a phone, or as a desktop" { "Phone" }
                                button type="button" data-does="smaller" title="Smaller text" { "A−" }
                                button type="button" data-does="larger" title="Larger text" { "A+" }
                                button type="button" data-does="dark" title="Dark or light (d)" { "Dark" }
                            }
                            span.live role="status" {}
                        }
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

/// The content policy of an exported page: its own style, script and pictures, and nothing else.
const STILL: &str = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// The content policy of a served page, with the `nonce` of the response.
#[must_use]
pub fn policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; img-src 'self'; media-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
}

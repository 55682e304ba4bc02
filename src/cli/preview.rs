//! `telepress preview`: shows the newsroom in the browser, live; or saves the page of a post as a file or a picture.

use std::path::{Path, PathBuf};

use clap::Args;

use super::Result;
use super::{open, selection};
use crate::cli_context::{CliContext, line};
use crate::cli_error::CliError;
use crate::clock::SystemClock;
use crate::exit::Exit;
use crate::fs::{self, WriteError};
use crate::ids::PostId;
use crate::newsroom::Newsroom;
use crate::page::post::{Neighbours, PostPage};
use crate::page::{self, HtmlDocument, PostPreview, Toolbar};
use crate::preview::{
    self, EmbeddedPictures, Journal, OpenedBrowser, PictureError, PreviewState, Served, View,
};

#[derive(Debug, Args)]
pub(super) struct PreviewArguments {
    /// Only this post [default: all posts]
    post: Option<String>,
    /// Do not open a browser
    #[arg(long)]
    no_open: bool,
    /// The port on the loopback interface; 0 chooses a free one
    #[arg(long, default_value_t = 0, value_parser = super::whole_number::<u16>)]
    port: u16,
    /// Save the messages of the post as one HTML file instead
    #[arg(long, value_name = "FILE", requires = "post", conflicts_with_all = ["no_open", "port"])]
    html: Option<PathBuf>,
    /// Save a picture of the messages instead; needs Chromium on this machine
    #[arg(long, value_name = "FILE", requires = "post", conflicts_with_all = ["no_open", "port"])]
    png: Option<PathBuf>,
}

pub(super) fn execute(typed: &PreviewArguments, context: &mut CliContext<'_>) -> Result {
    let newsroom = open(context)?;
    if typed.html.is_some() || typed.png.is_some() {
        return save(typed, &newsroom, context);
    }
    let view = match &typed.post {
        None => View::All,
        Some(post) => View::Post(selection::one_post(post, &newsroom, context.clock.now())?.0),
    };
    let folder = context.environment.state_directories().into_iter().next();
    let journal = Journal::of(&newsroom, folder.clone(), context.clock.now());
    let address = newsroom.journal(folder);
    let state = PreviewState::open(newsroom, address, &SystemClock)?;
    super::runtime()?.block_on(async {
        let listener = super::listen(typed.port, "without --port a free one is chosen").await?;
        let served = Served::new(state, journal)
            .ok_or_else(|| super::unexpected("the system provides no random numbers"))?;
        let origin = format!("http://{}", listener.local_addr()?);
        line!(context.out, "{origin}{}", served.path_of(&view))?;
        context.out.flush()?;
        line!(context.err, "the page updates when a file changes; press Ctrl-C to stop")?;
        // The browser is closed after the server.
        let _browser = browser(typed, &served, &view, &origin, context)?;
        Ok(preview::serve(listener, served, super::interrupted()).await?)
    })
}

/// Opens a browser, or explains how to open the address without one.
fn browser(
    typed: &PreviewArguments,
    served: &Served,
    view: &View,
    origin: &str,
    context: &mut CliContext<'_>,
) -> Result<Option<OpenedBrowser>> {
    if typed.no_open {
        return Ok(None);
    }
    if preview::is_remote(context.environment) {
        let port = origin.rsplit(':').next().unwrap_or_default();
        line!(
            context.err,
            "note: no browser is opened because you are logged in over SSH; on your own machine, run `ssh -L {port}:127.0.0.1:{port} THIS-MACHINE`, then open the address above"
        )?;
        return Ok(None);
    }
    let Some(path) = served.path_once(view) else { return Ok(None) };
    match OpenedBrowser::open(&format!("{origin}{path}")) {
        Ok(browser) => {
            line!(context.err, "if no browser opens, open the address above yourself")?;
            Ok(Some(browser))
        }
        Err(error) => {
            line!(
                context.err,
                "note: no browser could be started ({error}); open the address above yourself"
            )?;
            Ok(None)
        }
    }
}

/// Saves the page of a post as a file, a picture or both.
fn save(typed: &PreviewArguments, newsroom: &Newsroom, context: &mut CliContext<'_>) -> Result {
    let post = typed.post.as_deref().unwrap_or_default();
    let (id, checked) = selection::one_post(post, newsroom, context.clock.now())?;
    let shown = preview::shown(newsroom, &checked, context.clock.now());
    let page = draw(&id, &shown, newsroom, context)?;
    if let Some(file) = &typed.html {
        write(file, &page)?;
    }
    if let Some(file) = &typed.png {
        let folder = fs::temporary()?;
        let source = folder.path().join("page.html");
        fs::write_private(&source, &page)?;
        let saved = preview::picture(&source, shown.editions.len(), file);
        if preview::is_without_sandbox() && !matches!(saved, Err(PictureError::NoBrowser)) {
            line!(
                context.err,
                "warning: Chromium ran without its own sandbox, because root started it; run telepress as another user"
            )?;
        }
        saved.map_err(|error| match error {
            PictureError::NoBrowser => CliError::usage(
                error.to_string(),
                "install it (Debian: apt install chromium), or use `--html FILE` and open the file in any browser",
            ),
            PictureError::Failed { .. } => CliError::usage(error.to_string(), "`--html FILE` saves the page without Chromium"),
        })?;
    }
    context.err.styled(&checked.report.text(context.terminal.colour, context.terminal.columns))?;
    if shown.errors > 0 {
        context.ends(Exit::Findings);
    }
    Ok(())
}

fn draw(
    id: &PostId,
    shown: &PostPreview,
    newsroom: &Newsroom,
    context: &CliContext<'_>,
) -> Result<String> {
    let links = &EmbeddedPictures(newsroom);
    let now = context.clock.now();
    let address = newsroom.journal(context.environment.state_directories().into_iter().next());
    let statuses = super::runtime()?.block_on(preview::statuses_of(newsroom, &address, id, now));
    let page = PostPage {
        id,
        now: shown,
        last_good: None,
        statuses: statuses.as_deref(),
        is_older: false,
        latest: now,
        neighbours: Neighbours::default(),
        links,
    };
    let main = page::post::bubbles(&page, now);
    let title = format!("{id} · telepress");
    let toolbar = Toolbar::Still;
    Ok(HtmlDocument { title: &title, main: &main, nonce: "", toolbar, script: None }.draw())
}

fn write(file: &Path, page: &str) -> Result {
    fs::overwrite(file, page)
        .map_err(|source| CliError::from(WriteError::System { path: file.to_owned(), source }))
}

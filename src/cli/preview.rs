//! `telepress preview`: the newsroom in the browser, live; or one post's page as a file or a picture.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{open, selection};
use crate::clock::SystemClock;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::fs::{self, WriteFault};
use crate::newsroom::{Newsroom, Places};
use crate::page::post::PostPage;
use crate::page::{self, Sheet, Shown, Toolbar};
use crate::post::PostId;
use crate::preview::{self, Journal, PictureFault, Room, Served, View};
use crate::world::World;

#[derive(Debug, Args)]
pub(super) struct PreviewArguments {
    /// The post whose page is shown; all posts when left out
    post: Option<String>,
    /// Opens no browser
    #[arg(long)]
    no_open: bool,
    /// The port on the loopback interface; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Writes the post's page into this file instead, complete in itself
    #[arg(long, value_name = "FILE", requires = "post", conflicts_with_all = ["no_open", "port"])]
    html: Option<PathBuf>,
    /// Takes a picture of the post's page instead, through a Chromium on this machine
    #[arg(long, value_name = "FILE", requires = "post", conflicts_with_all = ["no_open", "port"])]
    png: Option<PathBuf>,
}

pub(super) fn execute(
    typed: &PreviewArguments,
    places: Places,
    world: &mut World<'_>,
) -> Result<Exit, Failure> {
    let newsroom = open(places, world)?;
    if typed.html.is_some() || typed.png.is_some() {
        return still(typed, &newsroom, world);
    }
    let view = match &typed.post {
        None => View::All,
        Some(post) => View::Post(selection::one_post(post, &newsroom, world.clock.now())?.0),
    };
    let state = world.environment.state_directories().into_iter().next();
    let journal = Journal::of(&newsroom, state, world.clock.now());
    let room = Room::open(newsroom, &SystemClock)?;
    super::runtime()?.block_on(async {
        let listener =
            super::listen(typed.port, "leave --port out: then a free one is taken").await?;
        let served = Served::new(room, journal)
            .ok_or_else(|| Failure::Unexpected("the system gives no random numbers".to_owned()))?;
        let address = format!("http://{}{}", listener.local_addr()?, served.path_of(&view));
        writeln!(world.out, "{address}")?;
        world.out.flush()?;
        writeln!(world.err, "the page follows the files   stop with Ctrl-C")?;
        if !typed.no_open
            && let Err(error) = open::that_detached(&address)
        {
            writeln!(
                world.err,
                "note: no browser could be opened ({error}); open the address yourself"
            )?;
        }
        preview::serve(listener, served, super::interrupted()).await?;
        Ok(Exit::Done)
    })
}

/// The page of a post as a file or a picture.
fn still(
    typed: &PreviewArguments,
    newsroom: &Newsroom,
    world: &mut World<'_>,
) -> Result<Exit, Failure> {
    let post = typed.post.as_deref().unwrap_or_default();
    let (id, checked) = selection::one_post(post, newsroom, world.clock.now())?;
    let channels = &newsroom.config.channels;
    let shown = Shown::of(checked.post.as_ref(), &checked.report, channels);
    let page = drawn(&id, &shown, world);
    if let Some(file) = &typed.html {
        write(file, &page)?;
    }
    if let Some(file) = &typed.png {
        let folder = fs::temporary()?;
        let source = folder.path().join("page.html");
        write(&source, &page)?;
        preview::picture(&source, shown.editions.len(), file).map_err(|fault| match fault {
            PictureFault::NoBrowser => Failure::usage(
                fault.to_string(),
                "install one (Debian: apt install chromium), or take `--html FILE` and open it in any browser",
            ),
            PictureFault::Failed { .. } => Failure::usage(fault.to_string(), "`--html FILE` writes the page itself"),
        })?;
    }
    world
        .err
        .write_all(checked.report.text(world.screen.colour, world.screen.columns).as_bytes())?;
    Ok(if shown.errors > 0 { Exit::Findings } else { Exit::Done })
}

fn drawn(id: &PostId, shown: &Shown, world: &World<'_>) -> String {
    let page = PostPage { id, now: shown, last_good: None, standings: &[] };
    let main = page::post::post(&page, world.clock.now());
    let title = format!("{id} · telepress");
    let sheet =
        Sheet { title: &title, main: &main, nonce: "", toolbar: Toolbar::Still, script: None };
    sheet.draw()
}

fn write(file: &Path, page: &str) -> Result<(), Failure> {
    fs::replace(file, page)
        .map_err(|source| Failure::from(WriteFault::System { path: file.to_owned(), source }))
}

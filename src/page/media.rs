//! The files of a message: pictures and videos as a grid, audio and documents as rows. It reads no file.

use maud::{Markup, html};

use super::album_grid::{Cell, album_grid, class};
use crate::media::{Kind, Size, shown_bytes};
use crate::message::{InputMedia, MediaFile};

/// Gives a page the addresses of files.
pub trait MediaLinks {
    /// The address of a file's bytes; `None` if they are not available. A browser saves a file with a `name`, and shows one
    /// without.
    fn address(
        &self,
        file: &MediaFile,
        version: MediaVersion,
        name: Option<&str>,
    ) -> Option<String>;
}

/// Which bytes of a post a page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaVersion {
    /// Those of the files beside the post.
    Newsroom,
    /// Those that were published.
    Published,
}

/// What a page knows of a file beyond its request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MediaFacts {
    /// Width and height as readers see them.
    pub size: Option<Size>,
    /// How many seconds it plays.
    pub seconds: Option<u32>,
}

/// A file of a message to render.
#[derive(Clone, Debug)]
pub struct ShownFile<'f> {
    /// Its kind.
    pub kind: Kind,
    /// The name that readers see.
    pub name: Option<&'f str>,
    /// Its size in bytes.
    pub bytes: u64,
    /// What else is known of it.
    pub facts: MediaFacts,
    /// The title and the performer of audio.
    pub tags: [Option<&'f str>; 2],
    /// Whether it is blurred until a reader taps it.
    pub has_spoiler: bool,
    /// Whether an animation is a GIF, which no player plays.
    pub is_gif: bool,
    /// The address of its bytes; `None` if the page does not have them.
    pub address: Option<String>,
    /// The address of the picture shown until it plays.
    pub thumbnail: Option<String>,
}

impl<'f> ShownFile<'f> {
    /// A file of a request.
    #[must_use]
    pub fn of(
        media: &'f InputMedia,
        facts: MediaFacts,
        version: MediaVersion,
        links: &dyn MediaLinks,
    ) -> Self {
        let name = Some(media.file.name.as_str()).filter(|_| media.kind.shows_name());
        let saved = name.filter(|_| media.kind == Kind::Document);
        let thumbnail = media.thumbnail.as_ref();
        Self {
            kind: media.kind,
            name,
            bytes: media.file.bytes,
            facts,
            tags: [media.title.as_deref(), media.performer.as_deref()],
            has_spoiler: media.has_spoiler,
            is_gif: is_gif(&media.file.name),
            address: links.address(&media.file, version, saved),
            thumbnail: thumbnail.and_then(|file| links.address(file, version, None)),
        }
    }

    /// Kind, name, dimensions and size in one line.
    #[must_use]
    pub fn description(&self) -> String {
        let mut words = vec![noun(self.kind).to_owned()];
        words.extend(self.name.map(str::to_owned));
        words.extend(self.facts.size.map(|size| format!("{} × {}", size.width, size.height)));
        words.extend(self.facts.seconds.map(clock));
        words.push(shown_bytes(self.bytes));
        words.join(", ")
    }

    /// A file that can be seen: a photo, a video or an animation.
    fn is_visual(&self) -> bool {
        matches!(self.kind, Kind::Photo | Kind::Video | Kind::Animation)
    }
}

/// Whether the name of an animation is that of a GIF.
#[must_use]
pub fn is_gif(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("gif"))
}

/// The word for a kind, as a page shows it.
#[must_use]
pub fn noun(kind: Kind) -> &'static str {
    match kind {
        Kind::Photo => "Photo",
        Kind::Video => "Video",
        Kind::Animation => "GIF",
        Kind::Audio => "Audio",
        Kind::Document => "File",
    }
}

/// The word for the files of a message without a text.
pub(super) fn word(media: &[&InputMedia]) -> &'static str {
    match media {
        [] => "",
        [only] => noun(only.kind),
        _ => "Album",
    }
}

/// The files of a message in a few words, such as “3 photos, 1.2 MB”; `None` if it has none.
#[must_use]
pub fn summary(media: &[&InputMedia]) -> Option<String> {
    let first = media.first()?;
    let bytes = media.iter().map(|media| media.file.bytes).sum();
    let is_mixed = media.iter().any(|media| media.kind != first.kind);
    let kind = if is_mixed { "file" } else { first.kind.name() };
    let what = match media.len() {
        1 => kind.to_owned(),
        count => format!("{count} {kind}{}", if kind == "audio" { "" } else { "s" }),
    };
    Some(format!("{what}, {}", shown_bytes(bytes)))
}

/// Whether the files of a message are shown as pictures, without a border around them.
pub(super) fn are_visual(files: &[ShownFile<'_>]) -> bool {
    files.iter().any(ShownFile::is_visual)
}

/// The files of one message.
pub(super) fn media(files: &[ShownFile<'_>]) -> Markup {
    match files {
        [] => html! {},
        [only] if only.is_visual() => html! { div.pictures.one { (picture(only, None)) } },
        _ if are_visual(files) => {
            let sizes: Vec<_> = files.iter().map(|file| file.facts.size).collect();
            html! {
                div.pictures {
                    @for (file, cell) in files.iter().zip(album_grid(&sizes)) { (picture(file, Some(cell))) }
                }
            }
        }
        _ => html! { div.files { @for file in files { (row(file)) } } },
    }
}

/// A picture or a video in its cell, behind a veil if it is a spoiler.
pub(super) fn picture(file: &ShownFile<'_>, cell: Option<Cell>) -> Markup {
    let is_paused = file.is_gif && file.kind == Kind::Animation;
    let mut classes = vec!["item".to_owned()];
    classes.extend(cell.map(class));
    classes.extend(file.has_spoiler.then(|| "veiled".to_owned()));
    classes.extend(is_paused.then(|| "paused".to_owned()));
    let description = file.description();
    html! {
        div class=(classes.join(" ")) data-file=(description) {
            @if let Some(address) = &file.address {
                (shown(file, address, &description))
                @if file.kind == Kind::Animation { span.badge aria-hidden="true" { "GIF" } }
                @if is_paused { button.play type="button" { "Play the animation" } }
                @if file.has_spoiler { button.veil type="button" { "Show the spoiler" } }
            } @else {
                p.absent { (description) }
            }
        }
    }
}

/// The element that shows a picture or plays a video. A script starts animations, unless the reader prefers no motion.
fn shown(file: &ShownFile<'_>, address: &str, description: &str) -> Markup {
    let size = file.facts.size;
    let (width, height) = (size.map(|size| size.width), size.map(|size| size.height));
    let poster = file.thumbnail.as_deref();
    html! {
        @match file.kind {
            Kind::Video => {
                video src=(address) poster=[poster] width=[width] height=[height] aria-label=(description) controls playsinline preload="metadata" {}
            }
            Kind::Animation if !file.is_gif => {
                video.animation src=(address) poster=[poster] width=[width] height=[height] aria-label=(description) controls loop muted playsinline preload="auto" {}
            }
            _ => { img src=(address) alt=(description) width=[width] height=[height]; }
        }
    }
}

/// A document or audio: a picture, the name or the title, the size, and what a reader can do with it.
fn row(file: &ShownFile<'_>) -> Markup {
    let [title, performer] = file.tags;
    let name = title.or(file.name).unwrap_or("file");
    html! {
        div.file data-file=(file.description()) {
            @if let Some(thumbnail) = &file.thumbnail { img.icon src=(thumbnail) alt=""; }
            @else { span class={ "icon " (file.kind.name()) } aria-hidden="true" {} }
            div {
                p.title dir="auto" { (name) }
                p.facts {
                    @if let Some(performer) = performer { span dir="auto" { (performer) } " · " }
                    @if let Some(seconds) = file.facts.seconds.filter(|_| file.kind == Kind::Audio) { (clock(seconds)) " · " }
                    (shown_bytes(file.bytes))
                    @if let Some(address) = file.address.as_deref().filter(|_| file.kind == Kind::Document) {
                        " · " a href=(address) download=(name) { "Download" }
                    }
                }
                @if let Some(address) = file.address.as_deref().filter(|_| file.kind == Kind::Audio) {
                    audio src=(address) aria-label=(name) controls preload="none" {}
                }
            }
        }
    }
}

/// Minutes and seconds.
fn clock(seconds: u32) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{FileContent, FileHash};

    struct Addresses;

    impl MediaLinks for Addresses {
        fn address(&self, file: &MediaFile, _: MediaVersion, name: Option<&str>) -> Option<String> {
            (file.bytes > 0).then(|| format!("media/{}", name.unwrap_or("shown")))
        }
    }

    fn input(kind: Kind, name: &str, bytes: u64) -> InputMedia {
        let content = FileContent::Sha256(FileHash::of_digest([1; 32]));
        InputMedia::new(kind, MediaFile { content, bytes, name: name.to_owned() })
    }

    fn drawn(items: &[InputMedia]) -> String {
        let facts = MediaFacts { size: Some(Size { width: 640, height: 360 }), seconds: Some(65) };
        let of = |item| ShownFile::of(item, facts, MediaVersion::Newsroom, &Addresses);
        let files: Vec<_> = items.iter().map(of).collect();
        media(&files).0
    }

    #[test]
    fn each_kind_has_its_element() {
        for (kind, name, expected) in [
            (
                Kind::Photo,
                "photo.png",
                "<img src=\"media/shown\" alt=\"Photo, 640 × 360, 1:05, 9 bytes\" width=\"640\" height=\"360\">",
            ),
            (Kind::Video, "video.mp4", "<video src=\"media/shown\" width=\"640\""),
            (Kind::Animation, "animation.mp4", "<video class=\"animation\" src=\"media/shown\""),
            (Kind::Animation, "animation.gif", "<button class=\"play\" type=\"button\">"),
            (
                Kind::Audio,
                "song.mp3",
                "<audio src=\"media/shown\" aria-label=\"song.mp3\" controls",
            ),
            (
                Kind::Document,
                "a<b>.html",
                "<a href=\"media/a&lt;b&gt;.html\" download=\"a&lt;b&gt;.html\">Download</a>",
            ),
        ] {
            let drawn = drawn(&[input(kind, name, 9)]);
            assert!(drawn.contains(expected), "{kind:?}: {drawn}");
            assert!(!drawn.contains("autoplay") && !drawn.contains("style="), "{drawn}");
        }
    }

    #[test]
    fn pictures_are_a_grid_and_documents_are_rows() {
        let pictures = drawn(&[input(Kind::Photo, "a", 9), input(Kind::Video, "b", 9)]);
        assert_eq!(pictures.matches("class=\"item w36 h18\"").count(), 2, "{pictures}");
        let rows = drawn(&[input(Kind::Document, "a", 9), input(Kind::Document, "b", 9)]);
        assert_eq!((rows.matches("class=\"file\"").count(), rows.contains("item")), (2, false));
        assert_eq!(drawn(&[]), "");
    }

    #[test]
    fn spoiler_is_veiled_and_a_file_without_bytes_is_described() {
        let spoiler = InputMedia { has_spoiler: true, ..input(Kind::Photo, "a", 9) };
        let veiled = drawn(&[spoiler]);
        assert!(veiled.contains("class=\"item veiled\"") && veiled.contains("Show the spoiler"));
        let absent = drawn(&[input(Kind::Photo, "a", 0)]);
        assert!(
            absent.contains("<p class=\"absent\">Photo, 640 × 360, 1:05, 0 bytes</p>"),
            "{absent}"
        );
        assert!(!absent.contains("<img"), "{absent}");
    }

    #[test]
    fn summary_counts_files_and_bytes() {
        let photo = || input(Kind::Photo, "a", 900_000);
        for (media, expected) in [
            (vec![], None),
            (vec![photo()], Some("photo, 900 kB")),
            (vec![photo(), photo()], Some("2 photos, 1.8 MB")),
            (vec![photo(), input(Kind::Video, "b", 100_000)], Some("2 files, 1 MB")),
            (
                vec![input(Kind::Audio, "a", 1), input(Kind::Audio, "b", 1)],
                Some("2 audio, 2 bytes"),
            ),
        ] {
            let media: Vec<_> = media.iter().collect();
            assert_eq!(summary(&media).as_deref(), expected);
        }
    }
}

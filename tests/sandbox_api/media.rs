//! telepress's own client uploads to the sandbox: what arrives, what a cut leaves, and what is read back.

use std::io::Write;

use telepress::media::Kind;
use telepress::message::{
    AlbumContent, Caption, EditMediaGroup, FileContent, FileIds, InlineKeyboard, InputMedia,
    ItemEdit, MediaContent, MediaFile, Request, SendMedia, SendMediaGroup, SendOptions,
};
use telepress::outbox::{Event, Outcome, Refusal};
use telepress::publisher::{Gateway, ReadResult, shows};
use telepress::sandbox::{ChannelSeed, Fault, FaultKind};
use telepress::secret::Token;
use telepress::spool::Spool;
use telepress::telegram::{Client, ClientOptions};
use tempfile::TempDir;
use url::Url;

use super::intent::{self, CHAT};
use super::world::World;

const STAGING: i64 = -1002;

/// A sandbox with the channel of the intents, and a client with a spool.
struct Uploads {
    world: World,
    client: Client,
    spool: Spool,
    _folder: TempDir,
}

impl Uploads {
    async fn start() -> Self {
        let world = World::new().await;
        world.sandbox.add_channel(ChannelSeed::private(CHAT, "Target")).unwrap();
        world.sandbox.add_channel(ChannelSeed::private(STAGING, "Staging")).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::new(folder.path().to_owned());
        let token = Token::parse(super::world::TOKEN).unwrap_or_else(|error| panic!("{error}"));
        let url = Url::parse(&world.address).unwrap();
        let client = Client::new(token, Some(&url), ClientOptions::default()).unwrap();
        let client = client.with_spool(spool.clone());
        Self { world, client, spool, _folder: folder }
    }

    fn item(&self, kind: Kind, content: &[u8]) -> InputMedia {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(content).unwrap();
        let added = self.spool.add(&file, self.world.sandbox.now()).unwrap();
        let content = FileContent::Sha256(added.hash);
        InputMedia::new(kind, MediaFile { content, bytes: added.bytes, name: "a b.pdf".into() })
    }

    fn album(&self, sizes: &[usize]) -> AlbumContent {
        let item = |size: &usize| self.item(Kind::Document, &vec![b'x'; *size]);
        let caption = Caption { text: "Album".into(), ..Caption::default() };
        AlbumContent { media: sizes.iter().map(item).collect(), caption }
    }

    async fn make(&self, request: Request) -> Outcome {
        let known = FileIds::default();
        let event = self.client.execute(intent::of(request).await, &known).await.event;
        let Event::Answered { outcome, .. } = event else { panic!("{event:?}") };
        outcome
    }

    fn ids(&self) -> Vec<i64> {
        self.world.sandbox.posts(&CHAT.to_string()).iter().map(|post| post.message_id).collect()
    }
}

fn single(media: InputMedia) -> Request {
    let caption = Caption { text: "Hello".into(), ..Caption::default() };
    let content = MediaContent { media, caption, reply_markup: InlineKeyboard::default() };
    Request::SendMedia(Box::new(SendMedia { content, options: SendOptions::default() }))
}

fn group(content: AlbumContent) -> Request {
    Request::SendMediaGroup(SendMediaGroup { content, options: SendOptions::default() })
}

/// The header of a PNG, which is all that Telegram's rules look at here.
fn png() -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    png.extend([0, 0, 2, 128, 0, 0, 1, 224, 8, 2, 0, 0, 0, 0, 0, 0, 0]);
    png
}

#[tokio::test]
async fn uploaded_bytes_arrive_and_are_read_back() {
    let uploads = Uploads::start().await;
    let content: Vec<u8> = (0..3_000_000_u32).map(|at| at.to_le_bytes()[0]).collect();
    let requests = [
        single(uploads.item(Kind::Document, &content)),
        single(uploads.item(Kind::Photo, &png())),
        group(uploads.album(&[10, 200_000, 30])),
    ];
    for request in &requests {
        let outcome = uploads.make(request.clone()).await;
        assert!(matches!(outcome, Outcome::Accepted { chat: Some(CHAT), .. }), "{outcome}");
    }
    assert_eq!(uploads.ids(), [1, 2, 3, 4, 5]);
    let posts = uploads.world.sandbox.posts(&CHAT.to_string());
    let hashes: Vec<_> = requests
        .iter()
        .flat_map(|request| request.files().map(|named| named.file.content.clone()))
        .collect();
    for (post, hash) in posts.iter().zip(hashes) {
        let media = post.media.as_ref().unwrap();
        assert_eq!(FileContent::Sha256(media.sha256), hash, "message {}", post.message_id);
    }
    assert_eq!(posts[0].media.as_ref().unwrap().file_name.as_deref(), Some("a b.pdf"));
    let owners = [0, 1, 2, 2, 2];
    for (message_id, owner) in (1..).zip(owners) {
        let ReadResult::Message(copy) =
            uploads.client.read_message(STAGING, CHAT, message_id).await
        else {
            panic!("message {message_id}")
        };
        for (at, request) in requests.iter().enumerate() {
            assert_eq!(shows(request, &copy), at == owner, "message {message_id}: {copy:?}");
        }
    }
}

#[tokio::test]
async fn cut_upload_posts_nothing_and_can_be_sent_again() {
    let uploads = Uploads::start().await;
    let request = single(uploads.item(Kind::Document, &vec![b'x'; 20_000_000]));
    for percent in [0, 1, 10, 40] {
        let cut = FaultKind::CutUpload { bytes: None, percent: Some(percent) };
        uploads.world.sandbox.arm(Fault::new(cut)).unwrap();
        let outcome = uploads.make(request.clone()).await;
        assert!(matches!(outcome, Outcome::NotSent { .. }), "{percent} %: {outcome}");
    }
    assert!(uploads.ids().is_empty());
    assert!(matches!(uploads.make(request).await, Outcome::Accepted { .. }));
    assert_eq!(uploads.ids(), [1]);
}

#[tokio::test]
async fn request_over_the_limit_is_refused_during_the_upload() {
    let uploads = Uploads::start().await;
    let outcome = uploads.make(single(uploads.item(Kind::Document, &vec![0; 53_000_000]))).await;
    // The reset of the connection may overtake the answer; either way nothing was sent.
    assert!(
        matches!(
            outcome,
            Outcome::Rejected { refusal: Refusal::Content, .. } | Outcome::NotSent { .. }
        ),
        "{outcome}"
    );
    assert!(uploads.ids().is_empty());
}

#[tokio::test]
async fn album_without_one_item_is_unknown_and_a_refused_one_is_not_sent() {
    let uploads = Uploads::start().await;
    uploads.world.sandbox.arm(Fault::new(FaultKind::LoseAlbumItem { item: 2 })).unwrap();
    let album = group(uploads.album(&[1, 2, 3]));
    assert!(matches!(uploads.make(album).await, Outcome::Unknown { .. }));
    assert_eq!(uploads.ids(), [1, 3]);
    let photos = ["no picture".as_bytes(), &png()].map(|bytes| uploads.item(Kind::Photo, bytes));
    let broken = AlbumContent { media: photos.to_vec(), caption: Caption::default() };
    let outcome = uploads.make(group(broken)).await;
    assert!(matches!(outcome, Outcome::Rejected { refusal: Refusal::Content, .. }), "{outcome}");
    assert_eq!(uploads.ids(), [1, 3]);
}

#[tokio::test]
async fn item_of_an_album_is_replaced() {
    let uploads = Uploads::start().await;
    uploads.make(group(uploads.album(&[1, 2]))).await;
    let content = uploads.album(&[1, 5]);
    let edits = vec![ItemEdit { item: 1, message_id: 2, replaces_file: true }];
    let edit = Request::EditMediaGroup(Box::new(EditMediaGroup { content, edits }));
    let outcome = uploads.make(edit).await;
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome}");
    let posts = uploads.world.sandbox.posts(&CHAT.to_string());
    let sizes: Vec<_> = posts.iter().map(|post| post.media.as_ref().unwrap().bytes).collect();
    assert_eq!(sizes, [1, 5]);
    assert_eq!((posts[0].text.as_str(), posts[1].text.as_str()), ("Album", ""));
    assert_eq!(posts[0].media_group_id, posts[1].media_group_id);
}

/// The highest memory use of this process so far, in KiB.
#[cfg(target_os = "linux")]
#[expect(clippy::disallowed_methods, reason = "the system reports it in a file")]
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[cfg(target_os = "linux")]
#[tokio::test]
#[ignore = "measures the memory of the whole process: run it alone"]
async fn large_upload_takes_little_memory() {
    let uploads = Uploads::start().await;
    uploads.make(single(uploads.item(Kind::Document, b"warm"))).await;
    let file = tempfile::tempfile().unwrap();
    file.set_len(50_000_000).unwrap();
    let added = uploads.spool.add(&file, uploads.world.sandbox.now()).unwrap();
    let content = FileContent::Sha256(added.hash);
    let file = MediaFile { content, bytes: added.bytes, name: "large.bin".into() };
    let before = peak();
    let begun = tokio::time::Instant::now();
    let outcome = uploads.make(single(InputMedia::new(Kind::Document, file))).await;
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome}");
    let grown = peak() - before;
    println!("50 MB in {:?}; client and sandbox grew by {grown} KiB", begun.elapsed());
    assert!(grown <= 8 * 1024, "{grown} KiB");
}

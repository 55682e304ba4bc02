//! The files that the pages show: their addresses, ranges, and what happens to a file that changes or is not the newsroom's.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;

use super::{Preview, header};
use crate::world::{Server, World};

/// A file with the header of a JPEG, and some more bytes.
fn jpeg(more: &str, bytes: usize) -> Vec<u8> {
    let mut file = vec![0xFF, 0xD8, 0xFF, 0xC0, 0, 0x0B, 8, 1, 0x68, 2, 0x80, 1, 1, 0x11, 0];
    file.extend(more.as_bytes());
    file.resize(bytes, 0x55);
    file
}

const POST: &str = "heading = 'Hello'\nmedia = [{ photo = 'cover.jpg' }]";

fn world() -> World {
    World::new()
        .file("posts/a/post.toml", POST)
        .file("posts/a/cover.jpg", jpeg("first", 300_000))
        .file("posts/b/post.toml", "media = [{ document = 'page.html' }]")
        .file("posts/b/page.html", "<!doctype html><script>alert(1)</script>")
        .file("posts/unused.jpg", jpeg("unused", 2_000))
}

/// The bytes of an answer.
struct Answer {
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn status(&self) -> u16 {
        self.head.split(' ').nth(1).unwrap().parse().unwrap()
    }

    fn header(&self, name: &str) -> String {
        let line = self.head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        line.unwrap_or_default().to_owned()
    }
}

/// Sends a raw request with the cookie and reads until the server closes the connection.
fn ask(preview: &Preview, method: &str, path: &str, headers: &str) -> Answer {
    let authority = preview.origin().trim_start_matches("http://");
    let cookie = &preview.cookie;
    let mut stream = TcpStream::connect(authority).unwrap();
    stream.set_read_timeout(Some(std::time::Duration::from_secs(20))).unwrap();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {authority}\r\nCookie: {cookie}\r\nConnection: close\r\n{headers}\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    // A connection that the server breaks off has a part of the answer.
    let _ = stream.read_to_end(&mut answer);
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap_or(answer.len());
    let body = answer.split_off((end + 4).min(answer.len()));
    Answer { head: String::from_utf8(answer).unwrap(), body }
}

fn page(preview: &Preview, post: &str) -> String {
    let answer = ask(preview, "GET", &format!("{}?post={post}", preview.folder), "");
    String::from_utf8(answer.body).unwrap()
}

/// The path of the first file on a page.
fn path(preview: &Preview, post: &str) -> String {
    let page = page(preview, post);
    let key = page.split("\"media/").nth(1).unwrap_or_else(|| panic!("no file in {page}"));
    format!("{}media/{}", preview.folder, key.split('"').next().unwrap())
}

#[test]
fn picture_is_sent_whole_or_in_ranges() {
    let world = world();
    let preview = Preview::start(&world);
    let (path, content) = (path(&preview, "a"), jpeg("first", 300_000));
    let whole = ask(&preview, "GET", &path, "");
    assert_eq!((whole.status(), whole.body.len()), (200, content.len()));
    assert!(whole.body == content);
    for (name, value) in [
        ("content-type", "image/jpeg"),
        ("accept-ranges", "bytes"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
        ("cross-origin-resource-policy", "same-origin"),
        ("content-disposition", ""),
        ("content-security-policy", "default-src 'none'; sandbox; frame-ancestors 'none'"),
    ] {
        assert_eq!(whole.header(name), value, "{name}");
    }
    let tag = whole.header("etag");
    for (method, headers, status, range, expected) in [
        ("GET", "Range: bytes=0-0\r\n".to_owned(), 206, "bytes 0-0/300000", 0..1),
        (
            "GET",
            "Range: bytes=100000-\r\n".to_owned(),
            206,
            "bytes 100000-299999/300000",
            100_000..300_000,
        ),
        (
            "GET",
            "Range: bytes=-7\r\n".to_owned(),
            206,
            "bytes 299993-299999/300000",
            299_993..300_000,
        ),
        ("GET", format!("Range: bytes=3-5\r\nIf-Range: {tag}\r\n"), 206, "bytes 3-5/300000", 3..6),
        ("GET", "Range: bytes=3-5\r\nIf-Range: \"x\"\r\n".to_owned(), 200, "", 0..300_000),
        ("GET", "Range: bytes=0-1,5-6\r\n".to_owned(), 200, "", 0..300_000),
        ("GET", "Range: bytes=3-5\r\nRange: bytes=0-1\r\n".to_owned(), 200, "", 0..300_000),
        ("GET", "Range: bytes=300000-\r\n".to_owned(), 416, "bytes */300000", 0..0),
        ("HEAD", "Range: bytes=3-5\r\n".to_owned(), 200, "", 0..0),
    ] {
        let answer = ask(&preview, method, &path, &headers);
        assert_eq!(
            (answer.status(), answer.header("content-range")),
            (status, range.to_owned()),
            "{headers}"
        );
        let length = if method == "HEAD" { 300_000 } else { expected.len() };
        assert_eq!(answer.header("content-length"), length.to_string(), "{headers}");
        assert!(answer.body == content[expected], "{headers}: {} bytes", answer.body.len());
    }
    assert_eq!(ask(&preview, "POST", &path, "").status(), 405);
}

#[test]
fn document_is_saved_and_never_opened() {
    let world = world();
    let preview = Preview::start(&world);
    let answer = ask(&preview, "GET", &path(&preview, "b"), "");
    assert_eq!(answer.header("content-type"), "application/octet-stream");
    assert_eq!(answer.header("content-disposition"), "attachment; filename*=UTF-8''page.html");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
}

#[test]
fn only_files_that_a_page_shows_are_sent_and_only_to_that_page() {
    let world = world();
    let preview = Preview::start(&world);
    let path = path(&preview, "a");
    let folder = &preview.folder;
    let zeros = "0".repeat(32);
    for guessed in [
        String::new(),
        zeros.clone(),
        "a/cover.jpg".to_owned(),
        "..%2fa%2fcover.jpg".to_owned(),
        "%2e%2e%2f%2e%2e%2fetc%2fpasswd".to_owned(),
        "unused.jpg".to_owned(),
        "/etc/passwd".to_owned(),
        format!("{}.", path.rsplit('/').next().unwrap()),
    ] {
        let answer = ask(&preview, "GET", &format!("{folder}media/{guessed}"), "");
        assert_eq!(answer.status(), 404, "{guessed}");
    }
    let key = path.rsplit('/').next().unwrap();
    assert_eq!(ask(&preview, "GET", &format!("/{zeros}/media/{key}"), "").status(), 404);
    for header in [
        "Origin: https://evil.example\r\n",
        "Sec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: same-site\r\n",
        "Referer: http://127.0.0.1:1/\r\n",
    ] {
        assert_eq!(ask(&preview, "GET", &path, header).status(), 403, "{header}");
    }
    let raw =
        preview.raw(&format!("GET {path} HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n"));
    assert!(raw.starts_with("HTTP/1.1 403"), "without the cookie: {raw}");
    let other = Preview::start(&world);
    let elsewhere = format!("{}media/{key}", other.folder);
    assert_eq!(ask(&other, "GET", &elsewhere, "").status(), 404, "keys are those of one process");
}

#[test]
fn file_that_changes_vanishes_or_becomes_a_link_is_gone() {
    const COVER: &str = "posts/a/cover.jpg";
    let mut world = world().file("secret.jpg", jpeg("first", 300_000));
    let preview = Preview::start(&world);
    let old = path(&preview, "a");
    let is_gone = |name: &str| {
        let answer = ask(&preview, "GET", &old, "");
        assert_eq!(answer.status(), 410, "{name}: {}", String::from_utf8_lossy(&answer.body));
        assert!(!answer.head.contains("image/jpeg"), "{name}");
    };
    for (name, content) in
        [("changed", jpeg("other", 300_000)), ("shorter", jpeg("first", 200_000))]
    {
        world = world.file(COVER, content);
        is_gone(name);
    }
    world = world.without(COVER);
    is_gone("removed");
    world = world.with(COVER, link);
    is_gone("a link");
    let _world = world.without(COVER).file(COVER, jpeg("first", 300_000));
    assert_eq!(ask(&preview, "GET", &old, "").status(), 200, "the same bytes are the same file");
}

/// Replaces the file with a link out of the newsroom's posts, to a file with the same content.
fn link(cover: &Path) {
    #[cfg(unix)]
    std::os::unix::fs::symlink("../../secret.jpg", cover).unwrap();
    #[cfg(not(unix))]
    std::os::windows::fs::symlink_file("../../secret.jpg", cover).unwrap();
}

#[test]
fn edit_shows_the_published_picture_beside_the_new_one() {
    let sandbox = Server::sandbox();
    let world = sandbox
        .newsroom()
        .file("posts/a/post.toml", POST)
        .file("posts/a/cover.jpg", jpeg("first", 9_000));
    world.run("publish a").exits(0);
    let world = world.file("posts/a/cover.jpg", jpeg("second", 8_000));
    let preview = Preview::start(&world);
    let shown = page(&preview, "a");
    let pair = shown.split("class=\"replaced\"").nth(1).expect("a pair of files");
    let old = pair.split("\"media/").nth(1).unwrap().split('"').next().unwrap();
    let answer = ask(&preview, "GET", &format!("{}media/{old}", preview.folder), "");
    assert!(answer.status() == 200 && answer.body == jpeg("first", 9_000), "{}", answer.head);
    drop(preview);

    std::fs::remove_dir_all(world.path("telepress.db.media")).unwrap();
    let preview = Preview::start(&world);
    let shown = page(&preview, "a");
    let pair = shown.split("class=\"replaced\"").nth(1).expect("a pair of files");
    assert!(pair.contains("Photo, 9 kB") && pair.contains("Its bytes were not kept."), "{pair}");
}

#[test]
fn saved_page_contains_the_pictures_and_describes_other_files() {
    let post = "media = [{ document = 'page.html' }]";
    let world = world().file("posts/b/post.toml", post);
    world.run("preview a --html a.html").exits(0);
    let page = world.read("a.html");
    assert!(page.contains("src=\"data:image/jpeg;base64,/9j/") && page.contains("img-src data:"));
    world.run("preview b --html b.html").exits(0);
    let page = world.read("b.html");
    assert!(page.contains("page.html") && !page.contains("data:") | !page.contains("Download"));
}

#[test]
fn newsroom_lists_kind_and_size() {
    let world = world();
    let preview = Preview::start(&world);
    let answer = ask(&preview, "GET", &preview.folder, "");
    let page = String::from_utf8(answer.body).unwrap();
    assert!(page.contains("photo, 300 kB") && page.contains("document, 40 bytes"), "{page}");
    assert!(!page.contains("media/"), "the list shows no pictures");
}

#[test]
fn sandbox_shows_the_files_that_were_uploaded() {
    let sandbox = Server::sandbox();
    let world = sandbox
        .newsroom()
        .file(
            "posts/a/post.toml",
            "heading = 'Hello'\nmedia = [{ photo = 'a.jpg' }, { photo = 'b.jpg' }]",
        )
        .file("posts/a/a.jpg", jpeg("a", 9_000))
        .file("posts/a/b.jpg", jpeg("b", 8_000))
        .file("posts/b/post.toml", "media = [{ document = 'page.html' }]")
        .file("posts/b/page.html", "<script>alert(1)</script>");
    world.run("publish a").exits(0);
    world.run("publish b").exits(0);
    let authority = sandbox.address.trim_start_matches("http://").to_owned();
    let get = |path: &str, headers: &str| {
        let mut stream = TcpStream::connect(&authority).unwrap();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {authority}\r\nAccept: text/html\r\nConnection: close\r\n{headers}\r\n"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        answer
    };
    let page = String::from_utf8(get("/?chat=@example_news", "")).unwrap();
    let paths: Vec<_> = page
        .split("\"/sandbox/media/")
        .skip(1)
        .map(|rest| format!("/sandbox/media/{}", rest.split('"').next().unwrap()))
        .collect();
    assert_eq!(paths.len(), 3, "{page}");
    assert_eq!(page.matches("class=\"bubble").count(), 2, "an album is one message");
    assert!(get(&paths[0], "").ends_with(&jpeg("a", 9_000)));
    assert!(get(&paths[1], "Range: bytes=0-15\r\n").ends_with(&jpeg("b", 16)));
    let document = String::from_utf8(get(&paths[2], "")).unwrap();
    assert_eq!(header(&document, "content-type"), "application/octet-stream");
    assert_eq!(header(&document, "content-disposition"), "attachment");
    assert!(
        get(&paths[0], "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Dest: image\r\n")
            .starts_with(b"HTTP/1.1 403")
    );
    assert!(get("/sandbox/media/0123", "").starts_with(b"HTTP/1.1 404"));
}

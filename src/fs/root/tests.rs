//! Folders and links that are swapped while files are read.

#![cfg(unix)]

use std::cell::RefCell;
use std::ffi::OsStr;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tempfile::TempDir;

use super::*;

type Hook = Box<dyn FnMut(&OsStr)>;

thread_local! {
    /// Called before a name is opened.
    static HOOK: RefCell<Option<Hook>> = const { RefCell::new(None) };
}

pub(super) fn before_each_name(name: &OsStr) {
    HOOK.with_borrow_mut(|hook| {
        if let Some(hook) = hook {
            hook(name);
        }
    });
}

/// `posts/a/post.toml` contains "inside", and `secret/post.toml`, outside of the posts, contains "outside".
fn folders() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in [("posts/a/post.toml", "inside"), ("secret/post.toml", "outside")] {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

fn swap(folder: &Path) {
    std::fs::rename(folder.join("posts/a"), folder.join("away")).unwrap();
    symlink(folder.join("secret"), folder.join("posts/a")).unwrap();
}

#[test]
fn folder_replaced_by_a_link_after_listing_is_not_followed() {
    let folder = folders();
    let root = Root::open(&folder.path().join("posts")).unwrap();
    let listed = root.walk().unwrap();
    assert_eq!(root.read_text(&listed[0].below).unwrap(), "inside");
    swap(folder.path());
    for _ in 0..2 {
        let error = root.read_text(&listed[0].below).unwrap_err();
        assert!(
            matches!(error, ReadError::NotAFile(FileKind::Link | FileKind::FolderLink)),
            "{error:?}"
        );
    }
    assert!(root.system.file_one_by_one(&listed[0].below).is_err());
    assert_eq!(root.walk().unwrap()[0].kind, FileKind::FolderLink);
}

#[test]
fn folder_replaced_by_a_link_between_two_names_is_not_followed() {
    for at in ["a", "post.toml"] {
        let folder = folders();
        let root = Root::open(&folder.path().join("posts")).unwrap();
        let place = folder.path().to_owned();
        let mut swapped = false;
        let hook = move |name: &OsStr| {
            if name == at && !swapped {
                swapped = true;
                swap(&place);
            }
        };
        HOOK.set(Some(Box::new(hook)));
        let read = root.system.file_one_by_one(Path::new("a/post.toml"));
        HOOK.set(None);
        // A folder that is already open is the listed one, wherever it is now.
        let text = read.ok().map(|file| std::io::read_to_string(file).unwrap());
        assert!(text.as_deref().is_none_or(|text| text == "inside"), "{at}: {text:?}");
    }
}

#[test]
fn swapping_a_folder_and_a_link_exposes_nothing_outside() {
    let folder = folders();
    let posts = folder.path().join("posts");
    symlink(folder.path().join("secret"), folder.path().join("link")).unwrap();
    let root = Root::open(&posts).unwrap();
    let is_over = AtomicBool::new(false);
    let (mut inside, mut refused) = (0, 0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let [a, away, link] = ["posts/a", "away", "link"].map(|path| folder.path().join(path));
            for _ in 0..100_000 {
                std::fs::rename(&a, &away).unwrap();
                std::fs::rename(&link, &a).unwrap();
                std::fs::rename(&a, &link).unwrap();
                std::fs::rename(&away, &a).unwrap();
            }
            is_over.store(true, Ordering::Release);
        });
        let path = Path::new("a/post.toml");
        while !is_over.load(Ordering::Acquire) {
            let one_by_one = root.system.file_one_by_one(path).ok();
            let texts = [
                root.read_text(path).ok(),
                one_by_one.map(|file| std::io::read_to_string(file).unwrap()),
            ];
            for text in texts {
                match text.as_deref() {
                    Some("inside") => inside += 1,
                    None => refused += 1,
                    Some(other) => panic!("{other}"),
                }
            }
            for entry in root.walk().unwrap() {
                assert!(entry.relative.starts_with('a'), "{entry:?}");
            }
        }
    });
    assert!(inside > 0 && refused > 0, "{inside} read, {refused} refused");
}

#[test]
fn only_regular_files_below_the_root_are_opened() {
    let folder = folders();
    let posts = folder.path().join("posts");
    let root = Root::open(&posts).unwrap();
    symlink("../../secret/post.toml", posts.join("a/link.toml")).unwrap();
    for path in ["../secret/post.toml", "/etc/passwd", "a/../../secret/post.toml", "", "."] {
        assert!(matches!(root.read_text(Path::new(path)), Err(ReadError::Missing)), "{path}");
    }
    let error = root.read_text(Path::new("a/link.toml")).unwrap_err();
    assert!(matches!(error, ReadError::NotAFile(FileKind::Link)), "{error:?}");
    let error = root.read_text(Path::new("a")).unwrap_err();
    assert!(matches!(error, ReadError::NotAFile(FileKind::Folder)), "{error:?}");
    let _socket = std::os::unix::net::UnixListener::bind(posts.join("s.toml")).unwrap();
    let error = root.read_text(Path::new("s.toml")).unwrap_err();
    assert!(matches!(error, ReadError::NotAFile(FileKind::Special)), "{error:?}");
    let made = assert_cmd::Command::new("mkfifo")
        .arg(posts.join("p.toml"))
        .timeout(Duration::from_secs(5))
        .output();
    assert!(made.unwrap().status.success());
    let error = root.read_text(Path::new("p.toml")).unwrap_err();
    assert!(matches!(error, ReadError::NotAFile(FileKind::Special)), "{error:?}");
}

#[test]
fn too_many_files_are_an_error() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..limits::POST_FILES {
        // Links use no disk blocks.
        let path = folder.path().join(format!("{number}"));
        if number == 0 { std::fs::write(path, "").unwrap() } else { symlink("x", path).unwrap() }
    }
    let root = Root::open(folder.path()).unwrap();
    assert_eq!(root.walk().unwrap().len(), limits::POST_FILES);
    std::fs::write(folder.path().join("one more"), "").unwrap();
    let error = root.walk().unwrap_err();
    assert_eq!(error.to_string(), "it holds more than 100000 files");
}

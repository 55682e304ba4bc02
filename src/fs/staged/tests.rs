use super::*;
use crate::fs::Root;

fn root() -> (tempfile::TempDir, Root) {
    let folder = tempfile::tempdir().unwrap();
    let root = Root::open(folder.path()).unwrap();
    (folder, root)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn folder_appears_whole_or_not_at_all() {
    let (place, root) = root();
    let below = Path::new("inbox/2026");
    let mut staged = StagedFolder::new(&root, below, "1").unwrap();
    staged.write("post.toml", "draft = true\n").unwrap();
    staged.create("photo.jpg").unwrap().write_all(b"jpeg").unwrap();
    assert!(root.walk().unwrap().is_empty(), "an incomplete draft is listed");
    staged.place("a").unwrap();
    drop(staged);
    assert_eq!(names(&place.path().join("inbox/2026/a")), ["photo.jpg", "post.toml"]);

    let mut staged = StagedFolder::new(&root, below, "2").unwrap();
    staged.write("post.toml", "").unwrap();
    let taken = staged.place("a").unwrap_err();
    assert_eq!(taken.kind(), io::ErrorKind::AlreadyExists);
    drop(staged);
    assert_eq!(names(&place.path().join("inbox/2026")), ["a"]);
}

#[test]
fn file_is_placed_only_under_a_free_name() {
    let (place, root) = root();
    let mut staged = StagedFolder::new(&root, Path::new("inbox"), "1").unwrap();
    staged.write("post.toml", "one").unwrap();
    staged.place_file("post.toml", "a.toml").unwrap();
    let mut other = StagedFolder::new(&root, Path::new("inbox"), "2").unwrap();
    other.write("post.toml", "two").unwrap();
    let taken = other.place_file("post.toml", "a.toml").unwrap_err();
    assert_eq!(taken.kind(), io::ErrorKind::AlreadyExists);
    other.place_file("post.toml", "a-2.toml").unwrap();
    drop((staged, other));
    assert_eq!(names(&place.path().join("inbox")), ["a-2.toml", "a.toml"]);
    assert_eq!(root.read_text(Path::new("inbox/a.toml")).unwrap(), "one");
}

#[test]
fn what_a_killed_process_left_is_removed() {
    let (place, root) = root();
    let mut staged = StagedFolder::new(&root, Path::new("inbox"), "1").unwrap();
    staged.write("photo.jpg", "half").unwrap();
    std::mem::forget(staged);
    std::fs::write(place.path().join("inbox/.new-2"), "half").unwrap();
    std::fs::write(place.path().join("inbox/.keep"), "").unwrap();
    StagedFolder::remove_left(&root, Path::new("inbox")).unwrap();
    assert_eq!(names(&place.path().join("inbox")), [".keep"]);
    StagedFolder::remove_left(&root, Path::new("other")).unwrap();
}

#[test]
fn only_what_was_seen_is_replaced_or_removed() {
    let (place, root) = root();
    let file = place.path().join("inbox/a/post.toml");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, "old").unwrap();
    std::fs::write(place.path().join("inbox/a/photo.jpg"), "").unwrap();
    std::fs::write(place.path().join("inbox/a/mine.txt"), "").unwrap();
    let below = Path::new("inbox/a/post.toml");
    let other = replace_seen(&root, below, "other", "new", "1");
    assert!(matches!(other, Err(ChangeError::Changed)), "{other:?}");
    replace_seen(&root, below, "old", "new", "2").unwrap();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "new");
    assert_eq!(names(file.parent().unwrap()), ["mine.txt", "photo.jpg", "post.toml"]);
    let beside = ["photo.jpg".to_owned(), "gone.jpg".to_owned()];
    let other = remove_seen(&root, below, "old", &beside, true);
    assert!(matches!(other, Err(ChangeError::Changed)), "{other:?}");
    remove_seen(&root, below, "new", &beside, true).unwrap();
    assert_eq!(names(file.parent().unwrap()), ["mine.txt"]);
    let gone = remove_seen(&root, below, "new", &[], true);
    assert!(matches!(gone, Err(ChangeError::Unreadable(ReadError::Missing))), "{gone:?}");
}

#[cfg(unix)]
#[test]
fn replaced_file_keeps_its_permissions() {
    use std::os::unix::fs::PermissionsExt;
    let (place, root) = root();
    let file = place.path().join("a.toml");
    std::fs::write(&file, "old").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    replace_seen(&root, Path::new("a.toml"), "old", "new", "1").unwrap();
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
}

#[cfg(unix)]
#[test]
fn no_link_is_followed() {
    let (place, root) = root();
    let outside = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(outside.path(), place.path().join("inbox")).unwrap();
    assert!(StagedFolder::new(&root, Path::new("inbox"), "1").is_err());
    assert!(StagedFolder::new(&root, Path::new("inbox/x"), "1").is_err());
    assert!(StagedFolder::new(&root, Path::new("../x"), "1").is_err());
    assert!(StagedFolder::remove_left(&root, Path::new("inbox")).is_err());
    std::fs::write(outside.path().join("a.toml"), "old").unwrap();
    let below = Path::new("inbox/a.toml");
    assert!(replace_seen(&root, below, "old", "new", "1").is_err());
    assert!(remove_seen(&root, below, "old", &[], false).is_err());
    std::os::unix::fs::symlink(outside.path().join("a.toml"), place.path().join("b.toml")).unwrap();
    assert!(replace_seen(&root, Path::new("b.toml"), "old", "new", "1").is_err());
    assert_eq!(names(outside.path()), ["a.toml"]);
    assert_eq!(std::fs::read_to_string(outside.path().join("a.toml")).unwrap(), "old");
}

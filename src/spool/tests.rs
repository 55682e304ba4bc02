use std::io::{Read, Seek, SeekFrom, Write};

use jiff::SignedDuration;

use super::*;

fn at(hours: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + hours * 3_600).unwrap()
}

fn file(content: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(content).unwrap();
    file
}

fn content(spool: &Spool, hash: FileHash) -> Vec<u8> {
    let mut content = Vec::new();
    spool.open(hash).unwrap().read_to_end(&mut content).unwrap();
    content
}

fn names(spool: &Spool) -> Vec<String> {
    let mut names: Vec<_> =
        fs::files(spool.folder()).unwrap().into_iter().map(|file| file.name).collect();
    names.sort();
    names
}

#[test]
fn bytes_are_kept_under_their_hash_and_only_once() {
    let folder = tempfile::tempdir().unwrap();
    let spool = Spool::new(folder.path().join("telepress.db.media"));
    let added = spool.add(&file(b"abc"), at(0)).unwrap();
    assert_eq!(
        added.hash.to_string(),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    assert_eq!(added.bytes, 3);
    assert_eq!(spool.add(&file(b"abc"), at(1)).unwrap(), added);
    assert_eq!(names(&spool), [added.hash.to_string()]);
    assert_eq!(content(&spool, added.hash), b"abc");
    assert!(spool.contains(added.hash));
}

#[test]
fn later_change_of_the_source_does_not_reach_the_copy() {
    let folder = tempfile::tempdir().unwrap();
    let spool = Spool::new(folder.path().to_owned());
    let mut source = file(b"before");
    let added = spool.add(&source, at(0)).unwrap();
    source.seek(SeekFrom::Start(0)).unwrap();
    source.write_all(b"after!").unwrap();
    assert_eq!(content(&spool, added.hash), b"before");
}

#[test]
fn truncated_copy_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let spool = Spool::new(folder.path().to_owned());
    let added = spool.add(&file(b"abcdef"), at(0)).unwrap();
    fs::overwrite(&folder.path().join(added.hash.to_string()), "abc").unwrap();
    spool.add(&file(b"abcdef"), at(0)).unwrap();
    assert_eq!(content(&spool, added.hash), b"abcdef");
}

#[test]
fn missing_bytes_are_reported_with_their_hash() {
    let spool = Spool::new(PathBuf::from("/nonexistent"));
    let hash = FileHash::of_digest([7; 32]);
    assert!(!spool.contains(hash));
    let error = spool.open(hash).unwrap_err();
    assert_eq!(error.to_string(), format!("/nonexistent does not contain {hash}"));
    assert_eq!(spool.collect(&BTreeSet::new(), 0, at(0)).unwrap(), 0);
}

#[cfg(unix)]
#[test]
fn link_in_the_folder_is_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let spool = Spool::new(folder.path().to_owned());
    let hash = FileHash::of_digest([7; 32]);
    std::os::unix::fs::symlink("/etc/passwd", folder.path().join(hash.to_string())).unwrap();
    assert!(matches!(spool.open(hash), Err(SpoolError::System { .. })));
}

#[cfg(target_os = "linux")]
#[test]
fn full_disk_is_an_error_and_leaves_nothing() {
    let spool = Spool::new(PathBuf::from("/"));
    let full = spool.error(io::ErrorKind::StorageFull.into());
    assert_eq!(full.to_string(), "/: the disk is full");
    assert!(matches!(spool.error(io::ErrorKind::QuotaExceeded.into()), SpoolError::Full(_)));
}

#[test]
fn needed_and_new_bytes_stay_and_the_oldest_others_go() {
    let folder = tempfile::tempdir().unwrap();
    let spool = Spool::new(folder.path().to_owned());
    let add = |content: &[u8], hours| {
        let hash = spool.add(&file(content), at(hours)).unwrap().hash;
        fs::touch(&spool.path(hash), at(hours)).unwrap();
        hash
    };
    let [needed, old, middle, late] =
        [add(b"aaaa", 0), add(b"bbbb", 1), add(b"cccc", 2), add(b"dddd", 3)];
    let unfinished = folder.path().join(".new-123");
    fs::overwrite(&unfinished, "half").unwrap();
    fs::touch(&unfinished, at(0)).unwrap();
    let is_needed = BTreeSet::from([needed]);
    let collect = |limit, now| spool.collect(&is_needed, limit, now).unwrap();
    let left = |hashes: &[FileHash]| {
        let mut left: Vec<_> = hashes.iter().map(ToString::to_string).collect();
        left.sort();
        assert_eq!(names(&spool), left);
    };
    assert_eq!(collect(12, at(9)), 0);
    left(&[needed, old, middle, late]);
    assert_eq!(collect(11, at(9)), 4);
    left(&[needed, middle, late]);
    let just_after = at(3).checked_add(SignedDuration::from_mins(59)).unwrap();
    assert_eq!(collect(0, just_after), 4);
    left(&[needed, late]);
    assert_eq!(collect(0, at(9)), 4);
    left(&[needed]);
}

#[test]
fn backup_has_every_content() {
    let folder = tempfile::tempdir().unwrap();
    let spool = Spool::new(folder.path().join("a"));
    let backup = Spool::new(folder.path().join("b"));
    spool.add(&file(b"one"), at(0)).unwrap();
    spool.add(&file(b"two"), at(0)).unwrap();
    assert_eq!(spool.copy_to(&backup, at(0)).unwrap(), 2);
    assert_eq!(names(&spool), names(&backup));
}

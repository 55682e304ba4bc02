use super::*;

/// A newsroom on disk with one channel.
struct Fixture {
    folder: tempfile::TempDir,
}

impl Fixture {
    fn new(posts: &[(&str, &[u8])]) -> Self {
        let fixture = Self { folder: tempfile::tempdir().unwrap() };
        fixture.write("config/telepress.toml", b"[channels.a]\nchat = '@aaaa'\nlanguage = 'en'\n");
        for (path, content) in posts {
            fixture.write(&format!("posts/{path}"), content);
        }
        fixture
    }

    #[expect(clippy::disallowed_methods, reason = "a test makes the files that are read")]
    fn write(&self, path: &str, content: &[u8]) {
        let path = self.folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    fn places(&self) -> Places {
        Places::of(Some(self.folder.path().join("config/telepress.toml")), None)
    }

    fn newsroom(&self) -> Newsroom {
        let Opened::Valid(newsroom, report) = Newsroom::open(self.places()) else { panic!("bad") };
        assert_eq!(report.diagnostics, []);
        *newsroom
    }

    /// Each file below `posts/`, whether it is a post, and the codes of its problems.
    fn check(&self) -> Vec<(String, bool, Vec<&'static str>)> {
        let mut files = Vec::new();
        self.newsroom().check(now(), |checked| files.push(self.shown(&checked))).unwrap();
        files
    }

    fn shown(&self, checked: &CheckedFile) -> (String, bool, Vec<&'static str>) {
        let root = format!("{}/posts/", self.folder.path().display());
        let codes = checked.report.diagnostics.iter().map(|problem| problem.code().name());
        (checked.report.source.path.replace(&root, ""), checked.post.is_some(), codes.collect())
    }
}

fn now() -> Timestamp {
    "2026-01-15T12:00:00Z".parse().unwrap()
}

const GOOD: &[u8] = b"heading = 'a'\n";

#[test]
fn broken_file_does_not_stop_the_others() {
    let large = vec![b'#'; 1100 * 1024];
    let fixture = Fixture::new(&[
        ("a.toml", GOOD),
        ("b.toml", b"heading = \n"),
        ("c.toml", b"heading = '\xff'\n"),
        ("d.toml", &large),
        ("e.toml/inside.txt", b""),
        ("f.toml", b"\xef\xbb\xbfheading = 'a'\r\n"),
        ("g/post.toml", GOOD),
        ("notes.txt", b"no post"),
        (".hidden.toml", b"no post"),
    ]);
    let expected: [(&str, bool, &[&str]); 7] = [
        ("a.toml", true, &[]),
        ("b.toml", false, &["syntax"]),
        ("c.toml", false, &["not-utf8"]),
        ("d.toml", false, &["file-too-large"]),
        ("e.toml", false, &["not-a-file"]),
        ("f.toml", true, &[]),
        ("g/post.toml", true, &[]),
    ];
    let expected = expected.map(|(path, good, codes)| (path.to_owned(), good, codes.to_vec()));
    assert_eq!(fixture.check(), expected);
}

#[test]
#[cfg(unix)]
fn links_are_never_followed() {
    let fixture = Fixture::new(&[("a.toml", GOOD)]);
    fixture.write("secret", b"heading = 'secret'\n");
    let posts = fixture.folder.path().join("posts");
    for (target, link) in [("../secret", "b.toml"), ("a.toml", "c.toml"), ("..", "folder")] {
        std::os::unix::fs::symlink(target, posts.join(link)).unwrap();
    }
    let found = fixture.check();
    let codes: Vec<_> =
        found.iter().map(|(path, good, codes)| (path.as_str(), *good, codes.as_slice())).collect();
    let refused: &[&str] = &["not-a-file"];
    assert_eq!(
        codes,
        [
            ("a.toml", true, &[][..]),
            ("b.toml", false, refused),
            ("c.toml", false, refused),
            ("folder", false, refused)
        ]
    );
}

#[test]
fn bad_name_does_not_hide_errors_in_the_content() {
    let fixture = Fixture::new(&[("Summit 1.toml", b"hedding = 'a'\n")]);
    let found = fixture.check();
    assert_eq!(found, [("Summit 1.toml".to_owned(), false, vec!["bad-id", "unknown-key"])]);
}

#[test]
fn two_files_with_the_same_id_are_both_refused() {
    let fixture = Fixture::new(&[("a.toml", GOOD), ("b.toml", GOOD), ("b/post.toml", GOOD)]);
    let good: Vec<_> = fixture.check().into_iter().map(|(_, good, codes)| (good, codes)).collect();
    assert_eq!(good, [(true, vec![]), (false, vec!["id-taken"]), (false, vec!["id-taken"])]);
}

#[test]
fn single_post_gets_the_same_diagnostics_as_in_a_full_check() {
    let timed = |second: u8| format!("heading = 'a'\npublish_at = 2026-05-04T09:00:{second:02}Z\n");
    let (first, second) = (timed(0), timed(30));
    let fixture = Fixture::new(&[
        ("a.toml", first.as_bytes()),
        ("b.toml", second.as_bytes()),
        ("c.toml", GOOD),
    ]);
    let newsroom = fixture.newsroom();
    let id = |id: &str| PostId::parse(id).unwrap();
    let found = newsroom.check_some(&[id("c"), id("b"), id("none")], now()).unwrap();
    let shown: Vec<_> = found
        .iter()
        .map(|(id, checked)| {
            (id.as_str(), checked.as_ref().map(|checked| fixture.shown(checked).2))
        })
        .collect();
    assert_eq!(shown, [("c", Some(vec![])), ("b", Some(vec!["same-minute"])), ("none", None)]);
    assert_eq!(newsroom.ids(), [id("a"), id("b"), id("c")]);
}

#[test]
fn broken_config_is_reported() {
    let fixture = Fixture::new(&[]);
    fixture.write("config/telepress.toml", b"[channels.a]\nchat = 'a'\n");
    let Opened::Invalid(report) = Newsroom::open(fixture.places()) else { panic!("it is bad") };
    let codes: Vec<_> = report.diagnostics.iter().map(|problem| problem.code().name()).collect();
    assert_eq!(codes, ["missing-key", "bad-chat"]);
    let nowhere = Places::of(Some(fixture.folder.path().join("none/telepress.toml")), None);
    assert!(matches!(Newsroom::open(nowhere), Opened::Unreadable(_, ReadError::Missing)));
}

#[test]
fn missing_posts_folder_is_an_error() {
    let fixture = Fixture::new(&[]);
    let error = fixture.newsroom().check(now(), |_| ()).unwrap_err();
    assert!(error.to_string().contains("posts"), "{error}");
}

#[test]
fn posts_folder_is_beside_the_config_folder() {
    for (config, posts) in [
        (None, "posts"),
        (Some("config/telepress.toml"), "posts"),
        (Some("a/config/telepress.toml"), "a/posts"),
        (Some("/etc/press/config/t.toml"), "/etc/press/posts"),
        (Some("telepress.toml"), "../posts"),
    ] {
        let places = Places::of(config.map(PathBuf::from), None);
        assert_eq!(places.posts, PathBuf::from(posts), "{config:?}");
    }
}

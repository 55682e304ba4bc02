//! Time and memory of checking ten thousand posts, compared with reading the files and parsing their TOML; and of a thousand posts
//! with a photo each, compared with the same posts without it.
//!
//! The timed code is `telepress check` without its output. The posts have the shape and size of a sample post: the statement with two
//! editions, or, with photos, one that fits a caption. The words of each text are shuffled.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    reason = "the benchmark reads files, starts the program and measures time"
)]

mod measure;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use measure::{Report, Samples, sized};
use telepress::newsroom::{Newsroom, Opened, Places};
use toml::de::DeTable;

/// Posts in the newsroom.
const POSTS: usize = 10_000;

/// The sample posts: a long one, and one that fits a caption.
const LONG: &str = "russia-dprk-statement";
const SHORT: &str = "autumn-blankets";

/// Posts with a photo of [`PHOTO_BYTES`] each.
const PHOTO_POSTS: usize = 1_000;
const PHOTO_BYTES: u64 = 5_000_000;

/// Runs of each side over all files.
const RUNS: usize = 7;

/// The goals: ratio to the baseline, and MiB.
const RATIO: f64 = 1.6;
const PHOTO_RATIO: f64 = 1.5;
const MEMORY: u64 = 40;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let files = write_newsroom(folder.path(), sized(POSTS), LONG, false);
    let places = Places::of(Some(folder.path().join("config/telepress.toml")), None);
    let Opened::Valid(newsroom, _) = Newsroom::open(places) else { panic!("the config is good") };
    let now = jiff::Timestamp::now();
    let (mut baseline, mut checking) = (Samples::default(), Samples::default());
    for _ in 0..sized(RUNS) {
        baseline.time(1, || files.iter().map(|path| read_and_parse(path)).sum::<usize>());
        checking.time(1, || {
            let mut posts = 0;
            newsroom
                .check(now, |file| posts += usize::from(file.post.is_some()))
                .expect("the folder can be listed");
            assert_eq!(posts, sized(POSTS), "every post is good");
        });
    }
    let mut report = Report::new("check: ten thousand posts of the sample's size");
    report.row("time", &checking, &baseline, RATIO);
    let (with, without) = photos();
    report.row("with photos", &with, &without, PHOTO_RATIO);
    report.line(match peak_memory(folder.path()) {
        Some(peak) => {
            let verdict = if peak < MEMORY * 1024 { "within" } else { "ABOVE" };
            format!(
                "peak memory of the program: {:.1} MiB ({verdict} the goal of {MEMORY})",
                f64::from(u32::try_from(peak).unwrap_or(u32::MAX)) / 1024.0
            )
        }
        None => "peak memory: this system does not report it".to_owned(),
    });
    report.print();
}

/// The times of checking posts with a photo and without.
fn photos() -> (Samples, Samples) {
    let folders = [true, false].map(|has_photos| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        write_newsroom(folder.path(), sized(PHOTO_POSTS), SHORT, has_photos);
        folder
    });
    let newsrooms = folders.each_ref().map(|folder| {
        let places = Places::of(Some(folder.path().join("config/telepress.toml")), None);
        let Opened::Valid(newsroom, _) = Newsroom::open(places) else { panic!("a good config") };
        newsroom
    });
    let now = jiff::Timestamp::now();
    let mut times = [Samples::default(), Samples::default()];
    for _ in 0..sized(RUNS) {
        for (newsroom, times) in newsrooms.iter().zip(&mut times) {
            times.time(1, || {
                let mut posts = 0;
                let each = |file: telepress::newsroom::CheckedFile| {
                    posts += usize::from(file.post.is_some());
                };
                newsroom.check(now, each).expect("the folder can be listed");
                assert_eq!(posts, sized(PHOTO_POSTS), "every post is good");
            });
        }
    }
    let [with, without] = times;
    (with, without)
}

/// A photo of the size that cameras make: the header of a JPEG, and zeros.
fn write_photo(path: &Path) {
    let header = b"\xFF\xD8\xFF\xC0\0\x0B\x08\x08\x70\x0F\x00\x01\x01\x11\0";
    std::fs::write(path, header).expect("the photo can be written");
    let file = std::fs::File::options().write(true).open(path).expect("the photo can be opened");
    file.set_len(PHOTO_BYTES).expect("the photo can be made longer");
}

fn read_and_parse(path: &Path) -> usize {
    let text = std::fs::read_to_string(path).expect("the file can be read");
    DeTable::parse(&text).expect("the file is TOML").get_ref().len()
}

/// Writes the sample config and the posts; returns the paths of the posts in order.
fn write_newsroom(root: &Path, posts: usize, sample: &str, has_photos: bool) -> Vec<PathBuf> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["config", "posts"] {
        std::fs::create_dir(root.join(folder)).expect("the folder can be made");
    }
    std::fs::copy(project.join("config/telepress.toml"), root.join("config/telepress.toml"))
        .expect("the config can be copied");
    let seed = std::fs::read_to_string(project.join(format!("posts/{sample}.toml")))
        .expect("the sample post can be read");
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    (0..posts)
        .map(|number| {
            let path = root.join(format!("posts/post-{number:05}.toml"));
            let mut post = varied(&seed, &mut random);
            if has_photos {
                let photo = format!("photo-{number:05}.jpg");
                write_photo(&root.join("posts").join(&photo));
                post = format!("media = [{{ photo = '{photo}' }}]\n{post}");
            }
            std::fs::write(&path, post).expect("the post can be written");
            path
        })
        .collect()
}

/// The seed with the plain words of each text shuffled; markup, markers and keys stay in place.
fn varied(seed: &str, random: &mut Random) -> String {
    let mut post = String::with_capacity(seed.len());
    for line in seed.lines() {
        let close = line.rfind('"').unwrap_or_default();
        let open = line.get(..close).and_then(|before| before.rfind('"')).unwrap_or(close);
        let (before, rest) = line.split_at(open);
        let (text, after) = rest.split_at(close - open);
        post.push_str(before);
        post.push_str(&shuffled(text, random));
        post.push_str(after);
        post.push('\n');
    }
    post
}

fn shuffled(text: &str, random: &mut Random) -> String {
    let mut words: Vec<&str> = text.split(' ').collect();
    let plain: Vec<usize> = (0..words.len()).filter(|at| is_plain(words.get(*at))).collect();
    for upper in (1..plain.len()).rev() {
        let other = random.below(upper + 1);
        if let (Some(upper), Some(other)) = (plain.get(upper), plain.get(other)) {
            words.swap(*upper, *other);
        }
    }
    words.join(" ")
}

fn is_plain(word: Option<&&str>) -> bool {
    word.is_some_and(|word| word.chars().count() > 1 && word.chars().all(char::is_lowercase))
}

/// A small random number generator (xorshift); every run has the same posts.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or_default() % bound
    }
}

/// Peak resident memory of `telepress check` over the newsroom in `root`, in KiB.
fn peak_memory(root: &Path) -> Option<u64> {
    let mut program = Command::new(env!("CARGO_BIN_EXE_telepress"))
        .arg("--config")
        .arg(root.join("config/telepress.toml"))
        .arg("check")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let path = format!("/proc/{}/status", program.id());
    let mut peak = None;
    // The system's high-water mark only grows, so the last value is the peak.
    while program.try_wait().expect("the program can be waited for").is_none() {
        let status = std::fs::read_to_string(&path).ok();
        let line =
            status.as_deref().and_then(|text| text.lines().find(|line| line.starts_with("VmHWM:")));
        let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
        peak = kib.or(peak);
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    peak
}

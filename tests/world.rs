//! A newsroom in a temporary folder, and the real binary started in it.

#![expect(
    clippy::disallowed_methods,
    reason = "the tests create files, start the program and wait"
)]

mod disk;
mod postgres;
#[expect(dead_code, reason = "the tests of the client use the other faults")]
mod proxy;
mod ran;
mod rng;
mod server;
mod service;

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

pub(crate) use disk::{Disk, Switch};
pub(crate) use postgres::Postgres;
pub(crate) use proxy::{ProxyFault, ProxyServer, Spoken};
pub(crate) use ran::Ran;
pub(crate) use rng::Rng;
pub(crate) use server::{FORUM, GROUP, STAGING, Server};
pub(crate) use service::Service;

/// A well-formed token that belongs to no bot.
pub(crate) const TOKEN: &str = "7000000001:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0";
/// The part of the token that must never be shown.
pub(crate) const SECRET: &str = "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0";

/// The binary under test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_telepress");
/// The timeout for every run of the program and for every wait.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Polls `look` until it returns something or the timeout is over. All tests wait here.
pub(crate) fn until<T>(mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let began = Instant::now();
    loop {
        let found = look();
        if found.is_some() || began.elapsed() > TIMEOUT {
            return found;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The names of a journal's files; some may be missing.
fn journal() -> impl Iterator<Item = String> {
    let endings = ["", "-wal", "-shm", ".lock", ".watermark"];
    endings.into_iter().map(|ending| format!("telepress.db{ending}"))
}

/// A newsroom that is being set up.
pub(crate) struct World {
    folder: TempDir,
    env: Vec<(String, OsString)>,
    stdin: Vec<u8>,
}

impl World {
    /// An empty folder.
    pub(crate) fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), env: Vec::new(), stdin: Vec::new() }
    }

    /// A newsroom with the English channel `news` (`@example_news`) and no post.
    pub(crate) fn new() -> Self {
        let world =
            Self::empty().config("channels.news = { chat = \"@example_news\", language = \"en\" }");
        std::fs::create_dir(world.path("posts")).unwrap();
        world
    }

    /// The project's own newsroom.
    pub(crate) fn samples() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut world = Self::empty().config(&read(&root.join("config/telepress.toml")));
        for entry in telepress::fs::walk(&root.join("posts")).unwrap() {
            let content = std::fs::read(root.join("posts").join(&entry.below)).unwrap();
            world = world.file(&format!("posts/{}", entry.relative), content);
        }
        world
    }

    pub(crate) fn config(self, text: &str) -> Self {
        self.file("config/telepress.toml", text)
    }

    pub(crate) fn post(self, id: &str, text: &str) -> Self {
        self.file(&format!("posts/{id}.toml"), text)
    }

    pub(crate) fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
        self
    }

    /// Writes a file in one step, as editors do, so that no process reads half of it.
    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        let new = self.path("new-file");
        std::fs::write(&new, content).unwrap();
        std::fs::rename(&new, path).unwrap();
    }

    /// Creates the journal that the config names; it treats the posts that exist now as history.
    #[track_caller]
    pub(crate) fn with_journal(self) -> Self {
        self.run("journal create").exits(0);
        self
    }

    /// Removes all files of the journal.
    pub(crate) fn remove_journal(&self) {
        for name in journal() {
            // Some may be missing.
            let _ = std::fs::remove_file(self.path(&name));
        }
    }

    /// Copies all files of the journal to another folder, as a snapshot of the disk does.
    pub(crate) fn copy_journal(&self, to: &Self) {
        for name in journal() {
            let _ = std::fs::copy(self.path(&name), to.path(&name));
        }
    }

    /// Removes a file.
    pub(crate) fn without(self, path: &str) -> Self {
        std::fs::remove_file(self.path(path)).unwrap();
        self
    }

    /// Creates or changes `path` with `make`.
    pub(crate) fn with(self, path: &str, make: impl FnOnce(&Path)) -> Self {
        make(&self.path(path));
        self
    }

    pub(crate) fn env(self, name: &str, value: &str) -> Self {
        self.env_os(name, value.as_ref())
    }

    /// An environment variable whose value need not be Unicode.
    pub(crate) fn env_os(mut self, name: &str, value: &OsStr) -> Self {
        self.env.retain(|(other, _)| other != name);
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn stdin(mut self, text: impl AsRef<[u8]>) -> Self {
        self.stdin = text.as_ref().to_vec();
        self
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn read(&self, path: &str) -> String {
        read(&self.path(path))
    }

    /// Runs the program with arguments separated by white space, and waits for its end.
    pub(crate) fn run(&self, arguments: &str) -> Ran {
        self.run_in(".", arguments)
    }

    /// The same in a subfolder.
    pub(crate) fn run_in(&self, folder: &str, arguments: &str) -> Ran {
        self.run_words(folder, arguments.split_whitespace())
    }

    pub(crate) fn run_words<W: AsRef<OsStr>>(
        &self,
        folder: &str,
        words: impl IntoIterator<Item = W>,
    ) -> Ran {
        let mut command = assert_cmd::Command::from_std(self.command(folder));
        let output =
            command.args(words).write_stdin(self.stdin.clone()).timeout(TIMEOUT).output().unwrap();
        Ran::new(output, self.folder.path())
    }

    /// Waits until this post is due.
    #[track_caller]
    pub(crate) fn waits_until_due(&self, post: &str) {
        let status = self.run(&format!("status {post} --format json")).exits(0).json();
        let due: jiff::Timestamp = status[0]["due_at"].as_str().unwrap().parse().unwrap();
        until(|| (jiff::Timestamp::now() > due).then_some(())).expect("the post is due in time");
    }

    /// The program's output in a terminal, with the echo of the typed input. `script` provides the terminal; without it this is
    /// `None`.
    pub(crate) fn run_in_terminal(&self, arguments: &str) -> Option<String> {
        let mut command = Command::new("script");
        self.set_up(&mut command, ".");
        let line = format!("'{PROGRAM}' {arguments}");
        let output = assert_cmd::Command::from_std(command)
            .args(["-q", "-e", "-c", &line, "/dev/null"])
            .write_stdin(self.stdin.clone())
            .timeout(TIMEOUT)
            .output()
            .ok()?;
        Some(String::from_utf8(output.stdout).unwrap())
    }

    /// Starts the program with its stdin and stdout as pipes.
    pub(crate) fn speak_with(&self, arguments: &str) -> Child {
        let mut command = self.command(".");
        let command = command.args(arguments.split_whitespace());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap()
    }

    /// Starts the program and does not wait for it; the reader of its output may close the pipe.
    pub(crate) fn start(&self, arguments: &str, stdout: Stdio) -> Child {
        self.start_with(arguments, stdout, &[])
    }

    /// The same with more environment variables.
    pub(crate) fn start_with(
        &self,
        arguments: &str,
        stdout: Stdio,
        variables: &[(&str, &str)],
    ) -> Child {
        self.command(".")
            .envs(variables.iter().copied())
            .args(arguments.split_whitespace())
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    fn command(&self, folder: &str) -> Command {
        let mut command = Command::new(PROGRAM);
        self.set_up(&mut command, folder);
        command
    }

    fn set_up(&self, command: &mut Command, folder: &str) {
        command.current_dir(self.path(folder)).env_clear().env("COLUMNS", "100");
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
    }
}

/// The ids of the project's own posts.
pub(crate) fn sample_posts() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("posts");
    let entries = telepress::fs::walk(&folder).unwrap();
    let ids = entries.iter().filter_map(|entry| entry.relative.strip_suffix(".toml"));
    ids.map(|id| id.strip_suffix("/post").unwrap_or(id).to_owned()).collect()
}

/// The file of one of the project's own posts.
pub(crate) fn sample(id: &str) -> String {
    let posts = Path::new(env!("CARGO_MANIFEST_DIR")).join("posts");
    let in_folder = posts.join(id).join("post.toml");
    read(&if in_folder.exists() { in_folder } else { posts.join(format!("{id}.toml")) })
}

/// A file of the project.
pub(crate) fn project(path: &str) -> String {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

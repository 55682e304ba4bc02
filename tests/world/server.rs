//! Running `sandbox` and `demo`, and a client for the sandbox's API.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ExitStatus, Stdio};
use std::time::Duration;

use serde_json::Value;

use super::World;

/// The id of the staging chat.
pub(crate) const STAGING: i64 = -1_009_999_999_999;

/// A group with the topics 42 and 43.
pub(crate) const FORUM: i64 = -1_001_500_000_001;

/// The discussion group of `@example_news`.
pub(crate) const GROUP: i64 = -1_002_000_000_009;

/// A running program whose output names its address; it ends with the test.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: String,
    runtime: tokio::runtime::Runtime,
    client: reqwest::Client,
    _world: World,
}

impl Server {
    /// `telepress sandbox` with the channel `@example_news`.
    pub(crate) fn sandbox() -> Self {
        Self::start_sandbox(World::empty(), "sandbox --port 0 --channel @example_news")
    }

    /// The same as a local server, which reads files by their paths.
    pub(crate) fn local_sandbox() -> Self {
        let bot = "bot = { api_url = \"http://127.0.0.1:8081\", local_files = true }";
        let channels = "channels.news = { chat = \"@example_news\", language = \"en\" }";
        let world = World::empty().config(&format!("{bot}\n{channels}\n"));
        Self::start_sandbox(world, "sandbox --port 0")
    }

    fn start_sandbox(world: World, command: &str) -> Self {
        let mut child = world.start(command, Stdio::piped());
        let mut first = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut first).unwrap();
        Self::new(child, first.trim(), world)
    }

    /// Starts an empty sandbox with the same address in place of this one.
    pub(crate) fn restarted(self) -> Self {
        let port = self.address.rsplit(':').next().unwrap().to_owned();
        drop(self);
        let command = format!("sandbox --port {port} --channel @example_news");
        Self::start_sandbox(World::empty(), &command)
    }

    /// `telepress demo` after it is ready, and the folder of its posts.
    pub(crate) fn demo() -> (Self, PathBuf) {
        let world = World::empty();
        let shown = std::fs::File::create(world.path("shown")).unwrap();
        let mut child = world.start("demo", shown.into());
        let lines = BufReader::new(child.stderr.as_mut().unwrap()).lines().map(Result::unwrap);
        let mut lines = lines.skip_while(|line| !line.contains("Ctrl-C"));
        let first = lines.next().unwrap();
        let address = first.split(' ').find(|word| word.starts_with("http")).unwrap().to_owned();
        let editor = lines.find(|line| line.contains("in an editor")).unwrap();
        let (_, posts) = editor.split_once(" change a post in ").unwrap();
        let posts = posts.split(':').next().unwrap().into();
        drop(lines);
        (Self::new(child, &address, world), posts)
    }

    fn new(child: Child, address: &str, world: World) -> Self {
        assert!(address.starts_with("http://127.0.0.1:"), "{address}");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let client = reqwest::Client::builder().timeout(Duration::from_secs(10)).build().unwrap();
        Self { child, address: address.to_owned(), runtime, client, _world: world }
    }

    /// A newsroom with the channel `news` that publishes here, with a token and a journal.
    pub(crate) fn newsroom(&self) -> World {
        let config = format!(
            "{}\nrecovery.quiet = \"0ms\"\nchannels.news = {{ chat = \"@example_news\", language = \"en\" }}",
            self.settings()
        );
        World::new().config(&config).env("TELEPRESS_TOKEN", super::TOKEN).with_journal()
    }

    /// The same with a staging chat, where telepress looks for lost messages after `quiet`.
    pub(crate) fn newsroom_with_staging(&self, quiet: &str) -> World {
        self.add_staging_chat();
        let config = format!(
            "{}\nrecovery = {{ staging_chat = {STAGING}, quiet = \"{quiet}\" }}\nchannels.news = {{ chat = \"@example_news\", language = \"en\" }}",
            self.settings()
        );
        self.newsroom().config(&config)
    }

    /// Another public channel, whose title is its @name.
    pub(crate) fn add_channel(&self, id: i64, name: &str) {
        let channel = serde_json::json!({ "id": id, "title": name, "username": name });
        self.post("/sandbox/channels", &channel);
    }

    /// Adds the discussion group [`GROUP`] of `@example_news`.
    pub(crate) fn add_discussion(&self) {
        let group =
            serde_json::json!({ "id": GROUP, "title": "Talk", "discussion_of": "@example_news" });
        self.post("/sandbox/channels", &group);
    }

    /// Adds the group [`FORUM`].
    pub(crate) fn add_forum(&self) {
        self.add_group(FORUM, "forum");
        for (id, name) in [(42, "News"), (43, "Talk")] {
            let topic = serde_json::json!({ "id": id, "name": name });
            self.post(&format!("/sandbox/channels/{FORUM}/topics"), &topic);
        }
    }

    /// Adds a group of this kind: `basic`, `supergroup` or `forum`.
    pub(crate) fn add_group(&self, id: i64, kind: &str) {
        let group = serde_json::json!({ "id": id, "title": "Group", "group": kind });
        self.post("/sandbox/channels", &group);
    }

    /// Makes a topic of [`FORUM`] `open`, `closed` or `deleted`.
    pub(crate) fn set_topic(&self, topic: i64, state: &str) {
        let place = format!("/sandbox/channels/{FORUM}/topics/{topic}");
        self.post(&place, &serde_json::json!(state));
    }

    /// Somebody writes in a topic of a group.
    pub(crate) fn somebody_writes(&self, chat: i64, topic: i64, text: &str) {
        let message = serde_json::json!({ "text": text, "message_thread_id": topic });
        self.post(&format!("/sandbox/channels/{chat}/posts"), &message);
    }

    /// A basic group becomes a supergroup; returns its id.
    pub(crate) fn upgrade(&self, chat: i64) -> i64 {
        let place = format!("{}/sandbox/channels/{chat}/upgrade", self.address);
        let request = self.client.post(place);
        let answer: Value =
            self.runtime.block_on(async { self.answer(request).await.json().await.unwrap() });
        answer["id"].as_i64().unwrap()
    }

    /// The messages in the discussion group.
    pub(crate) fn discussion(&self) -> Vec<Value> {
        let posts = self.get(&format!("/sandbox/channels/{GROUP}/posts"));
        posts.as_array().unwrap().clone()
    }

    /// Sets what happens to new posts: `on`, `late` or `never` copied into the discussion group.
    pub(crate) fn forwards(&self, how: &str) {
        self.post(&format!("/sandbox/channels/{GROUP}/forwards"), &serde_json::json!(how));
    }

    /// Adds the channel [`STAGING`].
    pub(crate) fn add_staging_chat(&self) {
        let channel = serde_json::json!({ "id": STAGING, "title": "Staging" });
        self.post("/sandbox/channels", &channel);
    }

    /// The messages in the staging chat, except the mark of the journal.
    pub(crate) fn staged(&self) -> Vec<Value> {
        let posts = self.get(&format!("/sandbox/channels/{STAGING}/posts"));
        posts.as_array().unwrap().iter().filter(|post| post["pinned"] != true).cloned().collect()
    }

    /// Config lines for this server, without rate limits.
    pub(crate) fn settings(&self) -> String {
        format!(
            "bot.api_url = \"{}\"\npacing = {{ channel = \"0ms\", bot = \"0ms\" }}",
            self.address
        )
    }

    /// Arms a fault of the sandbox.
    pub(crate) fn arm(&self, fault: &Value) {
        self.post("/sandbox/faults", fault);
    }

    /// Runs a future to its end.
    pub(crate) fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    pub(crate) fn get(&self, path: &str) -> Value {
        let request = self.client.get(format!("{}{path}", self.address));
        self.runtime.block_on(async { self.answer(request).await.json().await.unwrap() })
    }

    pub(crate) fn post(&self, path: &str, body: &Value) {
        self.send(self.client.post(format!("{}{path}", self.address)).json(body));
    }

    /// Posts a form with files.
    pub(crate) fn post_form(
        &self,
        path: &str,
        media: &Value,
        parts: &[(&str, &'static str, &'static [u8])],
        fields: &[(&'static str, &str)],
    ) {
        use reqwest::multipart::{Form, Part};
        let mut form = Form::new().text("media", media.to_string());
        for (name, value) in fields {
            form = form.text(*name, (*value).to_owned());
        }
        for (part, name, bytes) in parts {
            form = form.part((*part).to_owned(), Part::bytes(*bytes).file_name(*name));
        }
        let request = self.client.post(format!("{}{path}", self.address)).multipart(form);
        let answer = self.runtime.block_on(async { request.send().await.unwrap() });
        assert!(answer.status().is_success(), "{answer:?}");
    }

    /// The answer to a request. An armed fault may close this connection unread; then the request is sent again.
    async fn answer(&self, request: reqwest::RequestBuilder) -> reqwest::Response {
        match request.try_clone().unwrap().send().await {
            Ok(answer) => answer,
            Err(_) => request.send().await.unwrap(),
        }
    }

    /// Posts as the bot in `@example_news`, without telepress and its journal.
    pub(crate) fn by_hand(&self, text: &str) {
        let message = serde_json::json!({ "chat_id": "@example_news", "text": text });
        self.post(&format!("/bot{}/sendMessage", super::TOKEN), &message);
    }

    /// Somebody else posts in `@example_news`.
    pub(crate) fn somebody_posts(&self, text: &str) {
        self.post("/sandbox/channels/example_news/posts", &serde_json::json!({ "text": text }));
    }

    /// An administrator edits a message in `@example_news`.
    pub(crate) fn admin_edits(&self, message_id: i64, text: &str) {
        let place = format!("{}/sandbox/channels/example_news/posts/{message_id}", self.address);
        self.send(self.client.put(place).json(&serde_json::json!({ "text": text })));
    }

    /// Telegram forgets every `file_id`; messages keep their files.
    pub(crate) fn forget_file_ids(&self) {
        self.send(self.client.delete(format!("{}/sandbox/file_ids", self.address)));
    }

    /// An administrator deletes a message in `@example_news`.
    pub(crate) fn admin_deletes(&self, message_id: i64) {
        let place = format!("{}/sandbox/channels/example_news/posts/{message_id}", self.address);
        self.send(self.client.delete(place));
    }

    /// Sets Telegram's clock this many seconds ahead of this machine's, or behind if negative.
    pub(crate) fn set_clock_ahead(&self, seconds: i64) {
        self.post("/sandbox/clock", &serde_json::json!({ "ahead_seconds": seconds }));
    }

    /// How many of the recorded requests have this method.
    pub(crate) fn requests(&self, method: &str) -> usize {
        let requests = self.get("/sandbox/requests");
        requests.as_array().unwrap().iter().filter(|request| request["method"] == method).count()
    }

    fn send(&self, request: reqwest::RequestBuilder) {
        let answer = self.runtime.block_on(self.answer(request));
        assert!(answer.status().is_success(), "{answer:?}");
    }

    /// The first lines of the posts in `@example_news`.
    pub(crate) fn posts(&self) -> Vec<String> {
        let posts = self.get("/sandbox/channels/example_news/posts");
        let text = |post: &Value| post["text"].as_str().unwrap().lines().next().unwrap().to_owned();
        posts.as_array().unwrap().iter().map(text).collect()
    }

    /// Sends a signal such as `INT`, and waits for the end.
    pub(crate) fn signal(mut self, name: &str) -> ExitStatus {
        let id = self.child.id().to_string();
        assert_cmd::Command::new("kill").args([&format!("-{name}"), &id]).assert().success();
        let status = super::until(|| self.child.try_wait().unwrap());
        status.unwrap_or_else(|| panic!("it does not end after SIG{name}"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

//! People who talk to the bot of a running `serve`, and what is said, line by line.

#![expect(clippy::string_slice, reason = "a test may fail")]
#![expect(clippy::disallowed_methods, reason = "a test waits by the machine's clock")]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use telepress::sandbox::ChatClient;

use crate::world::{Server, Service, World};

/// The operators of every conversation, with the names they have in transcripts.
pub(crate) const PEOPLE: [(i64, &str, &str); 4] = [
    (111, "Anna", "admin"),
    (222, "Boris", "publisher"),
    (333, "Clara", "publisher"),
    (444, "Dan", "editor"),
];

/// A conversation: a sandbox, a newsroom in it, and a running `serve`.
pub(crate) struct Talk {
    pub(crate) service: Option<Service>,
    pub(crate) world: World,
    pub(crate) sandbox: Server,
    transcript: String,
}

impl Talk {
    /// A newsroom with operators, and these lines of config besides; nobody serves it yet.
    pub(crate) fn new(config: &str) -> Self {
        let sandbox = Server::sandbox();
        let operators = PEOPLE.map(|(id, _, role)| format!("{{ id = {id}, role = \"{role}\" }}"));
        let config = format!(
            "{}\nbot.operators = [{}]\nrecovery.quiet = \"0ms\"\nschedule.grace = \"15m\"\n{config}\nchannels.news = {{ chat = \"@example_news\", language = \"en\", slots = [\"mon-sun 09:00\"] }}",
            sandbox.settings(),
            operators.join(", "),
        );
        let world =
            World::new().config(&config).env("TELEPRESS_TOKEN", crate::world::TOKEN).with_journal();
        for (id, name, _) in PEOPLE {
            let person = json!({ "id": id, "first_name": name });
            sandbox.post("/sandbox/people", &person);
        }
        Self { service: None, world, sandbox, transcript: String::new() }
    }

    /// A post of the newsroom.
    pub(crate) fn post(mut self, id: &str, text: &str) -> Self {
        self.world = self.world.post(id, text);
        self
    }

    /// Writes another config.
    pub(crate) fn save_config(&mut self, text: &str) {
        let world = std::mem::replace(&mut self.world, World::empty());
        self.world = world.config(text);
    }

    /// Somebody serves it.
    pub(crate) fn serve(mut self) -> Self {
        self.service = Some(Service::start(&self.world));
        self
    }

    /// Somebody serves it anew, as after a deployment.
    pub(crate) fn restart(&mut self) {
        let service = self.service.take().unwrap();
        service.signal("TERM");
        service.ends();
        self.service = Some(Service::start(&self.world));
    }

    /// The language that a person's app speaks.
    pub(crate) fn speaks(&self, person: i64, language: &str) {
        let name = Self::name(person);
        let person = json!({ "id": person, "first_name": name, "language_code": language });
        self.sandbox.post("/sandbox/people", &person);
    }

    /// A person begins before anybody is there to answer: what the bot has to say by itself reaches him from then on.
    pub(crate) fn begins(&self, person: i64) {
        let begun = json!({ "text": "/start" });
        self.sandbox.post(&format!("/sandbox/people/{person}/messages"), &begun);
    }

    /// A person begins, which the transcript leaves out.
    pub(crate) fn meet(&self, person: i64) {
        self.sandbox.wait(self.visitor(person).say("/start")).unwrap();
    }

    /// Writes a file as its author would.
    pub(crate) fn save(&mut self, id: &str, text: &str) {
        let world = std::mem::replace(&mut self.world, World::empty());
        self.world = world.post(id, text);
    }

    /// Removes a file.
    pub(crate) fn remove(&self, id: &str) {
        std::fs::remove_file(self.world.path(&format!("posts/{id}.toml"))).unwrap();
    }

    /// The same, and waits until it is read.
    pub(crate) fn write(&mut self, id: &str, text: &str) {
        self.save(id, text);
        let _ = writeln!(self.transcript, "    (the file of {id} is saved)");
        // It stands still by then.
        std::thread::sleep(Duration::from_millis(700));
    }

    fn visitor(&self, person: i64) -> ChatClient {
        ChatClient::new(&self.sandbox.address, person).unwrap()
    }

    fn name(person: i64) -> &'static str {
        PEOPLE.iter().find(|(id, _, _)| *id == person).map_or("Somebody", |(_, name, _)| name)
    }

    /// What a person writes, and what comes back.
    pub(crate) fn say(&mut self, person: i64, text: &str) -> String {
        let lines = self.sandbox.wait(self.visitor(person).say(text)).unwrap();
        let said: String = lines.iter().map(ToString::to_string).collect();
        let _ = writeln!(self.transcript, "{}: {text}", Self::name(person));
        self.record(&said);
        said
    }

    /// The button that a person presses, and what comes of it.
    pub(crate) fn press(&mut self, person: i64, number: usize) -> String {
        let label = self.label(person, number);
        let (word, lines) = self.sandbox.wait(self.visitor(person).press(number)).unwrap();
        let mut said: String = lines.iter().map(ToString::to_string).collect();
        if let Some(word) = word {
            said.insert_str(0, &format!("({word})\n"));
        }
        let _ = writeln!(self.transcript, "{} presses [{label}]", Self::name(person));
        self.record(&said);
        said
    }

    /// The button that a person presses, and the chat as soon as it holds these words.
    pub(crate) fn press_until(&mut self, person: i64, number: usize, words: &str) {
        let label = self.label(person, number);
        let before = self.last_change(person);
        let latest = self.latest(person);
        let pressed = json!({ "message_id": latest["message_id"], "button": number });
        self.sandbox.post(&format!("/sandbox/people/{person}/press"), &pressed);
        let service = self.service.as_ref().unwrap();
        service.waits(words, || {
            let chat = self.chat(person);
            let text = |message: &Value| message["text"].as_str().unwrap_or_default().to_owned();
            let is_new = |message: &&Value| message["change"].as_u64() > before;
            chat.iter().filter(is_new).map(text).find(|text| text.contains(words))
        });
        self.calm(person);
        let chat = self.chat(person);
        let said = chat.iter().filter(|message| message["change"].as_u64() > before);
        let said = said.map(|message| {
            let mark = if message["edited"] == json!(true) { "✎ " } else { "" };
            format!("{mark}{}\n{}", message["text"].as_str().unwrap(), buttons(message))
        });
        let said: String = said.collect();
        let _ = writeln!(self.transcript, "{} presses [{label}]", Self::name(person));
        self.record(&said);
    }

    /// Waits until a person has read these words so often, and nothing more is said; more often is wrong.
    pub(crate) fn has_read(&self, person: i64, words: &str, times: usize) {
        let service = self.service.as_ref().unwrap();
        service.waits(words, || (self.count(person, words) >= times).then_some(()));
        self.calm(person);
        assert_eq!(self.count(person, words), times, "{words}");
    }

    /// How many messages of a person's chat hold these words.
    pub(crate) fn count(&self, person: i64, words: &str) -> usize {
        let chat = self.chat(person);
        let holds =
            |message: &&Value| message["text"].as_str().is_some_and(|text| text.contains(words));
        chat.iter().filter(holds).count()
    }

    /// Waits until nothing more is said for a moment.
    pub(crate) fn calm(&self, person: i64) {
        let (mut last, mut since) = (self.last_change(person), Instant::now());
        while since.elapsed() < Duration::from_millis(500) {
            std::thread::sleep(Duration::from_millis(25));
            let now = self.last_change(person);
            if now != last {
                (last, since) = (now, Instant::now());
            }
        }
    }

    fn last_change(&self, person: i64) -> Option<u64> {
        self.chat(person).iter().filter_map(|message| message["change"].as_u64()).max()
    }

    /// What a person reads without having asked.
    pub(crate) fn hears(&mut self, person: i64, words: &str) -> String {
        let service = self.service.as_ref().unwrap();
        let text = service.waits(words, || {
            let messages = self.chat(person);
            let text = |message: &Value| message["text"].as_str().unwrap_or_default().to_owned();
            messages.iter().rev().map(text).find(|text| text.contains(words))
        });
        let _ = writeln!(self.transcript, "{} hears:", Self::name(person));
        let last = self.chat(person).into_iter().rev().find(|message| message["text"] == text);
        self.record(&format!("{text}\n{}", buttons(last.as_ref().unwrap())));
        text
    }

    /// The private chat of a person.
    pub(crate) fn chat(&self, person: i64) -> Vec<Value> {
        let chat = self.sandbox.get(&format!("/sandbox/people/{person}/messages"));
        chat.as_array().cloned().unwrap_or_default()
    }

    /// The message that changed last among those with buttons.
    fn latest(&self, person: i64) -> Value {
        let chat = self.chat(person);
        let with_buttons = chat.into_iter().filter(|message| message.get("reply_markup").is_some());
        with_buttons.max_by_key(|message| message["change"].as_u64()).unwrap()
    }

    fn label(&self, person: i64, number: usize) -> String {
        let latest = self.latest(person);
        let rows = latest["reply_markup"]["inline_keyboard"].as_array().unwrap();
        let mut all = rows.iter().flat_map(|row| row.as_array().unwrap());
        all.nth(number - 1).unwrap()["text"].as_str().unwrap().to_owned()
    }

    fn record(&mut self, said: &str) {
        for line in said.lines() {
            let _ = writeln!(self.transcript, "    {line}");
        }
        self.transcript.push('\n');
    }

    /// Everything that was said, without what differs from day to day and with the hour.
    pub(crate) fn transcript(&self) -> String {
        let by_day = |line: &str| {
            line.replace("] In 3 h", "] Tonight 20:00").replace("] Через 3 часа", "] Сегодня 20:00")
        };
        let told = |line: &str| {
            // What somebody typed, or what stands on a button, is the same every day.
            let is_told = line.starts_with("    ") && !line.trim_start().starts_with('[');
            if is_told { dateless(line) } else { by_day(line) }
        };
        let lines = self.transcript.lines().map(|line| told(line).trim_end().to_owned());
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// The buttons below a message, numbered.
fn buttons(message: &Value) -> String {
    let rows = message.pointer("/reply_markup/inline_keyboard").and_then(Value::as_array);
    let all = rows.into_iter().flatten().filter_map(Value::as_array).flatten();
    let labels = all.filter_map(|button| button["text"].as_str()).enumerate();
    let mut shown = String::new();
    for (number, label) in labels {
        let _ = writeln!(shown, "  [{}] {label}", number + 1);
    }
    shown
}

/// A line with every date and time of day in place of the real ones.
fn dateless(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(start) = rest.find(|letter: char| letter.is_ascii_digit()) {
        let end = rest[start..]
            .find(|letter: char| !letter.is_ascii_digit() && letter != '-' && letter != ':')
            .map_or(rest.len(), |end| start + end);
        let word = &rest[start..end];
        out.push_str(&rest[..start]);
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        match (word.len(), digits) {
            (10, 8) if word.matches('-').count() == 2 => out.push_str("2026-05-04"),
            (5, 4) if word.contains(':') => out.push_str("09:00"),
            _ => out.push_str(word),
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

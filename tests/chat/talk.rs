//! Conversations between operators and the bot of a running `serve`, with a transcript.

#![expect(clippy::string_slice, reason = "a test may fail")]
#![expect(clippy::disallowed_methods, reason = "a test waits by the machine's clock")]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use telepress::sandbox::ChatClient;

use crate::world::{Server, Service, World};

/// The operators of every conversation: id, name in transcripts, role.
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
    /// A newsroom with operators and these further lines of config; `serve` is not running yet.
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

    pub(crate) fn post(mut self, id: &str, text: &str) -> Self {
        self.world = self.world.post(id, text);
        self
    }

    /// Replaces the config.
    pub(crate) fn save_config(&mut self, text: &str) {
        let world = std::mem::replace(&mut self.world, World::empty());
        self.world = world.config(text);
    }

    /// Starts `serve`.
    pub(crate) fn serve(mut self) -> Self {
        self.service = Some(Service::start(&self.world));
        self
    }

    /// Restarts `serve`, as a deployment does.
    pub(crate) fn restart(&mut self) {
        let service = self.service.take().unwrap();
        service.signal("TERM");
        service.ends();
        self.service = Some(Service::start(&self.world));
    }

    /// Sets the language of a person's app.
    pub(crate) fn set_language(&self, person: i64, language: &str) {
        let name = Self::name(person);
        let person = json!({ "id": person, "first_name": name, "language_code": language });
        self.sandbox.post("/sandbox/people", &person);
    }

    /// Writes `/start` before `serve` runs, so that the bot may notify this person from its start on.
    pub(crate) fn write_start(&self, person: i64) {
        let begun = json!({ "text": "/start" });
        self.sandbox.post(&format!("/sandbox/people/{person}/messages"), &begun);
    }

    /// Writes `/start` and waits for the answer; the transcript leaves it out.
    pub(crate) fn say_start(&self, person: i64) {
        self.sandbox.wait(self.client(person).say("/start")).unwrap();
    }

    /// Saves a post's file.
    pub(crate) fn save(&mut self, id: &str, text: &str) {
        let world = std::mem::replace(&mut self.world, World::empty());
        self.world = world.post(id, text);
    }

    /// Removes a post's file.
    pub(crate) fn remove(&self, id: &str) {
        std::fs::remove_file(self.world.path(&format!("posts/{id}.toml"))).unwrap();
    }

    /// Saves a post's file and waits until `serve` has read it.
    pub(crate) fn write(&mut self, id: &str, text: &str) {
        self.save(id, text);
        let _ = writeln!(self.transcript, "    (the file of {id} is saved)");
        // `serve` reads a file that has not changed for a moment.
        std::thread::sleep(Duration::from_millis(700));
    }

    fn client(&self, person: i64) -> ChatClient {
        ChatClient::new(&self.sandbox.address, person).unwrap()
    }

    fn name(person: i64) -> &'static str {
        PEOPLE.iter().find(|(id, _, _)| *id == person).map_or("Somebody", |(_, name, _)| name)
    }

    /// Sends files to the bot, as `sendMediaGroup` writes them; `parts` are their names, file names and bytes, `fields` further
    /// fields of the form.
    pub(crate) fn send_media(
        &self,
        person: i64,
        media: &Value,
        parts: &[(&str, &'static str, &'static [u8])],
        fields: &[(&'static str, &str)],
    ) {
        let path = format!("/sandbox/people/{person}/media");
        self.sandbox.post_form(&path, media, parts, fields);
    }

    /// Writes a message, and returns the bot's answer.
    pub(crate) fn say(&mut self, person: i64, text: &str) -> String {
        let lines = self.sandbox.wait(self.client(person).say(text)).unwrap();
        let said: String = lines.iter().map(ToString::to_string).collect();
        let _ = writeln!(self.transcript, "{}: {text}", Self::name(person));
        self.record(&said);
        said
    }

    /// Presses a button of the latest message, and returns the bot's answer.
    pub(crate) fn press(&mut self, person: i64, number: usize) -> String {
        let label = self.label(person, number);
        let (popup, lines) = self.sandbox.wait(self.client(person).press(number)).unwrap();
        let mut said: String = lines.iter().map(ToString::to_string).collect();
        if let Some(popup) = popup {
            said.insert_str(0, &format!("({popup})\n"));
        }
        let _ = writeln!(self.transcript, "{} presses [{label}]", Self::name(person));
        self.record(&said);
        said
    }

    /// Presses a button, and waits until a new or edited message contains these words.
    pub(crate) fn press_until(&mut self, person: i64, number: usize, words: &str) {
        let latest = self.latest(person);
        self.press_in(person, &latest, number, words);
    }

    /// As [`Self::press_until`] for the latest button whose label contains `label`. A notice with other buttons may arrive
    /// before it is pressed.
    pub(crate) fn press_labelled_until(&mut self, person: i64, label: &str, words: &str) {
        let chat = self.chat(person);
        let number = |message: &Value| labels(message).iter().position(|text| text.contains(label));
        let with_it = chat.iter().filter(|message| number(message).is_some());
        let latest = with_it.max_by_key(|message| message["change"].as_u64()).unwrap();
        self.press_in(person, latest, number(latest).unwrap() + 1, words);
    }

    fn press_in(&mut self, person: i64, message: &Value, number: usize, words: &str) {
        let label = labels(message)[number - 1].clone();
        let before = self.last_change(person);
        let pressed = json!({ "message_id": message["message_id"], "button": number });
        self.sandbox.post(&format!("/sandbox/people/{person}/press"), &pressed);
        let service = self.service.as_ref().unwrap();
        service.waits(words, || {
            let chat = self.chat(person);
            let text = |message: &Value| message["text"].as_str().unwrap_or_default().to_owned();
            let is_new = |message: &&Value| message["change"].as_u64() > before;
            chat.iter().filter(is_new).map(text).find(|text| text.contains(words))
        });
        self.wait_until_quiet(person);
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

    /// Waits until the chat is quiet, and asserts how many of its messages contain these words.
    pub(crate) fn assert_read(&self, person: i64, words: &str, times: usize) {
        let service = self.service.as_ref().unwrap();
        service.waits(words, || (self.count(person, words) >= times).then_some(()));
        self.wait_until_quiet(person);
        assert_eq!(self.count(person, words), times, "{words}");
    }

    /// How many messages of a person's chat contain these words.
    pub(crate) fn count(&self, person: i64, words: &str) -> usize {
        let chat = self.chat(person);
        let contains =
            |message: &&Value| message["text"].as_str().is_some_and(|text| text.contains(words));
        chat.iter().filter(contains).count()
    }

    /// Waits until the chat has not changed for half a second.
    pub(crate) fn wait_until_quiet(&self, person: i64) {
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

    /// Waits for a message that contains these words and that the person did not ask for.
    pub(crate) fn receives(&mut self, person: i64, words: &str) -> String {
        let service = self.service.as_ref().unwrap();
        let text = service.waits(words, || {
            let messages = self.chat(person);
            let text = |message: &Value| message["text"].as_str().unwrap_or_default().to_owned();
            messages.iter().rev().map(text).find(|text| text.contains(words))
        });
        let _ = writeln!(self.transcript, "{} receives:", Self::name(person));
        let last = self.chat(person).into_iter().rev().find(|message| message["text"] == text);
        self.record(&format!("{text}\n{}", buttons(last.as_ref().unwrap())));
        text
    }

    /// All messages of a person's private chat.
    pub(crate) fn chat(&self, person: i64) -> Vec<Value> {
        let chat = self.sandbox.get(&format!("/sandbox/people/{person}/messages"));
        chat.as_array().cloned().unwrap_or_default()
    }

    /// The message with buttons that changed last.
    fn latest(&self, person: i64) -> Value {
        let chat = self.chat(person);
        let with_buttons = chat.into_iter().filter(|message| message.get("reply_markup").is_some());
        with_buttons.max_by_key(|message| message["change"].as_u64()).unwrap()
    }

    fn label(&self, person: i64, number: usize) -> String {
        labels(&self.latest(person))[number - 1].clone()
    }

    fn record(&mut self, said: &str) {
        for line in said.lines() {
            let _ = writeln!(self.transcript, "    {line}");
        }
        self.transcript.push('\n');
    }

    /// The conversation, with dates and times replaced by fixed ones.
    pub(crate) fn transcript(&self) -> String {
        let by_day = |line: &str| {
            line.replace("] In 3 h", "] Tonight 20:00").replace("] Через 3 часа", "] Сегодня 20:00")
        };
        let fixed = |line: &str| {
            // Typed lines and button labels do not depend on the date.
            let is_from_bot = line.starts_with("    ") && !line.trim_start().starts_with('[');
            if is_from_bot { dateless(line) } else { by_day(line) }
        };
        let lines = self.transcript.lines().map(|line| fixed(line).trim_end().to_owned());
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// The buttons below a message, numbered.
fn labels(message: &Value) -> Vec<String> {
    let rows = message.pointer("/reply_markup/inline_keyboard").and_then(Value::as_array);
    let all = rows.into_iter().flatten().filter_map(Value::as_array).flatten();
    all.filter_map(|button| button["text"].as_str()).map(str::to_owned).collect()
}

fn buttons(message: &Value) -> String {
    let mut shown = String::new();
    for (number, label) in labels(message).iter().enumerate() {
        let _ = writeln!(shown, "  [{}] {label}", number + 1);
    }
    shown
}

/// A line with every date and time of day in place of the real ones.
fn dateless(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(start) = rest.find(|letter: char| letter.is_ascii_digit()) {
        let is_german = |date: &&str| {
            let numbers: Vec<_> = date.split('.').map(str::parse::<u16>).collect();
            matches!(numbers.as_slice(), [Ok(1..=31), Ok(1..=12), Ok(2_000..)])
        };
        if rest[start..].get(..10).as_ref().is_some_and(is_german) {
            out.push_str(&rest[..start]);
            out.push_str("04.05.2026");
            rest = &rest[start + 10..];
            continue;
        }
        let end = rest[start..]
            .find(|letter: char| !letter.is_ascii_digit() && letter != '-' && letter != ':')
            .map_or(rest.len(), |end| start + end);
        let run = &rest[start..end];
        out.push_str(&rest[..start]);
        let digits = run.bytes().filter(u8::is_ascii_digit).count();
        match (run.len(), digits) {
            (10, 8) if run.matches('-').count() == 2 => out.push_str("2026-05-04"),
            (5, 4) if run.contains(':') => out.push_str("09:00"),
            _ => out.push_str(run),
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

//! Diagnostics of the config; commands that need the config stop if it has errors.

use crate::world::{SECRET, TOKEN, World};

const CHANNEL: &str = "[channels.news]\nchat = \"@example_news\"\nlanguage = \"en\"\n";

/// The codes that `check` finds in a config, in their order.
fn codes(config: &str) -> Vec<String> {
    let codes = World::new().config(config).run("check --format json").never_panicked().codes();
    assert!(codes.iter().all(|(file, _)| file == "config/telepress.toml"), "{codes:?}");
    codes.into_iter().map(|(_, code)| code).collect()
}

/// Checks rows of lines and codes; `lines` come before each row.
#[track_caller]
fn check(lines: &str, rows: &[(&str, &[&str])]) {
    for (line, expected) in rows {
        assert_eq!(codes(&format!("{lines}{line}\n")), *expected, "{lines}{line}");
    }
}

#[test]
fn config_must_name_a_channel() {
    check(
        "",
        &[
            ("", &["missing-key"]),
            ("[channels]", &["missing-key"]),
            ("[channels.news]", &["missing-key", "missing-key"]),
            ("[channels.news]\nchat = -1001234567890\nlanguage = \"en\"", &[]),
            ("[channels.news]\nchat = \"-1001234567890\"\nlanguage = \"en\"", &[]),
            ("[channels.news]\nchat = \"news\"\nlanguage = \"en\"", &["bad-chat"]),
            ("[channels.news]\nchat = \"https://t.me/news\"\nlanguage = \"en\"", &["bad-chat"]),
            ("[channels.news]\nchat = \"@a b\"\nlanguage = \"en\"", &["bad-chat"]),
            ("[channels.news]\nchat = 1001234567890\nlanguage = \"en\"", &["bad-chat"]),
            ("[channels.news]\nchat = \"123456789\"\nlanguage = \"en\"", &["bad-chat"]),
            ("[channels.news]\nchat = -123456789\nlanguage = \"en\"", &[]),
            ("[channels.news]\nchat = 0\nlanguage = \"en\"", &["bad-chat"]),
            ("[channels.news]\nchat = true\nlanguage = \"en\"", &["wrong-type"]),
            ("[channels.News]\nchat = \"@example_news\"\nlanguage = \"en\"", &["bad-name"]),
            (
                "[channels.news]\nchat = \"@example_news\"\nlanguage = \"english!\"",
                &["bad-language"],
            ),
            ("channels = 5", &["wrong-type"]),
        ],
    );
}

#[test]
fn every_mistake_in_a_channel_has_its_code() {
    check(
        CHANNEL,
        &[
            ("", &[]),
            ("timezone = \"Mars/Olympus\"", &["bad-time-zone"]),
            ("timezone = \"\"", &["bad-time-zone"]),
            ("timezone = \"../../etc/passwd\"", &["bad-time-zone"]),
            ("timezone = 3", &["wrong-type"]),
            ("timezone = \"EST5EDT\"", &[]),
            ("style = \"nowhere\"", &["unknown-style"]),
            ("colour = \"red\"", &["unknown-key"]),
            ("[channels.b]\nchat = \"@example_news\"\nlanguage = \"ru\"", &["chat-taken"]),
            ("[channels.b]\nchat = \"@Example_News\"\nlanguage = \"ru\"", &["chat-taken"]),
            (
                "[channels.b]\nchat = \"@Example_News\"\ntopic = 1\nlanguage = \"ru\"",
                &["chat-taken"],
            ),
            ("[channels.b]\nchat = \"@Example_News\"\ntopic = 42\nlanguage = \"ru\"", &[]),
            (
                "topic = 42\n[channels.b]\nchat = \"@Example_News\"\ntopic = 42\nlanguage = \"ru\"",
                &["chat-taken"],
            ),
            ("topic = 0", &["bad-chat"]),
            ("topic = -42", &["bad-chat"]),
            ("topic = 99999999999", &["bad-chat"]),
            ("topic = \"42\"", &["wrong-type"]),
            ("[channels.b]\nchat = -123456789\ntopic = 42\nlanguage = \"ru\"", &["bad-chat"]),
            ("[channels.news]", &["duplicate-key"]),
            ("x = ", &["syntax"]),
        ],
    );
}

#[test]
fn every_mistake_in_a_style_has_its_code() {
    check(
        &format!("{CHANNEL}[styles.a]\n"),
        &[
            ("", &[]),
            ("bullet = \"\"", &["blank-text"]),
            ("heading = \"loud\"", &["bad-value"]),
            ("spacing = 2", &["wrong-type"]),
            ("layout = []", &["bad-layout"]),
            ("layout = [\"heading\", \"heading\"]", &["bad-layout"]),
            ("layout = [\"heading\", \"photo\"]", &["bad-value"]),
            ("part_mark = \"part\"", &["bad-value"]),
            ("part_mark = \"({n}/{sum})\"", &["bad-value"]),
            ("footer = \"text\"", &["wrong-type"]),
            ("footer = { en = \"[a](javascript:x)\" }", &["bad-link"]),
            ("read_more = { label = { en = \"\" } }", &["blank-text"]),
            ("read_more = { marker = \"\" }", &[]),
            ("hedding = \"bold\"", &["unknown-key"]),
        ],
    );
}

#[test]
fn slots_are_times_of_the_week() {
    check(
        CHANNEL,
        &[
            ("slots = [\"mon-fri 09:00\", \"sat,sun 12:00\", \"18:30\"]", &[]),
            ("slots = []", &[]),
            ("slots = [\"someday 09:00\"]", &["bad-value"]),
            ("slots = [\"mon\"]", &["bad-value"]),
            ("slots = \"mon 09:00\"", &["wrong-type"]),
        ],
    );
}

#[test]
fn operators_are_people_each_with_one_role() {
    let people = |list: &str| format!("[bot]\noperators = [{list}]");
    let named = |name: &str| format!("{{ id = 1, role = \"admin\", name = \"{name}\" }}");
    let rows = [
        (people(""), vec![]),
        (people("{ id = 111, role = \"admin\" }, { id = 222, role = \"editor\" }"), vec![]),
        (people("{ id = 0, role = \"admin\" }"), vec!["bad-value"]),
        (people("{ id = -1001, role = \"admin\" }"), vec!["bad-value"]),
        (people("{ id = \"@anna\", role = \"admin\" }"), vec!["wrong-type"]),
        (people("{ id = 111, role = \"owner\" }"), vec!["bad-value"]),
        (people("{ id = 111 }"), vec!["missing-key"]),
        (people("{ role = \"admin\" }"), vec!["missing-key"]),
        (people("{ id = 1, role = \"admin\" }, { id = 1, role = \"editor\" }"), vec!["bad-value"]),
        (people("{ id = 111, role = \"admin\", title = \"A\" }"), vec!["unknown-key"]),
        (people("{ id = 111, role = \"admin\", name = \"Анна П.\" }"), vec![]),
        (people("{ id = 111, role = \"admin\", name = \"\" }"), vec!["bad-value"]),
        (people("{ id = 111, role = \"admin\", name = \" A\" }"), vec!["bad-value"]),
        (people("{ id = 111, role = \"admin\", name = \"A\\nB\" }"), vec!["bad-value"]),
        (people("{ id = 111, role = \"admin\", name = \"A\\u202EB\" }"), vec!["bad-value"]),
        (people(&named(&"x".repeat(64))), vec![]),
        (people(&named(&"x".repeat(65))), vec!["bad-value"]),
        (people("{ id = 111, role = \"admin\", name = 5 }"), vec!["wrong-type"]),
        (
            people(&format!("{}, {{ id = 2, role = \"editor\", name = \"BO\" }}", named("Bo"))),
            vec!["bad-value"],
        ),
        ("[bot]\nalerts = -1001234567890".to_owned(), vec![]),
        ("[bot]\nalerts = 0".to_owned(), vec!["bad-value"]),
        ("[bot]\nalerts = \"@oncall\"".to_owned(), vec!["wrong-type"]),
        // Readers must not see alerts.
        (
            "[channels.other]\nchat = -1005\nlanguage = \"ru\"\n[bot]\nalerts = -1005".to_owned(),
            vec!["bad-value"],
        ),
    ];
    let rows: Vec<_> = rows.iter().map(|(text, codes)| (text.as_str(), codes.as_slice())).collect();
    check(CHANNEL, &rows);
}

#[test]
fn approvals_need_people_who_can_give_them() {
    let with = |count: &str, publishers: usize| {
        let people = (1..=publishers).map(|id| format!("{{ id = {id}, role = \"publisher\" }}"));
        let people: Vec<_> = people.collect();
        format!("[bot]\noperators = [{}]\n[schedule]\napprovals = {count}", people.join(", "))
    };
    let rows = [
        (with("0", 0), vec![]),
        (with("1", 2), vec![]),
        (with("2", 3), vec![]),
        (with("1", 1), vec!["bad-value"]),
        (with("2", 2), vec!["bad-value"]),
        (with("3", 9), vec!["bad-value"]),
        (with("-1", 9), vec!["bad-value"]),
        (with("\"1\"", 9), vec!["wrong-type"]),
    ];
    let rows: Vec<_> = rows.iter().map(|(text, codes)| (text.as_str(), codes.as_slice())).collect();
    check(CHANNEL, &rows);
}

#[test]
fn journal_address_and_durations_are_checked() {
    check(
        CHANNEL,
        &[
            ("[store]\nurl = \"sqlite:a.db\"", &[]),
            ("[store]\nurl = \"sqlite:/var/lib/telepress/a.db\"", &[]),
            ("[store]\nurl = \"a.db\"", &["bad-value"]),
            ("[store]\nurl = \"sqlite:postgres://bob:secret@h/n\"", &["bad-value"]),
            ("[store]\nurl = \"postgres://u@h/n?pass=secret\"", &["bad-value"]),
            ("[store]\nurl = \"postgres://u@h/n?sslmode=require&options[search_path]=a\"", &[]),
            ("[store]\nurl = \"sqlite::memory:\"", &["bad-value"]),
            ("[store]\nurl = \"sqlite:\"", &["bad-value"]),
            ("[store]\nurl = \"postgres://telepress@db.example.org/newsroom\"", &[]),
            ("[store]\nurl = \"postgresql:///newsroom?host=/run/postgresql\"", &[]),
            (
                "[store]\nurl = \"postgres://telepress:secret@db.example.org/newsroom\"",
                &["bad-value"],
            ),
            (
                "[store]\nurl = \"postgres://db.example.org/newsroom?password=secret\"",
                &["bad-value"],
            ),
            ("[store]\nurl = \"postgres://db.example.org\"", &["bad-value"]),
            ("[recovery]\nuncertain = \"probe\"\nstaging_chat = -1001234567890", &[]),
            ("[recovery]\nuncertain = \"guess\"", &["bad-value"]),
            ("[recovery]\nstaging_chat = \"@public\"", &["bad-chat"]),
            ("[recovery]\nquiet = \"3m\"\nsend_timeout = \"2m\"", &[]),
            ("[recovery]\nquiet = \"119s\"", &["too-hasty"]),
            ("[recovery]\nsend_timeout = \"10s\"", &["too-hasty"]),
            ("[pacing]\nchannel = \"3500ms\"\nbot = \"1s\"", &[]),
            ("[pacing]\nchannel = \"1s\"\nbot = \"0ms\"", &["too-hasty", "too-hasty"]),
            ("[schedule]\ngrace = \"0s\"\nmissed = \"skip\"", &[]),
            ("[schedule]\ngrace = \"1h 30m\"", &[]),
            ("[schedule]\ngrace = \"-15m\"", &["bad-value"]),
            ("[schedule]\ngrace = \"15\"", &["bad-value"]),
            ("[schedule]\ngrace = \"99999999999999h\"", &["bad-value"]),
            ("[schedule]\ngrace = \"32 days\"", &["bad-value"]),
            ("[schedule]\ngrace = 15", &["wrong-type"]),
        ],
    );
    check(
        &format!("{CHANNEL}[bot]\napi_url = \"http://127.0.0.1:8081\"\n"),
        &[
            ("[pacing]\nchannel = \"0ms\"", &["hasty-time"]),
            ("[recovery]\nquiet = \"1s\"", &["hasty-time"]),
        ],
    );
}

#[test]
fn api_url_is_checked() {
    check(
        &format!("{CHANNEL}[bot]\n"),
        &[
            ("api_url = \"https://bots.example.org\"", &[]),
            ("api_url = \"http://127.0.0.1:8081/\"", &[]),
            ("api_url = \"telegram\"", &["bad-value"]),
            ("api_url = \"file:///etc/passwd\"", &["bad-value"]),
            ("api_url = \"https://user:x@example.org\"", &["bad-value"]),
            ("api_url = \"https://example.org/?a=b\"", &["bad-value"]),
        ],
    );
}

#[test]
fn proxy_is_checked_and_its_password_is_not_repeated() {
    let bad = &["bad-value"][..];
    check(
        &format!("{CHANNEL}[bot]\n"),
        &[
            ("proxy = \"http://127.0.0.1:3128\"", &[]),
            ("proxy = \"https://proxy.example\"", &[]),
            ("proxy = \"socks5://[::1]:1080\"", &[]),
            ("proxy = \"socks5h://proxy.example/\"", &[]),
            ("proxy = \"127.0.0.1:1080\"", bad),
            ("proxy = \"socks4://127.0.0.1:1080\"", bad),
            ("proxy = \"http://\"", bad),
            ("proxy = \"socks5://:1080\"", bad),
            ("proxy = \"http://127.0.0.1:0\"", bad),
            ("proxy = \"http://127.0.0.1:70000\"", bad),
            ("proxy = \"http://127.0.0.1:3128/path\"", bad),
            ("proxy = \"http://bob@127.0.0.1:3128\"", bad),
            ("proxy = 1080", &["wrong-type"]),
        ],
    );
    for url in [
        "\"socks5://bob:hunter2@127.0.0.1:1080\"",
        "\"http://bob:123/hunter2@127.0.0.1:1080\"",
        "\"bob:hunter2@127.0.0.1:1080\"",
        "\"socks5://bob:hunter2\"",
        "'''\nsocks5://bob:\nhunter2@h'''",
        "socks5://bob:hunter2@h",
        "[\"bob:hunter2@h\"]",
    ] {
        let config = format!("{CHANNEL}[bot]\nproxy = {url}\n");
        let world = World::empty().config(&config).post("a", "heading = \"A\"\n");
        for command in ["check", "check --format json", "doctor", "render a", "publish a"] {
            let ran = world.run(command).exits(2);
            let shown = format!("{}{}", ran.stdout, ran.stderr);
            assert!(!shown.contains("hunter2"), "{command}: {ran}");
        }
    }
    let config = format!("{CHANNEL}[bot]\nproxy = \"http://bob:pw@h:1\"\n");
    let ran = World::empty().config(&config).run("check").exits(2);
    ran.shows("the proxy's address contains a user name or a password")
        .shows("a password comes from TELEPRESS_PROXY, never from this file");
}

#[test]
fn token_in_the_config_is_an_error_that_does_not_repeat_it() {
    for line in [
        format!("# {TOKEN}"),
        format!("[bot]\ntoken = \"{TOKEN}\""),
        format!("[bot]\napi_url = \"https://api.telegram.org/bot{TOKEN}\""),
        format!("chat_{TOKEN} = {TOKEN}"),
    ] {
        let world = World::new().config(&format!("{CHANNEL}{line}\n")).post("a", "heading = \"A\"");
        for command in
            ["check", "check --format json", "check --format github", "render a", "publish a"]
        {
            let ran = world.run(command).exits(2);
            let all = format!("{}{}", ran.stdout, ran.stderr);
            assert!(all.contains("token-in-file"), "{ran}");
            assert!(all.contains("TELEPRESS_TOKEN_FILE"), "{ran}");
            assert!(!all.contains(SECRET), "{command}: the token is shown\n{ran}");
        }
    }
}

#[test]
fn token_in_a_post_is_an_error_that_does_not_repeat_it() {
    let world = World::new().with_journal();
    let world = world.post("a", &format!("heading = \"A\"\ntext = \"{TOKEN}\"\n"));
    for command in ["check", "check --format json", "render a", "publish a"] {
        let ran = world.run(command).exits(1);
        let all = format!("{}{}", ran.stdout, ran.stderr);
        assert!(all.contains("token-in-file") && !all.contains(SECRET), "{command}\n{ran}");
    }
}

#[test]
fn every_command_that_needs_the_config_reports_its_errors() {
    let world = World::new()
        .config("channels.a = { chat = \"a\", language = \"en\" }")
        .post("a", "heading = \"A\"");
    for command in ["check", "render a", "publish a", "sandbox --port 0"] {
        let ran = world.run(command).exits(2);
        ran.says("config/telepress.toml has 1 error").says("fix the errors above");
    }
}

#[test]
fn missing_config_is_an_error_with_a_hint() {
    for command in ["check", "render a", "publish a"] {
        let ran = World::empty().run(command).exits(2);
        ran.says("config/telepress.toml: there is no such file").says("telepress init");
    }
    World::empty().run("check --format json").exits(2).prints("[]\n");
}

#[cfg(unix)]
#[test]
fn config_that_is_not_a_text_file_is_an_error_with_a_hint() {
    let world = World::empty()
        .file("latin1", b"# \xe9")
        .file("large", vec![b'#'; 1100 * 1024])
        .with("folder", |path| std::fs::create_dir(path).unwrap())
        .with("link", |path| std::os::unix::fs::symlink("latin1", path).unwrap())
        .with("pipe", |path| {
            assert_cmd::Command::new("mkfifo").arg(path).assert().success();
        });
    for (path, words) in [
        ("latin1", "not UTF-8"),
        ("large", "larger than 1 MiB"),
        ("folder", "this is a folder"),
        ("link", "this is a symbolic link"),
        ("pipe", "this is a pipe"),
        ("/dev/zero", "or a device"),
    ] {
        world.run(&format!("check --config {path}")).exits(2).says(words).says("--config");
    }
}

#[test]
fn posts_are_beside_the_configs_folder_in_any_working_folder() {
    let world = World::new()
        .post("a", "heading = \"A\"")
        .file("elsewhere/b.toml", "heading = \"B\"")
        .file("elsewhere/x/y", "");
    let far = "render a --config ../../config/telepress.toml";
    world.run_in("elsewhere/x", far).exits(0).prints("A\n");
    world.run_in("config", "render a --config telepress.toml").exits(0).prints("A\n");
    let absolute = world.path("config/telepress.toml");
    let absolute = format!("render a --config {}", absolute.display());
    world.run_in("elsewhere", &absolute).exits(0).prints("A\n");
    world.run("render b --posts elsewhere").exits(0).prints("B\n");
}

/// No command prints a password, wherever it is in the config.
#[test]
fn no_output_repeats_a_password_of_the_journal() {
    let password = "hunter-2/x?y#z";
    for url in [
        "\"postgres://bob:{}@db/news\"",
        "\"POSTGRESQL://bob:{}@db/news\"",
        "\"postgres:bob:{}@db/news\"",
        "\"postgres://bob:{}@db:port/news\"",
        "\"postgres://db/news?password={}\"",
        "\"postgres://db/news?p%61ssword={}\"",
        "\"host=db password='{}' user=bob\"",
        "\"mysql://bob:{}@db/news\"",
        "postgres://bob:{}@db/news",
        "\"postgres://bob:{}\\q@db/news\"",
        "\"sqlite:a.db\"\npassword = \"{}\"",
        "[\"postgres://bob:{}@db/news\"]",
    ] {
        let config = format!("{CHANNEL}[store]\nurl = {}\n", url.replace("{}", password));
        let world = World::empty().config(&config).post("a", "heading = \"A\"\n");
        for command in [
            "check",
            "check --format json",
            "check --format github",
            "render a",
            "status",
            "plan",
            "queue --format json",
            "doctor",
            "preview a --html out.html",
            "schedule a next",
        ] {
            let ran = world.run(command).exits(2);
            let shown = format!("{}{}", ran.stdout, ran.stderr);
            for part in [password, "hunter", "x?y", "y#z"] {
                assert!(!shown.contains(part), "{command}: {ran}");
            }
            assert!(shown.contains("telepress.toml"), "{command}: {ran}");
        }
        let place = world.run("check --format json").json()[0]["line"].clone();
        assert!(place.as_u64().unwrap() >= 3, "{place}");
    }
}

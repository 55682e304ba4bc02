//! The buttons of a post in every form of `render`.

use serde_json::{Value, json};

use crate::world::World;

const CONFIG: &str = "
    channels.english = { chat = \"@example_en\", language = \"en\" }
    channels.russian = { chat = \"@example_ru\", language = \"ru\" }
";

/// The keyboard of each message, by channel.
fn keyboards(world: &World) -> Vec<Vec<Value>> {
    let elements = world.run("render a --as json").exits(0).json();
    let of = |element: &Value| {
        let parts = element["parts"].as_array().unwrap().iter();
        parts.map(|part| part["params"]["reply_markup"]["inline_keyboard"].clone()).collect()
    };
    elements.as_array().unwrap().iter().map(of).collect()
}

/// The words of the buttons of a single message, in lines.
fn lines(post: &str) -> Vec<Vec<String>> {
    let world = World::new().post("a", post);
    let rows = keyboards(&world).remove(0).remove(0);
    let texts = |row: &Value| {
        row.as_array().unwrap().iter().map(|one| one["text"].as_str().unwrap().to_owned()).collect()
    };
    rows.as_array().unwrap().iter().map(texts).collect()
}

#[test]
fn row_joins_buttons_and_orders_lines() {
    for (rows, expected) in [
        (&["", "", ""][..], &[&["0"][..], &["1"], &["2"]][..]),
        (&["1", "1", "2"], &[&["0", "1"], &["2"]]),
        (&["2", "1", "2"], &[&["1"], &["0", "2"]]),
        (&["", "1", "", "1"], &[&["0"], &["1", "3"], &["2"]]),
        (&["2", "", "1"], &[&["2"], &["0"], &["1"]]),
        (&["1", "", "2"], &[&["0"], &["1"], &["2"]]),
        (&["5", "", "5", ""], &[&["0", "2"], &["1"], &["3"]]),
    ] {
        let button = |(number, row): (usize, &&str)| {
            let row = if row.is_empty() { String::new() } else { format!(", row = {row}") };
            format!("{{ text = \"{number}\", copy = \"c\"{row} }}")
        };
        let buttons: Vec<_> = rows.iter().enumerate().map(button).collect();
        let post = format!("heading = \"T\"\nbuttons = [{}]", buttons.join(", "));
        assert_eq!(lines(&post), expected, "{rows:?}");
    }
}

#[test]
fn buttons_are_below_the_last_message_in_telegrams_spelling() {
    let world = World::new().post(
        "a",
        &format!(
            "body = \"\"\"\n{}\n\"\"\"\n[[buttons]]\ntext = \"Open\"\nurl = \"https://EXAMPLE.org\"\n[[buttons]]\ntext = \"Copy\"\ncopy = \"A-1\"",
            "Some words of it. ".repeat(300)
        ),
    );
    let expected = json!([
        [{ "text": "Open", "url": "https://example.org/" }],
        [{ "text": "Copy", "copy_text": { "text": "A-1" } }],
    ]);
    assert_eq!(keyboards(&world), [[Value::Null, expected]]);
}

#[test]
fn buttons_of_an_edition_replace_the_shared_ones() {
    let world = World::new().config(CONFIG).post(
        "a",
        "[[buttons]]
         text = \"Shared\"
         copy = \"s\"
         [editions.en]
         heading = \"English\"
         [editions.ru]
         heading = \"По-русски\"
         [[editions.ru.buttons]]
         text = \"Своя\"
         copy = \"r\"",
    );
    let button =
        |text: &str, copy: &str| json!([[{ "text": text, "copy_text": { "text": copy } }]]);
    assert_eq!(keyboards(&world), [[button("Shared", "s")], [button("Своя", "r")]]);
}

#[test]
fn text_forms_show_only_the_text_and_say_so() {
    let world = World::new().post(
        "a",
        "heading = \"T\"\nbuttons = [{ text = \"Open\", url = \"https://example.org/\" }]",
    );
    for form in ["text", "html", "markdown", "markdown-v2"] {
        let ran = world.run(&format!("render a --as {form}")).exits(0);
        assert!(!ran.stdout.contains("Open") && ran.stderr.contains("buttons"), "{ran}");
    }
    for form in ["terminal", "json"] {
        let ran = world.run(&format!("render a --as {form}")).exits(0).shows("Open");
        assert!(!ran.stderr.contains("buttons"), "{ran}");
    }
}

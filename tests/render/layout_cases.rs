//! Every folder of `cases`: the real binary against expectations that were written by hand.

use std::path::Path;

use serde_json::{Value, json};

use crate::world::{World, project};

/// The names of the cases.
fn cases() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/render/cases");
    let entries = telepress::fs::walk(&folder).unwrap();
    entries
        .iter()
        .filter_map(|entry| entry.relative.strip_suffix("/post.toml"))
        .map(str::to_owned)
        .collect()
}

fn world(case: &str) -> World {
    let read = |file: &str| project(&format!("tests/render/cases/{case}/{file}"));
    World::empty().config(&read("telepress.toml")).post("case", &read("post.toml"))
}

/// The text and entities of each part for each channel, without the other parameters of the request.
fn rendered(world: &World) -> Value {
    let elements = world.run("render case --as json").exits(0).json();
    let part = |part: &Value| {
        assert_eq!(part["method"], "sendMessage");
        let params = &part["params"];
        json!({ "text": params["text"], "entities": params.get("entities").unwrap_or(&json!([])) })
    };
    let channel = |element: &Value| {
        let parts: Value = element["parts"].as_array().unwrap().iter().map(part).collect();
        (element["channel"].as_str().unwrap().to_owned(), parts)
    };
    elements.as_array().unwrap().iter().map(channel).collect()
}

/// Runs every case, and fails with the names of all that failed.
#[track_caller]
fn all(check: impl Fn(&str) -> Result<(), String>) {
    let cases = cases();
    assert!(cases.len() >= 20, "only {} cases", cases.len());
    let failures: Vec<_> = cases
        .iter()
        .filter_map(|case| check(case).err().map(|failure| format!("── {case}\n{failure}")))
        .collect();
    assert!(failures.is_empty(), "{} of {}\n{}", failures.len(), cases.len(), failures.join("\n"));
}

#[test]
fn every_case_becomes_the_text_and_the_entities_that_were_written_by_hand() {
    all(|case| {
        let expected: Value =
            serde_json::from_str(&project(&format!("tests/render/cases/{case}/expected.json")))
                .unwrap();
        let got = rendered(&world(case));
        if got == expected {
            return Ok(());
        }
        Err(format!("expected {expected:#}\ngot      {got:#}"))
    });
}

#[test]
fn as_text_shows_the_same_text_as_json() {
    all(|case| {
        let world = world(case);
        for (channel, parts) in rendered(&world).as_object().unwrap() {
            let text =
                world.run(&format!("render case --channel {channel} --as text")).exits(0).stdout;
            let parts = parts.as_array().unwrap();
            let body = |part: &Value| format!("{}\n", part["text"].as_str().unwrap());
            let expected = match parts.as_slice() {
                [only] => body(only),
                several => {
                    let total = several.len();
                    let head = |n| format!("── case · {channel} {n}/{total} ──\n");
                    let parts: Vec<_> =
                        (1..).zip(several).map(|(n, part)| head(n) + &body(part)).collect();
                    parts.concat()
                }
            };
            if text != expected {
                return Err(format!("{channel}: expected {expected:?}\ngot {text:?}"));
            }
        }
        Ok(())
    });
}

#[test]
fn measures_count_what_is_there() {
    all(|case| {
        let elements = world(case).run("render case --as json").json();
        for part in elements
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|element| element["parts"].as_array().unwrap())
        {
            let text = part["params"]["text"].as_str().unwrap();
            let entities = part["params"]["entities"].as_array().map_or(0, Vec::len);
            let expected = json!({
                "characters": text.chars().count(),
                "limit": 4096,
                "utf16": text.encode_utf16().count(),
                "entities": entities,
            });
            if part["measure"] != expected {
                return Err(format!("expected {expected}\ngot {}", part["measure"]));
            }
        }
        Ok(())
    });
}

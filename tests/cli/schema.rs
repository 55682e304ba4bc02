//! `telepress schema`: valid JSON Schema, which accepts what `check` accepts.

use serde_json::{Map, Value};

use crate::world::{World, project, sample, sample_posts};

fn schema(of: &str) -> Value {
    World::empty().run(&format!("schema {of}")).exits(0).json()
}

/// TOML as editors pass it to a schema: with dates as strings.
fn json(value: toml::Value) -> Value {
    match value {
        toml::Value::Datetime(time) => Value::String(time.to_string()),
        toml::Value::Array(items) => items.into_iter().map(json).collect(),
        toml::Value::Table(table) => {
            table.into_iter().map(|(key, value)| (key, json(value))).collect::<Map<_, _>>().into()
        }
        plain => serde_json::to_value(plain).unwrap(),
    }
}

fn takes(schema: &Value, text: &str) -> bool {
    let table: toml::Table = toml::from_str(text).unwrap();
    jsonschema::validator_for(schema).unwrap().is_valid(&json(table.into()))
}

#[test]
fn both_schemas_are_valid() {
    for of in ["post", "config"] {
        let schema = schema(of);
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(schema["$id"], format!("urn:telepress:{of}:{}", env!("CARGO_PKG_VERSION")));
        assert!(jsonschema::meta::is_valid(&schema), "{of}");
    }
    World::empty().run("schema").exits(0).prints(&World::empty().run("schema post").stdout);
}

#[test]
fn files_of_the_project_and_of_init_are_valid() {
    let (post, config) = (schema("post"), schema("config"));
    for id in sample_posts() {
        assert!(takes(&post, &sample(&id)), "{id}");
    }
    assert!(takes(&config, &project("config/telepress.toml")));
    assert!(takes(&post, &project("src/cli/init/first-post.toml")));
    assert!(takes(&config, &project("src/cli/init/telepress.toml")));
    for case in ["body", "two-editions", "another-layout", "expandable-quote"] {
        assert!(takes(&post, &project(&format!("tests/render/cases/{case}/post.toml"))), "{case}");
        assert!(
            takes(&config, &project(&format!("tests/render/cases/{case}/telepress.toml"))),
            "{case}"
        );
    }
}

#[test]
fn files_that_check_refuses_are_not_valid() {
    let (post, config) = (schema("post"), schema("config"));
    assert!(takes(&post, "heading = \"a\"\npublish_at = 2026-06-19T18:40:00+03:00"));
    assert!(takes(&post, "heading = \"a\"\npublish_at = 2026-12-01T09:00:00"));
    assert!(takes(&post, "heading = \"a\"\n[[media]]\nphoto = \"a.jpg\""));
    for text in [
        "heading = \"a\"\npublish_at = 2026-12-01",
        "heading = \"a\"\nhedding = \"b\"",
        "[editions.en]\nheading = \"a\"\ntogether = true",
        "heading = 1",
        "bullets = \"a\"",
        "overflow = \"cut\"",
        "lead = { marker = \"a\" }",
        "link_preview = \"on\"",
        "heading = \"a\"\n[[media]]\nname = \"a.pdf\"",
        "heading = \"a\"\n[[media]]\nphoto = \"a.jpg\"\nvideo = \"a.mp4\"",
        "heading = \"a\"\n[[buttons]]\ntext = \"a\"",
    ] {
        assert!(!takes(&post, text), "{text}");
    }
    for text in [
        "[store]\nurl = \"sqlite:a.db\"",
        "[channels.a]\nchat = \"@example\"",
        "[styles.a]\nheading = \"loud\"",
    ] {
        assert!(!takes(&config, text), "{text}");
    }
}

#[test]
fn every_key_has_a_description() {
    fn walk(value: &Value, path: &str) {
        if let Some(properties) = value.get("properties").and_then(Value::as_object) {
            for (key, property) in properties {
                assert!(property["description"].is_string(), "{path}.{key}");
                walk(property, &format!("{path}.{key}"));
            }
        }
        for below in ["items", "additionalProperties"] {
            if let Some(value) = value.get(below) {
                walk(value, path);
            }
        }
    }
    walk(&schema("post"), "post");
    walk(&schema("config"), "config");
}

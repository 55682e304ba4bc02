//! `--split`: as many messages as a text needs.

use serde_json::{Value, json};

use super::forms::convert;

fn paragraphs() -> String {
    let paragraph = "word ".repeat(300);
    (0..4).map(|number| format!("{number} {paragraph}")).collect::<Vec<_>>().join("\n\n")
}

#[test]
fn parts_are_cut_between_paragraphs() {
    let line = json!({ "text": paragraphs() }).to_string();
    let ran = convert("--from html --to text --split --jsonl", &line).exits(0);
    let parts = ran.json()["parts"].as_array().unwrap().clone();
    let starts: Vec<_> =
        parts.iter().map(|part| part["text"].as_str().unwrap().chars().next()).collect();
    assert_eq!(starts, [Some('0'), Some('2')]);
}

#[test]
fn a_text_that_fits_is_one_part() {
    convert("--from html --to html --split --jsonl", "{\"text\": \"<b>a</b>\"}")
        .exits(0)
        .prints("{\"parts\":[{\"text\":\"<b>a</b>\"}]}\n");
    convert("--from html --to html --split", "<b>a</b>").exits(0).prints("<b>a</b>\n");
}

#[test]
fn without_lines_the_parts_stand_below_one_another() {
    let ran = convert("--from html --to text --split", &paragraphs()).exits(0);
    ran.shows("── 1/2 ──\n0 word").shows("\n── 2/2 ──\n2 word");
}

#[test]
fn formatting_goes_on_in_the_next_part() {
    let html = json!({ "text": format!("<b>{}</b>", paragraphs()) }).to_string();
    let ran = convert("--from html --to entities --split --jsonl", &html).exits(0);
    let Value::Array(parts) = &ran.json()["parts"] else { panic!("{ran}") };
    for part in parts {
        let length = part["text"].as_str().unwrap().len();
        assert_eq!(part["entities"], json!([{ "type": "bold", "offset": 0, "length": length }]));
    }
}

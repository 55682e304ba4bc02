//! `--split`: several messages from a long text.

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
fn text_output_separates_parts_with_lines() {
    let ran = convert("--from html --to text --split", &paragraphs()).exits(0);
    ran.shows("── 1/2 ──\n0 word").shows("\n── 2/2 ──\n2 word");
}

#[test]
fn formatting_continues_in_the_next_converted_part() {
    let html = json!({ "text": format!("<b>{}</b>", paragraphs()) }).to_string();
    let ran = convert("--from html --to entities --split --jsonl", &html).exits(0);
    let Value::Array(parts) = &ran.json()["parts"] else { panic!("{ran}") };
    for part in parts {
        let length = part["text"].as_str().unwrap().len();
        assert_eq!(part["entities"], json!([{ "type": "bold", "offset": 0, "length": length }]));
    }
}

#[test]
fn text_that_telegram_would_refuse_is_warned_of() {
    let long = "a".repeat(5_000);
    convert("--from html --to html", &long)
        .exits(0)
        .says("warning: the text has 904 characters too many for one message")
        .says("use --split to make several messages");
    let bold = "<b>a</b> ".repeat(150);
    convert("--from html --to entities", bold.trim_end())
        .exits(0)
        .says("warning: the text has 50 pieces of formatting too many for one message");
    assert_eq!(convert("--from html --to html --split", bold.trim_end()).exits(0).stderr, "");
    // The request contains the markup; splitting cannot help if one link alone is too long.
    let link = |characters: &str| {
        let url = format!("https://a.b/?{}", characters.repeat(1_500));
        json!({ "type": "text_link", "offset": 0, "length": 2, "url": url })
    };
    let links: Vec<_> = (0..6)
        .map(|number| {
            let mut link = link("&");
            link["offset"] = json!(3 * number);
            link
        })
        .collect();
    let text = json!({ "text": "ab ".repeat(20), "entities": links }).to_string();
    convert("--from entities --to html --split", &text)
        .exits(0)
        .says("bytes too many for one message")
        .says("use --to entities, which needs no markup");
    assert_eq!(convert("--from html --to text", bold.trim_end()).exits(0).stderr, "");
    let signs = json!({ "text": "&".repeat(4_096), "entities": [] }).to_string();
    assert_eq!(convert("--from entities --to html", &signs).exits(0).stderr, "");
    let emoji: Vec<_> = (0..290)
        .map(|number| json!({ "type": "custom_emoji", "offset": number * 10, "length": 1, "custom_emoji_id": "5368324170671202286" }))
        .collect();
    let marked = json!({ "text": "&".repeat(4_096), "entities": emoji }).to_string();
    convert("--from entities --to html", &marked)
        .exits(0)
        .says("use --to entities, which needs no markup");
    let text = json!({ "text": "ab", "entities": [link("x".repeat(7).as_str())] }).to_string();
    convert("--from entities --to entities --split", &text)
        .exits(0)
        .says("bytes of formatting and links too many");
}

#[test]
fn refusal_names_its_part() {
    let text = format!("{}xx quote yy", "a ".repeat(2_500));
    let quote = json!({ "type": "blockquote", "offset": 5_003, "length": 5 });
    let text = json!({ "text": text, "entities": [quote] }).to_string();
    convert("--from entities --to markdown-v2 --split", &text)
        .exits(1)
        .says("error: part 2 of 2: MarkdownV2 cannot express the blockquote entity");
}

#[test]
fn detect_has_an_effect_only_with_entities() {
    convert("--from html --to text --detect", "#a")
        .exits(0)
        .says("--detect has an effect only with --to entities");
}

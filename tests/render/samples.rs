//! The sample posts: the press statement line for line, and every post in every format.

use serde_json::Value;

use crate::world::{World, project, sample_posts};

#[test]
fn the_press_post_is_the_seed_line_for_line() {
    let world = World::samples();
    for language in ["en", "ru"] {
        let command = format!("render russia-dprk-statement --channel world-{language} --as text");
        world.run(&command).exits(0).prints(&project(&format!("tests/fixtures/{language}.txt")));
    }
}

/// The words of a channel's entities of one kind, in order.
fn words(channel: &str, kind: &str) -> Vec<String> {
    let command = format!("render russia-dprk-statement --channel {channel} --as json");
    let params = &World::samples().run(&command).exits(0).json()[0]["parts"][0]["params"];
    let units: Vec<u16> = params["text"].as_str().unwrap().encode_utf16().collect();
    let number = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    let entities = params["entities"].as_array().unwrap().iter();
    let ours = entities.filter(|entity| entity["type"] == kind).map(|entity| {
        let start = number(&entity["offset"]);
        String::from_utf16(&units[start..start + number(&entity["length"])]).unwrap()
    });
    ours.collect()
}

#[test]
fn heading_title_and_stressed_phrases_are_bold_up_to_the_seeds_stray_spaces() {
    let english = words("world-en", "bold");
    assert!(
        english[0].starts_with("Statement by Russian") && english[0].ends_with("June 19, 2024)")
    );
    assert_eq!(english[1], "Main points:");
    for end in [
        "a Comprehensive Strategic Partnership was signed",
        "further most active development of cooperation",
        "just and democratic multipolar world order",
        "the language of blackmail and dictatorship",
        "on a sovereign and independent basis",
    ] {
        assert!(english.iter().any(|bold| bold.ends_with(end)), "{end}: {english:#?}");
    }
    let russian = words("world-ru", "bold");
    assert!(russian[0].starts_with("Заявление Президента") && russian[0].ends_with("2024 года)"));
    assert_eq!((russian[1].as_str(), russian.len()), ("Основные тезисы:", english.len()));
}

#[test]
fn read_more_line_is_a_link_after_its_marker() {
    assert_eq!(words("world-en", "text_link"), ["Read in full"]);
    assert_eq!(words("world-ru", "text_link"), ["Читайте полностью"]);
}

#[test]
fn every_sample_post_passes_its_check_without_a_warning() {
    World::samples().run("check --deny-warnings").exits(0).prints("").says("no problems");
}

#[test]
fn every_sample_post_has_its_form() {
    let world = World::samples();
    for id in sample_posts() {
        for form in ["text", "json", "terminal"] {
            let ran = world.run(&format!("render {id} --as {form}")).exits(0);
            insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "snapshots", omit_expression => true }, {
                insta::assert_snapshot!(format!("{}.{form}", id.replace('/', "-")), ran.stdout);
            });
        }
    }
}

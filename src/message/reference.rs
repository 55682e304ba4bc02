//! What a request leaves open until the messages of other posts are known: the addresses of links to them, and the message
//! that is answered. It looks nothing up.

use serde_json::{Value, json};

use crate::text::post_link;

/// Another post that a request refers to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reference {
    /// A link in the text leads to the post with this id.
    Link(String),
    /// The message answers the post with this id.
    Reply(String),
}

impl Reference {
    /// The id of the post.
    #[must_use]
    pub fn post(&self) -> &str {
        match self {
            Self::Link(post) | Self::Reply(post) => post,
        }
    }
}

/// The posts that a request refers to, each once.
#[must_use]
pub fn references(params: &Value) -> Vec<Reference> {
    let answered = params.pointer("/reply_parameters/post").and_then(Value::as_str);
    let entities = params.get("entities").and_then(Value::as_array);
    let links = entities.into_iter().flatten().filter_map(linked);
    let mut all: Vec<_> = links.map(|post| Reference::Link(post.to_owned())).collect();
    all.extend(answered.map(|post| Reference::Reply(post.to_owned())));
    all.sort();
    all.dedup();
    all
}

/// The parameters with the places filled in: `address` gives the address of a linked post, `message` the id of an answered
/// one.
///
/// # Errors
/// The first post of which nothing is known yet.
pub fn fill(
    params: &Value,
    address: impl Fn(&str) -> Option<String>,
    message: impl Fn(&str) -> Option<i64>,
) -> Result<Value, String> {
    let mut filled = params.clone();
    if let Some(reply) = filled.get_mut("reply_parameters")
        && let Some(post) = reply.get("post").and_then(Value::as_str)
    {
        let message_id = message(post).ok_or_else(|| post.to_owned())?;
        *reply = json!({ "message_id": message_id });
    }
    for entity in filled.get_mut("entities").and_then(Value::as_array_mut).into_iter().flatten() {
        let Some(post) = linked(entity) else { continue };
        let address = address(post).ok_or_else(|| post.to_owned())?;
        if let Some(url) = entity.get_mut("url") {
            *url = address.into();
        }
    }
    Ok(filled)
}

/// The post whose address an entity leaves open.
fn linked(entity: &Value) -> Option<&str> {
    post_link::post_of(entity.get("url")?.as_str()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(url: &str) -> Value {
        json!({ "type": "text_link", "offset": 0, "length": 4, "url": url })
    }

    #[test]
    fn every_place_is_filled_or_the_post_that_lacks_is_named() {
        let place = post_link::place("2024/summit").unwrap();
        let params = json!({
            "text": "here and there",
            "entities": [link(&place), { "type": "bold", "offset": 5, "length": 3 }, link("https://example.org/")],
            "reply_parameters": { "post": "first" },
        });
        assert_eq!(
            references(&params),
            [Reference::Link("2024/summit".into()), Reference::Reply("first".into())]
        );
        let address = |post: &str| (post == "2024/summit").then(|| "https://t.me/a/7".to_owned());
        let filled = fill(&params, address, |post| (post == "first").then_some(3)).unwrap();
        assert_eq!(
            filled,
            json!({
                "text": "here and there",
                "entities": [link("https://t.me/a/7"), { "type": "bold", "offset": 5, "length": 3 }, link("https://example.org/")],
                "reply_parameters": { "message_id": 3 },
            })
        );
        assert_eq!(references(&filled), []);
        assert_eq!(fill(&params, address, |_| None), Err("first".to_owned()));
        assert_eq!(fill(&params, |_| None, |_| Some(3)), Err("2024/summit".to_owned()));
    }
}

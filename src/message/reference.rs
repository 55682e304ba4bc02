//! References of a request to other posts: links and replies whose placeholders are filled in when the messages are known. This
//! module looks up nothing.

use telegram_text::{EntityKind, post_link};

use super::rich::{Block, Style};
use super::{Content, ReplyParameters, Request};

/// Another post that a request refers to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reference {
    /// A link in the text to the post with this id.
    Link(String),
    /// A reply to the post with this id.
    Reply(String),
}

/// The first referenced post that has no known message yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingReference(pub String);

impl Reference {
    /// The id of the post.
    #[must_use]
    pub fn post(&self) -> &str {
        match self {
            Self::Link(post) | Self::Reply(post) => post,
        }
    }
}

impl Request {
    /// The referenced posts, without duplicates.
    #[must_use]
    pub fn references(&self) -> Vec<Reference> {
        let text = self.text();
        let links = text.entities.iter().filter_map(|entity| linked(&entity.kind));
        let mut all: Vec<_> = links.map(|post| Reference::Link(post.to_owned())).collect();
        if let Some(Content::Rich(content)) = self.content() {
            Block::each(&content.rich_message.blocks, &mut |block| {
                for text in block.texts() {
                    text.each_style(&mut |style| {
                        all.extend(linked_by(style).map(|post| Reference::Link(post.to_owned())));
                    });
                }
            });
        }
        if let Some(ReplyParameters::Post { post }) = self.reply() {
            all.push(Reference::Reply(post.clone()));
        }
        all.sort();
        all.dedup();
        all
    }

    /// The request with its placeholders filled in. `address` returns the address of a linked post, `message` the message id
    /// of a post that is replied to.
    ///
    /// # Errors
    /// The first post that has no known message yet.
    pub fn filled(
        &self,
        address: impl Fn(&str) -> Option<String>,
        message: impl Fn(&str) -> Option<i64>,
    ) -> Result<Self, MissingReference> {
        let missing = |post: &str| MissingReference(post.to_owned());
        let mut filled = self.clone();
        if let Some(options) = filled.send_options_mut()
            && let Some(reply) = &mut options.reply_parameters
            && let ReplyParameters::Post { post } = &*reply
        {
            let message_id = message(post).ok_or_else(|| missing(post))?;
            *reply = ReplyParameters::Message { message_id };
        }
        for entity in filled.entities_mut() {
            let Some(post) = linked(&entity.kind) else { continue };
            let url = address(post).ok_or_else(|| missing(post))?;
            entity.kind = EntityKind::TextLink { url };
        }
        let mut lacking = None;
        Block::each_text_mut(filled.blocks_mut(), &mut |text| {
            text.each_style_mut(&mut |style| {
                let Some(post) = linked_by(style) else { return };
                match address(post) {
                    Some(url) => *style = Style::Url { url },
                    None => lacking = lacking.take().or_else(|| Some(missing(post))),
                }
            });
        });
        lacking.map_or(Ok(filled), Err)
    }
}

fn linked_by(style: &Style) -> Option<&str> {
    match style {
        Style::Url { url } => post_link::post_of(url),
        _ => None,
    }
}

/// The post in the placeholder of a link.
fn linked(kind: &EntityKind) -> Option<&str> {
    match kind {
        EntityKind::TextLink { url } => post_link::post_of(url),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{SendMessage, SendOptions, TextContent};
    use telegram_text::Entity;

    fn request(link: &str, reply: ReplyParameters) -> Request {
        Request::SendMessage(SendMessage {
            content: TextContent {
                text: "here and there".to_owned(),
                entities: vec![
                    Entity::new(EntityKind::TextLink { url: link.to_owned() }, 0, 4),
                    Entity::new(EntityKind::Bold, 5, 3),
                    Entity::new(EntityKind::TextLink { url: "https://example.org/".into() }, 9, 5),
                ],
                ..TextContent::default()
            },
            options: SendOptions { reply_parameters: Some(reply), ..SendOptions::default() },
        })
    }

    #[test]
    fn every_placeholder_is_filled_or_the_missing_post_is_reported() {
        let place = post_link::placeholder("2024/summit").unwrap();
        let open = request(&place, ReplyParameters::Post { post: "first".into() });
        assert_eq!(
            open.references(),
            [Reference::Link("2024/summit".into()), Reference::Reply("first".into())]
        );
        let address = |post: &str| (post == "2024/summit").then(|| "https://t.me/a/7".to_owned());
        let filled = open.filled(address, |post| (post == "first").then_some(3)).unwrap();
        assert_eq!(filled, request("https://t.me/a/7", ReplyParameters::Message { message_id: 3 }));
        assert_eq!(filled.references(), []);
        let missing = |post: &str| Err(MissingReference(post.to_owned()));
        assert_eq!(open.filled(address, |_| None), missing("first"));
        assert_eq!(open.filled(|_| None, |_| Some(3)), missing("2024/summit"));
    }
}

//! The keys of a post file, each described once; what they say together is judged elsewhere.

use crate::key::value::{
    Body, ChannelName, CodeText, Hashtag, Language, Marker, Markup, Plain, Url,
};
use crate::key::{Item, NameMap, Named, OrTable, SpannedDatetime, string_enum, table};

table! {
    /// A post: what is common to its editions, and the editions. The keys of an edition may stand here too when the
    /// post has one language.
    pub struct RawPost<'i> {
        /// Names from the config's `[channels]` that get the post.
        channels: Item<Vec<ChannelName<'i>>> = "every channel whose language the post has";
        /// The language of a post without editions; needed only where the channels speak more than one.
        language: Language<'i> = "the channels' language, where they have one in common";
        /// No edition goes out unless all of them may: each is finished, approved, and its channel open.
        together: Item<bool> = "false";
        /// One edition for each language: `[editions.en]`.
        editions: NameMap<'i, Item<RawEdition<'i>>> = "none";
        ..edition: RawEdition<'i>;
    }
}

table! {
    /// What the readers of one language get. The keys of a section may stand here directly: they are one untitled
    /// section before the others.
    pub struct RawEdition<'i> {
        /// One or more emoji in front of the heading, as typed, outside its style.
        marker: Marker<'i> = "none";
        /// The heading.
        heading: Markup<'i> = "none";
        /// The text below the heading: a string, or a table when it has a marker.
        lead: OrTable<Markup<'i>, RawLead<'i>> = "none";
        /// The sections in order.
        sections: Item<Vec<Item<RawSection<'i>>>> = "none";
        /// Free form in place of sections: Markdown with paragraphs, lists, quotes, headings and code fences.
        body: Body<'i> = "none";
        /// The link to the whole text: the URL, or a table with a label of its own.
        read_more: OrTable<Url<'i>, RawReadMore<'i>> = "none";
        ..blocks: RawBlocks<'i>;
        ..options: RawOptions<'i>;
    }
}

impl<'i> Named<'i> for Item<RawEdition<'i>> {
    const NAME: &'static str = "language";
}

table! {
    /// What may stand at the top and in an edition. In an edition it stands for what the top says; hashtags are added
    /// to those of the top.
    pub struct RawOptions<'i> {
        /// When it goes out: an offset date-time, or a local one in the channels' time zone.
        publish_at: SpannedDatetime = "published by hand";
        /// A draft is checked and previewed, never published.
        draft: Item<bool> = "false";
        /// Hashtags without `#`.
        hashtags: Item<Vec<Hashtag<'i>>> = "none";
        /// Printed after the last hashtag and a space.
        hashtag_suffix: Plain<'i> = "none";
        /// No notification on the readers' side.
        silent: Item<bool> = "false";
        /// No forwarding and no saving.
        protect: Item<bool> = "false";
        /// Its first message is pinned in the channel.
        pin: Item<bool> = "false";
        /// The id of another post of the same channel, which it answers.
        reply_to: Plain<'i> = "none";
        /// What happens past 4,096 characters: several messages, or an error.
        overflow: Item<Overflow> = "\"split\"";
        /// The preview of a link: `"off"`, or a table.
        link_preview: OrTable<Item<NoPreview>, RawLinkPreview<'i>> = "Telegram decides";
    }
}

table! {
    /// One section: a title, and below it texts, a quote, bullets, numbered items and code, shown in this order.
    pub struct RawSection<'i> {
        /// The title.
        title: Markup<'i> = "none";
        ..blocks: RawBlocks<'i>;
    }
}

table! {
    /// The contents of a section.
    pub struct RawBlocks<'i> {
        /// Paragraphs, with a blank line between them.
        text: Markup<'i> = "none";
        /// A quotation: a string, or a table when it can be expanded.
        quote: OrTable<Markup<'i>, RawQuote<'i>> = "none";
        /// Bulleted items.
        bullets: Item<Vec<Markup<'i>>> = "none";
        /// Numbered items.
        numbered: Item<Vec<Markup<'i>>> = "none";
        /// A block of code: a string, or a table that names its language.
        code: OrTable<CodeText<'i>, RawCode<'i>> = "none";
    }
}

table! {
    /// A lead with a marker.
    pub struct RawLead<'i> {
        /// One or more emoji in front of the text, as typed.
        marker: Marker<'i> = "none";
        /// The text.
        text: Markup<'i> = "must be there";
    }
}

table! {
    /// A quotation.
    pub struct RawQuote<'i> {
        /// What is quoted.
        text: Markup<'i> = "must be there";
        /// Folded until a reader opens it.
        expandable: Item<bool> = "false";
    }
}

table! {
    /// A block of code.
    pub struct RawCode<'i> {
        /// The code.
        text: CodeText<'i> = "must be there";
        /// The programming language, for its colours.
        language: Plain<'i> = "none";
    }
}

table! {
    /// A read-more link with a label of its own.
    pub struct RawReadMore<'i> {
        /// Where it leads.
        url: Url<'i> = "must be there";
        /// Its words.
        label: Markup<'i> = "the channel style's label in the edition's language";
    }
}

table! {
    /// The preview of a link below, or above, the text.
    pub struct RawLinkPreview<'i> {
        /// The link that is previewed.
        url: Url<'i> = "the first link of the text";
        /// How large the picture is; needs `url`.
        size: Item<PreviewSize> = "Telegram decides";
        /// The preview stands above the text.
        above_text: Item<bool> = "false";
    }
}

string_enum! {
    /// What happens past the limit of one message.
    pub enum Overflow {
        /// The post becomes several messages.
        Split = "split",
        /// The post is refused.
        Error = "error",
    }
}

string_enum! {
    /// The short form of `link_preview`.
    pub enum NoPreview {
        /// No preview.
        Off = "off",
    }
}

string_enum! {
    /// The size of a preview's picture.
    pub enum PreviewSize {
        /// Small.
        Small = "small",
        /// Large.
        Large = "large",
    }
}

#[cfg(test)]
mod tests {
    use super::RawPost;
    use crate::key::Record;
    use crate::schema::reference;

    /// What stands above the tables of `docs/posts.md`.
    const INTRODUCTION: &str = include_str!("reference.md");

    #[test]
    fn the_reference_says_what_the_reader_reads() {
        reference::assert_current(
            "posts.md",
            &reference::page(INTRODUCTION, "The top of the file", RawPost::TABLE),
        );
    }
}

//! The keys of a post file, each declared once. `post::check` validates the values.

use crate::config::Format;
use crate::key::value::{
    Body, ChannelName, CodeText, FilePath, Hashtag, Language, Marker, Markup, Plain, PollText,
    Slot, Url,
};
use crate::key::{Item, NameMap, Named, OrTable, SpannedDatetime, string_enum, table};

table! {
    /// A post: the keys that its editions share, and the editions. A post in one language may have an edition's keys
    /// here.
    pub struct RawPost<'i> {
        /// The channels of the config that receive the post.
        channels: Item<Vec<ChannelName<'i>>> = "every channel whose language the post has";
        /// The language of a post without editions; needed only if the channels use more than one.
        language: Language<'i> = "the channels' common language";
        /// The post is published repeatedly, on these days and at these times: `mon 09:00`, `mon-fri 18:30`, or `12:00` for every day.
        repeat: Item<Vec<Slot<'i>>> = "published once";
        /// The end of `repeat`: a date, which is included, or a date-time; only with `repeat`.
        repeat_until: SpannedDatetime = "no end";
        /// No edition is published unless all of them can be: each is valid and approved, and its channel is not paused.
        together: Item<bool> = "false";
        /// One edition for each language: `[editions.en]`.
        editions: NameMap<'i, Item<RawEdition<'i>>> = "none";
        ..edition: RawEdition<'i>;
    }
}

table! {
    /// A post in one language. The keys of a section may be set here too: they form a section without a title before the
    /// others.
    pub struct RawEdition<'i> {
        /// One or more emoji before the heading, as typed; the heading's formatting does not apply to them.
        marker: Marker<'i> = "none";
        /// The heading.
        heading: Markup<'i> = "none";
        /// The text below the heading: a string, or a table if it has a marker.
        lead: OrTable<Markup<'i>, RawLead<'i>> = "none";
        /// The sections in order.
        sections: Item<Vec<Item<RawSection<'i>>>> = "none";
        /// Free text instead of sections: Markdown with paragraphs, lists, quotes, headings and code blocks; in a rich message also tables,
        /// details, pictures and footnotes.
        body: Body<'i> = "none";
        /// The link to the full text: the URL, or a table with a label of its own.
        read_more: OrTable<Url<'i>, RawReadMore<'i>> = "none";
        ..blocks: RawBlocks<'i>;
        ..options: RawOptions<'i>;
    }
}

impl<'i> Named<'i> for Item<RawEdition<'i>> {
    const NAME: &'static str = "language";
}

table! {
    /// Keys that may be set at the top and in an edition. A value in an edition replaces the one at the top; hashtags are
    /// added to those at the top.
    pub struct RawOptions<'i> {
        /// The publication time: an offset date-time, or a local one in the channels' time zone.
        publish_at: SpannedDatetime = "published by hand";
        /// A draft is checked and previewed, never published.
        draft: Item<bool> = "false";
        /// Hashtags without `#`.
        hashtags: Item<Vec<Hashtag<'i>>> = "none";
        /// Text added after the last hashtag, with a space before it.
        hashtag_suffix: Plain<'i> = "none";
        /// Readers get no notification. Without it every message of a split text causes one, but not those that follow media, nor a poll
        /// that follows another message.
        silent: Item<bool> = "false";
        /// Readers can neither forward nor save it.
        protect: Item<bool> = "false";
        /// Joins the lines of each paragraph in `body`, for texts with hard-wrapped lines. Two spaces or a backslash at the end
        /// of a line keep the line break.
        reflow: Item<bool> = "false";
        /// The post's first message is pinned in the channel.
        pin: Item<bool> = "false";
        /// When the post is unpinned: an offset date-time, or a local one in the channels' time zone; only with `pin`.
        unpin_at: SpannedDatetime = "it stays pinned";
        /// When the post is deleted with its comments: an offset date-time, or a local one in the channels' time zone; less than 47 hours
        /// after sending, because a bot cannot delete older messages.
        delete_at: SpannedDatetime = "it stays";
        /// The id of the post in the same channel to which this post replies.
        reply_to: Plain<'i> = "none";
        /// What happens to a text of more than 4,096 characters, or of more than 1,024 below media. `split`: several messages;
        /// with media, the first part is the caption. `separate`: media without a caption, then the text. `error`: the post is refused.
        overflow: Item<Overflow> = "\"split\"";
        /// The kind of message that the post becomes: texts and media with captions (`"classic"`), or one message made of blocks
        /// (`"rich"`).
        format: Item<Format> = "that of the channel";
        /// The link preview: `"off"`, or a table.
        link_preview: OrTable<Item<LinkPreviewOff>, RawLinkPreview<'i>> = "Telegram decides";
        /// The buttons below the last text or media message of the post. The list of an edition replaces the one at the top; `[]`
        /// means none.
        buttons: Item<Vec<Item<RawButton<'i>>>> = "none";
        /// A poll: a message of its own after the text. A post may consist of a poll alone.
        poll: Item<RawPoll<'i>> = "none";
        /// Comments below the post in the channel's discussion group, in order. The list of an edition replaces the one at the top;
        /// `[]` means none.
        comments: Item<Vec<Item<RawComment<'i>>>> = "none";
        /// Pictures, videos, music or files: one, or 2 to 10 as an album. The text is their caption. The list of an
        /// edition replaces the one at the top; `[]` means none.
        media: Item<Vec<Item<RawMedia<'i>>>> = "none";
        /// The caption is shown above the media. Only photos, videos and animations can have it there.
        caption_above: Item<bool> = "false";
    }
}

table! {
    /// A button. It opens a page or copies a text: it has either `url` or `copy`.
    pub struct RawButton<'i> {
        /// The words on it.
        text: Plain<'i> = required;
        /// The address that it opens.
        url: Url<'i> = one_of_these;
        /// The text that it copies to the reader's clipboard, at most 256 characters.
        copy: Plain<'i> = one_of_these;
        /// The number of its line, from 1 to 100: buttons with the same number share a line, and the lines are in ascending order.
        row: Item<i64> = "a line of its own, below the previous button";
    }
}

table! {
    /// A poll. It is anonymous, and cannot be edited after it is sent.
    pub struct RawPoll<'i> {
        /// The question: 1 to 300 characters without formatting.
        question: PollText<'i> = required;
        /// 2 to 12 different options: 1 to 100 characters each, without formatting.
        options: Item<Vec<PollText<'i>>> = required;
        /// Readers may choose several options; not in a quiz.
        multiple: Item<bool> = "false";
        /// Makes it a quiz, in which one option is right.
        quiz: Item<RawQuiz<'i>> = "none";
        /// When it closes: an offset date-time, or a local one in the channels' time zone; 5 to 2,628,000 seconds after sending.
        closes_at: SpannedDatetime = "open until somebody closes it";
    }
}

table! {
    /// A comment: a message in the channel's discussion group that replies to the post.
    pub struct RawComment<'i> {
        /// The text: Markdown as in the `body` of a post, up to 4,096 characters.
        body: Body<'i> = required;
    }
}

table! {
    /// A quiz.
    pub struct RawQuiz<'i> {
        /// The right option, as in `options`.
        correct: PollText<'i> = required;
        /// Shown after a wrong answer: at most 200 characters and 2 line breaks.
        explanation: Markup<'i> = "none";
    }
}

table! {
    /// One file of a post. Exactly one of `photo`, `video`, `animation`, `audio` and `document` names it, by its path relative
    /// to the folder of the post's file.
    pub struct RawMedia<'i> {
        /// A JPEG or PNG of up to 10 MB. Telegram makes it smaller and stores it as JPEG.
        photo: FilePath<'i> = one_of_these;
        /// An MP4 (H.264) with sound, up to 50 MB.
        video: FilePath<'i> = one_of_these;
        /// A GIF, or an MP4 without sound, up to 50 MB. It starts by itself and repeats.
        animation: FilePath<'i> = one_of_these;
        /// An MP3 or M4A of up to 50 MB, for Telegram's music player.
        audio: FilePath<'i> = one_of_these;
        /// Any file of up to 50 MB. Readers download it unchanged.
        document: FilePath<'i> = one_of_these;
        /// Blurred until a reader taps it; for photos, videos and animations.
        spoiler: Item<bool> = "false";
        /// The file name that readers see, of a document or audio.
        name: Plain<'i> = "the file's own";
        /// The preview of a video, animation, audio or document: a JPEG of up to 320 × 320 pixels and 200 kB.
        thumbnail: FilePath<'i> = "none";
        /// The title of audio.
        title: Plain<'i> = "the file's tag";
        /// The performer of audio.
        performer: Plain<'i> = "the file's tag";
    }
}

table! {
    /// One section: a title, then text, a quote, bullets, numbered items and code, in this order.
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
        /// A quote: a string, or a table if it is expandable.
        quote: OrTable<Markup<'i>, RawQuote<'i>> = "none";
        /// Bulleted items.
        bullets: Item<Vec<Markup<'i>>> = "none";
        /// Numbered items.
        numbered: Item<Vec<Markup<'i>>> = "none";
        /// A code block: a string, or a table with its language.
        code: OrTable<CodeText<'i>, RawCode<'i>> = "none";
    }
}

table! {
    /// A lead with a marker.
    pub struct RawLead<'i> {
        /// One or more emoji before the text, as typed.
        marker: Marker<'i> = "none";
        /// The text.
        text: Markup<'i> = required;
    }
}

table! {
    /// A quote.
    pub struct RawQuote<'i> {
        /// The quoted text.
        text: Markup<'i> = required;
        /// Collapsed until a reader expands it.
        expandable: Item<bool> = "false";
    }
}

table! {
    /// A code block.
    pub struct RawCode<'i> {
        /// The code.
        text: CodeText<'i> = required;
        /// The programming language, for syntax highlighting.
        language: Plain<'i> = "none";
    }
}

table! {
    /// A read-more link with a label of its own.
    pub struct RawReadMore<'i> {
        /// The URL.
        url: Url<'i> = required;
        /// The link text.
        label: Markup<'i> = "the channel style's label in the edition's language";
    }
}

table! {
    /// The link preview below or above the text.
    pub struct RawLinkPreview<'i> {
        /// The URL of the preview.
        url: Url<'i> = "the first link of the text";
        /// The size of the picture; needs `url`.
        size: Item<PreviewSize> = "Telegram decides";
        /// The preview is shown above the text.
        above_text: Item<bool> = "false";
    }
}

string_enum! {
    /// What happens to a text that is too long for one message.
    pub enum Overflow {
        /// The post becomes several messages.
        Split = "split",
        /// The media is sent without a caption, and the whole text after it.
        Separate = "separate",
        /// The post is refused.
        Error = "error",
    }
}

string_enum! {
    /// The short form of `link_preview`.
    pub enum LinkPreviewOff {
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

    /// The text above the tables of `docs/posts.md`.
    const INTRODUCTION: &str = include_str!("reference.md");

    #[test]
    fn reference_is_generated_from_the_keys() {
        reference::assert_current(
            "posts.md",
            &reference::page(INTRODUCTION, "The top of the file", RawPost::TABLE),
        );
    }
}

//! The keys of the config file, each declared once. `config::check` validates the values.

use toml::Spanned;
use toml::de::DeValue;

use super::operator::{BotLanguage, Role};
use super::style::{Emphasis, Format, LayoutPart, Spacing};
use super::timing::{Edits, Missed, UnknownOutcomePolicy};
use crate::key::value::{
    ByteSize, JournalUrl, Language, Marker, Markup, Plain, Slot, Span, StyleName, Url, Zone,
};
use crate::key::{Field, Item, NameMap, Named, Reader, SpannedStr, table};
use crate::schema::Kind;

table! {
    /// The config of a newsroom.
    pub struct RawConfig<'i> {
        /// The bot that publishes. Its token is not a key of the config: it comes from `TELEPRESS_TOKEN`,
        /// `TELEPRESS_TOKEN_FILE` or a systemd credential.
        bot: Item<RawBot<'i>> = "the defaults below";
        /// Where the journal is.
        store: Item<RawStore<'i>> = "the defaults below";
        /// What happens to a message whose outcome is unknown.
        recovery: Item<RawRecovery<'i>> = "the defaults below";
        /// The minimum time between requests.
        pacing: Item<RawPacing<'i>> = "the defaults below";
        /// What happens to missed posts and changed files, and how many approvals a post needs.
        schedule: Item<RawSchedule<'i>> = "the defaults below";
        /// The commands that run after a publication.
        hooks: Item<RawHooks<'i>> = "none";
        /// The channels. Posts refer to them by name: `[channels.world-en]`.
        channels: NameMap<'i, Item<RawChannel<'i>>> = required;
        /// The styles. Channels refer to them by name: `[styles.briefing]`.
        styles: NameMap<'i, Item<RawStyle<'i>>> = "the default style only";
    }
}

table! {
    /// The bot.
    pub struct RawBot<'i> {
        /// Whether the bot may send custom emoji to channels. Most bots may not: Telegram allows it only to bots with a
        /// username bought on Fragment.
        custom_emoji: Item<bool> = "false";
        /// A self-hosted Bot API server.
        api_url: Url<'i> = "Telegram's own";
        /// The proxy to the Bot API server: `"socks5h://127.0.0.1:1080"`. The scheme is `http`, `https`, `socks5` (this machine
        /// resolves the server's name) or `socks5h` (the proxy does). A user name and a password come from `TELEPRESS_PROXY`. A
        /// server on the loopback interface is always reached directly.
        proxy: Url<'i> = "that of the environment, or none";
        /// The server at `api_url` is a local one (`telegram-bot-api --local`): it accepts files of up to 2 GB, and reads them by their paths in the media folder.
        local_files: Item<bool> = "false";
        /// The users whom the bot answers: `operators = [{ id = 111, role = "admin", name = "Anna" }]`. It ignores everyone else.
        operators: Item<Vec<Item<RawOperator<'i>>>> = "none";
        /// The numeric id of another chat that receives the alerts and the notices about saved files.
        alerts: RawNumber<'i> = "none";
        /// Usernames that posts mention: `["@support"]`. Other mentions in a `body` get a warning, because names from GitHub often
        /// belong to strangers in Telegram. The channels of this config are known anyway.
        known_mentions: Item<Vec<Plain<'i>>> = "none";
        /// A folder below `posts/`: a text, picture, video, file or album that an operator sends or forwards to the bot becomes a
        /// draft there. Without it, nothing that is sent to the bot is saved.
        inbox: Plain<'i> = "none";
        /// The language of the alerts chat, of operators whose app uses a language that the bot does not speak, and of operators who
        /// have not written to the bot yet. The bot answers all others in the language of their app.
        language: Item<BotLanguage> = "en";
    }
}

table! {
    /// A user whom the bot answers.
    pub struct RawOperator<'i> {
        /// The numeric user id, because a username can pass to another person. `@userinfobot` shows you your own id.
        id: RawNumber<'i> = required;
        /// What the operator may do.
        role: Item<Role> = required;
        /// The name by which the chat, `log` and `status` call the operator: one line of at most 64 characters.
        name: Plain<'i> = "the name in Telegram";
    }
}

table! {
    /// The journal.
    pub struct RawStore<'i> {
        /// Its location: `"sqlite:FILE"`, or `"postgres://user@host/database"`. A relative path starts at the parent of this
        /// file's folder, not at the current directory. A PostgreSQL password comes from `PGPASSWORD` or `~/.pgpass`.
        url: JournalUrl<'i> = "`\"sqlite:telepress.db\"`";
        /// The media folder: the bytes of the media files. With SQLite they are beside the journal. With PostgreSQL, name a folder that all
        /// hosts share; a relative path starts where that of `url` does.
        media: Plain<'i> = "beside the journal";
        /// How many bytes of published media are kept to show what was replaced; the oldest are removed first. Media that
        /// telepress may still send is always kept.
        media_limit: ByteSize<'i> = "`\"1GB\"`";
    }
}

table! {
    /// What happens to a message whose outcome is unknown.
    pub struct RawRecovery<'i> {
        /// `probe` reads the channel back through the staging chat; `hold` waits for an operator's decision.
        uncertain: Item<UnknownOutcomePolicy> = "`\"probe\"`";
        /// The numeric id of a private channel or group of the operators (the staging chat) in which the bot may post. Large files and albums are uploaded there
        /// first. Without one, `probe` behaves like `hold`.
        staging_chat: RawChatNumber<'i> = "none";
        /// How long to wait for Telegram's answer to a request without files; the answer to an upload may take up to ten minutes. A
        /// value below the default is accepted only for a server on the loopback interface.
        send_timeout: Span<'i> = "`\"90s\"`";
        /// How long a request may still take effect after its answer was lost. A value below the default is accepted only for
        /// a server on the loopback interface.
        quiet: Span<'i> = "`\"120s\"`";
    }
}

table! {
    /// The minimum time between requests. Values below the defaults are accepted only for a server on the loopback interface.
    pub struct RawPacing<'i> {
        /// The time between two posts in one channel, multiplied by the number of messages of the earlier post. The parts of one post follow each other after a second.
        channel: Span<'i> = "`\"3500ms\"`";
        /// The time between two requests of the bot.
        bot: Span<'i> = "`\"40ms\"`";
    }
}

table! {
    /// What happens to missed posts and changed files, and how many approvals a post needs.
    pub struct RawSchedule<'i> {
        /// A post that is late by less than this is published normally.
        grace: Span<'i> = "`\"15m\"`";
        /// What happens to a post that is later than `grace`: it is published, held for an operator, or skipped.
        missed: Item<Missed> = "`\"hold\"`";
        /// What `serve` does when the file of a published post changes: it asks the operators, edits the message, or does
        /// nothing.
        edits: Item<Edits> = "`\"ask\"`";
        /// How many publishers besides the requester must approve the exact content in the chat before it is published, from
        /// the chat, the command line or on schedule: 0, 1 or 2.
        approvals: RawNumber<'i> = "0";
    }
}

table! {
    /// The commands that run after a publication: [hooks.md](hooks.md).
    pub struct RawHooks<'i> {
        /// Commands that run once after each publication of a post in a channel, each as a program and its arguments, without a
        /// shell: `published = [["scripts/announce", "--to", "example.org"]]`. They get a JSON object on standard input. A relative
        /// path starts at the parent of this file's folder; a name without a `/` is looked up in `PATH`.
        published: Item<Vec<Item<Vec<Plain<'i>>>>> = "none";
        /// How long a command may run before it is ended; at most ten minutes.
        time_limit: Span<'i> = "`\"30s\"`";
    }
}

table! {
    /// One channel.
    pub struct RawChannel<'i> {
        /// The chat of a channel or group: `"@username"`, or the numeric id, which starts with `-` (that of a channel or
        /// supergroup with `-100`).
        chat: RawChat<'i> = required;
        /// The number of a topic, if the chat is a group with topics: the 42 of `https://t.me/NAME/42`. Without it, posts go to the
        /// general topic, which has the number 1.
        topic: RawNumber<'i> = "the general topic";
        /// Its title in Telegram, which previews show. Without it they show its @name.
        title: Plain<'i> = "none";
        /// The language of its readers; it selects the edition.
        language: Language<'i> = required;
        /// The IANA time zone of its local times.
        timezone: Zone<'i> = "`\"UTC\"`";
        /// Its publication times in a week: `telepress schedule POST next` takes the next free one.
        slots: Item<Vec<Slot<'i>>> = "none";
        /// The name of a style.
        style: StyleName<'i> = "the defaults of every style key";
        /// The kind of message that posts become: texts and media with captions (`"classic"`), or one message made of headings, lists,
        /// quotes, code and media (`"rich"`). A post can choose its own with `format`.
        format: Item<Format> = "`\"classic\"`";
    }
}

table! {
    /// The look of posts.
    pub struct RawStyle<'i> {
        /// The character before each item.
        bullet: Plain<'i> = "\"•\"";
        /// The formatting of the heading, without its marker.
        heading: Item<Emphasis> = "\"bold\"";
        /// The formatting of section titles.
        title: Item<Emphasis> = "\"bold\"";
        /// The size of the heading of a rich message, from 1, the largest, to 6.
        heading_size: Item<i64> = "1";
        /// The size of section titles, and of the largest headings of a body, in a rich message.
        title_size: Item<i64> = "2";
        /// Hashtags and footer of a rich message are small text.
        footer_block: Item<bool> = "false";
        /// The read-more line.
        read_more: Item<RawReadMoreStyle<'i>> = "the defaults below";
        /// The parts of a post in their order; `body` stands for the sections or for the `body` of the post.
        layout: Item<Vec<Item<LayoutPart>>> = "[\"heading\", \"lead\", \"body\", \"read_more\", \"hashtags\", \"footer\"]";
        /// The last line, for each language: `footer = { en = "@world_en" }`.
        footer: NameMap<'i, Markup<'i>> = "none";
        /// A blank line between bullets (`"loose"`), or none (`"tight"`).
        spacing: Item<Spacing> = "\"loose\"";
        /// The text at the end of every part of a split post: `"({n}/{total})"`.
        part_mark: Plain<'i> = "none";
    }
}

table! {
    /// The read-more line.
    pub struct RawReadMoreStyle<'i> {
        /// One or more emoji before the link.
        marker: Marker<'i> = "\"📄\"";
        /// The link text, for each language.
        label: NameMap<'i, Markup<'i>> = "{ en = \"Read in full\", ru = \"Читайте полностью\" }";
    }
}

impl<'i> Named<'i> for Item<RawChannel<'i>> {
    const NAME: &'static str = "channel";
}

impl<'i> Named<'i> for Item<RawStyle<'i>> {
    const NAME: &'static str = "style";
}

impl<'i> Named<'i> for Markup<'i> {
    const NAME: &'static str = "language";
}

/// An integer as typed.
#[derive(Clone, Debug)]
pub struct RawNumber<'i>(pub SpannedStr<'i>);

impl<'i> Field<'i> for RawNumber<'i> {
    const KIND: Kind = Kind::Integer;

    fn read(value: &Spanned<DeValue<'i>>, reader: &mut Reader<'_>) -> Option<Self> {
        match value.get_ref() {
            DeValue::Integer(number) => {
                let typed = number.as_str().to_owned().into();
                Some(Self(SpannedStr { value: typed, span: value.span() }))
            }
            _ => reader.wrong_type(value, Self::KIND),
        }
    }
}

/// A chat as typed: a string or a number.
#[derive(Clone, Debug)]
pub struct RawChat<'i>(pub SpannedStr<'i>);

impl<'i> Field<'i> for RawChat<'i> {
    const KIND: Kind = Kind::Either(&Kind::String("@username"), &Kind::Integer);

    fn read(value: &Spanned<DeValue<'i>>, reader: &mut Reader<'_>) -> Option<Self> {
        match value.get_ref() {
            DeValue::String(name) => {
                Some(Self(SpannedStr { value: name.clone(), span: value.span() }))
            }
            DeValue::Integer(number) => {
                let typed = number.as_str().to_owned().into();
                Some(Self(SpannedStr { value: typed, span: value.span() }))
            }
            _ => reader.wrong_type(value, Self::KIND),
        }
    }
}

/// The numeric id of a chat as typed. A number in quotes is accepted too.
#[derive(Clone, Debug)]
pub struct RawChatNumber<'i>(pub SpannedStr<'i>);

impl<'i> Field<'i> for RawChatNumber<'i> {
    const KIND: Kind = Kind::Integer;

    fn read(value: &Spanned<DeValue<'i>>, reader: &mut Reader<'_>) -> Option<Self> {
        match value.get_ref() {
            DeValue::String(_) | DeValue::Integer(_) => {
                RawChat::read(value, reader).map(|chat| Self(chat.0))
            }
            _ => reader.wrong_type(value, Self::KIND),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RawConfig;
    use crate::key::Record;
    use crate::schema::reference;

    /// The text above the tables of `docs/config.md`.
    const INTRODUCTION: &str = include_str!("reference.md");

    #[test]
    fn reference_is_generated_from_the_keys() {
        reference::assert_current(
            "config.md",
            &reference::page(INTRODUCTION, "The top of the file", RawConfig::TABLE),
        );
    }
}

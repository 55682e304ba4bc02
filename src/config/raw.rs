//! The keys of the config file, each described once; what they say together is judged elsewhere.

use toml::Spanned;
use toml::de::DeValue;

use super::operator::{BotLanguage, Role};
use super::style::{Emphasis, LayoutPart, Spacing};
use super::timing::{Edits, Missed, Uncertain};
use crate::key::value::{
    JournalUrl, Language, Marker, Markup, Plain, Slot, Span, StyleName, Url, Zone,
};
use crate::key::{Field, Item, NameMap, Named, Reader, SpannedStr, table};
use crate::schema::Kind;

table! {
    /// The config of a newsroom.
    pub struct RawConfig<'i> {
        /// The bot that publishes. Its token is never in a file that git keeps: it comes from `TELEPRESS_TOKEN`,
        /// `TELEPRESS_TOKEN_FILE` or a systemd credential.
        bot: Item<RawBot<'i>> = "the defaults below";
        /// Where the journal is.
        store: Item<RawStore<'i>> = "the defaults below";
        /// What happens to a send whose outcome is not known.
        recovery: Item<RawRecovery<'i>> = "the defaults below";
        /// How fast requests follow one another.
        pacing: Item<RawPacing<'i>> = "the defaults below";
        /// What happens to posts whose time has passed.
        schedule: Item<RawSchedule<'i>> = "the defaults below";
        /// The channels, each under a name that posts refer to: `[channels.world-en]`.
        channels: NameMap<'i, Item<RawChannel<'i>>> = "must be there";
        /// The styles, each under a name that channels refer to: `[styles.briefing]`.
        styles: NameMap<'i, Item<RawStyle<'i>>> = "none but `default`";
    }
}

table! {
    /// The bot.
    pub struct RawBot<'i> {
        /// Whether the bot may send custom emoji to channels. Most bots may not: Telegram allows it to those with a
        /// username bought on Fragment.
        custom_emoji: Item<bool> = "false";
        /// A self-hosted Bot API server.
        api_url: Url<'i> = "Telegram's own";
        /// Who may talk to the bot: `operators = [{ id = 111, role = "admin" }]`. Nobody else gets an answer; without
        /// operators the bot answers nobody.
        operators: Item<Vec<Item<RawOperator<'i>>>> = "none";
        /// The numeric id of another chat that hears the alerts and the news of saved files.
        alerts: RawNumber<'i> = "none";
        /// The language of the alerts chat, of operators whose app speaks neither English nor Russian, and of those who have
        /// not written yet. Everybody else is answered in the language of his app.
        language: Item<BotLanguage> = "en";
    }
}

table! {
    /// Somebody who may talk to the bot.
    pub struct RawOperator<'i> {
        /// The numeric user id: usernames change hands. `@userinfobot` tells one's own.
        id: RawNumber<'i> = "must be there";
        /// What the operator may do.
        role: Item<Role> = "must be there";
    }
}

table! {
    /// The journal.
    pub struct RawStore<'i> {
        /// Its address: `"sqlite:FILE"`, or `"postgres://user@host/database"`. A path that is not absolute lies beside the
        /// folder of this file, wherever a command is started. A password of PostgreSQL comes from `PGPASSWORD` or `~/.pgpass`.
        url: JournalUrl<'i> = "`\"sqlite:telepress.db\"`";
    }
}

table! {
    /// What happens to a send whose outcome is not known.
    pub struct RawRecovery<'i> {
        /// `probe` reads the channel back through the staging chat; `hold` lets an operator decide.
        uncertain: Item<Uncertain> = "`\"probe\"`";
        /// The numeric id of a chat that only the bot's operators see, in which the bot may post. Without one, `probe`
        /// behaves as `hold`.
        staging_chat: RawChat<'i> = "none";
        /// How long an answer of Telegram is waited for. A shorter time than the default is taken only for a server on
        /// this machine.
        send_timeout: Span<'i> = "`\"90s\"`";
        /// How long after a lost answer a request may still have its effect. A shorter time than the default is taken only
        /// for a server on this machine.
        quiet: Span<'i> = "`\"120s\"`";
    }
}

table! {
    /// How fast requests follow one another. Shorter times than the defaults are taken only for a server on this machine.
    pub struct RawPacing<'i> {
        /// Between two requests to one channel.
        channel: Span<'i> = "`\"3500ms\"`";
        /// Between two requests of the bot.
        bot: Span<'i> = "`\"40ms\"`";
    }
}

table! {
    /// What happens to posts whose time has passed.
    pub struct RawSchedule<'i> {
        /// A post that is late by less is simply sent.
        grace: Span<'i> = "`\"15m\"`";
        /// What happens past that: it is published all the same, held for an operator, or left out.
        missed: Item<Missed> = "`\"hold\"`";
        /// What `serve` does where the file of a published post has changed: it tells the operators, edits the message, or
        /// does nothing.
        edits: Item<Edits> = "`\"ask\"`";
        /// How many publishers other than who asks have to approve exactly the content that goes out, in the chat, whatever
        /// the way it goes out: 0, 1 or 2.
        approvals: RawNumber<'i> = "0";
    }
}

table! {
    /// One channel.
    pub struct RawChannel<'i> {
        /// The chat: `"@username"`, or the numeric id that starts with `-100`.
        chat: RawChat<'i> = "must be there";
        /// The language of its readers; it chooses the edition.
        language: Language<'i> = "must be there";
        /// The IANA time zone that its local times are meant in.
        timezone: Zone<'i> = "`\"UTC\"`";
        /// Times of the week at which it likes to publish: `telepress schedule POST next` takes the next free one.
        slots: Item<Vec<Slot<'i>>> = "none";
        /// The name of a style.
        style: StyleName<'i> = "the defaults of every style key";
    }
}

table! {
    /// How the parts of a post look.
    pub struct RawStyle<'i> {
        /// The sign in front of a bullet.
        bullet: Plain<'i> = "\"•\"";
        /// How the heading looks; its marker is outside.
        heading: Item<Emphasis> = "\"bold\"";
        /// How the title of a section looks.
        title: Item<Emphasis> = "\"bold\"";
        /// The read-more line.
        read_more: Item<RawReadMoreStyle<'i>> = "the defaults below";
        /// The parts of a post, in the order they are shown; `body` is the sections or the free body.
        layout: Item<Vec<Item<LayoutPart>>> = "[\"heading\", \"lead\", \"body\", \"read_more\", \"hashtags\", \"footer\"]";
        /// The last line, for each language: `footer = { en = "@world_en" }`.
        footer: NameMap<'i, Markup<'i>> = "none";
        /// A blank line between bullets, or none.
        spacing: Item<Spacing> = "\"loose\"";
        /// Shown at the end of every part of a split post: `"({n}/{total})"`.
        part_mark: Plain<'i> = "none";
    }
}

table! {
    /// The read-more line.
    pub struct RawReadMoreStyle<'i> {
        /// One or more emoji in front of the link.
        marker: Marker<'i> = "\"📄\"";
        /// The link's words, for each language.
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

/// A whole number as typed.
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

#[cfg(test)]
mod tests {
    use super::RawConfig;
    use crate::key::Record;
    use crate::schema::reference;

    /// What stands above the tables of `docs/config.md`.
    const INTRODUCTION: &str = include_str!("reference.md");

    #[test]
    fn the_reference_says_what_the_reader_reads() {
        reference::assert_current(
            "config.md",
            &reference::page(INTRODUCTION, "The top of the file", RawConfig::TABLE),
        );
    }
}

//! Validates a parsed config and reports all problems in one pass. It reads no file.

mod hooks;
mod media;
mod people;
mod timed;
mod zone;

use std::sync::Arc;

use jiff::tz::TimeZone;
use telegram_text::FormattedText;

use super::raw::{RawBot, RawChannel, RawConfig, RawReadMoreStyle, RawStyle};
use super::style::{Format, LayoutPart, ReadMoreStyle, Style};
use super::{BotConfig, Channel, Config};
use crate::config::is_loopback;
use crate::diagnostic::problem::ConfigProblem;
use crate::diagnostic::{Diagnostic, Related};
use crate::field::{EditionRules, Fields};
use crate::ids::{self, Address, ChannelName, ChatId, Language, NotATopic, TopicId};
use crate::key::value::Markup;
use crate::key::{Item, NameMap, Reader, SpannedStr, nearest};
use crate::limits;
use crate::secret::{ProxyAddress, ProxyUrl, ProxyUrlError};
use crate::source::SourceFile;

/// Validates the config. Returns it only if there is no error.
#[must_use]
pub fn check(file: &SourceFile) -> (Option<Config>, Vec<Diagnostic>) {
    let (raw, reader) = Reader::read::<RawConfig<'_>>(file);
    let mut fields = Fields::new(reader, true);
    fields.tokens();
    let config = config(&raw, &mut fields);
    for (id, span) in fields.take_references() {
        fields.report(span, ConfigProblem::StyleLinksToPost(id));
    }
    let reader = fields.into_reader();
    let is_valid = !reader.has_errors();
    (is_valid.then_some(config), reader.finish())
}

fn config(raw: &RawConfig<'_>, fields: &mut Fields<'_>) -> Config {
    let bot = raw.bot.as_ref().map(|bot| BotConfig {
        custom_emoji: bot.value.custom_emoji.as_ref().is_some_and(|flag| flag.value),
        api_url: bot.value.api_url.as_ref().and_then(|typed| api_url(&typed.0, fields)),
        proxy: bot.value.proxy.as_ref().and_then(|typed| proxy(&typed.0, fields)),
        local_files: local_files(&bot.value, fields),
        operators: people::operators(&bot.value, fields),
        names: people::names(&bot.value, fields),
        alerts: people::alerts(&bot.value, raw, fields),
        known_mentions: people::known_mentions(&bot.value, fields),
        inbox: people::inbox(&bot.value, fields),
        language: bot.value.language.as_ref().map(|word| word.value).unwrap_or_default(),
    });
    fields.allow_custom_emoji(bot.as_ref().is_some_and(|bot| bot.custom_emoji));
    let styles: Vec<_> = raw
        .styles
        .iter()
        .flat_map(|map| &map.value)
        .map(|(name, raw)| style(name, &raw.value, fields))
        .collect();
    let mut channels: Vec<Channel> = Vec::new();
    let mut places: Vec<(Address, SpannedStr<'_>)> = Vec::new();
    for (name, raw) in raw.channels.iter().flat_map(|map| &map.value) {
        let Some(channel) = channel(name, raw, &styles, fields) else { continue };
        let is_same = |place: &Address| {
            place.chat.is_same_chat(&channel.chat) && place.topic == channel.topic
        };
        if let Some((_, first)) = places.iter().find(|(place, _)| is_same(place)) {
            let diagnostic = Diagnostic::new(
                raw.value.chat.as_ref().map_or(name.span.clone(), |chat| chat.0.span.clone()),
                ConfigProblem::ChatTaken(name.value.to_string(), channel.topic),
            );
            fields.add(diagnostic.with_related(first.span.clone(), Related::First));
        }
        places.extend(raw.value.chat.as_ref().map(|chat| (channel.address(), chat.0.clone())));
        channels.push(channel);
    }
    if channels.is_empty()
        && raw.channels.as_ref().is_none_or(|map| map.value.is_empty())
        && !raw.unread.any()
        && !fields.is_malformed()
    {
        fields.report(0..0, ConfigProblem::NoChannel);
    }
    let bot = bot.unwrap_or_default();
    let is_local = bot.api_url.as_ref().is_some_and(is_loopback);
    let store = timed::store(raw, fields);
    Config {
        media: media::media(raw, &store, fields),
        store,
        recovery: timed::recovery(raw, is_local, fields),
        pacing: timed::pacing(raw, is_local, fields),
        schedule: timed::schedule(raw, &bot.operators, fields),
        hooks: hooks::hooks(raw, fields),
        bot,
        channels: channels.into_iter().map(Arc::new).collect(),
    }
}

/// Only a server of one's own accepts files above 50 MB.
fn local_files(bot: &RawBot<'_>, fields: &mut Fields<'_>) -> bool {
    let Some(flag) = &bot.local_files else { return false };
    if flag.value && bot.api_url.is_none() && !bot.unread.has("api_url") && !fields.is_malformed() {
        fields.report(flag.span.clone(), ConfigProblem::LocalFilesWithoutServer);
    }
    flag.value
}

fn api_url(typed: &SpannedStr<'_>, fields: &mut Fields<'_>) -> Option<url::Url> {
    let parsed = url::Url::parse(&typed.value).ok().filter(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
    });
    if parsed.is_none() {
        fields.report(typed.span.clone(), ConfigProblem::ApiUrl);
    }
    parsed
}

/// A proxy without a user name and a password, which must not be in the config that git stores.
fn proxy(typed: &SpannedStr<'_>, fields: &mut Fields<'_>) -> Option<ProxyAddress> {
    let parsed = ProxyUrl::parse(&typed.value).and_then(|url| {
        if url.has_credentials() {
            return Err(ProxyUrlError::Credentials);
        }
        Ok(url.address().clone())
    });
    // In a malformed URL, too, what is before an `@` may be a password.
    let error = match parsed {
        Ok(address) => return Some(address),
        Err(_) if typed.value.contains('@') => ProxyUrlError::Credentials,
        Err(error) => error,
    };
    fields.report(typed.span.clone(), ConfigProblem::Proxy(error));
    None
}

fn channel(
    name: &SpannedStr<'_>,
    raw: &Item<RawChannel<'_>>,
    styles: &[Style],
    fields: &mut Fields<'_>,
) -> Option<Channel> {
    let parsed = valid_name(name, "channel", fields);
    let span = &name.span;
    let channel = &raw.value;
    let missing = |key: &'static str, fields: &mut Fields<'_>| {
        if channel.unread.has(key) || fields.is_malformed() {
            return;
        }
        fields.report(span.clone(), ConfigProblem::ChannelWithout(name.value.to_string(), key));
    };
    let chat = if let Some(typed) = &channel.chat {
        chat(&typed.0, fields)
    } else {
        missing("chat", fields);
        None
    };
    let topic = channel.topic.as_ref().map_or(Ok(None), |typed| topic(&typed.0, fields));
    let language = if let Some(typed) = &channel.language {
        fields.language(&typed.0)
    } else {
        missing("language", fields);
        None
    };
    let timezone = match &channel.timezone {
        Some(typed) => zone(&typed.0, fields),
        None => Some(TimeZone::UTC),
    };
    let style = match &channel.style {
        Some(typed) => named_style(&typed.0, styles, fields),
        None => Some(Style::default()),
    };
    let format = channel.format.as_ref().map_or(Format::Classic, |word| word.value);
    if let Some(typed) = channel.format.as_ref().filter(|word| word.value == Format::Rich) {
        fields.report(typed.span.clone(), ConfigProblem::RichClients);
    }
    let slots = channel.slots.iter().flat_map(|list| &list.value);
    let slots: Vec<_> = slots.filter_map(|typed| timed::slot(&typed.0, fields)).collect();
    let chat = chat?;
    let is_basic = matches!(chat, ChatId::Id(id) if ChatId::is_basic_group(id));
    if let Some(typed) = channel.topic.as_ref().filter(|_| is_basic) {
        fields.report(typed.0.span.clone(), ConfigProblem::TopicOfBasicGroup);
    }
    Some(Channel {
        name: ChannelName::parse(parsed?)?,
        is_group: channel.topic.is_some() || is_basic,
        topic: topic.ok()?,
        chat,
        title: channel.title.as_ref().map(|typed| typed.0.value.trim().to_owned()),
        language: language?,
        timezone: timezone?,
        slots,
        style: Style { format, ..style? },
    })
}

/// The name, if it is valid.
fn valid_name<'n>(
    typed: &'n SpannedStr<'_>,
    kind: &'static str,
    fields: &mut Fields<'_>,
) -> Option<&'n str> {
    if ids::is_name(&typed.value) {
        return Some(&typed.value);
    }
    fields.report(typed.span.clone(), ConfigProblem::BadName(typed.value.to_string(), kind));
    None
}

fn chat(typed: &SpannedStr<'_>, fields: &mut Fields<'_>) -> Option<ChatId> {
    match typed.value.parse::<ChatId>() {
        Ok(chat @ ChatId::Id(1..)) => {
            let intended = chat.channel_meant();
            fields.report(typed.span.clone(), ConfigProblem::PositiveChat(chat, intended));
            None
        }
        Ok(chat) => Some(chat),
        Err(error) => {
            fields.report(typed.span.clone(), ConfigProblem::Chat(error));
            None
        }
    }
}

/// A topic; `None` for the general one.
fn topic(typed: &SpannedStr<'_>, fields: &mut Fields<'_>) -> Result<Option<TopicId>, NotATopic> {
    let number = typed.value.replace('_', "").parse();
    let topic = number.map_err(|_| NotATopic).and_then(TopicId::of_number);
    if topic.is_err() {
        fields.report(typed.span.clone(), ConfigProblem::Topic);
    }
    topic
}

fn zone(typed: &SpannedStr<'_>, fields: &mut Fields<'_>) -> Option<TimeZone> {
    let named = zone::named(&typed.value);
    if named.is_none() {
        fields.report(
            typed.span.clone(),
            ConfigProblem::TimeZone(typed.value.to_string(), zone::advice(&typed.value)),
        );
    }
    named
}

fn named_style(typed: &SpannedStr<'_>, styles: &[Style], fields: &mut Fields<'_>) -> Option<Style> {
    let found = styles.iter().find(|style| style.name == typed.value);
    if found.is_none() && !fields.is_malformed() {
        let known = styles.iter().map(|style| style.name.as_str());
        let near = nearest(&typed.value, known.clone()).map(str::to_owned);
        let known = known.map(str::to_owned).collect();
        let problem = ConfigProblem::UnknownStyle(typed.value.to_string(), near, known);
        fields.report(typed.span.clone(), problem);
    }
    found.cloned()
}

fn style(name: &SpannedStr<'_>, raw: &RawStyle<'_>, fields: &mut Fields<'_>) -> Style {
    valid_name(name, "style", fields);
    let default = Style::default();
    Style {
        name: name.value.clone().into_owned(),
        bullet: raw
            .bullet
            .as_ref()
            .and_then(|typed| fields.line(&typed.0, "bullet"))
            .unwrap_or(default.bullet),
        heading: raw.heading.as_ref().map_or(default.heading, |item| item.value),
        title: raw.title.as_ref().map_or(default.title, |item| item.value),
        format: default.format,
        heading_size: heading_size(raw.heading_size.as_ref(), fields)
            .unwrap_or(default.heading_size),
        title_size: heading_size(raw.title_size.as_ref(), fields).unwrap_or(default.title_size),
        footer_block: raw.footer_block.as_ref().is_some_and(|flag| flag.value),
        read_more: raw.read_more.as_ref().map_or(default.read_more.clone(), |raw| {
            read_more(&raw.value, default.read_more, fields)
        }),
        layout: raw.layout.as_ref().map_or(default.layout, |items| layout(items, fields)),
        footer: raw.footer.as_ref().map_or_else(Vec::new, |map| in_languages(map, fields)),
        spacing: raw.spacing.as_ref().map_or(default.spacing, |item| item.value),
        part_mark: raw.part_mark.as_ref().and_then(|typed| part_mark(&typed.0, fields)),
    }
}

/// A size of a heading; reports a number that is none.
fn heading_size(typed: Option<&Item<i64>>, fields: &mut Fields<'_>) -> Option<u8> {
    let typed = typed?;
    let size = u8::try_from(typed.value).ok().filter(|size| limits::HEADING_SIZES.contains(size));
    if size.is_none() {
        fields.report(typed.span.clone(), ConfigProblem::HeadingSize);
    }
    size
}

fn read_more(
    raw: &RawReadMoreStyle<'_>,
    default: ReadMoreStyle,
    fields: &mut Fields<'_>,
) -> ReadMoreStyle {
    let marker = match &raw.marker {
        // An empty marker removes the default one.
        Some(typed) if typed.0.value.is_empty() => None,
        Some(typed) => fields.marker(&typed.0),
        None => default.marker,
    };
    ReadMoreStyle {
        marker,
        label: raw.label.as_ref().map_or(default.label, |map| in_languages(map, fields)),
    }
}

fn in_languages(
    map: &NameMap<'_, Markup<'_>>,
    fields: &mut Fields<'_>,
) -> Vec<(Language, FormattedText)> {
    let mut table = Vec::new();
    for (tag, typed) in &map.value {
        let language = fields.language(tag);
        let is_right_to_left = language.as_ref().is_some_and(Language::is_right_to_left);
        fields.expect_edition(EditionRules { is_right_to_left, ..EditionRules::default() });
        let prose = fields.markup(&typed.0);
        fields.expect_edition(EditionRules::default());
        table.extend(language.zip(prose).map(|(language, prose)| (language, prose.text)));
    }
    table
}

fn layout(items: &Item<Vec<Item<LayoutPart>>>, fields: &mut Fields<'_>) -> Vec<LayoutPart> {
    let mut parts: Vec<LayoutPart> = Vec::new();
    for item in &items.value {
        if parts.contains(&item.value) {
            fields.report(item.span.clone(), ConfigProblem::LayoutTwice(item.value.name()));
        } else {
            parts.push(item.value);
        }
    }
    if parts.is_empty() && !fields.is_malformed() {
        fields.report(items.span.clone(), ConfigProblem::EmptyLayout);
    }
    parts
}

fn part_mark(typed: &SpannedStr<'_>, fields: &mut Fields<'_>) -> Option<String> {
    let mark = fields.line(typed, "part_mark")?;
    let rest = mark.replace("{n}", "").replace("{total}", "");
    if !mark.contains("{n}") || rest.contains(['{', '}']) {
        fields.report(typed.span.clone(), ConfigProblem::PartMark);
        return None;
    }
    if mark.chars().count() > crate::limits::PART_MARK_CHARACTERS {
        fields.report(typed.span.clone(), ConfigProblem::LongPartMark);
        return None;
    }
    Some(mark)
}

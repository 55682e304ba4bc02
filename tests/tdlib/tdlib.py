"""TDLib's text functions, with Bot API field names. Needs `pip install tdjson==1.8.69`; no network, no login."""

import json

import tdjson

VERSION = "1.8.69"

TO_TDLIB = {
    "mention": "Mention", "hashtag": "Hashtag", "cashtag": "Cashtag", "bot_command": "BotCommand", "url": "Url",
    "email": "EmailAddress", "phone_number": "PhoneNumber", "bold": "Bold", "italic": "Italic",
    "underline": "Underline", "strikethrough": "Strikethrough", "spoiler": "Spoiler", "blockquote": "BlockQuote",
    "expandable_blockquote": "ExpandableBlockQuote", "code": "Code", "pre": "Pre", "text_link": "TextUrl",
    "text_mention": "MentionName", "custom_emoji": "CustomEmoji", "date_time": "DateTime",
    # The Bot API has no such kind; it matters where it displaces other entities or cuts styles.
    "bank_card": "BankCardNumber",
}
FROM_TDLIB = {name: kind for kind, name in TO_TDLIB.items()} | {"PreCode": "pre"}

# Detected for users or by the server only, or unknown to the Bot API.
FOREIGN = {"MediaTimestamp", "PhoneNumber", "TonAddress"}

# Kinds that Telegram detects, and ignores in a request.
FOUND = {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card"}

SHORT, LONG, NONE = ({"@type": f"dateTimePartPrecision{name}"} for name in ("Short", "Long", "None"))


def execute(query):
    return json.loads(tdjson.td_execute(json.dumps(query).encode()))


execute({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})


def units(text):
    """The length in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def date_format_in(letters):
    if letters == "":
        return None
    if letters == "r":
        return {"@type": "dateTimeFormattingTypeRelative"}

    def part(short, long):
        return SHORT if short in letters else LONG if long in letters else NONE

    return {
        "@type": "dateTimeFormattingTypeAbsolute",
        "time_precision": part("t", "T"),
        "date_precision": part("d", "D"),
        "show_day_of_week": "w" in letters,
    }


def date_format_out(value):
    if value is None:
        return ""
    if value["@type"].endswith("Relative"):
        return "r"
    letter = {SHORT["@type"]: str.lower, LONG["@type"]: str.upper, NONE["@type"]: lambda _: ""}
    return (
        ("w" if value["show_day_of_week"] else "")
        + letter[value["date_precision"]["@type"]]("d")
        + letter[value["time_precision"]["@type"]]("t")
    )


def entity_in(entity):
    kind = entity["type"]
    value = {"@type": "textEntityType" + TO_TDLIB[kind]}
    match kind:
        case "pre" if entity.get("language"):
            value = {"@type": "textEntityTypePreCode", "language": entity["language"]}
        case "text_link":
            value["url"] = entity["url"]
        case "text_mention":
            value["user_id"] = entity["user"]["id"]
        case "custom_emoji":
            value["custom_emoji_id"] = entity["custom_emoji_id"]
        case "date_time":
            value["unix_time"] = entity["unix_time"]
            value["formatting_type"] = date_format_in(entity["date_time_format"])
    return {"@type": "textEntity", "offset": entity["offset"], "length": entity["length"], "type": value}


def shown(entity):
    """The entity as the Bot API has it; None for kinds that it does not have."""
    value = entity["type"]
    name = value["@type"].removeprefix("textEntityType")
    if name in FOREIGN:
        return None
    kind = FROM_TDLIB[name]
    result = {"type": kind, "offset": entity["offset"], "length": entity["length"]}
    match kind:
        case "pre" if value.get("language"):
            result["language"] = value["language"]
        case "text_link":
            result["url"] = value["url"]
        case "text_mention":
            result["user"] = {"id": value["user_id"]}
        case "custom_emoji":
            result["custom_emoji_id"] = value["custom_emoji_id"]
        case "date_time":
            result["unix_time"] = value["unix_time"]
            result["date_time_format"] = date_format_out(value.get("formatting_type"))
    return result


def found(text):
    """The entities that TDLib detects in a text, bank cards included, and whether there were others that bots do not get."""
    entities = execute({"@type": "getTextEntities", "text": text})["entities"]
    kinds = [shown(entity) for entity in entities]
    return [entity for entity in kinds if entity], None in kinds


def without_bank_cards(entities):
    return [entity for entity in entities if entity["type"] != "bank_card"]


def fixed(text, entities):
    """The text and entities after TDLib's `fix_formatted_text` without trimming, or its error."""
    answer = execute(
        {
            "@type": "parseMarkdown",
            "text": {"@type": "formattedText", "text": text, "entities": [entity_in(entity) for entity in entities]},
        }
    )
    if answer["@type"] == "error":
        return {"error": answer["message"]}
    return {"text": answer["text"], "entities": [shown(entity) for entity in answer["entities"]]}

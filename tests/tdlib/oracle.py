"""Answers questions with TDLib: reads a JSON list of questions per line and writes the list of answers, until the input ends.

A question has an "ask" and a "text", and "entities" with Bot API names if they matter:

| "ask"         | The answer                                                                                        |
|---|---|
| "normal"      | the normal form: the text and entities as Telegram keeps them, without detected entities          |
| "detect"      | the unchanged text and the detected entities                                                      |
| "found"       | the normal form with the detected entities merged into it                                         |
| "html"        | the text parsed as HTML; with "kept", its normal form                                             |
| "markdown_v2" | the same for MarkdownV2                                                                           |

A refusal is {"error": …} with the text of the Bot API, without "Bad Request: " and "can't parse entities: ".
{"foreign": true} means that TDLib detects an entity that the Bot API does not have, which may have displaced another one.

The normal form comes from `parseMarkdown`, because it runs TDLib's `fix_formatted_text`, as `sendMessage` does;
`parseTextEntities` does not run it. `parseMarkdown` also parses Markdown in the text, so every character with a meaning
for it is replaced before the call and restored afterwards. The replacement is a private-use character of one UTF-16 unit,
which TDLib does not trim, clean, treat as blank, or break words at.

`parseMarkdown` leaves out three steps of `fix_formatted_text`, which are implemented here after TDLib's source: the trim,
the refusal of an invisible text, and the choice of the detected entities to keep. TDLib cuts the other entities around them.
"""

import json
import re
import sys

from tdlib import FOUND, VERSION, execute, fixed, found, shown, units, without_bank_cards

SIGNS = "*_~|`[]()\\"
STAND_INS = range(0xE000, 0xF8FF)
QUOTES = ("blockquote", "expandable_blockquote")
STYLES = ("bold", "italic", "underline", "strikethrough", "spoiler")
# Telegram's order of entities with one range.
PRIORITY = {
    "blockquote": 0, "expandable_blockquote": 0, "pre": 10, "code": 20, "date_time": 30, "text_link": 49, "text_mention": 49,
    "bold": 90, "italic": 91, "underline": 92, "strikethrough": 93, "spoiler": 94, "custom_emoji": 99,
}
MODES = {
    "html": {"@type": "textParseModeHTML"},
    "markdown_v2": {"@type": "textParseModeMarkdown", "version": 2},
}
# The characters that `is_empty_string` treats as empty.
BLANK = re.compile(
    "[\0-\x20\u00a0\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f\u2800\u3000\ufeff\ufffc\U000e0000-\U000e007f]*"
)


def end(entity):
    return entity["offset"] + entity["length"]


def lowered(error):
    return {"error": error[:1].lower() + error[1:]}


def fixed_without_markdown(text, entities):
    """The result of TDLib's `fix_formatted_text`, without parsing Markdown."""
    free = (code for code in STAND_INS if chr(code) not in text)
    hidden = {ord(sign): next(free) for sign in SIGNS}
    back = {stand_in: sign for sign, stand_in in hidden.items()}
    escaped = text.translate(hidden)
    answer = fixed(escaped, entities)
    if "text" in answer:
        return answer | {"text": answer["text"].translate(back)}

    def in_original(position):
        before = escaped.encode()[: int(position[1])].decode().translate(back)
        return f"at byte offset {len(before.encode())}"

    return lowered(re.sub(r"at byte offset (\d+)", in_original, answer["error"]))


def order(entity):
    return entity["offset"], -entity["length"], PRIORITY[entity["type"]]


def trimmed(text, entities):
    kept = text.rstrip(" \n")
    last = units(kept)
    entities = [entity | {"length": min(end(entity), last) - entity["offset"]} for entity in entities if entity["offset"] < last]
    limit = min((entity["offset"] for entity in entities), default=len(kept))
    blanks = 0
    while blanks < limit and kept[blanks] in " \n":
        blanks += 1
    # The trim may give two entities the same range in the wrong order; TDLib sorts them again.
    entities = sorted((entity | {"offset": entity["offset"] - blanks} for entity in entities), key=order)
    return {"text": kept[blanks:], "entities": entities}


def normal(text, entities):
    if text == "":
        return {"error": "message text is empty"}
    answer = fixed_without_markdown(text, [entity for entity in entities if entity["type"] not in FOUND])
    if "error" in answer:
        return answer
    answer = trimmed(answer["text"], answer["entities"])
    if BLANK.fullmatch(answer["text"]):
        return {"error": "text must be non-empty"}
    return answer


def detected(text):
    entities, is_foreign = found(text)
    return {"foreign": True} if is_foreign else {"text": text, "entities": without_bank_cards(entities)}


def merged(text, entities):
    """The entities cut and sorted. Their links are hidden, because they were checked before and must not be changed again."""
    urls = [entity.get("url") for entity in entities]
    hidden = [entity | {"url": f"http://a.b/{number}"} if "url" in entity else entity for number, entity in enumerate(entities)]
    answer = fixed_without_markdown(text, hidden)
    for entity in answer["entities"]:
        if "url" in entity:
            entity["url"] = urls[int(entity["url"].rpartition("/")[2])]
    return answer | {"entities": without_bank_cards(answer["entities"])}


def with_found(text, entities):
    answer = normal(text, entities)
    if "error" in answer:
        return answer
    own = answer["entities"]
    more, is_foreign = found(answer["text"])
    if is_foreign:
        return {"foreign": True}

    def is_kept(entity):
        overlapping = [other for other in own if end(entity) > other["offset"] and end(other) > entity["offset"]]
        return all(
            other["type"] in STYLES
            or other["type"] in QUOTES and other["offset"] <= entity["offset"] and end(entity) <= end(other)
            for other in overlapping
        )

    return merged(answer["text"], own + [entity for entity in more if is_kept(entity)])


def parsed(form, text, is_kept):
    answer = execute({"@type": "parseTextEntities", "text": text, "parse_mode": MODES[form]})
    if answer["@type"] == "error":
        return {"error": answer["message"].removeprefix("Can't parse entities: ")}
    entities = [shown(entity) for entity in answer["entities"]]
    return normal(answer["text"], entities) if is_kept else {"text": answer["text"], "entities": entities}


def answer(question):
    text = question["text"]
    match question["ask"]:
        case "normal":
            return normal(text, question["entities"])
        case "detect":
            return detected(text)
        case "found":
            return with_found(text, question["entities"])
        case form:
            return parsed(form, text, question.get("kept", False))


def main():
    # The first line shows the caller that TDLib is available.
    print(json.dumps({"tdlib": VERSION}), flush=True)
    for line in sys.stdin.buffer:
        print(json.dumps([answer(question) for question in json.loads(line)]), flush=True)


if __name__ == "__main__":
    main()

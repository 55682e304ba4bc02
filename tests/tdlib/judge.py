"""Asks TDLib: a line with a JSON list of questions in, a line with the list of its answers out, until the input ends.

A question has an "ask" and a "text", and "entities" in Bot API names where they matter:

| "ask"         | The answer                                                                                        |
|---|---|
| "normal"      | the text and entities as Telegram keeps them, without those it finds itself                       |
| "detect"      | the text and the entities that are found in it as it stands                                       |
| "found"       | as "normal", with the found entities merged into them                                             |
| "html"        | what the HTML parser makes of the text; with "kept", as "normal" keeps that                       |
| "markdown_v2" | the same of MarkdownV2                                                                            |

A refusal is {"error": …} in the words of the Bot API, without its "Bad Request: " and "can't parse entities: ".
{"foreign": true} says that something is found that the Bot API does not carry, which may have hidden something else.

For the normal form `parseMarkdown` is asked, since it runs TDLib's `fix_formatted_text`, which `sendMessage` runs too;
`parseTextEntities` does not. But it also reads Markdown in the text. So every sign that means something to it is replaced
before and put back afterwards: by a private-use character of one UTF-16 unit, as the sign is one, which TDLib neither
trims, cleans, breaks words at nor takes for blank.

Three steps of `fix_formatted_text` it leaves out, and they are taken here after the source of TDLib: the trim, the refusal
of a text that nobody sees, and which of the found entities are kept; their cutting of the others is TDLib's again.
"""

import json
import re
import sys

from tdlib import FOUND, VERSION, execute, fixed, found, shown, units

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
# What `is_empty_string` counts as nothing, beside all up to the space.
BLANK = re.compile(
    "[\0-\x20\u00a0\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f\u2800\u3000\ufeff\ufffc\U000e0000-\U000e007f]*"
)


def end(entity):
    return entity["offset"] + entity["length"]


def lowered(error):
    return {"error": error[:1].lower() + error[1:]}


def unread(text, entities):
    """What TDLib's `fix_formatted_text` makes of it, and no Markdown read."""
    free = (code for code in STAND_INS if chr(code) not in text)
    hidden = {ord(sign): next(free) for sign in SIGNS}
    back = {stand_in: sign for sign, stand_in in hidden.items()}
    asked = text.translate(hidden)
    answer = fixed(asked, entities)
    if "text" in answer:
        return answer | {"text": answer["text"].translate(back)}

    def in_the_text(place):
        behind = asked.encode()[: int(place[1])].decode().translate(back)
        return f"at byte offset {len(behind.encode())}"

    return lowered(re.sub(r"at byte offset (\d+)", in_the_text, answer["error"]))


def order(entity):
    return entity["offset"], -entity["length"], PRIORITY[entity["type"]]


def trimmed(text, entities):
    kept = text.rstrip(" \n")
    last = units(kept)
    entities = [one | {"length": min(end(one), last) - one["offset"]} for one in entities if one["offset"] < last]
    limit = min((one["offset"] for one in entities), default=len(kept))
    blanks = 0
    while blanks < limit and kept[blanks] in " \n":
        blanks += 1
    # The trim may leave two entities of one range in the wrong order, and TDLib sorts them again.
    entities = sorted((one | {"offset": one["offset"] - blanks} for one in entities), key=order)
    return {"text": kept[blanks:], "entities": entities}


def normal(text, entities):
    if text == "":
        return {"error": "message text is empty"}
    answer = unread(text, [one for one in entities if one["type"] not in FOUND])
    if "error" in answer:
        return answer
    answer = trimmed(answer["text"], answer["entities"])
    if BLANK.fullmatch(answer["text"]):
        return {"error": "text must be non-empty"}
    return answer


def detected(text):
    entities, is_foreign = found(text)
    return {"foreign": True} if is_foreign else {"text": text, "entities": entities}


def merged(text, entities):
    """The entities cut and put in order; their links were checked before, and a second check may find more."""
    urls = [one.get("url") for one in entities]
    hidden = [one | {"url": f"http://a.b/{number}"} if "url" in one else one for number, one in enumerate(entities)]
    answer = unread(text, hidden)
    for one in answer["entities"]:
        if "url" in one:
            one["url"] = urls[int(one["url"].rpartition("/")[2])]
    return answer


def with_found(text, entities):
    answer = normal(text, entities)
    if "error" in answer:
        return answer
    own = answer["entities"]
    more = detected(answer["text"])
    if "foreign" in more:
        return more

    def is_kept(one):
        apart = [other for other in own if end(one) > other["offset"] and end(other) > one["offset"]]
        return all(
            other["type"] in STYLES
            or other["type"] in QUOTES and other["offset"] <= one["offset"] and end(one) <= end(other)
            for other in apart
        )

    return merged(answer["text"], own + [one for one in more["entities"] if is_kept(one)])


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
    # Whoever asks learns from the first line that TDLib is there.
    print(json.dumps({"tdlib": VERSION}), flush=True)
    for line in sys.stdin.buffer:
        print(json.dumps([answer(question) for question in json.loads(line)]), flush=True)


if __name__ == "__main__":
    main()

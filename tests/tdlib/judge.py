"""Asks TDLib about whole texts: JSON lines {"text", "entities"} in Bot API names in, one line each with what it made of it.

`parseMarkdown` is asked, since it runs TDLib's `fix_formatted_text`, which `sendMessage` runs too; `parseTextEntities`
does not. But it also reads Markdown in the text. So every sign that means something to it is replaced before and put
back afterwards: by a private-use character of one UTF-16 unit, as the sign is one, which TDLib neither trims, cleans, breaks
words at nor takes for blank. Offsets and what lies between words therefore stay as they are. A text that already holds
one of these characters cannot be asked about.

Two things `parseMarkdown` leaves out: it trims nothing, so blanks at the ends are refused here, and it finds no hashtags
or links, which the Bot API would add.
"""

import json
import sys

from tdlib import VERSION, fixed

SIGNS = "*_~|`[]()\\"
HIDDEN = {ord(sign): 0xE000 + number for number, sign in enumerate(SIGNS)}
SHOWN = {hidden: sign for sign, hidden in HIDDEN.items()}


def judged(text, entities):
    if any(ord(character) in SHOWN for character in text):
        return {"error": "the text holds a character that stands for a Markdown sign here"}
    if text != text.strip(" \n"):
        return {"error": "the text begins or ends with blanks"}
    answer = fixed(text.translate(HIDDEN), entities)
    if "text" in answer:
        answer["text"] = answer["text"].translate(SHOWN)
    return answer


# Whoever asks learns from the first line that TDLib is there.
print(json.dumps({"tdlib": VERSION}), flush=True)
for line in sys.stdin.buffer:
    case = json.loads(line)
    print(json.dumps(judged(case["text"], case["entities"])))

"""Records how TDLib parses MarkdownV2, before the normal form.

One JSON object per line, {"markup", "output"}; the output is {"text", "entities"} with Bot API names, or {"error"}. Without
arguments this writes TARGET: a case for every rule and refusal, then random ones. `--cases N --seed S` prints N random cases.
"""

import argparse
import json
import pathlib
import random
import sys

from tdlib import entity_out, execute

TARGET = pathlib.Path(__file__).parents[2] / "crates/telegram-text/testdata/markdown_v2.jsonl"
RECORDED = 420

RULES = r"""
plain
*bold*
_italic_
__underline__
~strikethrough~
||spoiler||
`code`
*a _b __c ~d ||e||~___*
_a_b
__a___b_
_a_**__b__
_**__a__**_
___a_**__
___a___
_a__
__a_
_a___
__a___
______
____
***a***
*a*b*
**
****
~~a~~
||||a||||
||a||||b||
|a|
||a|b||
``
`a``b`
`a\`b\\c`
`*a* _b_ [c](d.e) >f !`
`a⏎>b`
```a```
```⏎a```
```⏎⏎a⏎⏎```
```␍⏎a```
```⏎␍a```
```␍␍a```
```␍a```
```rust⏎a```
```rust a```
```rust␉a```
```rust␋a```
```rust␀a```
```rust␌a```
```ru`st⏎a```
```c\+\+⏎a```
```ж⏎a```
```rust```
```rust⏎```
```⏎a`b⏎```
```⏎a`b`c``d⏎```
```⏎a\`\`\`b⏎```
```a``````b```
``````
```
[a](https://example.org/)
[a](HTTP://EXAMPLE.org)
[a](example.org)
[a](e.com/\)\\x\y)
[a](e.com/(b)
[a](e.com/x\⏎y)
[a](e.com/x y)
[a](e.com/␁)
[a](http://localhost)
[a](ftp://a.b)
[a](mailto:a@b.cd)
[a]()
[](a.b)
[e\.com]
[e\.com]x
[a\]b](c.d)
[a*b*_c_](d.e)
[[a](b.c)](d.e)
[a[b](c.d)](e.f)
[a[b\.c]](ftp://x)
[a[b\.c]d\.e]
[a](tg://user?id=5)
[a](TG:USER/?x=1&id=5#z)
[a](tg://user?id=0)
[tg://user?id\=5]
[a](tg://resolve?domain=durov)
[a](ton://transfer/x)
![👍](tg://emoji?id=5)
![👍](TG:Emoji/?x&id=-5&id=6#y)
![👍](tg://emoji?id=9223372036854775807)
![👍](tg://emoji?id=9223372036854775808)
![👍](tg://emoji?id=05)
![👍](tg://emoji?id=0)
![👍](tg://emoji?ID=5)
![👍](tg://emoji)
![](tg://emoji?id=5)
![](tg://emoji)
![*a*b](tg://emoji?id=5)
![a](tg://time?unix=5)
![a](tg:time/?unix=5&format=wDT&x#y)
![a](tg://time?unix=5&format=Tdw)
![a](tg://time?unix=5&unix=6&format=x&format=R)
![a](tg://time?unix=5&format=rw)
![a](tg://time?unix=0)
![a](tg://time?unix=0&unix=5)
![a](tg://time?unix=5&unix=0)
![a](tg://time?unix=x&unix=5)
![a](tg://time?unix=2147483647)
![a](tg://time?unix=2147483648)
![a](tg://time?format=r)
![a](https://example.org)
![a](tg://user?id=5)
![a]
![a] (tg://emoji?id=5)
![a](tg://emoji?id=5
[a](b.c
[a](b.c\)
!a
!\[
>a
>a⏎
>a⏎>b
>a⏎>⏎>b⏎
>a⏎b
>a⏎⏎>b
>a⏎**>b
>a⏎**>b⏎**>c
>a⏎****>b
>a⏎____>b
>a⏎[](x)>b
>a⏎>>b
>>a
> a
>
>⏎
>⏎a
>a⏎>
>||
>||⏎a
>a||
>a||⏎b
>a⏎>b||
>a⏎>b||⏎c
>a||⏎**>b||
>a||⏎>b
>a||⏎>b||⏎c
>a||␍⏎b
>a||␍␍⏎b
>a||␍
>a||␍⏎>b
>a||⏎␍>b
>a␍⏎b
␍>a
␍>||>⏎
>␍||>⏎b
>||>⏎
>␍||>>⏎
a⏎␍>b
`⏎␍`>b
a⏎`␍`>b
a␍>b
>*a||⏎b
>*a||
>~||a||~||
>a||b
>a||b||
>a||b||⏎c
>a||b||||
>a||b||||⏎c
>||a||
>||a||||
>||||||⏎c
>a **||
>*a||*
>*a||⏎b*
>*a⏎>b*⏎c
>*a⏎b*
>*a*⏎b
>a*⏎>b*⏎c
>`a⏎b`
>`a⏎b`⏎c
>```⏎a⏎b⏎```⏎c
>[a⏎>b](c.d)⏎e
>[a⏎b](c.d)
>a\⏎b⏎c
>a\⏎>b
>a⏎\>b
>a||\⏎||
a⏎>b
a⏎>b⏎c
a\⏎>b
a>b
a**>b
*a*>b
*a⏎*>b
*a⏎**_>b⏎_
`a⏎`>b
`a\⏎`>b
```⏎a⏎```>b
```⏎a\⏎```>b
[a⏎](b.c)>d
 >a
a⏎ >b
**>a
``>a
```⏎```>a
*>a⏎b*
*>a⏎*b
*>a⏎*>b
[>a⏎](b.c)d
![>a⏎](tg://emoji?id=5)d
![>a⏎](tg://time?unix=5)d
||>a||⏎||b
*>a
*>a*
*a⏎>b⏎c*
*a⏎>b*
>*a
>_a
>__a
>~a
>||a
>`a
>```a
>```x⏎a
>[a
>![a
*a
_a
__a
~a
||a
`a
```a
```x⏎a
[a
![a
_
__
___
*
~
||
|
`
[
!
!!
]
(
)
#
+
-
=
{
}
.
\
\\
a\
\a
\ж
\👍
\␀
\␡
\ \!\"\#\$\%\&\'\(\)\*\+\,\-\.\/\0\:\;\<\=\>\?\@\A\[\\\]\^\_\`\a\{\|\}\~
ж*👍ж*я
👍_a_👍__b__
a␀b*c*
a␍⏎>b
>a␍⏎b
  *a*  
"\/<&>'
*жирный* _курсив_ [ссылка](https://пример.рф/путь)
"""

MARKS = {"⏎": "\n", "␍": "\r", "␉": "\t", "␋": "\x0b", "␌": "\x0c", "␀": "\0", "␁": "\x01", "␡": "\x7f"}

SIGNS = ["*", "_", "__", "~", "||", "`", "```", "[", "]", "](", "![", ")", "(", ">", "\n", "\n>", "\n**>", "||\n", "\\"]
WORDS = ["a", "b", " ", "я", "👍", "\\.", "\\!", "\\\n", "\\*", "\\_", "\\>", "\\`", "\r", "\r\n", "\0", "\t", "rust", "x.y"]
RARE = list("|#+-={}.!<&\"") + ["**", "____", "\\", "\u202e", "\u200e", "\u0301", "\x01", "\x7f", "#tag", "@durov", "[](a)"]
ADDRESSES = ["a.b", "https://example.org/", "HTTP://E.com/x y", "tg://user?id=5", "tg:user?id=7", "http://localhost",
             "ftp://a.b", "", "e.com/\\)\\\\", "e.com/\n", "e.com\\", "tg://emoji?id=5", "tg://time?unix=5", "é.рф/ж", "a b.c"]
EMOJI = ["tg://emoji?id=5", "tg://emoji?id=5368324170671202286", "tg://time?unix=5", "tg://time?unix=1700000000&format=wDT",
         "tg://time?unix=7&format=r", "tg:emoji?id=-1"]
QUERIES = ["tg:", "TG:", "tg://", "tg:/", "ton://", "emoji", "Emoji", "time", "TIME", "user", "/", "?", "&", "#", "=", "id=5",
           "id=", "ID=5", "id=05", "id", "unix=5", "unix=0", "unix=x", "unix=2147483648", "format=r", "format=wDT", "format=",
           "format=dD", "format=x", "FORMAT=r", "x=1", " ", "%35", "5", "\\", "ж"]


def soup(rng):
    """Delimiters and words in random order."""
    pieces = rng.choice([SIGNS + WORDS, SIGNS * 2 + WORDS + RARE, rng.sample(SIGNS, 5) + rng.sample(WORDS, 3)])
    return "".join(rng.choice(pieces) for _ in range(rng.randint(1, rng.choice([4, 8, 16, 40]))))


def destination(rng):
    """A link, a custom emoji or a date, mostly malformed."""
    kind = rng.choice(["[", "!["])
    address = rng.choice(ADDRESSES + EMOJI)
    if rng.random() < 0.7:
        start = rng.choice(["", "tg://emoji?", "tg://time?", "tg://time?unix=5&", "tg://"])
        address = start + "".join(rng.choice(QUERIES) for _ in range(rng.randint(0, 5)))
    return kind + tree(rng, 1) + "](" + address + rng.choice([")", ")", ")", ")", "\\)", ""]) + rng.choice(["", "a", "*b*"])


def tree(rng, depth):
    """Markup that is mostly well-formed."""
    out = []
    for _ in range(rng.randint(1, 4)):
        kind = rng.random()
        if depth > 0 and kind < 0.4:
            sign = rng.choice(["*", "_", "__", "~", "||"])
            out.append(sign + tree(rng, depth - 1) + sign)
        elif depth > 0 and kind < 0.5:
            out.append("[" + tree(rng, depth - 1) + "](" + rng.choice(ADDRESSES) + ")")
        elif depth > 0 and kind < 0.57:
            out.append("![" + tree(rng, depth - 1) + "](" + rng.choice(EMOJI) + ")")
        elif kind < 0.63:
            out.append("`" + rng.choice(["a", "\n", "a\n", "a\\\n", "\\`", "*", "я\n>b"]) + "`")
        elif kind < 0.69:
            out.append("```" + rng.choice(["", "\n", "rust\n", "x y", "\r\n"]) + rng.choice(["a", "\n", "a\\\n", "`b`", "👍"]) + "```")
        else:
            out.append(rng.choice(["a", "b", " ", "я", "👍", "\n", "\n>", "\n**>", "\\\n", "\\.", "**", "||\n", "\\\\"]))
    return "".join(out)


def quoted(rng):
    """Lines, many of them quotations, with styles that may cross them."""
    lines = []
    for _ in range(rng.randint(1, 5)):
        start = rng.choice(["", ">", ">", ">", "**>", "*>", "_>", "||>", "[>", "![>", "____>", ">>"])
        end = rng.choice(["", "", "", "||", "**||", "*", "_", "\\", "||||", "`"])
        lines.append(start + tree(rng, rng.randint(0, 2)) + end)
    start = rng.choice(["", "", "", "*", "_", "||", "a"])
    return start + "\n".join(lines) + rng.choice(["", "", "\n", "\n*", "\n_", "\n||", "||", "\n](a.b)", "\n](tg://emoji?id=5)b"])


def balanced(rng):
    """Mostly well-formed lines, with styles around whole quotations and lines of code."""
    out = []
    for _ in range(rng.randint(1, 4)):
        around = [sign for sign in ["*", "_", "__", "~", "||"] if rng.random() < 0.12]
        rng.shuffle(around)
        emoji = rng.choice([None] * 6 + ["[", "!["])
        start = rng.choice([">", ">", ">", "**>", ""])
        lines = [tree(rng, rng.randint(0, 2)).replace("\n**>", "\n").replace("||\n", "") for _ in range(rng.randint(1, 3))]
        end = rng.choice(["", "", "||", "**||"]) if start else ""
        after = "\n" + "".join(reversed(around))
        if emoji:
            after += "](" + rng.choice(["a.b", "tg://user?id=5"] if emoji == "[" else EMOJI) + ")"
        out.append((emoji or "") + "".join(around) + start + ("\n>" if start else "\n").join(lines) + end + after)
    return "".join(out).rstrip("\n") if rng.random() < 0.5 else "".join(out) + "a"


def random_case(rng):
    return rng.choice([soup, soup, destination, quoted, balanced, balanced, lambda rng: tree(rng, 3)])(rng)


def parsed(markup):
    answer = execute(
        {"@type": "parseTextEntities", "text": markup, "parse_mode": {"@type": "textParseModeMarkdown", "version": 2}}
    )
    if answer["@type"] == "error":
        return {"error": answer["message"]}
    return {"text": answer["text"], "entities": [entity_out(entity) for entity in answer["entities"]]}


def is_ordered(output):
    """Whether the order of the entities is defined: for more than 16 entities, TDLib's sort is not stable."""
    entities = output.get("entities", [])
    places = {(entity["offset"], entity["length"]) for entity in entities}
    return len(entities) <= 16 or len(places) == len(entities)


def rules():
    for line in RULES.strip("\n").split("\n"):
        yield "".join(MARKS.get(character, character) for character in line)
    yield ""
    for depth in (2, 17, 40):
        yield "[" * depth + "a" + "](b.c)" * depth
        yield "*" * depth + "a"
        yield ">" * depth + "a"


def record(cases, out):
    seen = set()
    for markup in cases:
        if markup not in seen:
            seen.add(markup)
            line = {"markup": markup, "output": parsed(markup)}
            if is_ordered(line["output"]):
                out.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
    return len(seen)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int)
    options = parser.parse_args()
    rng = random.Random(f"markdown_v2 {options.seed}")
    if options.cases:
        record((random_case(rng) for _ in range(options.cases)), sys.stdout)
        return
    cases = [*rules(), *(random_case(rng) for _ in range(RECORDED))]
    with TARGET.open("w", newline="\n", encoding="utf-8") as out:
        print(record(cases, out), "cases")


main()

"""Records how TDLib parses HTML: one JSON object per line, {"markup": …, "output": …}, with Bot API field names.

    python tests/tdlib/record_html.py                      writes TARGET
    python tests/tdlib/record_html.py --seed N --cases N > FILE
                                                           records other cases, for the ignored test that reads FILE

Links and languages with half of a surrogate pair are left out: TDLib cannot write them as JSON, and aborts.
"""

import argparse
import json
import pathlib
import random
import re
import sys

from tdlib import entity_out, execute

TARGET = pathlib.Path(__file__).parents[2] / "crates/telegram-text/testdata/html.jsonl"
CASES = 250
LONGEST = 600

# ── Cases by rule ────────────────────────────────────────────────────────────────────────────────

NAMES = ["b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "tg-spoiler", "code", "pre", "blockquote", "a"]

TAGS = [
    *(f"<{name}>x.org</{name}>" for name in NAMES),
    *(f"<{name.upper()}>x.org</{name.title()}>" for name in NAMES),
    *(f"<{name}></{name}>" for name in NAMES),
    *(f"<{outer}>x<{inner}>y.org</{inner}>z</{outer}>" for outer in NAMES[::2] for inner in NAMES[1::2]),
    "", "plain", " a \n b ", "\n", "\r\n\t\0", "a\u202eb\u0333", "<b>\r</b>", "<b> x </b>", "🎙<b>🎙</b>🎙", "é<b>й中</b>",
    "<b>x</>", "<b><i>x</></>", "<b>x</b >", "<b\n>x</b\t\r\n\x0b>", "<b\x0c>x</b>", "<b >x</b>", "<b></b><b>x</b>",
    "<b>a</b><b>b</b>", "<b><b>x</b></b>", "<b><i>x</i></b>", "<i><b>x</b></i>", "<u><s><b>x</b></s>y</u>",
    "<blockquote><blockquote>x</blockquote></blockquote>", "<code><b>x</b></code>", "<b><code>x</code></b>",
    "<>x", "<> x", "< b>x</b>", "<br>", "<br/>", "<b/>x", "<p>x</p>", "<!-- x -->", "<!DOCTYPE html>", "<h1>x</h1>",
    "<é>", "<É>", "<BR>", "<b<>", "<b\"x\">", "<bold>", "<tg-spoilers>", "1 < 2", "1<2", "1 <2>", "a<b", "<", "<b", "<B ", "<b  ",
    "<\0", "<b\0>x</b>", "<b \0>x</b>", "</", "</b", "</b>", "</>", "x</b>", "<b>x</b></b>", "<b>x", "<b><i>x", "<b><i>x</i>",
    "<b>x</", "<b>x</b", "<b>x</b ", "<b>x</ b>", "<b>x</b x>", "<b>x</b\0>", "<b>x</b/>", "<b>x</b></i", "<b>x</i>", "<b>x</strong>",
    "<b>x</É>", "<b>x</B2>", "<b><i>x</b></i>", "<b>x<</b>", "<b>x</b>y</b>", "&amp;<b>&lt;", "🎙🎙<b", "🎙</b>",
]

ATTRIBUTES = [
    "<b a>x</b>", "<b a b c>x</b>", "<b a=x>y</b>", "<b a=x b=y>z</b>", "<b a = x >y</b>", "<b a='x'>y</b>", "<b a=\"x\">y</b>",
    "<b a='x'b=\"y\"c>z</b>", "<b a=>x</b>", "<b a= >x</b>", "<b a= b>x</b>", "<b a=''>x</b>", "<b a='>'>x</b>", "<b a='\"'>x</b>",
    "<b a=\"'\">x</b>", "<b <>x</b>", "<b a<b>x</b>", "<b é=x>y</b>", "<b a=aZ09.->x</b>", "<b a=x_y>z</b>", "<b a=x/>y</b>",
    "<b a=é>y</b>", "<b a=&lt;>x</b>", "<b a=x'>y</b>", "<b a=x=y>z</b>", "<b a='&lt;&quot;&#65;'>x</b>", "<b a='&#0;&nbsp;&'>x</b>",
    "<b =>x</b>", "<b =x>y</b>", "<b />x</b>", "<b a/>x</b>", "<b a='x'/>y</b>", "<b ''>x</b>", "<b \"a\"=x>y</b>", "<b a'>x</b>",
    "<b a\">x</b>", "<b a 'x'>y</b>", "<b a", "<b a ", "<b a=", "<b a= ", "<b a=x", "<b a=x ", "<b a='", "<b a='x", "<b a='x'",
    "<b a='x' ", "<b a=\"x'>y</b>", "<b a=x\0>y</b>", "<b a='\0'>x</b>", "<b a\0>x</b>", "<b a=\0>x</b>", "<b a='x'\0>y</b>",
    "<b\ta\n=\r'x'\x0b>y</b>", "<b a=x\x0c>y</b>", "<b expandable href=x class=y>z</b>", "<a b c",
    "<span class=\"tg-spoiler\">x</span>", "<span class=tg-spoiler>x</span>", "<SPAN class=TG-SPOILER>x</SPAN>",
    "<span class='TG-SPOILER'>x</span>", "<span>x</span>", "<span class>x</span>", "<span class=''>x</span>",
    "<span class=\"tg-spoiler x\">y</span>", "<span CLASS=tg-spoiler>x</span>", "<span id=tg-spoiler>x</span>",
    "<span class=x class=tg-spoiler>y</span>", "<span class=tg-spoiler class=x>y</span>", "<span class=tg-spoiler class=tg-x>y</span>",
    "<span class=tg-spoiler class>y</span>", "<span class=tg-spoiler>", "<span class=tg-spoiler></span>", "a<span>", "<span class=tg-",
    "<blockquote expandable>x</blockquote>", "<blockquote expandable=''>x</blockquote>", "<blockquote expandable=no>x</blockquote>",
    "<blockquote Expandable>x</blockquote>", "<blockquote a expandable b>x</blockquote>", "<blockquote expandable >x</blockquote>",
    "<blockquote expandable/>x</blockquote>", "<blockquote expandable", "<blockquote expandable=", "<blockquote expandable expandable>x</>",
    "<blockquote expandable>x</blockquote><blockquote>y</blockquote>", "<blockquote expandable><blockquote>x</blockquote></blockquote>",
]

REFERENCES = [
    "&lt;b&gt;", "&lt", "&lt;;", "&ltx", "&LT;", "&Lt;", "&lt b", "&amp;lt;", "&amp;amp;", "&quot;", "&quota;", "&apos;", "&nbsp;",
    "&copy;", "&", "&&", "&;", "&#", "&#;", "&#x", "&#x;", "&#0;", "&#00;", "&#65;", "&#65", "&#65x", "&#065;", "&#0000065;",
    "&#00000065;", "&#000000065;", "&#x41;", "&#X41;", "&#x41g", "&#x000041;", "&#x0000041;", "&#x1F399;", "&#127897;", "&#x1f399z",
    "&#1114110;", "&#1114111;", "&#x10fffe;", "&#x10ffff;", "&#x110000;", "&#9999999;", "&#4294967361;", "&#x100000041;", "&#-1;",
    "&#+1;", "&# 1;", "&#1;", "&#13;&#10;", "&#x202e;", "&#xfffe;", "&#xd800;", "&#xdfff", "&#55296;", "&#xd83d;&#xde42;",
    "a&#xd800;<b", "<b>&#xd800;", "a🎙&#xdc00;b", "<b>&#xd800;</b><x>", "&<b>x</b>", "&lt<b>x</b>", "&#65<b>x</b>", "&#é", "&é;", "&\0;",
]

LINKS = [
    "e.org", "https://e.org", "HTTP://E.ORG/A", "e.org?a=b", "e.org#a", "e.org:80", "e.org:0", "user@e.org", "http://localhost", "ftp://e.org",
    "mailto:a@e.org", "tel:+1", "javascript:alert(1)", "tg://user?id=7", "tg:user?id=7", "TG://USER/?ID=7&amp;x=1", "tg://user?id=0",
    "tg://user?id=1099511627776", "tg://user?id=1099511627775", "tg://resolve?domain=x", "ton://transfer/x", "tonsite://a.ton/b c", "http://пример.рф/путь",
    "http://[::1]/", "http://1.2.3.4", "e.org/a b", "e.org/a\nb", "e.org/a\tb", "e.org/a\rb\x0b\x01\x1f\x7f", "e.org/a \t\r\n\x0b",
    "e.org/a\x0c", "e.org/a\u202eb", "\u202ee.org", "e\u202e.org", "e.org\t", "e.org \n", " e.org", "\te.org", "e.org?\x0b", "tg:a?b\t",
    "tg:a\t", "tg://user?id=\t7", "e.org/&lt;&gt;&amp;&quot;", "e.org/&lt=&amp", "e.org/?a&b=&c", "e.org/%zz", "e%zz.org", "e.org/&#39;&#x1;",
    "", " ", ".", "x", "&#101;.org",
]

LANGUAGES = ["rust", "Rust", "C++", "a b", "a\nb", "a\tb\r", "&quot;&lt;&amp;", "язык", "🎙", "", " ", "a\u202e", "language-a", "'"]

HOLDERS = [
    *(f"<pre><code class=\"language-{language}\">x</code></pre>" for language in LANGUAGES),
    "<pre><code class=language-Rust>x</code></pre>", "<pre><code class='Language-a'>x</code></pre>", "<pre><code CLASS=language-a>x</code></pre>",
    "<code class=language-a>x</code>", "<code class=language-a><pre>x</pre></code>", "<pre class=language-a>x</pre>", "<pre language=a>x</pre>",
    "<pre class=language-a><code>x</code></pre>", "<pre><code>x</code></pre>", "<code><pre>x</pre></code>",
    "<pre> <code class=language-a>x</code></pre>", "<pre><code class=language-a>x</code> </pre>", "<pre><b></b><code class=language-a>x</code></pre>",
    "<pre><code class=language-a><b>x</b></code></pre>", "<pre><b><code class=language-a>x</code></b></pre>", "<b><pre><code class=language-a>x</code></pre></b>",
    "<pre><a href='ftp://x'><code class=language-a>x</code></a></pre>", "<pre><tg-time unix=0><code class=language-a>x</code></tg-time></pre>",
    "<pre><code class=language-a>x</code></pre><pre>y</pre>", "<code class=language-a>x</code><pre>y</pre>", "<pre>x</pre><code class=language-a>y</code>",
    "<pre><pre><code class=language-a>x</code></pre></pre>", "<code class=language-b><pre><code class=language-a>x</code></pre></code>",
    "<code class=language-b><code class=language-a>x</code></code>", "<code class=language-b><pre><pre>x</pre></pre></code>",
    "<pre><code class=language-a class=language-b>x</code></pre>", "<pre><code class=language-a class='language-'>x</code></pre>",
    "<pre><code class=language-a class=b>x</code></pre>", "<pre><code class=language-a class>x</code></pre>",
    *(f"<a href=\"{link}\">x</a>" for link in LINKS),
    *(f"<a>{link}</a>" for link in LINKS[::3]),
    "<a href=e.org>x</a>", "<a href=E.ORG>x</a>", "<a href=http://e.org>x</a>", "<a HREF=e.org>x</a>", "<a href>x.org</a>", "<a href=''>x.org</a>",
    "<a href=e.org href=x.org>y</a>", "<a href=e.org href=''>x.org</a>", "<a href=e.org href>x.org</a>", "<a><b>e.o</b>rg</a>", "<a>e.org&amp;a</a>",
    "<a href=e.org><a href=x.org>y</a></a>", "<a href=tg.org><a href='tg://user?id=7'>y</a></a>", "<a>e.org/a\0b</a>", "<a>e.org\0</a>", "<a href=e.org></a>",
    *(f"<tg-emoji emoji-id=\"{id}\">🎙</tg-emoji>" for id in [
        "5368324170671202286", "1", "-7", "0", "-0", "05", "+5", " 5", "5 ", "", "-", "x", "5x", "9223372036854775807", "9223372036854775808",
        "-9223372036854775808", "18446744073709551617", "99999999999999999999", "&#53;", "٣"]),
    "<tg-emoji>🎙</tg-emoji>", "<tg-emoji emoji-id>🎙</tg-emoji>", "<tg-emoji emoji-id=x></tg-emoji>", "<tg-emoji emoji-id=x emoji-id=5>x</tg-emoji>",
    "<tg-emoji emoji-id=5>many words</tg-emoji>", "<TG-EMOJI emoji-id=5>x</TG-EMOJI>", "<tg-emoji id=5>x</tg-emoji>", "é<tg-emoji emoji-id=0>x</>",
    *(f"<tg-time unix=\"{unix}\">x</tg-time>" for unix in [
        "5", "0", "-5", "05", "+5", " 5", "5 ", "5x", "", "x", "2147483647", "2147483648", "4294967301", "-4294967291", "99999999999999999999", "5.9"]),
    *(f"<tg-time unix=5 format=\"{letters}\">x</tg-time>" for letters in [
        "", "r", "R", "rr", "rd", "dr", "w", "W", "d", "D", "t", "T", "wDT", "TDw", "dd", "dD", "Tt", "tT", "wdt", "WDT", "x", " ", "d t", "&#119;", "é"]),
    "<tg-time>x</tg-time>", "<tg-time unix>x</tg-time>", "<tg-time unix=0 format=x>y</tg-time>", "<tg-time unix=x format=x></tg-time>",
    "<tg-time unix=5 unix=6 format=d format=w>x</tg-time>", "<tg-time format=WDT unix=7>x</tg-time>", "<tg-time UNIX=5>x</tg-time>",
    "<tg-time unix=5>x", "<b><tg-time unix=5>x</tg-time></b>", "é<tg-time unix=5 format=x>y</tg-time>",
]



def crowd(pattern, count):
    """Many tags around one word: for more than 16 entities, TDLib's sort is not stable."""
    tags = {"a": "<a href='tg://user?id={0}'>", "b": "<b>", "q": "<blockquote>", "e": "<blockquote expandable>", "t": "<tg-emoji emoji-id={0}>"}
    letters = [pattern[at % len(pattern)] for at in range(count)]
    return "".join(tags[letter].format(at + 1) for at, letter in enumerate(letters)) + "x" + "</>" * count


CROWDS = [crowd(*of) for of in [("ab", 16), ("ab", 17), ("a", 20), ("ab", 20), ("ba", 25), ("abq", 30), ("qe", 18), ("aqbet", 40)]]

ROWS = TAGS + ATTRIBUTES + REFERENCES + HOLDERS + CROWDS

# ── Random markup ────────────────────────────────────────────────────────────────────────────────

WORDS = ["x", "y.org", " ", "\n", "\t", "\r", "й", "🎙", "é", "1", "tg://user?id=7", "https://e.org/a b", "\u202e", "#tag", "a\0b", "'", "\"", "=", "/", ">", ";"]
REFERENCE_PIECES = [row for row in REFERENCES if "<" not in row] + ["&lt;", "&amp;", "&quot;", "&gt;", "&#60;"] * 3
ATTRIBUTE_NAMES = ["href", "class", "emoji-id", "unix", "format", "expandable", "a", "HREF", "é", "language", "x<y"]
VALUES = [*LINKS, "language-a", "language-Rust", "language-", "language-a b", "tg-spoiler", "tg-x", "5", "0", "-7", "05", "x", "1700000000", "wDT", "r", "rd", "", "é"]
BROKEN = ["<", ">", "</", "</>", "<>", "<b", "</b", "<b/>", "<x>", "=", "\"", "'", "/", "<a href=", "<a href='", "\0", "<tg-", "<span>", "&", "&#", "< ", "/>"]


def case_of(rng, name):
    return rng.choice([str.upper, str.title])(name) if rng.random() < 0.08 else name


def value_of(rng):
    value = rng.choice(VALUES)
    if rng.random() < 0.25:
        value += rng.choice(REFERENCE_PIECES + WORDS)
    return value


def attribute(rng, name=None, value=None):
    name = name or rng.choice(ATTRIBUTE_NAMES)
    value = value_of(rng) if value is None else value
    if rng.random() < 0.08:
        return name
    blank = rng.choice(["", "", "", "", "", " ", "\n"])
    quote = rng.choice(["\"", "\"", "'", ""])
    return f"{name}{blank}={blank}{quote}{value}{quote}"


OWN = {"a": ("href", LINKS), "tg-emoji": ("emoji-id", ["5", "-7", "0", "x"]), "tg-time": ("unix", ["5", "0", "1700000000", "5x"]),
       "code": ("class", ["language-a", "language-b c", "language-", "x"]), "span": ("class", ["tg-spoiler"] * 5 + ["tg-x"]),
       "blockquote": ("expandable", ["", "x"])}


def start(rng, name):
    parts = [case_of(rng, name)]
    if name in OWN and (name in ("span", "tg-emoji") or rng.random() < 0.75):
        own, values = OWN[name]
        parts.append(attribute(rng, own, rng.choice(values) if rng.random() < 0.9 else None))
    while rng.random() < 0.12:
        parts.append(attribute(rng))
    return "<" + rng.choice([" ", " ", " ", "\n", "  "]).join(parts) + rng.choice(["", "", "", " ", "/" if rng.random() < 0.1 else ""]) + ">"


def words(rng):
    pieces = WORDS[:12] if rng.random() < 0.6 else WORDS + REFERENCE_PIECES
    return "".join(rng.choice(pieces) for _ in range(rng.randint(0, 3)))


def nested(rng, depth=0):
    out = words(rng)
    for _ in range(rng.choice([1, 1, 2, 3])):
        name = rng.choice(NAMES + ["span", "tg-emoji", "tg-time", "a", "code", "pre"])
        inner = nested(rng, depth + 1) if depth < 4 and rng.random() < 0.55 else words(rng) if rng.random() < 0.9 else ""
        end = rng.choice([f"</{name}>"] * 6 + ["</>", f"</{name} >", f"</{name.upper()}>"])
        out += start(rng, name) + inner + end + words(rng)
    return out


def broken(rng):
    pieces = list(re.findall(r"<[^>]*>|[^<]+", nested(rng)))
    for _ in range(rng.randint(1, 2)):
        place = rng.randrange(len(pieces) + 1)
        match rng.randrange(4):
            case 0:
                pieces.insert(place, rng.choice(BROKEN))
            case 1 if pieces:
                del pieces[place % len(pieces)]
            case 2 if pieces:
                piece = pieces[place % len(pieces)]
                at = rng.randrange(len(piece) + 1)
                pieces[place % len(pieces)] = piece[:at] + rng.choice(BROKEN + WORDS + REFERENCE_PIECES + [""]) + piece[at + rng.randint(0, 2):]
            case _:
                pieces = pieces[:place]
    return "".join(pieces)


def soup(rng):
    pieces = BROKEN + WORDS + REFERENCE_PIECES + [f"<{name}>" for name in NAMES] + [f"</{name}>" for name in NAMES]
    return "".join(rng.choice(pieces) for _ in range(rng.randint(1, 8)))


def random_markup(rng):
    return rng.choice([nested, nested, broken, broken, soup])(rng)


# ── Recording ────────────────────────────────────────────────────────────────────────────────────


def is_recordable(markup):
    has_surrogate = re.search(r"&#([xX]0*[dD][89a-fA-F]|0*5[5-7]\d\d\d)", markup)
    return not has_surrogate or not re.search(r"href|class", markup)


def parsed(markup):
    answer = execute({"@type": "parseTextEntities", "text": markup, "parse_mode": {"@type": "textParseModeHTML"}})
    if answer["@type"] == "error":
        return {"error": answer["message"]}
    return {"text": answer["text"], "entities": [entity_out(entity) for entity in answer["entities"]]}


def record(markups, out):
    for markup in markups:
        line = {"markup": markup, "output": parsed(markup)}
        out.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")


def random_cases(seed, cases, rows=()):
    rng = random.Random(f"html {seed}")
    seen = set(rows)
    while cases:
        markup = random_markup(rng)
        if markup not in seen and len(markup) <= LONGEST and is_recordable(markup):
            seen.add(markup)
            cases -= 1
            yield markup


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int)
    parser.add_argument("--cases", type=int, default=1000)
    options = parser.parse_args()
    if options.seed is not None:
        record(random_cases(options.seed, options.cases), sys.stdout)
        return
    with TARGET.open("w", newline="\n") as out:
        rows = list(dict.fromkeys(ROWS))
        record([*rows, *random_cases(1, CASES, rows)], out)
        print(len(rows), "rows and", CASES, "random ones")


main()

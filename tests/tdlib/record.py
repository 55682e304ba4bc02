"""Records TDLib's results for texts: one JSON object per line, {"input": …, "output": …}, with Bot API field names.

    python tests/tdlib/record.py                      writes normal, detect, found and link.jsonl in TESTDATA
    python tests/tdlib/record.py KIND --seed N --cases N > FILE
                                                      records other cases, for the ignored tests that read FILE

TDLib processes the texts as a user's, without trimming. So texts with times of day are left out, which become links into
videos for users only; texts that begin or end with blanks are only cleaned; and Markdown characters are avoided.
"""

import argparse
import json
import pathlib
import random
import sys

from oracle import with_found
from tdlib import fixed, found, units, without_bank_cards

TESTDATA = pathlib.Path(__file__).parents[2] / "crates/telegram-text/testdata"

STYLES = ["bold", "italic", "underline", "strikethrough", "spoiler"]
QUOTES = ["blockquote", "expandable_blockquote"]
KINDS = STYLES + QUOTES + ["code", "pre", "pre_code", "text_link", "text_mention", "custom_emoji", "date_time"]
FOUND = ["mention", "hashtag", "url"]

PLAIN = ["a", "b", "word", " ", "\n", "й", "слово", "🙂", "👨‍👩‍👧", "é", "1", ".", "中", "٣"]
DIRTY = ["\t", "\r", "\0", "\x0b", "\x1f", "\u2028", "\u202e", "\u202a", "\u0333", "\u033f", "\u030a", "\u200e",
         "\u200f", "\u200e\u200f", "\u2029", "\x7f", "\u0301", "\ufeff", "\u200b"]

URLS = ["https://example.org/", "http://Example.ORG", "example.org", "example.org?q=a b", "tg://user?id=7",
        "tg:user?id=12&x=1", "tg://resolve?domain=durov", "ton://transfer/x", "tonsite://a.ton", "http://localhost",
        "ftp://a.b", "http://пример.рф/путь", "http://a.b/\u202e", "", "mailto:a@b.com", "https://a.b/#c d"]


def entity(kind, offset, length, rng):
    value = {"type": kind, "offset": offset, "length": length}
    match kind:
        case "pre_code":
            value["type"] = "pre"
            value["language"] = rng.choice(["rust", "c\t", "py\r"])
        case "text_link":
            value["url"] = rng.choice(URLS[:9]) if rng.random() < 0.97 else rng.choice(URLS)
        case "text_mention":
            value["user"] = {"id": rng.choice([1, 7, 1 << 39, (1 << 40) - 1, 1 << 40, 0, -1])}
        case "custom_emoji":
            value["custom_emoji_id"] = rng.choice(["5368324170671202286", "1", "-7"])
        case "date_time":
            value["unix_time"] = rng.choice([1, 1700000000, 2**31 - 1])
            value["date_time_format"] = rng.choice(["", "r", "w", "wdt", "DT", "wDT", "t", "D", "dT"])
    return value


def text_of(rng, pieces, most):
    return "".join(rng.choice(pieces) for _ in range(rng.randint(1, most)))


def boundaries(text):
    """The UTF-16 offsets of all characters and of the end."""
    result = [0]
    for character in text:
        result.append(result[-1] + units(character))
    return result


def normal_case(rng):
    dirty = rng.random() < 0.4
    text = text_of(rng, PLAIN + DIRTY if dirty else PLAIN, 12)
    places = boundaries(text)
    if rng.random() < 0.05:
        places = list(range(places[-1] + 3))
    kinds = KINDS + (FOUND if rng.random() < 0.1 else [])
    if rng.random() < 0.5:
        kinds = rng.sample(kinds, min(3, len(kinds)))
    entities = []
    for _ in range(rng.choice([0, 1, 2, 2, 3, 3, 4, 5, 8, 14])):
        start, end = sorted(rng.choice(places) for _ in range(2))
        entities.append(entity(rng.choice(kinds), start, end - start, rng))
    return {"text": text, "entities": entities}


# One piece for each class of script, each form of emoji, and each invisible character.
SCRIPTS = [
    "Latin", "слово", "Ελλ", "Ա", "ა", "עב", "عر", "فا\u200cرسی", "नमस्ते", "தமி", "বাং", "ไทย", "ລາວ", "ශ්\u200dරී", "မြန်", "ខ្មែរ", "བོད", "አማ", "ᎣᏏ",
    "ᠮᠣ", "中文", "かな", "カ", "한글", "ㄅ", "𝔸", "𐍈", "𞤀", "ߒߞ", "ⵣ", "ꦗ", "e\u0301", "Ⅷ", "½", "٣",
]
EMOJI = ["🙂", "👍🏽", "❤\ufe0f", "☎", "👨\u200d👩\u200d👧", "🏳\ufe0f\u200d🌈", "🇷🇺", "1\ufe0f\u20e3", "\U0001f3f4\U000e0067\U000e0062\U000e007f"]
NOTHING = ["\u00a0", "\u00ad", "\u1680", "\u180e", "\u2009", "\u200b", "\u200c", "\u200d", "\u205f", "\u2060", "\u2800", "\u3000", "\u3164", "\ufeff", "\ufffc"]
RANGES = {"nested": ((0, 6), (2, 2)), "same": ((1, 4), (1, 4)), "touching": ((0, 4), (4, 4)), "crossing": ((0, 5), (3, 5))}


def pairs(rng):
    """Every pair of kinds: nested, over the same range, touching and crossing."""
    for first in KINDS:
        for second in KINDS:
            for outer, inner in RANGES.values():
                yield {"text": "abcdefgh", "entities": [entity(first, *outer, rng), entity(second, *inner, rng)]}


def around(rng):
    """Random kinds over and next to every class of character, and over a part of it."""
    for piece in SCRIPTS + EMOJI + NOTHING + DIRTY:
        text = f"a{piece}b"
        length = units(piece)
        kinds = rng.sample(KINDS, 4)
        for kind, (offset, size) in zip(kinds, [(1, length), (0, 1 + length), (1 + length, 1), (0, length + 2)]):
            yield {"text": text, "entities": [entity(kind, offset, size, rng)]}
        yield {"text": text, "entities": [entity(rng.choice(KINDS), 1 + length // 2, 1, rng)]}


def singles(rng):
    """Every kind alone in a text, and with each of its values."""
    for kind in KINDS + FOUND:
        yield {"text": "ab cd", "entities": [entity(kind, 0, 2, rng), entity(kind, 3, 2, rng)]}
        yield {"text": "ab cd", "entities": [entity(kind, 0, 2, rng), entity(kind, 2, 3, rng)]}
    whole = lambda kind, **more: {"text": "ab", "entities": [{"type": kind, "offset": 0, "length": 2} | more]}
    yield from (whole("text_link", url=url) for url in URLS)
    yield from (whole("pre", language=language) for language in ["", "rust", "c\t", "py\r", "\r", "\u202e", "a b", "язык"])
    yield from (whole("text_mention", user={"id": user}) for user in [-1, 0, 1, (1 << 40) - 1, 1 << 40])
    yield from (whole("custom_emoji", custom_emoji_id=identifier) for identifier in ["0", "1", "-7", "9223372036854775807"])
    for letters in ["", "r", "w", "d", "D", "t", "T", "wd", "wD", "wt", "wT", "dt", "dT", "Dt", "DT", "wdt", "wdT", "wDt", "wDT"]:
        yield whole("date_time", unix_time=1700000000, date_time_format=letters)
    yield from (whole("date_time", unix_time=time, date_time_format="") for time in [-1, 0, 1, 2**31 - 1])
    pre = lambda language: {"type": "pre", "language": language, "offset": 0, "length": 2}
    for first, second in [("\u202e", "rust"), ("", "rust"), ("rust", "\r"), ("\r", "")]:
        yield {"text": "ab", "entities": [pre(first), pre(second)]}
    for user in [0, 1 << 40]:
        for offset, length in [(1_000_001, 1), (0, 1_000_001), (5, 9)]:
            yield {"text": "ab", "entities": [{"type": "text_mention", "user": {"id": user}, "offset": offset, "length": length}]}


def alike(rng):
    """Many entities with the same few ranges: for more than 16, TDLib's sort is not stable."""
    for count in [16, 17, 18, 20, 24, 30, 33, 40, 48, 60]:
        ranges = [(0, 2), (2, 3), (5, 1), (2, 6)][: 1 + count % 4]
        entities = []
        for language in range(count):
            offset, length = rng.choice(ranges)
            entities.append({"type": "pre", "language": str(language), "offset": offset, "length": length})
        yield {"text": "abcdefgh", "entities": entities}


def normal_hard(rng):
    e = lambda kind, offset, length, **more: {"type": kind, "offset": offset, "length": length} | more
    bold = lambda offset, length: e("bold", offset, length)
    yield from (
        {"text": text, "entities": entities}
        for text, entities in [
            ("🙂b", [bold(1, 2)]),
            ("🙂b", [bold(0, 1)]),
            ("ab", [bold(1, 2)]),
            ("ab", [bold(3, 2)]),
            ("ab", [bold(2, 0)]),
            ("ab", [bold(0, 1_000_001)]),
            ("ab", [bold(1_000_001, 1)]),
            ("ab", [bold(0, 1_000_000)]),
            ("a\rb", [bold(1, 1)]),
            ("a\rb", [bold(0, 2), bold(2, 1)]),
            ("a\u202eb", [e("code", 0, 1), e("code", 1, 1), e("italic", 1, 2)]),
            ("ab", [e("date_time", 0, 1, unix_time=0, date_time_format="")]),
            ("ab", [e("custom_emoji", 0, 1, custom_emoji_id="0")]),
            ("a\u200e\r\u200fb", [bold(1, 2)]),
            ("a\u0333\u0333b", [e("text_link", 1, 2, url="a.b"), bold(0, 4)]),
        ]
    )
    yield from pairs(rng)
    yield from around(rng)
    yield from singles(rng)
    yield from alike(rng)


WORDS = ["#", "@", "/", "$", ".", ":", "://", "http", "https", "HTTP", "ftp", "sftp", "tg", "ton", "tonsite", "a", "b",
         "com", "org", "Com", "COM", "рф", "РФ", "xn--p1ai", "зв", "я", "中", "🙂", " ", "\n", "_", "-", "1", "12", "USD",
         "1INCH", "EUR", "tag", "тег", "name", "user_1", "gif", "nft", "durov", "mailto:", "teiegram.org", "example",
         "localhost", "127.0.0.1", "255", "256", ":80", ":99999", ":0", "(", ")", "[", "]", "{", "}", "?", "!", "'", ",",
         ";", "`", "<", ">", "\"", "«", "»", "½", "Ⅷ", "\u200c", "\u200d", "\u2013", "\u2019", "\u00a0", "\u0301", "·",
         "~", "%20", "=", "&", "+", "ा", "න්", "É", "ß", "invalid"]
CANDIDATES = ["https://example.org/path?q=1#f", "example.com", "user@example.com", "@durov", "#tag", "#тег@name", "$USD",
              "/start@bot_name", "tg://resolve?domain=a", "http://пример.рф", "sub.domain.co.uk/a_(b)", "1.2.3.4:80/x",
              "a.b.c.io", "user:pw@host.net", "lib.rs", "#a_b1", "/help", "ton://x/y", "http://a_b.com", "x-.com"]


NEIGHBOURS = ["a", "я", "中", "1", "٣", "½", "_", "-", "~", "+", "#", "@", "/", "$", ":", ".", ",", ";", "!", "?", "'", "`", "\"", "«", "<", ">", "(",
              ")", "[", "]", "{", "}", "%", "&", "=", "\u0301", "🙂", "\u00a0", "\u200b", "\u200c", "\u200d", "\u2010", "\u2015", "\u2019", "\u2026",
              "\u202f", "\u2060", "\u206f", "\u2070", "\u3000", "\ufeff", "·", "\u0dcf", "\u00bf", "\u00c0", "\u00d7"]


def detect_case(rng):
    pieces = WORDS if rng.random() < 0.5 else WORDS + CANDIDATES * 3
    if rng.random() < 0.3:
        pieces = rng.sample(WORDS, 8) + rng.sample(CANDIDATES, 3)
    return text_of(rng, pieces, rng.choice([4, 8, 12, 20]))


def detect_hard(_):
    yield from [
        "#1", "#_", "#🙂", "##x", "#x#", "#1a", "#тег", "#__a", "#a-b", "#½", "#①", "#Ⅷ", "#e\u0301", "#नमस्ते",
        "#ශ්‍රී", "#l·l", "#a\u200cb", "#" + "a" * 255, "#" + "a" * 256, "#" + "a" * 257, "#" + "1" * 256 + "a",
        "#" + "a" * 300 + "#", "#" + "a" * 256 + "@durov", "#" + "a" * 257 + "@durov", "#abc@" + "a" * 32,
        "#abc@" + "a" * 33, "#abc@" + "a" * 33 + "#", "#abc@ab", "#abc@ab#", "#abc@abc#", "#abc@nameй", "#a@b_c.com",
        "$USD", "$usd", "$ABCDEFGH", "$ABCDEFGHI", "$1INCH", "$1INCHES", "$USD@durov", "$USD@du", "$USD@du$",
        "$USD@durov$", "$USD@durovй", "$USD@" + "a" * 33, "$$USD", "x$USD", "$USD.", "$USD$", "@gif", "@GIF", "@ufc",
        "@abc", "@" + "a" * 32, "@" + "a" * 33, "a@durov", "я@durov", "@durovя", "@durov½", "@durov\u0301", "/a", "/" + "a" * 64,
        "/" + "a" * 65, "/a@ab", "/a@abc", "/a@" + "a" * 33, "//a", "/a/b", "</a>", "x/a", "/aя", "http://localhost",
        "http://a.b", "http://a.bc", "https://a.b-c", "https://a.b_c", "https://a_b.cd", "https://a.b_c.de", "lib.rs",
        "main.py", "Hello.Com", "HELLO.COM", "hello.COM", "e.com.", "e.com...", "e.com..x", "(e.com/a)", "e.com/(a)",
        "e.com/a)b", "e.com/a.,", "e.com?", "e.com#", "e.com/?", "e.com:80", "e.com:080", "e.com:65535", "e.com:65536",
        "e.com:0", "e.com:", "user@e.com:80", "user:pw@e.com/x", "http://user@e.com", "mailto:a@e.com", "a@e.technology",
        "a@@e.com", "@e.com", "a@b@e.com", "https://a@b@e.com", "tEiegram.org", "telegram.org", "x.teiegram.org",
        "tonsite://a.ton", "xtonsite://a.com", "xhttp://a.com", "shttp://a.com", "sftp://a.com", "xsftp://a.com",
        "яhttp://a.com", "a.http://b.com", "tg://" + "a" * 253, "tg://" + "a" * 254, "tg://a?", "tg://a/", "tg://a#x.",
        "TG://Abc/й", "ton:a", "tg:a", "0.0.0.0", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.256", "999.1", "a.xn--p1ai",
        "a.xn--a", "a.xn--", "a.XN--P1AI", "https://a.xn--x", "x.İo", "x.com\u2013y", "x.com\u2019s", "x.com\u00a0y",
        "«x.com»", "<x.com>", "\"x.com\"", "x.com'y", "я.рф", "Я.РФ", "я.Рф", "слово.слово", "конец.Начало", "a" * 63 + ".com",
        "a" * 64 + ".com", "a-.com", "-a.com", "a~b.com", "a.b.c.d.e.f.g.com", ".com", "..com", "a..com", "a.com/",
        "a.com//b", "a.com/[b", "a.com/]b", "a.com/{b}c}", "http://", "://a.com", "http:///a.com", "http://.a.com",
    ]
    # Every kind between all neighbours.
    for piece in ["#tag", "$USD", "@durov", "/start", "a.com", "a@b.com", "http://a.bc/d", "tg://a?b"]:
        for neighbour in NEIGHBOURS:
            yield f"{neighbour}{piece}{neighbour}"
    for piece in SCRIPTS + EMOJI:
        yield f"#{piece} #a{piece}b @{piece} {piece}.com a.{piece} {piece}@durov http://{piece}.de/{piece}"


def found_hard(rng):
    """Every kind around, inside, over, next to and across every detectable entity."""
    for piece in ["#tag1", "$GBPX", "@durov", "/start", "ab.com", "a@b.com"]:
        text, start, size = f" ab {piece} cd\n", 4, len(piece)
        ranges = [(2, size + 4), (start + 1, 2), (start, size), (start + size, 2), (1, start), (start + 2, size)]
        for kind in KINDS:
            for offset, length in ranges:
                yield {"text": text, "entities": [entity(kind, offset, length, rng)]}


def found_case(rng):
    text = detect_case(rng)
    places = boundaries(text)
    entities = []
    for _ in range(rng.randint(1, 5)):
        start, end = sorted(rng.choice(places) for _ in range(2))
        entities.append(entity(rng.choice(KINDS), start, end - start, rng))
    return {"text": text, "entities": entities}


LINK_PIECES = ["http://", "https://", "HTTP://", "ftp://", "tg:", "tg://", "TON://", "ton:", "tonsite://", "a", "B", "user",
               ".", "..", "example", "com", ":", ":80", ":080", ":65536", ":0", ":+1", "@", "/", "//", "?", "#", "%", "%20",
               "%zz", "%2", " ", "\t", "\n", "\r", "\u202e", "\u00a0", "й", "ПР", "🙂", "[", "]", "[::1]", "[::ffff:1.2.3.4]",
               "[1::2::3]", "-", "_", "!", "$", "'", "(", ")", "*", "+", ",", ";", "=", "&", "~", "|", "\\", "\"", "<", "^",
               "user?id=", "7", "id=", "\x7f", "1.2.3.4", "x"]


def link_case(rng):
    pieces = [rng.choice(LINK_PIECES) for _ in range(rng.randint(1, 6))]
    if rng.random() < 0.7:
        scheme = rng.choice(["", "http://", "https://", "HTTPS://", "tg://", "tg:", "ton://", "tonsite:"])
        host = rng.choice(["a.b", "Example.ORG", "пример.рф", "a.b:80", "u:p@a.b", "user", "1.2.3.4", "[::1]"])
        pieces = [scheme, host, rng.choice(["", "/", "?", "#"]), *pieces]
    return "".join(pieces)


def link_hard(_):
    yield from [
        "", "example.org", "HTTP://EXAMPLE.org", "http://localhost", "localhost", "http://a@b.c", "http://a:b@c.d:1/e",
        "mailto:a@b.com", "tel:+1", "javascript:x", "javascript:alert(1)", "ftp://a.b", "tg://user?id=5", "tg:user?id=5",
        "tg://user?id=0", "tg://user?id=05", "tg://user?id=+5", "tg://user?id=-5", "tg://user?id=1099511627775",
        "tg://user?id=1099511627776", "tg://user/?id=5#x", "TG:USER?x&ID=7&id=8", "tg://user?id=x&id=5", "tg://user?a=1",
        "tg://users?id=5", "tg://resolve?domain=a", "tg:resolve", "tg://a.b", "tg://a/b c", "tg://a:1", "tg://a@b",
        "tg:http://a", "tg:https://a", "tg://", "tg:", "ton://transfer/x", "TON:A", "tonsite://a.B", "tonsite:a", "http://[::1]/",
        "http://[::1]:80/", "http://[::G]/", "http://[::1", "http://::1]/", "http://[::ffff:1.2.3.4]/", "[::1]", "http://[1]/",
        "http://[fe80::1%25eth0]/", "http://1.2.3.4", "http://1.2.3.4:99999/x", "a.b:1", "a.b:", "a.b:00000000080/", ":80", "a.b?x", "a.b#x",
        "a.b/x y", "a.b/x\ny", "a.b/x \n", "http://ЖЖ.рф/ПУТЬ", "http://a.b/%zz", "http://a%20.b/", "http://a%2.b", "http://a.b%",
        "http://a b.c", " http://a.b", "http://a.b ", "http://.", "http://..", "http://a.", "http://.b", "http:a.b", "http:/a.b",
        "http:///a.b", "//a.b", "https://a.b//c", "https://a.b\\c", "https://a.b|c", "https://a.b/\"", "https://a_b.c", "https://-a.b",
        "a.b@c", "a@b", "http://a.b\u00a0c", "http://a\u202e.b", "http://a b@c.de", "http://a%@c.de", "http://a:b@c.de", "http://@c.de", "http://a@b@c.de",
        "http://a b@[::1]", "http://a b@c d", "http://a.b/\u200e\u200f", "http://" + "a" * 300 + ".b", "https://t.me/durov?a#b",
    ]


def ask_normal(case):
    output = fixed(case["text"], case["entities"])
    if output.get("text") == "":
        return None
    if "text" in output:
        output["entities"] = [entity for entity in output["entities"] if entity["type"] not in FOUND]
    return output


def ask_detect(text):
    entities, has_foreign = found(text)
    return None if has_foreign else {"text": text, "entities": without_bank_cards(entities)}


def ask_link(url):
    answer = fixed("x", [{"type": "text_link", "offset": 0, "length": 1, "url": url}])
    if "error" in answer:
        return answer
    kept = answer["entities"][0]
    return {"user": kept["user"]["id"]} if kept["type"] == "text_mention" else {"url": kept["url"]}


def sendable_entities(case):
    """The entities without detectable kinds: the Bot API ignores those in a request, `parseMarkdown` keeps them."""
    return [entity for entity in case["entities"] if entity["type"] not in FOUND]


def record(kind, cases, seed, hard, out):
    rng = random.Random(f"{kind} {seed}")
    written = 0
    seen = set()

    def write(case):
        nonlocal written
        if kind == "normal":
            output = ask_normal(case | {"entities": sendable_entities(case)})
            line = {"input": case, "output": output}
        elif kind == "found":
            output = with_found(case["text"], case["entities"])
            output = None if "foreign" in output else output
            line = {"input": case, "output": output}
        elif kind == "detect":
            output = ask_detect(case)
            line = {"input": {"text": case}, "output": output}
        else:
            output = ask_link(case)
            line = {"input": {"url": case}, "output": output}
        text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
        if output is not None and text not in seen:
            seen.add(text)
            written += 1
            out.write(text + "\n")

    if hard:
        for case in HARD[kind](rng):
            write(case)
    tries = 0
    while written < cases and tries < cases * 20:
        tries += 1
        write(CASE[kind](rng))
    return written


HARD = {"normal": normal_hard, "detect": detect_hard, "found": found_hard, "link": link_hard}
CASE = {"normal": normal_case, "detect": detect_case, "found": found_case, "link": link_case}
CASES = {"normal": 1800, "detect": 1200, "found": 700, "link": 500}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", nargs="?", choices=CASES)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=1000)
    options = parser.parse_args()
    if options.kind:
        record(options.kind, options.cases, options.seed, False, sys.stdout)
        return
    for kind, cases in CASES.items():
        with (TESTDATA / f"{kind}.jsonl").open("w", newline="\n") as out:
            print(kind, record(kind, cases, options.seed, True, out))


main()

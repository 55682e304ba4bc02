"""Writes crates/telegram-text/src/detect/tlds.txt: the top-level domains that TDLib detects as links without a scheme.

Candidates are all words of two to four letters, every suffix of the string constants in TDLib's library, which contains
its table (linkers store a constant inside a longer one that ends with it), and the words of the given files. TDLib decides
about each. Usage: python tests/tdlib/tlds.py DATE [FILE…]
"""

import itertools
import pathlib
import re
import string
import sys

import tdjson

from tdlib import VERSION, found, units

TARGET = pathlib.Path(__file__).parents[2] / "crates/telegram-text/src/detect/tlds.txt"


def candidates():
    for length in (2, 3, 4):
        yield from map("".join, itertools.product(string.ascii_lowercase, repeat=length))
    folder = pathlib.Path(tdjson.__file__).parent
    for library in [*folder.rglob("*.so*"), *folder.parent.glob("tdjson*/*.so*")]:
        data = library.read_bytes()
        for run in re.findall(rb"(?:[a-z]|[\xc3-\xed][\x80-\xbf]+){2,40}(?=\0)", data):
            word = run.decode(errors="ignore")
            yield from (word[start:] for start in range(len(word) - 1))
    for name in sys.argv[2:]:
        yield from re.findall(r"[^\W\d_]+", pathlib.Path(name).read_text().lower())


def is_link(word):
    text = "example." + word
    entities, _ = found(text)
    return any(entity["type"] == "url" and entity["length"] == units(text) for entity in entities)


def main():
    domains = sorted({word for word in set(candidates()) if is_link(word)}, key=str.encode)
    notes = f"# Top-level domains that TDLib {VERSION} makes links of, asked on {sys.argv[1]} by tests/tdlib/tlds.py.\n"
    TARGET.write_text(notes + "".join(word + "\n" for word in domains))
    print(len(domains), "domains")


main()

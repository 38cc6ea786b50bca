"""What of a message is shown: passwords and tokens never, by their place and by their value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from contracts.passport import Passport
from contracts.words import ContextWord
from registries_mock.journal.secret_elements import HIDDEN, Span, find_elements, tag_of
from registries_mock.journal.unescaping import TooOftenEscaped, Unescaped, unescape_all

SHOWN: Final = 32_768
"""Characters of one message that are shown."""
_SECRET_WORDS: Final = frozenset(
    {
        ContextWord.CONSENT_TOKEN,
        ContextWord.CONSENT_PUBLIC_KEY,
        ContextWord.API_KEY,
        ContextWord.SMS_PASSWORD,
        ContextWord.FILES_PASSWORD,
    }
)
_SPEAKING: Final = re.compile(r"password|token|key", re.IGNORECASE)
_SHORTEST: Final = 4
"""A value of fewer characters is hidden by its place alone: elsewhere it would hide half the message."""
_USUAL: Final = r"(?:[\w.-]*(?:password|passwd|secret)|(?:access|refresh|id)[_-]?token|api[_-]?key)"
"""Names that hold secrets whoever sends them."""
_BARE_VALUE: Final = re.compile(r"[^\s,}\]&<>]*")
_ENCODING: Final = re.compile(r"\s*<\?xml[^>]*?\bencoding\s*=\s*[\"']([^\"']*)")
_LIKE_ASCII: Final = re.compile(r"utf-?8|(?:us-)?ascii|iso-8859-\d+|windows-125\d|cp125\d|koi8-[ru]", re.IGNORECASE)


def _open(element: str) -> str:
    return rf"<(?:[\w.-]+:)?{element}(?:\s[^<>]*)?>"


def _close(element: str) -> str:
    return rf"</(?:[\w.-]+:)?{element}\s*>"


def secret_names(passports: Iterable[Passport]) -> frozenset[str]:
    """The elements that hold passwords and tokens: SHEP's own, and those that passports fill from such words."""
    paths = {
        field.path for one in passports for field in one.request.fields if _SECRET_WORDS.intersection(field.sources)
    }
    return frozenset({"password", *(_name_of(path) for path in paths)})


def _name_of(path: str) -> str:
    """The last step, or the one above it, that says by its name what it holds: `Token/Code` is hidden as Token."""
    steps = [step.rpartition(":")[2] for step in path.split("/")]
    return next((step for step in reversed(steps) if _SPEAKING.search(step)), steps[-1])


class Redaction:
    """Makes messages fit to be shown. Where it can be read in two ways what a secret is, both are hidden."""

    def __init__(self, names: Iterable[str]) -> None:
        name = rf"(?P<name>{'|'.join([*(re.escape(name) for name in sorted(names)), _USUAL])})"
        self._tag = tag_of(name)
        self._value = re.compile(
            rf"(?:([\"']){name}\1\s*:|(?<![\w.-]){name.replace('name', 'label')}\s*=)\s*", re.IGNORECASE
        )

        # A property of SHEP, whose name is a text.
        self._property = re.compile(rf"{_open('key')}\s*{name}\s*{_close('key')}\s*{_open('value')}", re.IGNORECASE)
        self._property_end = re.compile(_close("value"), re.IGNORECASE)

    def show(self, message: bytes, secrets: Iterable[str]) -> str:
        """The message as text; what is no UTF-8 is not shown, because nothing could be found in it to be hidden."""
        try:
            text = message.decode()
            declared = _ENCODING.match(text.lstrip("\ufeff"))
            if declared is not None and not _LIKE_ASCII.fullmatch(declared[1]):
                return f"({len(message)} bytes that say to be no UTF-8)"
            if "\0" in text:
                return f"({len(message)} bytes that are no text)"
            plain = unescape_all(text)
        except UnicodeDecodeError:
            return f"({len(message)} bytes that are no UTF-8)"
        except TooOftenEscaped:
            return f"({len(message)} bytes that are escaped too often)"
        spans = [*find_elements(plain, self._tag), *self._values(plain), *self._properties(plain.text)]
        text = _cut_out(plain, [*spans, *_known(plain.text, secrets)])
        return text if len(text) <= SHOWN else f"{text[:SHOWN]}… ({len(text)} characters)"

    def _properties(self, text: str) -> Iterator[Span]:
        for found in self._property.finditer(text):
            end = self._property_end.search(text, found.end())
            yield found.end(), end.start() if end else len(text), HIDDEN

    def _values(self, plain: Unescaped) -> Iterator[Span]:
        """Of members of JSON objects, of attributes, of forms."""
        text, hidden_to = plain.text, 0
        for found in self._value.finditer(text):
            at = found.end()
            if at < hidden_to or at >= len(text):
                continue
            if text[at] in "\"'":
                at, hidden_to = at + 1, _end_of_quoted(plain, at)
            elif text[at] in "[{":
                hidden_to = len(text)
            else:
                bare = _BARE_VALUE.match(text, at)
                hidden_to = bare.end() if bare else at
            yield at, hidden_to, HIDDEN


def _end_of_quoted(plain: Unescaped, begin: int) -> int:
    """Where a quoted text ends: at a quote that is written as its first one is; the others stand inside."""
    quote, written = plain.text[begin], plain.as_written(begin)
    at = plain.text.find(quote, begin + 1)
    while at >= 0 and plain.as_written(at) != written:
        at = plain.text.find(quote, at + 1)
    return at if at >= 0 else len(plain.text)


def _known(text: str, secrets: Iterable[str]) -> Iterator[Span]:
    for secret in {one for one in secrets if len(one) >= _SHORTEST}:
        for form in (one for one in {secret, _unescaped(secret)} if len(one) >= _SHORTEST):
            yield from ((found.start(), found.end(), HIDDEN) for found in re.finditer(re.escape(form), text))


def _unescaped(secret: str) -> str:
    try:
        return unescape_all(secret).text or secret
    except TooOftenEscaped:
        return secret


def _cut_out(plain: Unescaped, spans: list[Span]) -> str:
    pieces: list[str] = []
    end = 0
    for begin, until, instead in sorted(spans, key=lambda span: (span[0], -span[1])):
        if until > end:
            if begin >= end:
                pieces += [plain.message[plain.places[end] : plain.places[begin]], instead]
            end = until
    return "".join([*pieces, plain.message[plain.places[end] :]])

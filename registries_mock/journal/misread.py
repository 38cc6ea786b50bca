"""A question that its service could not read: places of the passport in which nothing stood, and what came instead."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any, Final

from lxml import etree

from contracts.passport import Passport
from contracts.words import Protocol
from registries_mock.errors import Refused
from registries_mock.payloads.paths import parse_path
from registries_mock.payloads.reader import members_at, places_in, texts_at
from registries_mock.payloads.xml_in import local, parse_bytes

_QUESTION: Final = "question."
_ALIKE: Final = 0.5


def find_lacking(message: bytes, passport: Passport) -> dict[str, dict[str, str]]:
    """`{path: {"came", "known"}}` of the places that whom it is about would stand in, and where nothing was found.

    `came` is the unknown name most like the place's own, "" where none is like it; {} for what is no message at all.
    Names alone: no value is told. Of several ways to name somebody the one that lacks least is meant.
    """
    fields = [one for one in passport.request.fields if one.sources and one.sources[0].startswith(_QUESTION)]
    try:
        places = _open(message, passport)
        lacking = [one for one in fields if not any(_told(place, one.path) for place in places)]
        came = sorted({name for place in places for name in _names(place)})
    except (Refused, ValueError):
        return {}
    known = {_last(one.path) for one in passport.request.fields}
    strangers = [name for name in came if name not in known]
    ways = [[one.path for one in lacking if one.sources[0].removeprefix(_QUESTION) in way] for way in passport.search]
    return {path: {"came": _find_likest(_last(path), strangers), "known": path} for path in min(ways, key=len)}


def _find_likest(name: str, among: Sequence[str]) -> str:
    return next(iter(get_close_matches(name, among, 1, _ALIKE)), "")


def _open(message: bytes, passport: Passport) -> Sequence[Any]:
    """Where the service looks for its fields: JSON, elements below `data`, or those below the root of a body."""
    if passport.protocol is Protocol.REST:
        return [json.loads(message)]
    root = parse_bytes(message)
    inside = "data" if passport.protocol in (Protocol.SHEP_SYNC, Protocol.SHEP_ASYNC) else "Body"
    found = next(root.iter(f"{{*}}{inside}"), None)
    if found is None:
        return []
    return list(places_in(found if inside == "data" else next(iter(found), found)))


def _told(place: Any, path: str) -> bool:
    steps = parse_path(path)
    return any(texts_at(place, steps) if isinstance(place, etree._Element) else members_at(place, steps))


def _names(place: Any) -> Iterator[str]:
    if isinstance(place, etree._Element):
        for element in place.iterdescendants():
            yield local(element)
            yield from (str(name).rpartition("}")[2] for name in element.attrib)
    elif isinstance(place, dict):
        yield from place
        for value in place.values():
            yield from _names(value)
    elif isinstance(place, list):
        for value in place:
            yield from _names(value)


def _last(path: str) -> str:
    return parse_path(path)[-1].name

"""Hand-typed samples: one set a passport, valid by its schema, about invented people, with an expected reading."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from contracts.iin import find_fault
from contracts.vocabulary.terms import Term
from contracts.words import Protocol, TermType
from tests.contracts.catalogue_files import (
    PASSPORT_KEYS,
    SAMPLE_FILES,
    SAMPLES,
    direction_of,
    packaged,
    payloads,
    read_passport,
    root_name,
    schema_path,
)
from tests.contracts.schema_shapes import build_validator

XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


@pytest.mark.parametrize("key", PASSPORT_KEYS)
def test_every_passport_has_its_samples(key: str) -> None:
    passport = read_passport(key)
    ending = "json" if passport.protocol is Protocol.REST else "xml"
    wanted = {f"request.{ending}", f"reply.{ending}", "reply.expected.json"}
    wanted |= {"interim.xml"} if passport.interim else set()
    by_shape = [r for r in passport.readings if "no_record" in (r.missing, r.present) or (r.path and r.no_record)]
    wanted |= {f"no_record.{ending}"} if by_shape else set()
    assert wanted <= {file.name for file in (SAMPLES / key).iterdir()}


@pytest.mark.parametrize("sample", SAMPLE_FILES)
def test_every_sample_is_valid_by_the_schema_of_its_passport(sample: str, tmp_path: Path) -> None:
    passport = read_passport(sample.split("/")[0])
    payload = payloads(passport)[direction_of(sample)]
    tree = etree.parse(str(SAMPLES / sample))
    root = etree.QName(tree.getroot())
    assert (root.namespace or "", root.localname) == root_name(passport, payload)
    if payload.xsi_type:
        prefix, _, name = tree.getroot().get(XSI_TYPE, "").rpartition(":")
        mine, _, type_name = payload.xsi_type.rpartition(":")
        assert (tree.getroot().nsmap[prefix], name) == (passport.namespaces[mine], type_name)
    schema = schema_path(passport, payload)
    assert schema is not None
    build_validator(schema, tmp_path).assertValid(tree)


@pytest.mark.parametrize("key", PASSPORT_KEYS)
def test_people_of_samples_are_invented(key: str) -> None:
    """Every IIN has a right check digit and lies in the serial band 9000 to 9999, where nobody lives."""
    for file in (SAMPLES / key).iterdir():
        text = file.read_text(encoding="utf-8")
        named = re.findall(r'(?i)(?:iin\w*|uin|declarantId)["\']?\s*(?:>|:)\s*"?(\d{12})', text)
        for iin in named:
            assert find_fault(iin) == "", f"{file.name}: {iin}"
            assert 9000 <= int(iin[7:11]) <= 9999, f"{file.name}: {iin}"


@pytest.mark.parametrize("key", PASSPORT_KEYS)
def test_expected_readings_hold_terms_of_the_vocabulary_that_the_passport_binds(key: str) -> None:
    expected = json.loads((SAMPLES / key / "reply.expected.json").read_text(encoding="utf-8"))
    binds = set(read_passport(key).binds)
    leaves = list(walk(expected, ""))
    assert leaves
    for path, value in leaves:
        assert path in binds, path
        check_value(packaged().vocabulary[path], value)


@pytest.mark.parametrize("key", PASSPORT_KEYS)
def test_expected_readings_say_every_bound_term_that_the_sample_can_show(key: str) -> None:
    """A sample that shows less than half of what its passport binds is too poor a witness."""
    expected = json.loads((SAMPLES / key / "reply.expected.json").read_text(encoding="utf-8"))
    shown = {path for path, _ in walk(expected, "")}
    leaves = {bind for bind in read_passport(key).binds if bind in packaged().vocabulary}
    assert len(shown) * 2 >= len(leaves), sorted(leaves - shown)


def walk(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """The leaves of a record with their vocabulary paths; a coded value is a leaf."""
    if isinstance(value, dict) and set(value) != {"code", "value", "ru", "kk"}:
        for name, inner in value.items():
            yield from walk(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner, f"{path}[]")
    else:
        yield path, value


def check_value(term: Term, value: Any) -> None:
    if term.type is TermType.CODE:
        assert isinstance(value, dict), term.path
        assert value["value"] is None or not term.values or value["value"] in term.values, term.path
    elif term.type is TermType.DATE:
        assert date.fromisoformat(value).isoformat() == value, term.path
    elif term.type in (TermType.MONEY, TermType.DECIMAL):
        assert isinstance(value, str), term.path
        assert Decimal(value).is_finite(), term.path
    elif term.type is TermType.BOOLEAN:
        assert isinstance(value, bool), term.path
    elif term.type is TermType.INTEGER:
        assert isinstance(value, int), term.path
        assert not isinstance(value, bool), term.path
    else:
        assert isinstance(value, str), term.path


def test_no_sample_is_a_copy_of_another() -> None:
    seen: dict[str, str] = {}
    for sample in SAMPLE_FILES:
        mark = hashlib.sha256((SAMPLES / sample).read_bytes()).hexdigest()
        assert mark not in seen, f"{sample} is {seen[mark]}"
        seen[mark] = sample

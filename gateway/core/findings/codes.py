"""Rule of codes: what a registry sent and no dictionary of ours can read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.findings import FindingCode
from contracts.vocabulary.terms import Coded
from gateway.core.case import Case
from gateway.core.findings.finding import Finding, Told, make_finding
from gateway.core.law import Law


def find_unknown_code(case: Case, law: Law) -> Iterator[Finding]:
    """A registry's code is not in our dictionary: it says nothing to any other rule."""
    for subject in case.subjects:
        found: dict[str, list[Told]] = {}
        for exchange in case.gather(subject.ref):
            for path, coded in _walk(exchange.record):
                if coded.value is None:
                    found.setdefault(path, []).append(Told(f"{coded.code} {coded.ru}".strip(), exchange.passport))
        for path, told in sorted(found.items()):
            yield make_finding(FindingCode.UNKNOWN_CODE, subject, path, "", told)


def _walk(node: Any, path: str = "") -> Iterator[tuple[str, Coded]]:
    if isinstance(node, Coded):
        yield path, node
    elif isinstance(node, dict):
        for name, value in node.items():
            yield from _walk(value, f"{path}.{name}".lstrip("."))
    elif isinstance(node, list):
        for item in node:
            yield from _walk(item, f"{path}[]")

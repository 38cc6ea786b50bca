"""What a run came to, told to a person, to a program, and to a continuous integration (JUnit XML)."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from lxml import etree

from registries_mock.conform.requirement import Result

FORMATS: Final = ("text", "json", "junit")
_TITLE: Final = "conform"
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(results: Sequence[Result], form: str, target: str, at: datetime) -> str:
    """The report in one of FORMATS; every requirement is in it."""
    match form:
        case "json":
            return _write_json(results, target, at)
        case "junit":
            return _write_junit(results, at)
        case _:
            return _write_text(results, target)


def breaks(results: Iterable[Result]) -> bool:
    """Whether the target does not conform: a must differs."""
    return any(one.breaks for one in results)


def summarise(results: Sequence[Result]) -> str:
    """One line of counts."""
    counts = count(results)
    return (
        f"{counts['requirements']} requirements: {counts['hold']} hold, {counts['differ']} differ "
        f"({counts['must_differ']} must), {counts['not_tried']} not tried"
    )


def count(results: Sequence[Result]) -> dict[str, int]:
    verdicts = Counter(one.verdict for one in results)
    return {
        "requirements": len(results),
        "hold": verdicts["holds"],
        "differ": verdicts["differs"],
        "must_differ": sum(one.breaks for one in results),
        "not_tried": verdicts["not-tried"],
    }


def _write_text(results: Sequence[Result], target: str) -> str:
    width = max((len(one.requirement.id) for one in results), default=0)
    lines = [f"{_TITLE} {target}", ""]
    for one in results:
        row = one.requirement
        lines.append(f"{row.id:{width}}  {one.verdict:9}  {row.severity:6}  {row.sentence}")
        if one.verdict == "differs":
            lines += [f"    wanted: {one.wanted}", f"    found:  {one.found}"]
            lines += [f"    came:   {one.excerpt}"] if one.excerpt else []
        elif one.why:
            lines.append(f"    {one.why}")
    return "\n".join([*lines, "", summarise(results)])


def _write_json(results: Sequence[Result], target: str, at: datetime) -> str:
    report = {
        "target": target,
        "at": at.isoformat(timespec="seconds"),
        "conforms": not breaks(results),
        "counts": count(results),
        "results": [_describe(one) for one in results],
    }
    return json.dumps(report, ensure_ascii=False, indent=2)


def _describe(one: Result) -> dict[str, Any]:
    row = one.requirement
    told: dict[str, Any] = {
        "id": row.id,
        "sentence": row.sentence,
        "source": row.source,
        "confidence": row.confidence,
        "severity": row.severity,
        "verdict": one.verdict,
    }
    if one.verdict == "differs":
        told |= {"wanted": one.wanted, "found": one.found, "excerpt": one.excerpt}
    elif one.verdict == "not-tried":
        told["why"] = one.why
    return told


def _write_junit(results: Sequence[Result], at: datetime) -> str:
    """A test case a requirement, a suite a group. What differs and is no must is skipped, with what differs: such a run
    is green for the exit code too."""
    root = etree.Element("testsuites", name=_TITLE)
    groups: dict[str, list[Result]] = {}
    for one in results:
        groups.setdefault(one.requirement.group, []).append(one)
    for name, members in groups.items():
        said = {"name": name, "timestamp": f"{at:%Y-%m-%dT%H:%M:%S}"} | _totals(members)
        suite = etree.SubElement(root, "testsuite", said)
        for one in members:
            suite.append(_write_case(one))
    for key, value in _totals(results).items():
        root.set(key, value)
    return etree.tostring(root, encoding="unicode", pretty_print=True)


def _totals(results: Sequence[Result]) -> dict[str, str]:
    failures = sum(one.breaks for one in results)
    skipped = sum(one.verdict != "holds" for one in results) - failures
    return {"tests": str(len(results)), "failures": str(failures), "errors": "0", "skipped": str(skipped)}


def _write_case(one: Result) -> etree._Element:
    row = one.requirement
    case = etree.Element("testcase", classname=row.group, name=_clean(f"{row.id} {row.sentence}"), time="0")
    told = f"wanted {one.wanted}; found {one.found}" if one.verdict == "differs" else one.why
    if one.breaks:
        failure = etree.SubElement(case, "failure", type=row.severity, message=_clean(told))
        failure.text = _clean(one.excerpt)
    elif one.verdict != "holds":
        prefix = f"{row.severity}: " if one.verdict == "differs" else ""
        etree.SubElement(case, "skipped", message=_clean(f"{prefix}{told}"))
    return case


def _clean(text: str) -> str:
    """What XML cannot hold is left out."""
    return _NOT_XML.sub("", text)

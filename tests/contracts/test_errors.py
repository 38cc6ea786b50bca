"""The tree of errors and the codes of problems: each code once, and each documented."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

from contracts.errors import CallerError, GatewayError, InvalidInput, Problem, RegistryError, walk
from tests.repository.files import ROOT, python_files, said

CODE = re.compile(r"[a-z]+(-[a-z0-9]+)+")
ROW = re.compile(r"^\| `([a-z0-9-]+)` \| ([0-9, ]+) \|", re.MULTILINE)
JUDGES = (
    "adapters/file_store",
    "gateway/intake/",
    "gateway/api/actors",
    "gateway/api/call",
    "gateway/api/checks",
    "gateway/api/complaints",
    "gateway/api/decisions",
    "gateway/api/inquiries",
    "gateway/api/letters",
    "gateway/api/notices",
    "gateway/api/papers",
    "gateway/api/signature_check",
    "gateway/office/",
    "gateway/pushed/",
    "gateway/scans",
    "gateway/store/acting",
    "gateway/store/account_checks",
    "gateway/store/applications",
    "gateway/store/bus_clients",
    "gateway/store/codes",
    "gateway/store/decision_acts",
    "gateway/store/document_acts",
    "gateway/store/letter_acts",
    "gateway/store/pushed",
    "gateway/store/webhooks",
    "gateway/watching/checks",
    "gateway/watching/readiness",
    "contracts/iban.py",
    "contracts/iin.py",
)
"""Where faults of input are told: each word with a hyphen that stands alone there is a code."""
NO_CODES = frozenset({"utf-8"})
SINGLE_WORDS = frozenset({"unclassified", "ambiguous", "conflict", "overloaded"})


def read_rooms() -> None:
    """Import every file that hangs a class of its own below the tree, so that a walk meets them all."""
    for path in python_files():
        room = said(path).partition("/")[0]
        if room in ("adapters", "gateway") and "errors import" in path.read_text(encoding="utf-8"):
            import_module(said(path).removesuffix(".py").replace("/", "."))


read_rooms()
TREE = [kind for kind in walk() if kind.__module__.partition(".")[0] in ("contracts", "adapters", "gateway")]
"""The trunk, and the classes of the rooms below it; those that tests make for themselves stay out."""


def constants(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def problem_codes() -> set[str]:
    texts = {text for path in python_files() if said(path).startswith(JUDGES) for text in constants(path)}
    return {text for text in texts if CODE.fullmatch(text)} - NO_CODES


def class_codes() -> set[str]:
    """The `code = "..."` of every class in the rooms that raise errors of this tree."""
    found: set[str] = set()
    for path in python_files():
        if not said(path).startswith(("contracts/errors", "gateway/", "adapters/")):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                found |= {code for statement in node.body if (code := _code_of(statement))}
    return found


def _code_of(statement: ast.stmt) -> str:
    targets: list[ast.expr] = getattr(statement, "targets", [getattr(statement, "target", None)])
    value = getattr(statement, "value", None)
    if not any(isinstance(t, ast.Name) and t.id == "code" for t in targets) or not isinstance(value, ast.Constant):
        return ""
    return str(value.value)


def documented() -> list[tuple[str, str]]:
    return ROW.findall((ROOT / "docs" / "errors.md").read_text(encoding="utf-8"))


def test_every_code_is_documented_and_nothing_else_is() -> None:
    codes = {kind.code for kind in TREE} | class_codes() | problem_codes() | {"internal-error"}
    assert {code for code, _ in documented()} == codes


def test_no_code_is_documented_twice() -> None:
    codes = [code for code, _ in documented()]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("kind", TREE, ids=lambda kind: kind.__name__)
def test_the_document_tells_the_status_that_is_sent(kind: type[GatewayError]) -> None:
    assert str(kind.http_status) in dict(documented())[kind.code].split(", ")


@pytest.mark.parametrize("kind", TREE, ids=lambda kind: kind.__name__)
def test_a_class_has_a_code_of_its_own_a_title_and_a_status(kind: type[GatewayError]) -> None:
    assert CODE.fullmatch(kind.code) or kind.code in SINGLE_WORDS
    assert kind.title.endswith(".")
    assert "code" in kind.__dict__
    assert 400 <= kind.http_status < 600
    if "__init__" not in kind.__dict__:
        assert str(kind()) == kind.title


def test_the_classes_of_the_rooms_stand_below_the_trunk_and_are_met() -> None:
    rooms = {kind.__name__ for kind in TREE if kind.__module__ != "contracts.errors"}
    assert {"CallFailed", "CallRefused", "DemoFailed", "AskCrashed"} <= rooms


def test_codes_are_unique() -> None:
    codes = [kind.code for kind in TREE]
    assert len(codes) == len(set(codes))


def test_only_what_another_try_may_mend_is_retryable() -> None:
    assert not [kind for kind in walk(CallerError) if kind.retryable and kind in TREE]
    assert {kind.code for kind in walk(RegistryError) if kind.retryable and kind in TREE} == {
        "registry-unavailable", "registry-timed-out", "registry-failed", "signer-unconfirmed",
        "registry-not-asked", "registry-resting", "registry-maintenance", "registry-switched-off", "registry-quota",
        "consent-pending", "consent-not-asked", "consent-stale",
    }  # fmt: skip


def test_the_first_problem_speaks_for_all() -> None:
    error = InvalidInput(problems=(Problem("iin-check-digit", "/applicant/iin", "why"), Problem("b-c", "/z", "other")))
    assert (error.public_code, error.detail) == ("iin-check-digit", "why")
    assert InvalidInput().public_code == "invalid-input"

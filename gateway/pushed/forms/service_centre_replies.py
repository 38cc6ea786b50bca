"""What a service centre is told of its application: each change of our status, and how it stands when it asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal

from lxml import etree

from gateway.pushed.forms.service_centre import CENTRE
from gateway.pushed.forms.service_centre_words import StatusRow, load_centre_words

_OWN: Final[dict[str, str]] = {None: CENTRE}  # type: ignore[dict-item]  # lxml's word for the default namespace
_CANCELLED: Final = "CANCELLED"
NOT_TAKEN: Final = "not_taken"
"""No status of an application of ours: it became none."""


def write_status(application_id: str, org_code: str, status: str, at: datetime, reasons: Sequence[str] = ()) -> bytes:
    """changeApplicationStatus. `application_id` is the centre's, `org_code` ours, `reasons` are codes of a refusal.

    Raises LookupError for a status that the table does not have.
    """
    words = load_centre_words()
    row = words.find(status)
    root, told = _begin(application_id, org_code)
    if row.cancelled is not None:
        cancelled = _add(told, "cancellationStatus")
        _add(cancelled, "cancelState", _CANCELLED)
        _add(cancelled, "cancelReason", row.cancelled)
    else:
        refusal = next((words.refuse_reasons[one] for one in reasons if one in words.refuse_reasons), None)
        _add_execution(told, row, refusal if row.positive is False else None)
    _add(root, "statusDate", at.isoformat(timespec="seconds"))
    return etree.tostring(root, encoding="utf-8")


def write_not_taken(application_id: str, org_code: str, codes: Sequence[str], at: datetime) -> bytes:
    """changeApplicationStatus of an application that we did not take; `codes` say why."""
    row = load_centre_words().find(NOT_TAKEN)
    root, told = _begin(application_id, org_code)
    _add_execution(told, row, "INCORRECT_DATA", ": " + " ".join(codes))
    _add(root, "statusDate", at.isoformat(timespec="seconds"))
    return etree.tostring(root, encoding="utf-8")


def write_check_response(application_id: str, *, is_registered: bool, status: str = "") -> bytes:
    """checkApplicationResponse; `status` is ours, "" where the application's content has not come yet."""
    row = load_centre_words().find(status) if status else None
    root = etree.Element(f"{{{CENTRE}}}checkApplicationResponse", nsmap=_OWN)
    _add(root, "applicationId", application_id)
    _add(root, "isApplicationRegistered", _say(is_registered))
    _add(root, "hasUpdateApplicationData", _say(row is not None))
    if row is not None and row.state is not None:
        _add(root, "executionState", row.state)
    if row is not None and row.cancelled is not None:
        _add(root, "cancellationState", _CANCELLED)
    return etree.tostring(root, encoding="utf-8")


def _begin(application_id: str, org_code: str) -> tuple[etree._Element, etree._Element]:
    """(message, its applicationStatus)."""
    root = etree.Element(f"{{{CENTRE}}}changeApplicationStatus", nsmap=_OWN)
    _add(root, "applicationId", application_id)
    _add(_add(root, "callOrigin"), "orgCode", org_code)
    return root, _add(root, "applicationStatus")


def _add_execution(told: etree._Element, row: StatusRow, refusal: str | None, why: str = "") -> None:
    execution = _add(told, "executionStatus")
    _add(execution, "appState", row.state or "")
    if row.positive is not None:
        _add(execution, "isPositive", _say(row.positive))
    if refusal is not None:
        _add(execution, "refuseReason", refusal)
    _add(execution, "statusInfo", row.ru + why)
    _add(execution, "statusInfoKz", row.kk + why)


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    child = etree.SubElement(parent, f"{{{CENTRE}}}{name}")
    child.text = text
    return child


def _say(truth: bool) -> Literal["true", "false"]:
    return "true" if truth else "false"

"""The journal over HTTP: list, one exchange whole, search, wait for, verify, forget."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, request

from registries_mock.journal.journal import WAIT_SECONDS, TooManyWait
from registries_mock.journal.view import JournalView
from registries_mock.journal.wishes import read_how_many, read_wanted
from registries_mock.json_http import answer_json, read_body, refuse_request

_LISTED: Final = 100
"""The youngest, where nobody says how many."""
_BESIDE: Final = frozenset({"where", "seconds", "exactly", "at_least", "at_most"})


def journal_control(view: JournalView) -> Blueprint:
    """People are looked for in the body, never in the address."""
    routes = Blueprint("journal", __name__)

    @routes.get("/_mock/journal")
    def listed() -> Response:
        """Without messages, the oldest first; `?since=NUMBER` those after it, the oldest of them."""
        since, limit = (request.args.get(name, default, type=int) for name, default in (("since", 0), ("limit", 100)))
        if since is None or limit is None or not 1 <= limit <= 1000:
            return refuse_request("since is a number, limit one from 1 to 1000")
        found = [one for one in view.journal.entries() if one.number > since]
        cut = found[:limit] if "since" in request.args else found[-limit:]
        return answer_json([view.describe(one) for one in cut])

    @routes.get("/_mock/journal/<int:number>")
    def whole(number: int) -> Response:
        entry = view.journal.find(number)
        if entry is None:
            return refuse_request("there is no such exchange, or it was forgotten", 404)
        return answer_json(view.describe(entry, whole=True))

    @routes.post("/_mock/journal/search")
    def search() -> Response:
        try:
            wanted = read_wanted(read_body(), view.people.iins_of)
        except ValueError as fault:
            return refuse_request(str(fault))
        return answer_json([view.describe(one) for one in view.find(wanted)[-_LISTED:]])

    @routes.post("/_mock/journal/verify")
    def verify() -> Response:
        """`{"where": {…}, "exactly": 1, "seconds": 0}`: 200 where it holds within so many real seconds, else 409."""
        try:
            said = _read_object(read_body())
            wanted = read_wanted(said.get("where", {}), view.people.iins_of)
            verdict = view.verify(wanted, read_how_many(said), _read_seconds(said))
        except ValueError as fault:
            return refuse_request(str(fault))
        except TooManyWait as fault:
            return refuse_request(str(fault), 429)
        return answer_json(verdict, 200 if verdict["holds"] else 409)

    @routes.delete("/_mock/journal")
    def forget() -> Response:
        view.journal.reset()
        return Response(status=204)

    return routes


def _read_object(said: Any) -> dict[str, Any]:
    if not isinstance(said, dict) or set(said) - _BESIDE:
        raise ValueError(f"say a JSON object of {', '.join(sorted(_BESIDE))}")
    return said


def _read_seconds(said: dict[str, Any]) -> float:
    seconds = said.get("seconds", 0)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= WAIT_SECONDS:
        raise ValueError(f"seconds is a number from 0 to {WAIT_SECONDS:.0f}")
    return float(seconds)

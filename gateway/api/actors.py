"""Who acts in a call: the employee whose key it is, the one whom an organisation's system names, or a portal itself."""

from __future__ import annotations

from contracts.errors import MalformedInput, Problem
from gateway.store.acting import Actor
from gateway.store.rows import Client, ClientKind

LONGEST_NAME = 120


def find_actor(client: Client, acted_by: str | None) -> Actor:
    """`acted_by`: surname and initials as the body names them; raises MalformedInput where they are needed, or wrong.

    A portal acts for the applicant alone, and names no employee.
    """
    name = (acted_by or "").strip()
    if client.employee or client.kind is ClientKind.PORTAL:
        if name and name != client.employee:
            raise _refuse("acted-by-misplaced", "the caller's key says who acts: nobody else can be named")
        return Actor(client.id, client.employee or client.name)
    if not name:
        raise _refuse("acted-by-missing", "surname and initials of the employee who acts must be given")
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise _refuse("invalid-value", f"1 to {LONGEST_NAME} printable characters")
    return Actor(client.id, name)


def _refuse(code: str, detail: str) -> MalformedInput:
    return MalformedInput(problems=(Problem(code, "/acted_by", detail),))

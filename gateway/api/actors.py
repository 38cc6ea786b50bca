"""Who acts in a call: the employee whose key it is, the one whom an organisation's system names, or a portal itself."""

from __future__ import annotations

from urllib.parse import unquote

from contracts.errors import MalformedInput, Problem
from gateway.store.acting import Actor
from gateway.store.rows import Client, ClientKind

LONGEST_NAME = 120
ACTED_BY = "Acted-By"
"""Names travel in no address, for addresses are logged."""
_IIN = "/acted_by_iin"


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


def find_actor_iin(client: Client, named: str | None) -> str:
    """The IIN of who acts: the key's employee's, else the one that the body names. Raises MalformedInput."""
    if client.employee_iin:
        if named and named != client.employee_iin:
            raise _refuse("acted-by-misplaced", "the caller's key says who acts: nobody else can be named", _IIN)
        return client.employee_iin
    if not named:
        raise _refuse("acted-by-iin-missing", "the IIN of the employee who acts must be given", _IIN)
    return named


def read_named(header: str) -> str:
    """A name out of a header, which has no letters beyond ASCII: percent-encoded UTF-8. Raises MalformedInput."""
    try:
        return unquote(header, errors="strict")
    except UnicodeDecodeError as error:
        raise _refuse("invalid-value", f"{ACTED_BY} is percent-encoded UTF-8", "") from error


def _refuse(code: str, detail: str, pointer: str = "/acted_by") -> MalformedInput:
    return MalformedInput(problems=(Problem(code, pointer, detail),))

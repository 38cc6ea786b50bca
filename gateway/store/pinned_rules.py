"""The rules that a case pins at its acceptance: kept once for each content, read back once for each process."""

from __future__ import annotations

import hashlib
import threading
from typing import Final

from sqlalchemy import Connection, String, bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from contracts.legal.rules import Rules, dump_rules, parse_rules
from gateway.core.known import once_for_each
from gateway.store.course_tables import rule_sets

_KNOWN: Final = select(rule_sets.c.digest).where(rule_sets.c.digest == bindparam("digest", type_=String))


def pin_rules(connection: Connection, service: str, rules: Rules) -> str:
    """Within a write: keep the rules; the digest by which they are found again."""
    content, digest = _write_down(rules)
    known, of = _KNOWN, {"digest": digest}
    if connection.execute(known, of).first() is None:
        row = {"digest": digest, "service": service, "version": rules.version, "content": content}
        try:
            with connection.begin_nested():
                connection.execute(insert(rule_sets).values(row))
        except IntegrityError:
            # Another process pinned the very same at the same moment: its row is as good as ours.
            if connection.execute(known, of).first() is None:
                raise
    return digest


@once_for_each
def _write_down(rules: Rules) -> tuple[str, str]:
    content = dump_rules(rules)
    return content, hashlib.sha256(content.encode()).hexdigest()


class PinnedRules:
    """Rules by digest; what was read once is not read again, for it never changes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, Rules] = {}

    def read(self, connection: Connection, digest: str) -> Rules | None:
        """None for an application of a release that pinned nothing."""
        if not digest:
            return None
        with self._lock:
            known = self._known.get(digest)
        if known is None:
            query = select(rule_sets.c.content).where(rule_sets.c.digest == digest)
            known = parse_rules(connection.execute(query).scalar_one())
            with self._lock:
                self._known[digest] = known
        return known

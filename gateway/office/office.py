"""The office put together: what the API is handed for everything that people do to applications."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from contracts.errors import NotFound, Problem
from gateway.documents.composing import compose_grouped_letter, compose_letter_document
from gateway.documents.model import LARGEST_GROUP
from gateway.documents.render import render_grouped
from gateway.logs import log_crash
from gateway.office.decisions import DecisionDesk
from gateway.office.files import Files
from gateway.office.letters import LANGUAGE, LetterDesk
from gateway.office.papers import PaperDesk
from gateway.office.worklist import Task, TaskKind, list_tasks, sort_tasks
from gateway.store.decision_acts import DecisionActs
from gateway.store.document_acts import DocumentActs
from gateway.store.incident_acts import IncidentActs
from gateway.store.letter_acts import LetterActs
from gateway.store.lists import IncidentRow, Lists

_LOOKED_AT = 200
"""Applications of one page of the worklist."""


@dataclass(frozen=True)
class Office:
    files: Files
    letters: LetterDesk
    letter_acts: LetterActs
    incident_acts: IncidentActs
    papers: PaperDesk
    document_acts: DocumentActs
    decisions: DecisionDesk
    decision_acts: DecisionActs
    lists: Lists
    clock: Callable[[], datetime]
    largest_group: int = LARGEST_GROUP
    """Applications of one part of a grouped letter."""

    def list_work(self, after: int = 0) -> tuple[list[Task], int | None]:
        """The tasks of the next applications behind `after`, and where to go on; None where there are no more."""
        listed = self.lists.list_with_people(after, _LOOKED_AT)
        tasks: list[Task] = []
        for one in listed:
            tasks += self._list_tasks(one.application_id)
        return sort_tasks(tasks), listed[-1].seq if len(listed) == _LOOKED_AT else None

    def _list_tasks(self, application_id: str) -> list[Task]:
        """Of one case; one that cannot be looked at is a task itself, and hides no other."""
        try:
            file = self.files.open(application_id)
            return list(list_tasks(file.case, file.law, self.clock()))
        except Exception as error:
            log_crash(error, application=application_id)
            return [Task(application_id, TaskKind.LOOK_INTO, "case", None, overdue=True)]

    def print_incident(self, incident_id: str, part: int = 1) -> bytes:
        """One letter for all applications of an incident, as PDF, in as many parts as they fill; raises NotFound."""
        found = self.lists.find_incident(incident_id)
        parts = self.count_parts(found) if found is not None else 0
        if found is None or not 1 <= part <= parts:
            raise unknown_incident()
        documents = []
        for one in found.to_print[(part - 1) * self.largest_group : part * self.largest_group]:
            file = self.files.open(one.application_id)
            letter = file.course.letter(one.n)
            if letter is not None and letter.cells:
                documents.append(compose_letter_document(file, letter))
        if not documents:
            raise unknown_incident()
        grouped = compose_grouped_letter(tuple(documents), part, parts, len(found.to_print))
        return render_grouped(grouped, LANGUAGE)

    def count_parts(self, incident: IncidentRow) -> int:
        """Of its grouped letter."""
        return -(-len(incident.to_print) // self.largest_group)


def unknown_incident() -> NotFound:
    return NotFound(problems=(Problem("incident-not-found", "", "there is no such incident"),))

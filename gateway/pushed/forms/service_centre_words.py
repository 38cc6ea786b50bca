"""Our statuses and reasons in the service centres' words: the rows of contracts/intakes/words/service-centre.toml."""

from __future__ import annotations

from functools import cache
from typing import Literal

from pydantic import model_validator

from contracts.tables import PACKAGED, Names, Row, read_row, read_toml
from contracts.words import Confidence

AppState = Literal["REGISTERED", "ACCEPTED", "LAUNCHED", "STARTED", "FINISHED", "READY", "HANDED"]
CancelReason = Literal["APPLICANT_RECALL", "EXECUTOR", "OPERATOR"]
RefuseReason = Literal["INCORRECT_DATA", "INCORRECT_DOCUMENTS", "MVD_FAILED_THEORY", "MVD_FAILED_PRACTICE"]
CopyType = Literal["ORIGINAL", "COPY", "NOTARIZED_COPY", "ELECTRONIC", "WAIT_ELECTRONIC", "DUBLICATE", "ARCHIVE"]


class StatusRow(Names):
    """One of our statuses: a state of execution, or a cancellation."""

    status: str
    state: AppState | None = None
    positive: bool | None = None
    cancelled: CancelReason | None = None

    @model_validator(mode="after")
    def _is_one_of_two(self) -> StatusRow:
        if (self.state is None) == (self.cancelled is None):
            raise ValueError(f"{self.status}: a status is either a state or a cancellation")
        return self


class CentreWords(Row):
    confidence: Confidence
    assumptions: tuple[str, ...]
    scan_copies: tuple[CopyType, ...]
    """Copies of which one may be the paper that the applicant signed by hand."""
    status: tuple[StatusRow, ...]
    refuse_reasons: dict[str, RefuseReason]

    def find(self, status: str) -> StatusRow:
        """Raises LookupError for a status that the table does not have."""
        found = next((row for row in self.status if row.status == status), None)
        if found is None:
            raise LookupError(f"the service centres have no word for {status}")
        return found


@cache
def load_centre_words() -> CentreWords:
    path = PACKAGED / "intakes" / "words" / "service-centre.toml"
    return read_row(CentreWords, read_toml(path), path.name)

"""Letters at the office: their PDF, their signature by an employee or the organisation, and what became of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contracts.errors import Conflict, NotFound, OperatorError, Problem, RevocationUnknown, SignatureRefused
from gateway.core.case import Case
from gateway.core.proceedings import LetterState
from gateway.core.steps import SignLetter
from gateway.documents.composing import CaseFile, compose_letter_document
from gateway.documents.model import Language
from gateway.documents.render import render_letter
from gateway.office.files import Files
from gateway.store.acting import Actor
from gateway.store.course_rows import LetterRow
from gateway.store.letter_acts import ON_PAPER, LetterActs, PaperCopy
from gateway.trusted_signers import is_outage
from signing.errors import SigningError
from signing.verdict import Signer, Verdict

BY_SPECIALIST, BY_ORGANISATION = "specialist", "organisation"
LANGUAGE: Language = "both"
UNKNOWN_BIN = "0" * 12
"""What the settings say where they name no organisation."""


class LetterForm(StrEnum):
    """How a letter's PDF is signed: by a file beside it, or by hand on the print."""

    ELECTRONIC = "electronic"
    PAPER = "paper"


VerifyDetached = Callable[[bytes, bytes, datetime], Verdict]
"""Port: (content, CMS, moment) -> the verdict."""


@dataclass(frozen=True)
class LetterDesk:
    files: Files
    acts: LetterActs
    verify: VerifyDetached
    sign: Callable[[bytes], bytes] | None
    """A detached CMS with the organisation's key; None = there is none."""
    clock: Callable[[], datetime]

    def read_pdf(self, application_id: str, n: int, form: LetterForm | None, name_signer: Callable[[], Actor]) -> bytes:
        """The letter in a form, or as it went out; a draft's electronic one are the bytes that are to be signed.

        What was signed, and what went out on paper, is given as it was kept. `name_signer`: who would sign the draft.
        Raises NotFound, also for the electronic form of a letter that nobody signed and nobody can sign any more.
        """
        file, letter = self._find(application_id, n)
        drafted = letter.state == LetterState.DRAFTED.value
        signed = self.files.course.read_letter_bytes(application_id, n)
        by_hand = letter.sent_channel == ON_PAPER or not (drafted or signed)
        if (form or (LetterForm.PAPER if by_hand else LetterForm.ELECTRONIC)) is LetterForm.PAPER:
            return self.files.course.read_letter_paper(application_id, n) or self._draw_paper(file, letter)
        if signed:
            return signed[0]
        if not drafted:
            raise _unsigned()
        return self._draw(file, letter, name_signer().name)

    def read_signature(self, application_id: str, n: int) -> bytes:
        """The detached CMS; raises NotFound where there is none."""
        kept = self.files.course.read_letter_bytes(application_id, n)
        if kept is None:
            raise _unsigned()
        return kept[1]

    def sign_by_employee(self, application_id: str, n: int, cms: bytes, actor: Actor, iin: str) -> None:
        """`cms` is detached over the bytes of `read_pdf`; the certificate is that of the employee with the IIN.

        Where it names an organisation, that is the provider's own, as far as the settings name it.
        Raises SignatureRefused, RevocationUnknown, Conflict.
        """
        file, letter = self._find(application_id, n)
        if letter.state != LetterState.DRAFTED.value:
            raise Conflict(problems=(Problem("letter-state", "", f"the letter is {letter.state}"),))
        pdf = self._draw(file, letter, actor.name)
        self._check(pdf, cms, iin)
        self.acts.sign_letter(application_id, n, actor, BY_SPECIALIST, pdf, cms, letter.cells)

    def sign_by_organisation(self, case: Case, step: SignLetter) -> None:
        """Port of the round: `sign_letter`."""
        if self.sign is None:
            raise OperatorError("letters are to be signed automatically, and there is no key of the organisation")
        file, letter = self._find(case.id, step.n)
        if letter.state != LetterState.DRAFTED.value:
            return
        name = file.organisation.name.ru
        pdf = self._draw(file, letter, name)
        actor = Actor("", name[:120])
        self.acts.sign_letter(case.id, step.n, actor, BY_ORGANISATION, pdf, self.sign(pdf), letter.cells)

    def send(
        self, application_id: str, n: int, actor: Actor, channel: str, number: str, sent_at: datetime | None
    ) -> None:
        """A letter went out, now where no moment is told; of one on paper a copy is kept.

        Raises Conflict, InvalidInput.
        """
        file, letter = self._find(application_id, n)
        # What went out is not drawn again: the act says what is wrong with a second time.
        under_way = letter.sent_at is None and bool(letter.cells)
        paper = PaperCopy(self._draw_paper(file, letter), letter.cells) if channel == ON_PAPER and under_way else None
        self.acts.send_letter(application_id, n, actor, channel, number, sent_at or self.clock(), paper)

    def _find(self, application_id: str, n: int) -> tuple[CaseFile, LetterRow]:
        file = self.files.open(application_id)
        letter = file.course.letter(n)
        if letter is None:
            raise NotFound(problems=(Problem("letter-not-found", "", "there is no such letter"),))
        return file, letter

    def _draw(self, file: CaseFile, letter: LetterRow, signer: str) -> bytes:
        return render_letter(compose_letter_document(file, letter, signer, electronic=True), LANGUAGE)

    def _draw_paper(self, file: CaseFile, letter: LetterRow) -> bytes:
        """For a signature by hand: the place is left blank, for whoever signs."""
        return render_letter(compose_letter_document(file, letter), LANGUAGE)

    def _check(self, pdf: bytes, cms: bytes, iin: str) -> None:
        try:
            verdict = self.verify(pdf, cms, self.clock())
        except SigningError as error:
            raise _refuse("signature-malformed", f"the signature cannot be read: {error.code}") from error
        if not verdict.passed:
            if is_outage(verdict):
                raise RevocationUnknown
            raise _refuse("signature-invalid", verdict.reason)
        own = [one.signer for one in verdict.signers if one.signer is not None and one.signer.iin == iin]
        if not own:
            raise _refuse("signature-other-person", "the signature is valid, but not the employee's")
        if not any(self._may_act_for_us(signer) for signer in own):
            raise _refuse("signature-other-organisation", "the certificate is the employee's in another organisation")

    def _may_act_for_us(self, signer: Signer) -> bool:
        ours = self.files.organisation.bin
        return signer.bin is None or ours == UNKNOWN_BIN or signer.bin == ours


def _unsigned() -> NotFound:
    return NotFound(problems=(Problem("letter-unsigned", "", "nobody has signed this letter electronically"),))


def _refuse(code: str, detail: str) -> SignatureRefused:
    return SignatureRefused(problems=(Problem(code, "/signature", detail),))

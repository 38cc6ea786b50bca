"""Invented letters and notices for the tests of documents: every person and number is made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from contracts.tables import Names
from contracts.words import Sensitivity
from gateway.core.terms import LegalDate
from gateway.documents.model import (
    CodedReason,
    GroupedLetter,
    LetterDocument,
    LetterLine,
    NoticeDocument,
    NoticeItem,
    OrganisationHead,
)

KAZAKH = "Әә Ғғ Ққ Ңң Өө Ұұ Үү Һһ Іі"
ORGANISATION = OrganisationHead(
    Names(ru="Карьерный центр города Туманска", kk="Тұманск қаласының мансап орталығы"), "990140009992"
)
SERVICE = Names(
    ru="Назначение государственной адресной социальной помощи", kk="Мемлекеттік атаулы әлеуметтік көмек тағайындау"
)
OWNER = Names(
    ru="Министерство труда и социальной защиты населения РК", kk="ҚР Еңбек және халықты әлеуметтік қорғау министрлігі"
)
ADDRESSEE = Names(
    ru="Министерству труда и социальной защиты населения Республики Казахстан",
    kk="Қазақстан Республикасының Еңбек және халықты әлеуметтік қорғау министрлігіне",
)
INCOMES = Names(
    ru="О доходах (заработная плата, социальные выплаты, доходы от предпринимательской деятельности, от сдачи в аренду"
    " недвижимого и (или) движимого имущества).",
    kk="Табыстар туралы (жалақы, әлеуметтік төлемдер, кәсіпкерлік қызметтен, мүлікті жалға беруден түскен табыстар).",
)
DISABILITY = Names(ru="Об установлении инвалидности.", kk="Мүгедектікті белгілеу туралы.")
QUARTER = (date(2025, 10, 1), date(2025, 12, 31))
CLAUSE = "Service card pass166; order No. 227 of 21.06.2023"
APPLICANT, APPLICANT_IIN = "Әлімова Қымбат Өмірқызы", "900101499112"

LINES = (
    LetterLine(14, INCOMES, APPLICANT, APPLICANT_IIN, date(1990, 1, 1), "no_answer", QUARTER),
    LetterLine(14, INCOMES, "Әлімов Ғабит Үсенұлы", "880520399134", date(1988, 5, 20), "no_answer", QUARTER),
    LetterLine(8, DISABILITY, "Әлімова Іңкәр", None, date(2015, 9, 3), "no_record"),
    LetterLine(17, Names(ru="О хозяйстве.", kk="Шаруашылық туралы."), "", None, None, "no_record"),
)

LETTER = LetterDocument(
    number="",
    drafted_on=date(2026, 3, 4),
    addressee=ADDRESSEE,
    owner_name=OWNER,
    organisation=ORGANISATION,
    service=SERVICE,
    clause=CLAUSE,
    answer_by=date(2026, 4, 3),
    signer="Главный специалист Сериков Б. Н.",
    signed_electronically=True,
    round=1,
    application_number="2026-0000017",
    applicant_name=APPLICANT,
    lines=LINES,
)


def group_letters(count: int) -> GroupedLetter:
    """So many applications in one letter, of two lines each."""
    letters = tuple(replace(LETTER, application_number=f"2026-{n:07d}", lines=LINES[:2]) for n in range(1, count + 1))
    return GroupedLetter(
        number="17-2/455",
        drafted_on=LETTER.drafted_on,
        addressee=ADDRESSEE,
        owner_name=OWNER,
        organisation=ORGANISATION,
        service=SERVICE,
        clause=CLAUSE,
        answer_by=None,
        signer="",
        letters=letters,
    )


UNTIL = LegalDate(date(2026, 4, 3), "Service card pass166, «Срок оказания услуги»", assumed=True, provisional=True)
OPEN_ITEM = NoticeItem(INCOMES, Sensitivity.FINANCIAL, OWNER, date(2026, 3, 4), APPLICANT)
SENSITIVE_ITEM = NoticeItem(DISABILITY, Sensitivity.HEALTH, OWNER, date(2026, 3, 4), "Әлімова Іңкәр")
REASON = CodedReason(
    "unreliable-data",
    Names(ru="Представлены недостоверные сведения.", kk="Дәйексіз мәліметтер берілді."),
    "Service card pass166, grounds of refusal",
)
NOTICE = NoticeDocument(
    kind="extension",
    number="У-2026-0000031",
    application_number="2026-0000017",
    applicant_name=APPLICANT,
    drafted_on=date(2026, 3, 5),
    organisation=ORGANISATION,
    service=SERVICE,
    items=(OPEN_ITEM, SENSITIVE_ITEM),
    until=UNTIL,
    previous_until=date(2026, 3, 27),
    reasons=(REASON,),
    hearing_on=date(2026, 4, 8),
    hearing_where="10:00, Туманск, улица Садовая, 1, кабинет 4",
    words="Пояснение специалиста к этому случаю.",
)
"""It has everything, so that it can be of any kind."""

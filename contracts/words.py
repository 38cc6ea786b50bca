"""The closed sets of words that rows and passports may use: one enum a set, documented once, read by every room."""

from __future__ import annotations

from enum import StrEnum


class Confidence(StrEnum):
    """How far a passport's shape is known."""

    ATTESTED = "attested"
    """A public schema or several independent clients of 2020 or later were read."""
    ATTESTED_OLD = "attested-old"
    """A public schema was read, but it is a historical shape (about 2014)."""
    ASSUMED = "assumed"
    """Our own proposal in the style of its neighbours: not the real thing."""


class Protocol(StrEnum):
    SHEP_SYNC = "shep-sync"
    SHEP_ASYNC = "shep-async"
    SOAP = "soap"
    REST = "rest"


class DataForm(StrEnum):
    """The forms of a payload: four of SHEP's `<data>` (shep-protocol.md 1.5), two of the others."""

    STRING = "string"
    """Form 1: escaped XML text with xsi:type xs:string."""
    INLINE = "inline"
    """Form 2: the fields stand inside data, without xsi:type."""
    TYPED = "typed"
    """Form 3: the fields stand inside data, which carries xsi:type of the business namespace."""
    ELEMENT = "element"
    """Form 4: one business root element inside data."""
    OPERATION = "operation"
    """Plain SOAP: fields below the wrapper element of the operation."""
    JSON = "json"
    """REST: a JSON object."""


class SubjectRule(StrEnum):
    """Whom a request is asked about."""

    APPLICANT = "applicant"
    SPOUSE = "spouse"
    EACH_MEMBER = "each_member"
    EACH_CHILD = "each_child"
    """Every declared child of the family under 18 on the day of acceptance (T0), and an applicant of that age for whom
    a guardian signs."""
    MEMBERS_OF_AGE = "members_of_age"
    """Members whose age on T0 lies in `age_from`..`age_to` of the row."""
    DEPENDANTS_OF_AGE = "dependants_of_age"
    """Declared children (not the applicant, not the spouse) whose age on T0 lies in `age_from`..`age_to`."""
    ABLE_BODIED_MEMBERS = "able_bodied_members"
    """Members for whom the fact `able_bodied` is true, or undetermined because its provider is silent."""
    HOUSEHOLD = "household"
    """The household as one, asked by the applicant."""


class Predicate(StrEnum):
    """When a request applies to a subject; all of a row must hold. Evaluated over facts, never over requests."""

    ALWAYS = "always"
    NOT_CITIZEN_OR_KANDAS_DECLARED = "not_citizen_or_kandas_declared"
    NOT_CITIZEN = "not_citizen"
    FOREIGN_CITIZEN = "foreign_citizen"
    STATELESS_OR_UNKNOWN = "stateless_or_unknown"
    PARENTS_NOT_IN_FAMILY_OR_GUARDIANSHIP_DECLARED = "parents_not_in_family_or_guardianship_declared"
    PARENTS_DIFFER_OR_ADOPTION_DECLARED = "parents_differ_or_adoption_declared"
    NOT_MARRIED_ABROAD = "not_married_abroad"
    """A marriage registered abroad is outside request 12 (the card's own words): it comes on paper."""
    SINGLE_PARENT_OR_ALIMONY_DECLARED = "single_parent_or_alimony_declared"
    IN_EMPLOYMENT_MEASURES = "in_employment_measures"


class Fact(StrEnum):
    """What is derived from the application and from answers; a silent provider leaves it undetermined."""

    CITIZENSHIP = "citizenship"
    LIFE_STATUS = "life_status"
    DOCUMENT_VALIDITY = "document_validity"
    CO_REGISTERED = "co_registered"
    DISABILITY = "disability"
    ABLE_BODIED = "able_bodied"
    PARENTS_IN_FAMILY = "parents_in_family"
    UNDECLARED_CHILDREN = "undeclared_children"
    MARITAL_STATUS = "marital_status"
    UNDECLARED_SPOUSE = "undeclared_spouse"
    FULL_TIME_STUDENT = "full_time_student"
    ENTREPRENEUR = "entrepreneur"
    PRIOR_AID = "prior_aid"
    EMPLOYMENT_MEASURES = "employment_measures"
    """From the application: the wish to take part in active employment measures."""
    LEFT_OUT_OF_FAMILY = "left_out_of_family"


class Absence(StrEnum):
    """What `no_record` means for a request."""

    ANSWER = "answer"
    WRITTEN_REQUEST = "written_request"
    WRITTEN_REQUEST_IF_DECLARED = "written_request_if_declared"
    APPLICANT_CORRECTS = "applicant_corrects"


class NoAnswer(StrEnum):
    """What `no_answer` leads to once patience is over."""

    WRITTEN_REQUEST = "written_request"
    ASK_SPECIALIST = "ask_specialist"
    KEEP_TRYING = "keep_trying"


class IfUndetermined(StrEnum):
    """What happens to an inquiry whose facts stay undetermined after patience."""

    ASK = "ask"
    ASK_SPECIALIST = "ask_specialist"


class Sensitivity(StrEnum):
    ORDINARY = "ordinary"
    FINANCIAL = "financial"
    HEALTH = "health"
    GUARDIANSHIP = "guardianship"
    ADOPTION = "adoption"
    FAMILY_DISPUTE = "family_dispute"
    CRIMINAL_MEDICAL = "criminal_medical"


class Period(StrEnum):
    NONE = "none"
    QUARTER_BEFORE = "quarter_before"
    """The three months of the quarter before the quarter of filing."""


class Outcome(StrEnum):
    """What an inquiry came to. `no_record` and `no_answer` are never mixed."""

    FOUND = "found"
    NO_RECORD = "no_record"
    NO_ANSWER = "no_answer"
    ON_PAPER = "on_paper"
    NOT_APPLICABLE = "not_applicable"


class QuestionWord(StrEnum):
    """What a request payload may be filled from (`from = "question.iin"`)."""

    IIN = "iin"
    SURNAME = "surname"
    NAME = "name"
    PATRONYMIC = "patronymic"
    BIRTH_DATE = "birth_date"
    RELATED_IIN = "related_iin"
    """The other person of the question: a guardian, the other parent, a declared debtor."""
    PERIOD_FROM = "period_from"
    PERIOD_TO = "period_to"
    ON_DATE = "on_date"
    IBAN = "iban"
    PHONE = "phone"
    AR_CODE = "ar_code"
    SMS_ID = "sms_id"
    """Of a message to a phone: one that was sent before is not sent twice."""
    SMS_TEXT = "sms_text"
    FILE_OPERATION = "file_operation"
    """A FileOperation."""
    FILE_PROCESS_ID = "file_process_id"
    """Of an uploading: what was kept under it before is not kept twice."""
    FILE_CONTENT = "file_content"
    """In base64."""
    FILE_NAME = "file_name"
    FILE_MEDIA_TYPE = "file_media_type"
    FILE_LIFE_TIME = "file_life_time"
    """How long a file is kept, in milliseconds."""
    FILE_ID = "file_id"
    """Of a stored file."""
    NOTICE_ID = "notice_id"
    """Of a notification in the portal's cabinet, with its texts."""
    NOTICE_RU = "notice_ru"
    NOTICE_KK = "notice_kk"
    CONSENT_SCOPE = "consent_scope"
    """What a person is asked to open, in the words of the consent service (КДП: access_name)."""
    EXPIRES_IN = "expires_in"
    """For so many milliseconds a person may answer, and a token opens something."""
    OMIT_SMS = "omit_sms"
    """`true`: a consent is only looked up, and the person gets no message."""


class FileOperation(StrEnum):
    """What the file store is asked to do (the words of its schema)."""

    UPLOAD = "UPLOAD"
    DOWNLOAD = "DOWNLOAD"


class ContextWord(StrEnum):
    """What else a message may be filled from, on either side of the wire (`from = "message.id"`)."""

    MESSAGE_ID = "message.id"
    MESSAGE_DATE = "message.date"
    REQUEST_ID = "request.id"
    """In a reply: the id that the request carried."""
    SENDER_ID = "sender.id"
    CONSENT_TOKEN = "consent.token"  # noqa: S105 - the word for a token, not a token
    CONSENT_PUBLIC_KEY = "consent.public_key"
    ORGANISATION_NAME = "organisation.name"
    ORGANISATION_BIN = "organisation.bin"
    RESPONSIBLE_NAME = "organisation.responsible"
    API_KEY = "api.key"
    SMS_LOGIN = "sms.login"
    """Our account at the SMS gateway, with its password and the name under which a citizen sees our messages."""
    SMS_PASSWORD = "sms.password"  # noqa: S105 - the word for a password, not a password
    SMS_SENDER = "sms.sender"
    FILES_LOGIN = "files.login"
    """Our account at the bus's file store, with its password: the store asks for them inside the message."""
    FILES_PASSWORD = "files.password"  # noqa: S105 - the word for a password, not a password


class FieldType(StrEnum):
    """The type of a field on the wire."""

    GROUP = "group"
    STRING = "string"
    INT = "int"
    LONG = "long"
    DECIMAL = "decimal"
    DOUBLE = "double"
    BOOLEAN = "boolean"
    DATE = "date"
    DATE_TIME = "dateTime"
    CODE = "code"
    """A code as text, with a dictionary."""
    DICT = "dict"
    """A dictionary entry as elements: code, nameRu, nameKz (names of the three may differ by passport)."""


class TermType(StrEnum):
    """The type of a vocabulary term, in our own program."""

    STRING = "string"
    IIN = "iin"
    BIN = "bin"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"
    BOOLEAN = "boolean"
    DATE = "date"
    MONTH = "month"
    CODE = "code"
    """A `Coded` value: the code on the wire, our own word for it where the dictionary knows it, and its names."""


class Cardinality(StrEnum):
    ONE = "1"
    OPTIONAL = "0..1"
    MANY = "0..n"
    SOME = "1..n"

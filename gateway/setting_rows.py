"""The rows of the settings: name, kind, default and help of each; the object, the options and the page follow them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PREFIX = "ASP_"
DEVELOPMENT, PRODUCTION = "development", "production"
REQUIRE, PREFER, OFF = "require", "prefer", "off"
NONE = "none"
REAL, VIRTUAL = "real", "virtual"
TEXT, LINES = "text", "json"
EMBEDDED, DISTRIBUTED = "embedded", "distributed"


class Kind(StrEnum):
    """How the text of a setting is read."""

    TEXT = "text"
    NUMBER = "whole number"
    URL = "address"
    PATH = "path"
    PATHS = "paths, joined by the path separator"
    PAIRS = "pairs KEY=VALUE, joined by commas"
    TRUST = "folder, or production or test for the shipped authorities"
    KEY_FILE = "path, or none"
    OPTIONAL_URL = "address, or nothing"
    URLS = "addresses, joined by commas"
    WORDS = "words, joined by commas"
    HOSTS = "hosts, each with or without :port, joined by commas"
    BIN = "BIN, or nothing"
    BINS = "pairs KEY=BIN, joined by commas"
    REVOCATION = "require, prefer or off"
    ENVIRONMENT = "development or production"
    LEVEL = "DEBUG, INFO, WARNING or ERROR"
    LOG_FORM = "text or json"
    BEARER = "at least 16 letters and digits, or nothing"
    CLOCK = "real or virtual"
    ENGINE = "embedded or distributed"
    MOMENT = "moment (ISO 8601), or nothing"


@dataclass(frozen=True)
class Setting:
    name: str
    kind: Kind
    default: str
    help: str
    required: bool = False
    """In production there is no default: it must be given."""
    secret: bool = False
    low: int = 0
    high: int = 999_999_999_999

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper()

    @property
    def option(self) -> str:
        return "--" + self.name.replace("_", "-")


TABLE: tuple[Setting, ...] = (
    Setting("environment", Kind.ENVIRONMENT, DEVELOPMENT, "Production refuses whatever is only fit for trying out."),
    Setting(
        "database_url",
        Kind.TEXT,
        "sqlite:///var/gateway.db",
        "The database, as SQLAlchemy names it; SQLite: one gateway.",
        True,
    ),
    Setting(
        "engine",
        Kind.ENGINE,
        EMBEDDED,
        "Distributed: any number of serve and worker processes on one PostgreSQL; embedded: one serve does all.",
    ),
    Setting(
        "quota_share",
        Kind.NUMBER,
        "1",
        "How many processes ask the registries: each keeps to its part of every quota.",
        low=1,
        high=1000,
    ),
    Setting(
        "grace_seconds",
        Kind.NUMBER,
        "20",
        "How long a worker that is stopped waits for its rounds; the rest goes to others.",
        high=600,
    ),
    Setting("key_file", Kind.PATH, "var/gateway.key", "The AES-256 key under which raw messages are sealed.", True),
    Setting("trust_folder", Kind.TRUST, "var/ca/trust", "Certificates of the authorities that are believed.", True),
    Setting("revocation", Kind.REVOCATION, OFF, "How far revocation is asked for; production wants require.", True),
    Setting("ocsp_url", Kind.OPTIONAL_URL, "", "The authority's OCSP responder; those in certificates are not asked."),
    Setting("crl_urls", Kind.URLS, "", "The authorities' lists of revoked certificates (CRL)."),
    Setting("crl_delta_urls", Kind.URLS, "", "Their delta lists."),
    Setting("revocation_folder", Kind.PATH, "var/revocation", "Where fetched lists are kept."),
    Setting(
        "timestamp_policies",
        Kind.WORDS,
        "1.2.398.3.3.2.6.1,1.2.398.3.3.2.6.4",
        "Policies of timestamps that count.",
    ),
    Setting("shep_sync_url", Kind.URL, "http://127.0.0.1:8088/bip-sync-wss-gost/", "SHEP, synchronous channel.", True),
    Setting("shep_async_url", Kind.URL, "http://127.0.0.1:8088/bip-async-wss-gost/", "SHEP, asynchronous.", True),
    Setting("soap_base", Kind.URL, "http://127.0.0.1:8088/soap/", "Where services with a WSDL of their own are.", True),
    Setting("rest_base", Kind.URL, "http://127.0.0.1:8088/rest/", "Where REST services are.", True),
    Setting("sender_id", Kind.TEXT, "asp-gateway", "Our id on the bus.", True),
    Setting("sender_password", Kind.TEXT, "mock-password", "The password of that id.", True, secret=True),
    Setting("shep_key_file", Kind.KEY_FILE, "var/organisation.p12", "PKCS#12 that signs what we send to SHEP.", True),
    Setting("shep_key_password", Kind.TEXT, "mock-password", "The password of that file.", True, secret=True),
    Setting("shep_certificates", Kind.PATH, "", "Folder with certificates of the bus; where given, only these count."),
    Setting("shep_bin", Kind.BIN, "", "BIN of the bus's operator: whose signature counts; else any system's."),
    Setting("api_keys", Kind.PAIRS, "", "Keys of services that want one: REGISTRY=KEY.", secret=True),
    Setting("sms_sender", Kind.TEXT, "1414", "The name or short number that a citizen sees beside an SMS.", True),
    Setting("sms_login", Kind.TEXT, "asp-gateway", "Our account at the SMS gateway, which the bus leads to.", True),
    Setting("sms_password", Kind.TEXT, "mock-password", "The password of that account.", True, secret=True),
    Setting("files_login", Kind.TEXT, "", "Our account at the bus's file store; none = the sender's own."),
    Setting("files_password", Kind.TEXT, "", "The password of that account.", secret=True),
    Setting("otp_digits", Kind.NUMBER, "6", "Digits of a one-time code.", low=6, high=9),
    Setting("otp_seconds", Kind.NUMBER, "300", "How long a code is good for.", low=60, high=600),
    Setting("otp_tries", Kind.NUMBER, "5", "Tries of one code, after which it is burned.", low=1, high=10),
    Setting("otp_resend_seconds", Kind.NUMBER, "60", "How long one waits for another code.", low=30, high=600),
    Setting("otp_resends", Kind.NUMBER, "3", "Further codes of one application.", high=10),
    Setting("otp_a_day", Kind.NUMBER, "10", "Codes of one IIN, and to one phone, on one day.", low=1, high=100),
    Setting(
        "attestation_seconds", Kind.NUMBER, "900", "How long a portal's attestation is good for.", low=60, high=86_400
    ),
    Setting(
        "account_checks_a_day", Kind.NUMBER, "5", "Checks of one IIN, and of one IBAN, on one day.", low=1, high=100
    ),
    Setting("account_checks_of_client", Kind.NUMBER, "1000", "Checks of accounts by one client on one day.", low=1),
    Setting(
        "account_checks_seconds",
        Kind.NUMBER,
        "86400",
        "How long the answer about an account may travel inside an application.",
        low=60,
        high=2_592_000,
    ),
    Setting("ca_file", Kind.PATH, "", "PEM file of authorities for TLS with registries; none = the machine's own."),
    Setting("registry_bins", Kind.BINS, "", "Whose signature in a payload counts: REGISTRY=BIN; else any system's."),
    Setting("organisation_name", Kind.TEXT, "Test organisation", "Who asks, where a registry wants to know.", True),
    Setting("organisation_bin", Kind.TEXT, "000000000000", "The BIN of the one who asks.", True),
    Setting("organisation_responsible", Kind.TEXT, "Test specialist", "The person who answers for asking.", True),
    Setting("payload_key_file", Kind.PATH, "var/organisation.p12", "PKCS#12 for signatures inside payloads.", True),
    Setting("payload_key_password", Kind.TEXT, "mock-password", "The password of that file.", True, secret=True),
    Setting("passports", Kind.PATHS, "", "Folders with a deployment's own passports, services, dictionaries."),
    Setting("profiles", Kind.PAIRS, "", "Alternative passports: PASSPORT=ALTERNATIVE."),
    Setting("pull_seconds", Kind.NUMBER, "0", "How often late answers are fetched; 0 = the bus pushes them."),
    Setting("webhook_hosts", Kind.HOSTS, "", "Hosts of portals that are told of events; no other is ever called."),
    Setting(
        "webhook_ca_file", Kind.PATH, "", "PEM file of authorities for TLS with portals; none = the machine's own."
    ),
    Setting("max_body_bytes", Kind.NUMBER, "5000000", "The largest body that is accepted.", low=1024),
    Setting(
        "threads",
        Kind.NUMBER,
        "8",
        "Threads that serve the API; at most half hold live streams.",
        low=2,
        high=512,
    ),
    Setting("host", Kind.TEXT, "127.0.0.1", "The address that the API listens on."),
    Setting("port", Kind.NUMBER, "8080", "Its port; 0 = any free one.", high=65_535),
    Setting("watch_port", Kind.NUMBER, "0", "Where a worker tells its health and figures; 0 = nowhere.", high=65_535),
    Setting("clock", Kind.CLOCK, REAL, "Virtual: time stands until /dev/clock steps it; refused in production."),
    Setting("clock_start", Kind.MOMENT, "", "Where a virtual clock begins; nothing = now."),
    Setting("clock_follower", Kind.URLS, "", "Programs whose virtual clocks are stepped with ours: the mock suite."),
    Setting("log_level", Kind.LEVEL, "INFO", "From which level on the log is written."),
    Setting("log_form", Kind.LOG_FORM, TEXT, "json: each line of the log is one JSON object, its time in it."),
    Setting(
        "metrics_token", Kind.BEARER, "", "The bearer token that reads /metrics; none = it is not there.", secret=True
    ),
    Setting("otlp_url", Kind.OPTIONAL_URL, "", "Where spans are sent (OTLP over HTTP); wants the extra `otel`."),
    Setting("disk_free_mb", Kind.NUMBER, "500", "Below so much free room for the database we are not ready.", low=1),
    Setting("clock_skew_seconds", Kind.NUMBER, "5", "So far our clock may be from the database's.", low=1, high=3600),
)

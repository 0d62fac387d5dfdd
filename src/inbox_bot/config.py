"""The settings of one office: TOML, its profile laid under it, the environment laid over it.

Precedence, highest first: `INBOX_BOT__SECTION__KEY` in the environment, the office's TOML file, the
profile named by `office.profile`, the defaults below. Secrets come from `password_file`, a systemd
credential (`$CREDENTIALS_DIRECTORY/imap_password`, `smtp_password`) or the environment.

Relative paths count from the installation folder: the folder of the configuration file, or the one
above it where that folder is called `config`, so that the service runs from anywhere.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self, get_origin
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from . import resources
from .errors import ConfigError
from .protocol import Protocol

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
SECRET_FILES = frozenset({"password_file", "client_secret_file", "certificate_file"})


class Section(BaseModel):
    """Frozen; an unknown key is a spelling mistake worth a sentence."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


def _lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


class Office(Section):
    name: str
    short_name: str = ""
    reference_prefix: str = Field(default="REF", pattern=r"^[A-Z][A-Z0-9]{1,9}$")
    inbox_address: str
    website: str = ""
    timezone: str = "Europe/London"
    profile: str = "apace-police"
    privacy_notice: str = ""
    mode: Literal["live", "observe"] = "live"
    telephone: str = ""
    languages: tuple[str, ...] = ()  # empty: the profile's
    hours_start: dt.time = dt.time(9)
    hours_end: dt.time = dt.time(17)

    _low = field_validator("inbox_address", mode="before")(_lower)

    @field_validator("inbox_address")
    @classmethod
    def _has_domain(cls, value: str) -> str:
        if value.count("@") != 1:
            raise ValueError("is not an e-mail address")
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except Exception as error:
            raise ValueError(f"{value!r} is not a time zone such as Europe/London") from error
        return value

    @property
    def domain(self) -> str:
        return self.inbox_address.rpartition("@")[2]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def is_inbox(self, address: str) -> bool:
        """Whether an address is the inbox itself, with or without a tag: `election+REF.token@…`."""
        local, _, domain = address.lower().partition("@")
        ours, _, _ = self.inbox_address.partition("@")
        return domain == self.domain and (local == ours or local.startswith(f"{ours}+"))


class Event(Section):
    """A date that the office adds to the election's timetable, such as a briefing for candidates."""

    title: str
    date: dt.date | dt.datetime
    place: str = ""


class Election(Section):
    type: Literal["pcc", "pfcc", "mayor"] = "pcc"
    poll_date: dt.date
    notice_of_election: dt.date | None = None
    pre_election_period_start: dt.date | None = None
    close_of_nominations: dt.datetime | None = None
    statement_of_persons_nominated: dt.date | None = None
    events: tuple[Event, ...] = ()


class PersonSetting(Section):
    """A role's mailbox. Names are optional: roles and offices suffice."""

    email: str = ""
    name: str = ""
    title: str = ""
    telephone: str = ""

    _low = field_validator("email", mode="before")(_lower)


class People(Section):
    spoc: PersonSetting
    chief_executive: PersonSetting
    paro: PersonSetting = PersonSetting()
    alternate: PersonSetting = PersonSetting()
    force_spoc: PersonSetting = PersonSetting()
    force_foi: PersonSetting = PersonSetting()
    police: PersonSetting = PersonSetting()
    panel: PersonSetting = PersonSetting()
    commissioner: PersonSetting = PersonSetting()
    deputy_commissioner: PersonSetting = PersonSetting()
    chief_constable: PersonSetting = PersonSetting()
    emergency_alert: tuple[str, ...] = ()
    officers: tuple[str, ...] = ()
    delegates: tuple[str, ...] = ()  # whose commands count as the SPOC's
    force_domains: tuple[str, ...] = ()

    @field_validator("emergency_alert", "officers", "delegates", "force_domains", mode="before")
    @classmethod
    def _low_all(cls, value: object) -> object:
        return [_lower(v) for v in value] if isinstance(value, list | tuple) else value

    @model_validator(mode="after")
    def _roles_have_addresses(self) -> Self:
        for role in ("spoc", "chief_executive"):
            if "@" not in getattr(self, role).email:
                raise ValueError(f"{role} needs an email")
        return self

    @property
    def addresses(self) -> frozenset[str]:
        """Everybody in [people]: the only ones written to in `observe` mode."""
        roles = (
            self.spoc,
            self.chief_executive,
            self.paro,
            self.alternate,
            self.force_spoc,
            self.force_foi,
            self.police,
            self.panel,
        )
        return frozenset(
            {p.email for p in roles if p.email} | set(self.emergency_alert) | self.officer_addresses
        )

    @property
    def officer_addresses(self) -> frozenset[str]:
        """Whose mail counts as the office's reply."""
        return frozenset({self.spoc.email, self.chief_executive.email, *self.officers, *self.delegates})


class OAuth2(Section):
    provider: Literal["microsoft365", "google", "other"] = "microsoft365"
    tenant: str = ""
    client_id: str = ""
    client_secret: SecretStr | None = None
    client_secret_file: Path | None = None
    certificate_file: Path | None = None
    token_url: str = ""
    scope: str = ""

    def secret(self) -> str | None:
        return _secret(
            self.client_secret, self.client_secret_file, "oauth2_client_secret", "client_secret_file"
        )


def _secret(value: SecretStr | None, file: Path | None, credential: str, key: str) -> str | None:
    if value is not None:
        return value.get_secret_value()
    if file is not None:
        try:
            return file.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{key}: {file} cannot be read: give this user a readable file.") from error
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if folder and (path := Path(folder) / credential).is_file():
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    return None


class Server(Section):
    """What IMAP and SMTP have in common. Plain text is for loopback only (fail closed)."""

    host: str = "127.0.0.1"
    port: int = Field(default=0, ge=1, le=65535)
    security: Literal["tls", "starttls", "plain"] = "tls"
    username: str = ""
    password: SecretStr | None = None
    password_file: Path | None = None
    oauth2: OAuth2 | None = None

    @model_validator(mode="after")
    def _plain_on_loopback_only(self) -> Self:
        if self.security == "plain" and self.host not in LOOPBACK:
            raise ValueError('security = "plain" is for loopback only: use "tls" or "starttls"')
        return self


class MailboxSettings(Server):
    port: int = Field(default=993, ge=1, le=65535)
    inbox: str = "INBOX"
    sent: str = ""
    junk: str = ""
    filed: str = ""
    poll_seconds: int = Field(default=60, ge=1)
    since: dt.date | None = None
    idle: bool = True
    max_message_mb: int = Field(default=60, ge=1)  # larger ones are listed from their headers
    plus_addressing: bool = False  # the server delivers election+anything@… too: buttons write to there

    @property
    def max_octets(self) -> int:
        return self.max_message_mb * 1_000_000

    def secret(self) -> str | None:
        return _secret(self.password, self.password_file, "imap_password", "mailbox.password_file")


class SmtpSettings(Server):
    port: int = Field(default=465, ge=1, le=65535)
    envelope_sender: Literal["inbox", "null"] = "inbox"
    max_connections: int = Field(default=3, ge=1)
    max_per_minute: int = Field(default=30, ge=1)
    ack_max_age_hours: int = Field(default=72, ge=1)
    give_up_hours: int = Field(
        default=48, ge=1
    )  # RFC 5321 4.5.4.1 suggests 4–5 days; an election has less time
    unknown_shown_minutes: int = Field(default=30, ge=0)  # then the SPOC is asked: sent, or send again
    bcc_inbox: bool = False  # evidence of acceptance where the server keeps no copy in Sent

    def secret(self) -> str | None:
        return _secret(self.password, self.password_file, "smtp_password", "smtp.password_file")


class Database(Section):
    url: str = "sqlite:///var/inbox-bot.db"


class ArchiveSettings(Section):
    path: Path = Path("var/archive")


class Deadlines(Section):
    candidate_working_days: int = Field(default=3, ge=0)
    public_working_days: int = Field(default=3, ge=0)
    media_working_days: int = Field(default=1, ge=0)
    foi_working_days: int = Field(default=20, ge=1, le=20)
    reminder_working_days_before: tuple[int, ...] = (5, 1, 0)
    referral_working_days: int = Field(default=2, ge=1)


class PublicationSettings(Section):
    target: str = "var/site"
    approval: Literal["required", "unless_held"] = "required"
    delay_working_days: int = Field(default=1, ge=0)
    keep_names: tuple[str, ...] = ()  # office-holders whose names may stand
    tell_candidates: bool = False  # R20: mail every candidate of the roster what one of them was told


class DigestSettings(Section):
    at: dt.time = dt.time(7, 30)


class TrustSettings(Section):
    provider: Literal["authentication-results", "microsoft365"] = "authentication-results"
    authserv_id: str = ""


class Security(Section):
    key_file: Path = Path("var/key")


class Limits(Section):
    """Manners of machines: overflow is filed, unacknowledged, and shown."""

    acknowledgements_per_sender_per_hour: int = Field(default=5, ge=1)
    acknowledgements_per_hour: int = Field(default=200, ge=1)
    tries: int = Field(default=3, ge=1)  # then a message is set aside


class Notices(Section):
    new_entries: Literal["each", "hourly"] = "each"
    send_delay_minutes: int = Field(default=5, ge=0)  # reply-through, with a Cancel link
    token_days: int = Field(default=30, ge=1)
    silence_minutes: int = Field(default=60, ge=1)  # nothing polled for so long: an alert


class Metrics(Section):
    """Figures for Prometheus, on this machine only; port 0: none."""

    port: int = Field(default=0, ge=0, le=65535)


class Files(Section):
    """An office's own files, laid over the shipped ones of the same name."""

    templates: Path = Path("templates")
    triage: Path = Path("config/triage.toml")
    senders: Path = Path("config/senders.toml")
    briefing: Path = Path("config/briefing.toml")
    commands: Path = Path("config/commands.toml")  # in place of the shipped one
    holidays: Path = Path("config/holidays.toml")
    profiles: Path = Path("config/profiles")


class Settings(BaseSettings):
    """Everything an office decides. `home` is the installation folder that relative paths count from."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix="INBOX_BOT__", env_nested_delimiter="__"
    )

    home: Path = Path()
    office: Office
    election: Election
    people: People
    mailbox: MailboxSettings = MailboxSettings()
    smtp: SmtpSettings = SmtpSettings()
    database: Database = Database()
    archive: ArchiveSettings = ArchiveSettings()
    deadlines: Deadlines = Deadlines()
    publication: PublicationSettings = PublicationSettings()
    digest: DigestSettings = DigestSettings()
    trust: TrustSettings = TrustSettings()
    security: Security = Security()
    limits: Limits = Limits()
    notices: Notices = Notices()
    metrics: Metrics = Metrics()
    files: Files = Files()
    protocol: Protocol = Protocol()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file; nothing else is read."""
        return env_settings, init_settings

    @model_validator(mode="before")
    @classmethod
    def _secret_files_from_home(cls, data: Any) -> Any:
        """A relative *_file counts from the installation folder, as every other path does."""
        home = Path.cwd() / str(data.get("home", ""))
        servers = {name: data[name] for name in ("mailbox", "smtp") if isinstance(data.get(name), dict)}
        return {**data, **{name: _placed(table, home) for name, table in servers.items()}}

    def path(self, value: Path | str) -> Path:
        """A path of the settings as an absolute one."""
        path = Path(value).expanduser()
        # Not resolved: the site's folder is a link to its newest build and must be replaced as a link.
        return path if path.is_absolute() else Path(os.path.normpath(Path.cwd() / self.home / path))

    @property
    def database_url(self) -> str:
        """The database URL with a relative SQLite file made absolute."""
        prefix = "sqlite:///"
        url = self.database.url
        if url.startswith(prefix) and url != prefix and not url.startswith(prefix + ":memory:"):
            return prefix + str(self.path(url[len(prefix) :]))
        return url

    @property
    def publication_target(self) -> str:
        """A folder as an absolute path, a URL as it stands."""
        target = self.publication.target
        return target if "://" in target else str(self.path(target))

    @property
    def languages(self) -> tuple[str, ...]:
        return self.office.languages or tuple(self.protocol.languages)


def _placed(table: Mapping[str, Any], home: Path) -> dict[str, Any]:
    """The table and those within it, with each secret's file counted from `home`."""
    placed = dict(table)
    for key, value in table.items():
        if isinstance(value, dict):
            placed[key] = _placed(value, home)
        elif key in SECRET_FILES and isinstance(value, (str, Path)):
            placed[key] = home / Path(value).expanduser()
    return placed


def _merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        merged[key] = _merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file; ConfigError names file, line and what is wrong."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(
            f"{path} does not exist: run `inbox-bot init DIR`, or name it with --config."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {type(error).__name__}.") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}.") from error


def home_of(config_path: Path) -> Path:
    """The installation folder of a configuration file."""
    folder = config_path.resolve().parent
    return folder.parent if folder.name == "config" else folder


def _profile(name: str, home: Path, own: Path) -> dict[str, Any]:
    places = [home / own / f"{name}.toml", resources.config_dir() / "profiles" / f"{name}.toml"]
    for place in places:
        if place.is_file():
            return read_toml(place)
    known = sorted({p.stem for place in places for p in place.parent.glob("*.toml")})
    raise ConfigError(f'office.profile "{name}" is not known: use one of {", ".join(known)}.')


ENVIRONMENT = "INBOX_BOT__"  # before every setting that the environment lays over the file


def _explain(error: ValidationError, source: str) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    variable = ENVIRONMENT + "__".join(str(part) for part in first["loc"]).upper()
    said = first["msg"]
    what = {
        "extra_forbidden": "is not a setting: check the spelling",
        "missing": "is missing: please set it",
        "value_error": said.removeprefix("Value error, "),  # a sentence of ours
    }.get(first["type"], f"is not right: {said[:1].lower()}{said[1:]}")
    more = error.error_count() - 1
    found_in = f"{variable} in the environment" if variable in os.environ else source
    return f"{found_in}: {where} {what}." + (f" ({more} more.)" if more else "")


def _check_environment() -> None:
    """A misspelt section, or a list that is no JSON, is named; pydantic-settings passes over the one and does
    not say which variable is the other. ConfigError."""
    for name, value in sorted(os.environ.items()):
        section, _, key = name.removeprefix(ENVIRONMENT).lower().partition("__")
        if not name.startswith(ENVIRONMENT):
            continue
        if section not in Settings.model_fields or section == "home":
            raise ConfigError(f"{name} in the environment: {section} is not a section: check the spelling.")
        model = Settings.model_fields[section].annotation
        field = (
            model.model_fields.get(key) if isinstance(model, type) and issubclass(model, BaseModel) else None
        )
        if field is None or get_origin(field.annotation) is not tuple:
            continue
        try:
            right = isinstance(json.loads(value), list)
        except ValueError:
            right = False
        if not right:
            raise ConfigError(f'{name} in the environment: write a list as JSON, such as ["a", "b"].')


def from_mapping(data: Mapping[str, Any], *, home: Path, source: str = "settings") -> Settings:
    """Settings from a mapping such as a parsed TOML file, its profile laid under it. ConfigError."""
    office = data.get("office", {})
    files = data.get("files", {})
    if not isinstance(office, Mapping) or not isinstance(files, Mapping):
        raise ConfigError(f"{source}: office and files must be tables, such as [office].")
    name = os.environ.get("INBOX_BOT__OFFICE__PROFILE") or office.get("profile", "apace-police")
    own = Path(str(files.get("profiles", Files().profiles)))
    merged = _merge(_profile(str(name), home, own), data)
    _check_environment()
    try:
        return Settings(**{**merged, "home": home})
    except ValidationError as error:
        raise ConfigError(_explain(error, source)) from error
    except SettingsError as error:  # a value of the environment that is not JSON where a table is due
        raise ConfigError(
            f"A variable {ENVIRONMENT}… in the environment: {str(error).splitlines()[0]}: "
            "write a table as JSON."
        ) from error


def load(path: Path) -> Settings:
    """The settings of one office. ConfigError with one sentence that names file and key."""
    return from_mapping(read_toml(path), home=home_of(path), source=str(path))

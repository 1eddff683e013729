"""Settings from the environment. The defaults run on one machine without Telegram."""

import os
import re
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

PREFIX = "BOT_"
STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
OWNER = re.compile(r"[a-z]+=[^@\s=]+@[^@\s=]+")
SPELLED = {
    "mail_from": (
        re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+", re.ASCII),
        "be an address, such as blakus@example.lv",
    ),
    "backup_recipient": (re.compile(r"age1[a-z0-9-]{58,}"), "be the public key that age-keygen prints: age1…"),
    "telegram_webhook_secret": (re.compile(r"[A-Za-z0-9_-]{1,256}"), "have 1 to 256 of the signs A-Z a-z 0-9 _ -"),
}
"""How a setting is spelled where it is not empty, and how that is said."""
QUOTES = ("'", '"')
OF_KUBERNETES = re.compile(r"(\w+_)?(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)")
"""Names of variables that Kubernetes gives every container for each service, such as one that is called “bot”."""
VAR = Path("var")


class Unsafe(Exception):
    """The settings cannot be used. The message tells the operator why, without any secret."""


class Settings(BaseModel):
    """What an operator can set. The descriptions appear in the README."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: Literal["demo", "service"] = Field(default="demo", description="`demo` (samples, loud banner) or `service`")
    database: SecretStr = Field(default=SecretStr("sqlite:///var/blakus.sqlite"), description="SQLAlchemy URL")
    listen: str = Field(default="127.0.0.1:8080", description="public address `host:port`")
    desk_listen: str = Field(default="127.0.0.1:8081", description="desk address `host:port`")
    proxy: str = Field(default="127.0.0.0/8,::1", description="whose word for a visitor's address is believed")
    public_url: str = Field(default="", description="https address people reach")
    desk_url: str = Field(default="", description="https address workers reach")
    telegram_token: SecretStr = Field(default=SecretStr(""), description="empty: no Telegram")
    telegram_api: str = Field(default="https://api.telegram.org", description="Bot API root")
    telegram_webhook_secret: SecretStr = Field(default=SecretStr(""), description="secret of the webhook")
    secret: SecretStr = Field(default=SecretStr(""), description="key for what is sealed at rest")
    memory_folder: str = Field(default="", description="folder in memory (tmpfs) for the key of conversations")
    smtp: SecretStr = Field(default=SecretStr(""), description="`smtp://user:password@host:port`; empty: no notices")
    mail_from: str = Field(default="", description="sender of the notices")
    owners: str = Field(default="", description="who is mailed about an overdue fact: `content=…,operator=…`")
    operator: str = Field(default="", description="who runs this service, as people shall read it")
    metrics_token: SecretStr = Field(
        default=SecretStr(""), description="opens `/metrics` on the desk's port; empty: closed"
    )
    backup_recipient: str = Field(default="", description="public key (age1…) that backups are locked to")
    backups: str = Field(default="", description="folder of the backups, for `doctor`; empty: not looked at")
    exit_url: str = Field(default="https://videscentrs.lvgmc.lv/", description="where the exit leads")

    @model_validator(mode="after")
    def _fit(self) -> Self:
        for name in ("public_url", "desk_url"):
            url = getattr(self, name)
            if url and not url.startswith("https://"):
                raise ValueError(f"{PREFIX}{name.upper()} must begin with https://")
            if url and not _is_address(url, "https"):
                raise ValueError(f"{PREFIX}{name.upper()} must look like https://blakus.example")
            if url and _goes_on(url):
                raise ValueError(f"{PREFIX}{name.upper()} must be a name alone, without a path: https://blakus.example")
        if self.public_url and urlsplit(self.public_url).netloc == urlsplit(self.desk_url).netloc:
            raise ValueError(
                f"{PREFIX}PUBLIC_URL and {PREFIX}DESK_URL must be two names: one for people, one for workers"
            )
        mail = self.smtp.get_secret_value()
        if mail and (not _is_address(mail, "smtp", "smtps") or _goes_on(mail) or STRAY_PERCENT.search(mail)):
            raise ValueError(
                f"{PREFIX}SMTP must look like smtp://user:password@host:587; in user and password write signs with a % "
                "and two hexadecimal digits: @ as %40, # as %23, / as %2F, % as %25"
            )
        if not _is_database(self.database.get_secret_value()):
            raise ValueError(
                f"{PREFIX}DATABASE must look like sqlite:////var/lib/blakus/var/blakus.sqlite or "
                "postgresql://user:password@host/name, and no other database can be used"
            )
        for name in ("listen", "desk_listen"):
            host, _, port = getattr(self, name).rpartition(":")
            if not host or not port.isdigit() or int(port) > 65535:
                raise ValueError(f"{PREFIX}{name.upper()} must look like 127.0.0.1:8080")
        if self.owners and not all(OWNER.fullmatch(pair.strip()) for pair in self.owners.split(",")):
            raise ValueError(f"{PREFIX}OWNERS must look like content=texts@example.lv,operator=it@example.lv")
        if not _are_networks(self.proxy):
            raise ValueError(f"{PREFIX}PROXY must be addresses or networks, such as 10.0.0.5,10.1.0.0/24")
        for name, example in (("exit_url", "https://www.example.lv/"), ("telegram_api", "https://api.telegram.org")):
            if not _is_address(getattr(self, name), "https", "http"):
                raise ValueError(f"{PREFIX}{name.upper()} must look like {example}")
        return self

    @model_validator(mode="after")
    def _spelled(self) -> Self:
        for name, (pattern, must) in SPELLED.items():
            value = getattr(self, name)
            text = value.get_secret_value() if isinstance(value, SecretStr) else value
            if text and not pattern.fullmatch(text):
                raise ValueError(f"{PREFIX}{name.upper()} must {must}")
        return self

    @property
    def proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The proxies whose word for a visitor's address is believed."""
        return tuple(ip_network(network.strip()) for network in self.proxy.split(",") if network.strip())

    def address_of(self, owner: str) -> str:
        """Return the address that is mailed when a fact of this owner is overdue; empty if nobody is."""
        pairs = (pair.partition("=") for pair in self.owners.split(",") if pair)
        return {name.strip(): address.strip() for name, _, address in pairs}.get(owner, "")

    @property
    def public(self) -> tuple[str, int]:
        return _address(self.listen)

    @property
    def desk(self) -> tuple[str, int]:
        return _address(self.desk_listen)

    @property
    def desk_address(self) -> str:
        """The beginning of links to the desk."""
        return self.desk_url.rstrip("/") or f"http://{self.desk_listen}"

    @property
    def desk_origin(self) -> str:
        """The origin of the desk as browsers send it; empty if no address is set."""
        address = urlsplit(self.desk_url)
        port = "" if address.port in (None, 443) else f":{address.port}"
        return f"https://{address.hostname}{port}" if address.hostname else ""

    @property
    def is_public_demo(self) -> bool:
        """Whether strangers can find this demonstration through Telegram; then no request can be sent."""
        return self.mode == "demo" and bool(self.telegram_token.get_secret_value())

    @property
    def can_notify(self) -> bool:
        """Whether workers can be notified of requests. In the demonstration nobody has to be."""
        return self.mode == "demo" or bool(self.smtp.get_secret_value())


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read every BOT_ variable. Raise Unsafe with everything wrong, naming settings but never their values."""
    given = {
        name.removeprefix(PREFIX).lower(): _without_quotes(value)
        for name, value in environment.items()
        if name.startswith(PREFIX) and not _is_of_kubernetes(name.removeprefix(PREFIX), value)
    }
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        raise Unsafe("\n".join(_sentence(detail["loc"], detail["msg"]) for detail in error.errors())) from None
    if settings.mode == "service" and (missing := list(_unsafe(settings))):
        raise Unsafe("\n".join(missing))
    return settings


def _without_quotes(value: str) -> str:
    """Take away quotes around the whole value: `docker --env-file` leaves them there, a shell and systemd do not."""
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in QUOTES else value


def _is_of_kubernetes(name: str, value: str) -> bool:
    """Whether Kubernetes has set this variable. Its `…_PORT` holds an address; a port alone is somebody's mistake."""
    return bool(OF_KUBERNETES.fullmatch(name)) and not (
        name.endswith("PORT") and "SERVICE" not in name and "://" not in value
    )


def _unsafe(settings: Settings) -> list[str]:
    found = []
    if not settings.secret.get_secret_value():
        found.append("BOT_SECRET must be set in service mode: without it a new machine could not read its own database")
    if not settings.operator:
        found.append("BOT_OPERATOR must be set in service mode: people must be told who runs this")
    if settings.secret.get_secret_value() and len(settings.secret.get_secret_value()) < 32:
        found.append("BOT_SECRET is too short: 32 characters at least, for example from `openssl rand -hex 32`")
    return found


def _sentence(location: tuple[int | str, ...], message: str) -> str:
    if not location:  # it names its settings itself
        return message.removeprefix("Value error, ")
    name = PREFIX + "_".join(str(part) for part in location).upper()
    if message == "Extra inputs are not permitted":
        return f"{name} is not a setting of this program"
    return f"{name}: {message.removeprefix('Value error, ')}"


def _is_address(url: str, *schemes: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:  # an invalid port
        return False


def _goes_on(url: str) -> bool:
    """Whether anything follows the host and port."""
    parts = urlsplit(url)
    return bool(parts.path.strip("/") or parts.query or parts.fragment)


def _is_database(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # an invalid host
        return False
    kind = parts.scheme.partition("+")[0]
    if kind == "sqlite":
        return not parts.netloc
    return kind in ("postgresql", "postgres") and not parts.fragment and not STRAY_PERCENT.search(url)


def _are_networks(text: str) -> bool:
    """Refuse a network of all addresses: it would let each visitor claim any address."""
    try:
        return all(ip_network(network.strip()).prefixlen for network in text.split(",") if network.strip())
    except ValueError:
        return False


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host.strip("[]"), int(port)

"""What `setup` has to know: eight answers, each asked at the terminal or given as an option, and checked at once."""

import argparse
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot import content as contents
from bot.engine import places
from bot.engine.services import SocialService
from bot.settings import Settings, Unsafe, from_environment

PROXIES = ("nginx", "caddy", "none")
NEEDED = ("head", "worker", "operator", "dpo", "editor", "approver")
"""One account of each: head and worker hold the key of the service, and only together can it be written to."""
ACME = "acme"
NONE = "none"
"""An answer that leaves something out on purpose: it is said in the end what then does not work."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question of `setup`: its option, what it asks, an example, and what turns the text into the answer.

    `check` raises ValueError with a sentence.
    """

    option: str
    asks: str
    example: str
    check: Callable[[str], Any]
    words: int = 1

    @property
    def field(self) -> str:
        return self.option.removeprefix("--").replace("-", "_")


def _url(name: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        url = text if "://" in text else f"https://{text}"
        checked({name: url})
        return url.rstrip("/")

    return check


def checked(given: Mapping[str, str]) -> Settings:
    """Return the settings these would be. Raises ValueError with a sentence that names what is wrong."""
    try:
        return from_environment(given)
    except Unsafe as error:
        raise ValueError(str(error)) from None


def _service(text: str) -> SocialService:
    """Find a service of the directory by its id, its name, or its municipality."""
    content = contents.read()
    services = content.services
    if text in services:
        return services[text]
    wanted = text.casefold()
    found = [
        service for service in services.values() if any(wanted in name.casefold() for name in service.names.values())
    ]
    if not found:
        meant = places.find(text, content.dialogue.municipalities)
        found = [service for service in services.values() if set(service.places) & set(meant[:1])]
    if len(found) == 1:
        return found[0]
    if not found:
        raise ValueError("no such service; “blakus service ids” lists them all")
    raise ValueError("which one: " + ", ".join(sorted(service.id for service in found)))


def _emails(text: str) -> tuple[str, str]:
    from bot.usecases.services.calendar_form import is_address

    both = text.replace(",", " ").split()
    if len(both) != 2 or not all(map(is_address, both)):
        raise ValueError("two e-mail addresses, with a space between: one of the service, and one of its head")
    if both[0].casefold() == both[1].casefold():
        raise ValueError("two different addresses: the second is told when nobody reads the first")
    return both[0], both[1]


def _smtp(text: str) -> str:
    if text == NONE:
        return ""
    if not text:
        raise ValueError("none, where there is no mail server yet")
    checked({"BOT_SMTP": text})
    return text


def _proxy(text: str) -> str:
    if text not in PROXIES:
        raise ValueError("nginx, caddy or none")
    return text


def _certificates(text: str) -> str:
    if text != ACME and not text.startswith("/"):
        raise ValueError("acme, or the path of a folder that holds HOST/fullchain.pem and HOST/privkey.pem")
    return text


def _recipient(text: str) -> str:
    from pyrage import RecipientError, x25519

    if text == NONE:
        return ""
    try:
        x25519.Recipient.from_str(text)
    except RecipientError:
        raise ValueError(
            "the public key that age-keygen prints: age1…; the other half stays on another machine"
        ) from None
    return text


QUESTIONS = (
    Question("--public-url", "Address that people reach", "https://blakus.example.lv", _url("BOT_PUBLIC_URL")),
    Question("--desk-url", "Address of the desk, for workers", "https://darbs.example.lv", _url("BOT_DESK_URL")),
    Question("--name-of-service", "Social service (its name, its municipality, or its id)", "Balvu novads", _service),
    Question(
        "--email", "Where “something waits” is sent, and the head's own address",
        "dienests@example.lv vaditajs@example.lv", _emails, 2,
    ),
    Question("--smtp", "Mail server, or none", "smtp://user:password@smtp.example.lv:587", _smtp),
    Question("--proxy", "Web server in front: nginx, caddy or none", "nginx", _proxy),
    Question("--certificates", "Certificates: acme (Let's Encrypt), or a folder that has them", "acme", _certificates),
    Question("--backup-recipient", "Public key for backups, or none", "age1…", _recipient),
)  # fmt: skip
"""At most eight: whoever sets it up once has everything at hand, and reads no manual."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add an option for each question."""
    for question in QUESTIONS:
        parser.add_argument(
            question.option, nargs=question.words, action=_Joined, metavar=question.option.rpartition("-")[2].upper(),
            help=f"{question.asks}: {question.example}",
        )  # fmt: skip


class _Joined(argparse.Action):
    """Takes the words of an option as one text, as it would be typed at the terminal."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, option: str | None = None
    ) -> None:
        setattr(namespace, self.dest, " ".join(values))


def collect(options: argparse.Namespace, known: Mapping[str, str], ask: Callable[[str], str] | None) -> dict[str, Any]:
    """Return the answers by field: from the options, else asked, unless `known` (by field) has one already.

    Without `ask` (no terminal) nothing is asked. Raises Unsafe with one line for each answer that is wrong or missing.
    """
    answers: dict[str, Any] = {}
    wrong = []
    for number, question in enumerate(QUESTIONS, 1):
        given = getattr(options, question.field)
        if given is None and question.field in known:
            continue
        if given is None and question.field == "certificates" and answers.get("proxy") == NONE:
            continue
        if given is None and ask:
            answers[question.field] = _asked(question, number, ask)
            continue
        if given is None:
            wrong.append(f"{question.option} is missing, such as {question.option} {question.example}")
            continue
        try:
            answers[question.field] = question.check(given.strip())
        except ValueError as error:
            wrong.append(f"{question.option}: {error}")
    if wrong:
        raise Unsafe("\n".join(wrong))
    return answers


def _asked(question: Question, number: int, ask: Callable[[str], str]) -> Any:
    while True:
        typed = ask(f"{number}/{len(QUESTIONS)}  {question.asks}\n     (such as {question.example}): ").strip()
        try:
            return question.check(typed)
        except ValueError as error:
            print(f"     {error}", file=sys.stderr)


def hosts(certificates: str, host: str) -> tuple[Path, Path]:
    """Return the chain and the key of a host's certificate. Where one folder serves both, they lie in it directly."""
    folder = Path("/etc/letsencrypt/live" if certificates == ACME else certificates)
    own = folder / host
    if certificates != ACME and not own.is_dir():
        own = folder
    return own / "fullchain.pem", own / "privkey.pem"

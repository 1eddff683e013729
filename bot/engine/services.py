"""The directory of social services that comes with the content. Their keys are in the database."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.engine.entries import DataFile, Entry
from bot.engine.facts import SOURCED, Sourced, sourced
from bot.engine.languages import LANGUAGES
from bot.engine.phones import telephone

SERVICE_ID = re.compile(r"[a-z][a-z0-9-]{2,60}")


@dataclass(frozen=True, slots=True)
class SocialService(Sourced):
    """A social service, the municipalities it serves, and how to reach it without us. Empty fields are unknown."""

    id: str
    names: Mapping[str, str]
    places: tuple[str, ...]
    phone: str = ""
    hours: Mapping[str, str] = field(default_factory=dict)
    address: str = ""
    url: str = ""

    @property
    def tel(self) -> str | None:
        """The number to dial, if a phone is known."""
        return telephone(self.phone) if self.phone else None

    def say_phone(self, language: str, today: date) -> str | None:
        """Return the phone with its doubt; None if it is unknown or must no longer be shown."""
        return self._say(self.phone, language, today)

    def say_hours(self, language: str, today: date) -> str | None:
        """Return the hours with their doubt; None if they are unknown or must no longer be shown."""
        return self._say(self.hours.get(language, ""), language, today)

    def say_address(self, language: str, today: date) -> str | None:
        """Return the address with its doubt; None if it is unknown or must no longer be shown."""
        return self._say(self.address, language, today)

    def _say(self, value: str, language: str, today: date) -> str | None:
        return value + self.doubted(language) if value and self.standing(today) == "good" else None


def read_services(
    text: str, languages: tuple[str, ...] = LANGUAGES, file: str = "dialogs/services.yaml"
) -> dict[str, SocialService]:
    """Read `services.yaml`. Raise BrokenContent with every problem and its line."""
    data = DataFile(file, languages)
    known = ("names", "places", "phone", "hours", "address", "url", *SOURCED)
    services: dict[str, SocialService] = {}
    for entry in data.entries(text, "services", SERVICE_ID, known):
        services[entry.id] = _service(entry)
        for other in services.values():
            shared = set(other.places) & set(services[entry.id].places) if other.id != entry.id else set()
            if shared:
                entry.wrong("place twice", "places", places=", ".join(sorted(shared)), other=other.id)
    data.done()
    return services


def _service(entry: Entry) -> SocialService:
    common = sourced(entry)
    service = SocialService(
        id=entry.id,
        names=entry.words("names"),
        places=entry.names("places"),
        phone=entry.text("phone", needed=False),
        hours=entry.words("hours", needed=False),
        address=entry.text("address", needed=False),
        url=entry.address("url", needed=False),
        **{name: getattr(common, name) for name in Sourced.__dataclass_fields__},
    )
    if not service.places:
        entry.wrong("no place", "places")
    if service.phone and service.tel is None:
        entry.wrong("no phone of a service", "phone")
    return service

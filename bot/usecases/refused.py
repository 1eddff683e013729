"""What we will not do, and why. Raised by use cases, turned into a clear answer by each face."""

from datetime import datetime


class Refused(Exception):
    """We will not do that."""


class NotAllowed(Refused):
    """Not for this one: the role, the age or the state forbids it."""


class NotFound(Refused):
    """There is no such thing, or not for whoever asks."""


class AlreadyTaken(Refused):
    """Someone else was first."""


class HeldBy(AlreadyTaken):
    """A colleague has it, by name and since when. Whoever leads may take it over, which is an action of its own."""

    def __init__(self, name: str, since: datetime | None, *, may_take_over: bool) -> None:
        super().__init__(name)
        self.name, self.since, self.may_take_over = name, since, may_take_over


class NotAddressable(Refused):
    """Fewer than two hold the key of the service, or cannot say when it reads: nothing can be sent to it now."""


class AlreadyErased(Refused):
    """The same form was sent before, and what it sent was taken back or erased since: nothing is sent again."""


class NobodyMayRead(Refused):
    """Somebody at the service is known, and nobody could read alone, or the person did not say that this one may."""


class ConsentMissing(Refused):
    """A purpose was not agreed to, so nothing is sent."""

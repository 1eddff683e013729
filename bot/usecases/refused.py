"""Refusals: raised by use cases, and turned into a clear answer by each face."""

from datetime import datetime


class Refused(Exception):
    """The use case will not do it."""


class NotAllowed(Refused):
    """The role, the age or the state forbids it."""


class NotFound(Refused):
    """It does not exist, or not for this worker."""


class AlreadyTaken(Refused):
    """Someone else was first."""


class HeldBy(AlreadyTaken):
    """A colleague has it; her name, and since when. The head may take it over, which is a separate action."""

    def __init__(self, name: str, since: datetime | None, *, may_take_over: bool) -> None:
        super().__init__(name)
        self.name, self.since, self.may_take_over = name, since, may_take_over


class HeadAllots(Refused):
    """The head of the service decides who takes this one. Nothing more is said."""


class NotAddressable(Refused):
    """Nothing can be sent to the service now: it has too few holders of its key, or no time can be promised."""


class AlreadyErased(Refused):
    """This form was sent before, and its request was withdrawn or erased. Nothing is sent again."""


class NobodyMayRead(Refused):
    """The person knows somebody at the service, and there is no sole reader or she does not allow that one."""


class ConsentMissing(Refused):
    """A required consent is missing, so nothing is sent."""

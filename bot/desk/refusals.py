"""What a worker reads when the desk refuses something."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from aiohttp import web

from bot.desk.casework import asked_words
from bot.desk.page import language_of, say, writing_of
from bot.desk.security import ComesFromElsewhere
from bot.engine.marking import N_
from bot.engine.problems import BrokenContent
from bot.usecases.accounts.passkeys import LastFactor, NotAPasskey
from bot.usecases.casework.allotting import HeldByOne
from bot.usecases.casework.call_permission import CallBlocked, CallsLocked, NoContact
from bot.usecases.casework.handling import NobodyReads, NoReason
from bot.usecases.casework.joining import NotRead
from bot.usecases.casework.papers import NotAPaper
from bot.usecases.casework.permissions import Gone, Joined, NoKey
from bot.usecases.casework.referrals import NotAReferral
from bot.usecases.casework.staff import CannotRead
from bot.usecases.content.drafts import EditedMeanwhile, NotOpen
from bot.usecases.content.publishing import Behind
from bot.usecases.content.rounds import Unheard
from bot.usecases.fair_queue import Busy
from bot.usecases.refused import AlreadyTaken, HeadAllots, HeldBy, NobodyMayRead, NotAllowed, NotFound, Refused
from bot.usecases.retrying import Conflict
from bot.usecases.services.key_proofs import NotProved
from bot.usecases.services.keys import NotAKey


@dataclass(frozen=True, slots=True)
class Refusal:
    """The HTTP status and the two lines of a refusal page, in English."""

    status: int
    heading: str
    explanation: str


NOTHING_HERE = Refusal(
    404,
    N_("Nothing here"),
    N_("There is no such page, or not for you. A link may have been used already, or its time is over."),
)
CHANGED_MEANWHILE = Refusal(
    409,
    N_("A colleague changed this meanwhile"),
    N_("Nothing of yours was saved here. Go back, load the page anew, and look at both."),
)
NOT_FOR_YOU = Refusal(403, N_("Not for you"), N_("Your role or the state of this request does not allow that."))

BY_KIND: Mapping[type[Exception], Refusal] = {
    Gone: Refusal(
        410,
        N_("The request is not there any more"),
        N_("It was withdrawn, closed or erased. There is nothing left for you to do."),
    ),
    HeldBy: Refusal(409, N_("A colleague has it"), asked_words.HELD),
    AlreadyTaken: Refusal(
        409,
        N_("A colleague was faster"),
        N_("Someone else has just done this. The queue shows who takes care of it."),
    ),
    NotRead: Refusal(
        409,
        N_("Read both first"),
        N_("Nothing was joined. Open the report and the person's own request, and compare them yourself."),
    ),
    NoContact: Refusal(
        423,
        N_("Nobody contacts the person because of this report"),
        N_("The person wrote, too: only their own request says how to contact them. If it is gone, do not do so."),
    ),
    Joined: Refusal(
        409,
        N_("This report is joined to the person's own request"),
        N_("Nothing was changed here. Do it on the person's own request: it holds for both."),
    ),
    CallBlocked: Refusal(
        423,
        N_("This number is no longer safe"),
        N_("The person said so after sending the request. It is not shown to anyone."),
    ),
    CallsLocked: Refusal(
        403,
        N_("Calling is locked"),
        N_("Enough was tried, or the safe times have run out. The head of service decides what happens next."),
    ),
    NoReason: Refusal(
        400,
        N_("A reason is needed"),
        N_("Write 10 to 200 characters, without names and numbers: the data-protection officer reads it."),
    ),
    NobodyReads: Refusal(
        409,
        N_("Nobody could read it then"),
        N_(
            "Nothing was changed. Your service has nobody who reads such requests alone. Ask the head of service or "
            "your operator to name somebody in the calendar, then press again. Until then leave this request to a "
            "colleague."
        ),
    ),
    HeadAllots: Refusal(409, N_("The head of service allots this"), N_("Nothing was changed.")),
    HeldByOne: Refusal(
        409,
        N_("One worker has both"),
        N_("Nothing was marked. Hand one of the two over to a colleague first, then mark them."),
    ),
    NoKey: Refusal(
        403,
        N_("You hold no key"),
        N_("Only a colleague who holds the key of your service can open its requests."),
    ),
    CannotRead: Refusal(
        409,
        N_("This colleague could not open them"),
        N_("Nothing was handed over. Choose a colleague who holds the key of your service."),
    ),
    NotAReferral: Refusal(
        400,
        N_("This is no report"),
        N_("Nothing was saved. Load the page of reports again: the form may have changed meanwhile."),
    ),
    NotAPaper: Refusal(400, N_("This cannot be saved"), N_("Nothing was saved. Load the page of the request again.")),
    NobodyMayRead: Refusal(
        409,
        N_("Nobody could read it"),
        N_(
            "Nothing was saved. Somebody at your service is close to the family, and nobody is named who reads such "
            "reports alone. Pass the report on by the official channel to a neighbouring service."
        ),
    ),
    NotProved: Refusal(
        403,
        N_("The key was not shown"),
        N_("Nothing was saved. Only a browser that has the key itself can register it. Try again on its page."),
    ),
    NotAKey: Refusal(400, N_("This is no key"), N_("Nothing was saved. Try again on the page of the key.")),
    BrokenContent: Refusal(
        409,
        N_("This draft cannot be read as it is"),
        N_("Nothing was changed. The page of the draft shows what is wrong with it."),
    ),
    EditedMeanwhile: CHANGED_MEANWHILE,
    Conflict: CHANGED_MEANWHILE,
    NotOpen: Refusal(
        409,
        N_("This draft is not open now"),
        N_("It was proposed, published or put away. Nothing was changed."),
    ),
    Behind: Refusal(
        409,
        N_("Something else was published meanwhile"),
        N_("Nothing was changed. The draft has to be put onto the newest first: its page of changes does that."),
    ),
    Unheard: Refusal(
        409,
        N_("The practitioners are not through with this draft"),
        N_("A round of it is still open, or a comment waits for its answer. Nothing was changed."),
    ),
    NotAPasskey: Refusal(
        400,
        N_("The passkey was not added"),
        N_("Nothing was saved. Try again from your page, and give the passkey a name. Ten at most can be kept."),
    ),
    LastFactor: Refusal(
        409,
        N_("This is your last second factor"),
        N_("Nothing was changed. Without it your password alone would open the desk."),
    ),
    Busy: Refusal(
        503,
        N_("Too many at this moment"),
        N_("Nothing was looked at, and nothing was changed. Wait a minute and try again."),
    ),
    NotFound: NOTHING_HERE,
    NotAllowed: NOT_FOR_YOU,
    ComesFromElsewhere: Refusal(
        403,
        N_("This came from another page"),
        N_("The desk only obeys its own pages. Nothing was changed."),
    ),
    Refused: Refusal(409, N_("That is not possible"), N_("Nothing was changed.")),
}
BY_STATUS: Mapping[int, Refusal] = {
    400: Refusal(400, N_("That was not understood"), N_("Nothing was changed. Go back and try again.")),
    401: Refusal(401, N_("You are signed out"), N_("Nothing was changed. Sign in again.")),
    403: NOT_FOR_YOU,
    404: NOTHING_HERE,
    413: Refusal(413, N_("This is too large"), N_("No file of ours is so large. Nothing was changed.")),
    500: Refusal(500, N_("Our mistake"), N_("The desk could not do that. Nothing was lost. Tell your operator.")),
}


def refusal_of(error: Exception) -> Refusal:
    """Return the first entry of `BY_KIND` that matches. Raises StopIteration for an error of no kind listed."""
    return next(refusal for kind, refusal in BY_KIND.items() if isinstance(error, kind))


def explained(request: web.Request, error: Exception) -> Refusal:
    """Return the refusal; for `HeldBy` name the colleague and since when, in the worker's language."""
    refusal = refusal_of(error)
    if not isinstance(error, HeldBy):
        return refusal
    language, since = language_of(request), writing_of(request).moment(error.since) if error.since else "–"
    said = say(language, refusal.explanation).replace("{name}", error.name).replace("{since}", since)
    over = f" {say(language, asked_words.SEPARATE)}" if error.may_take_over else ""
    return replace(refusal, explanation=said + over)

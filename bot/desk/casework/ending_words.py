"""How a request ended without a worker giving a reason; reasons are in `request_words.REASONS`."""

from bot.desk.casework.request_words import REASONS
from bot.desk.writing import coded
from bot.engine.marking import N_

ENDINGS = {
    "withdrawn": N_("withdrawn by the person"),
    "expired": N_("erased before it was closed"),
    "expired_in_contact": N_("in contact with the person, erased before it was closed"),
    "unread": N_("never read: its time ran out"),
    "erased_at_desk": N_("erased at the desk at the person's wish"),
    "together": N_("came in a flood, read and closed together"),
}

FORMATS = {"ending_words": coded(ENDINGS | REASONS)}

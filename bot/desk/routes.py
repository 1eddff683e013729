"""Every route of the desk: method, path, roles and handler. What is not in this table does not exist.

The app is built from these rows and the guard (`security.by_role`) reads them, so no route can lack its roles. Other
rules live elsewhere: fresh confirmation in `confirming.CONFIRMED`, the code of conduct in `security.BEFORE_CONDUCT`,
larger bodies in `security.FILES`, and whether a request is hers to see in the use cases.
"""

from functools import partial
from typing import Literal, NamedTuple

from bot.desk import files
from bot.desk.accounts import confirming, me, passkeys, sign_in
from bot.desk.app_keys import Handler
from bot.desk.casework import call_list, directory, floods, handling, letters, notes, requests, undoing
from bot.desk.content import (
    drafts,
    live,
    packages,
    phrases,
    publishing,
    revisions,
    round_walks,
    rounds,
    screens,
    tables,
    topics,
    translations,
)
from bot.desk.content.tables import FACTS, SERVICES
from bot.desk.operation import audit, numbers
from bot.desk.roles import (
    ANYONE,
    APPROVERS,
    CALENDARS,
    CASEWORK,
    EDITORS,
    EVERY_ROLE,
    HEADS,
    OPERATION,
    PRACTITIONERS,
    PROTECTION,
    WORDING,
    Who,
)
from bot.desk.services import addresses, calendars, keys


class Route(NamedTuple):
    """One row of the table. No field has a default, so whoever adds a route has to say who may use it."""

    method: Literal["GET", "POST"]
    path: str
    who: Who
    handler: Handler


ROUTES: tuple[Route, ...] = (
    # Before sign-in. A token in the link, or a password, is all the handler can ask for.
    Route("GET", "/static/{file:.+}", ANYONE, files.static),
    Route("GET", "/sign-in", ANYONE, sign_in.show),
    Route("POST", "/sign-in", ANYONE, sign_in.sign_in),
    Route("POST", "/sign-in/passkey", ANYONE, passkeys.to_sign),
    Route("GET", "/join/{token}", ANYONE, sign_in.show_invitation),
    Route("POST", "/join/{token}", ANYONE, sign_in.join),
    Route("GET", "/address/{token}", ANYONE, addresses.show),
    Route("POST", "/address/{token}", ANYONE, addresses.confirm),
    Route("POST", "/language", ANYONE, sign_in.choose_language),
    # For a monitoring program with a token of its own; without the token the page does not exist.
    Route("GET", "/metrics", ANYONE, audit.metrics),
    # A signed-in worker's own account.
    Route("GET", "/", EVERY_ROLE, files.first_page),
    Route("POST", "/here", EVERY_ROLE, sign_in.here),
    Route("POST", "/sign-out", EVERY_ROLE, sign_in.sign_out),
    Route("GET", "/conduct", EVERY_ROLE, me.show_conduct),
    Route("POST", "/conduct", EVERY_ROLE, me.agree),
    Route("GET", "/confirm", EVERY_ROLE, confirming.show),
    Route("POST", "/confirm", EVERY_ROLE, confirming.confirm),
    Route("POST", "/confirm/passkey", EVERY_ROLE, confirming.to_sign),
    Route("GET", "/me", EVERY_ROLE, me.show),
    Route("POST", "/me/codes", EVERY_ROLE, me.make_codes),
    Route("POST", "/me/passkeys/new", EVERY_ROLE, passkeys.to_make),
    Route("POST", "/me/passkeys", EVERY_ROLE, passkeys.add),
    Route("POST", "/me/passkeys/{passkey}/remove", EVERY_ROLE, passkeys.remove),
    Route("POST", "/me/sessions/end", EVERY_ROLE, me.end_all),
    Route("POST", "/me/sessions/{place}/end", EVERY_ROLE, me.end_one),
    # The queue, and letters searched in the browser. The use cases keep each worker to her own service.
    Route("GET", "/requests", CASEWORK, requests.queue),
    Route("GET", "/requests/next", CASEWORK, floods.next_unread),
    Route("POST", "/requests/together", CASEWORK, floods.together),
    Route("POST", "/requests/find", CASEWORK, letters.find),
    Route("POST", "/requests/letters", CASEWORK, letters.look_through),
    Route("GET", "/calls", CASEWORK, call_list.show),
    Route("GET", "/directory", CASEWORK, directory.show),
    Route("GET", "/about", CASEWORK, handling.about),
    # One request: its page, its letter, and every action that is done to it.
    Route("GET", "/requests/{reference}", CASEWORK, requests.look),
    Route("GET", "/requests/{reference}/standing", CASEWORK, requests.standing),
    Route("POST", "/requests/{reference}/open", CASEWORK, letters.fetch),
    Route("POST", "/requests/{reference}/read", CASEWORK, letters.confirm),
    Route("POST", "/requests/{reference}/word", CASEWORK, letters.confirm_word),
    Route("POST", "/requests/{reference}/export", CASEWORK, letters.export),
    Route("POST", "/requests/{reference}/print", CASEWORK, handling.printed),
    Route("POST", "/requests/{reference}/reveal", CASEWORK, requests.reveal),
    Route("POST", "/requests/{reference}/outside", CASEWORK, handling.outside),
    Route("POST", "/requests/{reference}/notes", CASEWORK, notes.write),
    Route("POST", "/requests/{reference}/notes/{note}/remove", CASEWORK, notes.remove),
    Route("POST", "/requests/{reference}/take", CASEWORK, requests.take),
    Route("POST", "/requests/{reference}/takeover", CASEWORK, requests.take_over),
    Route("POST", "/requests/{reference}/back", CASEWORK, handling.give_back),
    Route("POST", "/requests/{reference}/attempt", CASEWORK, handling.attempt),
    Route("POST", "/requests/{reference}/came", CASEWORK, handling.came),
    Route("POST", "/requests/{reference}/wait", CASEWORK, handling.wait),
    Route("POST", "/requests/{reference}/meet", CASEWORK, handling.meet),
    Route("POST", "/requests/{reference}/raise", CASEWORK, handling.raise_priority),
    Route("POST", "/requests/{reference}/lower", CASEWORK, handling.lower_priority),
    Route("POST", "/requests/{reference}/conflict", CASEWORK, handling.flag_conflict),
    Route("POST", "/requests/{reference}/extend", CASEWORK, handling.extend),
    Route("POST", "/requests/{reference}/close", CASEWORK, requests.close),
    Route("POST", "/requests/{reference}/erase", CASEWORK, handling.erase),
    Route("POST", "/requests/{reference}/reopen", CASEWORK, undoing.reopen),
    Route("POST", "/requests/{reference}/unflag", CASEWORK, undoing.unflag),
    Route("POST", "/requests/{reference}/unraise", CASEWORK, undoing.take_back_raise),
    Route("POST", "/requests/{reference}/unnote", CASEWORK, undoing.take_back_attempt),
    # The service's key. Only a head changes it, so only a head is given every letter to reseal.
    Route("GET", "/key", CASEWORK, keys.show),
    Route("GET", "/key/lost", CASEWORK, keys.show_lost),
    Route("POST", "/key", CASEWORK, keys.make),
    Route("POST", "/key/challenge", CASEWORK, keys.challenge),
    Route("POST", "/key/own", CASEWORK, keys.make_own),
    Route("POST", "/key/wish", CASEWORK, keys.wish),
    Route("POST", "/key/held", CASEWORK, keys.held),
    Route("POST", "/key/grant", CASEWORK, keys.grant),
    Route("POST", "/key/accept", CASEWORK, keys.accept),
    Route("POST", "/key/differs", CASEWORK, keys.differs),
    Route("POST", "/key/restore", CASEWORK, keys.restore),
    Route("POST", "/key/change", HEADS, keys.change),
    Route("POST", "/key/letters", HEADS, keys.letters),
    Route("POST", "/key/letters/{reference}/{part}", HEADS, keys.letter),
    Route("POST", "/key/letters/{reference}/{part}/sealed", HEADS, keys.reseal),
    # Published content. Both roles may propose a rollback or withdraw a fact at once; an approver confirms.
    Route("GET", "/content", WORDING, live.show),
    Route("GET", "/content/map.svg", WORDING, live.show_map),
    Route("GET", "/content/history", WORDING, revisions.show),
    Route("POST", "/content/history/{number}/back", WORDING, revisions.roll_back),
    Route("POST", "/content/history/{number}/confirm", APPROVERS, revisions.confirm),
    Route("GET", "/content/review", WORDING, revisions.review),
    Route("POST", "/content/review/{fact}/withdraw", WORDING, revisions.withdraw),
    Route("GET", "/content/package", WORDING, packages.show),
    Route("POST", "/content/package", EDITORS, packages.bring_in),
    Route("GET", "/content/package/file", WORDING, packages.download),
    # Drafts. Both roles read and try them out; only an editor writes.
    Route("GET", "/content/drafts", WORDING, drafts.show_all),
    Route("POST", "/content/drafts", EDITORS, drafts.open_one),
    Route("GET", "/content/drafts/{draft}", WORDING, drafts.show),
    Route("GET", "/content/drafts/{draft}/map.svg", WORDING, drafts.show_map),
    Route("POST", "/content/drafts/{draft}/present", WORDING, drafts.present),
    Route("POST", "/content/drafts/{draft}/undo", EDITORS, drafts.take_back),
    Route("POST", "/content/drafts/{draft}/discard", EDITORS, drafts.discard),
    Route("GET", "/content/drafts/{draft}/screens/{screen}", WORDING, screens.show),
    Route("POST", "/content/drafts/{draft}/screens/{screen}", EDITORS, screens.save),
    Route("POST", "/content/drafts/{draft}/screens/{screen}/look", EDITORS, screens.look),
    Route("GET", "/content/drafts/{draft}/screens/{screen}/place.svg", WORDING, drafts.show_map),
    Route("POST", "/content/drafts/{draft}/screens/{screen}/ways", EDITORS, topics.relink),
    Route("GET", "/content/drafts/{draft}/topics", WORDING, topics.show),
    Route("POST", "/content/drafts/{draft}/topics", EDITORS, topics.add),
    Route("POST", "/content/drafts/{draft}/topics/{topic}/split", EDITORS, topics.split),
    Route("POST", "/content/drafts/{draft}/topics/{topic}/retire", EDITORS, topics.retire),
    Route("GET", "/content/drafts/{draft}/facts", WORDING, partial(tables.show_all, FACTS)),
    Route("POST", "/content/drafts/{draft}/facts", EDITORS, partial(tables.begin, FACTS)),
    Route("GET", "/content/drafts/{draft}/facts/{row}", WORDING, partial(tables.show, FACTS)),
    Route("POST", "/content/drafts/{draft}/facts/{row}", EDITORS, partial(tables.save, FACTS)),
    Route("POST", "/content/drafts/{draft}/facts/{row}/withdrawn", EDITORS, tables.switch),
    Route("GET", "/content/drafts/{draft}/services", WORDING, partial(tables.show_all, SERVICES)),
    Route("POST", "/content/drafts/{draft}/services", EDITORS, partial(tables.begin, SERVICES)),
    Route("GET", "/content/drafts/{draft}/services/{row}", WORDING, partial(tables.show, SERVICES)),
    Route("POST", "/content/drafts/{draft}/services/{row}", EDITORS, partial(tables.save, SERVICES)),
    Route("GET", "/content/drafts/{draft}/phrases/{topic}/{language}", WORDING, phrases.show),
    Route("POST", "/content/drafts/{draft}/phrases/{topic}/{language}", EDITORS, phrases.save),
    Route("POST", "/content/drafts/{draft}/phrases/{topic}/{language}/try", WORDING, phrases.try_out),
    Route("GET", "/content/drafts/{draft}/danger/{language}", WORDING, phrases.show),
    Route("POST", "/content/drafts/{draft}/danger/{language}", EDITORS, phrases.save),
    Route("POST", "/content/drafts/{draft}/danger/{language}/try", WORDING, phrases.try_out),
    Route("GET", "/content/drafts/{draft}/despair/{language}", WORDING, phrases.show),
    Route("POST", "/content/drafts/{draft}/despair/{language}", EDITORS, phrases.save),
    Route("POST", "/content/drafts/{draft}/despair/{language}/try", WORDING, phrases.try_out),
    Route("GET", "/content/drafts/{draft}/files", WORDING, translations.show),
    Route("POST", "/content/drafts/{draft}/files", EDITORS, translations.look),
    Route("POST", "/content/drafts/{draft}/files/take", EDITORS, translations.take),
    Route("GET", "/content/drafts/{draft}/files/{name}", WORDING, translations.download),
    # Publishing a draft takes two people: one proposes, another approves.
    Route("GET", "/content/drafts/{draft}/changes", WORDING, publishing.show),
    Route("POST", "/content/drafts/{draft}/propose", EDITORS, publishing.propose),
    Route("POST", "/content/drafts/{draft}/still", EDITORS, publishing.still_right),
    Route("POST", "/content/drafts/{draft}/follow", EDITORS, publishing.catch_up),
    Route("POST", "/content/drafts/{draft}/choose", EDITORS, publishing.choose),
    Route("POST", "/content/drafts/{draft}/approve", APPROVERS, publishing.approve),
    Route("POST", "/content/drafts/{draft}/back", APPROVERS, publishing.send_back),
    # Rounds with practitioners: the editors' side.
    Route("GET", "/content/drafts/{draft}/rounds", WORDING, rounds.show_all),
    Route("POST", "/content/drafts/{draft}/rounds", EDITORS, rounds.open_one),
    Route("GET", "/content/rounds/{round}", WORDING, rounds.show),
    Route("GET", "/content/rounds/{round}/report", WORDING, rounds.report),
    Route("POST", "/content/rounds/{round}/invite", EDITORS, rounds.invite),
    Route("POST", "/content/rounds/{round}/answer", EDITORS, rounds.answer),
    Route("POST", "/content/rounds/{round}/close", EDITORS, rounds.close),
    # Rounds: the practitioner's side. She has no account; a link starts a session that opens these pages only.
    Route("GET", "/round/join/{token}", ANYONE, round_walks.show_link),
    Route("POST", "/round/join/{token}", ANYONE, round_walks.join),
    Route("GET", "/round/thanks", ANYONE, round_walks.thank),
    Route("GET", "/round", PRACTITIONERS, round_walks.show),
    Route("POST", "/round/card", PRACTITIONERS, round_walks.take_card),
    Route("GET", "/round/walk", PRACTITIONERS, round_walks.look),
    Route("POST", "/round/walk", PRACTITIONERS, round_walks.press),
    Route("POST", "/round/comment", PRACTITIONERS, round_walks.comment),
    Route("POST", "/round/end", PRACTITIONERS, round_walks.end),
    # Operation and oversight. None of these pages shows a request.
    Route("GET", "/operation", OPERATION, audit.show),
    Route("POST", "/operation/look", OPERATION, audit.look),
    Route("GET", "/operation/numbers", OPERATION, numbers.show),
    Route("GET", "/calendar", CALENDARS, calendars.show_all),
    Route("GET", "/calendar/{service}", CALENDARS, calendars.show),
    Route("POST", "/calendar/{service}", CALENDARS, calendars.change),
    Route("POST", "/calendar/{service}/notice", CALENDARS, calendars.try_addresses),
    Route("POST", "/calendar/{service}/key", CALENDARS, calendars.settle_key),
    Route("GET", "/audit", PROTECTION, audit.show_audit),
    Route("POST", "/audit/consents", PROTECTION, audit.export_consents),
)

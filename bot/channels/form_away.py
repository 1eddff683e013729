"""Going back to the chat from an unfinished form: ask first if something would be lost."""

from aiohttp import web

from bot.channels.form_draft import Drafts, RequestDraft
from bot.channels.form_frame import page
from bot.channels.pages import BackToConversation
from bot.engine.code_words import CODE_WORD
from bot.engine.request import Pair, RequestForm, inputs, prefilled
from bot.usecases.person import converse
from bot.usecases.person.converse import Address
from bot.usecases.person.outage import Trouble

PAGES = ("fill", "next", "review", "add")
"""Pages to which she can return instead."""


async def confirm(request: web.Request, drafts: Drafts, draft: RequestDraft, what: str) -> web.Response:
    """Return the page that asks. Raise BackToConversation if nothing of hers would be lost."""
    known = drafts.runtime.content.has("request.away.title", draft.at.language)  # older content lacks this text
    if not known or draft.at.channel != "web" or not await _has_own_answers(drafts, draft):
        raise BackToConversation
    stay = what if what.partition(".")[0] in PAGES else "review"
    return page(request, "form_away.html", draft.at, stay=stay, carried=drafts.carried(draft, typed=True))


async def _has_own_answers(drafts: Drafts, draft: RequestDraft) -> bool:
    """Whether the draft holds more than an untouched form, which has the answers from the chat and the defaults."""
    form = drafts.runtime.content.request
    try:
        reply = await converse.current(drafts.runtime, Address("web", draft.at.token))
    except Trouble:
        return True
    known = set[Pair]()
    for language in drafts.runtime.content.dialogue.languages:  # she may have switched the language meanwhile
        untouched = drafts.read(prefilled(form, reply.answers if reply else {}, language))
        known |= {*untouched.typed, *inputs(form, untouched.values)}
    return any(
        text.strip() and (name, text) not in known and not _assumed(form, name, text)
        for name, text in draft.filled.typed
    )


def _assumed(form: RequestForm, name: str, text: str) -> bool:
    """Whether this is filled in before anybody answers: the most careful answer, a day, or the proposed code word."""
    field = form.fields.get(name)
    if field is None:
        return False
    return name == CODE_WORD or (bool(field.default) and (field.type == "date" or text == field.default))

"""Back to the conversation from a form that is being filled in: asked about first, where something would be lost."""

from aiohttp import web

from bot.channels.form_draft import Draft, Drafts
from bot.channels.form_frame import page
from bot.channels.pages import BackToConversation
from bot.engine.code_words import CODE_WORD
from bot.engine.request import Pair, RequestForm, inputs, prefilled
from bot.usecases.person import converse
from bot.usecases.person.converse import Address
from bot.usecases.person.outage import Trouble

PAGES = ("fill", "review", "consent")
"""Where she can stay."""


async def asked(request: web.Request, drafts: Drafts, draft: Draft, what: str) -> web.Response:
    """The page that asks. Raises BackToConversation where nothing of hers would be lost."""
    known = drafts.runtime.content.has("request.away.title", draft.at.language)  # content from before there was it
    if not known or draft.at.channel != "web" or not await _holds_words(drafts, draft):
        raise BackToConversation
    stay = what if what.partition(".")[0] in PAGES else "review"
    return page(request, "form_away.html", draft.at, stay=stay, carried=drafts.carried(draft, typed=True))


async def _holds_words(drafts: Drafts, draft: Draft) -> bool:
    """Whether it holds more than an untouched form: what the chat had filled in, and what is assumed."""
    form = drafts.runtime.content.request
    try:
        reply = await converse.current(drafts.runtime, Address("web", draft.at.token))
    except Trouble:
        return True
    known = set[Pair]()
    for language in drafts.runtime.content.dialogue.languages:  # that of the page may have been changed meanwhile
        untouched = drafts.read(prefilled(form, reply.answers if reply else {}, language))
        known |= {*untouched.typed, *inputs(form, untouched.values)}
    return any(
        text.strip() and (name, text) not in known and not _assumed(form, name, text)
        for name, text in draft.filled.typed
    )


def _assumed(form: RequestForm, name: str, text: str) -> bool:
    """What stands there before anybody has answered: the most careful answer, a day, a word that is proposed."""
    field = form.fields.get(name)
    if field is None:
        return False
    return name == CODE_WORD or (bool(field.default) and (field.type == "date" or text == field.default))

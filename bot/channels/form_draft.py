"""The draft of a request, as it travels from page to page: nothing of it is kept anywhere else before “send”."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from aiohttp import web

from bot.channels import form_reach
from bot.channels.form_frame import Where, where
from bot.channels.form_view import PREFIX
from bot.channels.pages import FIELDS, PAIRS
from bot.engine.request import Filled, Pair, input_names, inputs, read, without
from bot.runtime import Runtime
from bot.usecases.casework import receipts
from bot.usecases.person import contact
from bot.usecases.services.first_call import times_of

ONCE = "once"
KNOWING = "knowing"
"""For which times she was told that nobody can reach her in them."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What one page brought: the answers, read, and what holds the pages of one form together."""

    filled: Filled
    once: str
    at: Where
    told_of: str = ""

    @property
    def place(self) -> str:
        return str(self.filled.values.get("area", ""))

    @property
    def knows(self) -> bool:
        """Whether the page before has said that nobody can reach her in these very times."""
        return self.told_of == times_of(self.filled.values)


class Drafts:
    """Reads drafts out of what pages bring, and hands them on."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime

    def of(self, request: web.Request) -> Draft:
        """Whatever is wrong with it becomes a problem to show, or is left out."""
        fields, pairs = request.get(FIELDS, {}), request.get(PAIRS, ())
        answers = [(name.removeprefix(PREFIX), text) for name, text in pairs if name.startswith(PREFIX)]
        once = fields.get(ONCE, "")
        once = once if receipts.is_once(once) else receipts.new_once()
        return Draft(self.read(answers), once, where(request), fields.get(KNOWING, ""))

    def read(self, pairs: Sequence[Pair]) -> Filled:
        content = self.runtime.content
        today = self.runtime.today()
        return read(content.request, pairs, today, content.dialogue.municipalities)

    def answered(self, draft: Draft, pairs: Sequence[Pair]) -> Draft:
        """The same form with these answers."""
        return replace(draft, filled=self.read(pairs))

    def removed(self, draft: Draft, line: str) -> Draft:
        return self.answered(draft, without(self.runtime.content.request, draft.filled.values, line))

    def set(self, draft: Draft, what: str) -> Draft:
        """One answer in place of another, by a press beside what was wrong with it."""
        name, _, option = what.partition(".")
        others = [(one, text) for one, text in draft.filled.typed if one != name]
        return self.answered(draft, [*others, (name, option)])

    async def mended(self, draft: Draft, wanted: str) -> Draft:
        to = await contact.get_offer(self.runtime, draft.place, draft.at.language)
        values = form_reach.mended(self.runtime, to, draft.filled.values, wanted)
        return self.answered(draft, inputs(self.runtime.content.request, values))

    def carried(self, draft: Draft, typed: bool = False) -> tuple[Pair, ...]:
        """What a page hands on: what counts, or all that was typed where it has still to be put right."""
        pairs = draft.filled.typed if typed else inputs(self.runtime.content.request, draft.filled.values)
        return ((ONCE, draft.once), *((PREFIX + name, text) for name, text in pairs))

    def beside(self, draft: Draft, questions: Collection[str]) -> tuple[Pair, ...]:
        """What a page that asks these questions hands on: all the others' answers. Who alone may read is asked anew."""
        form = self.runtime.content.request
        here = {one for name in questions for one in input_names(form, name)}
        here |= {name for name, field in form.fields.items() if field.type == "auto" and not field.sent}
        typed = ((PREFIX + name, text) for name, text in draft.filled.typed if name not in here)
        return ((ONCE, draft.once), *typed)

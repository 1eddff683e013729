"""The draft of a request as it travels from page to page. It is stored nowhere else before Send."""

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
from bot.usecases.services.known_there import READER

ONCE = "once"
KNOWING = "knowing"
"""The field with the times for which she was told that nobody can reach her."""


@dataclass(frozen=True, slots=True)
class RequestDraft:
    """What one page posts: the parsed answers, and the fields that hold the pages of one form together."""

    filled: Filled
    once: str
    at: Where
    told_of: str = ""

    @property
    def place(self) -> str:
        return str(self.filled.values.get("area", ""))

    @property
    def knows(self) -> bool:
        """Whether the previous page said that nobody can reach her in exactly these times."""
        return self.told_of == times_of(self.filled.values)


class Drafts:
    """Reads drafts from what pages post, and writes them into the next page."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime

    def of(self, request: web.Request) -> RequestDraft:
        """Read the draft of a request. Whatever is wrong becomes a problem to show, or is left out."""
        fields, pairs = request.get(FIELDS, {}), request.get(PAIRS, ())
        answers = [(name.removeprefix(PREFIX), text) for name, text in pairs if name.startswith(PREFIX)]
        once = fields.get(ONCE, "")
        once = once if receipts.is_once(once) else receipts.new_once()
        return RequestDraft(self.read(answers), once, where(request), fields.get(KNOWING, ""))

    def read(self, pairs: Sequence[Pair]) -> Filled:
        content = self.runtime.content
        today = self.runtime.today()
        return read(content.request, pairs, today, content.dialogue.municipalities)

    def with_answers(self, draft: RequestDraft, pairs: Sequence[Pair]) -> RequestDraft:
        """Return the draft with these answers instead."""
        return replace(draft, filled=self.read(pairs))

    def without_line(self, draft: RequestDraft, line: str) -> RequestDraft:
        return self.with_answers(draft, without(self.runtime.content.request, draft.filled.values, line))

    def with_press(self, draft: RequestDraft, do: str, what: str) -> RequestDraft:
        """Return the draft with the answer that the pressed button gives or takes out, if it does."""
        if do == "remove":
            return self.without_line(draft, what)
        pressed = {"next": what.partition(".")[2], "review": what, "set": what, "reader": f"{READER}.{what}"}.get(
            do, ""
        )
        return self.with_option(draft, pressed) if pressed else draft

    def with_option(self, draft: RequestDraft, what: str) -> RequestDraft:
        """Replace the answer to one question: `what` is its name and the option."""
        name, _, option = what.partition(".")
        others = [(other, text) for other, text in draft.filled.typed if other != name]
        return self.with_answers(draft, [*others, (name, option)])

    async def with_help(self, draft: RequestDraft, wanted: str) -> RequestDraft:
        to = await contact.get_offer(self.runtime, draft.place, draft.at.language)
        values = form_reach.apply_help(self.runtime, to, draft.filled.values, wanted)
        return self.with_answers(draft, inputs(self.runtime.content.request, values))

    def carried(self, draft: RequestDraft, typed: bool = False) -> tuple[Pair, ...]:
        """The fields a page hands on: the valid answers, or everything `typed` while something has to be corrected."""
        pairs = draft.filled.typed if typed else inputs(self.runtime.content.request, draft.filled.values)
        return ((ONCE, draft.once), *((PREFIX + name, text) for name, text in pairs))

    def beside(self, draft: RequestDraft, questions: Collection[str]) -> tuple[Pair, ...]:
        """The fields handed on by a page with these questions: all other answers, except who alone may read."""
        form = self.runtime.content.request
        here = {field for name in questions for field in input_names(form, name)}
        here |= {name for name, field in form.fields.items() if field.type == "auto" and not field.sent}
        typed = ((PREFIX + name, text) for name, text in draft.filled.typed if name not in here)
        return ((ONCE, draft.once), *typed)

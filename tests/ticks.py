"""A screen on which several answers can be ticked. The shipped dialogue has none at present; the engine offers it."""

from dataclasses import replace

from bot.content import Content
from bot.engine.dialogue import Screen

TICKED = "request.topics"
"""Its words are those of a question of the form, so that every language has them."""


def with_ticks(shipped: Content) -> Content:
    """The content with this screen, on the way to the offer of a request."""
    options = shipped.request.fields["topics"].options
    screen = Screen(TICKED, "contact-social-service", several="topics", options=options, to="request.offer")
    screens = {**shipped.dialogue.screens, TICKED: screen}
    return replace(shipped, dialogue=replace(shipped.dialogue, screens=screens))

"""The ten measured steps: from /start past a topic and a place to the last screens before the form, as shipped."""

from bot.channels.telegram.tokens import Tokens
from bot.content import read
from bot.engine.dialogue import World
from bot.engine.heard import Heard, Pressed, Started, Typed
from bot.engine.step import step
from bot.runtime import Secrets

SECRET = "a secret for measuring, kept nowhere else, 0123456789"
STEPS = ("/start", "go", "help", "back", "contact", "no", "text:Viļaka", "more", "back", "call")
PEERS = [
    {"text": "/start"}, *[{"data": f"{number:022}"} for number in (1, 2, 3, 4, 0)],
    {"text": "Viļaka"}, *[{"data": f"{number:022}"} for number in (1, 2, 3)],
]  # fmt: skip


def ours() -> list[dict[str, str]]:
    """Return what a person sends at each step, and the token of the next button, which the shown screen must contain.

    Raises ValueError if the shipped dialogue no longer goes this way.
    """
    dialogue = read().dialogue
    tokens = Tokens(Secrets(SECRET).tokens, dialogue)
    world = World(frozenset(dialogue.municipalities), form=True)
    plan: list[dict[str, str]] = []
    state = None
    for entry in STEPS:
        heard: Heard
        if entry.startswith("/"):
            given, heard = {"text": entry}, Started("lv")
        elif entry.startswith("text:"):
            given, heard = {"text": entry[5:]}, Typed(entry[5:])
        else:
            assert state
            offered = {choice.id for choice in dialogue.screens[state.screen].choices} | {"back"}
            if entry not in offered:
                raise ValueError(f"{state.screen} has no button {entry}: the way of the bench is an old one")
            heard = Pressed(state.screen, entry)
            given = {"data": tokens.write(heard)}
        if plan and "data" in given and "expect" not in plan[-1]:
            plan[-1]["expect"] = given["data"]
        plan.append(given)
        state = step(dialogue, state, heard, world).state
        if isinstance(heard, Typed) and state:  # results are offered once; after a crash only the screen is shown
            given["expect"] = tokens.write(Pressed(state.screen, "back"))
    return plan

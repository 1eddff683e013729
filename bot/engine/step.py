"""One step of a conversation: from a state and a heard event to a new state and effects. `step` never raises.

A *state* is where a person is: the screen, the language, coded answers and the way back. It never holds a typed word.
A *heard* event is what she did: started, pressed a button, typed, sent something else. Channels translate into events.
An *effect* is what must happen next: show a screen, show a pop-up, open the form, hide traces. Use cases carry it out.
The *world* is what the engine may know about today: the places a request can be sent from, and whether the form works.

The engine has no clock, disk or network: opening hours and expiry dates reach it as the world or stay with the texts.
So a step depends on nothing but its arguments, a restart changes nothing, and bot.engine.check_walk can prove the
safety rules by trying every event on every screen in every world.
"""

from dataclasses import replace

from bot.engine import places
from bot.engine.dialogue import Choice, Dialogue, Screen, World, label
from bot.engine.effects import Effect, HideTraces, OpenForm, Show, Tell, Turn
from bot.engine.heard import Heard, Pressed, Sent, Started, Typed, Unknown
from bot.engine.request import ABOUT
from bot.engine.state import LONGEST_TRAIL, Answer, State, Step

MOST_CALLERS = 6
GROUP_SIZE = 8
FEW_DIGITS = 6
"""More digits cannot be ours, and Python refuses to convert thousands."""


def step(dialogue: Dialogue, state: State | None, heard: Heard, world: World, language: str = "lv") -> Turn:
    """Return the turn that answers an event. `language` is used if the conversation begins with it."""
    if state is not None:
        state = in_a_known_language(dialogue, state)
    if isinstance(heard, Started):
        if state and state.screen != dialogue.language:
            return show(State(dialogue.first, state.language))
        return show(_opening(dialogue, heard.language or language))
    notice = None
    if state is None:
        notice = None if _starts_conversation(dialogue, heard) else "notice.restarted"
        state = _opening(dialogue, language)
        if isinstance(heard, Typed) and not heard.warned and places.find(heard.text, dialogue.municipalities):
            return show(state, notice)  # it answers a question from a conversation we forgot, and names no topic
    elif not _can_show(dialogue, state.screen):  # the content changed while she was away
        notice, state = "notice.restarted", nearest(dialogue, state)
    if isinstance(heard, Pressed) and heard.adrift:
        notice, state = None, _move_to(dialogue, state, heard.screen)
    if unanswered := _unanswered_screen(heard):
        state = _undo_unanswered(dialogue, state, unanswered)
    turn = _answer(dialogue, state, heard, world)
    return turn if notice is None else _with_notice(turn, notice)


def show(state: State, notice: str | None = None, options: tuple[str, ...] = ()) -> Turn:
    """Return the turn that shows the current screen."""
    return Turn(state, (Show(state.screen, notice, options),))


def in_a_known_language(dialogue: Dialogue, state: State) -> State:
    """Return a state that today's content can show: an older package may be published again, with fewer languages."""
    language = dialogue.spoken(state.language)
    return state if language == state.language else replace(state, language=language)


def nearest(dialogue: Dialogue, state: State) -> State:
    """Return to the last screen on her way that still exists, or to the first screen."""
    for index in range(len(state.trail) - 1, -1, -1):
        if _can_show(dialogue, state.trail[index].screen):
            return replace(state, screen=state.trail[index].screen, trail=state.trail[:index])
    return replace(state, screen=dialogue.first, trail=(), callers=())


def _answer(dialogue: Dialogue, state: State, heard: Heard, world: World) -> Turn:
    match heard:
        case Pressed():
            return _press(dialogue, state, heard, world)
        case Typed(text) if dialogue.screens[state.screen].place and not heard.warned:
            return _find_place(dialogue, state, dialogue.screens[state.screen], text, world)
        case Typed():
            return _suggest(dialogue, state, heard, world)
        case Sent("edited"):
            return show(state, "notice.use-buttons")
        case Sent():
            return show(state, "notice.not-read")
        case Unknown():
            return show(state, "notice.old-button")
        case Started():
            return show(state)


def _move_to(dialogue: Dialogue, state: State, screen: str) -> State:
    """Move to the screen she was shown while no state could be stored. Back leads to where she was before."""
    if screen == state.screen or not _can_show(dialogue, screen):
        return state
    trail = (*state.trail, Step(state.screen, state.callers))[-LONGEST_TRAIL:]
    return replace(state, screen=screen, trail=trail)


def _unanswered_screen(heard: Heard) -> str:
    """Return the screen she still looks at because an earlier press there was never answered; else an empty string."""
    return heard.screen if isinstance(heard, Typed) or (isinstance(heard, Pressed) and heard.unanswered) else ""


def _undo_unanswered(dialogue: Dialogue, state: State, screen: str) -> State:
    """Undo a press that was processed but never answered, so that pressing again leads to where it led before."""
    if screen == state.screen or not _can_show(dialogue, screen):
        return state
    if state.trail and state.trail[-1].screen == screen:
        return _back(dialogue, state).state or state
    return _move_to(dialogue, state, screen)


def _press(dialogue: Dialogue, state: State, heard: Pressed, world: World) -> Turn:
    """Answer a press: the shared exits count from wherever they are pressed, all else on the present screen alone."""
    choice = heard.choice
    if choice == "hide":
        return Turn(None, (HideTraces(),))
    if choice == "danger":
        return _go(dialogue, state, dialogue.danger, world)
    if choice == "human":
        return _go(dialogue, state, dialogue.human, world)
    if choice == "language" or choice.startswith("language."):
        chosen = replace(state, language=_chosen_language(dialogue, state, choice))
        return show(State(dialogue.first, chosen.language) if state.screen == dialogue.language else chosen)
    if choice.startswith("topic."):
        return _open_topic(dialogue, state, choice.removeprefix("topic."), world)
    if heard.screen != state.screen:
        return show(state, "notice.old-button")
    if choice == "back":
        return _back(dialogue, state)
    return _press_own(dialogue, state, dialogue.screens[state.screen], choice, world)


def _press_own(dialogue: Dialogue, state: State, screen: Screen, choice: str, world: World) -> Turn:
    """Answer a press on what this screen alone offers."""
    if screen.place:
        return _press_place(dialogue, state, screen, choice, world)
    if screen.several and (turn := _press_several(dialogue, state, screen, choice, world)):
        return turn
    pressed = screen.choice(choice)
    if pressed is None:
        return show(state, "notice.old-button")
    return _follow(dialogue, state, screen, pressed, world)


def _follow(dialogue: Dialogue, state: State, screen: Screen, choice: Choice, world: World) -> Turn:
    if choice.tells:
        return Turn(state, (Show(state.screen), Tell(label(screen.id, choice.id) + ".tell")))
    if choice.form:
        return Turn(state, (Show(state.screen), OpenForm(choice.form))) if world.form else show(state)
    answers: dict[str, Answer | None] = {screen.asks: (choice.id,)} if screen.asks else {}
    if choice.returns:
        caller = next((name for name in reversed(state.callers) if _can_show(dialogue, name)), dialogue.first)
        return _go(dialogue, state, caller, world, answers, state.callers[:-1])
    if choice.enter:
        callers = (*(name for name in state.callers if name != screen.id), screen.id)[-MOST_CALLERS:]
        return _go(dialogue, state, choice.enter, world, answers, callers)
    return _go(dialogue, state, choice.to or dialogue.first, world, answers)


def _press_place(dialogue: Dialogue, state: State, screen: Screen, choice: str, world: World) -> Turn:
    kind, _, which = choice.partition(".")
    if kind == "place" and which in dialogue.municipalities and screen.place and screen.to:
        return _go(dialogue, state, screen.to, world, {screen.place: (which,)})
    if choice == "skip" and screen.place and screen.skip:
        return _go(dialogue, state, screen.skip, world, {screen.place: None})
    if kind == "group" and which.isascii() and which.isdigit() and len(which) < FEW_DIGITS:
        groups = places.groups(dialogue.municipalities, state.language, GROUP_SIZE)
        if int(which) < len(groups):
            return show(state, None, tuple(f"place.{place}" for place in groups[int(which)][1]))
    own = screen.choice(choice)
    return _follow(dialogue, state, screen, own, world) if own else show(state, "notice.old-button")


def _find_place(dialogue: Dialogue, state: State, screen: Screen, text: str, world: World) -> Turn:
    """List the places that may be meant. A name typed in full leads on by itself: the next screen says whose it is."""
    if meant := places.meant(text, dialogue.municipalities):
        return _press_place(dialogue, state, screen, f"place.{meant}", world)
    found = places.find(text, dialogue.municipalities)
    notice = "notice.place-found" if found else "notice.place-unknown"
    return show(state, notice, tuple(f"place.{place}" for place in found))


def _suggest(dialogue: Dialogue, state: State, heard: Typed, world: World) -> Turn:
    """Offer the topics found in her own words.

    Words of danger put 112 first, words of despair the crisis line, both together 112 and then the crisis line; with
    Back she can say no. Content from before despair was told apart has no screen for it: then 112 comes first.
    """
    offered = tuple(f"topic.{topic}" for topic in heard.topics if topic in dialogue.topics)
    despairing = heard.despair and _can_show(dialogue, dialogue.despair)
    if heard.danger or (heard.despair and not despairing):
        there = _go(dialogue, state, dialogue.danger, world).state or state
        return show(there, "notice.both-heard" if despairing else "notice.danger-heard", offered)
    if despairing:
        there = _go(dialogue, state, dialogue.despair, world).state or state
        kept = tuple(option for option in offered if dialogue.topics[option.removeprefix("topic.")] != there.screen)
        return show(there, "notice.despair-heard", kept)
    return show(state, "notice.found" if offered else "notice.use-buttons", offered)


def _open_topic(dialogue: Dialogue, state: State, topic: str, world: World) -> Turn:
    known = dialogue.topics.get(topic)
    return _go(dialogue, state, known, world) if known else show(state, "notice.old-button")


def _press_several(dialogue: Dialogue, state: State, screen: Screen, choice: str, world: World) -> Turn | None:
    """`+option` and `-option` name the result, not a toggle, so that a double press changes nothing."""
    name = screen.several or ""
    chosen = state.answer(name)
    if choice[:1] in {"+", "-"} and choice[1:] in screen.options:
        wanted = {*chosen, choice[1:]} if choice[0] == "+" else {*chosen} - {choice[1:]}
        return show(state.with_answer(name, tuple(option for option in screen.options if option in wanted) or None))
    if choice == "done" and screen.to:
        return _go(dialogue, state, screen.to, world, {name: chosen or None})
    return None


def _go(
    dialogue: Dialogue,
    state: State,
    target: str,
    world: World,
    answers: dict[str, Answer | None] | None = None,
    callers: tuple[str, ...] | None = None,
) -> Turn:
    """Go to another screen, remembering the way back and the answers Back must restore."""
    given = {**_told_by_the_way(dialogue, state), **(answers or {})}
    gone = state
    for name, values in given.items():
        gone = gone.with_answer(name, values)
    arrived = resolve(dialogue, target, gone, world)
    if arrived == state.screen and not answers:
        return show(state)
    left = Step(state.screen, state.callers, tuple((name, state.answered.get(name)) for name in given))
    trail = (*state.trail, left)[-LONGEST_TRAIL:]
    return show(State(arrived, state.language, gone.answers, trail, state.callers if callers is None else callers))


def _told_by_the_way(dialogue: Dialogue, state: State) -> dict[str, Answer | None]:
    """Return what leaving this screen tells of a request from here on, if that changes.

    Nobody is asked: the topic she comes from tells it, every other topic takes it back, and the exits leave it as it
    is, so that whoever asks there for a human does not become somebody else.
    """
    if state.screen in dialogue.passing:
        return {}
    about = dialogue.abouts.get(dialogue.screens[state.screen].chapter)
    told = (about,) if about else None
    return {} if state.answered.get(ABOUT) == told else {ABOUT: told}


def _back(dialogue: Dialogue, state: State) -> Turn:
    """Go one step back and forget the answer given there."""
    if not state.trail:
        return show(replace(state, screen=dialogue.first, callers=()))
    last = state.trail[-1]
    undone = state
    for name, values in last.before:
        undone = undone.with_answer(name, values)
    undone = State(last.screen, state.language, undone.answers, state.trail[:-1], last.callers)
    return show(undone if _can_show(dialogue, last.screen) else nearest(dialogue, undone))


def resolve(dialogue: Dialogue, target: str, state: State, world: World) -> str:
    """Follow branches to the screen that is actually shown."""
    for _ in range(len(dialogue.screens)):
        screen = dialogue.screens.get(target)
        if screen is None:
            return dialogue.first
        if not screen.branch:
            return target
        target = next((way.to for way in screen.branch if holds(way.when, dialogue, state, world)), dialogue.first)
    return dialogue.first


def holds(when: tuple[tuple[str, tuple[str, ...]], ...], dialogue: Dialogue, state: State, world: World) -> bool:
    """Return whether every pair of a condition matches her answers and the world."""
    place = next(iter(state.answer("place")), None)
    known = {
        "place": ("known" if place in dialogue.municipalities else "unknown",),
        "service": ("open" if place in world.addressable else "closed",),
        "form": ("yes" if world.form else "no",),
    }
    return all(bool(set(known.get(name, state.answer(name))) & set(values)) for name, values in when)


def _with_notice(turn: Turn, notice: str) -> Turn:
    effects: tuple[Effect, ...] = tuple(
        replace(effect, notice=notice)
        if isinstance(effect, Show) and effect.notice in {None, "notice.old-button"}
        else effect
        for effect in turn.effects
    )
    return replace(turn, effects=effects)


def _starts_conversation(dialogue: Dialogue, heard: Heard) -> bool:
    return isinstance(heard, Pressed) and (
        heard.screen == dialogue.first or heard.choice in {"danger", "human"} or heard.choice.startswith("language")
    )


def _can_show(dialogue: Dialogue, screen: str) -> bool:
    return screen in dialogue.screens and not dialogue.screens[screen].branch


def _opening(dialogue: Dialogue, language: str) -> State:
    return State(dialogue.begins(language), dialogue.spoken(language))


def _chosen_language(dialogue: Dialogue, state: State, choice: str) -> str:
    wanted = choice.partition(".")[2]
    if wanted:
        return wanted if wanted in dialogue.languages else state.language
    after = dialogue.languages.index(state.language) + 1 if state.language in dialogue.languages else 0
    return dialogue.languages[after % len(dialogue.languages)]

"""What an editor is shown of a screen is what people will see."""

from bot.content import Content
from bot.desk.content.preview import preview
from bot.runtime import Runtime


def test_a_preview_shows_the_message_the_page_and_what_is_read_aloud(runtime: Runtime, shipped: Content) -> None:
    seen = preview(runtime, shipped, "menu", "lv")
    assert seen is not None
    first = shipped.text("menu", "lv").split("?")[0]
    assert seen.message.startswith(shipped.text("card.first-line", "lv"))
    assert first in seen.message
    assert first in seen.read_aloud
    assert {button.label for row in seen.keyboard for button in row} == {
        button.label for button in (*seen.buttons, *seen.exits)
    }
    assert seen.read_aloud.count("[") >= len(seen.buttons)


def test_every_screen_that_is_shown_has_a_preview_in_every_language(runtime: Runtime, shipped: Content) -> None:
    for screen in shipped.dialogue.screens.values():
        for language in shipped.dialogue.languages:
            assert (preview(runtime, shipped, screen.id, language) is None) == bool(screen.branch)

"""The desk asks nothing of any other host. The fixture `desk` holds every other test of its browser to the same."""

from tests.desk.browsing import Waiting, open_and_take


async def test_from_the_sign_in_to_the_open_letter_no_other_host_is_asked_anything(waiting: Waiting) -> None:
    await open_and_take(waiting)
    await waiting.desk.go("/key")
    await waiting.desk.go("/requests")
    assert len(waiting.desk.sent) > 20, "pages, scripts, styles and what they post are noted"
    assert waiting.desk.elsewhere() == []

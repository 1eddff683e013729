"""A request is never handed on. The desk says what to do instead, and the other service gets one of its own."""

from bot.desk.routes import ROUTES
from bot.runtime import Runtime
from bot.usecases.casework import requests as casework
from tests.faces import Clock
from tests.people import (
    a_colleague,
    a_desk_mate,
    a_key,
    a_request,
    a_service,
    acting,
    browser_of,
    in_the_queue,
    serving,
    sign_in,
    the_request,
)


async def test_who_needs_another_service_is_asked_and_writes_to_it_herself(runtime: Runtime, clock: Clock) -> None:
    await a_service(runtime)
    await a_service(runtime, "riga", "riga")
    ilze = await a_colleague(runtime, clock, "ilze", "worker", "balvi")
    worker = await acting(runtime, clock, ilze)
    rinalds = await a_desk_mate(runtime, "rinalds", "worker", "riga")
    await a_key(runtime, worker)
    await a_key(runtime, rinalds)
    await a_request(runtime)
    reference = await the_request(runtime)
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, ilze)
        asked = await (await browser.get(f"/requests/{reference}")).text()
        assert "Citam dienestam: cilvēks piekrita" in asked
        assert 'href="/directory"' in asked
        page = await (await browser.get("/directory")).text()
    rows = {row.split("</th>")[0].rpartition(">")[2]: row for row in page.split("<tr>")[2:]}
    assert len(rows) == len(runtime.content.dialogue.municipalities)
    assert "Sociālais dienests riga" in rows["Rīga"]
    assert "jā; izlasīs līdz pirmdienai" in rows["Rīga"]
    assert "<td>nē</td>" in rows["Valmieras novads"]

    await casework.take(runtime, worker, reference)
    await a_request(runtime, area="riga")  # she sends one of her own
    await casework.close(runtime, worker, reference, "referred")
    assert [request.service_id for request in await in_the_queue(runtime, rinalds)] == ["riga"]
    assert await in_the_queue(runtime, worker) == []


async def test_places_stand_in_the_order_of_the_latvian_alphabet(runtime: Runtime, clock: Clock) -> None:
    await a_service(runtime)
    ilze = await a_colleague(runtime, clock, "ilze", "worker", "balvi")
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, ilze)
        page = await (await browser.get("/directory")).text()
    places = [row.split("</th>")[0].rpartition(">")[2] for row in page.split("<tr>")[2:]]
    for before, after in (
        ("Ādažu novads", "Balvu novads"),
        ("Cēsu novads", "Daugavpils"),
        ("Ķekavas novads", "Liepāja"),
        ("Līvānu novads", "Ludzas novads"),
    ):
        assert places.index(before) < places.index(after)


WAYS_ON = ("transfer", "forward", "hand", "move")


def test_there_is_no_way_to_hand_a_request_on() -> None:
    requests = [route.path for route in ROUTES if route.path.startswith("/requests")]
    assert not [path for path in requests if any(word in path.split("/") for word in WAYS_ON)]

"""The map in docs/architecture.md shows the rooms and arrows of the code as it is."""

import grimp
import pytest

from supply.map import PAGE, draw, layers, redraw, rooms_and_arrows, without_implied


def graph_of(*imports: tuple[str, str]) -> grimp.ImportGraph:
    """A program with these imports, and the packages that its modules stand in."""
    graph = grimp.ImportGraph()
    for importer, imported in imports:
        for module in (importer, imported):
            parts = module.split(".")
            for length in range(1, len(parts) + 1):
                graph.add_module(".".join(parts[:length]))
        graph.add_import(importer=importer, imported=imported)
    return graph


def test_the_page_shows_the_map_as_the_imports_are_now() -> None:
    page = PAGE.read_text()
    assert page == redraw(page), "draw it again: python -m supply.map"


def test_a_package_is_a_room_and_so_is_each_package_in_it() -> None:
    rooms, arrows = rooms_and_arrows(
        graph_of(
            ("bot.channels.form", "bot.usecases.person.converse"),
            ("bot.channels.telegram.channel", "bot.usecases.person.converse"),
            ("bot.usecases.person.converse", "storage.database"),
        )
    )
    assert [room.name for room in rooms] == ["bot.channels", "bot.channels.telegram", "bot.usecases.person", "storage"]
    assert arrows["bot.channels.telegram"] == {"bot.usecases.person"}
    assert arrows["bot.usecases.person"] == {"storage"}


def test_single_modules_of_one_layer_share_a_room() -> None:
    rooms, _ = rooms_and_arrows(graph_of(("bot.cards", "bot.content"), ("bot.sealing", "bot.texts")))
    assert ("bot.cards", "bot.sealing") in [room.modules for room in rooms]


def test_rooms_stand_in_the_order_of_the_layers() -> None:
    order = [name for row in layers() for name in row]
    rooms, _ = rooms_and_arrows(graph_of(("bot.app", "bot.desk.page"), ("bot.desk.page", "bot.engine.step")))
    names = [room.name.split(".")[1] for room in rooms]
    assert names == sorted(names, key=order.index)
    assert len(names) == 3


def test_an_arrow_that_others_imply_is_left_out() -> None:
    arrows = {"a": frozenset("bc"), "b": frozenset("c"), "c": frozenset("")}
    assert without_implied(arrows) == {"a": {"b"}, "b": {"c"}, "c": frozenset()}


def test_rooms_that_lead_to_each_other_keep_their_arrows() -> None:
    arrows = {"a": frozenset("b"), "b": frozenset("ac"), "c": frozenset("b")}
    assert without_implied(arrows) == arrows


def test_what_each_package_is_for_comes_from_its_own_docstring() -> None:
    rooms, arrows = rooms_and_arrows(graph_of(("bot.engine.step", "bot.texts")))
    assert "| `bot/engine/` | The dialogue engine: values in, values out." in draw(rooms, arrows)


def test_a_page_without_a_place_for_the_map_is_refused() -> None:
    with pytest.raises(ValueError, match="no place"):
        redraw("# Architecture\n")

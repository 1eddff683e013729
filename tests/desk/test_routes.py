"""The one table of routes: the app has these and no other, and what is written to answer stands in it."""

import inspect
import pkgutil
from collections import Counter
from functools import partial
from importlib import import_module

from aiohttp import web

from bot import desk
from bot.desk.app import desk_app
from bot.desk.app_keys import Handler
from bot.desk.menu import PAGES
from bot.desk.roles import WHO_MAY
from bot.desk.routes import ROUTES, Route
from bot.desk.security import BEFORE_CONDUCT, FILES
from bot.runtime import Runtime


async def test_the_app_has_each_route_of_the_table_once_and_no_other(runtime: Runtime) -> None:
    everything = [
        (route.method, route.resource.canonical, route.handler)
        for route in desk_app(runtime).router.routes()
        if route.resource
    ]
    served = [row for row in everything if row[0] != "HEAD"]
    heads = Counter(row[1:] for row in everything if row[0] == "HEAD")
    assert heads == Counter(row[1:] for row in served if row[0] == "GET"), "a monitor may ask for the head of a page"
    assert Counter(served) == Counter((route.method, _path(route), route.handler) for route in ROUTES)
    assert len({(method, path) for method, path, _ in served}) == len(ROUTES), "a second row would never be reached"


async def test_the_guard_reads_the_role_from_the_row(runtime: Runtime) -> None:
    assert desk_app(runtime)[WHO_MAY] == {(route.method, _path(route)): route.who for route in ROUTES}


def test_whatever_is_written_to_answer_a_request_stands_in_a_row() -> None:
    in_a_row = [_unwrapped(route.handler) for route in ROUTES]
    assert [handler for handler in in_a_row if not _answers(handler)] == [], "this test would not see one like it"
    written = {
        f"{name}.{thing_name}": thing
        for _, name, _ in pkgutil.walk_packages(desk.__path__, "bot.desk.")
        for thing_name, thing in vars(import_module(name)).items()
        if not thing_name.startswith("_") and _answers(thing)
    }
    assert [name for name, thing in written.items() if thing not in in_a_row] == []
    assert [handler for handler in in_a_row if handler not in written.values()] == [], "not every room was searched"


def test_what_other_tables_say_of_a_path_is_said_of_a_route() -> None:
    pages = {route.path for route in ROUTES if route.method == "GET"}
    posts = {route.path for route in ROUTES if route.method == "POST"}
    assert {path for path, _ in PAGES} <= pages
    assert FILES.keys() <= posts
    assert pages | posts >= BEFORE_CONDUCT


def _path(route: Route) -> str:
    """As aiohttp names it: what a part of the path may look like is left out."""
    return route.path.replace(":.+", "")


def _unwrapped(handler: Handler) -> object:
    return handler.func if isinstance(handler, partial) else handler


def _answers(thing: object) -> bool:
    """Whether it takes a request, alone or behind what `partial` fills in, and gives what is sent back."""
    if not inspect.iscoroutinefunction(thing):
        return False
    signature = inspect.signature(thing)
    gives = signature.return_annotation
    return (
        [*signature.parameters][-1:] == ["request"] and inspect.isclass(gives) and issubclass(gives, web.StreamResponse)
    )

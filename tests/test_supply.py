"""What the program is made of stands in the SBOM, and advisories about it are told, or that nobody could be asked."""

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from supply import pins, sbom
from tests.conftest import ROOT
from tests.patience import patiently

PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)
SPDX = re.compile(r"^[A-Za-z0-9.-]+(?: (?:AND|OR) [A-Za-z0-9.-]+)*$")
ADVISORY = {"id": "GHSA-aaaa-bbbb-cccc", "aliases": [], "summary": "Invented.", "affected": []}


@pytest.fixture
async def written() -> dict[str, Any]:
    """The SBOM as the gate writes it."""
    code, _, errors = await run("supply.sbom")
    assert code == 0, errors
    made: dict[str, Any] = json.loads(sbom.TARGET.read_text())
    return made


async def test_every_pinned_python_package_stands_in_the_sbom_with_version_and_licence(
    written: dict[str, Any],
) -> None:
    pinned = {f"pkg:pypi/{name}@{version}" for name, version in PINNED.findall(pins.RUNTIME.read_text())}
    here = {package for package in pinned if installed(package)}
    assert len(here) > 50
    assert len(pinned - here) < 10, "what is pinned for another platform"
    assert {package["purl"] for package in of(written) if package["purl"].startswith("pkg:pypi/")} == here
    assert written["metadata"]["component"]["name"] == "blakus"


async def test_every_npm_package_in_the_workers_browser_stands_in_the_sbom(written: dict[str, Any]) -> None:
    lock = pins.npm_lock()
    needed, wanted = set(), [("", "age-encryption")]
    while wanted:
        where, name = wanted.pop()
        folder = next(path for path in (f"{where}node_modules/{name}", f"node_modules/{name}") if path in lock)
        if folder not in needed:
            needed.add(folder)
            wanted += [(f"{folder}/", other) for other in lock[folder].get("dependencies", {})]
    from_npm = [package for package in of(written) if package["purl"].startswith("pkg:npm/")]
    listed = {(package.get("group", ""), package["name"], package["version"]) for package in from_npm}
    assert listed == {(*named(folder), lock[folder]["version"]) for folder in needed}
    assert "age-encryption" in {name for _, name, _ in listed}


async def test_no_package_of_the_sbom_is_without_a_licence_in_the_words_of_spdx(written: dict[str, Any]) -> None:
    said = {package["purl"]: licence(package) for package in of(written)}
    assert {purl: text for purl, text in said.items() if not SPDX.match(text)} == {}
    assert said[next(purl for purl in said if "/python-telegram-bot@" in purl)] == "LGPL-3.0-only"
    assert said[next(purl for purl in said if "/age-encryption@" in purl)] == "BSD-3-Clause"


def test_a_package_that_says_no_licence_is_refused_by_name() -> None:
    said = distribution("pyrage").metadata
    assert sbom.licence_of(said) == "MIT", "read by us"
    del said["Name"]  # type: ignore[attr-defined]  # a message of the standard library underneath
    said["Name"] = "somebody-elses"  # type: ignore[index]
    with pytest.raises(LookupError, match="somebody-elses"):
        sbom.licence_of(said)


@dataclass
class Databases:
    """The two databases of advisories, on loopback: what each was asked, and what it answers."""

    python: dict[str, Any] = field(default_factory=dict)
    npm: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    sent: list[Any] = field(default_factory=list)
    arguments: Sequence[str] = ()

    async def osv(self, request: web.Request) -> web.Response:
        query = json.loads(await request.read())
        self.sent.append(query)
        self.asked.append((query["package"]["name"], query["version"]))
        found = self.python.get(query["package"]["name"])
        return web.json_response({"vulns": [found]} if found else {})

    async def bulk(self, request: web.Request) -> web.Response:
        self.asked += [(name, version) for name, versions in (await request.json()).items() for version in versions]
        return web.json_response(self.npm)


@pytest.fixture
async def databases() -> AsyncIterator[Databases]:
    made = Databases()
    app = web.Application()
    app.router.add_post("/osv", made.osv)
    app.router.add_post("/-/npm/v1/security/advisories/bulk", made.bulk)
    server = TestServer(app)
    await server.start_server()
    url = str(server.make_url("")).rstrip("/")
    made.arguments = (f"--osv={url}/osv", f"--npm={url}")
    yield made
    await server.close()


async def test_every_pinned_package_is_asked_about_and_nothing_else_is_said(databases: Databases) -> None:
    code, told, errors = await run("supply.advisories", *databases.arguments)
    assert (code, errors) == (0, "")
    assert told.count("no advisory is known") == 2
    asked = set(databases.asked)
    assert {(pin.name, pin.version) for pin in pins.python(pins.RUNTIME, pins.TESTING)} <= asked
    assert ("age-encryption", pins.npm_lock()["node_modules/age-encryption"]["version"]) in asked
    assert {tuple(sorted(query)) for query in databases.sent} == {("package", "version")}


async def test_an_advisory_is_told_with_its_package_and_ends_in_an_error(databases: Databases) -> None:
    databases.python["aiohttp"] = ADVISORY
    databases.python["pytest"] = ADVISORY
    databases.npm["age-encryption"] = [
        {"id": 1, "url": "https://example.org/a", "title": "Invented", "severity": "high", "vulnerable_versions": "<9"}
    ]
    code, told, _ = await run("supply.advisories", *databases.arguments)
    assert code == 1
    lines = [line for line in told.splitlines() if line.startswith("  ")]
    assert [line.split()[0] for line in lines] == ["aiohttp", "pytest", "age-encryption"]
    assert [("(tests only)" in line) for line in lines] == [False, True, False]
    assert "no advisory is known" not in told


async def test_a_database_that_cannot_be_reached_is_no_word_that_all_is_well() -> None:
    nobody = f"http://127.0.0.1:{unused_port()}"
    code, told, errors = await run("supply.advisories", f"--osv={nobody}/osv", f"--npm={nobody}")
    assert (code, told) == (2, "")
    assert errors.count("NOT COMPARED") == 2
    assert errors.count("There may be advisories.") == 2
    assert "Traceback" not in errors


async def test_one_database_out_of_reach_does_not_hide_what_the_other_knows(databases: Databases) -> None:
    databases.python["aiohttp"] = ADVISORY
    code, told, errors = await run(
        "supply.advisories", databases.arguments[0], f"--npm=http://127.0.0.1:{unused_port()}"
    )
    assert code == 1
    assert "aiohttp" in told
    assert errors.startswith("npm: NOT COMPARED")


def test_the_gate_makes_the_sbom_and_never_asks_for_advisories() -> None:
    makefile = (ROOT / "Makefile").read_text()
    steps = re.search(r"^GATE := (.*)$", makefile, re.MULTILINE)
    assert steps
    assert "\ngate: $(GATE:%=check-%)\n" in makefile
    assert "sbom" in steps[1].split()
    assert "advisories" not in steps[1]


async def run(module: str, *arguments: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with patiently():
        told, errors = await process.communicate()
    assert process.returncode is not None
    return process.returncode, told.decode(), errors.decode()


def of(written: dict[str, Any]) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = written["components"]
    return parts


def licence(component: dict[str, Any]) -> str:
    """As an SPDX expression; a licence that is only named is in no words of SPDX."""
    (said,) = component["licenses"]
    text: str = said.get("expression") or said["license"].get("id", "a name: " + str(said))
    return text


def named(folder: str) -> tuple[str, str]:
    scope, _, name = folder.rpartition("node_modules/")[2].rpartition("/")
    return scope, name


def installed(purl: str) -> bool:
    name = purl.partition("/")[2].partition("@")[0]
    return any(Path(sys.prefix).glob(f"lib/python*/site-packages/{re.sub('[-.]', '?', name)}-*.dist-info"))

"""The command line: python -m bot run | talk | check | find | draw | content | leaflet | site | worker | service."""

import argparse
import asyncio
import json
import logging
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, get_args

from pydantic import SecretStr

from bot import coming, logs, settings, version
from bot import content as contents
from bot.commands import content as content_commands
from bot.commands import operation as operator_commands
from bot.commands import paper as mouths
from bot.engine.draw import draw
from bot.engine.problems import BrokenContent
from bot.usecases.refused import Refused

if TYPE_CHECKING:  # the database is loaded only by commands that need it: it takes longer than proving the content
    from bot.runtime import Runtime
    from bot.usecases.services import calendars
    from bot.usecases.services.reachability import Reach

CALENDAR_OPTIONS = (
    (
        "--reads-within",
        "reads_within_minutes",
        "MINUTES",
        "of reading hours within which a request is read (default: 240)",
    ),
    (
        "--escalates-within",
        "escalates_within_minutes",
        "MINUTES",
        "of reading hours after which the next address is notified (default: 120)",
    ),
    ("--email", "email", "ADDRESS", "where “something waits” is sent"),
    ("--deputy-email", "deputy_email", "ADDRESS", "who is notified first when nobody opens a request in time"),
    ("--head-email", "head_email", "ADDRESS", "who is notified next"),
    ("--fallback", "fallback_id", "SERVICE", "the service notified last; it must accept requests itself"),
    ("--reader", "reader_id", "LOGIN", "sole reader of requests from people who know somebody there (default: head)"),
    ("--reader-email", "reader_email", "ADDRESS", "that reader's own address"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(arguments)
    logs.set_up(options.log_level)
    try:
        return int(options.command(options) or 0)
    except (BrokenContent, settings.Unsafe, Refused) as error:
        print(str(error) or f"refused: {type(error).__name__}", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, BrokenPipeError):
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot", description="Blakus: help and rights in a few presses, and a sealed request for contact."
    )
    parser.add_argument("--version", action=_Version, nargs=0,
                        help="print the version of the program and of the content it comes with")  # fmt: skip
    parser.set_defaults(log_level=logging.INFO)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add(commands, "run", _run, "start the web chat, the desk and, with BOT_TELEGRAM_TOKEN, Telegram")
    talk = _add(commands, "talk", _talk, "try the dialogue in this terminal; nothing is kept")
    talk.add_argument("--lang", default="lv", help="language to start in: lv, ru or en (default: lv)")
    talk.set_defaults(log_level=logging.WARNING)  # a log line per turn would appear between the screens
    proof = _add(commands, "check", _check, "prove the content: print its certificate, or every problem (exit code 1)")
    proof.add_argument("package", nargs="?", type=Path, default=contents.HERE, metavar="PACKAGE",
                       help="a folder with dialogs/ and locales/ (default: the content of this checkout)")  # fmt: skip
    proof.add_argument("--publish", action="store_true", help="also refuse overdue facts, as publishing does")
    proof.add_argument("--calendar", action="store_true",
                       help="then list how texts will change over the next year as facts expire")  # fmt: skip
    _worker_commands(_add(commands, "worker", _workers, "invite workers, and see who has an account"))
    _service_commands(_add(commands, "service", _services, "set up social services, and see which can be reached"))
    _add(commands, "audit", _audit, "verify the audit chain: exit code 1 if an entry was changed or removed")
    operator_commands.add(commands, _add)
    content_commands.add(
        _add(commands, "content", content_commands.run, "the review calendar of facts; packages and translations")
    )
    find = _add(commands, "find", _find, "find topics in a person's own words: one JSON line per hit, best first")
    find.add_argument("words", nargs="?", help="if omitted, read one query per line from standard input")
    find.add_argument("--lang", default="lv", help="language of the interface (default: lv)")
    map_ = _add(commands, "draw", _draw, "draw the dialogue as a map (SVG on standard output)")
    map_.add_argument("--lang", default="lv", help="language of the names on the map (default: lv)")
    mouths.add_commands(commands, _add)
    return parser


class _Version(argparse.Action):
    """Print the versions a bug report must name. The content is read only on request, because that takes a moment."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        print(f"blakus {version()}, content of the checkout {contents.read().revision}")
        parser.exit()


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, command: object, says: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=says, description=says[0].upper() + says[1:] + ".")
    parser.set_defaults(command=command)
    return parser


def _run(_: argparse.Namespace) -> None:
    import uvloop

    from bot import app, demo

    chosen = settings.from_environment()

    def announce(parts: app.Running) -> None:
        for line in demo.banner(parts.runtime, parts.public, parts.desk):
            print(line, flush=True)

    uvloop.run(app.run(chosen, announce))


def _talk(options: argparse.Namespace) -> None:
    from bot import app
    from bot.channels import terminal

    async def read(prompt: str) -> str:
        return await asyncio.to_thread(input, prompt)

    async def conversation() -> None:
        in_memory = settings.Settings(database=SecretStr("sqlite://"))
        async with app.runtime_of(in_memory) as runtime:
            await terminal.talk(runtime, options.lang, read, print)

    asyncio.run(conversation())


def _check(options: argparse.Namespace) -> None:
    import gc

    from bot.proof import prove

    gc.disable()  # collecting garbage is a fifth of the work, and this takes two seconds
    content, today = contents.read(options.package), datetime.now(contents.RIGA).date()
    try:
        print(prove(content, today, publishing=options.publish))
        for change in coming.coming(content, today) if options.calendar else ():
            print(f"\n{change.day} {change.language} {change.key}\n{change.text}")
    finally:
        gc.enable()


def _worker_commands(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    invite = verbs.add_parser("invite", help="print a link, valid once and for 48 hours, to set password and codes")
    invite.add_argument("login")
    invite.add_argument("--name", required=True, help="as colleagues see it")
    invite.add_argument("--role", required=True, type=_role, help="worker, head, editor, approver, operator or dpo")
    invite.add_argument("--service", help="id of the social service, for a worker or head")
    for verb, says in (
        ("again", "print a new link after a lost password or codes; the old ones stop working"),
        ("leave", "close the account of a worker who leaves"),
    ):
        verbs.add_parser(verb, help=says).add_argument("login")
    verbs.add_parser("list", help="list all accounts")


def _service_commands(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    adding = verbs.add_parser("set", help="set up a service of dialogs/services.yaml, or change its calendar",
                              description="Omitted options stay unchanged; an empty address is removed.")  # fmt: skip
    adding.add_argument("service", help="its id, such as balvu-novads")
    adding.add_argument("--hours", nargs="+", metavar="DAY=FROM-TO",
                        help="when it reads requests, such as mon=08:30-17:00; required at first")  # fmt: skip
    for option, field, metavar, says in CALENDAR_OPTIONS:
        adding.add_argument(option, dest=field, metavar=metavar, help=says)
    adding.add_argument("--closed", dest="closed_days", nargs="*", metavar="DAY",
                        help="closed days besides holidays, such as 2026-12-23 or 2026-12-27..2027-01-05")  # fmt: skip
    verbs.add_parser("show", help="show its calendar, and what it promises a person").add_argument("service")
    trying = verbs.add_parser("try", help="mail a test to each of its addresses, with a link to confirm it")
    trying.add_argument("service")
    verbs.add_parser("list", help="list services that are set up, and what is missing before requests can reach them")


def _with_runtime(act: "Callable[[Runtime], Awaitable[None]]") -> None:
    from bot import app

    async def acted() -> None:
        async with app.runtime_of(settings.from_environment()) as runtime:
            await act(runtime)

    asyncio.run(acted())


def _role(text: str) -> str:
    from bot.usecases.accounts import workers

    if text not in get_args(workers.Role):
        raise argparse.ArgumentTypeError(f"can be {', '.join(get_args(workers.Role))}")
    return text


def _workers(options: argparse.Namespace) -> None:
    from bot.usecases.accounts import workers
    from bot.usecases.services import setting_up

    async def act(runtime: "Runtime") -> None:
        desk = runtime.settings.desk_address
        match options.verb:
            case "invite":
                print(desk + await workers.invite(runtime, options.login, options.name, options.role, options.service))
            case "again":
                print(desk + await workers.invite_again(runtime, options.login))
            case "leave":
                left = await workers.leave(runtime, options.login)
                if left and "holders" in (reach := (await setting_up.get_reach(runtime, left))[0]).lacks:
                    _print_reach(left, reach)
            case _:
                for worker in await workers.list_workers(runtime):
                    print(worker.login, worker.role, worker.service_id or "-", "open" if worker.active else "closed")

    _with_runtime(act)


def _services(options: argparse.Namespace) -> None:
    from bot.usecases.services import calendars, setting_up, trials

    async def act(runtime: "Runtime") -> None:
        match options.verb:
            case "list":
                for service, reach in (await setting_up.list_reaches(runtime)).items():
                    _print_reach(service, reach)
            case "try":
                many = await trials.send(runtime, None, options.service)
                print(f"a test mail is on its way to {many} addresses; the button behind each link confirms one")
            case "show":
                _print_calendar(await calendars.get_view(runtime, None, options.service))
            case _:
                await _set_service(runtime, options)

    _with_runtime(act)


def _print_reach(service: str, reach: "Reach") -> None:
    from bot.usecases.operation.doctor_services import lacking

    until = f" until {reach.open_until.astimezone(contents.RIGA):%Y-%m-%d} only" if reach.open_until else ""
    print(service, f"can be addressed{until}" if reach.addressable else "cannot be addressed")
    for what, do in (lacking(lack, reach) for lack in reach.lacks):
        print(f"    {what}; {do}")


async def _set_service(runtime: "Runtime", options: argparse.Namespace) -> None:
    from bot.desk.services import calendar_words
    from bot.usecases.services import calendars

    hours = None
    if options.hours is not None:
        hours = {day: tuple(times.split("-")) for day, _, times in (part.partition("=") for part in options.hours)}
    typed = {
        field: getattr(options, field) for _, field, _, _ in CALENDAR_OPTIONS if getattr(options, field) is not None
    }
    if options.closed_days is not None:
        typed["closed_days"] = "\n".join(options.closed_days)
    try:
        await calendars.set_up(runtime, options.service, hours, typed)
    except calendars.NotValid as wrong:
        said = (f"{field}: {calendar_words.PROBLEMS[why]}" for field, why in wrong.problems.items())
        raise Refused(" ".join(said)) from None


def _print_calendar(view: "calendars.View") -> None:
    from bot.desk.services import calendar_words

    for field, value in view.written.items():
        if value:
            print(f"{field}: {view.readers.get(value) or ', '.join(value.splitlines())}")
    for example in view.foreseen:
        told = [("read by", example.read_by), ("first notice", example.notice), *example.steps]
        words = [f"{what} {at.astimezone(contents.RIGA):%Y-%m-%d %H:%M}" for what, at in told if at]
        print(f"{calendar_words.MOMENTS[example.when].lower()}: {', '.join(words) or 'nothing can be promised'}")


def _audit(_: argparse.Namespace) -> int:
    from bot.usecases.operation import audit

    broken: list[int] = []

    async def act(runtime: "Runtime") -> None:
        found = await audit.find_break(runtime)
        if found is not None:
            broken.append(found)
            print(f"the chain is broken at entry {found}: it was changed, or an entry before it was removed")
        else:
            count, seal = await audit.newest_link(runtime)
            print(f"the chain of {count} entries is whole; its last link is {seal}")

    _with_runtime(act)
    return 1 if broken else 0


def _find(options: argparse.Namespace) -> None:
    finder = contents.read().finder
    for query in [options.words] if options.words is not None else map(str.strip, sys.stdin):
        found = finder.find(query, options.lang)
        for hit in found.topics:
            line = {"query": query, "topic": hit.topic, "screen": hit.screen, "danger": found.danger}
            print(json.dumps(line, ensure_ascii=False), flush=True)


def _draw(options: argparse.Namespace) -> None:
    content = contents.read()
    note = f"{len(content.dialogue.screens)} screens; from every one: 112, a human, back, language, hide"
    print(draw(content.dialogue, lambda screen: content.text(screen, options.lang), "Blakus", note))


if __name__ == "__main__":
    sys.exit(main())

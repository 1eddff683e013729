"""`service`: set up social services so that people can write to them, and see which are ready."""

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot import content as contents
from bot.commands.parsing import add_command, reading_hours
from bot.commands.running import with_runtime
from bot.engine.safe_times import DAYS
from bot.usecases.refused import Refused

if TYPE_CHECKING:
    from bot.commands.parsing import Commands
    from bot.runtime import Runtime
    from bot.usecases.services import calendars
    from bot.usecases.services.reachability import Reach

CALENDAR_OPTIONS = (
    (
        "--reads-within",
        "reads_within_minutes",
        "MINUTES",
        "of reading hours within which a request is read (initially 240)",
    ),
    (
        "--escalates-within",
        "escalates_within_minutes",
        "MINUTES",
        "of reading hours after which the next recipient is notified (initially 120)",
    ),
    ("--email", "email", "ADDRESS", "where “something waits” is sent"),
    ("--deputy-email", "deputy_email", "ADDRESS", "notified first when nobody takes a request in time"),
    ("--head-email", "head_email", "ADDRESS", "notified next"),
    ("--fallback", "fallback_id", "SERVICE", "the service notified last; people must be able to write to it"),
    ("--reader", "reader_id", "LOGIN", "the only reader of requests from people who know somebody there (the head)"),
    ("--reader-email", "reader_email", "ADDRESS", "that reader's own address"),
)
"""Option, field of the calendar, placeholder and help of each text that `service set` takes."""
CLOSED_DAYS = "2026-12-23 or 2026-12-27..2027-01-05"


def add(commands: "Commands") -> None:
    """Add `service` and its verbs."""
    parser = add_command(commands, "service", _service, "set up social services to write to, and see which are ready")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    set_ = verbs.add_parser("set", help="set up a service of dialogs/services.yaml, or change its calendar",
                            description="What is not named stays; an empty text removes an address.")  # fmt: skip
    set_.add_argument("service", help="its id, such as balvu-novads")
    set_.add_argument("--hours", nargs="+", type=reading_hours, metavar="DAY=FROM-TO",
                      help="when it reads requests, such as mon=08:30-17:00; required the first time")  # fmt: skip
    for option, field, metavar, text in CALENDAR_OPTIONS:
        set_.add_argument(option, dest=field, metavar=metavar, help=text)
    set_.add_argument("--closed", dest="closed_days", nargs="*", metavar="DAY",
                      help=f"days besides public holidays, such as {CLOSED_DAYS}")  # fmt: skip
    verbs.add_parser("ids", help="every id of the directory; * is set up")
    verbs.add_parser("show", help="its calendar, and what it promises people").add_argument("service")
    try_ = verbs.add_parser("try", help="mail a test to each of its addresses; a button behind the link confirms it")
    try_.add_argument("service")
    verbs.add_parser("list", help="services that are set up, and what is missing before requests can reach them")


def print_reach(service: str, reach: "Reach") -> None:
    """Print whether people can write to a service, and what to do about each thing it lacks."""
    from bot.usecases.operation.doctor_services import lacking

    until = f" until {reach.open_until.astimezone(contents.RIGA):%Y-%m-%d} only" if reach.open_until else ""
    print(service, f"can be addressed{until}" if reach.addressable else "cannot be addressed")
    for what, remedy in (lacking(lack, reach) for lack in reach.lacks):
        print(f"    {what}; {remedy}")


def _service(options: argparse.Namespace) -> None:
    from bot.usecases.services import calendars, setting_up, trials

    async def act(runtime: "Runtime") -> None:
        match options.verb:
            case "ids":
                for service, there in (await setting_up.list_ids(runtime)).items():
                    names = runtime.content.services[service].names if service in runtime.content.services else {}
                    print(f"{'*' if there else ' '} {service}  {names.get('lv', '')}".rstrip())
            case "list":
                for service, reach in (await setting_up.list_reaches(runtime)).items():
                    print_reach(service, reach)
            case "try":
                count = await trials.send(runtime, None, options.service)
                print(
                    f"test mails are on their way to {count} addresses; the button behind the link in each confirms it"
                )
            case "show":
                _print_calendar(await calendars.get_view(runtime, None, options.service))
            case _:
                await _set(runtime, options)

    with_runtime(act)


async def _set(runtime: "Runtime", options: argparse.Namespace) -> None:
    from bot.usecases.services import calendars

    hours = dict(options.hours) if options.hours else None
    given = ((field, getattr(options, field)) for _, field, _, _ in CALENDAR_OPTIONS)
    typed = {field: text for field, text in given if text is not None}
    if options.closed_days is not None:
        typed["closed_days"] = "\n".join(options.closed_days)
    try:
        await calendars.set_up(runtime, options.service, hours, typed)
    except calendars.NotValid as error:
        raise Refused(wrong_options(error.problems)) from None


def wrong_options(problems: Mapping[str, str]) -> str:
    """Say what is wrong with a calendar, by the options of `service set`."""
    from bot.desk.services import calendar_words

    options = {field: option for option, field, _, _ in CALENDAR_OPTIONS} | {"closed_days": "--closed"}
    words = {**calendar_words.PROBLEMS, "days": f"Write days as {CLOSED_DAYS}."}
    return " ".join(f"{options.get(field, '--hours')}: {words[why]}" for field, why in problems.items())


def _print_calendar(view: "calendars.View") -> None:
    """Print it by the options of `service set`, and what a person is then promised."""
    from bot.desk.services import calendar_words

    written = {field: value for field, value in view.written.items() if value}
    print(
        "--hours",
        *[f"{day}={written[f'{day}.from']}-{written[f'{day}.to']}" for day in DAYS if f"{day}.from" in written],
    )
    for option, field, _, _ in CALENDAR_OPTIONS:
        if field in written:
            print(option, view.readers.get(written[field], written[field]))
    if "closed_days" in written:
        print("--closed", *written["closed_days"].replace(" – ", "..").splitlines())
    for example in view.foreseen:
        steps = [("read by", example.read_by), ("first notice", example.notice), *example.steps]
        promises = [f"{what} {at.astimezone(contents.RIGA):%Y-%m-%d %H:%M}" for what, at in steps if at]
        print(f"{calendar_words.MOMENTS[example.when].lower()}: {', '.join(promises) or 'nothing can be promised'}")

"""`setup`: from a bare machine to a service that two people can read requests of. It can be run again."""

import argparse
import io
import logging
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from bot import logs
from bot.commands import settings_file, setup_answers, setup_files, setup_machine, setup_wanted
from bot.commands.parsing import add_command, reading_hours
from bot.commands.setup_files import ACCOUNT, SETTINGS, Root
from bot.settings import Unsafe

if TYPE_CHECKING:
    from bot.commands.parsing import Commands

ABOUT = (
    "Sets this machine up: settings, units, web server, database, first service and first accounts. "
    "Asks what it is not told by an option. Run again, it changes only what it is told. "
    "@FILE reads options from a file, one a line."
)
PEOPLE = ", ".join(f"{role}=NAME" for role in setup_answers.NEEDED)


def add(commands: "Commands") -> None:
    """Add `setup`."""
    parser = add_command(commands, "setup", _setup, "set this machine up, or change what it was told before")
    parser.description, parser.fromfile_prefix_chars = ABOUT, "@"
    setup_answers.add_options(parser)
    parser.add_argument("--hours", nargs="+", type=reading_hours, metavar="DAY=FROM-TO", default=[], action="extend",
                        help="when the service reads requests (default: mon to fri, 08:30-17:00)")  # fmt: skip
    parser.add_argument("--people", nargs="+", metavar="ROLE=NAME", default=[], action="extend",
                        help=f"names of those who come first: {PEOPLE} (default: their function)")  # fmt: skip
    parser.add_argument("--set", nargs="+", metavar="BOT_NAME=VALUE", default=[], dest="more", action="extend",
                        help="any other setting, such as BOT_TELEGRAM_TOKEN=…")  # fmt: skip
    parser.add_argument("--links", action="store_true",
                        help="print the links of invitations also where this is no terminal")  # fmt: skip
    parser.add_argument("--root", type=Path, default=Path("/"), metavar="DIR",
                        help="write below this folder, and start nothing")  # fmt: skip
    parser.add_argument("--show", choices=sorted(setup_files.SHOWN),
                        help="print a file as setup would write it, and do nothing")  # fmt: skip
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)


def _setup(options: argparse.Namespace) -> int:
    if options.show:
        print(setup_files.show(options.show), end="")
        return 0
    if options.inside:
        logs.set_up(logging.ERROR)  # what happened is told by the process that started this one
        from bot.commands import setup_people

        setup_people.carry_out()
        return 0
    root = Root(options.root.resolve(), print)
    before = settings_file.read(root.at(SETTINGS)) if root.at(SETTINGS).exists() else {}
    known = _known(before, root.chosen)
    ask = input if sys.stdin.isatty() and not all(_is_given(options, known)) else None
    if ask:
        print("Blakus is set up on this machine. Nothing is changed before the last answer.\n")
    answers = setup_answers.collect(options, known, ask)
    return _carry_out(root, options, before, answers)


def _is_given(options: argparse.Namespace, known: Mapping[str, str]) -> list[bool]:
    fields = (question.field for question in setup_answers.QUESTIONS)
    return [field in known or getattr(options, field) is not None for field in fields]


def _known(before: Mapping[str, str], chosen: Mapping[str, str]) -> dict[str, str]:
    """Return what an earlier run was told, by field: it is not asked again."""
    names = ("public_url", "desk_url", "smtp", "backup_recipient")
    found = {name: before[f"BOT_{name.upper()}"] for name in names if before.get(f"BOT_{name.upper()}")}
    if chosen:  # it came to its end
        found |= dict.fromkeys({"name_of_service", "email", *names} - set(found), "")
    return {**found, **chosen}


def _carry_out(root: Root, options: argparse.Namespace, before: Mapping[str, str], answers: Mapping[str, Any]) -> int:
    after = {**before, **_settings(before, answers), **_more(options.more)}
    try:
        setup_answers.checked(after)
    except ValueError as error:
        raise Unsafe(str(error)) from None
    wanted = _wanted(options, answers, root.chosen)
    chosen = {**root.chosen, **{name: answers[name] for name in ("proxy", "certificates") if name in answers}}
    os.umask(0o022)  # folders that others have to read are made on the way
    setup_machine.make_account(root, print)
    changed = _write_settings(root, before, after) | _write_files(root, after)
    if root.is_machine:
        setup_machine.start(print, anew=changed, backups=bool(after.get("BOT_BACKUP_RECIPIENT")))
    done = _carry_out_inside(root, wanted)
    root.choose(chosen | {"service": wanted.service})
    setup_machine.proxy(root, after, chosen, print)
    for line in done.said:
        print(f"has   {line}")
    if done.mails is not None:
        _tell_mails(done.mails, after)
    _hand_over(done, show=options.links or sys.stdout.isatty())
    if not root.is_machine:
        return 0
    print("\nWould a person who writes now get help?\n", flush=True)
    return setup_machine.inside(root, ["doctor"]).returncode


def _settings(before: Mapping[str, str], answers: Mapping[str, Any]) -> dict[str, str]:
    """Return the settings that follow from the answers. A secret is made once, and never again. Raises Unsafe."""
    for field in ("smtp", "backup_recipient"):
        if answers.get(field) == "" and before.get(f"BOT_{field.upper()}"):
            option = field.replace("_", "-")
            raise Unsafe(f"`--{option} none` removes no setting: delete the line BOT_{field.upper()} from {SETTINGS}")
    found: dict[str, str] = {}
    if not before:
        found |= {"BOT_MODE": "service", "BOT_SECRET": secrets.token_hex(32), "BOT_MEMORY_FOLDER": "/run/blakus"}
    if service := answers.get("name_of_service"):
        found["BOT_OPERATOR"] = before.get("BOT_OPERATOR") or service.names["lv"]
    for field, name in (("public_url", "BOT_PUBLIC_URL"), ("desk_url", "BOT_DESK_URL"), ("smtp", "BOT_SMTP")):
        if answers.get(field):
            found[name] = answers[field]
    if answers.get("smtp") and not before.get("BOT_MAIL_FROM"):
        user = unquote(urlsplit(answers["smtp"]).username or "")
        host = urlsplit({**before, **found}.get("BOT_PUBLIC_URL", "")).hostname
        found["BOT_MAIL_FROM"] = user if "@" in user else answers.get("email", (f"blakus@{host}",))[0]
    if answers.get("email") and not before.get("BOT_OWNERS"):
        found["BOT_OWNERS"] = f"content={answers['email'][1]},operator={answers['email'][1]}"
    if answers.get("backup_recipient"):
        found |= {"BOT_BACKUPS": setup_machine.BACKUPS, "BOT_BACKUP_RECIPIENT": answers["backup_recipient"]}
    return found


def _more(given: list[str]) -> dict[str, str]:
    if wrong := [text for text in given if not text.startswith("BOT_") or "=" not in text]:
        raise Unsafe(f"--set {wrong[0].partition('=')[0]}: write BOT_NAME=VALUE")
    return {name: value for name, _, value in (text.partition("=") for text in given)}


def _wanted(options: argparse.Namespace, answers: Mapping[str, Any], chosen: Mapping[str, str]) -> setup_wanted.Wanted:
    people = dict(text.partition("=")[::2] for text in options.people)
    if set(people) - set(setup_answers.NEEDED):
        raise Unsafe(f"--people must look like: {PEOPLE}")
    service = answers.get("name_of_service")
    email, head_email = answers.get("email") or ("", "")
    return setup_wanted.Wanted(
        service=service.id if service else chosen.get("service", ""),
        hours=dict(options.hours),
        email=email,
        head_email=head_email,
        people=people,
        set_up=bool(service or email or options.hours),
        invite=bool(service or people),
        try_mail=bool(service or email or answers.get("smtp")),
    )


def _write_settings(root: Root, before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    if dict(before) == dict(after):
        return False
    there = root.at(SETTINGS)
    told = {name: value for name, value in after.items() if before.get(name) != value}
    text = (
        there.read_text(encoding="utf-8")
        if before
        else "# Settings of Blakus. After a change: systemctl restart blakus\n"
    )
    root.write(SETTINGS, settings_file.changed(text, told).encode(), 0o640, ACCOUNT)
    print(f"wrote {SETTINGS}")
    if not before:
        print("      It holds BOT_SECRET. Keep a copy of it apart from the backups: without it no worker can sign in.")
    return True


def _write_files(root: Root, after: Mapping[str, str]) -> bool:
    filled = setup_files.values(after, "")
    files = [] if setup_files.is_packaged() else [setup_files.COMMAND, setup_files.UNIT]
    if after.get("BOT_BACKUP_RECIPIENT"):
        on_server = not after.get("BOT_DATABASE", "sqlite").startswith("sqlite")
        script = setup_files.BACKUP_POSTGRESQL if on_server else setup_files.BACKUP_SQLITE
        files += [script, setup_files.BACKUP_UNIT, setup_files.BACKUP_TIMER]
    written = [root.put(file, setup_files.render(file, filled)) for file in files]
    return any(written)


def _carry_out_inside(root: Root, wanted: setup_wanted.Wanted) -> setup_wanted.Done:
    done = setup_machine.inside(root, ["setup", "--inside"], setup_wanted.as_json(wanted))
    if done.returncode:
        raise Unsafe(
            "The service and its accounts were not set up; see above. What was written stays: run setup again."
        )
    return setup_wanted.from_json(done.stdout)


def _tell_mails(mails: tuple[int, int], after: Mapping[str, str]) -> None:
    taken, many = mails
    if not after.get("BOT_SMTP"):
        print("left  test mails: without BOT_SMTP nobody is told of a request, and people cannot write to the service")
    elif not many:
        print("left  test mails: some went out a few minutes ago")
    elif taken == many:
        print(f"sent  {taken} test mails. In each, somebody opens the link and presses the button, within 14 days")
    else:
        print(f"FAILED: the mail server took {taken} of {many} test mails. See the line “mail” below")


def _hand_over(done: setup_wanted.Done, *, show: bool) -> None:
    """Show each link once, as text and as a QR code, on the terminal alone."""
    import segno

    if not done.invited:
        return
    if not show:
        for person in done.invited:
            print(f"has   {person.role}: {person.login} is invited. For a link: blakus worker again {person.login}")
        return
    print("\nHand each link over in person: it works once, for 48 hours, and is written down nowhere.")
    for person in done.invited:
        drawn = io.StringIO()
        segno.make(person.link, error="l", micro=False).terminal(drawn, border=2, compact=True)
        print(
            f"\n{person.role}: {person.login}, seen by colleagues as “{person.name}”\n{person.link}\n{drawn.getvalue()}"
        )

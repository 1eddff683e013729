"""What a service needs before people can write to it: each thing alone keeps it closed, and is named."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.usecases.services.reachability import Known, Lack, Reach, ReaderLack, reach, reader_lack
from storage.social_services import SocialService
from tests.storage.rows import NOW, a_service, a_worker

NOTICE, HEAD, OTHER = "balvi@example.org", "head@example.org", "riga@example.org"
TWO = frozenset({"ilze", "janis"})
COMPLETE = Known({}, {"balvi": TWO}, {"balvi": frozenset({NOTICE, HEAD}), "riga": frozenset({OTHER})})


def balvi(**differs: Any) -> SocialService:
    return a_service(**{"email": NOTICE, "head_email": HEAD} | differs)


def reached(service: SocialService, known: Known = COMPLETE, promises: bool = True, mails: bool = True) -> Reach:
    riga = a_service(id="riga", email=OTHER)
    known = replace(known, services={"balvi": service, "riga": riga})
    return reach(service, known, promises=promises, mails=mails, now=NOW)


def test_a_service_that_has_everything_can_be_addressed() -> None:
    assert reached(balvi()) == Reach((), 2)
    assert reached(balvi()).addressable


@pytest.mark.parametrize(
    "differs, lack",
    [
        ({"active": False}, "inactive"),
        ({"email": None}, "address"),
        ({"email": "new@example.org"}, "address_untried"),
        ({"head_email": None}, "step"),
        ({"head_email": NOTICE}, "step"),
        ({"head_email": NOTICE.title()}, "step"),
        ({"head_email": "new@example.org"}, "step_untried"),
        ({"head_email": None, "deputy_email": "new@example.org"}, "step_untried"),
    ],
)
def test_without_a_way_to_tell_two_nobody_can_write_to_it(differs: dict[str, Any], lack: Lack) -> None:
    found = reached(balvi(**differs))
    assert (found.lacks, found.addressable) == ((lack,), False)


def test_one_holder_no_hours_or_no_mail_server_closes_it() -> None:
    one = replace(COMPLETE, holders={"balvi": frozenset({"ilze"})})
    assert reached(balvi(), one) == Reach(("holders",), 1)
    assert reached(balvi(), promises=False).lacks == ("hours",)
    assert reached(balvi(), mails=False).lacks == ("smtp",)
    assert reached(a_service(), Known({}), False, False).lacks == ("holders", "hours", "smtp", "address", "step")


def test_another_service_is_a_further_step_when_its_own_address_was_tried() -> None:
    alone = balvi(head_email=None, fallback_id="riga")
    assert reached(alone).addressable
    assert reached(alone, replace(COMPLETE, confirmed={"balvi": frozenset({NOTICE})})).lacks == ("step_untried",)
    elsewhere = {"balvi": frozenset({NOTICE, OTHER})}  # confirmed for another service is not confirmed for its own
    assert reached(alone, replace(COMPLETE, confirmed=elsewhere)).lacks == ("step_untried",)


def test_an_upgrade_gives_time_to_try_addresses_and_none_to_be_without_readers() -> None:
    until = NOW + timedelta(days=14)
    open_before = a_service(open_until=until)
    found = reached(open_before, mails=False)
    assert found.addressable
    assert found.open_until == until
    assert found.lacks == ("smtp", "address", "step"), "it is named all the same"
    assert not reached(a_service(open_until=NOW)).addressable, "the time is over"
    assert not reached(open_before, Known({})).addressable, "nobody can read"
    assert not reached(open_before, promises=False).addressable, "nobody ever reads"
    assert reached(balvi(open_until=until)).open_until is None, "it needs no time any more"


@pytest.mark.parametrize(
    "reader, address, differs, lack",
    [
        ("ilze", HEAD, {}, None),
        (None, None, {}, "nobody"),
        ("zane", HEAD, {}, "key"),
        ("ilze", None, {}, "address"),
        ("ilze", HEAD.upper(), {"deputy_email": HEAD}, "shared"),
        ("ilze", NOTICE, {}, "shared"),
        ("ilze", "new@example.org", {}, "untried"),
        ("ilze", "new@example.org", {"open_until": NOW + timedelta(days=14)}, "untried"),
    ],
)
def test_who_alone_reads_holds_the_key_and_a_tried_mailbox_of_her_own(
    reader: str | None, address: str | None, differs: dict[str, Any], lack: ReaderLack | None
) -> None:
    worker = a_worker(id=reader) if reader else None
    assert reader_lack(balvi(**differs), worker, address, COMPLETE) == lack

"""What the database has room for of a request, a report and what is written beside it: columns that were agreed on.

A new one is added here after somebody has asked whether it, alone or tried against every telephone number in Latvia,
could tell who a person is. What names, numbers or words a letter holds is in `sealed`.
"""

import pytest
import sqlalchemy

from storage.base import Record
from storage.contact_requests import ContactRequest
from storage.papers import Paper
from storage.sides import Side
from storage.slips import QuarterEdition, SlipSum

ALLOWED: dict[type[Record], str] = {
    ContactRequest: """
        id once_hash receipt_hash service_id sealed sealed_to priority language created_hour read_by purge_at status
        worker_id due_at opened_count opened_in_time call_blocked closed_as is_sample attempts most_attempts head_only
        escalated_to told_at last_called call_until word_addition blocked_addition confirmed_hour unsafe_until flood
        next_due slip_counted basis joined_to no_contact version""",
    Side: "one_id other_id",
    Paper: "id request_id kind worker_id sealed sealed_to changed_at version",
    SlipSum: "service_id quarter question number",
    QuarterEdition: "service_id quarter told frozen_at",
}


@pytest.mark.parametrize("table", ALLOWED)
def test_there_is_no_column_that_nobody_agreed_on(table: type[Record]) -> None:
    assert {column.key for column in sqlalchemy.inspect(table).columns} == set(ALLOWED[table].split())

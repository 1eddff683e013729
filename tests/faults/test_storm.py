"""Nothing is lost, nothing happens twice, nothing is written down, whatever fails. `make faults` blows longer.

FAULT_SEED and FAULT_ROUNDS choose the storm; the small one of every test run has a seed of its own.
"""

import os
from pathlib import Path
from random import Random

import psycopg
from aiohttp import ClientSession, DummyCookieJar

from bot.content import Content
from tests.channels.fake_telegram import TOKEN
from tests.conftest import runtime_on
from tests.faces import Clock
from tests.faults.storm import NOTE, SLOW_TROUBLES, TYPED, Storm, written
from tests.patience import until
from tests.people import a_desk_mate, a_key, a_service
from tests.postgres import own_server
from tests.test_replicas import replicas
from tests.usecases.services.test_delivery import Post, listening

SEED = int(os.environ.get("FAULT_SEED", "7"))
ROUNDS = int(os.environ.get("FAULT_ROUNDS", "9"))
LONG = 100
"""Rounds from which on a storm has troubles that last."""
MUST_BE_NOUGHT = (
    *("answered twice", "never answered", "presses left turning", "gave up before consent"),
    *("requests lost", "requests duplicated", "canaries found", "forged or broken, and taken"),
)
EVERYTHING = "SELECT count(*) FROM contact_requests WHERE sealed IS NOT NULL"


async def test_nothing_is_lost_doubled_or_written_down_in_a_storm(
    postgres_server: object, tmp_path: Path, shipped: Content
) -> None:
    post, fine = Post(), Clock()
    with own_server() as postgres:
        async with runtime_on(postgres.url, fine, shipped) as runtime:
            await a_service(runtime)
            await a_key(runtime, await a_desk_mate(runtime, "ilze", "worker", "balvi"))
        async with listening(post) as smtp, ClientSession(cookie_jar=DummyCookieJar()) as session:
            storm = Storm((None, None), postgres, post, session, Random(SEED))  # type: ignore[arg-type]
            storm.troubles += SLOW_TROUBLES if ROUNDS >= LONG else ()
            await storm.fake.start()
            told = {"BOT_SMTP": smtp, "BOT_TELEGRAM_TOKEN": TOKEN, "BOT_TELEGRAM_API": storm.fake.root}
            async with replicas(tmp_path, postgres.url, **told, BOT_PUBLIC_URL="https://blakus.invalid") as both:
                storm.programs = both
                await until(lambda: bool(storm.fake._webhook))
                tally = await storm.blow(ROUNDS)
            await storm.fake.stop()
        with psycopg.connect(postgres.url, autocommit=True) as connection:
            (kept,) = connection.execute(EVERYTHING).fetchone() or (0,)
            connection.execute("CHECKPOINT")
        counted = tally.counted
        counted["requests delivered"] = kept
        counted["requests lost"] = max(0, counted["requests consented"] - kept)
        counted["requests duplicated"] = max(0, kept - counted["requests consented"])
        words = (TYPED, NOTE, "26123456", *(str(person.chat.id) for person in storm.people))
        for what in MUST_BE_NOUGHT:
            counted[what] += 0
        counted["canaries found"] = len(written(tmp_path, words)) + len(written(postgres.folder, words))
    print(f"\nseed {SEED}, {ROUNDS} rounds\n{tally}", *storm.puzzles, sep="\n")
    assert counted["presses and words sent"]
    assert {what: counted[what] for what in MUST_BE_NOUGHT if counted[what]} == {}
    assert counted["receipts"] == counted["requests consented"]

"""What the operator and the data-protection officer see, and what is let go of after its time."""

from bot.runtime import Runtime
from bot.usecases.accounts import workers
from bot.usecases.operation import audit
from bot.usecases.services import delivery
from tests.faces import Clock
from tests.people import PASSWORD, a_colleague, a_desk_mate, a_key, a_request, a_service


async def test_a_service_shows_whether_people_can_write_to_it(runtime: Runtime) -> None:
    await a_service(runtime)
    assert [service.reach.lacks for service in await audit.list_services(runtime)] == [("holders",)]
    await a_key(runtime, await a_desk_mate(runtime, "ilze", "worker", "balvi"))
    assert [(service.reach.holders, service.reach.lacks) for service in await audit.list_services(runtime)] == [(2, ())]
    await a_request(runtime)
    assert await audit.notices_waiting(runtime) == 1


async def test_the_audit_names_workers_and_no_request_in_full(runtime: Runtime) -> None:
    await a_service(runtime)
    await a_key(runtime, await a_desk_mate(runtime, "ilze", "worker", "balvi"))
    await a_request(runtime)
    await delivery.deliver_due(runtime)
    lines = [(entry.event, entry.by) for entry in await audit.list_events(runtime)]
    assert lines[:2] == [("request_sent", "person"), ("key_accepted", "Second-Of-Ilze")]
    assert len((await audit.list_events(runtime))[0].about) == 6


async def test_old_sessions_and_audit_are_forgotten(runtime: Runtime, clock: Clock) -> None:
    eva = await a_colleague(runtime, clock, "eva", "editor", None)
    assert await workers.sign_in(runtime, "eva", PASSWORD, eva.code(clock))
    clock.move(days=400)
    await audit.forget(runtime)  # after a quiet year the database holds on to the last lines
    assert len(await audit.list_events(runtime)) == 5
    assert await workers.sign_in(runtime, "eva", PASSWORD, eva.code(clock))
    await audit.forget(runtime)
    assert [entry.event for entry in await audit.list_events(runtime)] == ["signed_in"]
    async with runtime.database.store() as store:
        (worker,) = await store.workers.all()
        assert len(await store.sessions.of_worker(worker.id)) == 1

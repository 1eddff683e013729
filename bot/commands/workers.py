"""`worker`: invite workers, and see who has an account."""

import argparse
from typing import TYPE_CHECKING, get_args

from bot.commands.parsing import add_command
from bot.commands.running import with_runtime
from bot.commands.services import print_reach

if TYPE_CHECKING:
    from bot.commands.parsing import Commands
    from bot.runtime import Runtime


def add(commands: "Commands") -> None:
    """Add `worker` and its verbs."""
    parser = add_command(commands, "worker", _worker, "invite workers, and see who has an account")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    invite = verbs.add_parser(
        "invite", help="print a link, valid once and for 48 hours, to choose a password and a passkey or codes"
    )
    invite.add_argument("login")
    invite.add_argument("--name", required=True, help="the name colleagues see")
    invite.add_argument("--role", required=True, type=_role, help="worker, head, editor, approver, operator or dpo")
    invite.add_argument("--service", help="id of the social service, for a worker or head")
    again = verbs.add_parser(
        "again", help="a new link for a worker who lost password, passkey or codes; the old ones stop working"
    )
    again.add_argument("login")
    verbs.add_parser("leave", help="close an account").add_argument("login")
    verbs.add_parser("list", help="all accounts")


def _role(text: str) -> str:
    from bot.usecases.accounts import workers

    if text not in get_args(workers.Role):
        raise argparse.ArgumentTypeError(f"must be one of {', '.join(get_args(workers.Role))}")
    return text


def _worker(options: argparse.Namespace) -> None:
    from bot.usecases.accounts import workers
    from bot.usecases.services import setting_up

    async def act(runtime: "Runtime") -> None:
        desk = runtime.settings.desk_address
        match options.verb:
            case "invite":
                link = await workers.invite(runtime, options.login, options.name, options.role, options.service)
                print(desk + link)
            case "again":
                print(desk + await workers.invite_again(runtime, options.login))
            case "leave":
                service = await workers.leave(runtime, options.login)
                if service and "holders" in (reach := (await setting_up.get_reach(runtime, service))[0]).lacks:
                    print_reach(service, reach)
            case _:
                for worker in await workers.list_workers(runtime):
                    state = "open" if worker.active else "closed"
                    print(worker.login, worker.role, worker.service_id or "-", state)

    with_runtime(act)

"""The page of all accounts and services' ids, for the operator and the data-protection officer. It changes nothing."""

from aiohttp import web

from bot.desk.app_keys import RUNTIME
from bot.desk.page import page
from bot.usecases.operation import accounts


async def show(request: web.Request) -> web.StreamResponse:
    runtime = request.app[RUNTIME]
    return page(
        request,
        "operation/accounts.html",
        accounts=await accounts.list_accounts(runtime),
        services=await accounts.list_service_ids(runtime),
    )

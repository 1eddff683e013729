"""What only others can say: the mail server, Telegram, and whether our own address leads to our own page."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

import aiosmtplib
from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.runtime import Runtime
from bot.usecases.delivery import NOBODY

PATIENCE = 10.0
ERRORS_WITHIN = timedelta(hours=1)
MOST_PENDING = 100

Found = tuple[str, bool | None, str, str]
"""Name, whether it is well (None: not set up), what was seen, what to do."""


async def mail(runtime: Runtime) -> Found:
    """The mail server takes a letter for every address that is told. None is sent."""
    server = runtime.settings.smtp.get_secret_value()
    if not server:
        return "mail", None, "BOT_SMTP is not set: nobody is told that something waits", "set it, or look often"
    try:
        async with runtime.database.store() as store:
            services = await store.services.all()
        addresses = {one for service in services for one in (service.email, service.deputy_email) if one}
    except Exception:  # its own line says what is wrong with the database
        addresses = set()
    url = urlsplit(server)
    client = aiosmtplib.SMTP(
        hostname=url.hostname,
        port=url.port,
        username=unquote(url.username) if url.username else None,
        password=unquote(url.password) if url.password else None,
        use_tls=url.scheme == "smtps",
        start_tls=True if url.username and url.scheme != "smtps" else None,
        timeout=PATIENCE,
    )
    try:
        async with client:
            await client.mail(runtime.settings.mail_from or NOBODY)
            for address in sorted(addresses):
                await client.rcpt(address)
            await client.rset()
    except (aiosmtplib.SMTPException, OSError) as error:
        return "mail", False, f"refused ({type(error).__name__})", "see BOT_SMTP, BOT_MAIL_FROM and the addresses"
    return "mail", True, f"the server takes mail for {len(addresses)} addresses", ""


async def telegram(runtime: Runtime) -> Found:
    """The bot is known, and updates come the way they should, without errors on Telegram's side."""
    settings = runtime.settings
    token = settings.telegram_token.get_secret_value()
    if not token:
        return "telegram", None, "BOT_TELEGRAM_TOKEN is not set", ""
    root = f"{settings.telegram_api.rstrip('/')}/bot{token}"
    try:
        await _asked(f"{root}/getMe")
        hook = await _asked(f"{root}/getWebhookInfo")
    except (ClientError, TimeoutError, ValueError) as error:
        return "telegram", False, f"does not answer ({type(error).__name__})", "see the token, and the way out"
    wanted = f"{settings.public_url.rstrip('/')}/telegram" if settings.public_url else ""
    if hook.get("url", "") != wanted:
        return "telegram", False, "updates go elsewhere", "restart the program; if it comes back, change the token"
    failed = datetime.fromtimestamp(int(hook.get("last_error_date", 0)), UTC)
    if datetime.now(UTC) - failed < ERRORS_WITHIN:
        return (
            "telegram",
            False,
            "Telegram could not reach us within the last hour",
            "see the proxy and its certificate",
        )
    if int(hook.get("pending_update_count", 0)) > MOST_PENDING:
        return "telegram", False, "many updates wait at Telegram", "see the log for turn_failed"
    return "telegram", True, "knows us, and brings updates " + ("by webhook" if wanted else "when asked"), ""


async def public_page(runtime: Runtime) -> Found:
    """The address people are given leads, through https, to this very program's first screen."""
    url = runtime.settings.public_url
    if not url:
        return "public page", False, "BOT_PUBLIC_URL is not set", "people need an https address"
    try:
        async with _session() as session, session.get(f"{url.rstrip('/')}/", allow_redirects=False) as answer:
            page = await answer.text()
        async with _session() as session, session.get(f"{url.rstrip('/')}/healthz") as answer:
            health = answer.status
    except (ClientError, TimeoutError, ValueError) as error:
        todo = "see DNS, the proxy, its certificate, and whether the program runs"
        return "public page", False, f"does not answer ({type(error).__name__})", todo
    first = runtime.content.dialogue.first
    if f'data-screen="{first}"' not in page or 'action="/leave"' not in page:
        return "public page", False, "something else answers there", "see DNS and the proxy"
    if health != 200:
        return "public page", False, "information only: its database is out of reach", "see the line “database”"
    return "public page", True, "is ours, through https", ""


async def _asked(url: str) -> dict[str, Any]:
    async with _session() as session, session.get(url) as answer:
        said = json.loads(await answer.read())
    if not isinstance(said, dict) or not said.get("ok") or not isinstance(said.get("result"), dict):
        raise ValueError
    result: dict[str, Any] = said["result"]
    return result


def _session() -> ClientSession:
    return ClientSession(timeout=ClientTimeout(total=PATIENCE), trust_env=False)

"""Checks that need other servers: mail and Telegram. `doctor_public` checks our own address."""

import json
import ssl
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

import aiosmtplib
from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector

from bot.runtime import Runtime
from bot.usecases.operation.doctor_line import Line, green, not_set, red, says
from bot.usecases.services.delivery import NOBODY
from bot.usecases.services.reachability import SLOTS

PATIENCE = 10.0
ERRORS_WITHIN = timedelta(hours=1)
MOST_PENDING = 100
SET_SMTP = says("the operator: set BOT_SMTP and BOT_MAIL_FROM, and restart the program")


async def mail(runtime: Runtime) -> Line:
    """Check that the mail server accepts every address that gets notices. Sends nothing."""
    server, about = runtime.settings.smtp.get_secret_value(), says("mail")
    if not server:
        untold = says("BOT_SMTP is not set: nobody is told that something waits")
        if runtime.settings.mode != "service":
            return not_set(about, untold)
        return red(about, untold, SET_SMTP)
    if not runtime.settings.mail_from:
        nobody = says("BOT_MAIL_FROM is not set: mail would come from {name}", name=NOBODY)
        return red(about, nobody, SET_SMTP)
    try:
        async with runtime.database.store() as store:
            services = await store.services.all()
        slots = (getattr(service, slot) for service in services for slot in SLOTS)
        addresses = {address for address in slots if address}
    except Exception:  # the database has a line of its own
        addresses = set()
    client = _client(server)
    try:
        async with client:
            await client.mail(runtime.settings.mail_from or NOBODY)
            for address in sorted(addresses):
                await client.rcpt(address)
            await client.rset()
    except (aiosmtplib.SMTPException, OSError) as error:
        refused = says("refused ({error})", error=type(error).__name__)
        return red(about, refused, says("see BOT_SMTP, BOT_MAIL_FROM and the addresses"))
    return green(about, says("the server takes mail for {number} addresses", number=len(addresses)))


def _client(server: str) -> aiosmtplib.SMTP:
    url = urlsplit(server)
    return aiosmtplib.SMTP(
        hostname=url.hostname,
        port=url.port,
        username=unquote(url.username) if url.username else None,
        password=unquote(url.password) if url.password else None,
        use_tls=url.scheme == "smtps",
        start_tls=True if url.username and url.scheme != "smtps" else None,
        timeout=PATIENCE,
    )


async def telegram(runtime: Runtime) -> Line:
    """Check that Telegram knows the bot and delivers updates as configured, without errors."""
    settings, about = runtime.settings, says("telegram")
    token = settings.telegram_token.get_secret_value()
    if not token:
        return not_set(about, says("BOT_TELEGRAM_TOKEN is not set"))
    root = f"{settings.telegram_api.rstrip('/')}/bot{token}"
    try:
        await _asked(f"{root}/getMe")
        hook = await _asked(f"{root}/getWebhookInfo")
    except (ClientError, TimeoutError, ValueError) as error:
        silent = says("does not answer ({error})", error=type(error).__name__)
        return red(about, silent, says("see the token, and the way out"))
    wanted = f"{settings.public_url.rstrip('/')}/telegram" if settings.public_url else ""
    if hook.get("url", "") != wanted:
        do = says("restart the program; if it comes back, change the token")
        return red(about, says("updates go elsewhere"), do)
    failed = datetime.fromtimestamp(int(hook.get("last_error_date", 0)), UTC)
    if datetime.now(UTC) - failed < ERRORS_WITHIN:
        far = says("Telegram could not reach us within the last hour")
        return red(about, far, says("see the proxy and its certificate"))
    if int(hook.get("pending_update_count", 0)) > MOST_PENDING:
        return red(about, says("many updates wait at Telegram"), says("see the log for turn_failed"))
    if wanted:
        return green(about, says("knows us, and brings updates by webhook"))
    return green(about, says("knows us, and brings updates when asked"))


async def _asked(url: str) -> dict[str, Any]:
    async with session() as asking, asking.get(url) as answer:
        said = json.loads(await answer.read())
    if not isinstance(said, dict) or not said.get("ok") or not isinstance(said.get("result"), dict):
        raise ValueError
    result: dict[str, Any] = said["result"]
    return result


def session() -> ClientSession:
    """Return a session with freshly loaded trusted certificates (SSL_CERT_FILE, the machine's), which may change."""
    connector = TCPConnector(ssl=ssl.create_default_context())
    return ClientSession(connector=connector, timeout=ClientTimeout(total=PATIENCE), trust_env=False)

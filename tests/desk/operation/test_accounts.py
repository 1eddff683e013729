"""What an operator need not ask the command line: who has an account, services' ids, and whether mail goes out."""

import re
from dataclasses import replace

from pydantic import SecretStr

from bot.runtime import Runtime
from bot.usecases.accounts import workers
from tests.faces import Clock
from tests.people import a_colleague, a_desk_mate, a_key, a_service, browser_of, serving, sign_in
from tests.usecases.services.test_delivery import Post, listening

ROWS = re.compile(r'<tr><th scope="row">.*?</tr>', re.S)


async def test_accounts_say_role_service_sign_in_and_key_and_services_their_ids(runtime: Runtime, clock: Clock) -> None:
    await a_service(runtime)
    ilze = await a_desk_mate(runtime, "ilze", "worker", "balvi")
    await a_key(runtime, ilze)
    await workers.leave(runtime, (await a_desk_mate(runtime, "zane", "worker", "balvi")).login)
    await workers.invite(runtime, "baiba", "Baiba", "worker", "balvi")
    olga = await a_colleague(runtime, clock, "olga", "operator", None)
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, olga)
        async with browser.get("/accounts") as answer:
            text = await answer.text()
        await workers.invite_again(runtime, "ilze")
        async with browser.get("/accounts") as answer:
            again = await answer.text()
    rows = {
        login: row for row in ROWS.findall(text) for login in ("ilze", "zane", "baiba", "olga") if f">{login}<" in row
    }
    assert "ir dienesta atslēga" in rows["ilze"]
    assert "slēgts" in rows["zane"]
    assert "uzaicin" in rows["baiba"]
    assert "ir dienesta atslēga" not in rows["baiba"]
    assert "uzturētājs" in rows["olga"]
    assert 'class="code">balvi</dt>' in text
    (row,) = [row for row in ROWS.findall(again) if ">ilze<" in row]
    assert "ir dienesta atslēga" not in row, "whoever is invited again starts without a key, and the page says so"


async def test_a_test_mail_says_what_the_server_answered(runtime: Runtime, clock: Clock) -> None:
    post = Post()
    async with listening(post) as server:
        settings = runtime.settings.model_copy(update={"smtp": SecretStr(server), "mail_from": "blakus@example.org"})
        with_mail = replace(runtime, settings=settings)
        olga = await a_colleague(with_mail, clock, "olga", "operator", None)
        async with serving(with_mail) as url, browser_of(url) as browser:
            await sign_in(browser, clock, olga)
            fields = {"address": "olga@example.org"}
            async with browser.post("/operation/mail", data=fields) as answer:
                assert (answer.status, "pieņēma" in await answer.text()) == (200, True)
            (mail,) = post.mails
            assert (mail["To"], mail["From"]) == ("olga@example.org", "blakus@example.org")
            assert "This is a test" in mail.get_content()
            post.answer = "550 no such mailbox"
            async with browser.post("/operation/mail", data=fields) as answer:
                text = await answer.text()
                assert "550 no such mailbox" in text
                assert 'value="olga@example.org"' in text, "the address need not be typed again"
            for wrong in ("olga", "a@b\nBcc: c@d", "a@b,c@d", ""):
                async with browser.post("/operation/mail", data={"address": wrong}) as answer:
                    assert answer.status == 400, wrong
    assert len(post.mails) == 1

"""Somebody who enters a report at the desk, and what she chooses most often."""

from playwright.async_api import Page

REPORTED = {
    "came_by": "e_address",
    "sender": "state_police",
    "basis": "police_duty",
    "asked_alone": "yes",
    "told_reader": "yes",
    "wish": "contact",
    "whose": "one_adult",
    "close_to_family": "no",
}
SAFE = {"contact_mode": "call", "device_watched": "no", "phone_is": "mine_private", "day": "mon"}
TIMES = {"from": "08:00", "to": "23:30"}


class Entering:
    """Somebody who fills in the form; every press and every typed character is counted."""

    MOST_PRESSES, MOST_TYPED = 25, 60

    def __init__(self, page: Page) -> None:
        self.page = page
        self.presses = 0
        self.typed = 0

    async def choose(self, **answers: str) -> None:
        for name, answer in answers.items():
            await self.page.check(f"#referral [name={name}][value={answer}]")
            self.presses += 1

    async def write(self, **texts: str) -> None:
        for name, text in texts.items():
            await self.page.fill(f"[name={name}]", text)
            self.presses += 1
            self.typed += len(text)

    async def pick(self, **options: str) -> None:
        for name, option in options.items():
            await self.page.select_option(f"[name={name}]", option)
            self.presses += 1

    async def send(self) -> None:
        await self.page.click("#referral > button")
        self.presses += 1

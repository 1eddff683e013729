"""How the bot is seen by anyone: neutral name, descriptions and commands, for each language and for all others."""

from collections.abc import Awaitable, Callable

from telegram import Bot, BotCommand, MenuButtonCommands

from bot.content import Content

COMMANDS = ("start", "help", "hide")


async def set_up(bot: Bot, content: Content) -> None:
    """Set what differs. Telegram allows few changes a day, so what is right already is left alone."""
    first, *_ = content.dialogue.languages
    for code, language in ((None, first), *((one, one) for one in content.dialogue.languages)):
        await _words(bot, content, code, language)
        commands = [BotCommand(name, content.text(f"bot.command.{name}", language)) for name in COMMANDS]
        if list(await bot.get_my_commands(language_code=code)) != commands:
            await bot.set_my_commands(commands, language_code=code)
    await bot.set_chat_menu_button(menu_button=MenuButtonCommands())


async def _words(bot: Bot, content: Content, code: str | None, language: str) -> None:
    name, about, short = (content.text(f"bot.{key}", language) for key in ("name", "description", "short-description"))
    await _set((await bot.get_my_name(code)).name, name, lambda: bot.set_my_name(name, code))
    await _set((await bot.get_my_description(code)).description, about, lambda: bot.set_my_description(about, code))
    known = (await bot.get_my_short_description(code)).short_description
    await _set(known, short, lambda: bot.set_my_short_description(short, code))


async def _set(known: str, wanted: str, put: Callable[[], Awaitable[bool]]) -> None:
    if known != wanted:
        await put()

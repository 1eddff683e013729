"""Telegram: an update becomes an input of the dialogue, a card the one message of the chat. It decides nothing."""

import os

# Otherwise python-telegram-bot warns at every "too many requests".
os.environ.setdefault("PTB_TIMEDELTA", "true")

from bot.channels.telegram.channel import Telegram

__all__ = ["Telegram"]

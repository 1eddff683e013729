"""aiogram's FSM on Redis, with its own webhook handler. The third argument is Redis' port."""

import sys

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.redis import RedisStorage
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web
from calls import LABELS, TEXT, given

PORT, API = given()
MARKUP = InlineKeyboardMarkup(
    inline_keyboard=[[InlineKeyboardButton(text=text, callback_data=data)] for text, data in LABELS]
)


class Talk(StatesGroup):
    one, two, three, four, five, six, seven, eight, nine = (State() for _ in range(9))


STATES = [*Talk]
dispatcher = Dispatcher(storage=RedisStorage.from_url(f"redis://127.0.0.1:{sys.argv[3]}/0"))


@dispatcher.message(CommandStart())
async def start(message: Message, state: FSMContext) -> None:
    await state.set_state(STATES[0])
    await message.answer(TEXT, reply_markup=MARKUP)


def step(number: int) -> None:
    @dispatcher.callback_query(STATES[number])
    async def press(query: CallbackQuery, state: FSMContext) -> None:
        await state.set_state(STATES[(number + 1) % len(STATES)])
        await state.update_data({f"answer{number}": query.data})
        await query.answer()
        await query.message.edit_text(TEXT, reply_markup=MARKUP)

    @dispatcher.message(STATES[number], F.text)
    async def wrote(message: Message, state: FSMContext) -> None:
        await state.update_data({"text": "place"})
        await message.answer(TEXT, reply_markup=MARKUP)


for each in range(len(STATES)):
    step(each)
token = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(API), limit=1000))
app = web.Application()
SimpleRequestHandler(dispatcher, bot, handle_in_background=False).register(app, path="/telegram")
web.run_app(app, host="127.0.0.1", port=PORT, access_log=None, print=None)

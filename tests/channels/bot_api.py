"""The part of the Bot API that we use, as its documentation gives it, and a check that refuses everything else.

A line is `field type limits`. `!` means required, `[]` an array. Limits are characters of a text (as Telegram counts
them: UTF-16 units), items of an array, or the number itself; `bytes` where the documentation says bytes.
https://core.telegram.org/bots/api
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class Refusal(Exception):
    """What Telegram answers instead of doing it."""

    def __init__(self, code: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code, self.description, self.retry_after = code, description, retry_after


@dataclass(frozen=True)
class Field:
    """One field of a method or type."""

    type: str
    required: bool
    low: int | None = None
    high: int | None = None
    bytes: bool = False


def _fields(lines: str) -> dict[str, Field]:
    fields = {}
    for line in lines.strip().splitlines():
        name, kind, *limits = line.split()
        low, _, high = limits[0].partition("-") if limits else ("", "", "")
        fields[name] = Field(
            kind.rstrip("!"),
            kind.endswith("!"),
            int(low) if low else None,
            int(high) if high else None,
            limits[1:] == ["bytes"],
        )
    return fields


METHODS: Mapping[str, Mapping[str, Field]] = {
    name: _fields(lines)
    for name, lines in {
        "getMe": "",
        "getWebhookInfo": "",
        "getUpdates": """
            offset Integer
            limit Integer 1-100
            timeout Integer
            allowed_updates String[]""",
        "setWebhook": """
            url String!
            ip_address String
            max_connections Integer 1-100
            allowed_updates String[]
            drop_pending_updates Boolean
            secret_token String 1-256""",
        "deleteWebhook": "drop_pending_updates Boolean",
        "sendMessage": """
            chat_id Integer!
            text String! 1-4096
            parse_mode String
            entities MessageEntity[]
            link_preview_options LinkPreviewOptions
            disable_notification Boolean
            protect_content Boolean
            message_effect_id String
            reply_markup InlineKeyboardMarkup""",
        "editMessageText": """
            chat_id Integer!
            message_id Integer!
            text String! 1-4096
            parse_mode String
            entities MessageEntity[]
            link_preview_options LinkPreviewOptions
            reply_markup InlineKeyboardMarkup""",
        "deleteMessage": """
            chat_id Integer!
            message_id Integer!""",
        "deleteMessages": """
            chat_id Integer!
            message_ids Integer[]! 1-100""",
        "answerCallbackQuery": """
            callback_query_id String!
            text String 0-200
            show_alert Boolean
            url String
            cache_time Integer""",
        "leaveChat": "chat_id Integer!",
        "getMyName": "language_code String",
        "setMyName": """
            name String 0-64
            language_code String""",
        "getMyDescription": "language_code String",
        "setMyDescription": """
            description String 0-512
            language_code String""",
        "getMyShortDescription": "language_code String",
        "setMyShortDescription": """
            short_description String 0-120
            language_code String""",
        "getMyCommands": """
            scope BotCommandScope
            language_code String""",
        "setMyCommands": """
            commands BotCommand[]! 0-100
            scope BotCommandScope
            language_code String""",
        "setChatMenuButton": """
            chat_id Integer
            menu_button MenuButton""",
    }.items()
}

TYPES: Mapping[str, Mapping[str, Field]] = {
    name: _fields(lines)
    for name, lines in {
        "InlineKeyboardMarkup": "inline_keyboard InlineKeyboardButton[][]!",
        "InlineKeyboardButton": """
            text String! 1-
            style String
            url String
            callback_data String 1-64 bytes
            web_app WebAppInfo""",
        "WebAppInfo": "url String!",
        "LinkPreviewOptions": """
            is_disabled Boolean
            url String
            prefer_small_media Boolean
            prefer_large_media Boolean
            show_above_text Boolean""",
        "MessageEntity": """
            type String!
            offset Integer!
            length Integer!""",
        "BotCommand": """
            command String! 1-32
            description String! 1-256""",
        "BotCommandScope": "type String!",
        "MenuButton": """
            type String!
            text String
            web_app WebAppInfo""",
    }.items()
}

MOST_BUTTONS = 100
BUTTON_KINDS = {"url", "callback_data", "web_app"}
REFUSED = {
    ("text", "short"): "message text is empty",
    ("text", "long"): "message is too long",
    ("callback_data", "short"): "BUTTON_DATA_INVALID",
    ("callback_data", "long"): "BUTTON_DATA_INVALID",
}
"""How Telegram puts it, where programs look for its words."""


def read_call(method: str, sent: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a call with their right types. Raises Refusal where Telegram would refuse, or where it would
    silently overlook a field it does not know."""
    if method not in METHODS:
        raise Refusal(404, "Not Found: method not found")
    given = {name: _decoded(METHODS[method].get(name), value) for name, value in sent.items()}
    _check_object(given, METHODS[method], method)
    return given


def _decoded(field: Field | None, value: Any) -> Any:
    """Form-encoded calls carry everything but text as JSON."""
    if field is None or field.type == "String" or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise _bad("can't parse the request") from error


def _check_object(value: Any, fields: Mapping[str, Field], what: str) -> None:
    if not isinstance(value, Mapping):
        raise _bad(f"object expected as {what}")
    if unknown := set(value) - set(fields):
        raise _bad(f"{what} has no field {', '.join(sorted(unknown))}")
    for name, field in fields.items():
        if name in value:
            _check(value[name], field, name)
        elif field.required:
            raise _bad(REFUSED.get((name, "short"), f"{name} of {what} is missing"))
    if what == "InlineKeyboardButton" and len(BUTTON_KINDS & set(value)) != 1:
        raise _bad("text buttons are unallowed in the inline keyboard")
    if what == "InlineKeyboardMarkup" and sum(map(len, value["inline_keyboard"])) > MOST_BUTTONS:
        raise _bad("too many buttons in the inline keyboard")
    if what == "WebAppInfo" and not value["url"].startswith("https://"):
        raise _bad("inline keyboard button Web App URL is invalid: Only HTTPS links are allowed")


def _check(value: Any, field: Field, name: str) -> None:
    if field.type.endswith("[]"):
        if not isinstance(value, list):
            raise _bad(f"{name} must be an array")
        _check_limits(len(value), field, name)
        for item in value:
            _check(item, Field(field.type[:-2], required=True), name)
    elif field.type in TYPES:
        _check_object(value, TYPES[field.type], field.type)
    else:
        _check_plain(value, field, name)


def _check_plain(value: Any, field: Field, name: str) -> None:
    if type(value) is not {"Integer": int, "String": str, "Boolean": bool}[field.type]:
        raise _bad(f"{name} must be of type {field.type}")
    if isinstance(value, str):
        if name == "text" and not field.bytes and field.low and not value.strip():
            raise _bad("message text is empty")
        _check_limits(len(value.encode()) if field.bytes else utf16_length(value), field, name)
    elif isinstance(value, int) and field.type == "Integer":
        _check_limits(value, field, name)


def _check_limits(size: int, field: Field, name: str) -> None:
    if field.low is not None and size < field.low:
        raise _bad(REFUSED.get((name, "short"), f"{name} is too short"))
    if field.high is not None and size > field.high:
        raise _bad(REFUSED.get((name, "long"), f"{name} is too long"))


def _bad(description: str) -> Refusal:
    return Refusal(400, f"Bad Request: {description}")


def utf16_length(text: str) -> int:
    """How Telegram counts characters."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2

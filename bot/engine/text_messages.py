"""Where a text message may go: to a mobile number, and to a phone that nobody else reads. Pure.

The desk's browser asks the same of an opened letter (bot/desk/static/reading.js); whoever changes one changes both.
"""

from collections.abc import Mapping

from bot.engine.phones import takes_no_messages

WAYS_INSTEAD: Mapping[str, tuple[str, ...]] = {
    "watched": ("i_will_call_you", "i_will_come"),
    "shared": ("i_will_call_you", "i_will_come"),
    "landline": ("call", "i_will_call_you", "i_will_come"),
    "unexpected": ("i_will_call_you", "i_will_come"),
}
"""Why no message may go, and what can be chosen in one press instead. A call is no better on a watched phone."""


def wished(values: Mapping[str, object]) -> str | None:
    """The question in which a text message was asked for or allowed; none where it was not."""
    if values.get("contact_mode") == "sms":
        return "contact_mode"
    return "sms_ok" if values.get("sms_ok") == "yes_neutral_text" else None


def refusal(values: Mapping[str, object]) -> str | None:
    """Why no text message may go to the phone that was given. None where one may, or where that is not said yet."""
    phone, whose, watched = (values.get(name) for name in ("phone", "phone_is", "device_watched"))
    if phone is not None and takes_no_messages(str(phone)):
        return "landline"
    if whose == "trusted_person":
        return "unexpected" if values.get("expects_message") == "no" else None
    if whose == "mine_shared":
        return "shared"
    return "watched" if watched not in (None, "no") else None

"""When a text message is safe: only to a mobile number, on a phone nobody else reads. Pure.

bot/desk/static/call_permission.js applies the same rule to an opened letter: change both together.
"""

from collections.abc import Mapping

from bot.engine.phones import takes_no_messages

WAYS_INSTEAD: Mapping[str, tuple[str, ...]] = {
    "watched": ("i_will_call_you", "i_will_come"),
    "shared": ("i_will_call_you", "i_will_come"),
    "landline": ("call", "i_will_call_you", "i_will_come"),
    "unexpected": ("i_will_call_you", "i_will_come"),
}
"""Why no message may be sent, and the ways offered instead. On a watched phone a call is no safer."""


def wished(values: Mapping[str, object]) -> str | None:
    """Return the question in which she asked for or allowed text messages, or None."""
    if values.get("contact_mode") == "sms":
        return "contact_mode"
    return "sms_ok" if values.get("sms_ok") == "yes_neutral_text" else None


def refusal(values: Mapping[str, object]) -> str | None:
    """Return why no text message may be sent to her phone; None if one may, or if that is not known yet."""
    phone, whose, watched = (values.get(name) for name in ("phone", "phone_is", "device_watched"))
    if phone is not None and takes_no_messages(str(phone)):
        return "landline"
    if whose == "trusted_person":
        return "unexpected" if values.get("expects_message") == "no" else None
    if whose == "mine_shared":
        return "shared"
    return "watched" if whose is not None and watched not in (None, "no") else None

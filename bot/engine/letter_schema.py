"""The letter of a request as JSON Schema, for programs outside that read one which its service has opened. Pure.

The schema is made from the form of the content in use, so that it names the codes that letters hold. A letter says
under `form` which version of the form it was made with, and the schema of another version does not accept it.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from bot.engine.code_words import CODE_WORD, NO_WORD, OWN_WORD
from bot.engine.referral import ReferralField, ReferralForm
from bot.engine.request import SKIP, Condition, Field, RequestForm
from bot.engine.safe_times import BEGINNINGS, DAYS, ENDS

__all__ = ["letter_schema"]

Schema = Mapping[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"

ID = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
HOUR = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:00:00[+]00:00$"}
DAY = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
PHONE = {"type": "string", "pattern": "^[+][1-9][0-9]{7,14}$"}
SOME_TEXT = {"type": "string", "minLength": 1}
WITHOUT_A_CALL = ("no_contact", "find_way")
"""Ways of contact that only a referral names: none is wished, or no safe one is known."""


def letter_schema(
    request: RequestForm, referral: ReferralForm, languages: Collection[str], places: Collection[str]
) -> Schema:
    """Return the schema of letters that persons send and of those that workers enter as a referral."""
    language = {"enum": list(languages)}
    shared = {"request": ID, "service": SOME_TEXT, "language": language, "sealed_hour": HOUR}
    answers = {name: _answer(name, field, places) for name, field in request.fields.items() if _is_sent(name, field)}
    return {
        "$schema": DIALECT,
        "title": "The letter of a request for contact, as its service opens it",
        "type": "object",
        "required": ["request", "service", "form", "language", "answers", "consents"],
        "if": {"required": ["referral"]},
        "then": {"$ref": "#/$defs/referral"},
        "else": {"$ref": "#/$defs/request"},
        "$defs": {
            "request": _request(request, shared, answers, language),
            "referral": _referral(request, referral, shared, answers),
        },
    }


def _request(form: RequestForm, shared: Schema, answers: Schema, language: Schema) -> Schema:
    record = {
        "wording": SOME_TEXT,
        "wording_hash": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "language": language,
        "at": HOUR,
        "action": SOME_TEXT,
        "recipient": SOME_TEXT,
        "withdrawal": SOME_TEXT,
    }
    consents = {"type": "array", "items": {"enum": [consent.id for consent in form.consents]}, "uniqueItems": True}
    given = [consent.id for consent in form.consents if consent.required and not consent.when]
    always = [name for name in answers if not form.fields[name].when]
    return {
        "description": "What a person sent; `sample` stands in the invented ones of a demonstration",
        **_object(
            {
                **shared,
                "form": {"const": form.version},
                "answers": {
                    **_object(answers, [name for name in always if form.fields[name].required]),
                    "allOf": [_only_when(name, form.fields[name]) for name in answers if name not in always],
                },
                "consents": {**consents, "allOf": [{"contains": {"const": consent}} for consent in given]},
                "consent_record": _object(record, record),
                "sample": {"const": True},
            }
        ),
        "anyOf": [{"required": ["consent_record", "sealed_hour"]}, {"required": ["sample"]}],
    }


def _referral(request: RequestForm, form: ReferralForm, shared: Schema, answers: Schema) -> Schema:
    contact = {name: field for name, field in request.fields.items() if field.group == "contact"}
    assumed = [name for name, field in contact.items() if field.type == "one" and field.default]
    asked = [name for name in answers if name in (*form.contact, *assumed)]
    way = answers["contact_mode"]
    told = {name: _reported(field) for name, field in form.fields.items() if name != "note"}
    return {
        "description": "What another institution reported, as a worker entered it",
        **_object(
            {
                **shared,
                "form": {"const": form.version},
                "answers": _object(
                    {name: answers[name] for name in asked}
                    | {"contact_mode": {**way, "enum": [*way["enum"], *WITHOUT_A_CALL]}}
                    | ({"note": _reported(form.fields["note"])} if "note" in form.fields else {}),
                    ["contact_mode"],
                ),
                "referral": _object(told, [name for name in told if form.fields[name].required]),
                "consents": {"enum": [[], ["send_request"]]},
            },
            ["sealed_hour"],
        ),
    }


def _object(properties: Schema, required: Iterable[str] = ()) -> Schema:
    """An object with these members and no others."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def _is_sent(name: str, field: Field) -> bool:
    return field.sent and name != OWN_WORD  # her own word stands where a proposed one would


def _only_when(name: str, field: Field) -> Schema:
    """An answer is there only in the cases in which its question is asked, and then always if it is required."""
    return {
        "if": {"anyOf": [_holds(condition) for condition in field.when]},
        "then": {"required": [name]} if field.required else {},
        "else": {"not": {"required": [name]}},
    }


def _holds(condition: Condition) -> Schema:
    return {
        "properties": {asked: {"enum": list(wanted)} for asked, wanted in condition.items()},
        "required": list(condition),
    }


def _answer(name: str, field: Field, places: Collection[str]) -> Schema:
    return {"description": field.purpose, **_shape(name, field, places)}


def _shape(name: str, field: Field, places: Collection[str]) -> Schema:
    if name == CODE_WORD:  # written out, as the person saw or typed it
        return {**SOME_TEXT, "not": {"const": NO_WORD}}
    options = [option for option in field.options if option not in field.minors and (option != SKIP or field.required)]
    match field.type:
        case "one" | "auto":
            return {"enum": options}
        case "several":
            return _several(options)
        case "text":
            return {**SOME_TEXT, "maxLength": field.longest}
        case "phone":
            return PHONE
        case "windows":
            window = {"day": {"enum": list(DAYS)}, "begins": {"enum": list(BEGINNINGS)}, "ends": {"enum": list(ENDS)}}
            return {"type": "array", "minItems": 1, "items": _object(window, window)}
        case "date":
            return DAY
        case "place":
            return {"enum": list(places)}
        case "code":  # the earlier code itself leads to that request, and stays out
            return {"const": "yes"}


def _reported(field: ReferralField) -> Schema:
    if field.longest:
        said: Schema = {**SOME_TEXT, "maxLength": field.longest}
    else:
        said = _several(field.answers) if field.several else {"enum": list(field.answers)}
    return {"description": field.purpose, **said}


def _several(options: Iterable[str]) -> Schema:
    return {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"enum": list(options)}}

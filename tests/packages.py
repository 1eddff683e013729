"""Small content packages for tests: one that is right, and changes that each make it wrong in one way."""

from collections.abc import Mapping
from pathlib import Path

from bot import content
from bot.content import HERE, Content
from bot.engine.check_words import SHARED

CHAPTER = """\
screens:
  start:
    choices:
      - {id: go, to: menu}
  danger:
    facts: [emergency, emergency_phone, emergency_sms]
    choices:
      - {id: menu, to: menu}
  human:
    facts: [emergency_phone, helpline_116006_phone, helpline_116006_hours]
    choices:
      - {id: menu, to: menu}
  menu:
    choices:
      - {id: court, to: court}
      - {id: request, enter: request.offer}
      - {id: start, to: start}
  court:
    topic: court-protection
    choices:
      - {id: menu, to: menu}
  request.offer:
    facts: [retention_cap]
    informs: [operator, reader, content, retention, withdrawal, limits]
    choices:
      - {id: form, form: request}
      - {id: menu, to: menu}
"""

FACT = """\
  {}:
    kind: {}
    value: {}
    source: https://example.org/112
    verified_on: 2026-11-22
    expires_on: {}
    owner: content
    confidence: high
"""
FACTS = "facts:\n" + FACT.format("emergency", "phone", '"110"', "2027-11-22")
"""The one that tests edit, withdraw and let run out."""
LASTING = "".join(
    FACT.format(*fact, "2036-11-22")
    for fact in (
        ("emergency_phone", "phone", '"112"'),
        ("helpline_116006_phone", "phone", '"116006"'),
        ("childline_116111_phone", "phone", '"116111"'),
        ("crisis_116123_phone", "phone", '"116123"'),
        ("ambulance_phone", "phone", '"113"'),
        ("emergency_sms", "right", '{lv: "īsziņa", ru: "SMS", en: "a text message"}'),
        ("helpline_116006_hours", "hours", '{lv: "dienā", ru: "днём", en: "by day"}'),
        ("retention_cap", "deadline", '{lv: "mēnesi", ru: "месяц", en: "a month"}'),
    )
)
"""What no package can be without (bot/engine/invariants.py)."""

WORDS = {
    **dict.fromkeys((*SHARED, "language:lv", "language:ru"), "Teksts."),
    "exit:danger": "112",
    "notice.danger-heard": "Zvaniet {fact:emergency_phone}.",
    "notice.despair-heard": "Zvaniet {fact:crisis_116123_phone} vai {fact:ambulance_phone}.",
    "notice.both-heard": "Zvaniet {fact:emergency_phone}, pēc tam {fact:crisis_116123_phone}.",
    "notice.request-closed": "Tas nevar notikt. Это нельзя.",
    "card.first-line": "Informācija iedzīvotājiem: pakalpojumi, tālruņi un darba laiki vienuviet.",
    "notice.trouble": "Tas šobrīd neizdodas. Zvaniet 112 vai 116006.",
    "fact.withheld": "Jautājiet 116006 vai 112.",
    "fact.withheld-own": "Briesmās 112.",
    "start": "Labdien!",
    "start:go": "Tālāk",
    "danger": "Zvaniet {fact:emergency_phone} vai {fact:emergency}. Var sūtīt SMS. Tā ir {fact:emergency_sms}.",
    "danger:menu": "Saturs",
    "human": "Cilvēks: {fact:helpline_116006_phone}, {fact:helpline_116006_hours}. Briesmās: {fact:emergency_phone}.",
    "human:menu": "Saturs",
    "menu": "Saturs.",
    "menu:court": "Tiesa",
    "menu:request": "Sazināties",
    "menu:start": "Sākums",
    "court": "Tiesa sargā.",
    "court:menu": "Saturs",
    "request.offer": "Sūtām, отправим: {service:name}. Atsaukt, отозвать. {fact:retention_cap}. Jāziņo, сообщат. "
    "{setting:operator}.",
    "request.offer:form": "Tālāk",
    "request.offer:menu": "Saturs",
}


Files = Mapping[str, str]
Texts = Mapping[str, Mapping[str, str | None]]


def write(folder: Path, files: Files | None = None, words: Texts | None = None) -> Path:
    """A small package in a folder; `files` replaces whole files of dialogs/, `words` single texts of a language."""
    wanted = {
        "dialogue.yaml": "first: start\nlanguages: [lv, ru]\n",
        "all.yaml": CHAPTER,
        "facts.yaml": FACTS + LASTING,
        "revealing.yaml": "lv: [vardarb]\nru: [насил]\n",
        "forbidden.yaml": 'lv: {"būsiet drošībā": "nobody can promise that"}\nru: {}\n',
    } | dict(files or {})
    for name in ("municipalities.yaml", "services.yaml", "request.yaml", "words.yaml"):
        wanted.setdefault(name, (HERE / "dialogs" / name).read_text())
    (folder / "dialogs").mkdir(parents=True)
    for name, text in wanted.items():
        (folder / "dialogs" / name).write_text(text)
    for language in ("lv", "ru"):
        said = {**WORDS, **(words or {}).get(language, {})}
        path = folder / "locales" / language / "LC_MESSAGES" / "dialogs.po"
        path.parent.mkdir(parents=True)
        path.write_text(_catalogue(language, {key: text for key, text in said.items() if text is not None}))
        for domain in ("pages.po", "request.po"):
            (path.parent / domain).write_text((HERE / path.relative_to(folder).parent / domain).read_text())
    return folder


def read(folder: Path, files: Files | None = None, words: Texts | None = None) -> Content:
    return content.read(write(folder, files, words))


def _catalogue(language: str, words: Mapping[str, str]) -> str:
    head = f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    return head + "".join(f'\nmsgid "{key}"\nmsgstr "{text}"\n' for key, text in words.items())

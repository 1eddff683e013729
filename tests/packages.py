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
    facts: [emergency]
    choices:
      - {id: menu, to: menu}
  human:
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
    informs: [operator, reader, content, retention, withdrawal, limits]
    choices:
      - {id: form, form: request}
      - {id: menu, to: menu}
"""

FACTS = """\
facts:
  emergency:
    kind: phone
    value: "112"
    source: https://example.org/112
    verified_on: 2026-11-22
    expires_on: 2027-11-22
    owner: content
    confidence: high
"""

WORDS = {
    **dict.fromkeys(SHARED, "Teksts."),
    "card.first-line": "Informācija iedzīvotājiem: pakalpojumi, tālruņi un darba laiki vienuviet.",
    "notice.trouble": "Tas šobrīd neizdodas. Zvaniet 112 vai 116006.",
    "fact.withheld": "(jautājiet 116006)",
    "start": "Labdien!",
    "start:go": "Tālāk",
    "danger": "Zvaniet {fact:emergency}.",
    "danger:menu": "Saturs",
    "human": "Cilvēks.",
    "human:menu": "Saturs",
    "menu": "Saturs.",
    "menu:court": "Tiesa",
    "menu:request": "Sazināties",
    "menu:start": "Sākums",
    "court": "Tiesa sargā.",
    "court:menu": "Saturs",
    "request.offer": "Par pieprasījumu.",
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
        "facts.yaml": FACTS,
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

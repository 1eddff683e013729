"""Shorten a text while some of its facts must not be shown: leave out what depends on them and keep the rest.

A remark (“, free of charge”) is dropped alone, and so is one of several phones; any other fact takes its sentence with
it. Also dropped are sentences that refer to a dropped one, details of a helpline whose number is gone, and
introductions to an empty list. A reserved number stays, alone if necessary, unless it is withheld itself. The caller
adds, once, whom to ask instead. Where this reads badly, the catalogue holds a second text, `<key>:without`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

WITHOUT = ":without"
"""Suffix of the key of the text that replaces another while one of its facts is withheld."""
REMARKS = ("hours", "sum", "name")
"""Kinds of facts added to another word between commas, which can be dropped alone."""

CITED = re.compile(r"\{fact:([a-z0-9_.-]+)\}")
RUN = re.compile(r"(?P<before>(?<=\}): |, |^)(?P<run>\{fact:[a-z0-9_.-]+\}(?:, \{fact:[a-z0-9_.-]+\})*)(?=[,.;:)]|$)")
FACT = r"\{fact:[a-z0-9_.-]+\}"
JOINED = r"(?:; |,? (?:and|un|и|і|й|та|or|vai|или|або|чи) )"
LISTED = re.compile(rf"{FACT}(?:, {FACT})*(?:{JOINED}{FACT}(?:, {FACT})*)+")
"""Several facts, each with its remarks: “112 or 116006, every day 12:00–22:00”."""
ONLY_NUMBERS = re.compile(rf"(?:• )?{FACT}(?:, {FACT})*\.?")
AND = re.compile(r"\}, (?=(?:and|un|и|і|й|та) )")
SENTENCE = re.compile(r"(?:(?<=[.!?…])|(?<=[.!?…][”»]))[^\S\n]+(?=[0-9A-ZĀČĒĢĪĶĻŅŠŪŽА-ЯЁҐЄІЇ„«“{(])")
HANGING = re.compile(
    r"""(?:Arī|Bet|Tomēr|Tad|Pēc\ tam|Tāpēc|Tas|Tā|Tie|Tur|To(?!\ (?:talk|read|ask|keep|be|have|get|call)\b)|Tās|Tai
    |Ar\ to|Bez\ tiem|Vēl|Viņi|Mērķis|Kas\ tad|Tajā|Jautā|Šī\ adrese|Vietnes\ adrese|Ir\ arī|Turklāt|Taču|Par\ to
    |Par\ ko\ to|Pa\ to\ laiku|Jums\ tas|Iemesls\ var|Abus
    |Vai\ tā|Vai\ tāda|Ar\ ko\ tā
    |Также|Но|Однако|Тогда|Потом|После\ этого|Поэтому|Это|Эта|Она|Он|Они|Там|Так|Ещё|И|Здесь|Затем|Тут|Без\ них|Цель
    |Что\ ещё|Удаление|Кроме\ того|Этот\ адрес|Спрашивают|В\ неё|В\ ней|Её|Его|Их|Им
    |Адрес\ сайта|Есть\ и|К\ тому\ же|За\ это|За\ этим|За\ что\ её|Об\ этом|До\ этого|Для\ вас\ это|Туда|С\ ней
    |Будет\ ли\ она|Полагается\ ли\ она|Причиной
    |Також|Але|Однак|Тоді|Потім|Після\ того|Після\ цього|Тому|Це|Ця\ адреса|Вона|Він|Вони|Воно|Туди|Ще|І|Далі|З\ ним
    |Без\ них|Мета|Що\ ще|Видалення|Крім\ того|Питають|У\ неї|У\ ній|Її|Його|Їх|Їм|Адреса\ сайту|Є\ й|До\ того
    |За\ це|За\ цим|За\ що\ її|Про\ це|До\ цього|Для\ Вас\ це|З\ нею|Чи\ буде\ вона|Чи\ належить|Підставою
    |Чи\ можете\ її|По\ ці\ виплати
    |Also|But|Then|After\ that|So|It|This|That|They|There\ you|Here\ there|Still|Even|Without\ them|The\ aim|What\ else
    |Deleting\ it|The\ site's\ address|There\ is\ also|Besides|For\ you\ it|For\ both|Meanwhile|The\ reason\ can)\b
    |[^\W\d_]+:\ \{""",
    re.VERBOSE,
)
"""How a sentence begins that refers to the one before it. “To” is Latvian, unless an English verb follows."""
BROKEN = re.compile(r"[,:;–(]\s?[,.;:)]|[,;–(:][^\S\n]*(?=\n\n[^•]|\n[^•\n]|\Z)|\.\.|^(?:• )?[,.;:–]", re.MULTILINE)
"""Punctuation left over from something dropped."""


@dataclass(frozen=True, slots=True)
class Gone:
    """The facts that must not be shown. `remarks` are those dropped without their sentence.

    `lasting`: reserved numbers, kept even without their sentence. `phones`: every fact that is a phone, shown or not.
    """

    facts: frozenset[str]
    remarks: frozenset[str] = frozenset()
    lasting: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()


@lru_cache(maxsize=8192)
def shorten(text: str, gone: Gone) -> str:
    """Return what remains of a text without these facts."""
    lines, alone, fell = list[str](), set[int](), False
    for line in text.split("\n"):
        leans = fell and not line.startswith("• ") and HANGING.match(line) is not None
        if not leans and not gone.facts.intersection(CITED.findall(line)):
            lines.append(line)
            fell = fell and not line  # a new paragraph may lean on the one before it
            continue
        kept, fell = _line(line, gone, leans)
        if kept:
            if fell and ONLY_NUMBERS.fullmatch(kept):
                alone.add(len(lines))
            lines.append(kept)
    said = list(_once(lines, alone))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(_announced(text.split("\n"), said))).strip()


def _once(lines: list[str], alone: set[int]) -> Iterator[str]:
    """Drop each line reduced to numbers (`alone` holds their indexes) that another line already gives."""
    said = {name for at, line in enumerate(lines) if at not in alone for name in CITED.findall(line)}
    for at, line in enumerate(lines):
        if at not in alone:
            yield line
        elif not said.issuperset(numbers := CITED.findall(line)):
            said.update(numbers)
            yield line


def _line(line: str, gone: Gone, fell: bool) -> tuple[str, bool]:
    """Return what remains of a line and whether its last sentence was dropped. `fell`: the sentence before it was."""
    bullet = "• " if line.startswith("• ") else ""
    kept = list[str]()
    ended: tuple[str, ...] = ()
    for sentence in SENTENCE.split(line.removeprefix(bullet)):
        said = _shorter(sentence, gone)
        cited = CITED.findall(said)
        lost = gone.facts.intersection(cited)
        ended += tuple(name.removesuffix("phone") for name in lost & gone.phones)
        of_line = bool(ended) and all(name.startswith(ended) for name in cited)
        fell = bool(lost) or of_line or (fell and HANGING.match(said) is not None)
        if not fell:
            ended = ()
            kept += [said] if said.strip(" .") else []
            continue
        if kept and kept[-1].endswith("?"):  # a question without its answer
            kept.pop()
        if numbers := [name for name in cited if name in gone.lasting and name not in gone.facts]:
            end = "." if said.rstrip().endswith(".") else ""
            kept.append(", ".join(f"{{fact:{name}}}" for name in dict.fromkeys(numbers)) + end)
    return (bullet + " ".join(kept) if kept else ""), fell


def _shorter(sentence: str, gone: Gone) -> str:
    """Drop a sentence's withheld remarks, and withheld phones listed together with others."""
    if not gone.facts.intersection(CITED.findall(sentence)):
        return sentence
    said = LISTED.sub(lambda phones: _listed(phones[0], gone), sentence)
    return AND.sub("} ", RUN.sub(lambda run: _remarks(run, gone), said))


def _listed(listed: str, gone: Gone) -> str:
    phones = gone.phones | gone.lasting
    parts = re.split(f"({JOINED}|, )", listed)
    kept, stays = list[str](), True
    for joined, cited in zip(["", *parts[1::2]], parts[::2], strict=True):
        name = cited[len("{fact:") : -1]
        if joined != ", " or name in phones:  # otherwise it is a remark on the phone before it and shares its fate
            stays = name not in gone.facts
            if stays and name not in phones:
                return listed
        if stays:
            kept += [joined, cited]
    return "".join(kept[1:]) or listed


def _remarks(run: "re.Match[str]", gone: Gone) -> str:
    names = CITED.findall(run["run"])
    kept = [name for name in names if name not in gone.remarks]
    if len(kept) == len(names) or (not kept and not run["before"] and run.end() < len(run.string)):
        return run[0]
    said = ", ".join(f"{{fact:{name}}}" for name in kept)
    return run["before"] + said if said else ""


def _announced(before: list[str], after: list[str]) -> Iterator[str]:
    """Drop a line ending in a colon if its list is gone, and let the last line of a list end with a full stop."""
    announced = {line for line, below in zip(before, _below(before), strict=True) if line.endswith(":") and below}
    for line, below in zip(after, _below(after), strict=True):
        listed = below.startswith("• ")
        if line.startswith("• ") and not listed:
            yield line[:-1] + "." if line.endswith(";") else line
        elif listed or line not in announced:
            yield line


def _below(lines: list[str]) -> list[str]:
    """Return, for each line, the next one that is not empty."""
    return [next((line for line in lines[at + 1 :] if line), "") for at in range(len(lines))]

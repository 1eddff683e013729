"""The pages of the request form: which questions share one, and the rules every package must keep. Pure.

Pages are shown one after the other, so answers on other pages are known when a page is made. A question that depends on
such an answer is either asked or left out, and a page with nothing left to ask is skipped. Pages listed as `added` are
skipped, too, until something on them is missing.
"""

from collections.abc import Iterator, Mapping, Sequence

from bot.engine.code_words import CODE_WORD, OWN_WORD
from bot.engine.problems import Problem, broken
from bot.engine.request import FILE, SKIP, Condition, Field, RequestForm, Values, holds, line_of

ALL = "all"
"""The only page of a form without pages: its package is older than they are."""
CONTACT_MODE = "contact_mode"
NEEDED = (CONTACT_MODE, "area")
"""Without these answers the program cannot tell which service gets a request and how to reach the person."""
AGREES_TO_CONTACT = "contact_me_as_described"
WE_MAKE_CONTACT = ("call", "sms")
MOST_TO_LEAD_ON = 3
"""Questions on a page whose last answer leads on by itself. On a longer page something may still be unread below it."""
AFTER_THE_QUESTIONS = 2
"""Pages that follow the questions: the review and the receipt."""

Breach = tuple[str, tuple[str, ...], Mapping[str, str]]
"""A broken rule, its location in the file, and the values for its sentence."""
Questions = Mapping[str, tuple[Condition, ...]]
"""Questions in order, each with the conditions it still depends on: answers given on the same page."""


def pages_of(form: RequestForm) -> Mapping[str, tuple[str, ...]]:
    return form.pages or {ALL: tuple(name for name, field in form.fields.items() if field.type != "auto")}


def page_of(form: RequestForm, question: str) -> str:
    """Return the page that asks a question; the first page if none does."""
    pages = pages_of(form)
    return next((page for page, names in pages.items() if question in names), next(iter(pages)))


def asked_on(form: RequestForm, page: str, values: Values) -> Questions:
    """Return what a page asks, given the answers on the other pages."""
    names = pages_of(form)[page]
    asked: dict[str, tuple[Condition, ...]] = {}
    for name in names:
        when = form.fields[name].when
        cases = [case for case in when if _may_hold(case, names, asked, values)]
        open_ = [{question: wanted for question, wanted in case.items() if question in names} for case in cases]
        if cases or not when:
            asked[name] = tuple(open_) if all(open_) else ()
    return asked


def walked(form: RequestForm, values: Values) -> Sequence[str]:
    """Return the pages somebody with these answers passes, in order."""
    return [page for page in pages_of(form) if _is_walked(form, page, values)]


def after(form: RequestForm, page: str, values: Values) -> str | None:
    """Return the next page that has something to ask, or None if the review comes next."""
    pages = list(pages_of(form))
    return next((later for later in pages[pages.index(page) + 1 :] if _is_walked(form, later, values)), None)


def before(form: RequestForm, page: str, values: Values) -> str | None:
    """Return the previous page that has something to ask, or None."""
    pages = list(pages_of(form))
    return next((earlier for earlier in pages[: pages.index(page)][::-1] if _is_walked(form, earlier, values)), None)


def progress(form: RequestForm, page: str | None, values: Values) -> tuple[int, int]:
    """Return which page this is and how many there are, review and receipt included. None stands for the review.

    Until the person has chosen how to make contact, the longest way counts, so that the number can only shrink.
    """
    modes = form.fields[CONTACT_MODE].options if CONTACT_MODE in form.fields else ()
    known: list[Values] = [values] if CONTACT_MODE in values else [{**values, CONTACT_MODE: mode} for mode in modes]
    pages = max((walked(form, case) for case in known), key=len, default=())
    place = pages.index(page) + 1 if page in pages else len(pages) + 1
    return place, len(pages) + AFTER_THE_QUESTIONS


def leads_on(form: RequestForm, asked: Questions) -> str | None:
    """Return the last question of a page if one press can answer it and go on, as nothing else hangs on the answer."""
    last = next(reversed([*asked]), None)
    if last is None:
        return None
    field = form.fields[last]
    hangs_on_it = any(last in case for cases in asked.values() for case in cases)
    simple = field.type == "one" and field.default is None and not asked[last] and not hangs_on_it
    simple = simple and len(asked) <= MOST_TO_LEAD_ON
    return last if simple and (field.required or SKIP in field.options) else None


def can_be_added(form: RequestForm, values: Values) -> Sequence[str]:
    """Return the questions that may be answered and are not, in the order of their pages."""
    return [
        name
        for page in pages_of(form)
        for name, hangs_on in asked_on(form, page, values).items()
        if name not in values and not hangs_on and not (name == OWN_WORD and CODE_WORD in form.fields)
    ]


def _is_walked(form: RequestForm, page: str, values: Values) -> bool:
    asked = asked_on(form, page, values)
    if page not in form.added:
        return bool(asked)
    return any(_is_missing(form.fields[name], name, values) for name, hangs_on in asked.items() if not hangs_on)


def _is_missing(field: Field, name: str, values: Values) -> bool:
    return field.required and field.default is None and name not in values


def _may_hold(case: Condition, here: tuple[str, ...], asked: Questions, values: Values) -> bool:
    elsewhere = {question: wanted for question, wanted in case.items() if question not in here}
    return holds(elsewhere, values) and all(question in asked for question in case if question in here)


# --- What must hold of every package ----------------------------------------------------------------------------------


def wrong_pages(form: RequestForm, text: str = "") -> Iterator[Problem]:
    """Check that each question is on one page, after those it depends on, and that the answers the program needs exist.

    `text` is the text of the file, to find the lines.
    """
    for rule, place, values in (*_misplaced(form), *_missing(form)):
        yield broken(rule, FILE, line_of(text, place), **values)


def _misplaced(form: RequestForm) -> Iterator[Breach]:
    pages, asked = pages_of(form), list[str]()
    for page in form.added:
        if page not in pages:
            yield "unknown page", ("added",), {"page": page}
    if not set(pages) - {*form.added}:
        yield "nothing but additions", ("added",), {}
    for page, names in pages.items():
        if not names:
            yield "empty page", ("pages", page), {"page": page}
        for name in names:
            if name not in form.fields:
                yield "unknown question", ("pages", page), {"page": page, "name": name}
            elif form.fields[name].type == "auto":
                yield "question nobody asks", ("pages", page), {"page": page, "name": name}
            elif name in asked:
                yield "question twice", ("fields", name), {"name": name}
            asked.append(name)
    for name, field in form.fields.items():
        if field.type != "auto" and name not in asked:
            yield "question on no page", ("fields", name), {"name": name}
        for earlier in dict.fromkeys(question for case in field.when for question in case):
            later = page_of(form, earlier) in form.added and form.fields[earlier].default is not None
            if {earlier, name} <= {*asked} and asked.index(earlier) > asked.index(name) and not later:
                yield "asked too early", ("fields", name), {"name": name, "asked": earlier}
    if {OWN_WORD, CODE_WORD} <= {*asked} and page_of(form, OWN_WORD) != page_of(form, CODE_WORD):
        yield "words apart", ("fields", OWN_WORD), {"name": OWN_WORD, "other": CODE_WORD}


def _missing(form: RequestForm) -> Iterator[Breach]:
    everybody = {name for name, field in form.fields.items() if field.required and not field.when}
    for name in NEEDED:
        if name not in everybody:
            yield "not everybody asked", ("fields", name), {"name": name}
    if not any(form.fields[name].minors and form.fields[name].type != "auto" for name in everybody):
        yield "nobody asked whether a child", ("fields",), {}
    for way in WE_MAKE_CONTACT:
        agreed = {consent.id for consent in form.consents_for({"contact_mode": way}) if consent.required}
        if AGREES_TO_CONTACT not in agreed:
            yield "contact not agreed", ("consents",), {"way": way, "consent": AGREES_TO_CONTACT}

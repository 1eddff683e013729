"""Which questions of the request share a page: data of `dialogs/request.yaml`, and what must hold of it. Pure.

Pages are asked one after the other. What was answered on another page is known when a page is made, so a question that
hangs on such an answer is asked there or not at all, and a page on which nothing is left to ask is passed over.
"""

from collections.abc import Iterator, Mapping

from bot.engine.code_words import CODE_WORD, OWN_WORD
from bot.engine.problems import Problem, broken
from bot.engine.request import FILE, Condition, RequestForm, Values, holds, line_of

ALL = "all"
"""The page of a form that names none: a package from before there were pages."""
NEEDED = ("contact_mode", "area")
"""Without these answers the program cannot say to whom a request goes and how the person is reached."""
AGREES_TO_CONTACT = "contact_me_as_described"
WE_MAKE_CONTACT = ("call", "sms")

Wrong = tuple[str, tuple[str, ...], Mapping[str, str]]
"""A broken rule, where in the file, and what its sentence names."""
Asked = Mapping[str, tuple[Condition, ...]]
"""Questions in their order, each with what it still hangs on: answers that are given on the same page."""


def pages_of(form: RequestForm) -> Mapping[str, tuple[str, ...]]:
    return form.pages or {ALL: tuple(name for name, field in form.fields.items() if field.type != "auto")}


def page_of(form: RequestForm, question: str) -> str:
    """The page on which a question is asked; for one that stands on none, the first."""
    pages = pages_of(form)
    return next((page for page, names in pages.items() if question in names), next(iter(pages)))


def asked_on(form: RequestForm, page: str, values: Values) -> Asked:
    """What this page asks of somebody who gave these answers on the others."""
    names = pages_of(form)[page]
    asked: dict[str, tuple[Condition, ...]] = {}
    for name in names:
        when = form.fields[name].when
        cases = [case for case in when if _may_hold(case, names, asked, values)]
        open_ = [{one: wanted for one, wanted in case.items() if one in names} for case in cases]
        if cases or not when:
            asked[name] = tuple(open_) if all(open_) else ()
    return asked


def after(form: RequestForm, page: str, values: Values) -> str | None:
    """The next page that has something to ask, or none: then comes the review."""
    pages = list(pages_of(form))
    return next((one for one in pages[pages.index(page) + 1 :] if asked_on(form, one, values)), None)


def before(form: RequestForm, page: str, values: Values) -> str | None:
    pages = list(pages_of(form))
    return next((one for one in pages[: pages.index(page)][::-1] if asked_on(form, one, values)), None)


def _may_hold(case: Condition, here: tuple[str, ...], asked: Asked, values: Values) -> bool:
    elsewhere = {one: wanted for one, wanted in case.items() if one not in here}
    return holds(elsewhere, values) and all(one in asked for one in case if one in here)


# --- What must hold of every package ----------------------------------------------------------------------------------


def wrong_pages(form: RequestForm, text: str = "") -> Iterator[Problem]:
    """Every question on one page, each after what it hangs on; and what the program relies on in the answers. `text` is
    that of the file, for the lines."""
    for rule, place, values in (*_misplaced(form), *_missing(form)):
        yield broken(rule, FILE, line_of(text, place), **values)


def _misplaced(form: RequestForm) -> Iterator[Wrong]:
    pages, asked = pages_of(form), list[str]()
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
        for earlier in dict.fromkeys(one for case in field.when for one in case):
            if {earlier, name} <= {*asked} and asked.index(earlier) > asked.index(name):
                yield "asked too early", ("fields", name), {"name": name, "asked": earlier}
    if {OWN_WORD, CODE_WORD} <= {*asked} and page_of(form, OWN_WORD) != page_of(form, CODE_WORD):
        yield "words apart", ("fields", OWN_WORD), {"name": OWN_WORD, "other": CODE_WORD}


def _missing(form: RequestForm) -> Iterator[Wrong]:
    everybody = {name for name, field in form.fields.items() if field.required and not field.when}
    for name in NEEDED:
        if name not in everybody:
            yield "not everybody asked", ("fields", name), {"name": name}
    if not any(form.fields[name].minors and form.fields[name].type != "auto" for name in everybody):
        yield "nobody asked whether a child", ("fields",), {}
    for way in WE_MAKE_CONTACT:
        agreed = {one.id for one in form.consents_for({"contact_mode": way}) if one.required}
        if AGREES_TO_CONTACT not in agreed:
            yield "contact not agreed", ("consents",), {"way": way, "consent": AGREES_TO_CONTACT}

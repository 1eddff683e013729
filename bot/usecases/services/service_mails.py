"""The words of every mail to a service, and its addresses: that something waits, in words that never change and say
nothing else, and mails about the service itself: a test, a warning that people cannot write to it now or soon, or that
requests come in a flood. `delivery` sends them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from bot.runtime import RIGA
from bot.usecases.services.reachability import SLOTS, Slot
from storage.database import Store
from storage.outbox import Errand
from storage.social_services import SocialService

About = Literal["trial", "few_holders", "key_differs", "not_ready", "flood"]
ABOUTS: tuple[About, ...] = get_args(About)


@dataclass(frozen=True, slots=True)
class Text:
    """The subject and body of a mail."""

    subject: str
    body: str


SOMETHING_WAITS = Text(
    "Blakus",
    """\
Kaut kas gaida. Lūdzu, pieslēdzieties.
Что-то ждёт. Пожалуйста, войдите.
Something waits. Please sign in.
""",
)
OPERATORS_TEST = Text(
    "Blakus",
    """\
Šī ir pārbaude. Tā neattiecas ne uz vienu cilvēku. Pasakiet uzturētājam, ka vēstule ir pienākusi.
Это проверка. Она не касается ни одного человека. Сообщите оператору, что письмо дошло.
This is a test. It concerns nobody. Tell the operator that the mail has arrived.
""",
)
SUBJECTS = {
    "trial": "Blakus: pārbaude / проверка / test",
    "few_holders": "Blakus: dienesta atslēga / ключ службы / key of the service",
    "key_differs": "Blakus: dienesta atslēga / ключ службы / key of the service",
    "not_ready": "Blakus: dienesta adreses / адреса службы / addresses of the service",
    "flood": "Blakus: dienesta rinda / очередь службы / queue of the service",
}
BODIES = {
    "trial": """\
{name}

Šī ir pārbaude. Tā neattiecas ne uz vienu cilvēku.
Ja vēstule ir pienākusi, atveriet saiti un nospiediet pogu. Saite der 14 dienas.

Это проверка. Она не касается ни одного человека.
Если письмо дошло, откройте ссылку и нажмите кнопку. Ссылка действует 14 дней.

This is a test. It concerns nobody.
If the mail has arrived, open the link and press the button. The link is valid for 14 days.

{link}
""",
    "few_holders": """\
{name}

Dienesta atslēga tagad ir mazāk nekā diviem darbiniekiem. Tāpēc cilvēki dienestam nevar rakstīt.
Lūdzu, pieslēdzieties un atveriet lapu „Atslēga”. Tur ir rakstīts, ko darīt.

Ключ службы теперь есть меньше чем у двух сотрудников. Поэтому люди не могут написать службе.
Пожалуйста, войдите и откройте страницу «Ключ». Там сказано, что делать.

Fewer than two workers now hold the key of the service. So people cannot write to it.
Please sign in and open the page “The key”. It says what to do.
""",
    "key_differs": """\
{name}

Kāda darbinieka pārlūks pamanīja: programma lieto citu dienesta atslēgu, nevis to, kas ir darbiniekiem.
Tāpēc veidlapa ir slēgta, un cilvēki dienestam nevar rakstīt.
Lūdzu, uzreiz pasakiet vadītājam un uzturētājam. Ko darīt, ir rakstīts lapā „Kalendārs”.

Браузер сотрудника заметил: программа использует другой ключ службы, а не тот, который есть у сотрудников.
Поэтому форма закрыта, и люди не могут написать службе.
Пожалуйста, сразу скажите руководителю и оператору. Что делать, сказано на странице «Календарь».

The browser of a worker noticed that the program uses another key for the service than the one that workers hold.
So the form is closed, and people cannot write to it.
Please tell the head of service and the operator at once. The page “Calendar” says what to do.
""",
    "not_ready": """\
{name}

Dienesta adreses vēl nav pārbaudītas. Pēc {day} cilvēki dienestam vairs nevarēs rakstīt.
Lūdzu, pieslēdzieties un atveriet lapu „Kalendārs”. Tur ir rakstīts, ko darīt.

Адреса службы ещё не проверены. После {day} люди больше не смогут написать службе.
Пожалуйста, войдите и откройте страницу «Календарь». Там сказано, что делать.

The addresses of the service have not been tried yet. After {day} people can no longer write to it.
Please sign in and open the page “Calendar”. It says what to do.
""",
    "flood": """\
{name}

Īsā laikā pienācis neparasti daudz pieprasījumu. Pagaidām tie ir {number}.
Daudzi var būt izdomāti, bet starp tiem var būt arī īsts. Rindā tie ir atzīmēti un salikti kopā zem pārējiem.
Lūdzu, pieslēdzieties. Katrs jāizlasa tāpat kā citi; izlasītos var pabeigt kopā.

За короткое время пришло необычно много запросов. Пока их {number}.
Многие могут быть выдуманы, но среди них может быть и настоящий. В очереди они отмечены и собраны под остальными.
Пожалуйста, войдите. Каждый нужно прочитать, как и другие; прочитанные можно завершить вместе.

Unusually many requests came within a short time. So far there are {number}.
Many may be invented, but a real one may be among them. The queue marks them and folds them below the rest.
Please sign in. Each has to be read like any other; those that were read can be closed together.
""",
}


def kind(about: About, slot: Slot) -> str:
    """Return the kind of the errand for one address."""
    return f"{about}.{slot}"


def about(kind: str) -> About | None:
    """Return what a kind of errand is about; None for notices of requests."""
    first = kind.partition(".")[0]
    return next((known for known in ABOUTS if known == first), None)


def addresses(service: SocialService) -> dict[Slot, str]:
    """Return each address of a service once, under the first slot that has it."""
    found: dict[str, Slot] = {}
    for slot in SLOTS:
        if address := getattr(service, slot):
            found.setdefault(address, slot)
    return {slot: address for address, slot in found.items()}


async def tell(store: Store, service: SocialService, what: About, now: datetime) -> int:
    """Mail every address of the service without delay: the mail reveals nothing about a person. Return how many."""
    slots = addresses(service)
    for slot in slots:
        await store.outbox.add(Errand(kind=kind(what, slot), service_id=service.id, due_at=now))
    return len(slots)


def text(what: About, service: SocialService, link: str, number: int = 0) -> Text:
    """Return the text in all three languages, since anybody may read the mailbox. `number`: requests in a flood."""
    until = service.open_until
    values = {
        "name": " ".join((service.names.get("lv") or service.id).split()),
        "link": link,
        "number": number,
        "day": f"{until.astimezone(RIGA):%d.%m.%Y}" if until else "",
    }
    return Text(SUBJECTS[what], BODIES[what].format(**values))

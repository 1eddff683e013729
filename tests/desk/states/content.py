"""The editors' desk."""

from tests.desk.states.walking import State, Table, Walk

TABLE = Table()

TABLE.plain("GET /content/drafts", "eva", "the drafts")
TABLE.plain("GET /content/drafts", "andris", "the drafts as an approver sees them")
TABLE.plain("GET /content/history", "andris", "the history")
TABLE.plain("GET /content/review", "eva", "the review calendar of facts")
TABLE.plain("GET /content/glossary", "andris", "the glossary")
TABLE.plain("GET /content/numbers", "eva", "the phone numbers")
TABLE.plain("GET /content/package", "eva", "the package for another municipality")


def of_a_draft(route: str, path: str, name: str, login: str = "eva") -> None:
    """A page of a draft."""

    async def way(walk: Walk) -> None:
        await walk.go(f"/content/drafts/{walk.rounds['other draft']}{path}")

    way.__name__ = name
    TABLE.append(State(f"GET /content/drafts/{{draft}}{route}", login, 200, False, way))


of_a_draft("", "", "a draft")
of_a_draft("", "?q=tiesa", "what was searched for in a draft")
of_a_draft("/screens/{screen}", "/screens/court-protection", "a screen of a draft")
of_a_draft("/screens/{screen}", "/screens/menu", "a screen as an approver sees it", "andris")
of_a_draft("/topics", "/topics", "the topics of a draft")
of_a_draft("/facts", "/facts", "the facts of a draft")
of_a_draft("/facts/{row}", "/facts/emergency_name", "a fact")
of_a_draft("/facts/{row}", "/facts/new_one", "a fact that is new")
of_a_draft("/facts/{row}/correct", "/facts/emergency_name/correct", "a value to correct")
of_a_draft("/services/{row}/correct", "/services/riga/correct", "a number to correct")
of_a_draft("/services", "/services", "the services of a draft")
of_a_draft("/services/{row}", "/services/riga", "a service")
of_a_draft("/phrases/{topic}/{language}", "/phrases/housing/ru", "what people type for a topic")
of_a_draft("/danger/{language}", "/danger/lv", "the words of danger as an approver sees them", "andris")
of_a_draft("/despair/{language}", "/despair/ru", "the words of despair of a draft")
of_a_draft("/files", "/files", "the texts of a draft as files")
of_a_draft("/files", "/files", "the files as an approver sees them", "andris")
of_a_draft("/changes", "/changes", "the changes of a draft")
of_a_draft("/changes", "/changes", "the changes as an approver sees them", "andris")


@TABLE.state("GET /preview/{draft}", "anna")
async def a_draft_as_a_worker_may_look_at_it(walk: Walk) -> None:
    await walk.go(f"/preview/{walk.rounds['other draft']}")


@TABLE.state("GET /preview/{draft}/{screen}", "haralds")
async def a_screen_of_a_draft_as_people_would_read_it(walk: Walk) -> None:
    await walk.go(f"/preview/{walk.rounds['other draft']}/court-protection?in=ru")


@TABLE.state("GET /content/drafts/{draft}/phrases/{topic}/{language}", "eva", 409)
async def a_phrase_of_another_topic(walk: Walk) -> None:
    await walk.go(f"/content/drafts/{walk.rounds['other draft']}/phrases/housing/lv")
    await walk.page.fill("[name=phrases]", "glābiet mani")
    async with walk.page.expect_navigation():
        await walk.page.get_by_role("button").last.click()


@TABLE.state("GET /content/drafts/{draft}/danger/{language}", "eva")
async def words_of_danger_that_were_tried(walk: Walk) -> None:
    await walk.go(f"/content/drafts/{walk.rounds['other draft']}/danger/lv")
    await walk.page.fill("[name=typed]", "viņam ir nazis, un es gribu nomirt")
    async with walk.page.expect_navigation():
        await walk.page.press("[name=typed]", "Enter")


@TABLE.state("GET /content/drafts/{draft}/files", "eva", 200)
async def a_file_that_was_looked_at(walk: Walk) -> None:
    await walk.brings_back('msgstr "Назад"', 'msgstr "Вернуться"')


@TABLE.state("GET /content/drafts/{draft}/files", "eva", 409)
async def a_file_that_cannot_be_taken(walk: Walk) -> None:
    await walk.brings_back('"exit:back"', '"exit:bak"')


@TABLE.state("GET /content/package", "eva", 409)
async def a_package_that_is_none(walk: Walk) -> None:
    await walk.go("/content/package")
    await walk.page.set_input_files("[name=file]", {"name": "a.zip", "mimeType": "", "buffer": b"none"})
    async with walk.page.expect_navigation():
        await walk.page.click("form[action='/content/package'] button")

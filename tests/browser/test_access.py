"""For everybody: axe-core in each state, a whole session by the keyboard, text from the right."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser_tools import Watched, list_frame, map_frame, quiet, serious, serving, shown
from sample_events import sample

from geo.frame import write
from geo.sources import write_documents

pytestmark = pytest.mark.browser

ARABIC = "هاجم المسلحون مدينة قندوز يوم الأحد، وقُتل اثنا عشر جنديا."


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the sample, with one article in Arabic."""
    folder = tmp_path_factory.mktemp("events")
    events, documents = sample(150)
    row = events.index[events["event_id"].eq("e0024")][0]
    text = f"{ARABIC}\n\nA second line, in English."
    start = ARABIC.index("قندوز")
    events.loc[row, ["title", "sentence", "where_text"]] = ["تقرير من قندوز", ARABIC, "قندوز"]
    events.loc[row, ["sentence_start", "sentence_end"]] = [0, len(ARABIC)]
    events.loc[row, ["place_start", "place_end"]] = [start, start + 5]
    for span in ("trigger", "date_text"):
        events.loc[row, [f"{span}_start", f"{span}_end"]] = None
    doc = events.loc[row, "doc_id"]
    for document in documents:
        if document["doc_id"] == doc:
            document["text"] = text
    write(events, folder / "events.parquet")
    write_documents(documents, folder)
    with serving(folder) as url:
        yield url


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_has_no_serious_finding_in_any_state(  # noqa: PLR0915  # a line a state
    visit: Callable[..., Watched], shots: Path, scheme: str
) -> None:
    """The first visit, a chosen event in each tab, every panel, popover and dialog, no match."""
    watched = visit(color_scheme=scheme)
    page, found = watched.page, {}

    def check(state: str) -> None:
        watched.idle()
        page.wait_for_timeout(400)
        page.screenshot(path=shots / f"axe-{scheme}-{state}.png")
        found[state] = serious(watched)

    check("first")
    page.goto(page.url.partition("?")[0] + "?event=e0023&q=column&confidence=20")
    watched.ready()
    page.wait_for_selector(".dl-sentence")
    check("text")
    for tab in ("Why", "Article", "Others"):
        page.get_by_role("radio", name=tab).click()
        check(tab.lower())
    frame = map_frame(watched)
    frame.locator("summary").click()
    check("legend")
    frame.locator("summary").click()
    frame.get_by_role("button", name="Layers").click()
    check("layers")
    frame.get_by_role("button", name="Layers").click()
    frame.get_by_role("button", name="Measure a distance").click()
    check("measure")
    frame.get_by_role("button", name="Measure a distance").click()
    for label in ("Country level", "Compare", "Download"):
        page.get_by_test_id("stPopoverButton").filter(has_text=label).click()
        page.get_by_test_id("stPopoverBody").wait_for()
        check(label.lower().replace(" ", "-"))
        page.keyboard.press("Escape")
        page.get_by_test_id("stPopoverBody").wait_for(state="detached")
    page.get_by_role("button", name="Charts").click()
    for name in ("Types over time", "Who with whom"):
        page.get_by_test_id("stDialog").get_by_text(name, exact=True).click()
        page.wait_for_timeout(1500)
        check(name.lower().replace(" ", "-"))
    page.keyboard.press("Escape")
    page.get_by_test_id("stDialog").wait_for(state="detached")
    page.get_by_role("button", name="Data", exact=True).click()
    page.get_by_text("Licences and attribution").wait_for()
    check("data")
    page.keyboard.press("Escape")
    page.get_by_test_id("stDialog").wait_for(state="detached")
    page.get_by_role("button", name="Add text").click()
    page.get_by_role("textbox", name="Text of a report").wait_for()
    check("add")
    for tab in ("Files", "Address"):
        page.get_by_role("tab", name=tab).click()
        check(f"add-{tab.lower()}")
    page.get_by_role("button", name="Close").click()
    page.get_by_role("textbox", name="Search", exact=True).fill("zzz")
    page.keyboard.press("Enter")
    page.get_by_text("No event matches").wait_for()
    check("no-match")
    wrong = [f"{state}: {one}" for state, several in found.items() for one in several]
    assert not wrong, "\n".join(wrong)
    assert len(found) == 18


def _focused(watched: Watched) -> tuple[str, str]:
    """Return tag and name of what has the focus, also inside a frame."""
    told: list[str] = watched.page.evaluate(
        """() => { let e = document.activeElement;
        while (e && e.tagName === 'IFRAME' && e.contentDocument) e = e.contentDocument.activeElement;
        const label = e.labels && e.labels.length ? e.labels[0].textContent : '';
        return [e.tagName, e.getAttribute('aria-label') || label || e.textContent || e.className || '']; }"""
    )
    return told[0], told[1].strip()


def _tab_to(watched: Watched, name: str, *, most: int = 90) -> None:
    """Press Tab until what has this name has the focus."""
    seen = []
    for _ in range(most):
        watched.page.keyboard.press("Tab")
        seen.append(_focused(watched)[1][:40])
        if seen[-1].startswith(name):
            return
    raise AssertionError(f"{name} is not reached by the keyboard, only: {seen}")


def test_a_session_by_the_keyboard_alone(visit: Callable[..., Watched], shots: Path) -> None:
    """Filter, choose, read, step a day, play, measure's panel, download: without the mouse."""
    watched = visit()
    page, frame, before = watched.page, map_frame(watched), shown(watched)
    _tab_to(watched, "Search")
    page.keyboard.type("kabul")
    page.keyboard.press("Enter")
    watched.idle()
    few = shown(watched)
    assert 0 < few < before
    # The chip takes the filter away again.
    page.locator("body").evaluate("document.activeElement.blur()")
    _tab_to(watched, "“kabul” ✕")
    page.keyboard.press("Enter")
    watched.idle()
    assert shown(watched) == before
    # The list: arrows move, Enter chooses.
    page.get_by_role("button", name="Reset").focus()
    for _ in range(90):
        page.keyboard.press("Tab")
        if list_frame(watched).evaluate(
            "document.hasFocus() && document.activeElement.getAttribute('role') === 'option'"
        ):
            break
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector(".dl-sentence")
    watched.idle()
    _tab_to(watched, "Text")
    page.keyboard.press("ArrowRight")
    page.keyboard.press(" ")
    page.get_by_text("Why this place?").wait_for()
    page.screenshot(path=shots / "keyboard-why.png")
    # The map's buttons and its timeline.
    page.get_by_role("button", name="Reset").focus()
    _tab_to(watched, "Layers")
    page.keyboard.press("Enter")
    assert frame.get_by_label("Heat map").is_visible()
    page.keyboard.press("Enter")
    assert not frame.get_by_label("Heat map").is_visible()
    _tab_to(watched, "Days shown. Arrow keys")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("location.search.includes('dates=')", timeout=60_000)
    page.keyboard.press(" ")
    frame.wait_for_function("Dateline.player.state.playing", timeout=60_000)
    page.keyboard.press(" ")
    frame.wait_for_function("!Dateline.player.state.playing")
    watched.idle()
    page.get_by_role("button", name="Reset").focus()
    _tab_to(watched, "downloadDownload")  # an icon, and the word
    page.keyboard.press("Enter")
    page.get_by_test_id("stPopoverBody").wait_for()
    _tab_to(watched, "GeoJSON")
    with page.expect_download() as started:
        page.keyboard.press("Enter")
    assert started.value.suggested_filename == "events.geojson"
    quiet(watched)


def test_the_keyboard_reaches_everything_with_a_visible_focus(
    visit: Callable[..., Watched],
) -> None:
    page = visit().page
    reached, unseen = set(), []
    for _ in range(120):
        page.keyboard.press("Tab")
        told = page.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e);
            const ring = [e, e.parentElement, e.parentElement && e.parentElement.parentElement].some((n) => n &&
              (getComputedStyle(n).outlineStyle !== 'none' || getComputedStyle(n).boxShadow !== 'none'
               || getComputedStyle(n).borderColor === 'rgb(0, 97, 154)'));
            return [e.tagName, (e.getAttribute('aria-label') || e.textContent || '').trim().slice(0, 30), ring]; }"""
        )
        reached.add((told[0], told[1]))
        if told[0] not in {"BODY", "IFRAME"} and not told[2]:
            unseen.append(told[:2])
    tags = {tag for tag, _ in reached}
    assert {"BUTTON", "INPUT", "IFRAME"} <= tags
    assert any("Add text" in words for _, words in reached)
    assert unseen == []


def test_an_article_in_arabic_reads_from_the_right(
    visit: Callable[..., Watched], shots: Path
) -> None:
    watched = visit("?event=e0024")
    page = watched.page
    page.wait_for_selector(".dl-sentence")
    page.get_by_role("radio", name="Article").click()
    page.get_by_text("A second line, in English.").wait_for()
    page.screenshot(path=shots / "arabic.png")
    lines = page.evaluate(
        """() => { const box = document.querySelector('.dl-article'), r = box.getBoundingClientRect();
        const edges = (node) => { const range = document.createRange(); range.selectNodeContents(node);
          const all = [...range.getClientRects()].filter((q) => q.width > 4); return [Math.min(...all.map((q) => q.left)) - r.left, r.right - Math.max(...all.map((q) => q.right))]; };
        const last = box.lastChild;
        return { direction: getComputedStyle(box).direction, arabic: edges(box.querySelector('mark')), english: edges(last) }; }"""
    )
    assert lines["direction"] == "rtl"
    assert lines["arabic"][1] < 4, "it begins at the right edge"
    assert lines["english"][0] < 4, "a line in English at the left"
    place = page.locator(".dl-place")
    assert place.inner_text().startswith("قندوز")
    row = list_frame(watched).get_by_role("option").filter(has_text="قندوز").first
    if row.count():
        assert row.locator(".text").first.get_attribute("dir") == "auto"
    quiet(watched)

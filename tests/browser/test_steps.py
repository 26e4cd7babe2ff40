"""Steps of the page's slider that the map draws by itself are those that the server then sends."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browser_tools import Watched, look_at, map_frame, serving
from playwright.sync_api import Locator
from sample_events import write_sample

pytestmark = pytest.mark.browser

# Without what only the server knows: ids (but the selected one's), days, names and sentences.
PLAIN = """(d) => ({
  zoom: Math.round(d.zoom * 1000) / 1000, follow: d.follow, dates: d.time.dates, cells: d.cells.map((c) => c.slice(0, 6)).sort(),
  stacks: d.stacks.map((s) => s.slice(0, 6)),
  features: d.features.map(([id, type, modality, kind, , , , , a, b]) =>
    [id === d.selected ? id : null, type, modality, kind, kind > 1 ? JSON.stringify(d.shapes[a]) : a, b]) })"""
SENT = f"() => ({PLAIN})(Dateline.state.server)"
COUNTED = f"""() => {{ const d = Dateline.state.server;
  const made = Dateline.counts.data(...d.time.dates, d.mark && [d.selected, ...d.mark]);
  return {{ exact: made.exact, ...({PLAIN})({{ ...d, ...made }}) }}; }}"""
# What is drawn is kept at each drawing, so that none is missed.
RECORD = f"""() => {{ window.seen = []; const redraw = Dateline.redraw; let last = Dateline.state.drawn.revision;
  setInterval(() => {{ const s = Dateline.state; if (s.drawn.revision === last) return;
    last = s.drawn.revision; window.seen.push({{ ahead: s.drawn.ahead, ...({PLAIN})(s.data) }}); }}, 2); }}"""
VIEWS = [
    (66, 34, 4),
    (69.17, 34.53, 9),
    (68.8, 37.5, 7),
    (60, 40, 5.5),
    (51.5, 25.3, 11),
    (429, 35, 6),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(write_sample(tmp_path_factory.mktemp("events"), 2400)) as url:
        yield url


def _choose(watched: Watched, first: int, last: int) -> None:
    """Have the server draw days, counted from the first of the scale."""
    map_frame(watched).evaluate(
        """([first, last]) => { const [start] = Dateline.player.state.time.scale;
        Dateline.tell({ dates: { first: start + first, last: start + last, at: Date.now() }, view: Dateline.viewNow() }); }""",
        [first, last],
    )
    watched.idle()


def _same(watched: Watched) -> bool:
    """Compare what is counted in the browser with what the server sent; whether it is all there."""
    frame = map_frame(watched)
    sent, counted = frame.evaluate(SENT), frame.evaluate(COUNTED)
    exact = counted.pop("exact")
    if exact:
        assert counted == sent
    return bool(exact)


@pytest.mark.parametrize("query", ["", "?undated=0", "?type=ASSAULT&type=AID"])
def test_what_is_counted_here_is_what_the_server_sends(
    visit: Callable[..., Watched], query: str
) -> None:
    watched = visit(query)
    map_frame(watched).evaluate("Dateline.player.arrays().then(() => null)")
    exact, kinds = [], set()
    for view in VIEWS:
        look_at(watched, *view)
        for first, last in ((0, 59), (3, 40), (20, 27), (31, 31)):
            _choose(watched, first, last)
            exact.append(_same(watched) or view[2] >= 9)  # where shapes would be too coarse
            kinds |= {
                name
                for name in ("cells", "stacks", "features")
                if map_frame(watched).evaluate(f"Dateline.state.server.{name}.length")
            }
    assert kinds == {"cells", "stacks", "features"}
    assert all(exact)
    assert watched.failures == []


def _thumb(watched: Watched) -> Locator:
    return watched.page.get_by_role("slider", name="Dates").last


def _prepared(watched: Watched) -> None:
    """Focus the slider, and wait for what comes then."""
    _thumb(watched).focus()
    map_frame(watched).wait_for_function("Dateline.player.state.arrays")
    watched.idle()
    map_frame(watched).evaluate(RECORD)


def _seen(watched: Watched) -> list[dict[str, Any]]:
    return map_frame(watched).evaluate("window.seen")


@pytest.mark.parametrize("query", ["", "?dates=2021-06-03_2021-06-12&event=e0051"])
def test_a_step_is_drawn_at_once_and_the_answer_changes_nothing(
    visit: Callable[..., Watched], query: str
) -> None:
    watched = visit(query)
    _prepared(watched)
    for key in ("ArrowLeft", "ArrowLeft", "ArrowRight"):
        before = len(_seen(watched))
        watched.page.keyboard.press(key)
        map_frame(watched).wait_for_function(
            f"window.seen.length > {before} && !Dateline.state.drawn.ahead"
        )
        watched.idle()
        drawn = _seen(watched)[before:]
        assert [one.pop("ahead") for one in drawn] == [True, False]
        assert drawn[0] == drawn[1]
    assert watched.failures == []


def test_many_steps_in_a_row_never_go_back(visit: Callable[..., Watched]) -> None:
    watched = visit()
    _prepared(watched)
    for _ in range(12):
        watched.page.keyboard.press("ArrowLeft")
        watched.page.wait_for_timeout(60)
    for _ in range(3):
        watched.page.keyboard.press("ArrowRight")
    map_frame(watched).wait_for_function("!Dateline.state.drawn.ahead")
    watched.idle()
    ends = [one["dates"][1] for one in _seen(watched)]
    lowest = ends.index(min(ends))
    assert ends[:lowest] == sorted(ends[:lowest], reverse=True), "no older answer came between"
    assert ends[lowest:] == sorted(ends[lowest:])
    state = map_frame(watched).evaluate(
        "({ pending: Dateline.player.slider.pending, dates: Dateline.state.server.time.dates, b: Dateline.player.state.b })"
    )
    assert state["pending"] is None
    assert state["dates"][1] == state["b"] == ends[-1]
    assert _same(watched)
    assert watched.failures == []


def test_while_heat_is_shown_the_server_is_waited_for(visit: Callable[..., Watched]) -> None:
    watched = visit()
    frame = map_frame(watched)
    frame.get_by_role("button", name="Layers").click()
    frame.get_by_label("Heat map").check()
    frame.wait_for_function("Dateline.state.drawn.heat > 0", timeout=60_000)
    _thumb(watched).focus()
    frame.evaluate("Dateline.player.arrays().then(() => null)")
    watched.idle()
    frame.evaluate(RECORD)
    end = frame.evaluate("Dateline.state.server.time.dates[1]")
    watched.page.keyboard.press("ArrowLeft")
    frame.wait_for_function(f"Dateline.state.server.time.dates[1] === {end - 1}")
    watched.idle()
    assert not any(one["ahead"] for one in _seen(watched))
    assert frame.evaluate("Dateline.state.drawn.heat") > 0
    # A preset changes the slider too, and the map ends where the server is.
    watched.page.get_by_role("button", name="7 d", exact=True).click()
    watched.idle()
    first, last = frame.evaluate("Dateline.state.drawn.dates")
    assert last - first == 6
    assert watched.failures == []


def test_the_map_follows_the_thumb_while_it_is_dragged(visit: Callable[..., Watched]) -> None:
    watched = visit()
    _prepared(watched)
    box = _thumb(watched).bounding_box()
    assert box is not None
    mouse = watched.page.mouse
    mouse.move(box["x"] + 1, box["y"] + 1)
    mouse.down()
    for k in range(1, 6):
        mouse.move(box["x"] - 40 * k, box["y"] + 1)
        watched.page.wait_for_timeout(80)
    dragged = _seen(watched)
    mouse.up()
    assert len(dragged) >= 3
    assert all(one["ahead"] for one in dragged), "the server hears of it at the end"
    map_frame(watched).wait_for_function("!Dateline.state.drawn.ahead")
    assert _seen(watched)[-1]["dates"] == dragged[-1]["dates"]
    assert watched.failures == []

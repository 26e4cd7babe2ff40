"""Timeline and player, layers and tools, in a real chromium that can reach nothing but loopback."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser_tools import Watched, serving, watch
from playwright.sync_api import Browser, Frame
from sample_events import write_sample

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(write_sample(tmp_path_factory.mktemp("events"), 150)) as url:
        yield url


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Callable[..., Watched]]:
    contexts = []

    def open_page(**options: Any) -> Watched:
        options.setdefault("viewport", {"width": 1366, "height": 768})
        context = browser.new_context(**options)
        contexts.append(context)
        watched = watch(context.new_page())
        watched.page.goto(address)
        watched.ready()
        return watched

    yield open_page
    for context in contexts:
        context.close()


def _frame(watched: Watched) -> Frame:
    return next(f for f in watched.page.frames if "streamlit_folium" in f.url)


def _player(frame: Frame) -> dict[str, Any]:
    return frame.evaluate(
        """() => { const p = Dateline.player.state; return { a: p.a, b: p.b, playing: p.playing,
        active: p.active, drawn: p.drawn, awaiting: p.awaiting, time: p.time, frames: p.stats.frames }; }"""
    )


def _settled(watched: Watched) -> None:
    _frame(watched).wait_for_function(
        """() => { const p = Dateline.player.state; return !p.playing && !p.active && !p.awaiting
        && p.time.dates[0] === p.a && p.time.dates[1] === p.b; }""",
        timeout=60_000,
    )
    watched.idle()


def test_playing_moves_the_days_in_the_map_and_ends_in_the_slider(
    visit: Callable[..., Watched], shots: Path
) -> None:
    watched = visit()
    page, frame = watched.page, _frame(watched)
    frame.evaluate("() => { Dateline.state.map.setView([36, 69], 6, {animate: false}); }")
    watched.idle()
    frame.get_by_role("button", name="Play").click()
    frame.wait_for_function(
        "Dateline.player.state.active && Dateline.player.state.stats.frames > 20", timeout=60_000
    )
    first = _player(frame)
    page.wait_for_timeout(1200)
    page.screenshot(path=shots / "playing.png")
    second = _player(frame)
    assert second["playing"]
    assert second["b"] > first["b"]
    assert second["b"] - second["a"] == first["b"] - first["a"], "the window keeps its width"
    assert frame.evaluate(
        "getComputedStyle(Dateline.state.map.getPane('overlayPane')).visibility === 'hidden'"
    )
    frame.get_by_role("button", name="Pause").click()
    _settled(watched)
    ended = _player(frame)
    assert ended["time"]["dates"] == [ended["a"], ended["b"]]
    assert "dates=" in page.url
    assert frame.evaluate("Dateline.state.map.getZoom()") == 6
    # What the player drew last is what the server counts: nothing jumps.
    drawn = frame.evaluate(
        """() => Object.values(Dateline.state.map._layers).filter((l) => l.feature && l._latlng)
          .reduce((n, l) => n + (l.options.count || 1), 0)"""
    )
    assert drawn == ended["drawn"]["marks"]
    assert watched.failures == []


def test_keys_step_a_day_and_space_plays(visit: Callable[..., Watched]) -> None:
    watched = visit()
    frame = _frame(watched)
    strip = frame.locator(".dateline-histogram")
    strip.focus()
    before = _player(frame)
    for _ in range(3):
        strip.press("ArrowLeft")
    _settled(watched)
    after = _player(frame)
    assert after["b"] == before["b"] - 3
    assert after["time"]["dates"] == [after["a"], after["b"]]
    strip.press(" ")
    frame.wait_for_function("Dateline.player.state.playing")
    strip.press(" ")
    frame.wait_for_function("!Dateline.player.state.playing")
    assert strip.get_attribute("role") == "slider"
    assert watched.failures == []


def test_a_window_moves_and_from_the_start_on_grows(visit: Callable[..., Watched]) -> None:
    """The step buttons, in both modes; playing in the second keeps the first day."""
    watched = visit()
    frame = _frame(watched)
    watched.page.get_by_role("button", name="7 d", exact=True).click()
    watched.idle()
    start = _player(frame)
    assert start["b"] - start["a"] == 6
    for _ in range(2):
        frame.get_by_role("button", name="One day back").click()
    _settled(watched)
    moved = _player(frame)
    assert [moved["a"], moved["b"]] == [start["a"] - 2, start["b"] - 2], "the window moves whole"
    frame.get_by_role("button", name="One day on").click()
    _settled(watched)
    assert _player(frame)["b"] == start["b"] - 1
    frame.get_by_label("Days shown while playing").select_option("cumulative")
    frame.get_by_role("button", name="One day back").click()
    _settled(watched)
    grown = _player(frame)
    assert [grown["a"], grown["b"]] == [start["a"] - 1, start["b"] - 2], "only the end moves"
    frame.get_by_label("Speed").select_option("0.5")
    frame.get_by_role("button", name="Play", exact=True).click()
    frame.wait_for_function(
        f"Dateline.player.state.b > {grown['b']} || !Dateline.player.state.playing", timeout=60_000
    )
    _settled_or_pause(frame)
    _settled(watched)
    ended = _player(frame)
    assert ended["a"] == grown["a"], "from the start on"
    assert ended["b"] > grown["b"]
    frame.get_by_role("button", name="The whole period").click()
    _settled(watched)
    whole = _player(frame)
    assert [whole["a"], whole["b"]] == whole["time"]["scale"]
    assert watched.failures == []


def _settled_or_pause(frame: Frame) -> None:
    """Pause, if the end of the period has not done it."""
    if _player(frame)["playing"]:
        frame.get_by_role("button", name="Pause").click()


def test_brushing_the_histogram_sets_the_days(visit: Callable[..., Watched]) -> None:
    watched = visit()
    frame = _frame(watched)
    box = frame.locator(".dateline-histogram").bounding_box()
    assert box is not None
    mouse = watched.page.mouse
    mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 30)
    mouse.down()
    mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 30, steps=6)
    mouse.up()
    _settled(watched)
    found = _player(frame)
    first, last = found["time"]["scale"]
    share = [(day - first) / (last - first) for day in found["time"]["dates"]]
    assert share == pytest.approx([0.3, 0.6], abs=0.04)
    values = [
        thumb.get_attribute("aria-valuetext")
        for thumb in watched.page.get_by_role("slider", name="Dates").all()
    ]
    assert len(set(values)) == 2


def test_a_rectangle_filters_and_layers_do_not_leave_the_machine(
    visit: Callable[..., Watched], shots: Path
) -> None:
    watched = visit()
    frame, page = _frame(watched), watched.page
    frame.get_by_role("button", name="Layers").click()
    frame.get_by_label("Heat map").check()
    frame.wait_for_function("Dateline.state.drawn.heat > 0", timeout=60_000)
    page.screenshot(path=shots / "heat.png")
    frame.get_by_label("Heat map").uncheck()
    frame.wait_for_function("Dateline.state.drawn.heat === 0", timeout=60_000)
    frame.get_by_role("button", name="Layers").click()
    total = frame.evaluate("Dateline.state.data.features.length")
    frame.get_by_role("button", name="Filter by a rectangle").click()
    box = frame.locator("#map_div").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 330, box["y"] + 130)
    page.mouse.down()
    page.mouse.move(box["x"] + 480, box["y"] + 300, steps=5)
    page.mouse.up()
    frame.wait_for_function("Dateline.state.data.area.length === 4", timeout=60_000)
    watched.idle()
    assert frame.evaluate("Dateline.state.data.features.length") < total
    page.screenshot(path=shots / "area.png")
    foreign = [
        u for u in watched.requests if not u.startswith(("http://127.0.0.1", "data:", "blob:"))
    ]
    assert foreign == []
    assert watched.failures == []


def test_on_a_phone_and_with_reduced_motion(visit: Callable[..., Watched], shots: Path) -> None:
    watched = visit(
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        reduced_motion="reduce",
    )
    frame = _frame(watched)
    play = frame.get_by_role("button", name="Play")
    play.tap()
    frame.wait_for_function("Dateline.player.state.active", timeout=60_000)
    seen = set()
    for _ in range(15):
        seen.add(_player(frame)["b"])
        watched.page.wait_for_timeout(100)
    assert len(seen) <= 4, "who prefers less motion sees a step a second"
    watched.page.screenshot(path=shots / "phone-playing.png")
    assert watched.page.evaluate("document.documentElement.scrollWidth") <= 390
    box = (
        play.bounding_box()
        if play.count()
        else frame.get_by_role("button", name="Pause").bounding_box()
    )
    assert box is not None
    assert box["x"] >= 0
    assert watched.failures == []

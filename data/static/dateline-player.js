// The timeline below the map, and the player: histogram, brush, play, pause, step, speed, window.
//
// Playing and scrubbing run here alone. The arrays (geo/player.py) are asked for when they are first
// needed, hold the current selection without its dates, and stay in this page. A step adds the
// events of the days that come and takes away those of the days that go, so its cost does not grow
// with the table. Cells are the ones that the server computes (geo/cells.py): nothing jumps when
// playing begins or ends. The days on which it ends go to the server, which then takes over.
"use strict";

Dateline.player = (() => {
  const { state, element, symbol, cellRadius, offset, quadColour, tell, viewNow, counts, FONT, REDUCED, SVG } = Dateline;
  const PAD = 6, DAY = 86_400_000;
  const P = {
    time: null, key: "", url: null, arrays: null, loading: null, a: 0, b: 0, playing: false, active: false, awaiting: 0, drag: null,
    mode: "window", speed: 1, drawn: null, stats: { frames: 0, gaps: [] },
  };
  let box, canvas, controls = {}, layer;

  const iso = (day) => new Date(day * DAY).toISOString().slice(0, 10);
  const shown = (day) => new Date(day * DAY).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

  // --- arrays -----------------------------------------------------------------------------------

  // Resolve when the arrays of the present selection are here; ask for them, and say so unless `quiet`.
  function arrays(quiet) {
    if (P.arrays && P.arrays.key === P.key) return Promise.resolve(P.arrays);
    if (!P.loading || P.loading.key !== P.key) {
      const loading = { key: P.key, tries: 0 };
      loading.done = new Promise((resolve, reject) => Object.assign(loading, { resolve, reject }));
      loading.done.catch(() => {});
      P.loading = loading;
      if (!quiet) controls.note.textContent = state.config.words.loading;
      tell({ want: P.key, have: P.arrays ? P.arrays.key : "", ask: Date.now() });
    }
    return P.loading.done;
  }

  function load() {
    const loading = P.loading, url = P.url;
    if (!loading || !url || loading.key !== P.key || loading.url === url + loading.tries) return;
    loading.url = url + loading.tries;
    const base = new URL(window.location.href), at = base.pathname.indexOf("/component/");
    fetch(base.origin + base.pathname.slice(0, Math.max(at, 0)) + url)
      .then((r) => { if (!r.ok) throw new Error(String(r.status)); return r.arrayBuffer(); })
      .then((buffer) => {
        if (loading !== P.loading) return;
        P.arrays = { key: loading.key, ...counts.parse(buffer) };
        P.loading = null;
        counts.take(P.arrays);
        controls.note.textContent = "";
        loading.resolve(P.arrays);
        if (S.pending) ahead();
        tell({ want: "", have: loading.key });  // or the server would pack them again at each step
      })
      .catch((error) => {
        if (++loading.tries < 3) { tell({ want: P.key, have: "", ask: Date.now() }); return; }
        P.loading = null;
        controls.note.textContent = state.config.words.noarrays;
        loading.reject(error);
      });
  }

  // --- drawing on the map -----------------------------------------------------------------------

  const Layer = L.Layer.extend({
    onAdd(map) {
      this._canvas = L.DomUtil.create("canvas", "leaflet-layer leaflet-zoom-hide");
      this._canvas.style.pointerEvents = "none";
      map.getPane("dateline-player").appendChild(this._canvas);
      map.getPane("dateline-player").style.pointerEvents = "none";
      map.on("move zoomend resize viewreset", this._moved, this);
    },
    _moved() { if (P.active) paint(); },
  });

  function paint() {
    const map = state.map, size = map.getSize(), c = layer._canvas, scale = window.devicePixelRatio || 1;
    if (!P.arrays) return;
    const started = performance.now();
    const made = counts.made(P.a, P.b), ctx = c.getContext("2d"), origin = map.getPixelBounds().min;
    L.DomUtil.setPosition(c, map.containerPointToLayerPoint([0, 0]));
    if (c.width !== Math.round(size.x * scale) || c.height !== Math.round(size.y * scale)) {
      c.width = Math.round(size.x * scale); c.height = Math.round(size.y * scale);
      c.style.width = size.x + "px"; c.style.height = size.y + "px";
    }
    ctx.setTransform(scale, 0, 0, scale, 0, 0);
    ctx.clearRect(0, 0, size.x, size.y);
    for (const [i, p] of made.shapes) outline(ctx, P.arrays.shapes[p], counts.look(i));
    const number = new Map(), done = new Map();
    for (const [, p] of made.events) number.set(p, (number.get(p) || 0) + 1);
    for (const [i, p] of made.events) {
      const nth = done.get(p) || 0, at = counts.at(p, origin), [dx, dy] = offset(nth, number.get(p));
      done.set(p, nth + 1);
      symbol(ctx, { x: at.x + dx, y: at.y + dy }, 6.5, counts.look(i));
    }
    const many = (at, quads) => { const n = quads[0] + quads[1] + quads[2] + quads[3]; symbol(ctx, at, cellRadius(n), { count: n, quads }); };
    for (const [p, quads] of made.stacks) many(counts.at(p, origin), quads);
    for (const [x, y, ...quads] of made.cells) many({ x: x - origin.x, y: y - origin.y }, quads);
    const stacked = made.stacks.reduce((n, [, q]) => n + q[0] + q[1] + q[2] + q[3], 0);
    P.drawn = { drawn: made.shapes.length + made.events.length + made.stacks.length + made.cells.length, events: made.total, marks: made.events.length + stacked, ms: performance.now() - started, a: P.a, b: P.b };
  }

  function outline(ctx, { kind, precision, lines }, { ink, hollow }) {
    const map = state.map, area = state.config.kinds[kind] === "area", link = state.config.kinds[kind] === "link", faint = hollow ? 0.5 : 1;
    ctx.save();
    ctx.beginPath();
    const reach = new L.Bounds(), seen = L.bounds([0, 0], map.getSize());
    const trace = (ring) => { ring.forEach((at, i) => { const p = map.latLngToContainerPoint(at); reach.extend(p); if (i) ctx.lineTo(p.x, p.y); else ctx.moveTo(p.x, p.y); }); if (area) ctx.closePath(); };
    for (const part of lines) if (area) part.forEach(trace); else trace(part);
    ctx.strokeStyle = ink; ctx.fillStyle = ink;
    if (area) { ctx.globalAlpha = (reach.contains(seen) ? 0.13 / 4 : 0.13) * faint; ctx.fill("evenodd"); }
    ctx.globalAlpha = area ? 0.9 : link ? 0.95 : 0.75 * faint; ctx.lineWidth = area ? 1.3 : link ? 1.6 : 5;
    ctx.setLineDash(area && (precision > 4 || hollow) ? [5, 4] : link ? [2, 6] : []);
    ctx.stroke();
    ctx.restore();
  }

  // Show the player's own drawing in place of the server's layer, or that again.
  function show(on) {
    if (on === P.active) return;
    P.active = on;
    const panes = ["overlayPane", "dateline-heat"].map((name) => state.map.getPane(name));
    if (on) { paint(); for (const pane of panes) pane.style.visibility = "hidden"; layer._canvas.style.visibility = ""; } else {
      for (const pane of panes) pane.style.visibility = "";
      layer._canvas.style.visibility = "hidden";
    }
  }

  // --- playing ----------------------------------------------------------------------------------

  function set(a, b) {
    const [first, last] = P.time.scale;
    P.a = Math.max(first, Math.min(a, b)); P.b = Math.min(last, Math.max(a, b));
    if (P.active) paint();
    strip();
  }

  // Days a second at speed 1: a year takes about half a minute, three years a minute.
  const pace = () => { const n = P.time.scale[1] - P.time.scale[0] + 1; return Math.max(1, n / (12 + 8 * Math.log10(n))) * P.speed; };

  function play() {
    if (!P.time || P.playing) return;
    P.playing = true;
    buttonLook();
    arrays().then(() => {
      if (!P.playing) return;
      const [first, last] = P.time.scale;
      // A window of most of the period would show nothing move; at its end, playing begins again.
      const most = P.b - P.a > (last - first) / 2, width = most ? Math.max(0, Math.min(29, Math.round((last - first) / 12))) : P.b - P.a;
      if (most || P.b >= last) set(first, first + (P.mode === "window" ? width : 0));
      show(true);
      let before = null, at = P.b, held = 0;
      P.stats = { frames: 0, gaps: [], ms: [] };
      const frame = (now) => {
        if (!P.playing) return;
        if (before !== null) {
          P.stats.frames++; P.stats.gaps.push(now - before);
          held += (Math.min(now - before, 250) / 1000) * pace();
          // Who prefers less motion sees steps of a second instead of a flow.
          const least = REDUCED ? Math.max(1, pace()) : 1, step = held >= least ? Math.floor(held) : 0;
          if (step) {
            held -= step; at = Math.min(at + step, last);
            set(P.mode === "window" ? P.a + (at - P.b) : P.a, at);
            P.stats.ms.push(P.drawn.ms);
            if (at >= last) { pause(); return; }
          }
        }
        before = now;
        requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    }).catch(() => { P.playing = false; buttonLook(); });
  }

  function pause() {
    if (!P.playing) return;
    P.playing = false;
    buttonLook();
    finish();
  }

  // Tell the server which days are chosen now. Until it has drawn them, our drawing stays.
  function finish() {
    const [a, b] = P.time.dates;
    if (P.a === a && P.b === b) { P.awaiting = 0; show(false); return; }
    P.awaiting = Date.now();
    tell({ dates: { first: P.a, last: P.b, at: P.awaiting }, view: viewNow() });
  }

  let later = 0;
  function step(days) {
    if (!P.time) return;
    if (P.playing) pause();
    const [first, last] = P.time.scale, by = Math.max(first - P.a, Math.min(days, last - P.b));
    if (P.mode === "window" && (P.a > first || P.b < last) && by) set(P.a + by, P.b + by);
    else set(P.a, Math.max(P.a, Math.min(P.b + days, last)));
    // If the arrays are here the map follows at once, and the server hears only of where it ends.
    if (P.arrays && P.arrays.key === P.key) show(true);
    P.awaiting = Date.now();  // an answer that comes meanwhile must not take the step back
    clearTimeout(later);
    later = setTimeout(finish, 350);
  }

  // --- the strip --------------------------------------------------------------------------------

  const width = () => canvas.clientWidth - 2 * PAD;
  const toX = (day) => PAD + ((day - P.time.scale[0]) / (P.time.scale[1] - P.time.scale[0] + 1)) * width();
  const toDay = (x) => Math.floor(((x - PAD) / width()) * (P.time.scale[1] - P.time.scale[0] + 1)) + P.time.scale[0];

  function strip() {
    if (!P.time || !canvas) return;
    const w = canvas.clientWidth, h = canvas.clientHeight, scale = window.devicePixelRatio || 1, ctx = canvas.getContext("2d"), foot = h - 14;
    if (canvas.width !== Math.round(w * scale) || canvas.height !== Math.round(h * scale)) { canvas.width = Math.round(w * scale); canvas.height = Math.round(h * scale); }
    ctx.setTransform(scale, 0, 0, scale, 0, 0);
    ctx.clearRect(0, 0, w, h);
    const most = Math.max(1, ...P.time.bars.map((r) => r[2] + r[3] + r[4] + r[5])), text = state.dark ? "#b9c2cb" : "#4c4a45";
    const left = toX(P.a), right = toX(P.b + 1);
    ctx.fillStyle = state.dark ? "rgba(86,180,233,0.16)" : "rgba(0,114,178,0.10)";
    ctx.fillRect(left, 0, Math.max(right - left, 2), foot);
    for (const [start, end, ...quads] of P.time.bars) {
      const x0 = toX(start), x1 = Math.max(toX(end) - (toX(end) - x0 > 3 ? 1 : 0), x0 + 1);
      let y = foot;
      quads.forEach((n, q) => {
        if (!n) return;
        const tall = (n / most) * (foot - 4);
        ctx.fillStyle = quadColour(q);
        const inside = [Math.max(x0, left), Math.min(x1, right)];
        ctx.globalAlpha = 0.28; ctx.fillRect(x0, y - tall, x1 - x0, tall);
        if (inside[1] > inside[0]) { ctx.globalAlpha = 1; ctx.fillRect(inside[0], y - tall, inside[1] - inside[0], tall); }
        y -= tall;
      });
    }
    ctx.globalAlpha = 1;
    ctx.strokeStyle = text; ctx.fillStyle = text; ctx.lineWidth = 1;
    ctx.beginPath(); ctx.moveTo(PAD, foot + 0.5); ctx.lineTo(w - PAD, foot + 0.5); ctx.stroke();
    for (const x of [left, right]) {
      ctx.fillStyle = state.dark ? "#56b4e9" : "#00619a";
      ctx.fillRect(x - 1, 0, 2, foot);
      ctx.beginPath(); ctx.arc(x, foot / 2, 5, 0, 2 * Math.PI); ctx.fill();
    }
    axis(ctx, w, foot, text);
    controls.when.textContent = P.a === P.b ? shown(P.a) : shown(P.a) + " – " + shown(P.b);
    canvas.setAttribute("aria-valuetext", controls.when.textContent);
    canvas.setAttribute("aria-valuemin", P.time.scale[0]); canvas.setAttribute("aria-valuemax", P.time.scale[1]); canvas.setAttribute("aria-valuenow", P.b);
  }

  function axis(ctx, w, foot, text) {
    const [first, last] = P.time.scale, days = last - first + 1, room = Math.max(2, Math.floor(w / 90));
    ctx.font = "10px " + FONT; ctx.textAlign = "left"; ctx.textBaseline = "top"; ctx.fillStyle = text;
    const months = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200].find((m) => days / 30.4 / m <= room) || 2400;
    let end = -1e9;
    const label = (day, words) => {
      const x = toX(day), wide = ctx.measureText(words).width;
      if (x < end + 8 || x + wide > w) return;
      ctx.fillRect(x, foot, 1, 3);
      ctx.fillText(words, x + 2, foot + 2);
      end = x + wide;
    };
    if (days <= 62) {
      const gap = Math.ceil(days / room);
      for (let day = first; day <= last; day += gap) label(day, new Date(day * DAY).toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" }));
      return;
    }
    const start = new Date(first * DAY);
    for (let m = start.getUTCFullYear() * 12 + Math.ceil(start.getUTCMonth() / months) * months, i = 0; i < 400; i++, m += months) {
      const when = new Date(0);
      when.setUTCFullYear(Math.floor(m / 12), m % 12, 1);
      const day = Math.round(when.getTime() / DAY);
      if (day > last) break;
      if (day >= first) label(day, months >= 12 || m % 12 === 0 ? String(when.getUTCFullYear()) : when.toLocaleDateString("en-GB", { month: "short", timeZone: "UTC" }) + (i === 0 ? " " + when.getUTCFullYear() : ""));
    }
  }

  // Brush: drag an end, drag the middle to move both, or draw a new range on empty ground.
  function brush() {
    const at = (event) => event.clientX - canvas.getBoundingClientRect().left;
    canvas.addEventListener("pointerdown", (event) => {
      if (!P.time) return;
      if (P.playing) { P.playing = false; buttonLook(); }
      const x = at(event), near = event.pointerType === "touch" ? 18 : 8, l = toX(P.a), r = toX(P.b + 1);
      const whole = P.a <= P.time.scale[0] && P.b >= P.time.scale[1];
      const kind = Math.abs(x - r) <= near && Math.abs(x - r) <= Math.abs(x - l) ? "last" : Math.abs(x - l) <= near ? "first" : x > l && x < r && !whole ? "both" : "new";
      P.drag = { kind, from: toDay(x), a: P.a, b: P.b, x };
      canvas.setPointerCapture(event.pointerId);
      event.preventDefault();
      canvas.focus({ preventScroll: true });
      clearTimeout(later);
    });
    canvas.addEventListener("pointermove", (event) => {
      const x = at(event), drag = P.drag;
      if (!drag) {
        if (P.time) canvas.style.cursor = Math.abs(x - toX(P.a)) < 8 || Math.abs(x - toX(P.b + 1)) < 8 ? "ew-resize" : "crosshair";
        return;
      }
      if (drag.kind === "new" && Math.abs(x - drag.x) < 3) return;
      if (!drag.moved) { drag.moved = true; arrays().then(() => { if (P.drag) show(true); }).catch(() => {}); }
      const day = toDay(x), [first, last] = P.time.scale, by = Math.max(first - drag.a, Math.min(day - drag.from, last - drag.b));
      if (drag.kind === "first") set(Math.min(day, drag.b), drag.b);
      else if (drag.kind === "last") set(drag.a, Math.max(day - 1, drag.a));
      else if (drag.kind === "both") set(drag.a + by, drag.b + by);
      else set(Math.min(day, drag.from), Math.max(day, drag.from));
    });
    const end = () => { const drag = P.drag; P.drag = null; if (drag && (drag.moved || P.awaiting)) finish(); };
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
    canvas.addEventListener("dblclick", () => { if (P.time) { set(...P.time.scale); finish(); } });
  }

  const ICONS = { play: "M4 2.5v11l9.5-5.5z", pause: "M4 2.5h3v11H4zM9 2.5h3v11H9z", back: "M11.5 2.5v11L5 8zM3.5 2.5H5v11H3.5z", forward: "M4.5 2.5v11L11 8zM11 2.5h1.5v11H11z", all: "M1.5 8l4-4v3h5V4l4 4-4 4V9h-5v3z" };

  function button(icon, label, action) {
    const node = element("button", "dateline-button");
    const svg = node.appendChild(document.createElementNS(SVG, "svg"));
    svg.setAttribute("viewBox", "0 0 16 16");
    node.path = svg.appendChild(document.createElementNS(SVG, "path"));
    node.path.setAttribute("d", ICONS[icon]);
    node.type = "button"; node.title = label; node.setAttribute("aria-label", label);
    node.addEventListener("click", action);
    return node;
  }

  function select(label, options, chosen, action) {
    const node = element("select", "dateline-select");
    node.title = label; node.setAttribute("aria-label", label);
    for (const [value, text] of options) { const option = element("option", "", text); option.value = value; option.selected = value === chosen; node.append(option); }
    node.addEventListener("change", () => action(node.value));
    return node;
  }

  function buttonLook() {
    const words = state.config.words, node = controls.play;
    node.path.setAttribute("d", ICONS[P.playing ? "pause" : "play"]);
    node.title = P.playing ? words.pause : words.play;
    node.setAttribute("aria-label", node.title); node.setAttribute("aria-pressed", String(P.playing));
  }

  function setup() {
    const words = state.config.words;
    layer = new Layer().addTo(state.map);
    box = element("div", "dateline-time");
    const row = element("div", "dateline-controls");
    controls = {
      back: button("back", words.back, () => step(-1)), play: button("play", words.play, () => (P.playing ? pause() : play())),
      forward: button("forward", words.forward, () => step(1)), all: button("all", words.whole, () => { if (P.time) { P.playing = false; buttonLook(); set(...P.time.scale); finish(); } }),
      speed: select(words.speed, [["0.5", "½×"], ["1", "1×"], ["2", "2×"], ["4", "4×"], ["8", "8×"]], "1", (v) => { P.speed = Number(v); }),
      mode: select(words.mode, [["window", words.window], ["cumulative", words.cumulative]], "window", (v) => { P.mode = v; }),
      when: element("span", "dateline-when"), note: element("span", "dateline-small"),
    };
    controls.note.setAttribute("role", "status");
    row.append(controls.back, controls.play, controls.forward, controls.all, controls.speed, controls.mode, controls.when, controls.note);
    // The slider is the histogram alone: a slider may hold no buttons (axe: nested-interactive).
    canvas = element("canvas", "dateline-histogram");
    canvas.tabIndex = 0; canvas.setAttribute("role", "slider"); canvas.setAttribute("aria-label", words.time);
    box.append(row, canvas);
    document.body.append(box);
    brush();
    new ResizeObserver(strip).observe(canvas);
    const keys = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || ["SELECT", "INPUT", "TEXTAREA"].includes(event.target.tagName)) return;
      if (event.key === " ") { if (event.target.tagName === "BUTTON") return; event.preventDefault(); if (P.playing) pause(); else play(); } else if (box.contains(event.target) && (event.key === "ArrowLeft" || event.key === "ArrowRight")) { event.preventDefault(); step((event.key === "ArrowLeft" ? -1 : 1) * (event.shiftKey ? 7 : 1)); }
    };
    document.addEventListener("keydown", keys);
  }

  // --- the page's slider ------------------------------------------------------------------------

  // Streamlit tells the server of a step of its slider and the map would wait for the answer. We look
  // at the slider's own inputs in the page, and if the arrays are here, the map follows at once. The
  // answer then draws the same again, with what can be read and clicked. Where the page is not what
  // we know, or the picture would not be the same, nothing is done here and the answer is waited for.
  const S = { box: null, days: null, pending: null, asked: new Set(), watcher: new MutationObserver(() => slid()), steps: 0 };

  function inputs() {
    try { return Array.from(parent.document.querySelectorAll(".st-key-dates input[type=range]")); } catch { return []; }
  }

  // The days that the slider shows, or null; its values are microseconds.
  function chosen() {
    const found = inputs().map((input) => Math.round(Number(input.value) / (1000 * DAY)));
    const [first, last] = P.time ? P.time.scale : [1, 0];
    return found.length === 2 && first <= found[0] && found[0] <= found[1] && found[1] <= last ? found : null;
  }

  function watch(tries = 20) {
    const one = inputs()[0], found = one ? one.closest(".st-key-dates") : null;
    if (!found) { if (tries) setTimeout(watch, 250, tries - 1); return; }
    if (found === S.box) return;
    S.box = found; S.days = chosen();
    S.watcher.disconnect();
    S.watcher.observe(found, { subtree: true, childList: true, attributes: true, attributeFilter: ["value", "aria-valuetext"] });
    // Who comes near the slider will move it: the arrays are here before the first step.
    for (const event of ["focusin", "pointerenter"]) found.addEventListener(event, prepare);
  }

  const prepare = () => { if (P.time && state.server.ahead) arrays(true).catch(() => {}); };
  const same = (one, other) => Boolean(one && other) && one[0] === other[0] && one[1] === other[1];

  function slid() {
    const days = chosen();
    if (!days || same(days, S.days)) return;
    S.days = days;
    if (P.playing || P.awaiting || P.drag || !S.pending && same(days, P.time.dates)) return;
    clearTimeout(later);
    S.pending = days; S.asked.add(String(days));
    [P.a, P.b] = days;
    strip();
    prepare();
    ahead();
  }

  function ahead() {
    const back = state.drawn.ahead && same(S.pending, state.server.time.dates), data = back ? state.server : instead(state.server);
    if (!data) return;
    Dateline.redraw(data);
    if (state.drawn.ahead) S.steps++;
    giveWay();
  }

  // Leaflet draws its canvas in the next frame; ours goes when that is there.
  const giveWay = () => requestAnimationFrame(() => requestAnimationFrame(() => { if (!P.playing && !P.awaiting && !P.drag) show(false); }));

  // What to draw in place of `data` of the server: what the slider shows, if that can be drawn here.
  function instead(data) {
    if (!S.pending || !data.time || same(S.pending, data.time.dates) || !P.arrays || P.arrays.key !== P.key) return null;
    if (!data.ahead || state.reply.heat) return null;
    const made = counts.data(...S.pending, data.mark && [data.selected, ...data.mark]);
    return made.exact ? { ...data, ...made, time: { ...data.time, dates: S.pending } } : null;
  }

  // The server has drawn: it is right now, unless playing or dragging goes on, or the slider is ahead.
  function events(data) {
    const other = (data.key || "") !== P.key;
    P.key = data.key || ""; P.url = data.url || null; P.time = data.time;
    let end = 0;  // of each bar come the gap after the one before, and its days
    if (P.time && !P.time.read) P.time.bars = P.time.bars.map(([gap, days, ...quads]) => { const start = end + gap; end = start + days; return [start, end, ...quads]; });
    if (P.time) P.time.read = true;
    if (box.hidden === Boolean(P.time)) { box.hidden = state.timeless = !P.time; state.fit(); }  // the map has its room
    load();
    if (!P.time) { S.pending = null; if (P.active) show(false); return; }
    watch();
    const [a, b] = P.time.dates;
    // An answer to a step before the last says nothing new; any other ends the slider's lead.
    if (S.pending && (other || same(S.pending, [a, b]) || !S.asked.has(String([a, b])) && !same(S.from, [a, b]))) S.pending = null;
    if (!S.pending) { S.asked.clear(); S.from = [a, b]; }
    if (P.playing || P.drag) return;
    if (P.awaiting && (P.a !== a || P.b !== b) && Date.now() - P.awaiting < 8000) { strip(); return; }
    P.awaiting = 0; [P.a, P.b] = S.pending || [a, b];
    strip();
    giveWay();
  }

  const height = () => (box ? box.offsetHeight : 0);
  return { setup, events, instead, play, pause, step, set, height, busy: () => P.playing, look: () => { strip(); if (P.active) paint(); }, state: P, slider: S, arrays, iso };
})();

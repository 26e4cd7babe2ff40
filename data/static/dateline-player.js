// The timeline below the map, and the player: histogram, brush, play, pause, step, speed, window.
//
// Playing and scrubbing run here alone. The arrays (geo/player.py) are asked for when they are first
// needed, hold the current selection without its dates, and stay in this page. A step adds the
// events of the days that come and takes away those of the days that go, so its cost does not grow
// with the table. Cells are the ones that the server computes (geo/cells.py): nothing jumps when
// playing begins or ends. The days on which it ends go to the server, which then takes over.
"use strict";

Dateline.player = (() => {
  const { state, element, symbol, look, cellRadius, offset, theme, quadColour, tell, viewNow, FONT, REDUCED, SVG } = Dateline;
  const CELL = 44, SINGLE = 500, SPREAD = 12, PAD = 6, DAY = 86_400_000;
  const QUAD_OF = [];  // type -> quad class, from the colours that they share
  const P = {
    time: null, key: "", url: null, arrays: null, loading: null, a: 0, b: 0, playing: false, active: false, awaiting: 0,
    mode: "window", speed: 1, view: null, frames: [], drawn: null, stats: { frames: 0, gaps: [] },
  };
  let box, canvas, controls = {}, layer;

  const iso = (day) => new Date(day * DAY).toISOString().slice(0, 10);
  const shown = (day) => new Date(day * DAY).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

  // --- arrays -----------------------------------------------------------------------------------

  function parse(buffer) {
    const kinds = { f8: [Float64Array, 8], u4: [Uint32Array, 4], i4: [Int32Array, 4], u1: [Uint8Array, 1] };
    const length = new DataView(buffer).getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
    const found = { first: header.first, shapes: header.shapes };
    for (const shape of Object.values(found.shapes)) shape[2] = Dateline.outline(shape[2]);
    let at = 4 + length;
    for (const [name, kind, n] of header.arrays) {
      const [Type, size] = kinds[kind];
      found[name] = new Type(buffer, at, n);
      at += Math.ceil((n * size) / 8) * 8;
    }
    return found;
  }

  // Resolve when the arrays of the present selection are here.
  function arrays() {
    if (P.arrays && P.arrays.key === P.key) return Promise.resolve(P.arrays);
    if (!P.loading || P.loading.key !== P.key) {
      const loading = { key: P.key, tries: 0 };
      loading.done = new Promise((resolve, reject) => Object.assign(loading, { resolve, reject }));
      loading.done.catch(() => {});
      P.loading = loading;
      controls.note.textContent = state.config.words.loading;
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
        P.arrays = { key: loading.key, ...parse(buffer) };
        P.view = null; P.loading = null;
        controls.note.textContent = "";
        state.reply.have = loading.key; state.reply.want = "";
        loading.resolve(P.arrays);
      })
      .catch((error) => {
        if (++loading.tries < 3) { tell({ want: P.key, have: "", ask: Date.now() }); return; }
        P.loading = null;
        controls.note.textContent = state.config.words.noarrays;
        loading.reject(error);
      });
  }

  // --- counting ---------------------------------------------------------------------------------

  // The grid of the present view: which cell each place is in, aligned to the world.
  function grid() {
    const map = state.map, zoom = map.getZoom(), scale = 256 * 2 ** zoom, bounds = map.getPixelBounds(), A = P.arrays, n = A.x.length;
    const pad = 0.02 * (bounds.max.x - bounds.min.x), left = bounds.min.x - pad, right = bounds.max.x + pad, top = bounds.min.y - pad, bottom = bounds.max.y + pad;
    const c0 = Math.floor(left / CELL), r0 = Math.floor(top / CELL), columns = Math.floor(right / CELL) - c0 + 1, rows = Math.floor(bottom / CELL) - r0 + 1;
    const cell = new Int32Array(n), px = new Float64Array(n), py = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      const x = (A.x[i] - Math.floor(A.x[i] - left / scale)) * scale, y = A.y[i] * scale;
      px[i] = x; py[i] = y;
      cell[i] = x <= right && y >= top && y <= bottom ? (Math.floor(y / CELL) - r0) * columns + Math.floor(x / CELL) - c0 : -1;
    }
    const size = columns * rows;
    P.view = { zoom, bounds, cell, px, py, size, quads: new Int32Array(size * 4), sx: new Float64Array(size), sy: new Float64Array(size), who: new Float64Array(size), a: null, b: null, total: 0 };
  }

  function count(place, look_, from, to, sign) {
    const { cell, px, py, quads, sx, sy, who } = P.view;
    let seen = 0;
    for (let i = from; i < to; i++) {
      const p = place[i], c = cell[p];
      if (c < 0) continue;
      quads[c * 4 + QUAD_OF[look_[i] & 15]] += sign;
      sx[c] += sign * px[p]; sy[c] += sign * py[p]; who[c] += sign * i;
      seen += sign;
    }
    P.view.total += seen;
  }

  const index = (day) => { const o = P.arrays.offset, k = day - P.arrays.first; return o[Math.max(0, Math.min(k, o.length - 1))]; };

  // Bring the counts to days a..b (both included), by differences where they overlap with the last.
  function range(a, b) {
    if (!P.view) grid();
    const V = P.view, A = P.arrays;
    if (V.a === null || a > V.b || b < V.a || Math.abs(a - V.a) + Math.abs(b - V.b) > b - a) {
      V.quads.fill(0); V.sx.fill(0); V.sy.fill(0); V.who.fill(0); V.total = 0;
      count(A.place, A.look, index(a), index(b + 1), 1);
    } else {
      if (a < V.a) count(A.place, A.look, index(a), index(V.a), 1);
      if (a > V.a) count(A.place, A.look, index(V.a), index(a), -1);
      if (b > V.b) count(A.place, A.look, index(V.b + 1), index(b + 1), 1);
      if (b < V.b) count(A.place, A.look, index(b + 1), index(V.b + 1), -1);
    }
    V.a = a; V.b = b;
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
    _moved() { if (P.active) { P.view = null; paint(); } },
  });

  function paint() {
    const map = state.map, size = map.getSize(), c = layer._canvas, scale = window.devicePixelRatio || 1;
    if (!P.arrays) return;
    const started = performance.now();
    range(P.a, P.b);
    const V = P.view, A = P.arrays, ctx = c.getContext("2d"), origin = V.bounds.min;
    L.DomUtil.setPosition(c, map.containerPointToLayerPoint([0, 0]));
    if (c.width !== Math.round(size.x * scale) || c.height !== Math.round(size.y * scale)) {
      c.width = Math.round(size.x * scale); c.height = Math.round(size.y * scale);
      c.style.width = size.x + "px"; c.style.height = size.y + "px";
    }
    ctx.setTransform(scale, 0, 0, scale, 0, 0);
    ctx.clearRect(0, 0, size.x, size.y);
    // Events of several days, and undated ones, are few: they are counted anew each time, and off again.
    const long = [];
    for (let i = 0; i < A.long_place.length; i++) if (A.long_first[i] <= P.b && A.long_last[i] >= P.a) long.push(i);
    const extra = (sign) => {
      for (const i of long) count(A.long_place, A.long_look, i, i + 1, sign);
      count(A.undated_place, A.undated_look, 0, A.undated_place.length, sign);
    };
    extra(1);
    let drawn = 0, events = 0, marks = null;
    if (V.total <= SINGLE) [drawn, events, marks] = single(ctx, origin, long);
    else {
      for (let k = 0; k < V.size; k++) {
        const q = [V.quads[4 * k], V.quads[4 * k + 1], V.quads[4 * k + 2], V.quads[4 * k + 3]], n = q[0] + q[1] + q[2] + q[3];
        if (!n) continue;
        const r = cellRadius(n), at = { x: within(V.sx[k] / n, r) - origin.x, y: within(V.sy[k] / n, r) - origin.y };
        if (n > 1) symbol(ctx, at, cellRadius(n), { count: n, quads: q });
        else {
          const type = q.findIndex(Boolean), i = V.who[k], known = i < A.place.length && V.cell[A.place[i]] === k && QUAD_OF[A.look[i] & 15] === type;
          symbol(ctx, at, 6.5, known ? look(A.look[i] & 15, (A.look[i] >> 4) & 3, Boolean(A.look[i] & 64)) : { ...look(QUAD_OF.indexOf(type), 0, true) });
        }
        drawn++; events += n;
      }
    }
    extra(-1);
    P.drawn = { drawn, events, marks, ms: performance.now() - started, a: P.a, b: P.b };
  }

  // A symbol stays in its cell, so that none covers the number of its neighbour.
  const within = (at, r) => { const low = Math.floor(at / CELL) * CELL; return Math.min(Math.max(at, low + r), low + CELL - r); };

  // Few events: one by one, lines and areas with their shape, those of one point apart.
  function single(ctx, origin, long) {
    const A = P.arrays, V = P.view, at = new Map();
    const put = (place, look_) => {
      if (V.cell[place] < 0 && !A.shapes[place]) return;  // a shape can reach into the view
      if (!at.has(place)) at.set(place, []);
      at.get(place).push(look_);
    };
    for (let i = index(P.a), end = index(P.b + 1); i < end; i++) put(A.place[i], A.look[i]);
    for (const i of long) put(A.long_place[i], A.long_look[i]);
    for (let i = 0; i < A.undated_place.length; i++) put(A.undated_place[i], A.undated_look[i]);
    let events = 0, marks = 0;
    const symbols = [];
    for (const [place, looks] of at) {
      events += looks.length;
      const shape = A.shapes[place], p = { x: V.px[place] - origin.x, y: V.py[place] - origin.y };
      if (shape) outline(ctx, shape, looks[looks.length - 1]);
      else { symbols.push([p, looks]); marks += looks.length; }
    }
    for (const [p, looks] of symbols) {
      if (looks.length > SPREAD) {
        const quads = [0, 0, 0, 0];
        for (const l of looks) quads[QUAD_OF[l & 15]]++;
        symbol(ctx, p, cellRadius(looks.length), { count: looks.length, quads });
      } else {
        looks.forEach((l, i) => {
          const o = offset(i, looks.length);
          symbol(ctx, { x: p.x + o[0], y: p.y + o[1] }, 6.5, look(l & 15, (l >> 4) & 3, Boolean(l & 64)));
        });
      }
    }
    return [at.size, events, marks];
  }

  function outline(ctx, [kind, prec, shape], l) {
    const map = state.map, ink = look(l & 15, 0, false).ink, area = state.config.kinds[kind] === "area", link = state.config.kinds[kind] === "link";
    ctx.save();
    ctx.beginPath();
    const reach = new L.Bounds(), seen = L.bounds([0, 0], map.getSize());
    const trace = (ring) => { ring.forEach((at, i) => { const p = map.latLngToContainerPoint(at); reach.extend(p); if (i) ctx.lineTo(p.x, p.y); else ctx.moveTo(p.x, p.y); }); if (area) ctx.closePath(); };
    for (const part of shape) if (area) part.forEach(trace); else trace(part);
    ctx.strokeStyle = ink; ctx.fillStyle = ink;
    if (area) { ctx.globalAlpha = reach.contains(seen) ? 0.13 / 4 : 0.13; ctx.fill("evenodd"); }
    ctx.globalAlpha = area ? 0.9 : 0.75; ctx.lineWidth = area ? 1.3 : link ? 1.6 : 5;
    ctx.setLineDash(area && prec > 4 ? [5, 4] : link ? [2, 6] : []);
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
    if (P.a === a && P.b === b) { show(false); return; }
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
    let drag = null;
    const at = (event) => event.clientX - canvas.getBoundingClientRect().left;
    canvas.addEventListener("pointerdown", (event) => {
      if (!P.time) return;
      if (P.playing) { P.playing = false; buttonLook(); }
      const x = at(event), near = event.pointerType === "touch" ? 18 : 8, l = toX(P.a), r = toX(P.b + 1);
      const whole = P.a <= P.time.scale[0] && P.b >= P.time.scale[1];
      const kind = Math.abs(x - r) <= near && Math.abs(x - r) <= Math.abs(x - l) ? "last" : Math.abs(x - l) <= near ? "first" : x > l && x < r && !whole ? "both" : "new";
      drag = { kind, from: toDay(x), a: P.a, b: P.b, x };
      canvas.setPointerCapture(event.pointerId);
      event.preventDefault();
      canvas.focus({ preventScroll: true });
      clearTimeout(later);
    });
    canvas.addEventListener("pointermove", (event) => {
      const x = at(event);
      if (!drag) {
        if (P.time) canvas.style.cursor = Math.abs(x - toX(P.a)) < 8 || Math.abs(x - toX(P.b + 1)) < 8 ? "ew-resize" : "crosshair";
        return;
      }
      if (drag.kind === "new" && Math.abs(x - drag.x) < 3) return;
      if (!drag.moved) { drag.moved = true; arrays().then(() => { if (drag) show(true); }).catch(() => {}); }
      const day = toDay(x), [first, last] = P.time.scale, by = Math.max(first - drag.a, Math.min(day - drag.from, last - drag.b));
      if (drag.kind === "first") set(Math.min(day, drag.b), drag.b);
      else if (drag.kind === "last") set(drag.a, Math.max(day - 1, drag.a));
      else if (drag.kind === "both") set(drag.a + by, drag.b + by);
      else set(Math.min(day, drag.from), Math.max(day, drag.from));
    });
    const end = () => { if (drag && drag.moved) finish(); drag = null; };
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
    state.config.types.forEach((type, i) => { QUAD_OF[i] = state.config.quads.findIndex((quad) => quad[1] === type[1]); });
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

  // The server has drawn: it is right now, unless playing or dragging goes on.
  function events(data) {
    P.key = data.key || ""; P.url = data.url || null; P.time = data.time;
    let end = 0;  // of each bar come the gap after the one before, and its days
    if (P.time) P.time.bars = P.time.bars.map(([gap, days, ...quads]) => { const start = end + gap; end = start + days; return [start, end, ...quads]; });
    box.style.visibility = P.time ? "" : "hidden";
    load();
    if (!P.time) { if (P.active) show(false); return; }
    const [a, b] = P.time.dates;
    if (P.playing) return;
    if (P.awaiting && (P.a !== a || P.b !== b) && Date.now() - P.awaiting < 8000) { strip(); return; }
    P.awaiting = 0; P.a = a; P.b = b;
    strip();
    // Leaflet draws its canvas in the next frame; ours goes when that is there.
    requestAnimationFrame(() => requestAnimationFrame(() => { if (!P.playing && !P.awaiting) show(false); }));
  }

  const height = () => (box ? box.offsetHeight : 0);
  return { setup, events, play, pause, step, set, height, busy: () => P.playing, look: () => { strip(); if (P.active) paint(); }, state: P, arrays, iso };
})();

// What the map draws of the days a..b, counted here: from the arrays of geo/player.py, without the
// server, and the same cells, numbers and single events that geo/drawing.py would send. The player
// draws it on its canvas, and the slider's steps go on the map with it before the server has answered.
"use strict";

Dateline.counts = (() => {
  const { state, look, cellRadius } = Dateline;
  const CELL = 44, SINGLE = 500, SPREAD = 12, MOST = 2000, PAD = 0.15;  // as geo/cells.py and geo/drawing.py
  const SHARP = 9;  // from this zoom on, the server's shapes are finer than ours
  const NEAR = 64, SHAPED = 128;
  const QUAD_OF = [];  // type -> quad class, from the colours that they share
  let A = null, V = null;  // the arrays, and their counts in the present view

  function parse(buffer) {
    const kinds = { f8: [Float64Array, 8], u4: [Uint32Array, 4], u2: [Uint16Array, 2], i4: [Int32Array, 4], u1: [Uint8Array, 1] };
    const length = new DataView(buffer).getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
    const found = { first: header.first, shapes: {} };
    for (const [place, [kind, precision, packed, size, alike]] of Object.entries(header.shapes)) found.shapes[place] = { kind, precision, packed, size, alike, lines: Dateline.outline(packed) };
    let at = 4 + length;
    for (const [name, kind, n] of header.arrays) {
      const [Type, size] = kinds[kind];
      found[name] = new Type(buffer, at, n);
      at += Math.ceil((n * size) / 8) * 8;
    }
    return found;
  }

  function take(arrays) {
    A = arrays; V = null;
    state.config.types.forEach((type, i) => { QUAD_OF[i] = state.config.quads.findIndex((quad) => quad[1] === type[1]); });
  }

  // The grid of the present view: which cell each place is in, aligned to the world.
  function grid() {
    const map = state.map, zoom = map.getZoom(), scale = 256 * 2 ** zoom, bounds = map.getPixelBounds(), n = A.x.length;
    const { min, max } = bounds, low = Math.max(min.y, 0), high = Math.min(max.y, scale), wide = PAD * (max.x - min.x), tall = PAD * (high - low);
    const left = min.x - wide, right = max.x + wide, top = low - tall, bottom = high + tall;
    const c0 = Math.floor(left / CELL), r0 = Math.floor(top / CELL), columns = Math.floor(right / CELL) - c0 + 1, rows = Math.floor(bottom / CELL) - r0 + 1;
    const cell = new Int32Array(n), px = new Float64Array(n), py = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      const x = (A.x[i] - Math.floor(A.x[i] - left / scale)) * scale, y = A.y[i] * scale;
      px[i] = x; py[i] = y;
      cell[i] = x <= right && y >= top && y <= bottom ? (Math.floor(y / CELL) - r0) * columns + Math.floor(x / CELL) - c0 : -1;
    }
    const size = Math.max(columns * rows, 0);
    V = { zoom, bounds, cell, px, py, size, quads: new Int32Array(size * 4), sx: new Float64Array(size), sy: new Float64Array(size), who: new Float64Array(size), a: null, b: null, total: 0 };
  }

  const index = (day) => { const o = A.offset, k = day - A.first; return o[Math.max(0, Math.min(k, o.length - 1))]; };

  function count(from, to, sign) {
    const { cell, px, py, quads, sx, sy, who } = V, { place, look: looks } = A;
    let seen = 0;
    for (let i = from; i < to; i++) {
      const p = place[i], c = cell[p];
      if (c < 0) continue;
      quads[c * 4 + QUAD_OF[looks[i] & 15]] += sign;
      sx[c] += sign * px[p]; sy[c] += sign * py[p]; who[c] += sign * i;
      seen += sign;
    }
    V.total += seen;
  }

  // Bring the counts to days a..b (both included), by differences where they overlap with the last.
  function range(a, b) {
    const bounds = state.map.getPixelBounds();
    if (!V || V.zoom !== state.map.getZoom() || !V.bounds.equals(bounds)) grid();
    if (V.a === null || a > V.b || b < V.a || Math.abs(a - V.a) + Math.abs(b - V.b) > b - a) {
      V.quads.fill(0); V.sx.fill(0); V.sy.fill(0); V.who.fill(0); V.total = 0;
      count(index(a), index(b + 1), 1);
    } else {
      if (a < V.a) count(index(a), index(V.a), 1);
      if (a > V.a) count(index(V.a), index(a), -1);
      if (b > V.b) count(index(V.b + 1), index(b + 1), 1);
      if (b < V.b) count(index(b + 1), index(V.b + 1), -1);
    }
    V.a = a; V.b = b;
  }

  // What is on the map on days a..b. `events` and `shapes`: [position in the arrays, place]; `stacks`:
  // [place, number of each class]; `cells`: [x, y, number of each class], pixels of the world. Not
  // `exact` where the server would draw something else, for want of a shape or of room.
  function made(a, b) {
    range(a, b);
    const start = A.offset.length ? A.offset[A.offset.length - 1] : 0, undated = start + A.long_first.length, end = A.place.length;
    // Events of several days, and undated ones, are few: they are counted anew each time, and off again.
    const more = [];
    for (let i = start; i < undated; i++) if (A.long_first[i - start] <= b && A.long_last[i - start] >= a) more.push(i);
    for (let i = undated; i < end; i++) more.push(i);
    for (const i of more) count(i, i + 1, 1);
    const short = [index(a), index(b + 1)], everywhere = short[1] - short[0] + more.length;
    const found = { follow: everywhere > SINGLE, total: everywhere <= SINGLE ? everywhere : V.total, events: [], shapes: [], stacks: [], cells: [], exact: true };
    const alone = [];
    if (V.total <= SINGLE) {
      const all = everywhere <= SINGLE, take = (i) => { if (all || V.cell[A.place[i]] >= 0) alone.push(i); };
      for (let i = short[0]; i < short[1]; i++) take(i);
      more.forEach(take);
    } else {
      for (let k = 0; k < V.size; k++) {
        const q = [V.quads[4 * k], V.quads[4 * k + 1], V.quads[4 * k + 2], V.quads[4 * k + 3]], n = q[0] + q[1] + q[2] + q[3];
        if (n > 1) { const r = cellRadius(n); found.cells.push([Math.round(within(V.sx[k] / n, r)), Math.round(within(V.sy[k] / n, r)), ...q]); }
        else if (n) alone.push(V.who[k]);
      }
      alone.sort((i, j) => i - j);
      found.exact = alone.length <= SINGLE && found.cells.length + alone.length <= MOST;
    }
    for (const i of more) count(i, i + 1, -1);
    single(found, alone);
    return found;
  }

  // A symbol stays in its cell, so that none covers the number of its neighbour.
  const within = (at, r) => { const low = Math.floor(at / CELL) * CELL; return Math.min(Math.max(at, low + r), low + CELL - r); };

  // Events drawn one by one: shapes, the largest first, then symbols; many of one point are a stack.
  function single(found, alone) {
    const number = new Map();
    for (const i of alone) number.set(A.place[i], (number.get(A.place[i]) || 0) + 1);
    const stacks = new Map();
    for (const i of alone) {
      const p = A.place[i], shaped = Boolean(A.look[i] & SHAPED);
      if (shaped && A.shapes[p]) found.shapes.push([i, p]);
      else if (!shaped && number.get(p) > SPREAD) {
        if (!stacks.has(p)) stacks.set(p, [0, 0, 0, 0]);
        stacks.get(p)[QUAD_OF[A.look[i] & 15]]++;
      } else { found.events.push([i, p]); if (shaped) found.exact = false; }
    }
    if (found.shapes.some(([, p]) => V.zoom >= SHARP || !A.shapes[p].alike)) found.exact = false;
    found.shapes.sort((s, t) => A.shapes[t[1]].size - A.shapes[s[1]].size);
    found.stacks = [...stacks].sort((s, t) => s[0] - t[0]);
  }

  const type = (i) => A.look[i] & 15, modality = (i) => (A.look[i] >> 4) & 3, near = (i) => Boolean(A.look[i] & NEAR);

  // The same as data of the form that the server sends (geo/drawing.py), but without ids and texts.
  // Of the event `chosen`, its id and the server's `mark`, the id is known, by what it looks like.
  function data(a, b, chosen) {
    const found = made(a, b), world = 256 * 2 ** V.zoom, degree = (v) => Math.round(v * 1e5) / 1e5;
    const place = (p) => { const at = state.map.unproject([A.x[p] * world, A.y[p] * world], V.zoom); return [degree(at.lng), degree(at.lat)]; };
    const row = (i, kind) => [null, type(i), modality(i), kind, -1, -1, -1, 0];
    const features = [...found.shapes.map(([i, p]) => [p, row(i, A.shapes[p].kind)]), ...found.events.map(([i, p]) => [p, row(i, near(i) ? 1 : 0)])];
    if (chosen) {
      const [id, type_, modality_, kind, lon, lat, first, last] = chosen, shown = first === null || (last >= a && first <= b);
      const alike = !shown ? [] : features.filter(([p, f]) => f[1] === type_ && f[2] === modality_ && f[3] === kind && String(place(p)) === String([lon, lat]));
      if (alike.length > 1) found.exact = false; else if (alike.length) alike[0][1][0] = id;
    }
    const used = [...new Set(found.shapes.map(([, p]) => p))];
    return {
      exact: found.exact, follow: found.follow || used.length > 0, zoom: V.zoom, days: [], places: [], texts: [],
      shapes: used.map((p) => A.shapes[p].packed),
      features: features.map(([p, f]) => [...f, ...(f[3] > 1 ? [used.indexOf(p), A.shapes[p].precision] : place(p))]),
      stacks: found.stacks.map(([p, q]) => [...place(p), ...q, -1]),
      cells: found.cells,
    };
  }

  // Where a place is on the screen, whole pixels as Leaflet's own marks.
  const at = (p, origin) => ({ x: Math.round(V.px[p]) - origin.x, y: Math.round(V.py[p]) - origin.y });

  return { parse, take, made, data, at, look: (i) => look(type(i), modality(i), near(i)), arrays: () => A };
})();

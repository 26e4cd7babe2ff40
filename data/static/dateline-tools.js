// Layers and tools of the map: base maps, borders, heat, another source's events, measuring, an area
// to filter by, coordinates, where a search leads, a picture. Nothing is asked of the network unless
// a person chooses an online base map here.
"use strict";

Dateline.tools = (() => {
  const { state, element, tell, setLook, theme, FONT, REDUCED } = Dateline;
  const T = { mode: null, points: [], flown: 0, area: null, mark: null, measured: null, panel: null };

  // --- layers -----------------------------------------------------------------------------------

  function panel() {
    const words = state.config.words, box = element("div", "dateline-panel");
    box.hidden = true;
    const choice = (type, name, text, checked, action) => {
      const label = element("label"), input = element("input");
      input.type = type; input.name = name; input.checked = checked;
      input.addEventListener("change", () => action(input.checked));
      label.append(input, document.createTextNode(" " + text));
      box.append(label);
      return input;
    };
    box.append(element("b", "", words.ground));
    choice("radio", "ground", words.builtin, true, () => setLook(state.dark, null));
    for (const row of state.config.tiles) choice("radio", "ground", row[1], false, () => setLook(state.dark, row));
    box.append(element("div", "dateline-small", words.online), element("b", "", words.layers));
    choice("checkbox", "provinces", words.provinces, true, (on) => state.showProvinces && state.showProvinces(on));
    choice("checkbox", "heat", words.heat, false, (on) => tell({ heat: on, view: Dateline.viewNow() }));
    T.othersInput = choice("checkbox", "others", words.others, true, () => redrawOthers());
    T.othersInput.parentElement.hidden = true;
    L.DomEvent.disableClickPropagation(box);
    L.DomEvent.disableScrollPropagation(box);
    state.map.getContainer().append(box);
    return box;
  }

  // --- measuring and drawing --------------------------------------------------------------------

  const kilometres = (metres) => (metres < 10_000 ? (metres / 1000).toFixed(2) : Math.round(metres / 1000).toLocaleString()) + " km";

  function begin(mode) {
    const again = T.mode === mode;
    stop();
    if (T.measured) { T.measured.remove(); T.measured = null; }
    if (again) return;
    T.mode = mode; T.points = [];
    const map = state.map;
    map.getContainer().classList.add("dateline-drawing");
    map.doubleClickZoom.disable();
    if (mode === "rectangle") map.dragging.disable();
    hint(state.config.words["hint_" + mode]);
  }

  function stop() {
    const map = state.map;
    if (T.sketch) { T.sketch.remove(); T.sketch = null; }
    map.getContainer().classList.remove("dateline-drawing");
    map.doubleClickZoom.enable(); map.dragging.enable();
    if (T.mode) T.ended = Date.now();
    T.mode = null; T.points = []; T.down = null;
    hint("");
  }

  function hint(text) {
    if (!T.hint) { T.hint = element("div", "dateline-hint"); T.hint.setAttribute("role", "status"); state.map.getContainer().append(T.hint); }
    T.hint.textContent = text; T.hint.hidden = !text;
  }

  // A click that draws chooses nothing, nor does the one that follows the end of a drag.
  const drawing = () => Boolean(T.mode) || Date.now() - (T.ended || 0) < 400;

  const length = (points) => points.reduce((sum, p, i) => (i ? sum + state.map.distance(points[i - 1], p) : 0), 0);

  function sketch(points) {
    if (T.sketch) T.sketch.remove();
    const style = { color: theme().text, weight: 2, dashArray: "4 4", interactive: false, fillOpacity: 0.08 };
    T.sketch = (T.mode === "polygon" && points.length > 2 ? L.polygon(points, style) : T.mode === "rectangle" ? L.rectangle(points, style) : L.polyline(points, style)).addTo(state.map);
    if (T.mode === "measure") hint(kilometres(length(points)) + " · " + state.config.words.hint_measure);
  }

  function finishArea(ring) {
    stop();
    const around = (x) => ((((x + 180) % 360) + 360) % 360) - 180;
    const corners = ring.map((p) => [around(p.lng), Math.max(-90, Math.min(90, p.lat))]);
    tell({ area: { ring: corners, at: Date.now() } });
  }

  function listen() {
    const map = state.map;
    map.on("click", (event) => {
      if (T.mode === "measure" || T.mode === "polygon") {
        if (T.points.length < 60) T.points.push(event.latlng);
        sketch(T.points);
      }
    });
    map.on("mousedown", (event) => { if (T.mode === "rectangle") T.down = event.latlng; });
    map.on("mousemove", (event) => {
      if (T.mode === "rectangle" && T.down) sketch([T.down, event.latlng]);
      else if (T.points.length) sketch([...T.points, event.latlng]);
    });
    map.on("mouseup", (event) => {
      if (T.mode !== "rectangle" || !T.down) return;
      const b = L.latLngBounds(T.down, event.latlng);
      if (map.latLngToContainerPoint(T.down).distanceTo(event.containerPoint) < 6) { T.down = null; return; }
      finishArea([b.getSouthWest(), b.getSouthEast(), b.getNorthEast(), b.getNorthWest()]);
    });
    // On a touch screen a rectangle is two taps: its corners.
    map.on("click", (event) => {
      if (T.mode !== "rectangle" || T.down) return;
      T.points.push(event.latlng);
      if (T.points.length === 2) { const b = L.latLngBounds(T.points); finishArea([b.getSouthWest(), b.getSouthEast(), b.getNorthEast(), b.getNorthWest()]); }
    });
    const end = () => {
      if (T.mode === "polygon" && T.points.length > 2) finishArea(dedupe(T.points));
      else if (T.mode === "measure" && T.points.length > 1) {
        const points = dedupe(T.points), total = kilometres(length(points));
        if (T.measured) T.measured.remove();
        stop();
        T.measured = L.polyline(points, { color: theme().text, weight: 2, dashArray: "4 4" }).addTo(map);
        T.measured.bindTooltip(() => element("b", "", total), { permanent: true, direction: "top", className: "dateline-tooltip dateline-label" }).openTooltip();
      }
    };
    map.on("dblclick", end);
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && T.measured) { T.measured.remove(); T.measured = null; }
      if (!T.mode) return;
      if (event.key === "Escape") stop(); else if (event.key === "Enter") end();
    });
    map.on("mousemove", (event) => {
      const p = event.latlng.wrap();
      T.where.textContent = Math.abs(p.lat).toFixed(4) + "° " + (p.lat < 0 ? "S" : "N") + ", " + Math.abs(p.lng).toFixed(4) + "° " + (p.lng < 0 ? "W" : "E");
    });
    map.on("mouseout", () => { T.where.textContent = ""; });
  }

  // A double click gives its point twice.
  const dedupe = (points) => points.filter((p, i) => !i || state.map.latLngToContainerPoint(p).distanceTo(state.map.latLngToContainerPoint(points[i - 1])) > 4);

  // --- what the server adds ---------------------------------------------------------------------

  function events(group, data) {
    if (T.area) { T.area.remove(); T.area = null; }
    if (data.area.length) {
      T.area = L.polygon(data.area.map(([lon, lat]) => [lat, lon]), { color: theme().text, weight: 2, dashArray: "6 4", fill: false, interactive: false }).addTo(group);
    }
    T.group = group; T.others = data.others || null; T.othersZoom = data.zoom;
    T.othersInput.parentElement.hidden = !T.others;
    T.othersLayer = null;
    redrawOthers();
    if (data.fly && data.fly.at !== T.flown) fly(data.fly);
  }

  // Events of a file that a person loaded to compare: grey squares, hollow, apart from our own.
  function redrawOthers() {
    if (T.othersLayer) T.othersLayer.remove();
    T.othersLayer = null;
    if (!T.others || !T.othersInput.checked) return;
    const Square = L.CircleMarker.extend({
      _updatePath() {
        if (!this._renderer._drawing || this._empty()) return;
        const ctx = this._renderer._ctx, p = this._point, r = this._radius;
        ctx.save(); ctx.setLineDash([]); ctx.globalAlpha = 0.9; ctx.lineWidth = 2; ctx.strokeStyle = theme().text;
        ctx.fillStyle = theme().halo; ctx.globalAlpha = 0.7; ctx.fillRect(p.x - r, p.y - r, 2 * r, 2 * r); ctx.globalAlpha = 1; ctx.strokeRect(p.x - r, p.y - r, 2 * r, 2 * r);
        if (this.options.count > 1) { ctx.font = "10px " + FONT; ctx.textAlign = "center"; ctx.textBaseline = "middle"; ctx.fillStyle = theme().text; ctx.fillText(Dateline.short(this.options.count), p.x, p.y); }
        ctx.restore();
      },
    });
    const layers = T.others.rows.map(([x, y, n, said]) => {
      const at = T.others.cells ? state.map.unproject([x, y], T.othersZoom) : [y, x];
      const layer = new Square(at, { radius: n > 1 ? Math.min(6 + 1.6 * Math.log2(n), 16) : 5, count: n });
      layer.bindTooltip(() => {
        const node = element("div", "dateline-tip");
        node.append(element("b", "", T.others.name), element("div", "", n > 1 ? state.config.words.number.replace("{}", n.toLocaleString()) : said || ""));
        return node;
      }, { sticky: true, opacity: 1, className: "dateline-tooltip" });
      return layer;
    });
    T.othersLayer = L.layerGroup(layers).addTo(T.group);
  }

  function fly(where) {
    const map = state.map, first = T.flown === 0 && Date.now() / 1000 - where.at > 20;
    T.flown = where.at;
    if (first) return;  // an old search of a session that was opened again
    if (T.mark) T.mark.remove();
    T.mark = null;
    if (where.name) {
      T.mark = L.circleMarker([where.lat, where.lon], { radius: 9, color: theme().text, weight: 2.5, fill: false }).addTo(map);
      T.mark.bindTooltip(() => element("b", "", where.name), { permanent: true, direction: "top", offset: [0, -8], className: "dateline-tooltip dateline-label" });
      T.mark.on("click", () => { T.mark.remove(); });
      setTimeout(() => { if (T.mark) { T.mark.remove(); T.mark = null; } }, 15_000);
    }
    const quick = { animate: !REDUCED, duration: 0.8, maxZoom: 11, padding: [45, 45] };
    if (where.bbox && where.bbox[0] < where.bbox[2]) map[REDUCED ? "fitBounds" : "flyToBounds"]([[where.bbox[1], where.bbox[0]], [where.bbox[3], where.bbox[2]]], quick);
    else if (REDUCED) map.setView([where.lat, where.lon], 9, { animate: false });
    else map.flyTo([where.lat, where.lon], 9, quick);
  }

  // --- the bar ----------------------------------------------------------------------------------

  function buttons(button) {
    const words = state.config.words;
    button("M8 1.5L1.5 5 8 8.5 14.5 5zM1.5 8L8 11.5 14.5 8M1.5 11L8 14.5 14.5 11", words.layers, () => { T.panel.hidden = !T.panel.hidden; });
    button("M1.5 11.5l10-10 3 3-10 10zM4.5 8.5l1.5 1.5M7 6l2 2M9.500 3.500l1.5 1.5", words.measure, () => begin("measure"));
    button("M2.500 3.500h11v9h-11z", words.rectangle, () => begin("rectangle"));
    button("M3 12.500L2 5l6-3 6 4-3 7z", words.polygon, () => begin("polygon"));
    if (Dateline.picture || words.picture) button("M1.5 4.500h3l1-2h5l1 2h3v9h-13zM8 6.500a2.500 2.500 0 100 5 2.500 2.500 0 000-5", words.picture, () => {
      Dateline.picture(state.data ? state.data.caption : "").catch(() => { hint(words.nopicture); setTimeout(() => hint(""), 5000); });
    });
  }

  function setup() {
    T.where = element("div", "dateline-where");
    state.map.getContainer().append(T.where);
    T.panel = panel();
    listen();
  }

  return { setup, buttons, events, drawing, state: T };
})();

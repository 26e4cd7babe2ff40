// The map of Dateline: base map, place labels and events, drawn with Leaflet on canvases.
//
// folium loads this file once beside Leaflet; on each change the server sends one call,
// Dateline.events(group, data), whose data is inert JSON (geo/drawing.py, geo/maps.py). Text reaches
// the page through textContent and fillText only, never as HTML. What the map has to tell (its view,
// a click, days, an area) goes back as one value, Dateline.tell. Timeline and player are in
// dateline-player.js, layers and tools in dateline-tools.js.
"use strict";

window.Dateline = (() => {
  const REDUCED = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const SVG = "http://www.w3.org/2000/svg";
  const THEMES = {
    light: { sea: "#d6e3ea", land: "#f8f6f1", border: "#a39b8b", province: "#d9d3c7", text: "#4c4a45", halo: "#ffffff" },
    dark: { sea: "#0f161d", land: "#222b34", border: "#66727e", province: "#36414c", text: "#b9c2cb", halo: "#11181f" },
  };
  // Outlines at unit radius, sized so that all shapes look equally heavy; circle is drawn as an arc.
  const star = Array.from({ length: 10 }, (_, i) => {
    const r = i % 2 ? 0.55 : 1.25, a = -Math.PI / 2 + (i * Math.PI) / 5;
    return [r * Math.cos(a), r * Math.sin(a)];
  });
  const OUTLINES = {
    square: [[-0.88, -0.88], [0.88, -0.88], [0.88, 0.88], [-0.88, 0.88]],
    triangle: [[0, -1.2], [1.1, 0.8], [-1.1, 0.8]],
    "triangle-down": [[0, 1.2], [1.1, -0.8], [-1.1, -0.8]],
    diamond: [[0, -1.25], [1.05, 0], [0, 1.25], [-1.05, 0]],
    plus: [[-0.4, -1.1], [0.4, -1.1], [0.4, -0.4], [1.1, -0.4], [1.1, 0.4], [0.4, 0.4],
      [0.4, 1.1], [-0.4, 1.1], [-0.4, 0.4], [-1.1, 0.4], [-1.1, -0.4], [-0.4, -0.4]],
    star,
  };
  const FONT = "'Source Sans', 'Source Sans Pro', system-ui, sans-serif";
  const state = {
    map: null, config: null, dark: null, selected: null, tiles: null, base: [], painted: 0, byId: new Map(), data: null,
    reply: { view: null, click: null, dates: null, area: null, heat: false, want: "", have: "" },
  };
  const theme = () => THEMES[state.dark ? "dark" : "light"];
  const colour = (type) => state.config.types[type][state.dark ? 2 : 1];
  const quadColour = (quad) => state.config.quads[quad][state.dark ? 2 : 1];
  const short = (n) => (n > 999_999 ? (n / 1e6).toFixed(1) + "M" : n > 9999 ? Math.round(n / 1000) + "k" : String(n));

  // Tell the server: at once, with all that was told before (streamlit-folium's own replies, which
  // wait for a quarter of a second, are turned off by returned_objects=[]).
  function tell(part) {
    Object.assign(state.reply, part);
    if (window.Streamlit) window.Streamlit.setComponentValue({ ...state.reply });
  }

  function viewNow() {
    const b = state.map.getBounds();
    return [b.getWest(), Math.max(b.getSouth(), -90), b.getEast(), Math.min(b.getNorth(), 90), state.map.getZoom()];
  }

  function trace(ctx, shape, p, r) {
    ctx.beginPath();
    const outline = OUTLINES[shape];
    if (!outline) ctx.arc(p.x, p.y, r, 0, 2 * Math.PI);
    else outline.forEach(([x, y], i) => (i ? ctx.lineTo(p.x + r * x, p.y + r * y) : ctx.moveTo(p.x + r * x, p.y + r * y)));
    ctx.closePath();
  }

  // A symbol on the canvas. `offset` (pixels) keeps events of one place apart at every zoom.
  const Mark = L.CircleMarker.extend({
    _project() {
      this._point = this._map.latLngToLayerPoint(this._latlng).add(this.options.offset || [0, 0]);
      this._updateBounds();
    },
    _updateBounds() {
      const r = this._radius + 10;
      this._pxBounds = new L.Bounds(this._point.subtract([r, r]), this._point.add([r, r]));
    },
    _updatePath() {
      const renderer = this._renderer;
      if (!renderer._drawing || this._empty()) return;
      symbol(renderer._ctx, this._point, this._radius, this.options);
    },
  });

  // One event, or several with their number in a ring of their classes' colours. The player draws
  // with the same function, so that nothing changes its look when playing begins or ends.
  function symbol(ctx, p, r, o) {
    ctx.save();
    ctx.setLineDash([]);
    if (o.selected || o.hover) {
      ctx.globalAlpha = 1; ctx.lineWidth = 3; ctx.strokeStyle = theme().text;
      ctx.beginPath(); ctx.arc(p.x, p.y, r + 7, 0, 2 * Math.PI); ctx.stroke();
    }
    if (o.quads) {
      const n = o.count;
      ctx.globalAlpha = 0.92; ctx.fillStyle = theme().halo;
      ctx.beginPath(); ctx.arc(p.x, p.y, r, 0, 2 * Math.PI); ctx.fill();
      ctx.globalAlpha = 1; ctx.lineWidth = 4;
      let from = -Math.PI / 2;
      o.quads.forEach((q, i) => {
        if (!q) return;
        const to = from + (q / n) * 2 * Math.PI;
        ctx.strokeStyle = quadColour(i);
        ctx.beginPath(); ctx.arc(p.x, p.y, r - 1, from, to); ctx.stroke();
        from = to;
      });
      ctx.font = "600 11px " + FONT; ctx.textAlign = "center"; ctx.textBaseline = "middle";
      ctx.fillStyle = theme().text; ctx.fillText(short(n), p.x, p.y + 0.5);
      ctx.restore();
      return;
    }
    if (o.ring) {
      ctx.globalAlpha = 0.9; ctx.lineWidth = 1.5; ctx.strokeStyle = o.ink; ctx.setLineDash([3, 3]);
      ctx.beginPath(); ctx.arc(p.x, p.y, r + 4.5, 0, 2 * Math.PI); ctx.stroke(); ctx.setLineDash([]);
    }
    trace(ctx, o.shape, p, r);
    ctx.globalAlpha = o.ring ? 0.75 : 1; ctx.fillStyle = o.hollow ? theme().halo : o.ink; ctx.fill();
    ctx.globalAlpha = 1; ctx.lineWidth = o.hollow ? 2 : 1.2; ctx.strokeStyle = o.hollow ? o.ink : theme().halo; ctx.stroke();
    if (o.fresh) {
      ctx.font = "600 10px " + FONT; ctx.textAlign = "left"; ctx.textBaseline = "middle"; ctx.lineWidth = 3;
      ctx.strokeStyle = theme().halo; ctx.strokeText(state.config.words.fresh, p.x + r + 3, p.y - 5);
      ctx.fillStyle = theme().text; ctx.fillText(state.config.words.fresh, p.x + r + 3, p.y - 5);
    }
    ctx.restore();
  }

  // Lines come as texts (geo/drawing.py, outline): steps in thousandths of a degree, latitude first.
  const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  function outline(packed) {
    if (typeof packed !== "string") return packed.map(outline);
    const found = [];
    let at = 0, lat = 0, lon = 0;
    const next = () => {
      let value = 0, shift = 0, digit;
      do { digit = DIGITS.indexOf(packed[at++]); value |= (digit & 31) << shift; shift += 5; } while (digit > 31);
      return value & 1 ? ~(value >> 1) : value >> 1;
    };
    while (at < packed.length) { lat += next(); lon += next(); found.push([lat / 1000, lon / 1000]); }
    return found;
  }

  const cellRadius = (n) => Math.min(8 + 2 * Math.log2(n), 20);
  const look = (type, modality, near) => ({ shape: state.config.types[type][3], ink: colour(type), hollow: modality > 0, ring: near });

  // Names of countries and towns, rows [name, lon, lat, zoom from which, kind], the most important
  // first and none overlapping.
  const Labels = L.Layer.extend({
    initialize(rows) { this._rows = rows; },
    onAdd(map) {
      this._canvas = L.DomUtil.create("canvas", "leaflet-layer leaflet-zoom-hide");
      map.getPane("dateline-labels").appendChild(this._canvas);
      map.on("moveend zoomend resize viewreset", this._draw, this);
      this._draw();
    },
    onRemove(map) {
      map.off("moveend zoomend resize viewreset", this._draw, this);
      this._canvas.remove();
    },
    _draw() {
      const map = this._map, size = map.getSize(), zoom = map.getZoom(), scale = window.devicePixelRatio || 1;
      const canvas = this._canvas, ctx = canvas.getContext("2d");
      L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([0, 0]));
      canvas.width = size.x * scale; canvas.height = size.y * scale;
      canvas.style.width = size.x + "px"; canvas.style.height = size.y + "px";
      ctx.scale(scale, scale);
      ctx.textAlign = "center"; ctx.textBaseline = "middle"; ctx.lineJoin = "round";
      const taken = [], bounds = map.getBounds().pad(0.05);
      for (const [label, lon, lat, rank, kind] of this._rows) {
        if (zoom < rank || !bounds.contains([lat, lon])) continue;
        const p = map.latLngToContainerPoint([lat, lon]), town = kind !== "country";
        const style = { country: ["600 12px", 0.75], capital: ["600 11px", 0.9], city: ["11px", 0.85] }[kind] || ["11px", 0.8];
        ctx.font = style[0] + " 'Source Sans', 'Source Sans Pro', system-ui, sans-serif";
        const name = town ? label : label.toUpperCase();
        const w = ctx.measureText(name).width / 2 + 4, y = p.y + (town ? -9 : 0);
        const box = [p.x - w, y - 8, p.x + w, y + 8];
        if (taken.some((t) => box[0] < t[2] && box[2] > t[0] && box[1] < t[3] && box[3] > t[1])) continue;
        taken.push(box);
        ctx.globalAlpha = style[1]; ctx.lineWidth = 3; ctx.strokeStyle = theme().land; ctx.strokeText(name, p.x, y);
        ctx.fillStyle = theme().text; ctx.fillText(name, p.x, y);
        if (town) { ctx.beginPath(); ctx.arc(p.x, p.y, 1.6, 0, 2 * Math.PI); ctx.fill(); }
      }
    },
  });

  const element = (tag, className, text) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  };

  function note(text) {
    const control = L.control({ position: "topright" });
    control.onAdd = () => element("div", "dateline-note", text);
    control.addTo(state.map);
  }

  // The ground is the last thing that a first map waits for: it is asked for while the other scripts
  // still load, from where it usually is.
  const early = {};
  if (document.currentScript && document.currentScript.src) {
    const name = "countries.geojson", url = new URL("../app.dateline_basemap/" + name, document.currentScript.src).href;
    early[url] = fetch(url);
    early[url].catch(() => {});
  }

  function fetchJson(name) {
    const url = new URL(state.config.basemap + name, document.baseURI).href, begun = early[url];
    delete early[url];
    return (begun || fetch(url)).then((r) => {
      if (!r.ok) throw new Error(name + ": " + r.status);
      return r.json();
    });
  }

  function loadBase() {
    const map = state.map, words = state.config.words;
    const renderer = L.canvas({ pane: "dateline-base", padding: 0.3 });
    state.provinces = true;
    const layer = (data, role) => {
      const drawn = L.geoJSON(data, { renderer, pane: "dateline-base", interactive: false, style: baseStyle(role) });
      drawn.dateline = role;
      state.base.push(drawn);
      return drawn;
    };
    const countries = fetchJson("countries.geojson")
      .then((data) => { layer(data, "countries").addTo(map).bringToBack(); state.painted = performance.now(); })
      .catch(() => note(words.nobase));
    // Provinces are seen from zoom 5 on, and fetched when they first are.
    let drawn = null;
    const toggle = () => {
      const wanted = state.provinces && map.getZoom() >= 5;
      if (wanted && drawn === null) {
        drawn = false;
        fetchJson("admin1.geojson").then((data) => { drawn = layer(data, "admin1"); toggle(); }).catch(() => {});
      } else if (drawn) { if (wanted) map.addLayer(drawn); else map.removeLayer(drawn); }
    };
    state.showProvinces = (on) => { state.provinces = on; toggle(); };
    map.on("zoomend", toggle);
    countries.then(toggle);
    fetchJson("labels.json").then((data) => {
      state.labels = new Labels(data).addTo(map);
    }).catch(() => {});
  }

  function baseStyle(role) {
    const t = theme(), under = state.tiles ? 0 : 1;
    if (role === "countries") return { color: t.border, weight: 1, fillColor: t.land, fillOpacity: under, opacity: under };
    return { color: t.province, weight: 0.8, fill: false, opacity: under };
  }

  // `tiles` is a row of config.tiles, or null for the built-in ground.
  function setLook(dark, tiles) {
    const map = state.map, old = state.tiles ? state.tiles.dateline : null;
    if (dark === state.dark && old === tiles) return;
    state.dark = dark;
    document.documentElement.classList.toggle("dateline-dark", dark);
    if (old !== tiles) {
      if (state.tiles) map.removeLayer(state.tiles);
      state.tiles = null;
      if (tiles) {
        const [, , url, maxNativeZoom, attribution] = tiles;
        state.tiles = L.tileLayer(url, { maxZoom: 18, maxNativeZoom, attribution }).addTo(map);
        state.tiles.dateline = tiles;
      }
    }
    map.getContainer().style.background = theme().sea;
    for (const drawn of state.base) drawn.setStyle(baseStyle(drawn.dateline));
    if (state.labels) { if (state.tiles) map.removeLayer(state.labels); else { map.addLayer(state.labels); state.labels._draw(); } }
    if (Dateline.player) Dateline.player.look();
  }

  function legend() {
    const words = state.config.words, control = L.control({ position: "bottomleft" });
    control.onAdd = () => {
      const box = element("details", "dateline-legend"), list = element("ul");
      box.open = window.innerWidth > 1100;
      box.appendChild(element("summary", "", words.legend));
      for (const [name, text] of Object.entries(words.kinds)) {
        const item = element("li");
        item.append(element("i", "dateline-key dateline-key-" + name), document.createTextNode(text));
        list.appendChild(item);
      }
      box.appendChild(list);
      box.appendChild(element("b", "", words.colours));
      const quads = box.appendChild(element("ul"));
      for (const [name, ink, dark] of state.config.quads) {
        const item = quads.appendChild(element("li")), key = item.appendChild(element("i", "dateline-key dateline-key-quad"));
        key.style.setProperty("--light", ink); key.style.setProperty("--dark", dark);
        item.append(document.createTextNode(words.quads[name] || name));
      }
      box.appendChild(element("div", "dateline-small", words.shapes));
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.disableScrollPropagation(box);
      return box;
    };
    control.addTo(state.map);
  }

  function buttons() {
    const words = state.config.words, map = state.map, control = L.control({ position: "topright" });
    control.onAdd = () => {
      const bar = element("div", "leaflet-bar");
      const button = (outline, label, action) => {
        const link = element("a");
        const icon = link.appendChild(document.createElementNS(SVG, "svg"));
        icon.setAttribute("viewBox", "0 0 16 16");
        icon.appendChild(document.createElementNS(SVG, "path")).setAttribute("d", outline);
        link.href = "#"; link.title = label; link.setAttribute("role", "button"); link.setAttribute("aria-label", label);
        L.DomEvent.on(link, "click", (event) => { L.DomEvent.stop(event); action(); });
        bar.appendChild(link);
      };
      button("M2 8l6-5.5L14 8M4 7v6.5h8V7", words.home, home);
      if (document.fullscreenEnabled) button("M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4", words.full, () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()));
      Dateline.tools.buttons(button);
      L.DomEvent.disableClickPropagation(bar);
      return bar;
    };
    control.addTo(map);
  }

  function home() {
    const [west, south, east, north] = state.config.home;
    state.map.fitBounds([[south, west], [north, east]], { animate: false, maxZoom: 9 });
  }

  // The constant part: called once, when folium's map has been made.
  function base(map, config) {
    Object.assign(state, { map, config });
    for (const [name, z] of [["dateline-base", 150], ["dateline-labels", 350], ["dateline-heat", 380], ["dateline-player", 420]]) {
      map.createPane(name).style.zIndex = z;
      map.getPane(name).style.pointerEvents = "none";
    }
    map.attributionControl.setPrefix("Leaflet");
    map.attributionControl.addAttribution(config.words.credit);
    map.options.renderer = L.canvas({ tolerance: 5, padding: 0.3 });
    map.getContainer().setAttribute("aria-label", config.words.map);
    // The map has what the timeline leaves of the frame, whose height the page's style may change;
    // a frame that has no height yet will have the usual one.
    const fit = () => {
      const all = window.innerHeight > 2 * config.time ? window.innerHeight : config.height;
      map.getContainer().style.height = all - (state.timeless ? 0 : config.time) + "px";
      map.invalidateSize();
    };
    fit();
    state.fit = fit;
    window.addEventListener("resize", fit);
    L.control.scale({ imperial: false }).addTo(map);
    Dateline.tools.setup(); buttons(); legend();
    if (config.view) map.setView([config.view[1], config.view[0]], config.view[2], { animate: false }); else home();
    Dateline.player.setup();
    loadBase();
    window.DatelineFonts().then(() => { if (state.labels) state.labels._draw(); Dateline.player.look(); });
    let waiting = 0;
    map.on("moveend", () => {
      clearTimeout(waiting);
      waiting = setTimeout(moved, 60);
    });
  }

  // After a move: the address says where the map is, and the server hears of it if it must.
  function moved() {
    const map = state.map, data = state.data;
    tint();
    try {
      const there = map.getCenter().wrap(), url = new URL(parent.location);
      url.searchParams.set("view", there.lat.toFixed(4) + "," + there.lng.toFixed(4) + "," + map.getZoom().toFixed(2));
      parent.history.replaceState(parent.history.state, "", url);
    } catch { /* embedded in a page of another origin: no address to keep */ }
    if (!data || !data.follow || Dateline.player.busy()) return;
    const view = viewNow(), told = state.reply.view;
    if (told && view.every((v, i) => Math.abs(v - told[i]) < 1e-9)) return;
    tell({ view });
  }

  function tooltip(title, lines) {
    return () => {
      const node = element("div", "dateline-tip");
      node.appendChild(element("b", "", title));
      for (const line of lines) if (line) { const row = element("div", "", line); row.dir = "auto"; node.appendChild(row); }
      return node;
    };
  }

  function offset(i, n) {
    if (n < 2) return [0, 0];
    const r = 8 * Math.sqrt(i + (n > 2 ? 0.4 : 0.6)), a = i * 2.39996;  // sunflower: even spread for any n
    return [r * Math.cos(a), r * Math.sin(a)];
  }

  // The changing part: called with each new selection of events; draws into folium's group.
  function events(group, data) {
    setLook(data.dark, state.tiles ? state.tiles.dateline : null);
    Object.assign(state, { group, server: data });
    Dateline.player.events(data);
    redraw(Dateline.player.instead(data) || data);
    focus(data);
    if (data.follow) setTimeout(moved, 30);  // the first view, and one of a time when none was asked for
  }

  // Draw what the server sent last, or what the slider shows where that is ahead of the server.
  function redraw(data) {
    state.group.clearLayers();
    fill(state.group, data);
    const revision = (state.drawn ? state.drawn.revision : 0) + 1;
    state.drawn = { features: data.features.length, cells: data.cells.length + data.stacks.length, heat: data.heat.length, dates: data.time && data.time.dates, ahead: data !== state.server, revision };
  }

  function fill(group, data) {
    const map = state.map, config = state.config, words = config.words;
    state.data = data; state.byId = new Map();
    const add = (layer, properties, tip) => {
      layer.feature = { type: "Feature", properties, geometry: null };
      layer.bindTooltip(tip, { sticky: true, opacity: 1, className: "dateline-tooltip" });
      layer.on("mouseover", () => { map.getContainer().style.cursor = "pointer"; hovered(properties.id); });
      layer.on("mouseout", () => { map.getContainer().style.cursor = ""; hovered(null); });
      layer.on("click", () => { if ((properties.id || properties.box) && !Dateline.tools.drawing()) tell({ click: { id: properties.id, box: properties.box, at: Date.now() } }); });
      layer.addTo(group);
      if (properties.id) state.byId.set(properties.id, layer);
      return layer;
    };
    const heat = data.heat.length ? new Heat(data.heat, data.zoom) : null;
    if (heat) heat.addTo(group);
    draw(data, add, (n, i) => offset(i, n));
    for (const [lon, lat, q0, q1, q2, q3, place] of data.stacks) pile([lat, lon], [q0, q1, q2, q3], data.places[place], [lon, lat]);
    for (const [x, y, q0, q1, q2, q3, lon, lat] of data.cells) pile(map.unproject([x, y], data.zoom), [q0, q1, q2, q3], "", lon === undefined ? null : [lon, lat]);
    function pile(at, quads, name, one) {
      const n = quads[0] + quads[1] + quads[2] + quads[3];
      const said = words.number.replace("{}", n.toLocaleString()) + (name ? ": " + name : "");
      const shares = quads.map((q, i) => (q ? words.quads[config.quads[i][0]] + " " + q.toLocaleString() : "")).filter(Boolean).join(", ");
      const layer = new Mark(at, { radius: cellRadius(n), count: n, quads });
      const e = 1e-5;
      add(layer, one ? { box: [one[0] - e, one[1] - e, one[0] + e, one[1] + e] } : { zoom: true }, tooltip(said, [shares, one ? words.stack : words.zoom]));
      if (!one) layer.on("click", () => Dateline.tools.drawing() || map.setView(layer.getLatLng(), Math.min(map.getZoom() + 2, 18), { animate: !REDUCED }));
    }
    if (data.spider) spider(group, data, add);
    encircle(group, data);
    tint();
    Dateline.tools.events(group, data);
  }

  // The selected event may be one of a number, or an area too small to be seen: a ring tells where.
  function encircle(group, data) {
    if (!data.selected || !data.mark) return;
    const [, , , lon, lat, first, last] = data.mark, map = state.map, layer = state.byId.get(data.selected);
    if (data.time && first !== null && (last < data.time.dates[0] || first > data.time.dates[1])) return;
    if (layer) {
      const bounds = layer.getBounds ? layer.getBounds() : null;
      if (!bounds || map.latLngToLayerPoint(bounds.getNorthWest()).distanceTo(map.latLngToLayerPoint(bounds.getSouthEast())) > 40) return;
    }
    L.circleMarker([lat, lon], { radius: 24, color: theme().text, weight: 3, fill: false, interactive: false, encircles: true }).addTo(group);
  }

  // Go to an event that was just selected, if it is not in view.
  function focus(data) {
    const map = state.map;
    if (data.selected === state.selected) return;
    state.selected = data.selected;
    if (!data.focus) return;
    const [west, south, east, north] = data.focus, there = L.latLngBounds([[south, west], [north, east]]);
    if (map.getBounds().pad(-0.08).contains(there)) return;
    if (west === east && south === north && map.getZoom() >= 6) map.panTo(there.getCenter(), { animate: !REDUCED });
    else map.fitBounds(there, { maxZoom: Math.max(Math.min(map.getZoom(), 10), 7), padding: [30, 30], animate: !REDUCED });
  }

  // An area that reaches beyond the view on all sides would only stain the map: its fill goes.
  function tint() {
    const view = state.map.getBounds();
    if (!state.group) return;
    for (const layer of state.group.getLayers()) {
      if (!(layer instanceof L.Polygon && layer.feature)) continue;
      const full = layer.options.full === undefined ? layer.options.fillOpacity : layer.options.full;
      const around = layer.getBounds().contains(view);
      layer.setStyle({ full, fillOpacity: around ? full / 4 : full });
    }
  }

  // Events one by one: areas and lines, then symbols, those of one point apart from each other.
  function draw(data, add, apart) {
    const config = state.config, places = new Map();
    const near = config.kinds.indexOf("near"), area = config.kinds.indexOf("area"), border = config.kinds.indexOf("border");
    for (const f of data.features) {
      if (f[3] > near) continue;
      const key = f[8] + " " + f[9];
      places.set(key, (places.get(key) || 0) + 1);
    }
    const done = new Map();
    for (const [id, type, modality, kind, day, place, text, fresh, a, b] of data.features) {
      const ink = colour(type), chosen = id === state.data.selected, faint = modality ? 0.5 : 1, label = config.types[type];
      const title = label[4] + " " + label[0] + (data.days[day] ? " · " + data.days[day] : "") + (modality ? " · " + config.modalities[modality] : "");
      const tip = tooltip(title, [data.places[place], text < 0 ? "" : data.texts[text]]);
      let layer;
      if (kind === area) {
        layer = L.polygon(outline(data.shapes[a]), { color: ink, weight: chosen ? 3.5 : 1.3, dashArray: b > 4 || modality ? "5 4" : null, fillColor: ink, fillOpacity: (chosen ? 0.28 : 0.13) * faint, opacity: 0.9 });
      } else if (kind === border) {
        layer = L.polyline(outline(data.shapes[a]), { color: ink, weight: chosen ? 8 : 5, opacity: 0.75 * faint, lineCap: "butt" });
      } else if (kind > near) {
        layer = L.polyline(outline(data.shapes[a]), { color: ink, weight: chosen ? 3.5 : 1.6, dashArray: "2 6", opacity: 0.95, lineCap: "round" });
      } else {
        const key = a + " " + b, i = done.get(key) || 0;
        done.set(key, i + 1);
        layer = new Mark([b, a], { ...look(type, modality, kind === near), radius: chosen ? 8 : 6.5, selected: chosen, fresh, offset: apart(places.get(key), i) });
      }
      add(layer, { id }, tip);
    }
  }

  // The stack that was clicked: its events on legs around it, in a spiral that grows with their number.
  function spider(group, data, add) {
    const map = state.map, at = data.spider.features[0], centre = L.latLng(at[9], at[8]);
    const Legs = Mark.extend({
      _updatePath() {
        if (!this._renderer._drawing || this._empty()) return;
        const ctx = this._renderer._ctx, p = map.latLngToLayerPoint(this._latlng);
        ctx.save(); ctx.globalAlpha = 0.8; ctx.lineWidth = 1.5; ctx.strokeStyle = theme().text; ctx.setLineDash([]);
        // From the stack's ring outwards: its number must stay readable.
        const from = cellRadius(data.spider.features.length) + 1;
        data.spider.features.forEach((_, i) => { const [x, y] = leg(i), near = from / Math.hypot(x, y); ctx.beginPath(); ctx.moveTo(p.x + x * near, p.y + y * near); ctx.lineTo(p.x + x, p.y + y); ctx.stroke(); });
        ctx.restore();
      },
    });
    const leg = (i) => { const a = 0.9 * Math.sqrt(i * 3.2 + 4), r = 26 + 3.1 * i; return [r * Math.cos(a * 1.7), r * Math.sin(a * 1.7)]; };
    new Legs(centre, { radius: 26 + 3.2 * data.spider.features.length, interactive: false }).addTo(group);
    draw(data.spider, add, (n, i) => leg(i));
  }

  // Heat: each cell a soft disc; more events, more opaque, on a scale that the densest cell sets.
  const Heat = L.Layer.extend({
    initialize(rows, zoom) { this._rows = rows; this._zoomOf = zoom; },
    onAdd(map) {
      this._canvas = L.DomUtil.create("canvas", "leaflet-layer leaflet-zoom-hide");
      map.getPane("dateline-heat").appendChild(this._canvas);
      map.on("moveend zoomend resize viewreset", this._draw, this);
      this._draw();
    },
    onRemove(map) { map.off("moveend zoomend resize viewreset", this._draw, this); this._canvas.remove(); },
    _draw() {
      const map = this._map, size = map.getSize(), canvas = this._canvas, ctx = canvas.getContext("2d");
      L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([0, 0]));
      canvas.width = size.x; canvas.height = size.y;
      const origin = map.getPixelBounds().min, scale = 2 ** (map.getZoom() - this._zoomOf), most = Math.log1p(Math.max(...this._rows.map((r) => r[2])));
      const stamp = document.createElement("canvas"), r = 26;
      stamp.width = stamp.height = 2 * r;
      const s = stamp.getContext("2d"), soft = s.createRadialGradient(r, r, 0, r, r, r);
      soft.addColorStop(0, "rgba(0,0,0,1)"); soft.addColorStop(1, "rgba(0,0,0,0)");
      s.fillStyle = soft; s.fillRect(0, 0, 2 * r, 2 * r);
      for (const [x, y, n] of this._rows) {
        ctx.globalAlpha = 0.1 + 0.7 * (Math.log1p(n) / most);
        ctx.drawImage(stamp, x * scale - origin.x - r, y * scale - origin.y - r);
      }
      // Viridis-like, from dark blue to yellow: even steps for every kind of colour vision.
      const ramp = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];
      const image = ctx.getImageData(0, 0, size.x, size.y), d = image.data;
      for (let i = 3; i < d.length; i += 4) {
        if (!d[i]) continue;
        const t = (d[i] / 255) * (ramp.length - 1), k = Math.min(Math.floor(t), ramp.length - 2), f = t - k;
        for (let c = 0; c < 3; c++) d[i - 3 + c] = ramp[k][c] + f * (ramp[k + 1][c] - ramp[k][c]);
        d[i] = Math.min(3 * d[i], 205);  // from nothing at the edge: a disc with a rim would look like an area
      }
      ctx.putImageData(image, 0, 0);
    },
  });

  // Mark an event without moving the map: the pointer is on its row in the list.
  function hover(id) {
    if (state.hover) { state.hover.options.hover = false; state.hover.redraw(); state.hover = null; }
    const layer = id === null ? null : state.byId.get(id);
    if (layer && layer._map && layer.redraw) { layer.options.hover = true; layer.redraw(); state.hover = layer; }
  }

  function hovered(id) {
    for (const frame of Array.from(parent.frames)) {
      try { if (frame.DatelineList) frame.DatelineList.hover(id ?? null); } catch { /* a frame of another origin */ }
    }
  }

  return { base, events, redraw, state, tell, hover, viewNow, symbol, outline, look, cellRadius, offset, theme, quadColour, element, setLook, short, FONT, REDUCED, SVG };
})();

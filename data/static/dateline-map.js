// The map of Dateline: base map, place labels and events, drawn with Leaflet on canvases.
//
// folium loads this file once beside Leaflet; on each change the server sends one call,
// Dateline.events(group, data), whose data is inert JSON (geo/maps.py, js_json). Text reaches the
// page through textContent and fillText only, never as HTML.
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
  const state = { map: null, config: null, dark: null, selected: null, tiles: null, base: [], painted: 0 };
  const theme = () => THEMES[state.dark ? "dark" : "light"];
  const colour = (type) => state.config.types[type][state.dark ? 2 : 1];

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
      const ctx = renderer._ctx, o = this.options, p = this._point, r = this._radius;
      ctx.save();
      ctx.setLineDash([]);
      if (o.selected) {
        ctx.globalAlpha = 1; ctx.lineWidth = 3; ctx.strokeStyle = theme().text;
        ctx.beginPath(); ctx.arc(p.x, p.y, r + 7, 0, 2 * Math.PI); ctx.stroke();
      }
      if (o.ring) {
        ctx.globalAlpha = 0.9; ctx.lineWidth = 1.5; ctx.strokeStyle = o.ink; ctx.setLineDash([3, 3]);
        ctx.beginPath(); ctx.arc(p.x, p.y, r + 4.5, 0, 2 * Math.PI); ctx.stroke(); ctx.setLineDash([]);
      }
      trace(ctx, o.shape, p, r);
      const open = o.hollow || o.count > 1;
      ctx.globalAlpha = o.opacityInside; ctx.fillStyle = open ? theme().halo : o.ink; ctx.fill();
      ctx.globalAlpha = 1; ctx.lineWidth = o.count > 1 ? 3 : o.hollow ? 2 : 1.2; ctx.strokeStyle = open ? o.ink : o.edge; ctx.stroke();
      if (o.count > 1) {
        ctx.font = "600 11px 'Source Sans', 'Source Sans Pro', system-ui, sans-serif";
        ctx.textAlign = "center"; ctx.textBaseline = "middle";
        const text = o.count > 9999 ? Math.round(o.count / 1000) + "k" : String(o.count);
        ctx.fillStyle = theme().text; ctx.fillText(text, p.x, p.y + 0.5);
      }
      ctx.restore();
    },
  });

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

  function fetchJson(name) {
    return fetch(state.config.basemap + name).then((r) => {
      if (!r.ok) throw new Error(name + ": " + r.status);
      return r.json();
    });
  }

  function loadBase() {
    const map = state.map, words = state.config.words;
    const renderer = L.canvas({ pane: "dateline-base", padding: 0.3 });
    const layer = (data, role) => {
      const drawn = L.geoJSON(data, { renderer, pane: "dateline-base", interactive: false, style: baseStyle(role) });
      drawn.dateline = role;
      state.base.push(drawn);
      return drawn;
    };
    fetchJson("countries.geojson")
      .then((data) => { layer(data, "countries").addTo(map).bringToBack(); state.painted = performance.now(); })
      .catch(() => note(words.nobase));
    fetchJson("admin1.geojson").then((data) => {
      const drawn = layer(data, "admin1");
      const toggle = () => (map.getZoom() >= 5 ? map.addLayer(drawn) : map.removeLayer(drawn));
      map.on("zoomend", toggle);
      toggle();
    }).catch(() => {});
    fetchJson("labels.json").then((data) => {
      state.labels = new Labels(data).addTo(map);
    }).catch(() => {});
  }

  function baseStyle(role) {
    const t = theme(), under = state.tiles ? 0 : 1;
    if (role === "countries") return { color: t.border, weight: 1, fillColor: t.land, fillOpacity: under, opacity: under };
    return { color: t.province, weight: 0.8, fill: false, opacity: under };
  }

  function setLook(dark, tiles) {
    const map = state.map, wanted = tiles ? state.config.tiles : null;
    if (dark === state.dark && (state.tiles !== null) === Boolean(wanted)) return;
    state.dark = dark;
    document.documentElement.classList.toggle("dateline-dark", dark);
    if (wanted && !state.tiles) {
      state.tiles = L.tileLayer(wanted.url, { maxZoom: 18, attribution: wanted.attribution }).addTo(map);
    } else if (!wanted && state.tiles) {
      map.removeLayer(state.tiles);
      state.tiles = null;
    }
    map.getContainer().style.background = theme().sea;
    for (const drawn of state.base) drawn.setStyle(baseStyle(drawn.dateline));
    if (state.labels) { if (state.tiles) map.removeLayer(state.labels); else { map.addLayer(state.labels); state.labels._draw(); } }
  }

  function legend() {
    const words = state.config.words, control = L.control({ position: "bottomleft" });
    control.onAdd = () => {
      const box = element("details", "dateline-legend"), list = element("ul");
      box.open = window.innerWidth > 900;
      box.appendChild(element("summary", "", words.legend));
      for (const [name, text] of Object.entries(words.kinds)) {
        const item = element("li");
        item.append(element("i", "dateline-key dateline-key-" + name), document.createTextNode(text));
        list.appendChild(item);
      }
      box.appendChild(list);
      L.DomEvent.disableClickPropagation(box);
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
      L.DomEvent.disableClickPropagation(bar);
      return bar;
    };
    control.addTo(map);
    document.addEventListener("fullscreenchange", () => {
      const node = map.getContainer();
      if (document.fullscreenElement) { node.dataset.height = node.style.height; node.style.height = "100vh"; } else if (node.dataset.height) node.style.height = node.dataset.height;
      map.invalidateSize();
    });
  }

  function home() {
    const [west, south, east, north] = state.config.home;
    state.map.fitBounds([[south, west], [north, east]], { animate: false, maxZoom: 9 });
  }

  // The constant part: called once, when folium's map has been made.
  function base(map, config) {
    Object.assign(state, { map, config });
    for (const [name, z] of [["dateline-base", 150], ["dateline-labels", 350]]) {
      map.createPane(name).style.zIndex = z;
      map.getPane(name).style.pointerEvents = "none";
    }
    map.attributionControl.setPrefix("Leaflet");
    map.attributionControl.addAttribution(config.words.credit);
    map.options.renderer = L.canvas({ tolerance: 5, padding: 0.3 });
    map.getContainer().setAttribute("aria-label", config.words.map);
    L.control.scale({ imperial: false }).addTo(map);
    buttons(); legend(); home(); loadBase();
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
    const map = state.map, config = state.config;
    setLook(data.dark, data.tiles);
    const add = (layer, properties, tip) => {
      layer.feature = { type: "Feature", properties, geometry: null };
      // What streamlit-folium sends back on a click: the id, and a stamp so that a second click on
      // the same event, after another choice in the list, is news to the server.
      layer.toGeoJSON = () => ({ ...layer.feature, properties: { ...properties, at: Date.now() } });
      layer.bindTooltip(tip, { sticky: true, opacity: 1, className: "dateline-tooltip" });
      layer.on("mouseover", () => { map.getContainer().style.cursor = "pointer"; });
      layer.addTo(group);
      return layer;
    };
    for (const f of data.features) {
      const ink = colour(f.type), chosen = f.id === data.selected;
      const faint = f.modality ? 0.5 : 1;
      const tip = tooltip(f.title, [f.place, f.text]);
      const shape = f.shape === undefined ? null : data.shapes[f.shape];
      let layer;
      if (f.kind === "area") {
        layer = L.polygon(shape, { color: ink, weight: chosen ? 3.5 : 1.3, dashArray: f.prec > 4 ? "5 4" : null, fillColor: ink, fillOpacity: (chosen ? 0.28 : 0.13) * faint, opacity: 0.9 });
      } else if (f.kind === "border") {
        layer = L.polyline(shape, { color: ink, weight: chosen ? 8 : 5, opacity: 0.75 * faint, lineCap: "butt" });
      } else if (f.kind === "link") {
        layer = L.polyline(shape, { color: ink, weight: chosen ? 3.5 : 1.6, dashArray: "2 6", opacity: 0.95, lineCap: "round" });
      } else {
        layer = new Mark([f.lat, f.lon], {
          shape: config.types[f.type][3], ink, edge: theme().halo, radius: chosen ? 8 : 6.5, selected: chosen,
          ring: f.kind === "near", hollow: f.modality > 0, opacityInside: f.kind === "near" ? 0.75 : 1,
          offset: offset(f.i || 0, f.n || 1),
        });
      }
      add(layer, { id: f.id }, tip);
    }
    for (const c of data.cells) {
      const [west, south, east, north] = c.box, apart = Math.max(east - west, north - south) > 1e-4;
      const layer = new Mark([c.lat, c.lon], {
        shape: "circle", ink: colour(c.type), edge: colour(c.type), radius: Math.min(8 + 2 * Math.log2(c.n), 20), count: c.n, opacityInside: 0.88,
      });
      add(layer, apart ? { zoom: true } : { box: c.box }, tooltip(c.title, [apart ? config.words.zoom : config.words.stack]));
      if (apart) layer.on("click", () => map.fitBounds([[south, west], [north, east]], { maxZoom: Math.min(map.getZoom() + 4, 14), padding: [40, 40], animate: !REDUCED }));
    }
    group.on("mouseout", () => { map.getContainer().style.cursor = ""; });
    if (data.selected !== state.selected) {
      state.selected = data.selected;
      if (data.focus) {
        const [west, south, east, north] = data.focus, there = L.latLngBounds([[south, west], [north, east]]);
        if (!map.getBounds().pad(-0.08).contains(there)) {
          if (west === east && south === north && map.getZoom() >= 6) map.panTo(there.getCenter(), { animate: !REDUCED });
          else map.fitBounds(there, { maxZoom: Math.max(Math.min(map.getZoom(), 10), 7), padding: [30, 30], animate: !REDUCED });
        }
      }
    }
    state.drawn = { features: data.features.length, cells: data.cells.length, revision: (state.drawn ? state.drawn.revision : 0) + 1 };
  }

  return { base, events, state };
})();

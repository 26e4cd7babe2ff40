// The list of events beside the map: a Streamlit component without a build step.
//
// The server sends the first rows of the selection (geo/listing.py); the reply is the chosen event,
// or a wish for more rows. Hovering is passed on to the map's frame directly, without the server.
// Text reaches the page through textContent only.
"use strict";

(() => {
  const main = document.getElementById("list");
  let args = null, nodes = new Map(), current = null;

  const send = (type, data) =>
    window.parent.postMessage({ isStreamlitMessage: true, type: "streamlit:" + type, ...data }, "*");
  const reply = (value) => send("setComponentValue", { value: { ...value, at: Date.now() }, dataType: "json" });

  const element = (tag, className, text) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  };

  // Tell the map's frame, if it is there, which event is looked at.
  function tellMap(id) {
    for (let i = 0; i < window.parent.frames.length; i++) {
      try {
        const map = window.parent.frames[i].Dateline;
        if (map && map.hover) map.hover(id);
      } catch { /* a frame of another origin is not the map */ }
    }
  }

  function theme(given) {
    if (!given) return;
    const style = document.documentElement.style, dark = given.base === "dark";
    style.colorScheme = dark ? "dark" : "light";
    for (const [name, value] of [["ground", given.backgroundColor], ["text", given.textColor],
      ["soft", given.secondaryBackgroundColor], ["primary", given.primaryColor],
      ["line", given.borderColor || (dark ? "#36414c" : "#d5dade")]]) style.setProperty("--" + name, value);
    document.documentElement.classList.toggle("dark", dark);
  }

  function row(item) {
    const [label, glyph, light, dark] = args.types[item.type], words = args.words;
    const node = element("div");
    node.id = "event-" + nodes.size;
    node.setAttribute("role", "option");
    node.setAttribute("aria-selected", String(item.id === args.selected));
    node.tabIndex = -1;
    const head = element("div", "head"), mark = element("span", "glyph", glyph);
    mark.style.color = args.dark ? dark : light;
    mark.setAttribute("aria-hidden", "true");
    head.append(mark, element("span", item.unsure ? "unsure" : "", item.unsure ? label + " (" + item.unsure + ")" : label));
    const place = element("span", "place", item.place);
    place.dir = "auto";
    head.append(place);
    if (item.fresh) head.append(element("span", "badge new", words.new));
    if (item.reports > 1) head.append(element("span", "badge", words.reports.replace("{}", item.reports)));
    head.append(element("time", "", item.date));
    const text = element("div", "text");
    text.dir = "auto";
    if (item.who) text.append(element("b", "", item.who), document.createTextNode(": "));
    text.append(document.createTextNode(item.text));
    node.append(head, text);
    if (item.sources) {
      const sources = element("div", "text", words.sources + ": " + item.sources);
      sources.dir = "auto";
      node.append(sources);
    }
    node.addEventListener("click", () => choose(item.id));
    node.addEventListener("mouseenter", () => tellMap(item.id));
    node.addEventListener("mouseleave", () => tellMap(null));
    node.addEventListener("focus", () => { current = item.id; tellMap(item.id); });
    node.addEventListener("blur", () => tellMap(null));
    nodes.set(item.id, node);
    return node;
  }

  function choose(id) {
    for (const [key, node] of nodes) node.setAttribute("aria-selected", String(key === id));
    reply({ id });
  }

  function step(by) {
    const ids = [...nodes.keys()], at = ids.indexOf(current);
    const next = ids[Math.min(Math.max(at + by, 0), ids.length - 1)];
    if (next === undefined) return;
    if (nodes.get(current)) nodes.get(current).tabIndex = -1;
    nodes.get(next).tabIndex = 0;
    nodes.get(next).focus();
  }

  const KEYS = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: 8, PageUp: -8, Home: -1e6, End: 1e6 };
  main.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "BUTTON") return;
    if (event.key in KEYS) { step(KEYS[event.key]); event.preventDefault(); }
    if ((event.key === "Enter" || event.key === " ") && current) { choose(current); event.preventDefault(); }
  });

  function render() {
    const top = main.scrollTop, focused = document.activeElement && document.activeElement.getAttribute("role") === "option";
    const kept = current;
    nodes = new Map();
    const list = element("div");
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", args.words.label);
    for (const item of args.rows) list.append(row(item));
    const parts = args.rows.length ? [list] : [element("div", "empty", args.words.empty)];
    if (args.total > args.rows.length) {
      const foot = element("div", "foot"), more = element("button", "", args.words.more);
      const told = args.words.of.split("{}");
      more.type = "button";
      more.addEventListener("click", () => reply({ more: true }));
      foot.append(element("span", "", told[0] + args.rows.length.toLocaleString("en") + told[1] + args.total.toLocaleString("en") + told[2]), more);
      parts.push(foot);
    }
    main.replaceChildren(...parts);
    current = nodes.has(kept) ? kept : nodes.has(args.selected) ? args.selected : nodes.keys().next().value;
    if (nodes.get(current)) nodes.get(current).tabIndex = 0;
    main.scrollTop = top;
    if (focused && nodes.get(current)) nodes.get(current).focus({ preventScroll: true });
  }

  // The article beside the list begins where the event's sentence is; in a hand, where the list and
  // the article are below the map, the page goes to what was chosen there.
  function showSentence() {
    const page = window.parent.document, until = Date.now() + 5000;
    const look = () => {
      const box = page.querySelector(".st-key-detail"), mark = box && box.querySelector("mark.dl-sentence");
      if (!box || (!mark && Date.now() < until)) { if (Date.now() < until) setTimeout(look, 120); return; }
      if (page.documentElement.clientWidth < 640) box.scrollIntoView({ block: "nearest" });
      if (!mark) return;
      const below = mark.getBoundingClientRect().top - box.getBoundingClientRect().top;
      if (below > box.clientHeight * 0.7 || below < 0) box.scrollTop += below - box.clientHeight / 3;
    };
    setTimeout(look, 250);  // what was chosen before may still be there
  }

  let drawn = "", selected = null, tab = null;
  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || event.data.type !== "streamlit:render") return;
    theme(event.data.theme);
    args = event.data.args;
    args.dark = document.documentElement.classList.contains("dark");
    send("setFrameHeight", { height: args.height });
    // The line for a first visit was read, or this is not one: no need to show it again.
    if (args.seen) document.cookie = "dateline_seen=1; path=/; max-age=31536000; SameSite=Lax";
    const now = JSON.stringify(args);
    if (now === drawn) return;
    drawn = now;
    render();
    if (args.selected && (args.selected !== selected || args.tab !== tab)) {
      try { showSentence(); } catch { /* in a page of another origin */ }
    }
    tab = args.tab;
    if (args.selected !== selected) {
      selected = args.selected;
      const node = nodes.get(selected);
      if (node) node.scrollIntoView({ block: "nearest" });
    }
  });

  // What the map's frame calls when an event is looked at there.
  window.DatelineList = {
    hover(id) {
      for (const [key, node] of nodes) node.classList.toggle("near", key === id);
      if (id && nodes.has(id)) nodes.get(id).scrollIntoView({ block: "nearest" });
    },
  };
  if (window.DatelineFonts) window.DatelineFonts();
  send("componentReady", { apiVersion: 1 });
})();

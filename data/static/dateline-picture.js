// A picture of the map for a report: what is on the screen and, below it, what is shown in words, what
// the colours mean, and the attribution. Made in the browser from the map's own canvases; nothing is
// sent anywhere.
"use strict";

(() => {
  const PAD = 12, LINE = 17;

  // Cut text into lines of at most `width` pixels.
  function lines(ctx, text, width) {
    const found = [];
    let line = "";
    for (const word of text.split(/\s+/)) {
      const longer = line ? line + " " + word : word;
      if (line && ctx.measureText(longer).width > width) { found.push(line); line = word; } else line = longer;
    }
    return line ? [...found, line] : found;
  }

  // Everything that the map has drawn, in the order in which it lies.
  function layers(map) {
    // The pane's own height counts, for all of them lie in one that is as high as the events'.
    const order = (node) => Number(getComputedStyle(node.closest(".leaflet-pane")).zIndex) || 0;
    return [...map.getContainer().querySelectorAll(".leaflet-pane canvas, .leaflet-pane img.leaflet-tile")]
      .filter((node) => node.offsetParent !== null || node.tagName === "CANVAS")
      .map((node, i) => [order(node), i, node])
      .sort((a, b) => a[0] - b[0] || a[1] - b[1])
      .map(([, , node]) => node);
  }

  // Where each entry of the key stands: [colour, words, x, line].
  function key(ctx, width) {
    const { config } = Dateline.state;
    let x = PAD, line = 0;
    return config.quads.map(([name], i) => {
      const words = config.words.quads[name] || name, wide = ctx.measureText(words).width + 34;
      if (x > PAD && x + wide > width) { x = PAD; line++; }
      x += wide;
      return [Dateline.quadColour(i), words, x - wide, line];
    });
  }

  function compose(map, caption) {
    const box = map.getContainer().getBoundingClientRect(), scale = Math.max(window.devicePixelRatio || 1, 2);
    const picture = document.createElement("canvas"), ctx = picture.getContext("2d");
    const font = "13px 'Source Sans', 'Source Sans Pro', system-ui, sans-serif";
    ctx.font = font;
    const credit = [...map.getContainer().querySelectorAll(".leaflet-control-attribution")].map((n) => n.textContent).join(" ");
    const told = lines(ctx, caption || "", box.width - 2 * PAD), credits = lines(ctx, credit, box.width - 2 * PAD);
    const colours = key(ctx, box.width - 2 * PAD), rows = told.length + colours[colours.length - 1][3] + 1 + credits.length;
    const foot = rows * LINE + 2 * PAD - 6, look = Dateline.theme();
    picture.width = box.width * scale;
    picture.height = (box.height + foot) * scale;
    ctx.scale(scale, scale);
    ctx.fillStyle = getComputedStyle(map.getContainer()).backgroundColor;
    ctx.fillRect(0, 0, box.width, box.height);
    ctx.save();
    ctx.beginPath(); ctx.rect(0, 0, box.width, box.height); ctx.clip();
    for (const node of layers(map)) {
      const at = node.getBoundingClientRect();
      if (!at.width || !at.height) continue;
      ctx.globalAlpha = Number(getComputedStyle(node).opacity);
      ctx.drawImage(node, at.x - box.x, at.y - box.y, at.width, at.height);
    }
    ctx.restore();
    ctx.fillStyle = look.halo;
    ctx.fillRect(0, box.height, box.width, foot);
    ctx.fillStyle = look.text; ctx.font = font; ctx.textBaseline = "top";
    const top = (row) => box.height + PAD - 3 + row * LINE;
    told.forEach((text, i) => ctx.fillText(text, PAD, top(i)));
    for (const [ink, words, x, line] of colours) {
      ctx.fillStyle = ink; ctx.beginPath(); ctx.arc(x + 5, top(told.length + line) + 7, 5, 0, 2 * Math.PI); ctx.fill();
      ctx.fillStyle = look.text; ctx.fillText(words, x + 15, top(told.length + line));
    }
    credits.forEach((text, i) => ctx.fillText(text, PAD, top(rows - credits.length + i)));
    return picture;
  }

  // Save the picture as dateline-map.png. Tiles of another host may forbid it: then say so.
  window.Dateline.picture = (caption) => new Promise((resolve, reject) => {
    try {
      compose(window.Dateline.state.map, caption).toBlob((blob) => {
        if (!blob) { reject(new Error("no picture")); return; }
        const link = document.createElement("a");
        link.href = URL.createObjectURL(blob);
        link.download = "dateline-map.png";
        document.body.append(link);
        link.click();
        link.remove();
        setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
        resolve(blob.size);
      }, "image/png");
    } catch (error) { reject(error); }
  });
})();

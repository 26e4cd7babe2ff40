// A picture of the map for a report: what is on the screen, with its attribution and, below it, what
// is shown in words. Made in the browser from the map's own canvases; nothing is sent anywhere.
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

  function compose(map, caption) {
    const box = map.getContainer().getBoundingClientRect(), scale = Math.max(window.devicePixelRatio || 1, 2);
    const picture = document.createElement("canvas"), ctx = picture.getContext("2d");
    const font = "13px 'Source Sans', 'Source Sans Pro', system-ui, sans-serif";
    ctx.font = font;
    const credit = [...map.getContainer().querySelectorAll(".leaflet-control-attribution")].map((n) => n.textContent).join(" ");
    const told = [...lines(ctx, caption || "", box.width - 2 * PAD), ...lines(ctx, credit, box.width - 2 * PAD)];
    const foot = told.length ? told.length * LINE + 2 * PAD - 6 : 0;
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
    ctx.fillStyle = "#ffffff";
    ctx.fillRect(0, box.height, box.width, foot);
    ctx.fillStyle = "#1d2429"; ctx.font = font; ctx.textBaseline = "top";
    told.forEach((text, i) => ctx.fillText(text, PAD, box.height + PAD - 3 + i * LINE));
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

// The page's own fonts for a frame of it, so that map, list and page look alike; without them the
// system's serve. Gives a promise that is kept when they are there.
"use strict";

window.DatelineFonts = () => {
  const faces = [];
  try {
    for (const sheet of window.parent.document.styleSheets) {
      for (const rule of sheet.cssRules) {
        if (rule.constructor.name !== "CSSFontFaceRule") continue;
        const told = (name) => rule.style.getPropertyValue(name), family = told("font-family").replace(/["']/g, "");
        if (family !== "Source Sans") continue;
        const base = sheet.href || window.parent.location.href;
        const source = told("src").replace(/url\(["']?([^"')]+)["']?\)/g, (_, url) => `url("${new URL(url, base)}")`);
        faces.push(new FontFace(family, source, { style: told("font-style") || "normal", weight: told("font-weight") || "normal" }));
      }
    }
  } catch { /* a sheet that may not be read */ }
  for (const face of faces) document.fonts.add(face);
  return Promise.allSettled(faces.map((face) => face.load()));
};

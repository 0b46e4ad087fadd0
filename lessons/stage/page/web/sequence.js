// Who did what to whom, and when: client, kernel and server, from top to bottom.
import { make } from "./dom.js";
import { layoutSequence } from "./layout.js";
import { draw, lettering, shaft } from "./svg.js";

const lives = ["client", "noyau", "serveur"];
const life = { client: "client", kernel: "noyau", server: "serveur", server2: "serveur" };
const kinds = { client: "client", noyau: "kernel", serveur: "server" };
const signs = { worked: " ✓", failed: " ✗", waiting: " …" };
const mostEvents = 8; // events, the last ones

export class Sequence {
  constructor() {
    this.before = make("p", { className: "source" });
    this.place = make("div");
    this.root = make("section", { className: "drawing" }, make("h3", {}, "Ce qui s'est passé"), this.before, this.place);
  }

  show(story, width, font) {
    const all = story.events.filter((e) => life[e.from]);
    this.root.hidden = all.length === 0;
    if (this.root.hidden) return;
    const shown = all.slice(-mostEvents).map((e) => ({ from: life[e.from], to: life[e.to], words: said(e, all[0].t) }));
    this.before.textContent = all.length > mostEvents ? `${all.length - mostEvents} plus tôt, non dessinés` : "";
    this.before.hidden = all.length <= mostEvents;
    const at = layoutSequence({ width, font, lives, events: shown });
    const svg = draw("svg", { width, height: at.height, viewBox: `0 0 ${width} ${at.height.toFixed(1)}`, role: "img", "aria-label": `Entre client, noyau et serveur : ${shown.map((e) => `${e.from}${e.to ? ` vers ${e.to}` : ""}, ${e.words}`).join(" ; ")}` });
    at.x.forEach((x, i) => svg.append(draw("line", { class: "life", x1: x, x2: x, y1: 2 * font, y2: at.height }), lettering(at.heads[i], `owner ${kinds[lives[i]]}`)));
    for (const s of at.steps) {
      const kind = `trail ${kinds[s.event.from]}`;
      if (s.arrow) svg.append(shaft([[s.arrow.x1, s.arrow.y], [s.arrow.x2, s.arrow.y]], kind, 0.7 * font));
      if (s.dot) svg.append(draw("circle", { class: `token ${kinds[s.event.from]}`, cx: s.dot.x, cy: s.dot.y, r: 0.35 * font }));
      for (const t of s.texts) svg.append(draw("rect", { class: "under", x: t.x - 2, y: t.y, width: t.w + 4, height: t.h }), lettering(t, "name"));
    }
    this.place.replaceChildren(svg);
  }
}

// said is an event in words, with its time since the first one.
function said(e, first) {
  const after = (e.t - first) / 1000;
  const time = after < 1000 ? `${Math.round(after)} ms` : `${(after / 1000).toFixed(1).replace(".", ",")} s`;
  const detail = e.detail ? `${signs[e.outcome] ?? " ·"} ${e.detail}` : (signs[e.outcome] ?? "");
  return `+${time} · ${e.what}${detail}`.replace(/\s+/g, " ").replace(/ ([:;?!»])/g, "\u00a0$1").replace(/« /g, "«\u00a0");
}

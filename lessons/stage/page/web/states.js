// The eleven states, with the sockets that were measured on them. Only what two
// measurements show moves.
import { clock, make, still } from "./dom.js";
import { layoutStates, narrowest, route } from "./layout.js";
import { labels, moved, title } from "./story.js";
import { places } from "./tcp.js";
import { draw, lettering, shaft, token } from "./svg.js";

const sides = { client: "Côté client", server: "Côté serveur" };
const trail = 12; // moves that stay drawn

export class States {
  constructor() {
    this.title = make("h3", {}, "Les onze états");
    this.machines = make("div", { className: "machines" });
    this.legend = make("p", { className: "source" });
    this.said = make("ol", { className: "moves-said" });
    this.root = make("section", { className: "drawing" }, this.title, this.machines, this.legend, this.said);
    this.stood = new Map(); // where each token was drawn, and by which move it got there
  }

  // show draws a story in a width; forward: what has moved since, moves.
  show(story, width, font, forward) {
    const tokens = story.list();
    this.root.hidden = story.covered || tokens.length === 0;
    if (this.root.hidden) return;
    const roles = new Set(tokens.map((k) => k.role));
    const apart = !roles.has("") && roles.size > 1 && width >= 2 * narrowest(font) + font;
    const shown = apart ? ["client", "server"] : [undefined];
    const each = apart ? (width - font) / 2 : width;
    const stood = new Map();
    this.machines.replaceChildren(...shown.map((role) => this.machine(story, role, each, font, forward, stood)));
    this.stood = stood;
    this.legend.textContent = this.key(tokens, story);
    const last = story.moves.slice(-3).reverse();
    this.said.replaceChildren(...last.map((m) => make("li", {}, make("time", {}, clock(m.t)), " ", moved(m))));
    this.said.hidden = last.length === 0;
  }

  machine(story, role, width, font, forward, stood) {
    const tokens = story.list(role).map((k) => ({ ...k, texts: labels(k.role, k.socket) }));
    tokens.sort((a, b) => (b.here ? 1 : 0) - (a.here ? 1 : 0));
    const moves = story.moves.filter((m) => role === undefined || m.role === role).slice(-trail);
    const at = layoutStates({ width, font, tokens });
    const who = tokens.map((k) => `${title(k.role, k.socket)} : ${k.state === "CLOSED" ? "plus dans la table" : k.state}${k.here || k.state === "CLOSED" ? "" : ", pas dans la dernière mesure"}`);
    const svg = draw("svg", { width: at.width, height: at.height, viewBox: `0 0 ${at.width} ${at.height.toFixed(1)}`, role: "img", "aria-label": `Les onze états${role ? `, ${sides[role].toLowerCase()}` : ""}. ${who.join(" ; ") || "Aucun socket"}.` });
    for (const a of at.arrows) svg.append(shaft(a.points, "arc", 0.55 * font));
    for (const m of moves.toSorted((a, b) => (a.role === "server" ? 0 : 1) - (b.role === "server" ? 0 : 1))) for (const points of ways(at, m)) svg.append(shaft(points, `trail ${m.role || "other"}${m.seen ? "" : " gap"}`, 0.7 * font));
    for (const box of Object.values(at.boxes)) {
      svg.append(draw("rect", { class: box.count ? "state here" : "state", x: box.x, y: box.y, width: box.w, height: box.h, rx: 0.3 * font }), lettering(box.name, "name"));
    }
    for (const a of at.arrows) if (a.text) svg.append(lettering(a.text, "word"));
    for (const t of at.more) svg.append(lettering(t, "word"));
    for (const mark of at.marks) {
      const k = mark.token;
      const g = draw("g", {}, token(k.role, k.here, mark.cx, mark.cy, 0.45 * font), lettering(mark.text, `owner ${k.role || "other"}`));
      svg.append(g);
      const move = moves.findLast((m) => m.key === k.key);
      const before = this.stood.get(k.key);
      stood.set(k.key, { x: mark.cx, y: mark.cy, move });
      if (forward && move && before && before.move !== move && !still()) glide(g, [[before.x, before.y], ...ways(at, move).flat(), [mark.cx, mark.cy]]);
    }
    const figure = make("figure", {}, svg);
    if (role) figure.prepend(make("figcaption", {}, sides[role]));
    return figure;
  }

  // key says what the shapes mean, those that are on screen alone.
  key(tokens, story) {
    const has = (f) => tokens.some(f);
    const all = [];
    if (has((k) => k.role === "client")) all.push("● cl.\u00a0: client");
    if (has((k) => k.role === "server")) all.push("■ srv\u00a0: serveur", "←\u00a0: relié au client de ce port");
    if (has((k) => !k.role)) all.push("◆\u00a0: rôle inconnu");
    if (has((k) => !k.here)) all.push("vide\u00a0: pas dans la dernière mesure");
    if (story.moves.some((m) => !m.seen)) all.push("tirets\u00a0: passage non vu");
    for (const k of tokens.filter((t) => !places[t.state])) all.push(`hors du schéma\u00a0: ${title(k.role, k.socket)}, ${k.state}`);
    const m = story.measured;
    if (m) all.push(`mesuré à ${clock(m.t)}, ${m.source}`);
    return all.join(" · ");
  }
}

// ways are the arrows along which a move is drawn.
function ways(at, m) {
  const states = m.way ?? [m.from, m.to];
  const all = [];
  for (let i = 1; i < states.length; i++) if (at.boxes[states[i - 1]] && at.boxes[states[i]]) all.push(route(at.boxes, states[i - 1], states[i], at.width));
  return all;
}

// glide brings an element along points to where it stands, the last one.
function glide(element, points) {
  const [x, y] = points.at(-1);
  element.animate(
    points.map(([px, py]) => ({ transform: `translate(${px - x}px, ${py - y}px)` })),
    { duration: 900, easing: "ease-in-out" },
  );
}

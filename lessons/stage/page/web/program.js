// The program: the line each thread is on, its system call, what it touched in
// the kernel, joined by one line; and when each thread was in the kernel.
import { byId, make } from "./dom.js";
import { layoutLanes, layoutProgram } from "./listing.js";
import { draw, lettering, shaft } from "./svg.js";
import { callTexts, objectTexts, span } from "./traced.js";

const mostThreads = 6; // threads of a program that are drawn, those that live first
const mostObjects = 6;

export class Program {
  constructor() {
    this.place = make("div");
    this.note = make("p", { className: "source" });
    this.root = make("section", { className: "drawing program" }, make("h3", {}, "Le programme"), this.place, this.note);
  }

  show(story, width, font) {
    const { traced } = story;
    const all = [...traced.programs.values()];
    this.root.hidden = all.length === 0;
    if (this.root.hidden) return;
    let left = 0;
    const programs = all.map((p) => {
      const threads = [...p.threads.values()].filter((t) => !t.ended || t === traced.last || t.tid === [...p.threads.keys()][0]);
      const objects = traced.objects(p);
      left += Math.max(0, threads.length - mostThreads) + Math.max(0, objects.length - mostObjects);
      return {
        index: p.index, lines: p.lines,
        title: `${p.name}${p.lines.length ? "" : " (source non montrée)"}`,
        threads: threads.slice(-mostThreads).map((t) => ({ thread: t, line: t.line, texts: callTexts(t, traced.t), object: t.held && !t.ended ? `${p.index} ${t.held.fd}` : null, now: t === traced.last })),
        objects: objects.slice(0, mostObjects).map((o) => ({ key: `${p.index} ${o.fd}`, fd: o.fd, texts: objectTexts(o, measured(story, o.held)) })),
      };
    });
    const room = innerHeight - byId("tete").offsetHeight - byId("dock").offsetHeight - 5 * font;
    const rows = Math.max(5, Math.floor(room / programs.length / (1.32 * font) - 2.2));
    const at = layoutProgram({ width, font, programs, rows });
    this.place.replaceChildren(this.draw(at, traced, font));
    const note = [at.beside ? "De gauche à droite\u00a0: la ligne, l'appel, ce que tient le noyau." : "De haut en bas\u00a0: la ligne, l'appel, ce que tient le noyau.", "Trait plein\u00a0: dans le noyau\u00a0; tirets\u00a0: en est revenu."];
    if (left > 0) note.push(`${left} autres ne sont pas dessinés.`);
    if (all.some((p) => p.source === "python")) note.push("Les appels sont ceux que dit Python, non le noyau.");
    this.note.textContent = note.join(" ");
  }

  draw(at, traced, font) {
    const role = (index) => traced.programs.get(index).role || "other";
    const said = at.calls.map((c) => `${traced.programs.get(c.program).name}${c.thread.line ? `, ligne ${c.thread.line}` : ""} : ${c.thread.texts.join(", ")}`);
    const svg = draw("svg", { width: at.width, height: at.height, viewBox: `0 0 ${at.width} ${at.height.toFixed(1)}`, role: "img", "aria-label": `Le programme. ${said.join(" ; ") || "Aucun appel encore"}` });
    for (const m of at.marks) svg.append(draw("rect", { class: "line-here", x: m.x, y: m.y, width: m.w, height: m.h }));
    for (const l of at.links) {
      const kind = `trail ${role(l.program)}${l.thread.thread.inside ? "" : " gap"}${l.thread.now ? " now" : ""}`;
      if (l.points.length > 1) svg.append(shaft(l.points, kind, 0.6 * font));
      if (l.on) svg.append(shaft(l.on, kind, 0.6 * font));
    }
    for (const c of at.calls) svg.append(draw("rect", { class: c.thread.now ? "state here" : "state", x: c.x, y: c.y, width: c.w, height: c.h, rx: 0.3 * font }), ...c.texts.map((t, i) => start(t, i ? "code" : `owner ${role(c.program)}`)));
    for (const o of at.objects) svg.append(draw("rect", { class: "state", x: o.x, y: o.y, width: o.w, height: o.h, rx: 0.3 * font }), ...o.texts.map((t, i) => start(t, i ? "code" : "owner kernel")));
    for (const t of at.titles) svg.append(start(t, `owner ${role(t.program)}`));
    for (const l of at.lines) svg.append(start(l, l.marked ? "code marked" : "code"));
    return svg;
  }
}

// start is a text that keeps its spaces, from its left edge.
function start(t, kind) {
  const e = lettering(t, kind);
  e.setAttribute("x", t.x.toFixed(1));
  e.setAttribute("text-anchor", "start");
  e.setAttribute("xml:space", "preserve");
  return e;
}

// measured is the socket of a table that is the one a program holds.
function measured(story, held) {
  if (!held?.local?.port) return null;
  const same = (a, b) => (a?.port ?? 0) === (b?.port ?? 0);
  const found = story.list().find((k) => k.here && same(k.socket.local, held.local) && (same(k.socket.remote, held.remote) || k.state === "LISTEN" && !held.remote));
  return found?.socket ?? null;
}

// Times are the lanes of the threads: when each was in the kernel.
export class Times {
  constructor() {
    this.place = make("div");
    this.note = make("p", { className: "source" });
    this.root = make("section", { className: "drawing" }, make("h3", {}, "Les threads, dans le temps"), this.place, this.note);
  }

  show(story, width, font) {
    const { traced } = story;
    const threads = [...traced.programs.values()].flatMap((p) => [...p.threads.values()]).slice(0, 12);
    this.root.hidden = threads.length === 0;
    if (this.root.hidden) return;
    const [first, last] = [traced.first, traced.t];
    const spans = [...traced.spans, ...threads.filter((t) => t.inside).map((t) => ({ thread: t, from: t.since, to: last }))];
    const at = layoutLanes({ width, font, first, last, spans, threads: threads.map((t) => ({ thread: t, lane: `${t.program.name}, ${callTexts(t, last)[0]}${t.ended ? " (fini)" : ""}` })) });
    const svg = draw("svg", { width: at.width, height: at.height, viewBox: `0 0 ${at.width} ${at.height.toFixed(1)}`, role: "img", "aria-label": `Les threads, dans le temps : ${at.lanes.map((l) => l.thread.lane).join(" ; ")}` });
    for (const lane of at.lanes) {
      svg.append(draw("line", { class: "life", x1: 0, x2: at.width, y1: lane.y + lane.h / 2, y2: lane.y + lane.h / 2 }));
      for (const part of lane.parts) svg.append(draw("rect", { class: "in-kernel", x: part.x, y: lane.y, width: part.w, height: lane.h }));
      svg.append(start(lane.name, `owner ${lane.thread.thread.program.role || "other"}`));
    }
    this.place.replaceChildren(svg);
    this.note.textContent = `Plein\u00a0: dans un appel, il attend ou le noyau travaille pour lui. Pointillés\u00a0: il exécute son programme, ou attend son tour. De gauche à droite\u00a0: ${span(last - first)}.`;
  }
}

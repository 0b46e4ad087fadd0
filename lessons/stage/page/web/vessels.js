// The queues of the sockets, as vessels that fill with what was measured, and
// the goroutines and threads of labo.
import { clock, make } from "./dom.js";
import { draw } from "./svg.js";
import { title } from "./story.js";

const mostVessels = 6; // vessels of each kind

export class Vessels {
  constructor() {
    this.list = make("div", { className: "vessels" });
    this.note = make("p", { className: "source" });
    this.root = make("section", { className: "drawing" }, make("h3", {}, "Les files du noyau"), this.list, this.note);
  }

  show(story) {
    const all = queues(story);
    this.root.hidden = story.covered || all.length === 0;
    if (this.root.hidden) return;
    this.list.replaceChildren(...all.slice(0, mostVessels).map(vessel));
    const note = [];
    if (all.length > mostVessels) note.push(`${all.length - mostVessels} autres ne sont pas dessinées.`);
    if (story.largest > 0) note.push(`Un vase de réception ou d'envoi plein\u00a0: ${bytes(story.largest)}, le plus mesuré dans cette scène.`);
    if (all.some((q) => q.closing && q.share > 0)) note.push("Une fermeture (FIN) compte pour 1.");
    this.note.textContent = note.join(" ");
    this.note.hidden = note.length === 0;
  }
}

// queues are those of the sockets that the last measurement shows, those that
// hold something first. share is the part that is full, null where it is unknown.
export function queues(story) {
  const all = [];
  for (const { role, socket, here } of story.list()) {
    if (!here) continue;
    const { recv_queue: received, send_queue: sent } = socket;
    const who = title(role, socket);
    if (socket.state === "LISTEN") {
      if (received == null || sent == null) all.push({ name: `File d'accept(), ${who}`, value: "inconnue", share: null });
      else all.push({ name: `File d'accept(), ${who}`, value: `${received} en attente, backlog ${sent}`, share: Math.min(1, received / (sent + 1)) });
      continue;
    }
    const part = (n) => (n == null ? null : story.largest ? n / story.largest : 0);
    if (!["ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING", "LAST-ACK"].includes(socket.state)) continue;
    all.push({ name: `Reçu, pas encore lu, ${who}`, value: bytes(received), share: part(received), closing: ["CLOSE-WAIT", "CLOSING", "LAST-ACK"].includes(socket.state) });
    all.push({ name: `Envoyé, pas encore reconnu, ${who}`, value: bytes(sent), share: part(sent), closing: ["FIN-WAIT-1", "CLOSING", "LAST-ACK"].includes(socket.state) });
  }
  const listen = (q) => (q.name.startsWith("File") ? 1 : 0);
  return all.sort((a, b) => listen(b) - listen(a) || (b.share ?? 0) - (a.share ?? 0));
}

function bytes(n) {
  if (n == null) return "inconnu";
  return `${String(n).replace(/\B(?=(\d{3})+$)/g, "\u202f")} octet${n > 1 ? "s" : ""}`;
}

function vessel(q) {
  const bar = draw("svg", { class: "vessel", viewBox: "0 0 100 12", preserveAspectRatio: "none", "aria-hidden": "true" });
  if (q.share === null) bar.setAttribute("class", "vessel unknown");
  else if (q.share > 0) bar.append(draw("rect", { x: 0, y: 0, width: Math.max(1.5, 100 * q.share), height: 12 }));
  return make("div", {}, make("p", {}, `${q.name}\u00a0: `, make("b", {}, q.value)), bar);
}

// Threads are those of a program, each on its lane, one mark for each
// measurement: nothing is known of what was between.
export class Threads {
  constructor() {
    this.list = make("dl", { className: "lanes" });
    this.note = make("p", { className: "source" });
    this.root = make("section", { className: "drawing" }, make("h3", {}, "Les threads du programme"), this.list, this.note);
  }

  show(story) {
    const last = story.threads.at(-1);
    this.root.hidden = story.covered || !last;
    if (this.root.hidden) return;
    const past = story.threads.slice(-12);
    this.list.replaceChildren(...last.values.slice(0, 16).map((v) => {
      const marks = past.map((m) => ran(m.values.find((o) => o.label === v.label)?.text));
      const span = make("span", { className: "lane" }, marks.join(""));
      span.setAttribute("aria-hidden", "true");
      return make("div", {}, make("dt", {}, v.label), make("dd", {}, span, " ", v.text));
    }));
    const more = last.values.length > 16 ? `${last.values.length - 16} autres ne sont pas dessinés. ` : "";
    this.note.textContent = `${more}▮ calcule ou attend son tour · ▯ attend, ou est arrêté · une marque par mesure, la dernière à ${clock(last.t)}, ${last.source}`;
  }
}

const ran = (words) => (words === undefined ? " " : words.startsWith("calcule") ? "▮" : "▯");

const squares = 48; // a lane draws no more

export class Lanes {
  constructor() {
    this.list = make("dl", { className: "lanes" });
    this.root = make("section", { className: "drawing" }, make("h3", {}, "labo lui-même"), this.list);
  }

  show(story) {
    const r = story.runtime;
    this.root.hidden = story.covered || !r;
    if (this.root.hidden) return;
    const rows = [
      ["Goroutines", r.goroutines],
      ["qui calculent", r.running],
      ["prêtes", r.runnable],
      ["qui attendent", r.waiting],
      ["dans un appel", r.in_call],
      ["Threads du système", r.threads],
    ];
    this.list.replaceChildren(...rows.map(([name, n]) => make("div", {}, make("dt", {}, name), make("dd", {}, lane(n), " ", n == null ? "inconnu" : String(n)))));
  }
}

function lane(n) {
  const text = n == null ? "" : "▮".repeat(Math.min(n, squares)) + (n > squares ? "…" : "");
  const span = make("span", { className: "lane" }, text);
  span.setAttribute("aria-hidden", "true");
  return span;
}

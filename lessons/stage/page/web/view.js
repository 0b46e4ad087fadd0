// What the messages show, up to one of them: the same live and from a film.
import { byId, clock, fragment, make } from "./dom.js";
import { drawings } from "./drawings.js";

const waits = new Set(["ask", "input", "pause", "watch", "outline", "end"]);

export class View {
  constructor() {
    this.flow = byId("suite");
    this.messages = [];
    this.marks = []; // of each message: where its scene begins, its latest port, runtime and open wait
    this.from = -1; // the scene on screen: index of its first message
    this.at = -1; // the last message on screen
    this.nodes = new Map(); // index of a message, its element
    this.built = -1;
    this.port = this.runtime = null;
    this.drawings = drawings(byId("dessins"));
  }

  // add takes a message; show shows it.
  add(message) {
    const i = this.messages.length;
    const before = this.marks[i - 1] ?? { scene: 0, port: -1, runtime: -1, wait: -1, follow: -1 };
    const mark = { ...before };
    const kind = message.record?.kind;
    if (kind === "begin") Object.assign(mark, { scene: i, port: -1, runtime: -1, wait: -1 });
    else if (kind === "port") mark.port = i;
    else if (kind === "runtime") mark.runtime = i;
    else if (kind === "follow") mark.port = -1;
    else if (waits.has(kind)) mark.wait = i;
    else if (kind === "replied" || kind === "over") mark.wait = -1;
    this.messages.push(message);
    this.marks.push(mark);
  }

  // forget drops what is before the last scene that began.
  forget() {
    const last = this.marks.at(-1)?.scene ?? 0;
    if (last === 0) return;
    const messages = this.messages.slice(last);
    this.messages = [];
    this.marks = [];
    messages.forEach((m) => this.add(m));
    this.from = this.at = this.built = -1;
  }

  // show shows all up to the message at an index; it returns what was built anew.
  show(to) {
    if (to < 0 || to >= this.messages.length) return [];
    const mark = this.marks[to];
    if (mark.scene !== this.from) this.enter(mark.scene);
    const fresh = [];
    for (let i = this.built + 1; i <= to; i++) fresh.push(...this.build(i));
    this.built = Math.max(this.built, to);
    for (let i = this.at + 1; i <= to; i++) this.reveal(i, true);
    for (let i = to + 1; i <= this.at; i++) this.reveal(i, false);
    this.at = to;
    this.panel(mark);
    for (const d of this.drawings) d.show(this.messages, this.from, to);
    return fresh;
  }

  // wait is the message of what is waited for, null while the scene acts.
  get wait() {
    const i = this.marks[this.at]?.wait ?? -1;
    return i < 0 ? null : this.messages[i];
  }

  enter(scene) {
    this.from = scene;
    this.at = this.built = scene - 1;
    this.nodes.clear();
    this.flow.replaceChildren();
    this.port = this.runtime = null;
    const head = this.messages[scene].record.scene;
    if (!head) return;
    byId("titre").textContent = head.title;
    byId("etape").textContent = head.step ? `Étape ${head.step} · ${head.step_title}` : (head.step_title ?? "labo");
    byId("place").textContent = `scène ${head.index + 1} sur ${head.total}`;
    document.title = `${head.title} · labo` + (byId("enregistrement") ? " (enregistrement)" : "");
  }

  build(i) {
    const message = this.messages[i];
    if (!message.html || message.record?.kind === "port") return [];
    const node = make("div", { className: "item" }, fragment(message.html));
    node.dataset.kind = message.record?.kind ?? "";
    this.nodes.set(i, node);
    this.flow.append(node);
    return [node];
  }

  reveal(i, shown) {
    const node = this.nodes.get(i);
    if (node) node.hidden = !shown;
  }

  // panel shows the sockets, unless the reader predicts: they may hold the answer.
  panel(mark) {
    const covered = mark.wait >= 0 && this.messages[mark.wait].record.kind === "ask";
    byId("noyau").classList.toggle("covered", covered);
    const port = covered ? "covered" : mark.port;
    if (port !== this.port) {
      this.port = port;
      const m = this.messages[mark.port];
      const table = byId("table");
      if (covered) {
        table.replaceChildren(make("p", { className: "empty" }, "Caché pendant la prédiction : la réponse y est peut-être."));
      } else if (m) table.replaceChildren(fragment(m.html));
      else table.replaceChildren(make("p", { className: "empty" }, "Pas encore mesuré dans cette scène."));
      byId("mesure").textContent = !covered && m ? `mesuré à ${clock(m.record.t)}` : "";
    }
    if (mark.runtime !== this.runtime) {
      this.runtime = mark.runtime;
      const r = this.messages[mark.runtime]?.record.runtime;
      const threads = r?.threads == null ? "" : ` sur ${r.threads} threads du système`;
      byId("moteur").textContent = r ? `labo lui-même : ${r.goroutines} goroutines${threads}` : "";
    }
  }
}

// What the messages show, up to one of them: the same live and from a film.
import { byId, clock, fragment, make } from "./dom.js";
import { Ballot } from "./ballot.js";
import { drawings } from "./drawings.js";

const waits = new Set(["ask", "input", "pause", "watch", "outline", "end"]);

export class View {
  constructor() {
    this.flow = byId("suite");
    this.messages = [];
    this.marks = []; // of each message: where its scene begins, its latest port and open wait
    this.from = -1; // the scene on screen: index of its first message
    this.at = -1; // the last message on screen
    this.scenes = new Map(); // of those that were on screen: what was built, and what of it is shown
    this.port = null;
    this.drawings = drawings(byId("dessins"));
  }

  // add takes a message; show shows it.
  add(message) {
    const i = this.messages.length;
    const before = this.marks[i - 1] ?? { scene: 0, port: -1, facing: -1, wait: -1, ask: -1, vote: -1, answer: -1, went: false };
    const mark = { ...before };
    const kind = message.record?.kind;
    if (kind === "begin") Object.assign(mark, { scene: i, port: -1, facing: -1, wait: -1, ask: -1, vote: -1, answer: -1, went: false });
    else if (kind === "port") mark.port = i;
    else if (kind === "facing") mark.facing = i;
    else if (kind === "follow") mark.port = -1;
    else if (waits.has(kind)) mark.wait = i;
    else if (kind === "replied" || kind === "over") mark.wait = -1;
    if (kind === "replied") mark.went = true;
    if (kind === "ask") Object.assign(mark, { ask: i, vote: -1 });
    else if (kind === "vote") mark.vote = i;
    else if (kind === "answer") mark.answer = i;
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
    this.from = this.at = -1;
    this.scenes.clear();
  }

  // show shows all up to the message at an index; it returns what was built anew.
  show(to) {
    if (to < 0 || to >= this.messages.length) return [];
    const mark = this.marks[to];
    if (mark.scene !== this.from) this.enter(mark.scene);
    const scene = this.scenes.get(mark.scene);
    const fresh = this.build(scene, to);
    for (let i = scene.at + 1; i <= to; i++) reveal(scene.nodes.get(i), true);
    for (let i = to + 1; i <= scene.at; i++) reveal(scene.nodes.get(i), false);
    this.at = scene.at = to;
    this.panel(mark);
    this.hands(mark);
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
    if (!this.scenes.has(scene)) this.scenes.set(scene, { root: make("div"), nodes: new Map(), built: scene - 1, at: scene - 1 });
    this.flow.replaceChildren(this.scenes.get(scene).root);
    this.port = null;
    const head = this.messages[scene].record.scene;
    if (!head) return;
    byId("titre").textContent = head.title;
    byId("etape").textContent = head.step ? `Étape ${head.step} · ${head.step_title}` : (head.step_title ?? "labo");
    byId("place").textContent = head.total === 1 ? "" : head.further ? "plus loin" : `scène ${head.index + 1} sur ${head.total}`;
    document.title = `${head.title} · labo` + (byId("enregistrement") ? " (enregistrement)" : "");
  }

  // build makes the elements that are missing up to a message, at one go.
  build(scene, to) {
    const made = [];
    let html = "";
    for (let i = scene.built + 1; i <= to; i++) {
      const { html: inner, record } = this.messages[i];
      if (!inner || record.kind === "port" || record.kind === "facing" || !/^[a-z]+$/.test(record.kind)) continue;
      html += `<div class="item" data-kind="${record.kind}">${inner}</div>`;
      made.push(i);
    }
    scene.built = Math.max(scene.built, to);
    if (!made.length) return [];
    const nodes = [...fragment(html).children];
    made.forEach((i, n) => scene.nodes.set(i, nodes[n]));
    scene.root.append(...nodes);
    return nodes;
  }

  // node is what a message of the scene on screen says.
  node(i) {
    return this.scenes.get(this.from)?.nodes.get(i);
  }

  // hands shows how a class votes: nothing of its splits until they are shown.
  hands(mark) {
    const node = this.node(mark.ask);
    const vote = this.messages[mark.vote];
    if (!node?.querySelector("form")) return;
    this.ballot ??= new Ballot();
    this.ballot.show(node, vote, mark.answer > mark.ask);
  }

  // panel shows the sockets, unless the reader predicts: they may hold the answer.
  panel(mark) {
    const covered = mark.wait >= 0 && this.messages[mark.wait].record.kind === "ask";
    byId("noyau").classList.toggle("covered", covered);
    const join = byId("entree"); // a class comes in at the beginning, and while it votes
    if (join) join.hidden = !covered && (mark.went || this.messages[mark.scene].n > 1);
    const port = covered ? "covered" : `${mark.port} ${mark.facing}`;
    if (port !== this.port) {
      this.port = port;
      const m = this.messages[mark.port];
      const other = this.messages[mark.facing];
      const table = byId("table");
      if (covered) {
        table.replaceChildren(make("p", { className: "empty" }, "Caché pendant la prédiction : la réponse y est peut-être."));
      } else if (m) table.replaceChildren(fragment(m.html));
      else table.replaceChildren(make("p", { className: "empty" }, "Pas encore mesuré dans cette scène."));
      if (other && !covered) {
        table.prepend(make("h3", {}, "Chez vous"));
        table.append(fragment(other.html));
      }
      byId("mesure").textContent = !covered && m ? `mesuré à ${clock(m.record.t)}` : "";
    }
  }
}

function reveal(node, shown) {
  if (node) node.hidden = !shown;
}

// What the messages of a scene have measured, up to one of them: the sockets,
// where each has moved, what happened, and what labo itself runs.
import { between, places } from "./tcp.js";
import { Traced } from "./traced.js";

const end = (e) => (e ? `${e.addr}:${e.port}` : "*");
const mostKept = 500; // tokens and moves that are kept

export class Story {
  constructor(port) {
    this.lesson = port;
    this.clear();
  }

  clear() {
    this.ports = new Set(this.lesson ? [this.lesson] : []); // where somebody listens
    this.tokens = new Map();
    this.moves = [];
    this.events = [];
    this.runtime = null;
    this.traced = new Traced();
    this.threads = []; // measurements of the threads of a process, in order
    this.measured = null; // when and by what
    this.covered = false; // the reader predicts: what is measured may be the answer
    this.largest = 0; // bytes in a queue
    this.version = (this.version ?? 0) + 1;
  }

  // take reads one record.
  take(record) {
    const t = record.t ?? 0;
    switch (record.kind) {
      case "ask":
        this.covered = true;
        break;
      case "replied":
        this.covered = false;
        break;
      case "follow":
        this.tokens.clear();
        this.moves = [];
        if (record.number) this.ports.add(record.number);
        break;
      case "program":
      case "call":
        this.traced.take(record, t);
        break;
      case "event":
        if (record.event?.what) this.events.push({ t, ...record.event });
        break;
      case "runtime":
        this.runtime = record.runtime;
        break;
      case "port":
        if (record.port && !record.port.error) this.measure(t, record.port.source, record.port.sockets ?? [], !record.port.lost && !(record.port.sockets?.length > mostKept));
        break;
      case "evidence":
        this.count(t, record.evidence);
        if (record.evidence?.sockets && !record.evidence.sockets.far) this.measure(t, record.evidence.source, record.evidence.sockets.rows ?? [], false);
        break;
      default:
        return;
    }
    this.version++;
  }

  // count takes what each thread of a process waits for, where an evidence lists
  // them: "en tout", then a line each, named "worker (1234)".
  count(t, evidence) {
    const [total, ...values] = evidence?.values ?? [];
    if (total?.label !== "en tout" || !/threads?$/.test(total.text) || values.length === 0) return;
    if (values.every((v) => /\(\d+\)$/.test(v.label))) this.threads.push({ t, source: evidence.source, values });
  }

  // measure takes sockets. A table that is whole shows by what it lacks that the
  // system has forgotten a socket; any other says nothing of the rest.
  measure(t, source, sockets, whole) {
    this.measured = { t, source };
    for (const s of sockets) if (s.state === "LISTEN" && s.local) this.ports.add(s.local.port);
    const met = new Set();
    for (const socket of sockets.slice(0, mostKept)) {
      const key = `${socket.protocol} ${end(socket.local)} ${end(socket.remote)}`;
      met.add(key);
      const token = this.tokens.get(key) ?? { key, since: t };
      if (token.state && token.state !== socket.state) this.move(token, socket.state, t);
      Object.assign(token, { state: socket.state, socket, t, here: true });
      this.tokens.set(key, token);
      if (socket.state !== "LISTEN") this.largest = Math.max(this.largest, socket.recv_queue ?? 0, socket.send_queue ?? 0);
    }
    for (const token of this.tokens.values()) {
      if (met.has(token.key)) continue;
      token.here = false;
      if (!whole || token.state === "CLOSED") continue;
      this.move(token, "CLOSED", t);
      token.state = "CLOSED";
      token.t = t;
    }
    for (const key of this.tokens.keys()) {
      if (this.tokens.size <= mostKept) break;
      if (!this.tokens.get(key).here) this.tokens.delete(key);
    }
  }

  // move notes that two measurements show a socket in two states.
  move(token, to, t) {
    const way = between(token.state, to);
    this.moves.push({ key: token.key, role: this.role(token.socket), socket: token.socket, from: token.state, to, t, before: token.t, way, seen: way?.length === 2 });
    if (this.moves.length > mostKept) this.moves.shift();
  }

  // role is that of a socket by its ports: "server", "client", "" where nobody
  // was seen to listen on either.
  role(socket) {
    if (socket.state === "LISTEN" || this.ports.has(socket.local?.port)) return "server";
    return socket.remote && this.ports.has(socket.remote.port) ? "client" : "";
  }

  // list returns the tokens in the order of their names, those of a role or all.
  list(role) {
    const all = [...this.tokens.values()].map((k) => ({ ...k, role: this.role(k.socket) }));
    return all.filter((k) => role === undefined || k.role === role).sort((a, b) => (a.key < b.key ? -1 : 1));
  }
}

const roleWords = { server: ["serveur", "srv"], client: ["client", "cl."], "": ["socket", "soc."] };

// title names a token in a sentence.
export function title(role, socket) {
  const far = socket.remote ? ` relié à :${socket.remote.port}` : "";
  return `${roleWords[role][0]} :${socket.local?.port ?? "?"}${role === "client" ? "" : far}`;
}

// labels are the names of a token for a drawing, from the longest to the
// shortest: a client by its own port, an end at the server by that of its client.
export function labels(role, socket) {
  const [long, short] = roleWords[role];
  const near = `:${socket.local?.port ?? "?"}`;
  if (role === "client" || !socket.remote) return [`${long} ${near}`, `${short} ${near}`, near];
  const far = `:${socket.remote.port}`;
  return role === "server" ? [`${long} ← ${far}`, `${short} ←${socket.remote.port}`, `←${socket.remote.port}`] : [`${long} ${near} → ${far}`, `${near}→${far}`, near];
}

// moved says a move in a sentence, and what of it was not seen.
export function moved(m) {
  const who = title(m.role, m.socket);
  const gone = m.to === "CLOSED";
  const said = gone ? `${who}\u00a0: ${m.from}, puis plus dans la table` : `${who}\u00a0: ${m.from} → ${m.to}`;
  if (m.seen) return said;
  const unseen = m.way?.slice(1, -1).filter((s) => places[s] && s !== "CLOSED") ?? [];
  if (unseen.length > 0) return `${said}\u00a0; entre les deux, ${unseen.join(", ")} n'a pas été vu`;
  return `${said}\u00a0; ce qu'il y a eu entre les deux n'a pas été vu`;
}

// What the calls of the programs that are followed have said, up to a moment:
// the line and the call of each thread, and what the kernel holds for them.

const mostSpans = 4000; // calls that are kept for the lanes

const streams = ["entrée standard", "sortie standard", "sortie d'erreur"];

export class Traced {
  constructor() {
    this.programs = new Map();
    this.spans = []; // calls that returned: program, tid, from, to
    this.last = null; // the thread that called last
    this.first = null; // moment of the first call
    this.t = 0;
  }

  take(record, t) {
    if (record.kind === "program") {
      const p = record.program;
      this.programs.set(p.index, { ...p, lines: p.lines ?? [], role: "", threads: new Map(), held: new Map() });
      return;
    }
    const p = this.programs.get(record.call.program);
    if (!p) return;
    this.t = t;
    this.first ??= t;
    const call = record.call;
    const thread = p.threads.get(call.tid) ?? { program: p, tid: call.tid, name: "", line: 0, call: null, inside: false, ended: false, object: null, since: t, held: null };
    p.threads.set(call.tid, thread);
    if (call.thread) thread.name = call.thread;
    this.last = thread;
    if (call.line && !call.file) thread.line = call.line;
    if (call.what === "end") thread.ended = true;
    if (call.what === "end" || call.what === "enter" || call.what === "return") Object.assign(thread, { call, inside: call.what === "enter", since: t });
    if (call.what === "return") this.returned(p, thread, call, t);
    else if (call.what === "enter") thread.held = call.fd === undefined ? null : object(p, call.fd);
    else if (call.what === "end") thread.held = null;
  }

  returned(p, thread, call, t) {
    if (call.took_us !== undefined) this.spans.push({ thread, from: t - call.took_us, to: t });
    if (this.spans.length > mostSpans) this.spans.shift();
    const held = call.held;
    if (held) {
      p.held.set(held.fd, held);
      if (call.call === "listen" && !call.failed) p.role = "server";
      if (call.call === "connect" && !call.failed && held.remote?.port) p.role = "client";
    }
    if (held || call.fd !== undefined) thread.held = object(p, held?.fd ?? call.fd);
    else thread.held = null;
    if (call.call === "close" && !call.failed) p.held.delete(call.fd);
  }

  // objects are what the kernel holds for a program: its sockets, and what its
  // threads touch beside.
  objects(p) {
    const all = new Map([...p.held.keys()].map((fd) => [fd, object(p, fd)]));
    for (const thread of p.threads.values()) if (thread.held && !thread.ended && !all.has(thread.held.fd)) all.set(thread.held.fd, thread.held);
    return [...all.values()].sort((a, b) => a.fd - b.fd);
  }
}

function object(p, fd) {
  return { fd, program: p.index, held: p.held.get(fd) ?? null };
}

// lines are what is written of an object; state: what was measured since, which
// replaces that of the call.
export function objectTexts(o, socket) {
  if (!o.held) return [streams[o.fd] ? `${o.fd}\u00a0: ${streams[o.fd]}` : `descripteur ${o.fd}`];
  const { type, local, remote } = o.held;
  const all = [`${o.fd}\u00a0: ${type === "SOCK_STREAM" || !type ? "socket" : type}`];
  const near = local?.port ? `:${local.port}` : "";
  if (near || remote?.port) all.push(remote?.port ? `${near} ↔ :${remote.port}` : near);
  const state = socket?.state ?? o.held.state;
  if (state) all.push(state === "CLOSED" && !near ? "sans adresse" : state);
  if (socket?.recv_queue > 0 && state !== "LISTEN") all.push(`${socket.recv_queue} o. à lire`);
  if (socket?.recv_queue > 0 && state === "LISTEN") all.push(`${socket.recv_queue} à accepter`);
  return all;
}

// callTexts are what a thread does: who, its call, what came of it.
export function callTexts(thread, now) {
  const who = thread.name === "MainThread" ? "fil principal" : thread.name || `fil ${thread.tid}`;
  const { call } = thread;
  if (!call) return [who];
  const says = call.says.replace(/ …$/, "");
  if (call.what === "end") return [who, says];
  if (thread.inside) return [who, says, now - thread.since < 1 ? "entre dans le noyau" : `dans le noyau depuis ${span(now - thread.since)}`];
  const took = call.took_us === undefined ? "" : ` en ${span(call.took_us)}`;
  return [who, says, call.failed ? `✗ refusé${took}` : `✓ répondu${took}`];
}

// span writes microseconds.
export function span(us) {
  if (us < 1000) return `${Math.max(0, Math.round(us))} µs`;
  if (us < 1e6) return `${Math.round(us / 1000)} ms`;
  return `${(us / 1e6).toFixed(1).replace(".", ",")} s`;
}

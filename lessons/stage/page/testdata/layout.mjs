// Properties of what is laid out and of what is told of moves, on random
// sockets, at many sizes. Run by TestNoTwoTextsMeet.
import assert from "node:assert/strict";
import test from "node:test";
import { advance, layoutSequence, layoutStates, narrowest } from "./layout.js";
import { fold, layoutLanes, layoutProgram } from "./listing.js";
import { Story, labels, moved } from "./story.js";
import { arrows, between, places } from "./tcp.js";

let seed = Number(process.env.LABO_SEED || Date.now());
console.log("LABO_SEED", seed);
const random = (n) => {
  seed = (seed * 1103515245 + 12345) % 2147483648;
  return Math.floor((seed / 2147483648) * n);
};

// sizes are the width of a drawing and its letters: a telephone, the column of a
// wall of 720 lines, of a screen, and of 2160 lines.
const sizes = [[318, 14], [336, 14], [560, 15], [590, 21], [620, 21], [1180, 21], [1600, 61], [3700, 61], [780, 13]];
const states = Object.keys(places);

const overlap = (a, b) => a.x < b.x + b.w - 0.01 && b.x < a.x + a.w - 0.01 && a.y < b.y + b.h - 0.01 && b.y < a.y + a.h - 0.01;
function apart(texts, width, height) {
  texts = texts.filter((t) => t.text);
  texts.forEach((a, i) => {
    assert.ok(a.x >= -0.01 && a.x + a.w <= width + 0.01 && a.y >= -0.01 && a.y + a.h <= height + 0.01, `"${a.text}" leaves the drawing: ${JSON.stringify(a)} of ${width}×${height}`);
    assert.ok(Math.abs(a.w - a.text.length * advance * a.font) < 0.01);
    for (const b of texts.slice(i + 1)) assert.ok(!overlap(a, b), `"${a.text}" meets "${b.text}"`);
  });
}

const socket = (state, near, far) => ({ protocol: "tcp4", state, local: { addr: "127.0.0.1", port: near }, remote: far ? { addr: "127.0.0.1", port: far } : null, recv_queue: random(3) ? random(100000) : null, send_queue: random(9) });

test("no two texts of the states meet, and none leaves the drawing", () => {
  for (let round = 0; round < 400; round++) {
    const tokens = [];
    for (let n = random(30); n > 0; n--) {
      const state = random(2) ? "ESTABLISHED" : states[random(11)];
      const role = ["client", "server", ""][random(3)];
      tokens.push({ state, texts: labels(role, socket(state, 1 + random(65535), random(4) && 1 + random(65535))) });
    }
    for (const [width, font] of sizes) {
      const at = layoutStates({ width, font, tokens });
      const names = Object.values(at.boxes).map((b) => b.name);
      apart([...names, ...at.marks.map((m) => m.text), ...at.more, ...at.arrows.flatMap((a) => a.text ?? [])], at.width, at.height);
      const boxes = Object.values(at.boxes);
      boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => assert.ok(!overlap(a, b), `${a.state} meets ${b.state}`)));
      for (const a of at.arrows) if (a.text) for (const b of boxes) assert.ok(!overlap(a.text, b), `"${a.text.text}" lies on ${b.state}`);
      for (const { points } of at.arrows)
        for (let i = 1; i < points.length; i++)
          for (let part = 0; part <= 1; part += 0.05) {
            const [x, y] = [0, 1].map((k) => points[i - 1][k] + (points[i][k] - points[i - 1][k]) * part);
            for (const { text: r } of at.arrows) assert.ok(!r || x <= r.x || x >= r.x + r.w || y <= r.y || y >= r.y + r.h, `an arrow passes through "${r?.text}" at ${width}`);
          }
      for (const m of at.marks) assert.ok(m.text.text.length >= 3, `the token of ${m.token.state} has no name at ${width}`);
      if (width >= narrowest(font)) assert.ok(boxes.every((b) => b.name.font === font), "a name is smaller than the rest");
    }
  }
});

test("three connections on one state all have their own name", () => {
  const tokens = [43588, 43590, 43592].map((p) => ({ state: "ESTABLISHED", texts: labels("client", socket("ESTABLISHED", p, 12345)) }));
  for (const [width, font] of sizes) {
    const at = layoutStates({ width, font, tokens });
    assert.equal(new Set(at.marks.map((m) => m.text.text)).size, 3, `at ${width}`);
    for (const m of at.marks) assert.match(m.text.text, /:4359?\d+$/);
  }
});

test("no two texts of a sequence meet", () => {
  const lives = ["client", "noyau", "serveur"];
  for (let round = 0; round < 200; round++) {
    const events = Array.from({ length: random(9) }, () => ({ from: lives[random(3)], to: [...lives, undefined][random(4)], words: Array.from({ length: 1 + random(12) }, () => "x".repeat(1 + random(40))).join(" ") }));
    for (const [width, font] of sizes) {
      const at = layoutSequence({ width, font, lives, events });
      apart([...at.heads, ...at.steps.flatMap((s) => s.texts)], at.width, at.height);
    }
  }
});

test("what was not seen between two states is told, and only what is sure", () => {
  for (const from of states) {
    for (const to of states) {
      if (from === to || from === "CLOSED") continue;
      const way = between(from, to);
      for (let i = 1; way && i < way.length; i++) assert.ok(arrows.some(([a, b]) => a === way[i - 1] && b === way[i]), `${way}`);
      const s = new Story(12345);
      s.take({ t: 1, kind: "port", port: { source: "x", sockets: [socket(from, 43588, 12345)] } });
      assert.equal(s.moves.length, 0, "one measurement shows no move");
      s.take({ t: 2, kind: "port", port: { source: "x", sockets: to === "CLOSED" ? [] : [socket(to, 43588, 12345)] } });
      assert.equal(s.moves.length, 1);
      const direct = arrows.some(([a, b]) => a === from && b === to);
      assert.equal(s.moves[0].seen, direct);
      assert.equal(moved(s.moves[0]).includes("pas été vu"), !direct, moved(s.moves[0]));
    }
  }
});

test("the only way between two states is drawn", () => {
  assert.deepEqual(between("ESTABLISHED", "FIN-WAIT-2"), ["ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2"]);
  assert.deepEqual(between("ESTABLISHED", "LAST-ACK"), ["ESTABLISHED", "CLOSE-WAIT", "LAST-ACK"]);
  assert.equal(between("ESTABLISHED", "TIME-WAIT"), null); // by FIN-WAIT-2, by CLOSING, or by neither
  assert.equal(between("CLOSE-WAIT", "CLOSED"), null); // by LAST-ACK, or reset
});

test("a table that is not whole makes nothing disappear", () => {
  const s = new Story(12345);
  s.take({ t: 1, kind: "port", port: { source: "x", sockets: [socket("ESTABLISHED", 43588, 12345)] } });
  s.take({ t: 2, kind: "evidence", evidence: { source: "x", sockets: { rows: [] } } });
  s.take({ t: 3, kind: "port", port: { source: "x", sockets: [], lost: 3 } });
  s.take({ t: 4, kind: "port", port: { error: "refusé", sockets: [] } });
  assert.equal(s.moves.length, 0);
  assert.deepEqual(s.list().map((k) => [k.state, k.here, k.role]), [["ESTABLISHED", false, "client"]]);
});

test("the threads are those of an evidence that lists them", () => {
  const s = new Story(0);
  s.take({ t: 1, kind: "evidence", evidence: { source: "x", values: [{ label: "en tout", text: "2 sockets" }, { label: "a (1)", text: "calcule" }] } });
  assert.equal(s.threads.length, 0);
  s.take({ t: 2, kind: "evidence", evidence: { source: "x", values: [{ label: "en tout", text: "2 threads" }, { label: "a (1)", text: "calcule" }, { label: "b (2)", text: "attend" }] } });
  assert.deepEqual(s.threads.map((m) => m.values.length), [2]);
});

test("a folded source shows every marked line, in order, in its room", () => {
  for (let round = 0; round < 500; round++) {
    const total = 1 + random(200);
    const marks = Array.from({ length: random(4) }, () => 1 + random(total));
    const room = 8 + random(40);
    const shown = fold(total, marks, room);
    assert.ok(shown.length <= Math.max(room, 2 * marks.length + 1), `${shown} for ${room}`);
    for (const m of marks) assert.ok(shown.includes(m));
    const numbers = shown.filter((n) => n);
    assert.deepEqual(numbers, numbers.toSorted((a, b) => a - b));
    shown.forEach((n, i) => assert.ok(n || shown[i + 1] !== 0, "two folds in a row"));
  }
});

test("no two texts of the programs meet, and each call is joined to its line and to what it touched", () => {
  for (let round = 0; round < 150; round++) {
    const programs = Array.from({ length: 1 + random(3) }, (_, index) => {
      const lines = Array.from({ length: 1 + random(60) }, () => "x".repeat(random(90)));
      const objects = Array.from({ length: random(6) }, (_, fd) => ({ key: `${index} ${fd}`, fd, texts: [`${fd} : socket`, ":12345 ↔ :57462", "ESTABLISHED"].slice(0, 1 + random(3)) }));
      const threads = Array.from({ length: random(6) }, (_, tid) => ({ thread: { tid }, line: random(lines.length + 1), texts: ["fil principal", "recvfrom(".padEnd(5 + random(80), "x "), "dans le noyau depuis 3 s"], object: objects.length && random(3) ? objects[random(objects.length)].key : null }));
      return { index, title: "serveur.py", lines, threads, objects };
    });
    for (const [width, font] of sizes) {
      const at = layoutProgram({ width, font, programs, rows: 5 + random(30) });
      apart([...at.titles, ...at.lines, ...at.calls.flatMap((c) => c.texts), ...at.objects.flatMap((o) => o.texts)], at.width, at.height);
      const boxes = [...at.calls, ...at.objects];
      boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => assert.ok(!overlap(a, b), "two boxes meet")));
      for (const p of programs) for (const t of p.threads) {
        const link = at.links.find((l) => l.program === p.index && l.thread === t);
        assert.equal(link.points.length > 1, t.line > 0, "a line joins a call to its line");
        assert.equal(link.on !== null, t.object !== null, "and to what it touched");
      }
    }
  }
});

test("the lanes of threads keep to their time", () => {
  for (let round = 0; round < 200; round++) {
    const all = Array.from({ length: 1 + random(9) }, (_, tid) => ({ tid }));
    const spans = Array.from({ length: random(60) }, () => ({ thread: all[random(all.length)], from: random(900), to: 900 + random(100) })).toSorted((a, b) => a.to - b.to);
    for (const [width, font] of sizes) {
      const at = layoutLanes({ width, font, first: 0, last: 1000, threads: all.map((thread) => ({ thread, lane: `programme.py, fil ${thread.tid}` })), spans });
      apart(at.lanes.map((l) => l.name), at.width, at.height);
      for (const lane of at.lanes) {
        for (const part of lane.parts) assert.ok(part.x >= 0 && part.x + part.w <= width + 1);
        assert.ok(lane.name.y + lane.name.h <= lane.y + 0.01);
      }
    }
  }
});

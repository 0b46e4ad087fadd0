// Where things stand in a drawing: figures from sizes and names, no element. A
// test holds that no two texts meet, at any size.
import { arrows, places } from "./tcp.js";

// advance is the width of a character, in heights of the letters: that of the
// widest of the fonts of paper.css for drawings, which are all of one width.
export const advance = 0.62;

const meets = (a, b, gap) => a.x < b.x + b.w + gap && b.x < a.x + a.w + gap && a.y < b.y + b.h + gap && b.y < a.y + a.h + gap;

// fit returns the first text that is no wider than w, the last one cut where
// none is.
export function fit(texts, w, font) {
  const n = Math.floor(w / (advance * font));
  const last = texts.at(-1);
  return texts.find((t) => t.length <= n) ?? (n < 2 ? "" : `${last.slice(0, n - 1)}…`);
}

// wrap returns lines no longer than n characters.
export function wrap(text, n) {
  const lines = [];
  let line = "";
  for (let word of text.split(/ +/)) {
    while (word.length > n) {
      if (line) lines.push(line);
      line = "";
      lines.push(word.slice(0, n));
      word = word.slice(n);
    }
    if (line && line.length + 1 + word.length > n) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  if (line) lines.push(line);
  return lines;
}

// narrowest is the width that the eleven states need, in pixels.
export const narrowest = (font) => 3 * (12 * advance * font + 4) + 4 * (0.45 * font) + 2 * font;

// layoutStates places the eleven states in a width, with at most "rows" tokens
// on each. tokens have a state, and texts: their names from long to short. It
// returns boxes, arrows with their words, tokens with theirs, and the height.
export function layoutStates({ width, font, tokens, rows = 6 }) {
  const gap = 0.45 * font;
  const edge = font; // on each side, for the arrows that go around
  const col = (width - 2 * edge - 4 * gap) / 3;
  const small = Math.min(font, (col - 4) / (12 * advance));
  const line = 1.25 * font;
  const on = Map.groupBy ? Map.groupBy(tokens, (k) => k.state) : group(tokens);
  const boxes = {};
  const marks = [];
  const more = [];
  let y = 2;
  for (let row = 0; row <= 6; row++) {
    let tall = 0;
    for (const [state, [c, r]] of Object.entries(places)) {
      if (r !== row) continue;
      const all = on.get(state) ?? [];
      const kept = all.length > rows ? all.slice(0, rows - 1) : all;
      const lines = kept.length + (all.length > rows ? 1 : 0);
      const x = edge + gap + c * (col + gap);
      const box = { state, x, y, w: col, h: line * (1 + lines) + 0.2 * font, count: all.length };
      box.name = label(state, x + col / 2 - (state.length * advance * small) / 2, y + 0.1 * font, small, line);
      kept.forEach((token, i) => {
        const top = y + line * (1 + i) + 0.1 * font;
        const text = fit(token.texts, col - 2 * font, font);
        marks.push({ token, cx: x + 0.85 * font, cy: top + line / 2, text: label(text, x + 1.6 * font, top, font, line) });
      });
      if (all.length > rows) {
        const text = fit([`+ ${all.length - kept.length} autres`, `+ ${all.length - kept.length}`], col - 0.6 * font, font);
        more.push(label(text, x + 0.5 * font, y + line * (1 + kept.length) + 0.1 * font, font, line));
      }
      boxes[state] = box;
      tall = Math.max(tall, box.h);
    }
    y += tall + (row < 6 ? 1.5 * font : 0);
  }
  const height = y + 2;
  return { width, height, boxes, marks, more, arrows: routes(boxes, width, height, font) };
}

function group(tokens) {
  const all = new Map();
  for (const k of tokens) all.set(k.state, [...(all.get(k.state) ?? []), k]);
  return all;
}

const label = (text, x, y, font, h = 1.2 * font) => ({ text, x, y, w: text.length * advance * font, h, font });

// routes draws the arrows between boxes, and sets their words where nothing is;
// words for which there is no room are left out.
function routes(boxes, width, height, font) {
  const all = [];
  const taken = Object.values(boxes);
  for (const [from, to, words] of arrows) {
    if (!words) continue;
    all.push({ from, to, words, points: route(boxes, from, to, width), text: null });
  }
  for (const arrow of all) {
    const w = arrow.words.length * advance * font;
    const free = (at) => at.x >= 0 && at.x + w <= width && at.y >= 0 && at.y + at.h <= height && !taken.some((b) => meets(at, b, 1)) && !all.some((o) => o !== arrow && crosses(o.points, at));
    const where = [...spots(arrow.points, w, font)].map(([x, y]) => label(arrow.words, x, y, font)).filter(free);
    arrow.text = where.find((at) => !crosses(arrow.points, at)) ?? null;
    if (arrow.text) taken.push(arrow.text);
  }
  return all;
}

// spots are where words as wide as w may stand: beside an arrow, all along it,
// its outside first.
function* spots(points, w, font) {
  if (points.length > 2) yield [(points[0][0] + points[1][0] - w) / 2, points[0][1] - 1.35 * font];
  const [a, b] = points.length > 2 ? [points[1], points[2]] : points;
  const right = 0.4 * font;
  const left = -0.4 * font - w;
  for (const up of [0.6, 1.1, 0.2, 1.4])
    for (const f of [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8])
      for (const side of b[0] < a[0] ? [left, right] : [right, left]) yield [a[0] + (b[0] - a[0]) * f + side, a[1] + (b[1] - a[1]) * f - up * font];
  for (const side of [left, right]) {
    yield [a[0] + side, a[1] + 0.15 * font];
    yield [b[0] + side, b[1] - 1.35 * font];
  }
}

// crosses reports whether a line of points passes through a rectangle.
function crosses(points, r) {
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1], points[i]];
    const [x0, x1] = within(a[0], b[0], r.x, r.x + r.w);
    const [y0, y1] = within(a[1], b[1], r.y, r.y + r.h);
    if (Math.max(x0, y0, 0) < Math.min(x1, y1, 1)) return true;
  }
  return false;
}

// within returns from where to where, as parts of the way from a to b, a line is
// between low and high: nowhere where the second is not larger.
function within(a, b, low, high) {
  if (a === b) return a > low && a < high ? [-Infinity, Infinity] : [Infinity, -Infinity];
  const [s, t] = [(low - a) / (b - a), (high - a) / (b - a)];
  return s < t ? [s, t] : [t, s];
}

// route is the way of an arrow, from the edge of a box to that of another.
export function route(boxes, from, to, width) {
  const a = boxes[from];
  const b = boxes[to];
  const mid = (r) => [r.x + r.w / 2, r.y + r.h / 2];
  if (to === "CLOSED" && (from === "LAST-ACK" || from === "TIME-WAIT")) {
    const right = from === "LAST-ACK";
    const out = right ? width - 4 : 4;
    const side = (r) => (right ? r.x + r.w : r.x);
    return [[side(a), mid(a)[1]], [out, mid(a)[1]], [out, mid(b)[1]], [side(b), mid(b)[1]]];
  }
  const [ax, ay] = mid(a);
  const [bx, by] = mid(b);
  if (ay === by) return ax < bx ? [[a.x + a.w, ay], [b.x, by]] : [[a.x, ay], [b.x + b.w, by]];
  const down = ay < by;
  const shift = Math.sign(bx - ax) * 0.3; // leaves towards where it goes
  return [
    [ax + shift * a.w, down ? a.y + a.h : a.y],
    [bx - shift * b.w, down ? b.y : b.y + b.h],
  ];
}

// layoutSequence places events between three lives, one under another: words,
// then their arrow, its time before it. Texts never share a line.
export function layoutSequence({ width, font, lives, events }) {
  const line = 1.3 * font;
  const margin = 0.5 * font;
  const x = lives.map((_, i) => (width * (2 * i + 1)) / (2 * lives.length));
  const heads = lives.map((name, i) => label(name, x[i] - (name.length * advance * font) / 2, 0.3 * font, font, line));
  const room = Math.max(4, Math.floor((width - 2 * margin) / (advance * font)) - 1);
  let y = 2.4 * font;
  const steps = events.map((event) => {
    const from = lives.indexOf(event.from);
    const to = lives.indexOf(event.to);
    const middle = from >= 0 && to >= 0 ? (x[from] + x[to]) / 2 : from >= 0 ? x[from] : width / 2;
    const texts = wrap(event.words, room).map((text, i) => {
      const w = text.length * advance * font;
      return label(text, Math.max(margin, Math.min(middle - w / 2, width - margin - w)), y + i * line, font, line);
    });
    y += texts.length * line + 0.5 * font;
    const arrow = from >= 0 && to >= 0 && from !== to ? { x1: x[from], x2: x[to], y } : null;
    const dot = from >= 0 && !arrow ? { x: x[from], y } : null;
    y += 0.7 * font;
    return { event, texts, arrow, dot };
  });
  return { width, height: y + 0.3 * font, x, heads, steps };
}

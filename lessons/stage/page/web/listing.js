// Where the program stands: its source, the calls of its threads, what the
// kernel holds, and the line that joins them. Figures only, no element.
import { advance, fit, wrap } from "./layout.js";

const text = (words, x, y, font, h) => ({ text: words, x, y, w: words.length * advance * font, h, font });

// fold returns the numbers of the lines to show, 0 for those that are left out
// between: all where there is room, else those around the marked ones.
export function fold(total, marks, room) {
  if (total <= room) return Array.from({ length: total }, (_, i) => i + 1);
  const near = marks.length ? marks : [1];
  let shown = [];
  for (let around = 0; around <= total; around++) {
    const kept = [];
    for (let n = 1; n <= total; n++) {
      if (near.some((m) => Math.abs(m - n) <= around)) kept.push(n);
      else if (kept.at(-1) !== 0) kept.push(0);
    }
    if (around > 0 && kept.length > room) break;
    shown = kept;
  }
  return shown;
}

// narrowProgram is the width under which the columns are one under another.
export const narrowProgram = (font) => 52 * advance * font;

// layoutProgram places programs in a width. Each has a title, lines, threads
// (key, line, texts, object: the key of what it touches), objects (key, texts).
// rows is how many lines of source each may take.
export function layoutProgram({ width, font, programs, rows }) {
  const beside = width >= narrowProgram(font);
  const out = { width, height: 0, titles: [], lines: [], marks: [], calls: [], objects: [], links: [], beside };
  let y = 0.2 * font;
  for (const p of programs) y = (beside ? columns : stack)(out, p, y, width, font, rows) + 0.9 * font;
  out.height = y;
  return out;
}

// source places the title and the lines of a program in a width.
function source(out, p, x, y, width, font, rows) {
  const line = 1.32 * font;
  const room = Math.floor(width / (advance * font));
  out.titles.push({ ...text(fit([p.title], width, font), x, y, font, line), program: p.index });
  y += 1.5 * line;
  const at = new Map();
  const marks = [...new Set(p.threads.filter((t) => t.line > 0 && t.line <= p.lines.length).map((t) => t.line))];
  for (const n of fold(p.lines.length, marks, rows)) {
    const words = n ? `${String(n).padStart(3)} ${p.lines[n - 1]}` : "  ⋯";
    const marked = marks.includes(n);
    if (n) at.set(n, { y: y + line / 2, end: x + Math.min(words.length, room) * advance * font });
    if (marked) out.marks.push({ x: x - 0.2 * font, y, w: width + 0.2 * font, h: line, program: p.index });
    out.lines.push({ ...text(fit([words], width, font), x, y, font, line), n, marked });
    y += line;
  }
  return { y, at };
}

// box places lines of text in a frame.
function box(words, x, y, width, font) {
  const line = 1.28 * font;
  const room = Math.max(4, Math.floor((width - font) / (advance * font)));
  const lines = words.flatMap((w) => {
    const all = wrap(w, room);
    return all.length > 3 ? [...all.slice(0, 2), fit([all.slice(2).join(" ")], room * advance * font, font)] : all;
  });
  return { x, y, w: width, h: lines.length * line + 0.5 * font, texts: lines.map((w, i) => text(w, x + 0.5 * font, y + 0.25 * font + i * line, font, line)) };
}

// columns places source, calls and objects beside each other.
function columns(out, p, y, width, font, rows) {
  const gap = 2.2 * font;
  const left = 0.3 * font;
  const w = width - left - 2 * gap;
  const [a, b, c] = [w * 0.44, w * 0.33, w * 0.23];
  const lines = source(out, p, left, y, a, font, rows);
  const calls = p.threads.toSorted((s, t) => s.line - t.line);
  let next = y;
  const wanted = new Map();
  for (const t of calls) {
    const at = lines.at.get(t.line);
    const frame = box(t.texts, left + a + gap, 0, b, font);
    frame.y = Math.max(next, at ? at.y - frame.h / 2 : next);
    shift(frame);
    next = frame.y + frame.h + 0.5 * font;
    out.calls.push({ ...frame, thread: t, program: p.index });
    if (t.object !== null && !wanted.has(t.object)) wanted.set(t.object, frame.y + frame.h / 2);
  }
  let low = y;
  const where = new Map();
  for (const o of p.objects.toSorted((s, t) => (wanted.get(s.key) ?? Infinity) - (wanted.get(t.key) ?? Infinity) || s.fd - t.fd)) {
    const frame = box(o.texts, left + a + b + 2 * gap, 0, c - 0.2 * font, font);
    frame.y = Math.max(low, (wanted.get(o.key) ?? low) - frame.h / 2);
    shift(frame);
    low = frame.y + frame.h + 0.4 * font;
    where.set(o.key, frame);
    out.objects.push({ ...frame, object: o, program: p.index });
  }
  for (const call of out.calls.filter((k) => k.program === p.index)) {
    const from = lines.at.get(call.thread.line);
    const middle = call.y + call.h / 2;
    const edge = left + a + 0.3 * font;
    const points = from ? [[Math.min(from.end + 0.4 * font, edge), from.y], [edge, from.y], [call.x, middle]] : [[call.x, middle]];
    const object = where.get(call.thread.object);
    out.links.push({ thread: call.thread, program: p.index, points, on: object ? [[call.x + call.w, middle], [object.x, object.y + object.h / 2]] : null });
  }
  return Math.max(lines.y, next, low);
}

// shift moves the texts of a frame to where it stands.
function shift(frame) {
  for (const t of frame.texts) t.y += frame.y;
}

// stack places them one under another; the lines go down on the left.
function stack(out, p, y, width, font, rows) {
  const margin = 1.6 * font;
  const lines = source(out, p, margin, y, width - margin - 2, font, rows);
  let next = lines.y + 0.4 * font;
  const where = new Map();
  const place = (words) => {
    const frame = box(words, margin, 0, width - margin - 2, font);
    frame.y = next;
    shift(frame);
    next += frame.h + 0.4 * font;
    return frame;
  };
  const calls = p.threads.map((t) => ({ ...place(t.texts), thread: t, program: p.index }));
  for (const o of p.objects) {
    const frame = place(o.texts);
    where.set(o.key, frame);
    out.objects.push({ ...frame, object: o, program: p.index });
  }
  out.calls.push(...calls);
  calls.forEach((call, i) => {
    const x = 0.25 * font + (i % 4) * 0.35 * font;
    const from = lines.at.get(call.thread.line);
    const middle = call.y + call.h / 2;
    const object = where.get(call.thread.object);
    out.links.push({
      thread: call.thread, program: p.index,
      points: from ? [[margin - 0.3 * font, from.y], [x, from.y], [x, middle], [margin, middle]] : [[margin, middle]],
      on: object ? [[margin, middle], [x, middle], [x, object.y + object.h / 2], [margin, object.y + object.h / 2]] : null,
    });
  });
  return next;
}

// layoutLanes places the time of threads: a lane each, where it was in the
// kernel. Texts stand over their lane, never on it.
export function layoutLanes({ width, font, first, last, threads, spans }) {
  const line = 1.3 * font;
  const total = Math.max(1, last - first);
  const x = (t) => ((Math.max(first, Math.min(t, last)) - first) / total) * (width - 2) + 1;
  const lanes = threads.map((t, i) => ({ thread: t, name: text(fit([t.lane], width, font), 0, i * 2.6 * line, font, line), y: i * 2.6 * line + line, h: 0.9 * line, parts: [] }));
  for (const s of spans) {
    const lane = lanes.find((l) => l.thread.thread === s.thread);
    if (!lane) continue;
    const from = x(s.from);
    const to = Math.max(x(s.to), from + 1);
    const before = lane.parts.at(-1);
    if (before && from <= before.x + before.w + 0.5) before.w = Math.max(before.w, to - before.x);
    else lane.parts.push({ x: from, w: to - from });
  }
  return { width, height: Math.max(1, threads.length) * 2.6 * line, lanes };
}

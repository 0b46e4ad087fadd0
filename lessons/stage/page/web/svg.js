// Elements of SVG, from figures of layout.js.

export function draw(name, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [k, v] of Object.entries(attributes)) if (v !== undefined && v !== "") element.setAttribute(k, typeof v === "number" ? Math.round(v * 10) / 10 : v);
  element.append(...children);
  return element;
}

// lettering draws a text that was laid out.
export const lettering = (at, kind) => {
  const text = draw("text", { class: kind, x: at.x + at.w / 2, y: at.y + at.h / 2 + 0.36 * at.font, "text-anchor": "middle" }, at.text);
  text.style.fontSize = `${at.font}px`; // over what paper.css says
  return text;
};

// shaft draws the segments of an arrow with its head.
export function shaft(points, kind, size) {
  const [a, b] = points.slice(-2);
  const long = Math.hypot(b[0] - a[0], b[1] - a[1]) || 1;
  const [ux, uy] = [(b[0] - a[0]) / long, (b[1] - a[1]) / long];
  const base = [b[0] - ux * size, b[1] - uy * size];
  const half = size * 0.45;
  const head = [b, [base[0] - uy * half, base[1] + ux * half], [base[0] + uy * half, base[1] - ux * half]];
  const list = (all) => all.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
  return draw("g", { class: kind }, draw("polyline", { points: list([...points.slice(0, -1), base]) }), draw("polygon", { points: list(head) }));
}

// token draws the mark of a socket: its shape says its role, its inside whether
// the last measurement shows it.
export function token(role, here, x, y, r) {
  const kind = `token ${role || "other"}${here ? "" : " gone"}`;
  if (role === "client") return draw("circle", { class: kind, cx: x, cy: y, r });
  const s = r * 0.9;
  if (role === "server") return draw("rect", { class: kind, x: x - s, y: y - s, width: 2 * s, height: 2 * s });
  return draw("polygon", { class: kind, points: `${x},${y - r} ${x + r},${y} ${x},${y + r} ${x - r},${y}` });
}

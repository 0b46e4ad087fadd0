// What the modules share: elements, and moments.

export const byId = (id) => document.getElementById(id);

// make returns an element. Texts are texts, whatever they hold.
export function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

// key returns a button with the key that does the same.
export function key(words, letter, press, properties = {}) {
  const button = make("button", { type: "button", ...properties }, words, " ", make("kbd", {}, letter));
  button.addEventListener("click", press);
  return button;
}

// fragment returns the elements of HTML that labo has made and escaped.
export function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

// clock writes a moment of the film, in the time zone where it was recorded.
export function clock(micros) {
  const begun = document.body.dataset.begun;
  if (!begun) return "";
  const wall = new Date(Date.parse(begun.slice(0, 23).padEnd(23, "0") + "Z") + micros / 1000);
  return wall.toISOString().slice(11, 19);
}

// scrolls reports whether a key moves what has the focus to a side.
export const scrolls = (event) => /^Arrow(Left|Right)$/.test(event.key) && event.target.scrollWidth > event.target.clientWidth && event.target.matches(".wide");

export const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

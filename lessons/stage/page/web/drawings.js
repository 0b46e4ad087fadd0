// The drawings beside the text. They show what the messages from the beginning
// of a scene up to one of them have measured; they never measure and never wait.
import { byId, key } from "./dom.js";
import { Program, Times } from "./program.js";
import { Sequence } from "./sequence.js";
import { States } from "./states.js";
import { Story } from "./story.js";
import { Lanes, Threads, Vessels } from "./vessels.js";

export function drawings(place) {
  return place ? [new Drawings(place)] : [];
}

class Drawings {
  constructor(place) {
    this.place = place;
    this.story = new Story(Number(document.body.dataset.port) || 0);
    this.from = this.at = -1;
    this.parts = [new Program(), new Times(), new States(), new Vessels(), new Threads(), new Sequence(), new Lanes()];
    this.large = key("Agrandir", "g", () => this.enlarge(), { id: "agrandir" });
    this.large.setAttribute("aria-pressed", "false");
    this.large.hidden = true;
    place.append(this.large, ...this.parts.map((p) => p.root));
    document.addEventListener("keydown", (event) => {
      if (event.key.toLowerCase() !== "g" || event.ctrlKey || event.metaKey || event.altKey || event.repeat || byId("aide").open || event.target.matches("input[type=text], input[type=number], select, textarea")) return;
      event.preventDefault();
      this.enlarge();
    });
    new ResizeObserver(() => this.resized()).observe(place);
    addEventListener("resize", () => this.resized()); // a wall's letters follow its height
  }

  // show reads the messages up to one, from the first of the scene or from where
  // it was.
  show(messages, from, to) {
    const forward = messages[from] === this.first && to >= this.at;
    if (!forward) {
      this.first = messages[from];
      this.story.clear();
      this.at = from - 1;
    }
    for (let i = this.at + 1; i <= to; i++) this.story.take(messages[i].record);
    this.at = to;
    const root = document.documentElement;
    if (this.story.traced.programs.size && !("trace" in root.dataset)) { // what is drawn is all there is
      root.dataset.trace = "";
      if (!("grand" in root.dataset)) this.enlarge();
    }
    if (this.story.version !== this.drawn) this.draw(forward);
  }

  draw(forward) {
    this.drawn = this.story.version;
    if (this.width === undefined) this.measure();
    if (this.width < 10 * this.font) return; // nobody can see it
    for (const p of this.parts) p.show(this.story, this.width, this.font, forward);
    this.large.hidden = this.parts.every((p) => p.root.hidden);
  }

  // measure asks the browser for sizes, which it has to lay all out for: never
  // while a film is sought.
  measure() {
    this.font = parseFloat(getComputedStyle(this.place).fontSize);
    this.width = this.place.clientWidth;
  }

  redraw() {
    this.measure();
    this.draw(false);
  }

  resized() {
    const { font, width } = this;
    this.measure();
    if (this.font !== font || Math.abs(this.width - (width ?? 0)) > 1) requestAnimationFrame(() => this.draw(false));
  }

  // enlarge gives the drawing the whole width, above the text, or takes it back.
  enlarge() {
    const root = document.documentElement;
    const on = !("grand" in root.dataset);
    if (on) root.dataset.grand = "";
    else delete root.dataset.grand;
    this.large.firstChild.data = on ? "Réduire" : "Agrandir";
    this.large.setAttribute("aria-pressed", String(on));
    if (on) scrollTo({ top: 0 });
    this.redraw();
  }
}

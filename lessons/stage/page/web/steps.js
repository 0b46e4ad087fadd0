// The calls of a program that is followed live: back and forth among those that
// have come, while others come.
import { byId, clock, key, make, scrolls } from "./dom.js";

export class Steps {
  constructor(live) {
    this.live = live;
    this.at = null; // index of a message; null: as they come
    this.where = make("output", { className: "source" });
    this.root = make("div", { className: "steps", role: "group" }, key("Avant", "←", () => this.go(-1)), key("Après", "→", () => this.go(1)), key("En direct", "Fin", () => this.stay(null)), this.where);
    this.root.setAttribute("aria-label", "D'un appel à l'autre");
    byId("dock").insertBefore(this.root, byId("commandes"));
    document.addEventListener("keydown", (event) => this.pressed(event));
    this.say();
  }

  go(by) {
    const { messages } = this.live.view;
    for (let i = (this.at ?? messages.length - 1) + by; i >= 0 && i < messages.length; i += by) {
      if (messages[i].record.kind === "call") return this.stay(i);
    }
    if (by > 0) this.stay(null);
  }

  stay(at) {
    this.at = at;
    this.say();
    this.live.show();
  }

  say() {
    const { messages } = this.live.view;
    const calls = (to) => messages.slice(0, to).filter((m) => m.record.kind === "call").length;
    const limit = messages.findLast((m) => m.record.kind === "limit")?.record.title;
    this.where.textContent = this.at === null ? (limit ?? "en direct") : `moment ${calls(this.at + 1)} sur ${calls(messages.length)}, à ${clock(messages[this.at].record.t)} ; ce n'est plus maintenant`;
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]") || scrolls(event) || event.target.matches("input[type=text], select, textarea")) return;
    const does = { ArrowLeft: () => this.go(-1), ",": () => this.go(-1), ArrowRight: () => this.go(1), ".": () => this.go(1), Home: () => this.first(), End: () => this.stay(null) }[event.key];
    if (!does) return;
    event.preventDefault();
    does();
  }

  first() {
    const i = this.live.view.messages.findIndex((m) => m.record.kind === "call");
    if (i >= 0) this.stay(i);
  }
}

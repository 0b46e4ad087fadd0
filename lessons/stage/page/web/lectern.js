// The instructor's page: notes, time, and the hands of the class.
import { byId, fragment, make } from "./dom.js";

export class Lectern {
  constructor(live) {
    this.live = live;
    this.scene = "";
    this.begun = this.opened = Date.now();
    this.question = 0;
    setInterval(() => this.tick(), 250);
  }

  async tick() {
    const view = this.live.view;
    const since = (from) => {
      const s = Math.floor((Date.now() - from) / 1000);
      return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
    };
    byId("chrono").textContent = `${since(this.begun)} dans cette scène · ${since(this.opened)} en tout`;
    const head = view.messages[view.from]?.record.scene;
    if (head && head.id !== this.scene) {
      this.scene = head.id;
      this.begun = Date.now();
      const answer = await fetch(`/notes/${encodeURIComponent(head.id)}`).catch(() => null);
      if (answer?.ok) byId("notes").replaceChildren(fragment(await answer.text()));
    }
    const wait = view.wait;
    if (wait?.record.kind === "ask" && wait.n !== this.question) this.ballot(wait);
    else if (wait?.record.kind !== "ask" && this.question) {
      this.question = 0;
      byId("vote").replaceChildren();
    }
  }

  // ballot counts the hands, option by option, and closes the vote.
  ballot(wait) {
    this.question = wait.n;
    const fields = wait.record.options.map((_, i) => {
      const field = make("input", { type: "number", min: 0, max: 999, value: 0, id: `voix-${i}` });
      field.addEventListener("input", () => this.vote(wait.n, fields));
      return field;
    });
    const close = make("button", { type: "button", className: "first" }, "Clore le vote");
    close.addEventListener("click", () => this.close(wait.n, fields));
    byId("vote").replaceChildren(
      make("h2", {}, "Les mains levées"),
      ...fields.map((field, i) => make("p", {}, make("label", { htmlFor: field.id }, `${i + 1}. ${wait.record.options[i].Spans.map((s) => s.Text).join("")} `), field)),
      close,
    );
  }

  hands(fields) {
    return fields.map((f) => Math.max(0, Math.min(999, Math.trunc(Number(f.value)) || 0)));
  }

  vote(n, fields) {
    return this.live.send({ n, act: "vote", hands: this.hands(fields) });
  }

  // close answers with the option that has most hands; none where two share them.
  async close(n, fields) {
    await this.vote(n, fields);
    const hands = this.hands(fields);
    const most = Math.max(...hands);
    const first = hands.indexOf(most);
    const alone = most > 0 && hands.lastIndexOf(most) === first;
    const why = await this.live.send(alone ? { n, act: "choose", choice: first } : { n, act: "pass" });
    if (why) byId("message").textContent = why;
  }
}

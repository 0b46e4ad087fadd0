// The instructor's page: notes, time, and the hands of the class.
import { now, remaining, splits } from "./ballot.js";
import { byId, fragment, make } from "./dom.js";

export class Lectern {
  constructor(live) {
    this.live = live;
    this.scene = "";
    this.begun = this.opened = Date.now();
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
    const mark = view.marks[view.at];
    const message = wait?.record.kind === "ask" && mark ? view.messages[mark.vote] : null;
    if (message?.n !== this.shown) this.ballot(message, wait);
    const left = message?.record.ballot.phase === "discussing" ? remaining(message.record.ballot, now()) : null;
    if (this.left && left !== null) this.left.textContent = left ? `Encore ${left}` : "C'est l'heure : ouvrez le second vote.";
  }

  // ballot shows where the vote is, and what can be done with it.
  async ballot(message, wait) {
    this.shown = message?.n;
    const place = byId("vote");
    if (!message) return place.replaceChildren();
    const { ballot } = message.record;
    const options = wait.record.options;
    const act = (name) => () => this.act({ n: wait.n, act: name });
    if (ballot.phase === "counting" && this.counting === `${wait.n} ${ballot.rounds.length}`) {
      this.taken(ballot); // the fields stay where they are typed in
      return this.totals(ballot);
    }
    this.counting = "";
    this.left = null;
    const parts = [make("h2", {}, ballot.title)];
    const buttons = [];
    if (ballot.phase === "counting") {
      this.counting = `${wait.n} ${ballot.rounds.length}`;
      const fields = options.map((_, i) => {
        const field = make("input", { type: "number", min: 0, max: 999, inputMode: "numeric", defaultValue: handsOf(ballot, i), id: `voix-${i}` });
        field.addEventListener("input", () => this.act({ n: wait.n, act: "vote", choice: i, hands: typedHands(field) }));
        return field;
      });
      parts.push(...fields.map((field, i) => make("p", {}, make("label", { htmlFor: field.id }, `${i + 1}. ${optionWords(options[i])} `), field)));
      buttons.push(make("button", { type: "button", className: "first", onclick: act("close") }, "Clore le vote"));
      if (ballot.rounds.length > 1) buttons.push(make("button", { type: "button", onclick: act("discuss") }, "Discuter encore"));
    } else {
      const rounds = ballot.rounds.filter((votes) => votes.some((n) => n > 0));
      parts.push(make("ol", {}, ...options.map((o, i) => make("li", {}, `${optionWords(o)} `, splits(rounds, i)))));
      if (ballot.phase === "discussing") {
        parts.push((this.left = make("p", { className: "clock" })));
        buttons.push(make("button", { type: "button", className: "first", onclick: act("go") }, "Ouvrir le second vote"));
      } else {
        buttons.push(make("button", { type: "button", className: "first", onclick: act("go") }, "La mesure"));
        if (ballot.rounds.length < 2) buttons.push(make("button", { type: "button", onclick: act("discuss") }, "Discussion, puis second vote"));
      }
      buttons.push(make("button", { type: "button", onclick: act("reopen") }, "Corriger"));
    }
    this.counsel = make("p", { className: "counsel" });
    place.replaceChildren(...parts, this.counsel, ...buttons);
    this.totals(ballot);
    place.scrollIntoView({ block: "nearest", behavior: "instant" });
    const counsel = this.counsel;
    const answer = await fetch("/conseil").catch(() => null);
    if (answer?.ok) counsel.textContent = await answer.json();
  }

  // taken shows the hands that were counted elsewhere, but where some are being typed.
  taken(ballot) {
    for (const [i, field] of [...document.querySelectorAll("#vote input")].entries()) {
      const hands = handsOf(ballot, i);
      if (field.value === field.defaultValue) field.value = hands;
      field.defaultValue = hands;
    }
  }

  totals(ballot) {
    this.total ??= make("p", { className: "source" });
    const total = ballot.rounds.at(-1).reduce((a, b) => a + b, 0);
    this.total.textContent = `${total} voix${ballot.phase === "counting" ? " jusqu'ici" : ""}, que la classe ne voit pas encore. ${ballot.phase === "counting" ? (ballot.foot ?? "") : ""}`;
    this.total.hidden = Boolean(ballot.shown);
    this.counsel?.before(this.total);
  }

  async act(what) {
    const why = await this.live.send(what);
    byId("message").textContent = why ? (what.act === "close" ? "Personne n'a voté : tapez les voix, ou p pour passer la question." : why) : "";
  }
}

const optionWords = (option) => option.Spans.map((s) => s.Text).join("");

// handsOf are the hands of an option, "" where they are not counted: beside machines
// they are told apart.
const handsOf = (ballot, i) => (ballot.counted?.[i] ? String((ballot.hands ?? ballot.rounds.at(-1))[i]) : "");

// typedHands are those typed in a field, null where nothing is.
const typedHands = (f) => (f.value.trim() === "" ? null : Math.max(0, Math.min(999, Math.trunc(Number(f.value)) || 0)));

// What the reader may do now: buttons, and the same letters as in the terminal.
import { byId, key, make, scrolls } from "./dom.js";

const bounce = 150; // milliseconds in which nothing answers what has just come

const moves = { a: "previous", r: "again", s: "list", n: "next", q: "quit" };
const words = { previous: "Précédente", again: "Rejouer", list: "Scènes", next: "Scène suivante", quit: "Quitter" };

// voting: the page is a class's, which votes and does not answer.
const voting = () => document.documentElement.className !== "";

export class Dock {
  constructor(send, explain) {
    this.send = send;
    this.explain = explain;
    this.place = byId("commandes");
    this.message = null; // of the wait
    this.since = 0;
    this.enabled = true;
    this.sent = false;
    this.alone = false; // one scene is all there is: nowhere to go
    this.line = this.lineForm();
    document.addEventListener("keydown", (event) => this.pressed(event));
    if (document.documentElement.className === "mur") document.addEventListener("keydown", dark, true);
  }

  // wait shows what is waited for, null while the scene acts; it returns whether
  // that is new.
  wait(message) {
    if (message?.n === this.message?.n) return false;
    const before = this.message?.record.kind;
    this.release();
    this.message = message;
    this.sent = false;
    this.since = performance.now();
    byId("message").textContent = "";
    if (!message) {
      if (before !== "input") this.place.replaceChildren(make("p", { className: "acts" }, "labo agit…"));
      return false;
    }
    this.place.replaceChildren(...this.controls(message.record));
    this.prepare();
    return true;
  }

  enable(on) {
    this.enabled = on;
    this.place.inert = !on;
  }

  controls(record) {
    const all = [];
    const act = (name) => () => this.act({ act: name });
    switch (record.kind) {
      case "pause":
        all.push(key("Suite", "Entrée", () => this.on(), { className: "first" }));
        if (record.title) all.push(key(`Plus loin : ${record.title}`, "+", act("further")));
        break;
      case "ask":
        if (byId("pupitre")) all.push(key("Passer la question", "p", act("pass")));
        else if (voting()) all.push(key("Mesure, ou second vote", "Entrée", act("go"), { className: "first" }), key("Discussion", "d", act("discuss")), key("Passer la question", "p", act("pass")));
        else all.push(key("Répondre", "Entrée", () => this.choose(), { className: "first", id: "repondre" }), key("Répondre sans hésiter", "!", () => this.choose(true)), key("Passer la question", "p", act("pass")));
        break;
      case "input":
        this.line.label.textContent = record.prompt;
        all.push(this.line.form, key("Rien de plus à taper", ":fin", act("pass")));
        break;
      case "watch":
        all.push(make("p", {}, record.prompt ?? ""));
        if (record.edit) all.push(key("Ouvrir l'éditeur", "e", act("edit")));
        if (!this.alone) all.push(key("Passer", "p", act("pass")));
        break;
      case "outline":
        all.push(key("Rester dans cette scène", "Entrée", act("go")));
        break;
    }
    if (record.kind === "outline") return [...all, this.mover("q")];
    const rest = make("div", { className: "moves", role: "group" }, ...Object.keys(moves).filter((k) => (this.alone ? k === "q" : record.kind !== "end" || k !== "n")).map((k) => this.mover(k)));
    rest.setAttribute("aria-label", "Aller ailleurs");
    return [...all, key("Les mots", record.kind === "input" ? "" : "i", () => this.explain(), { className: "words" }), rest];
  }

  mover(letter) {
    const name = moves[letter];
    const said = name === "quit" && this.message.record.kind === "end" ? "Terminer" : words[name];
    const typing = this.message.record.kind === "input"; // letters are for the line
    return key(said, typing ? `:${letter}` : letter, () => this.act({ act: name }));
  }

  // question is the form of what is asked, or the list of scenes.
  get asked() {
    return [...document.querySelectorAll("#suite .item:not([hidden])")].findLast((n) => n.dataset.kind === this.message?.record.kind);
  }

  // prepare lets the reader answer in the text itself.
  prepare() {
    const kind = this.message.record.kind;
    if (kind === "ask" && !voting()) {
      const form = this.asked?.querySelector("form");
      form?.querySelector("fieldset")?.removeAttribute("disabled");
      form?.addEventListener("submit", (event) => {
        event.preventDefault();
        this.choose();
      });
    } else if (kind === "outline") {
      for (const button of this.asked?.querySelectorAll("button") ?? []) {
        button.disabled = false;
        button.addEventListener("click", () => this.act({ act: "to", scene: button.dataset.scene }));
      }
    }
  }

  // release ends that.
  release() {
    this.asked?.querySelector("fieldset")?.setAttribute("disabled", "");
    for (const button of this.asked?.querySelectorAll("button") ?? []) button.disabled = true;
  }

  // focus goes where a reader of the keyboard goes on.
  focus() {
    const kind = this.message?.record.kind;
    if (kind === "input") this.line.field.focus({ preventScroll: true });
    else if (kind === "pause") this.place.querySelector(".first").focus({ preventScroll: true });
    else if (kind === "ask" || kind === "outline") {
      const target = this.asked?.firstElementChild;
      if (target) {
        target.tabIndex = -1;
        target.focus({ preventScroll: true });
      }
    } else byId("texte").focus({ preventScroll: true });
  }

  lineForm() {
    const field = make("input", { type: "text", id: "ligne", autocomplete: "off", spellcheck: false, maxLength: 60_000 });
    const label = make("label", { htmlFor: "ligne" });
    const form = make("form", { className: "line" }, label, field, make("button", {}, "Envoyer ", make("kbd", {}, "Entrée")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.message?.record.kind !== "input") return; // kept for the next line
      const line = field.value;
      this.act({ act: "line", line }).then((done) => {
        if (done && field.value === line) field.value = "";
      });
    });
    return { form, field, label };
  }

  choose(sure = false) {
    if (this.below()) return; // what is asked is lower
    const chosen = this.asked?.querySelector("input:checked");
    if (!chosen) {
      byId("message").textContent = "Choisissez d'abord une réponse, ou p pour passer la question.";
      return;
    }
    this.act({ act: "choose", choice: Number(chosen.value), sure });
  }

  // on shows what is lower, then goes on. The lectern shows notes: it goes on.
  on() {
    if (byId("pupitre") || !this.below()) this.act({ act: "go" });
  }

  // act sends once; it returns whether labo took it.
  async act(what) {
    if (!this.message || this.sent || !this.enabled || performance.now() - this.since < bounce) return false;
    this.sent = true;
    const mine = this.message;
    const why = await this.send({ n: mine.n, ...what });
    if ((why || voting()) && this.message === mine) {
      this.sent = false; // a vote goes on
      this.since = performance.now();
      byId("message").textContent = why;
    }
    return !why;
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.repeat && event.key === "Enter") {
      event.preventDefault(); // Enter held down presses no button
      return;
    }
    const kind = this.message?.record.kind;
    const at = event.target;
    if (!kind || event.repeat || scrolls(event) || at.matches("input[type=text], input[type=number], select, textarea")) return;
    const clicker = { pagedown: "enter", arrowright: "enter", pageup: "a" }; // of who projects
    const pressed = event.key.toLowerCase();
    const letter = (document.documentElement.className && clicker[pressed]) || pressed;
    if (letter === "enter") {
      if (pressed === "enter" && at.matches("button, a, summary")) return;
      if (kind === "pause") this.on();
      else if (kind === "outline") this.act({ act: "go" });
      else if (kind === "ask" && voting()) this.act({ act: "go" });
      else if (kind === "ask") this.choose();
    } else if (kind === "ask" && voting() && letter === "d") this.act({ act: "discuss" });
    else if (kind === "ask" && !voting() && /^[1-9]$/.test(letter)) {
      const option = !this.below() && this.asked?.querySelectorAll("input[type=radio]")[Number(letter) - 1];
      if (option) option.checked = true;
    } else if (kind === "outline" && /^[1-9]$/.test(letter)) {
      this.asked?.querySelectorAll("button")[Number(letter) - 1]?.focus();
    } else if (kind === "ask" && letter === "!" && !voting()) this.choose(true);
    else if (kind === "pause" && letter === "+" && this.message.record.title) this.act({ act: "further" });
    else if (letter === "p" && !this.alone && ["ask", "watch", "input"].includes(kind)) this.act({ act: "pass" });
    else if (letter === "e" && this.message.record.edit) this.act({ act: "edit" });
    else if (letter === "i") this.explain();
    else if (moves[letter] && (!this.alone || letter === "q") && (kind !== "outline" || letter === "q")) this.act({ act: moves[letter] });
    else return;
    event.preventDefault();
  }

  // below shows the next page of what was not read yet, and returns whether
  // there was one: Enter leaves nothing unseen.
  below() {
    const end = byId("suite").getBoundingClientRect().bottom;
    const room = byId("dock").getBoundingClientRect().top;
    if (end <= room + 4) return false;
    scrollBy({ top: Math.min(end - room + 8, (room - byId("tete").offsetHeight) * 0.9), behavior: "instant" });
    return true;
  }
}

// dark makes a wall black; any key then brings the page back, and does nothing else.
function dark(event) {
  const { dataset } = document.documentElement;
  if ("noir" in dataset) delete dataset.noir;
  else if ("b.".includes(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.matches("input[type=text], select")) dataset.noir = "";
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

// A film: the same messages, at any moment of it.
import { byId, clock, key, make, scrolls } from "./dom.js";

const speeds = [0.5, 1, 2, 4, 8];

export class Reel {
  static keys = [
    ["Espace", "lecture, pause"],
    ["← →", "5 secondes en arrière, en avant"],
    [", .", "un événement en arrière, en avant"],
    ["a, n", "scène précédente, suivante"],
    ["g", "agrandir le dessin, ou le réduire"],
    ["− +", "plus lentement, plus vite"],
    ["Début, Fin", "au début, à la fin du film"],
  ];

  constructor(view, messages) {
    this.view = view;
    messages.forEach((m) => view.add(m));
    this.times = messages.map((m) => m.record.t ?? 0);
    this.took = this.times.at(-1) ?? 0;
    this.starts = messages.flatMap((m, i) => (m.record.kind === "begin" ? [i] : []));
    this.at = 0; // microseconds
    this.playing = false;
    this.speed = 1;
    this.wanted = false;
    this.controls();
    document.addEventListener("keydown", (event) => this.pressed(event));
    byId("noyau-titre").textContent = "Ce que voyait le noyau";
    const waits = messages.findIndex((m) => m.record.kind === "replied");
    this.toMessage(waits < 0 ? messages.length - 1 : waits - 1); // a page with something on it
  }

  controls() {
    this.play = key("Lecture", "Espace", () => this.toggle(), { className: "first", id: "lecture" });
    this.bar = make("input", { type: "range", id: "moment", min: 0, max: Math.ceil(this.took / 1000), step: 1, value: 0 });
    this.bar.setAttribute("aria-label", "Moment du film");
    this.bar.addEventListener("input", () => this.scrub(Number(this.bar.value) * 1000));
    this.time = make("output", { id: "temps" });
    this.scenes = make("select", { id: "scenes" });
    this.scenes.setAttribute("aria-label", "Scène");
    for (const i of this.starts) {
      const head = this.view.messages[i].record.scene;
      this.scenes.append(make("option", { value: i }, `${head.index + 1}. ${head.title}`));
    }
    this.scenes.addEventListener("change", () => this.toMessage(Number(this.scenes.value)));
    this.rate = make("select", { id: "vitesse" }, ...speeds.map((s) => make("option", { value: s, selected: s === 1 }, `× ${String(s).replace(".", ",")}`)));
    this.rate.setAttribute("aria-label", "Vitesse");
    this.rate.addEventListener("change", () => (this.speed = Number(this.rate.value)));
    byId("commandes").append(make("div", { className: "reel" }, this.play, this.scenes, this.rate, this.time), this.bar);
  }

  // index is that of the last message at a moment.
  index(micros) {
    let low = 0;
    let high = this.times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.times[middle] <= micros) low = middle + 1;
      else high = middle;
    }
    return Math.max(low - 1, 0);
  }

  seek(micros) {
    this.at = Math.max(0, Math.min(micros, this.took));
    this.draw(this.index(this.at));
  }

  // toMessage goes to the moment of a message, and shows no later one of it.
  toMessage(i) {
    i = Math.max(0, Math.min(i, this.times.length - 1));
    this.at = this.times[i];
    this.draw(i);
  }

  draw(i) {
    const scene = this.view.from;
    const fresh = this.view.show(i);
    this.bar.value = Math.round(this.at / 1000);
    const words = `${clock(this.at)} · ${minutes(this.at)} sur ${minutes(this.took)}`;
    this.time.textContent = words;
    this.bar.setAttribute("aria-valuetext", words);
    if (this.view.from !== scene) this.scenes.value = this.view.from;
    this.shown = i;
    this.tell(i);
    if (fresh.length || this.view.from !== scene) this.follow();
  }

  // tell says what the lesson waited for at that moment.
  tell(i) {
    const wait = this.view.wait?.record;
    const words = { ask: "Une prédiction est demandée.", input: wait?.prompt, pause: "On lit.", watch: wait?.prompt, outline: "La liste des scènes.", end: "" };
    byId("message").textContent = wait ? (words[wait.kind] ?? "") : "";
  }

  follow() {
    if ("trace" in document.documentElement.dataset) return; // the drawing is what is looked at
    const last = [...this.view.flow.firstChild.children].findLast((n) => !n.hidden);
    last?.scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  // scrub draws once a frame, however often the bar moves.
  scrub(micros) {
    this.target = micros;
    if (this.wanted) return;
    this.wanted = true;
    requestAnimationFrame(() => {
      this.wanted = false;
      this.seek(this.target);
    });
  }

  toggle() {
    this.playing = !this.playing;
    this.play.firstChild.data = this.playing ? "Pause" : "Lecture";
    if (!this.playing) return;
    if (this.at >= this.took) this.seek(0);
    let before = performance.now();
    const step = (now) => {
      if (!this.playing) return;
      const at = this.at + (now - before) * 1000 * this.speed;
      before = now;
      if (this.index(at) !== this.shown || at - this.drawn > 250_000) {
        this.drawn = at;
        this.seek(at);
      } else this.at = at;
      if (this.at >= this.took) this.toggle();
      else requestAnimationFrame(step);
    };
    this.drawn = this.at;
    requestAnimationFrame(step);
  }

  scene(by) {
    const now = this.starts.findLastIndex((i) => i <= this.shown);
    const to = this.starts[Math.max(0, Math.min(now + by, this.starts.length - 1))];
    if (to !== undefined) this.toMessage(to);
  }

  faster(by) {
    const i = Math.max(0, Math.min(speeds.indexOf(this.speed) + by, speeds.length - 1));
    this.speed = speeds[i];
    this.rate.value = this.speed;
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || byId("aide").open || scrolls(event) || event.target.matches("select")) return;
    const second = 1_000_000;
    const does = {
      " ": () => this.toggle(),
      ArrowLeft: () => this.seek(this.at - 5 * second),
      ArrowRight: () => this.seek(this.at + 5 * second),
      ",": () => this.toMessage(this.shown - 1),
      ".": () => this.toMessage(this.shown + 1),
      a: () => this.scene(-1),
      n: () => this.scene(1),
      PageUp: () => this.scene(-1),
      PageDown: () => this.scene(1),
      "-": () => this.faster(-1),
      "+": () => this.faster(1),
      Home: () => this.seek(0),
      End: () => this.seek(this.took),
    }[event.key];
    if (!does || event.key === " " && event.target.matches("button")) return;
    event.preventDefault();
    does();
  }
}

function minutes(micros) {
  const seconds = Math.floor(micros / 1_000_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

// The lesson, live: messages come as server-sent events, answers go back.
import { byId, make, still } from "./dom.js";
import { Dock } from "./dock.js";
import { Steps } from "./steps.js";

const silentAfter = 10_000; // milliseconds; labo says every 3 s that it lives

export class Live {
  constructor(view) {
    this.view = view;
    this.dock = new Dock((act) => this.send(act), () => this.explain());
    this.last = 0; // number of the last message
    this.fresh = null; // the first thing that came since the reader acted
    this.pending = false;
    this.over = false;
    this.connect();
    setInterval(() => this.listen(), 1000);
  }

  connect() {
    this.source?.close();
    this.source = new EventSource("/suite");
    this.heard = Date.now();
    this.source.onopen = () => this.alive();
    this.source.onmessage = (event) => {
      this.alive();
      this.take(JSON.parse(event.data));
    };
    this.source.addEventListener("pouls", () => this.alive());
    this.source.addEventListener("fin", () => {
      this.over = true;
      this.source.close();
      this.dock.wait(null);
      this.lost("");
    });
    this.source.onerror = () => this.lost("La connexion avec labo est perdue. labo est-il encore ouvert dans son terminal ? La page réessaie.");
  }

  // listen connects again where the browser has given up, or labo is silent.
  listen() {
    if (this.over) return;
    if (this.source.readyState === EventSource.CLOSED) this.connect();
    else if (Date.now() - this.heard > silentAfter) this.lost("labo ne répond plus : il est peut-être suspendu. La page reprendra avec lui.");
  }

  alive() {
    this.heard = Date.now();
    this.lost("");
  }

  lost(words) {
    const link = byId("lien");
    if (link.textContent === words) return;
    link.textContent = words;
    link.hidden = !words;
    this.dock.enable(!words);
  }

  take(message) {
    if (message.n <= this.last) return; // a connection that came back
    this.last = message.n;
    this.view.add(message);
    if (message.record.kind === "begin") {
      this.view.forget();
      this.fresh = null;
      this.dock.alone = message.record.scene?.total === 1;
      scrollTo({ top: 0 });
    }
    if (message.record.kind === "program") this.steps ??= new Steps(this);
    if (message.record.kind === "vote") {
      this.voted = true;
      byId("message").textContent = ""; // what was said of the vote before
    }
    if (message.record.kind === "replied") this.fresh = null; // whichever page the answer came from
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => this.draw());
    if (document.hidden) setTimeout(() => this.draw(), 50); // no frames there
  }

  draw() {
    if (!this.pending) return;
    this.pending = false;
    const built = this.show();
    this.fresh ??= built[0] ?? null;
    const opened = this.dock.wait(this.view.marks.at(-1)?.wait >= 0 ? this.view.messages[this.view.marks.at(-1).wait] : null);
    if (this.steps) this.steps.say();
    else if (byId("pupitre")) return; // notes, time and hands are what is looked at
    else if (this.fresh && (opened || this.fresh.getBoundingClientRect().top > innerHeight / 2)) {
      this.fresh.scrollIntoView({ block: "start", behavior: still() ? "instant" : "smooth" });
    }
    if (opened) this.dock.focus();
    if (this.voted) this.dock.asked?.scrollIntoView({ block: "start", behavior: "instant" }); // the class sees the question, and its hands
    this.voted = false;
  }

  // show shows all that has come, or up to where the reader has gone back.
  show() {
    return this.view.show(this.steps?.at ?? this.view.messages.length - 1);
  }

  // explain explains the words on the page.
  async explain() {
    const asked = this.view.wait?.record.kind === "ask";
    const said = `${byId("texte").innerText}\n${byId("noyau").innerText}`;
    const answer = await fetch("/mots", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ text: said.slice(-50_000), asked }) }).catch(() => null);
    const terms = answer?.ok ? await answer.json() : [];
    byId("mots-liste").replaceChildren(...terms.map(([word, meaning]) => make("div", {}, make("dt", {}, word), make("dd", {}, meaning))));
    if (!terms.length) byId("mots-liste").append(make("div", {}, make("dd", {}, "Aucun mot de cette page n'est dans le lexique de labo.")));
    if (!byId("mots").open) byId("mots").showModal();
  }

  // send gives an act to labo. What it refuses is said.
  async send(act) {
    let answer;
    const ballot = this.view.messages[this.view.marks.at(-1)?.vote]?.record.ballot;
    if (ballot) act = { ...act, round: ballot.rounds.length, phase: ballot.phase }; // what is meant is what is on screen
    try {
      answer = await fetch("/agir", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(act) });
    } catch {
      return "labo n'a pas reçu votre réponse : la connexion est perdue.";
    }
    if (answer.status === 204) return "";
    return answer.status === 409 ? "Une autre page a déjà répondu, ou la scène a continué." : await answer.text();
  }
}

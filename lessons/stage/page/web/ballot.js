// The vote of a class, among the options: what the wall may show of it.
import { byId, make } from "./dom.js";

export const percent = (votes, i) => {
  const total = votes.reduce((a, b) => a + b, 0);
  return total === 0 ? 0 : Math.floor((200 * votes[i] + total) / (2 * total));
};

// remaining is what is left of a discussion: "1:59", "" once it is over. The
// moments are those of a film; live, the clock of the page goes on.
export function remaining(ballot, t) {
  const left = Math.ceil((ballot.until_us - t) / 1e6);
  return left > 0 ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` : "";
}

// now is the moment of a film that is live, in microseconds.
export const now = () => (Date.now() - Date.parse(document.body.dataset.begun)) * 1000;

export class Ballot {
  // show draws the vote that a message tells among the options of a question;
  // answered: the measurement has spoken.
  show(node, message, answered) {
    clearInterval(this.clock);
    const form = node.querySelector("form");
    const ballot = message?.record.ballot;
    const title = node.querySelector("h2");
    node.querySelector(".vote-foot")?.remove();
    form.querySelectorAll(".hands").forEach((n) => n.remove());
    form.classList.toggle("class", Boolean(ballot));
    title.textContent = ballot?.title ?? "Prédiction";
    if (!ballot) return;
    const foot = make("p", { className: "vote-foot" }, ballot.foot ?? "");
    form.after(foot);
    const rounds = ballot.rounds.filter((votes) => votes.some((n) => n > 0));
    form.querySelectorAll(".option").forEach((option, i) => {
      if (ballot.shown || answered) option.append(splits(rounds, i));
      else if (ballot.counted?.[i]) option.append(make("span", { className: "hands" }, "✓ comptées"));
    });
    if (answered) title.textContent = "La mesure a répondu";
    if (answered) foot.remove();
    else if (ballot.phase === "discussing") this.talk(ballot, title, foot, message.record.t);
  }

  talk(ballot, title, foot, t) {
    const live = !byId("film");
    const tick = () => {
      const left = remaining(ballot, live ? now() : t);
      title.textContent = left ? `${ballot.title}\u00a0: ${left}` : ballot.late_title;
      foot.textContent = left ? ballot.foot : ballot.late_foot;
    };
    tick();
    if (live) this.clock = setInterval(tick, 500);
  }
}

// splits are the share of an option, before the discussion and after it.
export function splits(rounds, i) {
  const all = make("span", { className: "hands" });
  rounds.forEach((votes, round) => {
    const bar = make("meter", { min: 0, max: 100, value: percent(votes, i) });
    bar.setAttribute("aria-label", `${percent(votes, i)} %`);
    all.append(make("span", { className: "round" }, make("span", {}, rounds.length > 1 ? ["avant ", "après "][round] : ""), make("b", {}, `${percent(votes, i)}\u00a0%`), ` (${votes[i]}) `, bar));
  });
  return all;
}

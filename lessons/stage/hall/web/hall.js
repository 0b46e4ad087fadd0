// A page of a class: labo sends its regions as they change, and this puts them in
// place; what is typed, opened or focused there stays.
const byId = (id) => document.getElementById(id);
const shown = new Map();
const streamed = new Map(); // what came last of each region, and when

function place(name, html) {
  const box = byId(name);
  if (!box || shown.get(name) === html) return;
  shown.set(name, html);
  const template = document.createElement("template");
  template.innerHTML = html; // labo has escaped what it did not write
  const opened = [...box.querySelectorAll("details[id]")].map((d) => [d.id, d.open]);
  const typed = [...box.querySelectorAll("input[id], textarea[id], select[id]")].filter((f) => f.type !== "hidden" && f.value !== f.defaultValue).map((f) => [f.id, f.value]);
  const focus = box.contains(document.activeElement) ? document.activeElement.id : "";
  box.replaceChildren(template.content);
  for (const [id, open] of opened) if (byId(id)) byId(id).open = open;
  for (const [id, value] of typed) if (byId(id) && byId(id).tagName !== "SELECT") byId(id).value = value;
  if (focus) byId(focus)?.focus({ preventScroll: true });
  fit();
  const words = [...box.querySelectorAll(".told")].map((e) => e.textContent).join(" ");
  if (words && byId("dit").textContent !== words) byId("dit").textContent = words;
}

// fit has a wall's question as large as the wall holds.
function fit() {
  const vote = document.querySelector(".mur .vote");
  for (let size = 5.6; vote && size >= 3.2; size -= 0.4) {
    vote.style.fontSize = `${size}vh`;
    if (document.documentElement.scrollHeight <= innerHeight) return;
  }
}

function lost(words) {
  byId("lien").textContent = words;
  byId("lien").hidden = !words;
}

let source = null;
let heard = 0;

function listen() {
  if (!document.body.dataset.suite || source) return;
  source = new EventSource(document.body.dataset.suite);
  const alive = () => {
    heard = Date.now();
    lost("");
  };
  source.addEventListener("pouls", alive);
  source.onmessage = (event) => {
    alive();
    for (const [name, html] of Object.entries(JSON.parse(event.data))) {
      streamed.set(name, { html, at: heard });
      place(name, html);
    }
  };
  source.onerror = () => {
    if (source.readyState !== EventSource.CLOSED) return; // it tries again by itself
    source = null;
    setTimeout(listen, 1500 + 1500 * Math.random());
  };
}

// A phone that slept finds its way back at once; one that hears nothing says so.
document.addEventListener("visibilitychange", () => {
  if (document.hidden || !document.body.dataset.suite || Date.now() - heard < 10000) return;
  source?.close();
  source = null;
  listen();
});
setInterval(() => {
  if (heard && !document.hidden && !document.querySelector(".over") && Date.now() - heard > 12000) lost("labo ne répond plus. Cette page réessaie toute seule.");
}, 1000);

document.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const body = new URLSearchParams(new FormData(form, event.submitter));
  form.setAttribute("aria-busy", "true");
  const sent = Date.now();
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/x-labo-fragment" }, signal: AbortSignal.timeout(15000) });
    const html = await answer.text();
    const region = form.dataset.region ?? "classe";
    if (!answer.ok) lost(html);
    else if (html) {
      lost("");
      shown.delete(region);
      place(region, html);
      const last = streamed.get(region); // it may tell of more than the answer, which was drawn before
      if (last?.at >= sent) setTimeout(() => place(region, streamed.get(region).html), html.includes("told bad") ? 4000 : 0);
      if (form.isConnected && form.dataset.clear !== undefined) form.reset();
      if (region === "classe" && !document.body.dataset.suite) {
        document.body.dataset.suite = "/suite"; // the phone is in
        listen();
      }
    }
  } catch {
    lost("Pas de réponse de labo : ce que vous venez d'envoyer n'est peut-être pas arrivé. Recommencez.");
  }
  form.removeAttribute("aria-busy");
});

addEventListener("resize", fit);
fit();
listen();

// The page of labo: a lesson played live, or a film of one.
import { byId, make } from "./dom.js";
import { View } from "./view.js";
import { Live } from "./live.js";
import { Reel } from "./reel.js";
import { Lectern } from "./lectern.js";

function themes() {
  const choice = byId("theme");
  const set = (theme) => {
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
  };
  let kept = "";
  try {
    kept = localStorage.getItem("labo-couleurs") ?? "";
  } catch {} // a file may have no store
  choice.value = kept;
  set(choice.value);
  choice.addEventListener("change", () => {
    set(choice.value);
    try {
      localStorage.setItem("labo-couleurs", choice.value);
    } catch {}
  });
}

function help(keys) {
  const dialog = byId("aide");
  for (const [k, does] of keys) byId("touches").append(make("div", {}, make("dt", {}, make("kbd", {}, k)), make("dd", {}, does)));
  byId("aide-ouvre").addEventListener("click", () => dialog.showModal());
  document.addEventListener("keydown", (event) => {
    if (event.key === "?" && !event.target.matches("input[type=text], select") && !dialog.open) {
      event.preventDefault();
      dialog.showModal();
    }
  });
}

// apart keeps what comes into view, or takes the focus, off what stays on screen.
function apart() {
  const [head, dock] = [byId("tete"), byId("dock")];
  const sizes = new ResizeObserver(() => (document.documentElement.style.scrollPadding = `${head.offsetHeight + 6}px 0 ${dock.offsetHeight + 6}px`));
  for (const part of [head, dock]) sizes.observe(part);
}

themes();
apart();
const view = new View();
if (byId("film")) {
  help(Reel.keys);
  globalThis.labo = new Reel(view, JSON.parse(byId("film").textContent));
} else {
  help([
    ["Entrée", "lire la suite ; ne passe jamais une question"],
    ["1 à 9", "choisir une réponse ; Entrée la donne"],
    ["p", "passer la question, ou l'attente"],
    ["!", "répondre sans hésiter"],
    ["e", "ouvrir votre éditeur, quand c'est proposé"],
    ["i", "les mots de la page, expliqués"],
    ["+", "aller plus loin, quand c'est proposé"],
    ["a", "scène précédente"],
    ["n", "scène suivante"],
    ["r", "rejouer la scène"],
    ["s", "liste des scènes"],
    ["g", "agrandir le dessin, ou le réduire"],
    ["q", "quitter l'étape"],
    ...(document.documentElement.className === "mur" ? [["b ou .", "écran noir ; toute touche ramène la page"]] : []),
  ]);
  globalThis.labo = new Live(view);
  if (byId("pupitre")) globalThis.labo.lectern = new Lectern(globalThis.labo);
}

package page

import (
	"labo/lessons/stage/markup"
)

// cover is what the page is made of, before anything is said.
type cover struct {
	Title    string
	Locked   bool        // who asks has no key
	Role     string      // "mur", "pupitre", "" for one reader
	Join     markup.HTML // of a wall: how a class comes in
	Begun    string      // when the film began, in its time zone
	Port     uint16      // of the lesson, 0: of none
	Recorded string      // what is always on screen of a film: it is not live
	Policy   string      // of a file, which has its style and its modules within
	Style    string
	Film     []message // of a film
	Script   string
}

// index makes the page.
func (c cover) index() []byte {
	class := markup.HTML{}
	if c.Role != "" {
		class = markup.F(` class="{}"`, c.Role)
	}
	var b markup.Builder
	b.F(`<!DOCTYPE html>
<html lang="fr"{}>
<head>
<meta charset="utf-8">
{}<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{}</title>
{}</head>
<body{}{}>
`, class, optional(c.Policy, func() markup.HTML {
		return markup.F("<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n", c.Policy)
	}), c.Title, c.looks(), optional(c.Begun, func() markup.HTML { return markup.F(` data-begun="{}"`, c.Begun) }),
		markup.If(c.Port > 0, markup.F(` data-port="{}"`, c.Port)))
	if c.Locked {
		b.F(`<main class="locked"><h1>labo</h1>
<p>Cette page s'ouvre avec l'adresse entière que montre le terminal, clé comprise.</p>
<p>Copiez-la de là, et collez-la ici, dans la barre d'adresse.</p></main>
`)
	} else {
		b.F("{}", c.body())
	}
	if c.Film != nil {
		b.F("{}\n", markup.Data("film", c.Film))
	}
	b.F("{}</body>\n</html>\n", optional(c.Script, func() markup.HTML { return markup.F("{}\n", markup.Script(c.Script)) }))
	return []byte(b.HTML().String())
}

// optional is markup of a text that there may not be.
func optional(s string, of func() markup.HTML) markup.HTML {
	if s == "" {
		return markup.HTML{}
	}
	return of()
}

// looks is the style of the page and its modules, within it or beside it.
func (c cover) looks() markup.HTML {
	if c.Style != "" {
		return markup.F("{}\n", markup.Style(c.Style))
	}
	return markup.F(`<link rel="icon" href="data:,">
<link rel="stylesheet" href="/web/paper.css">
<link rel="stylesheet" href="/web/page.css">
<link rel="stylesheet" href="/web/drawings.css">
{}`, markup.If(!c.Locked, markup.F("<script type=\"module\" src=\"/web/page.js\"></script>\n")))
}

func (c cover) body() markup.HTML {
	recorded := optional(c.Recorded, func() markup.HTML {
		return markup.F("<p id=\"enregistrement\" class=\"recorded\"><span aria-hidden=\"true\">◉</span> {}</p>\n", c.Recorded)
	})
	lectern := markup.If(c.Role == "pupitre", markup.F(`<aside id="pupitre" aria-labelledby="notes-titre">
<p id="chrono" class="clock"></p>
<h2 id="notes-titre">Vos notes</h2>
<div id="notes"></div>
<div id="vote"></div>
</aside>
`))
	join := markup.If(c.Role == "mur" && c.Join.String() != "", markup.F("<section id=\"entree\" aria-labelledby=\"entree-titre\" hidden>\n{}\n</section>\n", c.Join))
	return markup.F(`<a class="skip" href="#texte">Aller au texte</a>
<header id="tete">
<p id="etape">{}</p>
<p id="place"></p>
{}<p class="tools"><label for="theme" class="unseen">Couleurs</label><select id="theme"><option value="">Couleurs du système</option><option value="clair">Claires</option><option value="sombre">Sombres</option><option value="contraste">Très contrastées</option></select>
<button type="button" id="aide-ouvre" aria-haspopup="dialog">Aide <kbd>?</kbd></button></p>
</header>
<div class="columns">
<main id="texte" tabindex="-1">
<h1 id="titre">labo</h1>
<div id="suite" role="log" aria-live="polite" aria-label="La scène"></div>
</main>
{}<aside id="noyau" aria-labelledby="noyau-titre">
{}<h2 id="noyau-titre">Ce que voit le noyau</h2>
<p id="mesure" class="source"></p>
<div id="table" class="wide" tabindex="0" role="region" aria-label="Table des sockets"></div>
<div id="dessins"></div>
</aside>
</div>
<footer id="dock">
<p id="lien" role="alert" hidden></p>
<p id="message" role="status"></p>
<div id="commandes"></div>
</footer>
<dialog id="mots" aria-labelledby="mots-titre">
<h2 id="mots-titre">Les mots de la page</h2>
<dl id="mots-liste"></dl>
<form method="dialog"><button>Fermer</button></form>
</dialog>
<dialog id="aide" aria-labelledby="aide-titre">
<h2 id="aide-titre">Les touches</h2>
<dl id="touches"></dl>
<form method="dialog"><button>Fermer</button></form>
</dialog>
`, c.Title, recorded, lectern, join)
}

// asset returns a file of the page; paper.css is the notebook's.
func asset(name string) ([]byte, error) {
	if name == "paper.css" {
		return []byte(markup.Paper), nil
	}
	return web.ReadFile("web/" + name)
}

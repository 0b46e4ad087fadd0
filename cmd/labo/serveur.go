package main

import (
	"github.com/spf13/cobra"

	"labo/lessons/chat"
)

func newServeurCommand(c *console) *cobra.Command {
	o := newChatOptions()
	cmd := &cobra.Command{
		Use:     "serveur",
		Short:   "Attend un client et affiche ce qu'il envoie",
		GroupID: groupPrograms,
		Long: "Le serveur.py de la fiche : il attend un client sur le port 12345, affiche ce qu'il reçoit, " +
			"et s'arrête quand le client envoie « exit ». Il parle aussi bien à `labo client` qu'à client.py.\n\n" +
			"Là où serveur.py tournerait en boucle ou s'arrêterait sur une erreur, labo dit ce qui s'est passé, " +
			"sur une ligne qui commence par [labo]. Ctrl+C arrête à tout moment.",
		Example: "labo serveur\nlabo serveur --port 12346",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			keepRunningInBackground()
			server := chat.Server{
				Host: o.host, Port: o.port, In: c.in, Out: c.out,
				OnNotice: func(n chat.Notice) { remark(c, n) },
			}
			ending, err := server.Run(cmd.Context())
			return chatEnd(ending, err, chat.PeerBroke)
		},
	}
	o.listening(cmd)
	return cmd
}

// keepRunningInBackground lets a server that was put in the background
// (labo serveur &) run on when a key is pressed. Set where systems stop a
// process that reads a terminal from there (serveur_unix.go).
var keepRunningInBackground = func() {}

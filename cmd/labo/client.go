package main

import (
	"github.com/spf13/cobra"

	"labo/lessons/chat"
	"labo/lessons/text"
)

func newClientCommand(c *console) *cobra.Command {
	o := newChatOptions()
	cmd := &cobra.Command{
		Use:     "client",
		Short:   "Se connecte au serveur et envoie ce que vous tapez",
		GroupID: groupPrograms,
		Long: "Le client.py de la fiche : il se connecte au serveur et lui envoie chaque ligne tapée, jusqu'à « exit ». " +
			"Il parle aussi bien à `labo serveur` qu'à serveur.py. Lancez d'abord le serveur, dans un autre terminal.\n\n" +
			"Quand il se passe quelque chose que client.py ne verrait pas, labo le dit " +
			"sur une ligne qui commence par [labo]. Ctrl+C ou " + text.EndKey + " arrête à tout moment.",
		Example: "labo client\nlabo client --port 12346\necho bonjour | labo client",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			client := chat.Client{
				Host: o.host, Port: o.port, In: c.in, Out: c.out,
				OnNotice: func(n chat.Notice) { remark(c, n) },
			}
			ending, err := client.Run(cmd.Context())
			return chatEnd(ending, err, chat.PeerBroke, chat.PeerLeft)
		},
	}
	o.dialing(cmd)
	return cmd
}

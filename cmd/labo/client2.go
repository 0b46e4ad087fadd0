package main

import (
	"github.com/spf13/cobra"

	"labo/lessons/chat"
)

func newClient2Command(c *console) *cobra.Command {
	o := newChatOptions()
	cmd := &cobra.Command{
		Use:     "client2",
		Short:   "Parle avec le serveur, dans les deux sens",
		GroupID: groupPrograms,
		Long: "Le client2.py de la fiche : il se connecte au serveur, lui envoie chaque ligne tapée et affiche ce qu'il " +
			"répond. La conversation finit quand les deux côtés ont dit « exit ». " +
			"Il parle aussi bien à `labo serveur2` qu'à serveur2.py, qu'il faut lancer d'abord, dans un autre terminal.\n\n" +
			"Ce que client2.py ne dirait pas, labo le dit sur une ligne qui commence par [labo]. " +
			"Ctrl+C arrête à tout moment, en une fois.",
		Example: "labo client2\nlabo client2 --port 12346",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d := openDesk(cmd.Context(), c)
			defer d.close()
			client := chat.Client2{Host: o.host, Port: o.port, In: d.in, Out: d.out, OnNotice: d.remark}
			ending, err := client.Run(cmd.Context())
			return chatEnd(ending, err, chat.PeerBroke, chat.PeerLeft)
		},
	}
	o.dialing(cmd)
	return cmd
}

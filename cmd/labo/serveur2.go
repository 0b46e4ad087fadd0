package main

import (
	"github.com/spf13/cobra"

	"labo/lessons/chat"
)

func newServeur2Command(c *console) *cobra.Command {
	o := newChatOptions()
	cmd := &cobra.Command{
		Use:     "serveur2",
		Short:   "Parle avec un client, dans les deux sens",
		GroupID: groupPrograms,
		Long: "Le serveur2.py de la fiche : il attend un client sur le port 12345, affiche ce qu'il reçoit et envoie " +
			"ce que vous tapez. La conversation finit quand les deux côtés ont dit « exit ». " +
			"Il parle aussi bien à `labo client2` qu'à client2.py.\n\n" +
			"Ce que serveur2.py ne dirait pas, labo le dit sur une ligne qui commence par [labo]. " +
			"Ctrl+C arrête à tout moment, en une fois.",
		Example: "labo serveur2\nlabo serveur2 --port 12346",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d := openDesk(cmd.Context(), c)
			defer d.close()
			server := chat.Server2{Host: o.host, Port: o.port, In: d.in, Out: d.out, OnNotice: d.remark}
			ending, err := server.Run(cmd.Context())
			return chatEnd(ending, err, chat.PeerBroke)
		},
	}
	o.listening(cmd)
	return cmd
}

package measured

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"labo/lessons/lessontest/sockets"
	"labo/lessons/text"
	"labo/probe"
)

func TestWaitsAreSaidInWords(t *testing.T) {
	talk := sockets.Row(probe.Established, "127.0.0.1:12345", "127.0.0.1:43588", 0, 0, sockets.Held(sockets.Server))
	far := sockets.Row(probe.Established, "192.168.1.20:40000", "93.184.216.34:443", 0, 0, sockets.Held(sockets.Server))
	listening := sockets.Row(probe.Listen, "127.0.0.1:12345", "", 0, 1, sockets.Held(sockets.Server))
	socket := func(s *probe.Socket) []probe.Descriptor {
		return []probe.Descriptor{{FD: 4, Kind: probe.DescriptorSocket, Name: "TCP", Socket: s}}
	}
	screen := probe.Descriptor{Kind: probe.DescriptorTerminal, Name: "pts/3"}
	pipe := probe.Descriptor{Kind: probe.DescriptorPipe}
	for _, c := range []struct {
		w    probe.Wait
		want string
	}{
		{probe.Wait{For: probe.WaitAccept, Call: "accept4", On: socket(&listening)}, "attend un client dans accept() sur 127.0.0.1:12345"},
		{probe.Wait{For: probe.WaitAccept, Kernel: "inet_csk_accept"}, "attend un client dans accept()"},
		{probe.Wait{For: probe.WaitConnect, Call: "connect", On: socket(&talk)}, "attend une réponse dans connect() sur 127.0.0.1:12345 ↔ :43588"},
		{probe.Wait{For: probe.WaitReceive, Call: "recvfrom", On: socket(&talk)}, "attend dans recv() sur 127.0.0.1:12345 ↔ :43588"},
		{probe.Wait{For: probe.WaitReceive, Call: "read", On: socket(&far)}, "attend dans read() sur 192.168.1.20:40000 ↔ 93.184.216.34:443"},
		{probe.Wait{For: probe.WaitReceive, Call: "recvfrom", On: socket(nil)}, "attend dans recv() sur un socket TCP"},
		{probe.Wait{For: probe.WaitSend, Call: "sendto", On: socket(&talk)}, "attend de la place dans send() sur 127.0.0.1:12345 ↔ :43588"},
		{probe.Wait{For: probe.WaitTraffic, Kernel: "wait_woken"}, "attend une connexion ou un terminal (lequel, labo ne peut pas le voir)"},
		{probe.Wait{For: probe.WaitRead, Call: "read", On: []probe.Descriptor{screen}}, "attend le clavier (pts/3)"},
		{probe.Wait{For: probe.WaitRead, Call: "read", On: []probe.Descriptor{pipe}}, "attend son entrée standard (un tube)"},
		{probe.Wait{For: probe.WaitRead, Call: "read", On: []probe.Descriptor{{FD: 7, Kind: probe.DescriptorPipe}}}, "attend de quoi lire sur un tube"},
		{probe.Wait{For: probe.WaitRead, Kernel: "anon_pipe_read"}, "attend de quoi lire dans un tube"},
		{probe.Wait{For: probe.WaitRead, Kernel: "n_tty_read"}, "attend le clavier"},
		{probe.Wait{For: probe.WaitAny, Call: "poll", On: socket(&listening)}, "attend sur 127.0.0.1:12345 (poll)"},
		{probe.Wait{For: probe.WaitAny, Call: "pselect6", On: []probe.Descriptor{screen}}, "attend le clavier (pts/3)"},
		{probe.Wait{For: probe.WaitAny, Call: "pselect6", On: append(socket(&talk), screen)}, "attend le premier prêt de : 127.0.0.1:12345 ↔ :43588, le terminal pts/3"},
		{probe.Wait{For: probe.WaitAny, Kernel: "do_epoll_wait"}, "attend que l'un de ses descripteurs soit prêt"},
		{probe.Wait{For: probe.WaitSleep, Call: "clock_nanosleep"}, "dort, pour un temps qu'il a demandé"},
		{probe.Wait{For: probe.WaitJoin, Call: "futex", Joins: 4244}, "attend la fin du thread 4244 (join)"},
		{probe.Wait{For: probe.WaitThread, Kernel: "futex_do_wait"}, "attend un autre thread ou un verrou"},
		{probe.Wait{For: probe.WaitChild, Call: "wait4"}, "attend la fin d'un processus qu'il a lancé"},
		{probe.Wait{For: probe.WaitSignal, Call: "pause"}, "attend un signal"},
		{probe.Wait{For: probe.WaitOpen, Call: "openat"}, "est dans open(), dont il attend la fin"},
		{probe.Wait{For: probe.WaitLock, Call: "flock", On: []probe.Descriptor{{FD: 3, Kind: probe.DescriptorFile, Name: "/tmp/a\x1b"}}}, "attend le verrou d'un fichier sur /tmp/a␛"},
		{probe.Wait{For: probe.WaitNothing, State: "R"}, "calcule, ou attend son tour"},
		{probe.Wait{For: probe.WaitEnded, State: "Z"}, "est terminé"},
		{probe.Wait{State: "S", Call: "io_uring_enter"}, "est dans l'appel io_uring_enter()"},
		{probe.Wait{State: "S", Kernel: "some_driver"}, "attend, dans la fonction some_driver du noyau"},
		{probe.Wait{State: "S"}, "dort ; où, labo ne peut pas le voir"},
		{probe.Wait{State: "T", For: probe.WaitAccept, Call: "accept4", On: socket(&listening)}, "est suspendu pendant qu'il attend un client dans accept() sur 127.0.0.1:12345"},
		{probe.Wait{State: "T", Kernel: "do_signal_stop"}, "est suspendu"},
	} {
		if got := Waiting(&c.w); got != c.want {
			t.Errorf("%+v: %q, want %q", c.w, got, c.want)
		}
	}
}

// Every kind of wait has words of its own: none falls to the kernel's names.
func TestNoWaitIsLeftWithoutWords(t *testing.T) {
	for kind := probe.WaitNothing; kind <= probe.WaitLock; kind++ {
		w := probe.Wait{State: "S", For: kind, Call: "un_appel", Kernel: "une_fonction"}
		if got := Waiting(&w); strings.Contains(got, "une_fonction") || strings.Contains(got, "est dans l'appel") {
			t.Errorf("%d: %q", kind, got)
		}
	}
}

func TestIdentityLeavesOutWhatIsUnknown(t *testing.T) {
	base := *sockets.Suspended.Who
	for want, change := range map[string]func(w *probe.Who){
		"serveur.py (29857), côté serveur, suspendu (Ctrl+Z), terminal pts/3, lancé par bash il y a 12_min, utilisateur alice": func(*probe.Who) {},
		"serveur.py (29857)": func(w *probe.Who) { *w = probe.Who{PID: w.PID, Program: w.Program} },
		"serveur.py (29857), suspendu (comme par Ctrl+Z), sans terminal, lancé il y a moins d'une seconde par un programme terminé depuis, utilisateur numéro 1000": func(w *probe.Who) {
			w.Role, w.StopSignal, w.Terminal, w.Adopted, w.User = 0, probe.Maybe[int]{}, probe.Known(""), true, probe.Maybe[string]{}
			w.StartedAt = probe.Known(w.TakenAt.Add(-3 * time.Millisecond))
		},
		"serveur.py (29857), lancé il y a 12_min, enfant de systemd": func(w *probe.Who) {
			*w = probe.Who{PID: w.PID, Program: w.Program, TakenAt: w.TakenAt, StartedAt: w.StartedAt, Ancestors: []probe.Ancestor{{Program: "systemd"}}}
		},
		"a␛ (29857), terminé (zombie), enfant de sans nom␊, isolé de labo comme dans un conteneur (réseau, utilisateurs), dont le fichier a été effacé ou remplacé depuis": func(w *probe.Who) {
			*w = probe.Who{PID: w.PID, Program: "a\x1b", Life: probe.Zombie, Ancestors: []probe.Ancestor{{Program: "sans nom\n"}},
				OtherNetwork: probe.Known(true), OtherUsers: probe.Known(true), Replaced: probe.Known(true)}
		},
	} {
		w := base
		change(&w)
		if got := strings.ReplaceAll(Identity(&w), text.NBSP, "_"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// Ctrl+C is never advised where it does nothing.
func TestAdviceWorksInItsState(t *testing.T) {
	for _, life := range []probe.Life{probe.LifeUnknown, probe.Alive, probe.Stopped, probe.Traced, probe.Zombie, probe.Headless} {
		for _, job := range []probe.Job{probe.JobUnknown, probe.Foreground, probe.Background, probe.Resumable} {
			for _, deaf := range []probe.Maybe[bool]{{}, probe.Known(false), probe.Known(true)} {
				w := &probe.Who{PID: 7, Life: life, Job: job, Deaf: deaf, Terminal: probe.Known("pts/3")}
				advice := Advice(w)
				hears := deaf == probe.Known(false) && (job == probe.Resumable || job == probe.Foreground && life != probe.Stopped)
				if regexp.MustCompile(`(puis|:) Ctrl\+C`).MatchString(advice) && !hears {
					t.Errorf("%+v: %q", w, advice)
				}
				if (advice == "") != (life == probe.Zombie) {
					t.Errorf("%+v: %q", w, advice)
				}
			}
		}
	}
}

package page

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"path"
	"strconv"
	"sync"
	"time"

	"labo/lessons/film"
	"labo/lessons/prose"
	"labo/lessons/stage/lexicon"
	"labo/lessons/stage/markup"
	"labo/lessons/text"
)

// web is what the browser loads: one page, one style beside markup's, modules.
//
//go:embed web
var web embed.FS

// Server serves one page on 127.0.0.1.
type Server struct {
	page    *Page
	index   []byte
	lectern []byte // the instructor's; nil: none
	notes   func(scene string) ([]prose.Block, string)

	expected func(scene, part string) string
	keys     keys
	port     int
	http     http.Server
	ended    chan struct{}
	stop     context.CancelFunc
	busy     sync.WaitGroup
	slots    chan struct{} // one for each browser that follows
}

// moment is how the page is told when its film began.
const moment = "2006-01-02T15:04:05.000Z07:00"

// maxBrowsers bounds how many look at once.
const maxBrowsers = 32

// Options are what a server is told at its start.
type Options struct {
	Port   uint16 // of 127.0.0.1; 0: any that is free
	Key    string // opens the page, of at least 128 random bits; "": drawn anew
	Title  string
	Begun  time.Time // when the film began
	Lesson uint16    // the port of the lesson, 0: of none
	// Notes returns what the instructor reads of a scene and the title of the
	// next one; nil where the page is for one reader. With it the page is a wall,
	// and /pupitre is the instructor's.
	Notes func(scene string) (notes []prose.Block, next string)
	// Expected returns the option that is expected to be right of a question of a
	// scene, by its ID, "" for none; it may be nil.
	Expected func(scene, part string) string
	// Join tells a class how to come in, on the wall; nothing where no room is open.
	Join markup.HTML

	Film *film.Film   // what is shown where the page is nil
	Site http.Handler // what is served, behind the same guard, in place of all that
}

// Serve begins to serve. Close ends it. The error is that of listening.
func Serve(ctx context.Context, p *Page, o Options) (*Server, error) {
	var config net.ListenConfig
	config.SetMultipathTCP(false)
	l, err := config.Listen(ctx, "tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(int(o.Port))))
	if err != nil {
		return nil, err
	}
	if p != nil && !o.Begun.IsZero() {
		p.begun = o.Begun
	}
	ctx, stop := context.WithCancel(ctx)
	s := &Server{page: p, keys: newKeys(o.Key), port: l.Addr().(*net.TCPAddr).Port, ended: make(chan struct{}), stop: stop, slots: make(chan struct{}, maxBrowsers)}
	c := cover{Title: o.Title, Begun: o.Begun.Format(moment), Port: o.Lesson}
	if o.Film != nil {
		c = filmCover(o.Film)
	}
	s.index = c.index()
	if o.Notes != nil {
		c.Role, c.Join = "mur", o.Join
		s.index = c.index()
		c.Role = "pupitre"
		s.lectern, s.notes, s.expected = c.index(), o.Notes, o.Expected
	}
	site := s.routes()
	if o.Site != nil {
		site = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.busy.Add(1)
			defer s.busy.Done()
			o.Site.ServeHTTP(w, r)
		})
	}
	s.http = http.Server{
		Handler: s.guard(site), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10,
		BaseContext: func(net.Listener) context.Context { return ctx },
		ErrorLog:    quiet(),
	}
	go func() {
		defer close(s.ended)
		s.http.Serve(l) // always ends with an error: Close
	}()
	return s, nil
}

// Address is where the page is, with the key that opens it as often as wanted.
func (s *Server) Address() string { return s.address(s.keys.shown) }

// Once is [Server.Address] with a key that opens it one time: others on this
// machine may read the command line of who opens a browser (proc_pid_cmdline(5)).
func (s *Server) Once() string { return s.address(s.keys.once) }

// Lectern is [Server.Address] of the instructor's page.
func (s *Server) Lectern() string {
	return fmt.Sprintf("http://127.0.0.1:%d/pupitre?cle=%s", s.port, s.keys.shown)
}

func (s *Server) address(key string) string {
	return fmt.Sprintf("http://127.0.0.1:%d/?cle=%s", s.port, key)
}

// Port returns the port that is served.
func (s *Server) Port() int { return s.port }

// Close tells the browsers what the page says last, and ends.
func (s *Server) Close() {
	const patience = 300 * time.Millisecond
	told := make(chan struct{})
	go func() { s.busy.Wait(); close(told) }()
	select {
	case <-told:
	case <-time.After(patience):
	}
	s.stop()
	s.http.Close()
	<-s.ended
	<-told
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { send(w, "text/html", s.index) })
	mux.HandleFunc("GET /web/{name}", file)
	if s.notes != nil {
		mux.HandleFunc("GET /pupitre", func(w http.ResponseWriter, r *http.Request) { send(w, "text/html", s.lectern) })
		mux.HandleFunc("GET /notes/{scene}", s.readNotes)
		mux.HandleFunc("GET /conseil", s.counsel)
	}
	if s.page != nil {
		mux.HandleFunc("GET /suite", s.follow)
		mux.HandleFunc("POST /agir", s.act)
		mux.HandleFunc("POST /mots", s.explain)
	}
	return mux
}

// file serves what is embedded.
func file(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	data, err := asset(name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	send(w, mime.TypeByExtension(path.Ext(name)), data)
}

// readNotes sends what the instructor reads of a scene.
func (s *Server) readNotes(w http.ResponseWriter, r *http.Request) {
	notes, next := s.notes(r.PathValue("scene"))
	send(w, "text/html", []byte(notesOf(notes, next).String()))
}

func send(w http.ResponseWriter, kind string, data []byte) {
	w.Header().Set("Content-Type", kind+"; charset=utf-8")
	w.Write(data)
}

// follow sends the messages as they come (server-sent events, HTML standard
// § 9.2). A browser that comes back says which it had last.
func (s *Server) follow(w http.ResponseWriter, r *http.Request) {
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	default:
		http.Error(w, "trop de pages suivent déjà", http.StatusServiceUnavailable)
		return
	}
	s.busy.Add(1)
	defer s.busy.Done()
	defer s.page.looks()()
	last, _ := strconv.Atoi(r.Header.Get("Last-Event-ID"))
	out := Events(w)
	pulse := time.NewTicker(pulseEvery)
	defer pulse.Stop()
	err := out.Write("retry: 1000\n\n")
	for err == nil {
		messages, more, over := s.page.after(last)
		for _, m := range messages {
			if err = out.message(m); err != nil {
				return
			}
			last = m.N
		}
		if over {
			out.Write("event: fin\ndata: \n\n")
			return
		}
		select {
		case <-more:
		case <-pulse.C:
			err = out.Write("event: pouls\ndata: \n\n")
		case <-r.Context().Done():
			return
		}
	}
}

// pulseEvery is how often a browser hears that labo lives.
const pulseEvery = 3 * time.Second

// Stream writes server-sent events, which a browser must take soon, or lose.
type Stream struct {
	to      io.Writer
	control *http.ResponseController
}

// Events begins a stream in answer to a request.
func Events(w http.ResponseWriter) Stream {
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	return Stream{w, http.NewResponseController(w)}
}

// Write writes lines of the protocol as they are. The error is that of the
// connection: the browser has left.
func (s Stream) Write(lines string) error {
	const most = 20 * time.Second
	if err := s.control.SetWriteDeadline(time.Now().Add(most)); err != nil {
		return err
	}
	if _, err := io.WriteString(s.to, lines); err != nil {
		return err
	}
	return s.control.Flush()
}

func (s Stream) message(m message) error {
	data, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return s.Write(fmt.Sprintf("id: %d\ndata: %s\n\n", m.N, data))
}

// explain explains the words of a page that a reader asks about.
func (s *Server) explain(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 4*maxTyped))
	var seen struct {
		Text  string `json:"text"`
		Asked bool   `json:"asked"`
	}
	if err == nil {
		err = json.Unmarshal(body, &seen)
	}
	if err != nil {
		http.Error(w, "JSON attendu", http.StatusBadRequest)
		return
	}
	terms := [][2]string{}
	for _, t := range lexicon.Terms(lexicon.Seen{Text: seen.Text, Asked: seen.Asked}) {
		if t[1] != "" {
			terms = append(terms, [2]string{t[0], text.French(t[1])})
		}
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	json.NewEncoder(w).Encode(terms) // the browser has left otherwise
}

// act takes what a reader does.
func (s *Server) act(w http.ResponseWriter, r *http.Request) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		http.Error(w, "JSON attendu", http.StatusUnsupportedMediaType)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 4*maxTyped))
	var a act
	if err == nil {
		err = json.NewDecoder(bytes.NewReader(body)).Decode(&a)
	}
	if err != nil {
		status := http.StatusBadRequest
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			status = http.StatusRequestEntityTooLarge
		}
		http.Error(w, "JSON attendu", status)
		return
	}
	switch why := s.page.take(a); {
	case why == "":
		w.WriteHeader(http.StatusNoContent)
	case why == late:
		http.Error(w, string(why), http.StatusConflict)
	case a.Act == "edit" && why != noSense:
		send(w, "text/plain", []byte(why))
	default:
		http.Error(w, string(why), http.StatusUnprocessableEntity)
	}
}

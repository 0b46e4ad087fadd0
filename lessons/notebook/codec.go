package notebook

// Every object of the file keeps the fields it does not know.

func (n *Notebook) UnmarshalJSON(data []byte) (err error) {
	type plain Notebook
	n.rest, err = decode(data, (*plain)(n))
	return err
}

func (n *Notebook) MarshalJSON() ([]byte, error) {
	type plain Notebook
	return encode(plain(*n), n.rest)
}

func (s *Step) UnmarshalJSON(data []byte) (err error) {
	type plain Step
	s.rest, err = decode(data, (*plain)(s))
	return err
}

func (s *Step) MarshalJSON() ([]byte, error) {
	type plain Step
	return encode(plain(*s), s.rest)
}

func (s *Scene) UnmarshalJSON(data []byte) (err error) {
	type plain Scene
	s.rest, err = decode(data, (*plain)(s))
	return err
}

func (s *Scene) MarshalJSON() ([]byte, error) {
	type plain Scene
	return encode(plain(*s), s.rest)
}

func (p *Prediction) UnmarshalJSON(data []byte) (err error) {
	type plain Prediction
	p.rest, err = decode(data, (*plain)(p))
	return err
}

func (p *Prediction) MarshalJSON() ([]byte, error) {
	type plain Prediction
	return encode(plain(*p), p.rest)
}

func (t *Try) UnmarshalJSON(data []byte) (err error) {
	type plain Try
	t.rest, err = decode(data, (*plain)(t))
	return err
}

func (t Try) MarshalJSON() ([]byte, error) {
	type plain Try
	return encode(plain(t), t.rest)
}

func (w *Writing) UnmarshalJSON(data []byte) (err error) {
	type plain Writing
	w.rest, err = decode(data, (*plain)(w))
	return err
}

func (w *Writing) MarshalJSON() ([]byte, error) {
	type plain Writing
	return encode(plain(*w), w.rest)
}

func (v *Version) UnmarshalJSON(data []byte) (err error) {
	type plain Version
	v.rest, err = decode(data, (*plain)(v))
	return err
}

func (v Version) MarshalJSON() ([]byte, error) {
	type plain Version
	return encode(plain(v), v.rest)
}

func (r *Run) UnmarshalJSON(data []byte) (err error) {
	type plain Run
	r.rest, err = decode(data, (*plain)(r))
	return err
}

func (r *Run) MarshalJSON() ([]byte, error) {
	type plain Run
	return encode(plain(*r), r.rest)
}

func (t *Told) UnmarshalJSON(data []byte) (err error) {
	type plain Told
	t.rest, err = decode(data, (*plain)(t))
	return err
}

func (t Told) MarshalJSON() ([]byte, error) {
	type plain Told
	return encode(plain(t), t.rest)
}

func (e *Evidence) UnmarshalJSON(data []byte) (err error) {
	type plain Evidence
	e.rest, err = decode(data, (*plain)(e))
	return err
}

func (e Evidence) MarshalJSON() ([]byte, error) {
	type plain Evidence
	return encode(plain(e), e.rest)
}

func (e *Event) UnmarshalJSON(data []byte) (err error) {
	type plain Event
	e.rest, err = decode(data, (*plain)(e))
	return err
}

func (e Event) MarshalJSON() ([]byte, error) {
	type plain Event
	return encode(plain(e), e.rest)
}

func (j *Judgement) UnmarshalJSON(data []byte) (err error) {
	type plain Judgement
	j.rest, err = decode(data, (*plain)(j))
	return err
}

func (j *Judgement) MarshalJSON() ([]byte, error) {
	type plain Judgement
	return encode(plain(*j), j.rest)
}

func (t *Trace) UnmarshalJSON(data []byte) (err error) {
	type plain Trace
	t.rest, err = decode(data, (*plain)(t))
	return err
}

func (t *Trace) MarshalJSON() ([]byte, error) {
	type plain Trace
	return encode(plain(*t), t.rest)
}

func (c *CheckVerdict) UnmarshalJSON(data []byte) (err error) {
	type plain CheckVerdict
	c.rest, err = decode(data, (*plain)(c))
	return err
}

func (c CheckVerdict) MarshalJSON() ([]byte, error) {
	type plain CheckVerdict
	return encode(plain(c), c.rest)
}

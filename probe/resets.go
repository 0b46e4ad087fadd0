package probe

// SentResets is how many RST the system has sent since it started (tcpOutRsts of
// RFC 4022): in its own network namespace, on Linux; unknown elsewhere.
func SentResets() Maybe[uint64] { return sentResets() }

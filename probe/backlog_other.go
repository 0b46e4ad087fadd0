//go:build !linux && !darwin

package probe

func mostBacklog() Maybe[int] { return Maybe[int]{} }

// Package job starts programs that end with this one, with all that they have
// started, even when this one is ended by force.
//
// Windows does it with a Job Object. Elsewhere a program is started as any
// other: who starts one there has better means (a process group, a session, a
// death signal), or none.
package job

# It comes after suite.py: the student's command stays as typed. For each thread it keeps the line of the student's
# file that runs, in a private memory that the tracer reads when the program
# stops: no descriptor, no system call per line. Layout: see table.go.
def _labo():
    import atexit, sys, os, mmap, threading, _thread
    SLOTS, SLOT, FILES, PATH, LINES = 2048, 64, 32, 256, 4096
    AT_FILES = 64 + SLOTS * SLOT
    AT_LINES = AT_FILES + FILES * PATH
    roots = tuple(r.rstrip(os.sep) + os.sep for r in os.environ["LABO_TRACE"].split(os.pathsep) if r)
    others = tuple(p.rstrip(os.sep) + os.sep for p in (sys.prefix, sys.base_prefix)
                   if not any(r.startswith(p.rstrip(os.sep) + os.sep) for r in roots))
    # Private: after a fork each process has its own copy.
    m = mmap.mmap(-1, AT_LINES + FILES * LINES, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    m[0:8] = b"LABOLG02"
    v, seen = memoryview(m).cast("I"), memoryview(m)
    me, files, used, free = __file__, {}, [0, 0], []
    local, lock = threading.local(), _thread.allocate_lock()

    def number(name):  # of a file of the student, 0 for any other
        n = files.get(name)
        if n is None:
            n, path = 0, os.path.abspath(name)
            if (name[:1] != "<" and name != me and path.startswith(roots) and not path.startswith(others)
                    and "site-packages" not in path and "dist-packages" not in path):
                b = os.fsencode(path)
                with lock:
                    if used[1] + 1 < FILES and len(b) < PATH:
                        used[1] += 1
                        n = used[1]
                        m[AT_FILES + n * PATH:AT_FILES + n * PATH + len(b)] = b
                        v[3] = n
            files[name] = n
        return n

    class Slot(object):  # given back when the thread ends
        def __init__(self, s):
            self.s = s

        def __del__(self, free=free):
            v[16 + self.s * 16] = 0
            free.append(self.s)

    def arrive():  # first line of this thread: take a slot
        with lock:
            if free:
                s = free.pop()
            else:
                s = min(used[0], SLOTS - 1)
                used[0] = min(used[0] + 1, SLOTS)
                v[2] = used[0]
        i, o = 16 + s * 16, 64 + s * SLOT
        t = threading._active.get(_thread.get_ident())
        b = (t.name if t else "?").encode("utf-8", "replace")[:47]
        m[o + 16:o + SLOT] = b + bytes(48 - len(b))
        v[i + 1] = v[i + 2] = 0
        v[i] = _thread.get_native_id()
        local.slot, local.i, local.here = Slot(s), i, {}
        return i

    def follower(i, n):  # the trace function of file n in the thread of slot i
        at = AT_LINES + n * LINES

        def here(frame, event, arg):
            if event == "line":
                line = frame.f_lineno
                v[i + 1] = line
                if line < LINES:
                    seen[at + line] = 1
            elif event == "return":
                f = frame.f_back
                while f is not None:
                    back = files.get(f.f_code.co_filename)
                    if back:
                        v[i + 2] = back
                        v[i + 1] = f.f_lineno or 0
                        return here
                    f = f.f_back
                v[i + 1] = 0
            return here

        local.here[n] = here
        return here

    def everywhere(frame, event, arg):
        n = number(frame.f_code.co_filename)
        if not n:
            return None
        try:
            i = local.i
        except AttributeError:
            i = arrive()
        v[i + 2] = n
        v[i + 1] = frame.f_lineno or 0
        return local.here.get(n) or follower(i, n)

    def forked():  # the thread that called fork keeps its slot under its new tid
        try:
            v[local.i] = _thread.get_native_id()
        except AttributeError:
            pass

    os.register_at_fork(after_in_child=forked)
    def tell(what):  # refused (EBADF), but the tracer sees it
        try:
            os.write(-1, what)
        except OSError:
            pass

    tell(m)  # the tracer reads the address of the memory
    atexit.register(tell, b"LABOFINI........")  # Python is about to free it
    threading.settrace(everywhere)
    sys.settrace(everywhere)


try:
    import sys, os
    _next()
    if sys.version_info >= (3, 8) and os.environ.get("LABO_TRACE"):
        _labo()
    else:
        os.write(-1, b"LABOSANS........")
except Exception:
    pass

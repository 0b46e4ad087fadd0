# It comes after suite.py: the judged program stays as it is. It lets labo ask each thread for its line, by a signal
# that restarts the call it waits in, and tells labo of the exceptions that an except
# of the program hides, of exit(), and of sleep(). All are written to a memory of labo's.
def _labo():
    import faulthandler, fcntl, linecache, os, sys, threading, time
    fd = os.open(os.environ["LABO_FILS"], os.O_WRONLY | os.O_APPEND)
    far = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 1000)  # the program finds its own numbers free
    os.close(fd)
    faulthandler.register(int(os.environ["LABO_FILS_SIGNAL"]), file=far, all_threads=False, chain=False)
    root = os.getcwd().rstrip(os.sep) + os.sep
    told = {}  # how many times each was: a loop may never end
    own, abspath, write, local = {}, os.path.abspath, os.write, threading.local()

    def mine(name):
        known = own.get(name)
        if known is None:
            path = abspath(name)
            known = own[name] = (name[:1] != "<" and path.startswith(root)
                                 and "site-packages" not in path and "dist-packages" not in path)
        return known

    def tell(what):
        what = what.replace("\n", " ")[:300] + "\n"
        told[what] = told.get(what, 0) + 1
        if told[what] <= 3 and len(told) < 300:
            try:
                write(far, what.encode("utf-8", "replace"))
            except OSError:
                pass

    def everywhere(frame, event, arg):
        if not mine(frame.f_code.co_filename):
            return None
        frame.f_trace_lines = False  # until there is an exception, nothing is called
        return follow

    def follow(frame, event, arg):
        try:
            pending = local.pending
        except AttributeError:
            pending = local.pending = {}
        if event == "exception":
            tb, line = arg[2], frame.f_lineno
            while tb is not None:
                if mine(tb.tb_frame.f_code.co_filename):
                    line = tb.tb_lineno
                tb = tb.tb_next
            pending[frame] = [line, 0, "%s: %s" % (arg[0].__name__, arg[1])]
            if arg[0] is SystemExit and threading.current_thread() is threading.main_thread():
                tell("?%d %s" % (line, arg[1]))
            frame.f_trace_lines = True  # what comes next in this frame: its except, if it has one
        elif event == "line" and frame in pending:
            seen = pending[frame]
            if linecache.getline(frame.f_code.co_filename, frame.f_lineno).lstrip().startswith("except"):
                seen[1] = frame.f_lineno
            else:
                frame.f_trace_lines = False
                del pending[frame]
                if seen[1]:
                    tell("!%d %d %s" % tuple(seen))
        elif event == "return":
            pending.pop(frame, None)
        return follow

    rest = time.sleep

    def sleep(seconds):
        frame = sys._getframe(1)
        if isinstance(seconds, (int, float)) and seconds >= 0.4 and mine(frame.f_code.co_filename):
            write(far, b"~%d %.3f\n" % (frame.f_lineno, seconds))
        rest(seconds)

    time.sleep = sleep
    threading.settrace(everywhere)
    sys.settrace(everywhere)


try:
    _next()
    import os
    if os.environ.get("LABO_FILS"):
        _labo()
except Exception:
    pass

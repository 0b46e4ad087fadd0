# fork, exec, a pair of sockets, signals that interrupt and signals that end.
import os, signal, socket, subprocess, sys, time

a, b = socket.socketpair()
child = os.fork()
if child == 0:
    b.sendall(b"de l'enfant")
    b.recv(1)  # not before it was read: the end of a child interrupts its parent
    os._exit(7)
a.recv(100)
a.sendall(b"!")
os.waitpid(child, 0)
subprocess.run(["/bin/echo", "bonjour"], stdout=subprocess.DEVNULL)
signal.signal(signal.SIGUSR1, lambda *_: None)
os.kill(os.getpid(), signal.SIGUSR1)
signal.signal(signal.SIGALRM, lambda *_: b.send(b"reveil"))
if sys.argv[1:] == ["seul"]:  # nobody outside
    signal.setitimer(signal.ITIMER_REAL, 0.2)
print("%010d" % os.getpid(), flush=True)  # as long in every run; who reads this sends SIGALRM once we are inside the next line
a.recv(100)
killed = os.fork()
if killed == 0:
    time.sleep(60)
os.kill(killed, signal.SIGKILL)
os.waitpid(killed, 0)
os.execv("/bin/true", ["true"])

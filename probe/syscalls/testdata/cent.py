# A server with one thread a client, and its hundred clients, one after the
# other so that each thread's calls are the same in every run.
import os, socket, threading

N = 100
ready = threading.Event()


def join(thread):
    # Before Python 3.13 join() returns when the thread has no more Python to
    # run. Its exit comes a moment later, or never, when the process ends first.
    thread.join()
    while os.path.exists("/proc/self/task/%d" % thread.native_id):
        os.sched_yield()


def serve(connection):
    while True:
        data = connection.recv(1024)
        if not data:
            break
        connection.sendall(data.upper())
    connection.close()


def server():
    global port
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("127.0.0.1", 0))
    s.listen(5)
    port = s.getsockname()[1]
    ready.set()
    for _ in range(N):
        connection, _ = s.accept()
        t = threading.Thread(target=serve, args=(connection,))
        t.start()
        join(t)
    s.close()


def client(i):
    c = clients[i]
    c.connect(("127.0.0.1", port))
    c.sendall(b"bonjour %d" % i)
    c.recv(1024)
    c.shutdown(socket.SHUT_WR)
    c.recv(1)


# The kernel takes a descriptor as soon as accept() begins: those of the clients
# are taken before and given back after, so that all runs have the same ones.
clients = [socket.socket() for _ in range(N)]
t = threading.Thread(target=server)
t.start()
ready.wait()
for i in range(N):
    client(i)
join(t)
for c in clients:
    c.close()
refused = socket.socket()
try:
    refused.connect(("127.0.0.1", 1))
except ConnectionRefusedError:
    pass
refused.close()

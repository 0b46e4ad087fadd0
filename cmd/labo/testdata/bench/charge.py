"""Holds many loopback TCP sockets open, until standard input is closed.

    python3 charge.py PROCESSES SOCKETS [apart]

Each process holds SOCKETS connected sockets. Half of the processes accept, on
one port, what the other half connects; or, with the word "apart", each has a
server of its own and both ends of its connections. When all are connected, one
line is written: the port of a server.
"""
import os
import resource
import socket
import sys

processes, each = int(sys.argv[1]), int(sys.argv[2])
apart = sys.argv[3:] == ["apart"]
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (min(each + 64, hard), hard))


def serve():
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen(4096)
    return server


def call(server):
    return socket.create_connection(server.getsockname())


def take(server):
    return server.accept()[0]


server = None if apart else serve()
ready_read, ready_write = os.pipe()
life_read, life_write = os.pipe()  # closed when this process ends, however it ends

for i in range(processes):
    if os.fork() == 0:
        os.close(life_write)
        if apart:
            server = serve()
            held = [end(server) for _ in range(each // 2) for end in (call, take)]
        else:
            held = [(take if i % 2 else call)(server) for _ in range(each)]
        os.write(ready_write, b"%5d" % server.getsockname()[1])
        if not apart and i % 2 == 0:
            server.close()
        os.read(life_read, 1)
        os._exit(0)

os.close(ready_write)
ports = [os.read(ready_read, 5) for _ in range(processes)]
if b"" in ports:
    sys.exit("a process could not open its sockets")
print(int(ports[-1]), flush=True)
sys.stdin.read()

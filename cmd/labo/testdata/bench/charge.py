"""Holds many loopback TCP sockets open, until standard input is closed.

    python3 charge.py PROCESSES SOCKETS

Half of the processes accept, the other half connect; each holds SOCKETS
sockets. When all are connected, one line is written: the port.
"""
import os
import resource
import socket
import sys

processes, each = int(sys.argv[1]), int(sys.argv[2])
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (min(each + 64, hard), hard))

server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen(4096)
port = server.getsockname()[1]
ready_read, ready_write = os.pipe()
life_read, life_write = os.pipe()  # closed when this process ends, however it ends

for i in range(processes):
    if os.fork() == 0:
        os.close(life_write)
        if i < processes // 2:
            held = [server.accept()[0] for _ in range(each)]
        else:
            server.close()
            held = [socket.create_connection(("127.0.0.1", port)) for _ in range(each)]
        os.write(ready_write, b".")
        os.read(life_read, 1)
        os._exit(0)

for _ in range(processes):
    os.read(ready_read, 1)
print(port, flush=True)
sys.stdin.read()

# A two-way client that meets every challenge.
import os
import socket
import sys
import threading

from deux_sens import recus

INVITE = "[Client >>>] "

try:
    client = socket.create_connection(("localhost", 12345))
except OSError as erreur:
    print(f"[Client] Pas de serveur sur le port 12345 : {erreur.strerror}")
    sys.exit(1)

print("[Client] Connecté au serveur.")
ici_fini = threading.Event()


def clavier():
    while True:
        try:
            message = input(INVITE)
        except EOFError:
            message = "exit"
        try:
            client.sendall(message.encode() + b"\n")
        except OSError:
            return
        if message.lower() == "exit":
            ici_fini.set()
            return


threading.Thread(target=clavier, daemon=True).start()
for message in recus(client):
    if message.lower() == "exit":
        print("[Serveur] a quitté la conversation.")
        ici_fini.wait()
        break
    print(f"[Serveur] {message}")
    print(INVITE, end="", flush=True)
else:
    print("[Client] Le serveur est parti.")
client.close()
sys.stdout.flush()
os._exit(0)  # the keyboard's thread may still wait for a line

# A two-way server that meets every challenge: one conversation at a time, a
# second caller is told so.
import os
import socket
import sys
import threading

from deux_sens import recus

INVITE = "[Serveur >>>] "
ici_fini = threading.Event()   # exit was typed here
la_bas_fini = threading.Event()  # the client said exit, or left
actuel = None
verrou = threading.Lock()


def clavier():
    while True:
        try:
            message = input(INVITE)
        except EOFError:
            message = "exit"
        with verrou:
            if actuel is not None:
                try:
                    actuel.sendall(message.encode() + b"\n")
                except OSError:
                    print("[Serveur] Le client est parti.")
        if message.lower() == "exit":
            ici_fini.set()
            return


def servir(connexion):
    """Returns True when the client said exit, False when it left."""
    for message in recus(connexion):
        if message.startswith("GET ") and "HTTP/" in message:
            connexion.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return False
        if message.lower() == "exit":
            print("[Client] a quitté la conversation.")
            return True
        print(f"[Client] {message}")
        print(INVITE, end="", flush=True)
    print("[Client] est parti.")
    return False


def conversation(connexion):
    global actuel
    poli = servir(connexion)
    if poli:
        la_bas_fini.set()
        ici_fini.wait()
    with verrou:
        actuel = None
        connexion.close()


def main():
    global actuel
    ecoute = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    ecoute.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    ecoute.bind(("localhost", 12345))
    ecoute.listen(5)
    ecoute.settimeout(0.1)
    print("[Serveur] En attente de connexion...")
    threading.Thread(target=clavier, daemon=True).start()
    fil = None
    while not la_bas_fini.is_set() or fil.is_alive():
        try:
            connexion, adresse = ecoute.accept()
        except socket.timeout:
            continue
        if actuel is not None:
            connexion.sendall("Le serveur est occupé.\n".encode())
            connexion.close()
            continue
        print(f"[Serveur] Connecté à {adresse}")
        with verrou:
            actuel = connexion
        fil = threading.Thread(target=conversation, args=(connexion,))
        fil.start()
    fil.join()
    ecoute.close()


main()
sys.stdout.flush()
os._exit(0)  # the keyboard's thread may still wait for a line

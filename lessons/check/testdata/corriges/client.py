# A one-way client that meets every challenge.
import select
import socket
import sys

try:
    client = socket.create_connection(("localhost", 12345))
except OSError as erreur:
    print(f"[Client] Pas de serveur sur le port 12345 : {erreur.strerror}")
    sys.exit(1)

print("[Client] Connecté au serveur. Tapez vos messages :")
with client:
    while True:
        try:
            message = input(">>> ")
        except EOFError:
            message = "exit"
        # The server never speaks: anything to read is its departure.
        lisible, _, _ = select.select([client], [], [], 0)
        try:
            if lisible and not client.recv(1024):
                raise ConnectionError
            client.sendall(message.encode() + b"\n")
        except OSError:
            print("[Client] Le serveur est parti.")
            break
        if message.lower() == "exit":
            break

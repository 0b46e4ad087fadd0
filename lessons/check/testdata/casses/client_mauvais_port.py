# rôle : client
# faute : n'appelle pas le bon port
# échoué : connecte
# non vérifié : annonce envoie envoie-plusieurs exit fermeture code accents-envoi exit-casse
import socket

HOTE = "localhost"
PORT = 12346

client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)

client.connect((HOTE, PORT))
print("[Client] Connecté au serveur. Tapez vos messages :")

while True:
    message = input(">>> ")
    client.sendall(message.encode())
    if message.lower() == "exit":
        break

client.close()

# rôle : client
# faute : envoie du texte
# échoué : envoie
# non vérifié : envoie-plusieurs exit fermeture code accents-envoi exit-casse
import socket

HOTE = "localhost"
PORT = 12345

client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)

client.connect((HOTE, PORT))
print("[Client] Connecté au serveur. Tapez vos messages :")

while True:
    message = input(">>> ")
    client.sendall(message)
    if message.lower() == "exit":
        break

client.close()

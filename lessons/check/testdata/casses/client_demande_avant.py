# rôle : client
# faute : demande un nom avant de se connecter
# échoué : connecte
# non vérifié : annonce envoie envoie-plusieurs exit fermeture code accents-envoi exit-casse
import socket

HOTE = "localhost"
PORT = 12345

client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)

nom = input("Votre nom : ")
client.connect((HOTE, PORT))
print("[Client] Connecté au serveur. Tapez vos messages :")

while True:
    message = input(">>> ")
    client.sendall(message.encode())
    if message.lower() == "exit":
        break

client.close()

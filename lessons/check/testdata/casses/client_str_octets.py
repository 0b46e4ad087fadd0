# rôle : client
# faute : str() d'un objet bytes
# échoué : envoie
# non vérifié : envoie-plusieurs accents-envoi
import socket

HOTE = "localhost"
PORT = 12345

client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)

client.connect((HOTE, PORT))
print("[Client] Connecté au serveur. Tapez vos messages :")

while True:
    message = input(">>> ")
    client.sendall(str(message.encode()).encode())
    if message.lower() == "exit":
        break

client.close()

# rôle : client
# faute : encode en latin-1
# échoué : accents-envoi
# non vérifié : exit-casse
import socket

HOTE = "localhost"
PORT = 12345

client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)

client.connect((HOTE, PORT))
print("[Client] Connecté au serveur. Tapez vos messages :")

while True:
    message = input(">>> ")
    client.sendall(message.encode("latin-1"))
    if message.lower() == "exit":
        break

client.close()

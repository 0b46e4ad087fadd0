# rôle : client
# faute : un seul message
# échoué : envoie-plusieurs
# non vérifié : exit fermeture code exit-casse
import socket

HOTE = "localhost"
PORT = 12345

client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)

client.connect((HOTE, PORT))
print("[Client] Connecté au serveur. Tapez vos messages :")

if True:
    message = input(">>> ")
    client.sendall(message.encode())

client.close()

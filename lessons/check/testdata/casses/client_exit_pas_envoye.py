# rôle : client
# faute : sort avant d'envoyer exit : la fiche ne le voit qu'à l'autre bout
# échoué : exit
# non vérifié : fermeture code exit-casse
import socket

HOTE = "localhost"
PORT = 12345

client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)

client.connect((HOTE, PORT))
print("[Client] Connecté au serveur. Tapez vos messages :")

while True:
    message = input(">>> ")
    if message.lower() == "exit":
        break
    client.sendall(message.encode())

client.close()

# rôle : client
# faute : attend une réponse après chaque envoi
# échoué : envoie-plusieurs exit
# non vérifié : fermeture code exit-casse
import socket

HOTE = "localhost"
PORT = 12345

client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)

client.connect((HOTE, PORT))
print("[Client] Connecté au serveur. Tapez vos messages :")

while True:
    message = input(">>> ")
    client.sendall(message.encode())
    if message.lower() == "exit":
        break
    print(client.recv(1024).decode())

client.close()

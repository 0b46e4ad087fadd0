# rôle : client
# faute : garde tout et n'envoie qu'à la fin
# échoué : envoie
# non vérifié : envoie-plusieurs accents-envoi
import socket

HOTE = "localhost"
PORT = 12345

client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)

client.connect((HOTE, PORT))
print("[Client] Connecté au serveur. Tapez vos messages :")

tout = ""
while True:
    message = input(">>> ")
    tout += message
    if message.lower() == "exit":
        break
client.sendall(tout.encode())

client.close()

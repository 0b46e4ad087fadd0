# rôle : serveur
# faute : rien : lit jusqu'à ce que l'autre ferme, puis ferme
# échoué :
# non vérifié :
import socket

ecoute = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
ecoute.bind(("localhost", 12345))
ecoute.listen(1)
print("[Serveur] Prêt.")
client, _ = ecoute.accept()
while True:
    mot = client.recv(1024).decode()
    if mot.lower() == "exit":
        break
    print("[Client]", mot)
while client.recv(1024):
    pass
client.close()
ecoute.close()

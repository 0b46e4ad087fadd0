# rôle : serveur
# faute : rien : dit qu'il a fini, puis lit jusqu'à la fin
# échoué :
# non vérifié :
# tait : exit : sert d'autres clients
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
client.shutdown(socket.SHUT_WR)
while client.recv(1024):
    pass
client.close()
ecoute.close()

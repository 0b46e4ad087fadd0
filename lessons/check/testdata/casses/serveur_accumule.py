# rôle : serveur
# faute : affiche tout ce qui est venu depuis le début
# échoué : plusieurs
# non vérifié : exit fermeture code exit-casse
# dit : plusieurs : il affiche
# dit : exit : voir `plusieurs`
import socket

ecoute = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
ecoute.bind(("localhost", 12345))
ecoute.listen(1)
print("[Serveur] Prêt.")
client, _ = ecoute.accept()
tout = ""
while tout.lower() != "exit":
    tout = tout + client.recv(1024).decode()
    print("[Client]", tout)
client.close()
ecoute.close()

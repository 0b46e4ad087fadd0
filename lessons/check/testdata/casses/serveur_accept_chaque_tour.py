# rôle : serveur
# faute : accepte un client à chaque tour de la boucle
# échoué : plusieurs
# non vérifié : exit fermeture code exit-casse
# dit : plusieurs : attend un second client : accept(), ligne 14
# dit : exit : même cause que `plusieurs`
import socket

ecoute = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
ecoute.bind(("localhost", 12345))
ecoute.listen(1)
print("[Serveur] Prêt.")
while True:
    client, _ = ecoute.accept()
    mot = client.recv(1024).decode()
    if mot.lower() == "exit":
        break
    print("[Client]", mot)
client.close()
ecoute.close()

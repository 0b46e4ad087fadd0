# rôle : serveur
# faute : coupe le socket qui écoute, qui n'est relié à personne, et deux fois
# échoué : code
# non vérifié : fermeture
# dit : fermeture : une erreur Python l'a arrêté avant
# dit : code : n'est connecté à personne
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
client.close()
for _ in range(2):
    ecoute.shutdown(socket.SHUT_RDWR)
ecoute.close()

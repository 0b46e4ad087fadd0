# rôle : serveur
# faute : écrit pour Python 2
# échoué : demarre
# non vérifié : ecoute port annonce accepte message etiquette plusieurs exit fermeture code accents exit-casse
# dit : demarre : c'est du Python 2
import socket

ecoute = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
ecoute.bind(("localhost", 12345))
ecoute.listen(1)
print "[Serveur] Prêt."
client, _ = ecoute.accept()
while True:
    mot = client.recv(1024).decode()
    if mot.lower() == "exit":
        break
    print("[Client]", mot)
client.close()
ecoute.close()

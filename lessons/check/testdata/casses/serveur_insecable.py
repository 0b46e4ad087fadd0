# rôle : serveur
# faute : une espace insécable, venue d'une page
# échoué : demarre
# non vérifié : ecoute port annonce accepte message etiquette plusieurs exit fermeture code accents exit-casse
# dit : demarre : espace insécable
import socket

ecoute = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
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
ecoute.close()

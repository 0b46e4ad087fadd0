# rôle : serveur
# faute : exit() avant listen() : rien de ce qui suit n'a lieu
# échoué : ecoute
# non vérifié : port annonce accepte message etiquette plusieurs exit fermeture code accents exit-casse
# dit : ecoute : la ligne 10, « exit() », arrête tout le programme
import socket

porte = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
porte.bind(("localhost", 12345))
exit()
porte.listen(1)
print("[Serveur] Prêt.")
client, _ = porte.accept()
while True:
    mot = client.recv(1024).decode()
    if mot.lower() == "exit":
        break
    print("[Client]", mot)
client.close()
porte.close()

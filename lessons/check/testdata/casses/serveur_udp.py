# rôle : serveur
# faute : un socket UDP au lieu de TCP
# échoué : ecoute
# non vérifié : port annonce accepte message etiquette plusieurs exit fermeture code accents exit-casse
# dit : ecoute : attend dans recvfrom() sur un socket UDP, ligne 12
import socket

prise = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
prise.bind(("localhost", 12345))
print("[Serveur] Prêt.")
while True:
    mot, qui = prise.recvfrom(1024)
    print("[Client]", mot.decode())

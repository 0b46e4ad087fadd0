# rôle : client
# faute : appelle une adresse où il n'y a personne
# échoué : connecte
# non vérifié : annonce envoie envoie-plusieurs exit fermeture code accents-envoi exit-casse
# dit : connecte : le programme appelle 203.0.113.7, port 12345
import socket

ADRESSE = "203.0.113.7"
prise = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
prise.connect((ADRESSE, 12345))
print("[Client] En ligne.")
while (mot := input("? ")) != "exit":
    prise.sendall(mot.encode())

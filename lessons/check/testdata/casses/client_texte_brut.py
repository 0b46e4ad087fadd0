# rôle : client
# faute : envoie du texte au lieu d'octets
# échoué : envoie
# non vérifié : envoie-plusieurs exit fermeture code accents-envoi exit-casse
# dit : envoie : changez le texte avec .encode()
import socket

prise = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
prise.connect(("localhost", 12345))
print("[Client] En ligne.")
while True:
    prise.sendall(input("? "))

# rôle : client
# faute : un nom mal écrit
# échoué : demarre
# non vérifié : connecte annonce envoie envoie-plusieurs exit fermeture code accents-envoi exit-casse
# dit : demarre : « prisse » n'existe pas
# dit : demarre : le programme a « prise »
import socket

prise = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
prisse.connect(("localhost", 12345))
print("[Client] En ligne.")

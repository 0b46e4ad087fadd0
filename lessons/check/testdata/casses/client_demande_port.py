# rôle : client
# faute : demande le port avant d'appeler
# échoué : connecte
# non vérifié : annonce envoie envoie-plusieurs exit fermeture code accents-envoi exit-casse
# dit : connecte : attend le clavier, ligne 8
import socket

port = int(input("Port ? "))
prise = socket.create_connection(("localhost", port))
print("[Client] En ligne.")
mot = ""
while mot.lower() != "exit":
    mot = input("? ")
    prise.sendall(mot.encode())
prise.close()

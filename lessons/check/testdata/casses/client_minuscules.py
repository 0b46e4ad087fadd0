# rôle : client
# faute : envoie tout en minuscules
# échoué : envoie
# non vérifié : envoie-plusieurs accents-envoi
# dit : envoie : il arrive autre chose
import socket

prise = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
prise.connect(("localhost", 12345))
print("[Client] En ligne.")
mot = ""
while mot != "exit":
    mot = input("? ").lower()
    prise.sendall(mot.encode())
prise.close()

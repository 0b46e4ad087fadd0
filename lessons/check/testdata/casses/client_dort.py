# rôle : client
# faute : dort avant chaque envoi : en retard, et rien d'autre
# échoué :
# non vérifié :
# dit : envoie : s après : le programme dort 1,5 s, ligne 15
import socket
import time

prise = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
prise.connect(("localhost", 12345))
print("[Client] En ligne.")
mot = ""
while mot.lower() != "exit":
    mot = input("? ")
    time.sleep(1.5)
    prise.sendall(mot.encode())
prise.close()

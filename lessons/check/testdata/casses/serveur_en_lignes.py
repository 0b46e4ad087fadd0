# rôle : serveur
# faute : rien : il attend la fin d'une ligne, comme le remède de « colles »
# échoué :
# non vérifié :
# dit : message : il attend la fin de la ligne
import socket

ecoute = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
ecoute.bind(("localhost", 12345))
ecoute.listen(1)
print("[Serveur] Prêt.")
client, _ = ecoute.accept()
for ligne in client.makefile(encoding="utf-8"):
    if ligne.strip().lower() == "exit":
        break
    print("[Client]", ligne.strip())
client.close()
ecoute.close()

# rôle : serveur
# faute : sys.exit() avec un texte : le code est 1
# échoué : code
# non vérifié :
# dit : code : avec le code 1 et ces mots, sur sa sortie d'erreur : « À bientôt ! »
import sys
import socket

ecoute = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
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
sys.exit("À bientôt !")

# rôle : serveur
# faute : rien : écrit sur la sortie d'erreur
# échoué :
# non vérifié :
import logging
import socket

logging.basicConfig(level="INFO", format="%(asctime)s %(message)s")

ecoute = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
ecoute.bind(("localhost", 12345))
ecoute.listen(1)
logging.info("[Serveur] Prêt.")
client, _ = ecoute.accept()
while True:
    mot = client.recv(1024).decode()
    if mot.lower() == "exit":
        break
    logging.info("[Client] %s", mot)
client.close()
ecoute.close()
